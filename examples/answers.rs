//! Who answers the desk's questions: a person at the terminal, the command line, or nobody.

mod given;
mod terminal;

use std::fmt::Debug;

pub use self::given::Given;
pub use self::terminal::Terminal;
use crate::exit::Stopped;
use crate::screen::Screen;

/// What a question is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Topic {
    /// The language: `1` English, `2` Hindi.
    Language,
    /// Whether the person agrees to the text: `y` or `n`.
    Consent,
    /// An Aadhaar number.
    Aadhaar,
    /// A mobile number.
    Mobile,
    /// An OTP, or `r` to have it sent again.
    Otp,
    /// Whether the mobile number of an existing ABHA is to be changed: `y` or `n`.
    ChangeMobile,
    /// The name of a new ABHA address: one of the choices by number, an own one, or nothing.
    AddressName,
    /// An ABHA number.
    AbhaNumber,
    /// An ABHA address.
    AbhaAddress,
    /// One of several accounts, by number.
    Account,
    /// A password.
    Password,
    /// The text of a scanned QR code.
    QrText,
    /// One of several ways, by number.
    Route,
    /// Whether the card is to be saved: `y` or `n`.
    SaveCard,
}

impl Topic {
    /// The option that gives the answer on the command line.
    #[must_use]
    pub const fn flag(self) -> Option<&'static str> {
        Some(match self {
            Self::Language => "--language",
            Self::Aadhaar => "--aadhaar",
            Self::Mobile => "--mobile",
            Self::Otp => "--otp",
            Self::AddressName | Self::AbhaAddress => "--abha-address",
            Self::AbhaNumber => "--abha-number",
            Self::Account => "--choose",
            Self::Password => "--password-env",
            Self::QrText => "--qr",
            Self::Route => "--route",
            Self::Consent | Self::ChangeMobile | Self::SaveCard => return None,
        })
    }

    /// Whether what is typed may not be seen.
    #[must_use]
    pub const fn is_hidden(self) -> bool {
        matches!(self, Self::Aadhaar | Self::Password)
    }

    /// An answer as the screen shows it afterwards.
    #[must_use]
    pub fn masked(self, answer: &str) -> String {
        let last = |kept: usize| {
            let hidden = answer.chars().count().saturating_sub(kept);
            let shown: String = answer.chars().skip(hidden).collect();
            format!("{}{shown}", "•".repeat(hidden))
        };
        match self {
            Self::Aadhaar | Self::Mobile => last(4),
            Self::Otp if answer.len() > 1 => last(0),
            Self::Password => "••••••••".to_owned(),
            _ => answer.to_owned(),
        }
    }
}

/// A question.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// What it is about.
    pub topic: Topic,
    /// Its text.
    pub prompt: &'a str,
    /// What may be chosen; the first is answered by `1`.
    pub choices: &'a [String],
    /// Why the answer before was not taken.
    pub refused: Option<&'a str>,
    /// How often it was asked before.
    pub asked: usize,
}

/// Somebody who answers.
pub trait Answers: Debug + Send {
    /// The answer, trimmed.
    ///
    /// # Errors
    /// When nobody answers.
    fn answer(&mut self, question: &Question<'_>, screen: &mut Screen) -> Result<String, Stopped>;

    /// Whether a person is there, who can wait and decide.
    fn is_person(&self) -> bool {
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_must_not_be_read_over_a_shoulder_is_masked() {
        assert_eq!(Topic::Aadhaar.masked("999900000012"), "••••••••0012");
        assert_eq!(Topic::Otp.masked("123456"), "••••••");
        assert_eq!(Topic::Otp.masked("r"), "r");
        assert_eq!(Topic::AddressName.masked("asha.example"), "asha.example");
    }
}
