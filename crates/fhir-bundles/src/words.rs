//! How values of FHIR read to people: dates, periods, quantities, concepts, narratives.

mod code;
mod date;
mod narrative;
mod unit;
mod value;

pub(crate) use self::{
    code::{code_words, humanised, visit_class, yes_or_no},
    date::{between, when},
    narrative::plain_text,
    unit::{counted, per_unit, unit_text},
    value::{
        annotations, bounds, coding, concept, concepts, joined, money, period, quantity, range,
        ratio,
    },
};
