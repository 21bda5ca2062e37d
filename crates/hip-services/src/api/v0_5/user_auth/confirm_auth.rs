//! `ConfirmAuth`.

use abdm_core::id::TransactionId;
use abdm_core::secret::MobileNumber;
use abdm_core::vocabulary::Gender;
use abdm_core::wire::Accepted;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize, Serializer};

use super::OnConfirmAuth;
use crate::api::user_linking::{Identifier, IdentifierType};

abdm_core::endpoint! {
    /// Pass the patient's proof on: the OTP that they told, or their name, gender and date of birth.
    /// It is not repeated by itself once it may have arrived: a second try with the same OTP may
    /// count as a wrong one.
    pub ConfirmAuth {
        method: POST,
        family: Gateway,
        path: "/gateway/v0.5/users/auth/confirm",
        auth: Session,
        envelope: Body,
        request: AuthConfirmation,
        response: Accepted,
        success: ACCEPTED,
        replay: IfUnprocessed,
        callback: OnConfirmAuth,
        errors: UserAuth,
        source: "m2-hip.md 10",
    }
}

/// A proof, and what it is for.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuthConfirmation {
    /// The transaction of the answer to the init.
    pub transaction_id: TransactionId,
    /// The proof.
    pub credential: AuthCredential,
}

impl AuthConfirmation {
    /// This proof in this transaction.
    #[must_use]
    pub const fn new(transaction_id: TransactionId, credential: AuthCredential) -> Self {
        Self { transaction_id, credential }
    }
}

/// A proof: a code or demographics, never both.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AuthCredential {
    /// The OTP.
    #[serde(default, serialize_with = "exposed", skip_serializing_if = "Option::is_none")]
    pub auth_code: Option<AuthCode>,
    /// Who the patient says they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demographic: Option<Demographics>,
}

impl From<AuthCode> for AuthCredential {
    fn from(code: AuthCode) -> Self {
        Self { auth_code: Some(code), demographic: None }
    }
}

impl From<Demographics> for AuthCredential {
    fn from(demographics: Demographics) -> Self {
        Self { auth_code: None, demographic: Some(demographics) }
    }
}

abdm_core::secret_text! {
    /// An OTP as a patient told it: any text. `Debug` does not show it.
    pub struct AuthCode;
}

fn exposed<S: Serializer>(code: &Option<AuthCode>, serializer: S) -> Result<S::Ok, S::Error> {
    match code {
        Some(code) => serializer.serialize_str(code.expose()),
        None => serializer.serialize_none(),
    }
}

/// A patient as the ABHA profile has them, to the letter. `Debug` names nobody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Demographics {
    /// The name.
    pub name: String,
    /// The gender: `M`, `F`, `O`, `U`.
    pub gender: Gender,
    /// The date of birth, `yyyy-MM-dd`.
    pub date_of_birth: NaiveDate,
    /// The mobile number, where the consent manager asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identifier: Option<Identifier>,
}

impl Demographics {
    /// A patient of this name, gender and date of birth.
    #[must_use]
    pub fn new(name: impl Into<String>, gender: Gender, date_of_birth: NaiveDate) -> Self {
        Self { name: name.into(), gender, date_of_birth, identifier: None }
    }

    /// The same with the mobile number.
    #[must_use]
    pub fn mobile(mut self, mobile: &MobileNumber) -> Self {
        let number = format!("+91{}", mobile.expose());
        self.identifier = Some(Identifier::new(IdentifierType::Mobile, number));
        self
    }
}

impl std::fmt::Debug for Demographics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Demographics").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_a_code_or_demographics_and_shows_neither() {
        let transaction: TransactionId = "518c1790-67ea-4a28-92dd-cf9e4eee92d2".parse().unwrap();
        let code = AuthConfirmation::new(transaction.clone(), AuthCode::new("519316").into());
        assert_eq!(
            serde_json::to_string(&code).unwrap(),
            r#"{"transactionId":"518c1790-67ea-4a28-92dd-cf9e4eee92d2","credential":{"authCode":"519316"}}"#
        );
        let mobile = MobileNumber::new("9999999999").unwrap();
        let born = "1988-06-06".parse().unwrap();
        let who = Demographics::new("Asha Test", Gender::Female, born).mobile(&mobile);
        let who = AuthConfirmation::new(transaction, who.into());
        assert_eq!(
            serde_json::to_value(&who).unwrap()["credential"],
            serde_json::json!({"demographic": {
                "name": "Asha Test", "gender": "F", "dateOfBirth": "1988-06-06",
                "identifier": {"type": "MOBILE", "value": "+919999999999"},
            }})
        );
        let shown = format!("{code:?} {who:?}");
        assert!(!["519316", "Asha", "1988-", "99999"].iter().any(|told| shown.contains(told)));
    }
}
