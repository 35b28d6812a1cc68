//! Which figures of the record is an ensemble held against, and which patterns must it show?
//!
//! The evidence says how each figure meets the model; here that becomes targets and patterns of
//! `terbia-lab`. Nothing is left out: what the model has no outcome for is listed with its reason.

use crate::load::{Covered, Evidence};
use crate::spec::{self, Check, FactKind};
use serde::Serialize;
use serde_json::{Value, json};
use terbia_lab::across::Across;
use terbia_lab::check::{Criterion, Pattern, PatternResult, Rule};
use terbia_lab::measure::{Measure, MeasureError};
use terbia_lab::score::{self, Kind, Row, Target};
use terbia_model::kernel::time::Month;

/// A figure of the record beside the ensemble.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreRow {
    /// Id of the fact or observation.
    pub id: String,
    /// "fact", "fact-bound", "fact-event", "series", "series-bound" or "context".
    pub kind: String,
    /// Series that it belongs to.
    pub group: String,
    /// What it says.
    pub title: String,
    /// Period that it speaks of.
    pub period: String,
    /// Observed value.
    pub observed: Option<f64>,
    /// Lower end of what was observed.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Median of the runs.
    pub median: Option<f64>,
    /// Lower end of the central 90 % of the runs.
    pub q05: Option<f64>,
    /// Upper end.
    pub q95: Option<f64>,
    /// Whether the two overlap.
    pub inside: Option<bool>,
    /// Continuous ranked probability score, in the unit of the figure.
    pub crps: Option<f64>,
    /// Unit.
    pub unit: String,
    /// Keys of sources.
    pub source: String,
    /// What to bear in mind, or why there is no score.
    pub note: String,
}

impl ScoreRow {
    /// Whether it is one of the numbered facts.
    pub fn is_fact(&self) -> bool {
        self.kind.starts_with("fact")
    }

    fn unscored(kind: &str, id: &str, note: String) -> Self {
        Self {
            id: id.to_owned(),
            kind: kind.to_owned(),
            group: kind.to_owned(),
            title: String::new(),
            period: String::new(),
            observed: None,
            low: None,
            high: None,
            median: None,
            q05: None,
            q95: None,
            inside: None,
            crps: None,
            unit: String::new(),
            source: String::new(),
            note,
        }
    }

    fn scored(mut self, row: Row) -> Self {
        self.median = row.median;
        self.q05 = row.q05;
        self.q95 = row.q95;
        self.inside = row.inside;
        self.crps = row.crps;
        self.note = row.note;
        self
    }
}

/// A row without its score, and the target that gives it one.
struct Entry {
    row: ScoreRow,
    target: Option<Target>,
}

/// Every fact and every observation beside the ensemble, which starts in `start`.
pub fn scoreboard(
    evidence: &Evidence,
    across: &impl Across,
    start: Month,
) -> Result<Vec<ScoreRow>, MeasureError> {
    let entries: Vec<Entry> = facts(evidence).chain(observations(evidence)).collect();
    let targets: Vec<Target> = entries.iter().filter_map(|e| e.target.clone()).collect();
    let mut scored = score::score(&targets, across, start)?.into_iter();
    Ok(entries
        .into_iter()
        .map(|Entry { row, target }| match target.and_then(|_| scored.next()) {
            Some(score) => row.scored(score),
            None => row,
        })
        .collect())
}

fn facts(evidence: &Evidence) -> impl Iterator<Item = Entry> + '_ {
    evidence.facts.iter().map(|(id, fact)| {
        let bare = |v: &Option<spec::At<f64>>| v.as_ref().map(|x| *x.get());
        let kind = match fact.kind {
            FactKind::Number => "fact",
            FactKind::Bound => "fact-bound",
            FactKind::Event => "fact-event",
        };
        let note = fact.reason.clone().unwrap_or_default();
        let source: Vec<&str> = fact.source.iter().map(|s| s.as_str()).collect();
        let row = ScoreRow {
            group: "facts".into(),
            title: fact.text.clone(),
            observed: bare(&fact.value),
            low: bare(&fact.low),
            high: bare(&fact.high),
            unit: fact.unit.clone().unwrap_or_default(),
            source: source.join(" "),
            ..ScoreRow::unscored(kind, id, note)
        };
        let target = fact.measure.as_ref().map(|m| {
            let bound = fact.kind == FactKind::Bound;
            target(&row, bound, 0.0, measure(m))
        });
        Entry { row, target }
    })
}

/// Every observation that the model is compared with, in order.
pub fn targets(evidence: &Evidence) -> Vec<Target> {
    observations(evidence).filter_map(|entry| entry.target).collect()
}

fn observations(evidence: &Evidence) -> impl Iterator<Item = Entry> + '_ {
    evidence.observations.iter().zip(&evidence.rules).map(|(o, rule)| {
        let bound = o.is_bound();
        let row = |kind: &str, group: &str, note: String| ScoreRow {
            group: group.into(),
            title: format!("{}, {}, {}", o.quantity.replace('_', " "), o.entity, o.subject),
            period: if o.to.is_empty() || o.to == o.from {
                o.from.clone()
            } else {
                format!("{} to {}", o.from, o.to)
            },
            observed: o.value,
            low: o.low,
            high: o.high,
            unit: o.unit.clone(),
            source: if o.source.is_empty() { o.evidence.join(" ") } else { o.source.join(" ") },
            ..ScoreRow::unscored(kind, &o.id, note)
        };
        let context =
            |reason: String| Entry { row: row("context", "context", reason), target: None };
        match *rule {
            Covered::Target(place) => {
                let Some(rule) = evidence.targets.targets.get(place) else {
                    return context("its rule is gone".into());
                };
                let kind = if bound { "series-bound" } else { "series" };
                let row = row(kind, &rule.id, rule.note.clone().unwrap_or_default());
                let mut measure = measure(&rule.measure);
                measure.scale *= rule.scale.as_ref().map_or(1.0, |s| *s.get());
                if let Some((from, to)) = o.window() {
                    measure = measure.within(Some(from), Some(to));
                }
                let error = rule.error_share.as_ref().map_or(0.0, |s| *s.get());
                let target = Some(target(&row, bound, error, measure));
                Entry { row, target }
            }
            Covered::Context(place) => {
                let reason = evidence.targets.contexts.get(place).map(|c| c.reason.clone());
                context(reason.unwrap_or_default())
            }
            Covered::Nothing => context("no rule of targets.toml covers it".into()),
        }
    })
}

fn target(row: &ScoreRow, bound: bool, error_share: f64, measure: Measure) -> Target {
    Target {
        id: row.id.clone(),
        kind: if bound { Kind::Bound } else { Kind::Number },
        observed: row.observed,
        low: row.low,
        high: row.high,
        error_share,
        measure,
        unit: row.unit.clone(),
        source: row.source.clone(),
        note: row.note.clone(),
    }
}

/// The measure that a file describes. Months are checked when the file is loaded.
pub fn measure(spec: &spec::Measure) -> Measure {
    let month = |m: &Option<spec::At<String>>| m.as_ref().and_then(|m| m.parse().ok());
    let inner = |m: &Option<Box<spec::At<spec::Measure>>>| m.as_ref().map(|m| Box::new(measure(m)));
    Measure {
        outcome: spec.outcome.get().clone(),
        statistic: spec.statistic.get().0,
        from: month(&spec.from),
        to: month(&spec.to),
        scale: spec.scale.as_ref().map_or(1.0, |s| *s.get()),
        multiply: inner(&spec.multiply),
        divide: inner(&spec.divide),
        minus_one: spec.minus_one.unwrap_or(false),
    }
}

/// The pattern that a file of `checks/` describes.
pub fn pattern(check: &Check) -> Pattern {
    let not_applicable = (check.applicable == Some(false))
        .then(|| check.reason.clone().unwrap_or_else(|| "not applicable".into()));
    Pattern {
        id: check.id.get().clone(),
        title: check.title.clone(),
        why: check.why.clone(),
        source: check.source.iter().map(|s| s.get().clone()).collect(),
        scenario: check.scenario.get().clone(),
        seeds: check.seeds.as_ref().map(|s| s.get().clone()).unwrap_or_default(),
        members: check.members.as_ref().map_or(0, |m| *m.get()),
        criteria: check.criteria.iter().map(criterion).collect(),
        not_applicable,
    }
}

fn criterion(spec: &spec::Criterion) -> Criterion {
    Criterion {
        id: spec.id.get().clone(),
        measure: measure(&spec.measure),
        expected: *spec.expected.get(),
        rule: match *spec.rule.get() {
            spec::Rule::Overlap => Rule::Overlap,
            spec::Rule::Median => Rule::Median,
            spec::Rule::Share => {
                Rule::Share(spec.share_at_least.as_ref().map_or(1.0, |s| *s.get()))
            }
        },
        observed: spec.observed.as_ref().map(|o| *o.get()),
    }
}

/// Scores and patterns for programs: `{"rows": […], "patterns": […]}`.
pub fn json(rows: &[ScoreRow], patterns: &[PatternResult]) -> Value {
    let patterns: Vec<Value> = patterns
        .iter()
        .map(|p| {
            let seeds: Vec<Value> = p
                .seeds
                .iter()
                .map(|s| {
                    let criteria: Vec<Value> = s
                        .criteria
                        .iter()
                        .map(|c| {
                            json!({
                                "id": c.id, "expected": c.expected, "observed": c.observed,
                                "median": c.median, "q05": c.q05, "q95": c.q95,
                                "share_inside": c.share_inside, "runs": c.runs, "held": c.held,
                            })
                        })
                        .collect();
                    json!({"seed": s.seed, "criteria": criteria})
                })
                .collect();
            json!({"id": p.id, "title": p.title, "held": p.held, "reason": p.reason, "seeds": seeds})
        })
        .collect();
    json!({"rows": rows, "patterns": patterns})
}
