//! The stories: every flow from its beginning to its end, on whatever ABDM answers.

mod app;
mod enrols;

use abdm_core::endpoint::Endpoint as _;
use abdm_core::person::AbhaNumber;
use abdm_core::secret::Otp;
use abha_enrollment::api::address::EnrolAbhaAddress;
use abha_enrollment::biometric::{Modality, Scan};
use abha_enrollment::error::Error;
use abha_enrollment::flow::benefit::Beneficiary;
use abha_enrollment::flow::lookup::LookupBy;
use abha_enrollment::flow::profile::ProfileSession;
use abha_enrollment::flow::verification::{
    OtpRoute, ProofRoute, Verification, VerificationOutcome, Verified,
};
use abha_enrollment::input::{AadhaarOrVid, Password, PidBlock};

use super::print::Printer;
use super::replies::NUMBER;
use super::stage::*;
use crate::support::{Bench, aadhaar, consent, mobile};

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Story {
    Enrols,
    LinksMobile,
    ClaimsAddress,
    ByNumber,
    ByMobile,
    ByAadhaar,
    ByPassword,
    Finds,
    LooksUp,
    Profile,
    Deletes,
    Reactivates,
    ByAddress,
    CreatesAddress,
    EnrolsByDemographics,
    EnrolsByScan,
    EnrolsByFaceApp,
    EnrolsChild,
    Applies,
    ListsApplications,
    ByScanAtOnce,
    ByScannedAddress,
    Renews,
    ListsChildren,
    Benefits,
    AppByMobile,
    AppByNumber,
    AppByAddress,
    AppByPassword,
    AppChanges,
    AppLinksNumber,
    AppSwitches,
    AppRenews,
    AppCreatesAddress,
}

/// The calls of a story, and whose turn on its path each is.
pub(crate) const STORIES: &[(Story, &[(Step, usize)])] = &[
    (Story::Enrols, &[(ENROL_OTP, 0), (ENROL, 0), (ENROL, 0), (ENROL, 0), (PROFILE, 0)]),
    (Story::Enrols, &[(ENROL, 0)]),
    (Story::LinksMobile, &[(ENROL_OTP, 1), (LINK, 0), (LINK, 0)]),
    (Story::ClaimsAddress, &[(SUGGEST, 0), (CLAIM, 0), (PROFILE, 0)]),
    (Story::ByNumber, &[(LOGIN_OTP, 0), (LOGIN, 0), (PROFILE, 0)]),
    (Story::ByMobile, &[(LOGIN_OTP, 0), (LOGIN, 0), (USER, 0), (PROFILE, 0)]),
    (Story::ByAadhaar, &[(LOGIN, 0), (PROFILE, 0)]),
    (Story::ByPassword, &[(LOGIN, 0)]),
    (Story::Finds, &[(FIND, 0), (LOGIN_OTP, 0), (LOGIN, 0)]),
    (Story::LooksUp, &[(SEARCH, 0), (FIND, 0)]),
    (Story::Profile, &[(PROFILE, 0), (PROFILE, 1), (CARD, 0)]),
    (Story::Deletes, &[(CHANGE_OTP, 0), (CHANGE, 0), (CHANGE, 0)]),
    (Story::Reactivates, &[(LOGIN_OTP, 0), (LOGIN, 0)]),
    (Story::ByAddress, &[(ADDRESS_OTP, 0), (ADDRESS, 0), (ADDRESS, 0), (ADDRESS_PROFILE, 0)]),
    (Story::CreatesAddress, &[(CREATION_OTP, 0), (CREATION, 0), (CREATE, 0), (CREATE, 0)]),
    (Story::EnrolsByDemographics, &[(ENROL, 0), (ENROL, 0), (PROFILE, 0)]),
    (Story::EnrolsByScan, &[(ENROL, 0), (ENROL, 0), (PROFILE, 0)]),
    (Story::EnrolsByFaceApp, &[(FACE_INIT, 0), (FACE_POLL, 0), (ENROL, 0), (PROFILE, 0)]),
    (Story::EnrolsChild, &[(LOGIN, 0), (ENROL, 0), (ENROL, 0), (PROFILE, 0)]),
    (Story::Applies, &[(ENROL_OTP, 0), (LINK, 0), (BY_DOCUMENT, 0), (BY_DOCUMENT, 0)]),
    (Story::ListsApplications, &[(LOGIN_OTP, 0), (LOGIN, 0)]),
    (Story::ByScanAtOnce, &[(ONE_STEP, 0), (PROFILE, 0)]),
    (Story::ByScannedAddress, &[(ADDRESS_OTP, 0), (ADDRESS, 0), (ADDRESS_PROFILE, 0)]),
    (Story::Renews, &[(LOGIN, 0), (RENEW, 0)]),
    (Story::ListsChildren, &[(LOGIN, 0), (CHILDREN, 0)]),
    (Story::Benefits, &[(LINK_BENEFIT, 0), (SEARCH_BENEFIT, 0), (PROGRAMMES, 0)]),
    (Story::AppByMobile, &[(APP_OTP, 0), (APP_LOGIN, 0), (APP_USER, 0), (APP_PROFILE, 0)]),
    (Story::AppByNumber, &[(APP_OTP, 0), (APP_LOGIN, 0), (APP_PROFILE, 0)]),
    (Story::AppByAddress, &[(APP_OTP, 0), (APP_LOGIN, 0), (APP_PROFILE, 0)]),
    (Story::AppByPassword, &[(APP_LOGIN, 0), (APP_PROFILE, 0), (APP_UPDATE, 0)]),
    (Story::AppChanges, &[(APP_LOGIN, 0), (APP_CHANGE_OTP, 0), (APP_CHANGE, 0)]),
    (Story::AppLinksNumber, &[(APP_CHANGE_OTP, 0), (APP_CHANGE, 0), (APP_LINK, 0)]),
    (Story::AppSwitches, &[(APP_LOGIN, 0), (SWITCH_LIST, 0), (SWITCH, 0)]),
    (Story::AppRenews, &[(APP_LOGIN, 0), (APP_RENEW, 0)]),
    (
        Story::AppCreatesAddress,
        &[(APP_CREATION_OTP, 0), (APP_CREATION, 0), (APP_CREATE, 0), (APP_CREATE, 0)],
    ),
];

pub(super) fn otp() -> Otp {
    Otp::new("482913").unwrap()
}

pub(super) fn number() -> AbhaNumber {
    NUMBER.parse().unwrap()
}

pub(super) fn dashed<'n>(numbers: impl IntoIterator<Item = &'n AbhaNumber>) -> Vec<String> {
    numbers.into_iter().map(AbhaNumber::to_dashed).collect()
}

impl Story {
    pub(crate) const fn form(self) -> Form {
        match self {
            Self::ByMobile | Self::AppByMobile => Form::Several,
            Self::EnrolsByDemographics => Form::Demographic,
            Self::EnrolsChild => Form::Child,
            Self::ListsApplications => Form::Applicants,
            Self::AppChanges => Form::OwnChange,
            _ => Form::Plain,
        }
    }

    /// Whether it is known from the beginning whose number it is about.
    pub(crate) const fn knows_whom(self) -> bool {
        !matches!(
            self,
            Self::Enrols
                | Self::LinksMobile
                | Self::ClaimsAddress
                | Self::EnrolsByDemographics
                | Self::EnrolsByScan
                | Self::EnrolsByFaceApp
                | Self::EnrolsChild
                | Self::Applies
                | Self::ListsApplications
                | Self::ByMobile
                | Self::ByAadhaar
                | Self::ByScanAtOnce
                | Self::AppByMobile
        )
    }

    /// The desk of the story.
    pub(crate) fn bench(self) -> Bench {
        match self {
            Self::EnrolsByDemographics | Self::EnrolsChild | Self::Benefits => {
                Bench::for_programme("Example Scheme")
            }
            _ => Bench::new(),
        }
    }

    pub(crate) async fn play(self, bench: &Bench, print: &Printer) -> Result<Vec<String>, Error> {
        let desk = &bench.desk;
        match self {
            Self::ByNumber => {
                let route = OtpRoute::AbhaMobile;
                let mut flow = print.value(desk.verify_abha_number(&number(), route).await?);
                self.verified(print, flow.verify(&otp()).await?).await
            }
            Self::ByMobile => {
                let mut flow = print.value(desk.verify_by_mobile(&mobile()).await?);
                self.verified(print, flow.verify(&otp()).await?).await
            }
            Self::ByAadhaar => {
                let whose = AadhaarOrVid::parse("234567890124").unwrap();
                let mut flow = print.value(desk.verify_by_aadhaar(&whose, consent()).await?);
                self.verified(print, flow.verify(&otp()).await?).await
            }
            Self::ByPassword => {
                let verified =
                    desk.verify_by_password(&number(), &Password::existing("Sunrise#47")).await?;
                Ok(dashed(print.value(verified).abha_number()))
            }
            Self::Finds => {
                let found = print.value(desk.find_by_mobile(&mobile()).await?);
                let account = found.accounts().first().unwrap();
                let route = ProofRoute::Otp(OtpRoute::AbhaMobile);
                match print.value(found.prove(account, route).await?) {
                    Verification::AwaitsOtp(mut flow) => {
                        self.verified(print, flow.verify(&otp()).await?).await
                    }
                    other => panic!("{other:?}"),
                }
            }
            Self::LooksUp => {
                let seen = desk.lookup(LookupBy::AbhaNumber(&number())).await?;
                print.value(seen);
                print.value(desk.lookup(LookupBy::Mobile(&mobile())).await?);
                Ok(Vec::new())
            }
            Self::Profile => {
                let profile = print.value(logged_in(bench).await?);
                let told = print.value(profile.fetch().await?);
                let card = print.value(profile.card().await?);
                assert!(card.bytes().starts_with(b"\x89PNG"), "that is no card");
                Ok(dashed(told.abha_number.as_ref().and_then(|seen| seen.whole())))
            }
            Self::Deletes => {
                let profile = logged_in(bench).await?;
                let mut change =
                    print.value(profile.delete(&number(), OtpRoute::AbhaMobile, "x").await?);
                print.value(change.confirm(&otp()).await?);
                Ok(Vec::new())
            }
            Self::Reactivates => {
                let mut flow = print.value(desk.reactivate(&number(), OtpRoute::AbhaMobile).await?);
                flow.verify(&otp()).await?;
                Ok(Vec::new())
            }
            Self::ByAddress => {
                let address = "sentinela.p@sbx".parse().unwrap();
                let route = OtpRoute::AbhaMobile;
                let mut flow = print.value(desk.verify_abha_address(&address, route).await?);
                let verified = print.value(flow.verify(&otp()).await?);
                assert_eq!(verified.abha_address(), Some(address));
                print.value(verified.profile().await?);
                Ok(dashed(verified.abha_number()))
            }
            Self::ByScannedAddress => {
                let address = "sentinela.p@sbx".parse().unwrap();
                let flow = desk.announce_address_scan(&address, Modality::Finger).await?;
                let verified = print.value(print.value(flow).verify(&scan()).await?);
                print.value(verified.profile().await?);
                Ok(dashed(verified.abha_number()))
            }
            Self::ByScanAtOnce => {
                let verified = desk.verify_by_scan(&aadhaar(), &scan(), consent()).await?;
                Ok(dashed(print.value(verified).abha_number()))
            }
            Self::ListsApplications => {
                let mut flow = print.value(desk.retrieve_enrolment_numbers(&mobile()).await?);
                let listed = print.value(flow.verify(&otp()).await?);
                Ok(dashed(listed.iter().filter_map(|account| account.number())))
            }
            Self::Renews => {
                let mut profile = logged_in(bench).await?;
                profile.renew().await?;
                print.value(&profile);
                Ok(Vec::new())
            }
            Self::ListsChildren => {
                let children = print.value(logged_in(bench).await?.children().await?);
                Ok(dashed(children.parent_abha_number.as_ref().and_then(|seen| seen.whole())))
            }
            Self::Benefits => {
                let number = number();
                let whose = Beneficiary::AbhaNumber(&number);
                let linked = print.value(desk.link_benefit(whose).await?);
                let records = print.value(desk.search_benefit(whose).await?);
                print.value(desk.programmes_of(&number).await?.len());
                let seen = records.iter().filter_map(|record| record.abha_number.as_ref());
                let seen = seen.chain(linked.health_id.as_ref());
                Ok(dashed(seen.filter_map(|seen| seen.whole())))
            }
            Self::CreatesAddress => {
                let mut flow = print.value(desk.create_abha_address(&mobile()).await?);
                let creation = print.value(flow.verify(&otp()).await?);
                enrols::an_address(bench, print, creation, EnrolAbhaAddress::META.path).await
            }
            Self::Enrols
            | Self::LinksMobile
            | Self::ClaimsAddress
            | Self::EnrolsByDemographics
            | Self::EnrolsByScan
            | Self::EnrolsByFaceApp
            | Self::EnrolsChild
            | Self::Applies => self.enrols(bench, print).await,
            Self::AppByMobile
            | Self::AppByNumber
            | Self::AppByAddress
            | Self::AppByPassword
            | Self::AppChanges
            | Self::AppLinksNumber
            | Self::AppSwitches
            | Self::AppRenews
            | Self::AppCreatesAddress => self.on_an_app(bench, print).await,
        }
    }

    async fn verified(
        self,
        print: &Printer,
        outcome: VerificationOutcome,
    ) -> Result<Vec<String>, Error> {
        match print.value(outcome) {
            VerificationOutcome::Verified(verified) => Ok(dashed(verified.abha_number())),
            VerificationOutcome::ChooseAccount(choice) => {
                let chosen = choice.accounts().iter().find_map(|account| account.number());
                let Some(chosen) = chosen.cloned() else {
                    panic!("a choice in which nothing can be chosen")
                };
                let verified: Verified = print.value(choice.choose(&chosen).await?);
                Ok(dashed(verified.abha_number()))
            }
        }
    }
}

pub(super) fn scan() -> Scan {
    let pid = PidBlock::from_xml(r#"<PidData><Resp errCode="0"/></PidData>"#).unwrap();
    Scan::new(Modality::Finger, pid)
}

async fn logged_in(bench: &Bench) -> Result<ProfileSession, Error> {
    let password = Password::existing("Sunrise#47");
    Ok(bench.desk.verify_by_password(&number(), &password).await?.profile())
}
