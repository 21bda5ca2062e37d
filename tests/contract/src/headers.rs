//! Headers by name: what a source lists, and what is sent.

use abdm_core::endpoint::Metadata;

use crate::Saved;

/// A difference that is known.
#[derive(Debug)]
pub struct Difference {
    header: &'static str,
    ours: bool,
    applies: fn(&Saved, &Metadata) -> bool,
    pub(crate) why: &'static str,
}

impl Difference {
    /// A header that we send and a source does not list.
    pub const fn we_send(
        header: &'static str,
        applies: fn(&Saved, &Metadata) -> bool,
        why: &'static str,
    ) -> Self {
        Self { header, ours: true, applies, why }
    }

    /// A header that a source lists and we do not send.
    pub const fn they_list(
        header: &'static str,
        applies: fn(&Saved, &Metadata) -> bool,
        why: &'static str,
    ) -> Self {
        Self { header, ours: false, applies, why }
    }
}

/// The differences that nobody has explained, and those that are known.
pub(crate) fn compare(
    rules: &[Difference],
    saved: &Saved,
    meta: &Metadata,
    sent: &http::HeaderMap,
) -> (Vec<String>, Vec<&'static str>) {
    let Some(listed) = &saved.headers else { return (Vec::new(), Vec::new()) };
    let missing = listed.iter().filter(|name| !sent.contains_key(name.as_str()));
    let more = sent.keys().filter(|name| !saved.lists(name.as_str()));
    let all =
        missing.map(|name| (name.as_str(), false)).chain(more.map(|name| (name.as_str(), true)));
    let (mut faults, mut known) = (Vec::new(), Vec::new());
    for (name, ours) in all {
        let rule = rules
            .iter()
            .find(|rule| rule.header == name && rule.ours == ours && (rule.applies)(saved, meta));
        match rule {
            Some(rule) => known.push(rule.why),
            None if ours => faults.push(format!("we send `{name}`, which it does not list")),
            None => faults.push(format!("it lists `{name}`, which we do not send")),
        }
    }
    (faults, known)
}
