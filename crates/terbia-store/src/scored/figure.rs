//! What does the forecast say of this figure, and if nothing, why not?

use super::folder::Folder;
use crate::load::{Covered, matched, units_taken};
use crate::observations::{Figures, Note};
use crate::record;
use crate::spec::{At, Observation, Target};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use terbia_lab::measure::{Measure, MeasureError, evaluate};
use terbia_lab::scores::{self, Comparison};
use terbia_lab::stats;
use terbia_model::kernel::time::Month;

/// A figure beside the runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// Its id.
    pub id: String,
    /// The rule that says what it is compared with: the series that it belongs to.
    pub series: String,
    /// What it speaks of.
    pub what: String,
    /// First month that it speaks of, `YYYY-MM`.
    pub from: String,
    /// Last month.
    pub to: String,
    /// Unit.
    pub unit: String,
    /// Whether it is only a bound.
    pub bound: bool,
    /// Observed value.
    pub observed: Option<f64>,
    /// Lower end, as stated.
    pub low: Option<f64>,
    /// Upper end, as stated.
    pub high: Option<f64>,
    /// "log" or "as is".
    pub comparison: &'static str,
    /// Runs that have a value.
    pub runs: usize,
    /// Median of the runs.
    pub median: f64,
    /// Middle 50, 80 and 95 % of the runs.
    pub central: [(f64, f64); 3],
    /// Whether it lies in them; of a bound, whether they meet it.
    pub inside: [bool; 3],
    /// Share of the runs that keep a bound, 0..1.
    pub kept: Option<f64>,
    /// CRPS, in the logarithm or in the unit.
    pub crps: Option<f64>,
    /// Share of the runs below it, 0..1.
    pub pit: Option<f64>,
    /// Median less observed, in the logarithm or in the unit.
    pub bias: Option<f64>,
    /// Where it is from.
    pub source: String,
    /// What to bear in mind.
    pub note: String,
}

impl Figure {
    /// Whether it is inside the interval at `place` of [`scores::CENTRAL`].
    pub fn inside(&self, place: usize) -> Option<bool> {
        self.inside.get(place).copied()
    }

    /// How far out among the runs it is: 0 in the middle, 0.5 beyond all of them.
    pub(super) fn tail(&self) -> f64 {
        self.pit.map_or(0.0, |pit| (pit - 0.5).abs())
    }
}

/// A figure that was not scored.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Unscored {
    /// Its id.
    pub id: String,
    /// What it speaks of.
    pub what: String,
    /// First and last day, as written.
    pub period: String,
    /// Unit.
    pub unit: String,
    /// Why.
    pub reason: Reason,
    /// The same in words.
    pub why: String,
}

/// Why a figure is not scored.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// Its unit is none in which it would be compared.
    WrongUnit {
        /// Those in which it would be.
        taken: Vec<String>,
    },
    /// It begins before the first month forecast and ends after it.
    AcrossOrigin {
        /// First month forecast.
        from: String,
    },
    /// It begins within the months forecast and ends after the last.
    AcrossEnd {
        /// Last month forecast.
        until: String,
    },
    /// It is within the months forecast, but compared over others too, as a change is.
    Reaches {
        /// Months that it needs.
        needs: String,
    },
    /// The forecast does not have what it is compared with.
    NotForecast {
        /// The outcome.
        outcome: String,
    },
    /// No rule covers it.
    NoRule,
    /// Another figure says the same of the same thing, and is scored.
    SaidAgain {
        /// That figure.
        by: String,
    },
    /// It has neither a value nor a bound.
    NoClaim,
    /// It has no dates.
    NoDates,
    /// No run has a value.
    NoRuns,
    /// A rule says that nothing is compared with it.
    Context {
        /// Why.
        reason: String,
    },
    /// All of it is after the last month forecast.
    After,
    /// All of it is before the first month forecast.
    Before,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongUnit { taken } => {
                write!(f, "wrong unit: it is read in {}", taken.join(" or "))
            }
            Self::AcrossOrigin { from } => {
                write!(f, "window not inside: it begins before the forecast does ({from})")
            }
            Self::AcrossEnd { until } => {
                write!(f, "window not inside: it ends after the forecast does ({until})")
            }
            Self::Reaches { needs } => {
                write!(f, "window not inside: it is compared over {needs}")
            }
            Self::NotForecast { outcome } => write!(f, "not forecast: {outcome}"),
            Self::NoRule => write!(f, "no rule of the forecast's rules.toml covers it"),
            Self::SaidAgain { by } => write!(f, "says the same as {by}: scored once"),
            Self::NoClaim => write!(f, "it has neither a value nor a bound"),
            Self::NoDates => write!(f, "it has no dates"),
            Self::NoRuns => write!(f, "no run has a value for it"),
            Self::Context { reason } => write!(f, "not compared: {reason}"),
            Self::After => write!(f, "after the last month forecast"),
            Self::Before => write!(f, "before the first month forecast"),
        }
    }
}

/// A figure that was scored, with what series are made from.
pub(super) struct Judged {
    pub(super) figure: Figure,
    /// Outcomes that it reads.
    pub(super) outcomes: Vec<String>,
    /// What it is compared as, if it is a number that can be.
    pub(super) observed: Option<f64>,
    /// What each run is compared as, in the order of the runs.
    pub(super) values: Vec<f64>,
}

/// Every one of `figures`, scored or not.
pub(super) fn judge(
    folder: &Folder,
    figures: &Figures,
) -> Result<(Vec<Judged>, Vec<Unscored>), MeasureError> {
    let mut again = Again::new(&figures.notes);
    let (mut scored, mut unscored) = (Vec::new(), Vec::new());
    let rules = matched(&folder.targets, &figures.rows);
    for (figure, rule) in figures.rows.iter().zip(rules) {
        let found = match placed(folder, figure, rule) {
            Ok((target, measure)) => match again.of(figure.id.get()) {
                Some(by) => Err(Reason::SaidAgain { by }),
                None => one(folder, figure, target, &measure)?,
            },
            Err(reason) => Err(reason),
        };
        match found {
            Ok(judged) => {
                again.take(figure.id.get());
                scored.push(judged);
            }
            Err(reason) => unscored.push(not_scored(figure, reason)),
        }
    }
    unscored.sort_by(|a, b| (&a.reason, &a.id).cmp(&(&b.reason, &b.id)));
    Ok((scored, unscored))
}

/// Figures that make the same claim, of which the first that can be scored is.
struct Again {
    groups: BTreeMap<String, usize>,
    taken: Vec<Option<String>>,
}

impl Again {
    fn new(notes: &[Note]) -> Self {
        let mut groups = BTreeMap::new();
        for (place, note) in notes.iter().enumerate() {
            if let Note::SaidAgain { ids, .. } = note {
                groups.extend(ids.iter().map(|id| (id.clone(), place)));
            }
        }
        Self { groups, taken: vec![None; notes.len()] }
    }

    /// The figure that was scored in place of `id`.
    fn of(&self, id: &str) -> Option<String> {
        self.taken.get(*self.groups.get(id)?)?.clone()
    }

    fn take(&mut self, id: &str) {
        let place = self.groups.get(id).and_then(|group| self.taken.get_mut(*group));
        if let Some(taken) = place {
            *taken = Some(id.to_owned());
        }
    }
}

fn not_scored(figure: &Observation, reason: Reason) -> Unscored {
    let period = if figure.to.is_empty() || figure.to == figure.from {
        figure.from.clone()
    } else {
        format!("{} to {}", figure.from, figure.to)
    };
    let unit = figure.unit.clone();
    let why = reason.to_string();
    Unscored { id: figure.id.get().clone(), what: what(figure), period, unit, reason, why }
}

fn what(figure: &Observation) -> String {
    format!("{}, {}, {}", figure.quantity.replace('_', " "), figure.entity, figure.subject)
}

/// What a figure is compared with, if the forecast has all of it.
fn placed<'a>(
    folder: &'a Folder,
    figure: &Observation,
    rule: Covered,
) -> Result<(&'a Target, Measure), Reason> {
    let target = match rule {
        Covered::Target(place) => folder.targets.targets.get(place).map(At::get),
        Covered::Context(_) | Covered::Nothing => None,
    };
    let Some(target) = target else { return Err(uncovered(folder, figure, rule)) };
    let measure = record::compared(target, figure);
    let Some((from, to)) = measure.span() else { return Err(Reason::NoDates) };
    if within(folder, (from, to)).is_err() {
        within(folder, figure.window().unwrap_or((from, to)))?;
        return Err(Reason::Reaches { needs: format!("{from} to {to}") });
    }
    match outcomes(&measure).into_iter().find(|o| !folder.outcomes.iter().any(|f| f.outcome == *o))
    {
        Some(outcome) => Err(Reason::NotForecast { outcome }),
        None => Ok((target, measure)),
    }
}

/// Whether the months `from..=to` lie within those of the forecast.
fn within(folder: &Folder, (from, to): (Month, Month)) -> Result<(), Reason> {
    let (start, end) = (folder.start, folder.end());
    if to < start {
        Err(Reason::Before)
    } else if from > end {
        Err(Reason::After)
    } else if from < start {
        Err(Reason::AcrossOrigin { from: start.to_string() })
    } else if to > end {
        Err(Reason::AcrossEnd { until: end.to_string() })
    } else {
        Ok(())
    }
}

/// Why nothing is compared with a figure.
fn uncovered(folder: &Folder, figure: &Observation, rule: Covered) -> Reason {
    let window = figure.window().map_or(Ok(()), |window| within(folder, window));
    if let Err(outside @ (Reason::Before | Reason::After)) = window {
        return outside;
    }
    let taken = units_taken(&folder.targets, figure);
    if !taken.is_empty() {
        return Reason::WrongUnit { taken };
    }
    let context = match rule {
        Covered::Context(place) => folder.targets.contexts.get(place),
        Covered::Target(_) | Covered::Nothing => None,
    };
    context.map_or(Reason::NoRule, |c| Reason::Context { reason: c.reason.clone() })
}

/// Every outcome that a measure reads.
fn outcomes(measure: &Measure) -> Vec<String> {
    let inner = measure.multiply.iter().chain(&measure.divide).flat_map(|m| outcomes(m));
    std::iter::once(measure.outcome.clone()).chain(inner).collect()
}

/// How the numbers of a measure are compared: a change or a ratio of the same unit as it is, the
/// rest by the unit of its outcome.
fn comparison(folder: &Folder, measure: &Measure) -> Comparison {
    let unit = |m: &Measure| {
        let outcome = folder.outcomes.iter().find(|o| o.outcome == m.outcome);
        outcome.map_or("", |o| o.unit.as_str())
    };
    let own = unit(measure);
    if measure.minus_one || measure.divide.as_ref().is_some_and(|divisor| unit(divisor) == own) {
        return Comparison::AsIs;
    }
    let factor = measure.multiply.as_deref().map(unit);
    let amount = |unit: &str| Comparison::of_unit(unit) == Comparison::Logarithm;
    if amount(own) || factor.is_some_and(amount) { Comparison::Logarithm } else { Comparison::AsIs }
}

/// Scores one figure.
fn one(
    folder: &Folder,
    row: &Observation,
    target: &Target,
    measure: &Measure,
) -> Result<Result<Judged, Reason>, MeasureError> {
    let raw = evaluate(measure, &folder.paths, folder.start)?;
    let sorted = stats::sorted(&raw);
    if sorted.is_empty() {
        return Ok(Err(Reason::NoRuns));
    }
    let comparison = comparison(folder, measure);
    let bound = row.is_bound();
    let (low, high) = match (row.value.filter(|_| !bound), row.low, row.high) {
        (Some(value), ..) => (value, value),
        (None, None, None) => return Ok(Err(Reason::NoClaim)),
        (None, low, high) => (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY)),
    };
    let central = scores::CENTRAL.map(|share| scores::central(&sorted, share));
    let number = (!bound).then_some(low);
    let observed = number.and_then(|y| comparison.observed(y));
    let value = |run: &f64| comparison.run(*run, low);
    let values: Vec<f64> = if observed.is_some() { raw.iter().map(value).collect() } else { raw };
    let compared = stats::sorted(&values);
    let held = || sorted.iter().filter(|x| (low..=high).contains(*x)).count();
    let window = measure.from.zip(measure.to);
    let note = match (&target.note, number, observed) {
        (_, Some(y), None) => format!("{y} has no logarithm: it has no CRPS and no bias"),
        (note, ..) => note.clone().unwrap_or_default(),
    };
    let figure = Figure {
        id: row.id.get().clone(),
        series: target.id.get().clone(),
        what: what(row),
        from: window.map(|w| w.0.to_string()).unwrap_or_default(),
        to: window.map(|w| w.1.to_string()).unwrap_or_default(),
        unit: row.unit.clone(),
        bound,
        observed: row.value,
        low: row.low,
        high: row.high,
        comparison: comparison.name(),
        runs: sorted.len(),
        median: stats::quantile(&sorted, 0.5),
        central,
        inside: central.map(|(least, most)| least <= high && low <= most),
        kept: bound.then(|| held() as f64 / sorted.len() as f64),
        crps: observed.map(|y| stats::crps_fair(&compared, y)),
        pit: number.map(|y| scores::pit(&sorted, y)),
        bias: observed.map(|y| stats::quantile(&compared, 0.5) - y),
        source: if row.source.is_empty() { row.evidence.join(" ") } else { row.source.join(" ") },
        note,
    };
    Ok(Ok(Judged { figure, outcomes: outcomes(measure), observed, values }))
}
