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
    /// Numbers held at a value, by path.
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
    /// Ids of the gates that it touches (gate).
    pub gates: Option<At<Vec<At<String>>>>,
    /// Which side acts: "near" is the holder's, "far" the buyer's (gate).
    pub side: Option<At<Side>>,
    /// Share of product that passes, 0..1 (gate).
    pub product: Option<At<Val>>,
    /// Share of reagents that passes, 0..1 (gate).
    pub reagents: Option<At<Val>>,
    /// Day of the announcement, if it was announced (gate).
    pub announced: Option<At<String>>,
    /// Whether it was taken for permanent (gate).
    pub expected_permanent: Option<At<bool>>,
    /// Ids of the townships that it touches (control, licence, halt).
    pub townships: Option<At<Vec<At<String>>>>,
    /// Id of the new holder (control).
    pub holder: Option<At<String>>,
    /// Id of the actor who levies (levy).
    pub actor: Option<At<String>>,
    /// How the levy is reckoned (levy).
    pub form: Option<At<LevyForm>>,
    /// Amount for each gross tonne, CNY/t gross; the least amount in a hybrid levy (levy).
    pub rate_cny_per_t: Option<At<Val>>,
    /// Share of the value, 0..1 (levy).
    pub ad_valorem_share: Option<At<Val>>,
    /// Factor on the entry of sites (licence).
    pub entry_factor: Option<At<Val>>,
    /// Share of output that goes on, 0..1 (halt).
    pub output_share: Option<At<Val>>,
    /// Ids of the constituents sold (reserve).
    pub constituents: Option<At<Vec<At<String>>>>,
    /// Share of an expected shortfall that state stocks cover, 0..1 (reserve).
    pub shortfall_share: Option<At<Val>>,
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
    /// Output stops in part: inspections, floods.
    Halt,
    /// State stocks are sold into an expected shortfall.
    Reserve,
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
}
