//! Why can corridors not be compared, and what should the user do about it?

use super::MOST_FUTURES;
use crate::load::{LoadError, Problem};
use crate::output::OutputError;
use crate::question::QuestionError;
use miette::Diagnostic;
use std::path::PathBuf;

/// Why a comparison cannot be read, run or kept.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum ComparisonError {
    /// No comparison bears the name.
    #[error("there is no comparison '{name}'")]
    #[diagnostic(code(terbia::compare::unknown), help("{}", meant(near.as_ref(), known)))]
    Unknown {
        /// The name.
        name: String,
        /// A comparison that it may stand for.
        near: Option<String>,
        /// All comparisons.
        known: Vec<String>,
    },
    /// The file of a comparison cannot be read.
    #[error("{} cannot be read: {what}", path.display())]
    #[diagnostic(
        code(terbia::compare::file),
        help("give a name that `terbia compare` lists, or the path of a file")
    )]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        what: String,
    },
    /// The file of a comparison has faults.
    #[error("the comparison '{name}' cannot be run as it stands")]
    #[diagnostic(code(terbia::compare::faults))]
    Invalid {
        /// The file.
        name: String,
        /// All that is wrong.
        #[related]
        problems: Vec<Problem>,
    },
    /// A corridor is not there, or has faults of its own.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Load(#[from] LoadError),
    /// What is measured of a corridor cannot be run.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Question(#[from] QuestionError),
    /// The answer cannot be kept or read.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Output(#[from] OutputError),
    /// More than memory should hold.
    #[error("{members} futures are too many for a comparison; {} can be run", MOST_FUTURES)]
    #[diagnostic(code(terbia::compare::too_many), help("give --members {} or fewer", MOST_FUTURES))]
    TooMany {
        /// Asked for.
        members: u32,
    },
    /// A folder for the answer holds something.
    #[error("{} is not empty", dir.display())]
    #[diagnostic(
        code(terbia::compare::taken),
        help("give another folder with --out: nothing is written over")
    )]
    Taken {
        /// The folder.
        dir: PathBuf,
    },
    /// The user stopped it.
    #[error("the comparison is stopped; nothing is kept of it")]
    #[diagnostic(
        code(terbia::compare::stopped),
        help("repeat the command; --members makes it shorter")
    )]
    Stopped,
}

impl ComparisonError {
    /// Whether the user stopped it, which is no failure.
    pub fn stopped(&self) -> bool {
        matches!(self, Self::Stopped)
    }
}

fn meant(near: Option<&String>, known: &[String]) -> String {
    match near {
        Some(near) => format!("did you mean '{near}'?"),
        None => format!("known: {}; the path of a file ends with .toml", known.join(", ")),
    }
}
