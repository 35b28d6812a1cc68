//! What happens from outside? The types of `scenarios/*.toml`.

use super::at::At;
use super::number::Val;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A scenario: dated events, on top of another scenario if it says so.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Full name.
    pub name: String,
    /// What it supposes, and what it is for.
    pub doc: String,
    /// Name of the scenario whose events and settings come first.
    pub based_on: Option<At<String>>,
    /// Last month that the record drives, "YYYY-MM"; after it the model decides what nobody
    /// scripted. Absent here and in every scenario below: the model never decides.
    pub replay_until: Option<At<String>>,
    /// Whether its events are what happened: those are cut at the end of `replay_until`.
    pub record: Option<bool>,
    /// Numbers held at a value and levers turned, by path: "lever.ID@YYYY-MM" from that month on,
    /// "lever.ID" from the first month.
    #[serde(default)]
    pub set: BTreeMap<At<String>, At<f64>>,
    /// What happens, by date.
    #[serde(rename = "event", default)]
    pub events: Vec<Event>,
}

/// Something that happens on a day, or holds from a day to a day.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Short name.
    pub id: At<String>,
    /// What kind of event: this decides which other keys it has.
    pub kind: At<EventKind>,
    /// First day, "YYYY-MM-DD".
    pub from: At<String>,
    /// First day on which it no longer holds; absent means for good.
    pub until: Option<At<String>>,
    /// Keys of sources.
    pub source: Vec<At<String>>,
    /// What happens, in a sentence.
    pub doc: Option<String>,
    /// Whether it comes from outside the politics, so that it holds beyond `replay_until` (all but
    /// lever).
    pub exogenous: Option<At<bool>>,
    /// Ids of the gates that it touches (gate).
    pub gates: Option<At<Vec<At<String>>>>,
    /// Which side acts: "near" is the holder's, "far" the buyer's (gate).
    pub side: Option<At<Side>>,
    /// Share of product that passes, 0..1 (gate).
    pub product: Option<At<Val>>,
    /// Share of reagents that passes, 0..1 (gate).
    pub reagents: Option<At<Val>>,
    /// Day of the announcement, if it was announced (gate, halt).
    pub announced: Option<At<String>>,
    /// Whether it was taken for permanent (gate, halt).
    pub expected_permanent: Option<At<bool>>,
    /// Ids of the townships that it touches (control, licence, halt, parallel).
    pub townships: Option<At<Vec<At<String>>>>,
    /// Id of the new holder (control).
    pub holder: Option<At<String>>,
    /// Id of the actor who levies (levy, parallel).
    pub actor: Option<At<String>>,
    /// How the levy is reckoned (levy).
    pub form: Option<At<LevyForm>>,
    /// Amount for each gross tonne, CNY/t gross; the least amount in a hybrid levy (levy).
    pub rate_cny_per_t: Option<At<Val>>,
    /// Share of the value, 0..1 (levy, parallel).
    pub ad_valorem_share: Option<At<Val>>,
    /// Share of the product itself, 0..1 (levy).
    pub in_kind_share: Option<At<Val>>,
    /// Factor on the entry of sites (licence).
    pub entry_factor: Option<At<Val>>,
    /// Share of output that goes on, 0..1 (halt).
    pub output_share: Option<At<Val>>,
    /// Ids of the constituents sold (reserve).
    pub constituents: Option<At<Vec<At<String>>>>,
    /// Share of an expected shortfall that state stocks cover, 0..1 (reserve).
    pub shortfall_share: Option<At<Val>>,
    /// Id of the front (offensive).
    pub front: Option<At<String>>,
    /// Whose offensive it is (offensive).
    pub by: Option<At<Party>>,
    /// How far a third party monitors and guarantees it, 0..1 (truce).
    pub guarantee: Option<At<Val>>,
    /// Share of the commodity's revenue that it gives to the other side, 0..1 (truce).
    pub sharing: Option<At<Val>>,
    /// How old it is on its first day, months, if it was signed before the corridor begins (truce).
    pub age_months: Option<At<Val>>,
    /// Share of the challenger's means that it is to place under the incumbent's command, 0..1 (demand).
    pub arms_share: Option<At<Val>>,
    /// Share of what leaves the townships that the levy reaches, 0..1 (parallel).
    pub reach_share: Option<At<Val>>,
    /// Only while the two sides are at war, or only under a truce (parallel).
    pub during: Option<At<During>>,
    /// Id of the lever (lever).
    pub lever: Option<At<String>>,
    /// What it is turned to, in the lever's unit and within its bounds (lever).
    pub value: Option<At<Val>>,
}

/// The kinds of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EventKind {
    /// One side of a gate narrows or shuts.
    Gate,
    /// Townships change hands.
    Control,
    /// An actor starts or changes a levy.
    Levy,
    /// Permits are given more or less freely.
    Licence,
    /// Output stops in part or wholly: inspections, floods, bans.
    Halt,
    /// State stocks are sold into an expected shortfall.
    Reserve,
    /// A side attacks on a front.
    Offensive,
    /// The two sides hold their fire.
    Truce,
    /// The incumbent demands that the challenger place arms under its command.
    Demand,
    /// An actor levies on what leaves townships that it does not hold.
    Parallel,
    /// An actor turns a lever; it acts from the first whole month after that, plus its delay.
    Lever,
}

impl EventKind {
    /// Its name in a file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gate => "gate",
            Self::Control => "control",
            Self::Levy => "levy",
            Self::Licence => "licence",
            Self::Halt => "halt",
            Self::Reserve => "reserve",
            Self::Offensive => "offensive",
            Self::Truce => "truce",
            Self::Demand => "demand",
            Self::Parallel => "parallel",
            Self::Lever => "lever",
        }
    }
}

/// A side of a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The holder's.
    Near,
    /// The buyer's.
    Far,
}

/// A side of the war.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Party {
    /// The side that challenges.
    Challenger,
    /// The side that holds the state.
    Incumbent,
}

/// When a parallel levy is raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum During {
    /// While no truce holds.
    War,
    /// While a truce holds.
    Truce,
}

/// How a levy is reckoned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LevyForm {
    /// Nothing is levied.
    None,
    /// An amount for each tonne.
    Specific,
    /// A share of the value.
    AdValorem,
    /// A share of the value, but at least an amount for each tonne.
    Hybrid,
    /// A share of the product itself, which the holder stores and sells.
    InKind,
}
