//! The suite that every store passes, on each durable store, bare and sealed.

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod secrecy;
#[cfg(feature = "sqlite")]
mod sqlite;
