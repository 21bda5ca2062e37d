//! The status of patients' accounts.

use abdm_core::vocabulary::{Gender, HiType};
use abdm_flow::Flow as _;
use abdm_flow::testing::corpus::{InCorpus, KeptNote, Walk, variant_of, variants_of};
use chrono::{DateTime, TimeDelta, Utc};

use super::{hip_id, request_of, start};
use crate::api::patient_status::AbhaStanding;
use crate::final_record::FinalRecord;
use crate::flow::{
    AutoLinkFlow, ConsentFlow, LinkTokenFlow, PatientStatusEffect, PatientStatusEvent,
    PatientStatusFlow, StoppedLink, WordForConsent, WordForToken,
};
use crate::patient::{LinkPatient, Visit};

fn new() -> Walk<PatientStatusFlow> {
    Walk::new(PatientStatusFlow::new(hip_id(), "asha.test@sbx".parse().unwrap()), start())
}

fn told(standing: AbhaStanding) -> PatientStatusEvent {
    PatientStatusEvent::Told {
        notice: request_of(1),
        in_v0_5: false,
        standing,
        written: Some(start()),
    }
}

fn record() -> FinalRecord {
    let (address, reference) = ("asha.test@sbx".parse().unwrap(), "UHID-1".parse().unwrap());
    let patient = LinkPatient::new(address, reference, "Asha Test", Gender::Female, 1988);
    let visit = Visit::new("OPD-1".parse().unwrap(), "OPD visit", start(), [HiType::Prescription]);
    FinalRecord::new(patient, visit)
}

impl InCorpus for PatientStatusFlow {
    fn stages() -> Vec<String> {
        let mut all = variants_of::<AbhaStanding>("standing");
        all.extend(["note/token", "note/auto-link", "note/consent"].map(str::to_owned));
        all
    }

    fn shows(&self) -> Vec<String> {
        vec![variant_of("standing", &self.standing)]
    }

    fn walks() -> Vec<Walk<Self>> {
        let later = TimeDelta::minutes(1);
        let not_understood =
            PatientStatusEvent::NotUnderstood { notice: request_of(2), in_v0_5: false };
        let found = PatientStatusEvent::StoppedLinks(vec![record()]);
        let consents = PatientStatusEvent::Consents(vec!["c-1".parse().unwrap()]);
        vec![
            new().on(not_understood).keep("not-understood"),
            new()
                .on(told(AbhaStanding::Deactivated))
                .keep("deactivated")
                .after(later)
                .on(told(AbhaStanding::Active))
                .keep("active-again")
                .on(found)
                .keep("links-go-on"),
            new()
                .on(told(AbhaStanding::Deleted))
                .keep("deleted")
                .on(consents)
                .keep("consents-ended"),
        ]
    }

    fn answers(&self, effect: PatientStatusEffect, _: DateTime<Utc>) -> Vec<PatientStatusEvent> {
        match effect {
            PatientStatusEffect::FindStoppedLinks { .. } => {
                vec![PatientStatusEvent::StoppedLinks(vec![record()])]
            }
            PatientStatusEffect::FindConsents { .. } => {
                vec![PatientStatusEvent::Consents(vec!["c-1".parse().unwrap()])]
            }
            PatientStatusEffect::Acknowledge { .. } | PatientStatusEffect::Announce(_) => {
                Vec::new()
            }
        }
    }

    // What is closed is remembered.
    fn rests(&self) -> bool {
        self.standing != AbhaStanding::Active
    }

    fn read_note(note: &KeptNote) -> Result<String, String> {
        Ok(match &*note.kind {
            LinkTokenFlow::KIND => note.read::<WordForToken>().map(|_| "note/token")?,
            AutoLinkFlow::KIND => note.read::<StoppedLink>().map(|_| "note/auto-link")?,
            ConsentFlow::KIND => note.read::<WordForConsent>().map(|_| "note/consent")?,
            kind => return Err(format!("no note to {kind} was expected")),
        }
        .to_owned())
    }
}
