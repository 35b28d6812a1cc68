//! What does this name mean, where does it come from, and what uses it?

mod outcomes;

use crate::load::{Covered, Project, nearest};
use crate::spec::{At, Fact, Observation, Past};
use miette::Diagnostic;
use std::fmt;
use terbia_model::config::Corridor;
use terbia_model::kernel::id::Id;
use terbia_model::kernel::param::{Definition, Prior};
use terbia_model::{module, outcome};
use thiserror::Error;

/// The source of each module: its header says mechanism, equations and limits.
const MODULES: &[(&str, &str)] = &[
    ("alignment", include_str!("../../terbia-model/src/module/alignment/mod.rs")),
    ("bargain", include_str!("../../terbia-model/src/module/bargain/mod.rs")),
    ("ceasefire", include_str!("../../terbia-model/src/module/ceasefire/mod.rs")),
    ("conflict", include_str!("../../terbia-model/src/module/conflict/mod.rs")),
    ("control", include_str!("../../terbia-model/src/module/control/mod.rs")),
    ("extraction", include_str!("../../terbia-model/src/module/extraction/mod.rs")),
    ("gate", include_str!("../../terbia-model/src/module/gate/mod.rs")),
    ("geopolitics", include_str!("../../terbia-model/src/module/geopolitics/mod.rs")),
    ("grievance", include_str!("../../terbia-model/src/module/grievance/mod.rs")),
    ("haulage", include_str!("../../terbia-model/src/module/haulage/mod.rs")),
    ("levy", include_str!("../../terbia-model/src/module/levy/mod.rs")),
    ("market", include_str!("../../terbia-model/src/module/market/mod.rs")),
    ("river", include_str!("../../terbia-model/src/module/river/mod.rs")),
    ("stability", include_str!("../../terbia-model/src/module/stability/mod.rs")),
];

/// What is known about a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The name.
    pub name: String,
    /// Kind of thing: outcome, lever, parameter, number, observation, fact, event, assumption, source,
    /// module.
    pub kind: &'static str,
    /// Meaning, in a sentence.
    pub meaning: String,
    /// What else there is to say: label and text.
    pub lines: Vec<(&'static str, String)>,
    /// Mechanism and equations of the module that uses or makes it.
    pub module: Option<ModuleText>,
    /// What it rests on.
    pub sources: Vec<Cited>,
}

/// What a module says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleText {
    /// Name.
    pub name: &'static str,
    /// In a sentence.
    pub about: &'static str,
    /// Mechanism, equations, what it reads and writes, limits; Markdown.
    pub text: String,
}

/// A key that is cited, and what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cited {
    /// The key.
    pub key: String,
    /// What it stands for: title, publisher and address, or the text of the row.
    pub text: String,
}

/// A name that nothing bears.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("nothing is called '{name}'")]
pub struct ExplainError {
    /// The name.
    pub name: String,
    /// A name that it may stand for.
    pub near: Option<String>,
}

impl Diagnostic for ExplainError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(match &self.near {
            Some(near) => Box::new(format!("did you mean '{near}'?")),
            None => Box::new(
                "name an outcome (exports_t), a number (levy.supply_elasticity), a lever (terbia \
                 levers lists them), a module (levy), or a key of the evidence (S001)",
            ),
        })
    }
}

/// The header of a module, without the marks of a comment.
fn module_text(name: &str) -> Option<ModuleText> {
    let (name, source) = MODULES.iter().find(|(n, _)| *n == name)?;
    let (_, about) = module::ABOUT.iter().find(|(n, _)| n == name)?;
    let header = source.lines().map_while(|line| line.strip_prefix("//!"));
    let lines: Vec<&str> = header.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    Some(ModuleText { name, about, text: lines.join("\n") })
}

/// The module that uses a number of the corridor.
fn module_of(path: &str) -> Option<&'static str> {
    let (kind, rest) = path.split_once('.')?;
    let key = rest.rsplit('.').next().unwrap_or(rest);
    Some(match (kind, key) {
        ("township", "population" | "accountability") => "grievance",
        ("origin", _) if path.contains(".drains.") => "river",
        ("basin" | "reach" | "station", _) => "river",
        ("stance", _) => "alignment",
        ("politics", "claim_share")
        | ("event", "guarantee" | "sharing" | "age_months" | "arms_share") => "ceasefire",
        ("politics", _) if path.starts_with("politics.commitment.") => "ceasefire",
        ("politics" | "front", _) => "conflict",
        ("partner" | "route", _) => "geopolitics",
        ("township", _) | ("event", "entry_factor" | "output_share") => "extraction",
        ("gate" | "road" | "form", _) => "haulage",
        ("actor", _)
        | ("event", "rate_cny_per_t" | "ad_valorem_share" | "in_kind_share" | "reach_share") => {
            "levy"
        }
        ("event", "product" | "reagents") => "gate",
        ("commodity" | "constituent" | "origin" | "series", _) | ("event", "shortfall_share") => {
            "market"
        }
        _ => MODULES.iter().map(|(name, _)| *name).find(|name| *name == kind)?,
    })
}

/// `low to high`, or what is known of it.
fn ends(value: Option<f64>, low: Option<f64>, high: Option<f64>, unit: &str) -> String {
    match (value, low, high) {
        (Some(v), None, None) => format!("{v} {unit}"),
        (Some(v), low, high) => format!("{v} ({}) {unit}", range(low, high)),
        (None, low, high) => format!("{} {unit}", range(low, high)),
    }
}

fn range(low: Option<f64>, high: Option<f64>) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!("{low} to {high}"),
        (Some(low), None) => format!("at least {low}"),
        (None, Some(high)) => format!("at most {high}"),
        (None, None) => "no number".to_owned(),
    }
}

fn period(from: &str, to: &str) -> String {
    match (from, to) {
        ("", "") => "undated".to_owned(),
        (from, "") => from.to_owned(),
        (from, to) if from == to => from.to_owned(),
        (from, to) => format!("{from} to {to}"),
    }
}

impl Project {
    /// What `name` means, in the corridor as compiled for some scenario.
    pub fn explain(&self, corridor: &Corridor, name: &str) -> Result<Explanation, ExplainError> {
        outcomes::explained(corridor, name)
            .or_else(|| self.number(corridor, name).filter(|_| !name.starts_with("lever.")))
            .or_else(|| self.turnable(name))
            .or_else(|| self.number(corridor, name))
            .or_else(|| module_only(corridor, name))
            .or_else(|| self.recorded(name))
            .ok_or_else(|| ExplainError { name: name.to_owned(), near: self.near(corridor, name) })
    }

    fn number(&self, corridor: &Corridor, path: &str) -> Option<Explanation> {
        let id = corridor.number(path)?;
        let definition = &corridor.numbers[id.index()];
        let known = self.is_parameter(path);
        let given = if self.parameters.keys().any(|k| k.as_str() == path) {
            "parameters.toml of the corridor"
        } else if known {
            "default of the module"
        } else if path.starts_with("lever.") {
            "the scenario"
        } else {
            "the corridor"
        };
        Some(Explanation {
            name: path.to_owned(),
            kind: if known { "parameter" } else { "number" },
            meaning: definition.doc.clone(),
            lines: vec![
                ("value", with_unit(definition.value, &definition.unit)),
                ("range", described_range(definition)),
                ("grade", graded(definition)),
                ("given by", given.to_owned()),
            ],
            module: module_of(path).and_then(module_text),
            sources: self.cited(&definition.source),
        })
    }

    /// A lever, by `lever.ID` or its id alone, with or without the month in which it is turned.
    fn turnable(&self, path: &str) -> Option<Explanation> {
        let id = path.strip_prefix("lever.").unwrap_or(path).split('@').next()?;
        let lever = self.lever(id)?;
        let info = lever.info;
        let mut lines = vec![
            ("kind", format!("{}: {}", info.name, info.doc)),
            ("owner", format!("{} ({})", lever.owner, *lever.spec.owner)),
            ("bounds", lever.bounds()),
            ("acts", lever.delay()),
            ("untouched", lever.untouched()),
            ("turned up", lever.effects()),
        ];
        lines.extend(lever.spec.cost.iter().map(|cost| ("cost", cost.clone())));
        let [low, high] = *lever.spec.bounds.get();
        let middle = f64::midpoint(low, high);
        lines.push((
            "to turn it",
            format!(
                "--set lever.{id}@YYYY-MM=VALUE, for example --set lever.{id}@2026-01={middle}, \
                 which holds from that month on"
            ),
        ));
        Some(Explanation {
            name: format!("lever.{id}"),
            kind: "lever",
            meaning: lever.meaning().to_owned(),
            lines,
            module: None,
            sources: self.cited(lever.spec.source.iter().map(At::get)),
        })
    }

    fn near(&self, corridor: &Corridor, name: &str) -> Option<String> {
        let columns = outcome::columns(corridor);
        // The outcome as a whole comes before one of its columns.
        let outcomes: Vec<&str> = outcome::all().map(|o| o.name).collect();
        let columns = outcomes.iter().copied().chain(columns.iter().map(|c| c.name.as_str()));
        let numbers = corridor.numbers.iter().map(|d| d.path.as_str());
        let modules = module::ABOUT.iter().map(|(name, _)| *name);
        let levers: Vec<String> =
            self.spec.levers.iter().map(|l| format!("lever.{}", *l.id)).collect();
        let levers = levers.iter().map(String::as_str);
        nearest(name, columns.chain(numbers).chain(modules).chain(levers))
    }

    /// A key of the evidence.
    fn recorded(&self, key: &str) -> Option<Explanation> {
        let evidence = &self.evidence;
        let observation = evidence.observations.iter().position(|o| o.id.as_str() == key);
        if let Some(place) = observation {
            return evidence.observations.get(place).map(|o| self.observation(o, place));
        }
        if let Some(event) = evidence.events.iter().find(|e| e.id.as_str() == key) {
            return Some(self.event(event));
        }
        if let Some((_, fact)) = evidence.facts.iter().find(|(k, _)| k.as_str() == key) {
            return Some(self.fact(key, fact));
        }
        self.assumption(key).or_else(|| self.source(key))
    }

    fn observation(&self, o: &Observation, place: usize) -> Explanation {
        let mut lines = vec![
            ("value", ends(o.value, o.low, o.high, &o.unit)),
            ("period", period(&o.from, &o.to)),
            ("basis", o.basis.name().to_owned()),
        ];
        let texts = [
            ("derived from", o.evidence.join(" ")),
            ("method", o.method.clone()),
            ("note", o.note.clone()),
        ];
        lines.extend(texts.into_iter().filter(|(_, text)| !text.is_empty()));
        let targets = &self.evidence.targets;
        match self.evidence.rules.get(place) {
            Some(Covered::Target(rule)) => lines.extend(
                targets
                    .targets
                    .get(*rule)
                    .map(|t| ("compared with", format!("{} of {}", *t.id, *t.measure.outcome))),
            ),
            Some(Covered::Context(rule)) => {
                lines.extend(
                    targets.contexts.get(*rule).map(|c| ("not compared", c.reason.clone())),
                );
            }
            _ => {}
        }
        Explanation {
            name: o.id.get().clone(),
            kind: "observation",
            meaning: format!("{} of {}: {}", o.quantity, o.entity, o.subject),
            lines,
            module: None,
            sources: self.cited(o.source.iter().chain(&o.evidence)),
        }
    }

    fn event(&self, event: &Past) -> Explanation {
        Explanation {
            name: event.id.get().clone(),
            kind: "event",
            meaning: event.description.clone(),
            lines: vec![
                ("when", period(&event.from, &event.to)),
                ("type", event.kind.clone()),
                ("who", event.actor.clone()),
                ("where", event.place.clone()),
            ],
            module: None,
            sources: self.cited(&event.source),
        }
    }

    fn fact(&self, key: &str, fact: &Fact) -> Explanation {
        let number = |n: &Option<At<f64>>| n.as_ref().map(|n| *n.get());
        let (value, low, high) = (number(&fact.value), number(&fact.low), number(&fact.high));
        let mut lines = Vec::new();
        if value.or(low).or(high).is_some() {
            let unit = fact.unit.as_deref().unwrap_or_default();
            lines.push(("value", ends(value, low, high, unit)));
        }
        if let Some(measure) = &fact.measure {
            lines.push(("compared with", measure.outcome.get().clone()));
        }
        lines.extend(fact.reason.iter().map(|r| ("not compared", r.clone())));
        Explanation {
            name: key.to_owned(),
            kind: "fact",
            meaning: fact.text.clone(),
            lines,
            module: None,
            sources: self.cited(fact.source.iter().map(At::get)),
        }
    }

    fn assumption(&self, key: &str) -> Option<Explanation> {
        let own = self.evidence.assumptions.iter().find(|(k, _)| k.as_str() == key);
        let own = own.map(|(_, a)| (&a.claim, &a.why, &a.if_wrong, &a.alternative));
        let modules = self.evidence.module_assumptions.get(key);
        let modules = modules.map(|a| (&a.claim, &a.why, &a.if_wrong, &a.alternative));
        let (claim, why, if_wrong, alternative) = own.or(modules)?;
        Some(Explanation {
            name: key.to_owned(),
            kind: "assumption",
            meaning: claim.clone(),
            lines: vec![
                ("why", why.clone()),
                ("if wrong", if_wrong.clone()),
                ("alternative", alternative.clone()),
            ],
            module: None,
            sources: Vec::new(),
        })
    }

    fn source(&self, key: &str) -> Option<Explanation> {
        let (_, source) = self.evidence.sources.iter().find(|(k, _)| k.as_str() == key)?;
        let optional =
            [("date", &source.date), ("address", &source.url), ("licence", &source.licence)];
        let optional = optional.into_iter().filter_map(|(label, t)| Some((label, t.clone()?)));
        let lines = std::iter::once(("publisher", source.publisher.clone())).chain(optional);
        Some(Explanation {
            name: key.to_owned(),
            kind: "source",
            meaning: source.title.clone(),
            lines: lines.collect(),
            module: None,
            sources: Vec::new(),
        })
    }

    /// What each key stands for; observations, facts and events bring their own sources along.
    fn cited<'a>(&self, keys: impl IntoIterator<Item = &'a String>) -> Vec<Cited> {
        let mut cited: Vec<Cited> = Vec::new();
        let mut add = |key: &String, text: String| {
            if !cited.iter().any(|c| c.key == *key) {
                cited.push(Cited { key: key.clone(), text });
            }
        };
        for key in keys {
            let Some(text) = self.line(key) else { continue };
            add(key, text);
            for deeper in self.sources_of(key) {
                if let Some(text) = self.line(deeper) {
                    add(deeper, text);
                }
            }
        }
        cited
    }

    fn sources_of(&self, key: &str) -> Vec<&String> {
        let evidence = &self.evidence;
        let rows = evidence.observations.iter().filter(|o| o.id.as_str() == key);
        let events = evidence.events.iter().filter(|e| e.id.as_str() == key);
        let facts = evidence.facts.iter().filter(|(k, _)| k.as_str() == key);
        let rows = rows.flat_map(|o| &o.source).chain(events.flat_map(|e| &e.source));
        rows.chain(facts.flat_map(|(_, f)| f.source.iter().map(At::get))).collect()
    }

    /// What a key stands for, in a line.
    fn line(&self, key: &str) -> Option<String> {
        let found = self.recorded_briefly(key);
        found.or_else(|| self.assumption(key).map(|a| format!("assumption: {}", a.meaning)))
    }

    fn recorded_briefly(&self, key: &str) -> Option<String> {
        let evidence = &self.evidence;
        if let Some((_, s)) = evidence.sources.iter().find(|(k, _)| k.as_str() == key) {
            let rest = [&s.date, &s.url].into_iter().flatten().cloned();
            let all: Vec<String> =
                [s.title.clone(), s.publisher.clone()].into_iter().chain(rest).collect();
            return Some(all.join(" · "));
        }
        if let Some(o) = evidence.observations.iter().find(|o| o.id.as_str() == key) {
            let value = ends(o.value, o.low, o.high, &o.unit);
            let when = period(&o.from, &o.to);
            return Some(format!("{} of {}, {}, {when}: {value}", o.quantity, o.entity, o.subject));
        }
        if let Some(e) = evidence.events.iter().find(|e| e.id.as_str() == key) {
            return Some(format!("{}: {}", period(&e.from, &e.to), e.description));
        }
        let fact = evidence.facts.iter().find(|(k, _)| k.as_str() == key);
        fact.map(|(_, f)| f.text.clone())
    }
}

fn module_only(corridor: &Corridor, name: &str) -> Option<Explanation> {
    let text = module_text(name)?;
    let own = |path: &&str| path.split('.').next() == Some(name);
    let numbers = corridor.numbers.iter().map(|d| d.path.as_str()).filter(own);
    let columns = outcome::columns(corridor).into_iter().filter(|c| c.module == name);
    let columns: Vec<String> = columns.map(|c| c.name).collect();
    let lists =
        [("numbers", numbers.collect::<Vec<_>>().join(", ")), ("outcomes", columns.join(", "))];
    Some(Explanation {
        name: name.to_owned(),
        kind: "module",
        meaning: text.about.to_owned(),
        lines: lists.into_iter().filter(|(_, list)| !list.is_empty()).collect(),
        module: Some(text),
        sources: Vec::new(),
    })
}

/// A number with its unit; a pure number stands alone.
fn with_unit(number: impl std::fmt::Display, unit: &str) -> String {
    if unit == "1" { number.to_string() } else { format!("{number} {unit}") }
}

fn described_range(definition: &Definition) -> String {
    let Definition { low, high, unit, .. } = definition;
    if !definition.uncertain() {
        return "not varied".to_owned();
    }
    let prior = match definition.prior {
        Prior::Uniform => "equal weight",
        Prior::Triangular => "peak at the value",
        Prior::LogUniform => "equal weight in the logarithm",
        Prior::Normal => "normal, the range its central 90 %",
        Prior::LogNormal => "log-normal, the range its central 90 %",
        Prior::Fixed => "not varied",
    };
    format!("{}, {prior}", with_unit(format!("{low} to {high}"), unit))
}

fn graded(definition: &Definition) -> String {
    let meaning = match definition.grade.letter() {
        'A' => "measured here and then",
        'B' => "measured elsewhere, or derived",
        'C' => "judgement of experts, or the literature",
        _ => "placeholder",
    };
    format!("{}: {meaning}", definition.grade.letter())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_has_a_header_with_equations() {
        for (name, _) in module::ABOUT {
            let text = module_text(name).unwrap();
            assert!(text.text.contains("```text"), "{name}");
            assert!(!text.about.is_empty());
        }
    }
}
