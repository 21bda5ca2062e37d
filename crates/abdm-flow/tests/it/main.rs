//! Everything about durable flows that can go wrong.

#[cfg(test)]
mod flows;
#[cfg(test)]
mod stores;
