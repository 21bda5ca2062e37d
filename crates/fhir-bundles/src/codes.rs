//! Code systems and the fixed codes that the NRCES guide demands.
pub const UCUM: &str = "http://unitsofmeasure.org";
