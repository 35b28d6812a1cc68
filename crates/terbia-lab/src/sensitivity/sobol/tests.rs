//! Are variances shared out as they are known to be? Closed forms, printed digits of another
//! implementation, and how often intervals hold the truth.

use super::*;
use crate::design::{Run, evaluate};
use crate::sensitivity::known::{GFunction, Ishigami, Truth};
use sobol_burley::parts::sobol_rev;
use terbia_model::kernel::rng::{Draws, Purpose};

fn quick(seed: u64, resamples: u32) -> Settings {
    Settings { bootstrap: Bootstrap { seed, resamples, level: 0.95 }, ..Settings::default() }
}

fn ishigami(seed: u64, bases: u32) -> (Radial, Vec<f64>) {
    let design = Radial::new(seed, 3, bases, false).unwrap();
    let f = Ishigami::default();
    let y = evaluate(&design, 1, |run, out| out[0] = f.at(run.point)).remove(0);
    (design, y)
}

fn first_of(indices: &Indices) -> Vec<f64> {
    indices.factors.iter().map(|f| f.first.value).collect()
}

fn total_of(indices: &Indices) -> Vec<f64> {
    indices.factors.iter().map(|f| f.total.value).collect()
}

fn close(found: &[f64], expected: &[f64], tolerance: f64) -> bool {
    found.len() == expected.len()
        && found.iter().zip(expected).all(|(f, e)| (f - e).abs() < tolerance)
}

/// The outputs of a function of three numbers at the points that `base` makes A and B of.
fn from_bases(bases: u32, base: impl Fn(u32) -> [f64; 6]) -> Vec<f64> {
    let f = Ishigami::default();
    let block = |index| {
        let [a @ .., b0, b1, b2] = base(index);
        let b = [b0, b1, b2];
        let swapped = |i: usize| {
            let mut point = a;
            point[i] = b[i];
            f.at(&point)
        };
        [f.at(&a), swapped(0), swapped(1), swapped(2), f.at(&b)]
    };
    (0..bases).flat_map(block).collect()
}

#[test]
fn m2b_estimators_on_the_plain_sequence() {
    let plain = |index: u32| {
        std::array::from_fn(|dim| {
            let bits = sobol_rev(index.reverse_bits(), dim as u32).reverse_bits();
            f64::from(bits) / (1_u64 << 32) as f64
        })
    };
    let y = from_bases(1 << 14, plain);
    let design = Radial::new(0, 3, 1 << 14, false).unwrap();
    let settings = Settings { centred: false, ..quick(0, 0) };
    let found = indices(&design, &[&y], &settings).unwrap().remove(0);
    let jansen: Vec<f64> = found.factors.iter().map(|f| f.first_jansen.value).collect();
    // The case prints eight digits of these, which are NumPy's on the same points; its last of the
    // total of the third number is one lower.
    let saltelli = [0.315_337_628_030, 0.442_418_439_339, 0.001_421_479_999];
    assert!(close(&first_of(&found), &saltelli, 1e-11), "{found:?}");
    let expected = [0.313_899_825_656, 0.440_985_851_626, -0.000_010_536_514];
    assert!(close(&jansen, &expected, 1e-11), "{jansen:?}");
    let total = [0.558_333_602_096, 0.442_422_554_337, 0.243_652_937_934];
    assert!(close(&total_of(&found), &total, 1e-11), "{found:?}");
    // Without resamples there is no interval.
    assert!(found.factors[0].total.low.is_nan());
}

fn holds(truth: &Truth, found: &Indices, tolerance: f64) {
    let jansen: Vec<f64> = found.factors.iter().map(|f| f.first_jansen.value).collect();
    assert!(close(&first_of(found), &truth.first, tolerance), "{:?}", first_of(found));
    assert!(close(&jansen, &truth.first, tolerance), "{jansen:?}");
    assert!(close(&total_of(found), &truth.total, tolerance), "{:?}", total_of(found));
    assert!((found.variance / truth.variance - 1.0).abs() < tolerance, "{}", found.variance);
}

#[test]
fn m2a_indices_of_ishigami_are_found() {
    let (design, y) = ishigami(1, 1 << 13);
    let found = indices(&design, &[&y], &quick(1, 100)).unwrap().remove(0);
    holds(&Ishigami::default().truth(), &found, 0.01);
}

#[test]
fn m2c_indices_of_the_g_function_are_found() {
    let g = GFunction(vec![0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0]);
    let design = Radial::new(2, 8, 1 << 13, false).unwrap();
    let y = evaluate(&design, 1, |run, out| out[0] = g.at(run.point)).remove(0);
    let found = indices(&design, &[&y], &quick(2, 100)).unwrap().remove(0);
    holds(&g.truth(), &found, 0.01);
}

/// Shares of `seeds` in which the truth lies inside, over all indices of all three kinds.
fn coverage(seeds: u64, of_seed: impl Fn(u64) -> Indices) -> f64 {
    let truth = Ishigami::default().truth();
    let (mut inside, mut all) = (0, 0);
    for seed in 0..seeds {
        for (i, index) in of_seed(seed).factors.iter().enumerate() {
            let kinds = [
                (index.first, truth.first[i]),
                (index.first_jansen, truth.first[i]),
                (index.total, truth.total[i]),
            ];
            inside += kinds.iter().filter(|(e, t)| e.low <= *t && *t <= e.high).count();
            all += kinds.len();
        }
    }
    inside as f64 / all as f64
}

#[test]
fn intervals_of_independent_bases_hold_the_truth_as_often_as_they_say() {
    let design = Radial::new(0, 3, 512, false).unwrap();
    let share = coverage(120, |seed| {
        let draws = Draws::new(seed, 0);
        let y = from_bases(512, |base| {
            std::array::from_fn(|dim| draws.uniform(Purpose(1), base, dim as u32, 0))
        });
        indices(&design, &[&y], &quick(seed, 300)).unwrap().remove(0)
    });
    assert!((0.92..=0.98).contains(&share), "{share}");
}

#[test]
fn intervals_of_even_bases_hold_the_truth_rather_more_often() {
    let share = coverage(60, |seed| {
        let (design, y) = ishigami(seed, 256);
        indices(&design, &[&y], &quick(seed, 300)).unwrap().remove(0)
    });
    assert!(share >= 0.95, "{share}");
}

#[test]
fn a_constant_added_to_the_output_changes_nothing() {
    let (design, y) = ishigami(3, 256);
    let moved: Vec<f64> = y.iter().map(|y| y + 1_000.0).collect();
    let plain = indices(&design, &[&y, &moved], &quick(3, 50)).unwrap();
    for (a, b) in plain[0].factors.iter().zip(&plain[1].factors) {
        for (a, b) in [(a.first, b.first), (a.total, b.total)] {
            assert!((a.value - b.value).abs() < 1e-9 && (a.low - b.low).abs() < 1e-9);
        }
    }
    // As printed, the first order drifts with the mean: what centring is for.
    let printed = Settings { centred: false, ..quick(3, 50) };
    let drifted = indices(&design, &[&y, &moved], &printed).unwrap();
    let gap = drifted[0].factors[2].first.value - drifted[1].factors[2].first.value;
    assert!(gap.abs() > 0.05, "{gap}");
}

#[test]
fn a_run_without_a_value_takes_with_it_what_it_is_compared_in() {
    let (design, mut y) = ishigami(5, 256);
    // The sixth base loses A, the eighth B, the eleventh the point of the second number.
    (y[5 * 5], y[7 * 5 + 4], y[10 * 5 + 2]) = (f64::NAN, f64::NEG_INFINITY, f64::NAN);
    let found = indices(&design, &[&y], &quick(5, 50)).unwrap().remove(0);
    assert_eq!(found.bases, 254);
    assert_eq!(found.factors.iter().map(|f| f.dropped).collect::<Vec<_>>(), [2, 3, 2]);
    assert!(found.factors.iter().all(|f| f.total.low < f.total.high));

    let whole = |base: &usize| ![5, 7].contains(base);
    let kept: Vec<f64> =
        (0..256).filter(whole).flat_map(|base| y[base * 5..][..5].to_vec()).collect();
    let fewer = Radial::new(5, 3, 254, false).unwrap();
    let expected = indices(&fewer, &[&kept], &quick(5, 0)).unwrap().remove(0);
    let first = |found: &Indices| [found.factors[0].first.value, found.factors[2].first.value];
    assert!(close(&first(&found), &first(&expected), 1e-12));
    assert!((found.variance - expected.variance).abs() < 1e-12);

    let none = vec![f64::NAN; y.len()];
    let found = indices(&design, &[&none], &quick(5, 50)).unwrap().remove(0);
    assert!(found.variance.is_nan() && found.factors[0].first.value.is_nan());
    assert_eq!((found.bases, found.factors[0].dropped), (0, 256));
}

#[test]
fn what_never_varies_has_no_index() {
    let design = Radial::new(5, 3, 64, false).unwrap();
    let y = vec![0.1; design.runs() as usize];
    let found = indices(&design, &[&y], &quick(5, 20)).unwrap().remove(0);
    assert!(found.factors.iter().all(|f| f.first.value.is_nan() && f.total.high.is_nan()));
}

#[test]
fn threads_and_company_move_no_bit() {
    let (design, y) = ishigami(6, 256);
    let squares: Vec<f64> = y.iter().map(|y| y * y).collect();
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| indices(&design, &[&y, &squares], &quick(6, 100)).unwrap())
    };
    let both = on(1);
    assert_eq!(both, on(3));
    assert_eq!(both[0], indices(&design, &[&y], &quick(6, 100)).unwrap()[0]);
    assert_eq!(both[0], joint_indices(&design, &[&y], &quick(6, 100)).unwrap());
}

#[test]
fn outputs_as_one_count_by_how_much_they_vary() {
    let design = Radial::new(7, 2, 1_024, false).unwrap();
    let y = evaluate(&design, 2, |run, out| {
        (out[0], out[1]) = (run.point[0], 5.0 + 3.0 * run.point[1]);
    });
    let joint = joint_indices(&design, &[&y[0], &y[1]], &quick(7, 100)).unwrap();
    assert!((joint.variance - 10.0 / 12.0).abs() < 1e-3);
    assert!(close(&first_of(&joint), &[0.1, 0.9], 0.01), "{joint:?}");
    assert!(close(&total_of(&joint), &[0.1, 0.9], 0.01), "{joint:?}");
}

#[test]
fn chance_enters_the_index_of_no_number_and_has_one_of_its_own() {
    // Variances 1, 4 and, of chance and of its product with the second number, 4 and 4/3 × 1/4.
    let model = |noise: fn(u32) -> f64| {
        move |run: Run<'_>, out: &mut [f64]| {
            let x = |u: f64| 12.0_f64.sqrt() * (u - 0.5);
            let noise = x(noise(run.chance));
            let (a, b) = (x(run.point[0]), x(run.point[1]));
            out[0] = a + 2.0 * b + 2.0 * noise + b * noise;
        }
    };
    // A draw, and numbers of an even design: neighbours are far from independent, and one is the first
    // parameter of the design itself.
    let noises: [fn(u32) -> f64; 3] = [
        |chance| Draws::new(99, chance).uniform(Purpose(1), 0, 0, 0),
        |chance| crate::design::point(99, chance, 3),
        |chance| crate::design::point(8, chance, 0),
    ];
    let settings = quick(8, 20);
    for (chance, noise) in
        [(false, noises[0]), (true, noises[0]), (true, noises[1]), (true, noises[2])]
    {
        let design = Radial::new(8, 2, 1 << 13, chance).unwrap();
        let y = evaluate(&design, 1, model(noise)).remove(0);
        let found = indices(&design, &[&y], &settings).unwrap().remove(0);
        let (first, total) = ([0.1, 0.4, 0.4], [0.1, 0.5, 0.5]);
        let n = design.factors() as usize;
        assert!(close(&first_of(&found), &first[..n], 0.03), "{:?}", first_of(&found));
        assert!(close(&total_of(&found), &total[..n], 0.03), "{:?}", total_of(&found));
    }
}

#[test]
fn a_swapped_point_is_the_first_but_for_one_number() {
    let design = Radial::new(9, 300, 7, true).unwrap();
    assert_eq!((design.factors(), design.runs()), (301, 7 * 303));
    let at = |run: u32| {
        let mut point = vec![f64::NAN; 300];
        design.write(run, &mut point);
        point
    };
    let block = 4 * 303;
    let (a, b) = (at(block), at(block + 302));
    assert_eq!(design.place(block), (4, Place::A));
    assert_eq!(design.place(block + 302), (4, Place::B));
    for i in 0..300 {
        let run = block + 1 + i as u32;
        assert_eq!(design.place(run), (4, Place::Swapped(i as u32)));
        let mut expected = a.clone();
        expected[i] = b[i];
        assert_eq!(at(run), expected);
        assert_eq!(design.chance(run), design.chance(block));
    }
    // The point of chance is A, under the chance of B.
    assert_eq!(at(block + 301), a);
    assert_eq!(design.chance(block + 301), design.chance(block + 302));
    assert_ne!(design.chance(block + 301), design.chance(block));
    assert_eq!(a[299], crate::design::point(9, 4, 299));
}

#[test]
fn a_design_that_cannot_be_is_refused() {
    assert_eq!(Radial::new(1, 0, 8, false), Err(DesignError::NoParameters));
    assert_eq!(Radial::new(1, 2, 0, false), Err(DesignError::NoRuns));
    assert_eq!(Radial::new(1, 1 << 16, 1 << 16, false), Err(DesignError::TooManyRuns));
    assert_eq!(Radial::new(1, u32::MAX, 1, true), Err(DesignError::TooManyRuns));
    let design = Radial::new(1, 2, 2, false).unwrap();
    let long = indices(&design, &[&[0.0; 9]], &Settings::default());
    assert_eq!(long, Err(SensitivityError::Length { output: 0, found: 9, expected: 8 }));
}
