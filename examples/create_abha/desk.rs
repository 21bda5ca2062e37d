//! The order of the steps at a registration desk. All that a vendor writes for milestone 1's creation.

use abdm_core::person::AbhaNumber;
use abdm_core::secret::{AadhaarNumber, MobileNumber};
use abdm_core::wire::Document;
use abdm_examples::answers::Topic;
use abdm_examples::card;
use abdm_examples::consent;
use abdm_examples::counter::Counter;
use abdm_examples::exit::Stopped;
use abdm_examples::otp::{self, EnrolmentTurn};
use abdm_examples::picture;
use abdm_examples::steps::Trouble;
use abdm_examples::words::Word;
use abha_enrollment::api::account::AbhaProfile;
use abha_enrollment::error::{DeskAction, Language, Problem};
use abha_enrollment::flow::enrolment::{Enrolled, EnrolmentOtp, MobileLink, Registration};
use abha_enrollment::flow::verification::VerificationOutcome;
use abha_enrollment::hooks::GivenConsent;
use abha_enrollment::qr::QrCode;
use abha_enrollment::{Desk, Error};

use crate::address;
use crate::arguments::Arguments;
use crate::summary::Registered;

/// Registers one person: consent, Aadhaar and mobile number, OTP; then the mobile number's own OTP if
/// it needs one, an ABHA address, the profile, the card, and the end of the session.
///
/// # Errors
/// Only as long as there is no ABHA number. After that, whatever fails is a warning.
pub(crate) async fn register(
    counter: &mut Counter,
    arguments: &Arguments,
) -> Result<Registered, Stopped> {
    let consent = take_consent(counter, arguments)?;
    counter.screen.heading(counter.word(Word::Person));
    let mut aadhaar = ask_aadhaar(counter, None)?;
    let mobile = ask_mobile(counter)?;
    let flow = send_otp(counter, &mut aadhaar, &consent).await?;
    let mut turn = EnrolmentTurn { flow, mobile: &mobile };
    let enrolled = match otp::prove(counter, "enrol", &mut turn, aadhaar.expose()).await {
        Ok(enrolled) => enrolled,
        Err(Stopped::Failed { error, .. }) if error.problem() == Problem::OutcomeUnknown => {
            return look_up(counter, &error, &aadhaar, consent).await;
        }
        Err(stopped) => return Err(stopped),
    };
    let said = if enrolled.is_new() { Word::Created } else { Word::Exists };
    counter.screen.done(counter.word(said));
    if let Some(problem) = enrolled.problem() {
        let text = problem.text(counter.language);
        counter.screen.problem(text);
        counter.warn(Trouble::plain("enrol", text));
    }
    let mut registered = Registered::of(&enrolled);
    if let Err(stopped) = complete(counter, arguments, enrolled, &mobile, &mut registered).await {
        if !matches!(stopped, Stopped::Cancelled) {
            counter.warn(Trouble::of_stop("complete", &stopped));
        }
        counter.screen.line("");
        counter.screen.line(counter.word(Word::GoodbyeLater));
    }
    compare(counter, arguments, &registered);
    Ok(registered)
}

/// Everything after the ABHA number.
async fn complete(
    counter: &mut Counter,
    arguments: &Arguments,
    enrolled: Enrolled,
    mobile: &MobileNumber,
    registered: &mut Registered,
) -> Result<(), Stopped> {
    let enrolled = link_mobile(counter, enrolled, mobile).await?;
    registered.mobile_linked = *enrolled.mobile_link() == MobileLink::Linked;
    let (enrolled, suggestions) = address::choose(counter, arguments, enrolled).await?;
    registered.suggestions = suggestions;
    registered.update(&enrolled);
    // The profile is an extra: the number is in `registered` since the OTP was accepted.
    let registration = counter.steps.watch("profile", enrolled.finish(), why_no_profile).await;
    if let Some(error) = &registration.profile_missing {
        counter.explain(error);
        counter.warn(Trouble::of("profile", error));
    }
    registered.number = registered.number.take().or(registration.abha_number);
    registered.address = registered.address.take().or(registration.abha_address);
    registered.profile = registration.profile;
    show(counter, registered);
    let Some(session) = enrolled.session() else {
        counter.warn(Trouble::plain("profile", "ABDM gave no session: no card, no profile"));
        return Ok(());
    };
    let profile = counter.desk.profile(session.clone());
    let fetched = counter.optional("card", profile.card()).await;
    if fetched.as_ref().is_some_and(|document| !card::is_card(document)) {
        let why = counter.refuse(counter.word(Word::NoCard));
        counter.warn(Trouble::plain("card", why));
    }
    registered.card = fetched.filter(card::is_card);
    registered.qr_code = counter.optional("qr-code", profile.qr_code()).await;
    let shown = show_card(counter, arguments, registered);
    if counter.optional("log-out", profile.log_out()).await.is_some() {
        counter.screen.done(counter.word(Word::LoggedOut));
    }
    shown
}

fn why_no_profile(registration: &Registration) -> Option<&Error> {
    registration.profile_missing.as_deref()
}

/// The text in full, then the question. Nothing is sent before.
fn take_consent(counter: &mut Counter, arguments: &Arguments) -> Result<GivenConsent, Stopped> {
    counter.choose_language()?;
    counter.screen.heading(counter.word(Word::Consent));
    for page in consent::pages(counter.language) {
        counter.screen.page(page);
    }
    if arguments.options.is_prepared() {
        counter.screen.hint(counter.word(Word::ConsentGiven));
    }
    if !counter.ask_whether(Topic::Consent, Word::AskConsent)? {
        counter.screen.line(counter.word(Word::NoConsent));
        return Err(Stopped::Cancelled);
    }
    let language = if counter.language == Language::Hindi { "hi" } else { "en" };
    Ok(GivenConsent::new(arguments.options.operator.clone(), language))
}

fn ask_aadhaar(counter: &mut Counter, refused: Option<String>) -> Result<AadhaarNumber, Stopped> {
    let read = |typed: &str| AadhaarNumber::new(typed).map_err(Error::from);
    let aadhaar = counter.ask_for(Topic::Aadhaar, Word::AskAadhaar, refused, read)?;
    let shown = Topic::Aadhaar.masked(aadhaar.expose());
    counter.screen.done(shown);
    Ok(aadhaar)
}

fn ask_mobile(counter: &mut Counter) -> Result<MobileNumber, Stopped> {
    let read = |typed: &str| MobileNumber::new(typed).map_err(Error::from);
    counter.ask_for(Topic::Mobile, Word::AskMobile, None, read)
}

/// Has the OTP sent; asks for the Aadhaar number again when ABDM does not take it.
async fn send_otp(
    counter: &mut Counter,
    aadhaar: &mut AadhaarNumber,
    consent: &GivenConsent,
) -> Result<EnrolmentOtp, Stopped> {
    loop {
        let desk = counter.desk.clone();
        let sent = counter.persist("request-otp", || desk.enrol(aadhaar, consent.clone())).await;
        match sent {
            Ok(flow) => return Ok(flow),
            Err(error) if error.problem().action() == DeskAction::AskAgain => {
                let refused = counter.explain(&error);
                *aadhaar = ask_aadhaar(counter, Some(refused))?;
            }
            Err(error) => return Err(Stopped::at("request-otp", error)),
        }
    }
}

/// Links the mobile number by an OTP of its own, where it is not Aadhaar's. Whatever fails here costs
/// the link only.
async fn link_mobile(
    counter: &mut Counter,
    enrolled: Enrolled,
    mobile: &MobileNumber,
) -> Result<Enrolled, Stopped> {
    match enrolled.mobile_link() {
        MobileLink::Linked => {
            counter.screen.done(counter.word(Word::MobileLinked));
            return Ok(enrolled);
        }
        MobileLink::Other(other) => {
            let other = Topic::Mobile.masked(other.as_str().trim_start_matches('*'));
            counter.screen.hint(format_args!("{} {other}", counter.word(Word::MobileOther)));
            if !counter.ask_whether(Topic::ChangeMobile, Word::AskChangeMobile)? {
                return Ok(enrolled);
            }
        }
        _ => counter.screen.hint(counter.word(Word::MobileDiffers)),
    }
    let begun = enrolled.link_mobile(mobile);
    let Some(mut linking) = counter.optional("request-mobile-otp", begun).await else {
        return Ok(enrolled);
    };
    match otp::prove(counter, "link-mobile", &mut linking, mobile.expose()).await {
        Ok(enrolled) => {
            counter.screen.done(counter.word(Word::MobileLinked));
            Ok(enrolled)
        }
        Err(Stopped::Cancelled) => Err(Stopped::Cancelled),
        Err(stopped) => {
            if let Stopped::Failed { error, .. } = &stopped {
                counter.explain(error);
            }
            counter.warn(Trouble::of_stop("link-mobile", &stopped));
            Ok(linking.skip())
        }
    }
}

/// The answer to the creation was lost: it is never sent again. A login by Aadhaar tells whether the
/// ABHA number exists.
async fn look_up(
    counter: &mut Counter,
    lost: &Error,
    aadhaar: &AadhaarNumber,
    consent: GivenConsent,
) -> Result<Registered, Stopped> {
    counter.explain(lost);
    counter.screen.hint(counter.word(Word::LookingUp));
    let desk: Desk = counter.desk.clone();
    let asked = counter.persist("look-up", || desk.verify_by_aadhaar(aadhaar, consent.clone()));
    let mut flow = asked.await.map_err(|error| Stopped::at("look-up", error))?;
    let proved = otp::prove(counter, "look-up", &mut flow, aadhaar.expose()).await?;
    let VerificationOutcome::Verified(verified) = proved else {
        return Err(Stopped::Unanswered("ABDM lists several ABHA numbers".to_owned()));
    };
    counter.warn(Trouble::of("enrol", lost));
    counter.screen.done(counter.word(Word::Exists));
    let mut registered = Registered::of_verified(&verified);
    let profile = verified.profile();
    registered.profile = counter.optional("profile", profile.fetch()).await;
    show(counter, &registered);
    counter.optional("log-out", profile.log_out()).await;
    Ok(registered)
}

fn show(counter: &mut Counter, registered: &Registered) {
    let fields = [
        (Word::AbhaNumber, registered.number_text()),
        (Word::Address, registered.address_text()),
        (Word::Name, registered.name()),
        (Word::Born, registered.born()),
        (Word::Gender, registered.gender()),
        (Word::Mobile, registered.masked_mobile()),
    ];
    counter.screen.heading(counter.word(Word::Card));
    for (name, value) in fields {
        if let Some(value) = value {
            counter.screen.field(counter.word(name), value);
        }
    }
}

/// Saves the card if that is wanted, and shows its QR code.
fn show_card(
    counter: &mut Counter,
    arguments: &Arguments,
    registered: &mut Registered,
) -> Result<(), Stopped> {
    if let Some(document) = &registered.card {
        let (kind, size) = (document.media_type(), document.bytes().len());
        let said = counter.word(Word::CardFetched);
        counter.screen.done(format_args!("{said} {kind}, {size} bytes"));
        if counter.ask_whether(Topic::SaveCard, Word::AskSaveCard)? {
            registered.card_file = save_card(counter, arguments, document, &registered.number);
        }
    }
    show_qr(counter, registered);
    Ok(())
}

/// The QR code as ABDM drew it; where it drew none that a terminal can show, one of the same content.
fn show_qr(counter: &mut Counter, registered: &Registered) {
    if let Some(picture) = registered.qr_code.as_ref().and_then(picture::in_terminal) {
        counter.screen.done(counter.word(Word::QrOfCard));
        return counter.screen.picture(&picture);
    }
    let (number, address) = (registered.number_text(), registered.address_text());
    let (name, gender, born) = (registered.name(), registered.gender(), registered.born());
    let mut text = card::CardText::default();
    text.number = number.as_deref();
    text.address = address.as_deref();
    text.name = name.as_deref();
    text.gender = gender.as_deref();
    text.born = born.as_deref();
    if let Ok(code) = QrCode::of(&text.to_json()) {
        counter.screen.done(counter.word(Word::QrOfProfile));
        counter.screen.picture(&code.terminal());
    }
}

fn save_card(
    counter: &mut Counter,
    arguments: &Arguments,
    document: &Document,
    number: &Option<AbhaNumber>,
) -> Option<String> {
    let folder =
        arguments.options.card_folder.clone().unwrap_or_else(|| {
            if arguments.options.demo { card::demo_folder() } else { ".".into() }
        });
    let digits = number.as_ref().map(AbhaNumber::to_digits).unwrap_or_default();
    let stem = format!("abha-card-{}", digits.get(10..).unwrap_or("unknown"));
    match card::save(document, &folder, &stem) {
        Ok(path) => {
            let said = counter.word(Word::CardSaved);
            counter.screen.done(format_args!("{said} {}", path.display()));
            Some(path.display().to_string())
        }
        Err(error) => {
            counter.screen.problem(&error);
            counter.warn(Trouble::plain("save-card", error.to_string()));
            None
        }
    }
}

/// Whether the ABHA number is the one that was expected.
fn compare(counter: &mut Counter, arguments: &Arguments, registered: &Registered) {
    let Some(expected) = &arguments.options.abha_number else { return };
    let expected = expected.parse::<AbhaNumber>().ok();
    if expected.is_none() || expected != registered.number {
        let text = "the ABHA number is not the one of --abha-number";
        counter.screen.problem(text);
        counter.warn(Trouble::plain("compare", text));
    }
}

/// The profile's words where it has them.
pub(crate) fn profile_text<'a>(
    profile: Option<&'a AbhaProfile>,
    field: impl Fn(&'a AbhaProfile) -> Option<&'a str>,
) -> Option<String> {
    profile.and_then(field).filter(|text| !text.is_empty()).map(str::to_owned)
}
