//! What do new figures say? The operation behind `terbia assimilate`.
//!
//! The record drives every run to the origin, as for a forecast; then the figures of the file come in,
//! month by month ([`terbia_lab::assimilate`]). In steps:
//!
//! 1. [`assimilate`]: rules of the corridor's `evidence/targets.toml` say what each figure is about; runs
//!    are weighed by those that end after the origin.
//! 2. [`write()`]: the folder, with a hash of all that is in it.
//!
//! The record drifts about the model as the `[[discrepancy]]` tables of `targets.toml` say. With a
//! posterior, each run has its particle's drifts; without one, all runs have drifts of the size and memory
//! that are the medians of the tables' priors. Either way a drift starts where the figures up to the
//! origin leave it about each run. `terbia forecast` without a posterior has no drift, so that what it
//! says is not quite what is believed here before the figures came.
//!
//! Limits: a bound, and a level of nought, weigh nothing. A figure that another id repeats counts once,
//! figures that contradict each other count as two readings.

mod error;
mod figures;
mod manifest;
mod moved;
mod readme;
mod write;

pub use error::{AssimilateError, MOST_MEMBERS};
pub use figures::{Left, Why};
pub use manifest::NowcastManifest;
pub use moved::{About, Moved};
pub use write::{BEFORE, FIGURES, MOVED, NOWCAST, free, write};

use crate::load::{AsOf, Project};
use crate::observations::{Figures, Note};
use crate::observe;
use crate::output::Counts;
use crate::posterior::Posterior;
use crate::spec;
use crate::study::{Options, Planned, Progress, StudyError};
use figures::Chosen;
use moved::Compared;
use std::sync::atomic::AtomicBool;
use terbia_lab::assimilate::{Band, Course, Halt, Picture, Question, Start, Told};
use terbia_lab::calibrate::Crew;
use terbia_lab::discrepancy::Drift;
use terbia_lab::filter::{Fate, Renewed};
use terbia_lab::learn::Discrepancy;
use terbia_model::kernel::math::exp;
use terbia_model::kernel::time::Month;
use terbia_model::outcome::{self, Column};

/// Months behind of which beliefs are still revised, unless somebody says otherwise.
pub const LAG: usize = 6;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The figures that come in.
    pub figures: Figures,
    /// Last month that the record drives; where the record ends, if absent.
    pub origin: Option<Month>,
    /// Months behind of which beliefs are still revised.
    pub lag: usize,
    /// What is run; `until` and `replay_until` follow from the above.
    pub options: Options,
}

/// An outcome of the corridor's table, as the record would show it.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name.
    pub outcome: String,
    /// What it is, in a few words.
    pub label: String,
    /// Unit.
    pub unit: String,
    /// The months.
    pub months: Vec<Month>,
    /// What is believed of each.
    pub bands: Vec<Band>,
}

/// A figure beside what was expected of it before any figure of its month came.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// Its id.
    pub id: String,
    /// What it says, in words.
    pub title: String,
    /// The outcome that it is about.
    pub outcome: String,
    /// First month that it speaks of.
    pub from: Month,
    /// Last month that it speaks of.
    pub month: Month,
    /// What it says.
    pub observed: f64,
    /// Unit.
    pub unit: String,
    /// Median of what was expected, and its central 80 %; not there if no run gives it a value.
    pub expected: Option<[f64; 3]>,
    /// Probability integral transform, 0..1.
    pub pit: f64,
    /// The surprise in standard deviations: the normal score of that, within about 6.
    pub surprise_sd: f64,
    /// Log density; of a level, that of its logarithm.
    pub log_density: f64,
    /// What became of it.
    pub fate: Fate,
    /// How far it was believed, 0..1: the rest is the probability that it is wrong.
    pub trust: f64,
    /// Effective number of runs after it.
    pub effective: f64,
}

/// A figure that leaves fewer runs than this, and a smaller share of them than [`FEW_SHARE`], decides
/// nearly all by itself.
const FEW: f64 = 20.0;
/// See [`FEW`].
const FEW_SHARE: f64 = 0.02;

impl Judged {
    /// What somebody who looks at the figure should know beside its numbers, if anything; `runs` were
    /// there in the beginning.
    pub fn remark(&self, runs: u64) -> Option<String> {
        let words = match self.fate {
            Fate::Contradicts { alone_sd, beside_sd } => {
                let beside =
                    if alone_sd < beside_sd { " beside the others of its month" } else { "" };
                let far = if beside_sd.is_finite() {
                    format!("the nearest is {beside_sd:.1} standard deviations off")
                } else {
                    "none leaves room for it".to_owned()
                };
                format!("the record contradicts every run{beside}; {far}. It is set aside")
            }
            Fate::NoValue => "no run gives it a value. It is set aside".to_owned(),
            Fate::Taken if self.trust < 0.5 => {
                format!("held for wrong, with a probability of {:.0} %", 100.0 * (1.0 - self.trust))
            }
            Fate::Taken if self.effective < FEW.min(FEW_SHARE * runs as f64) => format!(
                "after it {:.0} runs are left that count: it decides nearly all. Check it, or take it \
                 out of the file and see",
                self.effective
            ),
            Fate::Taken => return None,
        };
        Some(format!("{}: {words}.", self.id))
    }
}

/// A month after its figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weighed {
    /// The month.
    pub month: Month,
    /// Figures that were taken in.
    pub figures: usize,
    /// Effective number of runs.
    pub effective: f64,
    /// How runs were renewed afterwards, if few of them were left.
    pub renewed: Option<Renewed>,
}

/// What figures say.
#[derive(Clone, Debug)]
pub struct Nowcast {
    /// What was asked.
    pub ask: Ask,
    /// The runs, as planned.
    pub fingerprint: crate::output::Fingerprint,
    /// Runs that got to the last month by themselves, and those that did not.
    pub runs: Counts,
    /// Last month that the record drives.
    pub origin: Month,
    /// Last month with a figure.
    pub last: Month,
    /// What was believed before the figures came.
    pub before: Vec<Series>,
    /// What is believed now.
    pub after: Vec<Series>,
    /// Every figure that was looked at, in order of its last month and id.
    pub figures: Vec<Judged>,
    /// Figures that were not, in order of id.
    pub left: Vec<Left>,
    /// The months after the origin.
    pub months: Vec<Weighed>,
    /// Beliefs that moved, the furthest first, and all about the outcomes of the table.
    pub moved: Vec<Moved>,
    /// The few that say the most.
    pub movers: Vec<Moved>,
    /// Effective number of runs in the end.
    pub effective: f64,
    /// Effective number of runs that are not kin: of the beginning, or changed by more than half since.
    pub lines: f64,
    /// Log density of all figures that were taken in.
    pub log_likelihood: f64,
}

impl Nowcast {
    /// What is odd about the figures, without what depends on the order of rows.
    pub fn notes(&self) -> impl Iterator<Item = &Note> {
        self.ask.figures.notes.iter().filter(|n| !matches!(n, Note::Repeated { .. }))
    }
}

/// Takes in what is asked.
pub fn assimilate(
    project: &Project,
    ask: &Ask,
    stop: &AtomicBool,
    progress: Progress<'_>,
) -> Result<Nowcast, AssimilateError> {
    let members = ask.options.members;
    if members > MOST_MEMBERS {
        return Err(AssimilateError::TooMany { members });
    }
    let table = table(project)?;
    let scenario = ask.options.scenario.as_deref().unwrap_or(project.default_scenario());
    let no_origin = || AssimilateError::NoOrigin { scenario: scenario.to_owned() };
    let origin = ask.origin.or_else(|| project.record_until(scenario)).ok_or_else(no_origin)?;
    project.given_after(AsOf::known_to(origin), scenario, &ask.options.sets)?;
    let (chosen, left) = figures::choose(project, &ask.figures, origin)?;
    let Some(last) = chosen.iter().map(|c| c.until).max() else {
        let path = ask.figures.path.clone();
        return Err(AssimilateError::NothingNew { path, origin, why: reasons(&left) });
    };
    let options = Options { until: Some(last), replay_until: Some(origin), ..ask.options.clone() };
    let planned = Planned::new(project, &options)?;
    let columns = outcome::columns(&planned.compiled.corridor);
    let course = course(project, &planned, &columns, table, &chosen, (origin, ask.lag))?;
    let crew = Crew::new(options.jobs);
    let told = terbia_lab::assimilate::assimilate(&course, members, &crew, stop, progress);
    let from = project.corridor.start;
    let told = told.map_err(|halt| match halt {
        Halt::Stopped => StudyError::Interrupted.into(),
        Halt::NoRuns { month } => {
            AssimilateError::AllDiverged { members, month: from.plus(month as i32) }
        }
    })?;
    let series =
        |picture: &Picture| series(table, &columns, from.plus(course.since() as i32), picture);
    let (before, after) = (series(&told.before), series(&told.after));
    let months = weighed(&told, from);
    let compared = Compared {
        told: &told,
        columns: &columns,
        before: &before,
        after: &after,
        months: (origin.plus(1), last),
        drifts: project
            .evidence
            .targets
            .discrepancies
            .iter()
            .map(|d| (d.id.as_str(), d.doc.as_str()))
            .collect(),
        numbers: &planned.compiled.corridor.numbers,
    };
    let moved = compared.moved();
    let movers = compared.movers(&moved);
    let ok = told.rows.iter().flatten().count() as u64;
    Ok(Nowcast {
        ask: Ask { options: options.clone(), ..ask.clone() },
        fingerprint: planned.fingerprint.clone(),
        runs: Counts { diverged: u64::from(members) - ok, ok },
        origin,
        last,
        figures: judged(&chosen, &told),
        left,
        effective: told.effective,
        lines: told.lines,
        log_likelihood: told.log_likelihood,
        before,
        after,
        months,
        moved,
        movers,
    })
}

/// What is asked of the runs, where they begin, and how the record drifts about them.
fn course<'c>(
    project: &Project,
    planned: &'c Planned,
    columns: &[Column],
    table: &spec::Forecast,
    chosen: &[Chosen],
    (origin, lag): (Month, usize),
) -> Result<Course<'c>, AssimilateError> {
    let corridor = &planned.compiled.corridor;
    let column = |name: &str| columns.iter().position(|c| c.name == name);
    let known = (origin.since(corridor.start) + 1).max(1) as usize;
    let drifts = observe::discrepancies(&project.evidence, &column);
    let mut reported = Vec::with_capacity(table.outcomes.len());
    for foretold in &table.outcomes {
        let none = || AssimilateError::NoOutcome { outcome: foretold.outcome.get().clone() };
        reported.push(column(&foretold.outcome).ok_or_else(none)?);
    }
    let start = Start {
        numbers: &corridor.numbers,
        fixed: &planned.compiled.fixed,
        seed: planned.fingerprint.seed,
        particles: planned.particles(),
        drifts: drifts_of(&drifts, planned.posterior()),
    };
    let question = Question {
        origin: known - 1,
        last: planned.fingerprint.months - 1,
        lag,
        known: observe::figures(&project.evidence, &column, corridor.start, known)?,
        figures: chosen.iter().map(|c| c.figure.clone()).collect(),
        drifts: drifts.iter().map(|d| d.columns.clone()).collect(),
        reported,
    };
    Ok(Course::new(corridor, start, question))
}

/// The drifts of each particle of a posterior; without one, those of the middle of the priors.
fn drifts_of(drifts: &[Discrepancy], posterior: Option<&Posterior>) -> Vec<Vec<Drift>> {
    let of = |particle: usize| {
        let one = |d: &Discrepancy| {
            let learnt = posterior.and_then(|p| p.drift(&d.id, particle));
            let (sd, memory_months) = (d.sd.quantile(0.5), d.memory_months.quantile(0.5));
            learnt.unwrap_or(Drift { sd, memory_months })
        };
        drifts.iter().map(one).collect()
    };
    (0..posterior.map_or(1, |p| p.table().rows().max(1))).map(of).collect()
}

/// What the corridor wants to know.
fn table(project: &Project) -> Result<&spec::Forecast, AssimilateError> {
    let none = || AssimilateError::NoTable { corridor: project.id.clone() };
    project.spec.forecast.as_ref().filter(|f| !f.outcomes.is_empty()).ok_or_else(none)
}

/// Why the first figures of a file are left out.
fn reasons(left: &[Left]) -> String {
    const FIRST: usize = 5;
    let lines: Vec<String> =
        left.iter().take(FIRST).map(|l| format!("{}: {}", l.id, l.why)).collect();
    let more = left.len().saturating_sub(FIRST);
    let rest = if more > 0 { format!("\nand {more} more") } else { String::new() };
    lines.join("\n") + &rest
}

fn series(
    table: &spec::Forecast,
    columns: &[Column],
    since: Month,
    picture: &Picture,
) -> Vec<Series> {
    let of = |(foretold, bands): (&spec::Foretold, &Vec<Band>)| {
        let column = columns.iter().find(|c| c.name == *foretold.outcome.get());
        Series {
            outcome: foretold.outcome.get().clone(),
            label: foretold.label.get().clone(),
            unit: column.map_or("", |c| c.unit).to_owned(),
            months: (0..bands.len()).map(|m| since.plus(m as i32)).collect(),
            bands: bands.clone(),
        }
    };
    table.outcomes.iter().zip(&picture.bands).map(of).collect()
}

fn weighed(told: &Told, start: Month) -> Vec<Weighed> {
    let of = |month: &terbia_lab::filter::Month| Weighed {
        month: start.plus(month.month as i32),
        figures: month.taken.iter().filter(|t| t.fate == Fate::Taken).count(),
        effective: month.effective,
        renewed: told.renewed.iter().find(|(m, _)| *m == month.month).map(|(_, how)| *how),
    };
    told.months.iter().map(of).collect()
}

fn judged(chosen: &[Chosen], told: &Told) -> Vec<Judged> {
    let mut judged = Vec::with_capacity(chosen.len());
    for taken in told.months.iter().flat_map(|m| &m.taken) {
        let Some(Chosen { figure, row, until }) = chosen.get(taken.reading.figure) else {
            continue;
        };
        let back = |x: f64| if figure.level { exp(x) } else { x };
        let expected = taken.expected.map(back);
        judged.push(Judged {
            id: figure.id.clone(),
            title: format!("{}, {}, {}", row.quantity.replace('_', " "), row.entity, row.subject),
            outcome: figure.source.outcome.clone(),
            from: figure.source.from.unwrap_or(*until),
            month: *until,
            // As it was written, where it was: a logarithm does not give all digits back.
            observed: row.value.unwrap_or(back(figure.observed)),
            unit: row.unit.clone(),
            expected: expected.iter().all(|x| x.is_finite()).then_some(expected),
            pit: taken.pit,
            surprise_sd: taken.surprise_sd,
            log_density: taken.log_density,
            fate: taken.fate,
            trust: taken.trust,
            effective: taken.effective,
        });
    }
    judged
}
