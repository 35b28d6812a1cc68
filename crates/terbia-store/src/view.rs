//! What of a run is shown? Years and months of each outcome, and the record beside it.

use crate::load::Project;
use crate::output::{self, OutputError};
use crate::record::ScoreRow;
use crate::report;
use crate::study::{Kept, StudyError, scoreboard};
use serde_json::{Value, json};
use std::io;
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
    /// Last month on which an event of the default scenario is dated.
    pub record_end: Option<Month>,
    /// The record beside the run.
    pub scores: Vec<ScoreRow>,
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
    let start = kept.compiled.corridor.start;
    let fail = |e: io::Error| OutputError::io(&kept.dir, "read the results in", e);
    let mut columns = Vec::new();
    for (place, column) in outcome::columns(&kept.compiled.corridor).into_iter().enumerate() {
        columns.push(Fan {
            months: summary::fan(&kept.cube, place).map_err(fail)?,
            years: summary::years(&kept.cube, place, column.scalar, start).map_err(fail)?,
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
    let record_end = report::record_end(project);
    Ok(Outlook { start, columns, headline, years, record_end, scores })
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
pub fn json(kept: &Kept, outlook: &Outlook) -> Value {
    let band =
        |b: &Band| json!({"q05": b.q05, "q25": b.q25, "q50": b.q50, "q75": b.q75, "q95": b.q95});
    let outcomes: Vec<Value> = outlook
        .columns
        .iter()
        .map(|c| {
            let years: Vec<Value> = c
                .years
                .iter()
                .map(|y| json!({"year": y.year, "months": y.months, "band": band(&y.band)}))
                .collect();
            json!({"name": c.name, "unit": c.unit, "description": c.doc, "statistic": c.scalar.name(), "years": years})
        })
        .collect();
    json!({
        "dir": kept.dir,
        "manifest": kept.manifest,
        "outcomes": outcomes,
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
