//! Value sets of milestone 1's messages. All are open: an unknown value survives a round trip.

use abdm_core::open_enum;

open_enum! {
    /// One element of a request's `scope`: what the request is part of, and by which proof.
    pub enum Scope {
        /// Creating an ABHA number.
        AbhaEnrol = "abha-enrol",
        /// Proving an ABHA number.
        AbhaLogin = "abha-login",
        /// Changing a profile.
        AbhaProfile = "abha-profile",
        /// Proving an ABHA address.
        AbhaAddressLogin = "abha-address-login",
        /// Creating an ABHA address from a mobile number.
        AbhaAddressEnroll = "abha-address-enroll",
        /// Changing an ABHA address's profile.
        AbhaAddressProfile = "abha-address-profile",
        /// By OTP to a mobile number.
        MobileVerify = "mobile-verify",
        /// By OTP to an e-mail address.
        EmailVerify = "email-verify",
        /// By a link that is sent to an e-mail address.
        EmailLinkVerify = "email-link-verify",
        /// By OTP to the mobile number that Aadhaar knows.
        AadhaarVerify = "aadhaar-verify",
        /// The older spelling beside [`AadhaarVerify`](Self::AadhaarVerify), on PHR apps' logins.
        AadhaarOtpVerify = "aadhaar-otp-verify",
        /// By fingerprint.
        AadhaarBioVerify = "aadhaar-bio-verify",
        /// By face.
        AadhaarFaceVerify = "aadhaar-face-verify",
        /// By iris.
        AadhaarIrisVerify = "aadhaar-iris-verify",
        /// By fingerprint in a single step (v3.1).
        AadhaarBioLoginVerify = "aadhaar-bio-login-verify",
        /// By face in a single step (v3.1).
        AadhaarFaceLoginVerify = "aadhaar-face-login-verify",
        /// By iris in a single step (v3.1).
        AadhaarIrisLoginVerify = "aadhaar-iris-login-verify",
        /// By password.
        PasswordVerify = "password-verify",
        /// By face in the ABHA app: the opening call.
        FaceAuth = "face-auth",
        /// By face in the ABHA app: asking whether it is done.
        FaceVerify = "face-verify",
        /// By face in the ABHA app, of an account that was found.
        QrVerify = "qr-verify",
        /// Enrolment by driving licence.
        DlFlow = "dl-flow",
        /// Finding ABHA numbers by mobile number.
        SearchAbha = "search-abha",
        /// Retrieving an enrolment number.
        Retrieval = "retrieval",
        /// Renewing the identity data from Aadhaar.
        ReKyc = "re-kyc",
        /// Changing the password.
        ChangePassword = "change-password",
        /// Deleting the ABHA number for good.
        Delete = "delete",
        /// Switching the ABHA number off.
        Deactivate = "de-activate",
        /// Switching it on again.
        Reactivate = "re-activate",
        /// Linking a benefit programme.
        Link = "link",
        /// Taking a benefit programme's link away.
        DeLink = "de-link",
        /// Searching a benefit programme's records.
        Search = "search",
    }
}

open_enum! {
    /// What kind of value `loginId` is.
    pub enum LoginHint {
        /// An Aadhaar number.
        Aadhaar = "aadhaar",
        /// A mobile number, on the ABHA family.
        Mobile = "mobile",
        /// A mobile number, on the PHR app family.
        MobileNumber = "mobile-number",
        /// An e-mail address.
        Email = "email",
        /// An ABHA number, dashed.
        AbhaNumber = "abha-number",
        /// An ABHA address with its suffix. Refused on the ABHA family.
        AbhaAddress = "abha-address",
        /// The place of an account in a list that was found.
        Index = "index",
        /// A new password.
        Password = "password",
        /// A benefit programme's record.
        XmlUid = "xmlUid",
    }
}

open_enum! {
    /// Who sends the OTP.
    pub enum OtpSystem {
        /// UIDAI, to the mobile number that Aadhaar knows.
        Aadhaar = "aadhaar",
        /// ABDM, to the mobile number or e-mail address that ABDM knows.
        Abdm = "abdm",
    }
}

open_enum! {
    /// Which proof an `authData` holds, in requests.
    pub enum AuthMethod {
        /// An OTP.
        Otp = "otp",
        /// Fingerprints.
        Bio = "bio",
        /// An iris.
        Iris = "iris",
        /// A face, from an RD service on this machine.
        Face = "face",
        /// A face, from the ABHA app.
        FaceAuth = "face_auth",
        /// Fingerprints, single step.
        BioLogin = "bio_login",
        /// An iris, single step.
        IrisLogin = "iris_login",
        /// A face, single step.
        FaceLogin = "face_login",
        /// A password.
        Password = "password",
        /// Name, date of birth and gender.
        DemoAuth = "demo_auth",
        /// A parent's word for a child.
        Child = "child",
    }
}

open_enum! {
    /// How a person may prove an account, in replies.
    pub enum AuthOption {
        /// OTP to the ABHA mobile number.
        MobileOtp = "MOBILE_OTP",
        /// OTP to the Aadhaar mobile number.
        AadhaarOtp = "AADHAAR_OTP",
        /// Fingerprint.
        AadhaarBio = "AADHAAR_BIO",
        /// Name, date of birth, gender.
        Demographics = "DEMOGRAPHICS",
        /// Password.
        Password = "PASSWORD",
        /// OTP to the e-mail address.
        EmailOtp = "EMAIL_OTP",
    }
}

open_enum! {
    /// Whether a proof was accepted. Anything but `success` is a refusal, whatever the HTTP status.
    pub enum AuthResult {
        /// It was.
        Success = "success",
        /// It was not.
        Failed = "failed",
    }
}

open_enum! {
    /// The state of an ABHA number or address. The set is not published for V3; V1 also knew
    /// `BLOCKED`, `LOCKED`, `CONSENTPENDING` and `DELETED`.
    pub enum AbhaStatus {
        /// In use.
        Active = "ACTIVE",
        /// Switched off by its owner, who can switch it on again.
        Deactivated = "DEACTIVATED",
        /// Gone for good (V1's word).
        Deleted = "DELETED",
        /// Blocked (V1's word).
        Blocked = "BLOCKED",
        /// Locked (V1's word).
        Locked = "LOCKED",
        /// Waiting for the person's consent (V1's word).
        ConsentPending = "CONSENTPENDING",
    }
}

open_enum! {
    /// Whose ABHA number it is.
    pub enum AbhaType {
        /// An adult's.
        Standard = "STANDARD",
        /// A child's, below a parent's.
        Child = "CHILD",
    }
}

open_enum! {
    /// How an identity was proved when the account was made.
    pub enum VerificationType {
        /// By Aadhaar.
        Aadhaar = "AADHAAR",
        /// By the parent's word.
        ChildAbha = "CHILD_ABHA",
        /// By driving licence.
        DrivingLicence = "DRIVING_LICENCE",
    }
}

open_enum! {
    /// Whether that proof is complete.
    pub enum VerificationStatus {
        /// It is.
        Verified = "VERIFIED",
        /// Papers are still to be checked by a facility.
        Provisional = "PROVISIONAL",
        /// Nothing was proved yet.
        Pending = "PENDING",
    }
}
