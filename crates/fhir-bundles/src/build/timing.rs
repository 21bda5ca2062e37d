use super::span::Span;
use crate::{
    language::{Language, Phrase},
    model::{self, Decimal, TimingRepeat, TimingRepeatBounds},
    record::frequency_words,
};

/// How often a medicine is taken.
///
/// ```
/// use fhir_bundles::build::Timing;
///
/// assert_eq!(Timing::from("1-0-1"), Timing::times_a_day(2).words("1-0-1"));
/// assert_eq!(Timing::from("every 8 hours"), Timing::every(8, "h").words("every 8 hours"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    /// As the prescriber wrote it.
    text: Option<String>,
    repeat: Option<Repeat>,
    as_needed: bool,
}

/// So many times in so long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Repeat {
    frequency: i32,
    period: i32,
    unit: &'static str,
}

impl Timing {
    const UNSAID: Self = Self { text: None, repeat: None, as_needed: false };

    /// So many times each day.
    #[must_use]
    pub fn times_a_day(times: u8) -> Self {
        Self::UNSAID.repeating(i32::from(times.max(1)), 1, "d")
    }

    /// Once in so many units of time: `h` hours, `d` days, `wk` weeks, `mo` months.
    #[must_use]
    pub fn every(period: u8, unit: &'static str) -> Self {
        let period = i32::from(period.max(1));
        Self::UNSAID.repeating(1, period, unit)
    }

    /// Only when needed.
    #[must_use]
    pub fn as_needed() -> Self {
        Self { as_needed: true, ..Self::UNSAID }
    }

    /// The same timing in the doctor's own words.
    #[must_use]
    pub fn words(self, text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..self }
    }

    pub(super) fn text_only(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..Self::UNSAID }
    }

    fn repeating(self, frequency: i32, period: i32, unit: &'static str) -> Self {
        Self { repeat: Some(Repeat { frequency, period, unit }), ..self }
    }

    /// What was written, else how often in words of the language.
    pub(super) fn text(&self, language: Language) -> String {
        if let Some(text) = &self.text {
            return text.clone();
        }
        let often = self.to_fhir(None).repeat;
        let often = often.and_then(|repeat| frequency_words(&repeat, language));
        let needed = self.as_needed.then(|| language.say(Phrase::IfNeeded).to_owned());
        often.or(needed).unwrap_or_default()
    }

    pub(super) fn is_as_needed(&self) -> bool {
        self.as_needed
    }

    pub(super) fn to_fhir(&self, span: Option<Span>) -> model::Timing {
        let bounds = span.map(|span| TimingRepeatBounds::Duration(span.duration()));
        if bounds.is_none() && self.repeat.is_none() {
            return model::Timing::default();
        }
        let repeat = TimingRepeat {
            bounds,
            frequency: self.repeat.map(|repeat| repeat.frequency),
            period: self.repeat.map(|repeat| Decimal::from(repeat.period)),
            period_unit: self.repeat.map(|repeat| repeat.unit.to_owned()),
            ..TimingRepeat::default()
        };
        model::Timing { repeat: Some(repeat), ..model::Timing::default() }
    }
}

/// Reads what prescriptions say; anything else stays in words.
impl From<&str> for Timing {
    fn from(text: &str) -> Self {
        let plain = text.trim().to_lowercase().replace('.', "");
        let understood = match plain.as_str() {
            "od" | "qd" | "once daily" | "once a day" | "daily" | "hs" | "at bedtime"
            | "at night" => Some(Self::times_a_day(1)),
            "bd" | "bid" | "twice daily" | "twice a day" => Some(Self::times_a_day(2)),
            "tds" | "tid" | "thrice daily" | "thrice a day" | "three times a day" => {
                Some(Self::times_a_day(3))
            }
            "qid" | "qds" | "four times a day" => Some(Self::times_a_day(4)),
            "sos" | "prn" | "when needed" | "as needed" | "if needed" => Some(Self::as_needed()),
            "weekly" | "once a week" => Some(Self::every(1, "wk")),
            "stat" => None,
            other => doses_by_meal(other).or_else(|| every_so_often(other)),
        };
        understood.unwrap_or_else(|| Self::text_only("")).words(text.trim())
    }
}

impl From<String> for Timing {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

/// `1-0-1`: a dose each for morning, noon, evening and, with four, bedtime. Only where all doses are
/// one unit can the times be counted.
fn doses_by_meal(text: &str) -> Option<Timing> {
    let doses: Vec<&str> = text.split('-').map(str::trim).collect();
    if !(3..=4).contains(&doses.len()) || !doses.iter().all(|dose| matches!(*dose, "0" | "1")) {
        return None;
    }
    let times = doses.iter().filter(|dose| **dose == "1").count();
    u8::try_from(times).ok().filter(|times| *times > 0).map(Timing::times_a_day)
}

/// `every 8 hours`, `q6h`
fn every_so_often(text: &str) -> Option<Timing> {
    let rest = match text.strip_prefix("every ") {
        Some(rest) => rest.to_owned(),
        None => {
            let hours = text.strip_prefix('q')?.strip_suffix('h')?;
            format!("{hours} hours")
        }
    };
    let (period, unit) = rest.split_once(' ')?;
    let period: u8 = period.parse().ok().filter(|period| *period > 0)?;
    let unit = match unit.trim_end_matches('s') {
        "hour" | "hr" | "h" => "h",
        "day" => "d",
        "week" => "wk",
        "month" => "mo",
        _ => return None,
    };
    Some(Timing::every(period, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn per_day(text: &str) -> Option<(i32, i32, &'static str)> {
        Timing::from(text).repeat.map(|repeat| (repeat.frequency, repeat.period, repeat.unit))
    }

    #[test]
    fn prescription_shorthand_is_understood() {
        assert_eq!(per_day("1-0-1"), Some((2, 1, "d")));
        assert_eq!(per_day("1-1-1-1"), Some((4, 1, "d")));
        assert_eq!(per_day("B.D."), Some((2, 1, "d")));
        assert_eq!(per_day("q6h"), Some((1, 6, "h")));
        assert_eq!(per_day("every 2 weeks"), Some((1, 2, "wk")));
        assert!(Timing::from("SOS").is_as_needed());
    }

    #[test]
    fn what_cannot_be_counted_stays_in_words() {
        for text in
            ["2-0-1", "½-0-½", "0-0-0", "before the surgery", "every now and then", "q0h", ""]
        {
            assert_eq!(Timing::from(text), Timing::text_only(text), "{text}");
        }
    }
}
