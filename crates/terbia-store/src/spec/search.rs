//! Which settings of levers are looked for, and which sign to switch by? `[search]` and `[pathway]` of a study.

use super::at::At;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A search for portfolios of levers that no other beats in everything at once.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Search {
    /// Ids of the outcomes of the study that count, two or more; which way is better is theirs.
    pub objectives: At<Vec<At<String>>>,
    /// What may be turned; the rest is as under the first policy of the study.
    #[serde(rename = "lever", default)]
    pub levers: Vec<SearchLever>,
    /// Name of a scenario of the study; the first if absent.
    pub scenario: Option<At<String>>,
    /// Portfolios of a generation; 24 if absent.
    pub population: Option<At<u32>>,
    /// Generations, the first included; 12 if absent.
    pub generations: Option<At<u32>>,
    /// Futures in which every portfolio is tried; 64 if absent.
    pub members: Option<At<u32>>,
    /// Other futures, in which the chosen few are judged anew; eight times as many if absent.
    pub judged_members: Option<At<u32>>,
    /// Seed; that of the study if absent.
    pub seed: Option<u64>,
    /// Differences that do not matter, by objective, in its unit; a hundredth of the spread of the
    /// reference over the futures where absent.
    #[serde(default)]
    pub negligible: BTreeMap<At<String>, At<f64>>,
}

/// A lever that a search may turn.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchLever {
    /// "lever.ID@YYYY-MM", turned in that month, or "lever.ID", in the first month.
    pub path: At<String>,
    /// Lowest setting that is tried.
    pub low: At<f64>,
    /// Highest setting that is tried.
    pub high: At<f64>,
    /// From one setting that is tried to the next; any between the two ends is if absent.
    pub step: Option<At<f64>>,
}

/// A switch from one policy to another, and signs that may tell when.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pathway {
    /// Id of the policy that is begun with.
    pub from: At<String>,
    /// Id of the policy that is switched to: its levers turn in the month after the sign.
    pub to: At<String>,
    /// Outcomes of the model that are watched, month by month, under the first policy.
    pub signals: At<Vec<At<String>>>,
    /// Months in which a sign may be looked at, "YYYY-MM"; the switch comes in the month after.
    pub months: At<Vec<At<String>>>,
    /// Id of the outcome of the study that the switch is to make better.
    pub outcome: At<String>,
    /// Staying fails in a future where the outcome does not reach this; its own threshold if absent.
    pub threshold: Option<At<f64>>,
    /// Name of a scenario of the study; the first if absent.
    pub scenario: Option<At<String>>,
}
