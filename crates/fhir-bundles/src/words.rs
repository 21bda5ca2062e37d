//! How values of FHIR read to people: dates, periods, quantities, concepts, narratives.

mod date;
mod narrative;
mod value;

pub(crate) use self::{
    date::{between, when},
    narrative::plain_text,
    value::{
        annotations, coding, concept, concepts, humanised, joined, money, period, quantity, range,
        ratio,
    },
};
