//! What is a corridor? The types of `corridor.toml`.

use super::at::At;
use super::forecast::Forecast;
use super::lever::Lever;
use super::number::{Grade, Num};
use super::politics::{Politics, Stance};
use super::river::{Basin, Community, Reach, Station};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A corridor: places, roads, gates, actors, commodity, rivers, series and start state.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CorridorFile {
    /// Version of this format: 1.
    pub format: At<u32>,
    /// Full name.
    pub name: String,
    /// The question that the corridor is studied for.
    pub question: String,
    /// First month, "YYYY-MM".
    pub start: At<String>,
    /// Last month, "YYYY-MM".
    pub end: At<String>,
    /// Name of the scenario that is run if none is named: a file of scenarios/, without ".toml".
    pub scenario: At<String>,
    /// The actor whose imports, stocks and prices the market follows.
    pub buyer: At<String>,
    /// What is mined.
    pub commodity: Commodity,
    /// Priced constituents of the commodity.
    #[serde(rename = "constituent")]
    pub constituents: Vec<Constituent>,
    /// Other sources of supply to the buyer.
    #[serde(rename = "origin", default)]
    pub origins: Vec<Origin>,
    /// Townships: the finest place in the model.
    #[serde(rename = "township")]
    pub townships: Vec<Township>,
    /// Crossings.
    #[serde(rename = "gate")]
    pub gates: Vec<Gate>,
    /// Roads between townships and gates.
    #[serde(rename = "road")]
    pub roads: Vec<Road>,
    /// Parties.
    #[serde(rename = "actor")]
    pub actors: Vec<Actor>,
    /// Who fights, bargains and sides with whom.
    pub politics: Option<Politics>,
    /// River basins.
    #[serde(rename = "basin", default)]
    pub basins: Vec<Basin>,
    /// River reaches.
    #[serde(rename = "reach", default)]
    pub reaches: Vec<Reach>,
    /// Stations that measure water.
    #[serde(rename = "station", default)]
    pub stations: Vec<Station>,
    /// What actors can turn.
    #[serde(rename = "lever", default)]
    pub levers: Vec<Lever>,
    /// What is forecast, and which events.
    pub forecast: Option<Forecast>,
    /// Series that come from outside.
    #[serde(rename = "series")]
    pub series: Vec<Series>,
    /// How things stand on the first month.
    pub start_state: StartState,
}

/// What is mined.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Commodity {
    /// Full name.
    pub name: String,
    /// Name of the leaching reagent.
    pub reagent: String,
    /// Value of the unpriced remainder of a kilogram REO at market conditions 1, CNY/kg.
    pub rest_price_cny_per_kg: At<Num>,
    /// What the buyer pays for concentrate / value of its separated content.
    pub pay_share: At<Num>,
    /// Forms in which the product is shipped; the last takes what the others leave.
    #[serde(rename = "form")]
    pub forms: Vec<Form>,
}

/// A form in which the product is shipped.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Short name.
    pub id: At<String>,
    /// Full name.
    pub name: String,
    /// Oxide in a gross tonne, t REO/t gross.
    pub reo_per_gross: At<Num>,
    /// Id of the series with the share of REO shipped in this form; the last form has none.
    pub ship_share: Option<At<String>>,
}

/// A priced constituent.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Constituent {
    /// Short name.
    pub id: At<String>,
    /// Full name.
    pub name: String,
    /// Oxide of it in a tonne REO of the corridor's product, t/t REO.
    pub content_t_per_t: At<Num>,
    /// Buyer's demand in the first month, t/month.
    pub demand_t_per_month: At<Num>,
    /// Growth of demand, 1/year.
    pub demand_growth_per_year: At<Num>,
    /// Price at normal cover and market conditions 1, CNY/kg.
    pub price_cny_per_kg: At<Num>,
    /// Elasticity of that price to market conditions.
    pub conditions_elasticity: At<Num>,
    /// Elasticity of the price to stock cover.
    pub price_response: At<Num>,
    /// Normal stock cover, months of demand.
    pub cover_normal_months: At<Num>,
    /// Monthly log standard deviation of what the model does not explain.
    pub price_noise: At<Num>,
}

/// How the supply of an origin answers to scarcity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Swing {
    /// Its series is a ceiling, such as a quota, which glut leaves unfilled.
    Down,
    /// It is inferred and not published, and answers both ways.
    Free,
}

/// Another source of supply to the buyer.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Short name.
    pub id: At<String>,
    /// Full name.
    pub name: String,
    /// Inside the buyer's own country, so not an import.
    pub domestic: bool,
    /// How it answers to scarcity; absent means not at all.
    pub swing: Option<Swing>,
    /// Id of the series of its supply, t REO/month.
    pub supply: At<String>,
    /// Oxide of each constituent in a tonne REO, t/t REO, by id of the constituent.
    pub contents: At<BTreeMap<At<String>, At<Num>>>,
    /// Id of the customs form in which it is counted; absent if it is in none.
    pub form: Option<At<String>>,
    /// Id of the actor who holds its mines, if they are a rival next door to which crews can move.
    pub rival: Option<At<String>>,
    /// Share of its mines that drains to each reach, by id of the reach.
    pub drains: Option<At<BTreeMap<At<String>, At<Num>>>>,
}

/// A township.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Township {
    /// Short name.
    pub id: At<String>,
    /// Full name.
    pub name: String,
    /// State or province.
    pub state: Option<String>,
    /// Id of the river reach that it drains to.
    pub reach: Option<At<String>>,
    /// Whether there are mines.
    pub mines: bool,
    /// Sites on the first month; only with mines.
    pub sites_at_start: Option<At<Num>>,
    /// Relative weight in the entry of new sites; only with mines.
    pub prospectivity: Option<At<Num>>,
    /// Monthly hazard that an operator expects of losing site or licence; only with mines.
    pub tenure_hazard_per_month: Option<At<Num>>,
    /// Mass mined after which its ore is half as rich, t REO; ore stays as it is if absent; only with
    /// mines.
    pub half_grade_t_reo: Option<At<Num>>,
    /// Who lives there; only with mines.
    pub community: Option<At<Community>>,
}

/// A crossing with two sides.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Short name.
    pub id: At<String>,
    /// Full name of the holder's side.
    pub name: String,
    /// Full name of the buyer's side.
    pub far_name: String,
    /// Id of the township that it lies in.
    pub township: At<String>,
    /// Product it can pass, t gross/month.
    pub capacity_t_per_month: At<Num>,
}

/// A road between two places.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Road {
    /// Short name.
    pub id: At<String>,
    /// Id of the township or gate at one end.
    pub from: At<String>,
    /// Id of the township or gate at the other end.
    pub to: At<String>,
    /// Length, km.
    pub km: At<Num>,
}

/// A party.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// Short name.
    pub id: At<String>,
    /// Full name.
    pub name: String,
    /// What it does in the corridor.
    pub role: At<Role>,
    /// Its number in a wider description of the system.
    pub system: Option<String>,
    /// Who it is.
    pub doc: Option<String>,
    /// Share of revenue spent on arms, 0..1; only of a holder.
    pub arms_share: Option<At<Num>>,
    /// Share spent on services and benefit sharing, 0..1; only of a holder.
    pub services_share: Option<At<Num>>,
    /// Share of levies due that reaches the treasury, 0..1; only of a holder.
    pub admin_capacity: Option<At<Num>>,
    /// Time in which it sells what it takes in kind, months; within the month if absent; only of a
    /// holder.
    pub stock_sale_months: Option<At<Num>>,
    /// Time in which its administration of mines is learnt while it collects from mines, and forgotten
    /// when it does not, months (holders); without it what is there stays.
    pub admin_growth_months: Option<At<Num>>,
    /// Where it stands on trade and side, if that is modelled.
    pub stance: Option<Stance>,
}

/// What an actor does in the corridor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Can hold ground and levy what passes.
    Holder,
    /// Buys the product.
    Buyer,
    /// Runs the sites.
    Operators,
    /// Anything else.
    Other,
}

/// A monthly series that comes from outside.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// Short name.
    pub id: At<String>,
    /// Meaning.
    pub doc: String,
    /// Unit.
    pub unit: At<String>,
    /// What holds between two points.
    pub interpolation: Interpolation,
    /// Points in order of time, [["2017-01", 1.0], …]; held flat before the first, after the last.
    pub points: At<Vec<Point>>,
    /// Uncertain factor on the whole series.
    pub scale: At<Num>,
    /// How well it is known.
    pub grade: Grade,
    /// Keys of sources.
    pub source: Vec<At<String>>,
}

/// A month and its value.
pub type Point = At<(At<String>, f64)>;

/// What holds between two points of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Interpolation {
    /// The straight line.
    Linear,
    /// The value of the point before.
    Step,
}

/// How things stand on the first month.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StartState {
    /// Id of the holder of each township.
    pub holders: At<BTreeMap<At<String>, At<String>>>,
}
