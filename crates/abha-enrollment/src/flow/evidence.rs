//! What proves that ABDM did what it was asked to do (rulings.md 42).
//!
//! An answer with status 200 is not enough: `{}` and "Something went wrong" come with it, too. A
//! proof or a change needs `authResult: success`, a token, or the very text that NHA prints for it;
//! without any of them nobody is told that it is done.

use crate::api::address::AddressVerified;
use crate::api::auth::OtpVerified;
use crate::api::fields::Personal;
use crate::api::login::LoginVerified;
use crate::api::phr::SwitchProfiles;
use crate::api::token::IssuedTokens;
use crate::api::vocabulary::AuthResult;
use crate::error::{Error, Problem};

/// NHA's texts for what was asked, as its Postman collection of August 2025 and m1-abha.md 6.2, 9
/// print them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Printed {
    /// An OTP, a password or a scan that was accepted.
    Proved,
    /// A mobile number or an e-mail address that was linked, an ABHA number to an address, or a
    /// person with a programme.
    Linked,
    /// Identity data that were renewed.
    KycRenewed,
    /// A password that was set.
    PasswordSet,
    /// An ABHA number that was deleted.
    Deleted,
    /// An ABHA number that was switched off.
    Deactivated,
    /// An ABHA number that was switched on again.
    Reactivated,
    /// A link that was taken away.
    Delinked,
}

impl Printed {
    const fn texts(self) -> &'static [&'static str] {
        match self {
            Self::Proved => &["verified successfully"],
            Self::Linked => &["linked successfully", "successfully linked", "securely linked"],
            Self::KycRenewed => &["kyc done successfully", "kyc verification has been done"],
            Self::PasswordSet => &["password updated successfully"],
            Self::Deleted => &["account has been deleted"],
            Self::Deactivated => &["account has been deactivated"],
            Self::Reactivated => &["account has been reactivated"],
            Self::Delinked => &["delinked successfully", "de-linked successfully"],
        }
    }

    /// Everything that these texts tell apart, but a proof: its text stands beside any of them.
    const CHANGES: [Self; 7] = [
        Self::Linked,
        Self::KycRenewed,
        Self::PasswordSet,
        Self::Deleted,
        Self::Deactivated,
        Self::Reactivated,
        Self::Delinked,
    ];

    /// Whether a text, in lower case, prints this.
    fn is_in(self, message: &str) -> bool {
        let undone = self == Self::Linked && Self::Delinked.is_in(message);
        !undone && self.texts().iter().any(|text| message.contains(text))
    }

    /// Whether a text, in lower case, says this and does not deny it.
    fn is_said_in(self, message: &str) -> bool {
        let denied = message.split(|c: char| !c.is_alphanumeric()).any(|word| word == "not");
        !denied && self.is_in(message)
    }

    /// Whether a text, in lower case, says that something else happened, or that it failed.
    fn is_contradicted_by(self, message: &str) -> bool {
        let other = Self::CHANGES.iter().any(|other| *other != self && other.is_in(message));
        let proof = self == Self::Proved && Self::Linked.is_in(message);
        !self.is_in(message) && (other && !proof || DENIALS.iter().any(|no| message.contains(no)))
    }
}

/// What ABDM's texts of failures have in common (m1-abha.md 5 h, errors.md).
const DENIALS: &[&str] = &[
    "not match",
    "not found",
    "not be ",
    "not been ",
    "not linked",
    "not verified",
    "cannot",
    "unable",
    "incorrect",
    "invalid",
    "expired",
    "fail",
    "wrong",
    "reject",
    "denied",
    "unsuccessful",
    "try again",
];

/// What an answer to a proof or a change says of its outcome.
#[derive(Debug, Clone, Copy)]
pub(super) struct Evidence<'a> {
    pub(super) result: Option<&'a AuthResult>,
    pub(super) message: Option<&'a str>,
    /// Whether it brought what only a success brings: a token, or the list that was asked for.
    pub(super) token: bool,
}

impl<'a> Evidence<'a> {
    /// What the answer to a login says.
    pub(super) fn of_login(reply: &'a LoginVerified) -> Self {
        let (result, message) = (reply.auth_result.as_ref(), reply.message.as_deref());
        Self { result, message, token: reply.tokens().is_some() }
    }

    /// What the answer to an OTP says that gives no login.
    pub(super) fn of_otp(reply: &'a OtpVerified) -> Self {
        let (result, message) = (reply.auth_result.as_ref(), reply.message.as_deref());
        Self { result, message, token: reply.brings_token() }
    }

    /// What the answer of a PHR family to a proof or a change says.
    pub(super) fn of_address(reply: &'a AddressVerified) -> Self {
        let (result, message) = (reply.auth_result.as_ref(), reply.message.as_deref());
        Self { result, message, token: reply.tokens.is_some() }
    }

    /// What an answer says that is nothing but tokens: to a choice, or to the renewal of a session.
    pub(super) fn of_tokens(tokens: &'a IssuedTokens) -> Self {
        let message = tokens.said.message.as_ref().map(Personal::as_str);
        Self { result: tokens.said.auth_result.as_ref(), message, token: true }
    }

    /// What the list of addresses says to which a person may switch.
    pub(super) fn of_switch(reply: &'a SwitchProfiles) -> Self {
        let (result, message) = (reply.auth_result.as_ref(), reply.message.as_deref());
        Self { result, message, token: reply.tokens.is_some() }
    }

    fn is_accepted(self) -> bool {
        self.result.is_some_and(|result| {
            result.as_str().trim().eq_ignore_ascii_case(AuthResult::Success.as_str())
        })
    }

    /// Takes the answer as a success only where it proves one, and its text does not say otherwise.
    pub(super) fn of(self, printed: Printed) -> Result<(), Error> {
        let message = self.message.map(str::to_lowercase).unwrap_or_default();
        // `authResult` with another value is a refusal, also beside a token.
        let told = self.token || printed.is_said_in(&message);
        let proved = self.is_accepted() || (self.result.is_none() && told);
        if proved && !printed.is_contradicted_by(&message) {
            Ok(())
        } else {
            Err(Error::new(Problem::AnswerUnusable))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(result: Option<&str>, message: Option<&str>, token: bool, printed: Printed) -> bool {
        let result = result.map(AuthResult::from);
        Evidence { result: result.as_ref(), message, token }.of(printed).is_ok()
    }

    // M1 trial B11.
    #[test]
    fn a_success_needs_the_result_a_token_or_the_printed_text() {
        let printed = Printed::Deleted;
        assert!(judge(Some("success"), None, false, printed));
        assert!(judge(Some("SUCCESS"), None, false, printed));
        assert!(judge(None, None, true, printed));
        assert!(judge(None, Some("Your account has been deleted."), false, printed));
        for message in [
            None,
            Some(""),
            Some("Request failed"),
            Some("failed"),
            Some("Your account has been deactivated."),
            Some("It is not true that your account has been deleted"),
        ] {
            assert!(!judge(None, message, false, printed), "{message:?}");
        }
        assert!(!judge(Some("pending"), Some("Your account has been deleted."), false, printed));
        assert!(!judge(Some("failed"), None, true, printed), "a token beside a refusal");
    }

    #[test]
    fn a_result_beside_a_text_that_says_otherwise_is_no_success() {
        use Printed::*;
        for (printed, message) in [
            (Linked, "OTP did not match, please try again"),
            (Linked, "The mobile number could not be linked to your Account"),
            (Linked, "Mobile Number delinked successfully"),
            (Linked, "Your account has been deleted"),
            (Deleted, "Your account has been deactivated."),
            (Deleted, "Mobile Number linked successfully"),
            (Deactivated, "Your account has been reactivated."),
            (Reactivated, "Reactivation failed"),
            (KycRenewed, "Password updated successfully"),
            (Proved, "OTP did not match, please try again"),
            (Proved, "Entered OTP is either expired or incorrect"),
            (Proved, "Your account has been deactivated."),
        ] {
            assert!(!judge(Some("success"), Some(message), false, printed), "{message}");
            assert!(!judge(None, Some(message), true, printed), "{message}");
        }
        for (printed, message) in [
            (Linked, "Mobile Number linked successfully. Not you? Contact NHA"),
            (Linked, "OTP verified successfully"),
            (Linked, "done"),
            (Deleted, "Your account has been deleted. It cannot be restored."),
            (Deleted, "OTP verified successfully"),
            (Proved, "Mobile number is now successfully linked to your Account"),
            (Proved, "OTP verified successfully"),
        ] {
            assert!(judge(Some("success"), Some(message), false, printed), "{message}");
        }
    }
}
