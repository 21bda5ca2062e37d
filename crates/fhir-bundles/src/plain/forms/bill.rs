use super::super::{
    form::{Form, Kind, field, needed},
    words::{BILL_KINDS, CHARGE_KINDS},
};

static PAYMENT: Form = Form {
    name: "payment",
    about: "What was paid of a bill, in rupees; a negative amount was paid back.",
    short: None,
    fields: &[
        needed("amount", Kind::Amount, "how much"),
        field("mode", Kind::Text, "how: cash, card, UPI"),
        field("on", Kind::DateTime, "when"),
        field("reference", Kind::Text, "the number of the receipt or transfer"),
    ],
};

pub(super) static BILL_ITEM: Form = Form {
    name: "billItem",
    about: "A line of a bill, in rupees. What came back has a negative quantity or rate.",
    short: None,
    fields: &[
        needed("product", Kind::Concept, "words, or a SNOMED CT code"),
        field("kind", Kind::Word(&CHARGE_KINDS), "other unless given"),
        needed("rate", Kind::Amount, "price of one, without tax, with at most four decimals"),
        field("quantity", Kind::Number, "1 unless given"),
        field("unit", Kind::Text, "such as tablet"),
        field("mrp", Kind::Amount, "maximum retail price of the line, for information"),
        field("discount", Kind::Amount, "amount off the line"),
        field("gst", Kind::Number, "tax in per cent; half is CGST, half SGST"),
        field("on", Kind::DateTime, "when it was given; the bill's date unless said"),
    ],
};

pub(super) static BILL: Form = Form {
    name: "bill",
    about: "A bill. Totals are computed; one that is given must be the same.",
    short: None,
    fields: &[
        needed("number", Kind::Text, "the bill's number"),
        field("kind", Kind::Word(&BILL_KINDS), "other unless given"),
        needed("date", Kind::DateTime, "the bill's date"),
        needed("items", Kind::Forms(&BILL_ITEM), "the lines"),
        field("roundOff", Kind::Amount, "what the total was rounded by: 0.33, -0.33"),
        field("total", Kind::Amount, "the printed total, compared with the computed one"),
        field("payments", Kind::Forms(&PAYMENT), "what was paid"),
        field("note", Kind::Text, "a remark"),
    ],
};
