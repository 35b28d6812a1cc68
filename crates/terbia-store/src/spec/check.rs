//! Which pattern of the record must the model show? The types of `checks/*.toml`.

use super::at::At;
use super::target::Measure;
use schemars::JsonSchema;
use serde::Deserialize;

/// A pattern of the record.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Short name.
    pub id: At<String>,
    /// The pattern, in a few words.
    pub title: String,
    /// What showing it says about the model.
    pub why: String,
    /// Keys of sources.
    pub source: Vec<At<String>>,
    /// Name of the scenario that is run.
    pub scenario: At<String>,
    /// Seeds; the pattern must hold with each.
    pub seeds: Option<At<Vec<u64>>>,
    /// Runs for each seed.
    pub members: Option<At<u32>>,
    /// What is measured and expected.
    #[serde(rename = "criterion", default)]
    pub criteria: Vec<Criterion>,
    /// False where this corridor cannot show it.
    pub applicable: Option<bool>,
    /// Why it cannot.
    pub reason: Option<String>,
}

/// One thing that is measured, and what is expected of it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Short name.
    pub id: At<String>,
    /// What is measured.
    pub measure: At<Measure>,
    /// Expected range, [low, high].
    pub expected: At<[f64; 2]>,
    /// How runs and expected range are compared.
    pub rule: At<Rule>,
    /// Least share of runs inside, 0..1 (rule "share").
    pub share_at_least: Option<At<f64>>,
    /// What was observed.
    pub observed: Option<At<f64>>,
    /// What to bear in mind when reading it.
    pub note: Option<String>,
}

/// How runs and expected range are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Rule {
    /// The central 90 % of runs overlap it.
    Overlap,
    /// The median run lies inside.
    Median,
    /// At least a share of runs lie inside.
    Share,
}
