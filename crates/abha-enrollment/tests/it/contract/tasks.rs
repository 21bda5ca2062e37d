//! What a desk does, with which method, over which endpoints: by the chapters of m1-abha.md.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use abdm_core::endpoint::{Endpoint as _, Metadata};
use abha_enrollment::api::{account, address, benefit, certificate, enrollment, login, phr};

/// A task of a desk.
#[derive(Debug)]
pub(super) struct Task {
    pub(super) chapter: &'static str,
    pub(super) what: &'static str,
    /// The methods, the first one a desk's.
    pub(super) methods: &'static [&'static str],
    pub(super) endpoints: &'static [&'static Metadata],
}

pub(super) const TASKS: &[Task] = &[
    Task {
        chapter: "4",
        what: "encrypt what must be (done by every flow)",
        methods: &[],
        endpoints: &[&certificate::FetchCertificate::META, &phr::FetchPhrCertificate::META],
    },
    Task {
        chapter: "6.1",
        what: "create an ABHA number by Aadhaar OTP",
        methods: &["Desk::enrol", "EnrolmentOtp::verify"],
        endpoints: &[&enrollment::RequestEnrolmentOtp::META, &enrollment::EnrolByAadhaar::META],
    },
    Task {
        chapter: "6.2",
        what: "link another mobile number",
        methods: &["Enrolled::link_mobile", "MobileLinking::verify"],
        endpoints: &[&enrollment::RequestEnrolmentOtp::META, &enrollment::VerifyEnrolmentOtp::META],
    },
    Task {
        chapter: "6.2",
        what: "link an e-mail address",
        methods: &["Enrolled::link_email", "EmailLinking::verify"],
        endpoints: &[&enrollment::RequestEnrolmentOtp::META, &enrollment::VerifyEnrolmentOtp::META],
    },
    Task {
        chapter: "6.2",
        what: "have an e-mail address confirmed by a link",
        methods: &["ProfileSession::send_email_link"],
        endpoints: &[&account::SendEmailLink::META],
    },
    Task {
        chapter: "6.3",
        what: "choose an ABHA address",
        methods: &["Enrolled::suggest_addresses", "Enrolled::claim_address"],
        endpoints: &[&enrollment::SuggestAbhaAddresses::META, &enrollment::ClaimAbhaAddress::META],
    },
    Task {
        chapter: "6.4",
        what: "create by finger, face or iris",
        methods: &["Desk::enrol_by_scan"],
        endpoints: &[&enrollment::EnrolByAadhaar::META],
    },
    Task {
        chapter: "6.4",
        what: "create by a face that the ABHA app scans",
        methods: &["Desk::enrol_by_face_app", "FaceCapture::is_complete", "FaceCapture::enrol"],
        endpoints: &[
            &enrollment::InitFaceAuth::META,
            &enrollment::CheckFaceCapture::META,
            &enrollment::EnrolByAadhaar::META,
        ],
    },
    Task {
        chapter: "6.5",
        what: "apply by driving licence",
        methods: &[
            "Desk::apply_by_driving_licence",
            "LicenceOtp::verify",
            "LicenceApplication::submit",
        ],
        endpoints: &[
            &enrollment::RequestEnrolmentOtp::META,
            &enrollment::VerifyEnrolmentOtp::META,
            &enrollment::EnrolByDocument::META,
        ],
    },
    Task {
        chapter: "6.6",
        what: "create by demographic data (government programmes)",
        methods: &["Desk::enrol_by_demographics"],
        endpoints: &[&enrollment::EnrolByAadhaar::META],
    },
    Task {
        chapter: "6.7",
        what: "create a child's ABHA number, list the children",
        methods: &["Desk::enrol_child", "ProfileSession::children"],
        endpoints: &[&enrollment::EnrolByAadhaar::META, &enrollment::ListChildren::META],
    },
    Task {
        chapter: "7.1-7.3",
        what: "verify an ABHA number or an Aadhaar number by OTP",
        methods: &[
            "Desk::verify_abha_number",
            "Desk::verify_by_aadhaar",
            "VerificationOtp::verify",
        ],
        endpoints: &[&login::RequestLoginOtp::META, &login::VerifyLogin::META],
    },
    Task {
        chapter: "7.1",
        what: "verify by password, finger, face or iris",
        methods: &["Desk::verify_by_password", "Desk::announce_scan", "Desk::verify_by_scan"],
        endpoints: &[&login::RequestLoginOtp::META, &login::VerifyLogin::META],
    },
    Task {
        chapter: "7.4",
        what: "verify by mobile number and choose among its accounts",
        methods: &["Desk::verify_by_mobile", "AccountChoice::choose"],
        endpoints: &[
            &login::RequestLoginOtp::META,
            &login::VerifyLogin::META,
            &login::VerifyUser::META,
        ],
    },
    Task {
        chapter: "7.5",
        what: "find ABHA numbers by mobile number, prove one",
        methods: &["Desk::find_by_mobile", "Found::prove", "FaceVerification::verify"],
        endpoints: &[
            &login::FindAbha::META,
            &login::RequestLoginOtp::META,
            &login::VerifyLogin::META,
        ],
    },
    Task {
        chapter: "7.6",
        what: "verify by Aadhaar number and finger or iris in one step",
        methods: &["Desk::verify_by_scan"],
        endpoints: &[&login::VerifyLoginInOneStep::META],
    },
    Task {
        chapter: "7.6",
        what: "verify by Aadhaar number and a face that the ABHA app scans",
        methods: &["Desk::verify_by_face_app", "FaceLogin::verify"],
        endpoints: &[
            &enrollment::InitFaceAuth::META,
            &enrollment::CheckFaceCapture::META,
            &login::VerifyLoginInOneStep::META,
        ],
    },
    Task {
        chapter: "7.1",
        what: "reactivate an ABHA number, retrieve enrolment numbers",
        methods: &[
            "Desk::reactivate",
            "Desk::reactivate_by_password",
            "Desk::retrieve_enrolment_numbers",
        ],
        endpoints: &[&login::RequestLoginOtp::META, &login::VerifyLogin::META],
    },
    Task {
        chapter: "8",
        what: "verify an ABHA address",
        methods: &[
            "Desk::search_abha_address",
            "Desk::verify_abha_address",
            "Desk::announce_address_scan",
        ],
        endpoints: &[
            &address::SearchAbhaAddress::META,
            &address::RequestAddressOtp::META,
            &address::VerifyAbhaAddress::META,
        ],
    },
    Task {
        chapter: "8",
        what: "profile and card of an ABHA address",
        methods: &["VerifiedAddress::profile", "VerifiedAddress::card", "VerifiedAddress::qr_code"],
        endpoints: &[
            &address::FetchAddressProfile::META,
            &address::FetchAddressCard::META,
            &address::FetchAddressQrCode::META,
        ],
    },
    Task {
        chapter: "8, 11",
        what: "create an ABHA address on the web family",
        methods: &[
            "Desk::create_abha_address",
            "AddressCreation::suggest",
            "AddressCreation::is_taken",
            "AddressCreation::create",
            "AddressCreation::log_in",
        ],
        endpoints: &[
            &address::RequestAddressEnrolmentOtp::META,
            &address::VerifyAddressEnrolment::META,
            &address::VerifyAddressUser::META,
            &address::SuggestAddressNames::META,
            &address::CheckAddressName::META,
            &address::EnrolAbhaAddress::META,
        ],
    },
    Task {
        chapter: "9",
        what: "profile, card and QR code of an ABHA number",
        methods: &["ProfileSession::fetch", "ProfileSession::card", "ProfileSession::qr_code"],
        endpoints: &[
            &account::FetchProfile::META,
            &account::FetchAbhaCard::META,
            &account::FetchQrCode::META,
        ],
    },
    Task {
        chapter: "9",
        what: "change photo and profile",
        methods: &["ProfileSession::change_photo", "ProfileSession::update"],
        endpoints: &[&account::UpdateProfile::META],
    },
    Task {
        chapter: "9",
        what: "change mobile number, e-mail address, password; renew KYC; deactivate, delete",
        methods: &[
            "ProfileSession::change_mobile",
            "ProfileSession::change_email",
            "ProfileSession::renew_kyc",
            "ProfileSession::set_password",
            "ProfileSession::change_password",
            "ProfileSession::deactivate",
            "ProfileSession::delete",
        ],
        endpoints: &[&account::RequestChangeOtp::META, &account::VerifyChange::META],
    },
    Task {
        chapter: "9",
        what: "renew or end a session",
        methods: &["ProfileSession::renew", "ProfileSession::log_out"],
        endpoints: &[&account::RenewSession::META, &account::LogOut::META],
    },
    Task {
        chapter: "10",
        what: "links with a benefit programme",
        methods: &[
            "Desk::link_benefit",
            "Desk::unlink_benefit",
            "Desk::search_benefit",
            "Desk::programmes_of",
        ],
        endpoints: &[
            &benefit::LinkBenefit::META,
            &benefit::SearchBenefit::META,
            &benefit::ListProgrammes::META,
        ],
    },
    Task {
        chapter: "11",
        what: "create an ABHA address in a PHR app",
        methods: &[
            "PhrApp::create_address",
            "PhrApp::create_address_by_abha_number",
            "AddressCreation::create",
        ],
        endpoints: &[
            &phr::RequestPhrEnrolmentOtp::META,
            &phr::VerifyPhrEnrolment::META,
            &phr::SuggestPhrAddressNames::META,
            &phr::CheckPhrAddressName::META,
            &phr::EnrolPhrAddress::META,
            &phr::EncryptText::META,
        ],
    },
    Task {
        chapter: "11",
        what: "log in to a PHR app",
        methods: &[
            "PhrApp::log_in_by_mobile",
            "PhrApp::log_in_by_email",
            "PhrApp::log_in_by_address",
            "PhrApp::log_in_by_abha_number",
            "PhrApp::log_in_by_aadhaar",
            "PhrApp::log_in_by_password",
            "AppLogin::verify",
            "PhrApp::search",
        ],
        endpoints: &[
            &phr::SearchPhrAddress::META,
            &phr::RequestPhrLoginOtp::META,
            &phr::VerifyPhrLogin::META,
            &phr::VerifyPhrUser::META,
        ],
    },
    Task {
        chapter: "11",
        what: "profile of an ABHA address in a PHR app: read, change, link, switch, end",
        methods: &[
            "AppProfile::fetch",
            "AppProfile::update",
            "AppProfile::card",
            "AppProfile::qr_code",
            "AppProfile::change_mobile",
            "AppProfile::change_email",
            "AppProfile::set_password",
            "AppProfile::prove_abha_number",
            "ProvedAbhaNumber::link",
            "ProvedAbhaNumber::delink",
            "AppProfile::switch_profiles",
            "AppProfile::renew",
            "AppProfile::log_out",
        ],
        endpoints: &[
            &phr::FetchPhrProfile::META,
            &phr::UpdatePhrProfile::META,
            &phr::FetchPhrCard::META,
            &phr::FetchPhrQrCode::META,
            &phr::RequestPhrChangeOtp::META,
            &phr::VerifyPhrChange::META,
            &phr::LinkAbhaNumber::META,
            &phr::DelinkAbhaNumber::META,
            &phr::ListSwitchProfiles::META,
            &phr::SwitchProfile::META,
            &phr::RenewPhrSession::META,
            &phr::LogOutPhr::META,
        ],
    },
    Task {
        chapter: "14",
        what: "ask whether an ABHA exists, whether an address is taken",
        methods: &["Desk::lookup", "Desk::is_address_taken"],
        endpoints: &[
            &login::SearchAbhaNumber::META,
            &address::SearchAbhaAddress::META,
            &address::CheckAddressName::META,
        ],
    },
];

/// The section of the page.
pub(super) fn section() -> String {
    let mut out = String::from(
        "\n## By task of a desk\n\nWhere no method stands, the endpoints are called one by one: ",
    );
    out.push_str("[`abdm_core::client::AbdmClient::send`](../crates/abdm-core).\n\n| m1-abha.md | task | methods | endpoints |\n|---|---|---|---|\n");
    for task in TASKS {
        let methods: Vec<String> = task.methods.iter().map(|name| format!("`{name}`")).collect();
        let endpoints: Vec<String> =
            task.endpoints.iter().map(|meta| format!("`{}`", meta.name)).collect();
        let (chapter, what) = (task.chapter, task.what);
        let methods = if methods.is_empty() { "–".to_owned() } else { methods.join(", ") };
        writeln!(out, "| {chapter} | {what} | {methods} | {} |", endpoints.join(", ")).unwrap();
    }
    out
}

#[test]
fn every_endpoint_serves_a_task() {
    for meta in abha_enrollment::api::ALL {
        let serves = |task: &Task| task.endpoints.iter().any(|endpoint| endpoint.name == meta.name);
        assert!(TASKS.iter().any(serves), "add {} to a task", meta.name);
    }
}

#[test]
fn every_method_of_a_task_is_in_the_source() {
    let mut files = Vec::new();
    gather(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
    for name in TASKS.iter().flat_map(|task| task.methods) {
        let (kind, method) = name.split_once("::").unwrap();
        let declares = |text: &String| {
            text.contains(kind)
                && ["(", "<"]
                    .iter()
                    .any(|next| text.contains(&format!("pub async fn {method}{next}")))
        };
        assert!(files.iter().any(declares), "no method {name}");
    }
}

fn gather(folder: &Path, texts: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, texts);
        } else {
            texts.push(fs::read_to_string(path).unwrap());
        }
    }
}
