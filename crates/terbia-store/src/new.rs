//! How does one start a corridor of one's own? From a small one that runs.

use crate::bundled::{self, Bundle};
use miette::Diagnostic;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The bundled corridor that is copied.
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
    /// The program lacks the corridor that is copied.
    #[error("this program carries no template")]
    NoTemplate,
}

/// Writes a small made-up corridor into the new folder `dir`; returns the files written.
pub fn create(dir: &Path) -> Result<Vec<PathBuf>, NewError> {
    let template = bundled::find(TEMPLATE).ok_or(NewError::NoTemplate)?;
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
