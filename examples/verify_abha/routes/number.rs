//! The ways that end with an ABHA number's session.

use abdm_core::person::AbhaNumber;
use abdm_examples::answers::Topic;
use abdm_examples::connection::LOCAL_PASSWORD;
use abdm_examples::exit::Stopped;
use abdm_examples::otp;
use abdm_examples::steps::Trouble;
use abdm_examples::words::Word;
use abha_enrollment::api::fields::Personal;
use abha_enrollment::api::login::{Account, FoundAbha};
use abha_enrollment::api::vocabulary::AuthOption;
use abha_enrollment::flow::verification::{
    AccountChoice, OtpRoute, ProofRoute, Verification, VerificationOtp, VerificationOutcome,
    Verified,
};
use abha_enrollment::input::Password;
use abha_enrollment::{Error, Problem};

use super::Verifier;
use crate::person::{Choice, Person, Picture};
use crate::route::Route;

impl Verifier<'_> {
    /// An ABHA number, by an OTP to either mobile number.
    pub(super) async fn by_number(
        &mut self,
        number: &AbhaNumber,
        to: OtpRoute,
        route: Route,
    ) -> Result<Person, Stopped> {
        let (desk, name) = (self.desk(), format!("{}-request-otp", route.name()));
        let sent = self.counter.persist(&name, || desk.verify_abha_number(number, to)).await;
        let flow = sent.map_err(|error| Stopped::at(&name, error))?;
        let phone = self.connection.phone_of(Some(number), None);
        self.prove(flow, &phone, route).await
    }

    /// A mobile number, then a choice among its accounts.
    pub(super) async fn by_mobile(&mut self, route: Route) -> Result<Person, Stopped> {
        let mobile = self.ask_mobile()?;
        let (desk, name) = (self.desk(), format!("{}-request-otp", route.name()));
        let sent = self.counter.persist(&name, || desk.verify_by_mobile(&mobile)).await;
        let flow = sent.map_err(|error| Stopped::at(&name, error))?;
        self.prove(flow, mobile.expose(), route).await
    }

    /// An Aadhaar number, under the person's consent.
    pub(super) async fn by_aadhaar(&mut self, route: Route) -> Result<Person, Stopped> {
        let consent = self.consent()?;
        let aadhaar = self.ask_aadhaar()?;
        let (desk, name) = (self.desk(), format!("{}-request-otp", route.name()));
        let ask = || desk.verify_by_aadhaar(&aadhaar, consent.clone());
        let sent = self.counter.persist(&name, ask).await;
        let flow = sent.map_err(|error| Stopped::at(&name, error))?;
        self.prove(flow, aadhaar.expose(), route).await
    }

    /// A mobile number, whose ABHA numbers are listed without an OTP; then one of them is proved.
    pub(super) async fn by_finding(&mut self, route: Route) -> Result<Person, Stopped> {
        let mobile = self.ask_mobile()?;
        let (desk, name) = (self.desk(), route.name());
        let found = self.counter.persist(&name, || desk.find_by_mobile(&mobile)).await;
        let found = found.map_err(|error| Stopped::at(&name, error))?;
        let choices: Vec<Choice> = found.accounts().iter().map(listed).collect();
        let place = self.choose(&choices)?;
        let chosen = found.accounts().get(place).ok_or(Stopped::Cancelled)?;
        let name = format!("{}-request-otp", route.name());
        let to = ProofRoute::Otp(preferred(&chosen.auth_methods));
        let sent = self.counter.persist(&name, || found.prove(chosen, to)).await;
        let Verification::AwaitsOtp(flow) = sent.map_err(|error| Stopped::at(&name, error))? else {
            return Err(Stopped::at(&name, wrong_turn()));
        };
        let mut person = self.prove(flow, mobile.expose(), route).await?;
        person.accounts = choices;
        Ok(person)
    }

    /// An ABHA number and its password.
    pub(super) async fn by_password(&mut self, route: Route) -> Result<Person, Stopped> {
        let number = self.ask_number()?;
        let (desk, name) = (self.desk(), route.name());
        if self.connection.sandbox.is_some() {
            let (password, people) = LOCAL_PASSWORD;
            let people = people.join(", ");
            self.counter.screen.hint(format_args!("☎ {people}: {password}"));
        }
        let mut refused: Option<String> = None;
        loop {
            let asked = usize::from(refused.is_some());
            let why = refused.as_deref();
            let typed = self.counter.ask(Topic::Password, Word::AskPassword, &[], why, asked)?;
            let password = Password::existing(typed);
            let proof = desk.verify_by_password(&number, &password);
            match self.counter.step(&name, proof).await {
                Ok(verified) => return self.settle(verified, Vec::new(), route).await,
                Err(error) if error.problem() == Problem::WrongPassword => {
                    refused = Some(self.counter.explain(&error));
                }
                Err(error) => return Err(Stopped::at(&name, error)),
            }
        }
    }

    /// The OTP, then perhaps the choice.
    async fn prove(
        &mut self,
        mut flow: VerificationOtp,
        phone: &str,
        route: Route,
    ) -> Result<Person, Stopped> {
        let name = format!("{}-verify", route.name());
        match otp::prove(&mut self.counter, &name, &mut flow, phone).await? {
            VerificationOutcome::Verified(verified) => {
                self.settle(verified, Vec::new(), route).await
            }
            VerificationOutcome::ChooseAccount(choice) => {
                let (verified, choices) = self.choose_account(&choice, route).await?;
                self.settle(verified, choices, route).await
            }
        }
    }

    async fn choose_account(
        &mut self,
        choice: &AccountChoice,
        route: Route,
    ) -> Result<(Verified, Vec<Choice>), Stopped> {
        let name = format!("{}-choose", route.name());
        let choices: Vec<Choice> = choice.accounts().iter().map(account).collect();
        let place = self.choose(&choices)?;
        let number = choice.accounts().get(place);
        let number = number.and_then(|account| account.abha_number.as_ref()?.whole());
        let number = number.ok_or_else(|| Stopped::at(&name, wrong_turn()))?;
        let verified = self.counter.persist(&name, || choice.choose(number)).await;
        Ok((verified.map_err(|error| Stopped::at(&name, error))?, choices))
    }

    /// Which of the accounts. A single one needs no question.
    fn choose(&mut self, choices: &[Choice]) -> Result<usize, Stopped> {
        let lines: Vec<String> = choices.iter().map(Choice::line).collect();
        let said = self.counter.word(Word::Accounts);
        self.counter.screen.done(said);
        for (place, line) in lines.iter().enumerate() {
            self.counter.screen.hint(format_args!("{}  {line}", place + 1));
        }
        match lines.len() {
            0 => return Err(Stopped::Unanswered("ABDM lists no ABHA number".to_owned())),
            1 => return Ok(0),
            several if self.arguments.cannot_choose() => {
                return Err(Stopped::SeveralAccounts(several));
            }
            _ => {}
        }
        self.counter.ask_which(Topic::Account, Word::AskAccount, &lines)
    }

    /// The person is known: profile, card, QR code, and the end of the session.
    async fn settle(
        &mut self,
        verified: Verified,
        choices: Vec<Choice>,
        route: Route,
    ) -> Result<Person, Stopped> {
        let name = route.name();
        let counter = &mut self.counter;
        counter.screen.done(counter.word(Word::Verified));
        let mut person = verified.account().map(Person::of_account).unwrap_or_default();
        person.accounts = choices;
        if let Some(number) = verified.abha_number() {
            person.abha_number = Some(number.to_dashed());
        }
        if let Some(problem) = verified.problem() {
            let text = problem.text(counter.language);
            counter.screen.problem(text);
            counter.warn(Trouble::plain(&route.name(), text));
        }
        let session = verified.profile();
        if let Some(profile) = counter.optional(&format!("{name}-profile"), session.fetch()).await {
            person.add_profile(&profile);
        }
        person.show(counter);
        let step = format!("{name}-card");
        let card = counter.optional(&step, session.card()).await;
        let qr_code = counter.optional(&format!("{name}-qr-code"), session.qr_code()).await;
        person.qr = qr_code.as_ref().map(Picture::from);
        let card = self.real_card(&step, card);
        person.card = card.as_ref().map(Picture::from);
        let offered = match &card {
            Some(card) => self.offer_card(card, &person),
            None => Ok(()),
        };
        let counter = &mut self.counter;
        if counter.optional(&format!("{name}-log-out"), session.log_out()).await.is_some() {
            counter.screen.done(counter.word(Word::LoggedOut));
        }
        offered.map(|()| person)
    }
}

fn account(account: &Account) -> Choice {
    let text = |field: Option<&Personal>| field.map(|field| field.as_str().to_owned());
    Choice {
        abha_number: account.abha_number.as_ref().map(|n| n.to_text()).unwrap_or_default(),
        abha_address: text(account.preferred_abha_address.as_ref()),
        name: text(account.name.as_ref()).unwrap_or_default(),
    }
}

fn listed(found: &FoundAbha) -> Choice {
    let name = found.name.as_ref().map(|name| name.as_str().to_owned());
    Choice {
        abha_number: found.abha_number.as_ref().map(|n| n.to_text()).unwrap_or_default(),
        abha_address: None,
        name: name.unwrap_or_default(),
    }
}

/// The mobile number that was found is in the person's hand, so that its OTP comes first.
fn preferred(options: &[AuthOption]) -> OtpRoute {
    let aadhaar_only =
        options.contains(&AuthOption::AadhaarOtp) && !options.contains(&AuthOption::MobileOtp);
    if aadhaar_only { OtpRoute::Aadhaar } else { OtpRoute::AbhaMobile }
}

/// ABDM's answer does not lead on.
fn wrong_turn() -> Error {
    Error::from(abdm_core::id::IdError::new("AbhaNumber", "the list shows no whole number"))
}
