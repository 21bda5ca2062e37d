use crate::model::{Bundle, Value as _};

/// Something in a document that the record view does not show.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unread {
    /// Where it is: a path such as `Bundle.entry[4].resource.note2`.
    pub path: String,
    /// Why it is not shown.
    pub reason: &'static str,
}

impl Unread {
    pub(super) fn new(path: impl Into<String>, reason: &'static str) -> Self {
        Self { path: path.into(), reason }
    }
}

/// The elements that no typed field took.
pub(super) fn leftovers(bundle: &Bundle) -> Vec<Unread> {
    let mut found = Vec::new();
    bundle.leftovers("Bundle", &mut |path| {
        found.push(Unread::new(path, "not an element of R4, or of an unexpected shape"));
    });
    found
}
