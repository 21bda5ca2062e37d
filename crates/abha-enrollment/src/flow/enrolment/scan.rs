//! Creating an ABHA number by a scan, by demographic data, or for a child: one call, no OTP
//! (m1-abha.md 6.4, 6.6, 6.7).

use abdm_core::call::Call;
use abdm_core::secret::{AadhaarNumber, MobileNumber};

use super::enrolled::{Enrolled, State};
use super::otp::enrolment_headers;
use crate::api::enrollment::{
    AadhaarEnrolment, AadhaarProof, ChildBlock, DemographicBlock, EnrolByAadhaar, FaceEnrolment,
    FingerEnrolment, IrisEnrolment,
};
use crate::api::fields::Personal;
use crate::api::headers::EnrolmentHeaders;
use crate::biometric::{Modality, Scan};
use crate::desk::{Desk, Sent};
use crate::encryption::{AbhaKey, EncryptionError, PublicKey};
use crate::error::{Asked, Error, Problem};
use crate::flow::beside_refusal::made_beside;
use crate::flow::profile::ProfileSession;
use crate::hooks::{ConsentPurpose, GivenConsent};

impl Desk {
    /// Creates an ABHA number by finger, face or iris (CRT_ABHA_201-208), or finds the one that
    /// exists. The consent is recorded first; the call is never repeated.
    ///
    /// ABDM links no mobile number here: [`Enrolled::link_mobile`] follows.
    ///
    /// # Errors
    /// [`Problem::BiometricMismatch`]: scan again.
    /// [`Problem::OutcomeUnknown`]: log in by Aadhaar to see; and
    /// whatever a call can meet.
    pub async fn enrol_by_scan(
        &self,
        aadhaar: &AadhaarNumber,
        scan: &Scan,
        mobile: &MobileNumber,
        consent: GivenConsent,
    ) -> Result<Enrolled, Error> {
        self.record(&consent, ConsentPurpose::Enrolment).await?;
        let proof = |key: &PublicKey<AbhaKey>| {
            let aadhaar = key.encrypt(aadhaar)?;
            let pid = Personal::new(scan.pid.expose());
            let mobile = Some(Personal::new(mobile.expose()));
            Ok(match scan.modality {
                Modality::Finger => AadhaarProof::Bio(FingerEnrolment::new(aadhaar, pid, mobile)),
                Modality::Face => AadhaarProof::Face(FaceEnrolment::new(aadhaar, pid, mobile)),
                Modality::Iris => AadhaarProof::Iris(IrisEnrolment::new(aadhaar, pid, mobile)),
            })
        };
        let headers = enrolment_headers(self);
        self.enrol_at_once(Asked::Biometrics, &consent, headers, Some(mobile), proof).await
    }

    /// Creates an ABHA number by name, date of birth and gender as on Aadhaar (CRT_ABHA_301-309).
    /// Government programmes only: the desk needs a [`programme`](crate::DeskBuilder::programme),
    /// the client the role `HidIntegratedProgram`.
    ///
    /// `describe` completes the block whose encrypted Aadhaar number it is given.
    ///
    /// # Errors
    /// [`Problem::DetailsMismatch`] when the data differ from
    /// Aadhaar's, [`Problem::NotPermitted`] without role or programme;
    /// else as [`enrol_by_scan`](Self::enrol_by_scan).
    pub async fn enrol_by_demographics(
        &self,
        aadhaar: &AadhaarNumber,
        describe: impl Fn(crate::encryption::Encrypted<AbhaKey>) -> DemographicBlock + Send + Sync,
        consent: GivenConsent,
    ) -> Result<Enrolled, Error> {
        self.record(&consent, ConsentPurpose::Enrolment).await?;
        let proof = |key: &PublicKey<AbhaKey>| {
            Ok(AadhaarProof::Demographic(Box::new(describe(key.encrypt(aadhaar)?))))
        };
        let headers = enrolment_headers(self);
        self.enrol_at_once(Asked::Plainly, &consent, headers, None, proof).await
    }

    /// Creates an ABHA number for a child of the person whose profile this is. The client needs the
    /// role `Hid_Child`, the parent a linked mobile number.
    ///
    /// # Errors
    /// [`Problem::TooManyChildren`],
    /// [`Problem::NotPermitted`];
    /// [`Problem::OutcomeUnknown`] also when the answer names the
    /// parent's own number: [`ProfileSession::children`] lists the children; else as
    /// [`enrol_by_scan`](Self::enrol_by_scan).
    pub async fn enrol_child(
        &self,
        parent: &ProfileSession,
        child: ChildBlock,
        consent: GivenConsent,
    ) -> Result<Enrolled, Error> {
        self.record(&consent, ConsentPurpose::Enrolment).await?;
        let mut headers = enrolment_headers(self);
        headers.parent = Some(parent.session().token.clone());
        let proof = |_: &PublicKey<AbhaKey>| Ok(AadhaarProof::Child(child.clone()));
        let child = self.enrol_at_once(Asked::Plainly, &consent, headers, None, proof).await?;
        // The parent's own number is none of a child that was made.
        match (child.abha_number(), parent.owner()) {
            (Some(number), Some(own)) if *number == own => Err(Error::new(Problem::OutcomeUnknown)),
            _ => Ok(child),
        }
    }

    async fn enrol_at_once(
        &self,
        asked: Asked,
        consent: &GivenConsent,
        headers: EnrolmentHeaders,
        mobile: Option<&MobileNumber>,
        proof: impl Fn(&PublicKey<AbhaKey>) -> Result<AadhaarProof, EncryptionError> + Send + Sync,
    ) -> Result<Enrolled, Error> {
        let request = |key: &PublicKey<AbhaKey>| {
            let body = AadhaarEnrolment::new(proof(key)?, consent.text().clone());
            Ok(Call::<EnrolByAadhaar>::new(body).headers(headers.clone()))
        };
        let (answer, in_form) = match self.send_encrypted(asked, request).await {
            // A demographic form brings its mobile number with it, and ABDM takes it as verified.
            Ok(Sent { answer, request }) => match &request.auth_data {
                AadhaarProof::Demographic(form) => (answer, form.mobile.clone()),
                _ => (answer, None),
            },
            Err(error) => (made_beside(error)?, None),
        };
        let in_form = in_form.and_then(|mobile| MobileNumber::new(mobile.as_str()).ok());
        let state = State::of_reply(self, answer, None, mobile.or(in_form.as_ref())).await?;
        Ok(Enrolled::of(self.clone(), state))
    }
}
