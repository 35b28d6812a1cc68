//! Why can a forecast not be scored?

use crate::forecast::ForecastError;
use crate::load::Problem;
use crate::output::OutputError;
use miette::Diagnostic;
use std::fmt;
use std::path::PathBuf;
use terbia_lab::measure::MeasureError;

/// Why a forecast cannot be scored.
#[derive(Debug, thiserror::Error)]
pub enum ScoreError {
    /// There is no forecast in the folder.
    #[error("{} holds no forecast", dir.display())]
    NoForecast {
        /// The folder.
        dir: PathBuf,
    },
    /// The forecast was changed, or its manifest cannot be read.
    #[error(transparent)]
    Forecast(#[from] ForecastError),
    /// A file of it cannot be read.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// Its files are as they were written, but make no forecast.
    #[error("{} is no forecast that can be scored: {what}", dir.display())]
    Unfit {
        /// The folder.
        dir: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// A rule measures what the runs do not have.
    #[error(transparent)]
    Measure(#[from] MeasureError),
    /// Its rules cannot be read.
    #[error("the rules of {} are at fault", dir.display())]
    Rules {
        /// The folder.
        dir: PathBuf,
        /// All that is wrong, in order of place.
        problems: Vec<Problem>,
    },
}

impl Diagnostic for ScoreError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let code = match self {
            Self::NoForecast { .. } => "terbia::score_forecast::none",
            Self::Forecast(error) => return error.code(),
            Self::Output(error) => return error.code(),
            Self::Unfit { .. } => "terbia::score_forecast::unfit",
            Self::Measure(_) => "terbia::score_forecast::measure",
            Self::Rules { .. } => "terbia::score_forecast::rules",
        };
        Some(Box::new(code))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(match self {
            Self::NoForecast { .. } => "name the folder that terbia forecast wrote with --out",
            Self::Forecast(error) => return error.help(),
            Self::Output(error) => return error.help(),
            Self::Unfit { .. } | Self::Measure(_) => "get the one that was published",
            Self::Rules { .. } => {
                "score it with the version of terbia that its manifest.json names"
            }
        }))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        match self {
            Self::Rules { problems, .. } => {
                Some(Box::new(problems.iter().map(|p| p as &dyn Diagnostic)))
            }
            _ => None,
        }
    }
}
