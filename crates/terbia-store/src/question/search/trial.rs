//! What does a portfolio do? Runs in the futures that all portfolios share.
//!
//! ```text
//! d_f      outcome under the portfolio − under the reference, in future f
//! cost     mean of d_f where less is better, of −d_f where more is
//! ```
//!
//! Futures in which the reference has no number are left out for all. A portfolio that has none in one of
//! the others is worse than everybody.

use super::SearchPlanned;
use crate::question::Watch;
use crate::question::error::QuestionError;
use crate::question::gather::{Gathered, gather};
use std::sync::atomic::AtomicBool;
use terbia_lab::paired::{Feed, Paired};
use terbia_lab::pareto::Evaluation;
use terbia_lab::stats;
use terbia_model::kernel::id::Id;

/// The futures that portfolios meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Futures {
    /// Those of the search.
    Searched,
    /// Others: another seed, and later ones of the sets of values that a posterior holds.
    Judged,
}

/// Runs portfolios of a search.
pub(super) struct Trials<'a> {
    pub(super) plan: &'a SearchPlanned,
    pub(super) stop: &'a AtomicBool,
    pub(super) watch: &'a Watch<'a>,
}

/// A portfolio that was tried.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tried {
    /// Generation, from 0.
    pub(super) generation: u32,
    /// Settings of the levers.
    pub(super) settings: Vec<f64>,
    /// Mean of each objective over the futures; NaN where one is missing.
    pub(super) means: Vec<f64>,
    /// Mean difference to the reference in each.
    pub(super) differences: Vec<f64>,
}

impl Trials<'_> {
    /// Runs the reference, if it is asked for, and then portfolios, given by their settings.
    pub(super) fn run(
        &self,
        futures: Futures,
        reference: bool,
        portfolios: &[Vec<f64>],
    ) -> Result<Gathered, QuestionError> {
        let plan = self.plan;
        let mut paired = plan.runs.paired()?;
        let mut both = std::mem::take(&mut paired.cases).into_iter().skip(2 * plan.place);
        let (Some(as_it_is), Some(frame)) = (both.next(), both.next()) else {
            return Err(QuestionError::NoSearch { name: plan.fingerprint.study.clone() });
        };
        let place = |path: &str| frame.corridor.number(path).map(Id::index);
        let places: Vec<Option<usize>> = plan.levers.iter().map(|l| place(&l.path)).collect();
        let turned = |settings: &Vec<f64>| {
            let mut numbers = frame.numbers.to_vec();
            for (place, setting) in places.iter().zip(settings) {
                if let Some(from) = place.and_then(|place| numbers.get_mut(place)) {
                    *from = Feed::Held(*setting);
                }
            }
            numbers
        };
        let numbers: Vec<Vec<Feed>> = portfolios.iter().map(turned).collect();
        let mut cases = if reference { vec![as_it_is] } else { Vec::new() };
        cases.extend(numbers.iter().map(|numbers| {
            let mut case = frame.clone();
            case.numbers = numbers;
            case
        }));
        let print = &plan.fingerprint;
        let (members, seed) = match futures {
            Futures::Searched => (print.members, print.seed),
            Futures::Judged => (print.judged_members, print.judged_seed),
        };
        let mut inputs = paired.inputs.to_vec();
        if futures == Futures::Judged {
            for values in inputs.iter_mut().filter_map(|i| i.believed.as_mut()) {
                let by = print.members as usize % values.len().max(1);
                values.rotate_left(by);
            }
        }
        let paired = Paired { cases, inputs: &inputs, seed, ..paired };
        gather(&paired, (members, &[]), plan.jobs, self.stop, self.watch)
            .ok_or(QuestionError::StoppedSearching)
    }
}

/// Futures in which the reference has a number for every objective.
pub(super) fn whole(reference: &[Vec<f64>]) -> Vec<usize> {
    let futures = reference.first().map_or(0, Vec::len);
    let has = |future: &usize| reference.iter().all(|o| o[*future].is_finite());
    (0..futures).filter(has).collect()
}

/// The means of a portfolio, and of what it changes against the reference, over these futures.
pub(super) fn means(
    outcomes: &[Vec<f64>],
    reference: &[Vec<f64>],
    futures: &[usize],
) -> (Vec<f64>, Vec<f64>) {
    let mean = |of: &dyn Fn(usize) -> f64| {
        stats::mean(&futures.iter().map(|f| of(*f)).collect::<Vec<f64>>())
    };
    outcomes
        .iter()
        .zip(reference)
        .map(|(own, base)| (mean(&|f| own[f]), mean(&|f| own[f] - base[f])))
        .unzip()
}

/// What differences cost: more of what is better is less.
pub(super) fn cost(differences: &[f64], lower_is_better: &[bool]) -> Evaluation {
    let cost = |(d, lower): (&f64, &bool)| if *lower { *d } else { 0.0 - d };
    differences.iter().zip(lower_is_better).map(cost).collect::<Vec<f64>>().into()
}
