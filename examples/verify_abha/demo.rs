//! Every way, played by itself on the embedded sandbox.

use abdm_core::secret::Otp;
use abdm_examples::answers::{Answers, Question, Topic};
use abdm_examples::card::CardText;
use abdm_examples::connection::Connection;
use abdm_examples::exit::Stopped;
use abdm_examples::screen::Screen;
use abdm_sandbox::{Patient, Sandbox};
use anyhow::Context as _;

/// Whose phone has several ABHA numbers.
const SHARES_A_PHONE: &str = "ravi.example";
/// Who has a password, and which. No secret: it opens nothing but the sandbox.
const HAS_PASSWORD: &str = "joseph.fictional";
const PASSWORD: &str = "Sandbox@2468";

/// Plays the operator and two persons.
#[derive(Debug)]
pub(crate) struct Player {
    sandbox: Sandbox,
    sharer: Patient,
    holder: Patient,
    otps: usize,
    passwords: usize,
    numbers: usize,
}

impl Player {
    pub(crate) fn new(connection: &Connection) -> anyhow::Result<Self> {
        let sandbox = connection.sandbox.clone().context("a demonstration needs the sandbox")?;
        let named = |name: &str| {
            let has = |p: &Patient| p.abha_address.as_ref().is_some_and(|a| a.name() == name);
            sandbox.patients().into_iter().find(has).with_context(|| format!("{name} is missing"))
        };
        let (sharer, holder) = (named(SHARES_A_PHONE)?, named(HAS_PASSWORD)?);
        Ok(Self { sandbox, sharer, holder, otps: 0, passwords: 0, numbers: 0 })
    }

    /// What the phone shows; the very first time it is misread.
    fn otp(&mut self) -> String {
        self.otps += 1;
        let shown = self.sandbox.otp_for(self.sharer.mobile.expose());
        match shown {
            _ if self.otps == 1 => "000000".to_owned(),
            Some(otp) => Otp::expose(&otp).to_owned(),
            None => String::new(),
        }
    }

    /// The third way with an ABHA number is the one with the password.
    fn number(&mut self) -> Option<String> {
        self.numbers += 1;
        let person = if self.numbers == 3 { &self.holder } else { &self.sharer };
        person.abha_number.as_ref().map(|number| number.to_dashed())
    }

    fn password(&mut self) -> String {
        self.passwords += 1;
        if self.passwords == 1 { "Mistyped@1357".to_owned() } else { PASSWORD.to_owned() }
    }

    fn card(&self) -> String {
        let number = self.sharer.abha_number.as_ref().map(|number| number.to_dashed());
        let mut text = CardText::default();
        text.number = number.as_deref();
        text.address = self.sharer.abha_address.as_ref().map(|address| address.as_str());
        text.name = Some(&self.sharer.name);
        text.to_json()
    }
}

impl Answers for Player {
    fn answer(&mut self, question: &Question<'_>, screen: &mut Screen) -> Result<String, Stopped> {
        let answer = match question.topic {
            Topic::Language => Some("1".to_owned()),
            Topic::Consent => Some("y".to_owned()),
            Topic::SaveCard => Some("n".to_owned()),
            Topic::AbhaNumber => self.number(),
            Topic::AbhaAddress => self.sharer.abha_address.as_ref().map(|a| a.as_str().to_owned()),
            Topic::Mobile => Some(self.sharer.mobile.expose().to_owned()),
            Topic::Aadhaar => self.sharer.aadhaar.as_ref().map(|a| a.expose().to_owned()),
            Topic::Otp => Some(self.otp()),
            Topic::Account => Some("1".to_owned()),
            Topic::Password => Some(self.password()),
            Topic::QrText => Some(self.card()),
            _ => None,
        };
        let answer = answer.ok_or_else(|| {
            Stopped::Unanswered(format!("the play has no line for {:?}", question.topic))
        })?;
        screen.prompt(question.prompt);
        screen.line(question.topic.masked(&answer));
        Ok(answer)
    }
}
