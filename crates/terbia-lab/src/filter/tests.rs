//! Does the filter say what exact answers say?

use super::*;
use crate::calibrate::Crew;
use crate::discrepancy::{Belief, Drift, Residual, standard_normal};
use crate::joint::Joint;
use crate::particle::tests::{DIFFUSE, NILE, NOISE, STEP};
use terbia_model::kernel::math::{exp, sqrt};

/// A level that wanders and is measured with an error.
#[derive(Clone)]
struct Walk {
    draws: Draws,
    /// Part of the level that is kept, and variances of its first value, its steps, its errors.
    law: (f64, [f64; 3]),
    path: Vec<f64>,
}

impl Walk {
    fn many(count: u32, seed: u64, law: (f64, [f64; 3])) -> Vec<Option<Self>> {
        let walk = |run| Self { draws: Draws::new(seed, run), law, path: Vec::new() };
        (0..count).map(|run| Some(walk(run))).collect()
    }
}

impl Member for Walk {
    fn step(&mut self, month: usize) -> bool {
        let (kept, [first, step, _]) = self.law;
        let e = standard_normal(&self.draws, Purpose(1), 0, month as u32, 0);
        let level = self.path.last().map_or(sqrt(first) * e, |x| kept * x + sqrt(step) * e);
        self.path.push(level);
        true
    }

    fn redraw(&mut self, (seed, run): (u64, u32)) {
        self.draws = Draws::new(seed, run);
    }

    fn expects(&self, figure: usize) -> Option<Normal> {
        Some(Normal { mean: *self.path.get(figure)?, sd: sqrt(self.law.1[2]) })
    }

    fn learn(&mut self, _: usize, _: f64, _: f64) {}
}

fn reading(figure: usize, observed: f64) -> Reading {
    Reading { figure, observed }
}

#[test]
fn m6_whole_runs_come_near_the_exact_likelihood() {
    // Ten thousand runs; the filter of levels alone shows that 100,000 come within 0.2.
    let walks = Walk::many(10_000, 6, (1.0, [DIFFUSE, STEP, NOISE]));
    let mut filter = Filter::new(walks, 6).unwrap();
    let mut pits = Vec::new();
    for (year, y) in NILE.iter().enumerate() {
        filter.step(year);
        let month = filter.take(year, &[reading(year, *y)]);
        pits.push(month.taken[0].pit);
        filter.refresh(year);
    }
    let error = filter.log_likelihood() + 641.585_578_459_4;
    assert!(error.abs() < 0.8, "{error}");
    let level = filter.mixture(|walk| walk.path.last().copied().map(Normal::sure)).unwrap();
    let Normal { mean, sd } = level.moments();
    assert!((mean - 798.370_292_6).abs() < 5.0, "{mean}");
    assert!((sd * sd / 4_032.157_942 - 1.0).abs() < 0.1, "{sd}");
    // The probability integral transforms of a model that is right are uniform: their mean has a
    // standard error of 0.03.
    let mean = pits.iter().sum::<f64>() / pits.len() as f64;
    assert!((mean - 0.5).abs() < 0.1, "{mean}");
}

/// Mean and variance of a stationary level at `month`, given the first `known` figures: the exact
/// smoother of Rauch, Tung and Striebel (1965).
fn smoothed((kept, [first, step, noise]): (f64, [f64; 3]), ys: &[f64], month: usize) -> (f64, f64) {
    let (mut mean, mut variance) = (0.0, first);
    let mut filtered = Vec::new();
    for (t, y) in ys.iter().enumerate() {
        if t > 0 {
            (mean, variance) = (kept * mean, kept * kept * variance + step);
        }
        let gain = variance / (variance + noise);
        (mean, variance) = (mean + gain * (y - mean), variance * (1.0 - gain));
        filtered.push((mean, variance));
    }
    let mut later = filtered[ys.len() - 1];
    for (m, v) in filtered[month..ys.len() - 1].iter().rev() {
        let ahead = kept * kept * v + step;
        let gain = kept * v / ahead;
        later = (m + gain * (later.0 - kept * m), v + gain * gain * (later.1 - ahead));
    }
    later
}

#[test]
fn months_behind_are_believed_as_the_exact_smoother_says() {
    let law = (0.9, [1.0, 0.19, 0.25]);
    let truth = Draws::new(40, 1);
    let (months, lag) = (30, 5);
    let mut level = 0.0;
    let ys: Vec<f64> = (0..months)
        .map(|t| {
            let normal = |purpose| standard_normal(&truth, Purpose(purpose), 0, t as u32, 0);
            level = if t == 0 { normal(8) } else { 0.9 * level + sqrt(0.19) * normal(8) };
            level + 0.5 * normal(9)
        })
        .collect();
    let mut filter = Filter::new(Walk::many(10_000, 3, law), 3).unwrap();
    let mut anew = 0;
    for (t, y) in ys.iter().enumerate() {
        filter.step(t);
        filter.take(t, &[reading(t, *y)]);
        for back in [0, 2, lag] {
            let Some(month) = t.checked_sub(back) else { continue };
            let at = filter.mixture(|walk| Some(Normal::sure(walk.path[month]))).unwrap();
            let Normal { mean, sd } = at.moments();
            let (exact, variance) = smoothed(law, &ys[..=t], month);
            // A posterior standard deviation is about 0.3, and the ancestors that are left of five
            // months ago are above 500.
            assert!((mean - exact).abs() < 0.06, "{t}, {back} back: {mean}, not {exact}");
            assert!((sd / sqrt(variance) - 1.0).abs() < 0.15, "{t}, {back} back: {sd} {variance}");
        }
        anew += u32::from(filter.refresh(t));
    }
    assert!(anew > 5, "{anew}");
}

/// A level that is not known and does not move, measured with an error of 1; a priori N(0, 100²).
#[derive(Clone, Debug, PartialEq)]
struct Unknown {
    score: f64,
    learnt: u32,
}

impl Member for Unknown {
    fn step(&mut self, _: usize) -> bool {
        true
    }

    fn redraw(&mut self, _: (u64, u32)) {}

    fn expects(&self, _: usize) -> Option<Normal> {
        Some(Normal { mean: 100.0 * self.score, sd: 1.0 })
    }

    fn learn(&mut self, _: usize, _: f64, _: f64) {
        self.learnt += 1;
    }

    fn propose(&self, step: &Step) -> Option<Near<Self>> {
        let (seed, run) = step.chance;
        let kinship = sqrt(1.0 - step.size * step.size);
        let e = standard_normal(&Draws::new(seed, run), Purpose(3), 0, 0, 0);
        let run = Self { score: kinship * self.score + step.size * e, learnt: 0 };
        Some(Near { run, kinship })
    }
}

fn unknowns(count: u32) -> Filter<Unknown> {
    let score = |run| standard_normal(&Draws::new(5, run), Purpose(4), 0, 0, 0);
    let member = |run| Some(Unknown { score: score(run), learnt: 0 });
    Filter::new((0..count).map(member).collect(), 5).unwrap()
}

#[test]
fn runs_that_move_find_what_few_of_them_were_near() {
    // One run in fifty lies within 2 of the level; each month narrows it down to 1/√4 and less.
    let noise = |t: usize| 1.3 + standard_normal(&Draws::new(9, 0), Purpose(5), t as u32, 0, 0);
    let mut filter = unknowns(600);
    let mut all = Vec::new();
    for month in 0..3 {
        let readings: Vec<Reading> =
            (0..4).map(|k| reading(4 * month + k, noise(4 * month + k))).collect();
        all.extend(readings.iter().map(|r| r.observed));
        filter.step(month);
        let told = filter.take(month, &readings);
        let how = filter.renew(month, &false.into(), &|_| {}).map(|how| (how, told.effective));
        if month == 0 {
            let (how, before) = how.unwrap();
            assert!(before < 15.0 && how.stages > 1 && how.effective > 299.0, "{before} {how:?}");
            // Steps that are as small as what is left open leave most runs kin to what they were;
            // but hardly two of them are the same.
            assert!((0.1..0.9).contains(&how.taken) && how.lines < 100.0, "{how:?}");
            let mut scores: Vec<u64> = filter.members().iter().map(|m| m.score.to_bits()).collect();
            scores.sort_unstable();
            scores.dedup();
            assert!(scores.len() > 300, "{}", scores.len());
        }
        let n = all.len() as f64;
        let (mean, variance) = (all.iter().sum::<f64>() / (n + 1e-4), 1.0 / (n + 1e-4));
        let of = |m: &Unknown| Some(Normal::sure(100.0 * m.score));
        let believed = filter.mixture(of).unwrap().moments();
        let off = (believed.mean - mean) / sqrt(variance);
        assert!(off.abs() < 0.25, "month {month}: {believed:?}, not {mean}");
        assert!((believed.sd / sqrt(variance) - 1.0).abs() < 0.2, "{believed:?} {variance}");
        // Whoever came by a move has learnt all that the others have.
        assert!(filter.members().iter().all(|m| m.learnt as usize == all.len()));
    }
}

#[test]
fn runs_move_alike_on_any_number_of_threads_and_not_once_stopped() {
    let readings = [reading(0, 1.3), reading(1, 0.2)];
    let run = |jobs, stop: bool| {
        Crew::new(jobs).install(|| {
            let mut filter = unknowns(200);
            filter.take(0, &readings);
            let how = filter.renew(0, &stop.into(), &|_| {});
            (how, filter.members().to_vec(), filter.shares(), filter.lines.clone())
        })
    };
    assert!(run(1, false) == run(3, false));
    let (how, members, ..) = run(1, true);
    assert_eq!((how.unwrap().stages, members), (0, unknowns_that_learnt(200, 2)));
    // Where enough runs count there is nothing to do.
    let mut filter = unknowns(200);
    filter.take(0, &[]);
    assert_eq!(filter.renew(0, &false.into(), &|_| {}), None);
}

fn unknowns_that_learnt(count: u32, learnt: u32) -> Vec<Unknown> {
    unknowns(count).members.into_iter().map(|m| Unknown { learnt, ..m }).collect()
}

/// A drift of which nothing is drawn: all of it is known in closed form.
#[derive(Clone)]
struct Known {
    joint: Joint,
    error_sd: f64,
}

impl Member for Known {
    fn step(&mut self, _: usize) -> bool {
        true
    }

    fn redraw(&mut self, _: (u64, u32)) {}

    fn expects(&self, figure: usize) -> Option<Normal> {
        let Belief { mean, variance } = self.joint.of(figure);
        Some(Normal { mean, sd: sqrt(variance + self.error_sd * self.error_sd) })
    }

    fn learn(&mut self, figure: usize, observed: f64, trust: f64) {
        let sum = [(figure, 1.0)];
        let surprise = observed - self.joint.of_sum(&sum).mean;
        self.joint.half_learn(&sum, surprise, self.error_sd * self.error_sd, trust);
    }
}

#[test]
fn what_runs_leave_open_is_weighed_in_closed_form() {
    // Two drifts and no chance: the weights are the exact odds of the two.
    let drifts = [0.1, 0.4].map(|sd| Drift { sd, memory_months: 4.0 });
    let ys = [0.2, -0.3, 0.1, 0.4, 0.5];
    let known = |drift: &Drift| {
        let mut joint = Joint::default();
        joint.add_drift(drift, drift.prior(), ys.len());
        Some(Known { joint, error_sd: 0.05 })
    };
    let mut filter = Filter::new(drifts.iter().map(known).collect(), 1).unwrap();
    let exact = drifts.map(|drift| {
        let residual =
            |(month, y): (usize, &f64)| Residual { month, log_ratio: *y, error_sd: 0.05 };
        let residuals: Vec<Residual> = ys.iter().enumerate().map(residual).collect();
        drift.filter(&residuals, ys.len() - 1).log_likelihood
    });
    // All figures at once, so that nothing is drawn anew in between.
    let readings: Vec<Reading> = ys.iter().enumerate().map(|(t, y)| reading(t, *y)).collect();
    let expected = exact.map(|l| 0.5 * exp(l)).iter().sum::<f64>();
    let month = filter.take(0, &readings);
    assert!((filter.log_likelihood() - terbia_model::kernel::math::ln(expected)).abs() < 1e-9);
    let odds = exp(exact[1] - exact[0]);
    let share = odds / (1.0 + odds);
    let effective = 1.0 / (share * share + (1.0 - share) * (1.0 - share));
    assert!((month.effective - effective).abs() < 1e-9, "{} {effective}", month.effective);
}

/// A run that always says the same; it ends in a month, if one is given.
#[derive(Clone, Debug, PartialEq)]
struct Sure {
    value: Option<f64>,
    ends: Option<usize>,
}

impl Member for Sure {
    fn step(&mut self, month: usize) -> bool {
        self.ends != Some(month)
    }

    fn redraw(&mut self, _: (u64, u32)) {}

    fn expects(&self, figure: usize) -> Option<Normal> {
        let value = self.value.filter(|_| figure < 9)?;
        Some(Normal { mean: value, sd: 1.0 })
    }

    fn learn(&mut self, _: usize, _: f64, _: f64) {}
}

fn sure(values: &[f64]) -> Filter<Sure> {
    let member = |v: &f64| Some(Sure { value: Some(*v), ends: None });
    Filter::new(values.iter().map(member).collect(), 1).unwrap()
}

#[test]
fn a_figure_that_no_run_comes_near_is_set_aside_and_the_rest_goes_on() {
    let mut filter = sure(&[0.0, 1.0, 2.0]);
    let month = filter.take(0, &[reading(0, 40.0), reading(1, 1.0), reading(9, 1.0)]);
    let [far, near, unknown] = &month.taken[..] else { panic!("{month:?}") };
    assert_eq!(far.fate, Fate::Contradicts { alone_sd: 38.0, beside_sd: 38.0 });
    assert_eq!((near.fate, unknown.fate), (Fate::Taken, Fate::NoValue));
    assert!(far.pit > 0.999 && far.surprise_sd > 5.9 && unknown.pit.is_nan());
    // As if the others had never come.
    let mut alone = sure(&[0.0, 1.0, 2.0]);
    let only = alone.take(0, &[reading(1, 1.0)]);
    assert_eq!(filter.shares(), alone.shares());
    assert_eq!(only.taken[0], *near);
    assert_eq!(filter.log_likelihood(), alone.log_likelihood());
}

#[test]
fn a_figure_in_doubt_does_not_leave_the_last_run_alone() {
    let values = [-9.0, 0.0, 1.0, 2.0, 5.5];
    let mut sure_of_it = sure(&values);
    let mut doubting = sure(&values).doubting(3.5);
    let [a, b] = [&mut sure_of_it, &mut doubting].map(|f| f.take(0, &[reading(0, 9.0)]).taken[0]);
    // All but the nearest are far off: for one the figure settles it, the other hardly moves.
    assert!(a.effective < 1.01 && a.trust == 1.0, "{a:?}");
    assert!(b.effective > 4.0 && b.trust > 0.1 && b.trust < 0.5, "{b:?}");
    assert_eq!((a.pit, a.log_density, a.fate), (b.pit, b.log_density, b.fate));
    // Near the runs it is believed.
    let near = doubting.take(1, &[reading(1, 1.2)]).taken[0];
    assert!(near.trust > 0.95, "{near:?}");
}

#[test]
fn the_order_in_which_figures_are_given_moves_nothing() {
    let all = [reading(0, 0.4), reading(1, 5.5), reading(2, 1.0), reading(3, -7.0)];
    let values: Vec<f64> = (0..40).map(|i| f64::from(i) * 0.1).collect();
    let (mut one, mut other) = (sure(&values), sure(&values));
    let mut back = all;
    back.reverse();
    let (a, mut b) = (one.take(0, &all), other.take(0, &back));
    b.taken.reverse();
    assert_eq!((a, one.shares(), &one.members), (b, other.shares(), &other.members));
}

#[test]
fn runs_that_end_weigh_nothing_and_the_last_one_says_so() {
    let run = |ends| Some(Sure { value: Some(0.0), ends });
    let mut filter = Filter::new(vec![run(Some(3)), None, run(None), run(Some(4))], 1).unwrap();
    assert_eq!(filter.lines.iter().map(|line| line.root).collect::<Vec<_>>(), [0, 2, 3]);
    assert_eq!((filter.step(2), filter.step(3)), (0, 1));
    assert_eq!(filter.shares().unwrap(), [0.0, 0.5, 0.5]);
    assert_eq!((filter.step(4), filter.step(3)), (1, 0));
    assert_eq!(filter.shares().unwrap(), [0.0, 1.0, 0.0]);
    let mut last = Filter::new(vec![run(Some(0))], 1).unwrap();
    assert_eq!((last.step(0), last.shares()), (1, None));
    assert_eq!(last.take(0, &[reading(0, 0.0)]).taken[0].fate, Fate::NoValue);
    assert!(Filter::<Sure>::new(vec![None, None], 1).is_none());
}

#[test]
fn neither_threads_nor_places_move_a_bit() {
    let run = |jobs| {
        Crew::new(jobs).install(|| {
            let walks = Walk::many(500, 8, (1.0, [DIFFUSE, STEP, NOISE]));
            let mut filter = Filter::new(walks, 8).unwrap();
            let months: Vec<(Month, bool)> = (0..20)
                .map(|year| {
                    filter.step(year);
                    let month = filter.take(year, &[reading(year, NILE[year])]);
                    (month, filter.refresh(year))
                })
                .collect();
            let paths: Vec<Vec<f64>> = filter.members().iter().map(|w| w.path.clone()).collect();
            let roots: Vec<usize> = filter.lines.iter().map(|line| line.root).collect();
            (months, paths, roots, filter.log_likelihood())
        })
    };
    let one = run(1);
    assert!(one == run(3));
    assert!(one.0.iter().any(|(_, anew)| *anew));
    // Copies part: no two runs are alike in the end, though they share ancestors.
    let mut last: Vec<u64> = one.1.iter().map(|path| path[19].to_bits()).collect();
    last.sort_unstable();
    last.dedup();
    let ancestors: std::collections::BTreeSet<_> = one.2.iter().collect();
    assert!(last.len() == 500 && ancestors.len() < 100, "{} {}", last.len(), ancestors.len());
}
