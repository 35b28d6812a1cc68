//! What differs between corridors, and what follows? The types of `corridors/comparisons/*.toml`.

use super::at::At;
use super::number::Grade;
use super::target::Measure;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Corridors side by side: what differs in how they are built, and what follows from it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// The question, in a sentence.
    pub question: At<String>,
    /// What to bear in mind when reading the answer.
    pub doc: Option<String>,
    /// Number of futures of each corridor; 1000 if absent.
    #[serde(default = "members")]
    pub members: At<u32>,
    /// Seed; 1 if absent.
    #[serde(default = "seed")]
    pub seed: u64,
    /// The corridors, in the order of their columns.
    #[serde(rename = "corridor", default)]
    pub corridors: Vec<Compared>,
    /// The rows, in their order.
    #[serde(rename = "row", default)]
    pub rows: Vec<ComparisonRow>,
}

fn members() -> At<u32> {
    At::new(1000, 0..0)
}

fn seed() -> u64 {
    1
}

/// A corridor of a comparison.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// Short name, by which rows speak of it; the bundled corridor of that name unless there is a
    /// folder.
    pub id: At<String>,
    /// Folder of the corridor, from the folder of this file on; or the name of a bundled one.
    pub folder: Option<At<String>>,
    /// What heads its column: a word or two.
    pub label: At<String>,
    /// Name of a file of its scenarios/, without ".toml"; its own if absent.
    pub scenario: Option<At<String>>,
    /// First month that is measured, "YYYY-MM".
    pub from: At<String>,
    /// Last month that is measured, "YYYY-MM": runs end with it.
    pub until: At<String>,
    /// What these months are, and what is not in this corridor.
    pub doc: Option<String>,
}

/// Something that is compared: one figure of each corridor.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComparisonRow {
    /// Short name.
    pub id: At<String>,
    /// Whether it is how the corridors are built or what comes of it.
    pub part: At<ComparisonPart>,
    /// What it is, in a few words.
    pub label: At<String>,
    /// Its unit; "1" for a share.
    pub unit: At<String>,
    /// What it means, in a sentence.
    pub doc: At<String>,
    /// How it is read off a run of any of the corridors, over the months of each.
    pub measure: Option<At<Measure>>,
    /// In place of the spread of the measure: the share of the futures in which it lies above this.
    pub above: Option<At<f64>>,
    /// How long something lasts in any of the corridors.
    pub survival: Option<At<Lasts>>,
    /// What stands in its place for a corridor, by its short name.
    #[serde(rename = "in", default)]
    pub cells: BTreeMap<At<String>, At<ComparisonCell>>,
}

/// Which part of the table a row belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ComparisonPart {
    /// How the corridors are built.
    Differs,
    /// What comes of it.
    Follows,
}

/// The share of spells that last longer than so many months.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lasts {
    /// Name of an outcome that is 1 while it lasts; the first spell within the months counts.
    pub outcome: At<String>,
    /// How many months.
    pub months: At<u32>,
}

/// A figure of one corridor: one of a measure, a survival, a number of the corridor, a range that is
/// stated, or nothing.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComparisonCell {
    /// How it is read off a run.
    pub measure: Option<At<Measure>>,
    /// How long something lasts.
    pub survival: Option<At<Lasts>>,
    /// Path of a number of the corridor: its best value, and 80 % of its prior.
    pub number: Option<At<String>>,
    /// A range that is not simulated, [low, high]; twice the same for one figure.
    pub stated: Option<At<[f64; 2]>>,
    /// How well a stated range is known, A to D.
    pub grade: Option<At<Grade>>,
    /// What a stated range rests on: keys of the corridor's evidence.
    #[serde(default)]
    pub source: Vec<At<String>>,
    /// Why there is no figure.
    pub none: Option<At<String>>,
    /// What must be known to read it, in a sentence.
    pub note: Option<String>,
}
