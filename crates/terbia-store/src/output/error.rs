//! What can go wrong when runs are kept, and what should the user do about it?

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// One field in which a run on disk differs from the run asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Field of the manifest, with dots.
    pub field: String,
    /// Its value in the manifest on disk.
    pub kept: String,
    /// Its value now.
    pub asked: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: kept {}, asked for {}", self.field, self.kept, self.asked)
    }
}

fn list(differences: &[Difference]) -> String {
    let lines: Vec<_> = differences.iter().map(|d| format!("\n  {d}")).collect();
    lines.concat()
}

/// Why the output of a run cannot be written or read.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum OutputError {
    /// The folder is taken.
    #[error("{} already holds {state} run", dir.display())]
    #[diagnostic(
        code(terbia::output::holds_run),
        help("continue or check that run with --resume, or write to another folder with --out")
    )]
    HoldsRun {
        /// Folder.
        dir: PathBuf,
        /// "a complete", "an unfinished", "a partly deleted" or "a foreign".
        state: &'static str,
    },
    /// There is nothing to resume.
    #[error("{} holds no run to resume: it has no manifest.json", dir.display())]
    #[diagnostic(
        code(terbia::output::no_run),
        help("leave out --resume to start the run, or name the folder given to --out before")
    )]
    NoRun {
        /// Folder.
        dir: PathBuf,
    },
    /// The run on disk is another one.
    #[error("the run in {} is not the one asked for:{}", dir.display(), list(differences))]
    #[diagnostic(
        code(terbia::output::mismatch),
        help(
            "repeat the command in its manifest.json to resume it, or start anew in another folder with --out"
        )
    )]
    Mismatch {
        /// Folder.
        dir: PathBuf,
        /// The fields that differ.
        differences: Vec<Difference>,
    },
    /// Another process writes there.
    #[error("another terbia ({holder}) is writing to {}", dir.display())]
    #[diagnostic(
        code(terbia::output::locked),
        help("wait for it or stop it, or write to another folder with --out")
    )]
    Locked {
        /// Folder.
        dir: PathBuf,
        /// What the lock file says about its holder.
        holder: String,
    },
    /// The disk is full.
    #[error("the disk is full: cannot {doing} {}", path.display())]
    #[diagnostic(
        code(terbia::output::disk_full),
        help("free some space and repeat the command with --resume: finished parts are kept")
    )]
    DiskFull {
        /// File.
        path: PathBuf,
        /// What was tried, as a verb.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The file system is mounted read-only.
    #[error("the file system is read-only: cannot {doing} {}", path.display())]
    #[diagnostic(
        code(terbia::output::read_only),
        help("choose a folder that can be written with --out")
    )]
    ReadOnly {
        /// File or folder.
        path: PathBuf,
        /// What was tried, as a verb.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The user may not write there.
    #[error("permission denied: cannot {doing} {}", path.display())]
    #[diagnostic(
        code(terbia::output::denied),
        help("change the permissions of the folder, or choose another with --out")
    )]
    Denied {
        /// File or folder.
        path: PathBuf,
        /// What was tried, as a verb.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// Another failure of the file system.
    #[error("cannot {doing} {}", path.display())]
    #[diagnostic(
        code(terbia::output::io),
        help(
            "mend what the system reports and repeat the command with --resume: finished parts are kept"
        )
    )]
    Io {
        /// File or folder.
        path: PathBuf,
        /// What was tried, as a verb.
        doing: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// The manifest cannot be read.
    #[error("{} is not a manifest of this version of terbia: {what}", path.display())]
    #[diagnostic(
        code(terbia::output::manifest),
        help("read it with the version that wrote it, or start anew in another folder with --out")
    )]
    Manifest {
        /// File.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// A Parquet file cannot be read or written.
    #[error("cannot {doing} {}: {what}", path.display())]
    #[diagnostic(
        code(terbia::output::parquet),
        help(
            "the file is damaged or was not written by terbia; run again into another folder with --out"
        )
    )]
    Parquet {
        /// File.
        path: PathBuf,
        /// What was tried, as a verb.
        doing: &'static str,
        /// What is wrong.
        what: String,
    },
    /// A finished file is not the one that the manifest describes.
    #[error("{} has changed since it was written: {what}", path.display())]
    #[diagnostic(
        code(terbia::output::changed),
        help(
            "restore the file, or repeat the command in manifest.json into another folder with --out"
        )
    )]
    Changed {
        /// File.
        path: PathBuf,
        /// How it differs.
        what: String,
    },
    /// Some chunks are still missing.
    #[error("the run in {} is not finished: {missing} of {chunks} parts are missing", dir.display())]
    #[diagnostic(
        code(terbia::output::unfinished),
        help("repeat the command with --resume to compute the rest")
    )]
    Unfinished {
        /// Folder.
        dir: PathBuf,
        /// Parts that are missing.
        missing: usize,
        /// All parts.
        chunks: usize,
    },
    /// A chunk or a list of columns contradicts the plan: a bug.
    #[error("the results do not fit the plan of the run: {what}")]
    #[diagnostic(
        code(terbia::output::shape),
        help("this is a bug in terbia; please report it with the command and its seed")
    )]
    Shape {
        /// What does not fit.
        what: String,
    },
}

impl OutputError {
    /// What the system's refusal to do `doing` to `path` means.
    pub(crate) fn io(path: &Path, doing: &'static str, source: io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                Self::DiskFull { path, doing, source }
            }
            ErrorKind::ReadOnlyFilesystem => Self::ReadOnly { path, doing, source },
            ErrorKind::PermissionDenied => Self::Denied { path, doing, source },
            _ => Self::Io { path, doing, source },
        }
    }

    /// The same for what the Parquet library reports, which may hide an error of the system.
    pub(crate) fn parquet(
        path: &Path,
        doing: &'static str,
        error: parquet::errors::ParquetError,
    ) -> Self {
        let what = error.to_string();
        if let parquet::errors::ParquetError::External(inner) = error
            && let Ok(source) = inner.downcast::<io::Error>()
        {
            return Self::io(path, doing, *source);
        }
        Self::Parquet { path: path.to_owned(), doing, what }
    }
}
