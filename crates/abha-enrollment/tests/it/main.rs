//! Tests of the crate as its users see it, against a double of ABDM that records what was sent.

#[cfg(test)]
mod address;
#[cfg(test)]
mod address_creation;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod enrolment;
#[cfg(test)]
mod face;
#[cfg(test)]
mod lookup;
#[cfg(test)]
mod made;
#[cfg(test)]
mod odd;
#[cfg(test)]
mod pairs;
#[cfg(test)]
mod phr_app;
#[cfg(test)]
mod phr_wire;
#[cfg(test)]
mod profile;
#[cfg(test)]
mod proved;
#[cfg(test)]
mod round_trips;
#[cfg(test)]
mod saved;
#[cfg(test)]
mod secrecy;
#[cfg(test)]
mod storm;
#[cfg(test)]
mod support;
#[cfg(test)]
mod trial;
#[cfg(test)]
mod verification;
#[cfg(test)]
mod whose;
