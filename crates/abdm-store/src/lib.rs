#![doc = include_str!("../README.md")]

#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;
#[cfg(all(unix, feature = "testing"))]
pub mod testing;

#[cfg(feature = "sqlite")]
pub use rusqlite;
#[cfg(feature = "postgres")]
pub use tokio_postgres;

#[cfg(feature = "postgres")]
pub use self::postgres::{ConnectError, PostgresListener, PostgresOptions, PostgresStore};
#[cfg(feature = "sqlite")]
pub use self::sqlite::{BackupError, OpenError, SqliteListener, SqliteOptions, SqliteStore};
