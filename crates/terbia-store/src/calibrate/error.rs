//! Why is there no posterior?

use super::SharedError;
use crate::output::OutputError;
use crate::study::StudyError;
use std::path::PathBuf;
use terbia_model::kernel::time::Month;

/// Why a corridor cannot be calibrated.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum CalibrateError {
    /// It cannot be compiled.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Study(#[from] StudyError),
    /// Results cannot be kept or read.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Output(#[from] OutputError),
    /// Nothing can be taken over from another corridor.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Shared(#[from] SharedError),
    /// There is nothing to learn from.
    #[error(
        "{found} figures of the record end by {until}; at least {least} are needed to learn from"
    )]
    #[diagnostic(
        code(terbia::calibrate::figures),
        help("give a later --until, or more rules in evidence/targets.toml")
    )]
    Figures {
        /// How many there are.
        found: usize,
        /// How many it takes.
        least: usize,
        /// Last month.
        until: Month,
    },
    /// The figures say nothing.
    #[error("the figures to {until} say too little of any number to learn it")]
    #[diagnostic(
        code(terbia::calibrate::nothing),
        help("run the prior instead, or give a later --until")
    )]
    Nothing {
        /// Last month.
        until: Month,
    },
    /// No run came through.
    #[error("too few runs of the prior came through to learn from: {ok} of {all}")]
    #[diagnostic(
        code(terbia::calibrate::diverged),
        help("run terbia run and look at `status` in runs.parquet")
    )]
    Diverged {
        /// Runs that came through.
        ok: usize,
        /// All.
        all: u32,
    },
    /// The folder holds something else.
    #[error("{} holds another calibration: {what} differs", dir.display())]
    #[diagnostic(code(terbia::calibrate::other), help("give another --out, or the same command"))]
    Other {
        /// The folder.
        dir: PathBuf,
        /// What differs.
        what: &'static str,
    },
    /// The user stopped it; finished stages are kept.
    #[error("stopped; the stages that are finished are kept in {}", dir.display())]
    #[diagnostic(code(terbia::calibrate::stopped), help("repeat the command to go on"))]
    Stopped {
        /// The folder.
        dir: PathBuf,
    },
}

impl CalibrateError {
    /// Whether the user stopped it, which is no failure.
    pub fn stopped(&self) -> bool {
        matches!(self, Self::Stopped { .. })
    }
}
