//! Whose a person's token is (rulings.md 44).
//!
//! An answer may list several accounts beside one final token. The order of the list says nothing:
//! the token's own claim does, else the profile that the token opens. And whoever was asked for is
//! never taken for somebody else.

use abdm_core::call::Call;
use abdm_core::person::{AbhaAddress, AbhaNumber};
use abdm_core::wire::NoBody;

use super::mask;
use crate::api::account::{AbhaProfile, FetchProfile};
use crate::api::address::{AbhaAddressState, AddressProfile, AddressUser, AddressVerified};
use crate::api::fields::{Personal, SeenAbhaNumber};
use crate::api::login::Account;
use crate::desk::Desk;
use crate::error::{Asked, Error, Problem};
use crate::session::{Claims, UserSession};

/// The owner of a session.
#[derive(Debug)]
pub(super) struct Owner {
    /// Their ABHA number. `None` where neither the answer, the token nor the profile tells it.
    pub(super) number: Option<AbhaNumber>,
    /// Their account, of those that were listed.
    pub(super) account: Option<Account>,
    /// Their preferred address, as the token or the profile tells it.
    pub(super) address: Option<AbhaAddress>,
}

impl Owner {
    /// Finds out whose a session is. `asked` is the number for which the proof was asked, whole or
    /// as a list showed it.
    pub(super) async fn find(
        desk: &Desk,
        session: &UserSession,
        accounts: Vec<Account>,
        asked: Option<&SeenAbhaNumber>,
    ) -> Result<Self, Error> {
        let Claims { abha_number, abha_address: mut address } = Claims::of(session.token.expose());
        let number = match abha_number {
            Some(claimed) => Some(claimed),
            None => told(&accounts, asked)?,
        };
        let number = match number {
            Some(number) => Some(number),
            // One try, and no more than enrichment: the proof stands without it (rulings.md 35).
            None => match fetch_profile(desk, session).await {
                Ok(profile) => {
                    let seen = profile.abha_number.as_ref();
                    let fits = |(seen, asked)| mask::may_both_be(seen, asked);
                    if seen.zip(asked).is_none_or(fits) {
                        address = address.or_else(|| profile.preferred_address());
                    }
                    seen.and_then(|seen| seen.whole().cloned())
                }
                Err(error) => {
                    tracing::warn!(problem = ?error.problem(), "the owner of a session is not told now");
                    None
                }
            },
        };
        let contradicts = |number: &AbhaNumber| asked.is_some_and(|a| !mask::may_be(a, number));
        if number.as_ref().is_some_and(contradicts) {
            return Err(Error::new(Problem::AnswerUnusable));
        }
        let accounts = match (&number, asked) {
            (None, Some(asked)) => like(accounts, asked)?,
            _ => accounts,
        };
        let account = listed(accounts, number.as_ref());
        Ok(Self { number, account, address })
    }
}

/// Refuses an answer that lists accounts, and none that may be the one that was asked for:
/// it was done to somebody else, or is the answer to another call.
pub(super) fn is_about<'a>(
    mut listed: impl Iterator<Item = Option<&'a SeenAbhaNumber>>,
    asked: Option<&AbhaNumber>,
) -> Result<(), Error> {
    let Some(asked) = asked else { return Ok(()) };
    let fits = |seen: Option<&SeenAbhaNumber>| seen.is_none_or(|seen| mask::may_be(seen, asked));
    match listed.next() {
        Some(first) if !(fits(first) || listed.any(fits)) => {
            Err(Error::new(Problem::AnswerUnusable))
        }
        _ => Ok(()),
    }
}

/// The accounts of a list from which one may be chosen after a proof of this number: those that may
/// be it. Refuses a list of others.
pub(super) fn to_choose(
    mut accounts: Vec<Account>,
    asked: Option<&SeenAbhaNumber>,
) -> Result<Vec<Account>, Error> {
    let Some(asked) = asked else { return Ok(accounts) };
    let fits = |seen: &SeenAbhaNumber| mask::may_both_be(asked, seen);
    accounts.retain(|account| account.abha_number.as_ref().is_none_or(fits));
    if accounts.iter().any(|account| account.number().is_some()) {
        Ok(accounts)
    } else {
        Err(Error::new(Problem::AnswerUnusable))
    }
}

/// The accounts that may be of the number that was asked for. Refuses a list of others only.
fn like(mut accounts: Vec<Account>, asked: &SeenAbhaNumber) -> Result<Vec<Account>, Error> {
    let told = !accounts.is_empty();
    let fits = |seen: &SeenAbhaNumber| mask::may_both_be(asked, seen);
    accounts.retain(|account| account.abha_number.as_ref().is_none_or(fits));
    if told && accounts.is_empty() {
        return Err(Error::new(Problem::AnswerUnusable));
    }
    Ok(accounts)
}

/// The number that an answer tells without a doubt.
fn told(accounts: &[Account], asked: Option<&SeenAbhaNumber>) -> Result<Option<AbhaNumber>, Error> {
    let whole = |account: &Account| account.abha_number.as_ref()?.whole().cloned();
    let numbers: Vec<AbhaNumber> = accounts.iter().filter_map(whole).collect();
    match asked {
        Some(SeenAbhaNumber::Whole(asked)) if accounts.is_empty() || numbers.contains(asked) => {
            Ok(Some(asked.clone()))
        }
        // Masked accounts only, or without a number: they must not contradict the one that was
        // asked.
        Some(SeenAbhaNumber::Whole(asked)) => {
            let fits = |account: &Account| {
                account.abha_number.as_ref().is_none_or(|seen| mask::may_be(seen, asked))
            };
            if accounts.iter().any(fits) {
                Ok(Some(asked.clone()))
            } else {
                Err(Error::new(Problem::AnswerUnusable))
            }
        }
        _ if accounts.len() == 1 => Ok(numbers.into_iter().next()),
        _ => Ok(None),
    }
}

/// The account of this number; without a number, the only one.
fn listed(mut accounts: Vec<Account>, number: Option<&AbhaNumber>) -> Option<Account> {
    let Some(number) = number else {
        return if accounts.len() == 1 { accounts.pop() } else { None };
    };
    let is_it = |account: &Account| {
        account.abha_number.as_ref().and_then(SeenAbhaNumber::whole) == Some(number)
    };
    if let Some(place) = accounts.iter().position(is_it) {
        return Some(accounts.swap_remove(place));
    }
    let masked = |account: &Account| {
        account.abha_number.as_ref().is_none_or(|seen| mask::may_be(seen, number))
    };
    accounts.retain(masked);
    if accounts.len() == 1 { accounts.pop() } else { None }
}

/// Fetches the profile that a session opens. One that says nothing is no profile.
pub(super) async fn fetch_profile(
    desk: &Desk,
    session: &UserSession,
) -> Result<AbhaProfile, Error> {
    let token = session.token.clone();
    let call = Call::<FetchProfile>::new(NoBody).by(token);
    let profile = desk.send(Asked::Plainly, &call).await?;
    if profile == AbhaProfile::default() {
        return Err(Error::new(Problem::AnswerUnreadable));
    }
    Ok(profile)
}

/// The owner of an address that was proved, of those that the answer lists.
///
/// An answer that lists nobody, or nobody with an address, is about the address that was asked for;
/// one that lists other addresses only is not.
pub(super) fn of_address(
    users: Vec<AddressUser>,
    asked: &AbhaAddress,
) -> Result<AddressUser, Error> {
    let names_it =
        |user: &AddressUser| user.abha_address.as_ref().is_some_and(|text| names(text, asked));
    let names_none = |user: &AddressUser| {
        user.abha_address.as_ref().is_none_or(|text| text.as_str().trim().is_empty())
    };
    let user = match users.iter().find(|user| names_it(user)) {
        Some(user) => user.clone(),
        None if users.iter().all(names_none) => {
            let only = if users.len() == 1 { users.into_iter().next() } else { None };
            only.unwrap_or_default()
        }
        None => return Err(Error::new(Problem::AnswerUnusable)),
    };
    Ok(AddressUser { abha_address: Some(Personal::new(asked.as_str())), ..user })
}

/// What the answer of a PHR family to the proof of an ABHA number tells of that number: its own
/// account first, and no address of another number. Refuses an answer that tells of other numbers
/// only.
pub(super) fn of_number(
    reply: &mut AddressVerified,
    asked: Option<&AbhaNumber>,
) -> Result<(), Error> {
    let Some(asked) = asked else { return Ok(()) };
    is_about(reply.accounts.iter().map(|account| account.abha_number.as_ref()), Some(asked))?;
    is_about(reply.users.iter().map(|user| user.abha_number.as_ref()), Some(asked))?;
    let claimed = reply.tokens.as_ref().map(|tokens| Claims::of(tokens.token.expose()));
    if claimed.and_then(|claims| claims.abha_number).is_some_and(|number| number != *asked) {
        return Err(Error::new(Problem::AnswerUnusable));
    }
    let fits = |seen: Option<&SeenAbhaNumber>| seen.is_none_or(|seen| mask::may_be(seen, asked));
    reply.accounts.retain(|account| fits(account.abha_number.as_ref()));
    reply.users.retain(|user| fits(user.abha_number.as_ref()));
    let is_it = |account: &AbhaProfile| {
        account.abha_number.as_ref().and_then(SeenAbhaNumber::whole) == Some(asked)
    };
    reply.accounts.sort_by_key(|account| !is_it(account));
    Ok(())
}

/// Refuses the token of an address that is plainly another person's; `listed` are the addresses
/// among which this one stood.
///
/// A claim names the *preferred* address of the token's owner (m1-abha.md 3.1), who may have
/// several: another address than this one tells of another person only where it is none of the
/// list, or one of another ABHA number. One that is listed with an ABHA number is no other address
/// of a person who is listed without: and so is whoever has the claimed number in the list.
pub(super) fn opens(token: &str, user: &AddressUser, listed: &[AddressUser]) -> Result<(), Error> {
    let Claims { abha_number: number, abha_address: address } = Claims::of(token);
    let own = user.abha_number.as_ref();
    let another = || Err(Error::new(Problem::AnswerUnusable));
    if let (Some(number), Some(own)) = (&number, own)
        && !mask::may_be(own, number)
    {
        return another();
    }
    let has_it = |other: &AddressUser| number.is_some() && whole_number(other) == number.as_ref();
    if own.is_none() && listed.iter().any(has_it) {
        return another();
    }
    let same_number = number.is_some() && number.as_ref() == whole_number(user);
    let Some(address) = address.filter(|_| !same_number) else { return Ok(()) };
    if user.abha_address.as_ref().is_none_or(|text| names(text, &address)) {
        return Ok(());
    }
    let is_it = |other: &&AddressUser| {
        other.abha_address.as_ref().is_some_and(|text| names(text, &address))
    };
    let Some(other) = listed.iter().find(is_it) else { return another() };
    match (own, other.abha_number.as_ref()) {
        (Some(own), Some(other)) if mask::may_both_be(own, other) => Ok(()),
        (None, None) => Ok(()),
        _ => another(),
    }
}

/// The owner of a proved address with their whole ABHA number, where the list has none or a masked
/// one, and the token or an account of this very address tells it.
pub(super) fn with_number(user: AddressUser, accounts: &[AbhaProfile], token: &str) -> AddressUser {
    let fits = |number: &AbhaNumber| {
        user.abha_number.as_ref().is_none_or(|seen| mask::may_be(seen, number))
    };
    let own = user.address();
    let is_theirs = |account: &&AbhaProfile| match (&account.preferred_abha_address, &own) {
        (Some(text), Some(own)) => names(text, own),
        _ => accounts.len() == 1,
    };
    let listed = || {
        let account = accounts.iter().find(is_theirs)?;
        account.abha_number.as_ref()?.whole().cloned()
    };
    let number = Claims::of(token).abha_number.or_else(listed).filter(fits);
    let number = number.map(SeenAbhaNumber::from).or_else(|| user.abha_number.clone());
    AddressUser { abha_number: number, ..user }
}

/// The ABHA number of an address, where all of it is listed.
fn whole_number(user: &AddressUser) -> Option<&AbhaNumber> {
    user.abha_number.as_ref().and_then(SeenAbhaNumber::whole)
}

/// The profile of an address, if it is not plainly another's than that of the person whose token
/// this is: the one who was listed beside it, else the one whom it claims. A profile that says
/// nothing is none.
pub(super) fn own_profile(
    profile: AddressProfile,
    user: Option<&AddressUser>,
    token: &str,
) -> Result<AddressProfile, Error> {
    if profile == AddressProfile::default() {
        return Err(Error::new(Problem::AnswerUnreadable));
    }
    let another = || Err(Error::new(Problem::AnswerUnusable));
    let claims = Claims::of(token);
    let shown = profile.abha_number.as_ref();
    let listed = user.and_then(|user| user.abha_number.as_ref());
    let by_claim =
        claims.abha_number.as_ref().zip(shown).map(|(own, shown)| mask::may_be(shown, own));
    let by_list = listed.zip(shown).map(|(own, shown)| mask::may_both_be(own, shown));
    if by_claim == Some(false) || by_list == Some(false) {
        return another();
    }
    let Some(told) = profile.abha_address.as_ref() else { return Ok(profile) };
    match (user.and_then(AddressUser::address), claims.abha_address) {
        (Some(own), _) if !names(told, &own) => another(),
        // The preferred address of a person whose number is the profile's: they have several.
        (None, Some(claimed)) if !names(told, &claimed) && by_claim != Some(true) => another(),
        _ => Ok(profile),
    }
}

/// Refuses a token that takes the place of another one, and claims another person.
pub(super) fn is_the_same(before: &str, after: &str) -> Result<(), Error> {
    let (before, after) = (Claims::of(before), Claims::of(after));
    let number = before.abha_number.zip(after.abha_number).map(|(one, other)| one == other);
    let address = before.abha_address.zip(after.abha_address).map(|(one, other)| one == other);
    // One person's preferred address may have changed meanwhile.
    match number.or(address) {
        Some(false) => Err(Error::new(Problem::AnswerUnusable)),
        Some(true) | None => Ok(()),
    }
}

/// Refuses an answer that lists addresses, and none that may be this one.
pub(super) fn is_about_address(
    listed: &[AddressUser],
    own: Option<&AbhaAddress>,
) -> Result<(), Error> {
    let Some(own) = own else { return Ok(()) };
    of_address(listed.to_vec(), own).map(|_| ())
}

/// The state of an address, if it is not another's than the one that was asked for.
pub(super) fn state_of(
    state: AbhaAddressState,
    asked: &AbhaAddress,
) -> Result<AbhaAddressState, Error> {
    if state.abha_address.as_ref().is_none_or(|seen| names(seen, asked)) {
        Ok(state)
    } else {
        Err(Error::new(Problem::AnswerUnusable))
    }
}

/// Whether a text is this address, with its suffix or without.
pub(super) fn names(text: &Personal, asked: &AbhaAddress) -> bool {
    let text = text.as_str().trim();
    text.eq_ignore_ascii_case(asked.as_str()) || text.eq_ignore_ascii_case(asked.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(address: Option<&str>, name: &str) -> AddressUser {
        AddressUser {
            abha_address: address.map(Personal::from),
            full_name: Some(Personal::from(name)),
            ..AddressUser::default()
        }
    }

    // M1 trial B14.
    #[test]
    fn the_owner_of_an_address_is_whoever_has_the_address_that_was_asked_for() {
        let asked: AbhaAddress = "asha.example@sbx".parse().unwrap();
        let name = |users: Vec<AddressUser>| {
            let user = of_address(users, &asked).map_err(|error| error.problem())?;
            assert_eq!(user.address().as_ref(), Some(&asked));
            Ok::<_, Problem>(user.full_name.map(Personal::into_string))
        };
        let asha = Ok(Some("Asha".to_owned()));
        assert_eq!(
            name(vec![user(Some("ravi@sbx"), "Ravi"), user(Some("Asha.Example@sbx"), "Asha")]),
            asha
        );
        assert_eq!(name(vec![user(Some("asha.example"), "Asha")]), asha);
        assert_eq!(name(vec![user(Some(""), "Asha")]), asha);
        assert_eq!(name(vec![user(None, "Asha")]), asha);
        assert_eq!(name(Vec::new()), Ok(None));
        assert_eq!(name(vec![user(None, "Ravi"), user(None, "Asha")]), Ok(None));
        assert_eq!(name(vec![user(Some("ravi@sbx"), "Ravi")]), Err(Problem::AnswerUnusable));
    }
}
