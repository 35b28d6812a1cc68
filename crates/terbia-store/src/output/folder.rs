//! How does a small folder appear whole or not at all, each file with its hash and all with one?

use super::error::OutputError;
use super::files;
use super::manifest::{FileEntry, MANIFEST, json};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What stands where a folder is to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Nothing, or an empty folder.
    Free,
    /// A folder of the same kind.
    Alike,
    /// Something else.
    Taken,
}

/// What stands at `dir`; a folder of the same kind has a manifest and a file named `mark`.
pub(crate) fn standing(dir: &Path, mark: &str) -> Result<Standing, OutputError> {
    let entries = match fs::read_dir(dir) {
        Ok(mut entries) => entries.next().is_some(),
        Err(e) if e.kind() == io::ErrorKind::NotFound => false,
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => true,
        Err(e) => return Err(OutputError::io(dir, "read", e)),
    };
    Ok(match (dir.join(MANIFEST).exists() && dir.join(mark).exists(), entries) {
        (true, _) => Standing::Alike,
        (false, true) => Standing::Taken,
        (false, false) => Standing::Free,
    })
}

/// Writes `files` and then what `manifest` makes of them to the new folder `dir`, which appears whole
/// or not at all. They come in the order of their names: that of the lines under the one hash.
pub(crate) fn publish<M: Serialize>(
    dir: &Path,
    files: Vec<(&str, Vec<u8>)>,
    manifest: impl FnOnce(Vec<FileEntry>) -> M,
) -> Result<M, OutputError> {
    let draft = Draft::create(dir)?;
    let mut entries = Vec::with_capacity(files.len());
    for (name, bytes) in files {
        files::write(&draft.path.join(name), &bytes)?;
        let sha256 = format!("{:x}", Sha256::digest(&bytes));
        entries.push(FileEntry { name: name.to_owned(), bytes: bytes.len() as u64, sha256 });
    }
    let manifest = manifest(entries);
    let path = draft.path.join(MANIFEST);
    files::write(&path, json(&path, &manifest)?.as_bytes())?;
    draft.publish(dir)?;
    Ok(manifest)
}

/// One hash of all files: of the lines `SHA256  NAME`, which `sha256sum` prints of them.
pub(crate) fn sum(files: &[FileEntry]) -> String {
    let mut lines = String::new();
    for file in files {
        // Writing to a string cannot fail.
        let _ = writeln!(lines, "{}  {}", file.sha256, file.name);
    }
    format!("{:x}", Sha256::digest(lines))
}

/// A folder under way: it gets its name from [`Draft::publish`], and vanishes if that never comes.
pub(crate) struct Draft {
    /// Where it stands until then.
    pub(crate) path: PathBuf,
    done: bool,
}

impl Draft {
    /// A draft beside `dir`.
    pub(crate) fn create(dir: &Path) -> Result<Self, OutputError> {
        let name = dir.file_name().unwrap_or_default().to_string_lossy();
        let path = dir.with_file_name(format!(".{name}.{}.part", std::process::id()));
        if let Some(parent) = dir.parent().filter(|p| !p.as_os_str().is_empty()) {
            fs::create_dir_all(parent).map_err(|e| OutputError::io(parent, "make", e))?;
        }
        fs::create_dir(&path).map_err(|e| OutputError::io(&path, "make", e))?;
        Ok(Self { path, done: false })
    }

    /// Gives the draft its name; what is there must be an empty folder.
    pub(crate) fn publish(mut self, dir: &Path) -> Result<(), OutputError> {
        let fail = |e| OutputError::io(dir, "write", e);
        match fs::remove_dir(dir) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(fail(e)),
            _ => {}
        }
        fs::rename(&self.path, dir).map_err(fail)?;
        self.done = true;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.done {
            // Whatever made the draft fail is reported already.
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}
