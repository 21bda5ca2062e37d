//! What came of a run: for the screen, and as JSON for programs.

use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::wire::Document;
use abdm_examples::answers::Topic;
use abdm_examples::counter::Counter;
use abdm_examples::exit::Stopped;
use abdm_examples::steps::{Step, Steps, Trouble};
use abdm_examples::words::Word;
use abha_enrollment::api::account::AbhaProfile;
use abha_enrollment::api::enrollment::EnrolledProfile;
use abha_enrollment::api::fields::Personal;
use abha_enrollment::flow::enrolment::{Enrolled, MobileLink};
use abha_enrollment::flow::verification::Verified;
use serde_json::{Value, json};

use crate::desk::profile_text;

/// How [`Stopped::Cancelled`] reads.
const CANCELLED: &str = "cancelled";

/// ABDM said yes and named nobody.
const NO_NUMBER: &str =
    "ABDM's answer names no ABHA number. Look the person up before trying again.";

/// A person with an ABHA number, and what was learned of them.
#[derive(Debug, Default)]
pub(crate) struct Registered {
    pub(crate) is_new: bool,
    pub(crate) number: Option<AbhaNumber>,
    pub(crate) address: Option<AbhaAddress>,
    pub(crate) mobile_linked: bool,
    pub(crate) suggestions: Vec<String>,
    pub(crate) profile: Option<AbhaProfile>,
    pub(crate) card: Option<Document>,
    pub(crate) card_file: Option<String>,
    pub(crate) qr_code: Option<Document>,
    enrolled: EnrolledProfile,
}

impl Registered {
    pub(crate) fn of(enrolled: &Enrolled) -> Self {
        let mut registered = Self {
            is_new: enrolled.is_new(),
            mobile_linked: *enrolled.mobile_link() == MobileLink::Linked,
            ..Self::default()
        };
        registered.update(enrolled);
        registered
    }

    /// A person whose ABHA number was found by logging in.
    pub(crate) fn of_verified(verified: &Verified) -> Self {
        Self {
            number: verified.abha_number().cloned(),
            address: verified.abha_address(),
            ..Self::default()
        }
    }

    pub(crate) fn update(&mut self, enrolled: &Enrolled) {
        self.number = enrolled.abha_number().cloned();
        self.address = enrolled.abha_address();
        self.enrolled = enrolled.profile().clone();
    }

    /// The ABHA number as a screen shows it.
    pub(crate) fn number_text(&self) -> Option<String> {
        let fetched = || self.profile.as_ref()?.abha_number.as_ref().map(|seen| seen.to_text());
        self.number.as_ref().map(AbhaNumber::to_dashed).or_else(fetched)
    }

    pub(crate) fn address_text(&self) -> Option<String> {
        let fetched = || self.profile.as_ref()?.preferred_address();
        self.address.clone().or_else(fetched).map(|address| address.as_str().to_owned())
    }

    pub(crate) fn name(&self) -> Option<String> {
        let parts =
            [&self.enrolled.first_name, &self.enrolled.middle_name, &self.enrolled.last_name];
        let parts =
            parts.into_iter().flatten().map(Personal::as_str).filter(|part| !part.is_empty());
        let enrolled = parts.collect::<Vec<_>>().join(" ");
        profile_text(self.profile.as_ref(), |profile| Some(profile.name.as_ref()?.as_str()))
            .or_else(|| (!enrolled.is_empty()).then_some(enrolled))
    }

    pub(crate) fn born(&self) -> Option<String> {
        let told = self.enrolled.dob.as_ref().map(|born| born.as_str().to_owned());
        let parts = || {
            let profile = self.profile.as_ref()?;
            let parts = [&profile.day_of_birth, &profile.month_of_birth, &profile.year_of_birth];
            let parts = parts.into_iter().flatten().map(|part| format!("{:0>2}", part.as_str()));
            Some(parts.collect::<Vec<_>>().join("-"))
        };
        told.or_else(parts).filter(|born| !born.is_empty())
    }

    pub(crate) fn gender(&self) -> Option<String> {
        let fetched = self.profile.as_ref().and_then(|profile| profile.gender.as_ref());
        fetched.or(self.enrolled.gender.as_ref()).map(|gender| gender.as_str().to_owned())
    }

    /// The linked mobile number, masked whether ABDM masked it or not.
    pub(crate) fn masked_mobile(&self) -> Option<String> {
        let fetched = self.profile.as_ref().and_then(|profile| profile.mobile.as_ref());
        let mobile = fetched.or(self.enrolled.mobile.as_ref())?.as_str();
        Some(Topic::Mobile.masked(mobile).replace('•', "*")).filter(|mobile| !mobile.is_empty())
    }

    fn to_json(&self) -> Value {
        let document = |document: &Document| json!({ "mediaType": document.media_type(), "bytes": document.bytes().len() });
        let mut card = self.card.as_ref().map(document);
        if let (Some(Value::Object(card)), Some(file)) = (&mut card, &self.card_file) {
            card.insert("file".to_owned(), json!(file));
        }
        let profile = self.profile.as_ref().map(|profile| {
            json!({
                "name": self.name(),
                "gender": self.gender(),
                "dateOfBirth": self.born(),
                "mobile": self.masked_mobile(),
                "status": profile.status,
                "stateName": profile.state_name,
                "districtName": profile.district_name,
                "pincode": profile.pincode,
                "kycVerified": profile.kyc_verified,
                "verificationStatus": profile.verification_status,
                "verificationType": profile.verification_type,
            })
        });
        json!({
            "outcome": if self.is_new { "created" } else { "existing" },
            "abhaNumber": self.number_text(),
            "abhaAddress": self.address_text(),
            "name": self.name(),
            "mobile": self.masked_mobile(),
            "mobileLinked": self.mobile_linked,
            "suggestions": self.suggestions,
            "card": card,
            "qr": self.qr_code.as_ref().map(document),
            "profile": profile,
        })
    }
}

/// What came of a run. It holds no Aadhaar number, OTP or token.
#[derive(Debug)]
pub(crate) struct Summary {
    outcome: Result<Registered, Trouble>,
    steps: Vec<Step>,
    warnings: Vec<Trouble>,
}

impl Summary {
    /// Of a run that began.
    pub(crate) fn of(outcome: Result<Registered, Stopped>, counter: &mut Counter) -> Self {
        let outcome = outcome.map_err(|stopped| {
            match &stopped {
                Stopped::Failed { error, .. } => {
                    counter.explain(error);
                }
                Stopped::Cancelled => counter.screen.line(counter.word(Word::Goodbye)),
                _ => {}
            }
            Trouble::of_stop("desk", &stopped)
        });
        let Steps { done, warnings, .. } = std::mem::take(&mut counter.steps);
        let outcome = outcome.and_then(|registered| match registered.number_text() {
            Some(_) => Ok(registered),
            None => Err(Trouble::plain("enrol", NO_NUMBER)),
        });
        Self { outcome, steps: done, warnings }
    }

    /// Of a run that could not begin.
    pub(crate) fn of_fault(error: &anyhow::Error) -> Self {
        let trouble = Trouble::plain("settings", format!("{error:#}"));
        Self { outcome: Err(trouble), steps: Vec::new(), warnings: Vec::new() }
    }

    /// Whether the person has an ABHA number.
    pub(crate) const fn has_abha(&self) -> bool {
        self.outcome.is_ok()
    }

    /// Why not.
    pub(crate) fn error(&self) -> Option<&Trouble> {
        self.outcome.as_ref().err()
    }

    /// Whether the person left before.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.error().is_some_and(|error| error.message == CANCELLED)
    }

    /// The summary for programs.
    pub(crate) fn to_json(&self) -> Value {
        let mut summary = match &self.outcome {
            Ok(registered) => registered.to_json(),
            Err(error) if error.message == CANCELLED => json!({ "outcome": "cancelled" }),
            Err(error) => json!({ "outcome": "failed", "error": error }),
        };
        if let Value::Object(fields) = &mut summary {
            fields.insert("warnings".to_owned(), json!(self.warnings));
            fields.insert("steps".to_owned(), json!(self.steps));
        }
        summary
    }
}
