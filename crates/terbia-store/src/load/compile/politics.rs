//! How do the political tables become what the model runs?

use super::{Ids, Numbers, known};
use crate::spec::{self, At, CorridorFile};
use std::collections::BTreeMap;
use terbia_model::config::{Commitment, Front, Lever, Partner, Politics, Route, Side, Stance};
use terbia_model::kernel::id::{Dense, LeverId, NumberId};

/// The parties of a war and of a bargain.
pub(super) fn compile(
    politics: &spec::Politics,
    spec: &CorridorFile,
    ids: &Ids,
    numbers: &Numbers,
) -> Option<Politics> {
    let sides = [
        side("challenger", &politics.challenger, ids, numbers)?,
        side("incumbent", &politics.incumbent, ids, numbers)?,
    ];
    let front = |f| front(f, politics, ids, numbers);
    let partner = |p: &spec::Partner| {
        let number = |key: &str| numbers.at(&format!("partner.{}.{key}", *p.actor));
        Some(Partner {
            actor: *ids.actors.get(p.actor.get())?,
            offtake_t_reo_per_month: number("offtake_t_reo_per_month")?,
            premium_share: number("premium_share")?,
        })
    };
    Some(Politics {
        buyer: *ids.actors.get(spec.buyer.get())?,
        sides,
        fronts: politics.fronts.iter().map(front).collect::<Option<_>>()?,
        stances: stances(spec, ids, numbers)?,
        mediator: known(&ids.actors, politics.mediator.as_ref()),
        partners: politics.partners.iter().map(partner).collect::<Option<_>>()?,
        routes: politics.routes.iter().map(|r| route(r, ids, numbers)).collect::<Option<_>>()?,
        commitment: commitment(numbers),
    })
}

/// The commitment problem, if the corridor gives its numbers.
fn commitment(numbers: &Numbers) -> Option<Commitment> {
    let number = |key: &str| numbers.at(&format!("politics.commitment.{key}"));
    Some(Commitment {
        war_waste_share: number("war_waste_share")?,
        prize_ratio: number("prize_ratio")?,
        horizon_months: number("horizon_months")?,
        ratio: number("ratio")?,
        demand_per_month: number("demand_per_month")?,
        demand_share: number("demand_share")?,
    })
}

fn side(name: &str, side: &spec::PoliticsSide, ids: &Ids, numbers: &Numbers) -> Option<Side> {
    let number = |key: &str| numbers.at(&format!("politics.{name}.{key}"));
    let actor = |id: &At<String>| ids.actors.get(id.get()).copied();
    Some(Side {
        lead: actor(&side.lead)?,
        members: side.members.iter().map(actor).collect::<Option<_>>()?,
        other_income_cny_per_month: number("other_income_cny_per_month")?,
        other_arms_share: number("other_arms_share")?,
        allied_supply_cny_per_month: number("allied_supply_cny_per_month")?,
        capability_at_start_cny: number("capability_at_start_cny")?,
        supply_factor: known(&ids.series, side.supply_factor.as_ref()),
        claim_share: number("claim_share"),
    })
}

fn front(
    front: &spec::Front,
    politics: &spec::Politics,
    ids: &Ids,
    numbers: &Numbers,
) -> Option<Front> {
    let number = |key: &str| numbers.at(&format!("front.{}.{key}", *front.id));
    let taker = |named: &Option<At<String>>, side: &spec::PoliticsSide| {
        ids.actors.get(named.as_ref().unwrap_or(&side.lead).get()).copied()
    };
    let pair = |challenger: &str, incumbent: &str| -> Option<[NumberId; 2]> {
        Some([number(challenger)?, number(incumbent)?])
    };
    Some(Front {
        id: front.id.get().clone(),
        name: front.name.clone(),
        places: front
            .places
            .iter()
            .map(|p| ids.places.get(p.get()).copied())
            .collect::<Option<_>>()?,
        takers: [
            taker(&front.challenger_takes, &politics.challenger)?,
            taker(&front.incumbent_takes, &politics.incumbent)?,
        ],
        base_hazard_per_month: pair(
            "base_hazard_challenger_per_month",
            "base_hazard_incumbent_per_month",
        )?,
        distance_km: pair("distance_challenger_km", "distance_incumbent_km")?,
        other_prize_cny_per_month: number("other_prize_cny_per_month")?,
    })
}

fn route(route: &spec::Route, ids: &Ids, numbers: &Numbers) -> Option<Route> {
    let number = |key: &str| numbers.at(&format!("route.{}.{key}", *route.id));
    Some(Route {
        id: route.id.get().clone(),
        name: route.name.clone(),
        partner: *ids.actors.get(route.partner.get())?,
        place: *ids.places.get(route.place.get())?,
        build_hazard_per_month: number("build_hazard_per_month")?,
        first_capacity_t_per_month: number("first_capacity_t_per_month")?,
        premium_cny_per_t: number("premium_cny_per_t")?,
    })
}

/// Stances in the order of actors; blocs are numbered in order of first use.
fn stances(spec: &CorridorFile, ids: &Ids, numbers: &Numbers) -> Option<Vec<Stance>> {
    let mut blocs: BTreeMap<&str, u32> = BTreeMap::new();
    let mut stances = Vec::new();
    for actor in &spec.actors {
        let Some(stance) = &actor.stance else { continue };
        let number = |key: &str| numbers.at(&format!("stance.{}.{key}", *actor.id));
        let next = blocs.len() as u32;
        stances.push(Stance {
            actor: *ids.actors.get(actor.id.get())?,
            position: [number("trade")?, number("axis")?],
            salience: [number("trade_salience")?, number("axis_salience")?],
            capability: number("capability")?,
            bloc: *blocs.entry(&stance.bloc).or_insert(next),
        });
    }
    Some(stances)
}

/// What actors can turn.
pub(super) fn levers(spec: &CorridorFile, ids: &Ids) -> Option<Dense<LeverId, Lever>> {
    let lever = |l: &spec::Lever| {
        Some(Lever {
            id: l.id.get().clone(),
            kind: l.kind.0,
            owner: *ids.actors.get(l.owner.get())?,
            bounds: *l.bounds.get(),
            delay_months: l.delay_months(),
            cost: l.cost.clone().unwrap_or_default(),
            doc: l.doc.clone().unwrap_or_default(),
        })
    };
    spec.levers.iter().map(lever).collect()
}
