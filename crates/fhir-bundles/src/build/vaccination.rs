use super::{
    assembly::{Assembly, Fact},
    condition::notes,
    party::opaque_debug,
    span::Span,
};
use crate::{
    codes::{self, loinc},
    language::Phrase,
    model::{
        self, CodeableConcept, Coding, Date, DateTime, Extension, ExtensionValue, Identifier,
        ImmunizationOccurrence, ImmunizationPerformer, ImmunizationProtocolApplied,
        ImmunizationProtocolAppliedDoseNumber, ImmunizationRecommendationRecommendation,
        ImmunizationRecommendationRecommendationDateCriterion,
        ImmunizationRecommendationRecommendationDoseNumber, Reference,
    },
    words::when,
};

/// A vaccination that was given, or was not.
///
/// ```
/// use fhir_bundles::build::Vaccination;
///
/// let shot = Vaccination::new("Tetanus toxoid", "2026-03-01").dose(1).lot("TT-2291").brand("Tetvac");
/// ```
#[derive(Clone)]
pub struct Vaccination {
    vaccine: CodeableConcept,
    date: DateTime,
    brand: Option<String>,
    dose: Option<Dose>,
    not_given: bool,
    not_given_reason: Option<CodeableConcept>,
    lot: Option<String>,
    expires: Option<Date>,
    manufacturer: Option<String>,
    site: Option<CodeableConcept>,
    route: Option<CodeableConcept>,
    note: Option<String>,
}

/// A dose of a series, by its number or its name.
#[derive(Clone)]
enum Dose {
    Number(i32),
    Words(String),
}

impl Dose {
    fn check(&self, path: &str, assembly: &mut Assembly) {
        let path = format!("{path}.dose");
        match self {
            Self::Number(number) if *number < 1 => {
                let help = "count doses from 1, or name it: birth dose, booster";
                assembly.problem(&path, "is not positive", help);
            }
            Self::Number(_) => {}
            Self::Words(words) => assembly.required(&path, words),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Words(words) => words.clone(),
        }
    }
}

impl Vaccination {
    /// A vaccine, in words or with a code, and when it was given.
    #[must_use]
    pub fn new(vaccine: impl Into<CodeableConcept>, date: impl Into<DateTime>) -> Self {
        Self {
            vaccine: vaccine.into(),
            date: date.into(),
            brand: None,
            dose: None,
            not_given: false,
            not_given_reason: None,
            lot: None,
            expires: None,
            manufacturer: None,
            site: None,
            route: None,
            note: None,
        }
    }

    /// Adds the brand.
    #[must_use]
    pub fn brand(self, brand: impl Into<String>) -> Self {
        Self { brand: Some(brand.into()), ..self }
    }

    /// Adds which dose of the series it was.
    #[must_use]
    pub fn dose(self, number: i32) -> Self {
        Self { dose: Some(Dose::Number(number)), ..self }
    }

    /// Adds which dose it was, where it has a name and no number: "birth dose", "booster".
    #[must_use]
    pub fn dose_words(self, name: impl Into<String>) -> Self {
        Self { dose: Some(Dose::Words(name.into())), ..self }
    }

    /// Says that it was not given on that date.
    #[must_use]
    pub fn not_given(self) -> Self {
        Self { not_given: true, ..self }
    }

    /// Says that it was not given on that date, and why, in words or with a code.
    #[must_use]
    pub fn not_given_because(self, reason: impl Into<CodeableConcept>) -> Self {
        Self { not_given: true, not_given_reason: Some(reason.into()), ..self }
    }

    /// Adds the lot.
    #[must_use]
    pub fn lot(self, lot: impl Into<String>) -> Self {
        Self { lot: Some(lot.into()), ..self }
    }

    /// Adds until when the lot can be used.
    #[must_use]
    pub fn expires(self, date: impl Into<Date>) -> Self {
        Self { expires: Some(date.into()), ..self }
    }

    /// Adds who made it.
    #[must_use]
    pub fn manufacturer(self, name: impl Into<String>) -> Self {
        Self { manufacturer: Some(name.into()), ..self }
    }

    /// Adds where on the body.
    #[must_use]
    pub fn site(self, site: impl Into<CodeableConcept>) -> Self {
        Self { site: Some(site.into()), ..self }
    }

    /// Adds how, such as "Intramuscular".
    #[must_use]
    pub fn route(self, route: impl Into<CodeableConcept>) -> Self {
        Self { route: Some(route.into()), ..self }
    }

    /// Adds a remark.
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }
}

impl Fact for Vaccination {
    fn add_to(self, path: &str, assembly: &mut Assembly) -> Reference {
        assembly.check_name(path, &self.vaccine, &[]);
        assembly.check_past(&format!("{path}.date"), &self.date);
        if let Some(expires) = &self.expires {
            assembly.check_date(&format!("{path}.expires"), expires);
        }
        if let Some(dose) = &self.dose {
            dose.check(path, assembly);
        }
        for (name, concept, systems) in [
            ("site", &self.site, &[][..]),
            ("route", &self.route, &[codes::SNOMED_CT][..]),
            ("notGivenReason", &self.not_given_reason, &[][..]),
        ] {
            if let Some(concept) = concept {
                assembly.check_concept(&format!("{path}.{name}"), concept, systems);
            }
        }
        let label = self.vaccine.label().unwrap_or_default().to_owned();
        let reason = self.not_given_reason.as_ref().and_then(CodeableConcept::label);
        let not_given = assembly.language.say(Phrase::NotGiven);
        let status = match (self.not_given, reason) {
            (false, _) => String::new(),
            (true, None) => not_given.to_owned(),
            (true, Some(reason)) => format!("{not_given}: {reason}"),
        };
        let dose = self.dose.as_ref().map_or_else(String::new, Dose::text);
        let text = assembly
            .story()
            .row(Phrase::Vaccine, &label)
            .row(Phrase::Status, &status)
            .dated(Phrase::Date, self.date.as_str())
            .row(Phrase::Dosage, &dose)
            .row(Phrase::Note, self.brand.as_deref().unwrap_or_default());
        let manufacturer = self.manufacturer.map(|name| manufacturer(name, assembly));
        let brand = self.brand.filter(|brand| !brand.trim().is_empty()).map(|brand| Extension {
            url: Some(codes::profile("BrandName")),
            value: Some(Box::new(ExtensionValue::String(brand))),
            ..Extension::default()
        });
        let performer = ImmunizationPerformer {
            actor: Some(assembly.practitioner.clone()),
            ..ImmunizationPerformer::default()
        };
        let slot = assembly.slot("Immunization");
        let immunization = model::Immunization {
            id: Some(slot.id),
            meta: Some(slot.meta),
            language: Some(slot.language),
            text: Some(text.narrative()),
            extension: brand.into_iter().collect(),
            status: Some(if self.not_given { "not-done" } else { "completed" }.to_owned()),
            status_reason: self.not_given_reason,
            vaccine_code: Some(self.vaccine),
            patient: Some(assembly.patient.clone()),
            encounter: assembly.encounter.clone(),
            occurrence: Some(ImmunizationOccurrence::DateTime(self.date)),
            primary_source: Some(true),
            manufacturer,
            lot_number: self.lot.filter(|lot| !lot.trim().is_empty()),
            expiration_date: self.expires,
            site: self.site,
            route: self.route,
            // Nobody gave what was not given.
            performer: if self.not_given { Vec::new() } else { vec![performer] },
            note: notes(self.note),
            protocol_applied: self
                .dose
                .map(|dose| ImmunizationProtocolApplied {
                    dose_number: Some(match dose {
                        Dose::Number(number) => {
                            ImmunizationProtocolAppliedDoseNumber::PositiveInt(number)
                        }
                        Dose::Words(words) => ImmunizationProtocolAppliedDoseNumber::String(words),
                    }),
                    ..ImmunizationProtocolApplied::default()
                })
                .into_iter()
                .collect(),
            ..model::Immunization::default()
        };
        assembly.add(immunization, &label)
    }
}

/// The manufacturer as a resource of its own, since the profile wants one with an identifier.
fn manufacturer(name: String, assembly: &mut Assembly) -> Reference {
    let kind = Coding::of(codes::V2_0203, "XX", "Organization identifier");
    let text = assembly.story().sentence(&name);
    let slot = assembly.slot("Organization");
    let identifier = Identifier::typed(kind, slot.id.clone()).in_system("urn:ietf:rfc:3986");
    let identifier = Identifier { value: Some(format!("urn:uuid:{}", slot.id)), ..identifier };
    let organization = model::Organization {
        id: Some(slot.id),
        meta: Some(slot.meta),
        language: Some(slot.language),
        text: Some(text.narrative()),
        identifier: vec![identifier],
        name: Some(name.clone()),
        ..model::Organization::default()
    };
    assembly.add(organization, &name)
}

/// A vaccination that is due.
#[derive(Clone)]
pub struct VaccineDue {
    vaccine: CodeableConcept,
    due: Due,
    dose: Option<Dose>,
    description: Option<String>,
}

/// When a vaccination is due.
#[derive(Clone)]
enum Due {
    Date(DateTime),
    /// So long after the document's date, in the doctor's words.
    After(Span, String),
}

impl VaccineDue {
    /// A vaccine, in words or with a code, and when it is due.
    #[must_use]
    pub fn new(vaccine: impl Into<CodeableConcept>, due: impl Into<DateTime>) -> Self {
        Self { vaccine: vaccine.into(), due: Due::Date(due.into()), dose: None, description: None }
    }

    /// A vaccine that is due so long after the document's date. The words ("after 4 weeks") stay in
    /// the description.
    #[must_use]
    pub fn after(
        vaccine: impl Into<CodeableConcept>,
        span: Span,
        words: impl Into<String>,
    ) -> Self {
        let due = Due::After(span, words.into());
        Self { vaccine: vaccine.into(), due, dose: None, description: None }
    }

    /// Adds which dose of the series it will be.
    #[must_use]
    pub fn dose(self, number: i32) -> Self {
        Self { dose: Some(Dose::Number(number)), ..self }
    }

    /// Adds which dose it will be, where it has a name and no number: "booster".
    #[must_use]
    pub fn dose_words(self, name: impl Into<String>) -> Self {
        Self { dose: Some(Dose::Words(name.into())), ..self }
    }

    /// Adds an explanation.
    #[must_use]
    pub fn description(self, description: impl Into<String>) -> Self {
        Self { description: Some(description.into()), ..self }
    }
}

/// All that is due goes into one resource, since a record has room for one.
pub(super) fn add_due(due: Vec<VaccineDue>, assembly: &mut Assembly) -> Option<Reference> {
    if due.is_empty() {
        return None;
    }
    let mut story = assembly.story();
    let mut recommendations = Vec::new();
    for (place, due) in due.into_iter().enumerate() {
        let path = format!("due[{place}]");
        assembly.check_name(&path, &due.vaccine, &[]);
        let (date, said) = match due.due {
            Due::Date(date) => {
                assembly.check_date_time(&format!("{path}.due"), &date);
                (date, None)
            }
            Due::After(span, words) => {
                let date = span.after(&assembly.date);
                if date.is_none() && assembly.date.is_valid() {
                    let help = "write a day, or the document's date to the day";
                    assembly.problem(&format!("{path}.due"), "cannot be counted", help);
                }
                (DateTime::from(date.map_or_else(String::new, |day| day.to_string())), Some(words))
            }
        };
        if let Some(dose) = &due.dose {
            dose.check(&path, assembly);
        }
        let label = due.vaccine.label().unwrap_or_default();
        story = story
            .row(Phrase::Vaccine, &format!("{label}, {}", when(date.as_str(), assembly.language)));
        recommendations.push(ImmunizationRecommendationRecommendation {
            vaccine_code: vec![due.vaccine],
            forecast_status: Some(
                Coding::of(codes::IMMUNIZATION_RECOMMENDATION_STATUS, "due", "Due").into(),
            ),
            date_criterion: vec![ImmunizationRecommendationRecommendationDateCriterion {
                code: Some(loinc("30980-7", "Date vaccine due").into()),
                value: Some(date),
                ..ImmunizationRecommendationRecommendationDateCriterion::default()
            }],
            description: match (said, due.description) {
                (Some(said), Some(more)) => Some(format!("{said}: {more}")),
                (said, more) => said.or(more),
            },
            dose_number: due.dose.map(|dose| match dose {
                Dose::Number(number) => {
                    ImmunizationRecommendationRecommendationDoseNumber::PositiveInt(number)
                }
                Dose::Words(words) => {
                    ImmunizationRecommendationRecommendationDoseNumber::String(words)
                }
            }),
            ..ImmunizationRecommendationRecommendation::default()
        });
    }
    let slot = assembly.slot("ImmunizationRecommendation");
    let recommendation = model::ImmunizationRecommendation {
        id: Some(slot.id),
        meta: Some(slot.meta),
        language: Some(slot.language),
        text: Some(story.narrative()),
        patient: Some(assembly.patient.clone()),
        date: Some(assembly.date.clone()),
        authority: Some(assembly.organization.clone()),
        recommendation: recommendations,
        ..model::ImmunizationRecommendation::default()
    };
    Some(assembly.add(recommendation, "Due"))
}

opaque_debug!(Vaccination, VaccineDue);
