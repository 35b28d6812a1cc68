//! What of a run is shown? Years and months of each outcome, and the record beside it.

pub mod stability;

use crate::load::Project;
use crate::output::{self, OutputError};
use crate::record::ScoreRow;
use crate::report;
use crate::study::{Kept, StudyError, scoreboard};
use serde_json::{Value, json};
use stability::{Indexed, Stability};
use std::io;
use terbia_lab::across::Across;
use terbia_lab::stats;
use terbia_lab::summary::{self, Band, Year};
use terbia_model::kernel::time::Month;
use terbia_model::outcome::{self, Scalar};

/// An outcome across the runs.
#[derive(Clone, Debug)]
pub struct Fan {
    /// `outcome` or `outcome.label`.
    pub name: String,
    /// A few words for the head of a narrow column.
    pub short: String,
    /// Meaning.
    pub doc: String,
    /// Unit.
    pub unit: String,
    /// How a year is summed up.
    pub scalar: Scalar,
    /// By month.
    pub months: Vec<Band>,
    /// By year.
    pub years: Vec<Year>,
    /// Shares of the runs, if it says of each whether something holds.
    pub share: Option<Share>,
}

/// Of an outcome that is 1 where something holds and 0 where it does not, the share of the runs in
/// which it does, 0..1.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Share {
    /// By month.
    pub months: Vec<f64>,
    /// By year: in the mean over its months, or at its end if the outcome is a stock.
    pub years: Vec<f64>,
}

/// All that is shown of a run.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// First month.
    pub start: Month,
    /// Every outcome, in the order of the columns.
    pub columns: Vec<Fan>,
    /// Places of the outcomes that a summary begins with.
    pub headline: Vec<usize>,
    /// Calendar years touched.
    pub years: Vec<i32>,
    /// Where the record ends, and what follows.
    pub after: Option<After>,
    /// Last month that an event on record touches.
    pub record_end: Option<Month>,
    /// What the runs do after it; nothing if the model never decides.
    pub stability: Option<Stability>,
    /// The record beside the run.
    pub scores: Vec<ScoreRow>,
}

/// The end of the record in a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct After {
    /// Last month that it drives.
    pub end: Month,
    /// What follows.
    pub follows: Follows,
}

/// What follows the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Follows {
    /// The model decides what nobody scripted.
    Model,
    /// Only what the scenario says happens.
    Scenario,
    /// Nothing happens any more.
    Nothing,
}

/// What the model decides where it does, in words.
pub const DECIDES: &str = "who attacks, who holds the mines, when gates shut and reopen, which levy is \
    agreed, where protest stops a mine, how long a truce lasts";

/// Outcomes that say whether something holds, as 1 or 0, or as the share of a month in which it does.
/// Quantiles of them say little; their mean is the share of the runs in which it holds.
const FLAGS: &[&str] =
    &["control", "offensive", "closure", "closure_threat", "levy_refused", "truce", "cancelled"];

/// Whether the outcome of a column says if something holds.
pub fn is_flag(name: &str) -> bool {
    FLAGS.contains(&name.split('.').next().unwrap_or(name))
}

/// Name of the page of a run.
pub const REPORT: &str = "report.html";
/// Name of the picture of a run: its first chart, to be put into a text.
pub const PICTURE: &str = "picture.svg";

/// Outcomes that a summary begins with, and how a narrow column is headed. Those with several
/// columns are shown with all of them.
const HEADLINE: &[(&str, &str)] = &[
    ("exports_t", "exports"),
    ("sites_total", "sites"),
    ("import_share", "import share"),
    ("levy_revenue_total_usd", "levy revenue"),
    ("price_cny_per_kg", "price"),
    ("cover_months", "cover"),
];

/// Reads what is shown of a run.
pub fn outlook(project: &Project, kept: &Kept) -> Result<Outlook, StudyError> {
    let corridor = &kept.compiled.corridor;
    let start = corridor.start;
    let fail = |e: io::Error| OutputError::io(&kept.dir, "read the results in", e);
    let mut columns = Vec::new();
    for (place, column) in outcome::columns(corridor).into_iter().enumerate() {
        let years = summary::years(&kept.cube, place, column.scalar, start).map_err(fail)?;
        let flag = is_flag(&column.name);
        let shares = flag.then(|| share(&kept.cube, place, column.scalar, &years)).transpose();
        columns.push(Fan {
            months: summary::fan(&kept.cube, place).map_err(fail)?,
            share: shares.map_err(fail)?,
            years,
            short: short(&column.name),
            name: column.name,
            doc: column.doc,
            unit: column.unit.to_owned(),
            scalar: column.scalar,
        });
    }
    let headline = HEADLINE
        .iter()
        .flat_map(|(name, _)| {
            let of = |fan: &Fan| fan.name.split('.').next() == Some(*name);
            columns.iter().enumerate().filter(move |(_, fan)| of(fan)).map(|(place, _)| place)
        })
        .collect();
    let years =
        columns.first().map(|c| c.years.iter().map(|y| y.year).collect()).unwrap_or_default();
    let scores = scoreboard(project, kept)?;
    let after = after(project, kept);
    let record_end = report::record_end(project);
    let stability = stability::after_the_record(&kept.cube, corridor).map_err(fail)?;
    Ok(Outlook { start, columns, headline, years, after, record_end, stability, scores })
}

/// The share of the runs in which a flag holds.
fn share(across: &impl Across, column: usize, scalar: Scalar, years: &[Year]) -> io::Result<Share> {
    let mut values = Vec::new();
    let mut months = Vec::new();
    for month in 0..across.months() {
        across.read(column, month, &mut values)?;
        values.retain(|x| !x.is_nan());
        months.push(stats::mean(&values));
    }
    let mut rest = months.as_slice();
    let mut by_year = Vec::new();
    for year in years {
        let (of_year, later) = rest.split_at(year.months.min(rest.len()));
        by_year.push(match scalar {
            Scalar::Last => of_year.last().copied().unwrap_or(f64::NAN),
            Scalar::Sum | Scalar::Mean => stats::mean(of_year),
        });
        rest = later;
    }
    Ok(Share { months, years: by_year })
}

/// Where the record ends in a run, and what follows.
fn after(project: &Project, kept: &Kept) -> Option<After> {
    let corridor = &kept.compiled.corridor;
    let months = kept.manifest.fingerprint.months;
    if let Some(live) = stability::live_from(corridor, months) {
        return Some(After { end: corridor.start.plus(live as i32 - 1), follows: Follows::Model });
    }
    let scenario = &kept.manifest.fingerprint.scenario;
    // Events may end before the months that the record is said to drive.
    let end = report::record_end(project).max(project.driven_until(scenario))?;
    if end >= corridor.start.plus(months as i32 - 1) {
        return None;
    }
    let scripted = project.happenings(scenario).iter().any(|h| h.from.month() > end);
    Some(After { end, follows: if scripted { Follows::Scenario } else { Follows::Nothing } })
}

impl Outlook {
    /// The last calendar year touched.
    pub fn last_year(&self) -> i32 {
        self.years.last().copied().unwrap_or_default()
    }
}

fn short(name: &str) -> String {
    let (outcome, label) = name.split_once('.').map_or((name, None), |(o, l)| (o, Some(l)));
    let word = HEADLINE.iter().find(|(o, _)| *o == outcome).map_or(outcome, |(_, word)| word);
    label.map_or_else(|| word.to_owned(), |label| format!("{word} {label}"))
}

/// The same for programs.
pub fn json(kept: &Kept, outlook: &Outlook, index: Option<&Indexed>) -> Value {
    let band =
        |b: &Band| json!({"q05": b.q05, "q25": b.q25, "q50": b.q50, "q75": b.q75, "q95": b.q95});
    let outcomes: Vec<Value> = outlook
        .columns
        .iter()
        .map(|c| {
            let years: Vec<Value> = c
                .years
                .iter()
                .enumerate()
                .map(|(i, y)| {
                    let share = c.share.as_ref().and_then(|s| s.years.get(i));
                    json!({"year": y.year, "months": y.months, "band": band(&y.band), "share": share})
                })
                .collect();
            json!({"name": c.name, "unit": c.unit, "description": c.doc, "statistic": c.scalar.name(), "years": years})
        })
        .collect();
    json!({
        "dir": kept.dir,
        "manifest": kept.manifest,
        "outcomes": outcomes,
        "record_until": outlook.after.map(|a| a.end.to_string()),
        "stability": outlook.stability.as_ref().map(|s| s.json(index)),
        "rows": outlook.scores,
    })
}

/// Writes `report.html` into the folder of the run, and its first chart as a picture of its own.
pub fn write_report(project: &Project, kept: &Kept, outlook: &Outlook) -> Result<(), StudyError> {
    let page = report::of_run(project, kept, outlook, &[]);
    output::write_file(&kept.dir.join(REPORT), page.as_bytes())?;
    let first = outlook.headline.first().and_then(|&place| outlook.columns.get(place));
    let picture = first.and_then(|fan| {
        report::picture_of_run(project, kept, outlook, &fan.name, &["gate", "control", "levy"])
    });
    if let Some(picture) = picture {
        output::write_file(&kept.dir.join(PICTURE), picture.as_bytes())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_that_it_is_one_or_nought_is_shown_as_a_share() {
        for outcome in outcome::all() {
            let says = outcome.doc.contains(": 1 if");
            assert!(!says || is_flag(outcome.name), "{}", outcome.name);
        }
        for flag in FLAGS {
            assert!(outcome::all().any(|o| o.name == *flag), "{flag}");
        }
    }
}
