//! The suite that every store passes, on each durable store, bare and sealed.

#[cfg(all(test, feature = "postgres"))]
mod postgres;
#[cfg(all(test, feature = "sqlite"))]
mod secrecy;
#[cfg(all(test, feature = "sqlite"))]
mod sqlite;
