//! Which numbers differ from member to member, and in which dimension of the design?
//!
//! The dimension of an input is the place of its number among the uncertain ones of the first
//! scenario: there a member has the values that a run of `terbia run` has with the same seed. What
//! only later scenarios have follows, and a number that two scenarios have is the same in both.

use super::error::QuestionError;
use super::manifest::InputRef;
use crate::load::{Compiled, matches};
use crate::posterior::Posterior;
use crate::spec::{At, Study};
use std::collections::BTreeMap;
use terbia_lab::paired::{Feed, Input};
use terbia_model::kernel::param::{Definition, Prior};

/// The inputs of a study.
pub(super) struct Inputs {
    /// What varies, in the order in which it is met.
    pub(super) inputs: Vec<Input>,
    /// The same for the manifest.
    pub(super) about: Vec<InputRef>,
}

impl Inputs {
    /// The numbers that vary in any scenario, in the order in which they are met.
    pub(super) fn of(
        study: &Study,
        cases: &[Compiled],
        policies: usize,
        posterior: Option<&Posterior>,
    ) -> Result<Self, QuestionError> {
        let references: Vec<&Compiled> = cases.iter().step_by(policies.max(1)).collect();
        let dimensions = dimensions(study, &references);
        let mut list = Self { inputs: Vec::new(), about: Vec::new() };
        for (reference, setting) in references.iter().zip(&study.scenarios) {
            for (place, number) in reference.corridor.numbers.iter().enumerate() {
                let fixed = reference.fixed.get(place).copied().flatten();
                let Varied::Over(definition) = varied(study, number, fixed) else { continue };
                let scenario = setting.name.get();
                if let Some(known) = list.find(&definition) {
                    list.about[known].scenarios.push(scenario.clone());
                    continue;
                }
                let believed = match posterior {
                    Some(posterior) => believed(study, posterior, &definition)?,
                    None => None,
                };
                list.about.push(list.described(&definition, scenario, believed.is_some()));
                let dimension = dimensions.get(&definition.path).copied().unwrap_or_default();
                list.inputs.push(Input { definition, dimension, believed });
            }
        }
        match posterior {
            Some(p) if list.inputs.iter().all(|i| i.believed.is_none()) => {
                Err(p.of_another().into())
            }
            _ => Ok(list),
        }
    }

    /// The input that is exactly this number.
    fn find(&self, definition: &Definition) -> Option<usize> {
        let same = |d: &Definition| {
            (&d.path, d.value, d.low, d.high, d.prior)
                == (
                    &definition.path,
                    definition.value,
                    definition.low,
                    definition.high,
                    definition.prior,
                )
        };
        self.inputs.iter().position(|i| same(&i.definition))
    }

    fn described(&self, d: &Definition, scenario: &str, believed: bool) -> InputRef {
        let taken = self.about.iter().any(|a| a.path == d.path);
        InputRef {
            column: if taken { format!("{} ({scenario})", d.path) } else { d.path.clone() },
            path: d.path.clone(),
            unit: d.unit.clone(),
            description: d.doc.clone(),
            value: d.value,
            low: d.low,
            high: d.high,
            prior: name_of(d.prior).to_owned(),
            grade: d.grade.letter(),
            believed,
            scenarios: vec![scenario.to_owned()],
            source: d.source.clone(),
        }
    }

    /// Where each number of each case has its value from.
    pub(super) fn numbers(
        &self,
        study: &Study,
        cases: &[Compiled],
        policies: usize,
    ) -> Vec<Vec<Feed>> {
        let mut places: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, input) in self.inputs.iter().enumerate() {
            places.entry(&input.definition.path).or_default().push(place);
        }
        let scenario = |case: usize| study.scenarios.get(case / policies.max(1));
        let of_case = |(case, compiled): (usize, &Compiled)| {
            let from = |(place, number): (usize, &Definition)| {
                let fixed = compiled.fixed.get(place).copied().flatten();
                match varied(study, number, fixed) {
                    Varied::Held(value) => Feed::Held(value),
                    Varied::Over(definition) => {
                        let name = scenario(case).map(|s| s.name.get().as_str());
                        let own = |i: &&usize| {
                            let about = self.about.get(**i);
                            about.is_some_and(|a| a.scenarios.iter().any(|s| Some(&**s) == name))
                        };
                        let all = places.get(definition.path.as_str());
                        let place = all.and_then(|all| all.iter().find(own));
                        place.map_or(Feed::Held(definition.value), |i| Feed::Input(*i))
                    }
                }
            };
            compiled.corridor.numbers.iter().enumerate().map(from).collect()
        };
        cases.iter().enumerate().map(of_case).collect()
    }
}

/// How a number goes into a study.
enum Varied {
    /// The same in every member.
    Held(f64),
    /// Over this prior.
    Over(Definition),
}

/// How `number` goes into the study, if its scenario holds it at `fixed`.
fn varied(study: &Study, number: &Definition, fixed: Option<f64>) -> Varied {
    let range = study.ranges.iter().find(|r| *r.path.get() == number.path);
    if let Some([low, high]) = range.map(|r| *r.range.get()) {
        let prior = if number.prior == Prior::Fixed { Prior::Uniform } else { number.prior };
        let value = number.value.clamp(low, high);
        if low == high {
            return Varied::Held(low);
        }
        return Varied::Over(Definition { value, low, high, prior, ..number.clone() });
    }
    let named = |only: &Vec<At<String>>| only.iter().any(|p| matches(p, &number.path));
    match fixed {
        Some(value) => Varied::Held(value),
        None if !number.uncertain() => Varied::Held(number.value),
        None if study.uncertainties.only.as_ref().is_some_and(|only| !named(only)) => {
            Varied::Held(number.value)
        }
        None => Varied::Over(number.clone()),
    }
}

/// What a posterior says of a number, unless the study gives it a range of its own.
fn believed(
    study: &Study,
    posterior: &Posterior,
    number: &Definition,
) -> Result<Option<Vec<f64>>, QuestionError> {
    if study.ranges.iter().any(|r| *r.path.get() == number.path) {
        if posterior.table().column(&number.path).is_some() {
            return Err(QuestionError::Believed { path: number.path.clone() });
        }
        return Ok(None);
    }
    Ok(posterior.believed(number)?.map(<[f64]>::to_vec))
}

/// The dimension of every number that may vary, by path.
fn dimensions(study: &Study, scenarios: &[&Compiled]) -> BTreeMap<String, u32> {
    let mut dimensions = BTreeMap::new();
    let mut add = |path: &str| {
        let next = dimensions.len() as u32;
        dimensions.entry(path.to_owned()).or_insert(next);
    };
    let uncertain = scenarios.iter().flat_map(|c| &c.corridor.numbers).filter(|d| d.uncertain());
    uncertain.for_each(|d| add(&d.path));
    study.ranges.iter().for_each(|r| add(r.path.get()));
    dimensions
}

fn name_of(prior: Prior) -> &'static str {
    match prior {
        Prior::Uniform => "uniform",
        Prior::Triangular => "triangular",
        Prior::LogUniform => "loguniform",
        Prior::Normal => "normal",
        Prior::LogNormal => "lognormal",
        Prior::Fixed => "fixed",
    }
}
