//! Verification cases F1 to F9, F11 and F12 on the closed forms.

use super::super::contest::*;
use super::super::restraint::*;
use crate::kernel::math::ln;

fn close(a: f64, b: f64) {
    assert!((a - b).abs() <= 1e-9 * b.abs().max(1.0), "{a} is not {b}");
}

#[test]
fn f1_equal_rivals_spend_a_quarter_of_the_prize_each() {
    let effort = tullock_pair([100.0, 100.0], 1.0);
    for (k, x) in effort.into_iter().enumerate() {
        close(x, 25.0);
        let p = Form::Ratio.win(1.0, x, effort[1 - k]);
        close(p, 0.5);
        close(p * 100.0 - x, 25.0);
    }
}

#[test]
fn f2_the_one_who_values_more_spends_and_wins_more() {
    let [x, y] = tullock_pair([150.0, 100.0], 1.0);
    close(x, 36.0);
    close(y, 24.0);
    let p = Form::Ratio.win(1.0, x, y);
    close(p, 0.6);
    close(p * 150.0 - x, 54.0);
    // Nobody gains by another effort: it is an equilibrium, not only a formula.
    for other in [20.0, 30.0, 40.0, 50.0] {
        assert!(Form::Ratio.win(1.0, other, y) * 150.0 - other < 54.0);
    }
}

#[test]
fn f3_three_rivals() {
    for x in tullock(&[90.0; 3]) {
        close(x, 20.0);
    }
    // Two of them are the pair above, and one who does not care for the prize stays away.
    let efforts = tullock(&[150.0, 10.0, 100.0]);
    close(efforts[0], 36.0);
    close(efforts[1], 0.0);
    close(efforts[2], 24.0);
}

#[test]
fn f4_the_paradox_of_power() {
    for means in [[100.0, 100.0], [150.0, 50.0]] {
        let e = hirshleifer(means, 1.0);
        for k in [0, 1] {
            close(e.effort[k], 50.0);
            close(e.income[k], 50.0);
        }
    }
}

#[test]
fn f5_a_poor_side_fights_with_all_it_has() {
    let e = hirshleifer([160.0, 40.0], 1.0);
    close(e.effort[1], 40.0);
    close(e.effort[0], 49.442_719_099_991_59);
    close(e.share[0], 0.552_786_404_500_042_1);
    close(e.income[0], 61.114_561_800_016_83);
    close(e.income[1], 49.442_719_099_991_59);
    let turned = hirshleifer([40.0, 160.0], 1.0);
    close(turned.effort[1], e.effort[0]);
}

#[test]
fn f6_decisive_contests_are_fought_harder() {
    for (m, effort) in [(0.5, 100.0 / 3.0), (1.0, 50.0), (2.0, 200.0 / 3.0), (4.0, 80.0)] {
        close(hirshleifer([100.0; 2], m).effort[0], effort);
    }
}

#[test]
fn f7_lanchesters_square_law() {
    let (start, rates) = ([1000.0, 800.0], [0.008, 0.01]);
    close(lanchester_invariant(start, rates), 4880.0);
    let end = lanchester_end(start, rates);
    close(end, 100.449_636_055_945_3);
    let [left, nothing] = lanchester_after(start, rates, 1e4);
    close(left, 698.569_967_862_919_3);
    assert!((0.0..1e-9).contains(&nothing));
    let later = lanchester_after(start, rates, 20.0);
    close(later[0], 887.358_952_437_886_8);
    close(later[1], 611.765_795_128_805_7);
    close(lanchester_invariant(later, rates), 4880.0);
    // Two battles in a row are one battle.
    let half = lanchester_after(lanchester_after(start, rates, 8.0), rates, 12.0);
    close(half[0], later[0]);
}

#[test]
fn f7_limits_of_the_square_law() {
    // Equal sides bleed for ever; who cannot be hurt loses nothing; without means there is no battle.
    assert!(lanchester_end([5.0; 2], [0.1; 2]).is_infinite());
    let [a, b] = lanchester_after([10.0, 4.0], [0.0, 0.1], 2.0);
    close(a, 10.0);
    close(b, 2.0);
    close(lanchester_end([10.0, 4.0], [0.0, 0.1]), 4.0);
    assert_eq!(lanchester_after([10.0, 0.0], [0.1; 2], 3.0), [10.0, 0.0]);
    assert_eq!(lanchester_after([10.0, 4.0], [0.0; 2], 3.0), [10.0, 4.0]);
}

#[test]
fn f8_contest_forms_at_sixty_to_forty() {
    use Form::{LogitDifference, Ratio, RelativeDifference};
    for (form, coefficient, p) in [
        (Ratio, 1.0, 0.6),
        (Ratio, 2.0, 0.692_307_692_307_692_3),
        (LogitDifference, 0.05, 0.731_058_578_630_004_9),
        (RelativeDifference, 0.5, 0.6),
        (RelativeDifference, 0.8, 0.66),
    ] {
        close(form.win(coefficient, 60.0, 40.0), p);
        close(form.win(coefficient, 40.0, 60.0), 1.0 - p);
        close(form.win(coefficient, 0.0, 0.0), 0.5);
    }
    // The relative difference at one half is the ratio form with exponent 1, everywhere.
    for own in [0.0, 1.0, 7.0, 50.0, 1e9] {
        close(RelativeDifference.win(0.5, own, 13.0), Ratio.win(1.0, own, 13.0));
    }
    assert_eq!(RelativeDifference.win(1.2, 100.0, 1.0), 1.0);
    assert_eq!([Ratio.win(2.0, 0.0, 3.0), Ratio.win(2.0, 3.0, 0.0)], [0.0, 1.0]);
}

#[test]
fn f8_the_switch_names_the_forms() {
    let forms = [0.0, 1.0, 2.0].map(Form::from_switch);
    assert_eq!(forms, [Form::Ratio, Form::LogitDifference, Form::RelativeDifference]);
}

#[test]
fn f9_strength_falls_with_distance() {
    assert!((at_distance(100.0, 150.0, 300.0) - 60.653_065_97).abs() < 5e-9);
}

#[test]
fn f11_the_derivative_of_the_hazard_by_trade() {
    let up = |rho: f64, h: f64| -net_restraint(1.0, 4.0, 0.6, h, elasticity_of_ratio(rho, h));
    close(up(1.0, 0.3), -0.204);
    close(up(1.0, 7.0 / 12.0), 0.0);
    close(up(1.0, 0.8), 0.416);
    // Against the hazard itself: incomes 1 of which H from trade, both armed by the same share.
    for (rho, h) in [(1.0, 0.3), (1.0, 0.8), (0.25, 0.5), (3.0, 0.4)] {
        let log_hazard = |trade: f64| {
            let other = 1.0 - h;
            ln(rho * trade + other) - 4.0 * 0.6 * hostage_share(trade, other)
        };
        let (low, high) = (log_hazard(h * 0.9999), log_hazard(h * 1.0001));
        let numeric = (high - low) / (ln(1.0001) - ln(0.9999));
        assert!((numeric - up(rho, h)).abs() < 1e-7, "{numeric}");
    }
}

#[test]
fn f11_the_shares_between_which_trade_restrains() {
    let switch = |b_k, p, rho| restraining_range(b_k, 4.0, p, rho);
    let (low, high) = switch(1.0, 0.6, 1.0).unwrap();
    assert_eq!(low, 0.0);
    close(high, 7.0 / 12.0);
    assert!((switch(1.0, 0.6, 0.25).unwrap().1 - 0.758_418_376_2).abs() < 5e-11);
    assert_eq!(switch(1.0, 0.2, 1.0), None);
    close(switch(1.5, 0.6, 1.0).unwrap().1, 0.375);
    close(switch(0.0, 0.6, 0.5).unwrap().1, 1.0);
    assert_eq!(switch(1.0, 0.0, 1.0), None);
}

#[test]
fn f11_heavily_armed_trade_restrains_only_between_two_shares() {
    let up = |h: f64| -net_restraint(1.0, 10.0, 0.6, h, elasticity_of_ratio(8.0, h));
    let (low, high) = restraining_range(1.0, 10.0, 0.6, 8.0).unwrap();
    assert!(0.0 < low && low < high && high < 1.0, "{low} {high}");
    close(up(low), 0.0);
    close(up(high), 0.0);
    assert!(up(0.5 * low) > 0.0 && up(0.5 * (low + high)) < 0.0 && up(0.5 * (1.0 + high)) > 0.0);
}

#[test]
fn allied_supply_weakens_what_trade_adds_to_arms() {
    close(capability_elasticity(0.3 * 40.0, 0.3 * 60.0, 0.0), elasticity_of_ratio(1.0, 0.4));
    close(capability_elasticity(0.1 * 40.0, 0.4 * 60.0, 0.0), elasticity_of_ratio(0.25, 0.4));
    close(capability_elasticity(10.0, 20.0, 10.0), 0.25);
    assert_eq!(capability_elasticity(0.0, 0.0, 0.0), 0.0);
    assert_eq!(hostage_share(0.0, 0.0), 0.0);
}

#[test]
fn f12_the_commitment_bound() {
    close(commitment_bound(0.5, 0.2, 8.0), 0.093_75);
}
