//! The people and the place of a record.

mod facility;
mod identity;
mod patient;
mod practitioner;

pub use self::{
    facility::Facility,
    identity::{FurtherIdentifier, IdentifierKind},
    patient::{Gender, Patient},
    practitioner::Practitioner,
};
use crate::model::{Address, ContactPoint};

fn telecom(phone: Option<String>, email: Option<String>, usage: &str) -> Vec<ContactPoint> {
    let filled = |text: &String| !text.trim().is_empty();
    let phone = phone.filter(filled).map(|value| ContactPoint::of("phone", value, usage));
    let email = email.filter(filled).map(|value| ContactPoint::of("email", value, usage));
    phone.into_iter().chain(email).collect()
}

fn address(text: Option<String>) -> Vec<Address> {
    text.filter(|text| !text.trim().is_empty())
        .map(|text| Address { text: Some(text), ..Address::default() })
        .into_iter()
        .collect()
}

/// People are not for logs.
macro_rules! opaque_debug {
    ($($name:ident),*) => {
        $(
            impl std::fmt::Debug for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(concat!(stringify!($name), "(…)"))
                }
            }
        )*
    };
}
pub(super) use opaque_debug;
