//! Is knowledge worth what closed forms say, and nothing where it changes nothing?

use super::normal::told;
use super::*;
use crate::calibrate::Crew;
use crate::discrepancy::standard_normal;
use proptest::prelude::*;
use terbia_model::kernel::dist;

const BOOTSTRAP: Bootstrap = Bootstrap { replicates: 100, seed: 5 };
const NONE: Bootstrap = Bootstrap { replicates: 0, seed: 5 };

/// One standard normal a sample.
fn gaussian(seed: u64, entity: u32, samples: u32) -> Vec<f64> {
    let draw = |s| standard_normal(&Draws::new(seed, s), Purpose(1), entity, 0, 0);
    (0..samples).map(draw).collect()
}

/// A policy without gain, and one with this gain.
fn two(gain: Vec<f64>) -> Benefits {
    Benefits::new(&[vec![0.0; gain.len()], gain]).unwrap()
}

#[test]
fn m13_closed_forms() {
    let cases = [
        (normal::perfect(0.0, 1.0), 0.398_942_280_4),
        (normal::perfect(0.5, 1.0), 0.197_796_557_4),
        (normal::sample(0.0, 1.0, 1.0), 0.282_094_791_8),
    ];
    for (value, expected) in cases {
        assert!((value - expected).abs() < 5e-11, "{value} {expected}");
    }
    assert_eq!(normal::perfect(-0.5, 1.0), normal::perfect(0.5, 1.0));
    assert_eq!((normal::perfect(3.0, 0.0), normal::sample(0.0, 0.0, 1.0)), (0.0, 0.0));
    assert_eq!((told(2.0, 0.0, 1.0), told(1.0, 1.0, 3.0), told(1.0, 1.0, 0.0)), (1.0, 0.75, 0.0));
}

#[test]
fn m13_samples_come_to_the_closed_forms() {
    for (mean, expected) in [(0.0, 0.398_942_280_4), (0.5, 0.197_796_557_4)] {
        let gain = gaussian(1, 0, 20_000).iter().map(|x| mean + x).collect();
        let Estimate { value, standard_error } = two(gain).perfect(&BOOTSTRAP);
        assert!(standard_error < 0.006, "{standard_error}");
        assert!((value - expected).abs() < 3.0 * standard_error, "{value} {standard_error}");
    }
}

#[test]
fn m13_a_study_by_data_and_by_its_share() {
    let (truth, error) = (gaussian(2, 0, 8_000), gaussian(2, 1, 8_000));
    let data: Vec<f64> = truth.iter().zip(&error).map(|(t, e)| t + e).collect();
    let benefits = two(truth.clone());
    let basis = Basis::suited(1, 8_000);
    let study = benefits.partial(&[data], basis, &BOOTSTRAP).unwrap();
    let share = benefits.measured(&truth, told(1.0, 1.0, 1.0), basis, &BOOTSTRAP).unwrap();
    for p in [study, share] {
        assert!(p.standard_error < 0.008, "{p:?}");
        assert!((p.value - 0.282_094_791_8).abs() < 3.0 * p.standard_error, "{p:?}");
    }
    assert!((study.explained - 0.5).abs() < 0.03 && (share.explained - 1.0).abs() < 1e-6);
    assert!(study.cross <= study.value + 0.003 && study.cross > 0.25, "{study:?}");
    // Measured without error it is knowing the parameter, and not at all it is nothing.
    let known = benefits.measured(&truth, 1.0, basis, &NONE).unwrap();
    assert!((known.value - benefits.perfect(&NONE).value).abs() < 1e-6);
    assert_eq!(benefits.measured(&truth, 0.0, basis, &NONE).unwrap().value, 0.0);
}

#[test]
fn some_parameters_are_worth_what_they_move() {
    // gain = 0.3 + a + 0.5 b + noise
    let [a, b, noise] = [0, 1, 2].map(|k| gaussian(3, k, 8_000));
    let gain = (0..8_000).map(|s| 0.3 + a[s] + 0.5 * b[s] + 2.0 * noise[s]).collect();
    let benefits = two(gain);
    let worth = |inputs: &[Vec<f64>], sd: f64| {
        let basis = Basis::suited(inputs.len(), 8_000);
        let p = benefits.partial(inputs, basis, &BOOTSTRAP).unwrap();
        let expected = normal::perfect(0.3, sd);
        assert!((p.value - expected).abs() < 3.0 * p.standard_error, "{p:?} {expected}");
        assert!(p.standard_error < 0.03 && p.uncut == p.value);
        p.value
    };
    let (one, other) = (worth(std::slice::from_ref(&a), 1.0), worth(std::slice::from_ref(&b), 0.5));
    let both = worth(&[a, b], sqrt(1.25));
    assert!(both > one && one > other);
}

#[test]
fn bent_benefits_of_three_policies() {
    // NB = 0, x² − 1 and x/2, each with noise; what x is worth by quadrature.
    let samples = 8_000;
    let [x, e, f] = [0, 1, 2].map(|k| gaussian(4, k, samples));
    let rows = [
        vec![0.0; samples as usize],
        x.iter().zip(&e).map(|(x, e)| x * x - 1.0 + e).collect(),
        x.iter().zip(&f).map(|(x, f)| 0.5 * x + f).collect(),
    ];
    let n = 20_000;
    let at = |i: i32| dist::normal((f64::from(i) + 0.5) / f64::from(n));
    let best = |x: f64| (x * x - 1.0).max(0.5 * x).max(0.0);
    let expected = (0..n).map(|i| best(at(i))).sum::<f64>() / f64::from(n);
    let benefits = Benefits::new(&rows).unwrap();
    for basis in [Basis::Spline(5), Basis::Polynomial(2), Basis::Polynomial(3)] {
        let p = benefits.partial(std::slice::from_ref(&x), basis, &BOOTSTRAP).unwrap();
        assert!((p.value - expected).abs() < 3.0 * p.standard_error, "{p:?} {expected}");
    }
    // A straight line sees no bow.
    let line = benefits.partial(std::slice::from_ref(&x), Basis::Polynomial(1), &NONE).unwrap();
    assert!(line.value < 0.6 * expected, "{line:?}");
}

#[test]
fn a_fit_to_noise_is_worth_nothing_elsewhere() {
    // Nine terms that say nothing, and few samples.
    let (mut fit, mut cross) = (0.0, Vec::new());
    for trial in 0..100_u64 {
        let inputs: Vec<Vec<f64>> = (0..3).map(|k| gaussian(100 + trial, k, 200)).collect();
        let benefits = two(gaussian(100 + trial, 3, 200));
        let p = benefits.partial(&inputs, Basis::Polynomial(2), &NONE).unwrap();
        fit += p.value / 100.0;
        cross.push(p.cross);
    }
    let elsewhere = mean(cross.iter().copied(), None);
    let squares: f64 = cross.iter().map(|c| (c - elsewhere) * (c - elsewhere)).sum();
    let error = sqrt(squares / 99.0 / 100.0);
    assert!(fit > 0.04, "{fit}");
    assert!(elsewhere.abs() < 3.0 * error && error < 0.01, "{elsewhere} {error}");
}

#[test]
fn what_is_worth_something_is_worth_as_much_elsewhere() {
    let (mut fit, mut cross) = (0.0, 0.0);
    for trial in 0..60_u64 {
        let inputs: Vec<Vec<f64>> = (0..3).map(|k| gaussian(300 + trial, k, 800)).collect();
        let noise = gaussian(300 + trial, 3, 800);
        let gain = (0..800).map(|s| 0.3 + inputs[0][s] + noise[s]).collect();
        let p = two(gain).partial(&inputs, Basis::Polynomial(2), &NONE).unwrap();
        fit += p.value / 60.0;
        cross += p.cross / 60.0;
    }
    // A study of 800 samples is off by 0.02 or so, the mean of 60 by 0.003.
    let truth = normal::perfect(0.3, 1.0);
    assert!((fit - truth).abs() < 0.01 && (cross - truth).abs() < 0.01, "{fit} {cross} {truth}");
}

#[test]
fn a_parameter_that_moves_nothing_is_worth_next_to_nothing() {
    let gain = gaussian(6, 0, 4_000).iter().map(|x| 0.2 + x).collect();
    let p = two(gain).partial(&[gaussian(6, 1, 4_000)], Basis::Spline(5), &BOOTSTRAP).unwrap();
    assert!(p.value < 0.005 && p.cross.abs() < 0.005 && p.explained < 0.01, "{p:?}");
}

#[test]
fn the_standard_error_is_the_spread_of_repeated_studies() {
    let (mut values, mut errors) = (Vec::new(), 0.0);
    for trial in 0..200 {
        let gain = gaussian(1_000 + trial, 0, 300).iter().map(|x| 0.5 + x).collect();
        let e = two(gain).perfect(&Bootstrap { replicates: 60, seed: trial });
        values.push(e.value);
        errors += e.standard_error / 200.0;
    }
    let middle = mean(values.iter().copied(), None);
    let squares: f64 = values.iter().map(|v| (v - middle) * (v - middle)).sum();
    let spread = sqrt(squares / 199.0);
    assert!((errors / spread - 1.0).abs() < 0.15, "{errors} {spread}");
}

#[test]
fn samples_without_a_number_are_left_out_with_their_inputs() {
    let x = gaussian(7, 0, 400);
    let mut gain = x.clone();
    let mut input = x.clone();
    gain[3] = f64::NAN;
    // Where no benefit is, no input is asked.
    input[3] = f64::NAN;
    let holed = Benefits::new(&[vec![0.0; 400], gain]).unwrap();
    assert_eq!((holed.dropped(), holed.choice()), (1, two(x.clone()).choice()));
    let mut rest = x;
    rest.remove(3);
    let whole = two(rest.clone());
    assert_eq!(holed.perfect(&BOOTSTRAP), whole.perfect(&BOOTSTRAP));
    assert_eq!(
        holed.partial(&[input], Basis::Spline(4), &BOOTSTRAP),
        whole.partial(&[rest], Basis::Spline(4), &BOOTSTRAP)
    );
}

#[test]
fn what_cannot_be_valued_says_why() {
    let shape = |samples: &[usize]| Err(VoiError::Shape { samples: samples.to_vec() });
    assert_eq!(Benefits::new(&[]), shape(&[]));
    assert_eq!(Benefits::new(&[vec![1.0], vec![1.0, 2.0]]), shape(&[1, 2]));
    let endless = Benefits::new(&[vec![0.0; 2], vec![1.0, f64::INFINITY]]);
    assert_eq!(endless, Err(VoiError::Infinite { policy: 1, sample: 1 }));
    assert_eq!(Benefits::new(&[vec![f64::NAN; 3]]), Err(VoiError::Empty { samples: 3 }));
    let benefits = two(gaussian(8, 0, 30));
    let partial =
        |inputs: &[Vec<f64>], degree| benefits.partial(inputs, Basis::Polynomial(degree), &NONE);
    let x = gaussian(8, 1, 30);
    let input = |input| Err(VoiError::Input { input, samples: 30 });
    assert_eq!(partial(&[x.clone(), x[..29].to_vec()], 1), input(1));
    assert_eq!(partial(&[vec![f64::NAN; 30]], 1), input(0));
    assert_eq!(
        partial(std::slice::from_ref(&x), 4),
        Err(VoiError::Few { samples: 30, columns: 4 })
    );
    // Nothing is learnt from nothing, nor from what never varies, nor by who has no choice.
    assert_eq!(partial(&[], 1).unwrap().value, 0.0);
    assert!(partial(&[vec![2.0; 30]], 1).unwrap().value < 1e-12);
    let single = Benefits::new(&[gaussian(8, 0, 30)]).unwrap();
    assert_eq!(single.partial(&[x], Basis::Polynomial(1), &NONE).unwrap().value, 0.0);
}

#[test]
fn threads_move_no_bit() {
    let x = gaussian(9, 0, 600);
    let benefits = two(x.clone());
    let value = || {
        let partial =
            benefits.partial(std::slice::from_ref(&x), Basis::Spline(5), &BOOTSTRAP).unwrap();
        (partial, benefits.perfect(&BOOTSTRAP))
    };
    assert_eq!(Crew::new(1).install(value), Crew::new(2).install(value));
}

/// Net benefits of two to four policies over 120 samples, linear in two parameters with noise.
fn any() -> impl Strategy<Value = (Vec<Vec<f64>>, Vec<Vec<f64>>)> {
    let slopes = prop::collection::vec(prop::array::uniform4(-2.0_f64..2.0), 2..5);
    (slopes, 0_u64..10_000).prop_map(|(slopes, seed)| {
        let inputs: Vec<Vec<f64>> = (0..2).map(|k| gaussian(seed, k, 120)).collect();
        let row = |(policy, b): (u32, &[f64; 4])| -> Vec<f64> {
            let noise = gaussian(seed, 2 + policy, 120);
            (0..120)
                .map(|s| b[0] + b[1] * inputs[0][s] + b[2] * inputs[1][s] + b[3] * noise[s])
                .collect()
        };
        let rows = (0..).zip(&slopes).map(row).collect();
        (rows, inputs)
    })
}

proptest! {
    #[test]
    fn some_is_never_worth_more_than_all_nor_less_than_nothing((rows, inputs) in any()) {
        let benefits = Benefits::new(&rows).unwrap();
        let all = benefits.perfect(&NONE).value;
        for degree in [1, 2] {
            let p = benefits.partial(&inputs, Basis::Polynomial(degree), &NONE).unwrap();
            prop_assert!(p.value >= 0.0 && p.value <= all, "{:?} {}", p, all);
            // Uncut it is above by noise alone: by 0.03 at most in 40,000 tries.
            prop_assert!(p.uncut <= all + 0.1, "{:?} {}", p, all);
        }
    }

    #[test]
    fn doing_a_policy_twice_is_worth_nothing((rows, inputs) in any()) {
        let mut doubled = rows.clone();
        doubled.push(rows[0].clone());
        let [one, two] = [rows, doubled].map(|rows| {
            let benefits = Benefits::new(&rows).unwrap();
            let p = benefits.partial(&inputs, Basis::Polynomial(1), &NONE).unwrap();
            (benefits.perfect(&NONE).value, p.value)
        });
        prop_assert_eq!(one, two);
    }

    #[test]
    fn the_order_of_the_samples_hardly_matters((rows, inputs) in any()) {
        let back = |rows: &[Vec<f64>]| -> Vec<Vec<f64>> {
            rows.iter().map(|r| r.iter().rev().copied().collect()).collect()
        };
        let value = |rows: &[Vec<f64>], inputs: &[Vec<f64>]| {
            let benefits = Benefits::new(rows).unwrap();
            (benefits.perfect(&NONE).value, benefits.partial(inputs, Basis::Polynomial(2), &NONE).unwrap().value)
        };
        let (there, turned) = (value(&rows, &inputs), value(&back(&rows), &back(&inputs)));
        prop_assert!((there.0 - turned.0).abs() < 1e-9 && (there.1 - turned.1).abs() < 1e-9);
    }
}
