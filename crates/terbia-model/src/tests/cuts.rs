//! Does each loop act while it is on, and stop where `loops.toml` cuts it? What comes before the cut is
//! changed; what comes after it must answer with the loop, and without it not in a single bit.

use super::fixture::{Fixture, MONTHS};
use super::limits::STILL;
use super::parties::{MILITIA, OUTSIDER, REBELS};
use super::twin::{NO_WAR, OPEN_TRADE, Runs, WEIGHTY, only};
use crate::kernel::id::{ActorId, Id, PlaceId};
use crate::lever::Kind;
use crate::loops::{self, Loop};
use crate::timeline::{ControlChange, Truce};

type Changes<'a> = &'a [(&'a str, f64)];

/// The numbers at which a loop is cut.
fn off<'l>(loops: &'l [Loop], id: &str) -> Vec<(&'l str, f64)> {
    let found = loops.iter().find(|l| l.id == id).expect("a loop of that name");
    found.off.iter().map(|(path, value)| (path.as_str(), *value)).collect()
}

/// Parties of which each levies an amount for each tonne that nobody bargains over.
fn levied(amount: f64) -> Fixture {
    let f = Fixture::new().parties(1);
    f.turn(Kind::LevyRate, REBELS, amount, 0).turn(Kind::LevyRate, MILITIA, amount, 0)
}

#[test]
fn r1_is_cut_in_every_form_of_contest() {
    let loops = loops::all().unwrap();
    // How tired of war sides are depends on losses as a share of their means, which is no part of it.
    let base: Changes = &[
        ("rebels.other", 2e6),
        ("militia.other", 2e6),
        ("militia.allied", 1e6),
        ("ceasefire.ratio_talks_losses", 1.0),
    ];
    let divided = |share| {
        let mut f = levied(35e3);
        f.corridor.places[PlaceId::new(1)].holder_at_start = ActorId::new(REBELS);
        f.turn(Kind::ArmsShare, REBELS, share, 0)
    };
    let (lean, armed) = (divided(0.1), divided(0.6));
    for form in [0.0, 1.0, 2.0] {
        let form: Changes = &[("conflict.contest_form", form)];
        let runs =
            |f: &Fixture, more: Changes| Runs::of(f, &[OPEN_TRADE, base, form, more], (40, 144));
        let on = runs(&lean, &[]).rise(&runs(&armed, &[]), "offensive_hazard.challenger");
        assert!(on > 3.0, "{form:?}: the hazard rises by {on} standard errors");
        let cut = off(&loops, "R1");
        // Arms, their wear in battle, and what is said of both, are all that is left.
        assert_eq!(
            runs(&lean, &cut).differing(&runs(&armed, &cut)),
            only(&[
                "S4",
                "arms_ratio.challenger",
                "arms_spending_usd.rebels",
                "capability_cny.challenger",
                "capability_cny.incumbent",
            ])
        );
    }
}

#[test]
fn b1_is_cut_for_offensives_and_for_truces() {
    let loops = loops::all().unwrap();
    let sure: Changes = &[("bargain.belief_weight_offensives", 1e9)];
    let peace = |mut f: Fixture| {
        let none = f.number("truce.none", 0.0, 0.0, 0.0);
        let (from, until) = (0, MONTHS);
        f.corridor.timeline.truces.push(Truce {
            from,
            until,
            guarantee: none,
            sharing: none,
            age_months: None,
        });
        f
    };
    for (f, column) in
        [(levied(35e3), "offensive_hazard.challenger"), (peace(levied(35e3)), "truce")]
    {
        let runs = |belief, more: Changes| {
            let belief: Changes = &[("bargain.belief_mean", belief)];
            Runs::of(&f, &[OPEN_TRADE, sure, belief, more], (60, 144))
        };
        let on = runs(0.1, &[]).rise(&runs(0.9, &[]), column);
        assert!(on.abs() > 3.0, "{column} rises by {on} standard errors");
        let cut = off(&loops, "B1");
        let changed = [runs(0.1, &cut), runs(0.9, &cut)];
        // What trade would do to the will to fight is told at the same beliefs, and is no loop.
        assert_eq!(changed[0].differing(&changed[1]), only(&["conditionality"]));
    }
}

#[test]
fn b2_is_cut_wherever_the_buyer_looks_at_its_stock() {
    let loops = loops::all().unwrap();
    let mut f = levied(60e3);
    for place in [0, 1] {
        let (place, holder) = (PlaceId::new(place), ActorId::new(REBELS));
        f.corridor.timeline.control.push(ControlChange { month: 24, place, holder });
    }
    // Prices and supply stand still, so that stocks reach nobody by another way.
    let flat: Changes = &[
        ("heavy.phi", 0.0),
        ("rare.phi", 0.0),
        ("market.swing_elasticity", 0.0),
        ("bargain.unconditional_onset_per_month", 0.06),
        ("bargain.seizure_closure_probability", 1.0),
    ];
    let runs = |cover: f64, more: Changes| {
        let cover: Changes = &[("heavy.cover", cover), ("rare.cover", cover)];
        Runs::of(&f, &[OPEN_TRADE, NO_WAR, STILL, WEIGHTY, flat, cover, more], (60, 96))
    };
    let on = runs(20.0, &[]).rise(&runs(4.0, &[]), "gate_open_share");
    assert!(on > 3.0, "gates are open by {on} standard errors more");
    let cut = off(&loops, "B2");
    let changed = [runs(20.0, &cut), runs(4.0, &cut)];
    assert_eq!(
        changed[0].differing(&changed[1]),
        only(&["cover_months.heavy", "cover_months.rare"])
    );
    // The level stays that of a buyer with normal stock: months shut are alike within a half.
    let shut = |runs: &Runs| 1.0 - runs.mean("gate_open_share");
    let ratio = shut(&runs(20.0, &cut)) / shut(&runs(20.0, &[]));
    assert!((0.67..1.5).contains(&ratio), "{ratio}");
}

#[test]
fn b3_is_cut_at_every_root_of_other_supply() {
    let loops = loops::all().unwrap();
    let cut = off(&loops, "B3");
    let crisis = |f: Fixture| f.shut("2019-01-01", "2021-01-01", 0.0, 0.0);
    let courted = || {
        levied(35e3).turn(Kind::Offtake, OUTSIDER, 50.0, 0).turn(
            Kind::RoadBuilding,
            OUTSIDER,
            1.0,
            0,
        )
    };
    let eager: Changes = &[
        ("geopolitics.idle_usual_share", 0.1),
        ("geopolitics.transactional_end_per_month", 0.0),
        ("market.alternative_premium", 0.1),
        ("market.thrift_response_per_month", 0.03),
        ("grievance.cancel_intercept", -1e3),
    ];
    let runs = |f: &Fixture, more: &[Changes]| {
        let all = [&[OPEN_TRADE, NO_WAR, STILL, WEIGHTY, eager], more].concat();
        Runs::of(f, &all, (1, 192))
    };
    // Projects and crews next door: a crisis moves them with the loop alone.
    let told =
        ["alternative_supply_share", "rival_sites.elsewhere", "rival_supply_reo_t.elsewhere"];
    let of = |more: &[Changes]| [runs(&courted(), more), runs(&crisis(courted()), more)];
    let ([calm, shut], [calm_cut, shut_cut]) = (of(&[]), of(&[&cut]));
    let (on, left) = (calm.differing(&shut), calm_cut.differing(&shut_cut));
    for column in told {
        assert!(on.contains(column) && !left.contains(column), "{column}");
    }
    // Substitution and new ways have no column: how fast they are undone or built says if there are any.
    let [crisis, thrift, ways] = [crisis(courted()), crisis(courted()), crisis(courted())];
    let pairs: [(&Fixture, &str, [f64; 2]); 2] = [
        (&thrift, "market.thrift_return_per_month", [0.005, 0.03]),
        (&ways, "geopolitics.extension_lag_months", [6.0, 36.0]),
    ];
    for (f, path, [low, high]) in pairs {
        let of = |value, more: Changes| runs(f, &[&[(path, value)], more]);
        assert_ne!(of(low, &[]).differing(&of(high, &[])), only(&[]), "{path}");
        assert_eq!(of(low, &cut).differing(&of(high, &cut)), only(&[]), "{path}");
    }
    assert_eq!(runs(&crisis, &[&cut]).differing(&runs(&thrift, &[&cut])), only(&[]));
}

#[test]
fn b4_is_cut_for_mines_recruits_and_truces() {
    let loops = loops::all().unwrap();
    let base: Changes = &[
        ("grievance.cancel_intercept", -3.0),
        ("grievance.cancel_need_weight", 0.0),
        ("grievance.reference_value_cny_per_head", 1e3),
        ("grievance.expected_share", 0.5),
        ("heed.1", 0.9),
    ];
    let f = levied(35e3);
    let runs = |gap: f64, more: Changes| {
        let gap: Changes = &[("grievance.gap_weight", gap)];
        Runs::of(&f, &[OPEN_TRADE, base, more, gap], (40, 120))
    };
    let (low, high) = (runs(0.0, &[]), runs(0.1, &[]));
    for column in ["output_reo_t", "capability_cny.incumbent"] {
        let on = low.rise(&high, column);
        assert!(on < -3.0, "{column} rises by {on} standard errors");
    }
    let cut = off(&loops, "B4");
    assert_eq!(
        runs(0.02, &cut).differing(&runs(0.1, &cut)),
        only(&[
            "S5",
            "grievance.lower",
            "grievance.upper",
            "legitimacy",
            "legitimacy.militia",
            "legitimacy.rebels",
            "protests.lower",
            "protests.upper",
            "protests_total",
        ])
    );
}

#[test]
fn b5_is_cut_where_risk_no_longer_hastens_anybody() {
    let loops = loops::all().unwrap();
    let f = levied(10e3);
    let runs = |hazard: f64, more: Changes| {
        let own: Changes = &[
            ("upper.hazard", hazard),
            ("lower.hazard", hazard),
            ("extraction.window_share", 1.0),
            ("geopolitics.move_per_month", 0.0),
        ];
        Runs::of(&f, &[OPEN_TRADE, NO_WAR, own, more], (40, 96))
    };
    let cut = off(&loops, "B5");
    // The same risk opens sites with the loop that nobody opens without it.
    let rush = runs(0.06, &cut).rise(&runs(0.06, &[]), "sites_total");
    assert!(rush > 3.0, "sites rise by {rush} standard errors");
    // Without it risk only makes sites worth less, in every month of every run.
    let (safe, risky) = (runs(0.0, &cut), runs(0.06, &cut));
    let pairs = safe.sums("sites_total").into_iter().zip(risky.sums("sites_total"));
    assert!(pairs.clone().all(|(safe, risky)| risky <= safe));
    assert!(pairs.clone().any(|(safe, risky)| risky < safe));
    // Where nothing is at risk there is nothing to cut.
    assert_eq!(runs(0.0, &[]).differing(&safe), only(&[]));
}

#[test]
fn b6_is_cut_for_the_take_and_for_truces() {
    let loops = loops::all().unwrap();
    let base: Changes = &[
        ("market.demand_elasticity", 0.0),
        ("haulage.seizure_share", 0.0),
        ("conflict.hostage_response", 0.0),
        ("ceasefire.ratio_smuggled", 3.0),
        // Services quieten people, who then stop fewer mines: one more.
        ("grievance.cancel_intercept", -1e3),
        ("ceasefire.ratio_grievance", 1.0),
    ];
    // A truce that breaks costs ground by what levies bought in arms, which is another loop.
    let arms = off(&loops, "R1");
    let runs = |amount: f64, more: Changes| {
        let mut f = levied(amount);
        let none = f.number("truce.none", 0.0, 0.0, 0.0);
        let (from, until) = (0, MONTHS);
        f.corridor.timeline.truces.push(Truce {
            from,
            until,
            guarantee: none,
            sharing: none,
            age_months: None,
        });
        Runs::of(&f, &[OPEN_TRADE, NO_WAR, base, &arms, more], (20, 96))
    };
    let answers = ["leak_t", "truce_breakdown_per_month"];
    let (on, cut) = (runs(30e3, &[]), off(&loops, "B6"));
    let changed = on.differing(&runs(60e3, &[])).into_iter().map(str::to_owned).collect::<Vec<_>>();
    assert!(answers.iter().all(|c| changed.iter().any(|d| d == c)), "{changed:?}");
    let (low, high) = (runs(30e3, &cut), runs(60e3, &cut));
    let left = low.differing(&high);
    assert!(answers.iter().all(|c| !left.contains(c)), "{left:?}");
    let gain = high.mean("levy_revenue_total_usd") / low.mean("levy_revenue_total_usd");
    assert!((gain - 2.0).abs() < 1e-9, "{gain}, {left:?}");
}
