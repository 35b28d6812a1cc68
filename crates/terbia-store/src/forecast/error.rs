//! Why can a forecast not be made, or not be kept there?

use crate::load::OriginError;
use crate::output::OutputError;
use crate::study::StudyError;
use std::path::PathBuf;
use terbia_model::kernel::time::Month;

/// Why there is no forecast.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum ForecastError {
    /// The runs cannot be made.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Study(#[from] StudyError),
    /// Nothing can be forecast from that month.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Origin(#[from] OriginError),
    /// The runs cannot be read, or the files cannot be written.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Output(#[from] OutputError),
    /// The corridor does not say what is forecast.
    #[error("the corridor '{corridor}' does not say what is to be forecast")]
    #[diagnostic(
        code(terbia::forecast::no_table),
        help("add a [[forecast.outcome]] with 'outcome' and 'label' to corridor.toml")
    )]
    NoTable {
        /// The corridor.
        corridor: String,
    },
    /// No months, or more than the corridor has.
    #[error("{horizon} months after {origin} cannot be forecast: the corridor ends in {end}")]
    #[diagnostic(
        code(terbia::forecast::horizon),
        help("give --horizon 1 to {most}, or extend `end` in corridor.toml")
    )]
    Horizon {
        /// Last month that the record drives.
        origin: Month,
        /// Months asked for.
        horizon: u32,
        /// Months that there are.
        most: u32,
        /// Last month of the corridor.
        end: Month,
    },
    /// The corridor has no such outcome.
    #[error("there is no outcome '{outcome}'")]
    #[diagnostic(code(terbia::forecast::no_outcome), help("run `terbia check` on the corridor"))]
    NoOutcome {
        /// Its name.
        outcome: String,
    },
    /// No run reached the last month.
    #[error("all {runs} runs diverged")]
    #[diagnostic(
        code(terbia::forecast::diverged),
        help("see what diverges with terbia run, then the ranges of the numbers")
    )]
    AllDiverged {
        /// Their number.
        runs: u64,
    },
    /// A forecast is made once.
    #[error("{} holds a forecast already; it is never written over", dir.display())]
    #[diagnostic(
        code(terbia::forecast::exists),
        help("give --out another folder; a forecast that has been seen must stay as it was")
    )]
    Exists {
        /// The folder.
        dir: PathBuf,
    },
    /// Something else is there.
    #[error("{} is there and holds something else", dir.display())]
    #[diagnostic(code(terbia::forecast::taken), help("give --out a folder that is empty or new"))]
    Taken {
        /// The folder.
        dir: PathBuf,
    },
    /// The folder is not as it was written.
    #[error("{} is not as it was written: {what}", dir.display())]
    #[diagnostic(
        code(terbia::forecast::changed),
        help("a forecast that was changed says nothing; get the one that was published")
    )]
    Changed {
        /// The folder.
        dir: PathBuf,
        /// What differs.
        what: String,
    },
}

impl ForecastError {
    pub(super) fn no_outcome(outcome: &str) -> Self {
        Self::NoOutcome { outcome: outcome.to_owned() }
    }

    /// Whether the user stopped it, which is no failure.
    pub fn stopped(&self) -> bool {
        matches!(self, Self::Study(error) if error.stopped())
    }
}
