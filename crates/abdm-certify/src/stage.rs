//! The stage of a case: a registration desk at a place, and what the case does there.

use std::sync::Arc;
use std::time::Duration;

use abdm_core::endpoint::Endpoint;
use abdm_core::exchange::Exchange;
use abdm_core::secret::{AadhaarNumber, MobileNumber, Otp};
use abdm_core::wire::Document;
use abha_enrollment::api::fields::Personal;
use abha_enrollment::biometric::{Modality, Scan};
use abha_enrollment::flow::enrolment::{Enrolled, EnrolmentOtp};
use abha_enrollment::hooks::GivenConsent;
use abha_enrollment::input::{AbhaAddressName, EmailAddress};
use abha_enrollment::{Desk, Error, Problem};
use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};

use crate::case::Case;
use crate::consents::ConsentBook;
use crate::evidence::Screen;
use crate::hospital::MadeUpHospital;
use crate::message::{Message, Only as _};
use crate::need::Need;
use crate::outcome::{Outcome, Present as _, Stop, ensure, ensure_eq};
use crate::people::{Licence, Person, Role, Supplies};
use crate::place::{Bridge, PatientApp, Place, Requester, Scanned, SentTo, ServerControl};
use crate::recorder::Recorder;

/// How often it is looked whether something has happened.
const LOOK: Duration = Duration::from_millis(20);

/// The exchanges of one case, at a place that may have had others before.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    place: Arc<dyn Place>,
    before: usize,
}

impl Watch {
    fn begin(place: Arc<dyn Place>) -> Self {
        let before = place.exchanges().len();
        Self { place, before }
    }

    /// All exchanges since the case began.
    pub(crate) fn exchanges(&self) -> Vec<Exchange> {
        self.place.exchanges().into_iter().skip(self.before).collect()
    }
}

/// Everything that a case has.
pub(crate) struct Stage {
    pub(crate) desk: Desk,
    pub(crate) consents: ConsentBook,
    case: &'static Case,
    place: Arc<dyn Place>,
    watch: Watch,
    recorder: Recorder,
}

impl Stage {
    /// A desk at this place.
    pub(crate) fn open(case: &'static Case, place: Arc<dyn Place>) -> Self {
        let watch = Watch::begin(Arc::clone(&place));
        let consents = ConsentBook::new(watch.clone());
        let desk = Desk::new(place.client().clone(), consents.clone());
        let recorder = Recorder::open(case, Arc::clone(&place), watch.clone());
        Self { desk, consents, case, place, watch, recorder }
    }

    /// Writes the evidence. The outcome is worse than `outcome` if that cannot be done.
    pub(crate) fn close(self, outcome: Outcome) -> Outcome {
        self.recorder.close(outcome)
    }

    /// Takes down a step.
    pub(crate) fn step(&mut self, action: &str, screen: Screen) {
        self.recorder.step(action, screen);
    }

    /// Takes down a step that shows an image.
    pub(crate) fn image_step(
        &mut self,
        action: &str,
        screen: Screen,
        (label, image): (&str, &Document),
    ) {
        let screen = self.recorder.image(screen, label, image);
        self.recorder.step(action, screen);
    }

    /// The consent could not be recorded, and nothing was sent.
    pub(crate) fn nothing_left(&mut self, refused: &Error) -> Result<(), Stop> {
        ensure_eq!(refused.problem(), Problem::ConsentNotRecorded);
        ensure_eq!(
            self.call_count(),
            0,
            "without a record nothing is sent, not even for a session"
        );
        self.step("The consent cannot be recorded.", Screen::new().error(refused));
        self.consents.lose(false);
        Ok(())
    }

    /// The consent was recorded before any call.
    pub(crate) fn consent_came_first(&mut self, action: &str) -> Result<(), Stop> {
        let entries = self.consents.entries();
        let (record, calls_before) = entries.first().present()?;
        ensure_eq!(*calls_before, 0, "it was recorded before any call");
        let screen = Screen::new()
            .field("Consent text", &record.text.code)
            .field("Version", &record.text.version)
            .time("Given at", record.given_at);
        self.step(action, screen);
        Ok(())
    }

    /// How long one answer may take.
    pub(crate) fn patience(&self) -> Duration {
        self.place.answer_patience()
    }

    /// What time it is for the desk, as exact as messages write it.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.place.client().now().trunc_subsecs(3)
    }

    /// Waits until something has happened, no longer than one answer may take.
    #[track_caller]
    pub(crate) fn until<'a, F>(
        &'a self,
        what: &'a str,
        mut happened: impl FnMut() -> F + Send + 'a,
    ) -> impl Future<Output = Result<(), Stop>> + Send + 'a
    where
        F: Future<Output = Result<bool, Stop>> + Send + 'a,
    {
        let late = Stop::failed(&format!("did not happen in time: {what}"));
        async move {
            let waiting = async {
                while !happened().await? {
                    tokio::time::sleep(LOOK).await;
                }
                Ok(())
            };
            tokio::time::timeout(self.patience(), waiting).await.unwrap_or(Err(late))
        }
    }

    /// The exchanges with this endpoint so far, read.
    #[track_caller]
    pub(crate) fn messages<E: Endpoint>(&self) -> Result<Vec<Message<E>>, Stop> {
        self.calls::<E>().into_iter().map(Message::read).collect()
    }

    /// Waits for an exchange with this endpoint; there must be no second one by then.
    pub(crate) async fn one<E: Endpoint>(&self) -> Result<Message<E>, Stop> {
        self.messages_until::<E>(1).await?.only()
    }

    /// Waits for so many exchanges with an endpoint, and gives all that are there.
    pub(crate) async fn messages_until<E: Endpoint>(
        &self,
        count: usize,
    ) -> Result<Vec<Message<E>>, Stop> {
        self.until(E::META.name, || async { Ok(self.calls::<E>().len() >= count) }).await?;
        self.messages()
    }

    /// Lets time pass.
    pub(crate) async fn wait(&self, time: TimeDelta) {
        self.place.wait(time).await;
    }

    /// What the case has declared to need: the list of needs is then true, and told before the case
    /// begins.
    #[track_caller]
    fn declared(&self, need: Need) -> Result<&Supplies, Stop> {
        if !self.case.needed().contains(&need) {
            return Err(Stop::failed(&format!(
                "the case uses, and does not say that it needs, {need}"
            )));
        }
        Ok(self.place.supplies())
    }

    /// Somebody of the place.
    pub(crate) fn person(&self, role: Role) -> Result<Person, Stop> {
        self.declared(Need::Person(role))?.people.get(&role).cloned().present()
    }

    /// A mobile number that no ABHA number has.
    pub(crate) fn spare_mobile(&self) -> Result<MobileNumber, Stop> {
        self.declared(Need::SpareMobile)?.spare_mobile.clone().present()
    }

    /// An e-mail address that no ABHA number has.
    pub(crate) fn spare_email(&self) -> Result<EmailAddress, Stop> {
        self.declared(Need::SpareEmail)?.spare_email.clone().present()
    }

    /// The name of an ABHA address that nobody has.
    pub(crate) fn free_address(&self) -> Result<AbhaAddressName, Stop> {
        self.declared(Need::FreeAddress)?.free_address.clone().present()
    }

    /// A well-formed Aadhaar number that nobody has.
    pub(crate) fn nobodys_aadhaar(&self) -> Result<AadhaarNumber, Stop> {
        self.declared(Need::NobodysAadhaar)?.nobodys_aadhaar.clone().present()
    }

    /// A driving licence.
    pub(crate) fn licence(&self) -> Result<Licence, Stop> {
        self.declared(Need::Licence)?.licence.clone().present()
    }

    /// The desk of a benefit programme.
    pub(crate) fn programme_desk(&self) -> Result<Desk, Stop> {
        let programme = self.declared(Need::Programme)?.programme.clone().present()?;
        let desk = Desk::builder(self.place.client().clone(), self.consents.clone());
        Ok(desk.programme(programme).build())
    }

    /// A scan.
    pub(crate) async fn scan(&self, modality: Modality, whose: Scanned) -> Result<Scan, Stop> {
        self.declared(Need::Scanner)?;
        let scanner = self.place.scanner().present()?;
        Ok(Scan::new(modality, scanner.scan(modality, whose).await?))
    }

    /// Where callbacks arrive.
    pub(crate) fn bridge(&self) -> Result<&dyn Bridge, Stop> {
        self.declared(Need::Bridge)?;
        self.place.bridge().present()
    }

    /// The patients' apps.
    pub(crate) fn patient_app(&self) -> Result<&dyn PatientApp, Stop> {
        self.declared(Need::PatientApp)?;
        self.place.patient_app().present()
    }

    /// Who asks for records.
    pub(crate) fn requester(&self) -> Result<&dyn Requester, Stop> {
        self.declared(Need::Requester)?;
        self.place.requester().present()
    }

    /// Power over the server.
    pub(crate) fn server_control(&self) -> Result<&dyn ServerControl, Stop> {
        self.declared(Need::ServerControl)?;
        self.place.server_control().present()
    }

    /// What the server has on record about somebody, where it can be asked: a check that the screens
    /// told the truth.
    pub(crate) async fn on_record(&self, who: Role) -> Result<Option<Person>, Stop> {
        match self.place.server_control() {
            Some(control) => Ok(Some(control.on_record(who).await?)),
            None => Ok(None),
        }
    }

    /// The OTP that came to this phone last.
    pub(crate) async fn otp(&mut self, mobile: &MobileNumber) -> Result<Otp, Stop> {
        self.otp_sent_to(SentTo::Mobile(mobile)).await
    }

    /// The OTP that the hospital sent last, to link records.
    pub(crate) fn hospital_otp(&mut self, hospital: &MadeUpHospital) -> Result<Otp, Stop> {
        let otp = hospital.last_otp()?.code;
        self.recorder.otp(&otp);
        Ok(otp)
    }

    /// The OTP that came there last.
    pub(crate) async fn otp_sent_to(&mut self, sent_to: SentTo<'_>) -> Result<Otp, Stop> {
        let otp = self.place.otp(sent_to).await?;
        self.recorder.otp(&otp);
        Ok(otp)
    }

    /// The exchanges with this endpoint so far.
    pub(crate) fn calls<E: Endpoint>(&self) -> Vec<Exchange> {
        let of_endpoint = |exchange: &Exchange| {
            let path = exchange.path.split('?').next().unwrap_or_default();
            path.ends_with(E::META.path) && exchange.method == E::META.method.as_str()
        };
        self.watch.exchanges().into_iter().filter(of_endpoint).collect()
    }

    /// How many calls were made of whatever kind.
    pub(crate) fn call_count(&self) -> usize {
        self.watch.exchanges().len()
    }

    /// The first steps of an enrolment by Aadhaar OTP, up to the OTP.
    pub(crate) async fn begin_enrolment(&self, person: &Person) -> Result<EnrolmentOtp, Stop> {
        Ok(self.desk.enrol(&aadhaar(person)?, consent()).await?)
    }

    /// A whole enrolment by Aadhaar OTP with this mobile number.
    pub(crate) async fn enrol(
        &mut self,
        person: &Person,
        mobile: &MobileNumber,
    ) -> Result<Enrolled, Stop> {
        let mut flow = self.begin_enrolment(person).await?;
        let otp = self.otp(&person.mobile).await?;
        Ok(flow.verify(&otp, mobile).await?)
    }
}

/// The consent that a desk of the cases takes.
pub(crate) fn consent() -> GivenConsent {
    GivenConsent::new("operator-17", "en")
}

/// The Aadhaar number of somebody who has one.
pub(crate) fn aadhaar(person: &Person) -> Result<AadhaarNumber, Stop> {
    person.aadhaar.clone().present()
}

/// Six digits that are not this OTP.
pub(crate) fn wrong_otp(right: &Otp) -> Result<Otp, Stop> {
    let other = ["246813", "135792"].into_iter().find(|digits| *digits != right.expose());
    Ok(Otp::new(other.present()?)?)
}

/// A mobile number as texts may show it.
pub(crate) fn masked(mobile: &MobileNumber) -> Result<String, Stop> {
    Ok(format!("******{}", last_four(mobile)?))
}

/// An Aadhaar number with one wrong digit, which the check digit tells.
pub(crate) fn misread(aadhaar: &AadhaarNumber) -> Result<String, Stop> {
    let (stem, last) = aadhaar.expose().split_at_checked(11).present()?;
    let slip = if last == "9" { "8" } else { "9" };
    Ok(format!("{stem}{slip}"))
}

/// The last four digits of a mobile number.
pub(crate) fn last_four(mobile: &MobileNumber) -> Result<&str, Stop> {
    mobile.expose().get(6..).present()
}

/// A card or a code is an image, and not an empty one.
pub(crate) fn is_image(document: &Document) -> Result<(), Stop> {
    ensure!(document.media_type().starts_with("image/"));
    ensure!(!document.bytes().is_empty());
    Ok(())
}

/// A field of a profile that must be there.
pub(crate) fn personal(field: &Option<Personal>) -> Result<&str, Stop> {
    Ok(field.as_ref().present()?.as_str())
}
