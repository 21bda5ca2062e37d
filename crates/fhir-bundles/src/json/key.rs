use std::{borrow::Cow, fmt};

/// The name of an object's member.
///
/// Names that FHIR documents use all the time are shared, not copied.
#[derive(Clone)]
pub struct Key(Cow<'static, str>);

impl Key {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A name read from a document: shared when it is a common one.
    pub(super) fn read(name: Cow<'_, str>) -> Self {
        match common(&name) {
            Some(shared) => Self(Cow::Borrowed(shared)),
            None => Self(Cow::Owned(name.into_owned())),
        }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Key {}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<&'static str> for Key {
    fn from(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }
}

impl From<String> for Key {
    fn from(name: String) -> Self {
        Self(Cow::Owned(name))
    }
}

/// The names that make up nearly every FHIR document, by length and text.
fn common(name: &str) -> Option<&'static str> {
    Some(match name {
        "id" => "id",
        "url" => "url",
        "use" => "use",
        "div" => "div",
        "code" => "code",
        "type" => "type",
        "text" => "text",
        "meta" => "meta",
        "name" => "name",
        "unit" => "unit",
        "date" => "date",
        "data" => "data",
        "value" => "value",
        "title" => "title",
        "entry" => "entry",
        "coding" => "coding",
        "system" => "system",
        "status" => "status",
        "author" => "author",
        "period" => "period",
        "display" => "display",
        "fullUrl" => "fullUrl",
        "profile" => "profile",
        "subject" => "subject",
        "section" => "section",
        "patient" => "patient",
        "language" => "language",
        "resource" => "resource",
        "category" => "category",
        "reference" => "reference",
        "extension" => "extension",
        "encounter" => "encounter",
        "performer" => "performer",
        "versionId" => "versionId",
        "identifier" => "identifier",
        "lastUpdated" => "lastUpdated",
        "contentType" => "contentType",
        "resourceType" => "resourceType",
        "valueQuantity" => "valueQuantity",
        _ => return None,
    })
}
