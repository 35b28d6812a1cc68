//! What is known, and who says so? The types of `evidence/`.

use super::at::At;
use super::target::Measure;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `sources.toml`: one table for each distinct title, publisher and address, by key.
pub type Sources = BTreeMap<At<String>, Source>;

/// A publication.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Title.
    pub title: String,
    /// Who published it.
    pub publisher: String,
    /// Date of publication, as precise as known.
    pub date: Option<String>,
    /// Address.
    pub url: Option<String>,
    /// Terms under which its figures may be used.
    pub licence: Option<String>,
}

/// `assumptions.toml`, by number.
pub type Assumptions = BTreeMap<At<String>, Assumption>;

/// Something taken for granted.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Assumption {
    /// What is assumed.
    pub claim: String,
    /// Why it is reasonable.
    pub why: String,
    /// What changes if it does not hold.
    pub if_wrong: String,
    /// What one could assume instead.
    pub alternative: String,
    /// Modules that rest on it.
    pub modules: Vec<String>,
}

/// What the defaults of the modules rest on, by number.
pub type ModuleAssumptions = BTreeMap<String, ModuleAssumption>;

/// Something that a module takes for granted where no corridor says better.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModuleAssumption {
    /// What is assumed.
    pub claim: String,
    /// Why it is reasonable.
    pub why: String,
    /// What changes if it does not hold.
    pub if_wrong: String,
    /// What one could assume instead.
    pub alternative: String,
}

/// `facts.toml`, by number.
pub type Facts = BTreeMap<At<String>, Fact>;

/// A fact that a history of the corridor must show.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// What happened, in a sentence.
    pub text: String,
    /// The number in it, if any.
    pub value: Option<At<f64>>,
    /// Its lower bound.
    pub low: Option<At<f64>>,
    /// Its upper bound.
    pub high: Option<At<f64>>,
    /// Unit.
    pub unit: Option<String>,
    /// What is compared.
    pub kind: FactKind,
    /// Keys of sources.
    pub source: Vec<At<String>>,
    /// What in the model it is compared with.
    pub measure: Option<At<Measure>>,
    /// Why there is nothing in the model to compare it with.
    pub reason: Option<String>,
}

/// What of a fact is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FactKind {
    /// A number.
    Number,
    /// A lower or upper bound.
    Bound,
    /// That it happened.
    Event,
}

/// A row of `observations.csv`: a figure on record.
#[derive(Clone, Debug, PartialEq, JsonSchema)]
pub struct Observation {
    /// Number.
    pub id: At<String>,
    /// What was counted.
    pub quantity: String,
    /// Whose.
    pub entity: String,
    /// Commodity (trade) or place (ground).
    pub subject: String,
    /// First day, as precise as known.
    pub from: String,
    /// Last day, as precise as known.
    pub to: String,
    /// Value, if one is given.
    pub value: Option<f64>,
    /// Lower bound, if one is given.
    pub low: Option<f64>,
    /// Upper bound, if one is given.
    pub high: Option<f64>,
    /// Unit.
    pub unit: String,
    /// How the figure came about.
    pub basis: Basis,
    /// Keys of sources.
    pub source: Vec<String>,
    /// Numbers of the rows that it was derived from.
    pub evidence: Vec<String>,
    /// How it was derived.
    pub method: String,
    /// Anything else.
    pub note: String,
}

/// How an observed figure came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum Basis {
    /// Printed as such.
    Printed,
    /// Follows from a printed change or ratio.
    Implied,
    /// A printed share of a total.
    Share,
    /// What is left of a total.
    Residual,
    /// Only a bound is known.
    Bound,
    /// Computed from other rows.
    Derived,
}

impl Basis {
    /// All of them, with their names in a file.
    pub const ALL: [(&'static str, Self); 6] = [
        ("printed", Self::Printed),
        ("implied", Self::Implied),
        ("share", Self::Share),
        ("residual", Self::Residual),
        ("bound", Self::Bound),
        ("derived", Self::Derived),
    ];

    /// Its name in a file.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, b)| *b == self).map_or("", |(name, _)| name)
    }
}

/// A row of `events.csv`: something in the past.
#[derive(Clone, Debug, JsonSchema)]
pub struct Past {
    /// Number.
    pub id: At<String>,
    /// First day, as precise as known.
    pub from: String,
    /// Last day, as precise as known; empty for a day.
    pub to: String,
    /// Type of event.
    #[schemars(rename = "type")]
    pub kind: String,
    /// Who.
    pub actor: String,
    /// Where.
    pub place: String,
    /// What happened.
    pub description: String,
    /// Keys of sources.
    pub source: Vec<String>,
}
