//! Is a threshold found where it was put, and nothing where there is nothing?

use super::*;
use crate::calibrate::Crew;
use crate::discrepancy::standard_normal;
use terbia_model::kernel::dist::normal_cdf;

const MONTHS: usize = 6;

fn gaussian(run: usize, entity: u32, month: usize) -> f64 {
    standard_normal(&Draws::new(3, run as u32), Purpose(1), entity, month as u32, 0)
}

/// A hidden strain x of each run. Staying fails if it is above 0.5 and brings −x; switching in month t
/// brings −0.5 − 0.1 t. Signal 0 is noise, signal 1 shows −x with an error that falls as 1/(1 + t).
fn strained(runs: usize) -> Histories {
    let strain: Vec<f64> = (0..runs).map(|r| gaussian(r, 0, 0)).collect();
    let table = |of: &dyn Fn(usize, usize) -> f64| {
        (0..runs).flat_map(|r| (0..MONTHS).map(move |t| (r, t))).map(|(r, t)| of(r, t)).collect()
    };
    let told = |r: usize, t: usize| -strain[r] + gaussian(r, 2, t) / (1.0 + t as f64);
    Histories {
        months: MONTHS,
        signals: vec![
            Signal { name: "noise".into(), values: table(&|r, t| gaussian(r, 1, t)) },
            Signal { name: "strain".into(), values: table(&told) },
        ],
        fails: strain.iter().map(|x| *x > 0.5).collect(),
        benefit: Some(Benefit {
            switch: table(&|_, t| -0.5 - 0.1 * t as f64),
            stay: strain.iter().map(|x| -x).collect(),
        }),
    }
}

/// What the ideal rule in month t gains: x is normal given the signal y, with mean −y k and k =
/// 1/(1 + e²); switching gains x − c, c = 0.5 + 0.1 t, so it pays above k (−y) > c.
fn ideal(t: usize) -> (f64, f64) {
    let (error, cost) = (1.0 / (1.0 + t as f64), 0.5 + 0.1 * t as f64);
    let told = 1.0 / (1.0 + error * error);
    let sd = sqrt(told);
    let z = cost / sd;
    let density = terbia_model::kernel::math::exp(-0.5 * z * z) / sqrt(std::f64::consts::TAU);
    (sd * density - cost * normal_cdf(-z), -cost / told)
}

#[test]
fn the_signal_the_month_and_the_threshold_are_those_that_are_best() {
    let histories = strained(8_000);
    let months: Vec<usize> = (0..MONTHS).collect();
    let found = histories.search(&months, Aim::Gain, 1).unwrap();
    let Candidate { rule, fitted, judged, area } = found.best;
    let best: Vec<f64> = months.iter().map(|t| ideal(*t).0).collect();
    let (most, threshold) = (best[rule.month], ideal(rule.month).1);
    // Month 1 it is: later the signal is clearer, but switching costs more.
    assert!(best.iter().all(|b| *b <= most), "{rule:?} {best:?}");
    assert_eq!((rule.signal, rule.side), (1, Side::Below));
    assert!((rule.threshold - threshold).abs() < 0.3, "{rule:?} {threshold}");
    assert!((judged.gain - most).abs() < 3.0 * judged.standard_error, "{judged:?} {most}");
    assert!(judged.standard_error < 0.01 && fitted.runs + judged.runs == 8_000);
    assert!(
        judged.sensitivity > 0.5 && judged.specificity > 0.8 && area > 0.85,
        "{judged:?} {area}"
    );
    // Always switching loses, so that the signal adds all that is gained.
    assert_eq!(found.always, None);
    assert_eq!(found.added, (judged.gain, judged.standard_error));
    assert_eq!(found.candidates.len(), 12);
    let noise = found.candidates[2 * rule.month];
    assert!(noise.judged.gain < 0.01 && (noise.area - 0.5).abs() < 0.03, "{noise:?}");
}

#[test]
fn what_is_fitted_looks_better_than_it_is_and_what_is_judged_does_not() {
    // Forty signals that say nothing, and gains of mean −0.1.
    let runs = 100;
    let noise = |k: u32| Signal {
        name: format!("noise {k}"),
        values: (0..runs).map(|r| gaussian(r, 10 + k, 0)).collect(),
    };
    let gain = (0..runs).map(|r| gaussian(r, 5, 0) - 0.1).collect();
    let histories = Histories {
        months: 1,
        signals: (0..40).map(noise).collect(),
        fails: (0..runs).map(|r| r % 3 == 0).collect(),
        benefit: Some(Benefit { stay: vec![0.0; runs], switch: gain }),
    };
    let (mut fitted, mut judged) = (0.0, 0.0);
    for seed in 0..40 {
        let best = histories.search(&[0], Aim::Gain, seed).unwrap().best;
        fitted += best.fitted.gain / 40.0;
        judged += best.judged.gain / 40.0;
    }
    assert!(fitted > 0.05 && judged < 0.0, "{fitted} {judged}");
}

#[test]
fn a_rule_that_fires_always_adds_nothing() {
    let mut histories = strained(400);
    // Switching in month 3 is always better by one.
    if let Some(Benefit { stay, switch }) = &mut histories.benefit {
        for (run, stay) in stay.iter().enumerate() {
            switch[run * MONTHS + 3] = stay + 1.0;
        }
    }
    let found = histories.search(&[0, 3], Aim::Gain, 1).unwrap();
    assert_eq!((found.best.rule.month, found.always), (3, Some(3)));
    assert_eq!(found.best.rule.threshold, f64::NEG_INFINITY);
    assert!((found.best.judged.gain - 1.0).abs() < 1e-12 && found.best.judged.fires == 1.0);
    assert!(found.added.0.abs() < 1e-12);
}

#[test]
fn where_switching_never_pays_no_rule_fires() {
    let mut histories = strained(400);
    if let Some(Benefit { switch, .. }) = &mut histories.benefit {
        switch.fill(-100.0);
    }
    let found = histories.search(&[0, 3], Aim::Gain, 1).unwrap();
    let Candidate { rule, fitted, judged, .. } = found.best;
    assert_eq!((rule.threshold, fitted.fires, judged.fires), (f64::INFINITY, 0.0, 0.0));
    assert_eq!((judged.gain, judged.sensitivity, judged.specificity), (0.0, 0.0, 1.0));
}

#[test]
fn without_runs_of_the_switch_rules_are_fitted_by_what_they_tell() {
    let mut histories = strained(4_000);
    histories.benefit = None;
    assert_eq!(histories.search(&[2], Aim::Gain, 1), Err(PathwayError::Gains));
    let found = histories.search(&[5], Aim::Telling, 1).unwrap();
    let Candidate { rule, judged, .. } = found.best;
    // Failing is x > 0.5, and month 5 shows it well.
    assert_eq!((rule.signal, rule.side), (1, Side::Below));
    assert!((rule.threshold + 0.5).abs() < 0.15, "{rule:?}");
    assert!(judged.sensitivity + judged.specificity > 1.75, "{judged:?}");
    assert!(judged.gain.is_nan() && found.added.0.is_nan());
    // If nothing ever fails there is nothing to tell.
    histories.fails.fill(false);
    let best = histories.search(&[5], Aim::Telling, 1).unwrap().best;
    assert!(best.judged.fires == 0.0 && best.area.is_nan() && best.judged.sensitivity.is_nan());
}

#[test]
fn thresholds_lie_between_the_values_they_part() {
    let seen = [(1.0, -1.0), (2.0, 3.0), (2.0, -1.0), (4.0, 1.0), (5.0, -0.5)];
    assert_eq!(cut(&seen, Side::Above), (2.5, 1.5));
    assert_eq!(cut(&seen, Side::Below), (2.0, 4.5));
    assert_eq!(cut(&seen[..1], Side::Above), (0.0, f64::INFINITY));
    assert_eq!(cut(&[], Side::Below), (0.0, f64::NEG_INFINITY));
    assert_eq!(cut(&seen[1..2], Side::Below), (3.0, f64::INFINITY));
    let next = f64::from_bits(1.0_f64.to_bits() + 1);
    for (inside, outside, side) in [(next, 1.0, Side::Above), (1.0, next, Side::Below)] {
        let rule = Rule { signal: 0, month: 0, threshold: between(inside, outside), side };
        assert!(rule.fires(inside) && !rule.fires(outside) && !rule.fires(f64::NAN));
    }
}

#[test]
fn areas_count_pairs_and_ties_as_halves() {
    let histories = Histories {
        months: 1,
        signals: vec![Signal { name: "s".into(), values: vec![1.0, 2.0, 2.0, 3.0, f64::NAN] }],
        fails: vec![false, false, true, true, true],
        benefit: None,
    };
    let rule = |side| Rule { signal: 0, month: 0, threshold: 2.5, side };
    // Pairs of 2 and 3 with 1 and 2: won, tied, won, won.
    assert_eq!(histories.area(&rule(Side::Above), &[0, 1, 2, 3, 4]), 3.5 / 4.0);
    assert_eq!(histories.area(&rule(Side::Below), &[0, 1, 2, 3, 4]), 0.5 / 4.0);
    let done = histories.performance(&rule(Side::Above), &[0, 1, 2, 3, 4]);
    assert_eq!((done.fires, done.sensitivity, done.specificity), (0.2, 1.0 / 3.0, 1.0));
}

#[test]
fn a_run_without_a_gain_in_a_month_does_not_count_there() {
    let mut histories = strained(400);
    if let Some(Benefit { switch, .. }) = &mut histories.benefit {
        for run in 0..100 {
            switch[run * MONTHS + 2] = f64::NAN;
        }
    }
    let [two, three] = [2, 3].map(|month| histories.search(&[month], Aim::Gain, 1).unwrap().best);
    assert_eq!(two.fitted.runs + two.judged.runs, 300);
    assert_eq!(three.fitted.runs + three.judged.runs, 400);
    assert!(two.judged.gain.is_finite());
}

#[test]
fn halves_and_threads() {
    let histories = strained(401);
    let [fit, judge] = histories.halves(1);
    assert_eq!((fit.len(), judge.len()), (200, 201));
    let mut all = [fit.clone(), judge].concat();
    all.sort_unstable();
    assert!(all.into_iter().eq(0..401) && fit != histories.halves(2)[0]);
    // Neither half is that of the even numbers.
    let even = fit.iter().filter(|r| **r % 2 == 0).count();
    assert!((70..130).contains(&even), "{even}");
    let found = || histories.search(&[0, 2, 5], Aim::Gain, 4).unwrap();
    assert_eq!(Crew::new(1).install(found), Crew::new(2).install(found));
}

#[test]
fn what_does_not_fit_says_so() {
    let good = strained(40);
    let search = |h: &Histories, months: &[usize]| h.search(months, Aim::Gain, 1).unwrap_err();
    assert_eq!(search(&strained(19), &[0]), PathwayError::Few { runs: 19 });
    let asked =
        |asked: &[usize]| PathwayError::Nothing { signals: 2, asked: asked.to_vec(), months: 6 };
    assert_eq!(search(&good, &[]), asked(&[]));
    assert_eq!(search(&good, &[1, 6]), asked(&[1, 6]));
    let mut short = good.clone();
    short.signals[1].values.pop();
    assert_eq!(
        search(&short, &[0]).to_string(),
        "'strain' has 239 values for 40 runs x 6 months; hand over one each"
    );
    let mut short = good;
    if let Some(Benefit { stay, .. }) = &mut short.benefit {
        stay.pop();
    }
    assert!(matches!(search(&short, &[0]), PathwayError::Shape { given: 39, months: 1, .. }));
}
