//! Dosage in words: what the prescriber wrote, and with it everything that the structure says and the
//! text does not.

use crate::{
    model::{
        CodeableConcept, DateTime, Dosage, DosageAsNeeded, DosageDoseAndRate,
        DosageDoseAndRateDose, DosageDoseAndRateRate, Quantity, Range, Ratio, Timing, TimingRepeat,
        TimingRepeatBounds,
    },
    words::{self, humanised, quantity, range, when},
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
pub(super) fn steps(dosages: &[Dosage]) -> Vec<DosageStep> {
    let mut steps: Vec<_> = dosages
        .iter()
        .map(|one| DosageStep { sequence: one.sequence, words: dosage(one) })
        .filter(|step| !step.words.is_empty())
        .collect();
    if steps.iter().all(|step| step.sequence.is_some()) {
        steps.sort_by_key(|step| step.sequence);
    }
    steps
}

/// The steps in one text: "then" where the document gives an order.
pub(super) fn joined(steps: &[DosageStep]) -> String {
    let mut text = String::new();
    let mut before: Option<&DosageStep> = None;
    for step in steps {
        if let Some(before) = before {
            text.push_str(match (before.sequence, step.sequence) {
                (Some(one), Some(other)) if one == other => "; and ",
                (Some(_), Some(_)) => "; then ",
                _ => "; ",
            });
        }
        text.push_str(&step.words);
        before = Some(step);
    }
    text
}

/// Words that are collected until all is said, each thing once.
struct Said {
    /// What the prescriber wrote, as [`simple`] has it.
    written: String,
    parts: Vec<String>,
}

impl Said {
    /// Adds words unless the prescriber wrote what they say.
    fn add(&mut self, key: &str, words: Option<String>) {
        let Some(words) = words.filter(|words| !words.trim().is_empty()) else { return };
        let key = simple(if key.is_empty() { &words } else { key });
        let written = format!(" {} ", self.written);
        let denied = ["not", "no", "never", "without", "except"]
            .iter()
            .any(|no| written.contains(&format!(" {no} {key} ")));
        let is_written = !key.is_empty() && !denied && written.contains(&format!(" {key} "));
        if !is_written && !self.parts.contains(&words) {
            self.parts.push(words);
        }
    }

    fn plain(&mut self, words: Option<String>) {
        self.add("", words);
    }
}

/// Lower case, one space between words and numbers.
fn simple(text: &str) -> String {
    let mut simple = String::new();
    for letter in text.chars().flat_map(char::to_lowercase) {
        if letter.is_alphanumeric() || matches!(letter, '.' | '/' | '%' | '-' | '½' | '¼' | '¾')
        {
            simple.push(letter);
        } else if !simple.ends_with(' ') {
            simple.push(' ');
        }
    }
    let words =
        simple.split(' ').map(|word| word.trim_matches('.')).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

fn dosage(dosage: &Dosage) -> String {
    let text = dosage.text.as_deref().filter(|text| !text.trim().is_empty());
    let mut said = Said {
        written: text.map(simple).unwrap_or_default(),
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
    match &dosage.as_needed {
        Some(DosageAsNeeded::Boolean(true)) if !says_if_needed(&said.written) => {
            said.plain(Some("if needed".to_owned()));
        }
        Some(DosageAsNeeded::CodeableConcept(reason)) => {
            let reason = words::concept(Some(reason));
            let words = if reason.to_lowercase().starts_with("if ") || reason.is_empty() {
                format!("if needed: {reason}").trim_end_matches(": ").to_owned()
            } else {
                format!("if needed: {reason}")
            };
            let key = if says_if_needed(&said.written) { reason } else { String::new() };
            said.add(&key, Some(words));
        }
        _ => {}
    }
    said.plain(dosage.max_dose_per_period.as_ref().and_then(most_per_period));
    let most = |most: &Option<Quantity>, of: &str| {
        most.as_ref().map(|most| format!("at most {} {of}", quantity(most)))
    };
    said.plain(most(&dosage.max_dose_per_administration, "at a time"));
    said.plain(most(&dosage.max_dose_per_lifetime, "in a lifetime"));
    for instruction in &dosage.additional_instruction {
        said.plain(instruction.label().map(str::to_owned));
    }
    said.plain(dosage.patient_instruction.clone());
    said.parts.join(", ")
}

fn says_if_needed(written: &str) -> bool {
    let padded = format!(" {written} ");
    [
        "if needed",
        "as needed",
        "when needed",
        "sos",
        "prn",
        "if required",
        "when required",
        "as required",
    ]
    .iter()
    .any(|words| padded.contains(&format!(" {words} ")))
}

fn dose(dose: &DosageDoseAndRate, said: &mut Said) {
    let kind = dose.r#type.as_ref().map(|kind| words::concept(Some(kind)));
    let labelled = |words: String| match kind.as_deref() {
        None | Some("" | "ordered" | "Ordered") => words,
        Some(kind) => format!("{words} ({kind})"),
    };
    let amount = match &dose.dose {
        Some(DosageDoseAndRateDose::Quantity(amount)) => Some(quantity(amount)),
        Some(DosageDoseAndRateDose::Range(amount)) => range(amount),
        None => None,
    };
    if let Some(amount) = amount {
        said.add(&amount.clone(), Some(labelled(amount)));
    }
    let rate = match &dose.rate {
        Some(DosageDoseAndRateRate::Ratio(rate)) => per(rate),
        Some(DosageDoseAndRateRate::Range(rate)) => range(rate),
        Some(DosageDoseAndRateRate::Quantity(rate)) => Some(quantity(rate)),
        None => None,
    };
    if let Some(rate) = rate {
        said.add(&rate.clone(), Some(labelled(format!("rate {rate}"))));
    }
}

/// `5 mcg/kg per min`
fn per(ratio: &Ratio) -> Option<String> {
    words::ratio(ratio)
}

/// `at most 200 mg a day`
fn most_per_period(most: &Ratio) -> Option<String> {
    let amount = quantity(most.numerator.as_ref()?);
    let Some(time) = &most.denominator else { return Some(format!("at most {amount}")) };
    let unit = unit_of_time(time.code.as_deref().or(time.unit.as_deref()).unwrap_or_default());
    Some(match time.value.as_ref().map(ToString::to_string).as_deref() {
        None | Some("1") => format!("at most {amount} a {unit}"),
        Some(count) => format!("at most {amount} in {count} {unit}s"),
    })
}

/// The word for a unit of time, in the singular.
fn unit_of_time(code: &str) -> &str {
    match code {
        "s" => "second",
        "min" => "minute",
        "h" | "hr" => "hour",
        "d" => "day",
        "wk" => "week",
        "mo" => "month",
        "a" => "year",
        other => other.strip_suffix('s').filter(|rest| rest.len() > 2).unwrap_or(other),
    }
}

/// `5 days`
fn time_span(quantity: &Quantity) -> String {
    let unit = quantity.code.as_deref().or(quantity.unit.as_deref()).unwrap_or_default();
    let comparator = quantity.comparator.as_deref().unwrap_or_default();
    match &quantity.value {
        Some(value) => counted(&format!("{comparator}{value}"), unit_of_time(unit)),
        None => unit.to_owned(),
    }
}

fn counted(count: &str, unit: &str) -> String {
    let plural = if count == "1" || unit.is_empty() { "" } else { "s" };
    format!("{count} {unit}{plural}")
}

/// A timing in words.
pub(super) fn timing(timing: &Timing) -> Option<String> {
    let mut said = Said { written: String::new(), parts: Vec::new() };
    timing_parts(timing, &mut said);
    words::joined(said.parts, ", ")
}

fn timing_parts(timing: &Timing, said: &mut Said) {
    let repeat = timing.repeat.as_ref();
    if let Some(code) = &timing.code {
        let bare = code.coding.iter().find_map(|coding| coding.code.as_deref());
        let label = words::concept(Some(code));
        let meaning = abbreviation(bare.unwrap_or(&label)).or_else(|| abbreviation(&label));
        // The structure says the same in other words.
        let repeated = repeat.and_then(frequency);
        match meaning {
            Some(meaning) if repeated.as_deref() == Some(meaning) => {}
            Some(meaning) if label.len() <= 4 => {
                said.add(&label.clone(), Some(format!("{label} ({meaning})")))
            }
            _ => said.plain(Some(label)),
        }
    }
    if let Some(repeat) = repeat {
        self::repeat(repeat, said);
    }
    let events: Vec<String> = timing.event.iter().map(|event| when(event.as_str())).collect();
    said.plain(words::joined(events, "; ").map(|events| format!("on {events}")));
}

fn repeat(repeat: &TimingRepeat, said: &mut Said) {
    if let Some(frequency) = frequency(repeat)
        && !says_frequency(&said.written, repeat)
    {
        said.plain(Some(frequency));
    }
    let moments: Vec<String> = repeat.when.iter().map(|code| moment(code).to_owned()).collect();
    if let Some(moments) = words::joined(moments, ", ") {
        let offset = repeat.offset.filter(|minutes| *minutes > 0).map(|minutes| {
            if minutes % 60 == 0 {
                counted(&(minutes / 60).to_string(), "hour")
            } else {
                counted(&minutes.to_string(), "minute")
            }
        });
        said.plain(Some(match offset {
            Some(offset) => format!("{offset} {moments}"),
            None => moments,
        }));
    }
    let days: Vec<String> = repeat.day_of_week.iter().map(|day| day_name(day).to_owned()).collect();
    said.plain(words::joined(days, ", ").map(|days| format!("on {days}")));
    let times: Vec<String> = repeat
        .time_of_day
        .iter()
        .map(|time| {
            time.strip_suffix(":00").filter(|rest| rest.contains(':')).unwrap_or(time).to_owned()
        })
        .collect();
    said.plain(words::joined(times, ", ").map(|times| format!("at {times}")));
    if let Some(duration) = &repeat.duration {
        let unit = unit_of_time(repeat.duration_unit.as_deref().unwrap_or_default());
        let span = match &repeat.duration_max {
            Some(most) => format!("{duration} to {}", counted(most.as_str(), unit)),
            None => counted(duration.as_str(), unit),
        };
        said.add(&span.clone(), Some(format!("over {span}")));
    }
    let count = match (repeat.count, repeat.count_max) {
        (Some(1), None) => Some("once in all".to_owned()),
        (Some(count), None) => Some(format!("{count} times in all")),
        (Some(count), Some(most)) => Some(format!("{count} to {most} times in all")),
        (None, Some(most)) => Some(format!("at most {most} times in all")),
        (None, None) => None,
    };
    said.plain(count);
    match &repeat.bounds {
        Some(TimingRepeatBounds::Duration(duration)) => {
            let span = time_span(duration);
            said.add(&span.clone(), Some(format!("for {span}")));
        }
        Some(TimingRepeatBounds::Range(range)) => {
            said.plain(bounds_range(range).map(|span| format!("for {span}")));
        }
        Some(TimingRepeatBounds::Period(period)) => {
            let side = |date: &Option<DateTime>| date.as_ref().map(|date| when(date.as_str()));
            let words = match (side(&period.start), side(&period.end)) {
                (Some(start), Some(end)) => Some(format!("from {start} until {end}")),
                (Some(start), None) => Some(format!("from {start}")),
                (None, Some(end)) => Some(format!("until {end}")),
                (None, None) => None,
            };
            said.plain(words);
        }
        None => {}
    }
}

fn bounds_range(range: &Range) -> Option<String> {
    Some(match (&range.low, &range.high) {
        (Some(low), Some(high)) => format!("{} to {}", time_span(low), time_span(high)),
        (Some(low), None) => format!("at least {}", time_span(low)),
        (None, Some(high)) => format!("at most {}", time_span(high)),
        (None, None) => return None,
    })
}

/// How often: `twice a day`, `1 to 3 times a day`, `every 8 hours`.
fn frequency(repeat: &TimingRepeat) -> Option<String> {
    let per = match (&repeat.period, &repeat.period_max, repeat.period_unit.as_deref()) {
        (None, None, None) => None,
        (period, most, unit) => {
            let unit = unit_of_time(unit.unwrap_or_default());
            let period = period.as_ref().map_or("1", |period| period.as_str());
            Some(match most {
                Some(most) => (format!("{period} to {most}"), unit),
                None => (period.to_owned(), unit),
            })
        }
    };
    let times = match (repeat.frequency, repeat.frequency_max) {
        (Some(least), Some(most)) if least != most => Some(format!("{least} to {most} times")),
        (None, Some(most)) => Some(format!("up to {most} times")),
        (Some(1), _) => None,
        (Some(2), _) => Some("twice".to_owned()),
        (Some(times), _) => Some(format!("{times} times")),
        (None, None) => None,
    };
    match (times, per) {
        (times, Some((period, unit))) if period == "1" => {
            Some(format!("{} a {unit}", times.as_deref().unwrap_or("once")))
        }
        (None, Some((period, unit))) => Some(format!("every {}", counted(&period, unit))),
        (Some(times), Some((period, unit))) => {
            Some(format!("{times} every {}", counted(&period, unit)))
        }
        (Some(times), None) => Some(times),
        (None, None) => (repeat.frequency == Some(1)).then(|| "once".to_owned()),
    }
}

/// Whether what the prescriber wrote says how often: `1-0-1` and `BD` are twice a day.
fn says_frequency(written: &str, repeat: &TimingRepeat) -> bool {
    let is_daily = repeat.period_unit.as_deref() == Some("d")
        && repeat.period.as_ref().is_none_or(|period| period.as_str() == "1")
        && repeat.period_max.is_none()
        && repeat.frequency_max.is_none();
    let padded = format!(" {written} ");
    let has = |words: &str| padded.contains(&format!(" {words} "));
    if let Some(words) = frequency(repeat)
        && has(&simple(&words))
    {
        return true;
    }
    let Some(times) = repeat.frequency.filter(|_| is_daily) else {
        // "every 8 hours" is also "q8h" and "8 hourly".
        let hours = repeat.period.as_ref().map(|period| period.as_str()).unwrap_or_default();
        return repeat.period_unit.as_deref() == Some("h")
            && repeat.frequency.unwrap_or(1) == 1
            && repeat.frequency_max.is_none()
            && (has(&format!("q{hours}h")) || has(&format!("{hours} hourly")));
    };
    let by_meal = written.split(' ').any(|word| doses_by_meal(word) == Some(times));
    by_meal
        || match times {
            1 => ["od", "once daily", "hs", "at bedtime", "at night", "daily", "qd"].as_slice(),
            2 => ["bd", "bid", "twice daily"].as_slice(),
            3 => ["tds", "tid", "thrice daily", "thrice a day", "three times a day"].as_slice(),
            4 => ["qid", "qds", "four times a day"].as_slice(),
            _ => [].as_slice(),
        }
        .iter()
        .any(|words| has(words))
}

/// How many doses a day `1-0-1` has; `None` for any other word.
fn doses_by_meal(word: &str) -> Option<i32> {
    let doses: Vec<&str> = word.split('-').collect();
    let is_dose = |dose: &&str| {
        !dose.is_empty() && dose.chars().all(|c| c.is_numeric() || matches!(c, '.' | '/'))
    };
    if !(3..=4).contains(&doses.len()) || !doses.iter().all(is_dose) {
        return None;
    }
    i32::try_from(doses.iter().filter(|dose| !matches!(**dose, "0" | "00")).count()).ok()
}

/// What the codes of HL7's timing abbreviations mean.
fn abbreviation(code: &str) -> Option<&'static str> {
    Some(match code.to_ascii_uppercase().as_str() {
        "BID" | "BD" => "twice a day",
        "TID" | "TDS" => "3 times a day",
        "QID" | "QDS" => "4 times a day",
        "QD" | "OD" => "once a day",
        "AM" => "every morning",
        "PM" => "every afternoon",
        "QOD" => "every 2 days",
        "Q1H" => "once a hour",
        "Q2H" => "every 2 hours",
        "Q3H" => "every 3 hours",
        "Q4H" => "every 4 hours",
        "Q6H" => "every 6 hours",
        "Q8H" => "every 8 hours",
        "BED" | "HS" => "at bedtime",
        "WK" => "once a week",
        "MO" => "once a month",
        "SOS" | "PRN" => "if needed",
        "STAT" => "at once",
        _ => return None,
    })
}

/// What the codes of HL7's event timings mean.
fn moment(code: &str) -> &str {
    match code {
        "MORN" => "in the morning",
        "MORN.early" => "early in the morning",
        "MORN.late" => "late in the morning",
        "NOON" => "at noon",
        "AFT" => "in the afternoon",
        "AFT.early" => "early in the afternoon",
        "AFT.late" => "late in the afternoon",
        "EVE" => "in the evening",
        "EVE.early" => "early in the evening",
        "EVE.late" => "late in the evening",
        "NIGHT" => "at night",
        "PHS" => "after going to sleep",
        "HS" => "at bedtime",
        "WAKE" => "on waking",
        "C" => "with meals",
        "CM" => "with breakfast",
        "CD" => "with lunch",
        "CV" => "with dinner",
        "AC" => "before meals",
        "ACM" => "before breakfast",
        "ACD" => "before lunch",
        "ACV" => "before dinner",
        "PC" => "after meals",
        "PCM" => "after breakfast",
        "PCD" => "after lunch",
        "PCV" => "after dinner",
        other => other,
    }
}

fn day_name(code: &str) -> String {
    match code {
        "mon" => "Mondays".to_owned(),
        "tue" => "Tuesdays".to_owned(),
        "wed" => "Wednesdays".to_owned(),
        "thu" => "Thursdays".to_owned(),
        "fri" => "Fridays".to_owned(),
        "sat" => "Saturdays".to_owned(),
        "sun" => "Sundays".to_owned(),
        other => humanised(other),
    }
}

super::opaque_debug!(DosageStep);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{json::Json, model::Value as _};

    fn read(json: &str) -> String {
        dosage(&Dosage::read("", Json::parse(json.as_bytes()).unwrap()).unwrap())
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
    fn a_text_with_another_frequency_hides_nothing() {
        let json =
            r#"{"text":"1-0-1","timing":{"repeat":{"frequency":3,"period":1,"periodUnit":"d"}}}"#;
        assert_eq!(read(json), "1-0-1, 3 times a day");
    }
}
