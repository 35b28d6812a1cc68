//! Who fights, bargains and sides with whom? The political tables of `corridor.toml`.

use super::at::At;
use super::number::Num;
use schemars::JsonSchema;
use serde::Deserialize;

/// Where an actor stands on two scales, 0..100.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Stance {
    /// Trade: 0 full pressure until the challenger submits, 100 trade whatever it does.
    pub trade: At<Num>,
    /// How much trade matters to the actor, 0..100.
    pub trade_salience: At<Num>,
    /// Side: 0 with the incumbent, 100 with the resistance.
    pub axis: At<Num>,
    /// How much the choice of side matters to the actor, 0..100.
    pub axis_salience: At<Num>,
    /// What the actor can bring to bear, 0..100.
    pub capability: At<Num>,
    /// Name of its bloc: closeness to one bloc costs trust with the others.
    pub bloc: String,
}

/// A war and a bargain: two sides, their fronts, and the outsiders.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Politics {
    /// Id of the actor who mediates.
    pub mediator: Option<At<String>>,
    /// The side that challenges.
    pub challenger: Side,
    /// The side that holds the state.
    pub incumbent: Side,
    /// Fronts: townships that change hands one after the other.
    #[serde(rename = "front", default)]
    pub fronts: Vec<Front>,
    /// Outsiders who may engage with the challenger.
    #[serde(rename = "partner", default)]
    pub partners: Vec<Partner>,
    /// Ways to another buyer.
    #[serde(rename = "route", default)]
    pub routes: Vec<Route>,
    /// What a shift of power does to a truce; without it nothing.
    pub commitment: Option<Commitment>,
}

/// A side of the war.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "PoliticsSide")]
pub struct Side {
    /// Id of the holder who leads it.
    pub lead: At<String>,
    /// Ids of the holders that fight on it, the leader among them.
    pub members: At<Vec<At<String>>>,
    /// Income other than levies on the commodity, CNY/month.
    pub other_income_cny_per_month: At<Num>,
    /// Share of that income spent on arms, 0..1.
    pub other_arms_share: At<Num>,
    /// Military means that allies and the state behind it supply, CNY/month.
    pub allied_supply_cny_per_month: At<Num>,
    /// Military means on the first month, CNY.
    pub capability_at_start_cny: At<Num>,
    /// Id of the series that multiplies allied supply, if it changes from outside.
    pub supply_factor: Option<At<String>>,
    /// How far it lays claim to mines that it does not hold, 0..1 (challenger).
    pub claim_share: Option<At<Num>>,
}

/// The commitment problem: what a side that will be weaker later has to fear from keeping a truce.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Commitment {
    /// Share of what is fought over that a war destroys, 0..1.
    pub war_waste_share: At<Num>,
    /// All that is divided later, discounted, over what is divided now.
    pub prize_ratio: At<Num>,
    /// How far ahead sides look at each other's power, months.
    pub horizon_months: At<Num>,
    /// Hazard ratio of breakdown when the loss of power ahead is twice what a truce can bear.
    pub ratio: At<Num>,
    /// Hazard in a truce that an incumbent of even strength demands the challenger's arms, 1/month.
    pub demand_per_month: At<Num>,
    /// Share of the challenger's means that such a demand is about, 0..1.
    pub demand_share: At<Num>,
}

/// A front.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Front {
    /// Short name.
    pub id: At<String>,
    /// Full name.
    pub name: String,
    /// Ids of its townships, in the order in which the challenger would take them.
    pub places: At<Vec<At<String>>>,
    /// Id of the holder of what the challenger takes; its leader if absent.
    pub challenger_takes: Option<At<String>>,
    /// Id of the holder of what the incumbent takes; its leader if absent.
    pub incumbent_takes: Option<At<String>>,
    /// Hazard of an offensive of the challenger at reference conditions, 1/month.
    pub base_hazard_challenger_per_month: At<Num>,
    /// Hazard of an offensive of the incumbent at reference conditions, 1/month.
    pub base_hazard_incumbent_per_month: At<Num>,
    /// Distance from the challenger's base, km.
    pub distance_challenger_km: At<Num>,
    /// Distance from the incumbent's base, km.
    pub distance_incumbent_km: At<Num>,
    /// Worth of the front apart from the commodity, CNY/month.
    pub other_prize_cny_per_month: At<Num>,
    /// What it stands for.
    pub doc: Option<String>,
    /// Keys of sources.
    pub source: Vec<At<String>>,
}

/// An outsider who may engage with the challenger.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Partner {
    /// Id of the actor.
    pub actor: At<String>,
    /// Product that it would buy, t REO/month.
    pub offtake_t_reo_per_month: At<Num>,
    /// Price that it would pay over the buyer's, as a share of it.
    pub premium_share: At<Num>,
}

/// A way to another buyer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Short name.
    pub id: At<String>,
    /// Full name.
    pub name: String,
    /// Id of the actor of the partner who decides on it and buys at its end.
    pub partner: At<String>,
    /// Id of the township from which it starts: only who holds that can use it.
    pub place: At<String>,
    /// Hazard of completion once decided, 1/month.
    pub build_hazard_per_month: At<Num>,
    /// Capacity when completed, t gross/month.
    pub first_capacity_t_per_month: At<Num>,
    /// Cost over that of the usual way, CNY/t gross.
    pub premium_cny_per_t: At<Num>,
}
