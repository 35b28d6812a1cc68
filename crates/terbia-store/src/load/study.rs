//! Can what a study asks be run? Scenarios, levers, numbers, outcomes and months of the corridor,
//! each id once, and nothing asked of outcomes that the study does not have.

mod analysis;
mod search;
mod unit;

pub(super) use unit::OtherUnit;
pub(super) use unit::other_than_share;

use super::fault::Fault;
use super::fields;
use super::files::File;
use super::index::Kind;
use super::lever;
use super::problem::Problems;
use super::scenario::{Scenarios, Sheet};
use super::target;
use super::time;
use crate::output::RESULT_KEYS;
use crate::question::{MOST_POLICIES, unit_of};
use crate::spec::{
    At, CorridorFile, DesignKind, Event, Factorial, Measure, Policy, Study, StudyOutcome,
    Uncertainty,
};
use std::collections::BTreeMap;
use std::ops::Range;
use terbia_model::config::Corridor;
use terbia_model::kernel::param::{Definition, Prior};
use terbia_model::kernel::time::Month;
use terbia_model::outcome::Column;

/// The studies of a corridor, by name.
pub type Studies = BTreeMap<String, Sheet<Study>>;

/// The corridor that is asked.
pub(crate) struct Ground<'a> {
    pub(crate) spec: &'a CorridorFile,
    pub(crate) scenarios: &'a Scenarios,
    /// The columns of its results.
    pub(crate) columns: &'a [Column],
    /// The corridor under a scenario, if it compiles.
    pub(crate) compile: &'a dyn Fn(&str) -> Option<Corridor>,
}

/// Notes everything that is wrong with a study.
pub(crate) fn check(sheet: &Sheet<Study>, ground: &Ground<'_>, problems: &mut Problems) {
    let Sheet { file, spec: study } = sheet;
    let mut check = Check { study, file, ground, problems };
    if study.question.trim().is_empty() {
        check.add(study.question.span(), Fault::Needed { key: "question", what: "a study".into() });
    }
    check.scenarios();
    let until = check.window();
    let ids: Vec<&At<String>> = study.policies.iter().map(|p| &p.id).collect();
    Kind::collect("policy", ids, file, check.problems);
    for policy in &study.policies {
        check.policy(policy);
    }
    check.factorials();
    check.uncertainties();
    check.outcomes(until);
    check.design();
    analysis::check(&mut check);
    search::check(&mut check, until);
}

struct Check<'a> {
    study: &'a Study,
    file: &'a File,
    ground: &'a Ground<'a>,
    problems: &'a mut Problems,
}

impl Check<'_> {
    fn add(&mut self, span: Range<usize>, fault: Fault) {
        self.problems.add(self.file, span, fault);
    }

    fn expect(&mut self, kind: &Kind, id: &At<String>) {
        kind.expect(id, self.file, self.problems);
    }

    fn scenarios(&mut self) {
        let study = self.study;
        let names = Kind::new("scenario", self.ground.scenarios.keys().map(String::as_str));
        if study.scenarios.is_empty() {
            self.add(0..0, Fault::NoneNamed { what: "the study".into(), kind: "[[scenario]]" });
        }
        for (place, setting) in study.scenarios.iter().enumerate() {
            self.expect(&names, &setting.name);
            if study.scenarios.iter().take(place).any(|s| s.name == setting.name) {
                let id = setting.name.get().clone();
                let fault = Fault::TwiceNamed { what: "the study".into(), kind: "scenario", id };
                self.add(setting.name.span(), fault);
            }
        }
    }

    fn period(&self) -> Option<(Month, Month)> {
        let spec = self.ground.spec;
        Some((spec.start.parse().ok()?, spec.end.parse().ok()?))
    }

    /// The months of evaluation are the corridor's; the last one, if it is.
    fn window(&mut self) -> Option<Month> {
        let study = self.study;
        let [from, until] = [&study.from, &study.until].map(|text| {
            let month = time::month(text, self.file, self.problems)?;
            let (start, end) = self.period()?;
            if month < start || month > end {
                let what = "outcomes are measured".to_owned();
                self.add(text.span(), Fault::outside(what, month, (start, end)));
                return None;
            }
            Some(month)
        });
        if let (Some(from), Some(until)) = (from, until)
            && until < from
        {
            let (from, until) = (from.to_string(), until.to_string());
            self.add(study.until.span(), Fault::EndsBeforeStart { from, until });
            return None;
        }
        until
    }

    fn policy(&mut self, policy: &Policy) {
        for (path, value) in &policy.set {
            if !lever::is_turn(path) {
                self.add(path.span(), Fault::NoLever { path: path.get().clone() });
            } else if let Err(fault) = lever::turn(self.ground.spec, path, *value.get()) {
                let of_value = matches!(fault, Fault::LeverOutOfBounds { .. });
                self.add(if of_value { value.span() } else { path.span() }, fault);
            }
        }
    }

    fn factorials(&mut self) {
        let factorials = &self.study.factorials;
        for (place, factorial) in factorials.iter().enumerate() {
            self.factorial(factorial);
            let same = |f: &Factorial| f.lever == factorial.lever && f.from == factorial.from;
            if factorials.iter().take(place).any(same) {
                let (what, id) = ("the study".to_owned(), factorial.lever.get().clone());
                let fault = Fault::TwiceNamed { what, kind: "[[factorial]] of the lever", id };
                self.add(factorial.lever.span(), fault);
            }
        }
        let made = factorials.iter().map(|f| f.values.len()).fold(1, usize::saturating_mul);
        let made = if factorials.is_empty() { 0 } else { made };
        let policies = made.saturating_add(self.study.policies.len().max(1));
        if policies > MOST_POLICIES {
            let last = factorials.last().map(|f| f.lever.span());
            let last = last.or_else(|| self.study.policies.last().map(|p| p.id.span()));
            let fault = Fault::TooManyPolicies { policies, limit: MOST_POLICIES };
            self.add(last.unwrap_or(0..0), fault);
        }
    }

    fn factorial(&mut self, factorial: &Factorial) {
        let spec = self.ground.spec;
        let id = factorial.lever.get();
        let what = || format!("the factorial of '{id}'");
        if factorial.values.is_empty() {
            self.add(
                factorial.values.span(),
                Fault::NoneNamed { what: what(), kind: "entry of 'values'" },
            );
        }
        let path = super::lever::path(id, factorial.from.as_ref().map(|m| m.get().as_str()));
        for (place, value) in factorial.values.iter().enumerate() {
            if factorial.values.iter().take(place).any(|v| v == value) {
                let fault =
                    Fault::TwiceNamed { what: what(), kind: "value", id: value.to_string() };
                self.add(factorial.values.span(), fault);
            }
            let Err(fault) = lever::turn(spec, &path, *value) else { continue };
            match fault {
                Fault::LeverOutOfBounds { .. } => self.add(factorial.values.span(), fault),
                // What is wrong with the lever or its month is wrong with it for every value.
                _ if place > 0 => {}
                Fault::UnknownId { .. } => self.add(factorial.lever.span(), fault),
                _ => {
                    let from = factorial.from.as_ref().unwrap_or(&factorial.lever);
                    self.add(from.span(), fault);
                }
            }
        }
    }

    fn uncertainties(&mut self) {
        let study = self.study;
        let only = study.uncertainties.only.as_deref().unwrap_or_default();
        if study.ranges.is_empty() && only.is_empty() {
            return;
        }
        let numbers = self.numbers();
        if numbers.is_empty() {
            // None of the scenarios is there or compiles, which is noted.
            return;
        }
        let known = Kind::new("number", numbers.keys().map(String::as_str));
        for pattern in only {
            if !numbers.keys().any(|path| matches(pattern, path)) {
                self.expect(&known, pattern);
            }
        }
        for (place, range) in study.ranges.iter().enumerate() {
            if study.ranges.iter().take(place).any(|r| r.path == range.path) {
                let id = range.path.get().clone();
                let what = "the study".to_owned();
                let fault = Fault::TwiceNamed { what, kind: "[[uncertainty]] of the number", id };
                self.add(range.path.span(), fault);
            }
            match numbers.get(range.path.get()) {
                Some(number) => self.range(range, number),
                None => self.expect(&known, &range.path),
            }
        }
    }

    /// The numbers of all scenarios of the study, by path; settings of levers are none.
    fn numbers(&self) -> BTreeMap<String, Definition> {
        let names = self.study.scenarios.iter().map(|s| s.name.get().as_str());
        let compiled = names.filter_map(|name| (self.ground.compile)(name));
        let numbers = compiled.flat_map(|corridor| corridor.numbers);
        let numbers = numbers.filter(|d| !lever::is_turn(&d.path));
        numbers.map(|d| (d.path.clone(), d)).collect()
    }

    fn range(&mut self, given: &Uncertainty, number: &Definition) {
        let [low, high] = *given.range.get();
        let fault = if low > high {
            Some("the range runs backwards; write [low, high]")
        } else if matches!(number.prior, Prior::LogUniform | Prior::LogNormal) && low <= 0.0 {
            Some("a prior in the logarithm needs a range above zero")
        } else {
            None
        };
        if let Some(fault) = fault {
            let fault = Fault::BadNumber { key: given.path.get().clone(), fault };
            return self.add(given.range.span(), fault);
        }
        let spec = self.ground.spec;
        let of_corridor = fields::of_corridor(spec);
        let events: Vec<&Event> =
            self.ground.scenarios.values().flat_map(|s| &s.spec.events).collect();
        let of_events = events.iter().flat_map(|e| fields::of_event(e, &spec.levers));
        let mut all = of_corridor.into_iter().chain(of_events);
        let Some(field) = all.find(|f| f.path == *given.path.get()) else { return };
        let outside = [low, high].into_iter().find(|x| !field.bounds.allow(*x));
        if let Some(value) = outside {
            let (key, allowed) = (given.path.get().clone(), field.bounds.described());
            self.add(given.range.span(), Fault::OutOfBounds { key, value, allowed });
        }
    }

    fn outcomes(&mut self, until: Option<Month>) {
        let study = self.study;
        if study.outcomes.is_empty() {
            self.add(0..0, Fault::NoneNamed { what: "the study".into(), kind: "[[outcome]]" });
        }
        let columns = self.ground.columns;
        let known = Kind::new("outcome", columns.iter().map(|c| c.name.as_str()));
        let mut ids = Kind::new("column of the results", RESULT_KEYS);
        for outcome in &study.outcomes {
            ids.take(&outcome.id, self.file, self.problems);
            target::measure(&outcome.measure, &known, self.file, self.problems);
            self.measured(outcome, &outcome.measure, until);
            let what = || format!("the outcome '{}'", *outcome.id);
            if outcome.label.trim().is_empty() {
                self.add(outcome.label.span(), Fault::Needed { key: "label", what: what() });
            }
            let blank = outcome.unit.as_ref().is_some_and(|u| u.trim().is_empty());
            if blank || (known.has(&outcome.measure.outcome) && unit_of(outcome, columns).is_none())
            {
                let what = format!("{}, whose measure makes a unit of its own,", what());
                self.add(outcome.id.span(), Fault::Needed { key: "unit", what });
            }
            if let Some(unit) = &outcome.unit {
                let months = self.months(&outcome.measure);
                let written = (what(), unit.get().as_str());
                let other = unit::other((&written.0, written.1), &outcome.measure, months, columns);
                if let Some(other) = other {
                    self.add(unit.span(), Fault::MeasureUnit(other));
                }
            }
        }
    }

    /// How many months a measure is taken over, if they are months.
    fn months(&self, measure: &Measure) -> Option<f64> {
        let month = |own: &Option<At<String>>, study: &At<String>| {
            own.as_ref().unwrap_or(study).parse::<Month>().ok()
        };
        let first = month(&measure.from, &self.study.from)?;
        let last = month(&measure.to, &self.study.until)?;
        Some(f64::from(last.since(first)) + 1.0)
    }

    /// The months of a measure lie in the run.
    fn measured(&mut self, outcome: &StudyOutcome, measure: &Measure, until: Option<Month>) {
        for text in measure.from.iter().chain(&measure.to) {
            let Ok(month) = text.parse::<Month>() else { continue };
            let what = || format!("the outcome '{}' is measured", *outcome.id);
            match (self.period(), until) {
                (Some((start, end)), _) if month < start || month > end => {
                    self.add(text.span(), Fault::outside(what(), month, (start, end)));
                }
                (_, Some(until)) if month > until => {
                    let (month, until) = (month.to_string(), until.to_string());
                    let fault = Fault::AfterStudy { id: outcome.id.get().clone(), month, until };
                    self.add(text.span(), fault);
                }
                _ => {}
            }
        }
        for inner in measure.divide.iter().chain(&measure.multiply) {
            self.measured(outcome, inner, until);
        }
    }

    fn own_outcomes(&self) -> Kind {
        Kind::new("outcome of the study", self.study.outcomes.iter().map(|o| o.id.as_str()))
    }

    fn design(&mut self) {
        let design = &self.study.design;
        let members = f64::from(*design.members.get());
        let mut beyond = |key: &str, span, value, allowed| {
            self.add(span, Fault::OutOfBounds { key: key.to_owned(), value, allowed });
        };
        if members < 1.0 {
            beyond("members", design.members.span(), members, "1 or more");
        }
        let Some(wanted) = &design.until_half_width else { return };
        let half_width = *wanted.half_width.get();
        if half_width <= 0.0 {
            beyond("half_width", wanted.half_width.span(), half_width, "more than zero");
        }
        let most = f64::from(*wanted.most.get());
        if most < members {
            beyond("most", wanted.most.span(), most, "at least as many as 'members'");
        }
        if *design.kind.get() == DesignKind::Lhs {
            let what = "a Latin hypercube, which is made for one number of members".to_owned();
            let mend = "write kind = \"sobol\", or leave it out and raise 'members'";
            let fault = Fault::OutOfPlace { key: "until_half_width", what, mend };
            self.add(wanted.span(), fault);
        }
        self.expect(&self.own_outcomes(), &wanted.outcome);
    }
}

/// Whether `pattern` names the number at `path`: itself, or all under "first.part.*".
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => start.ends_with('.') && path.starts_with(start),
        None => pattern == path,
    }
}
