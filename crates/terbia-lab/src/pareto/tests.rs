//! Are fronts, volumes and archives what their definitions say?

use super::archive::Archive;
use super::sort::{front, fronts};
use super::volume::hypervolume;
use super::*;
use proptest::prelude::*;
use terbia_model::kernel::math::sqrt;
use terbia_model::kernel::rng::{Draws, Purpose};

fn points(rows: &[&[f64]]) -> Vec<Vec<f64>> {
    rows.iter().map(|r| r.to_vec()).collect()
}

fn evaluations(rows: &[&[f64]]) -> Vec<Evaluation> {
    points(rows).into_iter().map(Evaluation::from).collect()
}

/// `count` points on the part of the unit sphere where all coordinates are 0 or more, and so a front.
fn sphere(count: u32, objectives: u32) -> Vec<Vec<f64>> {
    let point = |i| {
        let draws = Draws::new(3, i);
        let p: Vec<f64> =
            (0..objectives).map(|o| draws.uniform(Purpose(1), o, 0, 0) + 1e-9).collect();
        let length = sqrt(p.iter().map(|x| x * x).sum());
        p.iter().map(|x| x / length).collect()
    };
    (0..count).map(point).collect()
}

#[test]
fn fronts_are_layers() {
    let rows: &[&[f64]] = &[&[3.0, 3.0], &[1.0, 2.0], &[2.0, 1.0], &[2.0, 2.0], &[1.0, 2.0]];
    assert_eq!(fronts(&evaluations(rows)), [vec![1, 2, 4], vec![3], vec![0]]);
    assert_eq!(front(&points(rows)), points(&[&[1.0, 2.0], &[2.0, 1.0]]));
    assert!(fronts(&[]).is_empty() && front(&[]).is_empty());
}

#[test]
fn what_breaks_a_rule_comes_after_what_does_not_and_no_number_last() {
    let mut all = evaluations(&[&[0.0, 0.0], &[0.0, 0.1], &[9.0, 9.0], &[f64::NAN, -9.0]]);
    all.extend(evaluations(&[&[f64::NEG_INFINITY, 0.0], &[0.0, 0.0]]));
    all[0].violation = 2.0;
    all[1].violation = 1.0;
    all[2].violation = -1.0;
    all[5].violation = f64::NAN;
    assert_eq!(fronts(&all), [vec![2], vec![1], vec![0], vec![3, 4, 5]]);
    assert!(all[2].feasible() && !all[1].feasible() && !all[3].feasible());
    assert!(all[1].beats(&all[0]) && all[0].beats(&all[3]) && !all[3].beats(&all[4]));
}

#[test]
fn volumes_of_boxes_are_those_of_boxes() {
    for d in 1..=6 {
        let reference = vec![1.0; d];
        let half = vec![vec![0.5; d]];
        assert!((hypervolume(&half, &reference) - 0.5_f64.powi(d as i32)).abs() < 1e-15, "{d}");
        assert_eq!(hypervolume(&[vec![1.0; d]], &reference), 0.0);
        assert_eq!(hypervolume(&[vec![f64::NAN; d]], &reference), 0.0);
        assert_eq!(hypervolume(&[vec![0.0; d + 1]], &reference), 0.0);
    }
    // Three boxes that overlap: 0.5 + 0.5 − 0.25, then by inclusion and exclusion.
    let two = points(&[&[0.0, 0.5], &[0.5, 0.0], &[0.7, 0.7]]);
    assert!((hypervolume(&two, &[1.0, 1.0]) - 0.75).abs() < 1e-15);
    let three = points(&[&[0.0, 0.0, 0.5], &[0.0, 0.5, 0.0], &[0.5, 0.0, 0.0]]);
    assert!((hypervolume(&three, &[1.0; 3]) - (1.5 - 0.75 + 0.125)).abs() < 1e-15);
    assert_eq!(hypervolume(&[], &[1.0; 3]), 0.0);
}

#[test]
fn m12_fine_fronts_have_the_volumes_of_the_closed_forms() {
    let n = 20_000;
    let line: Vec<Vec<f64>> =
        (0..=n).map(|i| f64::from(i) / f64::from(n)).map(|x| vec![x, 1.0 - sqrt(x)]).collect();
    let zdt1 = hypervolume(&line, &[1.1, 1.1]);
    assert!((zdt1 - 0.876_666_666_7).abs() < 5e-5, "{zdt1}");
    // A lattice of sines and cosines, finer than can be searched: short by about half a cell.
    let steps = 150;
    let mut sphere = Vec::new();
    for i in 0..=steps {
        for j in 0..=steps {
            let (u, v) = (f64::from(i) / f64::from(steps), f64::from(j) / f64::from(steps));
            let (cu, cv) = (half_turn_cos(u), half_turn_cos(v));
            sphere.push(vec![cu * cv, cu * sqrt(1.0 - cv * cv), sqrt(1.0 - cu * cu)]);
        }
    }
    let dtlz2 = hypervolume(&sphere, &[1.1; 3]);
    let exact = 0.807_401_224_4;
    assert!(dtlz2 < exact && dtlz2 > 0.99 * exact, "{dtlz2}");
}

/// Cosine of a share of a right angle.
fn half_turn_cos(share: f64) -> f64 {
    terbia_model::kernel::math::cos(share * std::f64::consts::FRAC_PI_2)
}

#[test]
fn four_and_more_objectives_agree_with_a_count_of_random_points() {
    for d in [4, 5] {
        let front = sphere(40, d);
        let reference = vec![1.1; d as usize];
        let exact = hypervolume(&front, &reference);
        let tries = 40_000;
        let inside = |t: &u32| {
            let draws = Draws::new(8, *t);
            let at: Vec<f64> = (0..d).map(|o| 1.1 * draws.uniform(Purpose(2), o, 0, 0)).collect();
            front.iter().any(|p| p.iter().zip(&at).all(|(p, a)| p <= a))
        };
        let share = (0..tries).filter(inside).count() as f64 / f64::from(tries);
        let box_ = 1.1_f64.powi(d as i32);
        let error = box_ * sqrt(share * (1.0 - share) / f64::from(tries));
        assert!((exact - box_ * share).abs() < 4.0 * error, "{d}: {exact} {share}");
    }
}

#[test]
fn a_dimension_that_does_not_matter_does_not_matter() {
    let flat = sphere(60, 3);
    let volume = hypervolume(&flat, &[1.1; 3]);
    let deep: Vec<Vec<f64>> = flat.iter().map(|p| [&p[..], &[0.25]].concat()).collect();
    assert!((hypervolume(&deep, &[1.1, 1.1, 1.1, 1.25]) - volume).abs() < 1e-12);
}

#[test]
fn an_archive_keeps_one_point_a_box_and_the_better_one() {
    let mut archive = Archive::new(vec![1.0, 1.0]);
    let offer = |a: &mut Archive, o: [f64; 2]| a.offer(&o, &Evaluation::from(o.to_vec()));
    assert!(offer(&mut archive, [2.5, 2.5]));
    // The same box: neither dominates, and this one is further from the corner.
    assert!(!offer(&mut archive, [2.9, 2.4]));
    assert!(offer(&mut archive, [2.1, 2.6]));
    // Its box is dominated, though the point is not.
    assert!(!offer(&mut archive, [2.05, 3.1]));
    assert!(offer(&mut archive, [2.0, 2.0]));
    assert!(offer(&mut archive, [0.2, 5.0]));
    assert!(!offer(&mut archive, [0.1, 6.0]));
    assert!(offer(&mut archive, [0.3, 1.0]));
    let kept: Vec<&[f64]> = archive.entries().iter().map(|e| &e.objectives[..]).collect();
    assert_eq!(kept, [[0.3, 1.0]]);
    let broken = Evaluation { objectives: vec![0.0; 2], violation: 0.1 };
    assert!(!archive.offer(&[], &broken));
    assert!(!archive.offer(&[], &Evaluation::from(vec![f64::NAN, 0.0])));
    assert!(!archive.offer(&[], &Evaluation::from(vec![0.0])));
}

#[test]
fn an_archive_without_widths_is_the_front() {
    let mut cloud: Vec<Vec<f64>> = sphere(100, 3);
    cloud.extend(sphere(100, 3).iter().map(|p| p.iter().map(|x| 1.2 * x).collect()));
    let mut archive = Archive::new(vec![0.0; 3]);
    for p in &cloud {
        archive.offer(p, &Evaluation::from(p.clone()));
    }
    let mut kept: Vec<Vec<f64>> = archive.entries().iter().map(|e| e.objectives.clone()).collect();
    kept.sort_by(|a, b| sort::lexicographic(a, b));
    assert_eq!(kept, front(&cloud));
}

fn cloud() -> impl Strategy<Value = Vec<Vec<f64>>> {
    (1_usize..5).prop_flat_map(|d| {
        // A coarse lattice, so that ties and equal points occur.
        prop::collection::vec(prop::collection::vec((0_u8..8).prop_map(f64::from), d), 1..25)
    })
}

proptest! {
    #[test]
    fn every_front_is_beaten_by_the_one_before_and_by_none_of_its_own(rows in cloud()) {
        let all: Vec<Evaluation> = rows.into_iter().map(Evaluation::from).collect();
        let fronts = fronts(&all);
        prop_assert_eq!(fronts.iter().map(Vec::len).sum::<usize>(), all.len());
        for (layer, front) in fronts.iter().enumerate() {
            for i in front {
                prop_assert!(!front.iter().any(|j| all[*j].beats(&all[*i])));
                prop_assert!(layer == 0 || fronts[layer - 1].iter().any(|j| all[*j].beats(&all[*i])));
            }
        }
    }

    #[test]
    fn volumes_are_those_of_unit_boxes_counted_one_by_one(rows in cloud()) {
        let d = rows[0].len();
        let covered = (0..8_usize.pow(d as u32)).filter(|cell| {
            let at = |o: usize| ((cell / 8_usize.pow(o as u32)) % 8) as f64;
            rows.iter().any(|p| (0..d).all(|o| p[o] <= at(o)))
        });
        prop_assert_eq!(hypervolume(&rows, &vec![8.0; d]), covered.count() as f64);
    }

    #[test]
    fn a_point_never_lowers_the_volume(rows in cloud(), place in 0_usize..25) {
        let d = rows[0].len();
        let mut fewer = rows.clone();
        fewer.remove(place % rows.len());
        let reference = vec![8.0; d];
        prop_assert!(hypervolume(&fewer, &reference) <= hypervolume(&rows, &reference));
    }

    #[test]
    fn an_archive_loses_no_point_by_more_than_a_box(rows in cloud()) {
        let d = rows[0].len();
        let mut archive = Archive::new(vec![1.5; d]);
        for p in &rows {
            archive.offer(p, &Evaluation::from(p.clone()));
        }
        for p in &rows {
            let near = |e: &archive::Entry| e.objectives.iter().zip(p).all(|(o, p)| *o < p + 1.5);
            prop_assert!(archive.entries().iter().any(near));
        }
        for (i, a) in archive.entries().iter().enumerate() {
            for (j, b) in archive.entries().iter().enumerate() {
                prop_assert!(i == j || !dominates(&a.objectives, &b.objectives));
            }
        }
    }
}
