//! The ways of an ABHA address, and of a card, which may hold one.

use abdm_core::person::AbhaAddress;
use abdm_examples::answers::Topic;
use abdm_examples::exit::Stopped;
use abdm_examples::otp;
use abdm_examples::words::Word;
use abha_enrollment::Error;
use abha_enrollment::error::Problem;
use abha_enrollment::flow::verification::OtpRoute;
use abha_enrollment::scanned::ScannedCard;

use super::Verifier;
use crate::person::{Person, Picture};
use crate::route::Route;

impl Verifier<'_> {
    /// An ABHA address, by an OTP to either mobile number. Profile and card come from the address's
    /// own family.
    pub(super) async fn by_address(
        &mut self,
        address: &AbhaAddress,
        to: OtpRoute,
        route: Route,
    ) -> Result<Person, Stopped> {
        let (desk, name) = (self.desk(), route.name());
        let step = format!("{name}-request-otp");
        let sent = self.counter.persist(&step, || desk.verify_abha_address(address, to)).await;
        let mut flow = sent.map_err(|error| Stopped::at(&step, error))?;
        let phone = self.connection.phone_of(None, Some(address));
        let step = format!("{name}-verify");
        let verified = otp::prove(&mut self.counter, &step, &mut flow, &phone).await?;
        let counter = &mut self.counter;
        counter.screen.done(counter.word(Word::Verified));
        let mut person = verified.user().map(Person::of_user).unwrap_or_default();
        if let Some(profile) =
            counter.optional(&format!("{name}-profile"), verified.profile()).await
        {
            person.add_address_profile(&profile);
        }
        person.show(counter);
        let step = format!("{name}-card");
        let card = counter.optional(&step, verified.card()).await;
        let qr_code = counter.optional(&format!("{name}-qr-code"), verified.qr_code()).await;
        person.qr = qr_code.as_ref().map(Picture::from);
        let card = self.real_card(&step, card);
        person.card = card.as_ref().map(Picture::from);
        if let Some(card) = &card {
            self.offer_card(card, &person)?;
        }
        Ok(person)
    }

    /// A text that holds an ABHA number or an ABHA address, typed or in a file. Nothing leads back.
    fn ask_card(&mut self) -> Result<ScannedCard, Stopped> {
        let mut refused: Option<String> = None;
        loop {
            let asked = usize::from(refused.is_some());
            let why = refused.as_deref();
            let typed = self.counter.ask(Topic::QrText, Word::AskQr, &[], why, asked)?;
            if typed.is_empty() {
                return Err(self.back());
            }
            let content = std::fs::read_to_string(&typed).unwrap_or(typed);
            match ScannedCard::read(&content) {
                Ok(card) => return Ok(card),
                Err(other) => {
                    refused = Some(self.counter.refuse(other.text(self.counter.language)))
                }
            }
        }
    }

    /// The QR code of a card. Its claims fill the form; the OTP makes them true.
    pub(super) async fn by_card(&mut self, route: Route) -> Result<Person, Stopped> {
        let card = self.ask_card()?;
        let claims = Person::of_card(&card);
        let said = self.counter.word(Word::Claims);
        self.counter.screen.hint(said);
        claims.show(&mut self.counter);
        let proof = match (claims.number(), claims.address()) {
            (Some(number), _) => match self.by_number(&number, OtpRoute::AbhaMobile, route).await {
                Err(Stopped::Failed { error, .. }) if wants_aadhaar(&error) => {
                    self.counter.explain(&error);
                    self.by_number(&number, OtpRoute::Aadhaar, route).await
                }
                outcome => outcome,
            },
            (None, Some(address)) => self.by_address(&address, OtpRoute::AbhaMobile, route).await,
            (None, None) => Err(Stopped::Cancelled),
        };
        let mut person = proof?;
        person.claims = Some(Box::new(claims));
        Ok(person)
    }
}

/// Whether the owner closed the way over the ABHA's mobile number.
fn wants_aadhaar(error: &Error) -> bool {
    matches!(error.problem(), Problem::MethodNotAllowed | Problem::MobileNotLinked)
}
