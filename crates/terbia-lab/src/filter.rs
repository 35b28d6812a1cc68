//! What do new figures say of runs that go on? A particle filter over whole runs.
//!
//! Many runs pass a month, each weighed by the density that it gives to the figures that end in it;
//! a figure over several months counts once, when it is complete. Where few runs are left that
//! count, they are drawn anew: some go on in several copies, each with chances of its own, others end
//! (Gordon, Salmond and Smith 1993). A run keeps what it has been through, so its copies share a
//! past, and what is now believed of an earlier month is read off the runs with their weights of today:
//! smoothing with a fixed lag (Kitagawa 1996; Doucet and Johansen 2011). The lag keeps it honest: of
//! months long gone only few ancestors are left.
//!
//! A run need not know everything of itself. What it leaves open it gives as a normal, which figures
//! narrow in closed form (Rao-Blackwellised: Doucet, de Freitas, Murphy and Russell 2000).
//!
//! ```text
//! w_i   <- w_i p_i(y),  p_i normal              effective = (sum w)² / sum w²
//! anew, systematic, once effective < runs / 2
//! pit    = sum w_i P_i(Y <= y), before any figure of the month
//! ```
//!
//! The figures of a month are taken in from the likeliest to the least likely. One from which every
//! run lies further than [`FARTHEST_SD`] is set aside: it would pick the run that is wrong by least,
//! and teaches that the model or the figure is wrong. A filter that is told to doubt
//! ([`Filter::doubting`]) goes there by degrees: runs that are further off than so many standard
//! deviations are as wrong as each other.
//!
//! Where figures leave few runs, copies of these are all there is, and what they have in common is
//! believed far too firmly. Runs that can propose another near them are therefore moved
//! ([`Filter::renew`]): by a kernel that leaves their law as it is (Gilks and Berzuini 2001), while the
//! figures of the month come in bit by bit, so that half of the runs always count (Del Moral, Doucet and
//! Jasra 2006).
//!
//! Chance is addressed by month and place: neither the number of threads nor the order in which
//! figures are written moves a bit.

mod renew;

pub use renew::Renewed;

use crate::mixture::{Mixture, Normal};
use crate::particle::{Weights, effective};
use rayon::prelude::*;
use terbia_model::kernel::rng::{Draws, Purpose};

/// The one uniform with which runs are drawn anew in a month.
const ANEW: Purpose = Purpose(0x414E_4557);

/// A figure from which every run is further than so many standard deviations contradicts them all.
pub const FARTHEST_SD: f64 = 5.0;

/// Levels of the quantiles that are kept of what was expected of a figure.
pub const EXPECTED: [f64; 3] = [0.10, 0.50, 0.90];

/// A run that is made month by month, can be copied, and can go on with other chances.
pub trait Member: Clone + Send + Sync {
    /// Makes a month, which follows the one made before; false if the run ends there.
    fn step(&mut self, month: usize) -> bool;
    /// Goes on with other chances from the next month.
    fn redraw(&mut self, chance: (u64, u32));
    /// What it expects a figure to be, as figures are compared; nothing if it gives it no value.
    fn expects(&self, figure: usize) -> Option<Normal>;
    /// Learns what a figure turned out to be, if it is right, which it is with probability `trust`.
    fn learn(&mut self, figure: usize, observed: f64, trust: f64);
    /// Another run near this one, made to the same month, before it has learnt anything; nothing if it
    /// ended, or if there is none. The law of runs before any figure must be in balance under it.
    fn propose(&self, _: &Step) -> Option<Near<Self>> {
        None
    }
}

/// How far to go, and by which chances.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Size, from 0 (stay) to 1 (as good as any other run).
    pub size: f64,
    /// Chances that are nobody's yet.
    pub chance: (u64, u32),
}

/// A run near another.
#[derive(Clone, Debug)]
pub struct Near<M> {
    /// The run.
    pub run: M,
    /// Correlation of what it is made of with what the other is made of, 0..1.
    pub kinship: f64,
}

/// A figure that has come in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Its number, by which runs know it.
    pub figure: usize,
    /// What it says, as figures are compared.
    pub observed: f64,
}

/// What became of a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fate {
    /// Runs were weighed by it.
    Taken,
    /// It was set aside: the nearest run is so many standard deviations off.
    Contradicts {
        /// Before any figure of the month.
        alone_sd: f64,
        /// Beside the figures of the month that were taken in before it.
        beside_sd: f64,
    },
    /// It was set aside: no run gives it a value.
    NoValue,
}

/// A figure beside what was expected of it before any figure of its month came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Taken {
    /// The figure.
    pub reading: Reading,
    /// Quantiles at the levels [`EXPECTED`].
    pub expected: [f64; 3],
    /// Probability integral transform, 0..1; close to either end is a surprise.
    pub pit: f64,
    /// Its normal score: the surprise in standard deviations, within about 6.
    pub surprise_sd: f64,
    /// Log density.
    pub log_density: f64,
    /// What became of it.
    pub fate: Fate,
    /// How far it was believed, 0..1.
    pub trust: f64,
    /// Effective number of runs after it.
    pub effective: f64,
}

/// A month after its figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Month {
    /// Months since the start.
    pub month: usize,
    /// Its figures, in the order in which they were given.
    pub taken: Vec<Taken>,
    /// Effective number of runs after its figures.
    pub effective: f64,
    /// Effective number of lines that they belong to.
    pub lines: f64,
}

/// Runs with their weights.
#[derive(Clone, Debug)]
pub struct Filter<M> {
    members: Vec<M>,
    weights: Weights,
    /// For each run what it descends from.
    lines: Vec<Line>,
    /// Number of lines that there have been.
    lines_begun: usize,
    /// Figures that were taken in, in that order.
    heard: Vec<Heard>,
    /// The weights, and the number of figures heard, before those of the month.
    before: (Weights, usize),
    seed: u64,
    doubt_sd: Option<f64>,
    log_likelihood: f64,
}

/// What a run descends from, and how well it does.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Line {
    /// Number of the run that it descends from: one of the beginning, or one that has moved so far
    /// from it that it is a run of its own.
    root: usize,
    /// Correlation with that.
    kinship: f64,
    /// Log density of the figures heard before the month, and of all.
    logs: [f64; 2],
}

/// A figure that was taken in, as runs are judged by it.
#[derive(Clone, Copy, Debug)]
struct Heard {
    reading: Reading,
    /// Log density of a figure that is wrong, if it may be.
    anywhere: Option<f64>,
}

impl Heard {
    /// Log density under what a run expects, and how far it is to be believed.
    fn judge(&self, expected: Option<Normal>) -> (f64, f64) {
        let y = self.reading.observed;
        match (expected, self.anywhere) {
            (None, _) => (f64::NEG_INFINITY, 0.0),
            (Some(run), None) => (run.log_density(y), 1.0),
            (Some(run), Some(anywhere)) => run.doubted(y, anywhere),
        }
    }
}

impl<M: Member> Filter<M> {
    /// Runs of which all weigh alike; `None` has ended and weighs nothing. Nothing if all have.
    ///
    /// The `seed` must be that of the runs' own chances or unlike it.
    pub fn new(members: Vec<Option<M>>, seed: u64) -> Option<Self> {
        let lines_begun = members.len();
        let line = |root| Line { root, kinship: 1.0, logs: [0.0; 2] };
        let lives = |(i, m): (usize, &Option<M>)| m.is_some().then_some(line(i));
        let lines: Vec<Line> = members.iter().enumerate().filter_map(lives).collect();
        let members: Vec<M> = members.into_iter().flatten().collect();
        let weights = Weights::even(members.len());
        (!members.is_empty()).then_some(Self {
            before: (weights.clone(), 0),
            members,
            weights,
            lines,
            lines_begun,
            heard: Vec::new(),
            seed,
            doubt_sd: None,
            log_likelihood: 0.0,
        })
    }

    /// The same filter where a figure may be wrong: runs further from it than `doubt_sd` standard
    /// deviations are weighed alike.
    #[must_use]
    pub fn doubting(mut self, doubt_sd: f64) -> Self {
        self.doubt_sd = Some(doubt_sd);
        self
    }

    /// The runs.
    pub fn members(&self) -> &[M] {
        &self.members
    }

    /// The weights of the runs, which sum to 1; nothing if none is left.
    pub fn shares(&self) -> Option<Vec<f64>> {
        self.weights.shares()
    }

    /// Log density of all figures that were taken in, each beside those before it.
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// Effective number of runs.
    pub fn effective(&self) -> f64 {
        self.weights.effective()
    }

    /// Effective number of lines: of the runs of the beginning that are left, and of those that have
    /// become runs of their own.
    pub fn lines(&self) -> f64 {
        let mut shares = vec![0.0; self.lines_begun];
        for (line, share) in self.lines.iter().zip(self.shares().unwrap_or_default()) {
            shares[line.root] += share;
        }
        effective(&shares)
    }

    /// What all runs say together of something.
    pub fn mixture(&self, of: impl Fn(&M) -> Option<Normal> + Sync) -> Option<Mixture> {
        Mixture::new(&self.shares()?, self.all(of).into_iter())
    }

    /// Something of each run, on all threads.
    fn all<T: Send>(&self, of: impl Fn(&M) -> T + Sync) -> Vec<T> {
        self.members.par_iter().map(&of).collect()
    }

    /// Makes a month of every run that weighs anything; how many ended in it.
    pub fn step(&mut self, month: usize) -> usize {
        let shares = self.shares().unwrap_or_default();
        let step = |(member, share): (&mut M, &f64)| *share <= 0.0 || member.step(month);
        let alive: Vec<bool> = self.members.par_iter_mut().zip(&shares).map(step).collect();
        let ended = |(place, alive): (usize, &bool)| (!alive).then_some(place);
        let ended: Vec<usize> = alive.iter().enumerate().filter_map(ended).collect();
        for place in &ended {
            self.weights.drop(*place);
        }
        ended.len()
    }

    /// Takes in the figures that end in the month that was made last. Read off what is to be known
    /// of it before [`Self::refresh`], which only adds noise.
    pub fn take(&mut self, month: usize, readings: &[Reading]) -> Month {
        self.before = (self.weights.clone(), self.heard.len());
        self.lines.iter_mut().for_each(|line| line.logs[0] = line.logs[1]);
        let alone = |r: &Reading| self.mixture(|member| member.expects(r.figure));
        let alone: Vec<Option<Mixture>> = readings.iter().map(alone).collect();
        let density = |place: usize| {
            let mixture = alone[place].as_ref();
            mixture.map_or(f64::NEG_INFINITY, |m| m.log_density(readings[place].observed))
        };
        let mut order: Vec<(f64, usize)> = (0..readings.len()).map(|p| (density(p), p)).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut taken: Vec<(usize, Taken)> = Vec::with_capacity(readings.len());
        for (_, place) in order {
            taken.push((place, self.take_one(readings[place], alone[place].as_ref())));
        }
        taken.sort_by_key(|(place, _)| *place);
        let taken = taken.into_iter().map(|(_, taken)| taken).collect();
        Month { month, taken, effective: self.effective(), lines: self.lines() }
    }

    fn take_one(&mut self, reading: Reading, alone: Option<&Mixture>) -> Taken {
        let y = reading.observed;
        let beside = self.all(|member| member.expects(reading.figure));
        let mixture = Mixture::new(&self.shares().unwrap_or_default(), beside.iter().copied());
        let (fate, trust) = match (alone, &mixture) {
            (Some(alone), Some(mixture)) if mixture.nearest(y) > FARTHEST_SD => {
                let (alone_sd, beside_sd) = (alone.nearest(y), mixture.nearest(y));
                (Fate::Contradicts { alone_sd, beside_sd }, 0.0)
            }
            (Some(_), Some(mixture)) => self.weigh(reading, &beside, mixture),
            _ => (Fate::NoValue, 0.0),
        };
        let of = |f: &dyn Fn(&Mixture) -> f64| alone.map_or(f64::NAN, f);
        Taken {
            reading,
            expected: alone.map_or([f64::NAN; 3], |m| m.quantiles(EXPECTED)),
            pit: of(&|m| m.below(y)),
            surprise_sd: of(&|m| m.surprise(y)),
            log_density: of(&|m| m.log_density(y)),
            fate,
            trust,
            effective: self.effective(),
        }
    }

    fn weigh(
        &mut self,
        reading: Reading,
        expected: &[Option<Normal>],
        mixture: &Mixture,
    ) -> (Fate, f64) {
        let anywhere = self.doubt_sd.map(|sd| mixture.log_density_off(sd));
        let heard = Heard { reading, anywhere: anywhere.filter(|l| l.is_finite()) };
        let judge = |expected: &Option<Normal>| heard.judge(*expected);
        let (logs, trust): (Vec<f64>, Vec<f64>) = expected.iter().map(judge).unzip();
        if self.weights.weigh(&logs).is_none() {
            // A run that is sure has no density; none but such was near.
            let off = f64::INFINITY;
            return (Fate::Contradicts { alone_sd: off, beside_sd: off }, 0.0);
        }
        self.log_likelihood += mixture.log_density(reading.observed);
        self.heard.push(heard);
        // Those too that now weigh nothing: they may count again when the figures come in bit by bit.
        let rows =
            self.members.par_iter_mut().zip(&mut self.lines).zip(logs.par_iter().zip(&trust));
        rows.for_each(|((member, line), (log, trust))| {
            line.logs[1] += log;
            member.learn(reading.figure, reading.observed, *trust);
        });
        let shares = self.shares().unwrap_or_default();
        (Fate::Taken, shares.iter().zip(&trust).map(|(share, trust)| share * trust).sum())
    }

    /// Draws runs anew if few are left that count; whether it did. A run that goes on keeps its place
    /// and its chances; a copy takes the place of one that ends and has chances of its own.
    pub fn refresh(&mut self, month: usize) -> bool {
        let u = Draws::new(self.seed, 0).uniform(ANEW, 0, month as u32, 0);
        let Some(chosen) = self.weights.refresh(u) else { return false };
        self.copy(&chosen, self.seed_of(month, 0, 0));
        true
    }

    /// A seed that serves one round of one stage of one month.
    fn seed_of(&self, month: usize, stage: usize, round: usize) -> u64 {
        self.seed ^ ((month as u64 + 1) << 14 | (stage as u64) << 6 | round as u64) << 32
    }

    /// Goes on with the `chosen` runs, one for each place.
    fn copy(&mut self, chosen: &[usize], seed: u64) {
        let mut copies = vec![0_usize; self.members.len()];
        for place in chosen {
            copies[*place] += 1;
        }
        let from = copies
            .iter()
            .enumerate()
            .flat_map(|(place, count)| std::iter::repeat_n(place, count.saturating_sub(1)));
        let free = copies.iter().enumerate().filter(|(_, count)| **count == 0);
        let moves: Vec<(usize, usize)> = free.map(|(place, _)| place).zip(from).collect();
        // Whoever ends is let go before copies are made, so that there are never more than before.
        let members = std::mem::take(&mut self.members).into_iter().zip(&copies);
        let mut kept: Vec<Option<M>> = members.map(|(m, n)| (*n > 0).then_some(m)).collect();
        let copy = |(to, from): &(usize, usize)| {
            let mut copy = kept[*from].clone();
            if let Some(copy) = &mut copy {
                copy.redraw((seed, *to as u32));
            }
            copy
        };
        let made: Vec<Option<M>> = moves.par_iter().map(copy).collect();
        for ((to, from), copy) in moves.into_iter().zip(made) {
            self.lines[to] = self.lines[from];
            kept[to] = copy;
        }
        self.members = kept.into_iter().flatten().collect();
    }
}

#[cfg(test)]
mod tests;
