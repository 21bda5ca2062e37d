use crate::{
    codes::HiType,
    json::{Json, Limits, SyntaxError, Writer},
    model::{Bundle, Composition, Resource, Value as _},
};

/// A FHIR document bundle, read from a peer or built here.
///
/// ```
/// use fhir_bundles::DocumentBundle;
///
/// let bundle = DocumentBundle::read(br#"{"resourceType":"Bundle","type":"document","total":1.0}"#)?;
/// assert_eq!(bundle.bundle().r#type.as_deref(), Some("document"));
/// assert_eq!(bundle.to_vec(), br#"{"resourceType":"Bundle","type":"document","total":1.0}"#);
/// # Ok::<(), fhir_bundles::ReadError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentBundle {
    bundle: Bundle,
}

/// Why bytes cannot be read as a FHIR bundle at all. Everything less is for
/// [`check`](crate::check()) to report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The bytes are not JSON, or exceed the limits.
    #[error("cannot read the document: {0}")]
    Syntax(#[from] SyntaxError),
    /// The document is JSON and not a Bundle.
    #[error("the document is {found}, not a FHIR Bundle; ABDM exchanges bundles of type document")]
    NotABundle {
        /// What it is instead: a kind of JSON, or "another resource".
        found: &'static str,
    },
}

impl DocumentBundle {
    /// Reads a bundle. Misshapen elements do not fail: they are kept, and `check` reports them.
    ///
    /// # Errors
    ///
    /// [`ReadError`] when the bytes are not JSON, beyond the limits, or not a Bundle.
    pub fn read(bytes: &[u8]) -> Result<Self, ReadError> {
        Self::read_within(bytes, Limits::default())
    }

    /// Reads a bundle within other limits.
    ///
    /// # Errors
    ///
    /// As [`DocumentBundle::read`].
    pub fn read_within(bytes: &[u8], limits: Limits) -> Result<Self, ReadError> {
        Self::from_json(Json::parse_within(bytes, limits)?)
    }

    fn from_json(json: Json) -> Result<Self, ReadError> {
        let kind = json.kind();
        match Resource::read("", json) {
            Some(Resource::Bundle(bundle)) => Ok(Self { bundle: *bundle }),
            Some(_) => Err(ReadError::NotABundle { found: "an object of another resourceType" }),
            None => Err(ReadError::NotABundle { found: kind }),
        }
    }

    pub(crate) fn from_bundle(bundle: Bundle) -> Self {
        Self { bundle }
    }

    /// The JSON text. Encrypt these bytes as they are: a document must not be formatted again
    /// between building and sending.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        crate::model::value::to_text(&self.bundle)
    }

    /// The JSON text with indentation, for people.
    #[must_use]
    pub fn to_vec_pretty(&self) -> Vec<u8> {
        let mut writer = Writer::pretty();
        self.bundle.write(&mut writer);
        writer.into_bytes()
    }

    /// The FHIR Bundle.
    #[must_use]
    pub fn bundle(&self) -> &Bundle {
        &self.bundle
    }

    /// The FHIR Bundle, to change it.
    pub fn bundle_mut(&mut self) -> &mut Bundle {
        &mut self.bundle
    }

    /// The FHIR Bundle itself.
    #[must_use]
    pub fn into_bundle(self) -> Bundle {
        self.bundle
    }

    /// The first Composition; in a correct document it is the first entry.
    #[must_use]
    pub fn composition(&self) -> Option<&Composition> {
        self.resources().find_map(|resource| match resource {
            Resource::Composition(composition) => Some(&**composition),
            _ => None,
        })
    }

    /// All resources in order.
    pub fn resources(&self) -> impl Iterator<Item = &Resource> {
        self.bundle.entry.iter().filter_map(|entry| entry.resource.as_ref())
    }

    /// The language tag: the Composition's, else the bundle's.
    #[must_use]
    pub fn language(&self) -> Option<&str> {
        let composition = self.composition().and_then(|found| found.language.as_deref());
        composition.or(self.bundle.language.as_deref())
    }

    /// The record type, told by the Composition's profile, else by its type.
    #[must_use]
    pub fn hi_type(&self) -> Option<HiType> {
        let composition = self.composition()?;
        let profiles = composition.meta.iter().flat_map(|meta| &meta.profile);
        profiles
            .filter_map(|profile| HiType::from_profile(profile))
            .next()
            .or_else(|| composition.r#type.as_ref().and_then(HiType::from_type_concept))
    }

    /// The resource that a reference means, in any of the forms that are met: `urn:uuid:…`,
    /// `Patient/1` and `https://host/Patient/1`, against `fullUrl` and resource id.
    #[must_use]
    pub fn resolve(&self, reference: &str) -> Option<&Resource> {
        if reference.is_empty() || reference.starts_with('#') {
            return None;
        }
        let by_url = self
            .bundle
            .entry
            .iter()
            .find(|entry| entry.full_url.as_deref() == Some(reference))
            .and_then(|entry| entry.resource.as_ref());
        by_url.or_else(|| {
            let wanted = ReferenceParts::of(reference);
            self.bundle.entry.iter().find_map(|entry| {
                let resource = entry.resource.as_ref()?;
                wanted
                    .means(entry.full_url.as_deref(), resource.resource_type(), resource.id())
                    .then_some(resource)
            })
        })
    }
}

/// The type and id at the end of a reference.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReferenceParts<'a> {
    type_: Option<&'a str>,
    id: &'a str,
    absolute: Option<&'a str>,
}

impl<'a> ReferenceParts<'a> {
    pub(crate) fn of(reference: &'a str) -> Self {
        // A version behind the id does not change what is meant.
        let reference = match reference.split_once("/_history/") {
            Some((reference, _)) => reference,
            None => reference,
        };
        if let Some(id) = reference.strip_prefix("urn:uuid:") {
            return Self { type_: None, id, absolute: Some(reference) };
        }
        let absolute = reference.contains("://").then_some(reference);
        let mut parts = reference.rsplit('/');
        let id = parts.next().unwrap_or_default();
        Self { type_: parts.next().filter(|type_| !type_.is_empty()), id, absolute }
    }

    pub(crate) fn id(&self) -> &'a str {
        self.id
    }

    pub(crate) fn kind(&self) -> Option<&'a str> {
        self.type_
    }

    /// Whether an entry is what the reference means.
    pub(crate) fn means(&self, full_url: Option<&str>, type_: &str, id: Option<&str>) -> bool {
        if self.type_.is_some_and(|wanted| wanted != type_) {
            return false;
        }
        let same_id = id == Some(self.id);
        match (self.absolute, full_url) {
            // An absolute reference needs the very URL, except that `urn:uuid:` may name the id.
            (Some(absolute), Some(url)) => {
                absolute == url || (absolute.starts_with("urn:uuid:") && same_id)
            }
            (Some(_), None) => same_id,
            (None, Some(url)) => {
                let tail = ReferenceParts::of(url);
                same_id || (tail.id == self.id && tail.type_.is_none_or(|found| found == type_))
            }
            (None, None) => same_id,
        }
    }
}
