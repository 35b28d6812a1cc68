//! Which figures does a file hold, whoever wrote it?
//!
//! A CSV with the columns of a corridor's `evidence/observations.csv`, or with the wider ones of a
//! public record (`commodity,period_start,period_end` and the publication in full), in any order of
//! columns and rows. `id,quantity,entity,subject,from,to,value,unit` must be there, or what stands
//! for them. Without a column `basis` a figure is printed, and a bound if it has no value.
//!
//! What is wrong is refused, all of it at once, with file, line and mend; what is merely odd is
//! kept and noted:
//!
//! | found | treatment |
//! |---|---|
//! | not UTF-8, empty, a header without rows | refused |
//! | an unknown column, a column twice, one that is needed and absent | refused |
//! | a row with too few or too many cells, such as one cut short; a quote never closed | refused |
//! | no number, no date, an end before its start, a low end above the high one | refused |
//! | an id again with other content | refused |
//! | a row again, the same in all | counted once, noted |
//! | different ids, same quantity, entity, subject, period and unit, same claim | all kept, noted |
//! | the same with claims that exclude each other | all kept, noted as contradictory |
//! | published before the last month of its period: an estimate | kept, noted |
//! | rows in another order | the same: they are sorted by first date, last date and id |
//!
//! Two claims exclude each other if both are values and differ, or if their ranges do not meet.
//! [`matched`] says which rule of a `targets.toml` covers each row, [`units_taken`] whether its unit is
//! all that keeps a row from being compared.
//!
//! Limits: a file that is cut exactly between two rows looks whole.

pub use crate::load::{matched, units_taken};

use crate::load::evidence::{check_figure, observation, period};
use crate::load::files::{self, File};
use crate::load::problem::Problems;
use crate::load::table::{self, Column, Row};
use crate::load::{Fault, Problem, time};
use crate::spec::Observation;
use miette::Diagnostic;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use terbia_model::kernel::time::Month;

/// The columns, each with what it is called in a corridor and in a public record.
const COLUMNS: &[Column] = &[
    Column { names: &["id"], needed: true },
    Column { names: &["quantity"], needed: true },
    Column { names: &["entity"], needed: true },
    Column { names: &["subject", "commodity"], needed: true },
    Column { names: &["from", "period_start"], needed: true },
    Column { names: &["to", "period_end"], needed: true },
    Column { names: &["value"], needed: true },
    Column { names: &["unit"], needed: true },
    Column { names: &["low"], needed: false },
    Column { names: &["high"], needed: false },
    Column { names: &["basis"], needed: false },
    Column { names: &["source"], needed: false },
    Column { names: &["evidence"], needed: false },
    Column { names: &["method"], needed: false },
    Column { names: &["source_title"], needed: false },
    Column { names: &["publisher"], needed: false },
    Column { names: &["source_date"], needed: false },
    Column { names: &["source_url"], needed: false },
    Column { names: &["note"], needed: false },
];

/// The figures of a file.
#[derive(Clone, Debug)]
pub struct Figures {
    /// The file.
    pub path: PathBuf,
    /// Its rows, by first date, last date and id.
    pub rows: Vec<Observation>,
    /// What is odd about them.
    pub notes: Vec<Note>,
}

/// Something odd about the figures of a file, which does not keep them from being used.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Note {
    /// A row is there more than once, the same in all.
    Repeated {
        /// Its id.
        id: String,
        /// The lines, from 1; the first is counted.
        lines: Vec<usize>,
    },
    /// Rows of different ids make the same claim about the same thing.
    SaidAgain {
        /// Quantity, entity, subject, period and unit.
        what: String,
        /// Their ids, in order.
        ids: Vec<String>,
    },
    /// Rows of different ids make claims about the same thing of which not all can be true.
    Contradictory {
        /// Quantity, entity, subject, period and unit.
        what: String,
        /// Their ids, each with its claim.
        claims: Vec<(String, String)>,
    },
    /// The source is older than the period that the figure speaks of.
    Early {
        /// Id of the figure.
        id: String,
        /// Date of the source.
        published: String,
        /// Last month of the period, `YYYY-MM`.
        until: String,
    },
}

impl Note {
    /// The ids that it is about.
    pub fn ids(&self) -> Vec<&str> {
        match self {
            Self::Repeated { id, .. } | Self::Early { id, .. } => vec![id],
            Self::SaidAgain { ids, .. } => ids.iter().map(String::as_str).collect(),
            Self::Contradictory { claims, .. } => {
                claims.iter().map(|(id, _)| id.as_str()).collect()
            }
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Repeated { id, lines } => {
                let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
                write!(f, "{id} is there {} times, the same in all", lines.len())?;
                write!(f, " (lines {}): counted once", lines.join(", "))
            }
            Self::SaidAgain { what, ids } => write!(f, "{} say the same: {what}", ids.join(", ")),
            Self::Contradictory { what, claims } => {
                let claims: Vec<String> =
                    claims.iter().map(|(id, claim)| format!("{id} says {claim}")).collect();
                write!(f, "contradictory: {} ({what})", claims.join(", "))
            }
            Self::Early { id, published, until } => {
                write!(f, "{id} was published {published}, before the end of its period")?;
                write!(f, " ({until}): an estimate, or a slip of a date?")
            }
        }
    }
}

/// Why the figures of a file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ObservationsError {
    /// A path that leads to nothing.
    #[error("there is no file {}", path.display())]
    Missing {
        /// The path.
        path: PathBuf,
    },
    /// A file with faults.
    #[error("{} has {}", path.display(), counted(problems.len()))]
    Invalid {
        /// The path.
        path: PathBuf,
        /// All that is wrong, in order of place.
        problems: Vec<Problem>,
    },
}

fn counted(problems: usize) -> String {
    if problems == 1 { "a fault".to_owned() } else { format!("{problems} faults") }
}

impl Diagnostic for ObservationsError {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(match self {
            Self::Missing { .. } => "terbia::observations::missing",
            Self::Invalid { .. } => "terbia::observations::invalid",
        }))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        match self {
            Self::Missing { .. } => Some(Box::new("name a CSV file of figures")),
            Self::Invalid { .. } => None,
        }
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        match self {
            Self::Invalid { problems, .. } => {
                Some(Box::new(problems.iter().map(|p| p as &dyn Diagnostic)))
            }
            Self::Missing { .. } => None,
        }
    }
}

/// Reads the figures in the file at `path`; says everything that is wrong with it.
pub fn read(path: &Path) -> Result<Figures, ObservationsError> {
    let mut problems = Problems::default();
    // The error as a whole says where it lies.
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let text = match files::read(path) {
        Ok(Some(text)) => text,
        Ok(None) => return Err(ObservationsError::Missing { path: path.to_owned() }),
        Err(fault) => {
            problems.add_whole(&File::new(0, &name, String::new()), fault);
            return Err(invalid(path, problems));
        }
    };
    let file = File::new(0, &name, text);
    let read = rows(&file, &mut problems);
    if !problems.is_empty() {
        return Err(invalid(path, problems));
    }
    let (mut rows, mut notes) = read;
    rows.sort_by(|a, b| (&a.from, &a.to, a.id.get()).cmp(&(&b.from, &b.to, b.id.get())));
    notes.extend(compared(&rows));
    Ok(Figures { path: path.to_owned(), rows, notes })
}

fn invalid(path: &Path, problems: Problems) -> ObservationsError {
    ObservationsError::Invalid { path: path.to_owned(), problems: problems.into_sorted() }
}

/// The rows of `file`, each once, and what is odd about a row by itself.
fn rows(file: &File, problems: &mut Problems) -> (Vec<Observation>, Vec<Note>) {
    let (mut kept, mut notes) = (Vec::new(), Vec::new());
    if file.text().trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty() {
        problems.add_whole(file, Fault::Empty);
        return (kept, notes);
    }
    let before = problems.len();
    let read = table::rows_in_any_order(file, COLUMNS, problems);
    if read.is_empty() && problems.len() == before {
        problems.add_whole(file, Fault::NoRows);
    }
    let mut places: BTreeMap<String, (usize, Vec<usize>)> = BTreeMap::new();
    for row in &read {
        let figure = observation(row, file, problems);
        check_figure(&figure, &row.span(), file, problems);
        if figure.id.is_empty() {
            let fault = Fault::BadId { kind: "observation", id: String::new() };
            problems.add(file, row.span(), fault);
            continue;
        }
        if let Some((place, lines)) = places.get_mut(figure.id.get()) {
            if kept.get(*place) == Some(&figure) {
                lines.push(row.line());
            } else {
                let line = lines.first().copied().unwrap_or_default();
                let fault = Fault::OtherContent { id: figure.id.get().clone(), line };
                problems.add(file, row.span(), fault);
            }
            continue;
        }
        notes.extend(early(row, &figure, file, problems));
        places.insert(figure.id.get().clone(), (kept.len(), vec![row.line()]));
        kept.push(figure);
    }
    notes.sort_by(|a, b| a.ids().cmp(&b.ids()));
    let again = places.into_iter().filter(|(_, (_, lines))| lines.len() > 1);
    notes.extend(again.map(|(id, (_, lines))| Note::Repeated { id, lines }));
    (kept, notes)
}

/// Notes a source that is older than the period that it speaks of.
fn early(
    row: &Row<'_>,
    figure: &Observation,
    file: &File,
    problems: &mut Problems,
) -> Option<Note> {
    let published = row.text("source_date");
    if published.is_empty() {
        return None;
    }
    period(published, "", &row.span(), file, problems);
    let ((_, latest), (_, until)) = (time::period(published)?, figure.window()?);
    (latest < until).then(|| Note::Early {
        id: figure.id.get().clone(),
        published: published.to_owned(),
        until: until.to_string(),
    })
}

/// What a figure speaks of.
type Topic<'a> = (&'a str, &'a str, &'a str, Option<(Month, Month)>, &'a str);

fn topic(figure: &Observation) -> Topic<'_> {
    let Observation { quantity, entity, subject, unit, .. } = figure;
    (quantity, entity, subject, figure.window(), unit)
}

/// Notes figures that speak of the same thing.
fn compared(rows: &[Observation]) -> Vec<Note> {
    let mut topics: BTreeMap<Topic<'_>, Vec<&Observation>> = BTreeMap::new();
    for figure in rows {
        topics.entry(topic(figure)).or_default().push(figure);
    }
    let mut notes = Vec::new();
    for (topic, figures) in topics.into_iter().filter(|(_, figures)| figures.len() > 1) {
        let what = words(&topic);
        let mut groups: Vec<Vec<&Observation>> = Vec::new();
        for figure in &figures {
            match groups.iter_mut().find(|group| group.iter().all(|other| same(figure, other))) {
                Some(group) => group.push(figure),
                None => groups.push(vec![figure]),
            }
        }
        let id = |figure: &&Observation| figure.id.get().clone();
        for group in groups.iter().filter(|group| group.len() > 1) {
            let ids = group.iter().map(id).collect();
            notes.push(Note::SaidAgain { what: what.clone(), ids });
        }
        if figures.iter().any(|a| figures.iter().any(|b| exclude(a, b))) {
            let claims = figures.iter().map(|figure| (id(figure), claim(figure))).collect();
            notes.push(Note::Contradictory { what, claims });
        }
    }
    notes
}

/// Whether two figures of one topic make the same claim.
fn same(a: &Observation, b: &Observation) -> bool {
    (a.value, a.low, a.high, a.is_bound()) == (b.value, b.low, b.high, b.is_bound())
}

/// Whether two figures of one topic cannot both be true.
fn exclude(a: &Observation, b: &Observation) -> bool {
    match (a.value, b.value) {
        (Some(x), Some(y)) if !a.is_bound() && !b.is_bound() => x != y,
        _ => {
            let ((a_low, a_high), (b_low, b_high)) = (range(a), range(b));
            a_low > b_high || b_low > a_high
        }
    }
}

/// The values that a figure allows.
fn range(figure: &Observation) -> (f64, f64) {
    let value = figure.value.filter(|_| !figure.is_bound());
    let (low, high) = (figure.low.or(value), figure.high.or(value));
    (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY))
}

impl Observation {
    /// Whether it only says what the number is not.
    pub fn is_bound(&self) -> bool {
        self.basis == crate::spec::Basis::Bound || self.value.is_none()
    }
}

/// What a figure claims, in a few words.
fn claim(figure: &Observation) -> String {
    let value = figure.value.filter(|_| !figure.is_bound());
    match (value, figure.low, figure.high) {
        (Some(value), ..) => format!("{value}"),
        (None, Some(low), Some(high)) => format!("{low} to {high}"),
        (None, Some(low), None) => format!("at least {low}"),
        (None, None, Some(high)) => format!("at most {high}"),
        (None, None, None) => "nothing".to_owned(),
    }
}

fn words((quantity, entity, subject, window, unit): &Topic<'_>) -> String {
    let when = match window {
        Some((from, to)) if from == to => format!(", {from}"),
        Some((from, to)) => format!(", {from} to {to}"),
        None => String::new(),
    };
    format!("{quantity} of {entity}, {subject}{when}, {unit}")
}
