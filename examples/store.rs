//! Where a facility keeps its flows: one option for the programs.

use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use abdm_flow::store::{FlowStore, MemoryStore};
use abdm_store::{PostgresStore, SqliteStore};
use anyhow::Context as _;

/// Which database, in the form of an option: `memory`, `sqlite:FILE` or `postgres://…`.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Database {
    /// None: everything is forgotten when the program ends.
    Memory,
    /// One file. It is made where there is none.
    Sqlite(PathBuf),
    /// A server, by its URL.
    Postgres(String),
}

/// The URL may hold a password.
impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Memory => f.write_str("Memory"),
            Self::Sqlite(file) => write!(f, "Sqlite({})", file.display()),
            Self::Postgres(_) => f.write_str("Postgres"),
        }
    }
}

/// A text that names no database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("write `memory`, `sqlite:FILE` or `postgres://USER:PASSWORD@HOST/NAME`")]
pub struct UnknownDatabase;

impl FromStr for Database {
    type Err = UnknownDatabase;

    fn from_str(text: &str) -> Result<Self, UnknownDatabase> {
        match text.split_once(':') {
            None if text == "memory" => Ok(Self::Memory),
            Some(("sqlite", file)) => match file.strip_prefix("//").unwrap_or(file) {
                "" => Err(UnknownDatabase),
                file => Ok(Self::Sqlite(file.into())),
            },
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres(text.to_owned())),
            _ => Err(UnknownDatabase),
        }
    }
}

impl Database {
    /// Opens it, with the tables that the flows need.
    ///
    /// # Errors
    /// When there is no such database, or it cannot be used.
    pub async fn open(&self) -> anyhow::Result<Arc<dyn FlowStore>> {
        Ok(match self {
            Self::Memory => Arc::new(MemoryStore::new()),
            Self::Sqlite(file) => {
                let opened = SqliteStore::open(file);
                Arc::new(opened.with_context(|| format!("{} cannot be used", file.display()))?)
            }
            Self::Postgres(url) => {
                let connected = PostgresStore::connect(url).await;
                Arc::new(connected.context("the PostgreSQL database cannot be used")?)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_named_by_its_kind_and_a_password_is_not_shown() {
        for (text, database) in [
            ("memory", Some(Database::Memory)),
            ("sqlite:flows.db", Some(Database::Sqlite("flows.db".into()))),
            ("sqlite:///var/flows.db", Some(Database::Sqlite("/var/flows.db".into()))),
            ("postgres://a:b@c/d", Some(Database::Postgres("postgres://a:b@c/d".to_owned()))),
            ("sqlite:", None),
            ("sqlite://", None),
            ("flows.db", None),
            ("mysql://a", None),
        ] {
            assert_eq!(text.parse().ok(), database, "{text}");
        }
        let database: Database = "postgres://asha:secret@host/flows".parse().unwrap();
        assert!(!format!("{database:?}").contains("secret"));
    }
}
