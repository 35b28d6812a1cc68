//! How does one start a corridor of one's own? From one that runs: a small made-up one, or a bundled one
//! that is much like it.

use crate::bundled::{self, Bundle};
use crate::comment::{self, readme};
use crate::lead::wrapped;
use crate::load::nearest;
use miette::Diagnostic;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use terbia_model::module;
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

/// Writes a copy of a bundled corridor, [`TEMPLATE`] say, into the new folder `dir`, with a comment above
/// each table and a page on the evidence; returns the files written.
pub fn create(dir: &Path, like: &str) -> Result<Vec<PathBuf>, NewError> {
    let bundle = bundle(dir, like)?;
    // Without the numbers of the modules, which a test keeps whole, comments would say less.
    let defaults = module::definitions().unwrap_or_default();
    let copied = (bundle.id != TEMPLATE).then(|| name_of(bundle));
    let mut files = comment::commented(bundle.files, &defaults);
    if let (Some(copied), Some((_, text))) =
        (&copied, files.iter_mut().find(|(name, _)| *name == "corridor.toml"))
    {
        text.insert_str(0, &comment::copy(bundle.id, copied));
    }
    files.push((readme::NAME, readme::page(copied.as_deref())));
    write(dir, files.iter().map(|(name, text)| (*name, text.as_str())))
}

/// Writes the same, byte for byte as the program carries it.
pub fn bare(dir: &Path, like: &str) -> Result<Vec<PathBuf>, NewError> {
    write(dir, bundle(dir, like)?.files.iter().copied())
}

/// The bundle to copy, if there is nothing at `dir`.
fn bundle(dir: &Path, like: &str) -> Result<&'static Bundle, NewError> {
    let known = || bundled::BUNDLES.iter().map(|b| b.id);
    let bundle = bundled::find(like).ok_or_else(|| NewError::Unknown {
        name: like.to_owned(),
        near: nearest(like, known()),
        known: known().map(str::to_owned).collect(),
    })?;
    if fs::symlink_metadata(dir).is_ok() {
        return Err(NewError::Exists { path: dir.to_owned() });
    }
    Ok(bundle)
}

/// The full name of a bundled corridor.
fn name_of(bundle: &Bundle) -> String {
    told(bundle, "name").unwrap_or_else(|| bundle.id.to_owned())
}

/// What `corridor.toml` of a bundled corridor says under `key`.
fn told(bundle: &Bundle, key: &str) -> Option<String> {
    let (_, text) = bundle.files.iter().find(|(name, _)| *name == "corridor.toml")?;
    let table = text.parse::<toml::Table>().ok()?;
    Some(table.get(key)?.as_str()?.to_owned())
}

/// The corridors that can be copied, each with its name and the question that it asks, in lines.
pub fn corridors() -> String {
    let mut text = String::from("Corridors that can be copied, each with what it asks:\n");
    for bundle in bundled::BUNDLES {
        let question = told(bundle, "question").unwrap_or_default();
        text.push_str(&wrapped(&format!("{}: {}. {question}", bundle.id, name_of(bundle))));
    }
    text
}

fn write<'a>(
    dir: &Path,
    files: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<Vec<PathBuf>, NewError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| NewError::Write { path, source }
    };
    let mut written = Vec::new();
    for (name, text) in files {
        let path = dir.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(failed(folder))?;
        }
        fs::write(&path, text).map_err(failed(&path))?;
        written.push(path);
    }
    Ok(written)
}
