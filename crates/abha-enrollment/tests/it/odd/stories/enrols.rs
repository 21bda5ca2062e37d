//! Creations: of ABHA numbers, of applications, of addresses; each tried a second time, which must
//! not be sent.

use abdm_core::endpoint::Endpoint as _;
use abdm_core::person::AbhaNumber;
use abdm_core::seal::{SealingKey, SealingKeyRing};
use abdm_core::vocabulary::Gender;
use abha_enrollment::Problem;
use abha_enrollment::api::enrollment::{
    ChildBlock, DemographicBlock, EnrolByAadhaar, EnrolByDocument,
};
use abha_enrollment::error::Error;
use abha_enrollment::flow::address_creation::{
    AddressCreation, AddressDetails, AddressFamily, BirthDate,
};
use abha_enrollment::flow::enrolment::{Enrolled, Enrolment};
use abha_enrollment::input::AbhaAddressName;

use super::{Story, dashed, logged_in, otp, scan};
use crate::enrolment::licence;
use crate::odd::print::Printer;
use crate::support::{Bench, aadhaar, consent, mobile};

/// Whether a creation that came to this must not be sent again.
fn is_over<T>(outcome: &Result<T, Error>) -> bool {
    match outcome {
        Ok(_) => true,
        Err(error) => error.problem() == Problem::OutcomeUnknown,
    }
}

impl Story {
    pub(super) async fn enrols(self, bench: &Bench, print: &Printer) -> Result<Vec<String>, Error> {
        let desk = &bench.desk;
        match self {
            Self::LinksMobile => {
                let done = enrolled(bench, print).await?;
                let mut linking = print.value(done.link_mobile(&mobile()).await?);
                let done = print.value(linking.verify(&otp()).await?);
                Ok(dashed(done.abha_number()))
            }
            Self::ClaimsAddress => {
                let mut done = enrolled(bench, print).await?;
                print.value(done.suggest_addresses().await?.len());
                let name = AbhaAddressName::parse("odd.name").unwrap();
                done.claim_address(&name).await?;
                print.value(&done);
                Ok(dashed(print.value(done.finish().await).abha_number.as_ref()))
            }
            Self::Applies => applies(bench, print).await,
            Self::EnrolsByDemographics => {
                let describe = |aadhaar| {
                    let name = "Sentinela Personova".into();
                    let (born, gender) = ("17-03-1984".into(), Gender::Female);
                    DemographicBlock::new(aadhaar, name, born, gender, "27".into(), "490".into())
                };
                let done = desk.enrol_by_demographics(&aadhaar(), describe, consent()).await;
                finished(print, done).await
            }
            Self::EnrolsByScan => {
                let done = desk.enrol_by_scan(&aadhaar(), &scan(), &mobile(), consent()).await;
                finished(print, done).await
            }
            Self::EnrolsByFaceApp => {
                let mut flow = print.value(desk.enrol_by_face_app(consent()).await?);
                // Whatever the app has sent: what the creation is answered counts.
                let _ = print.value(flow.is_complete().await?);
                let done = flow.enrol(&aadhaar(), &mobile()).await;
                print.value(&flow);
                if is_over(&done) {
                    drop(flow.enrol(&aadhaar(), &mobile()).await);
                    let sent = bench.abdm.count(EnrolByAadhaar::META.path);
                    assert_eq!(sent, 1, "a second creation was sent");
                }
                finished(print, done).await
            }
            Self::EnrolsChild => {
                let parent = logged_in(bench).await?;
                let born = ("17".into(), "3".into(), "2020".into());
                let child = ChildBlock::new("Sentinela Personova".into(), Gender::Female, born);
                let done = desk.enrol_child(&parent, child, consent()).await;
                if let Ok(child) = &done {
                    assert_ne!(child.abha_number(), Some(&super::number()), "the parent's number");
                }
                finished(print, done).await
            }
            _ => {
                let done = enrolled(bench, print).await;
                finished(print, done).await
            }
        }
    }
}

async fn finished(print: &Printer, done: Result<Enrolled, Error>) -> Result<Vec<String>, Error> {
    let done = print.value(done?);
    let told = dashed(done.abha_number());
    print.tells(told.clone());
    let finished = print.value(done.finish().await);
    for number in &told {
        let kept = finished.abha_number.as_ref().map(AbhaNumber::to_dashed);
        assert_eq!(kept.as_ref(), Some(number), "finish loses what the creation told");
    }
    Ok(dashed(finished.abha_number.as_ref()))
}

/// An enrolment by OTP.
async fn enrolled(bench: &Bench, print: &Printer) -> Result<Enrolled, Error> {
    let mut flow = print.value(bench.desk.enrol(&aadhaar(), consent()).await?);
    let done = flow.verify(&otp(), &mobile()).await;
    print.value(&flow);
    if is_over(&done) {
        drop(flow.verify(&otp(), &mobile()).await);
        let keys = SealingKeyRing::from(SealingKey::generate().unwrap());
        let saved = flow.save(&keys, "here").unwrap();
        if let Ok(Enrolment::AwaitsOtp(mut resumed)) =
            bench.desk.resume_enrolment(&saved, &keys, "here")
        {
            drop(resumed.verify(&otp(), &mobile()).await);
        }
        assert_eq!(bench.abdm.count(EnrolByAadhaar::META.path), 1, "a second creation was sent");
    }
    if let Ok(done) = &done {
        print.tells(dashed(done.abha_number()));
        print.value(done);
    }
    done
}

/// An application by driving licence.
async fn applies(bench: &Bench, print: &Printer) -> Result<Vec<String>, Error> {
    let begun = bench.desk.apply_by_driving_licence(&mobile(), consent()).await?;
    let mut papers = print.value(print.value(begun).verify(&otp()).await?);
    let taken = papers.submit(licence).await;
    print.value(&papers);
    if is_over(&taken) {
        drop(papers.submit(licence).await);
        let sent = bench.abdm.count(EnrolByDocument::META.path);
        assert_eq!(sent, 1, "a second application was sent");
    }
    let profile = print.value(taken?).enrol_profile;
    let seen = profile.and_then(|profile| profile.enrolment_number);
    let told = dashed(seen.as_ref().and_then(|seen| seen.whole()));
    print.tells(told.clone());
    Ok(told)
}

/// The creation of an address, on either family.
pub(super) async fn an_address<F: AddressFamily>(
    bench: &Bench,
    print: &Printer,
    mut creation: AddressCreation<F>,
    path: &str,
) -> Result<Vec<String>, Error> {
    let details =
        AddressDetails::new("Sentinela", BirthDate::in_year(1984), Gender::Female).mobile(mobile());
    let name = AbhaAddressName::parse("odd.name").unwrap();
    let created = creation.create(&name, &details).await;
    print.value(&creation);
    if is_over(&created) {
        drop(creation.create(&name, &details).await);
        assert_eq!(bench.abdm.count(path), 1, "an address was created twice");
    }
    let created = print.value(created?);
    print.tells([created.abha_address().as_str().to_owned()]);
    print.value(created.person());
    Ok(Vec::new())
}
