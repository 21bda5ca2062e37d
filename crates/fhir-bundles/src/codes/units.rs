/// The UCUM code of a unit as hospitals write it: `mmHg`, `°C`, `bpm`, `mg/dl`, `tablet`.
///
/// `None` for words that are no unit of measure; a quantity then carries the words alone.
///
/// ```
/// use fhir_bundles::codes::ucum_code;
///
/// assert_eq!(ucum_code("mmHg"), Some("mm[Hg]"));
/// assert_eq!(ucum_code("mg/dl"), Some("mg/dL"));
/// assert_eq!(ucum_code("spoonful"), None);
/// ```
#[must_use]
pub fn ucum_code(unit: &str) -> Option<&'static str> {
    let unit = unit.trim();
    EXACT
        .iter()
        .find(|(_, words)| words.contains(&unit))
        .or_else(|| {
            let lower = unit.to_lowercase();
            EXACT.iter().find(|(_, words)| words.iter().any(|word| word.to_lowercase() == lower))
        })
        .map(|(code, _)| *code)
}

/// UCUM code, and what people write for it. Case decides only where exact spelling is found first.
const EXACT: [(&str, &[&str]); 63] = [
    ("mm[Hg]", &["mmHg", "mm Hg", "mm[Hg]"]),
    ("Cel", &["°C", "Cel", "C", "degC", "celsius", "deg C"]),
    ("[degF]", &["°F", "[degF]", "F", "degF", "fahrenheit", "deg F"]),
    (
        "/min",
        &[
            "/min",
            "bpm",
            "beats/min",
            "beats/minute",
            "breaths/min",
            "breaths/minute",
            "per minute",
            "per min",
        ],
    ),
    ("%", &["%", "percent"]),
    ("kg", &["kg", "kgs", "kilogram", "kilograms"]),
    ("g", &["g", "gm", "gms", "gram", "grams"]),
    ("mg", &["mg", "milligram", "milligrams"]),
    ("ug", &["ug", "µg", "μg", "mcg", "microgram", "micrograms"]),
    ("ng", &["ng"]),
    ("pg", &["pg"]),
    ("L", &["L", "l", "litre", "liter", "litres"]),
    ("dL", &["dL", "dl"]),
    ("mL", &["mL", "ml", "cc", "millilitre"]),
    ("uL", &["uL", "µL", "μL"]),
    ("fL", &["fL", "fl"]),
    ("m", &["m", "metre", "meter"]),
    ("cm", &["cm", "centimetre", "centimeter"]),
    ("mm", &["mm", "millimetre", "millimeter"]),
    ("[in_i]", &["in", "inch", "inches", "[in_i]"]),
    ("[ft_i]", &["ft", "feet", "[ft_i]"]),
    ("[lb_av]", &["lb", "lbs", "[lb_av]"]),
    ("kg/m2", &["kg/m2", "kg/m²", "kg/m^2"]),
    ("m2", &["m2", "m²"]),
    ("g/dL", &["g/dL", "gm/dL", "gm%", "g%", "g/100mL"]),
    ("g/L", &["g/L"]),
    ("mg/dL", &["mg/dL", "mg%"]),
    ("mg/L", &["mg/L"]),
    ("ug/dL", &["ug/dL", "µg/dL", "μg/dL", "mcg/dL"]),
    ("ug/L", &["ug/L", "µg/L", "mcg/L"]),
    ("ug/mL", &["ug/mL", "µg/mL", "mcg/mL"]),
    ("ng/mL", &["ng/mL"]),
    ("ng/dL", &["ng/dL"]),
    ("pg/mL", &["pg/mL"]),
    ("mmol/L", &["mmol/L"]),
    ("umol/L", &["umol/L", "µmol/L", "μmol/L"]),
    ("nmol/L", &["nmol/L"]),
    ("pmol/L", &["pmol/L"]),
    ("meq/L", &["mEq/L", "meq/L"]),
    ("mosm/kg", &["mOsm/kg"]),
    ("U/L", &["U/L"]),
    ("[IU]/L", &["IU/L", "[IU]/L"]),
    ("[IU]/mL", &["IU/mL", "[IU]/mL"]),
    ("m[IU]/L", &["mIU/L", "m[IU]/L"]),
    ("m[IU]/mL", &["mIU/mL", "m[IU]/mL"]),
    ("u[IU]/mL", &["uIU/mL", "µIU/mL", "μIU/mL", "u[IU]/mL"]),
    ("[IU]", &["IU", "[IU]", "international units"]),
    ("10*3/uL", &["10*3/uL", "10^3/uL", "10^3/µL", "thou/uL", "K/uL", "x10^3/uL", "10³/µL"]),
    (
        "10*6/uL",
        &["10*6/uL", "10^6/uL", "10^6/µL", "million/uL", "M/uL", "mill/cumm", "million/cumm"],
    ),
    ("10*9/L", &["10*9/L", "10^9/L"]),
    ("10*12/L", &["10*12/L", "10^12/L"]),
    ("/uL", &["/uL", "/µL", "cells/uL", "cells/µL", "/cumm", "cells/cumm", "/mm3", "cells/mm3"]),
    ("mm/h", &["mm/h", "mm/hr", "mm/1hr", "mm/hour"]),
    ("s", &["s", "sec", "secs", "second", "seconds"]),
    ("min", &["min", "mins", "minute", "minutes"]),
    ("h", &["h", "hr", "hrs", "hour", "hours"]),
    ("d", &["d", "day", "days"]),
    ("wk", &["wk", "week", "weeks"]),
    ("mo", &["mo", "month", "months"]),
    ("a", &["a", "year", "years", "yr", "yrs"]),
    ("kcal", &["kcal", "Cal"]),
    ("mL/min", &["mL/min"]),
    ("{steps}", &["steps", "{steps}"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_names_itself_or_its_unit() {
        for (code, words) in EXACT {
            for word in words {
                assert_eq!(ucum_code(word), Some(code), "{word}");
            }
        }
    }
}
