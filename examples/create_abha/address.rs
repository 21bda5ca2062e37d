//! Choosing an ABHA address.

use abdm_examples::answers::Topic;
use abdm_examples::counter::Counter;
use abdm_examples::exit::Stopped;
use abdm_examples::steps::Trouble;
use abdm_examples::words::Word;
use abha_enrollment::Error;
use abha_enrollment::error::DeskAction;
use abha_enrollment::flow::enrolment::Enrolled;
use abha_enrollment::input::AbhaAddressName;

use crate::arguments::Arguments;

/// Lets the person choose an ABHA address: a suggestion, or an own name, whose rule stands beside the
/// field (certification case CRT_ABHA_112). A taken name is explained, and another one asked for.
///
/// A person whose ABHA existed keeps the address they have, unless they want another; and keeps it
/// also when that one is taken. So does a new person: nobody gets a name that they did not ask for.
pub(crate) async fn choose(
    counter: &mut Counter,
    arguments: &Arguments,
    mut enrolled: Enrolled,
) -> Result<(Enrolled, Vec<String>), Stopped> {
    counter.screen.heading(counter.word(Word::Address));
    if keeps_address(arguments, &enrolled) {
        tell_kept(counter, &enrolled);
        return Ok((enrolled, Vec::new()));
    }
    let suggestions = suggest(counter, &enrolled).await;
    for (place, name) in suggestions.iter().enumerate() {
        counter.screen.hint(format_args!("{}  {name}", place + 1));
    }
    counter.screen.hint(counter.word(Word::AddressRule));
    let mut refused: Option<String> = None;
    let mut trouble: Option<Trouble> = None;
    for asked in 0.. {
        let why = refused.as_deref();
        let typed = counter.ask(Topic::AddressName, Word::AskAddress, &suggestions, why, asked)?;
        if typed.is_empty() {
            tell_kept(counter, &enrolled);
            break;
        }
        let name = match read(&typed, &suggestions) {
            Ok(name) => name,
            Err(error) => {
                refused = Some(counter.explain(&error));
                counter.screen.hint(AbhaAddressName::RULE);
                trouble = Some(Trouble::of("claim-address", &error));
                continue;
            }
        };
        let outcome = counter.step("claim-address", enrolled.claim_address(&name)).await;
        trouble = outcome.as_ref().err().map(|error| Trouble::of("claim-address", error));
        match outcome {
            Ok(address) => {
                let said = counter.word(Word::AddressClaimed);
                counter.screen.done(format_args!("{said} {address}"));
                break;
            }
            Err(error) if may_ask_again(&error) => refused = Some(counter.explain(&error)),
            Err(error) => {
                refused = Some(counter.explain(&error));
                break;
            }
        }
    }
    let wanted = arguments.options.abha_address.as_deref();
    let why = refused.map(|why| format!(": {why}")).unwrap_or_default();
    if wanted.is_some_and(|wanted| !has(&enrolled, wanted)) {
        let message = format!("the ABHA address is not the one of --abha-address{why}");
        let mut warning = trouble.unwrap_or_else(|| Trouble::plain("claim-address", ""));
        warning.message = message;
        counter.warn(warning);
    } else if let Some(trouble) = trouble {
        counter.warn(trouble);
    }
    Ok((enrolled, suggestions))
}

/// ABDM's suggestions; none for a person who has an address that somebody chose.
async fn suggest(counter: &mut Counter, enrolled: &Enrolled) -> Vec<String> {
    if !enrolled.is_new() && has_chosen(enrolled) {
        return Vec::new();
    }
    let suggested = counter.optional("suggest-addresses", enrolled.suggest_addresses()).await;
    suggested.unwrap_or_default().iter().map(|name| name.as_str().to_owned()).collect()
}

/// Whether the person's ABHA existed, and no other address is wanted than they have.
fn keeps_address(arguments: &Arguments, enrolled: &Enrolled) -> bool {
    let wanted = arguments.options.abha_address.as_deref();
    let is_wanted = wanted.map_or_else(|| has_chosen(enrolled), |wanted| has(enrolled, wanted));
    !enrolled.is_new() && is_wanted
}

/// Whether the address was chosen by somebody. Which it is of an ABHA that existed is not always told;
/// the profile will tell.
fn has_chosen(enrolled: &Enrolled) -> bool {
    enrolled.abha_address().is_none() || enrolled.has_chosen_address()
}

/// Whether this is one of the person's addresses, with or without its suffix.
fn has(enrolled: &Enrolled, wanted: &str) -> bool {
    let wanted = wanted.split('@').next().unwrap_or_default();
    enrolled.addresses().iter().any(|address| address.name().eq_ignore_ascii_case(wanted))
}

fn tell_kept(counter: &mut Counter, enrolled: &Enrolled) {
    for address in enrolled.addresses() {
        let said = counter.word(Word::AddressKept);
        counter.screen.done(format_args!("{said} {address}"));
    }
}

/// The number of a suggestion, or a name.
fn read(typed: &str, suggestions: &[String]) -> Result<AbhaAddressName, Error> {
    let place = typed.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let chosen = place.and_then(|place| suggestions.get(place)).map_or(typed, String::as_str);
    AbhaAddressName::parse(chosen).map_err(Error::from)
}

fn may_ask_again(error: &Error) -> bool {
    matches!(error.problem().action(), DeskAction::AskAgain | DeskAction::AskForAnother)
}
