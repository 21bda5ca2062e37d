//! The HIP as a whole, against a gateway in this process. Time is virtual: nothing waits.

#[cfg(test)]
mod archive;
#[cfg(test)]
mod cases;
#[cfg(test)]
mod clinic;
#[cfg(test)]
mod crash_sweep;
#[cfg(test)]
mod gateway;
#[cfg(test)]
mod linking;
#[cfg(test)]
mod operator;
#[cfg(test)]
mod round_trips;
#[cfg(test)]
mod router;
#[cfg(test)]
mod sharing;
#[cfg(test)]
mod sharing_a_store;
#[cfg(test)]
mod streaming;
#[cfg(test)]
mod tokens;
#[cfg(test)]
mod transfer;
#[cfg(test)]
mod wire;
