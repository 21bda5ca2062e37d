//! How far two years of birth lie apart.

/// The distance of two years of birth; `None` when one is not known.
///
/// A year that no living person was born in is as good as unknown: 0, 1900 and 9999 stand in
/// registers where nothing was told.
pub(super) fn distance(wanted: Option<u16>, registered: Option<u16>) -> Option<u16> {
    let known = |year: Option<u16>| year.filter(|year| LIVING.contains(year));
    Some(known(wanted)?.abs_diff(known(registered)?))
}

const LIVING: std::ops::Range<u16> = 1901..2200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn years_that_stand_for_none_are_compared_with_nothing() {
        assert_eq!(distance(Some(1988), Some(1990)), Some(2));
        assert_eq!(distance(Some(1990), Some(1988)), Some(2));
        for none in [None, Some(0), Some(1900), Some(9999)] {
            assert_eq!(distance(Some(1988), none), None);
            assert_eq!(distance(none, none), None);
        }
    }
}
