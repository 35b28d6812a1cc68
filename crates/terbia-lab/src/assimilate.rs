//! What do new figures say of a corridor whose record they go beyond?
//!
//! Every run of a [`Course`] is driven by the record to its last month, the *origin*; what the
//! figures up to it say of the drifts of the record about the run ([`crate::discrepancy`]) is reckoned
//! there, as for a forecast. From then on runs are weighed month by month ([`crate::filter`]); a drift
//! is never drawn: each run knows it as a joint normal of its months ([`crate::joint`]).
//!
//! ```text
//! level    log y = log f(x exp(d)) + error        change    y = f(x exp(d)) + error
//! ```
//!
//! with the months `x` of the run, the drifts `d` of their outcomes, and the measure `f` over the
//! window of the figure. Both are linear in `d` but for sums over months, which are taken as linear
//! about what the run expects (extended Kalman filter): a figure over five months then teaches of each of
//! them as much as it weighs.
//!
//! A record has its slips, and figures that are not what they seem. One that is further than [`DOUBT_SD`]
//! standard deviations from a run is held for wrong rather than the run: at two to three of them it
//! decides, at four it hardly does. A run that gives a level no more than nought is as far off as can be.
//!
//! Runs that are left by figures are moved: a whole run is made again with numbers near its own, and
//! perhaps with other chances from some month on. Both leave the law of runs as it is.
//!
//! Limits: figures up to the origin speak of the middle month of their window, and only where a
//! single drift moves all that they are made of; a drift is the same before a window of more than
//! [`BEHIND`] months.

mod start;
mod told;

pub use start::{Point, Start};
pub use told::{Band, Halt, Picture, QUANTILES, Told, assimilate, in_logs};

use crate::discrepancy::{Belief, Drift, Residual};
use crate::filter::{Member, Near, Step};
use crate::joint::Joint;
use crate::learn::Figure;
use crate::measure::Cell;
use crate::mixture::Normal;
use terbia_model::config::Corridor;
use terbia_model::kernel::math::{exp, ln, sqrt};
use terbia_model::kernel::rng::{Draws, Purpose};
use terbia_model::run::Engine;

/// Whether a proposal has other chances and whether all of them are, and from which month on.
const CHANCES: Purpose = Purpose(0x4348_4E43);
/// Shares of proposals that have other chances, and of those that have no chance in common.
const OTHER_CHANCES: (f64, f64) = (0.5, 0.25);

/// Months before the origin of which a drift is kept, at most.
pub const BEHIND: usize = 24;

/// Where a figure and a run are so many standard deviations apart, it is even odds which of them is
/// wrong: about one figure in fifty, if wrong ones lie anywhere within ten standard deviations.
pub const DOUBT_SD: f64 = 3.5;

/// What the runs of a corridor share while figures come in.
#[derive(Clone, Debug)]
pub struct Course<'c> {
    corridor: &'c Corridor,
    start: Start<'c>,
    origin: usize,
    /// Months of a run.
    months: usize,
    lag: usize,
    /// First month that is reported.
    since: usize,
    /// First month of which drifts are kept.
    first: usize,
    known: Vec<Figure>,
    figures: Vec<Figure>,
    drifts: Vec<Moved>,
    /// Columns that are reported.
    reported: Vec<usize>,
    /// Columns whose months are kept, in order.
    kept: Vec<usize>,
}

/// A drift: what it moves.
#[derive(Clone, Debug)]
struct Moved {
    columns: Vec<usize>,
    /// Figures up to the origin that it moves alone.
    known: Vec<usize>,
    /// Place of its first month, if anything that is asked for drifts with it.
    place: Option<usize>,
}

/// What is asked of a course.
#[derive(Clone, Debug)]
pub struct Question {
    /// Last month that the record drives, counted from the start.
    pub origin: usize,
    /// Last month of all.
    pub last: usize,
    /// Months behind of which beliefs are still revised.
    pub lag: usize,
    /// Figures up to the origin, whatever they speak of.
    pub known: Vec<Figure>,
    /// Figures whose windows end after the origin and by the last month.
    pub figures: Vec<Figure>,
    /// For each drift the columns that it moves; no column is moved by two.
    pub drifts: Vec<Vec<usize>>,
    /// Columns that are reported month by month.
    pub reported: Vec<usize>,
}

impl<'c> Course<'c> {
    /// The course of a corridor whose runs begin as `start` says, and which answers `question`.
    pub fn new(corridor: &'c Corridor, start: Start<'c>, question: Question) -> Self {
        let Question { origin, last, lag, known, figures, drifts, reported } = question;
        let months = (last + 1).min(corridor.months);
        let since = (origin + 1).min(last.saturating_sub(lag));
        let earliest = figures.iter().map(|f| f.measure.span().0).fold(since, usize::min);
        let first = earliest.max(origin.saturating_sub(BEHIND)).min(origin).min(since);
        let columns = |figures: &[Figure]| -> Vec<usize> {
            figures.iter().flat_map(|f| f.measure.columns()).collect()
        };
        let asked: Vec<usize> = [columns(&figures), reported.clone()].concat();
        let mut kept = [asked.clone(), columns(&known)].concat();
        kept.sort_unstable();
        kept.dedup();
        let mut place = 0;
        let moved = |columns: Vec<usize>| {
            let alone =
                |f: &Figure| f.level && f.measure.columns().iter().all(|c| columns.contains(c));
            let alone =
                known.iter().enumerate().filter(|(_, f)| alone(f)).map(|(i, _)| i).collect();
            let used = columns.iter().any(|c| asked.contains(c));
            let at = used.then_some(place);
            place += if used { months - first } else { 0 };
            Moved { columns, known: alone, place: at }
        };
        let drifts = drifts.into_iter().map(moved).collect();
        Self {
            corridor,
            start,
            origin,
            months,
            lag,
            since,
            first,
            known,
            figures,
            drifts,
            reported,
            kept,
        }
    }

    /// Figures whose windows end after the origin.
    pub fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// First month that is reported.
    pub fn since(&self) -> usize {
        self.since
    }

    /// Months of a run.
    pub fn months(&self) -> usize {
        self.months
    }

    /// Whether what is recorded of a column drifts about the runs, and is a normal in the logarithm.
    pub fn drifts(&self, column: usize) -> bool {
        self.place(column, self.first).is_some()
    }

    /// Where the drift of a column in a month stands among those that are kept. A month before the
    /// first is as good as the first.
    fn place(&self, column: usize, month: usize) -> Option<usize> {
        let moved = self.drifts.iter().find(|d| d.columns.contains(&column))?;
        Some(moved.place? + month.clamp(self.first, self.months - 1) - self.first)
    }

    /// The run of this number up to the origin; nothing if it diverged.
    pub fn begin(&self, run: u32) -> Option<Run<'_>> {
        let chances = vec![(0, (self.start.seed, run))];
        self.make(self.start.first(run), chances, self.origin + 1)
    }

    /// The first `months` of a run, at least those to the origin; nothing if it diverged.
    fn make(&self, point: Point, chances: Vec<Chance>, months: usize) -> Option<Run<'_>> {
        let mut engine = Engine::new(self.corridor, self.months);
        let first = chances.first().map_or((self.start.seed, 0), |(_, chance)| *chance);
        engine.begin(&self.start.values(&point), first);
        let mut run = Run {
            course: self,
            engine,
            point,
            chances,
            made: 0,
            series: vec![f64::NAN; self.kept.len() * self.months],
            row: Vec::new(),
            joint: Joint::default(),
        };
        for month in 0..months {
            if !run.step(month) {
                return None;
            }
            if month == self.origin {
                run.anchor();
            }
        }
        Some(run)
    }
}

/// Chances, and the month from which they hold.
type Chance = (usize, (u64, u32));

/// A run that figures are held against.
#[derive(Clone, Debug)]
pub struct Run<'a> {
    course: &'a Course<'a>,
    engine: Engine<'a>,
    point: Point,
    /// Its chances, in order of the months from which they hold.
    chances: Vec<Chance>,
    /// Months made.
    made: usize,
    /// The months of each kept column.
    series: Vec<f64>,
    /// All columns in the last month made.
    row: Vec<f64>,
    /// The drifts, month by month.
    joint: Joint,
}

impl Run<'_> {
    /// All columns in the last month made.
    pub fn row(&self) -> &[f64] {
        &self.row
    }

    /// The value of every number.
    pub fn values(&self) -> Vec<f64> {
        self.course.start.values(&self.point)
    }

    /// The months of a kept column.
    fn series(&self, column: usize) -> &[f64] {
        let months = self.course.months;
        let place = self.course.kept.binary_search(&column).ok();
        place.and_then(|p| self.series.get(p * months..(p + 1) * months)).unwrap_or_default()
    }

    /// What the record shows of a reported column in a month; in the logarithm if it drifts.
    pub fn recorded(&self, column: usize, month: usize) -> Normal {
        let value = self.series(column).get(month).copied().unwrap_or(f64::NAN);
        let place = self.course.place(column, month).filter(|_| !value.is_nan());
        let Some(place) = place else { return Normal::sure(value) };
        let Belief { mean, variance } = self.joint.of(place);
        // Nought stays nought whatever the drift.
        Normal { mean: ln(value.max(0.0)) + mean, sd: sqrt(variance.max(0.0)) }
    }

    /// What is known of a drift in a month; nothing if it moves nothing that is asked for.
    pub fn drift(&self, drift: usize, month: usize) -> Option<Belief> {
        let moved = self.course.drifts.get(drift)?;
        let month = month.clamp(self.course.first, self.course.months - 1);
        moved.place.map(|place| self.joint.of(place + month - self.course.first))
    }

    /// Learns from the figures up to the origin where the record stands about this run.
    fn anchor(&mut self) {
        let course = self.course;
        for (moved, drift) in course.drifts.iter().zip(course.start.drifts(&self.point)) {
            if moved.place.is_some() {
                self.anchor_one(moved, drift);
            }
        }
    }

    fn anchor_one(&mut self, moved: &Moved, drift: &Drift) {
        let course = self.course;
        let series = |column: usize| self.series(column);
        let mut residuals = Vec::with_capacity(moved.known.len());
        for figure in moved.known.iter().filter_map(|i| course.known.get(*i)) {
            let (first, end) = figure.measure.months();
            let value = figure.measure.value(&series);
            if value.is_finite() {
                residuals.push(Residual {
                    month: usize::midpoint(first, end - 1),
                    log_ratio: figure.observed - figure.transformed(value),
                    error_sd: figure.error_sd,
                });
            }
        }
        residuals.sort_by_key(|r| r.month);
        let belief = drift.filter(&residuals, course.first).belief;
        let start = self.joint.add_drift(drift, belief, course.months - course.first);
        for r in residuals.iter().filter(|r| r.month > course.first) {
            let sum = [(start + r.month - course.first, 1.0)];
            let surprise = r.log_ratio - self.joint.of_sum(&sum).mean;
            self.joint.learn(&sum, surprise, r.error_sd * r.error_sd);
        }
    }

    /// What the run expects of a figure but for its error, and what that owes to each drift.
    fn foresee(&self, figure: &Figure) -> Option<(f64, Vec<(usize, f64)>)> {
        let at = |column: usize, month: usize| {
            let value = self.series(column).get(month).copied().unwrap_or(f64::NAN);
            let place = self.course.place(column, month);
            place.map_or(value, |place| value * exp(self.joint.mean(place)))
        };
        let mut cells = Vec::new();
        let value = figure.measure.gradient(&at, &mut cells);
        if value.is_nan() {
            return None;
        }
        if figure.level && value <= 0.0 {
            return Some((f64::NEG_INFINITY, Vec::new()));
        }
        let (expected, rate) = if figure.level { (ln(value), 1.0 / value) } else { (value, 1.0) };
        let mut sum: Vec<(usize, f64)> = Vec::new();
        for Cell { column, month, change } in cells {
            let Some(place) = self.course.place(column, month) else { continue };
            match sum.iter_mut().find(|(p, _)| *p == place) {
                Some((_, c)) => *c += rate * change,
                None => sum.push((place, rate * change)),
            }
        }
        Some((expected, sum))
    }
}

impl Member for Run<'_> {
    fn step(&mut self, month: usize) -> bool {
        if let Some((_, chance)) = self.chances.iter().find(|(from, _)| *from == month) {
            self.engine.redraw(*chance);
        }
        self.made = month + 1;
        let Ok(row) = self.engine.step(month) else { return false };
        self.row.clear();
        self.row.extend_from_slice(row);
        let course = self.course;
        let months = self.series.iter_mut().skip(month).step_by(course.months);
        for (value, column) in months.zip(&course.kept) {
            *value = self.row.get(*column).copied().unwrap_or(f64::NAN);
        }
        true
    }

    fn redraw(&mut self, chance: (u64, u32)) {
        self.chances.retain(|(from, _)| *from < self.made);
        self.chances.push((self.made, chance));
    }

    fn propose(&self, step: &Step) -> Option<Near<Self>> {
        let course = self.course;
        let draws = Draws::new(step.chance.0, step.chance.1);
        let (point, kinship) = course.start.near(&self.point, step.size, &draws);
        let mut chances = self.chances.clone();
        let (whether, all) = draws.pair(CHANCES, 0, 0, 0);
        if whether < OTHER_CHANCES.0 {
            let from = if all < OTHER_CHANCES.1 {
                0
            } else {
                let live = self.made.saturating_sub(course.origin + 1);
                let which = draws.uniform(CHANCES, 0, 0, 1) * live as f64;
                course.origin + 1 + (which as usize).min(live.saturating_sub(1))
            };
            chances.retain(|(month, _)| *month < from);
            chances.push((from, step.chance));
        }
        let run = course.make(point, chances, self.made)?;
        Some(Near { run, kinship })
    }

    fn expects(&self, figure: usize) -> Option<Normal> {
        let figure = self.course.figures.get(figure)?;
        let (mean, sum) = self.foresee(figure)?;
        let variance = self.joint.of_sum(&sum).variance + figure.error_sd * figure.error_sd;
        Some(Normal { mean, sd: sqrt(variance) })
    }

    fn learn(&mut self, figure: usize, observed: f64, trust: f64) {
        let Some(figure) = self.course.figures.get(figure) else { return };
        let Some((expected, sum)) = self.foresee(figure) else { return };
        if expected.is_finite() {
            let error = figure.error_sd * figure.error_sd;
            self.joint.half_learn(&sum, observed - expected, error, trust);
        }
    }
}
