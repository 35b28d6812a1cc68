//! What would it be worth to know more before a policy is chosen? In the unit of the net benefit.
//!
//! The policy with the best mean is taken; knowledge is worth what a better choice would bring
//! ([`terbia_lab::voi`]). Numbers are those whose ranks go most with the gain of some policy over the
//! chosen one (Spearman), and those that a datum of the study measures. That they were picked on the same
//! futures flatters them: `cross` tells them on futures that the regression has not seen.

use super::figure::{Interval, some};
use super::{Part, UnderRef};
use crate::question::InputColumn;
use crate::spec::{Datum, DatumError, Study, Worth};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use terbia_lab::paired::{Z90, mean_and_half_width};
use terbia_lab::stats;
use terbia_lab::voi::normal::told;
use terbia_lab::voi::{Basis, Benefits, Bootstrap, Partial, VoiError};
use terbia_model::kernel::dist::normal;
use terbia_model::kernel::math::sqrt;
use terbia_model::kernel::rng::{Draws, Purpose};

/// Numbers valued unless the study says otherwise.
const TOP: u32 = 8;
/// Replicates for standard errors.
const REPLICATES: u32 = 100;
/// Errors of measurements that nobody has made yet.
const ERROR: Purpose = Purpose(0x4441_5441);

/// What knowledge is worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Value {
    /// Id of the outcome that is the net benefit; all worths are in its unit.
    pub outcome: String,
    /// Unit.
    pub unit: String,
    /// Futures.
    pub futures: usize,
    /// Futures left out because a policy has no value in them.
    pub left_out: usize,
    /// Id of the policy that is taken without further knowledge.
    pub choice: String,
    /// Mean outcome of each policy, by id.
    pub means: Vec<(String, Interval)>,
    /// Worth of knowing everything, chance included.
    pub perfect: Interval,
    /// Worth of knowing one number exactly, the one worth most first.
    pub numbers: Vec<Known>,
    /// Worth of the data that the study names.
    pub data: Vec<Bought>,
}

/// Worth of knowing a number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// Path.
    pub path: String,
    /// How well it is known, A to D.
    pub grade: char,
    /// Largest rank correlation with the gain of a policy over the chosen one, -1..1.
    pub correlation: f64,
    /// Worth, or why there is none.
    pub answer: Part<Valued>,
}

/// A worth by regression.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Valued {
    /// The worth.
    pub value: Interval,
    /// The same on futures that the regression has not seen; may fall below 0. Nothing where it
    /// cannot be had.
    pub cross: Option<f64>,
    /// Share of the variance of the gains that the regression explains, 0..1.
    pub explained: Option<f64>,
}

/// Worth of a datum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bought {
    /// Id of the datum.
    pub id: String,
    /// What it is.
    pub label: String,
    /// For each number that it measures, its path and the share of its variance that goes, 0..1.
    pub told: Vec<(String, f64)>,
    /// What it costs, if the study says.
    pub cost: Option<f64>,
    /// Worth less cost, if the study says what it costs.
    pub net: Option<f64>,
    /// Worth, or why there is none.
    pub answer: Part<Valued>,
}

impl From<Partial> for Valued {
    fn from(partial: Partial) -> Self {
        Self {
            value: positive(partial.value, partial.standard_error),
            cross: some(partial.cross),
            explained: some(partial.explained),
        }
    }
}

/// Knowledge is never worth less than nothing, nor is the end of its interval.
fn positive(value: f64, standard_error: f64) -> Interval {
    let mut interval = Interval::about(value, standard_error);
    interval.low = interval.low.map(|low| low.max(0.0));
    interval
}

/// What knowledge is worth under one scenario, or why that cannot be said.
pub(super) fn value(study: &Study, asked: &Worth, under: &UnderRef<'_>) -> Part<Value> {
    let Some(place) = under.outcomes.iter().position(|o| o.id == *asked.outcome.get()) else {
        return Part::NotPossible(format!("there is no outcome '{}'", *asked.outcome));
    };
    if under.policies.len() < 2 {
        return Part::NotPossible("one policy alone leaves nothing to choose".into());
    }
    let sign = if under.outcomes[place].lower_is_better { -1.0 } else { 1.0 };
    let rows: Vec<Vec<f64>> = under
        .scenario
        .of_outcome(place)
        .iter()
        .map(|row| row.iter().map(|v| sign * v).collect())
        .collect();
    let benefits = match Benefits::new(&rows) {
        Ok(benefits) => benefits,
        Err(because) => return Part::NotPossible(because.to_string()),
    };
    let bootstrap = Bootstrap { replicates: REPLICATES, seed: under.seed };
    let perfect = benefits.perfect(&bootstrap);
    let mean = |(id, row): (&String, &Vec<f64>)| {
        let (mean, half) = mean_and_half_width(row);
        (id.clone(), Interval::about(sign * mean, half / Z90))
    };
    let valuing = Valuing { under, benefits: &benefits, rows: &rows, bootstrap };
    let top = asked.top.as_ref().map_or(TOP, |top| *top.get()) as usize;
    Part::Found(Value {
        outcome: under.outcomes[place].id.clone(),
        unit: under.outcomes[place].unit.clone(),
        futures: under.runs.len() - benefits.dropped(),
        left_out: benefits.dropped(),
        choice: under.policies[benefits.choice()].clone(),
        means: under.policies.iter().zip(&rows).map(mean).collect(),
        perfect: positive(perfect.value, perfect.standard_error),
        numbers: valuing.numbers(top, &study.data),
        data: study.data.iter().map(|datum| valuing.datum(datum)).collect(),
    })
}

struct Valuing<'a> {
    under: &'a UnderRef<'a>,
    benefits: &'a Benefits,
    rows: &'a [Vec<f64>],
    bootstrap: Bootstrap,
}

impl Valuing<'_> {
    fn input(&self, path: &str) -> Option<&Arc<InputColumn>> {
        self.under.scenario.inputs.iter().find(|i| i.about.path == path)
    }

    fn basis(&self, inputs: usize) -> Basis {
        Basis::suited(inputs, self.under.runs.len() - self.benefits.dropped())
    }

    fn numbers(&self, top: usize, data: &[Datum]) -> Vec<Known> {
        let chosen = &self.rows[self.benefits.choice()];
        let gains: Vec<Vec<f64>> = self
            .rows
            .iter()
            .map(|row| row.iter().zip(chosen).map(|(a, b)| a - b).collect())
            .collect();
        let ranked: Vec<Vec<f64>> = gains.iter().map(|g| ranks(g)).collect();
        let correlation = |input: &Arc<InputColumn>| {
            let own = ranks(&input.values);
            let all = ranked.iter().map(|gain| correlation(&own, gain)).filter(|r| !r.is_nan());
            all.fold(0.0_f64, |a, b| if b.abs() > a.abs() { b } else { a })
        };
        let mut order: Vec<(&Arc<InputColumn>, f64)> =
            self.under.scenario.inputs.iter().map(|i| (i, correlation(i))).collect();
        order.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
        let asked = |path: &String| data.iter().any(|d| d.informs.iter().any(|p| p.get() == path));
        let kept = order.into_iter().enumerate().filter(|(place, (input, correlation))| {
            (*place < top && *correlation != 0.0) || asked(&input.about.path)
        });
        let mut known: Vec<Known> = kept
            .map(|(_, (input, correlation))| Known {
                path: input.about.path.clone(),
                grade: input.about.grade,
                correlation,
                answer: answer(self.benefits.partial(
                    std::slice::from_ref(&input.values),
                    self.basis(1),
                    &self.bootstrap,
                )),
            })
            .collect();
        let worth = |k: &Known| k.answer.found().and_then(|v| v.value.value).unwrap_or(-1.0);
        known.sort_by(|a, b| worth(b).total_cmp(&worth(a)));
        known
    }

    fn datum(&self, datum: &Datum) -> Bought {
        let mut measured = Vec::new();
        let mut missing = None;
        for path in datum.informs.get() {
            match self.input(path) {
                Some(input) => measured.push(input),
                None => missing = missing.or(Some(path.get().clone())),
            }
        }
        let shares = measured.iter().map(|i| {
            let (sd, error) = spread(i, *datum.error.get());
            (i.about.path.clone(), told(sd, error, 1.0))
        });
        let shares: Vec<(String, f64)> = shares.collect();
        let answer = match (&missing, measured.as_slice()) {
            (Some(path), _) => Part::NotPossible(format!("{path} does not vary in these futures")),
            (None, [one]) => answer(self.benefits.measured(
                &one.values,
                shares.first().map_or(0.0, |s| s.1),
                self.basis(1),
                &self.bootstrap,
            )),
            (None, several) => {
                let found: Vec<Vec<f64>> = several
                    .iter()
                    .enumerate()
                    .map(|(n, input)| self.found(n, input, *datum.error.get()))
                    .collect();
                answer(self.benefits.partial(&found, self.basis(found.len()), &self.bootstrap))
            }
        };
        let cost = datum.cost.as_ref().map(|c| *c.get());
        let worth = answer.found().and_then(|v| v.value.value);
        Bought {
            id: datum.id.get().clone(),
            label: datum.label.get().clone(),
            told: shares,
            cost,
            net: worth.zip(cost).map(|(worth, cost)| worth - cost),
            answer,
        }
    }

    /// What a study would find of a number in each future.
    fn found(&self, place: usize, input: &InputColumn, error: DatumError) -> Vec<f64> {
        let (_, sd) = spread(input, error);
        let with_error = |(run, value): (&u32, &f64)| {
            let draw = Draws::new(self.under.seed, *run).uniform(ERROR, place as u32, 0, 0);
            value + sd * normal(draw)
        };
        self.under.runs.iter().zip(&input.values).map(with_error).collect()
    }
}

fn answer(partial: Result<Partial, VoiError>) -> Part<Valued> {
    match partial {
        Ok(partial) => Part::Found(partial.into()),
        Err(because) => Part::NotPossible(because.to_string()),
    }
}

/// Standard deviations of a number over the futures, and of the error of its measurement.
fn spread(input: &InputColumn, error: DatumError) -> (f64, f64) {
    let mean = stats::mean(&input.values);
    let squares: Vec<f64> = input.values.iter().map(|v| (v - mean) * (v - mean)).collect();
    let error = match error {
        DatumError::Sd(sd) => sd,
        DatumError::Share(share) => share * mean.abs(),
    };
    (sqrt(stats::mean(&squares)), error)
}

/// Ranks, those of equal values shared; NaN stays.
fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).filter(|i| !values[*i].is_nan()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut ranks = vec![f64::NAN; values.len()];
    let mut rest = order.as_slice();
    let mut passed = 0;
    while let Some(first) = rest.first() {
        let tied = rest.partition_point(|i| values[*i] <= values[*first]).max(1);
        let rank = passed as f64 + (tied as f64 - 1.0) / 2.0;
        rest[..tied].iter().for_each(|i| ranks[*i] = rank);
        passed += tied;
        rest = &rest[tied..];
    }
    ranks
}

/// Pearson's correlation over the pairs without NaN; NaN if either does not vary.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let pairs: Vec<(f64, f64)> = a
        .iter()
        .zip(b)
        .map(|(a, b)| (*a, *b))
        .filter(|(a, b)| !a.is_nan() && !b.is_nan())
        .collect();
    // Rounding of a mean must not make what is always the same look as if it varied.
    let varies = |of: fn(&(f64, f64)) -> f64| pairs.windows(2).any(|p| of(&p[0]) != of(&p[1]));
    if !varies(|p| p.0) || !varies(|p| p.1) {
        return f64::NAN;
    }
    let n = pairs.len() as f64;
    let (ma, mb) = pairs.iter().fold((0.0, 0.0), |(x, y), (a, b)| (x + a / n, y + b / n));
    let sum =
        |of: &dyn Fn(f64, f64) -> f64| pairs.iter().map(|(a, b)| of(a - ma, b - mb)).sum::<f64>();
    let (ab, aa, bb) = (sum(&|a, b| a * b), sum(&|a, _| a * a), sum(&|_, b| b * b));
    ab / sqrt(aa * bb)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_of_equal_values_are_shared_and_correlate_as_they_should() {
        assert_eq!(ranks(&[3.0, 1.0, 3.0, 0.0]), [2.5, 1.0, 2.5, 0.0]);
        let rising = ranks(&[1.0, 2.0, 9.0, f64::NAN]);
        assert!(rising[3].is_nan());
        assert!((correlation(&rising, &[0.0, 1.0, 2.0, 7.0]) - 1.0).abs() < 1e-15);
        // The mean of 24 times 11.5 is not 11.5 if it is summed up from parts.
        let rising: Vec<f64> = (0..24).map(f64::from).collect();
        assert!(correlation(&[11.5; 24], &rising).is_nan());
    }
}
