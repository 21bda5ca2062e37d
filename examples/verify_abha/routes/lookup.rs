//! Asking whether there is an ABHA, without proving anything.

use abdm_examples::exit::Stopped;
use abha_enrollment::Error;
use abha_enrollment::flow::lookup::{Existence, Lookup, LookupBy};

use super::Verifier;
use crate::person::{Found, Person};

impl Verifier<'_> {
    /// Looks up everything that was given; without anything, an ABHA number is asked for. An Aadhaar
    /// number is looked up only when nothing else was given: UIDAI sends its owner an OTP.
    pub(super) async fn look_up(&mut self) -> Result<Person, Stopped> {
        let desk = self.desk();
        let options = &self.arguments.options;
        let (by_address, by_mobile) = (options.abha_address.is_some(), options.mobile.is_some());
        let by_aadhaar = options.aadhaar.is_some();
        let by_number = options.abha_number.is_some() || !(by_address || by_mobile || by_aadhaar);
        let mut person = Person::default();
        if by_number {
            let number = self.ask_number()?;
            let asked = desk.lookup(LookupBy::AbhaNumber(&number));
            self.note(&mut person, "abha-number", asked).await?;
        }
        if by_address {
            let address = self.ask_address()?;
            let asked = desk.lookup(LookupBy::AbhaAddress(&address));
            self.note(&mut person, "abha-address", asked).await?;
        }
        if by_mobile {
            let mobile = self.ask_mobile()?;
            let asked = desk.lookup(LookupBy::Mobile(&mobile));
            self.note(&mut person, "mobile", asked).await?;
        }
        if by_aadhaar && !(by_number || by_address || by_mobile) {
            let consent = self.consent()?;
            let aadhaar = self.ask_aadhaar()?;
            let asked = desk.lookup(LookupBy::Aadhaar(&aadhaar, consent));
            self.note(&mut person, "aadhaar", asked).await?;
        }
        Ok(person)
    }

    async fn note(
        &mut self,
        person: &mut Person,
        by: &'static str,
        asked: impl Future<Output = Result<Lookup, Error>>,
    ) -> Result<(), Stopped> {
        let name = format!("lookup-{by}");
        let told = self.counter.step(&name, asked).await;
        let told = told.map_err(|error| Stopped::at(&name, error))?;
        let existence = match &told.existence {
            Existence::None => "none".to_owned(),
            Existence::Active => "active".to_owned(),
            Existence::Deactivated => "deactivated".to_owned(),
            Existence::Deleted => "deleted".to_owned(),
            Existence::Exists => "exists".to_owned(),
            Existence::Other(status) => status.as_str().to_lowercase(),
            _ => "unknown".to_owned(),
        };
        let auth_methods: Vec<String> =
            told.routes.iter().map(|route| route.as_str().to_owned()).collect();
        let listed = auth_methods.join(", ");
        let ways = if listed.is_empty() { listed } else { format!(": {listed}") };
        self.counter.screen.done(format_args!("{by}: {existence}{ways}"));
        person.existence.push(Found { by, existence, matches: told.matches, auth_methods });
        Ok(())
    }
}
