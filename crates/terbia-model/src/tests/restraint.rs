//! Does the whole model, run to steady state, obey the net restraint condition? Case F11; and do
//! closures at constant hazards last as long as two states should? Case K4.

use super::fixture::Fixture;
use super::limits::STILL;
use super::parties::{MILITIA, REBELS};
use super::twin::{NO_WAR, OPEN_TRADE, Runs};
use crate::kernel::id::{ActorId, Id, PlaceId};
use crate::kernel::math::{ln, sqrt};
use crate::lever::Kind;

/// Months after which nothing moves any more.
const SETTLED: usize = 120;
/// The test corridor's exchange rate, CNY/USD.
const FX: f64 = 7.0;

/// The challenger holds all mines, taxes them at a fixed amount and looks at a barren township that
/// it could take: so seldom that it never does.
const TEXTBOOK: &[(&str, f64)] = &[
    ("conflict.capability_response", 1.0),
    ("conflict.hostage_response", 4.0),
    ("bargain.belief_mean", 0.6),
    ("bargain.belief_weight_offensives", 1e12),
    ("conflict.prize_response", 0.0),
    ("conflict.restraint_response", 0.0),
    ("conflict.capability_decay_per_month", 0.2),
    ("grievance.recruitment_response", 0.0),
    ("grievance.cancel_intercept", -1e3),
    ("haulage.seizure_share", 0.0),
    ("rebels.allied", 0.0),
    ("rebels.arms", 0.5),
    ("rebels.other_arms", 0.5),
    ("hills.base.0", 1e-9),
    ("lower.sites", 0.0),
    ("lower.prospectivity", 0.0),
];

fn textbook() -> Fixture {
    let mut f = Fixture::new().parties(1).turn(Kind::LevyRate, REBELS, 35e3, 0);
    f.corridor.places[PlaceId::new(0)].holder_at_start = ActorId::new(REBELS);
    f.corridor.places[PlaceId::new(1)].holder_at_start = ActorId::new(MILITIA);
    f
}

/// Where one run settles.
struct Rest {
    trade_cny: f64,
    hazard: f64,
    hostage: f64,
    net_restraint: f64,
}

fn rest(f: &Fixture, other: f64, admin: f64, more: &[(&str, f64)]) -> Rest {
    let own = [("rebels.other", other), ("rebels.capacity", admin)];
    let runs = Runs::of(f, &[OPEN_TRADE, NO_WAR, STILL, TEXTBOOK, &own, more], (1, SETTLED));
    assert_eq!(runs.mean("offensives"), 0.0, "an offensive would disturb the steady state");
    let last = |name| runs.column(name)[0][SETTLED - 1];
    Rest {
        trade_cny: FX * last("levy_revenue_usd.rebels"),
        hazard: last("offensive_hazard.challenger"),
        hostage: last("hostage_share.challenger"),
        net_restraint: last("net_restraint.challenger"),
    }
}

/// `d ln h / d ln R_t` by one per cent of admin capacity either way, and what is reported between.
fn response(f: &Fixture, hostage: f64, more: &[(&str, f64)]) -> (f64, Rest) {
    let admin = 0.9;
    let trade = rest(f, 1e7, admin, more).trade_cny;
    let other = trade * (1.0 - hostage) / hostage;
    let [low, high] = [0.99, 1.01].map(|factor| rest(f, other, admin * factor, more));
    assert!((high.trade_cny / low.trade_cny - 1.01 / 0.99).abs() < 1e-9, "only income is scaled");
    let between = rest(f, other, admin, more);
    assert!((between.hostage - hostage).abs() < 1e-3, "{} is not {hostage}", between.hostage);
    let slope = ln(high.hazard / low.hazard) / ln(high.trade_cny / low.trade_cny);
    (slope, between)
}

#[test]
fn f11_trade_restrains_below_the_critical_share_and_arms_above_it() {
    let f = textbook();
    for (hostage, closed) in [(0.3, -0.204), (0.5, -0.1), (0.8, 0.416)] {
        let (slope, between) = response(&f, hostage, &[]);
        let reported = -between.net_restraint;
        assert!(slope * reported > 0.0, "{hostage}: {slope} against {reported}");
        assert!((slope / reported - 1.0).abs() < 0.02, "{hostage}: {slope} is not {reported}");
        assert!((slope / closed - 1.0).abs() < 0.02, "{hostage}: {slope} is not {closed}");
    }
}

#[test]
fn f11_the_running_model_switches_where_theory_does() {
    let f = textbook();
    let (mut low, mut high) = (0.5, 0.68);
    assert!(response(&f, low, &[]).0 < 0.0 && response(&f, high, &[]).0 > 0.0);
    while high - low > 2e-3 {
        let middle = 0.5 * (low + high);
        *(if response(&f, middle, &[]).0 < 0.0 { &mut low } else { &mut high }) = middle;
    }
    assert!((0.5 * (low + high) - 0.583_333).abs() < 0.01, "{low} to {high}");
    // What is reported switches there too.
    let at = |hostage| response(&f, hostage, &[]).1.net_restraint;
    assert!(at(0.573) > 0.0 && at(0.593) < 0.0);
}

#[test]
fn f11_ring_fencing_and_disbelief_move_the_switch_as_theory_says() {
    let f = textbook();
    // A quarter of the arms share on trade income: H* = 0.758.
    let fenced = [("rebels.arms", 0.125)];
    assert!(response(&f, 0.74, &fenced).0 < 0.0);
    assert!(response(&f, 0.775, &fenced).0 > 0.0);
    // p_cl of a fifth: no share at which trade restrains.
    let disbelief = [("bargain.belief_mean", 0.2)];
    for hostage in [0.1, 0.5, 0.9] {
        let (slope, between) = response(&f, hostage, &disbelief);
        assert!(slope > 0.0 && between.net_restraint < 0.0);
        assert!((slope / -between.net_restraint - 1.0).abs() < 0.02);
    }
}

#[test]
fn k4_the_way_is_shut_for_onset_over_onset_and_end() {
    let constant: &[(&str, f64)] = &[
        ("bargain.unconditional_onset_per_month", 0.076),
        ("bargain.unconditional_end_per_month", 0.28),
        ("bargain.onset_levy_response", 0.0),
        ("bargain.onset_posture_response", 0.0),
        ("bargain.onset_cover_response", 0.0),
        ("upper.sites", 1.0),
        ("lower.sites", 0.0),
        ("extraction.entry_sites_per_month", 0.0),
    ];
    let f = Fixture::new().parties(1).turn(Kind::LevyRate, MILITIA, 20e3, 0).turn(
        Kind::LevyRate,
        REBELS,
        20e3,
        0,
    );
    let (count, months, settled) = (800, 192, 24);
    let runs = Runs::of(&f, &[OPEN_TRADE, NO_WAR, constant], (count, months));
    let shut: Vec<f64> = runs
        .column("gate_open_share")
        .iter()
        .flat_map(|run| run[settled..].iter().map(|open| 1.0 - open))
        .collect();
    let share = shut.iter().sum::<f64>() / shut.len() as f64;
    let expected = 0.076 / (0.076 + 0.28);
    assert!((expected - 0.213_483_146_1_f64).abs() < 1e-10);
    // A two-state process forgets at the sum of its rates: variance of its mean over a long time T is
    // 2 p (1 − p)/(rates · T). Three standard errors.
    let time = f64::from(count) * (months - settled) as f64;
    let error = sqrt(2.0 * expected * (1.0 - expected) / (0.356 * time));
    assert!(
        (share - expected).abs() < 3.0 * error,
        "{share} is not {expected} within 3 of {error}"
    );
    // Hazards as reported are the constants.
    let (onset, end) =
        (runs.column("closure_onset_per_month"), runs.column("closure_end_per_month"));
    assert!(onset.iter().flatten().skip(2).all(|h| (h - 0.076).abs() < 1e-12));
    assert!(end.iter().flatten().all(|h| *h == 0.0 || (h - 0.28).abs() < 1e-12));
}
