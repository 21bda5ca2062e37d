//! Whole flows in all weathers: answers lost, cut, doubled and late, futures dropped half-way,
//! flows saved and resumed, in any order. A flow ends well, or in an error that says how to go on;
//! and the world behind the network sees the promises kept.

mod run;
mod world;

use abha_enrollment::Problem;
use abha_enrollment::flow::verification::{AccountChoice, OtpRoute, VerificationOutcome, Verified};
use abha_enrollment::input::AbhaAddressName;
use proptest::prelude::*;

pub(crate) use self::run::polled;
use self::run::{End, Move, Run, moves, run, tells_how_to_go_on, weather};
use self::world::{NUMBER, Weather};
use crate::support::{aadhaar, consent, mobile};

async fn enrols(run: &Run, first: &[Move], second: &[Move], claim_polls: &[Option<u8>]) {
    let mut flow = run.begun(async || run.desk.enrol(&aadhaar(), consent()).await).await;
    let mut moves = first;
    let person = loop {
        match run.driven(flow, moves).await {
            End::Done(person) => break person,
            End::Unknown => {
                let exists = run.looked_up().await;
                assert_eq!(exists, run.world.state.lock().unwrap().created);
                if exists {
                    return;
                }
            }
            End::Over => {}
        }
        moves = &[];
        flow = run.begun(async || run.desk.enrol(&aadhaar(), consent()).await).await;
    };
    assert!(run.world.state.lock().unwrap().created);
    assert_eq!(person.abha_number().unwrap().to_dashed(), NUMBER);

    let linking = run.begun(async || person.link_mobile(&mobile()).await).await;
    let mut person = match run.driven(linking, second).await {
        End::Done(person) => person,
        _ => person,
    };
    let name = AbhaAddressName::parse("asha.example").unwrap();
    for polls in claim_polls {
        match polled(person.claim_address(&name), *polls).await {
            Some(Ok(_)) | None => {}
            Some(Err(error)) => tells_how_to_go_on(&error),
        }
    }
    run.world.calm();
    let claimed_before = person.abha_address();
    let outcome = person.claim_address(&name).await;
    let doubled = run.world.state.lock().unwrap().doubled_claim;
    let is_it = |address: &abdm_core::person::AbhaAddress| address.as_str() == "asha.example@sbx";
    let had_it = claimed_before.as_ref().is_some_and(is_it);
    match outcome {
        Ok(address) => assert!(is_it(&address)),
        Err(error) => {
            assert_eq!(error.problem(), Problem::AddressTaken);
            assert!(doubled || had_it, "the person's own address is said to be another's");
        }
    }
    assert!(person.finish().await.profile.is_some());
}

async fn logs_in(run: &Run, by_mobile: bool, moves: &[Move], choosing: &[Option<u8>]) {
    run.world.state.lock().unwrap().created = true;
    let number = NUMBER.parse().unwrap();
    let begin = async || match by_mobile {
        true => run.desk.verify_by_mobile(&mobile()).await,
        false => run.desk.verify_abha_number(&number, OtpRoute::Aadhaar).await,
    };
    let flow = run.begun(&begin).await;
    let outcome = match run.driven(flow, moves).await {
        End::Done(outcome) => outcome,
        End::Over => {
            let flow = run.begun(&begin).await;
            match run.driven(flow, &[]).await {
                End::Done(outcome) => outcome,
                spent => panic!("good weather, and {spent:?}"),
            }
        }
        End::Unknown => panic!("a login creates nothing"),
    };
    let verified = match outcome {
        VerificationOutcome::Verified(verified) if !by_mobile => verified,
        VerificationOutcome::ChooseAccount(choice) if by_mobile => {
            chosen(run, &choice, choosing).await
        }
        other => panic!("{other:?}"),
    };
    run.world.calm();
    verified.profile().fetch().await.unwrap();
}

async fn chosen(run: &Run, choice: &AccountChoice, choosing: &[Option<u8>]) -> Verified {
    let number = NUMBER.parse().unwrap();
    for polls in choosing {
        match polled(choice.choose(&number), *polls).await {
            Some(Ok(verified)) => return verified,
            Some(Err(error)) => {
                tells_how_to_go_on(&error);
                assert_ne!(error.problem(), Problem::AbhaNumberInvalid);
            }
            None => {}
        }
    }
    run.world.calm();
    choice.choose(&number).await.unwrap_or_else(|error| {
        assert_eq!(error.problem(), Problem::LoginOver, "only the five minutes end it");
        panic!("the weather of this test takes less than five minutes")
    })
}

async fn proves_an_address(run: &Run, moves: &[Move]) {
    let address = "asha@sbx".parse().unwrap();
    let begin = async || run.desk.verify_abha_address(&address, OtpRoute::AbhaMobile).await;
    let flow = run.begun(&begin).await;
    let verified = match run.driven(flow, moves).await {
        End::Done(verified) => verified,
        End::Over => {
            let flow = run.begun(&begin).await;
            match run.driven(flow, &[]).await {
                End::Done(verified) => verified,
                spent => panic!("good weather, and {spent:?}"),
            }
        }
        End::Unknown => panic!("a verification creates nothing"),
    };
    run.world.calm();
    verified.profile().await.unwrap();
}

// The first claim reaches ABDM and is given up before its answer; the second one is refused, since
// the address is taken, and half of the refusal arrives.
#[test]
fn a_claim_whose_refusal_is_cut_off_leaves_the_earlier_one_in_doubt() {
    let fair = [Weather::Fair; 5];
    let it = Run::new(&[&fair[..], &[Weather::AnswerCut]].concat());
    let proven = [Move::Prove { right: true, polls: None }];
    run(enrols(&it, &proven, &proven, &[Some(2), None]));
    it.kept_every_promise();
}

fn drops() -> impl Strategy<Value = Vec<Option<u8>>> {
    prop::collection::vec(prop::option::of(0_u8..7), 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_enrolment_comes_through_every_weather(
        weather in weather(), first in moves(), second in moves(), claims in drops(),
    ) {
        let it = Run::new(&weather);
        run(enrols(&it, &first, &second, &claims));
        it.kept_every_promise();
    }

    #[test]
    fn a_login_by_number_comes_through_every_weather(weather in weather(), moves in moves()) {
        let it = Run::new(&weather);
        run(logs_in(&it, false, &moves, &[]));
        it.kept_every_promise();
    }

    #[test]
    fn a_login_by_mobile_with_a_choice_comes_through_every_weather(
        weather in weather(), moves in moves(), choosing in drops(),
    ) {
        let it = Run::new(&weather);
        run(logs_in(&it, true, &moves, &choosing));
        it.kept_every_promise();
    }

    #[test]
    fn a_verification_of_an_address_comes_through_every_weather(
        weather in weather(), moves in moves(),
    ) {
        let it = Run::new(&weather);
        run(proves_an_address(&it, &moves));
        it.kept_every_promise();
    }
}
