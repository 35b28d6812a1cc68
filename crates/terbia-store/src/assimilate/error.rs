//! Why can figures not be taken in, or what they say not be kept there?

use crate::load::OriginError;
use crate::observations::ObservationsError;
use crate::output::OutputError;
use crate::study::StudyError;
use std::path::PathBuf;
use terbia_lab::measure::MeasureError;
use terbia_model::kernel::time::Month;

/// Most runs that figures are held against: all of them are kept in memory at once.
pub const MOST_MEMBERS: u32 = 50_000;

/// Why nothing came of figures.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum AssimilateError {
    /// The runs cannot be made.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Study(#[from] StudyError),
    /// The record cannot end there.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Origin(#[from] OriginError),
    /// The figures cannot be read.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Observations(#[from] ObservationsError),
    /// The files cannot be written.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Output(#[from] OutputError),
    /// A measure cannot be taken.
    #[error(transparent)]
    #[diagnostic(code(terbia::assimilate::measure), help("run `terbia check` on the corridor"))]
    Measure(#[from] MeasureError),
    /// The corridor does not say what it wants to know.
    #[error("the corridor '{corridor}' does not say what is to be believed about")]
    #[diagnostic(
        code(terbia::assimilate::no_table),
        help("add a [[forecast.outcome]] with 'outcome' and 'label' to corridor.toml")
    )]
    NoTable {
        /// The corridor.
        corridor: String,
    },
    /// It has no such outcome.
    #[error("there is no outcome '{outcome}'")]
    #[diagnostic(code(terbia::assimilate::no_outcome), help("run `terbia check` on the corridor"))]
    NoOutcome {
        /// Its name.
        outcome: String,
    },
    /// The scenario does not say where the record ends.
    #[error("the scenario '{scenario}' does not say where the record ends")]
    #[diagnostic(
        code(terbia::assimilate::no_origin),
        help(
            "give --origin YYYY-MM, the last month that the record drives, or write `record = true` and \
             `replay_until` in the scenario that is the record"
        )
    )]
    NoOrigin {
        /// The scenario.
        scenario: String,
    },
    /// No figure speaks of a month after the origin.
    #[error("no figure of {} can be taken in after {origin}", path.display())]
    #[diagnostic(code(terbia::assimilate::nothing_new))]
    NothingNew {
        /// The file.
        path: PathBuf,
        /// Last month that the record drives.
        origin: Month,
        /// What keeps the first ones out.
        #[help]
        why: String,
    },
    /// A figure speaks of months that the corridor does not have.
    #[error("the figure {id} speaks of {until}, but the corridor ends in {end}{}", others(*count))]
    #[diagnostic(
        code(terbia::assimilate::after_end),
        help("check its dates, extend `end` in corridor.toml, or take the figure out of the file")
    )]
    AfterEnd {
        /// The first such figure.
        id: String,
        /// Its last month.
        until: Month,
        /// How many there are.
        count: usize,
        /// Last month of the corridor.
        end: Month,
    },
    /// More than memory should hold.
    #[error(
        "{members} members are too many: all are in memory at once, and {MOST_MEMBERS} is the limit"
    )]
    #[diagnostic(
        code(terbia::assimilate::too_many),
        help("give --members {MOST_MEMBERS} or fewer")
    )]
    TooMany {
        /// Asked for.
        members: u32,
    },
    /// No run got that far.
    #[error("all {members} runs had diverged by {month}")]
    #[diagnostic(
        code(terbia::assimilate::diverged),
        help("see what diverges with terbia run, then the ranges of the numbers")
    )]
    AllDiverged {
        /// Their number.
        members: u32,
        /// The month.
        month: Month,
    },
    /// What figures said is written once.
    #[error("{} holds what figures said already; it is never written over", dir.display())]
    #[diagnostic(
        code(terbia::assimilate::exists),
        help(
            "give --out another folder: what was believed then is what later figures are judged by"
        )
    )]
    Exists {
        /// The folder.
        dir: PathBuf,
    },
    /// Something else is there.
    #[error("{} is there and holds something else", dir.display())]
    #[diagnostic(code(terbia::assimilate::taken), help("give --out a folder that is empty or new"))]
    Taken {
        /// The folder.
        dir: PathBuf,
    },
}

fn others(count: usize) -> String {
    match count {
        0 | 1 => String::new(),
        2 => ", and so does one more".to_owned(),
        more => format!(", and so do {} more", more - 1),
    }
}

impl AssimilateError {
    /// Whether the user stopped it, which is no failure.
    pub fn stopped(&self) -> bool {
        matches!(self, Self::Study(error) if error.stopped())
    }
}
