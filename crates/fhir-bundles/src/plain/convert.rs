//! A whole record: its form is checked, its facts are given to the builder, and the problems of both
//! are reported together.

use super::{
    Options, PlainError,
    facts::{
        allergy, bill, care_plan, condition, document as file, due, facility, family_history,
        follow_up, investigation, medicine, observation, patient, practitioner, procedure,
        referral, report, vaccination, visit,
    },
    form, forms, paths,
    rules::{self, NO_IDENTIFIER},
    source::Source,
};
use crate::{
    build::{
        BuildError, CurrentMedicine, DiagnosticReport, DischargeSummary, HealthDocumentRecord,
        ImmunizationRecord, InvoiceRecord, Observation, OpConsultation, Prescription, Problem,
        WellnessRecord,
    },
    codes::HiType,
    document::DocumentBundle,
    json::Json,
    language::Language,
    model::DateTime,
};

pub(super) fn document(
    kind: HiType,
    json: &Json,
    options: Options,
) -> Result<DocumentBundle, PlainError> {
    // The form of another type would only find faults that are none.
    if let Some(problem) = rules::asked_type(kind, Source::of(json, None)) {
        return Err(PlainError::Problems(vec![problem]));
    }
    let mut problems = Vec::new();
    match json.as_object() {
        Some(object) => form::fields(object, forms::of(kind), "", &mut problems),
        None => {
            let help = format!("write an object with the fields of {}", kind.slug());
            let problem = Problem::new("record", format!("is {}", json.kind()), &help);
            return Err(PlainError::Problems(vec![problem]));
        }
    }
    let source = Source::of(json, None);
    rules::check(kind, source, &mut problems);
    let built = build(kind, source, options);
    if let Err(BuildError { problems: more, .. }) = &built {
        // What the form has said is not said again by the builder.
        for problem in more.iter().map(|problem| in_record(problem.clone(), kind, source)) {
            if !is_known(&problem, &problems) {
                problems.push(problem);
            }
        }
    }
    match built {
        Ok(bundle) if problems.is_empty() => Ok(bundle),
        _ => Err(PlainError::Problems(
            problems
                .into_iter()
                .map(|problem| Problem { path: paths::in_record(&problem.path, json), ..problem })
                .collect(),
        )),
    }
}

/// A builder knows one list for examination; a record has vital signs and findings, in this order.
fn in_record(problem: Problem, kind: HiType, source: Source<'_>) -> Problem {
    const LIST: &str = "physicalExamination[";
    if !matches!(kind, HiType::OpConsultation | HiType::DischargeSummary) {
        return problem;
    }
    let vitals = source.list("vitalSigns", None).len();
    let place = problem.path.strip_prefix(LIST).and_then(|rest| {
        let (place, rest) = rest.split_once(']')?;
        Some((place.parse::<usize>().ok()?, rest.to_owned()))
    });
    let path = match place {
        Some((place, rest)) if place < vitals => format!("vitalSigns[{place}]{rest}"),
        Some((place, rest)) => format!("{LIST}{}]{rest}", place - vitals),
        None => return problem,
    };
    Problem { path, ..problem }
}

/// Whether a problem was told already, of the fact itself or of the whole that holds it.
fn is_known(new: &Problem, problems: &[Problem]) -> bool {
    let is_below = |path: &str, of: &str| {
        path.strip_prefix(of).is_some_and(|rest| rest.starts_with(['.', '[']))
    };
    problems.iter().any(|known| {
        // Who cannot be told from others has other facts that may be wrong.
        let hides = known.message != NO_IDENTIFIER;
        known.path == new.path
            || (hides && is_below(&new.path, &known.path))
            || is_below(&known.path, &new.path)
            // The date follows from the visit, whose problem was reported.
            || (new.path == "date" && known.path.starts_with("visit"))
    })
}

/// Applies what every record has, then builds.
macro_rules! finish {
    ($record:expr, $source:expr, $options:expr) => {{
        let (source, options) = ($source, $options);
        let mut record = $record.ids(options.ids);
        if let Some(timestamp) = options.timestamp {
            record = record.timestamp(timestamp);
        }
        if let Some(date) = source.text("date") {
            record = record.date(date);
        }
        if let Some(title) = source.text("title") {
            record = record.title(title);
        }
        if let Some(language) = source.text("language").as_deref().and_then(Language::from_tag) {
            record = record.language(language);
        }
        if source.has("identifier") {
            let identifier = source.form("identifier");
            record = record.identifier(identifier.needed("system"), identifier.needed("value"));
        }
        for author in source.list("coAuthors", None) {
            record = record.co_author(practitioner(author));
        }
        record.build()
    }};
}

/// Adds the visit to a record that need not have one.
macro_rules! with_visit {
    ($record:expr, $source:expr) => {
        match $source.has("visit") {
            true => $record.visit(visit($source.form("visit"), "outpatient")),
            false => $record,
        }
    };
}

fn build(kind: HiType, source: Source<'_>, options: Options) -> Result<DocumentBundle, BuildError> {
    let who = patient(source.form("patient"));
    let doctor = practitioner(source.form("practitioner"));
    let place = facility(source.form("facility"));
    let date: DateTime = source.needed("date").into();
    let list = |name: &str, short| source.list(name, short).into_iter();
    let name = Some("name");
    match kind {
        HiType::OpConsultation => {
            let visit = visit(source.form("visit"), "outpatient");
            let record = OpConsultation::new(who, doctor, place, visit)
                .chief_complaints(list("chiefComplaints", name).map(condition))
                .physical_examination(examination(source))
                .allergies(list("allergies", Some("substance")).map(allergy))
                .medical_history(list("medicalHistory", name).map(condition))
                .past_procedures(list("pastProcedures", name).map(procedure))
                .family_histories(list("familyHistories", None).map(family_history))
                .investigations(list("investigations", name).map(investigation))
                .current_medications(
                    list("currentMedications", name).map(|m| CurrentMedicine::from(medicine(m))),
                )
                .medications(list("medications", name).map(medicine))
                .follow_ups(list("followUps", Some("on")).map(follow_up))
                .procedures(list("procedures", name).map(procedure))
                .referrals(list("referrals", name).map(referral))
                .other_observations(observed(source, "otherObservations"))
                .documents(list("documents", None).map(file));
            finish!(record, source, options)
        }
        HiType::Prescription => {
            let record = Prescription::open(who, doctor, place, date)
                .medications(list("medications", name).map(medicine));
            let record = match source.has("scan") {
                true => record.scan(file(source.form("scan"))),
                false => record,
            };
            finish!(with_visit!(record, source), source, options)
        }
        HiType::DischargeSummary => {
            let stay = visit(source.form("visit"), "inpatient");
            let record = DischargeSummary::new(who, doctor, place, stay)
                .chief_complaints(list("chiefComplaints", name).map(condition))
                .physical_examination(examination(source))
                .allergies(list("allergies", Some("substance")).map(allergy))
                .medical_history(list("medicalHistory", name).map(condition))
                .past_procedures(list("pastProcedures", name).map(procedure))
                .family_histories(list("familyHistories", None).map(family_history))
                .investigations(list("investigations", None).map(report))
                .medications(list("medications", name).map(medicine))
                .procedures(list("procedures", name).map(procedure))
                .care_plans(list("carePlans", Some("title")).map(care_plan))
                .documents(list("documents", None).map(file));
            finish!(record, source, options)
        }
        HiType::DiagnosticReport => {
            let given = source.form("report");
            let date = source.text("date").or_else(|| given.text("issued")).unwrap_or_default();
            let mut record = DiagnosticReport::open(who, doctor, place, date.into());
            if source.has("report") {
                record = record.report(report(given));
            }
            if source.has("document") {
                record = record.document(file(source.form("document")));
            }
            if source.has("recordKind") {
                let kind = source.form("recordKind");
                record = record.kind(&kind.needed("code"), &kind.needed("display"));
            }
            finish!(with_visit!(record, source), source, options)
        }
        HiType::ImmunizationRecord => {
            let record = ImmunizationRecord::empty(who, doctor, place, date)
                .vaccinations(list("vaccinations", None).map(vaccination))
                .all_due(list("due", None).map(due))
                .documents(list("documents", None).map(file));
            finish!(with_visit!(record, source), source, options)
        }
        HiType::HealthDocumentRecord => {
            let record = HealthDocumentRecord::open(who, doctor, place, date)
                .documents(list("documents", None).map(file));
            finish!(with_visit!(record, source), source, options)
        }
        HiType::WellnessRecord => {
            let observed = |name| observed(source, name);
            let record = WellnessRecord::new(who, doctor, place, date)
                .vital_signs(observed("vitalSigns"))
                .body_measurements(observed("bodyMeasurements"))
                .physical_activities(observed("physicalActivities"))
                .general_assessments(observed("generalAssessments"))
                .women_health_observations(observed("womenHealth"))
                .lifestyles(observed("lifestyles"))
                .other_observations(observed("otherObservations"))
                .other_conditions(list("otherConditions", name).map(condition))
                .documents(list("documents", None).map(file));
            finish!(with_visit!(record, source), source, options)
        }
        HiType::Invoice => {
            let record = InvoiceRecord::new(who, doctor, place, bill(source.form("bill")));
            finish!(with_visit!(record, source), source, options)
        }
    }
}

/// Vital signs and findings share a section.
fn examination(source: Source<'_>) -> Vec<Observation> {
    let mut vitals = observed(source, "vitalSigns");
    vitals.extend(observed(source, "physicalExamination"));
    vitals
}

fn observed(source: Source<'_>, name: &str) -> Vec<Observation> {
    source.list(name, None).into_iter().map(|one| observation(one, name)).collect()
}
