//! One function for each way. All that a vendor writes for milestone 1's verification.

mod address;
mod lookup;
mod number;

use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::secret::{AadhaarNumber, MobileNumber};
use abdm_core::wire::Document;
use abdm_examples::answers::Topic;
use abdm_examples::card;
use abdm_examples::connection::Connection;
use abdm_examples::consent;
use abdm_examples::counter::Counter;
use abdm_examples::exit::Stopped;
use abdm_examples::steps::Trouble;
use abdm_examples::words::Word;
use abha_enrollment::error::Language;
use abha_enrollment::flow::verification::OtpRoute;
use abha_enrollment::hooks::GivenConsent;
use abha_enrollment::{Desk, Error};

use crate::arguments::Arguments;
use crate::person::Person;
use crate::route::Route;

/// The counter and what the ways share.
pub(crate) struct Verifier<'a> {
    pub(crate) counter: Counter,
    connection: Connection,
    arguments: &'a Arguments,
    consent: Option<GivenConsent>,
}

impl<'a> Verifier<'a> {
    pub(crate) const fn new(
        counter: Counter,
        connection: Connection,
        arguments: &'a Arguments,
    ) -> Self {
        Self { counter, connection, arguments, consent: None }
    }

    fn desk(&self) -> Desk {
        self.counter.desk.clone()
    }

    /// Lets the operator choose a way.
    pub(crate) fn choose_route(&mut self) -> Result<Route, Stopped> {
        let language = self.counter.language;
        self.counter.screen.heading(Word::Routes.text(language));
        let titles: Vec<String> =
            Route::ALL.iter().map(|route| route.title(language).to_owned()).collect();
        for (place, title) in titles.iter().enumerate() {
            self.counter.screen.hint(format_args!("{:>2}  {title}", place + 1));
        }
        let place = self.counter.ask_which(Topic::Route, Word::AskRoute, &titles)?;
        Route::ALL.get(place).copied().ok_or(Stopped::Cancelled)
    }

    /// Goes one way to its end: the person, their profile and card, the session closed.
    pub(crate) async fn follow(&mut self, route: Route) -> Result<Person, Stopped> {
        match route {
            Route::NumberAadhaar => {
                let number = self.ask_number()?;
                self.by_number(&number, OtpRoute::Aadhaar, route).await
            }
            Route::NumberMobile => {
                let number = self.ask_number()?;
                self.by_number(&number, OtpRoute::AbhaMobile, route).await
            }
            Route::AddressAadhaar => {
                let address = self.ask_address()?;
                self.by_address(&address, OtpRoute::Aadhaar, route).await
            }
            Route::AddressMobile => {
                let address = self.ask_address()?;
                self.by_address(&address, OtpRoute::AbhaMobile, route).await
            }
            Route::Mobile => self.by_mobile(route).await,
            Route::Aadhaar => self.by_aadhaar(route).await,
            Route::Find => self.by_finding(route).await,
            Route::Password => self.by_password(route).await,
            Route::Qr => self.by_card(route).await,
            Route::Lookup => self.look_up().await,
        }
    }

    fn ask_number(&mut self) -> Result<AbhaNumber, Stopped> {
        let read = |typed: &str| typed.parse::<AbhaNumber>().map_err(Error::from);
        self.counter.ask_for(Topic::AbhaNumber, Word::AskAbhaNumber, None, read)
    }

    fn ask_address(&mut self) -> Result<AbhaAddress, Stopped> {
        let suffix = self.counter.desk.client().environment().address_suffix();
        let read = |typed: &str| {
            let whole =
                if typed.contains('@') { typed.to_owned() } else { format!("{typed}@{suffix}") };
            whole.parse::<AbhaAddress>().map_err(Error::from)
        };
        self.counter.ask_for(Topic::AbhaAddress, Word::AskAbhaAddress, None, read)
    }

    fn ask_mobile(&mut self) -> Result<MobileNumber, Stopped> {
        let read = |typed: &str| MobileNumber::new(typed).map_err(Error::from);
        self.counter.ask_for(Topic::Mobile, Word::AskAbhaMobile, None, read)
    }

    fn ask_aadhaar(&mut self) -> Result<AadhaarNumber, Stopped> {
        let read = |typed: &str| AadhaarNumber::new(typed).map_err(Error::from);
        self.counter.ask_for(Topic::Aadhaar, Word::AskAadhaar, None, read)
    }

    /// The consent, once for this person: an Aadhaar number leaves only with it.
    fn consent(&mut self) -> Result<GivenConsent, Stopped> {
        if let Some(consent) = &self.consent {
            return Ok(consent.clone());
        }
        let counter = &mut self.counter;
        for page in consent::pages(counter.language) {
            counter.screen.page(page);
        }
        if self.arguments.options.is_prepared() {
            counter.screen.hint(counter.word(Word::ConsentGiven));
        }
        if !counter.ask_whether(Topic::Consent, Word::AskConsent)? {
            counter.screen.line(counter.word(Word::NoConsent));
            return Err(Stopped::Cancelled);
        }
        let language = if counter.language == Language::Hindi { "hi" } else { "en" };
        let consent = GivenConsent::new(self.arguments.options.operator.clone(), language);
        Ok(self.consent.insert(consent).clone())
    }

    /// Where an empty answer leads: to the menu, or out of the way that the command line named.
    fn back(&self) -> Stopped {
        if self.arguments.routes().is_empty() { Stopped::Back } else { Stopped::Cancelled }
    }

    /// A card that can be shown; another document is a warning.
    fn real_card(&mut self, step: &str, fetched: Option<Document>) -> Option<Document> {
        let card = fetched.as_ref().filter(|document| card::is_card(document)).cloned();
        if fetched.is_some() && card.is_none() {
            let why = self.counter.refuse(self.counter.word(Word::NoCard));
            self.counter.warn(Trouble::plain(step, why));
        }
        card
    }

    /// Saves the card if that is wanted.
    fn offer_card(&mut self, card: &Document, person: &Person) -> Result<(), Stopped> {
        let counter = &mut self.counter;
        let (kind, size) = (card.media_type(), card.bytes().len());
        let said = counter.word(Word::CardFetched);
        counter.screen.done(format_args!("{said} {kind}, {size} bytes"));
        if !counter.ask_whether(Topic::SaveCard, Word::AskSaveCard)? {
            return Ok(());
        }
        let folder = self.arguments.options.card_folder.clone().unwrap_or_else(|| ".".into());
        let number = person.number();
        let digits = number.as_ref().map(AbhaNumber::to_digits).unwrap_or_default();
        let stem = format!("abha-card-{}", digits.get(10..).unwrap_or("unknown"));
        match card::save(card, &folder, &stem) {
            Ok(path) => {
                let said = counter.word(Word::CardSaved);
                counter.screen.done(format_args!("{said} {}", path.display()));
            }
            Err(error) => {
                counter.screen.problem(&error);
                counter.warn(Trouble::plain("save-card", error.to_string()));
            }
        }
        Ok(())
    }
}
