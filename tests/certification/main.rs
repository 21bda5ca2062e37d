//! NHA's functional test cases of milestone 1, each played on a sandbox of its own.
//!
//! A case is the test whose name begins with its id: `crt_abha_101_…`. What it did, what a screen can
//! show and which calls were made go into `target/certification/m1/<CASE_ID>.json`, and all cases at a
//! glance into `target/certification/m1.json` (`ABDM_EVIDENCE_DIR` names another folder). The form is
//! described in `EVIDENCE.md`.

#[cfg(test)]
mod biometrics;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod complete;
#[cfg(test)]
mod completion;
#[cfg(test)]
mod creation;
#[cfg(test)]
mod demographics;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod licence;
#[cfg(test)]
mod profile;
#[cfg(test)]
mod recorder;
#[cfg(test)]
mod secrecy;
#[cfg(test)]
mod sharing;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod summary;
#[cfg(test)]
mod tagging;
#[cfg(test)]
mod verification;
