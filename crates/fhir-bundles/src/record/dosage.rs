//! Dosage in words: what the prescriber wrote, and with it everything that the structure says and the
//! text does not.

mod written;

use self::written::Written;
use crate::{
    Language,
    language::Phrase,
    model::{
        CodeableConcept, DateTime, Dosage, DosageAsNeeded, DosageDoseAndRate,
        DosageDoseAndRateDose, DosageDoseAndRateRate, Quantity, Range, Ratio, Timing, TimingRepeat,
        TimingRepeatBounds,
    },
    words::{self, counted, humanised, quantity, range, when},
};

/// One step of a dosage.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DosageStep {
    /// Its place in the order of steps, when the document says so. Steps of one place are taken
    /// together.
    pub sequence: Option<i32>,
    /// The whole dosage in words.
    pub words: String,
}

/// The steps in their order; empty ones are left out.
pub(super) fn steps(dosages: &[Dosage], language: Language) -> Vec<DosageStep> {
    let mut steps: Vec<_> = dosages
        .iter()
        .map(|one| DosageStep { sequence: one.sequence, words: dosage(one, language) })
        .filter(|step| !step.words.is_empty())
        .collect();
    if steps.iter().all(|step| step.sequence.is_some()) {
        steps.sort_by_key(|step| step.sequence);
    }
    steps
}

/// The steps in one text: "then" where the document gives an order.
pub(super) fn joined(steps: &[DosageStep], language: Language) -> String {
    let mut text = String::new();
    let mut before: Option<&DosageStep> = None;
    for step in steps {
        if let Some(before) = before {
            text.push_str("; ");
            text.push_str(&match (before.sequence, step.sequence) {
                (Some(one), Some(other)) if one == other => {
                    language.fill(Phrase::AndStep, &[&step.words])
                }
                (Some(_), Some(_)) => language.fill(Phrase::ThenStep, &[&step.words]),
                _ => step.words.clone(),
            });
        } else {
            text.push_str(&step.words);
        }
        before = Some(step);
    }
    text
}

/// Words that are collected until all is said, each thing once.
struct Said {
    language: Language,
    /// What the prescriber wrote.
    written: Written,
    parts: Vec<String>,
}

impl Said {
    /// Adds words unless the prescriber wrote what they say.
    fn add(&mut self, key: &str, words: Option<String>) {
        let Some(words) = words.filter(|words| !words.trim().is_empty()) else { return };
        let is_written = self.written.says(if key.is_empty() { &words } else { key });
        self.add_unless(is_written, words);
    }

    fn add_unless(&mut self, is_written: bool, words: String) {
        if !is_written && !self.parts.contains(&words) {
            self.parts.push(words);
        }
    }

    /// Adds words about a span unless the prescriber wrote them, in whichever language.
    fn add_span(&mut self, phrase: Phrase, span: impl Fn(Language) -> String) {
        let is_written = Language::with_words().any(|language| {
            let span = span(language);
            let words = language.fill(phrase, &[&span]);
            match phrase {
                Phrase::ForSpan => self.written.says_span(&span, &words),
                _ => self.written.says(&words),
            }
        });
        let words = self.language.fill(phrase, &[&span(self.language)]);
        self.add_unless(is_written, words);
    }

    fn plain(&mut self, words: Option<String>) {
        self.add("", words);
    }
}

fn dosage(dosage: &Dosage, language: Language) -> String {
    let text = dosage.text.as_deref().filter(|text| !text.trim().is_empty());
    let mut said = Said {
        language,
        written: Written::of(text.unwrap_or_default()),
        parts: text.map(|text| text.trim().to_owned()).into_iter().collect(),
    };
    for dose_and_rate in &dosage.dose_and_rate {
        dose(dose_and_rate, &mut said);
    }
    if let Some(timing) = &dosage.timing {
        self::timing_parts(timing, &mut said);
    }
    let label =
        |concept: &Option<CodeableConcept>| concept.as_ref().map(|c| words::concept(Some(c)));
    said.plain(label(&dosage.route));
    said.plain(label(&dosage.site));
    said.plain(label(&dosage.method));
    let is_if_needed_written = said.written.says_if_needed(language.say(Phrase::IfNeeded));
    match &dosage.as_needed {
        Some(DosageAsNeeded::Boolean(true)) if !is_if_needed_written => {
            said.plain(Some(language.say(Phrase::IfNeeded).to_owned()));
        }
        Some(DosageAsNeeded::CodeableConcept(reason)) => {
            let reason = words::concept(Some(reason));
            let words = if reason.is_empty() {
                language.say(Phrase::IfNeeded).to_owned()
            } else {
                language.fill(Phrase::IfNeededFor, &[&reason])
            };
            let key = if is_if_needed_written { reason } else { String::new() };
            said.add(&key, Some(words));
        }
        _ => {}
    }
    said.plain(
        dosage.max_dose_per_period.as_ref().and_then(|most| most_per_period(most, language)),
    );
    let most = |most: &Option<Quantity>, phrase: Phrase| {
        most.as_ref().map(|most| language.fill(phrase, &[&quantity(most)]))
    };
    said.plain(most(&dosage.max_dose_per_administration, Phrase::AtMostAtATime));
    said.plain(most(&dosage.max_dose_per_lifetime, Phrase::AtMostInALifetime));
    for instruction in &dosage.additional_instruction {
        said.plain(instruction.label().map(str::to_owned));
    }
    said.plain(dosage.patient_instruction.clone());
    said.parts.join(", ")
}

fn dose(dose: &DosageDoseAndRate, said: &mut Said) {
    let kind = dose.r#type.as_ref().map(|kind| words::concept(Some(kind)));
    let labelled = |words: String| match kind.as_deref() {
        None | Some("" | "ordered" | "Ordered") => words,
        Some(kind) => format!("{words} ({kind})"),
    };
    let language = said.language;
    let amount = match &dose.dose {
        Some(DosageDoseAndRateDose::Quantity(amount)) => Some(quantity(amount)),
        Some(DosageDoseAndRateDose::Range(amount)) => range(amount, language),
        None => None,
    };
    if let Some(amount) = amount {
        said.add(&amount.clone(), Some(labelled(amount)));
    }
    let rate = match &dose.rate {
        Some(DosageDoseAndRateRate::Ratio(rate)) => words::ratio(rate, language),
        Some(DosageDoseAndRateRate::Range(rate)) => range(rate, language),
        Some(DosageDoseAndRateRate::Quantity(rate)) => Some(quantity(rate)),
        None => None,
    };
    if let Some(rate) = rate {
        said.add(&rate.clone(), Some(labelled(language.fill(Phrase::Rate, &[&rate]))));
    }
}

/// `at most 200 mg a day`
fn most_per_period(most: &Ratio, language: Language) -> Option<String> {
    let amount = quantity(most.numerator.as_ref()?);
    let Some(time) = &most.denominator else {
        return Some(language.fill(Phrase::AtMost, &[&amount]));
    };
    let unit = time.code.as_deref().or(time.unit.as_deref()).unwrap_or_default();
    Some(match time.value.as_ref().map(ToString::to_string).as_deref() {
        None | Some("1") => {
            language.fill(Phrase::AtMostPerUnit, &[&amount, &words::per_unit(unit, language)])
        }
        Some(count) => {
            language.fill(Phrase::AtMostInSpan, &[&amount, &counted(count, unit, language)])
        }
    })
}

/// `5 days`
fn time_span(quantity: &Quantity, language: Language) -> String {
    let unit = quantity.code.as_deref().or(quantity.unit.as_deref()).unwrap_or_default();
    let comparator = quantity.comparator.as_deref().unwrap_or_default();
    match &quantity.value {
        Some(value) => counted(&format!("{comparator}{value}"), unit, language),
        None => unit.to_owned(),
    }
}

/// A timing in words.
pub(super) fn timing(timing: &Timing, language: Language) -> Option<String> {
    let mut said = Said { language, written: Written::of(""), parts: Vec::new() };
    timing_parts(timing, &mut said);
    words::joined(said.parts, ", ")
}

fn timing_parts(timing: &Timing, said: &mut Said) {
    let language = said.language;
    let repeat = timing.repeat.as_ref();
    if let Some(code) = &timing.code {
        let bare = code.coding.iter().find_map(|coding| coding.code.as_deref());
        let label = words::concept(Some(code));
        let meaning = abbreviation(bare.unwrap_or(&label), language)
            .or_else(|| abbreviation(&label, language));
        // The structure says the same in other words.
        let repeated = repeat.and_then(|repeat| frequency(repeat, language));
        match meaning {
            Some(meaning) if repeated.as_ref() == Some(&meaning) => {}
            Some(meaning) if label.len() <= 4 => {
                said.add(&label.clone(), Some(format!("{label} ({meaning})")))
            }
            _ => said.plain(Some(label)),
        }
    }
    if let Some(repeat) = repeat {
        self::repeat(repeat, said);
    }
    let events: Vec<String> =
        timing.event.iter().map(|event| when(event.as_str(), language)).collect();
    said.plain(
        words::joined(events, "; ").map(|events| language.fill(Phrase::OnDates, &[&events])),
    );
}

fn repeat(repeat: &TimingRepeat, said: &mut Said) {
    let language = said.language;
    if let Some(frequency) = frequency(repeat, language) {
        let english = self::frequency(repeat, Language::English).unwrap_or_default();
        let is_written = said.written.says_frequency(&[&frequency, &english], repeat);
        said.add_unless(is_written, frequency);
    }
    let moments: Vec<String> =
        repeat.when.iter().map(|code| moment(code, language).to_owned()).collect();
    if let Some(moments) = words::joined(moments, ", ") {
        let offset = repeat.offset.filter(|minutes| *minutes > 0).map(|minutes| {
            if minutes % 60 == 0 {
                counted(&(minutes / 60).to_string(), "h", language)
            } else {
                counted(&minutes.to_string(), "min", language)
            }
        });
        said.plain(Some(match offset {
            Some(offset) => format!("{offset} {moments}"),
            None => moments,
        }));
    }
    let days: Vec<String> = repeat.day_of_week.iter().map(|day| day_name(day, language)).collect();
    said.plain(words::joined(days, ", ").map(|days| language.fill(Phrase::OnDays, &[&days])));
    let times: Vec<String> = repeat
        .time_of_day
        .iter()
        .map(|time| {
            time.strip_suffix(":00").filter(|rest| rest.contains(':')).unwrap_or(time).to_owned()
        })
        .collect();
    said.plain(words::joined(times, ", ").map(|times| language.fill(Phrase::AtTimes, &[&times])));
    if let Some(duration) = &repeat.duration {
        let unit = repeat.duration_unit.as_deref().unwrap_or_default();
        said.add_span(Phrase::OverSpan, |language| match &repeat.duration_max {
            Some(most) => {
                let most = counted(most.as_str(), unit, language);
                language.fill(Phrase::AToB, &[duration.as_str(), &most])
            }
            None => counted(duration.as_str(), unit, language),
        });
    }
    let count = match (repeat.count, repeat.count_max) {
        (Some(1), None) => Some(language.say(Phrase::OnceInAll).to_owned()),
        (Some(count), None) => Some(language.fill(Phrase::TimesInAll, &[&count.to_string()])),
        (Some(count), Some(most)) => {
            Some(language.fill(Phrase::TimesRangeInAll, &[&count.to_string(), &most.to_string()]))
        }
        (None, Some(most)) => Some(language.fill(Phrase::AtMostTimesInAll, &[&most.to_string()])),
        (None, None) => None,
    };
    said.plain(count);
    match &repeat.bounds {
        Some(TimingRepeatBounds::Duration(duration)) => {
            said.add_span(Phrase::ForSpan, |language| time_span(duration, language));
        }
        Some(TimingRepeatBounds::Range(range)) => {
            let span = bounds_range(range, language);
            said.plain(span.map(|span| language.fill(Phrase::ForSpan, &[&span])));
        }
        Some(TimingRepeatBounds::Period(period)) => {
            let side =
                |date: &Option<DateTime>| date.as_ref().map(|date| when(date.as_str(), language));
            let words = match (side(&period.start), side(&period.end)) {
                (Some(start), Some(end)) => Some(language.fill(Phrase::FromUntil, &[&start, &end])),
                (Some(start), None) => Some(language.fill(Phrase::From, &[&start])),
                (None, Some(end)) => Some(language.fill(Phrase::Until, &[&end])),
                (None, None) => None,
            };
            said.plain(words);
        }
        None => {}
    }
}

fn bounds_range(range: &Range, language: Language) -> Option<String> {
    Some(match (&range.low, &range.high) {
        (Some(low), Some(high)) => {
            language.fill(Phrase::AToB, &[&time_span(low, language), &time_span(high, language)])
        }
        (Some(low), None) => language.fill(Phrase::AtLeast, &[&time_span(low, language)]),
        (None, Some(high)) => language.fill(Phrase::AtMost, &[&time_span(high, language)]),
        (None, None) => return None,
    })
}

/// How often: `twice a day`, `1 to 3 times a day`, `every 8 hours`.
pub(crate) fn frequency(repeat: &TimingRepeat, language: Language) -> Option<String> {
    let number = |number: i32| number.to_string();
    let times = match (repeat.frequency, repeat.frequency_max) {
        (Some(least), Some(most)) if least != most => {
            Some(language.fill(Phrase::TimesRange, &[&number(least), &number(most)]))
        }
        (None, Some(most)) => Some(language.fill(Phrase::UpToTimes, &[&number(most)])),
        (Some(1), _) => None,
        (Some(2), _) => Some(language.say(Phrase::Twice).to_owned()),
        (Some(times), _) => Some(language.fill(Phrase::Times, &[&number(times)])),
        (None, None) => None,
    };
    let once = || language.say(Phrase::Once).to_owned();
    if repeat.period.is_none() && repeat.period_max.is_none() && repeat.period_unit.is_none() {
        return times.or_else(|| (repeat.frequency == Some(1)).then(once));
    }
    let unit = repeat.period_unit.as_deref().unwrap_or_default();
    let period = repeat.period.as_ref().map_or("1", |period| period.as_str());
    let span = match &repeat.period_max {
        None if period == "1" => {
            let per = words::per_unit(unit, language);
            return Some(language.fill(Phrase::TimesPerUnit, &[&times.unwrap_or_else(once), &per]));
        }
        None => counted(period, unit, language),
        Some(most) => {
            let most = counted(most.as_str(), unit, language);
            language.fill(Phrase::AToB, &[period, &most])
        }
    };
    Some(match times {
        Some(times) => language.fill(Phrase::TimesEverySpan, &[&times, &span]),
        None => language.fill(Phrase::EverySpan, &[&span]),
    })
}

/// What the codes of HL7's timing abbreviations mean.
fn abbreviation(code: &str, language: Language) -> Option<String> {
    let code = code.to_ascii_uppercase();
    let daily = |times: i32| TimingRepeat {
        frequency: Some(times),
        period_unit: Some("d".to_owned()),
        ..TimingRepeat::default()
    };
    let every = |unit: &str| words::per_unit(unit, language);
    let once_per = |unit: &str| {
        language.fill(Phrase::TimesPerUnit, &[language.say(Phrase::Once), &every(unit)])
    };
    let every_hours =
        |hours: &str| language.fill(Phrase::EverySpan, &[&counted(hours, "h", language)]);
    Some(match code.as_str() {
        "BID" | "BD" => return frequency(&daily(2), language),
        "TID" | "TDS" => return frequency(&daily(3), language),
        "QID" | "QDS" => return frequency(&daily(4), language),
        "QD" | "OD" => return frequency(&daily(1), language),
        "AM" => language.say(Phrase::EveryMorning).to_owned(),
        "PM" => language.say(Phrase::EveryAfternoon).to_owned(),
        "QOD" => language.fill(Phrase::EverySpan, &[&counted("2", "d", language)]),
        "Q1H" => once_per("h"),
        "Q2H" => every_hours("2"),
        "Q3H" => every_hours("3"),
        "Q4H" => every_hours("4"),
        "Q6H" => every_hours("6"),
        "Q8H" => every_hours("8"),
        "BED" | "HS" => language.say(Phrase::AtBedtime).to_owned(),
        "WK" => once_per("wk"),
        "MO" => once_per("mo"),
        "SOS" | "PRN" => language.say(Phrase::IfNeeded).to_owned(),
        "STAT" => language.say(Phrase::AtOnce).to_owned(),
        _ => return None,
    })
}

/// What the codes of HL7's event timings mean.
fn moment(code: &str, language: Language) -> &str {
    language.say(match code {
        "MORN" => Phrase::InTheMorning,
        "MORN.early" => Phrase::EarlyMorning,
        "MORN.late" => Phrase::LateMorning,
        "NOON" => Phrase::AtNoon,
        "AFT" => Phrase::InTheAfternoon,
        "AFT.early" => Phrase::EarlyAfternoon,
        "AFT.late" => Phrase::LateAfternoon,
        "EVE" => Phrase::InTheEvening,
        "EVE.early" => Phrase::EarlyEvening,
        "EVE.late" => Phrase::LateEvening,
        "NIGHT" => Phrase::AtNight,
        "PHS" => Phrase::AfterGoingToSleep,
        "HS" => Phrase::AtBedtime,
        "WAKE" => Phrase::OnWaking,
        "C" => Phrase::WithMeals,
        "CM" => Phrase::WithBreakfast,
        "CD" => Phrase::WithLunch,
        "CV" => Phrase::WithDinner,
        "AC" => Phrase::BeforeMeals,
        "ACM" => Phrase::BeforeBreakfast,
        "ACD" => Phrase::BeforeLunch,
        "ACV" => Phrase::BeforeDinner,
        "PC" => Phrase::AfterMeals,
        "PCM" => Phrase::AfterBreakfast,
        "PCD" => Phrase::AfterLunch,
        "PCV" => Phrase::AfterDinner,
        other => return other,
    })
}

fn day_name(code: &str, language: Language) -> String {
    let phrase = match code {
        "mon" => Phrase::Mondays,
        "tue" => Phrase::Tuesdays,
        "wed" => Phrase::Wednesdays,
        "thu" => Phrase::Thursdays,
        "fri" => Phrase::Fridays,
        "sat" => Phrase::Saturdays,
        "sun" => Phrase::Sundays,
        other => return humanised(other),
    };
    language.say(phrase).to_owned()
}

super::opaque_debug!(DosageStep);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{json::Json, model::Value as _};

    fn read(json: &str) -> String {
        read_in(json, Language::English)
    }

    fn read_in(json: &str, language: Language) -> String {
        dosage(&Dosage::read("", Json::parse(json.as_bytes()).unwrap()).unwrap(), language)
    }

    #[test]
    fn text_and_structure_are_read_together() {
        for (json, expected) in [
            (
                r#"{"text":"0-0-1","doseAndRate":[{"doseQuantity":{"value":0.5,"unit":"mL"}}],"timing":{"repeat":{"frequency":1,"period":1,"periodUnit":"d","boundsDuration":{"value":5,"unit":"days","code":"d"}}}}"#,
                "0-0-1, 0.5 mL, for 5 days",
            ),
            (
                r#"{"text":"1 drop","site":{"text":"RIGHT eye only"},"asNeededCodeableConcept":{"text":"if pressure above 21"},"timing":{"repeat":{"frequency":2,"period":1,"periodUnit":"d"}}}"#,
                "1 drop, twice a day, RIGHT eye only, if needed: if pressure above 21",
            ),
            (
                r#"{"text":"1 tablet, 1-0-1, 3 days, after food","doseAndRate":[{"doseQuantity":{"value":1,"unit":"tablet"}}],"timing":{"repeat":{"frequency":2,"period":1,"periodUnit":"d","boundsDuration":{"value":3,"unit":"d","code":"d"}}},"additionalInstruction":[{"text":"After food"}]}"#,
                "1 tablet, 1-0-1, 3 days, after food",
            ),
            (
                r#"{"text":"11 tablets","doseAndRate":[{"doseQuantity":{"value":1,"unit":"tablet"}}]}"#,
                "11 tablets, 1 tablet",
            ),
            (
                r#"{"doseAndRate":[{"doseQuantity":{"value":50,"unit":"mg"}}],"timing":{"repeat":{"frequency":1,"frequencyMax":3,"period":1,"periodUnit":"d"}},"asNeededCodeableConcept":{"text":"severe pain"},"maxDosePerPeriod":{"numerator":{"value":200,"unit":"mg"},"denominator":{"value":1,"unit":"d"}}}"#,
                "50 mg, 1 to 3 times a day, if needed: severe pain, at most 200 mg a day",
            ),
            (
                r#"{"doseAndRate":[{"doseQuantity":{"value":15,"unit":"mg"}}],"timing":{"repeat":{"count":4,"dayOfWeek":["mon"]}}}"#,
                "15 mg, on Mondays, 4 times in all",
            ),
            (
                r#"{"doseAndRate":[{"rateRatio":{"numerator":{"value":5,"unit":"mcg/kg"},"denominator":{"value":1,"unit":"min"}}}]}"#,
                "rate 5 mcg/kg per min",
            ),
            (
                r#"{"timing":{"code":{"coding":[{"code":"BID"}]},"repeat":{"when":["ACM","ACV"],"offset":30,"timeOfDay":["08:00:00","20:30:00"],"boundsPeriod":{"end":"2026-03-10"}}}}"#,
                "BID (twice a day), 30 minutes before breakfast, before dinner, at 08:00, 20:30, until 10 Mar 2026",
            ),
            (
                r#"{"timing":{"repeat":{"frequency":3}},"asNeededBoolean":true,"maxDosePerAdministration":{"value":2,"unit":"tablet"},"patientInstruction":"with water"}"#,
                "3 times, if needed, at most 2 tablet at a time, with water",
            ),
            (
                r#"{"timing":{"event":["2026-03-01T10:30:00+05:30"],"repeat":{"period":8,"periodUnit":"h","duration":30,"durationUnit":"min","boundsRange":{"low":{"value":5,"unit":"d"},"high":{"value":7,"unit":"d"}}}}}"#,
                "every 8 hours, over 30 minutes, for 5 days to 7 days, on 1 Mar 2026, 10:30",
            ),
        ] {
            assert_eq!(read(json), expected, "{json}");
        }
    }

    #[test]
    fn words_about_something_else_hide_nothing() {
        let days = r#""timing":{"repeat":{"boundsDuration":{"value":5,"unit":"d","code":"d"}}}"#;
        let daily = |times: i32| {
            format!(r#""timing":{{"repeat":{{"frequency":{times},"period":1,"periodUnit":"d"}}}}"#)
        };
        let two = r#""doseAndRate":[{"doseQuantity":{"value":2,"unit":"tablets"}}]"#;
        let oral = r#""route":{"text":"Oral"}"#;
        let needed = r#""asNeededBoolean":true"#;
        let slow = r#""timing":{"repeat":{"duration":30,"durationUnit":"min"}}"#;
        for (text, structure, added) in [
            // For how long.
            ("1-0-1, review after 5 days", days, Some("for 5 days")),
            ("1-0-1, repeat in 5 days", days, Some("for 5 days")),
            ("1 tablet every 5 days", days, Some("for 5 days")),
            ("not for 5 days", days, Some("for 5 days")),
            ("stop milk for 5 days", days, Some("for 5 days")),
            ("ideally 5 days apart", days, Some("for 5 days")),
            ("1-0-1 for 5 days", days, None),
            ("1-0-1 x 5 days", days, None),
            ("1-0-1 × 5 days", days, None),
            ("BD 5 days", days, None),
            ("1 tablet, twice a day, 5 days", days, None),
            ("1-0-1 for 5 days then stop", days, None),
            // How much.
            ("Max 2 tablets in 24 hours", two, Some("2 tablets")),
            ("not more than 2 tablets", two, Some("2 tablets")),
            ("1 tablet; if no relief 2 tablets", two, Some("2 tablets")),
            ("upto 2 tablets", two, Some("2 tablets")),
            ("Take 2 tablets twice daily", two, None),
            ("2 tablets with water after food", two, None),
            // How often.
            ("thrice daily", &daily(1), Some("once a day")),
            ("1 tablet 3 times daily", &daily(1), Some("once a day")),
            ("avoid at night; 1 tab", &daily(1), Some("once a day")),
            ("1 tab, review once daily", &daily(1), Some("once a day")),
            ("morning and night", &daily(1), Some("once a day")),
            ("BD on alternate days", &daily(2), Some("twice a day")),
            ("1-0-1 or TDS", &daily(2), Some("twice a day")),
            ("not more than twice daily", &daily(2), Some("twice a day")),
            ("1 tab at night", &daily(1), None),
            ("1 tab daily", &daily(1), None),
            ("1 tab BD", &daily(2), None),
            ("1-0-1 after food", &daily(2), None),
            ("three times a day", &daily(3), None),
            // Where, and when needed.
            ("Not for oral use. Apply", oral, Some("Oral")),
            ("for oral thrush", oral, Some("Oral")),
            ("1 tab oral", oral, None),
            ("do not take as needed", needed, Some("if needed")),
            ("1 tab SOS", needed, None),
            ("rest 30 minutes", slow, Some("over 30 minutes")),
            ("IV over 30 minutes", slow, None),
        ] {
            let shown = read(&format!(r#"{{"text":"{text}",{structure}}}"#));
            let expected = added.map_or(text.to_owned(), |added| format!("{text}, {added}"));
            assert_eq!(shown, expected);
        }
    }

    #[test]
    fn a_text_with_another_frequency_hides_nothing() {
        let json =
            r#"{"text":"1-0-1","timing":{"repeat":{"frequency":3,"period":1,"periodUnit":"d"}}}"#;
        assert_eq!(read(json), "1-0-1, 3 times a day");
    }

    #[test]
    fn a_dosage_is_told_in_the_language_and_nothing_twice() {
        let json = r#"{"text":"1 tablet, 1-0-1, 3 दिन","timing":{"repeat":{"frequency":2,"period":1,"periodUnit":"d","boundsDuration":{"value":3,"unit":"d","code":"d"}}}}"#;
        assert_eq!(read_in(json, Language::Hindi), "1 tablet, 1-0-1, 3 दिन");
        assert_eq!(read(json), "1 tablet, 1-0-1, 3 दिन");
        let denied = json.replace("3 दिन", "3 दिन नहीं");
        assert_eq!(read(&denied), "1 tablet, 1-0-1, 3 दिन नहीं, for 3 days");
        let json = r#"{"doseAndRate":[{"doseQuantity":{"value":50,"unit":"mg"}}],"timing":{"repeat":{"frequency":2,"period":1,"periodUnit":"d","when":["PCM"],"dayOfWeek":["mon"]}},"asNeededBoolean":true,"maxDosePerPeriod":{"numerator":{"value":200,"unit":"mg"},"denominator":{"value":1,"unit":"d"}}}"#;
        for (language, expected) in [
            (
                Language::English,
                "50 mg, twice a day, after breakfast, on Mondays, if needed, at most 200 mg a day",
            ),
            (
                Language::Hindi,
                "50 mg, दिन में दो बार, नाश्ते के बाद, सोमवार को, ज़रूरत होने पर, दिन में अधिकतम 200 mg",
            ),
        ] {
            assert_eq!(read_in(json, language), expected);
        }
    }

    #[test]
    fn words_of_other_languages_hide_only_what_they_say() {
        let days = r#""timing":{"repeat":{"boundsDuration":{"value":5,"unit":"d","code":"d"}}}"#;
        let twice = r#""timing":{"repeat":{"frequency":2,"period":1,"periodUnit":"d"}}"#;
        let needed = r#""asNeededBoolean":true"#;
        for (text, structure, added) in [
            ("1-0-1, 5 दिन", days, None),
            ("1-0-1, 5 दिन बाद दिखाएँ", days, Some("अवधि: 5 दिन")),
            ("5 दिन नहीं", days, Some("अवधि: 5 दिन")),
            ("1-0-1، 5 دن۔ کھانے کے بعد", days, None),
            ("BD for 5 days", days, None),
            ("दिन में दो बार", twice, None),
            ("दिन में दो बार नहीं", twice, Some("दिन में दो बार")),
            ("दिन में दो बार से अधिक नहीं", twice, Some("दिन में दो बार")),
            ("TDS, दिन में दो बार", twice, Some("दिन में दो बार")),
            ("BD", twice, None),
            ("ज़रूरत होने पर", needed, None),
            ("ज़रूरत होने पर न लें", needed, Some("ज़रूरत होने पर")),
            ("1 tab SOS", needed, None),
        ] {
            let shown = read_in(&format!(r#"{{"text":"{text}",{structure}}}"#), Language::Hindi);
            let expected = added.map_or(text.to_owned(), |added| format!("{text}, {added}"));
            assert_eq!(shown, expected);
        }
    }
}
