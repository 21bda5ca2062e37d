//! Creating an ABHA number (m1-abha.md 6).

mod claim_abha_address;
mod enrol_by_aadhaar;
mod enrol_by_document;
mod enrolled;
mod face_capture;
mod list_children;
mod request_enrolment_otp;
mod suggest_abha_addresses;
mod verify_enrolment_otp;

pub use self::claim_abha_address::{AbhaAddressClaim, ClaimAbhaAddress, ClaimedAbhaAddress};
pub use self::enrol_by_aadhaar::{
    AadhaarEnrolment, AadhaarProof, AgreedConsent, ChildBlock, DemographicBlock, EnrolByAadhaar,
    FaceAppEnrolment, FaceEnrolment, FingerEnrolment, IrisEnrolment, OtpBlock,
};
pub use self::enrol_by_document::{
    ApplicationProfile, DocumentEnrolled, DocumentEnrolment, EnrolByDocument, Home,
};
pub use self::enrolled::{DemographicReply, EnrolledAccount, EnrolledProfile, EnrolmentReply};
pub use self::face_capture::{
    CaptureStatus, CheckFaceCapture, FaceAuthStart, FaceCaptureQuery, FaceCaptureState,
    InitFaceAuth,
};
pub use self::list_children::{Child, Children, ListChildren};
pub use self::request_enrolment_otp::RequestEnrolmentOtp;
pub use self::suggest_abha_addresses::{AbhaAddressSuggestions, SuggestAbhaAddresses};
pub use self::verify_enrolment_otp::VerifyEnrolmentOtp;
