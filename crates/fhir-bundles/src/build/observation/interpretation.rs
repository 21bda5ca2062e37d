use std::cmp::Ordering;

use super::super::{
    exact::Exact,
    measure::{Comparator, Measure},
};

/// What a result means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Interpretation {
    /// Within the range.
    Normal,
    /// Below the range.
    Low,
    /// Above the range.
    High,
    /// So low that it endangers the patient.
    CriticalLow,
    /// So high that it endangers the patient.
    CriticalHigh,
    /// Not as it should be, without a direction.
    Abnormal,
    /// The test found it.
    Positive,
    /// The test did not find it.
    Negative,
}

impl Interpretation {
    /// The meanings by the words of plain records.
    pub(crate) const WORDS: [(&str, Self); 8] = [
        ("normal", Self::Normal),
        ("low", Self::Low),
        ("high", Self::High),
        ("critical-low", Self::CriticalLow),
        ("critical-high", Self::CriticalHigh),
        ("abnormal", Self::Abnormal),
        ("positive", Self::Positive),
        ("negative", Self::Negative),
    ];

    /// Code and display of the HL7 code system.
    #[must_use]
    pub fn code(self) -> (&'static str, &'static str) {
        match self {
            Self::Normal => ("N", "Normal"),
            Self::Low => ("L", "Low"),
            Self::High => ("H", "High"),
            Self::CriticalLow => ("LL", "Critical low"),
            Self::CriticalHigh => ("HH", "Critical high"),
            Self::Abnormal => ("A", "Abnormal"),
            Self::Positive => ("POS", "Positive"),
            Self::Negative => ("NEG", "Negative"),
        }
    }
}

/// What a value means by a range, as far as the range decides it: `>500` is above 5, `<10` may be
/// anything when the range begins at 5.
///
/// `open` says that the bounds themselves are not known to be normal (`<5`).
pub(super) fn by_range(
    measure: &Measure,
    low: Option<Exact>,
    high: Option<Exact>,
    open: bool,
) -> Option<Interpretation> {
    if low.is_none() && high.is_none() {
        return None;
    }
    let value = measure.exact()?;
    let (below, above) = match measure.comparator {
        None => (true, true),
        Some(Comparator::Below | Comparator::AtMost) => (true, false),
        Some(Comparator::AtLeast | Comparator::Above) => (false, true),
    };
    let strict = matches!(measure.comparator, Some(Comparator::Below | Comparator::Above));
    let is_low = |low: Exact| match value.cmp(&low) {
        Ordering::Less => below,
        Ordering::Equal => below && strict,
        Ordering::Greater => false,
    };
    let is_high = |high: Exact| match value.cmp(&high) {
        Ordering::Greater => above,
        Ordering::Equal => above && strict,
        Ordering::Less => false,
    };
    if low.is_some_and(is_low) {
        return Some(Interpretation::Low);
    }
    if high.is_some_and(is_high) {
        return Some(Interpretation::High);
    }
    // Normal only where every value that is meant lies within.
    let inside_low = low.is_none_or(|low| match measure.comparator {
        None if open => value > low,
        None | Some(Comparator::AtLeast | Comparator::Above) => value >= low,
        Some(_) => false,
    });
    let inside_high = high.is_none_or(|high| match measure.comparator {
        None if open => value < high,
        None | Some(Comparator::AtMost | Comparator::Below) => value <= high,
        Some(_) => false,
    });
    (inside_low && inside_high).then_some(Interpretation::Normal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(comparator: Option<Comparator>, value: &str, low: &str, high: &str) -> &'static str {
        let measure = Measure { comparator, ..Measure::new(value, "") };
        let bound = |text: &str| text.parse().ok().and_then(|number| Exact::of(&number));
        by_range(&measure, bound(low), bound(high), false).map_or("?", |meaning| meaning.code().0)
    }

    #[test]
    fn values_are_judged_only_where_the_range_decides() {
        assert_eq!(judged(None, "10.2", "12.0", "15.5"), "L");
        assert_eq!(judged(None, "12.00", "12.0", "15.5"), "N");
        assert_eq!(judged(None, "0.3", "0.1", "0.3"), "N");
        assert_eq!(judged(None, "16", "", "15.5"), "H");
        assert_eq!(judged(None, "16", "", ""), "?");
        assert_eq!(judged(Some(Comparator::Above), "500", "", "5"), "H");
        assert_eq!(judged(Some(Comparator::Above), "5", "", "5"), "H");
        assert_eq!(judged(Some(Comparator::AtLeast), "5", "", "5"), "?");
        assert_eq!(judged(Some(Comparator::Above), "3", "", "5"), "?");
        assert_eq!(judged(Some(Comparator::Below), "0.05", "0.4", "4.2"), "L");
        assert_eq!(judged(Some(Comparator::Below), "0.4", "0.4", "4.2"), "L");
        assert_eq!(judged(Some(Comparator::Below), "1", "0.4", "4.2"), "?");
        assert_eq!(judged(Some(Comparator::Below), "1", "", "4.2"), "N");
        assert_eq!(judged(Some(Comparator::Above), "90", "60", ""), "N");
        assert_eq!(judged(Some(Comparator::Below), "10000", "150000", "410000"), "L");
    }
}
