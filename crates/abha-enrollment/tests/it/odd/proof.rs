//! What an answer proves, found without the reader that is tested (rulings.md 42).

use abdm_core::wire::odd::{Json, OddAnswer};
use abha_enrollment::input::AbhaAddressName;
use serde_json::Value;

use super::oracle;
use super::stage::*;
use super::stories::Story;

/// The answers that only add to a success: they may fail.
const ADDITIONS: &[Step] = &[
    PROFILE,
    ADDRESS_PROFILE,
    SEARCH,
    FIND,
    SUGGEST,
    CARD,
    CHILDREN,
    SEARCH_BENEFIT,
    PROGRAMMES,
    APP_PROFILE,
    APP_UPDATE,
];

/// What is asked again by itself after a server's fault, and is good then.
const ASKED_AGAIN: &[Step] = &[SWITCH_LIST, FACE_POLL, LINK_BENEFIT];

/// The answers to a proof, or to a change by one: a word that denies it leaves nothing of them.
const PROOFS: &[Step] = &[
    LINK,
    LOGIN,
    ONE_STEP,
    USER,
    RENEW,
    CHANGE,
    ADDRESS,
    CREATION,
    APP_LOGIN,
    APP_USER,
    APP_RENEW,
    APP_CHANGE,
    APP_LINK,
    APP_CREATION,
    SWITCH_LIST,
    SWITCH,
];

/// The text by which an answer denies what it was asked for.
pub(crate) const DENIAL: &str = "OTP did not match, please try again";

/// Whether an answer proves what a success of its step would claim.
pub(crate) fn proves(story: Story, odd: &Oddity) -> bool {
    let (step, answer): (Step, &OddAnswer) = (odd.step, &odd.answer);
    if ADDITIONS.contains(&step) || (odd.status == 500 && ASKED_AGAIN.contains(&step)) {
        return true;
    }
    let Some(json) = &answer.json else { return false };
    if odd.status >= 300 || (PROOFS.contains(&step) && denies(json)) {
        return false;
    }
    let token = || {
        somewhere(json, &|name, leaf| {
            name == "token" && leaf.as_str().is_some_and(|text| !text.trim().is_empty())
        })
    };
    let text = |part: &str| {
        let says = |text: &str| text.to_lowercase().contains(part);
        somewhere(json, &|_, leaf| leaf.as_str().is_some_and(says))
    };
    let numbered = |wanted: &str| {
        somewhere(json, &|name, leaf| {
            let text = leaf.as_str().map(str::to_owned).unwrap_or_else(|| leaf.to_string());
            name == wanted && text.chars().any(|c| c.is_ascii_digit())
        })
    };
    let named = |wanted: &str| somewhere(json, &|name, _| name == wanted);
    let accepted = || {
        somewhere(json, &|name, leaf| {
            let word = leaf.as_str().unwrap_or_default().trim().to_lowercase();
            name == "authresult" && word == "success"
        })
    };
    let proved = || accepted() || token() || text("verified successfully");
    match step {
        ENROL => !oracle::anywhere(json).is_empty() || token(),
        LINK => accepted() || token() || text("successfully linked") || proved(),
        CHANGE => accepted() || token() || text("account has been deleted"),
        LOGIN if story == Story::ListsApplications => proved() || numbered("enrolmentnumber"),
        LOGIN | ONE_STEP => accepted() || token(),
        USER | RENEW | ADDRESS | APP_LOGIN | APP_USER | APP_RENEW | SWITCH => token(),
        SWITCH_LIST => token() && named("txnid"),
        CREATION | APP_CREATION => proved(),
        APP_CHANGE => proved() || text("linked successfully"),
        APP_LINK => accepted() || text("linked successfully"),
        LINK_BENEFIT => text("linked successfully"),
        BY_DOCUMENT => numbered("enrolmentnumber"),
        FACE_POLL => named("status"),
        CLAIM => {
            let names = |name: &str, leaf: &Value| {
                ["preferredabhaaddress", "abhaaddress", "healthid"].contains(&name)
                    && leaf.as_str().is_some_and(|text| AbhaAddressName::parse(text).is_ok())
            };
            text("odd.name") || somewhere(json, &names)
        }
        CREATE | APP_CREATE => text("odd.name"),
        ENROL_OTP | LOGIN_OTP | CHANGE_OTP | ADDRESS_OTP | CREATION_OTP | FACE_INIT | APP_OTP
        | APP_CHANGE_OTP | APP_CREATION_OTP => named("txnid"),
        other => panic!("what proves {}?", other.endpoint),
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
pub(crate) fn refuses(json: &Json) -> bool {
    somewhere(json, &|name, leaf| {
        name == "authresult"
            && (leaf == false
                || leaf.as_str().is_some_and(|word| !word.trim().eq_ignore_ascii_case("success")))
    })
}

/// Whether an answer that a story depends on tells of another person's number only.
pub(crate) fn is_anothers(story: Story, odd: &Oddity) -> bool {
    let depends = match odd.step {
        PROFILE => story == Story::Profile,
        LOGIN | CHANGE | ADDRESS_PROFILE | APP_PROFILE | APP_UPDATE | APP_CHANGE | APP_CREATION => {
            story.knows_whom()
        }
        _ => false,
    };
    // An element of a list without a number may be anybody.
    let Some(json) = odd.answer.json.as_ref().filter(|_| depends && odd.status == 200) else {
        return false;
    };
    let standing = oracle::whole_numbers(odd.step.endpoint, json);
    !odd.answer.done.contains(&"among others")
        && !standing.is_empty()
        && standing.iter().all(|number| number == SECOND)
}

/// Whether its own text denies it, whatever else it says.
fn denies(json: &Json) -> bool {
    let Json::Object(members) = oracle::unwrapped(json) else { return false };
    let mut texts = members.iter().filter(|(name, _)| oracle::folded(name) == "message").peekable();
    texts.peek().is_some()
        && texts.all(|(_, text)| {
            let Json::Leaf(Value::String(text)) = text else { return false };
            text.contains(DENIAL)
        })
}
