//! Why can a hindcast not be made?

use crate::calibrate::CalibrateError;
use crate::forecast::ForecastError;
use crate::output::OutputError;
use crate::posterior::PosteriorError;
use crate::study::StudyError;
use std::io;
use std::path::PathBuf;
use terbia_lab::measure::MeasureError;
use terbia_model::kernel::time::Month;

/// Why there is no hindcast.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum HindcastError {
    /// The fit failed.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Calibrate(#[from] CalibrateError),
    /// The forecast failed.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Forecast(#[from] ForecastError),
    /// The runs that show what happened failed.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Study(#[from] StudyError),
    /// The posterior cannot be used.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Posterior(#[from] PosteriorError),
    /// A file cannot be read or written.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Output(#[from] OutputError),
    /// The scenario is no record.
    #[error(
        "the scenario '{scenario}' rests on no record: there is nothing to hold a hindcast against"
    )]
    #[diagnostic(
        code(terbia::hindcast::no_record),
        help(
            "name a scenario whose file, or one it is based on, says `record = true` and `replay_until`"
        )
    )]
    NoRecord {
        /// The scenario.
        scenario: String,
    },
    /// The record has nothing after the origin.
    #[error(
        "the record ends in {record}; nothing after {origin} is known to hold a hindcast against"
    )]
    #[diagnostic(
        code(terbia::hindcast::nothing_later),
        help("give --origin a month before {record}; what comes after it is for terbia forecast")
    )]
    NothingLater {
        /// Asked for.
        origin: Month,
        /// Last month of the record.
        record: Month,
    },
    /// The posterior has seen what is to be foreseen.
    #[error(
        "the posterior in {} was learnt from figures to {until}, which is after {origin}",
        dir.display()
    )]
    #[diagnostic(
        code(terbia::hindcast::knows),
        help(
            "leave --posterior out, so that it is learnt anew, or make one with terbia calibrate \
             --until {origin}"
        )
    )]
    Knows {
        /// Its folder.
        dir: PathBuf,
        /// Last month of its figures.
        until: Month,
        /// The origin.
        origin: Month,
    },
    /// What the posterior has seen is not on record.
    #[error("{} does not say what the posterior was learnt from", path.display())]
    #[diagnostic(
        code(terbia::hindcast::unsaid),
        help("leave --posterior out, so that it is learnt anew")
    )]
    Unsaid {
        /// The file that should.
        path: PathBuf,
    },
    /// Nothing on record lies within the months foreseen.
    #[error("no figure of the record lies within the {horizon} months after {origin}")]
    #[diagnostic(
        code(terbia::hindcast::nothing),
        help("give a longer --horizon, or another --origin")
    )]
    Nothing {
        /// The origin.
        origin: Month,
        /// Months foreseen.
        horizon: u32,
    },
}

impl HindcastError {
    /// Whether the user stopped it, which is no failure.
    pub fn stopped(&self) -> bool {
        match self {
            Self::Calibrate(error) => error.stopped(),
            Self::Forecast(error) => error.stopped(),
            Self::Study(error) => error.stopped(),
            _ => false,
        }
    }
}

impl From<MeasureError> for HindcastError {
    fn from(error: MeasureError) -> Self {
        Self::Study(error.into())
    }
}

impl From<io::Error> for HindcastError {
    fn from(error: io::Error) -> Self {
        Self::Study(MeasureError::from(error).into())
    }
}
