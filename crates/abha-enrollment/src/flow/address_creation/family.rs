//! The two families on which addresses are created.

use std::fmt::Debug;

use abdm_core::call::Call;
use abdm_core::endpoint::{Endpoint, Session, SessionAndTransfer};
use abdm_core::headers::StandardHeaders;
use abdm_core::wire::NoBody;

use crate::api::address::{
    AddressEnrolled, AddressNameQuery, AddressProfile, AddressUser, AddressVerified,
    CheckAddressName, ChosenAddress, EnrolAbhaAddress, EnrolAddressRequest, FetchAddressProfile,
    RequestAddressEnrolmentOtp, SuggestAddressNames, SuggestionRequest, VerifyAddressEnrolment,
    VerifyAddressUser,
};
use crate::api::enrollment::AbhaAddressSuggestions;
use crate::api::otp::{OtpRequest, OtpSent};
use crate::api::phr::{
    CheckPhrAddressName, EnrolPhrAddress, FetchPhrProfile, RequestPhrEnrolmentOtp,
    SuggestPhrAddressNames, VerifyPhrEnrolment, VerifyPhrUser,
};
use crate::api::proof::ProofRequest;
use crate::api::token::IssuedTokens;
use crate::desk::Desk;
use crate::encryption::PhrKey;
use crate::flow::address::VerifiedAddress;
use crate::flow::phr_app::AppProfile;
use crate::session::{AddressSession, AppSession, Keepable};

mod sealed {
    pub trait Sealed {}
}

/// A family on which ABHA addresses are created and their owners logged in. There are two: [`Web`]
/// and [`App`].
///
/// It names the family's calls, whose bodies are the same, and what a person who is logged in is
/// there.
pub trait AddressFamily: sealed::Sealed + Debug + Clone + Copy + Send + Sync + 'static {
    /// A person's session: good on this family only.
    type Session: Keepable;
    /// A person who is logged in.
    type Person: Debug;

    /// The kind of sealed snapshots.
    #[doc(hidden)]
    const KIND: &'static str;
    #[doc(hidden)]
    type RequestOtp: Endpoint<
            Auth = Session,
            Headers = StandardHeaders,
            Path = (),
            Request = OtpRequest<PhrKey>,
            Response = OtpSent,
        >;
    #[doc(hidden)]
    type Verify: Endpoint<
            Auth = Session,
            Headers = StandardHeaders,
            Path = (),
            Request = ProofRequest<PhrKey>,
            Response = AddressVerified,
        >;
    #[doc(hidden)]
    type VerifyUser: Endpoint<
            Auth = SessionAndTransfer,
            Headers = StandardHeaders,
            Path = (),
            Request = ChosenAddress,
            Response = IssuedTokens,
        >;
    #[doc(hidden)]
    type Suggest: Endpoint<
            Auth = Session,
            Headers = StandardHeaders,
            Path = (),
            Request = SuggestionRequest,
            Response = AbhaAddressSuggestions,
        >;
    #[doc(hidden)]
    type CheckName: Endpoint<
            Auth = Session,
            Headers = StandardHeaders,
            Path = (),
            Request = AddressNameQuery,
            Response = bool,
        >;
    #[doc(hidden)]
    type Enrol: Endpoint<
            Auth = Session,
            Headers = StandardHeaders,
            Path = (),
            Request = EnrolAddressRequest,
            Response = AddressEnrolled,
        >;
    #[doc(hidden)]
    type FetchProfile: Endpoint<Response = AddressProfile>;

    #[doc(hidden)]
    fn profile_call(session: &Self::Session) -> Call<Self::FetchProfile>;

    #[doc(hidden)]
    fn person(desk: Desk, session: Self::Session, users: Vec<AddressUser>) -> Self::Person;
}

/// The web family: a registration desk verifies and creates addresses there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Web;

/// The PHR app family, for vendors of PHR apps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct App;

impl sealed::Sealed for Web {}
impl sealed::Sealed for App {}

impl AddressFamily for Web {
    type Session = AddressSession;
    type Person = VerifiedAddress;

    const KIND: &'static str = "address-creation-web";
    type RequestOtp = RequestAddressEnrolmentOtp;
    type Verify = VerifyAddressEnrolment;
    type VerifyUser = VerifyAddressUser;
    type Suggest = SuggestAddressNames;
    type CheckName = CheckAddressName;
    type Enrol = EnrolAbhaAddress;
    type FetchProfile = FetchAddressProfile;

    fn profile_call(session: &AddressSession) -> Call<FetchAddressProfile> {
        Call::new(NoBody).by(session.token.clone())
    }

    fn person(desk: Desk, session: AddressSession, users: Vec<AddressUser>) -> VerifiedAddress {
        VerifiedAddress::of_session(desk, session, users)
    }
}

impl AddressFamily for App {
    type Session = AppSession;
    type Person = AppProfile;

    const KIND: &'static str = "address-creation-app";
    type RequestOtp = RequestPhrEnrolmentOtp;
    type Verify = VerifyPhrEnrolment;
    type VerifyUser = VerifyPhrUser;
    type Suggest = SuggestPhrAddressNames;
    type CheckName = CheckPhrAddressName;
    type Enrol = EnrolPhrAddress;
    type FetchProfile = FetchPhrProfile;

    fn profile_call(session: &AppSession) -> Call<FetchPhrProfile> {
        Call::new(NoBody).by(session.token.clone())
    }

    fn person(desk: Desk, session: AppSession, users: Vec<AddressUser>) -> AppProfile {
        AppProfile::new(desk, session, users)
    }
}
