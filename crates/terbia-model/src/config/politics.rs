//! Who fights, bargains and sides with whom, and what can each of them turn?

use crate::kernel::id::{ActorId, Dense, FrontId, NumberId, PlaceId, RouteId, SeriesId};
use crate::lever;

/// The parties of a war and of a bargain.
#[derive(Clone, Debug)]
pub struct Politics {
    /// Who buys, and can shut the far side of the gates.
    pub buyer: ActorId,
    /// The two sides of the war: the challenger, then the incumbent.
    pub sides: [Side; 2],
    /// Aggregate fronts.
    pub fronts: Dense<FrontId, Front>,
    /// Where actors stand; empty if alignment is not modelled.
    pub stances: Vec<Stance>,
    /// Who mediates between the challenger and the buyer or the incumbent.
    pub mediator: Option<ActorId>,
    /// Outsiders who may engage with the challenger.
    pub partners: Vec<Partner>,
    /// Ways to another buyer.
    pub routes: Dense<RouteId, Route>,
    /// What a shift of power does to a truce; without it nothing.
    pub commitment: Option<Commitment>,
}

/// The commitment problem: what a side that will be weaker has to fear from keeping a truce.
#[derive(Clone, Copy, Debug)]
pub struct Commitment {
    /// Share of what is fought over that a war destroys (d), 0..1.
    pub war_waste_share: NumberId,
    /// All that is divided later, discounted, over what is divided now (beta V).
    pub prize_ratio: NumberId,
    /// How far ahead sides look at each other's power, months.
    pub horizon_months: NumberId,
    /// Hazard ratio of breakdown when the loss of power ahead is twice what a truce can bear.
    pub ratio: NumberId,
    /// Hazard in a truce that an incumbent of even strength demands the challenger's arms, 1/month.
    pub demand_per_month: NumberId,
    /// Share of the challenger's means that such a demand is about, 0..1.
    pub demand_share: NumberId,
}

/// A side of the war.
#[derive(Clone, Debug)]
pub struct Side {
    /// Who leads it; takes what it conquers unless a front says otherwise.
    pub lead: ActorId,
    /// Holders that fight on it, the leader among them.
    pub members: Vec<ActorId>,
    /// Income other than levies on the commodity, CNY/month.
    pub other_income_cny_per_month: NumberId,
    /// Share of that income spent on arms, 0..1.
    pub other_arms_share: NumberId,
    /// Military means that allies and the state behind it supply, CNY/month.
    pub allied_supply_cny_per_month: NumberId,
    /// Military means on the first month, CNY.
    pub capability_at_start_cny: NumberId,
    /// Factor on allied supply over time, if it changes from outside.
    pub supply_factor: Option<SeriesId>,
    /// How far it lays claim to mines that it does not hold, 0..1; without it not at all.
    pub claim_share: Option<NumberId>,
}

/// An aggregate front: townships that change hands one after the other.
#[derive(Clone, Debug)]
pub struct Front {
    /// Short name.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Its townships, in the order in which the challenger would take them.
    pub places: Vec<PlaceId>,
    /// Who holds what each side takes there.
    pub takers: [ActorId; 2],
    /// Hazard of an offensive of each side at reference conditions, 1/month.
    pub base_hazard_per_month: [NumberId; 2],
    /// Distance from each side's base, km.
    pub distance_km: [NumberId; 2],
    /// Worth of the front apart from the commodity, CNY/month.
    pub other_prize_cny_per_month: NumberId,
}

/// Where an actor stands on two scales, 0..100: how far trade should go on regardless of the
/// challenger's conduct, and whose side to take between incumbent (0) and resistance (100).
#[derive(Clone, Debug)]
pub struct Stance {
    /// Who.
    pub actor: ActorId,
    /// Position on each scale, 0..100.
    pub position: [NumberId; 2],
    /// Salience of each scale, 0..100.
    pub salience: [NumberId; 2],
    /// Capability, 0..100.
    pub capability: NumberId,
    /// Bloc: closeness to one costs trust with the others.
    pub bloc: u32,
}

/// An outsider who may engage with the challenger.
#[derive(Clone, Debug)]
pub struct Partner {
    /// Who.
    pub actor: ActorId,
    /// Product that it would buy, t REO/month.
    pub offtake_t_reo_per_month: NumberId,
    /// Price that it would pay over the buyer's, as a share.
    pub premium_share: NumberId,
}

/// A way to another buyer: capacity that must be decided and built before anything moves.
#[derive(Clone, Debug)]
pub struct Route {
    /// Short name.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Who decides and buys at its end.
    pub partner: ActorId,
    /// Place from which it starts: only who holds that can use it.
    pub place: PlaceId,
    /// Hazard of completion once decided, 1/month.
    pub build_hazard_per_month: NumberId,
    /// Capacity when completed, t gross/month.
    pub first_capacity_t_per_month: NumberId,
    /// Cost over that of the usual way, CNY/t gross.
    pub premium_cny_per_t: NumberId,
}

/// Something that an actor can turn.
#[derive(Clone, Debug)]
pub struct Lever {
    /// Short name.
    pub id: String,
    /// What it acts on.
    pub kind: lever::Kind,
    /// Whose it is.
    pub owner: ActorId,
    /// Lowest and highest setting.
    pub bounds: [f64; 2],
    /// Months from decision to effect.
    pub delay_months: u32,
    /// Cost, in words, where known.
    pub cost: String,
    /// What turning it means here.
    pub doc: String,
}
