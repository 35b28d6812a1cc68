//! How does the record meet the model? The types of `evidence/targets.toml`.

use super::at::At;
use super::discrepancy::Discrepancy;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use terbia_lab::measure::Statistic;

/// Rules that say, for every observation, what in the model it is compared with, or why nothing.
/// For each observation the first rule of the file that matches counts.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Targets {
    /// Observations that the model is compared with.
    #[serde(rename = "target", default)]
    pub targets: Vec<At<Target>>,
    /// Observations that the model has no outcome for.
    #[serde(rename = "context", default)]
    pub contexts: Vec<At<Context>>,
    /// What the model does not explain of the outcomes that are compared.
    #[serde(rename = "discrepancy", default)]
    pub discrepancies: Vec<At<Discrepancy>>,
}

/// Observations of one kind, and the outcome that they are compared with.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Short name.
    pub id: At<String>,
    /// Observations with these properties.
    #[serde(rename = "match")]
    pub matches: Option<At<Match>>,
    /// Observations by number.
    pub ids: Option<At<Vec<At<String>>>>,
    /// What they are compared with.
    pub measure: At<Measure>,
    /// Factor from the model's unit to the observed one.
    pub scale: Option<At<f64>>,
    /// Standard error of an observation, as a share of its value.
    pub error_share: Option<At<f64>>,
    /// What to bear in mind when reading the comparison.
    pub note: Option<String>,
}

/// Observations that the model has no outcome for.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Context {
    /// Observations with these properties.
    #[serde(rename = "match")]
    pub matches: Option<At<Match>>,
    /// Observations by number.
    pub ids: Option<At<Vec<At<String>>>>,
    /// Why they are not compared.
    pub reason: String,
}

/// Properties of observations; one that is absent matches all.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// What was counted.
    pub quantity: Option<OneOrMany>,
    /// Whose.
    pub entity: Option<OneOrMany>,
    /// Commodity or place.
    pub subject: Option<OneOrMany>,
    /// Unit.
    pub unit: Option<OneOrMany>,
    /// How the figure came about.
    pub basis: Option<OneOrMany>,
}

/// One text, or several of which any will do.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Any of these.
    Many(Vec<String>),
}

impl OneOrMany {
    /// All of them.
    pub fn all(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }

    /// Whether `text` is among them.
    pub fn contains(&self, text: &str) -> bool {
        self.all().iter().any(|one| one == text)
    }
}

/// A number read off a run: scale × (statistic of an outcome × multiply / divide − 1).
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Name of an outcome.
    pub outcome: At<String>,
    /// What of its months is taken.
    pub statistic: At<StatisticName>,
    /// First month, "YYYY-MM"; the observation's own if absent.
    pub from: Option<At<String>>,
    /// Last month, "YYYY-MM"; the observation's own if absent.
    pub to: Option<At<String>>,
    /// What it is divided by.
    pub divide: Option<Box<At<Measure>>>,
    /// What it is multiplied by.
    pub multiply: Option<Box<At<Measure>>>,
    /// Whether 1 is taken off at the end: a change instead of a ratio.
    pub minus_one: Option<bool>,
    /// Factor on the result, last of all.
    pub scale: Option<At<f64>>,
}

/// What is taken of the months of an outcome, by the name that the laboratory gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatisticName(pub Statistic);

impl<'de> Deserialize<'de> for StatisticName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let unknown = || D::Error::custom(format!("there is no statistic '{name}'"));
        Statistic::from_name(&name).map(Self).ok_or_else(unknown)
    }
}

impl JsonSchema for StatisticName {
    fn schema_name() -> Cow<'static, str> {
        "Statistic".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "What is taken of the months of an outcome.",
            "enum": Statistic::ALL.map(Statistic::name),
        })
    }
}
