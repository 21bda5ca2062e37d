//! Everything that a flow prints and tells on the way.

use std::cell::RefCell;
use std::fmt::{Debug, Write as _};

use abha_enrollment::error::{Error, Language};

/// What was shown, which must hide what is personal; and what was told to the program: numbers, and
/// addresses that were made.
#[derive(Default)]
pub(crate) struct Printer {
    pub(crate) shown: RefCell<String>,
    pub(crate) told: RefCell<Vec<String>>,
}

impl Printer {
    pub(crate) fn value<T: Debug>(&self, value: T) -> T {
        let _ = write!(self.shown.borrow_mut(), "{value:?} {value:#?} ");
        value
    }

    pub(crate) fn tells(&self, told: impl IntoIterator<Item = String>) {
        self.told.borrow_mut().extend(told);
    }

    pub(crate) fn error(&self, error: &Error) {
        let (english, hindi) =
            (error.desk_text(Language::English), error.desk_text(Language::Hindi));
        let mut shown = self.shown.borrow_mut();
        let _ = write!(shown, "{error} {error:?} {error:#?} {english} {hindi} ");
        let mut source = std::error::Error::source(error);
        while let Some(cause) = source {
            let _ = write!(shown, "{cause} {cause:?} ");
            source = cause.source();
        }
    }
}
