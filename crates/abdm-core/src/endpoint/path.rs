//! The variable segments of paths.

use crate::id::IdError;

/// The variable segments of an endpoint's path.
pub trait PathParams: Sized {
    /// How many there are: as many as every path of the endpoint has marks, or
    /// [`endpoint!`](crate::endpoint!) does not compile.
    const COUNT: usize;

    /// The segments, in the order of the path's `{…}` marks.
    fn segments(&self) -> Vec<String>;

    /// Reads the segments back.
    ///
    /// # Errors
    /// When their number or form does not fit.
    fn from_segments(segments: &[String]) -> Result<Self, IdError>;
}

impl PathParams for () {
    const COUNT: usize = 0;

    fn segments(&self) -> Vec<String> {
        Vec::new()
    }

    fn from_segments(_: &[String]) -> Result<Self, IdError> {
        Ok(())
    }
}

/// The variable segments of `path` by `template`, percent-decoded; `None` when it does not match.
#[must_use]
pub fn match_path(template: &str, path: &str) -> Option<Vec<String>> {
    let mut segments = Vec::new();
    let mut actual = path.split('/');
    for expected in template.split('/') {
        let found = actual.next()?;
        if expected.starts_with('{') && expected.ends_with('}') {
            if found.is_empty() {
                return None;
            }
            segments.push(percent_decode(found));
        } else if expected != found {
            return None;
        }
    }
    actual.next().is_none().then_some(segments)
}

/// Fills the `{…}` marks of `template` with `segments`, percent-encoded.
///
/// `None` when there are more or fewer segments than marks, or one is empty: the path would be
/// another endpoint's.
#[must_use]
pub fn fill_path(template: &str, segments: &[String]) -> Option<String> {
    let is_mark = |part: &&str| part.starts_with('{') && part.ends_with('}');
    if segments.iter().any(String::is_empty)
        || template.split('/').filter(is_mark).count() != segments.len()
    {
        return None;
    }
    let mut values = segments.iter();
    let filled: Option<Vec<String>> = template
        .split('/')
        .map(|part| match is_mark(&part) {
            true => values.next().map(|segment| percent_encode(segment)),
            false => Some(part.to_owned()),
        })
        .collect();
    filled.map(|parts| parts.join("/"))
}

fn percent_encode(text: &str) -> String {
    // The serializer writes a blank as `+`, which a path reads as a plus.
    let encoded: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    encoded.replace('+', "%20")
}

fn percent_decode(text: &str) -> String {
    let plus_kept = text.replace('+', "%2B");
    let pair = format!("v={plus_kept}");
    url::form_urlencoded::parse(pair.as_bytes())
        .next()
        .map_or_else(|| text.to_owned(), |(_, value)| value.into_owned())
}

/// Stops the compiler where a path has not as many `{…}` marks as the endpoint has variable
/// segments, or a mark that is no whole segment.
pub const fn check_paths(paths: &[&str], params: usize) {
    let mut rest = paths;
    while let [path, others @ ..] = rest {
        assert!(
            marks(path) == params,
            "a path of this endpoint has another number of variable segments than its `params`"
        );
        rest = others;
    }
}

/// How many segments of the path are marks.
const fn marks(path: &str) -> usize {
    let mut rest = path.as_bytes();
    let (mut before, mut count) = (b' ', 0);
    while let [byte, after @ ..] = rest {
        if *byte == b'{' {
            assert!(before == b'/', "a mark begins its segment");
            count += 1;
        }
        if *byte == b'}' {
            assert!(matches!(after, [] | [b'/', ..]), "a mark ends its segment");
        }
        before = *byte;
        rest = after;
    }
    count
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_template_matches_only_its_own_paths() {
        let template = "/consent/v3/request/{id}/approve";
        assert_eq!(match_path(template, "/consent/v3/request/a%20b/approve").unwrap(), ["a b"]);
        assert_eq!(match_path(template, "/consent/v3/request//approve"), None);
        assert_eq!(match_path(template, "/consent/v3/request/a/deny"), None);
        assert_eq!(match_path(template, "/consent/v3/request/a/approve/x"), None);
    }

    /// (C32)
    #[test]
    fn a_path_is_filled_by_as_many_segments_as_it_has_marks_and_by_no_empty_one() {
        let some = |segments: &[&str]| segments.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let fill = |template, segments: &[&str]| fill_path(template, &some(segments));
        assert_eq!(fill("/a/{id}", &["1"]).as_deref(), Some("/a/1"));
        assert_eq!(fill("/a", &[]).as_deref(), Some("/a"));
        for (template, segments) in [
            ("/a/{id}", &[][..]),
            ("/a/{id}", &[""]),
            ("/a/{id}", &["1", "2"]),
            ("/a/{id}", &["1", ""]),
            ("/a/{id}/{other}", &["1"]),
            ("/a/{id}/{other}", &["", "1"]),
            ("/a", &["1"]),
            ("", &[""]),
        ] {
            assert_eq!(fill(template, segments), None, "{template} {segments:?}");
        }
    }

    /// (C32)
    #[test]
    fn marks_are_counted_as_whole_segments() {
        assert_eq!(marks("/a/{id}/b/{other}"), 2);
        assert_eq!(marks(""), 0);
        check_paths(&["/a/{id}", "/older/{id}/b"], 1);
        assert!(std::panic::catch_unwind(|| check_paths(&["/a/{id}", "/older"], 1)).is_err());
        assert!(std::panic::catch_unwind(|| marks("/a/x{id}")).is_err());
    }

    proptest! {
        #[test]
        fn a_filled_path_matches_its_template_again(id in "[^\u{0}-\u{1f}]{1,30}") {
            let filled = fill_path("/a/{id}/b", std::slice::from_ref(&id)).unwrap();
            prop_assert_eq!(match_path("/a/{id}/b", &filled), Some(vec![id]));
        }
    }
}
