//! Conditions, allergies, procedures, orders, appointments, family history, plans, vaccinations due.

use super::{
    index::Index,
    labels::{Details, about, either, first_code, linked, parties},
    modifiers,
    standing::{MarkKind, Narrative, Standing, Stated},
    status,
};
use crate::{
    model::{
        self, AllergyIntoleranceOnset, CarePlanActivityDetailProduct,
        CarePlanActivityDetailScheduled, CodeableConcept, Coding, ConditionAbatement,
        ConditionOnset, Date, DateTime, FamilyMemberHistoryAge, FamilyMemberHistoryBorn,
        FamilyMemberHistoryConditionOnset, FamilyMemberHistoryDeceased,
        ImmunizationRecommendationRecommendationDoseNumber, Instant, ProcedurePerformed, Reference,
        Resource, ServiceRequestAsNeeded, ServiceRequestOccurrence, ServiceRequestQuantity,
    },
    words,
};

/// An entry that needs no structure of its own to be read.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Entry {
    /// The resource type, such as `Condition`.
    pub kind: String,
    /// What a person reads first.
    pub name: String,
    /// The first code, when there is one.
    pub code: Option<Coding>,
    /// When it was so: the onset of a condition, the day of a procedure, the time of an appointment.
    pub date: Option<DateTime>,
    /// Further facts: label and words.
    pub details: Vec<(String, String)>,
    /// Parts with a standing of their own: the activities of a plan, the vaccinations due.
    pub parts: Vec<Stated<Entry>>,
}

impl Entry {
    /// An entry with a name alone.
    pub(super) fn named(kind: &str, name: impl Into<String>) -> Self {
        Self {
            kind: kind.to_owned(),
            name: name.into(),
            code: None,
            date: None,
            details: Vec::new(),
            parts: Vec::new(),
        }
    }
}

/// A name that says that there is none.
fn named_or(name: String, otherwise: &str) -> String {
    if name.trim().is_empty() { otherwise.to_owned() } else { name }
}

fn concept(concept: &Option<CodeableConcept>) -> Option<String> {
    concept.as_ref().map(|concept| words::concept(Some(concept)))
}

fn date(date: &DateTime) -> String {
    words::when(date.as_str())
}

/// The entry of a resource; `None` for a type that has no reader of its own here.
pub(super) fn entry<'a>(resource: &'a Resource, index: &mut Index<'a>) -> Option<Stated<Entry>> {
    let standing = modifiers::standing(resource, index);
    let (entry, narrative) = match resource {
        Resource::Condition(r) => (condition(r, resource, index), &r.text),
        Resource::AllergyIntolerance(r) => (allergy(r, resource, index), &r.text),
        Resource::Procedure(r) => (procedure(r, &standing, resource, index), &r.text),
        Resource::ServiceRequest(r) => (service_request(r, resource, index), &r.text),
        Resource::Appointment(r) => (appointment(r, resource, index), &r.text),
        Resource::FamilyMemberHistory(r) => (family_history(r, resource, index), &r.text),
        Resource::CarePlan(r) => (care_plan(r, resource, index), &r.text),
        Resource::ImmunizationRecommendation(r) => (recommendation(r, resource, index), &r.text),
        _ => return None,
    };
    Some(Stated::new(standing, entry).narrated(Narrative::of(narrative.as_ref())))
}

fn condition<'a>(
    condition: &'a model::Condition,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Entry {
    let mut details = Details::default();
    let (when, since) = match &condition.onset {
        Some(ConditionOnset::DateTime(since)) => (Some(since.clone()), Some(date(since))),
        Some(ConditionOnset::Age(age)) => (None, Some(format!("age {}", words::quantity(age)))),
        Some(ConditionOnset::Period(period)) => (period.start.clone(), words::period(period)),
        Some(ConditionOnset::String(text)) => (None, Some(text.clone())),
        Some(ConditionOnset::Range(range)) => {
            (None, words::range(range).map(|range| format!("age {range}")))
        }
        None => (None, None),
    };
    details.add("Since", since);
    details.add(
        "Until",
        condition.abatement.as_ref().and_then(|end| match end {
            ConditionAbatement::DateTime(end) => Some(date(end)),
            ConditionAbatement::Age(age) => Some(format!("age {}", words::quantity(age))),
            ConditionAbatement::Period(period) => words::period(period),
            ConditionAbatement::String(text) => Some(text.clone()),
            ConditionAbatement::Range(range) => {
                words::range(range).map(|range| format!("age {range}"))
            }
        }),
    );
    details.add("Severity", concept(&condition.severity));
    details.add("Body site", words::concepts(&condition.body_site));
    for stage in &condition.stage {
        let assessed = linked(&stage.assessment, resource, index);
        details.add("Stage", either(concept(&stage.summary), assessed));
    }
    for evidence in &condition.evidence {
        let detail = linked(&evidence.detail, resource, index);
        details.add("Evidence", either(words::concepts(&evidence.code), detail));
    }
    let recorded = condition.recorded_date.as_ref().map(|date| date.as_str());
    details.add("Recorded", index.other_date(recorded));
    details.add("Recorded by", index.not_author(condition.recorder.as_ref(), resource));
    details.add(
        "Said by",
        index
            .not_patient(condition.asserter.as_ref(), resource)
            .filter(|who| !index.authors.contains(who)),
    );
    details.add("Note", words::annotations(&condition.note));
    Entry {
        code: first_code(condition.code.as_ref()),
        date: when,
        details: details.into_vec(),
        ..Entry::named("Condition", named_or(words::concept(condition.code.as_ref()), "Condition"))
    }
}

fn allergy<'a>(
    allergy: &'a model::AllergyIntolerance,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Entry {
    let mut details = Details::default();
    let (when, since) = match &allergy.onset {
        Some(AllergyIntoleranceOnset::DateTime(since)) => (Some(since.clone()), Some(date(since))),
        Some(AllergyIntoleranceOnset::Age(age)) => {
            (None, Some(format!("age {}", words::quantity(age))))
        }
        Some(AllergyIntoleranceOnset::Period(period)) => {
            (period.start.clone(), words::period(period))
        }
        Some(AllergyIntoleranceOnset::String(text)) => (None, Some(text.clone())),
        Some(AllergyIntoleranceOnset::Range(range)) => {
            (None, words::range(range).map(|range| format!("age {range}")))
        }
        None => (None, None),
    };
    for reaction in &allergy.reaction {
        let severity = reaction.severity.as_deref();
        let parts = [
            words::concepts(&reaction.manifestation),
            severity.map(str::to_owned),
            concept(&reaction.substance).map(|substance| format!("to {substance}")),
            reaction.description.clone(),
            reaction.onset.as_ref().map(date),
            concept(&reaction.exposure_route).map(|route| format!("by {route}")),
            words::annotations(&reaction.note),
        ];
        details.add("Reaction", words::joined(parts.into_iter().flatten(), ", "));
    }
    details.add("Criticality", allergy.criticality.as_deref().map(words::humanised));
    details.add("Kind", allergy.r#type.clone().filter(|kind| kind != "allergy"));
    details.add("Category", words::joined(allergy.category.iter().cloned(), ", "));
    details.add("Since", since);
    details.add("Last time", allergy.last_occurrence.as_ref().map(date));
    let recorded = allergy.recorded_date.as_ref().map(|date| date.as_str());
    details.add("Recorded", index.other_date(recorded));
    details.add("Recorded by", index.not_author(allergy.recorder.as_ref(), resource));
    details.add(
        "Said by",
        index
            .not_patient(allergy.asserter.as_ref(), resource)
            .filter(|who| !index.authors.contains(who)),
    );
    details.add("Note", words::annotations(&allergy.note));
    Entry {
        code: first_code(allergy.code.as_ref()),
        date: when,
        details: details.into_vec(),
        ..Entry::named(
            "AllergyIntolerance",
            named_or(words::concept(allergy.code.as_ref()), "Allergy"),
        )
    }
}

fn procedure<'a>(
    procedure: &'a model::Procedure,
    standing: &Standing,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Entry {
    let mut details = Details::default();
    let (when, done) = match &procedure.performed {
        Some(ProcedurePerformed::DateTime(done)) => (Some(done.clone()), Some(date(done))),
        Some(ProcedurePerformed::Period(period)) => (period.start.clone(), words::period(period)),
        Some(ProcedurePerformed::String(text)) => (None, Some(text.clone())),
        Some(ProcedurePerformed::Age(age)) => (None, Some(format!("age {}", words::quantity(age)))),
        Some(ProcedurePerformed::Range(range)) => {
            (None, words::range(range).map(|range| format!("age {range}")))
        }
        None => (None, None),
    };
    // What was not done has a date, and was not done on it.
    details.add(if standing.holds() { "Done" } else { "Date" }, done);
    let reasons = linked(&procedure.reason_reference, resource, index);
    details.add("Reason", either(words::concepts(&procedure.reason_code), reasons));
    if standing.holds() {
        details.add("Reason of the status", concept(&procedure.status_reason));
    }
    details.add("Category", concept(&procedure.category));
    details.add("Body site", words::concepts(&procedure.body_site));
    details.add("Outcome", concept(&procedure.outcome));
    details.add(
        "Complication",
        either(
            words::concepts(&procedure.complication),
            linked(&procedure.complication_detail, resource, index),
        ),
    );
    details.add("Follow-up", words::concepts(&procedure.follow_up));
    for device in &procedure.focal_device {
        let used: Vec<_> = device.manipulated.iter().cloned().collect();
        details.add("Device", either(linked(&used, resource, index), concept(&device.action)));
    }
    let used = linked(&procedure.used_reference, resource, index);
    details.add("Used", either(words::concepts(&procedure.used_code), used));
    details.add("Report", linked(&procedure.report, resource, index));
    for performer in &procedure.performer {
        let who = index.not_author(performer.actor.as_ref(), resource);
        let function = concept(&performer.function);
        details.add("Performed by", who.map(|who| either(Some(who), function).unwrap_or_default()));
    }
    let place: Vec<_> = procedure.location.iter().cloned().collect();
    details.add("Place", linked(&place, resource, index));
    details.add("Part of", linked(&procedure.part_of, resource, index));
    details.add("Ordered as", linked(&procedure.based_on, resource, index));
    details.add("Recorded by", index.not_author(procedure.recorder.as_ref(), resource));
    details.add(
        "Said by",
        index
            .not_patient(procedure.asserter.as_ref(), resource)
            .filter(|who| !index.authors.contains(who)),
    );
    details.add("Note", words::annotations(&procedure.note));
    Entry {
        code: first_code(procedure.code.as_ref()),
        date: when,
        details: details.into_vec(),
        ..Entry::named("Procedure", named_or(words::concept(procedure.code.as_ref()), "Procedure"))
    }
}

fn service_request<'a>(
    request: &'a model::ServiceRequest,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Entry {
    let mut details = Details::default();
    details.add("Priority", request.priority.clone().filter(|priority| priority != "routine"));
    details.add("Details", words::concepts(&request.order_detail));
    details.add(
        "Quantity",
        request.quantity.as_ref().and_then(|quantity| match quantity {
            ServiceRequestQuantity::Quantity(quantity) => Some(words::quantity(quantity)),
            ServiceRequestQuantity::Ratio(ratio) => words::ratio(ratio),
            ServiceRequestQuantity::Range(range) => words::range(range),
        }),
    );
    let (when, occurrence) = match &request.occurrence {
        Some(ServiceRequestOccurrence::DateTime(when)) => (Some(when.clone()), Some(date(when))),
        Some(ServiceRequestOccurrence::Period(period)) => {
            (period.start.clone(), words::period(period))
        }
        Some(ServiceRequestOccurrence::Timing(timing)) => {
            (timing.event.first().cloned(), super::dosage::timing(timing))
        }
        None => (None, None),
    };
    details.add("When", occurrence);
    details.add(
        "If needed",
        request.as_needed.as_ref().and_then(|needed| match needed {
            ServiceRequestAsNeeded::Boolean(needed) => needed.then(|| "yes".to_owned()),
            ServiceRequestAsNeeded::CodeableConcept(why) => Some(words::concept(Some(why))),
        }),
    );
    let reasons = linked(&request.reason_reference, resource, index);
    details.add("Reason", either(words::concepts(&request.reason_code), reasons));
    details.add("Body site", words::concepts(&request.body_site));
    let performers = linked(&request.performer, resource, index);
    details.add("Performer", either(performers, concept(&request.performer_type)));
    let places = linked(&request.location_reference, resource, index);
    details.add("Place", either(words::concepts(&request.location_code), places));
    let specimens: Vec<_> = request
        .specimen
        .iter()
        .filter_map(|specimen| super::report::specimen(specimen, resource, index))
        .collect();
    details.add("Specimen", words::joined(specimens, "; "));
    let ordered = request.authored_on.as_ref().map(|date| date.as_str());
    details.add("Ordered on", index.other_date(ordered));
    details.add("Ordered by", index.not_author(request.requester.as_ref(), resource));
    details.add("Ordered as", linked(&request.based_on, resource, index));
    details.add("Replaces", linked(&request.replaces, resource, index));
    details.add("See also", linked(&request.supporting_info, resource, index));
    details.add("Category", words::concepts(&request.category));
    details.add("For the patient", request.patient_instruction.clone());
    details.add("Note", words::annotations(&request.note));
    Entry {
        code: first_code(request.code.as_ref()),
        date: when.or_else(|| request.authored_on.clone()),
        details: details.into_vec(),
        ..Entry::named("ServiceRequest", named_or(words::concept(request.code.as_ref()), "Order"))
    }
}

fn appointment<'a>(
    appointment: &'a model::Appointment,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Entry {
    let mut details = Details::default();
    let side = |time: &Option<Instant>| time.as_ref().map(|time| time.as_str().to_owned());
    let when = match (side(&appointment.start), side(&appointment.end)) {
        // An appointment without an end is on a day, not from a day on.
        (Some(start), None) => Some(words::when(&start)),
        (start, end) => words::between(start.as_deref(), end.as_deref()),
    };
    details.add("When", when);
    let asked: Vec<_> = appointment.requested_period.iter().filter_map(words::period).collect();
    details.add("Asked for", words::joined(asked, "; "));
    let minutes = appointment.minutes_duration;
    details.add("Length", minutes.map(|minutes| format!("{minutes} minutes")));
    details.add("Note", appointment.comment.clone());
    details.add("For the patient", appointment.patient_instruction.clone());
    let name = about(resource);
    let named = |words: Option<String>| words.filter(|words| Some(words) != name.as_ref());
    details.add("Service", named(words::concepts(&appointment.service_type)));
    details.add("Service", words::concepts(&appointment.service_category));
    details.add("Specialty", words::concepts(&appointment.specialty));
    details.add("Kind", concept(&appointment.appointment_type));
    let based_on = linked(&appointment.based_on, resource, index);
    let reasons = linked(&appointment.reason_reference, resource, index);
    let reasons = either(based_on, reasons);
    details.add("Reason", either(named(words::concepts(&appointment.reason_code)), reasons));
    for participant in &appointment.participant {
        let actor = participant.actor.as_ref();
        let who = index.not_patient(actor, resource).filter(|who| !index.authors.contains(who));
        // Who has not agreed to come does not come.
        let mut standing = Standing::plain();
        let agreed = participant.status.as_deref().filter(|status| *status != "accepted");
        if let Some(status) = agreed {
            let answer = if status == "needs-action" { "has not answered" } else { status };
            standing.add(MarkKind::Noted, words::humanised(answer));
        }
        details.add("With", who.map(|who| standing.before(&who)));
    }
    details.add("See also", linked(&appointment.supporting_information, resource, index));
    Entry {
        date: appointment.start.as_ref().map(|start| DateTime::from(start.as_str())),
        details: details.into_vec(),
        ..Entry::named("Appointment", named_or(name.unwrap_or_default(), "Appointment"))
    }
}

fn family_history<'a>(
    history: &'a model::FamilyMemberHistory,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Entry {
    let mut details = Details::default();
    details.add("Relative", history.name.clone());
    details.add("Sex", concept(&history.sex));
    details.add(
        "Born",
        history.born.as_ref().and_then(|born| match born {
            FamilyMemberHistoryBorn::Date(born) => Some(day(born)),
            FamilyMemberHistoryBorn::Period(period) => words::period(period),
            FamilyMemberHistoryBorn::String(text) => Some(text.clone()),
        }),
    );
    let about = if history.estimated_age == Some(true) { " (estimated)" } else { "" };
    details.add(
        "Age",
        history.age.as_ref().and_then(|age| match age {
            FamilyMemberHistoryAge::Age(age) => Some(format!("{}{about}", words::quantity(age))),
            FamilyMemberHistoryAge::Range(range) => {
                words::range(range).map(|range| format!("{range}{about}"))
            }
            FamilyMemberHistoryAge::String(text) => Some(format!("{text}{about}")),
        }),
    );
    details.add(
        "Died",
        history.deceased.as_ref().and_then(|deceased| match deceased {
            FamilyMemberHistoryDeceased::Boolean(deceased) => deceased.then(|| "yes".to_owned()),
            FamilyMemberHistoryDeceased::Age(age) => Some(format!("age {}", words::quantity(age))),
            FamilyMemberHistoryDeceased::Range(range) => {
                words::range(range).map(|range| format!("age {range}"))
            }
            FamilyMemberHistoryDeceased::Date(date) => Some(day(date)),
            FamilyMemberHistoryDeceased::String(text) => Some(text.clone()),
        }),
    );
    details.add("Not given", concept(&history.data_absent_reason));
    let reasons = linked(&history.reason_reference, resource, index);
    details.add("Reason", either(words::concepts(&history.reason_code), reasons));
    let mut names = Vec::new();
    for illness in &history.condition {
        let name = words::concept(illness.code.as_ref());
        let onset = illness.onset.as_ref().and_then(|onset| match onset {
            FamilyMemberHistoryConditionOnset::Age(age) => {
                Some(format!("age {}", words::quantity(age)))
            }
            FamilyMemberHistoryConditionOnset::Range(range) => {
                words::range(range).map(|range| format!("age {range}"))
            }
            FamilyMemberHistoryConditionOnset::Period(period) => words::period(period),
            FamilyMemberHistoryConditionOnset::String(text) => Some(text.clone()),
        });
        let fatal = match illness.contributed_to_death {
            Some(true) => Some("contributed to death".to_owned()),
            Some(false) => Some("did not contribute to death".to_owned()),
            None => None,
        };
        let onset = onset.map(|onset| format!("onset {onset}"));
        let facts = [onset, concept(&illness.outcome), fatal, words::annotations(&illness.note)];
        let facts = words::joined(facts.into_iter().flatten(), ", ");
        details.add(&named_or(name.clone(), "Illness"), facts);
        names.push(name);
    }
    let recorded = history.date.as_ref().map(|date| date.as_str());
    details.add("Recorded", index.other_date(recorded));
    details.add("Note", words::annotations(&history.note));
    let relationship = words::concept(history.relationship.as_ref());
    let name =
        words::joined([Some(relationship), words::joined(names, ", ")].into_iter().flatten(), ": ");
    Entry {
        code: first_code(history.condition.first().and_then(|illness| illness.code.as_ref())),
        date: history.date.clone(),
        details: details.into_vec(),
        ..Entry::named("FamilyMemberHistory", named_or(name.unwrap_or_default(), "Relative"))
    }
}

fn day(date: &Date) -> String {
    words::when(date.as_str())
}

fn care_plan<'a>(
    plan: &'a model::CarePlan,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Entry {
    let mut details = Details::default();
    let name = about(resource);
    details.add("Plan", plan.description.clone());
    details.add("Category", words::concepts(&plan.category).filter(|c| Some(c) != name.as_ref()));
    details.add("Period", plan.period.as_ref().and_then(words::period));
    for goal in &plan.goal {
        details.add("Goal", index.whole(goal, resource));
    }
    details.add("Addresses", linked(&plan.addresses, resource, index));
    details.add("Based on", linked(&plan.based_on, resource, index));
    details.add("Replaces", linked(&plan.replaces, resource, index));
    details.add("Part of", linked(&plan.part_of, resource, index));
    details.add("Care team", linked(&plan.care_team, resource, index));
    details.add("See also", linked(&plan.supporting_info, resource, index));
    details.add("Created", index.other_date(plan.created.as_ref().map(|date| date.as_str())));
    details.add("Author", index.not_author(plan.author.as_ref(), resource));
    for contributor in &plan.contributor {
        details.add("Contributor", index.not_author(Some(contributor), resource));
    }
    details.add("Note", words::annotations(&plan.note));
    let parts = plan
        .activity
        .iter()
        .filter_map(|activity| plan_activity(activity, resource, index))
        .collect();
    Entry {
        date: plan.period.as_ref().and_then(|period| period.start.clone()),
        details: details.into_vec(),
        parts,
        ..Entry::named("CarePlan", named_or(name.unwrap_or_default(), "Care plan"))
    }
}

fn plan_activity<'a>(
    activity: &'a model::CarePlanActivity,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Option<Stated<Entry>> {
    let mut standing = modifiers::of_element(activity);
    let mut details = Details::default();
    let mut name = None;
    if let Some(detail) = &activity.detail {
        if detail.do_not_perform == Some(true) {
            standing.add(MarkKind::Negated, "DO NOT");
        }
        status::add(&mut standing, "CarePlan.activity", detail.status.as_deref());
        let _unused = standing.explain(concept(&detail.status_reason));
        let code = concept(&detail.code);
        name = either(detail.description.clone(), code);
        let product = detail.product.as_ref().and_then(|product| match product {
            CarePlanActivityDetailProduct::CodeableConcept(concept) => {
                Some(words::concept(Some(concept)))
            }
            CarePlanActivityDetailProduct::Reference(reference) => {
                super::labels::link(reference, resource, index)
            }
        });
        details.add("Product", product);
        details.add("Daily amount", detail.daily_amount.as_ref().map(words::quantity));
        details.add("Quantity", detail.quantity.as_ref().map(words::quantity));
        details.add(
            "When",
            detail.scheduled.as_ref().and_then(|scheduled| match scheduled {
                CarePlanActivityDetailScheduled::Timing(timing) => super::dosage::timing(timing),
                CarePlanActivityDetailScheduled::Period(period) => words::period(period),
                CarePlanActivityDetailScheduled::String(text) => Some(text.clone()),
            }),
        );
        let reasons = linked(&detail.reason_reference, resource, index);
        details.add("Reason", either(words::concepts(&detail.reason_code), reasons));
        for goal in &detail.goal {
            details.add("Goal", index.whole(goal, resource));
        }
        let place: Vec<Reference> = detail.location.iter().cloned().collect();
        details.add("Place", linked(&place, resource, index));
        details.add("Performer", parties(&detail.performer, resource, index));
    }
    let referred: Vec<Reference> = activity.reference.iter().cloned().collect();
    name = either(name, linked(&referred, resource, index));
    details.add("Outcome", words::concepts(&activity.outcome_codeable_concept));
    details.add("Outcome", linked(&activity.outcome_reference, resource, index));
    details.add("Progress", words::annotations(&activity.progress));
    let details = details.into_vec();
    if name.is_none() && details.is_empty() && standing.marks().is_empty() {
        return None;
    }
    let code = activity.detail.as_ref().and_then(|detail| first_code(detail.code.as_ref()));
    let name = named_or(name.unwrap_or_default(), "Activity");
    Some(Stated::new(standing, Entry { code, details, ..Entry::named("Activity", name) }))
}

fn recommendation<'a>(
    recommendation: &'a model::ImmunizationRecommendation,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Entry {
    let mut parts = Vec::new();
    for due in &recommendation.recommendation {
        let mut standing = modifiers::of_element(due);
        let kind = "ImmunizationRecommendation";
        status::add_concept(&mut standing, kind, due.forecast_status.as_ref());
        let unexplained = standing.explain(words::concepts(&due.forecast_reason));
        let mut details = Details::default();
        for criterion in &due.date_criterion {
            let label = concept(&criterion.code).filter(|label| !label.is_empty());
            let label = label.unwrap_or_else(|| "Due".to_owned());
            let when = criterion.value.as_ref().map(date);
            details.add(if label.contains("due") { "Due" } else { &label }, when);
        }
        let number = due.dose_number.as_ref().map(|number| match number {
            ImmunizationRecommendationRecommendationDoseNumber::PositiveInt(number) => {
                number.to_string()
            }
            ImmunizationRecommendationRecommendationDoseNumber::String(text) => text.clone(),
        });
        details.add("Dose", number);
        let vaccine = words::concepts(&due.vaccine_code);
        let disease = concept(&due.target_disease);
        details.add("Against", disease.clone().filter(|_| vaccine.is_some()));
        let contraindicated = words::concepts(&due.contraindicated_vaccine_code);
        details.add("CONTRAINDICATED", contraindicated);
        details.add("Series", due.series.clone());
        details.add("Why", unexplained);
        details.add("After", linked(&due.supporting_immunization, resource, index));
        details.add("See also", linked(&due.supporting_patient_information, resource, index));
        details.add("About", due.description.clone());
        let name = named_or(vaccine.or(disease).unwrap_or_default(), "Vaccination");
        let code = first_code(due.vaccine_code.first());
        let when = due.date_criterion.iter().find_map(|criterion| criterion.value.clone());
        let entry = Entry {
            code,
            date: when,
            details: details.into_vec(),
            ..Entry::named("Vaccination due", name)
        };
        parts.push(Stated::new(standing, entry));
    }
    let mut details = Details::default();
    let made = recommendation.date.as_ref().map(|date| date.as_str());
    details.add("Date", index.other_date(made));
    details.add("Advised by", index.not_author(recommendation.authority.as_ref(), resource));
    Entry {
        date: recommendation.date.clone(),
        details: details.into_vec(),
        parts,
        ..Entry::named("ImmunizationRecommendation", "Vaccinations due")
    }
}

super::opaque_debug!(Entry);
