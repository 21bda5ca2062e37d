//! Whole flows of milestone 1 against one odd answer: no panic, no number lost, no success without
//! evidence, no second creation, nothing personal in what is shown or logged.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt::{Debug, Write as _};

use abdm_core::endpoint::Endpoint as _;
use abdm_core::person::AbhaNumber;
use abdm_core::seal::{SealingKey, SealingKeyRing};
use abdm_core::secret::Otp;
use abdm_core::testing::log::{listen, logged, shows};
use abdm_core::vocabulary::Gender;
use abdm_core::wire::odd::{Json, OddAnswer, odd_answer};
use abha_enrollment::Problem;
use abha_enrollment::api::address::EnrolAbhaAddress;
use abha_enrollment::api::enrollment::EnrolByAadhaar;
use abha_enrollment::error::{Error, Language};
use abha_enrollment::flow::address_creation::{AddressDetails, BirthDate};
use abha_enrollment::flow::enrolment::{Enrolled, Enrolment};
use abha_enrollment::flow::lookup::LookupBy;
use abha_enrollment::flow::profile::ProfileSession;
use abha_enrollment::flow::verification::{OtpRoute, ProofRoute, VerificationOutcome, Verified};
use abha_enrollment::input::{AadhaarOrVid, AbhaAddressName, Password};
use proptest::prelude::*;
use serde_json::Value;
use tracing::Level;

use super::oracle::{self, whole_numbers};
use super::replies::NUMBER;
use super::stage::*;
use super::{assert_silent, seeded};
use crate::support::{Bench, aadhaar, consent, mobile};

/// What a flow came to.
struct Played {
    /// The ABHA numbers that it told, or why it failed.
    outcome: Result<Vec<String>, Error>,
    shown: RefCell<String>,
}

/// Everything that is printed on the way.
#[derive(Default)]
struct Printer(RefCell<String>);

impl Printer {
    fn value<T: Debug>(&self, value: T) -> T {
        let _ = write!(self.0.borrow_mut(), "{value:?} {value:#?} ");
        value
    }

    fn error(&self, error: &Error) {
        let (english, hindi) =
            (error.desk_text(Language::English), error.desk_text(Language::Hindi));
        let _ = write!(self.0.borrow_mut(), "{error} {error:?} {error:#?} {english} {hindi} ");
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            let _ = write!(self.0.borrow_mut(), "{cause} {cause:?} ");
            source = cause.source();
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Story {
    Enrols,
    LinksMobile,
    ClaimsAddress,
    ByNumber,
    ByMobile,
    ByAadhaar,
    ByPassword,
    Finds,
    LooksUp,
    Profile,
    Deletes,
    Reactivates,
    ByAddress,
    CreatesAddress,
}

/// The calls of a story, and whose turn on its path each is.
const STORIES: &[(Story, &[(Step, usize)])] = &[
    (Story::Enrols, &[(ENROL_OTP, 0), (ENROL, 0), (ENROL, 0), (ENROL, 0), (PROFILE, 0)]),
    (Story::Enrols, &[(ENROL, 0)]),
    (Story::LinksMobile, &[(ENROL_OTP, 1), (LINK, 0), (LINK, 0)]),
    (Story::ClaimsAddress, &[(SUGGEST, 0), (CLAIM, 0), (PROFILE, 0)]),
    (Story::ByNumber, &[(LOGIN_OTP, 0), (LOGIN, 0), (PROFILE, 0)]),
    (Story::ByMobile, &[(LOGIN_OTP, 0), (LOGIN, 0), (USER, 0), (PROFILE, 0)]),
    (Story::ByAadhaar, &[(LOGIN, 0), (PROFILE, 0)]),
    (Story::ByPassword, &[(LOGIN, 0)]),
    (Story::Finds, &[(FIND, 0), (LOGIN_OTP, 0), (LOGIN, 0)]),
    (Story::LooksUp, &[(SEARCH, 0), (FIND, 0)]),
    (Story::Profile, &[(PROFILE, 0), (PROFILE, 1), (CARD, 0)]),
    (Story::Deletes, &[(CHANGE_OTP, 0), (CHANGE, 0), (CHANGE, 0)]),
    (Story::Reactivates, &[(LOGIN_OTP, 0), (LOGIN, 0)]),
    (Story::ByAddress, &[(ADDRESS_OTP, 0), (ADDRESS, 0), (ADDRESS, 0), (ADDRESS_PROFILE, 0)]),
    (Story::CreatesAddress, &[(CREATION_OTP, 0), (CREATION, 0), (CREATE, 0), (CREATE, 0)]),
];

fn otp() -> Otp {
    Otp::new("482913").unwrap()
}

fn number() -> AbhaNumber {
    NUMBER.parse().unwrap()
}

fn dashed<'n>(numbers: impl IntoIterator<Item = &'n AbhaNumber>) -> Vec<String> {
    numbers.into_iter().map(AbhaNumber::to_dashed).collect()
}

impl Story {
    const fn has_several(self) -> bool {
        matches!(self, Self::ByMobile)
    }

    async fn play(self, bench: &Bench, print: &Printer) -> Result<Vec<String>, Error> {
        let desk = &bench.desk;
        match self {
            Self::Enrols => {
                let done = enrolled(bench, print).await?;
                let told = dashed(done.abha_number());
                let finished = print.value(done.finish().await);
                for number in &told {
                    let kept = finished.abha_number.as_ref().map(AbhaNumber::to_dashed);
                    assert_eq!(kept.as_ref(), Some(number), "finish loses what verify told");
                }
                Ok(dashed(finished.abha_number.as_ref()))
            }
            Self::LinksMobile => {
                let done = enrolled(bench, print).await?;
                let mut linking = print.value(done.link_mobile(&mobile()).await?);
                let done = print.value(linking.verify(&otp()).await?);
                Ok(dashed(done.abha_number()))
            }
            Self::ClaimsAddress => {
                let mut done = enrolled(bench, print).await?;
                print.value(done.suggest_addresses().await?.len());
                let name = AbhaAddressName::parse("odd.name").unwrap();
                done.claim_address(&name).await?;
                print.value(&done);
                Ok(dashed(print.value(done.finish().await).abha_number.as_ref()))
            }
            Self::ByNumber => {
                let route = OtpRoute::AbhaMobile;
                let mut flow = print.value(desk.verify_abha_number(&number(), route).await?);
                self.verified(print, flow.verify(&otp()).await?).await
            }
            Self::ByMobile => {
                let mut flow = print.value(desk.verify_by_mobile(&mobile()).await?);
                self.verified(print, flow.verify(&otp()).await?).await
            }
            Self::ByAadhaar => {
                let whose = AadhaarOrVid::parse("234567890124").unwrap();
                let mut flow = print.value(desk.verify_by_aadhaar(&whose, consent()).await?);
                self.verified(print, flow.verify(&otp()).await?).await
            }
            Self::ByPassword => {
                let verified =
                    desk.verify_by_password(&number(), &Password::existing("Sunrise#47")).await?;
                Ok(dashed(print.value(verified).abha_number()))
            }
            Self::Finds => {
                let found = print.value(desk.find_by_mobile(&mobile()).await?);
                let account = found.accounts().first().unwrap();
                let route = ProofRoute::Otp(OtpRoute::AbhaMobile);
                match print.value(found.prove(account, route).await?) {
                    abha_enrollment::flow::verification::Verification::AwaitsOtp(mut flow) => {
                        self.verified(print, flow.verify(&otp()).await?).await
                    }
                    other => panic!("{other:?}"),
                }
            }
            Self::LooksUp => {
                let seen = desk.lookup(LookupBy::AbhaNumber(&number())).await?;
                print.value(seen);
                print.value(desk.lookup(LookupBy::Mobile(&mobile())).await?);
                Ok(Vec::new())
            }
            Self::Profile => {
                let profile = print.value(logged_in(bench).await?);
                let told = print.value(profile.fetch().await?);
                let card = print.value(profile.card().await?);
                assert!(card.bytes().starts_with(b"\x89PNG"), "that is no card");
                Ok(dashed(told.abha_number.as_ref().and_then(|seen| seen.whole())))
            }
            Self::Deletes => {
                let profile = logged_in(bench).await?;
                let mut change =
                    print.value(profile.delete(&number(), OtpRoute::AbhaMobile, "x").await?);
                print.value(change.confirm(&otp()).await?);
                Ok(Vec::new())
            }
            Self::Reactivates => {
                let mut flow = print.value(desk.reactivate(&number(), OtpRoute::AbhaMobile).await?);
                flow.verify(&otp()).await?;
                Ok(Vec::new())
            }
            Self::ByAddress => {
                let address = "sentinela.p@sbx".parse().unwrap();
                let route = OtpRoute::AbhaMobile;
                let mut flow = print.value(desk.verify_abha_address(&address, route).await?);
                let verified = print.value(flow.verify(&otp()).await?);
                assert_eq!(verified.abha_address(), Some(address));
                print.value(verified.profile().await?);
                Ok(dashed(verified.abha_number()))
            }
            Self::CreatesAddress => {
                let mut flow = print.value(desk.create_abha_address(&mobile()).await?);
                let mut creation = print.value(flow.verify(&otp()).await?);
                let details =
                    AddressDetails::new("Sentinela", BirthDate::in_year(1984), Gender::Female);
                let name = AbhaAddressName::parse("odd.name").unwrap();
                let created = creation.create(&name, &details).await;
                print.value(&creation);
                if let Err(error) = &created
                    && error.problem() == Problem::OutcomeUnknown
                {
                    drop(creation.create(&name, &details).await);
                    let sent = bench.abdm.count(EnrolAbhaAddress::META.path);
                    assert_eq!(sent, 1, "created twice");
                }
                print.value(created?);
                Ok(Vec::new())
            }
        }
    }

    async fn verified(
        self,
        print: &Printer,
        outcome: VerificationOutcome,
    ) -> Result<Vec<String>, Error> {
        match print.value(outcome) {
            VerificationOutcome::Verified(verified) => Ok(dashed(verified.abha_number())),
            VerificationOutcome::ChooseAccount(choice) => {
                let chosen = choice.accounts().iter().find_map(|account| account.number());
                let Some(chosen) = chosen.cloned() else {
                    panic!("a choice in which nothing can be chosen")
                };
                let verified: Verified = print.value(choice.choose(&chosen).await?);
                Ok(dashed(verified.abha_number()))
            }
        }
    }
}

async fn logged_in(bench: &Bench) -> Result<ProfileSession, Error> {
    let password = Password::existing("Sunrise#47");
    Ok(bench.desk.verify_by_password(&number(), &password).await?.profile())
}

/// An enrolment; whose second creation is tried and must not be sent.
async fn enrolled(bench: &Bench, print: &Printer) -> Result<Enrolled, Error> {
    let mut flow = print.value(bench.desk.enrol(&aadhaar(), consent()).await?);
    let done = flow.verify(&otp(), &mobile()).await;
    print.value(&flow);
    let unknown = done.as_ref().err().is_some_and(|e| e.problem() == Problem::OutcomeUnknown);
    if unknown || done.is_ok() {
        drop(flow.verify(&otp(), &mobile()).await);
        let keys = SealingKeyRing::from(SealingKey::generate().unwrap());
        let saved = flow.save(&keys, "here").unwrap();
        if let Ok(Enrolment::AwaitsOtp(mut resumed)) =
            bench.desk.resume_enrolment(&saved, &keys, "here")
        {
            drop(resumed.verify(&otp(), &mobile()).await);
        }
        assert_eq!(bench.abdm.count(EnrolByAadhaar::META.path), 1, "a second creation was sent");
    }
    if let Ok(done) = &done {
        print.value(done);
    }
    done
}

/// Whether an answer proves what a success of its step would claim (rulings.md 42).
fn proves(step: Step, answer: &OddAnswer) -> bool {
    // What only adds to a success may fail.
    let adds = [PROFILE, ADDRESS_PROFILE, SEARCH, FIND, SUGGEST, CARD].contains(&step);
    let Some(json) = &answer.json else { return adds };
    let token = || {
        somewhere(json, &|name, leaf| {
            name == "token" && leaf.as_str().is_some_and(|text| !text.trim().is_empty())
        })
    };
    let text =
        |part: &str| somewhere(json, &|_, leaf| leaf.as_str().is_some_and(|t| t.contains(part)));
    let accepted = || {
        somewhere(json, &|name, leaf| {
            let word = leaf.as_str().unwrap_or_default().trim().to_lowercase();
            name == "authresult" && word == "success"
        })
    };
    match step {
        ENROL => !oracle::anywhere(json).is_empty() || token(),
        LINK => accepted() || token() || text("successfully linked"),
        CHANGE => accepted() || token() || text("account has been deleted"),
        LOGIN => accepted() || token(),
        USER => token(),
        ADDRESS => token(),
        CREATION => accepted() || token() || text("verified successfully"),
        CLAIM => {
            let names = |name: &str, leaf: &Value| {
                name == "preferredabhaaddress"
                    && leaf.as_str().is_some_and(|text| AbhaAddressName::parse(text).is_ok())
            };
            text("odd.name") || somewhere(json, &names)
        }
        CREATE => text("odd.name"),
        ENROL_OTP | LOGIN_OTP | CHANGE_OTP | ADDRESS_OTP | CREATION_OTP => {
            somewhere(json, &|name, _| name == "txnid")
        }
        _ => true,
    }
}

fn somewhere(json: &Json, fits: &dyn Fn(&str, &Value) -> bool) -> bool {
    fn within(name: &str, json: &Json, fits: &dyn Fn(&str, &Value) -> bool) -> bool {
        match json {
            Json::Leaf(leaf) => fits(name, leaf),
            Json::List(items) => items.iter().any(|item| within(name, item, fits)),
            Json::Object(members) => {
                members.iter().any(|(name, member)| within(&oracle::folded(name), member, fits))
            }
        }
    }
    within("", json, fits)
}

/// Whether the answer says itself that it is a refusal.
fn refuses(json: &Json) -> bool {
    somewhere(json, &|name, leaf| {
        name == "authresult"
            && (leaf == false
                || leaf.as_str().is_some_and(|word| !word.trim().eq_ignore_ascii_case("success")))
    })
}

fn odd_of(step: Step, several: bool, seed: u64) -> OddAnswer {
    if step == CARD {
        let mut odd = odd_answer(&serde_json::json!({"card": "UEhPVE8t"}), seed);
        odd.json = None;
        return odd;
    }
    // Now and then next to nothing is left of it.
    let bases = ["{}", "[]", "null", "{\"message\":\"Something went wrong\"}", "{\"txnId\":\"t\"}"];
    let base = bases.get(usize::try_from(seed % 60).unwrap());
    let good = base.map_or_else(|| good(step, several), |text| serde_json::from_str(text).unwrap());
    odd_answer(&good, seed)
}

fn play(story: Story, odd: (Step, usize), answer: &OddAnswer) -> Played {
    listen(Level::TRACE);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let print = Printer::default();
    let outcome = runtime.block_on(async {
        let bench = Bench::new();
        super::stage::play(&bench, story.has_several(), odd, answer);
        story.play(&bench, &print).await
    });
    if let Err(error) = &outcome {
        print.error(error);
    }
    Played { outcome, shown: print.0 }
}

#[test]
fn every_story_ends_well_on_good_answers() {
    for (story, odd) in STORIES {
        let (step, turn) = odd[0];
        let body = good(if step == CARD { PROFILE } else { step }, story.has_several());
        let answer = OddAnswer::plain(&body);
        let played = play(*story, (step, turn), &answer);
        let told = played.outcome.unwrap_or_else(|error| panic!("{story:?}: {error:?}"));
        assert!(told.iter().all(|told| told == NUMBER || told == SECOND), "{story:?}: {told:?}");
        assert_silent(&played.shown.borrow());
    }
}

/// (M1 trial A1 to A5, B1 to B3, B10, B11, B14, C3, C14; rulings 42, 44, 46)
#[test]
fn whatever_is_odd_about_an_answer_a_flow_loses_no_number_and_claims_nothing_unsaid() {
    let counts: RefCell<BTreeMap<String, (u32, u32)>> = RefCell::default();
    let numbers = Cell::new(0_u32);
    let story = (0..STORIES.len(), any::<prop::sample::Index>(), any::<u64>());
    let result = seeded(3_000).run(&story, |(story, call, seed)| {
        let (story, calls) = STORIES[story];
        let (step, turn) = calls[call.index(calls.len())];
        let answer = odd_of(step, story.has_several(), seed);
        let played = play(story, (step, turn), &answer);
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        let what = format!("{story:?}, {} {:?}: {body}", step.endpoint, answer.done);
        for (place, text) in [("shown", played.shown.borrow().clone()), ("logged", logged())] {
            let shown = shows(&text, super::replies::SENTINELS.iter().copied());
            prop_assert!(shown.is_none(), "{shown:?} is {place}: {what}\n{text}");
        }
        let mut counts = counts.borrow_mut();
        let count = counts.entry(format!("{story:?}")).or_default();
        match &played.outcome {
            Ok(told) => {
                count.0 += 1;
                let unsaid = !proves(step, &answer);
                prop_assert!(!unsaid, "a success that nothing proves: {what}");
                let known = told.iter().all(|told| told == NUMBER || told == SECOND);
                prop_assert!(known, "{told:?} is nobody's: {what}");
            }
            Err(error) => {
                count.1 += 1;
                let used = matches!(step, LOGIN | LINK | CHANGE | ADDRESS | CREATION | USER);
                let later = matches!(error.problem(), Problem::Unavailable);
                prop_assert!(!(used && later), "{:?} after a used OTP: {what}", error.problem());
            }
        }
        let Some(json) = &answer.json else { return Ok(()) };
        let standing = whole_numbers(step.endpoint, json);
        if step == ENROL && !standing.is_empty() && !refuses(json) {
            numbers.set(numbers.get() + 1);
            let told = played.outcome.as_ref().ok().and_then(|told| told.first());
            let error = played.outcome.as_ref().err();
            let kept = told.is_some_and(|told| standing.contains(told));
            prop_assert!(kept, "{standing:?} is lost, {told:?} {error:?}: {what}");
        }
        Ok(())
    });
    for (story, (good, failed)) in counts.borrow().iter() {
        println!("{story}: {good} succeeded, {failed} failed");
    }
    println!("{} creations with a whole number", numbers.get());
    result.unwrap();
}
