use super::{
    dosage::{self, DosageStep},
    index::Index,
    labels::{Details, either, first_code, linked, parties},
    modifiers, said,
    standing::{MarkKind, Narrative, Standing, Stated},
};
use crate::{
    Language,
    language::Phrase,
    model::{
        self, CodeableConcept, Coding, DateTime, Dosage, MedicationIngredientItem,
        MedicationRequestMedication, MedicationRequestReported,
        MedicationRequestSubstitutionAllowed, MedicationStatementEffective,
        MedicationStatementMedication, Reference, Resource,
    },
    words,
};

/// A medicine ordered or taken.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Medicine {
    /// What a person reads.
    pub name: String,
    /// The first code, when there is one.
    pub code: Option<Coding>,
    /// The dosage, one step after the other: text and structure together.
    pub dosage: Vec<DosageStep>,
    /// Whether it is ordered here (`MedicationRequest`) or taken already (`MedicationStatement`).
    pub is_order: bool,
    /// `active`, `stopped`, …
    pub status: Option<String>,
    /// When it was ordered, or said to be taken.
    pub date: Option<DateTime>,
    /// What it is for.
    pub reason: Option<String>,
    /// Further facts: label and words.
    pub details: Vec<(String, String)>,
    /// A remark.
    pub note: Option<String>,
    language: Language,
}

impl Medicine {
    /// The whole dosage in one text.
    #[must_use]
    pub fn dosage_text(&self) -> String {
        dosage::joined(&self.dosage, self.language)
    }
}

/// The medicine itself: by a code, or in a resource of its own.
struct Substance {
    name: String,
    code: Option<Coding>,
    standing: Standing,
    details: Vec<(String, String)>,
}

fn coded(concept: &CodeableConcept) -> Substance {
    Substance {
        name: words::concept(Some(concept)),
        code: first_code(Some(concept)),
        standing: Standing::plain(),
        details: Vec::new(),
    }
}

/// Older documents put the medicine into a resource of its own.
fn referred<'a>(reference: &Reference, holder: &'a Resource, index: &mut Index<'a>) -> Substance {
    let display = reference.display.clone().filter(|display| !display.trim().is_empty());
    let found = index.follow(reference, Some(holder));
    let Some(found @ Resource::Medication(medication)) = found else {
        let (name, details) = match found {
            Some(_) => (super::labels::link(reference, holder, index), Vec::new()),
            None => {
                let number = || reference.identifier.as_ref()?.value.clone();
                let missing = reference.reference.as_ref().filter(|_| display.is_none());
                let missing = missing.map(|_| said::refers_to_missing(index.language));
                (display.or_else(number), missing.into_iter().collect())
            }
        };
        return Substance {
            name: name.unwrap_or_else(|| index.language.say(Phrase::Medicine).to_owned()),
            code: None,
            standing: Standing::plain(),
            details,
        };
    };
    let name = Some(words::concept(medication.code.as_ref())).filter(|name| !name.is_empty());
    Substance {
        name: name.or(display).unwrap_or_else(|| index.language.say(Phrase::Medicine).to_owned()),
        code: first_code(medication.code.as_ref()),
        standing: modifiers::of_itself(found, index),
        details: substance_details(medication, found, index),
    }
}

/// What a resource of a medicine says beside its name.
pub(super) fn substance_details<'a>(
    medication: &'a model::Medication,
    holder: &'a Resource,
    index: &mut Index<'a>,
) -> Vec<(String, String)> {
    index.first_time(holder);
    let mut details = Details::of(index.language);
    details.add(Phrase::Form, medication.form.as_ref().map(|form| words::concept(Some(form))));
    details.add(
        Phrase::Amount,
        medication.amount.as_ref().and_then(|it| words::ratio(it, index.language)),
    );
    for ingredient in &medication.ingredient {
        let name = match &ingredient.item {
            Some(MedicationIngredientItem::CodeableConcept(concept)) => {
                Some(words::concept(Some(concept)))
            }
            Some(MedicationIngredientItem::Reference(reference)) => {
                super::labels::link(reference, holder, index)
            }
            None => None,
        };
        let inactive = (ingredient.is_active == Some(false))
            .then(|| index.language.say(Phrase::NotActive).to_owned());
        let strength = ingredient.strength.as_ref().and_then(|it| words::ratio(it, index.language));
        details.add(
            Phrase::Contains,
            words::joined([name, strength, inactive].into_iter().flatten(), ", "),
        );
    }
    details.add(Phrase::Manufacturer, parties(medication.manufacturer.as_ref(), holder, index));
    if let Some(batch) = &medication.batch {
        details.add(Phrase::Batch, batch.lot_number.clone());
        details.add(
            Phrase::Expires,
            batch.expiration_date.as_ref().map(|date| words::when(date.as_str(), index.language)),
        );
    }
    details.into_vec()
}

/// What is said against a medicine's resource, said of its order.
fn adopt(standing: &mut Standing, substance: &Standing, language: Language) {
    standing.inherit(substance, Phrase::OfMedicine, language);
    if substance.has(MarkKind::Ended) {
        standing.add(MarkKind::Noted, language.say(Phrase::NoLongerInUse));
    }
}

pub(super) fn request<'a>(
    request: &'a model::MedicationRequest,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Stated<Medicine> {
    let mut standing = modifiers::standing(resource, index);
    let substance = match &request.medication {
        Some(MedicationRequestMedication::CodeableConcept(concept)) => Some(coded(concept)),
        Some(MedicationRequestMedication::Reference(reference)) => {
            Some(referred(reference, resource, index))
        }
        None => None,
    };
    if let Some(substance) = &substance {
        adopt(&mut standing, &substance.standing, index.language);
    }
    let mut details = Details::of(index.language);
    details.add(Phrase::ReasonOfTheStatus, standing.reason_of_status());
    details.add(Phrase::Priority, priority(request.priority.as_deref(), index.language));
    match &request.reported {
        Some(MedicationRequestReported::Boolean(true)) => {
            details.add(
                Phrase::Source,
                Some(index.language.say(Phrase::ReportedNotOrdered).to_owned()),
            );
        }
        Some(MedicationRequestReported::Reference(reference)) => {
            details.add(Phrase::ReportedBy, parties([reference], resource, index));
        }
        _ => {}
    }
    let course = request.course_of_therapy_type.as_ref();
    details.add(Phrase::Course, course.map(|course| words::concept(Some(course))));
    if let Some(dispense) = &request.dispense_request {
        details.add(Phrase::Quantity, dispense.quantity.as_ref().map(words::quantity));
        let repeats = dispense.number_of_repeats_allowed;
        details.add(Phrase::RepeatsAllowed, repeats.map(|repeats| repeats.to_string()));
        let supply = dispense.expected_supply_duration.as_ref();
        details.add(Phrase::SupplyFor, supply.map(words::quantity));
        details.add(
            Phrase::Valid,
            dispense.validity_period.as_ref().and_then(|it| words::period(it, index.language)),
        );
        let interval = dispense.dispense_interval.as_ref();
        details.add(Phrase::DispenseEvery, interval.map(words::quantity));
        if let Some(first) = &dispense.initial_fill {
            let amount = first.quantity.as_ref().map(words::quantity);
            details.add(
                Phrase::FirstFill,
                either(amount, first.duration.as_ref().map(words::quantity)),
            );
        }
        details.add(Phrase::DispensedBy, parties(dispense.performer.as_ref(), resource, index));
    }
    if let Some(substitution) = &request.substitution {
        let allowed = match &substitution.allowed {
            Some(MedicationRequestSubstitutionAllowed::Boolean(true)) => {
                Some(index.language.say(Phrase::Allowed).to_owned())
            }
            Some(MedicationRequestSubstitutionAllowed::Boolean(false)) => {
                Some(index.language.say(Phrase::NotAllowed).to_owned())
            }
            Some(MedicationRequestSubstitutionAllowed::CodeableConcept(concept)) => {
                Some(words::concept(Some(concept)))
            }
            None => None,
        };
        let reason = substitution.reason.as_ref().map(|reason| words::concept(Some(reason)));
        details.add(Phrase::Substitution, either(allowed, reason));
    }
    details.add(Phrase::Category, words::concepts(&request.category));
    details.add(Phrase::OrderedAs, linked(&request.based_on, resource, index));
    details.add(Phrase::SeeAlso, linked(&request.supporting_information, resource, index));
    details.add(Phrase::Warning, linked(&request.detected_issue, resource, index));
    let prior: Vec<_> = request.prior_prescription.iter().cloned().collect();
    details.add(Phrase::Replaces, linked(&prior, resource, index));
    let ordered = request.authored_on.as_ref().map(|date| date.as_str());
    details.add(Phrase::OrderedOn, index.other_date(ordered));
    details.add(Phrase::OrderedBy, index.not_author(request.requester.as_ref(), resource));
    let giver = parties(request.performer.as_ref(), resource, index);
    let kind = request.performer_type.as_ref().map(|kind| words::concept(Some(kind)));
    details.add(Phrase::ToBeGivenBy, either(giver, kind));
    details.add(Phrase::RecordedBy, index.not_author(request.recorder.as_ref(), resource));
    let substance = substance.unwrap_or_else(unnamed);
    let mut all = substance.details;
    all.extend(details.into_vec());
    let medicine = Medicine {
        name: substance.name,
        code: substance.code,
        dosage: dosage::steps(&request.dosage_instruction, index.language),
        is_order: true,
        status: request.status.clone(),
        date: request.authored_on.clone(),
        reason: either(
            words::concepts(&request.reason_code),
            linked(&request.reason_reference, resource, index),
        ),
        details: all,
        note: words::annotations(&request.note, index.language),
        language: index.language,
    };
    Stated::new(standing, medicine).narrated(Narrative::of(request.text.as_ref()))
}

pub(super) fn statement<'a>(
    statement: &'a model::MedicationStatement,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Stated<Medicine> {
    let mut standing = modifiers::standing(resource, index);
    let substance = match &statement.medication {
        Some(MedicationStatementMedication::CodeableConcept(concept)) => Some(coded(concept)),
        Some(MedicationStatementMedication::Reference(reference)) => {
            Some(referred(reference, resource, index))
        }
        None => None,
    };
    if let Some(substance) = &substance {
        adopt(&mut standing, &substance.standing, index.language);
    }
    let mut details = Details::of(index.language);
    details.add(
        Phrase::Taken,
        statement.effective.as_ref().and_then(|effective| match effective {
            MedicationStatementEffective::DateTime(date) => {
                Some(words::when(date.as_str(), index.language))
            }
            MedicationStatementEffective::Period(period) => words::period(period, index.language),
        }),
    );
    details.add(Phrase::Category, statement.category.as_ref().map(|c| words::concept(Some(c))));
    let said = statement.date_asserted.as_ref().map(|date| date.as_str());
    details.add(Phrase::SaidOn, index.other_date(said));
    details.add(Phrase::SaidBy, index.not_author(statement.information_source.as_ref(), resource));
    details.add(Phrase::ReasonOfTheStatus, standing.reason_of_status());
    details.add(Phrase::OrderedAs, linked(&statement.based_on, resource, index));
    details.add(Phrase::PartOf, linked(&statement.part_of, resource, index));
    details.add(Phrase::DerivedFrom, linked(&statement.derived_from, resource, index));
    let substance = substance.unwrap_or_else(unnamed);
    let mut all = substance.details;
    all.extend(details.into_vec());
    let medicine = Medicine {
        name: substance.name,
        code: substance.code,
        dosage: dosage::steps(&statement.dosage, index.language),
        is_order: false,
        status: statement.status.clone(),
        date: statement.date_asserted.clone(),
        reason: either(
            words::concepts(&statement.reason_code),
            linked(&statement.reason_reference, resource, index),
        ),
        details: all,
        note: words::annotations(&statement.note, index.language),
        language: index.language,
    };
    Stated::new(standing, medicine).narrated(Narrative::of(statement.text.as_ref()))
}

/// A priority that is worth a word.
pub(super) fn priority(code: Option<&str>, language: Language) -> Option<String> {
    let code = code.filter(|code| *code != "routine")?;
    Some(words::code_words(code, language))
}

fn unnamed() -> Substance {
    Substance { name: String::new(), code: None, standing: Standing::plain(), details: Vec::new() }
}

/// The name of the medicine behind a reference, what is said against it, and further facts.
pub(super) fn product<'a>(
    reference: &Reference,
    holder: &'a Resource,
    index: &mut Index<'a>,
) -> (String, Vec<(String, String)>) {
    let substance = referred(reference, holder, index);
    (substance.standing.before(&substance.name), substance.details)
}

/// A dosage of a resource that is not modelled.
pub(super) fn dosage_words(dosage: &Dosage, language: Language) -> String {
    dosage::joined(&dosage::steps(std::slice::from_ref(dosage), language), language)
}

super::opaque_debug!(Medicine);
