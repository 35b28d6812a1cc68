//! Do the estimators find what is known? Cases M7 to M9 in closed form, and ranks of truths.

use super::history::{implausibility, plausible, waves};
use super::regress::Ridge;
use super::sbc::{evenness, rank};
use super::smc::{Observed, Population, Settings};
use super::{Address, Crew, Sample, Simulator, eki};
use crate::discrepancy::standard_normal;
use std::sync::atomic::AtomicBool;
use terbia_model::kernel::math::{exp, sqrt};
use terbia_model::kernel::rng::{Draws, Purpose};

const NOISE: Purpose = Purpose(9);

/// Independent normal noise of a run.
fn noise(seed: u64, address: Address, place: usize) -> f64 {
    standard_normal(&Draws::new(seed, address.index), NOISE, place as u32, address.stage, 0)
}

/// One parameter seen with noise: s = slope θ + sd e.
struct Seen {
    slope: f64,
    sd: f64,
}

impl Simulator for Seen {
    type Worker = ();

    fn worker(&self) {}

    fn parameters(&self) -> usize {
        1
    }

    fn summaries(&self) -> usize {
        1
    }

    fn simulate(&self, (): &mut (), at: Address, z: &[f64], s: &mut [f64]) -> bool {
        s[0] = self.slope * z[0] + self.sd * noise(11, at, 0);
        true
    }
}

fn settings(particles: usize) -> Settings {
    Settings {
        particles,
        quantile: 0.5,
        budget: 4_000_000,
        least_acceptance: 0.02,
        first: 2,
        seed: 5,
    }
}

fn moments(values: &[f64], weights: &[f64]) -> (f64, f64) {
    let mean: f64 = values.iter().zip(weights).map(|(v, w)| v * w).sum();
    (mean, values.iter().zip(weights).map(|(v, w)| w * (v - mean) * (v - mean)).sum())
}

#[test]
fn m7_ensemble_kalman_inversion_of_a_line() {
    let line = Seen { slope: 2.0, sd: 0.0 };
    let members = eki::step(&line, (&[1.0], &[0.25]), 100_000, 3, &Crew::new(0)).unwrap();
    let values: Vec<f64> = members.iter().map(|z| z[0]).collect();
    let (mean, variance) = moments(&values, &vec![1e-5; values.len()]);
    // Standard errors: 0.2425/316 of the mean, 0.0588 sqrt(2)/316 of the variance.
    assert!((mean - 0.470_588_235_29).abs() < 4.0 * 0.000_77, "{mean}");
    assert!((variance - 0.058_823_529_41).abs() < 4.0 * 0.000_27, "{variance}");
}

#[test]
fn m8_abc_at_three_tolerances() {
    let cases = [
        (0.1, 0.499_167_360_7, 0.500_832_362_3, 0.043_920_823_3),
        (0.5, 0.479_594_077_9, 0.520_242_323_3, 0.217_414_622_1),
        (1.0, 0.423_205_766_3, 0.574_600_981_2, 0.421_350_396_5),
    ];
    let seen = Seen { slope: 1.0, sd: 1.0 };
    let observed = Observed { summaries: vec![1.0], scale: vec![1.0] };
    let (crew, go) = (Crew::new(0), AtomicBool::new(false));
    // Of plain rejection the acceptance is known; of a stage that has moved, mean and variance are.
    let prior = crew.from_prior(&seen, 5, 77, 0..100_000);
    let settings = settings(10_000);
    let keep = |_: &[f64]| true;
    let first = Population::first(&seen, &observed, &settings, &keep, &crew);
    for (tolerance, mean, variance, acceptance) in cases {
        let kept: Vec<&Sample> =
            prior.iter().filter(|s| observed.distance(&s.summaries) <= tolerance).collect();
        let share = kept.len() as f64 / prior.len() as f64;
        let error = sqrt(acceptance * (1.0 - acceptance) / prior.len() as f64);
        assert!((share - acceptance).abs() < 4.0 * error, "{tolerance}: {share}");
        let at = (tolerance, u64::MAX);
        let next = first.at_tolerance(&seen, &observed, &settings, &keep, &crew, &go, at).unwrap();
        let values: Vec<f64> = next.samples.iter().map(|s| s.parameters[0]).collect();
        let (found, spread) = moments(&values, &next.weights);
        // Those alive at the start are independent; moves only add to them.
        let count = first.distances.iter().filter(|d| **d <= tolerance).count() as f64;
        assert!((found - mean).abs() < 4.0 * sqrt(variance / count), "{tolerance}: {found}");
        let error = variance * sqrt(2.0 / count);
        assert!((spread - variance).abs() < 4.0 * error, "{tolerance}: {spread}");
    }
}

#[test]
fn m9_implausibility() {
    assert!((implausibility(1.3, 1.0, &[0.01, 0.01, 0.005]) - 1.897_366_596_1).abs() < 1e-10);
}

/// Two parameters, bent, seen in six noisy summaries, with a nuisance that is drawn anew.
struct Bent;

impl Simulator for Bent {
    type Worker = ();

    fn worker(&self) {}

    fn parameters(&self) -> usize {
        2
    }

    fn summaries(&self) -> usize {
        6
    }

    fn simulate(&self, (): &mut (), at: Address, z: &[f64], s: &mut [f64]) -> bool {
        let nuisance = noise(21, at, 6);
        let (a, b) = (z[0], z[1]);
        let bent =
            [a, b, a + b, exp(0.3 * a), exp(0.3 * b) + 0.3 * nuisance, a - b + 0.2 * nuisance];
        for (place, (s, mean)) in s.iter_mut().zip(bent).enumerate() {
            *s = mean + 0.7 * noise(21, at, place);
        }
        true
    }
}

#[test]
fn waves_rule_out_what_lies_far_off_and_keep_the_truth() {
    let observed =
        Observed { summaries: vec![1.0, -1.0, 0.0, 1.35, 0.74, 2.0], scale: vec![1.0; 6] };
    let crew = Crew::new(0);
    let done = waves(&Bent, &observed, &settings(100), (3, 2_000), &crew);
    assert!(!done.is_empty() && done.iter().all(|w| w.left > 0.1 && w.left < 0.9), "{done:?}");
    assert!(plausible(&done, &[1.0, -1.0]));
    assert!(!plausible(&done, &[-2.0, 2.5]));
}

/// Summaries of a simulator as what they say of its parameters.
struct Said<'a, S> {
    inner: &'a S,
    fit: &'a Ridge,
}

impl<S: Simulator> Simulator for Said<'_, S> {
    type Worker = (S::Worker, Vec<f64>);

    fn worker(&self) -> Self::Worker {
        (self.inner.worker(), vec![0.0; self.inner.summaries()])
    }

    fn parameters(&self) -> usize {
        self.inner.parameters()
    }

    fn summaries(&self) -> usize {
        self.fit.targets()
    }

    fn simulate(&self, (w, raw): &mut Self::Worker, at: Address, z: &[f64], s: &mut [f64]) -> bool {
        let ran = self.inner.simulate(w, at, z, raw);
        for (place, s) in s.iter_mut().enumerate() {
            *s = self.fit.predict(place, raw);
        }
        ran
    }
}

fn fitted(crew: &Crew) -> Ridge {
    let pilot = crew.from_prior(&Bent, 8, 500, 0..4_000);
    let inputs: Vec<Vec<f64>> = pilot.iter().map(|s| s.summaries.clone()).collect();
    let parameter = |k: usize| pilot.iter().map(|s| s.parameters[k]).collect();
    Ridge::fit(&inputs, &[parameter(0), parameter(1)], None, 1.0).unwrap()
}

fn posterior(said: &Said<'_, Bent>, observed: &Observed, crew: &Crew) -> Population {
    let settings = Settings { least_acceptance: 0.1, ..settings(200) };
    let keep = |_: &[f64]| true;
    let go = AtomicBool::new(false);
    let mut population = Population::first(said, observed, &settings, &keep, crew);
    while let Some(next) = population.next(said, observed, &settings, &keep, crew, &go) {
        population = next;
    }
    population
}

/// Ranks of 240 truths, the posterior's draws pulled towards their mean by `shrink`.
fn ranks(shrink: f64) -> [Vec<f64>; 2] {
    let crew = Crew::new(0);
    let fit = fitted(&crew);
    let said = Said { inner: &Bent, fit: &fit };
    let truths = crew.from_prior(&said, 99, 900, 0..240);
    let mut ranks = [Vec::new(), Vec::new()];
    for truth in &truths {
        let observed = Observed { summaries: truth.summaries.clone(), scale: vec![1.0; 2] };
        let population = posterior(&said, &observed, &crew);
        let of = |k: usize| population.samples.iter().map(|s| s.parameters[k]).collect();
        let adjusted = population.adjusted(&observed, &[of(0), of(1)]);
        let total: f64 = population.weights.iter().sum();
        for (k, draws) in adjusted.iter().enumerate() {
            let (mean, _) = moments(draws, &population.weights);
            let below = draws.iter().zip(&population.weights);
            let below = below.filter(|(d, _)| mean + shrink * (*d - mean) < truth.parameters[k]);
            ranks[k].push(below.map(|(_, w)| w).sum::<f64>() / total);
        }
    }
    ranks
}

#[test]
fn ranks_of_240_truths_are_even() {
    for ranks in ranks(1.0) {
        let even = evenness(&ranks, 12).unwrap();
        assert!(even.p_value > 0.01, "{even:?}");
    }
}

#[test]
fn a_posterior_that_is_too_narrow_is_caught() {
    for ranks in ranks(0.6) {
        assert!(evenness(&ranks, 12).unwrap().p_value < 1e-3);
    }
    assert_eq!(rank(0.5, &[0.1, 0.2, 0.7, 0.9]), 0.5);
}

#[test]
fn neither_threads_nor_a_break_move_a_bit() {
    let fit = fitted(&Crew::new(2));
    let said = Said { inner: &Bent, fit: &fit };
    let observed = Observed { summaries: vec![0.5, -0.3], scale: vec![1.0; 2] };
    let whole = posterior(&said, &observed, &Crew::new(2));
    assert_eq!(whole, posterior(&said, &observed, &Crew::new(1)));
    // A stage that was stopped leaves the one before, and that is all it takes to go on.
    let settings = Settings { least_acceptance: 0.1, ..settings(200) };
    let (keep, crew) = (|_: &[f64]| true, Crew::new(1));
    let first = Population::first(&said, &observed, &settings, &keep, &crew);
    let stopped = AtomicBool::new(true);
    assert_eq!(first.next(&said, &observed, &settings, &keep, &crew, &stopped), None);
    let go = AtomicBool::new(false);
    let mut again = first;
    while let Some(next) = again.next(&said, &observed, &settings, &keep, &crew, &go) {
        again = next;
    }
    assert_eq!(again, whole);
}
