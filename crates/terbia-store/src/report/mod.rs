//! What does a reader see who has no terbia? One HTML file: fan charts with the record drawn in,
//! their tables, the scoreboard, the patterns and the weak numbers.
//!
//! [`html`] writes the page and [`fan_svg`] one chart as a picture of its own; [`of_run`] and
//! [`picture_of_run`] gather from a run what they need. All are pure: the same input gives the same
//! bytes. The page asks nothing of
//! the network and runs no script; its content security policy forbids both.

pub(crate) mod axis;
mod chart;
pub(crate) mod colour;
mod decided;
mod fan;
mod group;
mod input;
mod mark;
pub(crate) mod number;
mod page;
mod score;
mod strip;
mod table;
#[cfg(test)]
mod tests;
pub(crate) mod text;

use crate::record::ScoreRow;
use crate::view::stability::Stability;
use crate::view::{After, Share};
use terbia_lab::check::PatternResult;
use terbia_lab::summary::{Band, Year};
use terbia_model::kernel::param::Definition;
use terbia_model::kernel::time::{Date, Month};
use terbia_model::outcome::Column;

pub use input::{of_run, picture_of_run, record_end};

/// All that the page shows.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// Full name of the corridor.
    pub corridor: &'a str,
    /// The question it is there to answer.
    pub question: &'a str,
    /// What was run.
    pub run: &'a Identity,
    /// Where the record ends, and what follows.
    pub after: Option<After>,
    /// What the runs do where the model decides; nothing if it never does.
    pub stability: Option<&'a Stability>,
    /// What happens in the scenario, in any order.
    pub events: &'a [Event],
    /// The outcomes, in any order.
    pub charts: &'a [Chart<'a>],
    /// The record beside the runs: facts, series and what is not compared, in any order.
    pub scores: &'a [ScoreRow],
    /// The patterns of the record; none if they were not tried.
    pub patterns: &'a [PatternResult],
    /// The numbers of the corridor; the page lists those of grade D and C.
    pub numbers: &'a [Definition],
}

/// What was run: enough to run it again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Identity {
    /// Runs that were given up.
    pub diverged: u64,
    /// All runs.
    pub members: u32,
    /// Seed.
    pub seed: u64,
    /// Name of the scenario's file.
    pub scenario: String,
    /// Title of the scenario.
    pub scenario_title: String,
    /// First month, `YYYY-MM`.
    pub start: String,
    /// Last month, `YYYY-MM`.
    pub until: String,
    /// Number of months.
    pub months: usize,
    /// Numbers held at a value, by path.
    pub sets: Vec<(String, f64)>,
    /// Version of terbia.
    pub version: String,
    /// Hash of the corridor's files.
    pub corridor_sha256: String,
    /// The command that repeats the run.
    pub command: String,
}

/// Something that happens in the scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// First day.
    pub from: Date,
    /// First day after it; nothing if it lasts.
    pub until: Option<Date>,
    /// Kind of event.
    pub kind: String,
    /// What happens, in a sentence or two.
    pub doc: String,
}

/// An outcome: its spread, and what the record has to say about it.
#[derive(Clone, Copy, Debug)]
pub struct Chart<'a> {
    /// Name, unit and meaning.
    pub column: &'a Column,
    /// First month.
    pub start: Month,
    /// The spread in each month.
    pub fan: &'a [Band],
    /// The spread in each year.
    pub years: &'a [Year],
    /// The share of the runs in which it holds, if it is an outcome that holds or does not: drawn in
    /// place of the spread.
    pub share: Option<&'a Share>,
    /// Figures of the record, in the unit of the column.
    pub observed: &'a [Observed],
}

/// A figure of the record that can be drawn into a chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// Its id.
    pub id: String,
    /// First month it covers; `None` stands for the first of the chart.
    pub from: Option<Month>,
    /// Last month it covers; `None` stands for the last of the chart.
    pub to: Option<Month>,
    /// Value over all these months: their sum where the column is a flow.
    pub value: Option<f64>,
    /// Lower end of its range, likewise.
    pub low: Option<f64>,
    /// Upper end of its range, likewise.
    pub high: Option<f64>,
    /// Where it is written.
    pub source: String,
}

/// The page.
pub fn html(input: &Report<'_>) -> String {
    page::page(input)
}

/// One chart as a picture that stands alone: on a light ground, with its title, legend and key to
/// the events. Pass the few events that matter: the key lists them all.
pub fn fan_svg(chart: &Chart<'_>, events: &[Event], after: Option<After>) -> String {
    let marks = mark::marks(events, chart.start);
    let look = fan::Look::Alone;
    fan::Fan { chart, marks: &marks, after, look, id: "fan" }.svg()
}
