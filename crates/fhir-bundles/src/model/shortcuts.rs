//! Short ways to make the datatypes that occur in every document.

use super::{
    Annotation, Attachment, CodeableConcept, Coding, ContactPoint, Decimal, Identifier, Meta,
    Narrative, Quantity, Reference,
};

impl Coding {
    /// A code of a code system, with the words that the system has for it. The NRCES profiles demand
    /// all three wherever they allow a coding.
    #[must_use]
    pub fn of(
        system: impl Into<String>,
        code: impl Into<String>,
        display: impl Into<String>,
    ) -> Self {
        Self {
            system: Some(system.into()),
            code: Some(code.into()),
            display: Some(display.into()),
            ..Self::default()
        }
    }

    /// Whether system and code are these.
    #[must_use]
    pub fn is(&self, system: &str, code: &str) -> bool {
        self.system.as_deref() == Some(system) && self.code.as_deref() == Some(code)
    }
}

impl CodeableConcept {
    /// A concept in words alone, for what has no code.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..Self::default() }
    }

    /// A concept with one code. Its text is the code's display.
    #[must_use]
    pub fn coded(coding: Coding) -> Self {
        Self { text: coding.display.clone(), coding: vec![coding], ..Self::default() }
    }

    /// What a person reads: the text, else the first display, else the first code.
    #[must_use]
    pub fn label(&self) -> Option<&str> {
        let not_blank = |text: &&str| !text.trim().is_empty();
        self.text
            .as_deref()
            .filter(not_blank)
            .or_else(|| self.coding.iter().find_map(|c| c.display.as_deref().filter(not_blank)))
            .or_else(|| self.coding.iter().find_map(|c| c.code.as_deref().filter(not_blank)))
    }
}

impl From<Coding> for CodeableConcept {
    fn from(coding: Coding) -> Self {
        Self::coded(coding)
    }
}

impl From<&str> for CodeableConcept {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for CodeableConcept {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl Reference {
    /// A reference with the words that an app shows for it.
    #[must_use]
    pub fn to(reference: impl Into<String>, display: impl Into<String>) -> Self {
        Self { reference: Some(reference.into()), display: Some(display.into()), ..Self::default() }
    }
}

impl Identifier {
    /// An identifier whose kind is told by a code, as the NRCES profiles demand.
    #[must_use]
    pub fn typed(kind: Coding, value: impl Into<String>) -> Self {
        Self {
            r#type: Some(CodeableConcept { coding: vec![kind], ..CodeableConcept::default() }),
            value: Some(value.into()),
            ..Self::default()
        }
    }

    /// The same with the namespace in which the value is unique.
    #[must_use]
    pub fn in_system(self, system: impl Into<String>) -> Self {
        Self { system: Some(system.into()), ..self }
    }
}

impl Meta {
    /// Metadata that claims one profile.
    #[must_use]
    pub fn profile(url: impl Into<String>) -> Self {
        Self { profile: vec![url.into()], ..Self::default() }
    }
}

impl Narrative {
    /// A narrative made from the structured content. `xhtml` is a whole `div` element.
    #[must_use]
    pub fn generated(xhtml: impl Into<String>) -> Self {
        Self { status: Some("generated".to_owned()), div: Some(xhtml.into()), ..Self::default() }
    }
}

impl Quantity {
    /// A measured value in a UCUM unit. `unit` is what a person reads, `code` the UCUM code.
    #[must_use]
    pub fn ucum(value: Decimal, unit: impl Into<String>, code: impl Into<String>) -> Self {
        Self {
            value: Some(value),
            unit: Some(unit.into()),
            system: Some(crate::codes::UCUM.to_owned()),
            code: Some(code.into()),
            ..Self::default()
        }
    }
}

impl ContactPoint {
    /// A way to reach someone: `system` is `phone`, `email` and the like, `usage` is `home`, `work`
    /// or `mobile`.
    #[must_use]
    pub fn of(
        system: impl Into<String>,
        value: impl Into<String>,
        usage: impl Into<String>,
    ) -> Self {
        Self {
            system: Some(system.into()),
            value: Some(value.into()),
            r#use: Some(usage.into()),
            ..Self::default()
        }
    }
}

impl Annotation {
    /// A note in words.
    #[must_use]
    pub fn note(text: impl Into<String>) -> Self {
        Self { text: Some(text.into()), ..Self::default() }
    }
}

impl Attachment {
    /// A file carried inside the document.
    #[must_use]
    pub fn inline(content_type: impl Into<String>, bytes: &[u8], title: impl Into<String>) -> Self {
        use base64::Engine as _;
        Self {
            content_type: Some(content_type.into()),
            data: Some(base64::engine::general_purpose::STANDARD.encode(bytes)),
            title: Some(title.into()),
            ..Self::default()
        }
    }
}
