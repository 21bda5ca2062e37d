//! The HIP as a whole, against a gateway in this process. Time is virtual: nothing waits.

#[cfg(test)]
mod archive;
#[cfg(test)]
mod auto_link;
#[cfg(test)]
mod backfill;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod clinic;
#[cfg(test)]
mod crash_sweep;
#[cfg(test)]
mod gateway;
#[cfg(test)]
mod hip_linking;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod not_entitled;
#[cfg(test)]
mod operator;
#[cfg(test)]
#[cfg(feature = "patient_status")]
mod patient_status;
#[cfg(test)]
mod proofs;
#[cfg(test)]
mod round_trips;
#[cfg(test)]
mod router;
#[cfg(test)]
mod sharing;
#[cfg(test)]
mod sharing_a_store;
#[cfg(test)]
mod sms;
#[cfg(test)]
mod streaming;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod transfer;
#[cfg(test)]
mod user_linking;
#[cfg(test)]
mod wire;
