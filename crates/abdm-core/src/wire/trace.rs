//! Where a reading is, and what it leaves behind.

use std::cell::{Cell, RefCell};

use super::node::Misfit;

/// Where a node stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'p> {
    Whole,
    Member { of: &'p Place<'p>, index: usize, name: &'p str },
    Item { of: &'p Place<'p>, index: usize },
}

impl Place<'_> {
    /// As it is told: `accounts[1].name`; `.` is the whole body.
    pub(super) fn path(&self) -> String {
        match self {
            Self::Whole => ".".to_owned(),
            Self::Member { of: Place::Whole, name, .. } => (*name).to_owned(),
            Self::Member { of, name, .. } => format!("{}.{name}", of.path()),
            Self::Item { of: Place::Whole, index } => format!("[{index}]"),
            Self::Item { of, index } => format!("{}[{index}]", of.path()),
        }
    }

    /// The way to it, by the indexes of members and items.
    fn steps(&self) -> Vec<usize> {
        match self {
            Self::Whole => Vec::new(),
            Self::Member { of, index, .. } | Self::Item { of, index } => {
                let mut steps = of.steps();
                steps.push(*index);
                steps
            }
        }
    }
}

/// Where the reading failed.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    /// The way there from the root, by the indexes of members and items.
    pub(super) steps: Vec<usize>,
    /// The same, to be told.
    pub(super) path: String,
}

/// What one reading leaves behind.
#[derive(Debug, Default)]
pub(super) struct Trace {
    pub(super) forgiving: bool,
    fault: RefCell<Option<Fault>>,
    /// The member whose key was read last.
    pub(super) last_member: Cell<usize>,
    /// Fields that stand more than once, each time with another value.
    pub(super) doubled: RefCell<Vec<String>>,
    /// The fields of the struct that the whole body is.
    pub(super) root_fields: Cell<Option<&'static [&'static str]>>,
}

impl Trace {
    pub(super) fn strict() -> Self {
        Self::default()
    }

    pub(super) fn forgiving() -> Self {
        Self { forgiving: true, ..Self::default() }
    }

    /// Where the reading failed with this misfit.
    pub(super) fn fault(&self, misfit: &Misfit) -> Fault {
        let noted = self.fault.borrow().clone();
        noted.unwrap_or_else(|| self.fault_at(&Place::Whole, misfit))
    }

    fn fault_at(&self, place: &Place<'_>, misfit: &Misfit) -> Fault {
        let (mut steps, path) = (place.steps(), place.path());
        if matches!(misfit, Misfit::Doubled(_)) {
            // Found when the second of them was read.
            steps.push(self.last_member.get());
        }
        Fault { steps, path }
    }

    pub(super) fn doubled(&self) -> Vec<String> {
        self.doubled.take()
    }

    pub(super) fn root_fields(&self) -> Option<&'static [&'static str]> {
        self.root_fields.get()
    }

    /// Keeps the place of the first, which is the innermost, error.
    pub(super) fn noted<T>(&self, place: &Place<'_>, read: Result<T, Misfit>) -> Result<T, Misfit> {
        if let Err(misfit) = &read
            && self.fault.borrow().is_none()
        {
            *self.fault.borrow_mut() = Some(self.fault_at(place, misfit));
        }
        read
    }
}
