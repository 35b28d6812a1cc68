//! Does the market follow its closed forms? Verification cases D1 to D5, D8 and D9.

use super::*;

fn close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-9 * b.abs(), "{a} is not {b}");
}

#[test]
fn d1_the_static_price_that_the_record_rejects() {
    for (loss, price) in [
        (0.1, 1.211_143_038_872_662_5),
        (0.3, 1.912_669_476_719_118_6),
        (0.5, 3.526_365_019_984_085),
    ] {
        close(pow(1.0 - loss, -1.0 / (0.3 + 0.25)), price);
    }
}

#[test]
fn d2_a_small_deviation_of_stock_decays_by_its_half_life() {
    // dI/dt = −(es + ed) phi/Cov* I for a small deviation of the price that cover sets.
    let rate: f64 = 0.55 * 1.0 / 6.0;
    close(rate, 0.091_666_666_666_666_67);
    close(std::f64::consts::LN_2 / rate, 7.561_605_606_108_493);
    // The price function itself has that slope at normal cover.
    let (h, normal) = (1e-6, 6.0);
    let slope = (ln(coverage_price(normal * exp(h), normal, 1.0, 0.1))
        - ln(coverage_price(normal * exp(-h), normal, 1.0, 0.1)))
        / (2.0 * h);
    assert!((slope + 1.0).abs() < 1e-9);
}

#[test]
fn d3_cover_alone() {
    close(coverage_price(6.0 - 0.3 * 6.0, 6.0, 1.0, 0.1), 1.428_571_428_571_428_6);
}

#[test]
fn d4_the_expected_shortfall_raises_the_price() {
    for (hazard, months, price) in [(0.0, 4.8, 1.705), (0.1, 2.795, 1.297), (0.29, 1.337, 1.119)] {
        let short = expected_shortfall_months(0.4, 12.0, hazard);
        assert!((short - months).abs() < 5e-4);
        assert!((coverage_price(9.0 - short, 9.0, 0.7, 0.1) - price).abs() < 5e-4);
    }
}

#[test]
fn d5_without_a_shock_the_price_stays() {
    for phi in [0.1, 0.57, 2.0] {
        for normal in [3.0, 11.5, 15.0] {
            assert_eq!(coverage_price(normal, normal, phi, 0.1), 1.0);
        }
    }
}

#[test]
fn d8_substitution_and_new_supply_act_on_a_shortage_in_parallel() {
    // Sprecher et al. 2017: 10 % of demand a year by substitution and 4 % by new supply, both at
    // their caps in a lasting shortage, are 28 % after two years.
    let f = crate::tests::Fixture::new();
    let values = f.values(&[
        ("market.thrift_cap_per_year", 0.10),
        ("market.thrift_response_per_month", 1e6),
        ("market.thrift_return_per_month", 0.0),
        ("market.alternative_cap_per_year", 0.04),
        ("market.alternative_response_per_month", 1e6),
        ("market.alternative_premium", 0.0),
        ("heavy.noise", 0.0),
        ("rare.noise", 0.0),
    ]);
    let params = crate::module::Params::from_values(&mut values.iter()).market;
    let mut state = State::default();
    state.start(&params, &f.corridor, &values, (900.0, 192));
    let cut_off = Arrivals {
        reo: 0.0,
        open: 0.0,
        stopped: 0.0,
        leak: 0.0,
        announced: 0.0,
        announced_lead_months: f64::INFINITY,
        permanent: false,
        announced_permanent: false,
    };
    for month in 0..24 {
        step(
            &mut state,
            &params,
            &f.corridor,
            &values,
            (&cut_off, Policy::NEUTRAL, month),
            &Draws::new(1, 0),
        );
    }
    for element in &state.elements {
        assert!((element.thrift + state.pipeline.total() - 0.28).abs() < 1e-9);
    }
}

#[test]
fn d9_shares_implied_by_contents() {
    // 41,700 t REO against refined output of 214 and 40.8 t a month.
    let (first, second): (f64, f64) = (41_700.0 * 0.0374, 41_700.0 * 0.005_65);
    assert!((first - 1_559.0).abs() < 1.0 && (second - 236.0).abs() < 0.5);
    assert!((first / (214.0 * 12.0) - 0.607).abs() < 5e-4);
    assert!((second / (40.8 * 12.0) - 0.481).abs() < 6e-4);
}

#[test]
fn d5_the_whole_market_stands_still_without_a_shock() {
    let f = crate::tests::Fixture::new();
    for (phi, cover) in [(0.2, 5.0), (0.57, 11.5), (1.2, 20.0)] {
        let values = f.values(&[
            ("heavy.growth", 0.0),
            ("rare.growth", 0.0),
            ("heavy.noise", 0.0),
            ("rare.noise", 0.0),
            ("heavy.phi", phi),
            ("heavy.cover", cover),
            ("market.conditions_volatility_per_month", 0.0),
        ]);
        let params = crate::module::Params::from_values(&mut values.iter()).market;
        let mut state = State::default();
        let normal = 300.0;
        state.start(&params, &f.corridor, &values, (normal, 192));
        let start: Vec<f64> = f.corridor.constituents.ids().map(|id| state.price(id)).collect();
        let calm = Arrivals {
            reo: normal,
            open: 1.0,
            stopped: 0.0,
            leak: 0.067,
            announced: 0.0,
            announced_lead_months: f64::INFINITY,
            permanent: false,
            announced_permanent: false,
        };
        for month in 0..192 {
            step(
                &mut state,
                &params,
                &f.corridor,
                &values,
                (&calm, Policy::NEUTRAL, month),
                &Draws::new(1, 0),
            );
            for (id, start) in f.corridor.constituents.ids().zip(&start) {
                assert!((state.price(id) / start - 1.0).abs() < 1e-12, "month {month}");
            }
        }
    }
}

#[test]
fn a_price_made_elsewhere_is_that_of_its_series_whatever_arrives() {
    // One supplier of many: no response to cover, and conditions that are the index of the price.
    let mut f = crate::tests::Fixture::new();
    let conditions = f.corridor.roles.conditions;
    for (month, value) in f.corridor.series[conditions].values.iter_mut().enumerate() {
        *value = if month < 40 { 1.0 } else { 1.7 };
    }
    let values = f.values(&[
        ("heavy.phi", 0.0),
        ("heavy.elasticity", 1.0),
        ("heavy.noise", 0.0),
        ("market.price_adjustment_per_month", 1.0),
        ("market.conditions_volatility_per_month", 0.0),
    ]);
    let params = crate::module::Params::from_values(&mut values.iter()).market;
    let mut state = State::default();
    state.start(&params, &f.corridor, &values, (300.0, 192));
    let id = f.corridor.constituents.ids().next().unwrap();
    for month in 0..80 {
        let nothing = Arrivals {
            reo: 0.0,
            open: 1.0,
            stopped: 0.9,
            leak: 0.0,
            announced: 0.5,
            announced_lead_months: 2.0,
            permanent: true,
            announced_permanent: true,
        };
        let told = (&nothing, Policy::NEUTRAL, month);
        step(&mut state, &params, &f.corridor, &values, told, &Draws::new(1, 0));
        let index = if month < 40 { 1.0 } else { 1.7 };
        close(state.price(id), 1700.0 * index);
    }
}
