//! The command line.

use std::path::PathBuf;

use abdm_examples::answers::{Given, Terminal, Topic};
use abdm_examples::settings::Settings;
use clap::{Parser, ValueEnum};

/// A registration desk in the terminal: a person gets an ABHA number and an ABHA address.
///
/// What is not given by option is asked. With --aadhaar, --mobile and --otp the desk runs unattended
/// against any server that speaks ABDM's contract.
#[derive(Debug, Parser)]
#[command(after_help = "Exit status: 0 when the person has an ABHA number, created or found.")]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) settings: Settings,
    /// Play the whole desk on an embedded sandbox, unattended
    #[arg(long)]
    pub(crate) demo: bool,
    /// Write a JSON summary to standard output, everything else to standard error
    #[arg(long)]
    pub(crate) json: bool,
    /// The language of the desk
    #[arg(long, value_enum)]
    pub(crate) language: Option<Tongue>,
    /// Who sits at the desk, for the record of the consent
    #[arg(long, default_value = "desk-1")]
    pub(crate) operator: String,
    /// A file in which each consent is recorded as one line of JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) consent_book: Option<PathBuf>,
    /// Where to save the card; without it, the desk asks
    #[arg(long, value_name = "FOLDER")]
    pub(crate) card_folder: Option<PathBuf>,
    /// The Aadhaar number. For test persons: every user of this machine can read a command line
    #[arg(long, value_name = "12 DIGITS")]
    aadhaar: Option<Secret>,
    /// The mobile number for messages
    #[arg(long, value_name = "10 DIGITS")]
    mobile: Option<Secret>,
    /// The OTP for every question for one, where a server has a fixed one
    #[arg(long, value_name = "6 DIGITS")]
    otp: Option<Secret>,
    /// The ABHA number that is expected: another one is reported as a warning
    #[arg(long)]
    pub(crate) abha_number: Option<String>,
    /// The ABHA address that is wanted, with or without suffix
    #[arg(long)]
    pub(crate) abha_address: Option<String>,
}

/// A language of the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tongue {
    /// English
    En,
    /// हिन्दी
    Hi,
}

/// A value that `Debug` does not show.
#[derive(Clone)]
struct Secret(String);

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

impl Arguments {
    /// Whether the person's data were given, so that nobody reads the consent now.
    pub(crate) const fn is_prepared(&self) -> bool {
        self.aadhaar.is_some()
    }

    /// Whether everything was given that must be.
    pub(crate) const fn is_unattended(&self) -> bool {
        self.aadhaar.is_some() && self.mobile.is_some() && self.otp.is_some()
    }

    /// Who answers: these arguments, then the person at the terminal.
    pub(crate) fn answers(&self) -> Given {
        let text = |secret: &Option<Secret>| secret.as_ref().map(|Secret(text)| text.clone());
        let unattended = |value: &'static str| self.is_unattended().then_some(value);
        let prepared = |value: &'static str| self.is_prepared().then_some(value);
        let language = match self.language {
            Some(Tongue::Hi) => Some("2"),
            Some(Tongue::En) => Some("1"),
            None => prepared("1"),
        };
        let address = self.abha_address.clone();
        let saves = if self.card_folder.is_some() { Some("y") } else { unattended("n") };
        Given::or_else(Terminal::new())
            .with(Topic::Language, language)
            .with(Topic::Consent, prepared("y"))
            .with(Topic::Aadhaar, text(&self.aadhaar))
            .with(Topic::Mobile, text(&self.mobile))
            .with(Topic::Otp, text(&self.otp))
            .with(Topic::ChangeMobile, unattended("y"))
            .with(Topic::AddressName, address.or_else(|| unattended("").map(str::to_owned)))
            .with(Topic::SaveCard, saves)
    }
}
