//! Milestone 1, where the type of an endpoint takes more than the live service does (m1-abha.md 6).
//! Everything else there is refused by what the endpoint's type does not read.

use abdm_core::endpoint::Endpoint as _;
use abha_enrollment::api::enrollment::{
    ClaimAbhaAddress, EnrolByAadhaar, EnrolByDocument, RequestEnrolmentOtp, VerifyEnrolmentOtp,
};
use abha_enrollment::api::vocabulary::AuthMethod;
use serde_json::Value;

use super::field::Form;
use super::say::Say;
use super::{Field, Rules, Seen, person, value};
use crate::server::Refusal;
use crate::services::abha::invalid;
use crate::services::address::names;

const TXN: Say = Say::Field("txnId", "Invalid Transaction Id");
const SCOPE: Say = Say::Field("scope", "Invalid Scope");
const AADHAAR: Say = Say::Field("aadhaar", "Invalid Aadhaar Number");
const MOBILE: Say = Say::Field("mobile", "Invalid Mobile Number");
const GENDER: Say = Say::Field("gender", "Invalid Gender");
const NAME: Say = Say::Field("name", "Invalid Name");
const PIN_CODE: Say = Say::Field("pinCode", "Invalid Pin Code");
const PROFILE_PHOTO: Say = Say::Field("profilePhoto", "Invalid Profile Photo");
const FACE_PID: Say = Say::Field("pid", "Invalid Face Auth PID");
const IRIS_PID: Say = Say::Field("pid", "Invalid Iris Auth PID");

/// A text that must be there, in all its faults told by one text.
const fn text(path: &'static str, rule: fn(&str) -> bool, say: Say) -> Field {
    Field::needed(path, Form::Text(rule), say).when_mistyped(say)
}

/// One that may be left out.
const fn optional(path: &'static str, rule: fn(&str) -> bool, say: Say) -> Field {
    Field::optional(path, Form::Text(rule), say).when_mistyped(say)
}

/// One that may be left out or blank.
const fn maybe_blank(path: &'static str, rule: fn(&str) -> bool, say: Say) -> Field {
    Field::optional(path, Form::MaybeBlank(rule), say).when_mistyped(say)
}

const fn day(path: &'static str, form: &'static str, say: Say) -> Field {
    Field::needed(path, Form::Day(form), say).when_mistyped(say)
}

const SCOPED: [Field; 2] = [
    Field::needed("/scope", Form::List(1, usize::MAX), SCOPE).when_mistyped(SCOPE),
    text("/scope/*", value::any, SCOPE),
];

const OTP_REQUEST: &[Field] = &[
    SCOPED[0],
    SCOPED[1],
    text("/loginHint", value::any, Say::Field("loginHint", "Invalid Login Hint")),
    text("/loginId", value::any, Say::Field("loginId", "Invalid LoginId")),
    text("/otpSystem", value::any, Say::Field("otpSystem", "Invalid Otp System")),
    maybe_blank("/txnId", value::any, TXN),
];

const OTP_TXN: Field = text("/authData/otp/txnId", value::any, TXN);
const OTP_VALUE: Field =
    text("/authData/otp/otpValue", value::any, Say::Field("otpValue", "Invalid OTP Value"));

const OTP_PROOF: &[Field] = &[SCOPED[0], SCOPED[1], OTP_TXN, OTP_VALUE];

const CONSENT: Say = Say::Field("consent", "Invalid Consent");

const AGREED: [Field; 3] = [
    Field::needed("/consent", Form::Object, CONSENT).when_mistyped(CONSENT),
    text("/consent/code", person::consent_code, Say::Field("code", "Invalid Consent Code")),
    text(
        "/consent/version",
        person::consent_version,
        Say::Field("version", "Invalid Consent Version"),
    ),
];

const BY_OTP: &[Field] =
    &[OTP_TXN, OTP_VALUE, text("/authData/otp/mobile", person::mobile, MOBILE)];

const BY_FINGER: &[Field] = &[
    text("/authData/bio/aadhaar", value::any, AADHAAR),
    text(
        "/authData/bio/fingerPrintAuthPid",
        value::any,
        Say::Field("PID", "Invalid Fingerprint Auth PID"),
    ),
    optional("/authData/bio/mobile", person::mobile, MOBILE),
];

const BY_FACE: &[Field] = &[
    text("/authData/face/aadhaar", value::any, AADHAAR),
    text("/authData/face/rdPidData", value::any, FACE_PID),
    optional("/authData/face/mobile", person::mobile, MOBILE),
];

const BY_APP_FACE: &[Field] = &[
    text("/authData/face/txnId", value::any, TXN),
    text("/authData/face/aadhaar", value::any, AADHAAR),
    optional("/authData/face/mobile", person::mobile, MOBILE),
];

const IRIS_AADHAAR: Field = text("/authData/iris/aadhaar", value::any, AADHAAR);
const IRIS_MOBILE: Field = optional("/authData/iris/mobile", person::mobile, MOBILE);

/// NHA's collection of 2025 writes `Pid`, its description of 2026 `pid`: both are taken.
const BY_IRIS: &[Field] =
    &[IRIS_AADHAAR, text("/authData/iris/pid", value::any, IRIS_PID), IRIS_MOBILE];

const BY_IRIS_OF_2025: &[Field] =
    &[IRIS_AADHAAR, text("/authData/iris/Pid", value::any, IRIS_PID), IRIS_MOBILE];

const BY_DEMOGRAPHICS: &[Field] = &[
    text(
        "/authData/demo_auth/aadhaarNumber",
        value::any,
        Say::Field("aadhaarNumber", "Invalid Aadhaar Number"),
    ),
    text("/authData/demo_auth/name", names::is_name, NAME),
    day(
        "/authData/demo_auth/dateOfBirth",
        "%d-%m-%Y",
        Say::Field("dateOfBirth", "Invalid Date of Birth"),
    ),
    text("/authData/demo_auth/gender", person::gender, GENDER),
    text(
        "/authData/demo_auth/stateCode",
        person::lgd_code,
        Say::Field("stateCode", "Invalid State Code"),
    ),
    text(
        "/authData/demo_auth/districtCode",
        person::lgd_code,
        Say::Field("districtCode", "Invalid District Code"),
    ),
    optional("/authData/demo_auth/mobile", person::mobile, MOBILE),
    optional("/authData/demo_auth/pinCode", person::pin_code, PIN_CODE),
    optional("/authData/demo_auth/pincode", person::pin_code, PIN_CODE),
    maybe_blank("/authData/demo_auth/profilePhoto", person::photo, PROFILE_PHOTO),
];

const BY_PARENT: &[Field] = &[
    text(
        "/authData/child/dayOfBirth",
        person::day,
        Say::Field("dayOfBirth", "Invalid Day Of Birth"),
    ),
    text(
        "/authData/child/monthOfBirth",
        person::month,
        Say::Field("monthOfBirth", "Invalid Month Of Birth"),
    ),
    text(
        "/authData/child/yearOfBirth",
        person::year,
        Say::Field("yearOfBirth", "Invalid Year Of Birth"),
    ),
    text("/authData/child/gender", person::gender, GENDER),
    text("/authData/child/name", names::is_name, NAME),
    maybe_blank("/authData/child/profilePhoto", person::photo, PROFILE_PHOTO),
    text(
        "/authData/child/parentConsent",
        person::is_true,
        Say::Field("parentConsent", "Invalid Parent Consent"),
    ),
];

const LICENCE: &[Field] = &[
    Field::needed("/txnId", Form::Text(value::any), Say::Transaction)
        .when_mistyped(Say::Transaction),
    text("/documentType", person::is_licence, Say::Field("documentType", "Invalid Document Type")),
    text("/documentId", person::licence_number, Say::Field("documentId", "Invalid Document Id")),
    text("/firstName", names::is_name, Say::Field("firstName", "Invalid First Name")),
    maybe_blank("/middleName", names::is_name, Say::Field("middleName", "Invalid Middle Name")),
    text("/lastName", names::is_name, Say::Field("lastName", "Invalid Last Name")),
    day("/dob", "%Y-%m-%d", Say::Field("dob", "Invalid Date of Birth")),
    text("/gender", person::gender, GENDER),
    text("/frontSidePhoto", person::base64, Say::Field("frontSidePhoto", "Invalid Photo")),
    text("/backSidePhoto", person::base64, Say::Field("backSidePhoto", "Invalid Photo")),
    text("/address", value::any, Say::Field("address", "Invalid Address")),
    text("/state", names::is_name, Say::Field("state", "Invalid State")),
    text("/district", names::is_name, Say::Field("district", "Invalid District")),
    text("/pinCode", person::pin_code, PIN_CODE),
    AGREED[0],
    AGREED[1],
    AGREED[2],
];

const PREFERRED: Say = Say::Field("preferred", "Invalid Preferred Flag");

const CLAIM: &[Field] = &[
    text("/txnId", value::any, TXN),
    Field::needed("/preferred", Form::BareInteger(1, 1), PREFERRED).when_mistyped(PREFERRED),
    text("/abhaAddress", person::address_name, Say::Field("abhaAddress", "Invalid ABHA Address")),
];

const OTP_BLOCK: &str = "/authData/otp";

/// The block that goes with the one method, and what must be in it.
fn block(seen: &Seen<'_>) -> Option<(&'static str, &'static [Field])> {
    let [Value::String(method)] =
        seen.json.pointer("/authData/authMethods")?.as_array()?.as_slice()
    else {
        return None;
    };
    Some(match AuthMethod::from(method.as_str()) {
        AuthMethod::Otp => (OTP_BLOCK, BY_OTP),
        AuthMethod::Bio => ("/authData/bio", BY_FINGER),
        AuthMethod::Iris if seen.has("/authData/iris/Pid") => ("/authData/iris", BY_IRIS_OF_2025),
        AuthMethod::Iris => ("/authData/iris", BY_IRIS),
        AuthMethod::Face => ("/authData/face", BY_FACE),
        AuthMethod::FaceAuth => ("/authData/face", BY_APP_FACE),
        AuthMethod::DemoAuth => ("/authData/demo_auth", BY_DEMOGRAPHICS),
        AuthMethod::Child => ("/authData/child", BY_PARENT),
        _ => return None,
    })
}

/// One method that the call knows, and its block.
fn method(seen: &Seen<'_>) -> Option<Refusal> {
    let block = block(seen).and_then(|(at, _)| seen.json.pointer(at));
    let fits = block.is_some_and(Value::is_object);
    (!fits).then(|| invalid::method(seen.now))
}

/// The same where the method can be none but an OTP.
fn only_otp(seen: &Seen<'_>) -> Option<Refusal> {
    let by_otp = block(seen).is_some_and(|(at, _)| at == OTP_BLOCK);
    if by_otp { method(seen) } else { Some(invalid::method(seen.now)) }
}

fn below_the_method(seen: &Seen<'_>) -> &'static [Field] {
    block(seen).map_or(&[], |(_, fields)| fields)
}

pub(super) fn rules() -> Vec<Rules> {
    vec![
        Rules::new(RequestEnrolmentOtp::META.name, OTP_REQUEST),
        Rules::new(EnrolByAadhaar::META.name, &AGREED).first(method).more(below_the_method),
        Rules::new(VerifyEnrolmentOtp::META.name, OTP_PROOF).first(only_otp),
        Rules::new(EnrolByDocument::META.name, LICENCE),
        Rules::new(ClaimAbhaAddress::META.name, CLAIM),
    ]
}
