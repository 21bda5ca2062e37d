//! The suite that every store passes, on each durable store, bare and sealed.

#[cfg(test)]
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(test)]
#[cfg(all(feature = "sqlite", feature = "postgres"))]
mod schema;
#[cfg(test)]
#[cfg(feature = "sqlite")]
mod secrecy;
#[cfg(test)]
#[cfg(feature = "sqlite")]
mod sqlite;
