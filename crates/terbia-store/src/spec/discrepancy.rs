//! What does the model not explain of the record? The `[[discrepancy]]` tables of `targets.toml`.

use super::at::At;
use super::number::Num;
use schemars::JsonSchema;
use serde::Deserialize;

/// A drift of the record about the model: observed = model × exp(drift), the same for all its
/// outcomes. It stands for what the model leaves out, and has its own size and memory.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Discrepancy {
    /// Short name.
    pub id: At<String>,
    /// Names of the outcomes that it moves.
    pub outcomes: At<Vec<At<String>>>,
    /// Standard deviation of the drift, as a share (of the logarithm).
    pub sd: At<Num>,
    /// Months after which a drift has faded to 1/e.
    pub memory_months: At<Num>,
    /// What it stands for.
    pub doc: String,
}
