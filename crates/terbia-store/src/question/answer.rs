//! What is the answer? Each policy beside the reference, what to be warned of first.

use super::manifest::StudyOutcomeRef;
use super::results::{PolicyResults, Results, ScenarioResults};
use crate::spec::Better;
use serde_json::{Value, json};
use terbia_lab::paired::{Comparison, mean_and_half_width};
use terbia_lab::summary::Band;

/// An outcome under a scenario, policy by policy.
#[derive(Clone, Debug)]
pub struct Table {
    /// The outcome.
    pub outcome: StudyOutcomeRef,
    /// The policies, the reference first.
    pub rows: Vec<Row>,
}

/// An outcome under a policy.
#[derive(Clone, Debug)]
pub struct Row {
    /// Id of the policy.
    pub policy: String,
    /// The spread of the runs.
    pub band: Band,
    /// Mean of the runs that have a value; NaN of none.
    pub mean: f64,
    /// The policy beside the reference; nothing for the reference itself.
    pub difference: Option<Comparison>,
    /// Share of the runs in which it is better than under the reference, 0..1.
    pub better: f64,
    /// Share of the runs in which it is worse.
    pub worse: f64,
    /// Share of the runs in which it is good enough, if the study says when.
    pub good_enough: Option<f64>,
}

/// The outcomes under one scenario.
#[derive(Clone, Debug)]
pub struct Under {
    /// Name of the scenario.
    pub scenario: String,
    /// What it is, in a few words.
    pub label: String,
    /// The outcomes, in the order of the study.
    pub tables: Vec<Table>,
}

/// Something to know before the figures are read.
#[derive(Clone, Debug, PartialEq)]
pub enum Warning {
    /// Runs were given up.
    Diverged {
        /// How many.
        runs: u64,
        /// Of how many.
        of: u64,
    },
    /// No run has a value.
    NoValue {
        /// Scenario.
        scenario: String,
        /// Id of the outcome.
        outcome: String,
    },
    /// Every run under every policy has the same value.
    NoVariation {
        /// Scenario.
        scenario: String,
        /// Id of the outcome.
        outcome: String,
        /// The value.
        value: f64,
    },
    /// A policy differs from the reference in no outcome of any run.
    NoEffect {
        /// Scenario.
        scenario: String,
        /// Id of the policy.
        policy: String,
    },
    /// There is nothing to be said of spread or error.
    OneMember,
    /// The members ran out before the difference was known closely enough.
    NotClose {
        /// Id of the outcome.
        outcome: String,
        /// Half-width that was wanted.
        wanted: f64,
        /// Half-width that is left, if any is known.
        reached: Option<f64>,
    },
}

/// Compares the policies under each scenario.
pub fn answer(results: &Results) -> Vec<Under> {
    let under = |scenario: &ScenarioResults| Under {
        scenario: scenario.name.clone(),
        label: scenario.label.clone(),
        tables: results
            .outcomes()
            .iter()
            .enumerate()
            .map(|(place, outcome)| table(scenario, place, outcome))
            .collect(),
    };
    results.scenarios.iter().map(under).collect()
}

fn table(scenario: &ScenarioResults, place: usize, outcome: &StudyOutcomeRef) -> Table {
    let values = scenario.of_outcome(place);
    let reference = values.first().copied().unwrap_or_default();
    let better = if outcome.lower_is_better { Better::Lower } else { Better::Higher };
    let row = |(n, (policy, values)): (usize, (&PolicyResults, &&[f64]))| {
        let difference = (n > 0).then(|| Comparison::of(reference, values));
        let sides = difference.map_or((f64::NAN, f64::NAN), |d| match better {
            Better::Lower => (d.lower, d.higher),
            Better::Higher => (d.higher, d.lower),
        });
        let good_enough = outcome.threshold.map(|threshold| {
            let known = values.iter().filter(|v| !v.is_nan()).count();
            let good = values.iter().filter(|v| better.meets(**v, threshold)).count();
            good as f64 / known as f64
        });
        Row {
            policy: policy.about.id.clone(),
            band: Band::of(values),
            mean: mean_and_half_width(values).0,
            difference,
            better: sides.0,
            worse: sides.1,
            good_enough,
        }
    };
    let rows = scenario.policies.iter().zip(&values).enumerate().map(row).collect();
    Table { outcome: outcome.clone(), rows }
}

/// What to know before the figures are read, the worst first.
pub fn warnings(results: &Results) -> Vec<Warning> {
    let manifest = &results.manifest;
    let counts = manifest.runs;
    let mut warnings = Vec::new();
    if counts.diverged > 0 {
        let of = counts.diverged + counts.ok;
        warnings.push(Warning::Diverged { runs: counts.diverged, of });
    }
    if results.runs.len() == 1 {
        warnings.push(Warning::OneMember);
    }
    for scenario in &results.scenarios {
        warnings.extend(unmoved(results, scenario));
    }
    if let Some(c) = &manifest.closeness
        && c.reached.is_none_or(|reached| reached > c.wanted)
    {
        let (outcome, wanted, reached) = (c.outcome.clone(), c.wanted, c.reached);
        warnings.push(Warning::NotClose { outcome, wanted, reached });
    }
    warnings
}

/// Outcomes that are nothing or always the same, and policies that change none of them.
fn unmoved(results: &Results, scenario: &ScenarioResults) -> Vec<Warning> {
    let name = || scenario.name.clone();
    let mut warnings = Vec::new();
    for (place, outcome) in results.outcomes().iter().enumerate() {
        let all = || scenario.of_outcome(place).into_iter().flatten().filter(|v| !v.is_nan());
        match all().next() {
            None => {
                let outcome = outcome.id.clone();
                warnings.push(Warning::NoValue { scenario: name(), outcome });
            }
            Some(value) if results.runs.len() > 1 && all().all(|v| v == value) => {
                let outcome = outcome.id.clone();
                warnings.push(Warning::NoVariation { scenario: name(), outcome, value: *value });
            }
            Some(_) => {}
        }
    }
    let Some((reference, others)) = scenario.policies.split_first() else { return warnings };
    for policy in others {
        let pairs = reference.outcomes.iter().zip(&policy.outcomes);
        let same = pairs
            .into_iter()
            .all(|(a, b)| a.iter().zip(b).all(|(a, b)| a == b || (a.is_nan() && b.is_nan())));
        if same {
            warnings.push(Warning::NoEffect { scenario: name(), policy: policy.about.id.clone() });
        }
    }
    warnings
}

/// The same for programs.
pub fn json(results: &Results, answer: &[Under], warnings: &[Warning]) -> Value {
    let scenarios: Vec<Value> = answer
        .iter()
        .map(|under| {
            let outcomes: Vec<Value> = under.tables.iter().map(outcome_json).collect();
            json!({"scenario": under.scenario, "label": under.label, "outcomes": outcomes})
        })
        .collect();
    json!({
        "dir": results.dir,
        "manifest": results.manifest,
        "warnings": warnings.iter().map(warning_json).collect::<Vec<Value>>(),
        "scenarios": scenarios,
    })
}

fn outcome_json(table: &Table) -> Value {
    let band =
        |b: &Band| json!({"q05": b.q05, "q25": b.q25, "q50": b.q50, "q75": b.q75, "q95": b.q95});
    let row = |row: &Row| {
        let difference = row.difference.map(|d| {
            json!({
                "members": d.members, "mean": d.mean, "half_width_90": d.half_width,
                "spread": band(&d.differences), "better": row.better, "worse": row.worse,
                // Infinite where all differences are alike, which JSON cannot say.
                "variance_cut": d.variance_cut.is_finite().then_some(d.variance_cut),
            })
        });
        json!({
            "policy": row.policy, "band": band(&row.band), "difference": difference,
            "good_enough": row.good_enough,
        })
    };
    let o = &table.outcome;
    json!({
        "outcome": o.id, "label": o.label, "unit": o.unit,
        "better": if o.lower_is_better { "lower" } else { "higher" }, "threshold": o.threshold,
        "policies": table.rows.iter().map(row).collect::<Vec<Value>>(),
    })
}

fn warning_json(warning: &Warning) -> Value {
    match warning {
        Warning::Diverged { runs, of } => json!({"warning": "diverged", "runs": runs, "of": of}),
        Warning::NoValue { scenario, outcome } => {
            json!({"warning": "no_value", "scenario": scenario, "outcome": outcome})
        }
        Warning::NoVariation { scenario, outcome, value } => {
            json!({"warning": "no_variation", "scenario": scenario, "outcome": outcome, "value": value})
        }
        Warning::NoEffect { scenario, policy } => {
            json!({"warning": "no_effect", "scenario": scenario, "policy": policy})
        }
        Warning::OneMember => json!({"warning": "one_member"}),
        Warning::NotClose { outcome, wanted, reached } => {
            json!({"warning": "not_close", "outcome": outcome, "wanted": wanted, "reached": reached})
        }
    }
}
