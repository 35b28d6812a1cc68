//! How are portfolios bred? Generation by generation, each tried in the same futures, all of them noted.

use super::trial::{Futures, Trials, Tried, cost, means, whole};
use crate::question::error::QuestionError;
use terbia_lab::pareto::Evaluation;
use terbia_lab::pareto::archive::Entry;
use terbia_lab::search::{Search, Settings};
use terbia_lab::stats;
use terbia_lab::summary::Band;

/// Share of the spread of the reference up to which a difference does not matter.
const NEGLIGIBLE: f64 = 0.01;

/// All that was tried, and the front of it.
#[derive(Debug)]
pub(super) struct Bred {
    /// Every portfolio, in the order in which they were tried.
    pub(super) tried: Vec<Tried>,
    /// Those that no other beats: levels of the levers' variables, and costs.
    pub(super) front: Vec<Entry>,
    /// For each objective, whether less is better.
    pub(super) lower: Vec<bool>,
    /// Differences that do not matter.
    pub(super) widths: Vec<f64>,
    /// Runs that were given up.
    pub(super) diverged: u64,
    settings: Vec<Vec<f64>>,
}

impl Bred {
    /// Settings of a portfolio of the front, and what it changes.
    pub(super) fn portfolio(&self, place: usize) -> (Vec<f64>, Vec<f64>) {
        let settings = &self.settings[place];
        let tried = self.tried.iter().find(|t| t.settings == *settings);
        (settings.clone(), tried.map(|t| t.differences.clone()).unwrap_or_default())
    }

    /// For each objective, whether any portfolio moves it.
    pub(super) fn moved(&self) -> Vec<bool> {
        moved(&self.tried, self.lower.len())
    }

    /// Whether a portfolio that was tried is on the front.
    pub(super) fn on_front(&self) -> impl Fn(&Tried) -> bool + '_ {
        |tried| self.settings.contains(&tried.settings)
    }
}

fn moved(tried: &[Tried], objectives: usize) -> Vec<bool> {
    let moves =
        |o: usize| tried.iter().any(|t| t.differences[o].is_finite() && t.differences[o] != 0.0);
    (0..objectives).map(moves).collect()
}

/// What is bred from, and all that was tried so far.
struct Breeding<'a> {
    trials: &'a Trials<'a>,
    reference: Vec<Vec<f64>>,
    futures: Vec<usize>,
    lower: Vec<bool>,
    generation: u32,
    tried: Vec<Tried>,
    diverged: u64,
    /// What went wrong, which ends the search.
    failed: Option<QuestionError>,
}

impl Breeding<'_> {
    /// What portfolios cost, given by the levels of the levers' variables.
    fn evaluate(&mut self, levels: &[Vec<f64>]) -> Vec<Evaluation> {
        let settings: Vec<Vec<f64>> = levels.iter().map(|l| self.settings(l)).collect();
        let gathered = match self.trials.run(Futures::Searched, false, &settings) {
            Ok(gathered) => gathered,
            Err(error) => {
                self.failed = Some(error);
                return vec![vec![f64::NAN; self.lower.len()].into(); levels.len()];
            }
        };
        self.diverged += gathered.diverged;
        let mut costs = Vec::with_capacity(levels.len());
        for (settings, outcomes) in settings.into_iter().zip(&gathered.outcomes) {
            let (means, differences) = means(outcomes, &self.reference, &self.futures);
            costs.push(cost(&differences, &self.lower));
            self.tried.push(Tried { generation: self.generation, settings, means, differences });
        }
        costs
    }

    fn settings(&self, levels: &[f64]) -> Vec<f64> {
        let levers = &self.trials.plan.levers;
        levers.iter().zip(levels).map(|(lever, level)| lever.setting(*level)).collect()
    }

    /// Goes on if nothing went wrong.
    fn checked(&mut self) -> Result<(), QuestionError> {
        self.failed.take().map_or(Ok(()), Err)
    }
}

/// Breeds all generations.
pub(super) fn bred(trials: &Trials<'_>) -> Result<Bred, QuestionError> {
    let planned = trials.plan;
    let print = &planned.fingerprint;
    let about = &planned.runs.manifest.contents.outcomes;
    let first = trials.run(Futures::Searched, true, &[])?;
    let reference = first.outcomes.into_iter().next().unwrap_or_default();
    let futures = whole(&reference);
    if futures.is_empty() {
        return Err(QuestionError::NoFront { tried: 0 });
    }
    let widths: Vec<f64> = planned.negligible.iter().zip(&reference).map(width).collect();
    let mut all = Breeding {
        trials,
        reference,
        futures,
        lower: about.iter().map(|o| o.lower_is_better).collect(),
        generation: 0,
        tried: Vec::new(),
        diverged: first.diverged,
        failed: None,
    };
    let variables = planned.levers.iter().map(super::LeverRef::variable).collect();
    let settings = Settings::usual(print.population as usize, print.seed, widths.clone());
    let begun = Search::begin(variables, settings, &planned.known, &mut |levels: &[Vec<f64>]| {
        all.evaluate(levels)
    });
    all.checked()?;
    let mut search = begun?;
    varies(&all, about.iter().map(|o| o.id.as_str()))?;
    for generation in 1..print.generations {
        all.generation = generation;
        let went_on = search.advance(&mut |levels: &[Vec<f64>]| all.evaluate(levels));
        all.checked()?;
        went_on?;
    }
    let front = search.archive().entries().to_vec();
    if front.is_empty() {
        return Err(QuestionError::NoFront { tried: all.tried.len() });
    }
    Ok(Bred {
        settings: front.iter().map(|e| all.settings(&e.decision)).collect(),
        front,
        widths,
        tried: all.tried,
        lower: all.lower,
        diverged: all.diverged,
    })
}

/// The difference in an objective that does not matter: what the study says, else a share of how the
/// reference spreads, else of its size.
fn width((given, reference): (&Option<f64>, &Vec<f64>)) -> f64 {
    let known: Vec<f64> = reference.iter().copied().filter(|v| v.is_finite()).collect();
    let band = Band::of(&known);
    let spread = band.q95 - band.q05;
    let size = if spread > 0.0 { spread } else { stats::mean(&known).abs() };
    given.unwrap_or(NEGLIGIBLE * size)
}

/// Refuses to trade off what nothing moves.
fn varies<'a>(
    all: &Breeding<'_>,
    objectives: impl Iterator<Item = &'a str>,
) -> Result<(), QuestionError> {
    let moved = moved(&all.tried, all.lower.len());
    if moved.iter().filter(|m| **m).count() >= 2 {
        return Ok(());
    }
    let still = objectives.zip(&moved).filter(|(_, moved)| !**moved);
    let still = still.map(|(id, _)| id.to_owned()).collect();
    Err(QuestionError::Still { still, tried: all.tried.len() })
}
