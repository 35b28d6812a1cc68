//! How does a file state a number? With value, unit, range, prior, grade and source; or bare, where
//! it is known exactly.

use super::at::At;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::fmt;
use terbia_model::kernel::param::{self, Definition};

/// A number with its pedigree.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("required" = ["value", "unit", "grade", "source"]))]
pub struct Num {
    /// Best value.
    pub value: At<f64>,
    /// Unit; a pure number has the unit "1".
    pub unit: Option<At<String>>,
    /// Lower and upper end, [low, high]; absent means known exactly.
    pub range: Option<At<[f64; 2]>>,
    /// Belief over the range; uniform if absent.
    pub prior: Option<At<Prior>>,
    /// How well it is known: A measured here and then, B measured elsewhere or derived, C experts
    /// or literature, D placeholder.
    pub grade: Option<At<Grade>>,
    /// Keys of sources, observations, facts, events or assumptions.
    pub source: Option<At<Vec<At<String>>>>,
    /// What it means here, if its name does not say it.
    pub doc: Option<String>,
}

/// Belief over the range of a number.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Prior {
    /// Name of the distribution.
    pub dist: Dist,
}

/// A distribution over the range of a number.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Dist {
    /// Equal weight over the range.
    Uniform,
    /// Peak at the value, falling to the ends of the range.
    Triangular,
    /// Equal weight in the logarithm over the range.
    LogUniform,
    /// Normal about the value, the range its central 90 %, cut off there.
    Normal,
    /// The same in the logarithm.
    LogNormal,
    /// Not varied.
    Fixed,
}

/// How well a number is known.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
pub enum Grade {
    /// Measured here and then.
    A,
    /// Measured elsewhere, or derived from measurements.
    B,
    /// Judgement of named experts, or a prior from the literature.
    C,
    /// Placeholder.
    D,
}

/// A value of an event: bare where it is known, a number with its pedigree where it is not.
#[derive(Clone, Debug)]
pub enum Val {
    /// Known exactly.
    Plain(f64),
    /// Uncertain.
    Number(Box<Num>),
}

impl Num {
    /// The definition of the number at `path`; `doc` and `unit` are what the field means.
    pub(crate) fn define(&self, path: String, doc: String, unit: &str) -> Definition {
        let value = *self.value.get();
        let [low, high] = self.range.as_ref().map_or([value; 2], |r| *r.get());
        Definition {
            path,
            doc: self.doc.clone().unwrap_or(doc),
            unit: self.unit.as_ref().map_or_else(|| unit.to_owned(), |u| u.get().clone()),
            value,
            low,
            high,
            prior: self.prior.as_ref().map_or(param::Prior::Uniform, |p| p.dist.into()),
            grade: self.grade.as_ref().map_or(param::Grade::D, |g| (*g.get()).into()),
            source: self.sources().map(|s| s.get().clone()).collect(),
        }
    }

    /// Keys of its sources.
    pub fn sources(&self) -> impl Iterator<Item = &At<String>> {
        self.source.iter().flat_map(At::get)
    }
}

impl From<Grade> for param::Grade {
    fn from(grade: Grade) -> Self {
        match grade {
            Grade::A => Self::A,
            Grade::B => Self::B,
            Grade::C => Self::C,
            Grade::D => Self::D,
        }
    }
}

impl From<Dist> for param::Prior {
    fn from(dist: Dist) -> Self {
        match dist {
            Dist::Uniform => Self::Uniform,
            Dist::Triangular => Self::Triangular,
            Dist::LogUniform => Self::LogUniform,
            Dist::Normal => Self::Normal,
            Dist::LogNormal => Self::LogNormal,
            Dist::Fixed => Self::Fixed,
        }
    }
}

struct ValVisitor;

// By hand and not `untagged`, which would forget where the parts of the number stand.
impl<'de> Visitor<'de> for ValVisitor {
    type Value = Val;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, or a table with value, unit, range, grade and source")
    }
    fn visit_i64<E>(self, v: i64) -> Result<Val, E> {
        Ok(Val::Plain(v as f64))
    }
    fn visit_u64<E>(self, v: u64) -> Result<Val, E> {
        Ok(Val::Plain(v as f64))
    }
    fn visit_f64<E>(self, v: f64) -> Result<Val, E> {
        Ok(Val::Plain(v))
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Val, A::Error> {
        Num::deserialize(MapAccessDeserializer::new(map)).map(|n| Val::Number(Box::new(n)))
    }
}

impl<'de> Deserialize<'de> for Val {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValVisitor)
    }
}

impl JsonSchema for Val {
    fn schema_name() -> Cow<'static, str> {
        "Val".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let number = generator.subschema_for::<Num>();
        json_schema!({
            "description": "A plain number where it is known exactly, a table where it is not.",
            "anyOf": [{ "type": "number" }, number],
        })
    }
}
