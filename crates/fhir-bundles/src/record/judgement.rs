//! Whether a result lies where it should, and who says so. The rules are told in docs/fhir.md.

use std::cmp::Ordering;

use super::{
    interpretation::{Interpretation, Level},
    measurement::MeasuredValue,
    range::{Fit, Purpose, ReferenceRange, Whom},
    standing::{MarkKind, Standing},
};
use crate::{
    Language,
    codes::{UCUM, ucum_code},
    language::Phrase,
    model::{Decimal, Quantity},
};

/// Whether a result lies where it should, and who says so. There is no other outcome, and none by
/// default.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Judgement {
    /// The source says so by its flag.
    BySource {
        /// The gravest of what its flags say.
        level: Level,
        /// Where the value lies in the source's own range, when that is something else.
        but_range: Option<Level>,
    },
    /// The value lies there in the source's own range for this patient.
    ByRange {
        /// Where.
        level: Level,
    },
    /// By a table of ours: reserved, none is kept yet.
    ByOurs {
        /// Where.
        level: Level,
    },
    /// It cannot be said.
    NotJudged(NotJudged),
}

/// Why a result is not judged.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NotJudged {
    /// There is no value.
    #[error("there is no value")]
    NoValue,
    /// There is neither a flag nor a range.
    #[error("neither a flag nor a range is given")]
    NothingGiven,
    /// The flags say nothing about normal and abnormal, and there is no range.
    #[error("what is said about it is neither normal nor abnormal")]
    OtherWords,
    /// Something is said against the result itself.
    #[error("something is said against the result itself")]
    Standing,
    /// The value is no number.
    #[error("the value is no number")]
    NoNumber,
    /// The range is no number.
    #[error("the range is in words")]
    RangeInWords,
    /// No range is for this patient.
    #[error("no range is for this patient")]
    NoRangeFits,
    /// Several ranges are for this patient.
    #[error("several ranges are for this patient")]
    SeveralRangesFit,
    /// Whom the range is for cannot be told: why, in the record's language.
    #[error("{0}")]
    WhomUnknown(String),
    /// The range is no range of what is normal.
    #[error("the range is not one of normal values")]
    AnotherKindOfRange,
    /// Value and range are in different units.
    #[error("value and range are in different units")]
    Units,
    /// The range has no unit, and the value is counted in thousands, lakhs or the like.
    #[error("in which unit the range is, is not said")]
    RangeUnitUnknown,
    /// The value is only "more than" or "less than", and the range leaves it open.
    #[error("a value with \u{201c}{0}\u{201d} leaves it open")]
    Comparator(String),
    /// The range ends before it begins, or has bounds that cannot be compared.
    #[error("the range makes no sense")]
    SenselessRange,
}

impl NotJudged {
    /// The reason in the words of a language.
    pub(crate) fn words(&self, language: Language) -> String {
        language
            .say(match self {
                Self::NoValue => Phrase::NoValue,
                Self::NothingGiven => Phrase::NothingGiven,
                Self::OtherWords => Phrase::OtherWords,
                Self::Standing => Phrase::StandingAgainst,
                Self::NoNumber => Phrase::NoNumber,
                Self::RangeInWords => Phrase::RangeInWords,
                Self::NoRangeFits => Phrase::NoRangeFits,
                Self::SeveralRangesFit => Phrase::SeveralRangesFit,
                Self::WhomUnknown(reason) => return reason.clone(),
                Self::AnotherKindOfRange => Phrase::AnotherKindOfRange,
                Self::Units => Phrase::OtherUnits,
                Self::RangeUnitUnknown => Phrase::RangeUnitUnknown,
                Self::Comparator(sign) => return language.fill(Phrase::ComparatorOpen, &[sign]),
                Self::SenselessRange => Phrase::SenselessRange,
            })
            .to_owned()
    }
}

impl Judgement {
    /// Whether a doctor should look: a flag or a range says that the result is not normal.
    #[must_use]
    pub fn is_abnormal(&self) -> bool {
        match self {
            Self::BySource { level, but_range } => {
                level.is_abnormal() || but_range.is_some_and(Level::is_abnormal)
            }
            Self::ByRange { level } | Self::ByOurs { level } => level.is_abnormal(),
            Self::NotJudged(_) => false,
        }
    }

    /// Where the result lies; `None` when it is not judged.
    #[must_use]
    pub fn level(&self) -> Option<Level> {
        match self {
            Self::BySource { level, .. } | Self::ByRange { level } | Self::ByOurs { level } => {
                Some(*level)
            }
            Self::NotJudged(_) => None,
        }
    }
}

/// Everything that a judgement looks at.
pub(super) struct Evidence<'a> {
    pub(super) standing: &'a Standing,
    pub(super) value: Option<&'a MeasuredValue>,
    pub(super) interpretations: &'a [Interpretation],
    pub(super) ranges: &'a [ReferenceRange],
    pub(super) whom: Whom,
}

/// Judges a result: the source's flag first, else its range, else not at all.
pub(super) fn judge(evidence: &Evidence<'_>) -> Judgement {
    if !may_be_judged(evidence.standing) {
        return Judgement::NotJudged(NotJudged::Standing);
    }
    let flagged = evidence.interpretations.iter().filter_map(|said| said.level).max();
    let by_range = by_range(evidence);
    match (flagged, by_range) {
        (Some(level), Ok(position)) => {
            let agrees = level == position
                || (level.is_low() && position.is_low())
                || (level.is_high() && position.is_high())
                || (matches!(level, Level::Abnormal | Level::Critical) && position.is_abnormal());
            Judgement::BySource { level, but_range: (!agrees).then_some(position) }
        }
        (Some(level), Err(_)) => Judgement::BySource { level, but_range: None },
        (None, Ok(level)) => Judgement::ByRange { level },
        (None, Err(NotJudged::NothingGiven)) if !evidence.interpretations.is_empty() => {
            Judgement::NotJudged(NotJudged::OtherWords)
        }
        (None, Err(reason)) => Judgement::NotJudged(reason),
    }
}

/// What is in error, somebody else's, withdrawn or changed by something unknown is never judged.
pub(super) fn may_be_judged(standing: &Standing) -> bool {
    standing.counts()
}

fn by_range(evidence: &Evidence<'_>) -> Result<Level, NotJudged> {
    if evidence.ranges.is_empty() {
        return Err(NotJudged::NothingGiven);
    }
    let (value, unit, ucum, comparator) = match evidence.value {
        Some(MeasuredValue::Number { value, unit, ucum, comparator }) => {
            (value, unit.as_str(), ucum.as_deref(), comparator.as_deref())
        }
        Some(MeasuredValue::Text(_)) => return Err(NotJudged::NoNumber),
        None => return Err(NotJudged::NoValue),
    };
    let measured = Measured { value, unit, ucum, comparator };
    let normal = chosen(evidence, |range| range.purpose == Purpose::Normal);
    let critical = chosen(evidence, |range| {
        matches!(range.purpose, Purpose::Critical | Purpose::CriticalLow | Purpose::CriticalHigh)
    });
    // Critical limits are looked at first, one by one: they only ever add to what is said.
    if let Ok(Some(range)) = critical {
        let critical = measured.beyond(range, normal.as_ref().ok().copied().flatten())?;
        if let Some(level) = critical {
            return Ok(level);
        }
    }
    match normal? {
        Some(range) => measured.position(range),
        None => Err(NotJudged::AnotherKindOfRange),
    }
}

/// The one range of a kind that is for this patient; `None` when there is none of the kind.
fn chosen<'a>(
    evidence: &Evidence<'a>,
    is_of_kind: impl Fn(&ReferenceRange) -> bool,
) -> Result<Option<&'a ReferenceRange>, NotJudged> {
    let mut fitting: Vec<&ReferenceRange> = Vec::new();
    let mut unknown = None;
    let mut any = false;
    for range in evidence.ranges.iter().filter(|range| is_of_kind(range)) {
        any = true;
        match range.fits(evidence.whom) {
            Fit::Yes => {
                let same =
                    |known: &&ReferenceRange| known.low == range.low && known.high == range.high;
                if !fitting.iter().any(same) {
                    fitting.push(range);
                }
            }
            Fit::No => {}
            Fit::Unknown(reason) => unknown = Some(reason),
        }
    }
    match (fitting.as_slice(), unknown) {
        (_, Some(reason)) => Err(NotJudged::WhomUnknown(reason)),
        ([one], None) => Ok(Some(one)),
        ([], None) if any => Err(NotJudged::NoRangeFits),
        ([], None) => Ok(None),
        (_, None) => Err(NotJudged::SeveralRangesFit),
    }
}

/// A number with all that belongs to it.
struct Measured<'a> {
    value: &'a Decimal,
    unit: &'a str,
    ucum: Option<&'a str>,
    comparator: Option<&'a str>,
}

impl Measured<'_> {
    /// Where the value lies in a normal range; the bounds belong to what is normal.
    fn position(&self, range: &ReferenceRange) -> Result<Level, NotJudged> {
        if !range.has_numbers() {
            return Err(NotJudged::RangeInWords);
        }
        let low = self.against(range, range.low.as_ref())?;
        let high = self.against(range, range.high.as_ref())?;
        if let (Some(low), Some(high)) = (bound(range.low.as_ref()), bound(range.high.as_ref()))
            && low.compare(high) != Some(Ordering::Less)
            && low.compare(high) != Some(Ordering::Equal)
        {
            return Err(NotJudged::SenselessRange);
        }
        use Ordering::{Equal, Greater, Less};
        match self.comparator {
            None if low == Some(Less) => Ok(Level::Low),
            None if high == Some(Greater) => Ok(Level::High),
            None => Ok(Level::Normal),
            Some(">") if matches!(high, Some(Greater | Equal)) => Ok(Level::High),
            Some(">=") if high == Some(Greater) => Ok(Level::High),
            Some("<") if matches!(low, Some(Less | Equal)) => Ok(Level::Low),
            Some("<=") if low == Some(Less) => Ok(Level::Low),
            Some(comparator) => Err(NotJudged::Comparator(comparator.chars().take(10).collect())),
        }
    }

    /// Whether the value lies at or beyond critical limits, where it is plain what they mean: both
    /// around a normal range, or one of which the range itself says the side.
    fn beyond(
        &self,
        range: &ReferenceRange,
        normal: Option<&ReferenceRange>,
    ) -> Result<Option<Level>, NotJudged> {
        let (low, high) = match (range.purpose, &range.low, &range.high) {
            (Purpose::CriticalLow, Some(one), None) | (Purpose::CriticalLow, None, Some(one)) => {
                (Some(one), None)
            }
            (Purpose::CriticalHigh, Some(one), None) | (Purpose::CriticalHigh, None, Some(one)) => {
                (None, Some(one))
            }
            (Purpose::Critical, Some(low), Some(high))
                if normal.is_some_and(|normal| {
                    let within = |outer: &Quantity, inner: &Option<Quantity>, order: Ordering| {
                        let inner = inner.as_ref().and_then(|inner| inner.value.as_ref());
                        inner.is_none_or(|inner| {
                            outer.value.as_ref().and_then(|outer| outer.compare(inner))
                                == Some(order)
                        })
                    };
                    within(low, &normal.low, Ordering::Less)
                        && within(high, &normal.high, Ordering::Greater)
                }) =>
            {
                (Some(low), Some(high))
            }
            _ => return Ok(None),
        };
        use Ordering::{Equal, Greater, Less};
        let low = self.against(range, low)?;
        let high = self.against(range, high)?;
        Ok(match self.comparator {
            None | Some("<" | "<=") if matches!(low, Some(Less | Equal)) => {
                Some(Level::CriticalLow)
            }
            None | Some(">" | ">=") if matches!(high, Some(Greater | Equal)) => {
                Some(Level::CriticalHigh)
            }
            _ => None,
        })
    }

    /// The value compared with a bound of a range; `None` without a bound.
    fn against(
        &self,
        range: &ReferenceRange,
        bound: Option<&Quantity>,
    ) -> Result<Option<Ordering>, NotJudged> {
        let Some(bound) = bound else { return Ok(None) };
        let Some(limit) = &bound.value else { return Ok(None) };
        if bound.comparator.is_some() {
            return Err(NotJudged::SenselessRange);
        }
        if range.names_another_unit || !self.same_unit(bound) {
            return Err(NotJudged::Units);
        }
        // 1.5 lakh/cumm beside 150000: a bare number may be counted in ones.
        let ours = Unit { text: self.unit, ucum: self.ucum };
        if Unit::of(bound).is_none() && !range.names_unit && ours.is_multiple() {
            return Err(NotJudged::RangeUnitUnknown);
        }
        self.value.compare(limit).map(Some).ok_or(NotJudged::SenselessRange)
    }

    /// Whether a bound is in the value's unit. A bound without a unit is in the value's.
    fn same_unit(&self, bound: &Quantity) -> bool {
        let Some(theirs) = Unit::of(bound) else { return true };
        let ours = Unit { text: self.unit, ucum: self.ucum };
        match (ours.known(), theirs.known()) {
            (Some(one), Some(other)) => one == other,
            _ => ours.text.trim() == theirs.text.trim() && !ours.text.trim().is_empty(),
        }
    }
}

/// A unit in words and as UCUM has it.
#[derive(Clone, Copy)]
pub(super) struct Unit<'a> {
    pub(super) text: &'a str,
    pub(super) ucum: Option<&'a str>,
}

impl<'a> Unit<'a> {
    /// A unit that is said; `None` for one without a word.
    pub(super) fn named(text: &'a str, ucum: Option<&'a str>) -> Option<Self> {
        (!text.trim().is_empty()).then_some(Self { text, ucum })
    }

    /// Whether the unit counts in thousands, lakhs or the like: numbers beside it are often written
    /// out in ones.
    fn is_multiple(self) -> bool {
        let written = self.text.to_lowercase();
        let counts = ["lakh", "lac", "crore", "thou", "million", "mill/", "mil/", "10", "x 10"];
        self.ucum.is_some_and(|code| code.starts_with("10*"))
            || ucum_code(self.text).is_some_and(|code| code.starts_with("10*"))
            || counts.iter().any(|count| written.starts_with(count))
            || written.starts_with("x10")
    }

    fn of(quantity: &'a Quantity) -> Option<Self> {
        let text =
            |text: &'a Option<String>| text.as_deref().filter(|text| !text.trim().is_empty());
        let code = text(&quantity.code);
        let ucum = code.filter(|_| quantity.system.as_deref() == Some(UCUM));
        Some(Self { text: text(&quantity.unit).or(code)?, ucum })
    }

    /// The unit as UCUM has it, notes in braces left out; `None` when nobody can tell, or when words
    /// and code contradict each other.
    pub(super) fn known(self) -> Option<String> {
        let bare = |code: &str| {
            let mut bare = String::new();
            let mut inside = false;
            for letter in code.chars() {
                match letter {
                    '{' => inside = true,
                    '}' => inside = false,
                    letter if !inside => bare.push(letter),
                    _ => {}
                }
            }
            bare
        };
        let said = ucum_code(self.text).map(bare);
        match (said, self.ucum.map(bare)) {
            (Some(said), Some(code)) if said != code => None,
            (said, code) => code.or(said),
        }
    }
}

fn bound(bound: Option<&Quantity>) -> Option<&Decimal> {
    bound?.value.as_ref()
}

/// Whether marks of a holder take the judgement from its parts too.
pub(super) fn takes_judgement(standing: &Standing) -> bool {
    standing.marks().iter().any(|mark| mark.kind <= MarkKind::Withdrawn)
}

super::opaque_debug!(Judgement, NotJudged);
