//! Do the feedback loops do what theory says, and only that? Each is closed and cut at its parameter,
//! under the same chances; what lies not downstream of the cut must be equal to the bit.

use super::fixture::{Fixture, MONTHS};
use super::limits::STILL;
use super::parties::{BUYER, MILITIA, OUTSIDER, REBELS};
use super::twin::{NO_WAR, OPEN_TRADE, Runs, WEIGHTY, only};
use crate::kernel::id::{ActorId, Id, PlaceId, TownshipId};
use crate::kernel::math::{ln, pow};
use crate::lever::Kind;
use crate::timeline::{ControlChange, Truce};

type Changes<'a> = &'a [(&'a str, f64)];

/// Parties of which each levies an amount for each tonne that nobody bargains over.
fn levied(amount: f64) -> Fixture {
    let f = Fixture::new().parties(1);
    f.turn(Kind::LevyRate, REBELS, amount, 0).turn(Kind::LevyRate, MILITIA, amount, 0)
}

/// The same, with one of the two townships held by each side.
fn divided(amount: f64) -> Fixture {
    let mut f = levied(amount);
    f.corridor.places[PlaceId::new(1)].holder_at_start = ActorId::new(REBELS);
    f
}

/// Both sides have signed a truce for good, which the model may end.
fn at_peace(mut f: Fixture) -> Fixture {
    let (guarantee, sharing) =
        (f.number("truce.guarantee", 0.0, 0.0, 0.0), f.number("truce.sharing", 0.0, 0.0, 0.0));
    f.corridor.timeline.truces.push(Truce {
        from: 0,
        until: MONTHS,
        guarantee,
        sharing,
        age_months: None,
    });
    f
}

#[test]
fn r1_revenue_buys_arms_that_take_ground_that_brings_revenue() {
    let base: Changes = &[
        ("conflict.decisiveness", 2.0),
        ("conflict.capability_response", 1.6),
        ("rebels.other", 2e6),
        ("militia.other", 2e6),
        ("militia.allied", 1e6),
        ("militia.arms", 0.2),
        ("ceasefire.ratio_talks_losses", 1.0),
    ];
    let cut: Changes = &[("conflict.decisiveness", 0.0), ("conflict.capability_response", 0.0)];
    let lean = divided(35e3).turn(Kind::ArmsShare, REBELS, 0.1, 0);
    let armed = divided(35e3).turn(Kind::ArmsShare, REBELS, 0.6, 0);
    let runs = |f: &Fixture, more| Runs::of(f, &[OPEN_TRADE, base, more], (60, 144));
    let closed = [runs(&lean, &[]), runs(&armed, &[])];
    let open = [runs(&lean, cut), runs(&armed, cut)];
    for column in ["control.lower", "levy_revenue_usd.rebels", "capability_cny.challenger"] {
        let rise = closed[0].rise(&closed[1], column);
        assert!(rise > 3.0, "{column} rises by {rise} standard errors");
    }
    // Without an answer of ground to arms, arms and their wear are all that changes.
    assert_eq!(
        open[0].differing(&open[1]),
        only(&[
            "S4",
            "arms_ratio.challenger",
            "arms_spending_usd.rebels",
            "capability_cny.challenger",
            "capability_cny.incumbent",
        ])
    );
    // The loop amplifies what it is given.
    let gain = |[a, b]: &[Runs; 2]| {
        b.mean("arms_spending_usd.rebels") / a.mean("arms_spending_usd.rebels")
    };
    assert!((gain(&open) - 6.0).abs() < 1e-9, "{}", gain(&open));
    assert!(gain(&closed) > 6.5, "{}", gain(&closed));
    // Where nobody ever attacks it cannot act: only what is reported of it changes.
    let calm = |more| Runs::of(&armed, &[OPEN_TRADE, NO_WAR, base, more], (10, 144));
    assert_eq!(
        calm(&[]).differing(&calm(cut)),
        only(&["net_restraint", "net_restraint.challenger", "net_restraint.incumbent"])
    );
}

#[test]
fn b1_revenue_held_hostage_restrains_who_believes_in_the_threat() {
    let cut: Changes = &[("conflict.hostage_response", 0.0)];
    let sure: Changes = &[("bargain.belief_weight_offensives", 1e9)];
    let f = levied(35e3);
    let runs = |belief, more: Changes| {
        let belief: Changes = &[("bargain.belief_mean", belief)];
        Runs::of(&f, &[OPEN_TRADE, sure, belief, more], (120, 144))
    };
    let [lax, strict] = [0.1, 0.9].map(|belief| runs(belief, &[]));
    for column in ["offensives", "offensive_hazard.challenger", "offensive_hazard.incumbent"] {
        let rise = lax.rise(&strict, column);
        assert!(rise < -3.0, "{column} rises by {rise} standard errors");
    }
    let [lax, strict] = [0.1, 0.9].map(|belief| runs(belief, cut));
    assert_eq!(lax.differing(&strict), only(&["conditionality"]));
    // Without a levy nothing is hostage, and without belief nothing is feared.
    let untaxed = levied(0.0);
    let free = |more: Changes| Runs::of(&untaxed, &[OPEN_TRADE, sure, more], (20, 144));
    assert_eq!(free(&[]).differing(&free(cut)), only(&[]));
    assert_eq!(runs(0.0, &[]).differing(&runs(0.0, cut)), only(&[]));
}

#[test]
fn b1_conditional_pressure_keeps_trade_open_only_if_it_restrains() {
    let pressure: Changes = &[
        ("bargain.conditionality", 0.9),
        ("bargain.belief_mean", 0.9),
        ("bargain.belief_weight_offensives", 1e9),
        ("conflict.hostage_response", 5.0),
    ];
    let cut: Changes = &[("conflict.hostage_response", 0.0)];
    let f = levied(35e3);
    let runs = |more: Changes| Runs::of(&f, &[OPEN_TRADE, pressure, more], (120, 144));
    let (closed, open) = (runs(&[]), runs(cut));
    for column in ["offensives", "closure"] {
        assert!(open.rise(&closed, column) < -3.0, "{column}");
    }
    let rise = open.rise(&closed, "gate_open_share");
    assert!(rise > 3.0, "openness rises by {rise} standard errors");
}

/// Mines change hands by force in month 24, and the buyer shuts the gates for it.
fn seized() -> Fixture {
    let mut f = levied(60e3);
    for place in [0, 1] {
        let (place, holder) = (PlaceId::new(place), ActorId::new(REBELS));
        f.corridor.timeline.control.push(ControlChange { month: 24, place, holder });
    }
    f
}

/// Only stocks at the buyer's change: prices, swing supply, substitution and projects stand still.
const FLAT_MARKET: &[(&str, f64)] = &[
    ("heavy.phi", 0.0),
    ("rare.phi", 0.0),
    ("heavy.noise", 0.0),
    ("rare.noise", 0.0),
    ("market.conditions_volatility_per_month", 0.0),
    ("market.swing_elasticity", 0.0),
    ("market.alternative_response_per_month", 0.0),
    ("alignment.scarcity_shift", 0.0),
    ("bargain.onset_cover_response", 0.0),
    ("bargain.seizure_closure_probability", 1.0),
    ("bargain.judgement_optimism", 0.8),
    ("bargain.shortage_multiple", 1.0),
    ("bargain.operators_weight", 0.1),
    ("bargain.household_cost_cny_per_month", 2e6),
];

#[test]
fn b2_the_less_the_buyer_has_in_stock_the_sooner_it_opens() {
    let f = seized();
    let runs = |cover: f64, shape: f64| {
        let own: Changes =
            &[("heavy.cover", cover), ("rare.cover", cover), ("bargain.shortage_shape", shape)];
        let base: Changes =
            &[("bargain.refusal_tolerance", 0.1), ("bargain.seizure_closure_probability", 1.0)];
        Runs::of(&f, &[OPEN_TRADE, NO_WAR, STILL, WEIGHTY, FLAT_MARKET, base, own], (60, 96))
    };
    let (ample, scarce) = (runs(20.0, 2.0), runs(4.0, 2.0));
    let shut = |runs: &Runs| {
        let open = runs.column("gate_open_share");
        open.iter().map(|months| months.iter().map(|o| 1.0 - o).sum()).collect::<Vec<f64>>()
    };
    let (long, short) = (shut(&ample), shut(&scarce));
    // The same thresholds are crossed earlier: in every run, not just on average.
    assert!(short.iter().zip(&long).all(|(s, l)| *s <= l + 1e-9));
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    assert!(
        mean(&long) > 1.0 && mean(&short) < 0.9 * mean(&long),
        "{} {}",
        mean(&short),
        mean(&long)
    );
    // A buyer that does not look at its stock behaves alike whatever it has.
    assert_eq!(
        runs(20.0, 0.0).differing(&runs(4.0, 0.0)),
        only(&["cover_months.heavy", "cover_months.rare"])
    );
    // Where the way never shuts, its need is nothing but leverage.
    let calm = levied(35e3);
    let runs = |shape| {
        let shape: Changes = &[("bargain.shortage_shape", shape)];
        Runs::of(&calm, &[OPEN_TRADE, NO_WAR, shape], (10, 96))
    };
    assert_eq!(runs(2.0).differing(&runs(0.0)), only(&["S6", "leverage"]));
}

#[test]
fn b3_a_long_closure_breeds_other_supply_and_costs_leverage_for_good() {
    let eager: Changes = &[
        ("market.alternative_response_per_month", 0.03),
        ("market.alternative_premium", 0.1),
        ("geopolitics.move_per_month", 0.2),
        ("geopolitics.idle_usual_share", 0.1),
        ("grievance.cancel_intercept", -1e3),
    ];
    let cut: Changes =
        &[("market.alternative_response_per_month", 0.0), ("geopolitics.move_per_month", 0.0)];
    let calm = levied(35e3);
    let crisis = levied(35e3).shut("2019-01-01", "2021-01-01", 0.0, 0.0);
    let runs = |f: &Fixture, more: Changes| {
        Runs::of(f, &[OPEN_TRADE, NO_WAR, STILL, WEIGHTY, eager, more], (1, 192))
    };
    let late = |runs: &Runs| runs.column("leverage")[0][168..].iter().sum::<f64>() / 24.0;
    let change = |more: Changes| ln(late(&runs(&crisis, more)) / late(&runs(&calm, more)));
    let (closed, open) = (change(&[]), change(cut));
    assert!(closed < open - 0.05, "closed {closed}, cut {open}");
    assert!(closed < 0.0, "leverage grew by {closed}");
    // Projects and crews next door each erode it by themselves.
    let (crews, projects) = (change(&cut[..1]), change(&cut[1..]));
    assert!(crews < open - 0.02, "crews {crews}, cut {open}, {closed} {projects}");
    assert!(projects < open - 0.02, "projects {projects}, cut {open}");
    // Until gates shut, and for ever where they never do, nobody looks for other supply.
    let (with, without) = (runs(&crisis, &[]), runs(&crisis, cut));
    assert_eq!(with.differing_before(&without, 24), only(&[]));
    let first = with.first_to_differ(&without);
    let direct = only(&[
        "alternative_supply_share",
        "import_share",
        "rival_sites.elsewhere",
        "rival_supply_reo_t.elsewhere",
    ]);
    assert!(!first.is_empty() && first.is_subset(&direct), "{first:?}");
    assert_eq!(runs(&calm, &[]).differing(&runs(&calm, cut)), only(&[]));
}

#[test]
fn b4_grievance_stops_mines_by_protest_and_by_nothing_else() {
    let base: Changes = &[
        ("grievance.cancel_intercept", -3.0),
        ("grievance.cancel_need_weight", 0.0),
        ("grievance.reference_value_cny_per_head", 1e3),
        ("grievance.expected_share", 0.5),
        ("grievance.reference_exposure", 1.0),
        ("heed.1", 0.9),
        ("ceasefire.ratio_grievance", 1.0),
        ("grievance.recruitment_response", 0.0),
    ];
    let deaf: Changes = &[("grievance.cancel_intercept", -1e3)];
    let patient: Changes = &[("grievance.grievance_response", 0.0)];
    let f = levied(35e3);
    let runs = |gap: f64, more: Changes| {
        let gap: Changes = &[("grievance.gap_weight", gap)];
        Runs::of(&f, &[OPEN_TRADE, NO_WAR, base, gap, more], (60, 120))
    };
    let (low, high) = (runs(0.0, &[]), runs(0.1, &[]));
    for (column, sign) in [
        ("grievance.lower", 1.0),
        ("protests_total", 1.0),
        ("cancelled.upper", 1.0),
        ("output_reo_t", -1.0),
    ] {
        let rise = sign * low.rise(&high, column);
        assert!(rise > 3.0, "{column} moves by {rise} standard errors");
    }
    // Holders who never give in: people protest more and like them less, and all else goes on.
    assert_eq!(
        runs(0.02, deaf).differing(&runs(0.1, deaf)),
        only(&[
            "S5",
            "grievance.lower",
            "grievance.upper",
            "legitimacy",
            "legitimacy.militia",
            "protests.lower",
            "protests.upper",
            "protests_total",
        ])
    );
    // People whom grievance does not rouse.
    assert_eq!(
        runs(0.02, patient).differing(&runs(0.1, patient)),
        only(&["grievance.lower", "grievance.upper"])
    );
    // Where nobody lives the loop cannot act.
    let mut empty = levied(35e3);
    for township in [0, 1] {
        empty.corridor.townships[TownshipId::new(township)].community = None;
    }
    let runs = |more: Changes| Runs::of(&empty, &[OPEN_TRADE, NO_WAR, base, more], (10, 120));
    assert_eq!(runs(&[]).differing(&runs(&[deaf, patient].concat())), only(&[]));
}

#[test]
fn b4_protest_unheeded_costs_recruits() {
    let base: Changes =
        &[("grievance.cancel_intercept", -1e3), ("grievance.recruitment_response", 1.0)];
    let cut: Changes = &[("grievance.recruitment_response", 0.0)];
    let f = levied(35e3);
    let runs = |weight: f64, more: Changes| {
        let weight: Changes = &[("grievance.legitimacy_protest_weight", weight)];
        Runs::of(&f, &[OPEN_TRADE, NO_WAR, base, weight, more], (20, 120))
    };
    let (low, high) = (runs(0.003, &[]), runs(0.03, &[]));
    assert!(low.rise(&high, "capability_cny.incumbent") < -3.0);
    assert_eq!(
        runs(0.003, cut).differing(&runs(0.03, cut)),
        only(&["legitimacy", "legitimacy.militia"])
    );
}

#[test]
fn b5_who_fears_for_its_option_digs_sooner() {
    let f = levied(10e3);
    let runs = |hazard: f64, share: f64| {
        let own: Changes = &[
            ("upper.hazard", hazard),
            ("lower.hazard", hazard),
            ("extraction.window_share", share),
            ("geopolitics.move_per_month", 0.0),
        ];
        Runs::of(&f, &[OPEN_TRADE, NO_WAR, own], (40, 96))
    };
    let (sure, rush) = (runs(0.06, 0.0), runs(0.06, 1.0));
    for column in ["sites_total", "output_reo_t", "forest_loss_ha"] {
        let rise = sure.rise(&rush, column);
        assert!(rise > 3.0, "{column} rises by {rise} standard errors");
    }
    // It begins with sites that open, and what opening one does at once.
    let first = sure.first_to_differ(&rush);
    let direct = only(&[
        "S5",
        "forest_loss_ha",
        "grievance.lower",
        "grievance.upper",
        "pits_total",
        "sites_total",
    ]);
    assert!(first.contains("sites_total") && first.is_subset(&direct), "{first:?}");
    // With no fear of loss there is nothing to rush for.
    assert_eq!(runs(0.0, 0.0).differing(&runs(0.0, 1.0)), only(&[]));
}

#[test]
fn b6_evasion_turns_a_levy_back_on_itself() {
    // Buyers bear it all, so that mines do not care.
    let base: Changes = &[
        ("market.demand_elasticity", 0.0),
        ("haulage.seizure_share", 0.0),
        ("haulage.leak_share", 0.0),
        ("levy.evasion_slope_t_per_cny", 1.0 / 8_000.0),
        ("levy.smuggling_cost_cny_per_t", 45e3),
        ("conflict.hostage_response", 0.0),
    ];
    let cut: Changes = &[("levy.smuggling_cost_cny_per_t", 1e12)];
    let take = |amount: f64, more: Changes| {
        let runs = Runs::of(&levied(amount), &[OPEN_TRADE, NO_WAR, STILL, base, more], (1, 60));
        (runs.mean("levy_revenue_total_usd"), runs)
    };
    // Case E3: the levy of the largest take, and the take for each tonne, in the running model.
    let (best, runs) = take(35_207.570_298_446_58, &[]);
    assert!(take(34_207.0, &[]).0 < best && take(36_207.0, &[]).0 < best);
    assert!(take(90e3, &[]).0 < 0.2 * best);
    let tonnes = runs.mean("exports_t");
    let settled =
        runs.column("levy_revenue_total_usd")[0][59] * 7.0 / runs.column("exports_t")[0][59];
    assert!((settled / (0.9 * 27_207.570_298_446_586) - 1.0).abs() < 1e-3, "{settled} on {tonnes}");
    // Without a way past it the take grows with the levy, and the economy does not notice.
    let ((low, single), (high, double)) = (take(30e3, cut), take(60e3, cut));
    assert!((high / low - 2.0).abs() < 1e-9);
    let economy =
        ["output_t", "exports_t", "leak_t", "stock_t", "price_cny_per_kg.rare", "sites_total"];
    let changed = single.differing(&double);
    assert!(economy.iter().all(|c| !changed.contains(c)), "{changed:?}");
    // Without a levy nobody has anything to evade.
    assert_eq!(take(0.0, &[]).1.differing(&take(0.0, cut).1), only(&[]));
}

#[test]
fn b6_what_is_smuggled_shortens_truces() {
    let base: Changes = &[
        ("conflict.hostage_response", 0.0),
        ("ceasefire.ratio_smuggled", 3.0),
        ("ceasefire.breakdown_scale_months", 60.0),
    ];
    let cut: Changes = &[("ceasefire.ratio_smuggled", 1.0)];
    let runs = |levy: f64, more: Changes| {
        Runs::of(&at_peace(levied(levy)), &[OPEN_TRADE, NO_WAR, base, more], (60, 144))
    };
    let (with, without) = (runs(60e3, &[]), runs(60e3, cut));
    assert!(without.rise(&with, "truce") < -3.0, "{}", without.rise(&with, "truce"));
    // While the truce still holds in both, hazards differ by the ratio to the power of the share.
    let (a, b) =
        (with.column("truce_breakdown_per_month"), without.column("truce_breakdown_per_month"));
    let (leaked, all) = (with.column("leak_t"), with.column("exports_t"));
    let (mut smuggled, mut checked) = (0.0, 0);
    for run in 0..a.len() {
        let mut share = 0.0;
        for month in 0..144 {
            let (x, y) = (a[run][month], b[run][month]);
            if x == 0.0 || y == 0.0 {
                break;
            }
            assert!((x / y / pow(3.0, share) - 1.0).abs() < 1e-9, "month {month}: {x} {y}");
            checked += 1;
            share += (leaked[run][month] / all[run][month] - share) / 12.0;
        }
        smuggled = share.max(smuggled);
    }
    assert!(checked > 300 && smuggled > 0.5, "{checked} months, {smuggled} smuggled");
    assert_eq!(runs(0.0, &[]).differing(&runs(0.0, cut)), only(&[]));
}

#[test]
fn m10_engagement_of_outsiders_costs_trust_and_hardens_the_buyer() {
    let base: Changes = &[
        ("alignment.distrust_shift", 80.0),
        ("alignment.trust_loss_per_quarter", 0.25),
        ("geopolitics.transactional_end_per_month", 0.0),
        ("geopolitics.distrust_favour", 0.0),
        ("bargain.unconditional_onset_per_month", 0.1),
        ("bargain.onset_posture_response", 2.0),
    ];
    let cut: Changes = &[("alignment.distrust_shift", 0.0)];
    let alone = levied(35e3);
    let courted = levied(35e3).turn(Kind::Offtake, OUTSIDER, 50.0, 12);
    let runs =
        |f: &Fixture, more: Changes| Runs::of(f, &[OPEN_TRADE, NO_WAR, base, more], (60, 144));
    let (without, with) = (runs(&alone, &[]), runs(&courted, &[]));
    for (column, sign) in [
        ("trust", -1.0),
        ("trade_posture", -1.0),
        ("closure_onset_per_month", 1.0),
        ("gate_open_share", -1.0),
    ] {
        let rise = sign * without.rise(&with, column);
        assert!(rise > 3.0, "{column} moves by {rise} standard errors");
    }
    assert_eq!(without.differing_before(&with, 12), only(&[]));
    // A buyer that does not act on its trust.
    assert_eq!(runs(&alone, cut).differing(&runs(&courted, cut)), only(&["engagement", "trust"]));
    // An outsider of the buyer's own bloc costs no trust.
    let friend = |mut f: Fixture| {
        let stances = &mut f.corridor.politics.as_mut().unwrap().stances;
        let of = |actor| stances.iter().position(|s| s.actor == ActorId::new(actor)).unwrap();
        let (outsider, buyer) = (of(OUTSIDER), of(BUYER));
        stances[outsider].bloc = stances[buyer].bloc;
        f
    };
    let (alone, courted) =
        (friend(levied(35e3)), friend(levied(35e3).turn(Kind::Offtake, OUTSIDER, 50.0, 12)));
    assert_eq!(runs(&alone, &[]).differing(&runs(&courted, &[])), only(&["engagement"]));
}

#[test]
fn truces_hold_longer_the_more_revenue_a_new_war_would_put_at_risk() {
    let f = at_peace(divided(35e3));
    let sure: Changes = &[
        ("bargain.belief_weight_offensives", 1e9),
        ("conflict.hostage_response", 4.0),
        ("ceasefire.breakdown_scale_months", 60.0),
    ];
    let cut: Changes = &[("conflict.hostage_response", 0.0)];
    let runs = |belief: f64, more: Changes| {
        let belief: Changes = &[("bargain.belief_mean", belief)];
        Runs::of(&f, &[OPEN_TRADE, NO_WAR, sure, belief, more], (60, 144))
    };
    let (lax, strict) = (runs(0.1, &[]), runs(0.9, &[]));
    let first_truce = |runs: &Runs| {
        let truce = runs.column("truce");
        truce.iter().map(|m| m.iter().take_while(|t| **t > 0.5).count()).collect::<Vec<_>>()
    };
    let (short, long) = (first_truce(&lax), first_truce(&strict));
    assert!(short.iter().zip(&long).all(|(s, l)| s <= l));
    let [short, long] = [short, long].map(|months| months.iter().sum::<usize>());
    assert!(5 * long > 6 * short, "{short} then {long} months");
    assert_eq!(runs(0.1, cut).differing(&runs(0.9, cut)), only(&["conditionality"]));
    let untaxed = at_peace(levied(0.0));
    let free = |more: Changes| Runs::of(&untaxed, &[OPEN_TRADE, NO_WAR, sure, more], (10, 144));
    assert_eq!(free(&[]).differing(&free(cut)), only(&[]));
}
