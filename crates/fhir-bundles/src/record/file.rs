use base64::Engine as _;

use super::{
    index::Index,
    labels::{Details, linked, parties},
    modifiers,
    standing::{Narrative, Standing, Stated},
};
use crate::{
    Language,
    language::Phrase,
    model::{self, MediaCreated, Resource},
    words,
};

/// A file in the document, or a link to one.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Attachment {
    /// What a person reads.
    pub title: String,
    /// The MIME type.
    pub content_type: Option<String>,
    /// The file as base64, as it stands in the document.
    pub data: Option<String>,
    /// Where the file is, when it is not in the document.
    pub url: Option<String>,
    /// When it was made, in words.
    pub date: Option<String>,
    /// Further facts: label and words.
    pub details: Vec<(String, String)>,
}

/// Why an attachment has no bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AttachmentError {
    /// The document holds no data, at most a link.
    #[error("the attachment carries no data; look at its url")]
    NoData,
    /// The data is not base64.
    #[error("the attachment's data is not base64")]
    NotBase64,
}

impl Attachment {
    /// The file.
    ///
    /// # Errors
    ///
    /// [`AttachmentError`] when there is no data, or it is not base64.
    pub fn bytes(&self) -> Result<Vec<u8>, AttachmentError> {
        let data = self.data.as_deref().ok_or(AttachmentError::NoData)?;
        decode(data).ok_or(AttachmentError::NotBase64)
    }

    /// The file's size in bytes, told from the text without decoding it.
    #[must_use]
    pub fn size(&self) -> Option<usize> {
        let data = self.data.as_deref()?;
        let padding = data.bytes().rev().take_while(|byte| *byte == b'=').count();
        Some((data.len() / 4 * 3).saturating_sub(padding.min(2)))
    }
}

fn decode(data: &str) -> Option<Vec<u8>> {
    let engine = &base64::engine::general_purpose::STANDARD;
    engine.decode(data).ok().or_else(|| {
        // FHIR allows white space inside; some exporters wrap lines.
        let dense: String = data.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        engine.decode(dense).ok()
    })
}

pub(super) fn attachment(
    attachment: &model::Attachment,
    fallback: &str,
    index: &Index<'_>,
) -> Attachment {
    let title = attachment.title.clone().filter(|title| !title.trim().is_empty());
    let mut details = Details::of(index.language);
    let language = attachment.language.clone();
    details.add(Phrase::LanguageLabel, language.filter(|tag| Some(tag) != index.tag.as_ref()));
    Attachment {
        title: title.unwrap_or_else(|| fallback.to_owned()),
        content_type: attachment.content_type.clone(),
        data: attachment.data.clone(),
        url: attachment.url.clone(),
        date: attachment.creation.as_ref().map(|date| words::when(date.as_str(), index.language)),
        details: details.into_vec(),
    }
}

pub(super) fn binary(
    binary: &model::Binary,
    standing: Standing,
    language: Language,
) -> Stated<Attachment> {
    let file = Attachment {
        title: language.say(Phrase::Document).to_owned(),
        content_type: binary.content_type.clone(),
        data: binary.data.clone(),
        url: None,
        date: None,
        details: Vec::new(),
    };
    Stated::new(standing, file)
}

pub(super) fn media<'a>(
    media: &'a model::Media,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Stated<Attachment> {
    let standing = modifiers::standing(resource, index);
    let fallback = words::concept(media.r#type.as_ref());
    let fallback =
        if fallback.is_empty() { index.language.say(Phrase::Picture) } else { &fallback };
    let mut file = match &media.content {
        Some(content) => attachment(content, fallback, index),
        None => attachment(&model::Attachment::default(), fallback, index),
    };
    let concept = |concept: &Option<model::CodeableConcept>| {
        concept.as_ref().map(|concept| words::concept(Some(concept)))
    };
    let mut details = Details::of(index.language);
    details.add(Phrase::Kind, concept(&media.r#type).filter(|kind| *kind != file.title));
    details.add(Phrase::Modality, concept(&media.modality));
    details.add(Phrase::View, concept(&media.view));
    details.add(Phrase::BodySite, concept(&media.body_site));
    details.add(
        Phrase::Made,
        media.created.as_ref().and_then(|created| match created {
            MediaCreated::DateTime(date) => Some(words::when(date.as_str(), index.language)),
            MediaCreated::Period(period) => words::period(period, index.language),
        }),
    );
    details.add(
        Phrase::IssuedOn,
        media.issued.as_ref().map(|date| words::when(date.as_str(), index.language)),
    );
    details.add(Phrase::Reason, words::concepts(&media.reason_code));
    details.add(Phrase::OrderedAs, linked(&media.based_on, resource, index));
    details.add(Phrase::MadeBy, parties(media.operator.as_ref(), resource, index));
    details.add(Phrase::Device, media.device_name.clone());
    let device: Vec<_> = media.device.iter().cloned().collect();
    details.add(Phrase::Device, linked(&device, resource, index));
    details.add(Phrase::Note, words::annotations(&media.note, index.language));
    file.details.extend(details.into_vec());
    Stated::new(standing, file).narrated(Narrative::of(media.text.as_ref()))
}

/// All files of a document reference; `None` when it has none.
pub(super) fn documents<'a>(
    document: &'a model::DocumentReference,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Option<Vec<Stated<Attachment>>> {
    let standing = modifiers::standing(resource, index);
    let name = document_name(document, index.language);
    let mut details = Details::of(index.language);
    details.add(Phrase::About, document.description.clone());
    details.add(Phrase::Kind, document.r#type.as_ref().map(|kind| words::concept(Some(kind))));
    details.add(Phrase::Category, words::concepts(&document.category));
    details.add(Phrase::Date, index.other_date(document.date.as_ref().map(|date| date.as_str())));
    details.add(
        Phrase::DocumentStatus,
        document
            .doc_status
            .as_deref()
            .filter(|status| *status != "final")
            .map(|status| words::code_words(status, index.language)),
    );
    let authors =
        document.author.iter().filter_map(|author| index.not_author(Some(author), resource));
    let authors: Vec<_> = authors.collect();
    details.add(Phrase::Author, words::joined(authors, "; "));
    details
        .add(Phrase::AuthenticatedBy, index.not_author(document.authenticator.as_ref(), resource));
    details.add(Phrase::KeptBy, index.not_author(document.custodian.as_ref(), resource));
    for relation in &document.relates_to {
        let target: Vec<_> = relation.target.iter().cloned().collect();
        let code = relation.code.as_deref().map(|code| words::code_words(code, index.language));
        let target = linked(&target, resource, index);
        details.add(Phrase::Relation, super::labels::either(code, target));
    }
    details.add(Phrase::Security, words::concepts(&document.security_label));
    if let Some(context) = &document.context {
        details.add(Phrase::Of, words::concepts(&context.event));
        details.add(
            Phrase::Time,
            context.period.as_ref().and_then(|it| words::period(it, index.language)),
        );
        let setting = context.practice_setting.as_ref().or(context.facility_type.as_ref());
        details.add(Phrase::Setting, setting.map(|setting| words::concept(Some(setting))));
        details.add(Phrase::SeeAlso, linked(&context.related, resource, index));
    }
    let narrative = Narrative::of(document.text.as_ref());
    let attachments = document.content.iter().filter_map(|content| content.attachment.as_ref());
    let mut files: Vec<_> = attachments
        .map(|one| {
            let mut file = attachment(one, &name, index);
            let title = file.title.clone();
            let own = details_without(&title, &details);
            file.details.extend(own);
            Stated::new(standing.clone(), file).narrated(narrative.clone())
        })
        .collect();
    // What is said of the document is said once.
    let language = index.language.say(Phrase::LanguageLabel);
    for file in files.iter_mut().skip(1) {
        file.parts_mut().1.details.retain(|(label, _)| label == language);
    }
    (!files.is_empty()).then_some(files)
}

fn details_without(title: &str, details: &Details) -> Vec<(String, String)> {
    details.iter().filter(|(_, words)| words != title).cloned().collect()
}

pub(super) fn document_name(document: &model::DocumentReference, language: Language) -> String {
    let name = document.description.clone().filter(|name| !name.trim().is_empty());
    let kind = Some(words::concept(document.r#type.as_ref())).filter(|kind| !kind.is_empty());
    name.or(kind).unwrap_or_else(|| language.say(Phrase::Document).to_owned())
}

super::opaque_debug!(Attachment);
