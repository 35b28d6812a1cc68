//! Does the search find fronts that are known, and the same ones whatever the threads?

use super::reference::{count, das_dennis, suited};
use super::*;
use crate::pareto::sort::front;
use crate::pareto::volume::hypervolume;
use std::f64::consts::FRAC_PI_2;
use terbia_model::kernel::math::{cos, sqrt};
use terbia_model::kernel::rng::{Draws, Purpose};

/// Hypervolumes of the whole fronts up to 1.1 in each objective.
const DTLZ2: f64 = 0.807_401_224_4;
const ZDT1: f64 = 0.876_666_666_7;

/// Deb et al. (2005), three objectives: the front is an eighth of the unit sphere.
fn dtlz2(x: &[f64]) -> Evaluation {
    let g: f64 = x[2..].iter().map(|x| (x - 0.5) * (x - 0.5)).sum();
    let [c0, c1] = [x[0], x[1]].map(|x| cos(x * FRAC_PI_2));
    let [s0, s1] = [x[0], x[1]].map(|x| cos((1.0 - x) * FRAC_PI_2));
    vec![(1.0 + g) * c0 * c1, (1.0 + g) * c0 * s1, (1.0 + g) * s0].into()
}

/// Zitzler, Deb and Thiele (2000): the front is 1 − sqrt(x).
fn zdt1(x: &[f64]) -> Evaluation {
    let g = 1.0 + 9.0 * x[1..].iter().sum::<f64>() / (x.len() as f64 - 1.0);
    vec![x[0], g * (1.0 - sqrt(x[0] / g))].into()
}

fn unit(count: usize) -> Vec<Variable> {
    vec![Variable::Continuous { low: 0.0, high: 1.0 }; count]
}

fn searched(
    variables: Vec<Variable>,
    settings: Settings,
    generations: u32,
    evaluate: impl Fn(&[f64]) -> Evaluation + Sync + Send,
) -> Search {
    let crew = Crew::new(1);
    let mut evaluate = in_parallel(&crew, evaluate);
    let mut search = Search::begin(variables, settings, &[], &mut evaluate).unwrap();
    for _ in 0..generations {
        search.advance(&mut evaluate).unwrap();
    }
    search
}

fn costs(members: &[&Member]) -> Vec<Vec<f64>> {
    members.iter().map(|m| m.evaluation.objectives.clone()).collect()
}

fn kept(search: &Search) -> Vec<Vec<f64>> {
    search.archive().entries().iter().map(|e| e.objectives.clone()).collect()
}

#[test]
fn m12_counts_of_das_and_dennis() {
    for (objectives, divisions, expected) in [(3, 12, 91), (3, 4, 15), (5, 6, 210), (1, 9, 1)] {
        let directions = das_dennis(objectives, divisions);
        assert_eq!((directions.len(), count(objectives, divisions)), (expected, expected));
        assert!(directions.iter().all(|d| (d.iter().sum::<f64>() - 1.0).abs() < 1e-12));
        assert!(directions.windows(2).all(|w| w[0] != w[1]));
    }
    assert_eq!(count(60, 1_000), usize::MAX);
}

#[test]
fn directions_fit_the_population() {
    assert_eq!(suited(3, 92).len(), 91);
    assert_eq!(suited(1, 50), [[1.0]]);
    // Eight objectives: 120 on the rim, and 36 inside where the lattice of 3 has no point.
    let eight = suited(8, 156);
    assert_eq!(eight.len(), 156);
    assert!(eight.iter().any(|d| d.iter().all(|x| *x > 0.06)));
    for objectives in 2..9 {
        for population in [4, 10, 64, 200] {
            let directions = suited(objectives, population);
            assert!(directions.len() <= population.max(objectives), "{objectives} {population}");
            assert!(directions.iter().all(|d| (d.iter().sum::<f64>() - 1.0).abs() < 1e-12));
        }
    }
}

#[test]
fn m12_91_members_cover_what_91_points_of_the_sphere_can() {
    // No 91 points cover 99 % of the volume of the whole front; the best placed cover 92 %.
    let ideal: Vec<Vec<f64>> = das_dennis(3, 12)
        .iter()
        .map(|d| {
            let length = sqrt(d.iter().map(|x| x * x).sum());
            d.iter().map(|x| x / length).collect()
        })
        .collect();
    let most = hypervolume(&ideal, &[1.1; 3]);
    assert!((most / DTLZ2 - 0.9225).abs() < 1e-4, "{most}");
    for seed in [1, 2] {
        let search = searched(unit(12), Settings::usual(92, seed, vec![0.05; 3]), 250, dtlz2);
        let volume = hypervolume(&costs(&search.front()), &[1.1; 3]);
        assert!(volume >= 0.99 * most && volume < DTLZ2, "{}", volume / most);
    }
}

#[test]
fn m12_the_archive_covers_99_per_cent_of_the_whole_sphere() {
    // Children far from their parents: the gaps between directions are filled too.
    let settings = Settings { crossover_index: 5.0, ..Settings::usual(140, 1, vec![0.003; 3]) };
    let search = searched(unit(12), settings, 400, dtlz2);
    let volume = hypervolume(&kept(&search), &[1.1; 3]);
    assert!((0.99 * DTLZ2..DTLZ2).contains(&volume), "{}", volume / DTLZ2);
    assert!(search.evaluations() <= 140 * 401);
}

#[test]
fn m12_members_and_archive_cover_99_per_cent_of_a_curve() {
    for seed in [1, 2] {
        let search = searched(unit(30), Settings::usual(100, seed, vec![0.002; 2]), 300, zdt1);
        for points in [costs(&search.front()), kept(&search)] {
            let volume = hypervolume(&points, &[1.1; 2]);
            assert!((0.99 * ZDT1..ZDT1).contains(&volume), "{}", volume / ZDT1);
        }
    }
}

#[test]
fn what_breaks_a_constraint_is_left_behind() {
    // x + y >= 1: the front is the line between the corners, its volume 1.21 − 0.5.
    let line = |x: &[f64]| Evaluation { objectives: x.to_vec(), violation: 1.0 - x[0] - x[1] };
    let search = searched(unit(2), Settings::usual(100, 3, vec![0.002; 2]), 150, line);
    let volume = hypervolume(&kept(&search), &[1.1; 2]);
    assert!((0.99 * 0.71..0.71).contains(&volume), "{volume}");
    assert!(search.archive().entries().iter().all(|e| e.decision.iter().sum::<f64>() >= 1.0));
    // Where nothing is allowed, the least broken is bred and nothing is archived.
    let never = |x: &[f64]| Evaluation { objectives: x.to_vec(), violation: 1.0 + x[0] };
    let search = searched(unit(2), Settings::usual(20, 3, vec![0.002; 2]), 60, never);
    assert!(search.archive().entries().is_empty() && search.front().is_empty());
    let worst = search.members().iter().map(|m| m.decision[0]).fold(0.0, f64::max);
    assert!(worst < 0.01, "{worst}");
}

#[test]
fn portfolios_without_a_number_stop_nobody_and_die_out() {
    let holed = |x: &[f64]| {
        if (0.4..0.6).contains(&x[0]) { vec![f64::NAN, 0.0].into() } else { zdt1(x) }
    };
    let search = searched(unit(10), Settings::usual(100, 4, vec![0.002; 2]), 150, holed);
    assert!(search.members().iter().all(|m| m.evaluation.feasible()));
    let curve: Vec<Vec<f64>> = (0..=5_000)
        .map(|i| f64::from(i) / 5_000.0)
        .filter(|x| !(0.4..0.6).contains(x))
        .map(|x| vec![x, 1.0 - sqrt(x)])
        .collect();
    let whole = hypervolume(&curve, &[1.1; 2]);
    let volume = hypervolume(&kept(&search), &[1.1; 2]);
    assert!(volume >= 0.99 * whole, "{}", volume / whole);
    let nothing = |_: &[f64]| vec![f64::NAN; 2].into();
    let search = searched(unit(2), Settings::usual(8, 4, vec![0.1; 2]), 5, nothing);
    assert!(search.front().is_empty() && search.members().len() == 8);
}

/// Three whole numbers of 0 to 7 and two choices of four: 8,192 portfolios, three costs. What a choice
/// costs has no order.
fn mixed(x: &[f64]) -> Evaluation {
    let price = |place: u32, choice: f64, k: u32| {
        10.0 * Draws::new(11, choice as u32).uniform(Purpose(1), place, k, 0)
    };
    let chosen = |k: u32| price(0, x[3], k) + price(1, x[4], k);
    let bent = (x[2] - x[0]).powi(2) + (x[1] - 4.0).powi(2);
    vec![x[0] + x[1] + chosen(0), 14.0 - x[0] - x[2] + chosen(1), bent + chosen(2)].into()
}

fn mixed_variables() -> Vec<Variable> {
    let whole = Variable::Integer { low: 0, high: 7 };
    let choice = Variable::Choice { count: 4 };
    vec![whole, whole, whole, choice, choice]
}

#[test]
fn whole_numbers_and_choices_are_searched_and_none_twice() {
    let level = |i: u32, base: u32, size: u32| f64::from(i / base % size);
    let portfolio = |i: u32| {
        let whole = [1, 8, 64].map(|base| level(i, base, 8));
        let chosen = [512, 2048].map(|base| level(i, base, 4));
        [&whole[..], &chosen[..]].concat()
    };
    let all: Vec<Vec<f64>> = (0..8_192).map(|i| mixed(&portfolio(i)).objectives).collect();
    let whole = hypervolume(&front(&all), &[40.0; 3]);
    let search = searched(mixed_variables(), Settings::usual(60, 5, vec![0.0; 3]), 100, mixed);
    let volume = hypervolume(&kept(&search), &[40.0; 3]);
    assert!(volume >= 0.999 * whole && volume <= whole * (1.0 + 1e-12), "{}", volume / whole);
    // A quarter of all portfolios, four fifths of the front.
    assert!(search.evaluations() < 8_192 / 4, "{}", search.evaluations());
    let best = front(&all);
    let found = kept(&search).iter().filter(|p| best.contains(p)).count();
    assert!(found * 5 >= best.len() * 4, "{found} of {}", best.len());
    for member in search.members() {
        assert!(member.decision.iter().zip(mixed_variables()).all(|(l, v)| v.allows(Some(*l))));
    }
}

#[test]
fn one_objective_is_a_search_for_the_least() {
    let bowl = |x: &[f64]| vec![x.iter().map(|x| (x - 0.3) * (x - 0.3)).sum()].into();
    let search = searched(unit(5), Settings::usual(40, 6, vec![0.0]), 100, bowl);
    assert_eq!(search.archive().entries().len(), 1);
    assert!(search.archive().entries()[0].objectives[0] < 1e-3);
}

#[test]
fn neither_threads_nor_who_evaluates_move_a_bit() {
    let run = |jobs| {
        let crew = Crew::new(jobs);
        let mut evaluate = in_parallel(&crew, mixed);
        let settings = Settings::usual(40, 9, vec![0.1; 3]);
        let mut search = Search::begin(mixed_variables(), settings, &[], &mut evaluate).unwrap();
        for _ in 0..15 {
            search.advance(&mut evaluate).unwrap();
        }
        search
    };
    let one = run(1);
    assert_eq!(one, run(2));
    assert_eq!(one, searched(mixed_variables(), Settings::usual(40, 9, vec![0.1; 3]), 15, mixed));
    let other = searched(mixed_variables(), Settings::usual(40, 10, vec![0.1; 3]), 15, mixed);
    assert_ne!(one.members(), other.members());
}

#[test]
fn what_the_caller_knows_takes_part_and_is_never_lost_if_it_is_good() {
    let known = vec![vec![0.25; 30], [&[0.25][..], &[0.0; 29]].concat()];
    let mut first = Vec::new();
    let mut evaluate = |d: &[Vec<f64>]| -> Vec<Evaluation> {
        first.extend_from_slice(d);
        d.iter().map(|d| zdt1(d)).collect()
    };
    let settings = Settings::usual(20, 1, vec![0.01; 2]);
    let mut search = Search::begin(unit(30), settings, &known, &mut evaluate).unwrap();
    for _ in 0..5 {
        search.advance(&mut evaluate).unwrap();
    }
    assert_eq!(first[..2], known[..]);
    // The second lies on the front: 1 − sqrt(0.25).
    assert!(search.archive().entries().iter().any(|e| e.decision == known[1]));
    assert!(search.front().iter().any(|m| m.decision == known[1]));
}

#[test]
fn a_search_that_cannot_be_made_says_why() {
    let good = Settings::usual(8, 1, vec![0.1; 2]);
    let mut pair = |d: &[Vec<f64>]| vec![Evaluation::from(vec![0.0; 2]); d.len()];
    let mut begin = |variables: Vec<Variable>, settings: &Settings, known: &[Vec<f64>]| {
        Search::begin(variables, settings.clone(), known, &mut pair).err()
    };
    let none = Settings { widths: Vec::new(), ..good.clone() };
    let nothing = SearchError::Nothing { variables: 2, objectives: 0 };
    assert_eq!(begin(unit(2), &none, &[]), Some(nothing));
    let bad = [
        Variable::Choice { count: 0 },
        Variable::Integer { low: 2, high: 1 },
        Variable::Continuous { low: 0.0, high: f64::INFINITY },
        Variable::Continuous { low: f64::NAN, high: 1.0 },
    ];
    for variable in bad {
        let variables = vec![Variable::Choice { count: 1 }, variable];
        assert_eq!(begin(variables, &good, &[]), Some(SearchError::Variable { place: 1 }));
    }
    for known in [vec![0.5], vec![0.5, 1.5], vec![f64::NAN, 0.0]] {
        let error = begin(unit(2), &good, &[vec![0.0; 2], known]);
        assert_eq!(error, Some(SearchError::Known { place: 1 }));
    }
    assert_eq!(begin(unit(2), &good, &[]), None);
    let mut few = |d: &[Vec<f64>]| vec![Evaluation::from(vec![0.0; 2]); d.len() - 1];
    let error = Search::begin(unit(2), good.clone(), &[], &mut few).unwrap_err();
    assert_eq!(error, SearchError::Answers { asked: 8, given: 7 });
    let mut search = Search::begin(unit(2), good, &[], &mut pair).unwrap();
    let before = search.clone();
    let mut short = |d: &[Vec<f64>]| vec![Evaluation::from(vec![0.0]); d.len()];
    assert!(matches!(search.advance(&mut short), Err(SearchError::Objectives { given: 1, .. })));
    assert_eq!(search, before);
}
