//! The facilities of one bridge: one service id each, told apart by a header of the callback.

use std::collections::BTreeSet;
use std::iter;

use abdm_core::headers;
use abdm_core::id::{HipId, HiuId, IdError};
use abdm_flow::store::{Message, Scope};
use abdm_flow::{EffectContext, EffectFailure, Flow, ReceiveContext, ReceiveError};

/// A service id of one role.
pub trait ServiceId: Clone + Ord + std::fmt::Debug + Send + Sync + 'static {
    /// The header by which ABDM says whom it means.
    const HEADER: &'static str;
    /// Why a message for somebody else is set aside.
    const ANOTHERS: &'static str;

    /// Reads it from a header's text.
    ///
    /// # Errors
    /// When it breaks the rule of the header.
    fn read(text: &str) -> Result<Self, IdError>;

    /// As it stands on the wire.
    fn as_str(&self) -> &str;
}

impl ServiceId for HipId {
    const HEADER: &'static str = headers::HIP_ID;
    const ANOTHERS: &'static str = "X-HIP-ID names another facility";

    fn read(text: &str) -> Result<Self, IdError> {
        Self::new(text)
    }

    fn as_str(&self) -> &str {
        self.as_str()
    }
}

impl ServiceId for HiuId {
    const HEADER: &'static str = headers::HIU_ID;
    const ANOTHERS: &'static str = "X-HIU-ID names another facility";

    fn read(text: &str) -> Result<Self, IdError> {
        Self::new(text)
    }

    fn as_str(&self) -> &str {
        self.as_str()
    }
}

/// What belongs to one facility in the store: each has its own rows, messages and flows.
pub fn scope(id: &impl ServiceId) -> Scope {
    Scope::new(id.as_str())
}

/// The facilities that one role serves.
#[derive(Debug, Clone)]
pub struct Facilities<Id> {
    first: Id,
    others: BTreeSet<Id>,
}

impl<Id: ServiceId> Facilities<Id> {
    /// One facility.
    pub const fn of(first: Id) -> Self {
        Self { first, others: BTreeSet::new() }
    }

    /// One more of the same bridge.
    pub fn add(&mut self, id: Id) {
        if id != self.first {
            self.others.insert(id);
        }
    }

    /// The one that the role was built for.
    pub const fn first(&self) -> &Id {
        &self.first
    }

    /// All of them, the first one first.
    pub fn all(&self) -> impl Iterator<Item = &Id> {
        iter::once(&self.first).chain(&self.others)
    }

    /// The scopes of all of them.
    pub fn scopes(&self) -> Vec<Scope> {
        self.all().map(scope).collect()
    }

    /// Whether this is one of them.
    pub fn contains(&self, id: &Id) -> bool {
        self.all().any(|own| own == id)
    }

    /// Which of them a header's text names.
    pub fn named(&self, header: Option<&str>) -> Option<&Id> {
        let named = Id::read(header?.trim()).ok()?;
        self.all().find(|own| **own == named)
    }

    /// Where a message is kept: with the facility that it names. What names none of them is kept
    /// with the first, and set aside there by [`addressee`](Self::addressee).
    pub fn scope_of(&self, header: Option<&str>) -> Scope {
        scope(self.named(header).unwrap_or(&self.first))
    }

    /// Whom a message is for: ABDM names the facility on each of its callbacks (gateway.md 5).
    ///
    /// # Errors
    /// A message for somebody else, or for nobody, is set aside.
    pub fn addressee(&self, message: &Message) -> Result<&Id, ReceiveError> {
        self.named(message.header(Id::HEADER)).ok_or_else(|| ReceiveError::poison(Id::ANOTHERS))
    }
}

/// Checks that a message is for the facility under which it is kept, where some come without the
/// header: they are for the first.
///
/// # Errors
/// A message for somebody else is set aside.
pub fn check_addressee<Id: ServiceId>(
    cx: &ReceiveContext<'_>,
    message: &Message,
) -> Result<(), ReceiveError> {
    match message.header(Id::HEADER) {
        Some(other) if other.trim() != cx.scope().as_str() => {
            Err(ReceiveError::poison(Id::ANOTHERS))
        }
        _ => Ok(()),
    }
}

/// The facility whose flow it is.
///
/// # Errors
/// The effect of a flow of no facility is set aside.
pub fn facility_of<Id: ServiceId, F: Flow>(
    cx: &EffectContext<'_, F>,
) -> Result<Id, EffectFailure<F::Event>> {
    Id::read(cx.scope().as_str())
        .map_err(|_| EffectFailure::bury("the flow is of no facility's").not_sent())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facilities() -> Facilities<HipId> {
        let mut all = Facilities::of(HipId::new("IN01").unwrap());
        all.add(HipId::new("IN02").unwrap());
        all.add(HipId::new("IN01").unwrap());
        all
    }

    #[test]
    fn the_first_facility_stands_once_and_first() {
        let all = facilities();
        assert_eq!(all.all().map(HipId::as_str).collect::<Vec<_>>(), ["IN01", "IN02"]);
        assert_eq!(all.scopes().len(), 2);
    }

    #[test]
    fn a_header_names_one_of_the_facilities_or_none() {
        let all = facilities();
        assert_eq!(all.named(Some(" IN02 ")).map(HipId::as_str), Some("IN02"));
        for other in [None, Some(""), Some("IN03"), Some("in02"), Some("no id\u{7}")] {
            assert_eq!(all.named(other), None, "{other:?}");
            assert_eq!(all.scope_of(other), Scope::new("IN01"), "{other:?}");
        }
    }
}
