use abdm_core::api::consent::Permission;
use abdm_core::id::RequestId;
use abdm_core::vocabulary::{AccessMode, PurposeCode};
use abdm_flow::Flow;
use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::flow::ConsentEvent;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn now() -> DateTime<Utc> {
    at("2026-09-14T09:00:00Z")
}

fn dates() -> DateRange {
    DateRange::new(at("2026-09-07T00:00:00Z"), at("2026-09-14T00:00:00Z"))
}

fn hip() -> HipId {
    "IN0000000001".parse().unwrap()
}

fn consent() -> ConsentFlow {
    let permission = Permission::new(AccessMode::View, dates(), at("2026-10-14T00:00:00Z"));
    let mut detail = ConsentDetail::new(
        "c-1".parse().unwrap(),
        "asha.test@sbx".parse().unwrap(),
        hip(),
        PurposeCode::SelfRequested.into(),
        permission,
    );
    let care_context =
        |name: &str| ConsentCareContext::new("UHID-1".parse().unwrap(), name.parse().unwrap());
    detail.care_contexts =
        vec![care_context("OPD-1"), care_context("OPD-2"), care_context("OPD-1")];
    detail.hi_types = vec![HiType::Prescription, HiType::OpConsultation];
    let mut flow = ConsentFlow::new("c-1".parse().unwrap());
    let event = ConsentEvent::Granted {
        notice: RequestId::random(),
        detail: Box::new(detail),
        signature: None,
    };
    let _ = flow.on(event, now()).unwrap();
    flow
}

fn open(
    consent: &ConsentFlow,
    hip_id: &HipId,
    dates: DateRange,
    now: DateTime<Utc>,
) -> Result<Scope, Refusal> {
    Scope::open(consent, hip_id, &"t-1".parse().unwrap(), dates, now)
}

#[test]
fn a_scope_opens_for_this_facility_and_dates_inside_only() {
    let consent = consent();
    assert!(open(&consent, &hip(), dates(), now()).is_ok());
    let other = "IN0000000002".parse().unwrap();
    assert_eq!(open(&consent, &other, dates(), now()).unwrap_err(), Refusal::OtherFacility);
    let wider = DateRange::new(dates().from - TimeDelta::milliseconds(1), dates().to);
    assert_eq!(open(&consent, &hip(), wider, now()).unwrap_err(), Refusal::OutsideDates);
    let backwards = DateRange::new(dates().to, dates().from);
    assert_eq!(open(&consent, &hip(), backwards, now()).unwrap_err(), Refusal::OutsideDates);
    let late = at("2026-10-14T00:00:00Z");
    assert_eq!(open(&consent, &hip(), dates(), late).unwrap_err(), Refusal::Expired);
}

#[test]
fn every_care_context_is_asked_for_once() {
    let consent = consent();
    let scope = open(&consent, &hip(), dates(), now()).unwrap();
    let asked: Vec<String> = scope
        .questions()
        .map(|wanted| wanted.care_context.care_context_reference.to_string())
        .collect();
    assert_eq!(asked, ["OPD-1", "OPD-2"]);
    let question = |patient: &str, context: &str| {
        let (patient, context) = (patient.parse().unwrap(), context.parse().unwrap());
        scope.question(&ConsentCareContext::new(patient, context))
    };
    assert!(question("UHID-1", "OPD-1").is_some());
    assert!(question("UHID-1", "OPD-3").is_none());
    assert!(question("UHID-2", "OPD-1").is_none(), "another patient's of the same reference");
}

#[test]
fn a_question_of_ones_own_making_releases_nothing() {
    let consent = consent();
    let scope = open(&consent, &hip(), dates(), now()).unwrap();
    let mut wanted = scope.questions().next().unwrap();
    wanted.care_context.care_context_reference = "OPD-3".parse().unwrap();
    let record = Record::new(HiType::Prescription, dates().from, "{}");
    assert_eq!(scope.release(&wanted, record).unwrap_err(), Withheld::OutsideConsent);
    let listed = ListedRecord::new("1".parse().unwrap(), HiType::Prescription, dates().from);
    assert!(scope.select(&wanted, vec![listed]).is_empty());
}

#[test]
fn a_record_that_names_another_patient_is_not_released_whatever_else_is() {
    let consent = consent();
    let scope = open(&consent, &hip(), dates(), now()).unwrap();
    let wanted = scope.questions().next().unwrap();
    let record = |identifier: &str| {
        let document = format!(
            r#"{{"resourceType":"Bundle","entry":[{{"resource":{{"resourceType":"Patient","identifier":[
                {{"system":"https://healthid.ndhm.gov.in","value":"{identifier}"}}]}}}}]}}"#
        );
        Record::new(HiType::Prescription, dates().from, document)
    };
    let records = [
        record("ASHA.TEST@sbx"),
        record("ravi.test@sbx"),
        record("UHID-1"),
        record("91-0000-0000-0001"),
    ];
    let verdicts = |scope: &Scope| -> Vec<Option<Withheld>> {
        records.iter().map(|record| scope.release(&wanted, record.clone()).err()).collect()
    };
    let address = Some(Withheld::OtherPatient(PatientMismatch::AbhaAddress));
    assert_eq!(verdicts(&scope), [None, address, None, None]);
    let number = Some(Withheld::OtherPatient(PatientMismatch::AbhaNumber));
    let scope = scope.of_number(Some("91-0000-0000-0002".parse().unwrap()));
    assert_eq!(verdicts(&scope), [None, address, None, number]);
}

// What the document itself says counts, whatever it was listed as.
#[test]
fn a_document_whose_own_type_or_date_lies_outside_is_not_released() {
    let consent = consent();
    let scope = open(&consent, &hip(), dates(), now()).unwrap();
    let wanted = scope.questions().next().unwrap();
    let listed = ListedRecord::new("1".parse().unwrap(), HiType::Prescription, dates().from);
    assert_eq!(scope.select(&wanted, vec![listed]).len(), 1);
    let other_type = Record::new(HiType::WellnessRecord, dates().from, "{}");
    let too_old = Record::new(HiType::Prescription, dates().from - TimeDelta::days(1), "{}");
    for record in [other_type, too_old] {
        assert_eq!(scope.release(&wanted, record).unwrap_err(), Withheld::OutsideConsent);
    }
}

proptest! {
    /// Whatever the hospital lists, in whatever order and however often: planned is exactly what
    /// lies inside the consent, each once, oldest first.
    #[test]
    fn only_what_lies_inside_is_planned_each_once_and_in_one_order(
        records in prop::collection::vec((0_usize..8, -20_000_i64..20_000, any::<bool>()), 0..30),
        from in 0_i64..5_000,
        length in 0_i64..5_000,
        seed in any::<u64>(),
    ) {
        let consent = consent();
        let start = dates().from + TimeDelta::minutes(from);
        let asked = DateRange::new(start, start + TimeDelta::minutes(length));
        let scope = open(&consent, &hip(), asked, now()).unwrap();
        let wanted = scope.questions().next().unwrap();
        let mut listed: Vec<ListedRecord> = Vec::new();
        for (n, (kind, minutes, twice)) in records.into_iter().enumerate() {
            let date = dates().from + TimeDelta::minutes(minutes);
            let id = format!("doc-{n:02}").parse().unwrap();
            let record = ListedRecord::new(id, HiType::ALL[kind].clone(), date);
            listed.extend(std::iter::repeat_n(record, 1 + usize::from(twice)));
        }
        let mut inside: Vec<&ListedRecord> = listed
            .iter()
            .filter(|r| matches!(r.hi_type, HiType::Prescription | HiType::OpConsultation))
            .filter(|r| r.date >= asked.from && r.date <= asked.to)
            .collect();
        inside.sort_by_key(|r| (r.date, r.hi_type.clone(), r.id.clone()));
        inside.dedup();
        let inside: Vec<RecordId> = inside.into_iter().map(|r| r.id.clone()).collect();
        prop_assert_eq!(scope.select(&wanted, listed.clone()), inside.clone());
        let shift = usize::try_from(seed % 29).unwrap() % listed.len().max(1);
        listed.rotate_left(shift);
        listed.reverse();
        prop_assert_eq!(scope.select(&wanted, listed), inside);
    }
}
