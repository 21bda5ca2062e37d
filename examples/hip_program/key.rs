//! The key that seals what is stored.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use abdm_core::seal::SealingKey;
use anyhow::Context as _;

use super::Options;
use crate::store::Database;

/// The environment variable that may hold the key.
const VARIABLE: &str = "ABDM_SEALING_KEY";

/// The key: from the environment, from its file, or a fresh one for a store in memory.
pub(super) fn sealing_key(options: &Options, store: &Database) -> anyhow::Result<SealingKey> {
    if let Ok(text) = std::env::var(VARIABLE) {
        return SealingKey::from_base64(text.trim())
            .with_context(|| format!("{VARIABLE} holds no key: 32 bytes in base64"));
    }
    if let Some(file) = &options.key_file {
        return kept(file);
    }
    let beside = match store {
        Database::Memory => return Ok(SealingKey::generate()?),
        Database::Sqlite(file) => PathBuf::from(format!("{}.key", file.display())),
        Database::Postgres(_) => PathBuf::from("abdm-sealing.key"),
    };
    eprintln!(
        "note: the key that seals the database is in {}. For patients keep it elsewhere, in a vault: \
         --key-file or {VARIABLE}",
        beside.display()
    );
    kept(&beside)
}

/// The key of a file, which is made where there is none, for its owner's eyes only.
fn kept(file: &Path) -> anyhow::Result<SealingKey> {
    let mut fresh = OpenOptions::new();
    fresh.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        fresh.mode(0o600);
    }
    let what = || format!("the key file {} cannot be used", file.display());
    match fresh.open(file) {
        Ok(mut made) => {
            let key = SealingKey::generate()?;
            made.write_all(key.expose_base64().as_bytes()).with_context(what)?;
            made.sync_all().with_context(what)?;
            Ok(key)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let text = fs::read_to_string(file).with_context(what)?;
            SealingKey::from_base64(text.trim()).with_context(what)
        }
        Err(error) => Err(error).with_context(what),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_made_once_for_its_owner_alone_and_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("flows.db.key");
        let (made, again) = (kept(&file).unwrap(), kept(&file).unwrap());
        assert_eq!(made.id(), again.id());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::write(&file, "not a key").unwrap();
        assert!(kept(&file).is_err());
    }
}
