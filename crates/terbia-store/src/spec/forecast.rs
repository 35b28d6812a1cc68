//! What is forecast? The table `[forecast]` of `corridor.toml`.

use super::at::At;
use schemars::JsonSchema;
use serde::Deserialize;

/// What a forecast of the corridor says something about.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Forecast {
    /// Amounts, month by month.
    #[serde(rename = "outcome")]
    pub outcomes: Vec<Foretold>,
    /// Things that happen or do not.
    #[serde(rename = "event", default)]
    pub events: Vec<Occasion>,
}

/// An amount that is forecast in the unit of its outcome.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Foretold {
    /// Name of an outcome.
    pub outcome: At<String>,
    /// What it is, in a few words.
    pub label: At<String>,
}

/// Something that happens when an outcome passes a threshold: 'becomes' or 'is' says how.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Occasion {
    /// Short name.
    pub id: At<String>,
    /// What happens, in a few words.
    pub label: At<String>,
    /// Name of an outcome.
    pub outcome: At<String>,
    /// It happens in the first month on this side of the threshold that follows a month on the
    /// other: what stands so already has to end first.
    pub becomes: Option<At<Passing>>,
    /// It happens in the first month on this side of the threshold, whatever was before: for
    /// outcomes that count what begins in a month.
    pub is: Option<At<Passing>>,
    /// The threshold, in the unit of the outcome; a value on it is neither above nor below.
    pub threshold: At<f64>,
}

/// A side of a threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Passing {
    /// Greater than it.
    Above,
    /// Less than it.
    Below,
}

impl Passing {
    /// Whether `value` lies on this side of `threshold`; a value that is not there lies on none.
    pub fn holds(self, value: f64, threshold: f64) -> bool {
        match self {
            Self::Above => value > threshold,
            Self::Below => value < threshold,
        }
    }
}

impl Occasion {
    /// The side, and whether it has to be come to from the other; nothing if the file does not say
    /// which, or says both.
    pub fn side(&self) -> Option<(Passing, bool)> {
        match (&self.becomes, &self.is) {
            (Some(side), None) => Some((*side.get(), true)),
            (None, Some(side)) => Some((*side.get(), false)),
            _ => None,
        }
    }
}
