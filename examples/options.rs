//! The options that both desks take.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::answers::{Given, Terminal, Topic};
use crate::settings::Settings;

/// The options of a desk; flatten them into a program's own arguments. What is not given is asked.
#[derive(Debug, Clone, Args)]
#[command(
    mut_arg("hip_id", |arg| arg.hide(true)),
    mut_arg("hiu_id", |arg| arg.hide(true)),
    mut_arg("listen", |arg| arg.hide(true)),
    mut_arg("callback_url", |arg| arg.hide(true)),
    mut_arg("registry_url", |arg| arg.hide(true))
)]
#[non_exhaustive]
pub struct Options {
    /// Which ABDM
    #[command(flatten)]
    pub settings: Settings,
    /// Play the whole desk on an embedded sandbox, unattended
    #[arg(long, conflicts_with_all = [
        "base_url", "aadhaar", "mobile", "otp", "abha_number", "abha_address",
    ])]
    pub demo: bool,
    /// Write a JSON summary to standard output, everything else to standard error
    #[arg(long)]
    pub json: bool,
    /// The language of the desk
    #[arg(long, value_enum)]
    pub language: Option<Tongue>,
    /// Who sits at the desk, for the record of the consent
    #[arg(long, default_value = "desk-1")]
    pub operator: String,
    /// A file in which each consent is recorded as one line of JSON
    #[arg(long, value_name = "FILE")]
    pub consent_book: Option<PathBuf>,
    /// Where to save the card, made if it is missing; without it, the desk asks
    #[arg(long, value_name = "FOLDER")]
    pub card_folder: Option<PathBuf>,
    /// The Aadhaar number. For test persons: every user of this machine can read a command line
    #[arg(long, value_name = "12 DIGITS")]
    pub aadhaar: Option<Secret>,
    /// The mobile number
    #[arg(long, value_name = "10 DIGITS")]
    pub mobile: Option<Secret>,
    /// Answers every OTP question, for a server with a fixed OTP
    #[arg(long, value_name = "6 DIGITS")]
    pub otp: Option<Secret>,
    /// The ABHA number: to be verified, or expected of a creation
    #[arg(long, value_name = "14 DIGITS")]
    pub abha_number: Option<String>,
    /// The ABHA address: to be verified, or wanted of a creation
    #[arg(long, value_name = "NAME@SUFFIX")]
    pub abha_address: Option<String>,
}

/// A language of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[non_exhaustive]
pub enum Tongue {
    /// English
    En,
    /// हिन्दी
    Hi,
}

/// A value that `Debug` does not show.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The value.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl Options {
    /// Whether the Aadhaar number was given, so that nobody reads the consent now.
    #[must_use]
    pub const fn is_prepared(&self) -> bool {
        self.aadhaar.is_some()
    }

    /// The answers that these options give; the rest is asked at the terminal.
    #[must_use]
    pub fn answers(&self) -> Given {
        let text = |secret: &Option<Secret>| secret.as_ref().map(|Secret(text)| text.clone());
        let prepared = |value: &'static str| self.is_prepared().then_some(value);
        let language = match self.language {
            Some(Tongue::Hi) => Some("2"),
            Some(Tongue::En) => Some("1"),
            None if self.is_prepared() || self.otp.is_some() => Some("1"),
            None => None,
        };
        let unattended = self.otp.is_some().then_some("n");
        Given::or_else(Terminal::new())
            .with(Topic::Language, language)
            .with(Topic::Consent, prepared("y"))
            .with(Topic::Aadhaar, text(&self.aadhaar))
            .with(Topic::Mobile, text(&self.mobile))
            .with(Topic::Otp, text(&self.otp))
            .with(Topic::SaveCard, self.card_folder.is_some().then_some("y").or(unattended))
    }
}
