//! How good was a forecast? The operation behind `terbia score-forecast`.
//!
//! All that is needed is the folder that `terbia forecast` wrote and a file of figures: no corridor.
//! The folder's hashes are checked first, and everything that a score depends on is read from files
//! under the hash. Then, for each figure:
//!
//! 1. the first rule of the folder's `rules.toml` that covers it says what it is compared with
//!    ([`figure`]); the number is read off every run over the months that the figure speaks of;
//! 2. it is scored ([`Figure`]): whether it lies in the middle 50, 80 and 95 % of the runs, CRPS, PIT.
//!    Amounts and prices are compared in the logarithm, shares, counts and changes as they are
//!    ([`terbia_lab::scores::Comparison`]). A bound is inside or outside the middle 80 %, no more;
//! 3. or it is listed with the reason why it is not ([`Reason`]). Nothing is interpolated: months that
//!    are not wholly within those of the forecast are not scored, and half a sum is not the sum.
//!
//! Then series of figures ([`Series`]), all of them together, and events ([`event`]).
//!
//! Limits: the error of a figure itself is not added to the runs, so where the record is rough,
//! fewer figures lie inside than should. Figures of one forecast rise and fall together, so the
//! intervals of coverage and the p-value of the PITs promise more than they can keep.

mod error;
pub mod event;
pub mod figure;
mod folder;
mod series;

pub use error::ScoreError;
pub use event::{EventScore, Happened};
pub use figure::{Figure, Reason, Unscored};
pub use folder::{Chances, Folder, Foretold};
pub use series::{Count, Series};

use crate::observations::{Figures, Note};
use serde::Serialize;
use std::collections::BTreeSet;
use terbia_lab::scores;

/// A forecast beside the figures that have come.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scored {
    /// What was forecast.
    pub forecast: Forecast,
    /// Shares of all numbers inside the middle 50, 80 and 95 % of the runs.
    pub coverage: [Count; 3],
    /// Bounds that the middle 80 % of the runs meet.
    pub bounds: Count,
    /// Where the numbers stand among the runs; nothing for fewer than ten.
    pub pits: Option<Pits>,
    /// Series, worst first.
    pub series: Vec<Series>,
    /// Figures that were scored, by series, failures first.
    pub figures: Vec<Figure>,
    /// Figures that were not, each with its reason.
    pub unscored: Vec<Unscored>,
    /// Outcomes of the forecast of which no figure that was scored speaks.
    pub silent: Vec<String>,
    /// What is odd about the figures.
    pub notes: Vec<Note>,
    /// Events, if it was told which happened.
    pub events: Option<event::Events>,
}

/// Which forecast it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Forecast {
    /// Name of the corridor.
    pub corridor: String,
    /// Last month that was known, `YYYY-MM`.
    pub origin: String,
    /// First month forecast.
    pub from: String,
    /// Last month forecast.
    pub until: String,
    /// Runs.
    pub runs: usize,
    /// The one hash of its files, which are as they were written.
    pub sha256: String,
}

/// Where figures stand among the runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pits {
    /// How many fell into each of so many bins of 0..1.
    pub counts: Vec<usize>,
    /// Probability of counts at least as uneven from a forecast that is right, 0..1.
    pub p_value: f64,
}

/// Scores the forecast in `folder` on `figures`, and on what `happened` if that was told.
pub fn score(
    folder: &Folder,
    figures: &Figures,
    happened: Option<&[Happened]>,
) -> Result<Scored, ScoreError> {
    let (scored, unscored) = figure::judge(folder, figures)?;
    let mut series = series::of(&scored);
    series.sort_by(|a, b| b.badness().total_cmp(&a.badness()));
    let read: BTreeSet<&str> =
        scored.iter().flat_map(|s| s.outcomes.iter().map(String::as_str)).collect();
    let silent = folder.outcomes.iter().filter(|o| !read.contains(o.outcome.as_str()));
    let silent = silent.map(|o| o.label.clone()).collect();
    let pits: Vec<f64> = scored.iter().filter_map(|s| s.figure.pit).collect();
    let pits = scores::pit_histogram(&pits)
        .map(|ranks| Pits { counts: ranks.counts, p_value: ranks.p_value });
    let mut figures_scored: Vec<Figure> = scored.iter().map(|s| s.figure.clone()).collect();
    let place = |figure: &Figure| series.iter().position(|s| s.series == figure.series);
    figures_scored.sort_by(|a, b| {
        let failure = |f: &Figure| f.inside(1) == Some(true);
        let key = |f: &Figure| (place(f), failure(f));
        key(a).cmp(&key(b)).then(b.tail().total_cmp(&a.tail()))
    });
    let numbers = || scored.iter().map(|s| &s.figure).filter(|f| !f.bound);
    Ok(Scored {
        forecast: Forecast {
            corridor: folder.manifest.corridor.name.clone(),
            origin: folder.start.plus(-1).to_string(),
            from: folder.start.to_string(),
            until: folder.end().to_string(),
            runs: folder.paths.runs.len(),
            sha256: folder.manifest.sha256.clone(),
        },
        coverage: [0, 1, 2].map(|k| Count::new(scores::CENTRAL[k], numbers().map(|f| f.inside(k)))),
        bounds: Count::new(
            scores::CENTRAL[1],
            scored.iter().map(|s| &s.figure).filter(|f| f.bound).map(|f| f.inside(1)),
        ),
        pits,
        series,
        figures: figures_scored,
        unscored,
        silent,
        notes: figures.notes.clone(),
        events: happened.map(|happened| event::score(folder, happened)),
    })
}
