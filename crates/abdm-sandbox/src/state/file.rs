//! The file itself: locked while it is used, read whole, and replaced by a whole one.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Saved, StateError, VERSION};

/// By this the file is known.
const FORMAT: &str = "abdm-sandbox state";

/// What stands before the state.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    format: String,
    version: u64,
    /// The version of the program that wrote it.
    program: String,
    /// When, by the machine's clock.
    saved_at: DateTime<Utc>,
}

#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    head: Head,
    state: &'a Saved,
}

#[derive(Deserialize)]
struct Body {
    state: Saved,
}

/// A state file that this sandbox alone uses. The lock ends with the value.
#[derive(Debug)]
pub(crate) struct StateFile {
    path: PathBuf,
    _lock: File,
}

impl StateFile {
    /// Takes a file for this sandbox. It need not be there yet, its folder must.
    pub(crate) fn lock(path: &Path) -> Result<Self, StateError> {
        let path = resolved(path);
        let failed = |source| StateError::Lock { file: path.clone(), source };
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        let lock = private(&mut options).open(beside(&path, "lock")).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(StateError::InUse { file: path }),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// What it holds, and since when; `None` when it is not there.
    pub(crate) fn read(&self) -> Result<Option<(Saved, DateTime<Utc>)>, StateError> {
        let file = || self.path.clone();
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(StateError::Read { file: file(), source }),
        };
        let damaged = |place| StateError::Damaged { file: file(), place };
        // Values are left out of the text: they may be secrets.
        let place =
            |error: &serde_json::Error| format!("line {}, column {}", error.line(), error.column());
        let head: Head = serde_json::from_slice(&bytes).map_err(|error| damaged(place(&error)))?;
        if head.format != FORMAT {
            return Err(damaged("it has another `format`".to_owned()));
        }
        if head.version != VERSION {
            let (found, known, program) = (head.version, VERSION, head.program);
            return Err(StateError::OtherVersion { file: file(), found, known, program });
        }
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        let body: Body = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            // Deeper down the names are keys, and a key may be a token.
            let path: Vec<_> = error.path().iter().take(3).map(ToString::to_string).collect();
            damaged(format!("{}, in {}", place(error.inner()), path.join(".")))
        })?;
        if body.state.world.switches.check().is_err() {
            return Err(damaged("a switch is out of its range".to_owned()));
        }
        if body.state.keys.restored().is_err() {
            return Err(damaged("a key cannot be used".to_owned()));
        }
        Ok(Some((body.state, head.saved_at)))
    }

    /// Puts a whole file in the place of the one that is there: whoever reads it, and whatever
    /// happens to this machine, finds one of the two.
    pub(crate) fn write(&self, state: &Saved, saved_at: DateTime<Utc>) -> Result<(), StateError> {
        self.replace(state, saved_at)
            .map_err(|source| StateError::Write { file: self.path.clone(), source })
    }

    fn replace(&self, state: &Saved, saved_at: DateTime<Utc>) -> io::Result<()> {
        let draft = beside(&self.path, "tmp");
        // One that a killed sandbox has left; and it may have been made by somebody else.
        match fs::remove_file(&draft) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut options = OpenOptions::new();
        let file = private(options.create_new(true).write(true)).open(&draft)?;
        let head = Head {
            format: FORMAT.to_owned(),
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            saved_at,
        };
        let mut out = BufWriter::with_capacity(1 << 16, file);
        serde_json::to_writer(&mut out, &Whole { head, state })?;
        out.write_all(b"\n")?;
        let file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&draft, &self.path)?;
        sync_folder(&self.path)
    }
}

/// The file that a path means: a link to it stays a link.
fn resolved(path: &Path) -> PathBuf {
    if let Ok(whole) = fs::canonicalize(path) {
        return whole;
    }
    match (fs::canonicalize(folder(path)), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
    }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A file of this one in the same folder.
fn beside(path: &Path, what: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(what);
    path.with_file_name(name)
}

/// Nobody but its owner reads it: secrets and keys are in it.
#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}

/// Until then a new name may be forgotten when the machine fails.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(folder(path))?.sync_all()
}

/// There a folder is no file.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
