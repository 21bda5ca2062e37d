//! Conditions, allergies, procedures, orders, appointments, family history, plans, vaccinations due.

use super::{
    index::{Index, Whose},
    labels::{Details, about, either, first_code, linked, parties},
    modifiers,
    standing::{MarkKind, Narrative, Standing, Stated},
    status,
};
use crate::{
    codes::LOINC,
    language::Phrase,
    model::{
        self, AllergyIntoleranceOnset, CarePlanActivityDetailProduct,
        CarePlanActivityDetailScheduled, CodeableConcept, Coding, ConditionAbatement,
        ConditionOnset, Date, DateTime, FamilyMemberHistoryAge, FamilyMemberHistoryBorn,
        FamilyMemberHistoryConditionOnset, FamilyMemberHistoryDeceased,
        ImmunizationRecommendationRecommendationDoseNumber,
        ImmunizationRecommendationRecommendationSeriesDoses, Instant, ProcedurePerformed,
        Reference, Resource, ServiceRequestAsNeeded, ServiceRequestOccurrence,
        ServiceRequestQuantity,
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

fn age_of(age: &str, index: &Index<'_>) -> String {
    index.language.fill(Phrase::AgeOf, &[age])
}

/// A code of R4 in words.
fn code(code: Option<&str>, index: &Index<'_>) -> Option<String> {
    code.map(|code| words::code_words(code, index.language))
}

fn date(date: &DateTime, index: &Index<'_>) -> String {
    words::when(date.as_str(), index.language)
}

/// The entry of a resource; `None` for a type that has no reader of its own here.
pub(super) fn entry<'a>(resource: &'a Resource, index: &mut Index<'a>) -> Option<Stated<Entry>> {
    let standing = modifiers::standing(resource, index);
    let (entry, narrative) = match resource {
        Resource::Condition(r) => (condition(r, resource, index), &r.text),
        Resource::AllergyIntolerance(r) => (allergy(r, resource, index), &r.text),
        Resource::Procedure(r) => (procedure(r, &standing, resource, index), &r.text),
        Resource::ServiceRequest(r) => (service_request(r, resource, index), &r.text),
        Resource::Appointment(r) => (appointment(r, &standing, resource, index), &r.text),
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
    let mut details = Details::of(index.language);
    let (when, since) = match &condition.onset {
        Some(ConditionOnset::DateTime(since)) => (Some(since.clone()), Some(date(since, index))),
        Some(ConditionOnset::Age(age)) => (None, Some(age_of(&words::quantity(age), index))),
        Some(ConditionOnset::Period(period)) => {
            (period.start.clone(), words::period(period, index.language))
        }
        Some(ConditionOnset::String(text)) => (None, Some(text.clone())),
        Some(ConditionOnset::Range(range)) => {
            (None, words::range(range, index.language).map(|range| age_of(&range, index)))
        }
        None => (None, None),
    };
    details.add(Phrase::Since, since);
    details.add(
        Phrase::UntilLabel,
        condition.abatement.as_ref().and_then(|end| match end {
            ConditionAbatement::DateTime(end) => Some(date(end, index)),
            ConditionAbatement::Age(age) => Some(age_of(&words::quantity(age), index)),
            ConditionAbatement::Period(period) => words::period(period, index.language),
            ConditionAbatement::String(text) => Some(text.clone()),
            ConditionAbatement::Range(range) => {
                words::range(range, index.language).map(|range| age_of(&range, index))
            }
        }),
    );
    details.add(Phrase::Category, words::concepts(&condition.category));
    details.add(Phrase::Severity, concept(&condition.severity));
    details.add(Phrase::BodySite, words::concepts(&condition.body_site));
    for stage in &condition.stage {
        let assessed = linked(&stage.assessment, resource, index);
        let stage =
            words::joined(concept(&stage.summary).into_iter().chain(concept(&stage.r#type)), ", ");
        details.add(Phrase::Stage, either(stage, assessed));
    }
    for evidence in &condition.evidence {
        let detail = linked(&evidence.detail, resource, index);
        details.add(Phrase::Evidence, either(words::concepts(&evidence.code), detail));
    }
    let recorded = condition.recorded_date.as_ref().map(|date| date.as_str());
    details.add(Phrase::Recorded, index.other_date(recorded));
    details.add(Phrase::RecordedBy, index.not_author(condition.recorder.as_ref(), resource));
    details.add(
        Phrase::SaidBy,
        index
            .not_patient(condition.asserter.as_ref(), resource)
            .filter(|who| !index.authors.contains(who)),
    );
    details.add(Phrase::Note, words::annotations(&condition.note, index.language));
    Entry {
        code: first_code(condition.code.as_ref()),
        date: when,
        details: details.into_vec(),
        ..Entry::named(
            "Condition",
            named_or(
                words::concept(condition.code.as_ref()),
                index.language.say(Phrase::Condition),
            ),
        )
    }
}

fn allergy<'a>(
    allergy: &'a model::AllergyIntolerance,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Entry {
    let mut details = Details::of(index.language);
    let (when, since) = match &allergy.onset {
        Some(AllergyIntoleranceOnset::DateTime(since)) => {
            (Some(since.clone()), Some(date(since, index)))
        }
        Some(AllergyIntoleranceOnset::Age(age)) => {
            (None, Some(age_of(&words::quantity(age), index)))
        }
        Some(AllergyIntoleranceOnset::Period(period)) => {
            (period.start.clone(), words::period(period, index.language))
        }
        Some(AllergyIntoleranceOnset::String(text)) => (None, Some(text.clone())),
        Some(AllergyIntoleranceOnset::Range(range)) => {
            (None, words::range(range, index.language).map(|range| age_of(&range, index)))
        }
        None => (None, None),
    };
    for reaction in &allergy.reaction {
        let severity = reaction.severity.as_deref();
        let parts = [
            words::concepts(&reaction.manifestation),
            severity.map(|severity| words::code_words(severity, index.language)),
            concept(&reaction.substance)
                .map(|substance| index.language.fill(Phrase::ToSubstance, &[&substance])),
            reaction.description.clone(),
            reaction.onset.as_ref().map(|onset| date(onset, index)),
            concept(&reaction.exposure_route)
                .map(|route| index.language.fill(Phrase::ByRoute, &[&route])),
            words::annotations(&reaction.note, index.language),
        ];
        details.add(Phrase::Reaction, words::joined(parts.into_iter().flatten(), ", "));
    }
    details.add(Phrase::Criticality, code(allergy.criticality.as_deref(), index));
    details.add(
        Phrase::Kind,
        code(allergy.r#type.as_deref().filter(|kind| *kind != "allergy"), index),
    );
    details.add(
        Phrase::Category,
        words::joined(allergy.category.iter().filter_map(|kind| code(Some(kind), index)), ", "),
    );
    details.add(Phrase::Since, since);
    details.add(Phrase::LastTime, allergy.last_occurrence.as_ref().map(|last| date(last, index)));
    let recorded = allergy.recorded_date.as_ref().map(|date| date.as_str());
    details.add(Phrase::Recorded, index.other_date(recorded));
    details.add(Phrase::RecordedBy, index.not_author(allergy.recorder.as_ref(), resource));
    details.add(
        Phrase::SaidBy,
        index
            .not_patient(allergy.asserter.as_ref(), resource)
            .filter(|who| !index.authors.contains(who)),
    );
    details.add(Phrase::Note, words::annotations(&allergy.note, index.language));
    Entry {
        code: first_code(allergy.code.as_ref()),
        date: when,
        details: details.into_vec(),
        ..Entry::named(
            "AllergyIntolerance",
            named_or(words::concept(allergy.code.as_ref()), index.language.say(Phrase::Allergy)),
        )
    }
}

fn procedure<'a>(
    procedure: &'a model::Procedure,
    standing: &Standing,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Entry {
    let mut details = Details::of(index.language);
    let (when, done) = match &procedure.performed {
        Some(ProcedurePerformed::DateTime(done)) => (Some(done.clone()), Some(date(done, index))),
        Some(ProcedurePerformed::Period(period)) => {
            (period.start.clone(), words::period(period, index.language))
        }
        Some(ProcedurePerformed::String(text)) => (None, Some(text.clone())),
        Some(ProcedurePerformed::Age(age)) => (None, Some(age_of(&words::quantity(age), index))),
        Some(ProcedurePerformed::Range(range)) => {
            (None, words::range(range, index.language).map(|range| age_of(&range, index)))
        }
        None => (None, None),
    };
    // What was not done has a date, and was not done on it.
    details.add(if standing.holds() { Phrase::DoneOn } else { Phrase::Date }, done);
    let reasons = linked(&procedure.reason_reference, resource, index);
    details.add(Phrase::Reason, either(words::concepts(&procedure.reason_code), reasons));
    details.add(Phrase::ReasonOfTheStatus, standing.reason_of_status());
    details.add(Phrase::Category, concept(&procedure.category));
    details.add(Phrase::BodySite, words::concepts(&procedure.body_site));
    details.add(Phrase::Outcome, concept(&procedure.outcome));
    details.add(
        Phrase::Complication,
        either(
            words::concepts(&procedure.complication),
            linked(&procedure.complication_detail, resource, index),
        ),
    );
    details.add(Phrase::FollowUp, words::concepts(&procedure.follow_up));
    for device in &procedure.focal_device {
        let used: Vec<_> = device.manipulated.iter().cloned().collect();
        details
            .add(Phrase::Device, either(linked(&used, resource, index), concept(&device.action)));
    }
    let used = linked(&procedure.used_reference, resource, index);
    details.add(Phrase::Used, either(words::concepts(&procedure.used_code), used));
    details.add(Phrase::Report, linked(&procedure.report, resource, index));
    for performer in &procedure.performer {
        let who = index.not_author(performer.actor.as_ref(), resource);
        let function = concept(&performer.function);
        details.add(
            Phrase::PerformedBy,
            who.map(|who| either(Some(who), function).unwrap_or_default()),
        );
    }
    let place: Vec<_> = procedure.location.iter().cloned().collect();
    details.add(Phrase::Place, linked(&place, resource, index));
    details.add(Phrase::PartOf, linked(&procedure.part_of, resource, index));
    details.add(Phrase::OrderedAs, linked(&procedure.based_on, resource, index));
    details.add(Phrase::RecordedBy, index.not_author(procedure.recorder.as_ref(), resource));
    details.add(
        Phrase::SaidBy,
        index
            .not_patient(procedure.asserter.as_ref(), resource)
            .filter(|who| !index.authors.contains(who)),
    );
    details.add(Phrase::Note, words::annotations(&procedure.note, index.language));
    Entry {
        code: first_code(procedure.code.as_ref()),
        date: when,
        details: details.into_vec(),
        ..Entry::named(
            "Procedure",
            named_or(
                words::concept(procedure.code.as_ref()),
                index.language.say(Phrase::Procedure),
            ),
        )
    }
}

fn service_request<'a>(
    request: &'a model::ServiceRequest,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Entry {
    let mut details = Details::of(index.language);
    details.add(
        Phrase::Priority,
        super::medicine::priority(request.priority.as_deref(), index.language),
    );
    details.add(Phrase::Details, words::concepts(&request.order_detail));
    details.add(
        Phrase::Quantity,
        request.quantity.as_ref().and_then(|quantity| match quantity {
            ServiceRequestQuantity::Quantity(quantity) => Some(words::quantity(quantity)),
            ServiceRequestQuantity::Ratio(ratio) => words::ratio(ratio, index.language),
            ServiceRequestQuantity::Range(range) => words::range(range, index.language),
        }),
    );
    let (when, occurrence) = match &request.occurrence {
        Some(ServiceRequestOccurrence::DateTime(when)) => {
            (Some(when.clone()), Some(date(when, index)))
        }
        Some(ServiceRequestOccurrence::Period(period)) => {
            (period.start.clone(), words::period(period, index.language))
        }
        Some(ServiceRequestOccurrence::Timing(timing)) => {
            (timing.event.first().cloned(), super::dosage::timing(timing, index.language))
        }
        None => (None, None),
    };
    details.add(Phrase::When, occurrence);
    details.add(
        Phrase::IfNeededLabel,
        request.as_needed.as_ref().and_then(|needed| match needed {
            ServiceRequestAsNeeded::Boolean(needed) => {
                needed.then(|| words::yes_or_no(true, index.language))
            }
            ServiceRequestAsNeeded::CodeableConcept(why) => Some(words::concept(Some(why))),
        }),
    );
    let reasons = linked(&request.reason_reference, resource, index);
    details.add(Phrase::Reason, either(words::concepts(&request.reason_code), reasons));
    details.add(Phrase::BodySite, words::concepts(&request.body_site));
    let performers = linked(&request.performer, resource, index);
    details.add(Phrase::Performer, either(performers, concept(&request.performer_type)));
    let places = linked(&request.location_reference, resource, index);
    details.add(Phrase::Place, either(words::concepts(&request.location_code), places));
    let specimens: Vec<_> = request
        .specimen
        .iter()
        .filter_map(|specimen| super::report::specimen(specimen, resource, index))
        .collect();
    details.add(Phrase::Specimen, words::joined(specimens, "; "));
    let ordered = request.authored_on.as_ref().map(|date| date.as_str());
    details.add(Phrase::OrderedOn, index.other_date(ordered));
    details.add(Phrase::OrderedBy, index.not_author(request.requester.as_ref(), resource));
    details.add(Phrase::OrderedAs, linked(&request.based_on, resource, index));
    details.add(Phrase::Replaces, linked(&request.replaces, resource, index));
    details.add(Phrase::SeeAlso, linked(&request.supporting_info, resource, index));
    details.add(Phrase::Category, words::concepts(&request.category));
    details.add(Phrase::ForThePatient, request.patient_instruction.clone());
    details.add(Phrase::Note, words::annotations(&request.note, index.language));
    Entry {
        code: first_code(request.code.as_ref()),
        date: when.or_else(|| request.authored_on.clone()),
        details: details.into_vec(),
        ..Entry::named(
            "ServiceRequest",
            named_or(words::concept(request.code.as_ref()), index.language.say(Phrase::Order)),
        )
    }
}

fn appointment<'a>(
    appointment: &'a model::Appointment,
    standing: &Standing,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Entry {
    let mut details = Details::of(index.language);
    let side = |time: &Option<Instant>| time.as_ref().map(|time| time.as_str().to_owned());
    let when = match (side(&appointment.start), side(&appointment.end)) {
        // An appointment without an end is on a day, not from a day on.
        (Some(start), None) => Some(words::when(&start, index.language)),
        (start, end) => words::between(start.as_deref(), end.as_deref(), index.language),
    };
    details.add(Phrase::When, when);
    let asked: Vec<_> = appointment
        .requested_period
        .iter()
        .filter_map(|it| words::period(it, index.language))
        .collect();
    details.add(Phrase::AskedFor, words::joined(asked, "; "));
    let minutes = appointment.minutes_duration;
    details.add(Phrase::ReasonOfTheStatus, standing.reason_of_status());
    details.add(
        Phrase::Length,
        minutes.map(|minutes| words::counted(&minutes.to_string(), "min", index.language)),
    );
    details.add(Phrase::Note, appointment.comment.clone());
    details.add(Phrase::ForThePatient, appointment.patient_instruction.clone());
    let name = about(resource, index);
    let named = |words: Option<String>| words.filter(|words| Some(words) != name.as_ref());
    details.add(Phrase::Service, named(words::concepts(&appointment.service_type)));
    details.add(Phrase::Service, words::concepts(&appointment.service_category));
    details.add(Phrase::Specialty, words::concepts(&appointment.specialty));
    details.add(Phrase::Kind, concept(&appointment.appointment_type));
    let based_on = linked(&appointment.based_on, resource, index);
    let reasons = linked(&appointment.reason_reference, resource, index);
    let reasons = either(based_on, reasons);
    details.add(Phrase::Reason, either(named(words::concepts(&appointment.reason_code)), reasons));
    for participant in &appointment.participant {
        let actor = participant.actor.as_ref();
        // Who has not agreed to come does not come.
        let agreed = participant.status.as_deref().filter(|status| *status != "accepted");
        let answer = agreed.map(|status| words::code_words(status, index.language));
        let is_patient =
            actor.is_some_and(|who| matches!(index.whose(who, Some(resource)), Whose::Patient));
        if is_patient {
            details.add(Phrase::Patient, answer);
            continue;
        }
        let who = actor.and_then(|who| super::labels::link(who, resource, index));
        let is_author = who.as_ref().is_some_and(|who| index.authors.contains(who));
        let who = who
            .map(|who| either(Some(who), words::concepts(&participant.r#type)).unwrap_or_default());
        let with = match (who, answer) {
            (Some(who), Some(answer)) => Some(format!("{who} ({answer})")),
            (who, _) => who.filter(|_| !is_author),
        };
        details.add(Phrase::With, with);
    }
    details.add(Phrase::SeeAlso, linked(&appointment.supporting_information, resource, index));
    Entry {
        date: appointment.start.as_ref().map(|start| DateTime::from(start.as_str())),
        details: details.into_vec(),
        ..Entry::named(
            "Appointment",
            named_or(name.unwrap_or_default(), index.language.say(Phrase::Appointment)),
        )
    }
}

fn family_history<'a>(
    history: &'a model::FamilyMemberHistory,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Entry {
    let mut details = Details::of(index.language);
    details.add(Phrase::Relative, history.name.clone());
    details.add(Phrase::Sex, concept(&history.sex));
    details.add(
        Phrase::BornLabel,
        history.born.as_ref().and_then(|born| match born {
            FamilyMemberHistoryBorn::Date(born) => Some(day(born, index)),
            FamilyMemberHistoryBorn::Period(period) => words::period(period, index.language),
            FamilyMemberHistoryBorn::String(text) => Some(text.clone()),
        }),
    );
    let is_estimated = history.estimated_age == Some(true);
    let about = |age: String| {
        if is_estimated { index.language.fill(Phrase::Estimated, &[&age]) } else { age }
    };
    details.add(
        Phrase::Age,
        history.age.as_ref().and_then(|age| match age {
            FamilyMemberHistoryAge::Age(age) => Some(about(words::quantity(age))),
            FamilyMemberHistoryAge::Range(range) => words::range(range, index.language).map(about),
            FamilyMemberHistoryAge::String(text) => Some(about(text.clone())),
        }),
    );
    details.add(
        Phrase::DiedLabel,
        history.deceased.as_ref().and_then(|deceased| match deceased {
            FamilyMemberHistoryDeceased::Boolean(deceased) => {
                deceased.then(|| words::yes_or_no(true, index.language))
            }
            FamilyMemberHistoryDeceased::Age(age) => Some(age_of(&words::quantity(age), index)),
            FamilyMemberHistoryDeceased::Range(range) => {
                words::range(range, index.language).map(|range| age_of(&range, index))
            }
            FamilyMemberHistoryDeceased::Date(date) => Some(day(date, index)),
            FamilyMemberHistoryDeceased::String(text) => Some(text.clone()),
        }),
    );
    details.add(Phrase::NotGivenLabel, concept(&history.data_absent_reason));
    let reasons = linked(&history.reason_reference, resource, index);
    details.add(Phrase::Reason, either(words::concepts(&history.reason_code), reasons));
    let mut names = Vec::new();
    for illness in &history.condition {
        let name = words::concept(illness.code.as_ref());
        let onset = illness.onset.as_ref().and_then(|onset| match onset {
            FamilyMemberHistoryConditionOnset::Age(age) => {
                Some(age_of(&words::quantity(age), index))
            }
            FamilyMemberHistoryConditionOnset::Range(range) => {
                words::range(range, index.language).map(|range| age_of(&range, index))
            }
            FamilyMemberHistoryConditionOnset::Period(period) => {
                words::period(period, index.language)
            }
            FamilyMemberHistoryConditionOnset::String(text) => Some(text.clone()),
        });
        let fatal = match illness.contributed_to_death {
            Some(true) => Some(index.language.say(Phrase::ContributedToDeath).to_owned()),
            Some(false) => Some(index.language.say(Phrase::DidNotContributeToDeath).to_owned()),
            None => None,
        };
        let onset = onset.map(|onset| index.language.fill(Phrase::OnsetOf, &[&onset]));
        let facts = [
            onset,
            concept(&illness.outcome),
            fatal,
            words::annotations(&illness.note, index.language),
        ];
        let facts = words::joined(facts.into_iter().flatten(), ", ");
        let label = named_or(name.clone(), index.language.say(Phrase::Illness));
        details.add_labelled(&label, facts);
        names.push(name);
    }
    let recorded = history.date.as_ref().map(|date| date.as_str());
    details.add(Phrase::Recorded, index.other_date(recorded));
    details.add(Phrase::Note, words::annotations(&history.note, index.language));
    let relationship = words::concept(history.relationship.as_ref());
    let name =
        words::joined([Some(relationship), words::joined(names, ", ")].into_iter().flatten(), ": ");
    Entry {
        code: first_code(history.condition.first().and_then(|illness| illness.code.as_ref())),
        date: history.date.clone(),
        details: details.into_vec(),
        ..Entry::named(
            "FamilyMemberHistory",
            named_or(name.unwrap_or_default(), index.language.say(Phrase::Relative)),
        )
    }
}

fn day(date: &Date, index: &Index<'_>) -> String {
    words::when(date.as_str(), index.language)
}

fn care_plan<'a>(
    plan: &'a model::CarePlan,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Entry {
    let mut details = Details::of(index.language);
    let name = about(resource, index);
    details.add(Phrase::Plan, plan.description.clone());
    details.add(
        Phrase::Category,
        words::concepts(&plan.category).filter(|c| Some(c) != name.as_ref()),
    );
    details
        .add(Phrase::Period, plan.period.as_ref().and_then(|it| words::period(it, index.language)));
    for goal in &plan.goal {
        details.add(Phrase::Goal, index.whole(goal, resource));
    }
    details.add(Phrase::Addresses, linked(&plan.addresses, resource, index));
    details.add(Phrase::BasedOn, linked(&plan.based_on, resource, index));
    details.add(Phrase::Replaces, linked(&plan.replaces, resource, index));
    details.add(Phrase::PartOf, linked(&plan.part_of, resource, index));
    details.add(Phrase::CareTeam, linked(&plan.care_team, resource, index));
    details.add(Phrase::SeeAlso, linked(&plan.supporting_info, resource, index));
    details.add(Phrase::Created, index.other_date(plan.created.as_ref().map(|date| date.as_str())));
    details.add(Phrase::Author, index.not_author(plan.author.as_ref(), resource));
    for contributor in &plan.contributor {
        details.add(Phrase::Contributor, index.not_author(Some(contributor), resource));
    }
    details.add(Phrase::Note, words::annotations(&plan.note, index.language));
    let parts = plan
        .activity
        .iter()
        .filter_map(|activity| plan_activity(activity, resource, index))
        .collect();
    Entry {
        date: plan.period.as_ref().and_then(|period| period.start.clone()),
        details: details.into_vec(),
        parts,
        ..Entry::named(
            "CarePlan",
            named_or(name.unwrap_or_default(), index.language.say(Phrase::CarePlan)),
        )
    }
}

fn plan_activity<'a>(
    activity: &'a model::CarePlanActivity,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Option<Stated<Entry>> {
    let mut standing = modifiers::of_element(activity, index.language);
    let mut details = Details::of(index.language);
    let mut name = None;
    if let Some(detail) = &activity.detail {
        if detail.do_not_perform == Some(true) {
            standing.add(MarkKind::Negated, index.language.say(Phrase::DoNot));
        }
        let code = detail.status.as_deref();
        status::add(&mut standing, "CarePlan.activity", code, index.language);
        standing.explain(concept(&detail.status_reason));
        details.add(Phrase::ReasonOfTheStatus, standing.reason_of_status());
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
        details.add(Phrase::Product, product);
        details.add(Phrase::DailyAmount, detail.daily_amount.as_ref().map(words::quantity));
        details.add(Phrase::Quantity, detail.quantity.as_ref().map(words::quantity));
        details.add(
            Phrase::When,
            detail.scheduled.as_ref().and_then(|scheduled| match scheduled {
                CarePlanActivityDetailScheduled::Timing(timing) => {
                    super::dosage::timing(timing, index.language)
                }
                CarePlanActivityDetailScheduled::Period(period) => {
                    words::period(period, index.language)
                }
                CarePlanActivityDetailScheduled::String(text) => Some(text.clone()),
            }),
        );
        let reasons = linked(&detail.reason_reference, resource, index);
        details.add(Phrase::Reason, either(words::concepts(&detail.reason_code), reasons));
        for goal in &detail.goal {
            details.add(Phrase::Goal, index.whole(goal, resource));
        }
        let place: Vec<Reference> = detail.location.iter().cloned().collect();
        details.add(Phrase::Place, linked(&place, resource, index));
        details.add(Phrase::Performer, parties(&detail.performer, resource, index));
    }
    let referred: Vec<Reference> = activity.reference.iter().cloned().collect();
    name = either(name, linked(&referred, resource, index));
    details.add(Phrase::Outcome, words::concepts(&activity.outcome_codeable_concept));
    details.add(Phrase::Outcome, linked(&activity.outcome_reference, resource, index));
    details.add(Phrase::Progress, words::annotations(&activity.progress, index.language));
    let details = details.into_vec();
    if name.is_none() && details.is_empty() && standing.marks().is_empty() {
        return None;
    }
    let code = activity.detail.as_ref().and_then(|detail| first_code(detail.code.as_ref()));
    let name = named_or(name.unwrap_or_default(), index.language.say(Phrase::Activity));
    Some(Stated::new(standing, Entry { code, details, ..Entry::named("Activity", name) }))
}

/// LOINC's "date vaccine due".
const DUE: &str = "30980-7";

fn recommendation<'a>(
    recommendation: &'a model::ImmunizationRecommendation,
    resource: &'a Resource,
    index: &mut Index<'a>,
) -> Entry {
    let mut parts = Vec::new();
    for due in &recommendation.recommendation {
        let mut standing = modifiers::of_element(due, index.language);
        let kind = "ImmunizationRecommendation";
        status::add_concept(&mut standing, kind, due.forecast_status.as_ref(), index.language);
        standing.explain(words::concepts(&due.forecast_reason));
        let mut details = Details::of(index.language);
        for criterion in &due.date_criterion {
            let code = criterion.code.as_ref();
            let when = criterion.value.as_ref().map(|value| date(value, index));
            // The guide's words for it; the dates before and after it have other codes.
            let is_due = code.is_none_or(|code| code.coding.iter().any(|code| code.is(LOINC, DUE)));
            let label = Some(words::concept(code)).filter(|label| !label.is_empty() && !is_due);
            match label.filter(|label| !label.eq_ignore_ascii_case("due")) {
                Some(label) => details.add_labelled(&label, when),
                None => details.add(Phrase::DueOn, when),
            }
        }
        let number = due.dose_number.as_ref().map(|number| match number {
            ImmunizationRecommendationRecommendationDoseNumber::PositiveInt(number) => {
                number.to_string()
            }
            ImmunizationRecommendationRecommendationDoseNumber::String(text) => text.clone(),
        });
        let language = index.language;
        let of = due.series_doses.as_ref().map(|of| match of {
            ImmunizationRecommendationRecommendationSeriesDoses::PositiveInt(number) => {
                language.fill(Phrase::OfSeries, &[&number.to_string()])
            }
            ImmunizationRecommendationRecommendationSeriesDoses::String(text) => {
                language.fill(Phrase::OfSeries, &[text])
            }
        });
        details.add(Phrase::Dose, words::joined(number.into_iter().chain(of), " "));
        let vaccine = words::concepts(&due.vaccine_code);
        let disease = concept(&due.target_disease);
        details.add(Phrase::Against, disease.clone().filter(|_| vaccine.is_some()));
        let contraindicated = words::concepts(&due.contraindicated_vaccine_code);
        details.add(Phrase::Contraindicated, contraindicated);
        details.add(Phrase::Series, due.series.clone());
        details.add(Phrase::Why, standing.reason_of_status());
        details.add(Phrase::After, linked(&due.supporting_immunization, resource, index));
        details.add(Phrase::SeeAlso, linked(&due.supporting_patient_information, resource, index));
        details.add(Phrase::About, due.description.clone());
        let name = named_or(
            vaccine.or(disease).unwrap_or_default(),
            index.language.say(Phrase::Vaccination),
        );
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
    let mut details = Details::of(index.language);
    let made = recommendation.date.as_ref().map(|date| date.as_str());
    details.add(Phrase::Date, index.other_date(made));
    details.add(Phrase::AdvisedBy, index.not_author(recommendation.authority.as_ref(), resource));
    Entry {
        date: recommendation.date.clone(),
        details: details.into_vec(),
        parts,
        ..Entry::named("ImmunizationRecommendation", index.language.say(Phrase::VaccinationsDue))
    }
}

super::opaque_debug!(Entry);
