//! What a case needs of its place.

use std::fmt;

use crate::people::Role;
use crate::place::Place;

/// Something that not every place has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Need {
    /// Somebody: [`Supplies::people`](crate::Supplies::people).
    Person(Role),
    /// [`Supplies::spare_mobile`](crate::Supplies::spare_mobile).
    SpareMobile,
    /// [`Supplies::spare_email`](crate::Supplies::spare_email).
    SpareEmail,
    /// [`Supplies::free_address`](crate::Supplies::free_address).
    FreeAddress,
    /// [`Supplies::nobodys_aadhaar`](crate::Supplies::nobodys_aadhaar).
    NobodysAadhaar,
    /// [`Supplies::licence`](crate::Supplies::licence).
    Licence,
    /// [`Supplies::programme`](crate::Supplies::programme).
    Programme,
    /// [`Place::scanner`].
    Scanner,
    /// [`Place::bridge`].
    Bridge,
    /// [`Place::patient_app`].
    PatientApp,
    /// [`Place::requester`].
    Requester,
    /// [`Place::server_control`].
    ServerControl,
}

impl Need {
    /// Whether a place has it.
    pub fn is_met(self, place: &dyn Place) -> bool {
        let supplies = place.supplies();
        match self {
            Self::Person(role) => supplies.people.contains_key(&role),
            Self::SpareMobile => supplies.spare_mobile.is_some(),
            Self::SpareEmail => supplies.spare_email.is_some(),
            Self::FreeAddress => supplies.free_address.is_some(),
            Self::NobodysAadhaar => supplies.nobodys_aadhaar.is_some(),
            Self::Licence => supplies.licence.is_some(),
            Self::Programme => supplies.programme.is_some(),
            Self::Scanner => place.scanner().is_some(),
            Self::Bridge => place.bridge().is_some(),
            Self::PatientApp => place.patient_app().is_some(),
            Self::Requester => place.requester().is_some(),
            Self::ServerControl => place.server_control().is_some(),
        }
    }
}

/// Several of them, in words.
pub(crate) fn listed<'a>(needs: impl IntoIterator<Item = &'a Need>) -> String {
    needs.into_iter().map(Need::to_string).collect::<Vec<_>>().join("; ")
}

impl fmt::Display for Need {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Person(role) => role.as_str(),
            Self::SpareMobile => "a mobile number that no ABHA number has",
            Self::SpareEmail => "an e-mail address that no ABHA number has",
            Self::FreeAddress => "the name of an ABHA address that nobody has",
            Self::NobodysAadhaar => "a well-formed Aadhaar number that is nobody's",
            Self::Licence => "a driving licence",
            Self::Programme => "a benefit programme that this client may speak for",
            Self::Scanner => "a scanner for finger, face and iris",
            Self::Bridge => "a facility whose callbacks arrive here",
            Self::PatientApp => "a patient who acts in a PHR app",
            Self::Requester => "another facility that asks for records",
            Self::ServerControl => "power over the server's own behaviour",
        })
    }
}
