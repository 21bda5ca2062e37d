//! How many ABHA numbers may share what.

use super::{Person, World};

impl World {
    /// Whether no further ABHA number may have this mobile number (ABDM-1124). `asking` is the
    /// place of whoever wants it, and may have it already.
    pub(crate) fn mobile_is_full(&self, mobile: &str, asking: Option<usize>) -> bool {
        self.is_full(asking, |person| person.mobile.as_deref() == Some(mobile))
    }

    /// The same of an e-mail address (ABDM-1135).
    pub(crate) fn email_is_full(&self, email: &str, asking: Option<usize>) -> bool {
        let has = |own: &str| own.eq_ignore_ascii_case(email);
        self.is_full(asking, |person| person.email.as_deref().is_some_and(has))
    }

    fn is_full(&self, asking: Option<usize>, has: impl Fn(&Person) -> bool) -> bool {
        let owners = self.people.which(|person| person.living_account().is_some() && has(person));
        let others = owners.into_iter().filter(|place| Some(*place) != asking);
        others.count() >= self.switches.accounts_a_mobile
    }
}
