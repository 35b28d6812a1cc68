//! What did a search find? The types of `search.json`.

use crate::output::CorridorRef;
use crate::question::analysis::Interval;
use serde::{Deserialize, Serialize};

/// All that decides the result of a search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchFingerprint {
    /// Version of terbia.
    pub terbia: String,
    /// Corridor, with the hash of all its files but studies.
    pub corridor: CorridorRef,
    /// Name of the study.
    pub study: String,
    /// Hash of its text.
    pub study_sha256: String,
    /// Scenario.
    pub scenario: String,
    /// How values are spread over the members: "sobol" or "lhs".
    pub design: String,
    /// Seed of the search and of its futures.
    pub seed: u64,
    /// Seed of the futures of the judgement.
    pub judged_seed: u64,
    /// Futures in which every portfolio is tried.
    pub members: u32,
    /// Futures in which the chosen few are judged.
    pub judged_members: u32,
    /// Portfolios of a generation.
    pub population: u32,
    /// Generations.
    pub generations: u32,
    /// SHA-256 of the posterior that values come from; absent for the prior.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posterior_sha256: Option<String>,
}

/// A lever that is searched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeverRef {
    /// Its path, with the month in which it is turned.
    pub path: String,
    /// What turning it means.
    pub label: String,
    /// Full name of its owner.
    pub owner: String,
    /// Unit of its settings.
    pub unit: String,
    /// The setting that changes nothing; nothing where the model decides instead.
    pub neutral: Option<f64>,
    /// Lowest setting that is tried.
    pub low: f64,
    /// Highest setting.
    pub high: f64,
    /// From one setting to the next; nothing if any between the two is tried.
    pub step: Option<f64>,
}

/// Something that a search is by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectiveRef {
    /// Id of the outcome of the study.
    pub id: String,
    /// What it is, in a few words.
    pub label: String,
    /// Unit.
    pub unit: String,
    /// Whether less is better; if not, more is.
    pub lower_is_better: bool,
    /// Differences up to this do not matter.
    pub negligible: f64,
    /// Whether any portfolio that was tried moves it.
    pub moved: bool,
    /// Its mean under the reference, in the futures of the judgement.
    pub reference: Interval,
}

/// A portfolio of the front, judged. Lists are parallel to levers or objectives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Portfolio {
    /// What it is called: "P1" and so on, in the order of the first objective.
    pub name: String,
    /// Settings of the levers.
    pub settings: Vec<f64>,
    /// Mean difference to the reference as it looked in the search.
    pub searched: Vec<Option<f64>>,
    /// Means of the objectives in other futures.
    pub means: Vec<Interval>,
    /// Mean differences to the reference there, future by future.
    pub differences: Vec<Interval>,
    /// Share of these futures in which it is better than the reference, 0..1.
    pub better: Vec<Option<f64>>,
    /// Share in which it is worse.
    pub worse: Vec<Option<f64>>,
    /// Share in which it is better in every objective.
    pub better_in_all: Interval,
    /// Share in which it is worse in no objective and better in some.
    pub worse_in_none: Interval,
    /// Whether there too neither the reference nor another chosen one beats it in everything, by means.
    pub holds: bool,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Searched {
    /// Version of the layout.
    pub format: u32,
    /// What was asked.
    pub of: SearchFingerprint,
    /// The question of the study.
    pub question: String,
    /// Id of the policy that portfolios are held against, and what it is.
    pub reference: (String, String),
    /// What is turned.
    pub levers: Vec<LeverRef>,
    /// What counts.
    pub objectives: Vec<ObjectiveRef>,
    /// Portfolios that were tried, each once.
    pub tried: usize,
    /// Those that lack a number in some future: worse than everybody.
    pub without_number: usize,
    /// Portfolios on the front of all that were tried, differences that do not matter apart.
    pub front: usize,
    /// Portfolios with a mean at least as good as that of the reference in every objective, and better in some.
    pub beat_reference: usize,
    /// Runs that were made, and those of them that diverged.
    pub runs: [u64; 2],
    /// At most ten of the front, spread over it and judged anew.
    pub chosen: Vec<Portfolio>,
}
