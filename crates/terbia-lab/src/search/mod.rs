//! Which portfolios of levers are worth a look, when many things count? A search for the front.
//!
//! A portfolio is a level for each of some [`Variable`]s; what it costs in each objective is for the
//! caller to say, for a whole generation at once: run the ensembles, in parallel or on other machines.
//!
//! ```text
//! first    points that fill the space evenly, after those that the caller knows
//! next     parents by tournament on broken constraints; simulated binary crossover, polynomial mutation
//! kept     the better half of old and new, by fronts; the last front is thinned so that directions
//!          from the best point keep company (NSGA-III: Deb and Jain 2014; Jain and Deb 2014)
//! archive  the front of all that was ever seen ([`crate::pareto::archive`]): that is the answer
//! ```
//!
//! Two runs of one search are equal bit for bit: every choice is addressed by (seed, generation, pair,
//! variable), and nothing depends on which thread evaluates what. No portfolio is evaluated twice, so
//! the answer for one must not change: policies that are compared share their futures (common random
//! numbers), or the search would breed luck.
//!
//! Limits: a heuristic, which proves nothing about what it did not find; run it under several seeds.
//! Objectives are means over finitely many futures, and the best of many is better than it is: judge
//! the chosen few under new futures. Beyond some five objectives most portfolios beat nobody.

pub mod reference;
mod select;
mod vary;

use crate::calibrate::Crew;
use crate::design;
use crate::pareto::archive::Archive;
use crate::pareto::{Evaluation, sort};
use rayon::prelude::*;
use select::Frame;
use std::collections::{BTreeMap, BTreeSet};

/// What can be turned, and how far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Variable {
    /// Any number from `low` to `high`.
    Continuous {
        /// Least.
        low: f64,
        /// Most.
        high: f64,
    },
    /// Any whole number from `low` to `high`.
    Integer {
        /// Least.
        low: i32,
        /// Most.
        high: i32,
    },
    /// One of `count` things without an order, by number from 0.
    Choice {
        /// How many there are.
        count: u32,
    },
}

impl Variable {
    /// Its level at `u` in [0, 1), every level as likely as every other.
    fn at(self, u: f64) -> f64 {
        match self {
            Self::Continuous { low, high } => low + u * (high - low),
            Self::Integer { low, high } => {
                let count = f64::from(high) - f64::from(low) + 1.0;
                (f64::from(low) + (u * count).floor()).min(f64::from(high))
            }
            Self::Choice { count } => {
                (u * f64::from(count)).floor().min(f64::from(count.max(1)) - 1.0)
            }
        }
    }

    /// Whether there is any level, and `level` is one if it is asked.
    fn allows(self, level: Option<f64>) -> bool {
        let whole = level.is_none_or(|l| l.fract() == 0.0);
        let (low, high, whole) = match self {
            Self::Continuous { low, high } => (low, high, true),
            Self::Integer { low, high } => (f64::from(low), f64::from(high), whole),
            Self::Choice { count } => (0.0, f64::from(count) - 1.0, whole),
        };
        let range = (high - low).is_finite() && low <= high;
        range && whole && level.is_none_or(|l| (low..=high).contains(&l))
    }
}

/// How to search.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Portfolios of a generation; rounded up to an even number, four at least.
    pub population: usize,
    /// Seed.
    pub seed: u64,
    /// How near to a parent a child stays when levels are crossed: 0 or more, usually 15 to 30.
    pub crossover_index: f64,
    /// How near a mutated level stays: 0 or more, usually 20.
    pub mutation_index: f64,
    /// Differences that do not matter, for each objective in its unit: widths of the archive's boxes.
    pub widths: Vec<f64>,
}

impl Settings {
    /// The usual ones (Deb and Jain 2014), with the widths of the archive's boxes.
    pub fn usual(population: usize, seed: u64, widths: Vec<f64>) -> Self {
        Self { population, seed, crossover_index: 30.0, mutation_index: 20.0, widths }
    }
}

/// A portfolio and what it costs.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// A level for each variable: the number itself, or that of a choice.
    pub decision: Vec<f64>,
    /// What it costs.
    pub evaluation: Evaluation,
}

/// Why a search does not go on.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SearchError {
    /// There is nothing to turn, or nothing to judge by.
    #[error(
        "{variables} variables and {objectives} objectives; a search needs one of each at least"
    )]
    Nothing {
        /// Variables.
        variables: usize,
        /// Objectives, one for each width.
        objectives: usize,
    },
    /// A variable has no level.
    #[error(
        "variable {place} has no level: its range must be finite, its low end not above its high one"
    )]
    Variable {
        /// Its place, from 0.
        place: usize,
    },
    /// A portfolio that the caller knows is none.
    #[error(
        "portfolio {place} has a level that its variable does not allow, or too few or many levels"
    )]
    Known {
        /// Its place, from 0.
        place: usize,
    },
    /// Not one answer for each portfolio.
    #[error(
        "{asked} portfolios were to be evaluated and {given} were; answer one each, in their order"
    )]
    Answers {
        /// Portfolios handed over.
        asked: usize,
        /// Answers.
        given: usize,
    },
    /// An answer has too few or too many objectives.
    #[error("portfolio {decision:?} was given {given} objectives instead of {expected}")]
    Objectives {
        /// The portfolio.
        decision: Vec<f64>,
        /// Objectives of the search.
        expected: usize,
        /// Objectives of the answer.
        given: usize,
    },
}

/// A search, between two generations.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    variables: Vec<Variable>,
    settings: Settings,
    directions: Vec<Vec<f64>>,
    generation: u32,
    members: Vec<Member>,
    frame: Frame,
    archive: Archive,
    seen: BTreeMap<Vec<u64>, Evaluation>,
}

/// What evaluates the portfolios of a generation: one answer each, in their order.
pub trait Evaluate: FnMut(&[Vec<f64>]) -> Vec<Evaluation> {}
impl<F: FnMut(&[Vec<f64>]) -> Vec<Evaluation>> Evaluate for F {}

/// An evaluation of one portfolio as that of a generation, on the threads of a crew.
pub fn in_parallel<F>(crew: &Crew, evaluate: F) -> impl Evaluate
where
    F: Fn(&[f64]) -> Evaluation + Sync + Send,
{
    move |decisions: &[Vec<f64>]| {
        crew.install(|| decisions.par_iter().map(|d| evaluate(d)).collect())
    }
}

impl Search {
    /// The first generation: `known` portfolios (the present state among them, if it is to compete), then
    /// points that fill the space. Fails if there is nothing to search, or the answers are not as asked.
    pub fn begin(
        variables: Vec<Variable>,
        settings: Settings,
        known: &[Vec<f64>],
        evaluate: &mut impl Evaluate,
    ) -> Result<Self, SearchError> {
        let objectives = settings.widths.len();
        if variables.is_empty() || objectives == 0 {
            return Err(SearchError::Nothing { variables: variables.len(), objectives });
        }
        if let Some(place) = variables.iter().position(|v| !v.allows(None)) {
            return Err(SearchError::Variable { place });
        }
        let fits = |d: &Vec<f64>| {
            d.len() == variables.len() && d.iter().zip(&variables).all(|(l, v)| v.allows(Some(*l)))
        };
        if let Some(place) = known.iter().position(|d| !fits(d)) {
            return Err(SearchError::Known { place });
        }
        let population = settings.population.max(4).next_multiple_of(2);
        let mut decisions = known.to_vec();
        for run in decisions.len()..population {
            let level =
                |(dim, v): (u32, &Variable)| v.at(design::point(settings.seed, run as u32, dim));
            decisions.push((0..).zip(&variables).map(level).collect());
        }
        let mut search = Self {
            directions: reference::suited(objectives, population),
            generation: 0,
            members: Vec::new(),
            frame: Frame::new(objectives),
            archive: Archive::new(settings.widths.clone()),
            seen: BTreeMap::new(),
            settings: Settings { population, ..settings },
            variables,
        };
        search.members = search.evaluated(decisions, evaluate)?;
        search.keep();
        Ok(search)
    }

    /// The next generation. Fails, and stays as it is, if the answers are not as asked.
    pub fn advance(&mut self, evaluate: &mut impl Evaluate) -> Result<(), SearchError> {
        let generation = self.generation + 1;
        let children = vary::children(&self.members, &self.variables, &self.settings, generation);
        let children = self.evaluated(children, evaluate)?;
        self.generation = generation;
        // A twin takes a place and brings nothing.
        let mut present: BTreeSet<Vec<u64>> =
            self.members.iter().map(|m| key(&m.decision)).collect();
        self.members.extend(children.into_iter().filter(|c| present.insert(key(&c.decision))));
        self.keep();
        Ok(())
    }

    /// The members of the present generation.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Those of them that no other beats and that break nothing.
    pub fn front(&self) -> Vec<&Member> {
        let first = sort::fronts(self.members.iter().map(|m| &m.evaluation))
            .into_iter()
            .next()
            .unwrap_or_default();
        first.into_iter().map(|p| &self.members[p]).filter(|m| m.evaluation.feasible()).collect()
    }

    /// The front of all portfolios that were ever evaluated.
    pub fn archive(&self) -> &Archive {
        &self.archive
    }

    /// Number of the generation, from 0.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// Portfolios that were evaluated, each once.
    pub fn evaluations(&self) -> usize {
        self.seen.len()
    }

    /// Members with these decisions; what was evaluated before is remembered.
    fn evaluated(
        &mut self,
        decisions: Vec<Vec<f64>>,
        evaluate: &mut impl Evaluate,
    ) -> Result<Vec<Member>, SearchError> {
        let mut asked = BTreeSet::new();
        let mut new = Vec::new();
        for decision in &decisions {
            let key = key(decision);
            if !self.seen.contains_key(&key) && asked.insert(key) {
                new.push(decision.clone());
            }
        }
        let answers = if new.is_empty() { Vec::new() } else { evaluate(&new) };
        if answers.len() != new.len() {
            return Err(SearchError::Answers { asked: new.len(), given: answers.len() });
        }
        let expected = self.settings.widths.len();
        for (decision, answer) in new.iter().zip(&answers) {
            let given = answer.objectives.len();
            if given != expected {
                return Err(SearchError::Objectives {
                    decision: decision.clone(),
                    expected,
                    given,
                });
            }
        }
        for (decision, answer) in new.iter().zip(answers) {
            self.archive.offer(decision, &answer);
            self.seen.insert(key(decision), answer);
        }
        let member = |decision: Vec<f64>| {
            let evaluation = self.seen.get(&key(&decision)).cloned().unwrap_or_default();
            Member { decision, evaluation }
        };
        Ok(decisions.into_iter().map(member).collect())
    }

    /// Thins the members to a population.
    fn keep(&mut self) {
        let Settings { population, seed, .. } = self.settings;
        let draws = terbia_model::kernel::rng::Draws::new(seed, self.generation);
        let kept = self.frame.survivors(&self.members, population, &self.directions, &draws);
        self.members = kept.into_iter().map(|place| self.members[place].clone()).collect();
    }
}

/// What a portfolio is remembered by.
fn key(decision: &[f64]) -> Vec<u64> {
    // Adding 0 makes a zero of either sign one key.
    decision.iter().map(|l| (l + 0.0).to_bits()).collect()
}

#[cfg(test)]
mod tests;
