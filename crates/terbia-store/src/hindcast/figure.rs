//! How near does the forecast come to each figure that followed, and how near do its rivals?

use super::{Ask, HindcastError};
use crate::forecast::Simulated;
use crate::load::Project;
use crate::observe;
use crate::record;
use crate::study::Passed;
use serde::Serialize;
use std::collections::BTreeMap;
use terbia_lab::across::Across;
use terbia_lab::baseline::{History, Rival, Seen, closures};
use terbia_lab::measure::{self, Measure, Statistic};
use terbia_lab::score::{Kind, Target};
use terbia_lab::scores::{CENTRAL, Comparison, central, pit};
use terbia_lab::stats;
use terbia_model::kernel::dist::normal;
use terbia_model::kernel::math::{exp, ln};
use terbia_model::kernel::time::Month;
use terbia_model::outcome;

/// Outcome that shows how far the gates are open.
const OPEN: &str = "gate_open_share";

/// Outcomes that are politics themselves: where it is given, so are they.
const POLITICS: [&str; 2] = [OPEN, "levy_cny_per_t"];

/// A figure that followed, beside the forecast.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FigureScore {
    /// Id of the observation.
    pub id: String,
    /// Outcome that shows it.
    pub outcome: String,
    /// First month.
    pub from: Month,
    /// Last month.
    pub to: Month,
    /// Months from the origin to the last month.
    pub lead_months: u32,
    /// Unit.
    pub unit: String,
    /// "log" or "as is": how it is compared.
    pub comparison: &'static str,
    /// What was printed.
    pub observed: f64,
    /// Median of the runs, in the same unit.
    pub median: f64,
    /// Lower end of the central 80 %.
    pub q10: f64,
    /// Upper end of the central 80 %.
    pub q90: f64,
    /// Fair CRPS, compared as said.
    pub crps: f64,
    /// Share of the runs below, by mid-rank, 0..1.
    pub pit: f64,
    /// Whether it lies inside the central 50, 80 and 95 %.
    pub inside: [bool; 3],
    /// What rivals said, those that said something.
    pub rivals: Vec<RivalScore>,
    /// The runs as they are compared.
    #[serde(skip)]
    pub(super) runs: Vec<f64>,
    /// What was printed as it is compared.
    #[serde(skip)]
    pub(super) compared: f64,
}

/// What a rival said of a figure.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RivalScore {
    /// Its name.
    pub rival: &'static str,
    /// Its median, in the unit of the figure.
    pub median: f64,
    /// CRPS, compared as the forecast is.
    pub crps: f64,
    /// Whether the figure lies inside its central 80 %.
    pub inside_80: bool,
}

/// What rivals know.
pub(super) struct Past {
    /// First month of the corridor.
    pub(super) start: Month,
    /// Months known.
    pub(super) known: usize,
    /// The same as rivals have it: after the origin what is given, or supposed.
    closed: Vec<f64>,
    /// By outcome, figures known and figures that may be learnt from.
    series: BTreeMap<String, (Vec<Seen>, Vec<Seen>)>,
}

impl Past {
    pub(super) fn new(
        project: &Project,
        ask: &Ask,
        witnessed: &Passed,
    ) -> Result<Self, HindcastError> {
        let start = project.corridor.start;
        let known = usize::try_from(ask.origin.since(start) + 1).unwrap_or(0);
        let record = shut(&witnessed.cube)?;
        let closed = if ask.politics_given {
            record.clone()
        } else {
            supposed(&record, known, ask.horizon as usize)
        };
        let columns = outcome::columns(&witnessed.compiled.corridor);
        let column = |name: &str| columns.iter().position(|c| c.name == name);
        let months = record.len();
        let mut series: BTreeMap<String, (Vec<Seen>, Vec<Seen>)> = BTreeMap::new();
        for figure in observe::figures(&project.evidence, &column, start, months)? {
            let window = figure.measure.months();
            let Some((outcome, shift)) = rate(&figure.source, window) else { continue };
            if !figure.level {
                continue;
            }
            let log_rate = figure.observed - shift;
            let seen = Seen { window, log_rate, error_sd: figure.error_sd };
            let (before, taught) = series.entry(outcome.to_owned()).or_default();
            let foreseen = window.1 > known && window.0 < known + ask.horizon as usize;
            if window.1 <= known {
                before.push(seen);
            }
            if window.1 <= known || (ask.leave_out && !foreseen) {
                taught.push(seen);
            }
        }
        Ok(Self { start, known, closed, series })
    }

    /// What rivals say of a figure of a series, each in the logarithm of its mean rate.
    fn guesses(&self, outcome: &str, window: (usize, usize)) -> Vec<(Rival, f64, f64)> {
        let Some((seen, taught)) = self.series.get(outcome) else { return Vec::new() };
        let history = History { seen, taught, closed: &self.closed, known: self.known };
        let says = |rival: Rival| {
            let guess = rival.says(&history, window)?;
            Some((rival, guess.mean, guess.sd))
        };
        Rival::ALL.into_iter().filter_map(says).collect()
    }
}

/// The share of the gates that is shut, month by month: the median of the runs.
fn shut(across: &impl Across) -> Result<Vec<f64>, HindcastError> {
    let Some(column) = across.column(OPEN) else { return Ok(vec![0.0; across.months()]) };
    let mut values = Vec::new();
    let mut shares = Vec::with_capacity(across.months());
    for month in 0..across.months() {
        across.read(column, month, &mut values)?;
        shares.push(1.0 - stats::quantile(&stats::sorted(&values), 0.5));
    }
    Ok(shares)
}

/// What a rival supposes of the gates after the origin: a closure that is under way lasts as long as
/// those before it did on average, a month more at least; no other comes.
fn supposed(record: &[f64], known: usize, horizon: usize) -> Vec<f64> {
    let mut closed = record.to_vec();
    closed.resize(record.len().max(known + horizon), 0.0);
    let spells = closures(record.get(..known).unwrap_or(record));
    let mut left = 0;
    if let Some(((start, end), earlier)) = spells.split_last()
        && *end == known
    {
        let usual = earlier.iter().map(|(first, end)| end - first).sum::<usize>();
        left = (usual / earlier.len().max(1)).saturating_sub(known - start).max(1);
    }
    for (month, share) in closed.iter_mut().enumerate().skip(known).take(horizon) {
        *share = f64::from(u8::from(month < known + left));
    }
    closed
}

/// The series of a plain measure, and what is taken off the logarithm of its value to make it that of a
/// mean rate in the unit of the outcome; nothing of a measure that sets months in relation.
fn rate(measure: &Measure, (first, end): (usize, usize)) -> Option<(&str, f64)> {
    let plain = measure.multiply.is_none() && measure.divide.is_none() && !measure.minus_one;
    let months = match measure.statistic {
        Statistic::Sum => end - first,
        Statistic::Mean | Statistic::First | Statistic::Last => 1,
        _ => return None,
    };
    (plain && measure.scale > 0.0)
        .then(|| (measure.outcome.as_str(), ln(measure.scale * months as f64)))
}

/// Figures within the months foreseen that cannot be scored, by reason.
type Unscored = Vec<(&'static str, usize)>;

/// Every figure of the record within the months foreseen, in order of time; and how many cannot be
/// scored, by reason.
pub(super) fn scores(
    project: &Project,
    ask: &Ask,
    simulated: &Simulated,
    past: &Past,
) -> Result<(Vec<FigureScore>, Unscored), HindcastError> {
    let drifts = simulated.drifts(project)?;
    let runs = drifts.as_ref().map(|d| d.applied(&simulated.cube, past.start));
    let end = ask.origin.plus(ask.horizon.cast_signed());
    let mut unscored: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut scores = Vec::new();
    for target in record::targets(&project.evidence) {
        let (Some(from), Some(to)) = (target.measure.from, target.measure.to) else { continue };
        if to <= ask.origin || from > end {
            continue;
        }
        let reason = if from <= ask.origin || to > end {
            Some("windows that straddle the origin or the end")
        } else if target.kind == Kind::Bound {
            Some("bounds")
        } else if ask.politics_given && POLITICS.contains(&target.measure.outcome.as_str()) {
            Some("politics, which is given")
        } else {
            None
        };
        let scored = match (reason, &runs) {
            (Some(reason), _) => Err(reason),
            (None, Some(runs)) => scored(&target, (from, to), runs, ask, past)?,
            (None, None) => scored(&target, (from, to), &simulated.cube, ask, past)?,
        };
        match scored {
            Ok(score) => scores.push(score),
            Err(reason) => *unscored.entry(reason).or_default() += 1,
        }
    }
    if scores.is_empty() {
        return Err(HindcastError::Nothing { origin: ask.origin, horizon: ask.horizon });
    }
    scores.sort_by(|a, b| (a.to, a.from, &a.id).cmp(&(b.to, b.from, &b.id)));
    Ok((scores, unscored.into_iter().collect()))
}

fn scored(
    target: &Target,
    (from, to): (Month, Month),
    runs: &impl Across,
    ask: &Ask,
    past: &Past,
) -> Result<Result<FigureScore, &'static str>, HindcastError> {
    let place = |month: Month| usize::try_from(month.since(past.start)).unwrap_or(0);
    let window = (place(from), place(to) + 1);
    let Some((outcome, shift)) = rate(&target.measure, window) else {
        return Ok(Err("ratios of months or outcomes"));
    };
    let comparison = Comparison::of_unit(&target.unit);
    let middle = target.low.zip(target.high).map(|(low, high)| f64::midpoint(low, high));
    let Some(observed) = target.observed.or(middle) else { return Ok(Err("bounds")) };
    let Some(compared) = comparison.observed(observed) else {
        return Ok(Err("nothing, which has no logarithm"));
    };
    let values = measure::evaluate(&target.measure, runs, past.start)?;
    let sorted = stats::sorted(&values);
    let kept: Vec<f64> = values.iter().map(|v| comparison.run(*v, observed)).collect();
    let as_compared = stats::sorted(&kept);
    if as_compared.is_empty() {
        return Ok(Err("figures of which no run has a value"));
    }
    let guesses = match comparison {
        Comparison::Logarithm => past.guesses(outcome, window),
        Comparison::AsIs => Vec::new(),
    };
    let rival = |(rival, mean, sd): (Rival, f64, f64)| RivalScore {
        rival: rival.name(),
        median: exp(mean + shift),
        crps: stats::crps_normal(mean + shift, sd, compared),
        inside_80: (compared - mean - shift).abs() <= normal(0.9) * sd,
    };
    let inside = CENTRAL.map(|share| {
        let (low, high) = central(&as_compared, share);
        (low..=high).contains(&compared)
    });
    Ok(Ok(FigureScore {
        id: target.id.clone(),
        outcome: outcome.to_owned(),
        from,
        to,
        lead_months: to.since(ask.origin).max(0).cast_unsigned(),
        unit: target.unit.clone(),
        comparison: comparison.name(),
        observed,
        median: stats::quantile(&sorted, 0.5),
        q10: stats::quantile(&sorted, 0.1),
        q90: stats::quantile(&sorted, 0.9),
        crps: stats::crps_fair(&as_compared, compared),
        pit: pit(&as_compared, compared),
        inside,
        rivals: guesses.into_iter().map(rival).collect(),
        runs: kept,
        compared,
    }))
}

/// Figures as a table: one row for the forecast and each rival of a figure.
pub(super) fn table(figures: &[FigureScore]) -> Result<String, HindcastError> {
    let mut text = Vec::new();
    {
        let mut writer = csv::Writer::from_writer(&mut text);
        let head = [
            "id",
            "outcome",
            "from",
            "to",
            "unit",
            "observed",
            "who",
            "median",
            "crps",
            "inside_80",
        ];
        let fail = |e: csv::Error| HindcastError::from(std::io::Error::from(e));
        writer.write_record(head).map_err(fail)?;
        for figure in figures {
            let ours = ("forecast", figure.median, figure.crps, figure.inside[1]);
            let theirs = figure.rivals.iter().map(|r| (r.rival, r.median, r.crps, r.inside_80));
            for (who, median, crps, inside) in std::iter::once(ours).chain(theirs) {
                let (from, to) = (figure.from.to_string(), figure.to.to_string());
                let first = [figure.id.clone(), figure.outcome.clone(), from, to];
                let numbers = [figure.unit.clone(), figure.observed.to_string(), who.to_owned()];
                let last = [median.to_string(), crps.to_string(), u8::from(inside).to_string()];
                writer.write_record(first.iter().chain(&numbers).chain(&last)).map_err(fail)?;
            }
        }
        writer.flush()?;
    }
    Ok(String::from_utf8(text).unwrap_or_default())
}
