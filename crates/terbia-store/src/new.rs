//! How does one start a corridor of one's own? From one that runs: a small made-up one, or a bundled one
//! that is much like it.

use crate::bundled::{self, Bundle};
use crate::load::nearest;
use miette::Diagnostic;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The bundled corridor that is copied if no other is named.
pub const TEMPLATE: &str = "template";

/// Why no corridor can be written.
#[derive(Debug, Error, Diagnostic)]
pub enum NewError {
    /// There is something already.
    #[error("{} is there already", path.display())]
    #[diagnostic(help("name a folder that does not exist; nothing is overwritten"))]
    Exists {
        /// The path.
        path: PathBuf,
    },
    /// The system refuses.
    #[error("{} cannot be written", path.display())]
    #[diagnostic(help("check that the folder above exists and that you may write there"))]
    Write {
        /// The path.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The program carries no corridor of this name.
    #[error("no corridor '{name}' travels with the program")]
    #[diagnostic(help("{}bundled: {}", did_you_mean(near.as_deref()), known.join(", ")))]
    Unknown {
        /// The name.
        name: String,
        /// The most similar one.
        near: Option<String>,
        /// Those that there are.
        known: Vec<String>,
    },
}

fn did_you_mean(near: Option<&str>) -> String {
    near.map_or_else(String::new, |near| format!("did you mean '{near}'? "))
}

/// Writes a copy of a bundled corridor, [`TEMPLATE`] say, into the new folder `dir`; returns the files
/// written.
pub fn create(dir: &Path, like: &str) -> Result<Vec<PathBuf>, NewError> {
    let known = || bundled::BUNDLES.iter().map(|b| b.id);
    let template = bundled::find(like).ok_or_else(|| NewError::Unknown {
        name: like.to_owned(),
        near: nearest(like, known()),
        known: known().map(str::to_owned).collect(),
    })?;
    if fs::symlink_metadata(dir).is_ok() {
        return Err(NewError::Exists { path: dir.to_owned() });
    }
    write(template, dir)
}

fn write(bundle: &Bundle, dir: &Path) -> Result<Vec<PathBuf>, NewError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| NewError::Write { path, source }
    };
    let mut written = Vec::new();
    for (name, text) in bundle.files {
        let path = dir.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed(folder))?;
        }
        fs::write(&path, text).map_err(failed(&path))?;
        written.push(path);
    }
    Ok(written)
}
