//! Whole flows of milestone 1 against one or two odd answers: no panic, no number lost, no success
//! without evidence, no second creation, nothing personal in what is shown or logged.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use abdm_core::testing::log::{listen, logged, shows};
use abdm_core::wire::odd::{OddAnswer, odd_answer};
use abha_enrollment::Problem;
use abha_enrollment::error::Error;
use proptest::prelude::*;
use serde_json::{Value, json};
use tracing::Level;

use super::oracle::{addresses_made, whole_numbers};
use super::print::Printer;
use super::proof::{DENIAL, is_anothers, proves, refuses};
use super::replies::{NUMBER, SENTINELS};
use super::stage::*;
use super::stories::{STORIES, Story};
use super::{assert_silent, seeded};

/// What a flow came to.
struct Played {
    /// The ABHA numbers that it told, or why it failed.
    outcome: Result<Vec<String>, Error>,
    print: Printer,
    /// How often each path was called.
    calls: Vec<(Step, usize)>,
}

impl Played {
    fn was_asked(&self, odd: &Oddity) -> bool {
        self.calls.iter().any(|(called, times)| *called == odd.step && *times > odd.turn)
    }

    /// Whether the program was told this on the way or at the end.
    fn tells(&self, what: &str) -> bool {
        let at_the_end = self.outcome.iter().flatten().any(|told| told == what);
        at_the_end || self.print.told.borrow().iter().any(|told| told == what)
    }
}

/// What a refusal puts beside an answer: under which status, and what.
fn refusals() -> Vec<(u16, Value)> {
    let coded = json!({"error": {"code": "ABDM-1019", "message": "Dependent service unavailable"}});
    vec![
        (200, json!({"message": DENIAL})),
        (200, json!({"message": DENIAL, "authResult": null})),
        (200, json!({"authResult": "failed"})),
        (200, json!({"authResult": "pending"})),
        (200, coded.clone()),
        (400, coded.clone()),
        (422, json!({"message": DENIAL})),
        (500, coded),
    ]
}

/// The answer to a step made odd: in its form, by what is left of it, or by a refusal beside it.
fn oddity((step, turn): (Step, usize), form: Form, seed: u64) -> Oddity {
    if step == CARD {
        let mut answer = odd_answer(&json!({"card": "UEhPVE8t"}), seed);
        answer.json = None;
        return Oddity { step, turn, status: 200, answer };
    }
    // Now and then next to nothing is left of it.
    let bases = ["{}", "[]", "null", "{\"message\":\"Something went wrong\"}", "{\"txnId\":\"t\"}"];
    let base = bases.get(usize::try_from(seed % 60).unwrap());
    let mut body =
        base.map_or_else(|| good(step, form), |text| serde_json::from_str(text).unwrap());
    // Now and then it is about somebody else.
    if (seed >> 16).is_multiple_of(16) {
        let text = body.to_string().replace(NUMBER, SECOND).replace("sentinela.p", "ravi.other");
        body = serde_json::from_str(&text).unwrap();
    }
    let mut status = 200;
    let refusals = refusals();
    let refusal = refusals.get(usize::try_from((seed >> 8) % 32).unwrap());
    if let (Some((by_status, members)), Value::Object(body)) = (refusal, &mut body) {
        status = *by_status;
        for (name, member) in members.as_object().unwrap() {
            body.insert(name.clone(), member.clone());
        }
    }
    Oddity { step, turn, status, answer: odd_answer(&body, seed) }
}

fn play(story: Story, odd: &[Oddity]) -> Played {
    listen(Level::TRACE);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()
        .unwrap();
    let print = Printer::default();
    let bench = story.bench();
    super::stage::play(&bench, story.form(), odd);
    let outcome = runtime.block_on(story.play(&bench, &print));
    if let Err(error) = &outcome {
        print.error(error);
    }
    let calls = odd.iter().map(|odd| (odd.step, bench.abdm.count(odd.step.path))).collect();
    Played { outcome, print, calls }
}

#[test]
fn every_story_ends_well_on_good_answers() {
    for (story, calls) in STORIES {
        let (step, turn) = calls[0];
        let body = good(if step == CARD { PROFILE } else { step }, story.form());
        let odd = Oddity { step, turn, status: 200, answer: OddAnswer::plain(&body) };
        let played = play(*story, &[odd]);
        let told = played.outcome.unwrap_or_else(|error| panic!("{story:?}: {error:?}"));
        let known = |told: &String| [NUMBER, SECOND, THIRD].contains(&told.as_str());
        assert!(told.iter().all(known), "{story:?}: {told:?}");
        assert_silent(&played.print.shown.borrow());
    }
}

/// (M1 trial A1 to A5, B1 to B3, B10, B11, B14, C3, C14; rulings 42, 44, 46)
#[test]
fn whatever_is_odd_about_two_answers_a_flow_loses_no_number_and_claims_nothing_unsaid() {
    let counts: RefCell<BTreeMap<String, (u32, u32)>> = RefCell::default();
    let made = [const { Cell::new(0_u32) }; 2];
    let call = || (any::<prop::sample::Index>(), any::<u64>());
    let plays = (0..STORIES.len(), call(), prop::option::of(call()));
    let result = seeded(4_500).run(&plays, |(story, first, second)| {
        let (story, calls) = STORIES[story];
        let mut odd: Vec<Oddity> = Vec::new();
        for (call, seed) in std::iter::once(first).chain(second) {
            let (step, turn) = calls[call.index(calls.len())];
            if !odd.iter().any(|odd| (odd.step, odd.turn) == (step, turn)) {
                odd.push(oddity((step, turn), story.form(), seed));
            }
        }
        let played = play(story, &odd);
        let described = odd.iter().map(|odd| {
            let (body, done) = (String::from_utf8_lossy(&odd.answer.body), &odd.answer.done);
            format!("{} {} {done:?}: {body}", odd.step.endpoint, odd.status)
        });
        let what = format!("{story:?}: {}", described.collect::<Vec<_>>().join("\nand "));
        for (place, text) in [("shown", played.print.shown.borrow().clone()), ("logged", logged())]
        {
            let shown = shows(&text, SENTINELS.iter().copied());
            prop_assert!(shown.is_none(), "{shown:?} is {place}: {what}\n{text}");
        }
        let mut counts = counts.borrow_mut();
        let count = counts.entry(format!("{story:?}")).or_default();
        match &played.outcome {
            Ok(told) => {
                count.0 += 1;
                for odd in odd.iter().filter(|odd| played.was_asked(odd)) {
                    let endpoint = odd.step.endpoint;
                    prop_assert!(proves(story, odd), "nothing proves {endpoint}: {what}");
                }
                let known = |told: &String| match told.as_str() {
                    NUMBER | THIRD => true,
                    // A number that is told by the answer alone may be anybody's.
                    number => number == SECOND && !story.knows_whom(),
                };
                prop_assert!(told.iter().all(known), "{told:?} is another's: {what}");
                for odd in odd.iter().filter(|odd| played.was_asked(odd)) {
                    let endpoint = odd.step.endpoint;
                    prop_assert!(!is_anothers(story, odd), "another's {endpoint} is taken: {what}");
                }
            }
            Err(error) => {
                count.1 += 1;
                let used = |odd: &Oddity| {
                    let proof = matches!(
                        odd.step,
                        LOGIN
                            | LINK
                            | CHANGE
                            | ADDRESS
                            | CREATION
                            | USER
                            | ONE_STEP
                            | APP_LOGIN
                            | APP_USER
                            | APP_CHANGE
                            | APP_CREATION
                    );
                    proof && odd.status == 200
                };
                let later = matches!(error.problem(), Problem::Unavailable);
                let said = what.contains("ABDM-1019") || what.contains("Dependent service");
                let late = later && !said && odd.iter().all(used);
                prop_assert!(!late, "{:?} after a used OTP: {what}", error.problem());
            }
        }
        for odd in odd.iter().filter(|odd| odd.turn == 0 && played.was_asked(odd)) {
            let Some(json) = &odd.answer.json else { continue };
            let standing = match odd.step {
                ENROL | BY_DOCUMENT => whole_numbers(odd.step.endpoint, json),
                CREATE | APP_CREATE => addresses_made(json),
                _ => continue,
            };
            if standing.is_empty() || refuses(json) {
                continue;
            }
            let error = played.outcome.as_ref().err();
            let kept = standing.iter().any(|standing| played.tells(standing));
            if odd.status == 200 {
                made[0].set(made[0].get() + 1);
                prop_assert!(kept, "{standing:?} is lost, {error:?}: {what}");
            } else {
                made[1].set(made[1].get() + 1);
                let unknown = error.is_some_and(|e| e.problem() == Problem::OutcomeUnknown);
                prop_assert!(unknown, "{standing:?} is not looked up, {error:?}: {what}");
            }
        }
        Ok(())
    });
    for (story, (good, failed)) in counts.borrow().iter() {
        println!("{story}: {good} succeeded, {failed} failed");
    }
    let [kept, unknown] = made.map(Cell::into_inner);
    println!("{kept} creations named what they made, {unknown} more beside a refusing status");
    result.unwrap();
}
