//! What is wrong with a row, where, and how is it mended?

use super::error::ForeignError;
use miette::Diagnostic;
use std::fmt;
use std::path::Path;
use thiserror::Error;

/// Rows at fault that are shown; of the others the number is told.
const SHOWN: usize = 10;
/// Characters of a cell that a message repeats.
const QUOTED: usize = 40;

/// Where a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Line of a table, from 1; the header is the first.
    Line(u64),
    /// Entry of the list `data`, from 1.
    Entry(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Entry(entry) => write!(f, "entry {entry} of data"),
        }
    }
}

/// A row that cannot be read.
#[derive(Debug, Error)]
#[error("{place}: {fault}")]
pub struct RowFault {
    /// Where.
    pub place: Place,
    /// Why.
    pub fault: CellFault,
}

impl Diagnostic for RowFault {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.fault.mend()))
    }
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CellFault {
    /// Cells that do not meet their columns.
    #[error("{found} cells under {expected} columns")]
    Cells {
        /// Cells.
        found: usize,
        /// Columns.
        expected: usize,
    },
    /// A cell that must hold something.
    #[error("nothing under '{column}'")]
    Missing {
        /// Its column.
        column: &'static str,
    },
    /// No number.
    #[error("'{text}' under '{column}' is not a number")]
    NotNumber {
        /// Its column.
        column: String,
        /// What stands there.
        text: String,
    },
    /// An amount below nothing.
    #[error("'{text}' under '{column}' is below 0")]
    Negative {
        /// Its column.
        column: String,
        /// What stands there.
        text: String,
    },
    /// No period of time.
    #[error("'{text}' under '{column}' is not {expected}")]
    NotTime {
        /// Its column.
        column: &'static str,
        /// What stands there.
        text: String,
        /// What should.
        expected: &'static str,
    },
    /// Two statements of the period that do not agree.
    #[error("the period is {period}, but year and month are {other}")]
    TwoPeriods {
        /// Under `period`.
        period: String,
        /// Under the columns of year and month.
        other: String,
    },
    /// A unit that nobody can convert.
    #[error("unknown unit '{text}' under '{column}'")]
    UnknownUnit {
        /// Its column.
        column: &'static str,
        /// What stands there.
        text: String,
        /// Those that are known.
        known: &'static str,
    },
    /// A word that is none of a list.
    #[error("'{text}' under '{column}' is not known")]
    UnknownWord {
        /// Its column.
        column: &'static str,
        /// What stands there.
        text: String,
        /// Those that are known.
        known: String,
    },
    /// A code that a spreadsheet has read as a number.
    #[error("the commodity code '{text}' has {} digits", text.len())]
    LostZero {
        /// What stands there.
        text: String,
    },
    /// A range that runs backwards.
    #[error("it goes from {low} to {high}")]
    Backwards {
        /// Its lower end, as written.
        low: String,
        /// Its upper end, as written.
        high: String,
    },
}

impl CellFault {
    /// What to do about it.
    pub fn mend(&self) -> String {
        match self {
            Self::Cells { .. } => {
                "a comma or a quotation mark may be missing there, or in the first row, by which the others \
                 are measured; get the file again"
                    .to_owned()
            }
            Self::Missing { column } => {
                format!("fill in '{column}', or delete the row")
            }
            Self::NotNumber { .. } => {
                "write it with a point, without a unit and without separators, or leave the cell empty"
                    .to_owned()
            }
            Self::Negative { .. } => "look the figure up at its source".to_owned(),
            Self::NotTime { .. } => {
                "look it up at its source; spreadsheets change dates when they open a file".to_owned()
            }
            Self::TwoPeriods { .. } => "look up which of them is right".to_owned(),
            Self::UnknownUnit { known, .. } => {
                format!("known: {known}; convert the figure, or delete the row")
            }
            Self::UnknownWord { known, .. } => format!("known: {known}"),
            Self::LostZero { .. } => {
                "codes have 4 or 6 digits: a spreadsheet may have dropped a nought in front; get the file again"
                    .to_owned()
            }
            Self::Backwards { .. } => "write the lower end first".to_owned(),
        }
    }

    /// A cell that is no number.
    pub(super) fn not_number(column: &str, text: &str) -> Self {
        Self::NotNumber { column: column.to_owned(), text: quoted(text) }
    }

    /// A cell that is no period of time.
    pub(super) fn not_time(column: &'static str, text: &str, expected: &'static str) -> Self {
        Self::NotTime { column, text: quoted(text), expected }
    }
}

/// The beginning of a cell: enough to find it, too little to repeat what may not be told.
pub(super) fn quoted(text: &str) -> String {
    let short: String = text.chars().take(QUOTED).collect();
    if short.len() < text.len() { short + "…" } else { short }
}

/// Faults of the rows of one file, as they are found.
#[derive(Debug, Default)]
pub(super) struct Faults {
    shown: Vec<RowFault>,
    count: u64,
}

impl Faults {
    /// Notes a row that cannot be read.
    pub(super) fn add(&mut self, place: Place, fault: CellFault) {
        self.count += 1;
        if self.shown.len() < SHOWN {
            self.shown.push(RowFault { place, fault });
        }
    }

    /// Fails if there are any.
    pub(super) fn settle(self, path: &Path) -> Result<(), ForeignError> {
        if self.count == 0 {
            return Ok(());
        }
        Err(ForeignError::Rows { path: path.to_owned(), count: self.count, faults: self.shown })
    }
}
