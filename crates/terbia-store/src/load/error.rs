//! Why can a corridor not be loaded or a scenario not be run?

use super::names::nearest;
use super::problem::Problem;
use super::round::Sight;
use super::set::SetError;
use crate::bundled;
use miette::Diagnostic;
use std::fmt;
use std::path::PathBuf;
use terbia_model::kernel::param::ParamError;
use thiserror::Error;

/// Why a corridor cannot be loaded.
#[derive(Debug, Error)]
pub enum LoadError {
    /// A name that is neither bundled nor a folder.
    #[error("there is no corridor '{name}'")]
    Unknown {
        /// The name.
        name: String,
        /// A bundled corridor that it may stand for.
        near: Option<String>,
    },
    /// A path that leads to no folder.
    #[error("there is no folder {}", path.display())]
    NoFolder {
        /// The path.
        path: PathBuf,
    },
    /// Files with faults.
    #[error("the corridor '{id}' has {}", counted(problems.len()))]
    Invalid {
        /// The corridor.
        id: String,
        /// All that is wrong, in order of file and place.
        problems: Vec<Problem>,
        /// What was not looked at, or is not there.
        sight: Box<Sight>,
    },
    /// The numbers of the modules, which the program carries with it, are at fault.
    #[error("this program is broken: {0}")]
    Modules(ParamError),
    /// The checks passed what the compiler cannot use.
    #[error("the corridor '{id}' passed every check but cannot be compiled")]
    Uncompiled {
        /// The corridor.
        id: String,
    },
}

/// Why a scenario cannot be run.
#[derive(Debug, Error)]
pub enum CompileError {
    /// A name that no scenario bears.
    #[error("there is no scenario '{name}'")]
    Unknown {
        /// The name.
        name: String,
        /// A scenario that it may stand for.
        near: Option<String>,
        /// All scenarios.
        known: Vec<String>,
    },
    /// No months, or more than a run can have.
    #[error("{months} months cannot be run; 1 to {limit} can")]
    Months {
        /// What was asked.
        months: usize,
        /// The longest run.
        limit: usize,
    },
    /// A number cannot be held at that value.
    #[error(transparent)]
    Set(#[from] SetError),
    /// The checks passed what the compiler cannot use.
    #[error("the scenario '{scenario}' passed every check but cannot be compiled")]
    Unfit {
        /// The scenario.
        scenario: String,
    },
}

fn counted(problems: usize) -> String {
    if problems == 1 { "a fault".to_owned() } else { format!("{problems} faults") }
}

impl LoadError {
    pub(crate) fn unknown(name: &str) -> Self {
        let near = nearest(name, bundled::BUNDLES.iter().map(|b| b.id));
        Self::Unknown { name: name.to_owned(), near }
    }
}

impl CompileError {
    pub(crate) fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a String>) -> Self {
        let known: Vec<String> = known.cloned().collect();
        let near = nearest(name, known.iter().map(String::as_str));
        Self::Unknown { name: name.to_owned(), near, known }
    }
}

const REPORT: &str = "this is a fault of the program, not of your files: please report it";

impl Diagnostic for LoadError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let text = match self {
            Self::Unknown { near: Some(near), .. } => format!("did you mean '{near}'?"),
            Self::Unknown { name, near: None } => {
                let known: Vec<&str> = bundled::BUNDLES.iter().map(|b| b.id).collect();
                let known = known.join(", ");
                format!("bundled: {known}; for a folder write its path, such as ./{name}")
            }
            Self::NoFolder { .. } => "`terbia new` writes one to start from".to_owned(),
            Self::Invalid { .. } => return None,
            Self::Modules(_) | Self::Uncompiled { .. } => REPORT.to_owned(),
        };
        Some(Box::new(text))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        match self {
            Self::Invalid { problems, .. } => {
                Some(Box::new(problems.iter().map(|p| p as &dyn Diagnostic)))
            }
            _ => None,
        }
    }
}

impl Diagnostic for CompileError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let text = match self {
            Self::Unknown { near: Some(near), .. } => format!("did you mean '{near}'?"),
            Self::Unknown { known, .. } => format!("known: {}", known.join(", ")),
            Self::Months { .. } => {
                "ask for a number of months from the corridor's start".to_owned()
            }
            Self::Set(error) => error.fault().help(),
            Self::Unfit { .. } => REPORT.to_owned(),
        };
        Some(Box::new(text))
    }
}
