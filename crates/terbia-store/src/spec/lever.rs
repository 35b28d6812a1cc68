//! What can an actor turn? The levers of `corridor.toml`.

use super::at::At;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use terbia_model::lever;

/// Something that an actor can turn.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lever {
    /// Short name.
    pub id: At<String>,
    /// What it acts on.
    pub kind: At<LeverKind>,
    /// Id of the actor whose it is.
    pub owner: At<String>,
    /// Lowest and highest setting, [low, high].
    pub bounds: At<[f64; 2]>,
    /// Months from decision to effect; 0 if absent.
    pub delay_months: Option<At<u32>>,
    /// What turning it costs, in words, where known.
    pub cost: Option<String>,
    /// What turning it means here.
    pub doc: Option<String>,
    /// Keys of sources.
    pub source: Vec<At<String>>,
    /// What turning it from low to high does, as far as the direction is known beforehand.
    pub moves: At<Vec<Move>>,
}

impl Lever {
    /// Months from decision to effect.
    pub fn delay_months(&self) -> u32 {
        self.delay_months.as_ref().map_or(0, |d| *d.get())
    }
}

/// An outcome that a lever moves.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Move {
    /// Name of an outcome.
    pub outcome: At<String>,
    /// Where to.
    pub direction: At<Direction>,
}

/// Where an outcome goes when a lever is turned from low to high.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// It rises.
    Up,
    /// It falls.
    Down,
}

impl Direction {
    /// Its name in a file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// What a lever acts on, by the name that the model gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeverKind(pub lever::Kind);

impl<'de> Deserialize<'de> for LeverKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let unknown = || D::Error::custom(format!("there is no kind of lever '{name}'"));
        lever::Kind::from_name(&name).map(Self).ok_or_else(unknown)
    }
}

impl JsonSchema for LeverKind {
    fn schema_name() -> Cow<'static, str> {
        "LeverKind".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let words: Vec<_> = lever::ALL
            .iter()
            .map(|info| json_schema!({ "const": info.name, "description": described(info) }))
            .collect();
        json_schema!({ "type": "string", "description": "What a lever acts on.", "oneOf": words })
    }
}

/// What a kind of lever is, with its unit.
fn described(info: &lever::Info) -> String {
    if info.unit == "1" {
        format!("{}.", info.doc)
    } else {
        format!("{}, {}.", info.doc, info.unit)
    }
}
