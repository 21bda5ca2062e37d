use super::{
    assembly::{Assembly, Slot},
    ids::Ids,
    party::{Facility, Patient, Practitioner},
    problem::BuildError,
    visit::Visit,
};
use crate::{
    codes::{self, HiType, SectionDefinition, V3_CONFIDENTIALITY},
    document::DocumentBundle,
    language::Language,
    model::{
        self, Bundle, CodeableConcept, Coding, Composition, CompositionAttester,
        CompositionSection, DateTime, Identifier, Instant, Meta, Reference, Resource,
    },
    words::when,
};

/// What all eight record types have in common.
#[derive(Clone)]
pub(super) struct Frame {
    patient: Patient,
    practitioner: Practitioner,
    facility: Facility,
    visit: Option<Visit>,
    date: DateTime,
    pub(super) title: Option<String>,
    pub(super) language: Language,
    pub(super) identifier: Option<(String, String)>,
    pub(super) ids: Ids,
    pub(super) timestamp: Option<Instant>,
    pub(super) attested: bool,
    pub(super) co_authors: Vec<Practitioner>,
}

impl Frame {
    pub(super) fn new(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        date: DateTime,
    ) -> Self {
        Self {
            patient,
            practitioner,
            facility,
            visit: None,
            date,
            title: None,
            language: Language::English,
            identifier: None,
            ids: Ids::random(),
            timestamp: None,
            attested: true,
            co_authors: Vec::new(),
        }
    }

    /// A frame around a visit, which gives the date.
    pub(super) fn around(
        patient: Patient,
        practitioner: Practitioner,
        facility: Facility,
        visit: Visit,
    ) -> Self {
        let date = visit.last_moment().clone();
        Self { visit: Some(visit), ..Self::new(patient, practitioner, facility, date) }
    }

    pub(super) fn set_visit(&mut self, visit: Visit) {
        self.visit = Some(visit);
    }

    pub(super) fn set_date(&mut self, date: DateTime) {
        self.date = date;
    }

    /// Adds the people, the place and the visit, and leaves the rest of the frame for the end.
    pub(super) fn open(self) -> (Assembly, Closing) {
        let mut assembly = Assembly::new(self.language, self.date.clone(), self.ids);
        assembly.check_date_time("date", &self.date);
        let namespace = self.facility.namespace();
        let facility_name = self.facility.name().to_owned();
        // A birth after the document is a fault of its own, not one of every fact.
        assembly.birth = self.patient.earliest_birth(&self.date).filter(|birth| {
            birth.is_valid() && !assembly.is_after_the_document(&birth.as_str().into())
        });
        let facility = &self.facility;
        assembly.practitioner = self.practitioner.add_to("practitioner", facility, &mut assembly);
        let mut authors = vec![assembly.practitioner.clone()];
        for (place, author) in self.co_authors.into_iter().enumerate() {
            authors.push(author.add_to(&format!("coAuthors[{place}]"), facility, &mut assembly));
        }
        assembly.patient = self.patient.add_to(facility, &mut assembly);
        assembly.organization = self.facility.add_to(&mut assembly);
        if let Some(visit) = self.visit {
            assembly.encounter = Some(visit.add_to(&namespace, &mut assembly));
        }
        let closing = Closing {
            title: self.title,
            identifier: self.identifier,
            timestamp: self.timestamp,
            attested: self.attested,
            authors,
            namespace,
            facility_name,
        };
        (assembly, closing)
    }
}

/// What is needed to close the document.
pub(super) struct Closing {
    title: Option<String>,
    identifier: Option<(String, String)>,
    timestamp: Option<Instant>,
    attested: bool,
    authors: Vec<Reference>,
    namespace: String,
    facility_name: String,
}

impl Closing {
    pub(super) fn close(
        self,
        kind: HiType,
        type_: CodeableConcept,
        sections: Vec<CompositionSection>,
        mut assembly: Assembly,
    ) -> Result<DocumentBundle, BuildError> {
        let timestamp = self.timestamp.clone().unwrap_or_else(now_in_india);
        if !timestamp.is_valid() {
            let help = format!("write {}", Instant::RULE);
            assembly.problem("timestamp", "is not a FHIR instant", &help);
        }
        let Slot { id, meta, language } = assembly.slot(kind.profile_name());
        let title = self.title.unwrap_or_else(|| kind.title().to_owned());
        assembly.required("title", &title);
        let sentence = format!(
            "{}: {}, {}, {}",
            assembly.language.title(&title),
            assembly.patient.display.as_deref().unwrap_or_default(),
            self.facility_name,
            when(assembly.date.as_str(), assembly.language)
        );
        let text = assembly.story().sentence(&sentence).narrative();
        let composition = Composition {
            id: Some(id),
            meta: Some(Meta {
                version_id: Some("1".to_owned()),
                last_updated: Some(timestamp.clone()),
                ..meta
            }),
            language: Some(language),
            text: Some(text),
            identifier: Some(Identifier {
                system: Some("https://ndhm.in/phr".to_owned()),
                value: Some(assembly.uuid()),
                ..Identifier::default()
            }),
            status: Some("final".to_owned()),
            r#type: Some(type_),
            subject: Some(assembly.patient.clone()),
            encounter: assembly.encounter.clone(),
            date: Some(assembly.date.clone()),
            author: self.authors,
            title: Some(title),
            attester: if self.attested { vec![attester(&assembly)] } else { Vec::new() },
            custodian: Some(assembly.organization.clone()),
            section: sections,
            ..Composition::default()
        };
        let (system, value) = match self.identifier {
            Some((system, value)) => {
                assembly.required("identifier.system", &system);
                assembly.required("identifier.value", &value);
                (system, value)
            }
            None => (self.namespace, assembly.uuid()),
        };
        if !assembly.problems.is_empty() {
            return Err(BuildError { problems: assembly.problems });
        }
        let bundle = Bundle {
            id: Some(assembly.uuid()),
            meta: Some(Meta {
                version_id: Some("1".to_owned()),
                last_updated: Some(timestamp.clone()),
                profile: vec![codes::profile("DocumentBundle")],
                security: vec![Coding::of(V3_CONFIDENTIALITY, "V", "very restricted")],
                ..Meta::default()
            }),
            identifier: Some(Identifier {
                system: Some(system),
                value: Some(value),
                ..Identifier::default()
            }),
            r#type: Some("document".to_owned()),
            timestamp: Some(timestamp),
            entry: assembly.into_entries(Resource::from(composition)),
            ..Bundle::default()
        };
        Ok(DocumentBundle::from(bundle))
    }
}

/// NHA's concept page asks for the facility as official attester.
fn attester(assembly: &Assembly) -> CompositionAttester {
    CompositionAttester {
        mode: Some("official".to_owned()),
        time: Some(assembly.date.clone()),
        party: Some(assembly.organization.clone()),
        ..CompositionAttester::default()
    }
}

/// The present moment with India's offset.
fn now_in_india() -> Instant {
    let now = chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now());
    match chrono::FixedOffset::east_opt(19_800) {
        Some(india) => Instant::from(now.with_timezone(&india)),
        None => Instant::from(now),
    }
}

/// A section of the guide with its entries; `None` when there are none.
pub(super) fn section(
    definition: SectionDefinition,
    entries: Vec<Reference>,
    assembly: &Assembly,
) -> Option<CompositionSection> {
    if entries.is_empty() {
        return None;
    }
    let lines = entries.iter().filter_map(|entry| entry.display.as_deref());
    let text = assembly.story().list(lines).narrative();
    Some(CompositionSection {
        title: Some(definition.title.to_owned()),
        code: definition.concept(),
        text: Some(text),
        entry: entries,
        ..CompositionSection::default()
    })
}

/// The methods that every record type has.
macro_rules! frame_methods {
    (with visit) => {
        /// Adds the visit or stay during which the record was made.
        #[must_use]
        pub fn visit(mut self, visit: $crate::build::Visit) -> Self {
            self.frame.set_visit(visit);
            self
        }

        $crate::build::frame::frame_methods!();
    };
    () => {
        /// Sets the document's date. Unless said, it is that of the visit or report.
        #[must_use]
        pub fn date(mut self, date: impl Into<$crate::model::DateTime>) -> Self {
            self.frame.set_date(date.into());
            self
        }

        /// Sets the title, which the patient sees in a list of records.
        #[must_use]
        pub fn title(mut self, title: impl Into<String>) -> Self {
            self.frame.title = Some(title.into());
            self
        }

        /// Sets the language of the narrative. English unless said.
        #[must_use]
        pub fn language(mut self, language: $crate::Language) -> Self {
            self.frame.language = language;
            self
        }

        /// Adds another author.
        #[must_use]
        pub fn co_author(mut self, practitioner: $crate::build::Practitioner) -> Self {
            self.frame.co_authors.push(practitioner);
            self
        }

        /// Sets the bundle's identifier. Two documents that share one replace each other in the
        /// patient's app; unless said, it is a new UUID in a namespace of the facility.
        #[must_use]
        pub fn identifier(mut self, system: impl Into<String>, value: impl Into<String>) -> Self {
            self.frame.identifier = Some((system.into(), value.into()));
            self
        }

        /// Leaves out the facility as official attester, which is there unless said.
        #[must_use]
        pub fn without_attester(mut self) -> Self {
            self.frame.attested = false;
            self
        }

        /// Sets the moment at which the bundle was assembled: now, unless said.
        #[must_use]
        pub fn timestamp(mut self, timestamp: impl Into<$crate::model::Instant>) -> Self {
            self.frame.timestamp = Some(timestamp.into());
            self
        }

        /// Sets where ids come from: random, unless said.
        #[must_use]
        pub fn ids(mut self, ids: $crate::build::Ids) -> Self {
            self.frame.ids = ids;
            self
        }
    };
}
pub(super) use frame_methods;

/// A list of facts: a method for one more, and one for many.
macro_rules! fact_methods {
    ($( $(#[doc = $doc:literal])* $one:ident, $many:ident: $type:ty; )*) => {
        $(
            $(#[doc = $doc])*
            #[must_use]
            pub fn $one(mut self, fact: impl Into<$type>) -> Self {
                self.$many.push(fact.into());
                self
            }

            #[doc = concat!("Adds many, as [`", stringify!($one), "`](Self::", stringify!($one), ") adds one.")]
            #[must_use]
            pub fn $many<I>(mut self, facts: I) -> Self
            where
                I: IntoIterator,
                I::Item: Into<$type>,
            {
                self.$many.extend(facts.into_iter().map(Into::into));
                self
            }
        )*
    };
}
pub(super) use fact_methods;

impl From<Bundle> for DocumentBundle {
    fn from(bundle: model::Bundle) -> Self {
        Self::from_bundle(bundle)
    }
}
