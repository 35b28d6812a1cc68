//! Which series does the model foresee better than its best rival, and where is it beaten?

use super::Covered;
use super::figure::FigureScore;
use serde::Serialize;
use std::collections::BTreeMap;
use terbia_lab::baseline::Rival;
use terbia_lab::scores::{CENTRAL, Coverage, diebold_mariano, energy_fair, skill};
use terbia_lab::stats;

/// Months after the origin that count as soon.
pub const EARLY_MONTHS: u32 = 3;
/// Runs that an energy score is taken from: its cost grows with their square.
const ENERGY_RUNS: usize = 500;
/// A rival is ahead if its CRPS is below this share of the model's.
const AHEAD: f64 = 0.9;

/// A series beside its rivals.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SeriesScore {
    /// Outcome.
    pub outcome: String,
    /// Figures.
    pub figures: usize,
    /// Mean CRPS of the forecast.
    pub crps: f64,
    /// Energy score of all figures together; nothing of a single one.
    pub energy: Option<f64>,
    /// Mean PIT: below one half if the runs are too high.
    pub pit_mean: f64,
    /// Figures inside the central 50, 80 and 95 %.
    pub inside: [usize; 3],
    /// Rivals that speak of at least one figure, in the order of their list.
    pub rivals: Vec<Beside>,
    /// The best of those that speak of every figure.
    pub best: Option<&'static str>,
    /// CRPS skill against it: above 0 if the forecast is better.
    pub skill: Option<f64>,
    /// Figures within the first months.
    pub early_figures: usize,
    /// The best rival of those.
    pub early_best: Option<&'static str>,
    /// Skill against it.
    pub early_skill: Option<f64>,
}

/// A rival beside the forecast, on the figures that both speak of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Beside {
    /// Its name.
    pub rival: &'static str,
    /// Figures that it speaks of.
    pub figures: usize,
    /// Its mean CRPS on them.
    pub crps: f64,
    /// CRPS skill of the forecast against it on them.
    pub skill: f64,
    /// Probability of differences as large if both are as good (Diebold-Mariano with Harvey's
    /// factor); nothing where figures are too few.
    pub p_value: Option<f64>,
    /// Figures inside its central 80 %.
    pub inside_80: usize,
}

impl SeriesScore {
    /// Whether a rival is more than a tenth better.
    pub fn beaten(&self) -> bool {
        self.rivals.iter().any(|r| r.skill < 1.0 - 1.0 / AHEAD)
    }
}

/// Every series, that in which the forecast is furthest behind first.
pub(super) fn scores(figures: &[FigureScore]) -> Vec<SeriesScore> {
    let mut groups: BTreeMap<&str, Vec<&FigureScore>> = BTreeMap::new();
    for figure in figures {
        groups.entry(&figure.outcome).or_default().push(figure);
    }
    let mut all: Vec<SeriesScore> = groups.values().map(|group| series(group)).collect();
    let worst = |s: &SeriesScore| s.skill.unwrap_or(f64::INFINITY);
    all.sort_by(|a, b| worst(a).total_cmp(&worst(b)).then_with(|| a.outcome.cmp(&b.outcome)));
    all
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    stats::mean(&values.collect::<Vec<f64>>())
}

/// The best rival of those that speak of every one of `figures`, and the skill against it.
fn best(figures: &[&FigureScore]) -> Option<(&'static str, f64)> {
    let all = |rival: Rival| {
        let of =
            |f: &&FigureScore| f.rivals.iter().find(|r| r.rival == rival.name()).map(|r| r.crps);
        let crps: Option<Vec<f64>> = figures.iter().map(of).collect();
        crps.filter(|c| !c.is_empty()).map(|c| (rival.name(), stats::mean(&c)))
    };
    let best = Rival::ALL.into_iter().filter_map(all).min_by(|a, b| a.1.total_cmp(&b.1))?;
    Some((best.0, skill(mean(figures.iter().map(|f| f.crps)), best.1)))
}

fn series(figures: &[&FigureScore]) -> SeriesScore {
    let early: Vec<&FigureScore> =
        figures.iter().copied().filter(|f| f.lead_months <= EARLY_MONTHS).collect();
    let (best_all, best_early) = (best(figures), best(&early));
    let counted = |place: usize| figures.iter().filter(|f| f.inside[place]).count();
    SeriesScore {
        outcome: figures.first().map_or_else(String::new, |f| f.outcome.clone()),
        figures: figures.len(),
        crps: mean(figures.iter().map(|f| f.crps)),
        energy: energy(figures),
        pit_mean: mean(figures.iter().map(|f| f.pit)),
        inside: [counted(0), counted(1), counted(2)],
        rivals: Rival::ALL.into_iter().filter_map(|rival| beside(figures, rival)).collect(),
        best: best_all.map(|b| b.0),
        skill: best_all.map(|b| b.1),
        early_figures: early.len(),
        early_best: best_early.map(|b| b.0),
        early_skill: best_early.map(|b| b.1),
    }
}

fn beside(figures: &[&FigureScore], rival: Rival) -> Option<Beside> {
    let name = rival.name();
    let of = |f: &&FigureScore| {
        let rival = f.rivals.iter().find(|r| r.rival == name)?;
        Some((f.crps, rival.crps, rival.inside_80))
    };
    let both: Vec<(f64, f64, bool)> = figures.iter().filter_map(of).collect();
    let (ours, theirs): (Vec<f64>, Vec<f64>) = both.iter().map(|b| (b.0, b.1)).unzip();
    (!both.is_empty()).then(|| Beside {
        rival: name,
        figures: both.len(),
        crps: stats::mean(&theirs),
        skill: skill(stats::mean(&ours), stats::mean(&theirs)),
        p_value: diebold_mariano(&ours, &theirs, 1).map(|t| t.p_value),
        inside_80: both.iter().filter(|b| b.2).count(),
    })
}

/// Energy score of all figures of a series together.
fn energy(figures: &[&FigureScore]) -> Option<f64> {
    let runs = figures.first()?.runs.len().min(ENERGY_RUNS);
    let vector = |run: usize| figures.iter().map(|f| f.runs[run]).collect::<Vec<f64>>();
    let vectors: Vec<Vec<f64>> =
        (0..runs).map(vector).filter(|v| v.iter().all(|x| x.is_finite())).collect();
    let observed: Vec<f64> = figures.iter().map(|f| f.compared).collect();
    (figures.len() > 1 && vectors.len() > 1).then(|| energy_fair(&vectors, &observed))
}

/// Coverage of all figures together.
pub(super) fn coverage(figures: &[FigureScore]) -> Vec<Covered> {
    let of = |(place, share): (usize, f64)| {
        let inside = figures.iter().filter(|f| f.inside[place]).count();
        Coverage { share, inside, of: figures.len() }.into()
    };
    CENTRAL.into_iter().enumerate().map(of).collect()
}
