//! The command line.

use abdm_examples::answers::{Given, Topic};
use abdm_examples::options::Options;
use clap::Parser;

/// A registration desk in the terminal: a person gets an ABHA number and an ABHA address.
///
/// What is not given by option is asked. With --aadhaar, --mobile and --otp the desk runs unattended
/// against any server that speaks ABDM's contract.
#[derive(Debug, Parser)]
#[command(after_help = "\
Exit status: 0 when the person has an ABHA number, created or found.

Unattended, against a server with a fixed OTP:
  create_abha --base-url http://127.0.0.1:9000 --aadhaar 999900000016 --mobile 9123456780 \
--otp 123456 --json")]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) options: Options,
}

impl Arguments {
    /// Who answers: these arguments, then the person at the terminal.
    pub(crate) fn answers(&self) -> Given {
        let Options { aadhaar, mobile, otp, abha_address, .. } = &self.options;
        let unattended = aadhaar.is_some() && mobile.is_some() && otp.is_some();
        let unattended = |value: &str| unattended.then(|| value.to_owned());
        self.options
            .answers()
            .with(Topic::ChangeMobile, unattended("y"))
            .with(Topic::AddressName, abha_address.clone().or_else(|| unattended("")))
    }
}
