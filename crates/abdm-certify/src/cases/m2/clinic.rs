//! The clinic of milestone 2: a made-up hospital behind a HIP that works.

use abdm_core::api::consent::DateRange;
use abdm_core::id::{CareContextReference, ConsentId, PatientReference};
use abdm_core::vocabulary::HiType;
use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use hip_services::{ConsentStanding, Hip, HipBuilder, HipEvent, Link, LinkPatient, Linked, Visit};

use crate::evidence::Screen;
use crate::facility::OpenFacility;
use crate::hospital::{KnownBy, MadeUpHospital, link_patient, visit};
use crate::outcome::{Present as _, Stop, ensure, ensure_eq};
use crate::people::{Person, Role};
use crate::place::OpenedRecord;
use crate::stage::Stage;

/// How long after a link its notice is sent (m2-hip.md 3), and a little more.
pub(super) const UNTIL_NOTICE: TimeDelta = TimeDelta::seconds(6);

/// A hospital and its HIP.
pub(super) struct Clinic {
    pub(super) hospital: MadeUpHospital,
    pub(super) facility: OpenFacility,
}

/// A patient of the hospital with one visit.
pub(super) struct Known {
    pub(super) person: Person,
    pub(super) reference: PatientReference,
    /// As ABDM is told of them, without visits.
    pub(super) patient: LinkPatient,
}

impl Clinic {
    pub(super) async fn open(stage: &Stage) -> Result<Self, Stop> {
        Self::open_with(stage, |builder| builder).await
    }

    /// The same with a HIP that is set otherwise.
    pub(super) async fn open_with(
        stage: &Stage,
        set: impl FnOnce(HipBuilder) -> HipBuilder + Send,
    ) -> Result<Self, Stop> {
        let hospital = MadeUpHospital::default();
        let (records, index, otps) = (hospital.clone(), hospital.clone(), hospital.clone());
        let build = |builder: HipBuilder| {
            let old = hospital.clone();
            set(builder.hospital(records).patients(index, otps).old_visits(old))
        };
        let facility = OpenFacility::open(stage, build).await?;
        Ok(Self { hospital, facility })
    }

    pub(super) const fn hip(&self) -> &Hip {
        &self.facility.hip
    }

    /// Somebody of the place becomes a patient.
    pub(super) fn admit(
        &self,
        stage: &Stage,
        who: Role,
        number: &str,
        known_by: KnownBy,
    ) -> Result<Known, Stop> {
        let person = stage.person(who)?;
        let reference = self.hospital.register(&person, number, known_by)?;
        let patient = link_patient(&person, &reference)?;
        Ok(Known { person, reference, patient })
    }

    /// Keeps a visit of a patient, an hour ago, with a record of each of these kinds.
    pub(super) fn keeps(
        &self,
        stage: &Stage,
        known: &Known,
        reference: &str,
        hi_types: &[HiType],
    ) -> Result<(Visit, Vec<Bytes>), Stop> {
        let visit = visit(reference, stage.now() - TimeDelta::hours(1), hi_types.to_vec())?;
        let documents = self.hospital.keep(&known.patient, &visit)?;
        Ok((visit, documents))
    }

    /// Links visits of a patient, notices included.
    pub(super) async fn links(
        &self,
        stage: &Stage,
        known: &Known,
        visits: impl IntoIterator<Item = Visit>,
    ) -> Result<Linked, Stop> {
        let patient = visits.into_iter().fold(known.patient.clone(), LinkPatient::visit);
        let link = self.hip().link(patient).await?;
        self.finished(stage, &link).await
    }

    /// Waits until a link and its notices are over, and had no trouble.
    pub(super) async fn finished(&self, stage: &Stage, link: &Link) -> Result<Linked, Stop> {
        link.linked(stage.patience()).await?;
        stage.wait(UNTIL_NOTICE).await;
        let linked = link.finished(stage.patience()).await?;
        ensure_eq!(linked.notices_refused, Some(0), "ABDM takes every notice");
        Ok(linked)
    }

    /// Waits for an event of this kind, and gives all events so far.
    pub(super) async fn hears(
        &self,
        stage: &Stage,
        what: &str,
        is_it: impl Fn(&HipEvent) -> bool + Send + Sync,
    ) -> Result<HipEvent, Stop> {
        let first = || self.hospital.heard().into_iter().find(&is_it);
        stage.until(what, || async { Ok(first().is_some()) }).await?;
        first().present()
    }

    /// Waits until the facility knows of a consent that it stands so.
    pub(super) async fn consent_stands(
        &self,
        stage: &Stage,
        consent: &ConsentId,
        standing: ConsentStanding,
    ) -> Result<(), Stop> {
        let what = format!("the facility holds the consent {standing:?}");
        let stands = || async {
            let view = self.hip().consent(consent).await?;
            Ok(view.is_some_and(|view| view.standing(stage.now()) == standing))
        };
        stage.until(&what, stands).await
    }

    pub(super) async fn close(self) -> Result<(), Stop> {
        self.facility.close().await
    }
}

/// The records that came are these, and nothing is wrong with them.
pub(super) fn are_these(opened: &[OpenedRecord], expected: &[Bytes]) -> Result<(), Stop> {
    let findings: Vec<&String> = opened.iter().flat_map(|record| &record.findings).collect();
    ensure!(findings.is_empty(), "the reader finds nothing wrong with them");
    let mut came: Vec<&Bytes> = opened.iter().map(|record| &record.document).collect();
    let mut kept: Vec<&Bytes> = expected.iter().collect();
    came.sort();
    kept.sort();
    ensure_eq!(came.len(), kept.len(), "as many records");
    ensure!(came == kept, "byte by byte as the hospital has them");
    Ok(())
}

/// A visit as screens show it.
pub(super) fn shown(screen: Screen, patient: &PatientReference, visit: &Visit) -> Screen {
    let types: Vec<&str> = visit.hi_types.iter().map(HiType::as_str).collect();
    screen
        .field("Patient id", patient)
        .field("Visit", &visit.reference)
        .field("Shown as", &visit.display)
        .time("Date", visit.date)
        .field("HI types", types.join(", "))
}

/// References in one line.
pub(super) fn listed(references: &[CareContextReference]) -> String {
    references.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// From a month ago until now.
pub(super) fn last_month(now: DateTime<Utc>) -> DateRange {
    DateRange::new(now - TimeDelta::days(30), now)
}
