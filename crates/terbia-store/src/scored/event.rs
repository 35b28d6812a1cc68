//! How good were the chances that the forecast gave to events?
//!
//! What happened comes as a table `event,month,happened`: 1 if the event happened in that month, 0
//! if not. The forecast gives two chances for each month: that the event has happened by its end,
//! and that it happens first in it. Both are scored, where what is told decides them:
//!
//! ```text
//! by the end of m    yes  if it happened in m or in a month before
//!                    no   if it did not, and every month from the first to m is told
//! first in m         yes  if it happened in m, and every month before is told, with none of it
//!                    no   if it did not happen in m, or did in a month before
//! ```
//!
//! What it does not decide is left out, and no month after the last that is told is scored. An event
//! of which nothing is told is named. The reference is the constant chance that would have done
//! best over the same months, which nobody could know: a skill above 0 is hard to come by.
//!
//! Limits: by the end of one month and by the end of the next are nearly the same question, so the
//! scores of an event are few whatever their number.

use super::folder::{Chances, Folder};
use crate::load::files::{self, File};
use crate::load::problem::Problems;
use crate::load::table::{self, Column};
use crate::load::{Fault, nearest, time};
use crate::observations::ObservationsError;
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;
use terbia_lab::{scores, stats};
use terbia_model::kernel::time::Month;

const COLUMNS: &[Column] = &[
    Column { names: &["event"], needed: true },
    Column { names: &["month"], needed: true },
    Column { names: &["happened"], needed: true },
    Column { names: &["source"], needed: false },
    Column { names: &["note"], needed: false },
];

/// What is told of an event in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// Short name of the event.
    pub event: String,
    /// The month.
    pub month: Month,
    /// Whether it happened in it.
    pub happened: bool,
}

/// Scores of all events.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Events {
    /// Those of which something is told, worst first.
    pub events: Vec<EventScore>,
    /// Mean Brier score over all events and months, of having happened by then.
    pub brier: Option<f64>,
    /// That of the constant chance that would have done best.
    pub brier_of_constant: Option<f64>,
    /// Skill against it: 1 is perfect, 0 no better, below 0 worse.
    pub skill: Option<f64>,
    /// Mean log score.
    pub log_score: Option<f64>,
    /// Events of which nothing is told.
    pub untold: Vec<String>,
    /// Rows about months that are not forecast.
    pub outside: usize,
}

/// Scores of an event.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventScore {
    /// Short name.
    pub event: String,
    /// What happens.
    pub label: String,
    /// The month in which it first happened, as far as is told.
    pub happened_in: Option<String>,
    /// Mean Brier score of having happened by the end of a month.
    pub brier: Option<f64>,
    /// Mean log score of the same.
    pub log_score: Option<f64>,
    /// Mean Brier score of happening first in a month.
    pub brier_first: Option<f64>,
    /// Mean log score of the same.
    pub log_score_first: Option<f64>,
    /// The months, up to the last that is told.
    pub months: Vec<EventMonth>,
    /// Those of them that are not told.
    pub untold: Vec<String>,
}

/// Scores of an event in a month.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventMonth {
    /// `YYYY-MM`.
    pub month: String,
    /// That it has happened by its end.
    pub by: Option<Judgement>,
    /// That it happens first in it.
    pub first: Option<Judgement>,
}

/// A chance beside what came.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Judgement {
    /// The chance, 0..1.
    pub chance: f64,
    /// What came.
    pub happened: bool,
    /// Brier score.
    pub brier: f64,
    /// Log score.
    pub log_score: f64,
}

/// Reads what happened from the file at `path`: events of `folder` alone.
pub fn read(path: &Path, folder: &Folder) -> Result<Vec<Happened>, ObservationsError> {
    let mut problems = Problems::default();
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
    let mut happened = Vec::new();
    match files::read(path) {
        Ok(Some(text)) => happened = rows(&File::new(0, &name, text), folder, &mut problems),
        Ok(None) => return Err(ObservationsError::Missing { path: path.to_owned() }),
        Err(fault) => problems.add_whole(&File::new(0, &name, String::new()), fault),
    }
    if problems.is_empty() {
        return Ok(happened);
    }
    let problems = problems.into_sorted();
    Err(ObservationsError::Invalid { path: path.to_owned(), problems })
}

fn rows(file: &File, folder: &Folder, problems: &mut Problems) -> Vec<Happened> {
    let rows = table::rows_in_any_order(file, COLUMNS, problems);
    let known = || folder.events.iter().map(|e| e.event.as_str());
    let mut told: BTreeMap<(String, Month), (bool, usize)> = BTreeMap::new();
    for row in &rows {
        let mut fault = |fault: Fault| problems.add(file, row.span(), fault);
        let (event, cell) = (row.text("event"), row.text("happened"));
        if !known().any(|name| name == event) {
            fault(Fault::UnknownId {
                kind: "event",
                id: event.to_owned(),
                near: nearest(event, known().collect::<Vec<_>>()),
                known: known().map(str::to_owned).collect(),
            });
        }
        let month = row.text("month").parse::<Month>().map_err(|e| fault(time::fault(e))).ok();
        let happened = ["0", "1"].iter().position(|word| *word == cell);
        if happened.is_none() {
            fault(Fault::UnknownWord {
                key: "happened".to_owned(),
                value: cell.to_owned(),
                near: None,
                known: vec!["0".to_owned(), "1".to_owned()],
            });
        }
        let (Some(month), Some(happened)) = (month, happened) else { continue };
        let (happened, line) = (happened == 1, row.line());
        let (first, at) = *told.entry((event.to_owned(), month)).or_insert((happened, line));
        if first != happened {
            fault(Fault::OtherContent { kind: "event", id: format!("{event}, {month}"), line: at });
        }
    }
    let row = |((event, month), (happened, _))| Happened { event, month, happened };
    told.into_iter().map(row).collect()
}

/// Scores the chances of `folder` on what `happened`.
pub(super) fn score(folder: &Folder, happened: &[Happened]) -> Events {
    let (start, end) = (folder.start, folder.end());
    let inside = |h: &&Happened| (start..=end).contains(&h.month);
    let told = |event: &Chances| -> BTreeMap<Month, bool> {
        let of_event = happened.iter().filter(inside).filter(|h| h.event == event.event);
        of_event.map(|h| (h.month, h.happened)).collect()
    };
    let runs = folder.paths.runs.len();
    let mut untold = Vec::new();
    let mut events = Vec::new();
    for event in &folder.events {
        match one(event, start, &told(event), runs) {
            Some(score) => events.push(score),
            None => untold.push(event.event.clone()),
        }
    }
    events.sort_by(|a, b| b.brier.unwrap_or(-1.0).total_cmp(&a.brier.unwrap_or(-1.0)));
    let by: Vec<Judgement> =
        events.iter().flat_map(|e| e.months.iter().filter_map(|m| m.by)).collect();
    let came: Vec<bool> = by.iter().map(|j| j.happened).collect();
    let brier = mean(by.iter().map(|j| j.brier));
    let brier_of_constant = (!came.is_empty()).then(|| scores::brier_of_constant(&came));
    let skill =
        brier.zip(brier_of_constant).map(|(brier, constant)| scores::skill(brier, constant));
    Events {
        brier,
        brier_of_constant,
        skill: skill.filter(|skill| skill.is_finite()),
        log_score: mean(by.iter().map(|j| j.log_score)),
        events,
        untold,
        outside: happened.iter().filter(|h| !inside(h)).count(),
    }
}

fn mean(values: impl Iterator<Item = f64>) -> Option<f64> {
    let values: Vec<f64> = values.collect();
    (!values.is_empty()).then(|| stats::mean(&values))
}

/// The scores of one event; nothing if nothing is told of it.
fn one(
    event: &Chances,
    start: Month,
    told: &BTreeMap<Month, bool>,
    runs: usize,
) -> Option<EventScore> {
    let last = *told.keys().next_back()?;
    let judge = |chance: f64, happened: bool| Judgement {
        chance,
        happened,
        brier: scores::brier(chance, happened),
        log_score: scores::log_score(chance, happened, runs),
    };
    let (mut months, mut untold) = (Vec::new(), Vec::new());
    // Of the months so far: whether it happened, and whether all of them are told.
    let (mut before, mut all_told) = (false, true);
    for (place, (first, by)) in event.first.iter().zip(&event.by).enumerate() {
        let month = start.plus(place as i32);
        if month > last {
            break;
        }
        let now = told.get(&month).copied();
        let came_first = match now {
            _ if before => Some(false),
            Some(true) => all_told.then_some(true),
            Some(false) => Some(false),
            None => None,
        };
        before |= now == Some(true);
        all_told &= now.is_some();
        let came_by = if before { Some(true) } else { all_told.then_some(false) };
        if now.is_none() {
            untold.push(month.to_string());
        }
        months.push(EventMonth {
            month: month.to_string(),
            by: came_by.map(|came| judge(*by, came)),
            first: came_first.map(|came| judge(*first, came)),
        });
    }
    let happened_in = told.iter().find(|(_, happened)| **happened).map(|(m, _)| m.to_string());
    let by = || months.iter().filter_map(|m| m.by);
    let first = || months.iter().filter_map(|m| m.first);
    Some(EventScore {
        event: event.event.clone(),
        label: event.label.clone(),
        happened_in,
        brier: mean(by().map(|j| j.brier)),
        log_score: mean(by().map(|j| j.log_score)),
        brier_first: mean(first().map(|j| j.brier)),
        log_score_first: mean(first().map(|j| j.log_score)),
        months,
        untold,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(told: &[(i32, bool)]) -> Option<EventScore> {
        let start: Month = "2024-01".parse().unwrap();
        let event = Chances {
            event: "closure".into(),
            label: "The pass closes".into(),
            first: vec![0.1, 0.2, 0.0, 0.3],
            by: vec![0.1, 0.3, 0.3, 0.6],
        };
        let told = told.iter().map(|(m, h)| (start.plus(*m), *h)).collect();
        one(&event, start, &told, 50)
    }

    fn came(score: &EventScore) -> Vec<(Option<bool>, Option<bool>)> {
        let of = |j: Option<Judgement>| j.map(|j| j.happened);
        score.months.iter().map(|m| (of(m.by), of(m.first))).collect()
    }

    #[test]
    fn an_event_that_happened_has_happened_from_then_on_and_first_only_once() {
        let score = scored(&[(0, false), (1, true), (2, false), (3, true)]).unwrap();
        let (no, yes) = (Some(false), Some(true));
        assert_eq!(came(&score), [(no, no), (yes, yes), (yes, no), (yes, no)]);
        assert_eq!(score.happened_in.as_deref(), Some("2024-02"));
        let brier = (0.01 + 0.49 + 0.49 + 0.16) / 4.0;
        assert!((score.brier.unwrap() - brier).abs() < 1e-12);
        let first = (0.01 + 0.64 + 0.0 + 0.09) / 4.0;
        assert!((score.brier_first.unwrap() - first).abs() < 1e-12);
    }

    #[test]
    fn what_is_not_told_is_not_scored() {
        let score = scored(&[(0, false), (2, false)]).unwrap();
        let no = Some(false);
        assert_eq!(came(&score), [(no, no), (None, None), (None, no)]);
        assert_eq!(score.untold, ["2024-02"]);
        // It has happened by then, but perhaps not for the first time.
        let score = scored(&[(1, true)]).unwrap();
        assert_eq!(came(&score), [(None, None), (Some(true), None)]);
        assert!(scored(&[]).is_none());
    }

    #[test]
    fn a_chance_of_nothing_costs_no_more_than_the_runs_can_tell() {
        let score = scored(&[(0, false), (1, false), (2, true)]).unwrap();
        let first = score.months[2].first.unwrap();
        assert_eq!((first.chance, first.happened), (0.0, true));
        assert!((first.log_score - 100.0_f64.ln()).abs() < 1e-12);
    }
}
