//! The sandbox over real HTTP.

#[cfg(test)]
mod address;
#[cfg(test)]
mod anew;
#[cfg(test)]
mod at_once;
#[cfg(test)]
mod benefit;
#[cfg(test)]
mod callbacks;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod consent;
#[cfg(test)]
mod control;
#[cfg(test)]
mod enrolment;
#[cfg(test)]
mod fields;
#[cfg(test)]
mod forgeries;
#[cfg(test)]
mod habits;
#[cfg(test)]
mod headers;
#[cfg(test)]
mod hip_linking;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod lobby;
#[cfg(test)]
mod login;
#[cfg(test)]
mod other_enrolments;
#[cfg(test)]
mod own_api;
#[cfg(test)]
mod own_fields;
#[cfg(test)]
mod patient_app;
#[cfg(test)]
mod patient_status;
#[cfg(test)]
mod phr_app;
#[cfg(test)]
mod played;
#[cfg(test)]
mod profile;
#[cfg(test)]
mod pushes;
#[cfg(test)]
mod realities;
#[cfg(test)]
mod registry;
#[cfg(test)]
mod rulings;
#[cfg(test)]
mod served;
#[cfg(test)]
mod share;
#[cfg(test)]
mod start;
#[cfg(test)]
mod state;
#[cfg(test)]
mod support;
#[cfg(test)]
mod transcript;
#[cfg(test)]
mod user_linking;
