//! What does the model do at its corners, and in which direction do things move? B8, T4, T5.

use super::fixture::Fixture;
use crate::module::extraction::ramp;
use crate::run::RunStatus;

/// Values under which nothing changes from month to month unless the test makes it.
pub(crate) const STILL: &[(&str, f64)] = &[
    ("extraction.site_output_log_sd", 0.0),
    ("extraction.site_life_log_sd", 0.0),
    ("extraction.unit_cost_log_sd", 0.0),
    ("extraction.site_life_months", 1e5),
    ("extraction.monsoon_depth", 0.0),
    ("extraction.rain_response", 0.0),
    ("extraction.entry_sites_per_month", 0.0),
    ("extraction.ramp_months", 1e-3),
    ("market.conditions_volatility_per_month", 0.0),
    ("heavy.growth", 0.0),
    ("rare.growth", 0.0),
    ("heavy.noise", 0.0),
    ("rare.noise", 0.0),
];

fn still(f: &Fixture, more: &[(&str, f64)]) -> Vec<f64> {
    let mut changes = STILL.to_vec();
    changes.extend_from_slice(more);
    f.values(&changes)
}

#[test]
fn b8_many_equal_sites_are_a_cohort() {
    let f = Fixture::new();
    let (entry, output, reserve, tau) = (4_000.0, 10.0, 100.0, 3.0);
    let values = still(
        &f,
        &[
            ("extraction.entry_sites_per_month", entry),
            ("extraction.entry_spread", 1e-3),
            ("extraction.investment_cny", 1.0),
            ("extraction.site_output_t_reo_per_month", output),
            ("extraction.site_life_months", reserve / output),
            ("extraction.ramp_months", tau),
            ("upper.prospectivity", 1.0),
            ("lower.prospectivity", 0.0),
            ("upper.sites", 0.0),
            ("lower.sites", 0.0),
            // Far above what the market pays less: every site stays in profit.
            ("extraction.unit_cost_cny_per_t", 1.0),
        ],
    );
    let (rows, status) = f.run(&values, 2);
    assert_eq!(status, RunStatus::Finished);
    let mined = f.column(&rows, "output_reo_t");
    // A cohort of age a gives output·ramp(a) until its hill is empty; one cohort is born a month.
    let (mut left, mut age, mut cohort) = (reserve, 0.0, Vec::new());
    while left > 0.0 {
        age += 1.0;
        let q = (output * ramp(age, tau)).min(left);
        left -= q;
        cohort.push(q);
    }
    for (month, mined) in mined.iter().enumerate().take(60).skip(1) {
        let expected: f64 = entry * cohort.iter().take(month).sum::<f64>();
        // Poisson entry: relative error about 1/sqrt(entry · months) with four standard deviations.
        let error = 4.0 / (entry * month.min(cohort.len()) as f64).sqrt();
        assert!((mined / expected - 1.0).abs() < error, "month {month}: {mined} is not {expected}");
    }
}

#[test]
fn t4_without_a_shock_the_market_stands_still() {
    let f = Fixture::new();
    let (rows, _) = f.run(&still(&f, &[]), 1);
    for name in ["price_cny_per_kg.heavy", "price_cny_per_kg.rare", "output_reo_t"] {
        let series = f.column(&rows, name);
        let (last, before) = (series[191], series[179]);
        // The stock of the first month takes years to settle: a swing of a few parts in 10⁵ is left.
        assert!((last / before - 1.0).abs() < 1e-4, "{name}: {before} then {last}");
    }
}

#[test]
fn t4_behind_a_gate_shut_for_ever_only_the_hardiest_produce_and_only_a_leak_leaves() {
    let f = Fixture::new().shut("2017-01-01", "", 0.0, 1.0);
    let values = still(
        &f,
        &[
            ("extraction.retention_share", 0.3),
            ("haulage.leak_share", 0.05),
            ("upper.sites", 4_000.0),
            ("lower.sites", 0.0),
        ],
    );
    let (rows, _) = f.run(&values, 1);
    let mined = f.column(&rows, "output_reo_t");
    let open = Fixture::new();
    let free = open.column(&open.run(&values[..values.len() - 2], 1).0, "output_reo_t");
    // 4,000 frailties: the share below 0.3 is 0.3 within three standard deviations.
    assert!((mined[24] / free[24] - 0.3).abs() < 3.0 * (0.21_f64 / 4_000.0).sqrt());
    let (exports, leaks) = (f.column(&rows, "exports_t"), f.column(&rows, "leak_t"));
    assert!(exports.iter().zip(&leaks).all(|(e, l)| (e - l).abs() < 1e-9));
    assert!(leaks[50] > 0.0);
}

#[test]
fn b7_reagents_last_as_long_as_stock_over_use() {
    // 200 t at 8 t/t and 11.6 t REO a month are used up after 2.155 months.
    let months = 200.0 / (8.0 * 11.6);
    assert!((months - 2.155_172_413_793_103_6_f64).abs() < 1e-12);
    let f = Fixture::new().shut("2017-01-01", "", 1.0, 0.0);
    let values = still(
        &f,
        &[
            ("extraction.reagent_leak_share", 0.0),
            ("extraction.reagent_t_per_t_reo", 8.0),
            ("extraction.reagent_cover_months", months),
            ("extraction.site_output_t_reo_per_month", 11.6),
            ("upper.sites", 1.0),
            ("lower.sites", 0.0),
        ],
    );
    let mined = f.column(&f.run(&values, 1).0, "output_reo_t");
    // Masses are kept to a gram.
    let near = |a: f64, b: f64| (a - b).abs() < 2e-6 * b.max(1.0);
    assert!(near(mined[0], mined[1]) && near(mined[2], (months - 2.0) * mined[0]));
    assert!(near(mined.iter().sum(), months * mined[0]));
    assert_eq!(mined[3..].iter().sum::<f64>(), 0.0);
}

#[test]
fn t4_without_reagents_nothing_is_mined() {
    let f = Fixture::new().shut("2017-01-01", "", 1.0, 0.0);
    let values = still(&f, &[("extraction.reagent_leak_share", 0.0)]);
    let mined = f.column(&f.run(&values, 1).0, "output_reo_t");
    assert!(mined[0] > 0.0, "the first month lives on stock");
    assert!(mined[24..].iter().all(|q| *q < 1e-9));
}

#[test]
fn t5_a_higher_levy_never_raises_what_passes_legally() {
    let legal = |levy: f64| {
        let f = Fixture::new().levy(levy);
        let (rows, _) = f.run(&f.values(&[]), 3);
        let sum = |name| f.column(&rows, name).iter().sum::<f64>();
        sum("exports_t") - sum("leak_t")
    };
    let volumes: Vec<f64> = [0.0, 10e3, 20e3, 40e3, 80e3].into_iter().map(legal).collect();
    assert!(volumes.windows(2).all(|w| w[1] <= w[0] * (1.0 + 1e-9)), "{volumes:?}");
    assert!(volumes[4] < 0.7 * volumes[0]);
}

#[test]
fn a_closure_raises_prices_and_its_end_lets_the_stock_out() {
    let open = Fixture::new();
    let shut = Fixture::new().shut("2024-10-18", "2025-03-27", 0.0, 0.0);
    let values = shut.values(&[]);
    let calm = open.run(&values[..values.len() - 2], 5).0;
    let crisis = shut.run(&values, 5).0;
    let february_2025 = 97;
    let price =
        |f: &Fixture, rows: &[Vec<f64>]| f.column(rows, "price_cny_per_kg.rare")[february_2025];
    assert!(price(&shut, &crisis) > price(&open, &calm));
    let exports = shut.column(&crisis, "exports_t");
    assert!(exports[february_2025] < 0.2 * exports[90]);
    assert!(exports[february_2025 + 2] > 2.0 * exports[february_2025]);
}

#[test]
fn poorer_ore_gives_less_from_the_same_sites_and_dearer_ore_draws_fewer() {
    let plain = Fixture::new();
    let mut poor = Fixture::new();
    let half = poor.number("upper.half", 20_000.0, 10_000.0, 40_000.0);
    for township in &mut poor.corridor.townships {
        township.half_grade_t_reo = Some(half);
    }
    let (rows, status) = poor.run(&still(&poor, &[]), 5);
    assert_eq!(status, RunStatus::Finished);
    let (grade, mined) =
        (poor.column(&rows, "ore_grade.upper"), poor.column(&rows, "output_reo_t"));
    assert!(grade.windows(2).all(|w| w[1] <= w[0]) && grade[0] == 1.0);
    // Nothing else changes in a still world, so output falls as the grade does.
    let rich = plain.column(&plain.run(&still(&plain, &[]), 5).0, "output_reo_t");
    let month = 24;
    assert!(mined[month] < 0.9 * rich[month], "{} {}", mined[month], rich[month]);
    let entry = [("extraction.entry_sites_per_month", 4.0)];
    let sites = |f: &Fixture| f.column(&f.run(&still(f, &entry), 5).0, "sites_total")[120];
    assert!(sites(&poor) < sites(&plain));
}
