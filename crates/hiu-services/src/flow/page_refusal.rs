//! Why a page is not taken (rulings.md 31 and 37).

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a pushed page was not taken: its sender was answered 4xx, and nothing of it was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum PageRefusal {
    /// 400: its body is no page.
    NoPage,
    /// 409: every consented context is here, or the page brings none of those that are missing.
    NothingMissing,
    /// 409: it names another transaction than ABDM did.
    OtherTransaction,
    /// 409: the deadline of its request has passed, or the request was refused.
    TransferOver,
    /// 409: more pages or entries than any record has.
    TooMany,
    /// 410: the consent was revoked, has expired, or its records are erased.
    ConsentOver,
    /// 413: it is over the limit of one push.
    TooLarge,
}

impl PageRefusal {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::NoPage,
        Self::NothingMissing,
        Self::OtherTransaction,
        Self::TransferOver,
        Self::TooMany,
        Self::ConsentOver,
        Self::TooLarge,
    ];

    /// In words for the operator.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoPage => "it is no page of records",
            Self::NothingMissing => "nothing is missing",
            Self::OtherTransaction => "the page is of another transaction",
            Self::TransferOver => "the transfer is over",
            Self::TooMany => "there are too many pages or entries",
            Self::ConsentOver => "the consent is over",
            Self::TooLarge => "it is over the limit of one push",
        }
    }

    /// The reason that is told in these words, as a flow does in its own error.
    pub(crate) fn told_as(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.as_str() == text)
    }
}

impl fmt::Display for PageRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_found_by_its_words() {
        for why in PageRefusal::ALL {
            assert_eq!(PageRefusal::told_as(why.as_str()), Some(why));
        }
        assert_eq!(PageRefusal::told_as("pages wait to be opened"), None);
    }
}
