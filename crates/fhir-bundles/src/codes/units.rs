use std::{collections::HashMap, sync::LazyLock};

/// The UCUM code of a unit as hospitals write it: `mmHg`, `°C`, `bpm`, `mg/dl`, `lakh/cumm`.
///
/// `None` for words that are no unit of measure, and for those that could be several: `G/L` (gram or
/// giga), `cal`, `D`, `F` (fahrenheit or French). A quantity then carries the words alone.
///
/// ```
/// use fhir_bundles::codes::ucum_code;
///
/// assert_eq!(ucum_code("mmHg"), Some("mm[Hg]"));
/// assert_eq!(ucum_code("mg/dl"), Some("mg/dL"));
/// assert_eq!(ucum_code("lakhs/cumm"), Some("10*5/uL"));
/// assert_eq!(ucum_code("spoonful"), None);
/// assert_eq!(ucum_code("D"), None);
/// ```
#[must_use]
pub fn ucum_code(unit: &str) -> Option<&'static str> {
    let given = dense(unit);
    let words = &*WORDS;
    let exact = words.exact.get(&given).copied();
    let in_other_case = || {
        let alike = words.folded.get(&given.to_lowercase())?;
        alike.iter().find(|(word, _)| is_in_other_case(word, &given)).map(|(_, code)| *code)
    };
    exact.or_else(in_other_case).or_else(|| {
        let (power, rest) = multiple(unit)?;
        let volume = volume(rest)?;
        MULTIPLES.iter().find(|(p, v, _)| (*p, *v) == (power, volume)).map(|(.., code)| *code)
    })
}

/// Whether a unit counts in thousands, lakhs, millions or the like, so that a number beside it whose
/// unit is not said may be a plain count: 1.5 lakh, and 1,50,000.
#[must_use]
pub(crate) fn has_multiplier(unit: &str) -> bool {
    let mut words = unit.split(|letter: char| !letter.is_alphabetic());
    multiple(unit).is_some() || words.any(|word| power_of_word(word).is_some())
}

/// Whether a unit is a multiplier alone, of which another text says the rest: lakh, of `/cumm`.
#[must_use]
pub(crate) fn is_multiplier(unit: &str) -> bool {
    multiple(unit).is_some_and(|(_, rest)| rest.is_empty())
}

/// The words of the table without spaces, each with its code: the first of the table where several
/// have it. Made once, since every value and every range is asked for its unit.
struct Words {
    exact: HashMap<String, &'static str>,
    /// By the word in small letters, in the table's order.
    folded: HashMap<String, Vec<(String, &'static str)>>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut words = Words { exact: HashMap::new(), folded: HashMap::new() };
    for (code, spellings) in &EXACT {
        for word in spellings.iter().map(|word| dense(word)) {
            words.folded.entry(word.to_lowercase()).or_default().push((word.clone(), code));
            words.exact.entry(word).or_insert(code);
        }
    }
    words
});

/// The letters without spaces, and without the full stop of an abbreviation.
fn dense(unit: &str) -> String {
    let unit = unit.trim().trim_end_matches('.');
    unit.chars().filter(|letter| !letter.is_whitespace()).collect()
}

/// Words whose first letter tells the unit: gram and milli are not giga and mega.
const FIRST_LETTER_TELLS: [&str; 5] = ["g/L", "mIU/L", "m[IU]/L", "mIU/mL", "m[IU]/mL"];
/// Words that no other case means: a calorie may be a small one or a thousand.
const CASE_TELLS: [&str; 1] = ["Cal"];
/// What is another unit than the word that differs from it by case alone.
const MILLIMOLAR: &str = "mM";

/// Whether a unit that has other capitals than a word is surely the same one. A single letter never
/// is: `D` is dioptre and not day, `A` ampere and not year, `M` molar and not metre.
fn is_in_other_case(word: &str, unit: &str) -> bool {
    let letters = word.chars().filter(|letter| letter.is_alphabetic()).count();
    let is_first_told = FIRST_LETTER_TELLS.contains(&word);
    letters > 1
        && !CASE_TELLS.contains(&word)
        && unit != MILLIMOLAR
        && (!is_first_told || word.chars().next() == unit.chars().next())
        && word.to_lowercase() == unit.to_lowercase()
}

/// Words of the multipliers, with their powers of ten.
const POWERS: [(&str, u32); 16] = [
    ("thousand", 3),
    ("thousands", 3),
    ("thou", 3),
    ("lakh", 5),
    ("lakhs", 5),
    ("lac", 5),
    ("lacs", 5),
    ("million", 6),
    ("millions", 6),
    ("mill", 6),
    ("mil", 6),
    ("crore", 7),
    ("crores", 7),
    ("billion", 9),
    ("लाख", 5),
    ("हजार", 3),
];

fn power_of_word(word: &str) -> Option<u32> {
    let word = word.to_lowercase();
    POWERS.iter().find(|(known, _)| *known == word).map(|(_, power)| *power)
}

/// The power of ten with which a unit begins, and what follows: `10^3/µL`, `x10⁹/L`, `lakh/cumm`,
/// `cells x 10^3/uL`, `K/uL`.
fn multiple(unit: &str) -> Option<(u32, &str)> {
    let unit = unit.trim();
    let unit = without_cells(unit).unwrap_or(unit);
    let digits = unit.strip_prefix(['x', 'X', '×']).unwrap_or(unit).trim_start();
    if let Some(rest) = digits.strip_prefix("10") {
        let signed = ["^", "**", "*"].iter().find_map(|sign| rest.strip_prefix(sign));
        let raised = signed.unwrap_or(rest);
        let end = raised
            .find(|letter| plain_power(letter, signed.is_some()).is_none())
            .unwrap_or(raised.len());
        let (power, rest) = raised.split_at_checked(end)?;
        let power: String =
            power.chars().filter_map(|letter| plain_power(letter, signed.is_some())).collect();
        return Some((power.parse().ok()?, rest.trim_start()));
    }
    let end = unit.find(|letter: char| !letter.is_alphabetic()).unwrap_or(unit.len());
    let (word, rest) = unit.split_at_checked(end)?;
    let rest = rest.trim_start_matches('.').trim_start();
    let by_letter = match word {
        "K" | "k" if volume(rest) == Some("uL") => Some(3),
        "M" if volume(rest) == Some("uL") => Some(6),
        _ => None,
    };
    Some((by_letter.or_else(|| power_of_word(word))?, rest))
}

/// A digit of a power: raised, or plain behind a sign.
fn plain_power(letter: char, is_signed: bool) -> Option<char> {
    match letter {
        '⁰' => Some('0'),
        '¹' => Some('1'),
        '²' => Some('2'),
        '³' => Some('3'),
        '⁴'..='⁹' => char::from_digit(u32::from(letter) - u32::from('⁰'), 10),
        '0'..='9' if is_signed => Some(letter),
        _ => None,
    }
}

/// The unit without the word that says what was counted.
fn without_cells(unit: &str) -> Option<&str> {
    let (word, rest) = unit.split_at_checked(unit.find(|letter: char| !letter.is_alphabetic())?)?;
    matches!(word.to_lowercase().as_str(), "cell" | "cells").then(|| rest.trim_start())
}

/// The volume in which something was counted: `/cumm` and `per mm³` are `/uL`.
fn volume(rest: &str) -> Option<&'static str> {
    let rest = without_cells(rest).unwrap_or(rest);
    let volume = rest.strip_prefix('/').or_else(|| rest.strip_prefix("per "))?;
    let volume: String = dense(volume).chars().filter(|letter| *letter != '.').collect();
    match volume.to_lowercase().as_str() {
        "ul" | "µl" | "μl" | "mcl" | "cumm" | "cmm" | "mm3" | "mm³" | "mm^3" | "microlitre"
        | "microliter" => Some("uL"),
        "ml" => Some("mL"),
        "l" | "litre" | "liter" => Some("L"),
        _ => None,
    }
}

/// Power of ten, volume, and the UCUM code.
const MULTIPLES: [(u32, &str, &str); 10] = [
    (3, "uL", "10*3/uL"),
    (4, "uL", "10*4/uL"),
    (5, "uL", "10*5/uL"),
    (6, "uL", "10*6/uL"),
    (7, "uL", "10*7/uL"),
    (3, "mL", "10*3/mL"),
    (6, "mL", "10*6/mL"),
    (6, "L", "10*6/L"),
    (9, "L", "10*9/L"),
    (12, "L", "10*12/L"),
];

/// UCUM code, and what people write for it, without the multiples of [`MULTIPLES`].
const EXACT: [(&str, &[&str]); 59] = [
    ("mm[Hg]", &["mmHg", "mm Hg", "mm[Hg]"]),
    ("Cel", &["°C", "Cel", "C", "degC", "celsius", "deg C"]),
    ("[degF]", &["°F", "[degF]", "degF", "fahrenheit", "deg F"]),
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
    ("g/dL", &["g/dL", "gm/dL", "gm%", "g%", "G%", "g/100mL"]),
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
    (
        "/uL",
        &[
            "/uL",
            "/µL",
            "/μL",
            "/cumm",
            "/cu.mm",
            "/cmm",
            "/mm3",
            "/mm³",
            "cells/uL",
            "cells/µL",
            "cells/cumm",
            "cells/cu.mm",
            "cells/cmm",
            "cells/mm3",
            "cells/mm³",
        ],
    ),
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
            assert_eq!(ucum_code(code), Some(code));
            for word in words {
                assert_eq!(ucum_code(word), Some(code), "{word}");
            }
        }
        for (.., code) in MULTIPLES {
            assert_eq!(ucum_code(code), Some(code));
        }
    }

    /// Of each word every spelling in small letters, in capitals and with a first capital either is
    /// the same unit or has no code; a single letter has none but its own.
    #[test]
    fn another_case_is_the_same_unit_or_none() {
        for (code, words) in EXACT {
            for word in words {
                let mut first = word.chars();
                let title =
                    first.next().map_or(String::new(), |letter| letter.to_uppercase().to_string());
                let title = format!("{title}{}", first.as_str());
                for other in [word.to_lowercase(), word.to_uppercase(), title] {
                    let is_own = EXACT.iter().find(|(_, all)| all.contains(&other.as_str()));
                    let expected = is_own.map_or(code, |(own, _)| own);
                    let found = ucum_code(&other);
                    assert!(found.is_none() || found == Some(expected), "{other}: {found:?}");
                    let is_letter =
                        word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
                    if is_letter && is_own.is_none() {
                        assert_eq!(found, None, "{other}");
                    }
                }
            }
        }
    }

    #[test]
    fn what_may_be_another_unit_has_no_code() {
        for unit in [
            "D",
            "A",
            "M",
            "G",
            "H",
            "S",
            "F",
            "c",
            "f",
            "cal",
            "CAL",
            "G/L",
            "G/l",
            "mM",
            "MIU/L",
            "MIU/mL",
            "MIU/ML",
            "Miu/l",
            "m/uL",
            "m/µL",
            "T/L",
            "K",
            "k",
            "lakh",
            "10^3",
            "10e3/uL",
            "103/uL",
            "",
            "M/L",
            "10^",
            "10^99999999999/uL",
            "thoughts/uL",
        ] {
            assert_eq!(ucum_code(unit), None, "{unit}");
        }
    }

    #[test]
    fn what_is_certain_in_any_case_has_its_code() {
        for (unit, code) in [
            ("MG/DL", "mg/dL"),
            ("Mg/dl", "mg/dL"),
            ("MMHG", "mm[Hg]"),
            ("mm hg", "mm[Hg]"),
            ("g / dL", "g/dL"),
            ("Kgs.", "kg"),
            ("g/l", "g/L"),
            ("miu/ml", "m[IU]/mL"),
            ("KCAL", "kcal"),
            ("Cal", "kcal"),
            ("CM", "cm"),
            ("MM", "mm"),
            ("mMol/L", "mmol/L"),
            ("U/l", "U/L"),
        ] {
            assert_eq!(ucum_code(unit), Some(code), "{unit}");
        }
    }

    #[test]
    fn multiples_of_counts_are_understood() {
        for (unit, code) in [
            ("lakh/cumm", "10*5/uL"),
            ("Lakhs / cu mm", "10*5/uL"),
            ("lac/cu.mm", "10*5/uL"),
            ("lacs per cumm", "10*5/uL"),
            ("lakh cells/mm³", "10*5/uL"),
            ("10^5/µL", "10*5/uL"),
            ("x 10⁵/uL", "10*5/uL"),
            ("thousand/cumm", "10*3/uL"),
            ("thou/uL", "10*3/uL"),
            ("K/uL", "10*3/uL"),
            ("k/µL", "10*3/uL"),
            ("10³/µL", "10*3/uL"),
            ("x10^3/uL", "10*3/uL"),
            ("×10^3/μL", "10*3/uL"),
            ("cells x 10^3/uL", "10*3/uL"),
            ("10**3/mm3", "10*3/uL"),
            ("million/cumm", "10*6/uL"),
            ("MILL/CUMM", "10*6/uL"),
            ("M/uL", "10*6/uL"),
            ("million/mL", "10*6/mL"),
            ("crore/cumm", "10*7/uL"),
            ("10^9/L", "10*9/L"),
            ("x10⁹/l", "10*9/L"),
            ("10¹²/L", "10*12/L"),
        ] {
            assert_eq!(ucum_code(unit), Some(code), "{unit}");
            assert!(has_multiplier(unit), "{unit}");
        }
        for unit in [
            "lakh",
            "Lakhs",
            "million",
            "thousand",
            "लाख",
            "लाख/cumm",
            "in lakhs",
            "10^3 copies/mL",
        ] {
            assert!(has_multiplier(unit), "{unit}");
        }
        for unit in ["", "mg/dL", "/cumm", "%", "g/L", "kg", "mmol/L", "mL/min", "10", "tablet"] {
            assert!(!has_multiplier(unit), "{unit}");
        }
        assert!(is_multiplier("Lakhs") && !is_multiplier("lakh/cumm") && !is_multiplier("/cumm"));
    }
}
