//! Are boxes found where boxes were put? Known shapes, case M10, and what must hold of any runs.
//!
//! The shapes are in the manner of Lempert, Bryant and Bankes (2008): some a box can say, one it
//! cannot.

use super::cart::{Rule, Settings as Growth, Tree};
use super::prim::{Choice, Cover, Objective, Settings, boxes, trajectory};
use super::{Curve, Region, Side, Table, Tally, judge};
use proptest::prelude::*;
use terbia_model::kernel::rng::{Draws, Purpose};

const INPUT: Purpose = Purpose(1);
const FLIP: Purpose = Purpose(2);

/// Independent uniform inputs of runs, by column.
fn uniform(seed: u64, runs: u32, inputs: u32) -> Vec<Vec<f64>> {
    let draws = Draws::new(seed, 0);
    let column = |i| (0..runs).map(|run| draws.uniform(INPUT, i, run, 0)).collect();
    (0..inputs).map(column).collect()
}

/// Which runs are of interest, given the inputs of each.
fn where_it(inputs: &[Vec<f64>], is: impl Fn(&[f64]) -> bool) -> Vec<bool> {
    let row = |run: usize| inputs.iter().map(|x| x[run]).collect::<Vec<f64>>();
    (0..inputs[0].len()).map(|run| is(&row(run))).collect()
}

/// Turns a share of the answers round.
fn flipped(seed: u64, share: f64, of_interest: &[bool]) -> Vec<bool> {
    let draws = Draws::new(seed, 0);
    let flip = |(y, run): (&bool, u32)| *y != (draws.uniform(FLIP, 0, run, 0) < share);
    of_interest.iter().zip(0..).map(flip).collect()
}

fn columns(inputs: &[Vec<f64>]) -> Vec<&[f64]> {
    inputs.iter().map(Vec::as_slice).collect()
}

fn peel(share: f64) -> Settings {
    Settings { peel: share, paste: share, ..Settings::default() }
}

/// The limits of an input; what is open lies at the end of 0..1.
fn ends(region: &Region, input: usize) -> (f64, f64) {
    let limits = region.limits[input];
    (limits.low.unwrap_or(0.0), limits.high.unwrap_or(1.0))
}

fn near(found: (f64, f64), put: (f64, f64), within: f64) -> bool {
    (found.0 - put.0).abs() <= within && (found.1 - put.1).abs() <= within
}

#[test]
fn m10_a_box_in_two_inputs_is_found_to_a_fiftieth() {
    for seed in 1..=12 {
        let inputs = uniform(seed, 5_000, 2);
        let y = where_it(&inputs, |x| x[0] < 0.3 && x[1] > 0.6);
        let table = Table::new(&columns(&inputs), &y[..]).unwrap();
        let found = boxes(&table, &peel(0.02), &Choice { most: 1, ..Choice::default() }).unwrap();
        let Tally { coverage, density, mass, .. } = found[0].significant.tally;
        let region = &found[0].significant.region;
        assert!(near(ends(region, 0), (0.0, 0.3), 0.02), "{seed}: {region:?}");
        assert!(near(ends(region, 1), (0.6, 1.0), 0.02), "{seed}: {region:?}");
        assert!(coverage >= 0.98 && density >= 0.95, "{seed}: {coverage} {density}");
        assert!((mass - 0.12).abs() < 0.02, "{seed}: {mass}");
    }
}

#[test]
fn three_limited_inputs_are_told_from_seven_that_say_nothing() {
    let inputs = uniform(3, 5_000, 10);
    let y = where_it(&inputs, |x| x[1] > 0.2 && x[1] < 0.7 && x[4] > 0.5 && x[7] < 0.6);
    let table = Table::new(&columns(&inputs), &y).unwrap();
    let found = boxes(&table, &Settings::default(), &Choice::default()).unwrap();
    let best = &found[0].significant;
    assert_eq!(best.region.restricted(), [1, 4, 7]);
    for (input, put) in [(1, (0.2, 0.7)), (4, (0.5, 1.0)), (7, (0.0, 0.6))] {
        assert!(near(ends(&best.region, input), put, 0.04), "{input}: {:?}", best.region);
    }
    assert!(best.tally.coverage > 0.9 && best.tally.density > 0.9, "{:?}", best.tally);
    assert!(best.tests.len() == 4 && best.tests.iter().all(|t| t.quasi_p < 0.001));
}

#[test]
fn two_boxes_apart_are_found_one_after_the_other() {
    let inputs = uniform(4, 5_000, 5);
    let first = |x: &[f64]| x[0] < 0.5 && x[1] < 0.45;
    let second = |x: &[f64]| x[2] > 0.7 && x[3] > 0.6;
    let y = where_it(&inputs, |x| first(x) || second(x));
    let table = Table::new(&columns(&inputs), &y).unwrap();
    let found = boxes(&table, &Settings::default(), &Choice::default()).unwrap();
    let [one, two] = [0, 1].map(|i| &found[i].significant);
    assert_eq!([one, two].map(|b| b.region.restricted()), [vec![0, 1], vec![2, 3]]);
    assert!(near(ends(&one.region, 0), (0.0, 0.5), 0.04), "{:?}", one.region);
    assert!(near(ends(&one.region, 1), (0.0, 0.45), 0.04), "{:?}", one.region);
    assert!(near(ends(&two.region, 2), (0.7, 1.0), 0.04), "{:?}", two.region);
    assert!(near(ends(&two.region, 3), (0.6, 1.0), 0.04), "{:?}", two.region);
    assert!(one.tally.density > 0.9 && two.tally.density > 0.9);
    assert!(one.tally.coverage + two.tally.coverage > 0.9);
}

#[test]
fn boxes_at_both_ends_of_an_input_hide_each_other_from_peeling_and_not_from_the_tree() {
    let inputs = uniform(4, 5_000, 5);
    let first = |x: &[f64]| x[0] < 0.35 && x[1] < 0.4;
    let second = |x: &[f64]| x[0] > 0.7 && x[1] > 0.6;
    let y = where_it(&inputs, |x| first(x) || second(x));
    let table = Table::new(&columns(&inputs), &y).unwrap();
    let curve = trajectory(&table, &Settings::default()).unwrap();
    let half = curve.points.iter().filter(|p| p.tally.coverage >= 0.5);
    let most = half.map(|p| p.tally.density).fold(0.0, f64::max);
    assert!(most < 0.6, "{most}");
    let tree = Tree::grow(&table, &Growth::default()).unwrap();
    let dense = tree.leaves.iter().filter(|l| l.tally.density > 0.9);
    let covered: f64 = dense.map(|l| l.tally.coverage).sum();
    assert!(covered > 0.9, "{covered}");
}

#[test]
fn a_diagonal_band_is_no_box_and_the_curve_says_so() {
    let inputs = uniform(5, 5_000, 3);
    let y = where_it(&inputs, |x| (x[0] - x[1]).abs() < 0.1);
    let table = Table::new(&columns(&inputs), &y).unwrap();
    let curve = trajectory(&table, &Settings::default()).unwrap();
    let half = curve.points.iter().filter(|p| p.tally.coverage >= 0.5);
    let most = half.map(|p| p.tally.density).fold(0.0, f64::max);
    assert!(most < 0.4, "{most}");
    // A box of the same mass would have had both near 1.
    let picked = curve.points[curve.pick(0.8)].tally;
    assert!(picked.coverage.min(picked.density) < 0.5, "{picked:?}");
}

#[test]
fn a_limit_that_says_nothing_is_dropped_and_one_that_does_stays() {
    let inputs = uniform(6, 400, 3);
    let y = where_it(&inputs, |x| x[0] < 0.3);
    let table = Table::new(&columns(&inputs), &y).unwrap();
    let drawn = Region::open(3).with(0, Side::High, Some(0.3)).with(1, Side::Low, Some(0.05)).with(
        2,
        Side::High,
        Some(0.9),
    );
    let judged = judge::judge(&table, &drawn);
    assert_eq!(judged.tests.len(), 3);
    assert!(judged.tests[0].quasi_p < 1e-6 && judged.tests[1].quasi_p > 0.05);
    let kept = judge::significant(&table, &drawn, 0.05);
    assert_eq!(kept.region, Region::open(3).with(0, Side::High, Some(0.3)));
    assert_eq!((kept.tally.coverage, kept.tally.density), (1.0, 1.0));
}

#[test]
fn whole_numbers_are_limited_at_values_that_they_take() {
    let inputs = uniform(7, 2_000, 2);
    let die: Vec<f64> = inputs[0].iter().map(|u| (6.0 * u).floor() + 1.0).collect();
    let y = where_it(&[die.clone(), inputs[1].clone()], |x| x[0] >= 3.0 && x[0] <= 4.0);
    let table = Table::new(&[&die, &inputs[1]], &y).unwrap();
    for objective in Objective::ALL {
        let settings = Settings { objective, ..Settings::default() };
        let curve = trajectory(&table, &settings).unwrap();
        let pure = curve.points.iter().find(|p| p.tally.density == 1.0).unwrap();
        assert_eq!(ends(&pure.region, 0), (3.0, 4.0), "{objective:?}");
        let tally = curve.points[curve.pick(0.8)].tally;
        assert_eq!((tally.coverage, tally.density, tally.dimensions), (1.0, 1.0, 1));
    }
    let tree = Tree::grow(&table, &Growth::default()).unwrap();
    let pure = tree.leaves.iter().find(|l| l.tally.density == 1.0).unwrap();
    assert_eq!(ends(&pure.region, 0), (3.0, 4.0));
}

#[test]
fn inputs_that_never_vary_are_never_limited() {
    let same = vec![3.5; 50];
    let y: Vec<bool> = (0..50).map(|run| run % 3 == 0).collect();
    let table = Table::new(&[&same], &y).unwrap();
    assert_eq!(trajectory(&table, &Settings::default()).unwrap().points.len(), 1);
    assert!(boxes(&table, &Settings::default(), &Choice::default()).unwrap().is_empty());
    let tree = Tree::grow(&table, &Growth::default()).unwrap();
    assert_eq!((tree.leaves.len(), tree.importance), (1, vec![0.0]));
}

#[test]
fn settings_out_of_range_are_refused() {
    let inputs = uniform(1, 100, 1);
    let y = where_it(&inputs, |x| x[0] < 0.5);
    let table = Table::new(&columns(&inputs), &y).unwrap();
    for bad in [peel(0.0), peel(0.5), peel(f64::NAN), Settings { least_mass: 1.0, ..peel(0.1) }] {
        assert!(trajectory(&table, &bad).is_err() && Cover::new(&table, &bad).is_err(), "{bad:?}");
    }
    let growth = Growth::default();
    for bad in [
        Growth { most_depth: 0, ..growth },
        Growth { folds: 1, ..growth },
        Growth { folds: 101, ..growth },
        Growth { least_mass: 0.5, ..growth },
    ] {
        assert!(Tree::grow(&table, &bad).is_err(), "{bad:?}");
    }
    let choice = Choice { level: f64::NAN, ..Choice::default() };
    assert!(boxes(&table, &peel(0.1), &choice).is_err());
}

/// Cuts at 0.4 of the first input, then at 0.7 of the second or at 0.9 of the third.
fn branching(x: &[f64]) -> bool {
    if x[0] < 0.4 { x[1] < 0.7 } else { x[2] > 0.9 }
}

#[test]
fn a_tree_is_recovered_from_its_answers_though_some_are_wrong() {
    let inputs = uniform(8, 5_000, 6);
    let y = flipped(8, 0.05, &where_it(&inputs, branching));
    let table = Table::new(&columns(&inputs), &y).unwrap();
    let growth = Growth { least_mass: 0.01, ..Growth::default() };
    let whole = Tree::grow(&table, &Growth { rule: Rule::Whole, ..growth }).unwrap();
    let tree = Tree::grow(&table, &growth).unwrap();
    assert!(whole.leaves.len() > 10, "{}", whole.leaves.len());
    assert_eq!(tree.leaves.len(), 4);
    let root = tree.nodes[0].cut.unwrap();
    let [left, right] = root.children.map(|c| tree.nodes[c].cut.unwrap());
    assert_eq!([root, left, right].map(|c| c.input), [0, 1, 2]);
    for (cut, put) in [(root, 0.4), (left, 0.7), (right, 0.9)] {
        assert!((cut.below - put).abs() < 0.01, "{cut:?}");
    }
    let dense: Vec<&Tally> =
        tree.leaves.iter().map(|l| &l.tally).filter(|t| t.density > 0.5).collect();
    assert_eq!(dense.len(), 2);
    assert!(dense.iter().all(|t| t.density > 0.9));
    let importance: f64 = tree.importance[..3].iter().sum();
    assert!((importance - 1.0).abs() < 1e-12 && tree.importance[3..] == [0.0; 3]);
}

#[test]
fn where_inputs_say_nothing_the_tree_is_its_root() {
    let inputs = uniform(9, 1_000, 5);
    let y = flipped(9, 0.2, &vec![false; 1_000]);
    let table = Table::new(&columns(&inputs), &y).unwrap();
    let tree = Tree::grow(&table, &Growth::default()).unwrap();
    assert_eq!(tree.leaves.len(), 1);
    assert!(tree.pruning[0].leaves > 1 && tree.pruning[tree.chosen].penalty > 0.0);
}

#[test]
fn leaves_hold_every_run_once_and_unseen_runs_fall_where_they_say() {
    let inputs = uniform(10, 2_000, 4);
    let y = flipped(10, 0.1, &where_it(&inputs, branching));
    let table = Table::new(&columns(&inputs), &y).unwrap();
    let tree = Tree::grow(&table, &Growth { rule: Rule::Whole, ..Growth::default() }).unwrap();
    for leaf in &tree.leaves {
        assert_eq!(leaf.region.tally(&table), leaf.tally);
        assert!(leaf.tally.mass >= 0.05);
    }
    for run in 0..table.runs() {
        let mut holding = tree.leaves.iter().filter(|l| l.region.holds(&table, run));
        let leaf = holding.next().unwrap();
        assert!(holding.next().is_none());
        let node = &tree.nodes[tree.leaf_of(|input| table.values(input)[run])];
        assert_eq!((node.runs, node.of_interest), (leaf.tally.runs, leaf.tally.of_interest));
    }
}

#[test]
fn a_reader_may_take_any_box_and_go_on_with_the_rest() {
    let inputs = uniform(11, 2_000, 3);
    let y = where_it(&inputs, |x| x[0] < 0.2 || x[1] > 0.8);
    let table = Table::new(&columns(&inputs), &y).unwrap();
    let mut cover = Cover::new(&table, &Settings::default()).unwrap();
    let taken = Region::open(3).with(0, Side::High, Some(0.2));
    let first = cover.tally(&taken);
    assert_eq!(first.density, 1.0);
    cover.take(&taken);
    assert_eq!(cover.tally(&taken).runs, 0);
    let rest = cover.curve().unwrap();
    let start = rest.points[0].tally;
    assert_eq!(start.runs + first.runs, 2_000);
    assert!((start.coverage + first.coverage - 1.0).abs() < 1e-12);
    let second = &rest.points[rest.pick(0.8)];
    assert_eq!(second.region.restricted(), [1]);
    cover.take(&Region::open(3));
    assert!(cover.curve().is_none());
}

/// Everything that discovery says of some runs.
fn all_said(inputs: &[Vec<f64>], y: &[bool]) -> Option<(Vec<super::prim::Found>, Tree)> {
    let table = Table::new(&columns(inputs), y).ok()?;
    let found = boxes(&table, &Settings::default(), &Choice::default()).unwrap();
    Some((found, Tree::grow(&table, &Growth { folds: 4, ..Growth::default() }).unwrap()))
}

fn in_bounds(tally: &Tally) -> bool {
    [tally.coverage, tally.density, tally.mass].iter().all(|s| (0.0..=1.0).contains(s))
}

/// Whether no pasting lowered the density, and every peeling gave up runs.
fn moves_forward(curve: &Curve) -> bool {
    curve.points.windows(2).all(|pair| {
        let (before, after) = (&pair[0].tally, &pair[1].tally);
        if pair[1].pasted {
            after.density > before.density && after.runs > before.runs
        } else {
            after.runs < before.runs && after.mass >= 0.05
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn shares_stay_in_bounds_and_pasting_never_lowers_density(
        seed in 0_u64..1_000_000,
        runs in 20_u32..300,
        steps in 1.0_f64..40.0,
        share in 0.0_f64..0.5,
    ) {
        let mut inputs = uniform(seed, runs, 4);
        // Two of the inputs take few values, one of them whole.
        inputs[2].iter_mut().for_each(|x| *x = (*x * steps).floor());
        inputs[3].iter_mut().for_each(|x| *x = (*x * steps).floor() / steps);
        let inside = where_it(&inputs, |x| x[0] < 0.5 && x[2] < steps / 2.0);
        let y = flipped(seed, share, &inside);
        if let Some((found, tree)) = all_said(&inputs, &y) {
            for found in &found {
                prop_assert!(moves_forward(&found.curve));
                prop_assert!(found.curve.points.iter().all(|p| in_bounds(&p.tally)));
                let judged = [&found.as_picked, &found.significant];
                prop_assert!(judged.iter().all(|j| in_bounds(&j.tally)));
                let p = judged.iter().flat_map(|j| &j.tests).map(|t| t.quasi_p);
                prop_assert!(p.clone().all(|p| (0.0..=1.0).contains(&p)));
                prop_assert!(found.significant.tests.iter().all(|t| t.quasi_p <= 0.05));
            }
            prop_assert!(tree.leaves.iter().all(|l| in_bounds(&l.tally)));
            let whole: usize = tree.leaves.iter().map(|l| l.tally.runs).sum();
            prop_assert_eq!(whole, runs as usize);
        }
    }

    #[test]
    fn the_order_of_the_runs_changes_nothing(
        seed in 0_u64..1_000_000,
        runs in 20_usize..200,
        from in 0_usize..200,
        steps in 2.0_f64..20.0,
    ) {
        let mut inputs = uniform(seed, runs as u32, 3);
        inputs[2].iter_mut().for_each(|x| *x = (*x * steps).floor());
        let y = flipped(seed, 0.2, &where_it(&inputs, |x| x[0] < 0.5 && x[1] > 0.3));
        // 211 is prime and above the number of runs, so this visits each of them once.
        let order: Vec<usize> =
            (0..211).map(|i| (i * 17 + from) % 211).filter(|run| *run < runs).collect();
        prop_assert_eq!(order.len(), runs);
        let shuffled: Vec<Vec<f64>> =
            inputs.iter().map(|x| order.iter().map(|run| x[*run]).collect()).collect();
        let shuffled_y: Vec<bool> = order.iter().map(|run| y[*run]).collect();
        prop_assert_eq!(all_said(&inputs, &y), all_said(&shuffled, &shuffled_y));
    }
}
