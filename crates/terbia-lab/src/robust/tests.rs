//! Do the rules of decision give the figures of a textbook, and stay where nothing has changed?

use super::criteria::Criterion;
use super::interval::{Share, median, sign_test, wilson};
use super::paired::paired;
use super::regret::Over;
use super::*;
use proptest::prelude::*;
use terbia_model::kernel::dist::{normal, normal_cdf};
use terbia_model::kernel::math::sqrt;
use terbia_model::kernel::rng::{Draws, Purpose};

const NAN: f64 = f64::NAN;

fn names(count: usize) -> Vec<String> {
    (0..count).map(|p| format!("policy {}", p + 1)).collect()
}

fn outcome(name: &str, better: Direction, threshold: Option<f64>) -> Outcome {
    Outcome { name: name.into(), better, threshold }
}

/// A table of one outcome, higher better.
fn payoffs(rows: &[Vec<f64>], threshold: Option<f64>) -> Table {
    let outcomes = vec![outcome("payoff", Direction::Higher, threshold)];
    Table::new(names(rows.len()), outcomes, rows[0].len(), &rows.concat()).unwrap()
}

/// The table of M11.
fn textbook() -> Table {
    payoffs(&[vec![10.0, 4.0, 2.0], vec![7.0, 6.0, 5.0], vec![3.0, 8.0, 4.0]], Some(4.0))
}

#[test]
fn m11_regrets_and_what_the_rules_choose() {
    let table = textbook();
    assert_eq!(table.regrets(0), [[0.0, 4.0, 3.0], [3.0, 2.0, 0.0], [7.0, 0.0, 1.0]]);
    let regret = table.choose(0, Criterion::Regret(Over::Worst));
    assert_eq!((regret.scores, regret.chosen), (vec![4.0, 3.0, 7.0], vec![1]));
    let maximin = table.choose(0, Criterion::Maximin);
    assert_eq!((maximin.scores, maximin.chosen), (vec![2.0, 5.0, 3.0], vec![1]));
    let shares: Vec<f64> = table.satisficing(0).unwrap().iter().map(|s| s.value).collect();
    assert_eq!(shares, [2.0 / 3.0, 1.0, 2.0 / 3.0]);
}

#[test]
fn hope_goes_from_the_worst_to_the_best() {
    let table = textbook();
    let scores = |hope| table.choose(0, Criterion::Hurwicz(hope)).scores;
    assert_eq!(scores(0.0), [2.0, 5.0, 3.0]);
    assert_eq!(scores(1.0), [10.0, 7.0, 8.0]);
    assert_eq!(scores(0.5), [6.0, 6.0, 5.5]);
    assert_eq!(table.choose(0, Criterion::Hurwicz(0.5)).chosen, [0, 1]);
    let laplace = table.choose(0, Criterion::Laplace);
    assert_eq!((laplace.scores, laplace.chosen), (vec![16.0 / 3.0, 6.0, 5.0], vec![1]));
}

#[test]
fn the_regret_of_a_policy_in_short() {
    let short = textbook().regret(0);
    assert_eq!((short[2].worst, short[2].worst_future, short[2].median), (7.0, 0, 1.0));
    assert!((short[2].mean - 8.0 / 3.0).abs() < 1e-15 && (short[2].q90 - 5.8).abs() < 1e-12);
    assert!(short.iter().all(|s| (s.none - 1.0 / 3.0).abs() < 1e-15));
}

#[test]
fn what_is_better_low_is_judged_the_other_way_round() {
    let losses: Vec<f64> = [10.0, 4.0, 2.0, 7.0, 6.0, 5.0].iter().map(|v| -v).collect();
    let low = vec![outcome("loss", Direction::Lower, Some(-4.0))];
    let low = Table::new(names(2), low, 3, &losses).unwrap();
    let high = payoffs(&[vec![-10.0, -4.0, -2.0], vec![-7.0, -6.0, -5.0]], None);
    assert_eq!(low.regrets(0), [[0.0, 2.0, 3.0], [3.0, 0.0, 0.0]]);
    assert_eq!(low.choose(0, Criterion::Maximin).scores, [-2.0, -5.0]);
    assert_eq!(low.choose(0, Criterion::Maximin).chosen, [1]);
    assert_eq!(high.choose(0, Criterion::Maximin).chosen, [1]);
    assert_eq!(low.satisficing(0).unwrap()[0].value, 2.0 / 3.0);
    assert_eq!(low.against(0, 0, 0.9)[1].mean, -high.against(0, 0, 0.9)[1].mean);
}

#[test]
fn a_domain_is_where_all_thresholds_are_met_at_once() {
    let outcomes = vec![
        outcome("income", Direction::Higher, Some(5.0)),
        outcome("load", Direction::Lower, Some(2.0)),
        outcome("unjudged", Direction::Higher, None),
    ];
    let values = [
        // income
        [6.0, 5.0, 1.0, 9.0],
        [6.0, 6.0, 6.0, 6.0],
        // load
        [2.0, 3.0, 1.0, 1.0],
        [3.0, 3.0, 3.0, 1.0],
        // unjudged
        [0.0; 4],
        [0.0; 4],
    ];
    let table = Table::new(names(2), outcomes, 4, &values.concat()).unwrap();
    let shares: Vec<f64> = table.starr().unwrap().iter().map(|s| s.value).collect();
    assert_eq!(shares, [0.5, 0.25]);
    assert_eq!(table.satisficing(0).unwrap()[1].value, 1.0);
    assert_eq!(table.satisficing(2), None);
    assert_eq!(payoffs(&[vec![1.0]], None).starr(), None);
}

#[test]
fn shades_compare_what_units_do_not() {
    let outcomes = vec![
        outcome("tonnes", Direction::Higher, None),
        outcome("share", Direction::Higher, None),
        outcome("same for all", Direction::Lower, None),
    ];
    let values = [[1000.0, 400.0], [700.0, 600.0], [0.1, 0.2], [0.1, 0.3], [5.0, 5.0], [5.0, 5.0]];
    let table = Table::new(names(2), outcomes, 2, &values.concat()).unwrap();
    let heat = table.regret_table(Over::Worst);
    let regrets: Vec<Vec<f64>> =
        heat.iter().map(|row| row.iter().map(|c| c.regret).collect()).collect();
    assert_eq!(regrets, [[200.0, 0.3 - 0.2, 0.0], [300.0, 0.0, 0.0]]);
    assert_eq!(heat[0].iter().map(|c| c.shade).collect::<Vec<_>>(), [200.0 / 300.0, 1.0, 0.0]);
}

#[test]
fn a_future_that_one_policy_does_not_survive_counts_for_none_and_is_counted() {
    let values = [[1.0, NAN, 3.0, 4.0], [2.0, 9.0, NAN, 1.0], [5.0, 5.0, NAN, 5.0]];
    let outcomes = || vec![outcome("payoff", Direction::Higher, None)];
    let table = Table::new(names(3), outcomes(), 4, &values.concat()).unwrap();
    assert_eq!((table.futures(), table.dropped()), (&[0, 3][..], &[1, 2][..]));
    assert_eq!(table.missing(), [1, 1, 1]);
    assert_eq!(table.values(0, 0), [1.0, 4.0]);
    let only = payoffs(&[vec![1.0, 4.0], vec![2.0, 1.0], vec![5.0, 5.0]], None);
    assert_eq!(table.regrets(0), only.regrets(0));
    // Numbers of futures stay those of the caller.
    assert_eq!(table.regret(0)[1].worst_future, 3);
    assert_eq!(
        Table::new(names(1), outcomes(), 2, &[NAN; 2]),
        Err(TableError::Empty { futures: 2 })
    );
}

#[test]
fn a_table_that_is_no_table_says_why() {
    let outcomes = || vec![outcome("income", Direction::Higher, None)];
    let short = Table::new(names(2), outcomes(), 3, &[1.0; 5]).unwrap_err();
    assert_eq!(short, TableError::Shape { given: 5, outcomes: 1, policies: 2, futures: 3 });
    let mut values = [1.0; 6];
    values[4] = f64::INFINITY;
    let endless = Table::new(names(2), outcomes(), 3, &values).unwrap_err();
    assert_eq!(
        endless.to_string(),
        "outcome 'income' of policy 'policy 2' is infinite in future 1; cut it off at the horizon"
    );
    assert!(Table::new(Vec::new(), outcomes(), 3, &[]).is_err());
}

#[test]
fn wilson_has_its_textbook_values() {
    // Newcombe (1998), table I: 81/263 and 0/20 at 95 %.
    let some = wilson(81, 263, 0.95);
    assert!((some.low - 0.2553).abs() < 5e-5 && (some.high - 0.3662).abs() < 5e-5, "{some:?}");
    let none = wilson(0, 20, 0.95);
    assert!(none.low == 0.0 && (none.high - 0.1611).abs() < 5e-5, "{none:?}");
    let all = wilson(20, 20, 0.95);
    assert!((all.low - 0.8389).abs() < 5e-5 && all.high == 1.0);
}

#[test]
fn wilsons_interval_covers_about_as_often_as_it_says() {
    // Exact coverage, by the binomial: averaged over shares it is close to the nominal 90 %.
    let n = 40;
    let mut mean = 0.0;
    for step in 1..100 {
        let p = f64::from(step) / 100.0;
        let mut probability = (1.0 - p).powi(n);
        let mut covered = 0.0;
        for k in 0..=n {
            let Share { low, high, .. } = wilson(k as usize, n as usize, 0.9);
            if low <= p && p <= high {
                covered += probability;
            }
            probability *= f64::from(n - k) / f64::from(k + 1) * p / (1.0 - p);
        }
        mean += covered / 99.0;
        assert!(covered > 0.83, "{p}: {covered}");
    }
    assert!((mean - 0.9).abs() < 0.01, "{mean}");
}

#[test]
fn the_sign_test_has_its_textbook_values() {
    let sample: Vec<f64> = (1..=10).map(f64::from).collect();
    // P(X < 2) = 11/1024 and P(X < 3) = 56/1024 at n = 10: 90 % needs no more than 51.2/1024.
    assert_eq!(median(&sample, 0.9), Some((2.0, 9.0)));
    assert_eq!(median(&sample, 1.0 - 112.0 / 1024.0), Some((3.0, 8.0)));
    assert_eq!(median(&sample[..4], 0.9), None);
    assert_eq!(median(&sample[..5], 0.9), Some((1.0, 5.0)));
    assert!((sign_test(2, 8) - 112.0 / 1024.0).abs() < 1e-12);
    assert_eq!((sign_test(5, 5), sign_test(0, 0)), (1.0, 1.0));
    assert!((sign_test(0, 1000) / 2.0_f64.powi(-999) - 1.0).abs() < 1e-9);
    // With many throws the normal is the binomial, half a throw set aside.
    let even = sign_test(49_900, 50_100);
    let z = 199.0 / sqrt(100_000.0);
    assert!((even - 2.0 * (1.0 - normal_cdf(z))).abs() < 1e-5, "{even}");
}

fn gaussian(purpose: u32, future: u32) -> f64 {
    normal(Draws::new(5, future).uniform(Purpose(purpose), 0, 0, 0))
}

#[test]
fn common_random_numbers_save_what_the_variances_say() {
    // a = c + 0.5 x + 0.1, b = c + 0.5 y: Var(a) + Var(b) = 2.5, Var(a − b) = 0.5.
    let a: Vec<f64> = (0..4_000).map(|f| gaussian(1, f) + 0.5 * gaussian(2, f) + 0.1).collect();
    let b: Vec<f64> = (0..4_000).map(|f| gaussian(1, f) + 0.5 * gaussian(3, f)).collect();
    let pair = paired(&a, &b, Direction::Higher, 0.9);
    let factor = pair.variance_reduction.unwrap();
    assert!((factor - 5.0).abs() < 0.5, "{factor}");
    let error = sqrt(0.5 / 4_000.0);
    assert!((pair.standard_error / error - 1.0).abs() < 0.05);
    assert!((pair.mean - 0.1).abs() < 3.0 * error && pair.mean_interval.0 < pair.mean);
    let (low, high) = pair.median_interval.unwrap();
    assert!(low < 0.1 && high > 0.1 && high - low < 5.0 * error, "{low} {high}");
    assert!((pair.range.1 - pair.range.0 - 2.0 * 1.645 * sqrt(0.5)).abs() < 0.1);
    assert_eq!(pair.better + pair.worse, pair.futures);
    assert!(pair.sign_probability < 0.01);
    let same = paired(&a, &a, Direction::Lower, 0.9);
    assert_eq!((same.mean, same.variance_reduction, same.sign_probability), (0.0, None, 1.0));
}

#[test]
fn intervals_of_paired_differences_cover_as_often_as_they_say() {
    // Differences are exponential less its mean: skewed, mean 0, median ln 2 − 1.
    let (mut mean, mut middle) = (0, 0);
    for trial in 0..1_000_u32 {
        let draws = Draws::new(17, trial);
        let gains: Vec<f64> = (0..60)
            .map(|f| {
                -terbia_model::kernel::math::ln(1.0 - draws.uniform(Purpose(9), f, 0, 0)) - 1.0
            })
            .collect();
        let pair = paired(&gains, &[0.0; 60], Direction::Higher, 0.9);
        mean += u32::from(pair.mean_interval.0 <= 0.0 && 0.0 <= pair.mean_interval.1);
        let (low, high) = pair.median_interval.unwrap();
        let truth = std::f64::consts::LN_2 - 1.0;
        middle += u32::from(low <= truth && truth <= high);
    }
    // A share of 1,000 trials has a standard error of 0.0095.
    assert!((860..=920).contains(&mean), "{mean}");
    assert!((880..=950).contains(&middle), "{middle}");
}

#[test]
fn who_beats_whom_is_a_sentence() {
    let table = payoffs(&[vec![2.0, 5.0, 3.0, 1.0], vec![1.0, 5.0, 1.0, 3.0]], None);
    let beats = table.beats(0, 0, 1, 0.9);
    assert_eq!((beats.better.value, beats.tied), (0.5, 0.25));
    assert_eq!(
        beats.sentence("A", "B"),
        "A beats B in 50 % of 4 futures, 90 % interval 18 to 82 %; they tie in 25 %"
    );
    let back = table.beats(0, 1, 0, 0.9);
    assert_eq!(beats.better.value + beats.tied + back.better.value, 1.0);
}

/// Payoffs of two to five policies in one to thirty futures.
fn any() -> impl Strategy<Value = Vec<Vec<f64>>> {
    (2_usize..6, 1_usize..30).prop_flat_map(|(policies, futures)| {
        prop::collection::vec(prop::collection::vec(-1e3_f64..1e3, futures), policies)
    })
}

proptest! {
    #[test]
    fn regret_is_never_below_0_and_somebody_has_none_in_each_future(rows in any()) {
        let regrets = payoffs(&rows, None).regrets(0);
        prop_assert!(regrets.iter().flatten().all(|r| *r >= 0.0));
        for future in 0..rows[0].len() {
            prop_assert!(regrets.iter().any(|row| row[future] == 0.0));
        }
    }

    #[test]
    fn doing_a_policy_twice_changes_no_regret(rows in any(), twin in 0_usize..2) {
        let mut doubled = rows.clone();
        doubled.push(rows[twin].clone());
        let (one, two) = (payoffs(&rows, None), payoffs(&doubled, None));
        prop_assert_eq!(&two.regrets(0)[..rows.len()], &one.regrets(0)[..]);
        prop_assert_eq!(&two.regret(0)[..rows.len()], &one.regret(0)[..]);
        prop_assert_eq!(two.regret(0)[twin], two.regret(0)[rows.len()]);
    }

    #[test]
    fn the_order_of_the_futures_moves_no_bit(rows in any(), seed in 0_u64..1_000) {
        let mut order: Vec<usize> = (0..rows[0].len()).collect();
        let key = |f: &usize| Draws::new(seed, *f as u32).uniform(Purpose(1), 0, 0, 0);
        order.sort_by(|a, b| key(a).total_cmp(&key(b)));
        let shuffled: Vec<Vec<f64>> =
            rows.iter().map(|row| order.iter().map(|f| row[*f]).collect()).collect();
        let (one, two) = (payoffs(&rows, Some(10.0)), payoffs(&shuffled, Some(10.0)));
        for (a, b) in one.regret(0).iter().zip(two.regret(0)) {
            prop_assert_eq!((a.mean, a.median, a.q90, a.worst, a.none), (b.mean, b.median, b.q90, b.worst, b.none));
        }
        let rules = [Criterion::Maximin, Criterion::Laplace, Criterion::Hurwicz(0.3)];
        for rule in rules {
            prop_assert_eq!(one.choose(0, rule), two.choose(0, rule));
        }
        prop_assert_eq!(one.starr(), two.starr());
        prop_assert_eq!(one.beats(0, 0, 1, 0.9), two.beats(0, 0, 1, 0.9));
        prop_assert_eq!(one.regret_table(Over::Mean), two.regret_table(Over::Mean));
        let (a, b) = (one.against(0, 0, 0.9), two.against(0, 0, 0.9));
        // Debug text, as a single future has a standard error of NaN.
        prop_assert_eq!(format!("{a:?}"), format!("{b:?}"));
    }

    #[test]
    fn nobody_beats_oneself_and_beating_is_mutual(rows in any()) {
        let table = payoffs(&rows, None);
        let (there, back) = (table.beats(0, 0, 1, 0.9), table.beats(0, 1, 0, 0.9));
        prop_assert!((there.better.value + back.better.value + there.tied - 1.0).abs() < 1e-12);
        prop_assert_eq!(table.beats(0, 0, 0, 0.9).tied, 1.0);
    }
}
