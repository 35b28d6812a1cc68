//! Which files does the repository hold, and what is in them?

use crate::problem::Problem;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The repository's own files: those that git tracks or would track.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    files: Vec<File>,
}

/// A file.
#[derive(Clone, Debug)]
pub(crate) struct File {
    /// Path from the root, with forward slashes.
    pub(crate) path: String,
    /// Its text; empty if it is not UTF-8.
    pub(crate) text: String,
    /// Its size.
    pub(crate) bytes: u64,
}

/// Folders that hold what is made, not what is written; used only where git cannot be asked.
const MADE: &[&str] = &["target", ".git", "runs", "node_modules"];

impl Tree {
    /// Reads the repository.
    pub(crate) fn read() -> Result<Self, Problem> {
        let root = root();
        let mut paths = tracked(&root).unwrap_or_else(|| walked(&root));
        paths.sort();
        let files = paths
            .into_iter()
            // A file that git knows and the disk does not was just deleted.
            .filter_map(|path| {
                let bytes = std::fs::read(root.join(&path)).ok()?;
                let size = bytes.len() as u64;
                Some(File { path, text: String::from_utf8(bytes).unwrap_or_default(), bytes: size })
            })
            .collect::<Vec<_>>();
        if files.is_empty() {
            return Err(Problem::new(
                root.display().to_string(),
                "no files were found here",
                "run `cargo xtask` from inside the repository",
            ));
        }
        Ok(Self { files })
    }

    /// All files.
    pub(crate) fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    /// Files whose path satisfies `wanted`.
    pub(crate) fn select<'a>(
        &'a self,
        wanted: impl Fn(&str) -> bool + 'a,
    ) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |f| wanted(&f.path))
    }

    /// Rust sources.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.select(|p| has_extension(p, "rs"))
    }

    /// Pages of prose.
    pub(crate) fn markdown(&self) -> impl Iterator<Item = &File> {
        self.select(|p| has_extension(p, "md"))
    }

    /// The text of one file, if it exists.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|f| f.path == path).map(|f| f.text.as_str())
    }

    /// Whether there is such a file or folder.
    pub(crate) fn has(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        self.files.iter().any(|f| f.path == path || f.path.starts_with(&folder))
    }

    /// A made-up repository, for tests.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let file = |(path, text): &(&str, &str)| File {
            path: (*path).to_owned(),
            text: (*text).to_owned(),
            bytes: text.len() as u64,
        };
        Self { files: files.iter().map(file).collect() }
    }
}

/// The repository's root: the parent of this package's folder.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Whether a path ends in `.extension`.
pub(crate) fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|e| e == extension)
}

fn tracked(root: &Path) -> Option<Vec<String>> {
    let listing = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .ok()
        .filter(|o| o.status.success())?;
    let text = String::from_utf8(listing.stdout).ok()?;
    let mut paths: Vec<String> =
        text.split('\0').filter(|p| !p.is_empty()).map(str::to_owned).collect();
    paths.sort();
    paths.dedup();
    (!paths.is_empty()).then_some(paths)
}

fn walked(root: &Path) -> Vec<String> {
    let (mut found, mut folders) = (Vec::new(), vec![root.to_path_buf()]);
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let (path, name) = (entry.path(), entry.file_name());
            if path.is_dir() {
                if !MADE.iter().any(|m| name == *m) {
                    folders.push(path);
                }
            } else if let Ok(relative) = path.strip_prefix(root) {
                found.push(relative.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found
}
