//! The command line.

use std::io::IsTerminal as _;

use abdm_examples::answers::{Given, Topic};
use abdm_examples::options::Options;
use anyhow::Context as _;
use clap::Parser;

use crate::route::Route;

/// A desk in the terminal that verifies a person by their ABHA.
///
/// What is not given by option is asked. With --otp and one or more of --abha-number, --abha-address,
/// --mobile and --aadhaar it runs unattended against any server that speaks ABDM's contract: by every
/// way that these allow, one after another.
#[derive(Debug, Parser)]
#[command(after_help = "\
Exit status: 0 when the ways that were named by --route succeeded; when none was named, when at \
least one did.

Unattended, against a server with a fixed OTP:
  verify_abha --base-url http://127.0.0.1:9000 --abha-number 91-1111-1000-0010 \
--route number-mobile --otp 123456 --json")]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) options: Options,
    /// The way to go; may be given several times
    #[arg(long = "route", value_enum, conflicts_with = "demo")]
    named: Vec<Route>,
    /// Only look up what is given
    #[arg(long, conflicts_with = "demo")]
    lookup: bool,
    /// Which of several accounts: its place in the list, or its ABHA number
    #[arg(long, value_name = "N|ABHA NUMBER", conflicts_with = "demo")]
    choose: Option<String>,
    /// The environment variable that holds the ABHA password
    #[arg(long, value_name = "NAME", conflicts_with = "demo")]
    password_env: Option<String>,
    /// The text of a scanned QR code, or a file that holds it
    #[arg(long, value_name = "TEXT|FILE", conflicts_with = "demo")]
    qr: Option<String>,
}

impl Arguments {
    /// Whether the operator said which ways to go.
    pub(crate) const fn names_routes(&self) -> bool {
        !self.named.is_empty()
    }

    /// Whether the desk runs unattended, and nothing says which of several accounts is meant: another
    /// family member's is never as good as any.
    pub(crate) const fn cannot_choose(&self) -> bool {
        let options = &self.options;
        options.otp.is_some() && self.choose.is_none() && options.abha_number.is_none()
    }

    /// The ways to go; none means that the operator chooses.
    pub(crate) fn routes(&self) -> Vec<Route> {
        if !self.named.is_empty() {
            return self.named.clone();
        }
        if self.lookup {
            return vec![Route::Lookup];
        }
        let options = &self.options;
        let given = [
            (options.abha_number.is_some(), [Route::NumberAadhaar, Route::NumberMobile].as_slice()),
            (options.abha_address.is_some(), &[Route::AddressAadhaar, Route::AddressMobile]),
            (options.mobile.is_some(), &[Route::Mobile, Route::Find]),
            (options.aadhaar.is_some(), &[Route::Aadhaar]),
            (options.abha_number.is_some() && self.password_env.is_some(), &[Route::Password]),
            (self.qr.is_some(), &[Route::Qr]),
        ];
        let allowed = given.into_iter().filter(|(is_given, _)| *is_given);
        allowed.flat_map(|(_, routes)| routes.iter().copied()).collect()
    }

    /// Who answers: these arguments, then the person at the terminal.
    pub(crate) fn answers(&self) -> anyhow::Result<Given> {
        let password = self.password_env.as_ref().map(|name| {
            std::env::var(name).with_context(|| format!("--password-env: {name} is not set"))
        });
        let options = &self.options;
        let choose = self.choose.clone().or_else(|| options.abha_number.clone());
        let looks_up = self.routes() == [Route::Lookup] && !std::io::stdin().is_terminal();
        let language = (looks_up && options.language.is_none()).then_some("1");
        Ok(options
            .answers()
            .with(Topic::Language, language)
            .with(Topic::AbhaNumber, options.abha_number.clone())
            .with(Topic::AbhaAddress, options.abha_address.clone())
            .with(Topic::Account, choose)
            .with(Topic::Password, password.transpose()?)
            .with(Topic::QrText, self.qr.clone()))
    }
}
