//! How do figures come in, month by month, and what is believed before and after them?

use super::{Course, DOUBT_SD, Run};
use crate::calibrate::Crew;
use crate::discrepancy::Belief;
use crate::filter::{Filter, Member, Month, Reading, Renewed};
use crate::mixture::{Mixture, Normal};
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use terbia_model::kernel::math::{exp, ln, sqrt};
use terbia_model::kernel::param::{Definition, Prior};

/// Quantiles of a band.
pub const QUANTILES: [f64; 7] = [0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95];

/// What is believed of an outcome in a month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Quantiles at the levels [`QUANTILES`].
    pub quantiles: [f64; 7],
    /// Expected value and standard deviation.
    pub moments: Normal,
}

/// What is believed, as the record would show it.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// For each reported column its bands from the first reported month on.
    pub bands: Vec<Vec<Band>>,
    /// Every column of the model in the last month, drifts apart.
    pub last: Vec<Normal>,
    /// Every number of the corridor; in the logarithm where [`in_logs`] says so.
    pub numbers: Vec<Normal>,
    /// Drifts of the record about the runs in the last month, in the logarithm; nothing for one
    /// that moves nothing that was asked for.
    pub drifts: Vec<Option<Normal>>,
}

/// What came of figures.
#[derive(Clone, Debug)]
pub struct Told {
    /// Before any came.
    pub before: Picture,
    /// After all; of months further behind than the lag, as of the month that is the lag after.
    pub after: Picture,
    /// The months after the origin.
    pub months: Vec<Month>,
    /// How runs were renewed after a month, where they were.
    pub renewed: Vec<(usize, Renewed)>,
    /// Effective number of runs in the end.
    pub effective: f64,
    /// Effective number of lines in the end.
    pub lines: f64,
    /// Log density of all figures that were taken in.
    pub log_likelihood: f64,
    /// For each run of the beginning all columns in the last month had no figure come; nothing for
    /// a run that diverged.
    pub rows: Vec<Option<Vec<f64>>>,
}

/// Why nothing is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Halt {
    /// The user stopped it.
    Stopped,
    /// No run is left after a month.
    NoRuns {
        /// Months since the start.
        month: usize,
    },
}

/// A run of the beginning, and what it would have done had no figure come.
struct Begun<'a> {
    run: Run<'a>,
    /// For each reported column and month.
    recorded: Vec<Normal>,
    row: Vec<f64>,
    drifts: Vec<Option<Belief>>,
}

/// Whether what is believed of a number is told in its logarithm.
pub fn in_logs(number: &Definition) -> bool {
    matches!(number.prior, Prior::LogUniform | Prior::LogNormal)
}

/// Lets the figures of `course` come in to `runs` runs. `progress` is told of every run that is made.
pub fn assimilate(
    course: &Course<'_>,
    runs: u32,
    crew: &Crew,
    stop: &AtomicBool,
    progress: &(dyn Fn(u32) + Sync),
) -> Result<Told, Halt> {
    let begin = |run: u32| {
        if stop.load(Ordering::Relaxed) {
            return None;
        }
        let begun = begun(course, run);
        progress(1);
        begun
    };
    let tell = || {
        let begun: Vec<Option<Begun<'_>>> = (0..runs).into_par_iter().map(begin).collect();
        if stop.load(Ordering::Relaxed) {
            return Err(Halt::Stopped);
        }
        go_on(course, begun, stop, progress)
    };
    crew.install(tell)
}

fn begun<'a>(course: &'a Course<'_>, run: u32) -> Option<Begun<'a>> {
    let run = course.begin(run)?;
    let mut ahead = run.clone();
    let last = course.months - 1;
    if !(course.origin + 1..=last).all(|month| ahead.step(month)) {
        // It will end there in the filter too.
        return Some(Begun { run, recorded: Vec::new(), row: Vec::new(), drifts: Vec::new() });
    }
    let months = |column: &usize| (course.since..=last).map(|m| (*column, m)).collect::<Vec<_>>();
    let cells = course.reported.iter().flat_map(months);
    let recorded = cells.map(|(column, month)| ahead.recorded(column, month)).collect();
    let drifts = (0..course.drifts.len()).map(|d| ahead.drift(d, last)).collect();
    Some(Begun { run, recorded, row: ahead.row, drifts })
}

fn go_on<'a>(
    course: &'a Course<'_>,
    begun: Vec<Option<Begun<'a>>>,
    stop: &AtomicBool,
    progress: &(dyn Fn(u32) + Sync),
) -> Result<Told, Halt> {
    let count = begun.len();
    let before = before(course, &begun).ok_or(Halt::NoRuns { month: course.months - 1 })?;
    let (mut runs, mut rows) = (Vec::with_capacity(count), Vec::with_capacity(count));
    for begun in begun {
        let (run, row) = begun.map_or((None, None), |b| (Some(b.run), Some(b.row)));
        runs.push(run);
        rows.push(row.filter(|row| !row.is_empty()));
    }
    let filter =
        Filter::new(runs, course.start.seed).ok_or(Halt::NoRuns { month: course.origin })?;
    let mut filter = filter.doubting(DOUBT_SD);
    let mut bands: Vec<Vec<Band>> = vec![Vec::new(); course.reported.len()];
    let (mut months, mut renewed) = (Vec::new(), Vec::new());
    let last = course.months - 1;
    for month in course.origin + 1..=last {
        if stop.load(Ordering::Relaxed) {
            return Err(Halt::Stopped);
        }
        filter.step(month);
        if filter.shares().is_none() {
            return Err(Halt::NoRuns { month });
        }
        let ends = |i: &usize| course.figures[*i].measure.span().1 == month + 1;
        let reading = |figure| Reading { figure, observed: course.figures[figure].observed };
        let readings: Vec<Reading> = (0..course.figures.len()).filter(ends).map(reading).collect();
        months.push(filter.take(month, &readings));
        if let Some(how) = filter.renew(month, stop, progress) {
            renewed.push((month, how));
        }
        let settled = if month == last { last + 1 } else { (month + 1).saturating_sub(course.lag) };
        settle(course, &filter, &mut bands, settled);
    }
    if stop.load(Ordering::Relaxed) {
        return Err(Halt::Stopped);
    }
    let shares = filter.shares().unwrap_or_default();
    let rows_now: Vec<&[f64]> = filter.members().iter().map(Run::row).collect();
    let drift = |d| filter.mixture(|run| run.drift(d, last).map(normal)).map(|m| m.moments());
    let after = Picture {
        bands,
        numbers: numbers(course, &shares, filter.members().iter()),
        last: columns(&shares, &rows_now),
        drifts: (0..course.drifts.len()).map(drift).collect(),
    };
    Ok(Told {
        before,
        after,
        months,
        renewed,
        effective: filter.effective(),
        lines: filter.lines(),
        log_likelihood: filter.log_likelihood(),
        rows,
    })
}

/// What is believed before any figure comes; nothing if no run gets to the end.
fn before(course: &Course<'_>, begun: &[Option<Begun<'_>>]) -> Option<Picture> {
    let whole: Vec<&Begun<'_>> =
        begun.iter().flatten().filter(|begun| !begun.row.is_empty()).collect();
    let weights = vec![1.0; whole.len()];
    let together = |of: &(dyn Fn(&Begun<'_>) -> Option<Normal> + Sync)| {
        Mixture::new(&weights, whole.iter().map(|begun| of(begun)))
    };
    let months = course.months - course.since;
    let of_column = |(place, column): (usize, &usize)| {
        let cell = |m: usize| together(&|begun| begun.recorded.get(place * months + m).copied());
        let band = |m: usize| cell(m).map(|mixture| band(&mixture, course.drifts(*column)));
        (0..months).map(band).collect::<Option<Vec<Band>>>()
    };
    let bands: Option<Vec<Vec<Band>>> =
        course.reported.par_iter().enumerate().map(of_column).collect();
    let rows: Vec<&[f64]> = whole.iter().map(|begun| begun.row.as_slice()).collect();
    let share = 1.0 / rows.len().max(1) as f64;
    let drift = |d: usize| {
        let of = |begun: &Begun<'_>| begun.drifts.get(d).copied().flatten().map(normal);
        together(&of).map(|mixture| mixture.moments())
    };
    let shares = vec![share; rows.len()];
    Some(Picture {
        bands: bands?,
        last: columns(&shares, &rows),
        numbers: numbers(course, &shares, whole.iter().map(|begun| &begun.run)),
        drifts: (0..course.drifts.len()).map(drift).collect(),
    })
}

/// Fixes what is believed of the months before `settled`, as far as it is not fixed yet.
fn settle(course: &Course<'_>, filter: &Filter<Run<'_>>, bands: &mut [Vec<Band>], settled: usize) {
    course.reported.par_iter().zip(bands).for_each(|(column, bands)| {
        for month in course.since + bands.len()..settled {
            let mixture = filter.mixture(|run| Some(run.recorded(*column, month)));
            bands.extend(mixture.map(|mixture| band(&mixture, course.drifts(*column))));
        }
    });
}

fn normal(belief: Belief) -> Normal {
    Normal { mean: belief.mean, sd: sqrt(belief.variance.max(0.0)) }
}

/// The band of a mixture, which may be one of logarithms.
fn band(mixture: &Mixture, in_logs: bool) -> Band {
    let quantiles = mixture.quantiles(QUANTILES);
    if in_logs {
        Band { quantiles: quantiles.map(exp), moments: mixture.moments_of_exp() }
    } else {
        Band { quantiles, moments: mixture.moments() }
    }
}

/// What weighed runs say of each number.
fn numbers<'r, 'a: 'r>(
    course: &Course<'_>,
    shares: &[f64],
    runs: impl Iterator<Item = &'r Run<'a>>,
) -> Vec<Normal> {
    let scaled = |run: &Run<'_>| -> Vec<f64> {
        let values = run.values();
        let numbers = course.start.numbers.iter().zip(values);
        numbers.map(|(n, x)| if in_logs(n) { ln(x) } else { x }).collect()
    };
    let rows: Vec<Vec<f64>> = runs.map(scaled).collect();
    columns(shares, &rows.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// Mean and standard deviation of each column over weighed rows.
fn columns(shares: &[f64], rows: &[&[f64]]) -> Vec<Normal> {
    let count = rows.iter().map(|row| row.len()).max().unwrap_or(0);
    let sum = |of: &dyn Fn(&[f64]) -> f64| -> f64 {
        let weighed = shares.iter().zip(rows).filter(|(share, _)| **share > 0.0);
        weighed.map(|(share, row)| share * of(row)).sum()
    };
    let column = |c: usize| {
        let mean = sum(&|row| row[c]);
        let variance = sum(&|row| (row[c] - mean) * (row[c] - mean));
        Normal { mean, sd: sqrt(variance) }
    };
    (0..count).map(column).collect()
}
