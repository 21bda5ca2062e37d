//! The calls of the legacy service (V1, V2), and what replaces each (m1-abha.md 14).

use abdm_contract::Fate::{Gone, Replaced};
use abdm_contract::{Calls, Older, Spoken};
use abdm_core::endpoint::{Endpoint as _, Metadata};
use abha_enrollment::api::{account, address, benefit, certificate, enrollment, login, phr};

const ENROL_OTP: &Metadata = &enrollment::RequestEnrolmentOtp::META;
const ENROL: &Metadata = &enrollment::EnrolByAadhaar::META;
const ENROL_VERIFY: &Metadata = &enrollment::VerifyEnrolmentOtp::META;
const DOCUMENT: &Metadata = &enrollment::EnrolByDocument::META;
const CLAIM: &Metadata = &enrollment::ClaimAbhaAddress::META;
const LOGIN_OTP: &Metadata = &login::RequestLoginOtp::META;
const LOGIN: &Metadata = &login::VerifyLogin::META;
const CHANGE_OTP: &Metadata = &account::RequestChangeOtp::META;
const CHANGE: &Metadata = &account::VerifyChange::META;
const UPDATE: &Metadata = &account::UpdateProfile::META;

pub(super) const LEGACY: Older = Older {
    what: "the legacy service (V1, V2)",
    adjective: "legacy",
    files: &["abha-service-v1-v2.nha-swagger-2023.yml"],
    fates: FATES,
    spoken: Spoken::NOTHING,
};

const FATES: &[Calls] = &[
    Calls { calls: &["GET v2/auth/cert"], fate: Replaced(&[&certificate::FetchCertificate::META]) },
    // Login.
    Calls {
        calls: &[
            "POST v1/auth/init",
            "POST v1/auth/confirmWithAadhaarBio",
            "POST v1/auth/confirmWithAadhaarOtp",
            "POST v1/auth/confirmWithMobileOTP",
            "POST v2/auth/reactivate*",
            "POST v1/forgot/healthId/*",
        ],
        fate: Replaced(&[LOGIN_OTP, LOGIN]),
    },
    Calls { calls: &["POST v1/auth/authPassword"], fate: Replaced(&[LOGIN]) },
    Calls {
        calls: &["POST v1/auth/confirmWithDemographics"],
        fate: Gone("V3 has no login by demographic data (m1-abha.md 7.1)"),
    },
    Calls {
        calls: &["POST v1/auth/generate/access-token"],
        fate: Replaced(&[&account::RenewSession::META]),
    },
    Calls {
        calls: &[
            "POST v2/registration/mobile/login/generateOtp",
            "POST v2/registration/mobile/login/resendOtp",
        ],
        fate: Replaced(&[LOGIN_OTP]),
    },
    Calls { calls: &["POST v2/registration/mobile/login/verifyOtp"], fate: Replaced(&[LOGIN]) },
    Calls {
        calls: &["POST v2/registration/mobile/login/userAuthorizedToken"],
        fate: Replaced(&[&login::VerifyUser::META]),
    },
    // Enrolment.
    Calls {
        calls: &[
            "POST v1/registration/aadhaar/generateOtp",
            "POST v1/registration/aadhaar/resendAadhaarOtp",
            "POST v1/hid/benefit/aadhaar/generateOtp",
            "POST v1/registration/aadhaar/generateMobileOTP",
            "POST v1/hid/benefit/mobile/generateOtp",
        ],
        fate: Replaced(&[ENROL_OTP]),
    },
    Calls {
        calls: &[
            "POST v1/registration/aadhaar/verifyOTP",
            "POST v1/registration/aadhaar/createHealthIdWithPreVerified",
            "POST v1/registration/aadhaar/verifyBio",
            "POST v2/registration/aadhaar/checkAndGenerateMobileOTP",
            "POST v1/hid/benefit/aadhaar/verifyAadharOtp",
            "POST v1/hid/benefit/aadhaar/verifyBio",
            "POST v1/hid/benefit/createHealthId/demo/auth",
        ],
        fate: Replaced(&[ENROL]),
    },
    Calls {
        calls: &["POST v1/registration/aadhaar/verifyMobileOTP"],
        fate: Replaced(&[ENROL_VERIFY]),
    },
    Calls {
        calls: &["POST v1/account/update/phr-address", "POST v1/hid/benefit/update/phr-address"],
        fate: Replaced(&[&enrollment::SuggestAbhaAddresses::META, CLAIM]),
    },
    Calls { calls: &["POST v2/document/generate/mobile/otp"], fate: Replaced(&[ENROL_OTP]) },
    Calls { calls: &["POST v2/document/verify/mobile/otp"], fate: Replaced(&[ENROL_VERIFY]) },
    Calls {
        calls: &["POST v2/document", "POST v2/document/validate"],
        fate: Replaced(&[DOCUMENT]),
    },
    // Profile.
    Calls { calls: &["GET v1/account/profile"], fate: Replaced(&[&account::FetchProfile::META]) },
    Calls { calls: &["POST v1/account/profile"], fate: Replaced(&[UPDATE]) },
    Calls { calls: &["GET v1/account/logout"], fate: Replaced(&[&account::LogOut::META]) },
    Calls { calls: &["GET v1/account/qrCode"], fate: Replaced(&[&account::FetchQrCode::META]) },
    Calls {
        calls: &[
            "GET v1/account/getCard",
            "GET v1/account/getSvgCard",
            "GET v1/account/getPngCard",
        ],
        fate: Replaced(&[&account::FetchAbhaCard::META]),
    },
    Calls {
        calls: &[
            "POST v1/account/aadhaar/generateOTP",
            "POST v2/account/aadhaar/generateOTP",
            "POST v2/account/mobile/generateOTP",
            "GET v1/account/change/passwd/generateAadhaarOTP",
            "GET v1/account/change/passwd/generateMobileOTP",
            "POST v2/account/change/mobile/aadhaar/generateOTP",
            "POST v2/account/change/mobile/new/generateOTP",
            "POST v2/account/change/mobile/old/generateOTP",
        ],
        fate: Replaced(&[CHANGE_OTP]),
    },
    Calls {
        calls: &[
            "POST v1/account/change/pass*",
            "POST v2/account/change/mobile/new/verifyOTP",
            "POST v2/account/change/mobile/update/authentication",
            "POST v2/account/aadhaar/verifyOTP",
            "POST v2/account/profile/delete",
            "POST v2/account/profile/deactivate",
        ],
        fate: Replaced(&[CHANGE]),
    },
    Calls {
        calls: &["POST v2/account/email/verification/auth/initiate/send"],
        fate: Replaced(&[&account::SendEmailLink::META, CHANGE_OTP]),
    },
    Calls { calls: &["POST v2/account/email/verification/auth/verify"], fate: Replaced(&[CHANGE]) },
    Calls {
        calls: &["POST v1/account/token"],
        fate: Gone("V3 has no call that checks a token; every profile call does"),
    },
    Calls { calls: &["POST v2/account/phr-linked"], fate: Replaced(&[&phr::LinkAbhaNumber::META]) },
    Calls {
        calls: &["POST v2/account/phr-delinked"],
        fate: Replaced(&[&phr::DelinkAbhaNumber::META]),
    },
    // An ABHA address in a PHR app.
    Calls {
        calls: &["POST v1/apps/generate/otp", "POST v1/apps/resend/otp"],
        fate: Replaced(&[&phr::RequestPhrEnrolmentOtp::META]),
    },
    Calls {
        calls: &["POST v1/apps/validate/otp"],
        fate: Replaced(&[&phr::VerifyPhrEnrolment::META]),
    },
    Calls {
        calls: &["POST v1/apps/registration/details", "POST v1/apps/create/phrAddress"],
        fate: Replaced(&[&phr::SuggestPhrAddressNames::META, &phr::EnrolPhrAddress::META]),
    },
    // Does it exist?
    Calls {
        calls: &["POST v1/search/existsByHealthId", "POST v1/search/searchByHealthId"],
        fate: Replaced(&[
            &login::SearchAbhaNumber::META,
            &address::SearchAbhaAddress::META,
            &address::CheckAddressName::META,
        ]),
    },
    Calls { calls: &["POST v1/search/searchByMobile"], fate: Replaced(&[&login::FindAbha::META]) },
    // Benefit programmes.
    Calls {
        calls: &[
            "POST v1/hid/benefit/deLinkHid",
            "POST v1/hid/benefit/delink",
            "POST v1/hid/benefit/link",
            "POST v1/hid/benefit/linkHid",
        ],
        fate: Replaced(&[&benefit::LinkBenefit::META]),
    },
    Calls {
        calls: &["POST v1/hid/benefit/search/*"],
        fate: Replaced(&[&benefit::SearchBenefit::META]),
    },
    Calls {
        calls: &[
            "POST v1/hid/benefit/update/mobile",
            "POST v1/hid/benefit/update/profile",
            "POST v1/hid/benefit/update/status",
        ],
        fate: Replaced(&[UPDATE]),
    },
    Calls {
        calls: &["GET v1/account/benefits"],
        fate: Replaced(&[&benefit::ListProgrammes::META]),
    },
    Calls {
        calls: &["POST v1/hid/benefit/notify/benefit"],
        fate: Gone("V3 has no creation by SMS"),
    },
    // Not a facility's software.
    Calls {
        calls: &[
            "GET v1/health/facility*",
            "POST v1/health/facility/*",
            "PUT v1/health/facility/*",
            "DELETE v1/health/facility/*",
        ],
        fate: Gone("NHA's own portal for facilities, with an `F-token` that V3 does not know"),
    },
    Calls {
        calls: &["GET v1/ha/lgd/*"],
        fate: Gone("the government's list of states and districts is public data (LGD)"),
    },
];
