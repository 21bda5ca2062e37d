use super::{
    assembly::{Assembly, Fact},
    party::opaque_debug,
};
use crate::{
    language::{Language, Phrase},
    model::{self, Attachment, CodeableConcept, DateTime, DocumentReferenceContent, Reference},
    words::when,
};

/// A file that goes into the document as it is: a scanned prescription, a PDF report, a photograph.
///
/// ```
/// use fhir_bundles::build::Document;
///
/// let scan = Document::pdf("Discharge card", b"%PDF-1.7 ...");
/// ```
#[derive(Clone)]
pub struct Document {
    title: String,
    content_type: String,
    bytes: Vec<u8>,
    kind: Option<CodeableConcept>,
    date: Option<DateTime>,
}

impl Document {
    /// A file of any kind, with its MIME type.
    #[must_use]
    pub fn new(
        title: impl Into<String>,
        content_type: impl Into<String>,
        bytes: impl Into<Vec<u8>>,
    ) -> Self {
        Self {
            title: title.into(),
            content_type: content_type.into(),
            bytes: bytes.into(),
            kind: None,
            date: None,
        }
    }

    /// A PDF file.
    #[must_use]
    pub fn pdf(title: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(title, "application/pdf", bytes)
    }

    /// A JPEG picture.
    #[must_use]
    pub fn jpeg(title: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(title, "image/jpeg", bytes)
    }

    /// A PNG picture.
    #[must_use]
    pub fn png(title: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(title, "image/png", bytes)
    }

    /// Adds what kind of document it is, in words or with a code.
    #[must_use]
    pub fn kind(self, kind: impl Into<CodeableConcept>) -> Self {
        Self { kind: Some(kind.into()), ..self }
    }

    /// Adds when the file was made.
    #[must_use]
    pub fn made_on(self, date: impl Into<DateTime>) -> Self {
        Self { date: Some(date.into()), ..self }
    }

    /// Checks what every use of a file needs.
    pub(super) fn check(&self, path: &str, assembly: &mut Assembly) {
        assembly.required(&format!("{path}.title"), &self.title);
        if self.bytes.is_empty() {
            assembly.problem(&format!("{path}.data"), "is empty", "give the file's bytes");
        }
        let is_type = |text: &str| {
            text.split_once('/').is_some_and(|(kind, rest)| {
                !kind.is_empty() && !rest.is_empty() && !text.contains(char::is_whitespace)
            })
        };
        if !is_type(&self.content_type) {
            assembly.problem(
                &format!("{path}.contentType"),
                "is not a MIME type",
                "write one such as application/pdf or image/jpeg",
            );
        }
        if let Some(date) = &self.date {
            assembly.check_date_time(&format!("{path}.madeOn"), date);
        }
        if let Some(kind) = &self.kind {
            assembly.check_concept(&format!("{path}.kind"), kind, &[]);
        }
    }

    pub(super) fn attachment(&self, language: &str) -> Attachment {
        Attachment {
            language: Some(language.to_owned()),
            creation: self.date.clone(),
            ..Attachment::inline(self.content_type.clone(), &self.bytes, self.title.clone())
        }
    }

    pub(super) fn title(&self) -> &str {
        &self.title
    }

    /// Title, kind and date, for a file that has no other place for them.
    pub(super) fn caption(&self, language: Language) -> String {
        let kind = self.kind.as_ref().and_then(CodeableConcept::label).map(str::to_owned);
        let date = self.date.as_ref().map(|date| when(date.as_str(), language));
        let more: Vec<String> = kind.into_iter().chain(date).collect();
        if more.is_empty() {
            return self.title.clone();
        }
        format!("{} ({})", self.title, more.join(", "))
    }

    pub(super) fn content_type(&self) -> &str {
        &self.content_type
    }
}

impl Fact for Document {
    fn add_to(self, path: &str, assembly: &mut Assembly) -> Reference {
        self.check(path, assembly);
        let text = assembly
            .story()
            .row(Phrase::Document, &self.title)
            .row(Phrase::Note, &self.content_type);
        let attachment = self.attachment(assembly.language.tag());
        let slot = assembly.slot("DocumentReference");
        let kind = self.kind.unwrap_or_else(|| CodeableConcept::text(self.title.clone()));
        let document = model::DocumentReference {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            status: Some("current".to_owned()),
            doc_status: Some("final".to_owned()),
            r#type: Some(kind),
            subject: Some(assembly.patient.clone()),
            date: assembly.date.to_instant(),
            author: vec![assembly.practitioner.clone()],
            custodian: Some(assembly.organization.clone()),
            content: vec![DocumentReferenceContent {
                attachment: Some(attachment),
                ..DocumentReferenceContent::default()
            }],
            ..model::DocumentReference::default()
        };
        assembly.add(document, &self.title)
    }
}

opaque_debug!(Document);
