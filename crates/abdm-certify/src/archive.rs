//! The folder of evidence: one file for each case, and the summary of each milestone.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::evidence::EvidenceError;
use crate::requirement::Milestone;
use crate::summary;

/// A folder of evidence.
#[derive(Debug)]
pub(crate) struct Archive<'a> {
    root: &'a Path,
}

impl<'a> Archive<'a> {
    pub(crate) const fn at(root: &'a Path) -> Self {
        Self { root }
    }

    /// Writes a case's evidence with its images, and makes the summary again.
    pub(crate) fn keep(
        &self,
        milestone: Milestone,
        key: &str,
        evidence: &str,
        images: &[(String, Vec<u8>)],
    ) -> Result<(), EvidenceError> {
        let folder = self.root.join(milestone.folder());
        fs::create_dir_all(&folder).map_err(about(&folder))?;
        // One case at a time, whatever process it runs in: the summary is made of all that is there.
        let lock_file = folder.join(".lock");
        let lock = File::create(&lock_file).map_err(about(&lock_file))?;
        lock.lock().map_err(about(&lock_file))?;
        for (name, bytes) in images {
            let file = folder.join(name);
            fs::write(&file, bytes).map_err(about(&file))?;
        }
        replace(&folder.join(format!("{key}.json")), evidence)?;
        let summary = summary::of(self.root, milestone);
        let file = self.root.join(format!("{}.json", milestone.folder()));
        let text = serde_json::to_string_pretty(&summary)
            .map_err(|source| EvidenceError::Form { file: file.clone(), source: Some(source) })?;
        replace(&file, &(text + "\n"))
    }
}

/// Writes a file so that a reader sees the old one or the new one, never a half.
fn replace(file: &Path, text: &str) -> Result<(), EvidenceError> {
    let new = file.with_extension("new");
    fs::write(&new, text).map_err(about(&new))?;
    fs::rename(&new, file).map_err(about(file))
}

fn about(file: &Path) -> impl FnOnce(io::Error) -> EvidenceError {
    let file: PathBuf = file.to_owned();
    move |source| EvidenceError::Io { file, source }
}
