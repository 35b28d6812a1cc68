//! What is asked of a corridor? The types of `studies/*.toml`.

use super::at::At;
use super::forecast::Passing;
use super::search::{Pathway, Search};
use super::target::Measure;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A question: scenarios, policies and outcomes, and the futures in which they are compared.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Study {
    /// The question, in a sentence.
    pub question: At<String>,
    /// Ids of the larger questions that it helps to answer.
    #[serde(default)]
    pub asks: Vec<String>,
    /// What to bear in mind when reading the answer.
    pub doc: Option<String>,
    /// First month in which outcomes are measured, "YYYY-MM".
    pub from: At<String>,
    /// Last month in which outcomes are measured, "YYYY-MM": runs end with it.
    pub until: At<String>,
    /// Scenarios under which all policies are tried.
    #[serde(rename = "scenario", default)]
    pub scenarios: Vec<Setting>,
    /// Which numbers vary; absent means all uncertain ones, over their priors.
    #[serde(default)]
    pub uncertainties: Uncertainties,
    /// Numbers that vary over another range here.
    #[serde(rename = "uncertainty", default)]
    pub ranges: Vec<Uncertainty>,
    /// What is compared. The first is the reference; none means only "reference", in which nobody
    /// turns a lever.
    #[serde(rename = "policy", default)]
    pub policies: Vec<Policy>,
    /// Levers of which all combinations of settings are policies too.
    #[serde(rename = "factorial", default)]
    pub factorials: Vec<Factorial>,
    /// What the policies are judged by.
    #[serde(rename = "outcome", default)]
    pub outcomes: Vec<StudyOutcome>,
    /// How many futures, and how they are chosen.
    #[serde(default)]
    pub design: StudyDesign,
    /// Regions of the uncertain numbers that are looked for.
    #[serde(rename = "prim", default)]
    pub prims: Vec<Prim>,
    /// Whether it is asked which uncertain numbers decide, and of which outcomes.
    pub sensitivity: Option<Sensitivity>,
    /// What it would be worth to know more before a policy is chosen.
    pub value: Option<Worth>,
    /// Data that could be bought or gathered.
    #[serde(rename = "datum", default)]
    pub data: Vec<Datum>,
    /// A plane of two outcomes on which futures are told apart by a third.
    pub plane: Option<Plane>,
    /// How long something lasts, or is waited for.
    #[serde(rename = "survival", default)]
    pub survivals: Vec<Survival>,
    /// Which portfolios of levers no other beats: what `terbia search` looks for.
    pub search: Option<Search>,
    /// Which sign, seen when, should change the policy.
    pub pathway: Option<Pathway>,
}

/// A scenario of the corridor under which the policies are tried.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// Name of a file of scenarios/, without ".toml".
    pub name: At<String>,
    /// What it is, in a few words; the `name` in its file if absent.
    pub label: Option<String>,
}

/// Which numbers vary.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Uncertainties {
    /// Only these vary, by path; "levy.*" means all that begin with "levy.". Others keep their best
    /// value.
    pub only: Option<Vec<At<String>>>,
    /// Whether the study is meant for a posterior: then it does not run without --posterior.
    pub posterior: Option<bool>,
}

/// A number that varies over another range than its own.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Uncertainty {
    /// Path of the number.
    pub path: At<String>,
    /// Lower and upper end, [low, high]; twice the same holds it. Belief over it keeps its form; a
    /// best value that lies outside moves to the nearer end.
    pub range: At<[f64; 2]>,
}

/// Levers turned together.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Short name.
    pub id: At<String>,
    /// What it is, in a few words; its id if absent.
    pub label: Option<String>,
    /// What it stands for.
    pub doc: Option<String>,
    /// Levers turned: "lever.ID@YYYY-MM" from that month on, "lever.ID" from the first month.
    #[serde(default)]
    pub set: BTreeMap<At<String>, At<f64>>,
}

/// Settings of one lever, each tried with all settings of the others.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Factorial {
    /// Id of the lever.
    pub lever: At<String>,
    /// What it is turned to.
    pub values: At<Vec<f64>>,
    /// Month of the decision, "YYYY-MM"; the first month of the corridor if absent.
    pub from: Option<At<String>>,
}

/// Something that policies are judged by: one number of a run.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StudyOutcome {
    /// Short name: its column in results.parquet.
    pub id: At<String>,
    /// What it is, in a few words.
    pub label: At<String>,
    /// Whom it falls on, in a few words: the report then says who bears what.
    pub who: Option<String>,
    /// Where, in a few words.
    pub place: Option<String>,
    /// How it is read off a run. Without its own months the window is the study's.
    pub measure: At<Measure>,
    /// Its unit, where the measure makes another one than the outcome's: a sum of months, a
    /// product, a factor.
    pub unit: Option<At<String>>,
    /// Which way is better.
    pub better: At<Better>,
    /// The value from which on it is good enough, itself included.
    pub threshold: Option<At<f64>>,
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Better {
    /// Less.
    Lower,
    /// More.
    Higher,
}

impl Better {
    /// Its name in a file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lower => "lower",
            Self::Higher => "higher",
        }
    }

    /// Whether `value` is at least as good as `threshold`; no value never is.
    pub fn meets(self, value: f64, threshold: f64) -> bool {
        match self {
            Self::Lower => value <= threshold,
            Self::Higher => value >= threshold,
        }
    }
}

/// How many futures, and how they are chosen.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StudyDesign {
    /// How values are spread over the futures; "sobol" if absent.
    #[serde(default)]
    pub kind: At<DesignKind>,
    /// Number of futures, each met by every policy; 1000 if absent.
    #[serde(default = "members")]
    pub members: At<u32>,
    /// Seed; 1 if absent.
    #[serde(default = "seed")]
    pub seed: u64,
    /// Go on with more futures until a difference is known closely enough.
    pub until_half_width: Option<At<HalfWidth>>,
}

impl Default for StudyDesign {
    fn default() -> Self {
        let (kind, members) = (At::default(), members());
        Self { kind, members, seed: seed(), until_half_width: None }
    }
}

fn members() -> At<u32> {
    At::new(1000, 0..0)
}

fn seed() -> u64 {
    1
}

/// How values are spread over the futures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DesignKind {
    /// Scrambled Sobol' numbers: even in many dimensions, and open to more futures.
    #[default]
    Sobol,
    /// A Latin hypercube: even in each dimension.
    Lhs,
}

impl DesignKind {
    /// Its name in a file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sobol => "sobol",
            Self::Lhs => "lhs",
        }
    }
}

/// How closely a difference has to be known: the members double until it is.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HalfWidth {
    /// Id of an outcome of the study.
    pub outcome: At<String>,
    /// Half the width of the 90 % interval of the mean difference to the reference, for every
    /// policy under every scenario; of the mean itself if there is only the reference.
    pub half_width: At<f64>,
    /// Most members.
    pub most: At<u32>,
}

/// A region of the uncertain numbers in which an outcome lies beyond a threshold.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Prim {
    /// Id of an outcome of the study.
    pub outcome: At<String>,
    /// Which side of the threshold is of interest.
    pub interest: Passing,
    /// The threshold, in the unit of the outcome.
    pub threshold: At<f64>,
    /// Id of the policy whose runs are looked at; the reference if absent.
    pub policy: Option<At<String>>,
}

/// Which uncertain numbers decide.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sensitivity {
    /// Ids of outcomes of the study; all of them if absent.
    pub outcomes: Option<Vec<At<String>>>,
    /// Ids of the policies that are looked at beside the reference; all of them if absent.
    pub policies: Option<Vec<At<String>>>,
    /// Name of a scenario of the study; the first if absent.
    pub scenario: Option<At<String>>,
    /// Trajectories of the screening; as many as some 20,000 runs allow, 4 to 20, if absent.
    pub trajectories: Option<At<u32>>,
    /// How many numbers that the screening finds are looked at closely; 8 if absent.
    pub top: Option<At<u32>>,
    /// Bases of the close look, a power of two at best; as many as some 25,000 runs allow, 64 to
    /// 1024, if absent.
    pub bases: Option<At<u32>>,
}

/// What it would be worth to know more.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Worth {
    /// Id of an outcome of the study: the net benefit. Where less is better it counts against.
    pub outcome: At<String>,
    /// How many numbers are valued; 8 if absent.
    pub top: Option<At<u32>>,
}

/// Data that could be bought or gathered: measurements of numbers, with an error.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Datum {
    /// Short name.
    pub id: At<String>,
    /// What it is, in a few words.
    pub label: At<String>,
    /// Paths of the numbers that it measures.
    pub informs: At<Vec<At<String>>>,
    /// How far a measurement is off.
    pub error: At<DatumError>,
    /// What it costs, in the unit of the net benefit.
    pub cost: Option<At<f64>>,
}

/// How far a measurement is off: standard deviation of a normal error.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DatumError {
    /// In the unit of the number.
    Sd(f64),
    /// As a share of the number's mean over the futures.
    Share(f64),
}

impl DatumError {
    /// The number, whatever it is of.
    pub fn size(self) -> f64 {
        match self {
            Self::Sd(size) | Self::Share(size) => size,
        }
    }
}

/// A plane of two outcomes on which futures are told apart by a third.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Plane {
    /// Id of an outcome of the study: from left to right.
    pub x: At<String>,
    /// Id of an outcome of the study: upwards.
    pub y: At<String>,
    /// Id of an outcome of the study that the boundary depends on too.
    pub z: Option<At<String>>,
    /// Id of an outcome of the study whose sign says on which side a future lies.
    pub sign: At<String>,
}

/// How long something lasts, or is waited for.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Survival {
    /// What lasts, in a few words; the label of its length if absent.
    pub label: Option<String>,
    /// Id of an outcome of the study that measures months, 0 where there was nothing to last.
    pub length: At<String>,
    /// Id of an outcome of the study that is 1 where it ended, 0 where it was still going on.
    pub ended: At<String>,
    /// Id of an outcome of the study whose value names what ended it.
    pub cause: Option<At<String>>,
    /// What the values of the cause stand for, from 1.
    #[serde(default)]
    pub causes: Vec<String>,
}
