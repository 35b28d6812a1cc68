//! Which numbers do the political tables give?

use super::{Bounds, List};
use crate::spec::{CorridorFile, Front, Politics, PoliticsSide, Stance};

/// Those of stances, sides, fronts, partners and routes.
pub(super) fn add<'a>(file: &'a CorridorFile, list: &mut List<'a>) {
    for actor in &file.actors {
        if let Some(stance) = &actor.stance {
            self::stance(&actor.id, &actor.name, stance, list);
        }
    }
    let Some(politics) = &file.politics else { return };
    side("challenger", &politics.challenger, list);
    side("incumbent", &politics.incumbent, list);
    politics.fronts.iter().for_each(|f| front(f, list));
    outsiders(politics, list);
}

/// Those of claims and of the commitment problem, which came later.
pub(super) fn add_later<'a>(file: &'a CorridorFile, list: &mut List<'a>) {
    use Bounds::{AtLeastOne, NonNegative, Positive, Share};
    let Some(politics) = &file.politics else { return };
    let doc = "How far it lays claim to mines that it does not hold (challenger)".to_owned();
    let claim = politics.challenger.claim_share.as_ref();
    list.maybe("politics.challenger.claim_share".to_owned(), claim, "1", Bounds::Share, doc);
    let Some(c) = &politics.commitment else { return };
    let all = [
        (
            "war_waste_share",
            &c.war_waste_share,
            "1",
            Share,
            "Share that a war destroys of what is fought over",
        ),
        (
            "prize_ratio",
            &c.prize_ratio,
            "1",
            Positive,
            "All that is divided later, discounted, over what is divided now",
        ),
        (
            "horizon_months",
            &c.horizon_months,
            "months",
            Positive,
            "How far ahead sides look at each other's power",
        ),
        (
            "ratio",
            &c.ratio,
            "1",
            AtLeastOne,
            "Hazard ratio of breakdown when the loss of power ahead is twice what a truce can bear",
        ),
        (
            "demand_per_month",
            &c.demand_per_month,
            "1/month",
            NonNegative,
            "Hazard in a truce that an incumbent of even strength demands the challenger's arms",
        ),
        (
            "demand_share",
            &c.demand_share,
            "1",
            Share,
            "Share of the challenger's means that such a demand is about",
        ),
    ];
    for (key, num, unit, bounds, doc) in all {
        list.num(format!("politics.commitment.{key}"), num, unit, bounds, doc.to_owned());
    }
}

fn stance<'a>(id: &str, name: &str, stance: &'a Stance, list: &mut List<'a>) {
    let all = [
        ("trade", &stance.trade, "Position on trade: 100 trades whatever the challenger does"),
        ("trade_salience", &stance.trade_salience, "How much trade matters"),
        ("axis", &stance.axis, "Position between incumbent (0) and resistance (100)"),
        ("axis_salience", &stance.axis_salience, "How much the choice of side matters"),
        ("capability", &stance.capability, "What it can bring to bear"),
    ];
    for (key, num, doc) in all {
        list.num(
            format!("stance.{id}.{key}"),
            num,
            "1",
            Bounds::Percent,
            format!("{doc} ({name})"),
        );
    }
}

fn side<'a>(name: &str, side: &'a PoliticsSide, list: &mut List<'a>) {
    use Bounds::{NonNegative, Share};
    let all = [
        (
            "other_income_cny_per_month",
            &side.other_income_cny_per_month,
            "CNY/month",
            NonNegative,
            "Income other than levies on the commodity",
        ),
        (
            "other_arms_share",
            &side.other_arms_share,
            "1",
            Share,
            "Share of that income spent on arms",
        ),
        (
            "allied_supply_cny_per_month",
            &side.allied_supply_cny_per_month,
            "CNY/month",
            NonNegative,
            "Military means that allies and the state behind it supply",
        ),
        (
            "capability_at_start_cny",
            &side.capability_at_start_cny,
            "CNY",
            NonNegative,
            "Military means on the first month",
        ),
    ];
    for (key, num, unit, bounds, doc) in all {
        list.num(format!("politics.{name}.{key}"), num, unit, bounds, format!("{doc} ({name})"));
    }
}

fn front<'a>(front: &'a Front, list: &mut List<'a>) {
    let all = [
        (
            "base_hazard_challenger_per_month",
            &front.base_hazard_challenger_per_month,
            "1/month",
            "Hazard of an offensive of the challenger at reference conditions",
        ),
        (
            "base_hazard_incumbent_per_month",
            &front.base_hazard_incumbent_per_month,
            "1/month",
            "Hazard of an offensive of the incumbent at reference conditions",
        ),
        (
            "distance_challenger_km",
            &front.distance_challenger_km,
            "km",
            "Distance from the challenger's base",
        ),
        (
            "distance_incumbent_km",
            &front.distance_incumbent_km,
            "km",
            "Distance from the incumbent's base",
        ),
        (
            "other_prize_cny_per_month",
            &front.other_prize_cny_per_month,
            "CNY/month",
            "Worth apart from the commodity",
        ),
    ];
    for (key, num, unit, doc) in all {
        let path = format!("front.{}.{key}", *front.id);
        list.num(path, num, unit, Bounds::NonNegative, format!("{doc} ({})", front.name));
    }
}

fn outsiders<'a>(politics: &'a Politics, list: &mut List<'a>) {
    use Bounds::{Any, NonNegative};
    for partner in &politics.partners {
        let path = |key: &str| format!("partner.{}.{key}", *partner.actor);
        let doc = format!("Product that the partner would buy ({})", *partner.actor);
        let (key, num) = ("offtake_t_reo_per_month", &partner.offtake_t_reo_per_month);
        list.num(path(key), num, "t REO/month", NonNegative, doc);
        let doc = format!("Price that it would pay over the buyer's ({})", *partner.actor);
        list.num(path("premium_share"), &partner.premium_share, "1", Any, doc);
    }
    for route in &politics.routes {
        let all = [
            (
                "build_hazard_per_month",
                &route.build_hazard_per_month,
                "1/month",
                NonNegative,
                "Hazard of completion once decided",
            ),
            (
                "first_capacity_t_per_month",
                &route.first_capacity_t_per_month,
                "t gross/month",
                NonNegative,
                "Capacity when completed",
            ),
            (
                "premium_cny_per_t",
                &route.premium_cny_per_t,
                "CNY/t gross",
                Any,
                "Cost over that of the usual way",
            ),
        ];
        for (key, num, unit, bounds, doc) in all {
            let path = format!("route.{}.{key}", *route.id);
            list.num(path, num, unit, bounds, format!("{doc} ({})", route.name));
        }
    }
}
