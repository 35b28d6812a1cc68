//! What did others expect, in print, before it was known? The `[[expectation]]` tables of
//! `targets.toml`.

use super::at::At;
use schemars::JsonSchema;
use serde::Deserialize;

/// A printed expectation of when an event of the forecast will happen: a rival of the model, from the
/// day on which it was printed.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Short name.
    pub id: At<String>,
    /// Id of the event in `[[forecast.event]]`.
    pub event: At<String>,
    /// Day on which it was printed.
    pub printed: At<String>,
    /// First month in which the event was expected.
    pub earliest: At<String>,
    /// Last such month.
    pub latest: At<String>,
    /// Keys of sources.
    pub source: At<Vec<At<String>>>,
    /// Who expected it, and in which words.
    pub doc: String,
}
