use abdm_core::vocabulary::{Gender, HiType};
use abdm_flow::store::Note;

use super::*;
use crate::flow::driver::{Driver, Watched};
use crate::patient::{LinkPatient, Visit};

/// What comes out of a status.
#[derive(Debug)]
pub(crate) enum Seen {
    Acknowledge { understood: bool },
    Announce(AbhaStanding),
    FindLinks,
    FindConsents,
    Account(AccountWord),
    GoOn(Box<FinalRecord>),
    EndConsent(String),
}

impl From<PatientStatusEffect> for Seen {
    fn from(effect: PatientStatusEffect) -> Self {
        match effect {
            PatientStatusEffect::Acknowledge { understood, .. } => Self::Acknowledge { understood },
            PatientStatusEffect::Announce(HipEvent::PatientStatusChanged { standing, .. }) => {
                Self::Announce(standing)
            }
            PatientStatusEffect::Announce(event) => panic!("{event:?}"),
            PatientStatusEffect::FindStoppedLinks { .. } => Self::FindLinks,
            PatientStatusEffect::FindConsents { .. } => Self::FindConsents,
        }
    }
}

impl Watched for PatientStatusFlow {
    type Seen = Seen;

    fn told(note: &Note) -> Seen {
        match note.kind {
            LinkTokenFlow::KIND => match note.payload.decode().unwrap() {
                WordForToken::Account { word, .. } => Seen::Account(word),
                other => panic!("{other:?}"),
            },
            AutoLinkFlow::KIND => {
                let StoppedLink { record } = note.payload.decode().unwrap();
                Seen::GoOn(Box::new(record))
            }
            _ => {
                let WordForConsent { consent_id } = note.payload.decode().unwrap();
                Seen::EndConsent(consent_id.to_string())
            }
        }
    }
}

fn driver() -> Driver<PatientStatusFlow> {
    let hip_id = "IN0000000001".parse().unwrap();
    Driver::new(PatientStatusFlow::new(hip_id, "asha.test@sbx".parse().unwrap()))
}

fn told(standing: AbhaStanding) -> PatientStatusEvent {
    PatientStatusEvent::Told {
        notice: RequestId::random(),
        in_v0_5: false,
        standing,
        written: None,
    }
}

fn written(standing: AbhaStanding, written: DateTime<Utc>) -> PatientStatusEvent {
    let notice = RequestId::random();
    PatientStatusEvent::Told { notice, in_v0_5: false, standing, written: Some(written) }
}

fn record() -> FinalRecord {
    let (address, reference) = ("asha.test@sbx".parse().unwrap(), "UHID-1".parse().unwrap());
    let patient = LinkPatient::new(address, reference, "Asha Test", Gender::Female, 1988);
    let (visit, at) = ("OPD-1".parse().unwrap(), "2026-09-14T08:00:00Z".parse().unwrap());
    FinalRecord::new(patient, Visit::new(visit, "OPD visit", at, [HiType::Prescription]))
}

#[test]
fn each_notice_is_acknowledged_and_a_repeated_one_counts_once() {
    let mut driver = driver();
    let seen = driver.on(told(AbhaStanding::Deactivated)).unwrap();
    assert!(
        matches!(
            seen[..],
            [
                Seen::Acknowledge { understood: true },
                Seen::Announce(AbhaStanding::Deactivated),
                Seen::Account(_)
            ]
        ),
        "{seen:?}"
    );
    let seen = driver.on(told(AbhaStanding::Deactivated)).unwrap();
    assert!(matches!(seen[..], [Seen::Acknowledge { understood: true }]), "{seen:?}");
    let notice = RequestId::random();
    let seen = driver.on(PatientStatusEvent::NotUnderstood { notice, in_v0_5: false }).unwrap();
    assert!(matches!(seen[..], [Seen::Acknowledge { understood: false }]), "{seen:?}");
    driver.pass(TimeDelta::days(1_000));
    assert!(!driver.done, "a closed account is remembered");
}

#[test]
fn that_an_account_is_active_of_which_nothing_was_told_is_no_news_and_links_that_stopped_go_on() {
    let mut driver = driver();
    let seen = driver.on(told(AbhaStanding::Active)).unwrap();
    assert!(
        matches!(
            seen[..],
            [Seen::Acknowledge { understood: true }, Seen::FindLinks, Seen::Account(_)]
        ),
        "{seen:?}"
    );
    let seen = driver.on(PatientStatusEvent::StoppedLinks(vec![record()])).unwrap();
    assert!(matches!(&seen[..], [Seen::GoOn(of)] if **of == record()), "{seen:?}");
    let seen = driver.on(told(AbhaStanding::Active)).unwrap();
    assert!(matches!(seen[..], [Seen::Acknowledge { understood: true }]), "{seen:?}");
    // One that had not written down yet that it stopped.
    let seen = driver.pass(TimeDelta::hours(1));
    assert!(matches!(seen[..], [Seen::FindLinks]), "{seen:?}");
    driver.pass(TimeDelta::days(31));
    assert!(driver.done);
}

#[test]
fn when_it_is_active_again_the_links_that_stopped_go_on() {
    let mut driver = driver();
    driver.on(told(AbhaStanding::Deactivated)).unwrap();
    let seen = driver.on(told(AbhaStanding::Active)).unwrap();
    assert!(seen.iter().any(|seen| matches!(seen, Seen::FindLinks)), "{seen:?}");
    let seen = driver.on(PatientStatusEvent::StoppedLinks(vec![record()])).unwrap();
    assert!(matches!(&seen[..], [Seen::GoOn(of)] if **of == record()), "{seen:?}");
    // As many as one step takes: there may be more.
    let full = vec![record(); STATUS_ROWS_AT_ONCE];
    let seen = driver.on(PatientStatusEvent::StoppedLinks(full)).unwrap();
    assert!(matches!(seen.first(), Some(Seen::FindLinks)), "{seen:?}");
    // Switched off meanwhile.
    driver.on(told(AbhaStanding::Deactivated)).unwrap();
    assert!(driver.on(PatientStatusEvent::StoppedLinks(vec![record()])).unwrap().is_empty());
}

#[test]
fn a_deletion_is_final_and_ends_the_consents() {
    let mut driver = driver();
    let seen = driver.on(told(AbhaStanding::Deleted)).unwrap();
    assert!(seen.iter().any(|seen| matches!(seen, Seen::FindConsents)), "{seen:?}");
    let seen = driver.on(PatientStatusEvent::Consents(vec!["c-1".parse().unwrap()])).unwrap();
    assert!(matches!(&seen[..], [Seen::EndConsent(id)] if id == "c-1"), "{seen:?}");
    let full = vec!["c-1".parse().unwrap(); STATUS_ROWS_AT_ONCE];
    let seen = driver.on(PatientStatusEvent::Consents(full)).unwrap();
    assert!(matches!(seen.first(), Some(Seen::FindConsents)), "{seen:?}");
    for later in [AbhaStanding::Active, AbhaStanding::Deactivated] {
        let seen = driver.on(told(later)).unwrap();
        assert!(matches!(seen[..], [Seen::Acknowledge { understood: true }]), "{seen:?}");
        assert_eq!(driver.flow.standing, AbhaStanding::Deleted);
    }
}

#[test]
fn of_two_notices_the_one_that_was_written_later_counts() {
    let mut driver = driver();
    let (first, second) = (driver.now - TimeDelta::minutes(2), driver.now - TimeDelta::minutes(1));
    driver.on(written(AbhaStanding::Deactivated, second)).unwrap();
    let seen = driver.on(written(AbhaStanding::Active, first)).unwrap();
    assert!(matches!(seen[..], [Seen::Acknowledge { understood: true }]), "{seen:?}");
    assert_eq!(driver.flow.standing, AbhaStanding::Deactivated);
    driver.on(written(AbhaStanding::Active, driver.now)).unwrap();
    assert_eq!(driver.flow.standing, AbhaStanding::Active);
}

#[test]
fn two_changes_at_one_instant_are_told_apart() {
    let mut driver = driver();
    let word = |seen: Vec<Seen>| {
        seen.into_iter().find_map(|seen| match seen {
            Seen::Account(word) => Some(word),
            _ => None,
        })
    };
    let off = word(driver.on(told(AbhaStanding::Deactivated)).unwrap()).unwrap();
    let on = word(driver.on(told(AbhaStanding::Active)).unwrap()).unwrap();
    assert!(on.since > off.since);
}
