//! The stage of the flows: ABDM's good answer on every path, some of them made odd.

mod good;

use std::sync::OnceLock;

use abdm_core::wire::odd::OddAnswer;
use abha_enrollment::api::account::{
    FetchAbhaCard, FetchProfile, RenewSession, RequestChangeOtp, VerifyChange,
};
use abha_enrollment::api::address::{
    EnrolAbhaAddress, FetchAddressProfile, RequestAddressEnrolmentOtp, RequestAddressOtp,
    VerifyAbhaAddress, VerifyAddressEnrolment,
};
use abha_enrollment::api::benefit::{LinkBenefit, SearchBenefit};
use abha_enrollment::api::enrollment::{
    CheckFaceCapture, ClaimAbhaAddress, EnrolByAadhaar, EnrolByDocument, InitFaceAuth,
    ListChildren, RequestEnrolmentOtp, SuggestAbhaAddresses, VerifyEnrolmentOtp,
};
use abha_enrollment::api::login::{
    FindAbha, RequestLoginOtp, SearchAbhaNumber, VerifyLogin, VerifyLoginInOneStep, VerifyUser,
};
use abha_enrollment::api::phr::{
    EnrolPhrAddress, FetchPhrProfile, LinkAbhaNumber, ListSwitchProfiles, RenewPhrSession,
    RequestPhrChangeOtp, RequestPhrEnrolmentOtp, RequestPhrLoginOtp, SwitchProfile,
    UpdatePhrProfile, VerifyPhrChange, VerifyPhrEnrolment, VerifyPhrLogin, VerifyPhrUser,
};

pub(crate) use self::good::good;
use super::replies::NUMBER;
use crate::support::{Bench, Reply, live};

/// Another person's number, in lists of several accounts.
pub(crate) const SECOND: &str = "91-5555-5555-5559";
/// A child's number, or that of an application.
pub(crate) const THIRD: &str = "91-9876-5432-1098";

/// In which form the good answers come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As most stories need them.
    Plain,
    /// Several accounts or addresses, and the right to choose.
    Several,
    /// The flat answer to a demographic enrolment.
    Demographic,
    /// A child below the person.
    Child,
    /// Those who applied by driving licence.
    Applicants,
    /// A change of an app's user.
    OwnChange,
}

const FORMS: [Form; 6] =
    [Form::Plain, Form::Several, Form::Demographic, Form::Child, Form::Applicants, Form::OwnChange];

/// A call of a flow, and the endpoint's name by which the oracle knows its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) endpoint: &'static str,
    pub(crate) path: &'static str,
}

macro_rules! steps {
    ($($name:ident = $family:ident, $endpoint:ident;)+) => {
        $(
            pub(crate) const $name: Step =
                Step { endpoint: stringify!($endpoint), path: live!($family, $endpoint) };
        )+

        const ALL: &[Step] = &[$($name,)+ PROGRAMMES];
    };
}

steps! {
    ENROL_OTP = Abha, RequestEnrolmentOtp;
    ENROL = Abha, EnrolByAadhaar;
    LINK = Abha, VerifyEnrolmentOtp;
    SUGGEST = Abha, SuggestAbhaAddresses;
    CLAIM = Abha, ClaimAbhaAddress;
    FACE_INIT = Abha, InitFaceAuth;
    FACE_POLL = Abha, CheckFaceCapture;
    BY_DOCUMENT = Abha, EnrolByDocument;
    CHILDREN = Abha, ListChildren;
    PROFILE = Abha, FetchProfile;
    CARD = Abha, FetchAbhaCard;
    RENEW = Abha, RenewSession;
    LOGIN_OTP = Abha, RequestLoginOtp;
    LOGIN = Abha, VerifyLogin;
    ONE_STEP = Abha, VerifyLoginInOneStep;
    USER = Abha, VerifyUser;
    FIND = Abha, FindAbha;
    SEARCH = Abha, SearchAbhaNumber;
    CHANGE_OTP = Abha, RequestChangeOtp;
    CHANGE = Abha, VerifyChange;
    LINK_BENEFIT = Abha, LinkBenefit;
    SEARCH_BENEFIT = Abha, SearchBenefit;
    ADDRESS_OTP = AbhaAddressWeb, RequestAddressOtp;
    ADDRESS = AbhaAddressWeb, VerifyAbhaAddress;
    ADDRESS_PROFILE = AbhaAddressWeb, FetchAddressProfile;
    CREATION_OTP = AbhaAddressWeb, RequestAddressEnrolmentOtp;
    CREATION = AbhaAddressWeb, VerifyAddressEnrolment;
    CREATE = AbhaAddressWeb, EnrolAbhaAddress;
    APP_OTP = PhrApp, RequestPhrLoginOtp;
    APP_LOGIN = PhrApp, VerifyPhrLogin;
    APP_USER = PhrApp, VerifyPhrUser;
    APP_PROFILE = PhrApp, FetchPhrProfile;
    APP_UPDATE = PhrApp, UpdatePhrProfile;
    APP_RENEW = PhrApp, RenewPhrSession;
    APP_CHANGE_OTP = PhrApp, RequestPhrChangeOtp;
    APP_CHANGE = PhrApp, VerifyPhrChange;
    APP_LINK = PhrApp, LinkAbhaNumber;
    SWITCH_LIST = PhrApp, ListSwitchProfiles;
    SWITCH = PhrApp, SwitchProfile;
    APP_CREATION_OTP = PhrApp, RequestPhrEnrolmentOtp;
    APP_CREATION = PhrApp, VerifyPhrEnrolment;
    APP_CREATE = PhrApp, EnrolPhrAddress;
}

/// Its path has the number in it.
pub(crate) const PROGRAMMES: Step = Step {
    endpoint: "ListProgrammes",
    path: "/abha/api/v3/profile/benefit/abha/91-1234-5678-9015",
};

/// An answer that is odd: to which call, of those on its path, and under which status.
#[derive(Debug)]
pub(crate) struct Oddity {
    pub(crate) step: Step,
    pub(crate) turn: usize,
    pub(crate) status: u16,
    pub(crate) answer: OddAnswer,
}

/// A PNG by its first bytes.
fn card() -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n".as_slice(), &[7; 64]].concat()
}

/// Every good answer of a form, as it is sent.
fn usual(form: Form) -> &'static [(&'static str, Reply)] {
    static MADE: [OnceLock<Vec<(&'static str, Reply)>>; FORMS.len()] =
        [const { OnceLock::new() }; FORMS.len()];
    let place = FORMS.iter().position(|known| *known == form).unwrap();
    MADE[place].get_or_init(|| {
        let reply = |step: &Step| match *step {
            CARD => Reply::Raw(200, "image/png", card()),
            step => Reply::Raw(200, "application/json", good(step, form).to_string().into_bytes()),
        };
        ALL.iter().map(|step| (step.path, reply(step))).collect()
    })
}

/// ABDM with its good answers everywhere, but the odd ones to the calls of their numbers.
pub(crate) fn play(bench: &Bench, form: Form, odd: &[Oddity]) {
    for (path, reply) in usual(form) {
        let turns: Vec<&Oddity> = odd.iter().filter(|odd| odd.step.path == *path).collect();
        for turn in 0..turns.iter().map(|odd| odd.turn + 1).max().unwrap_or(0) {
            let odd = turns.iter().find(|odd| odd.turn == turn);
            let reply = match odd {
                Some(Oddity { step: CARD, answer, .. }) => {
                    Reply::Raw(200, "image/png", answer.body.clone())
                }
                Some(Oddity { status, answer, .. }) => {
                    Reply::Raw(*status, answer.media_type, answer.body.clone())
                }
                None => reply.clone(),
            };
            bench.abdm.on(path, reply);
        }
        bench.abdm.always(path, reply.clone());
    }
}
