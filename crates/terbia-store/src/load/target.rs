//! Does every observation meet the model, and is every measure one that the model has?

use super::evidence::{Covered, Evidence, Files};
use super::fault::Fault;
use super::files::File;
use super::index::{Keys, Kind};
use super::problem::Problems;
use super::scenario::{Scenarios, Sheet};
use super::time;
use crate::spec::{At, Check, Match, Measure, Observation, OneOrMany, Rule, Target, Targets};
use std::ops::Range;

/// A rule of `targets.toml`: what it covers, and where it stands.
struct Line<'a> {
    span: Range<usize>,
    matches: Option<&'a At<Match>>,
    ids: Option<&'a At<Vec<At<String>>>>,
    means: Covered,
}

impl Line<'_> {
    fn covers(&self, observation: &Observation) -> bool {
        let by_id = self.ids.is_some_and(|ids| ids.contains(&observation.id));
        by_id || self.matches.is_some_and(|m| m.covers(observation))
    }
}

impl Match {
    /// Whether `observation` has all these properties.
    pub fn covers(&self, observation: &Observation) -> bool {
        self.covers_but_for_unit(observation) && takes(self.unit.as_ref(), &observation.unit)
    }

    /// The same whatever its unit.
    fn covers_but_for_unit(&self, observation: &Observation) -> bool {
        let properties = [
            (&self.quantity, observation.quantity.as_str()),
            (&self.entity, observation.entity.as_str()),
            (&self.subject, observation.subject.as_str()),
            (&self.basis, observation.basis.name()),
        ];
        properties.iter().all(|(wanted, found)| takes(wanted.as_ref(), found))
    }
}

fn takes(wanted: Option<&OneOrMany>, found: &str) -> bool {
    wanted.is_none_or(|wanted| wanted.contains(found))
}

/// The rules in the order of the file.
fn lines(targets: &Targets) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    for (place, rule) in targets.targets.iter().enumerate() {
        let (matches, ids) = (rule.matches.as_ref(), rule.ids.as_ref());
        lines.push(Line { span: rule.span(), matches, ids, means: Covered::Target(place) });
    }
    for (place, rule) in targets.contexts.iter().enumerate() {
        let (matches, ids) = (rule.matches.as_ref(), rule.ids.as_ref());
        lines.push(Line { span: rule.span(), matches, ids, means: Covered::Context(place) });
    }
    lines.sort_by_key(|line| line.span.start);
    lines
}

/// The rule of `targets` that covers each of `observations`.
pub fn matched(targets: &Targets, observations: &[Observation]) -> Vec<Covered> {
    let lines = lines(targets);
    let rule = |o: &Observation| lines.iter().find(|line| line.covers(o));
    observations.iter().map(|o| rule(o).map_or(Covered::Nothing, |line| line.means)).collect()
}

/// The units in which `observation` would be compared, if its unit is all that keeps it from it; or,
/// if nothing covers it, those in which others of its quantity are, unless its own is among them.
pub fn units_taken(targets: &Targets, observation: &Observation) -> Vec<String> {
    let of_target = |line: &Line<'_>| match line.means {
        Covered::Target(_) => line.matches.map(|m| m.get().clone()),
        _ => None,
    };
    let lines = lines(targets);
    for line in &lines {
        if line.covers(observation) {
            return Vec::new();
        }
        let rule = of_target(line).filter(|rule| rule.covers_but_for_unit(observation));
        if let Some(units) = rule.and_then(|rule| rule.unit) {
            return units.all().to_vec();
        }
    }
    let quantity = observation.quantity.as_str();
    let of_quantity = |rule: &Match| rule.quantity.as_ref().is_some_and(|q| q.contains(quantity));
    let mut units: Vec<String> = Vec::new();
    for rule in lines.iter().filter_map(of_target).filter(of_quantity) {
        match &rule.unit {
            Some(taken) if !taken.contains(&observation.unit) => {
                units.extend_from_slice(taken.all());
            }
            // Its unit is taken: it is something else that does not fit.
            _ => return Vec::new(),
        }
    }
    units.sort();
    units.dedup();
    units
}

/// Finds the rule of each observation; notes observations without one, and idle rules.
pub(crate) fn cover(evidence: &mut Evidence, files: &Files, problems: &mut Problems) {
    let (Some(file), Some(table)) = (&files.targets, &files.observations) else { return };
    let lines = lines(&evidence.targets);
    let mut used = vec![false; lines.len()];
    let mut rules = Vec::with_capacity(evidence.observations.len());
    for observation in &evidence.observations {
        let found = lines.iter().position(|line| line.covers(observation));
        let found = found.and_then(|place| Some((lines.get(place)?, used.get_mut(place)?)));
        if let Some((line, used)) = found {
            *used = true;
            rules.push(line.means);
        } else {
            rules.push(Covered::Nothing);
            let Observation { id, quantity, entity, subject, unit, .. } = observation;
            let what = format!("{quantity} of {entity}, {subject}, {unit}");
            let fault = Fault::Uncovered { id: id.get().clone(), what };
            problems.add(table, id.span(), fault);
        }
    }
    let known = Kind::new("observation", evidence.observations.iter().map(|o| o.id.as_str()));
    let mut targets = Kind::new("target", []);
    for rule in &evidence.targets.targets {
        targets.take(&rule.id, file, problems);
        shares(rule, file, problems);
    }
    for (line, used) in lines.iter().zip(used) {
        let (matches, ids) = (line.matches.is_some(), line.ids.is_some());
        if matches == ids {
            let found = if matches { "both" } else { "neither" };
            problems.add(file, line.span.clone(), Fault::MatchOrIds { found });
        } else if !used {
            let bad_ids = line.ids.is_some_and(|ids| ids.iter().any(|id| !known.has(id)));
            if !bad_ids {
                problems.add(file, line.span.clone(), Fault::CoversNothing);
            }
        }
        for id in line.ids.iter().flat_map(|ids| ids.iter()) {
            known.expect(id, file, problems);
        }
    }
    evidence.rules = rules;
    check_windows(evidence, table, problems);
}

fn shares(rule: &Target, file: &File, problems: &mut Problems) {
    if let Some(share) = rule.error_share.as_ref().filter(|s| *s.get() < 0.0) {
        let fault = Fault::OutOfBounds {
            key: "error_share".to_owned(),
            value: *share.get(),
            allowed: "zero or more",
        };
        problems.add(file, share.span(), fault);
    }
}

/// A target compares over the months of the observation, or over its own.
fn check_windows(evidence: &Evidence, table: &File, problems: &mut Problems) {
    for (observation, rule) in evidence.observations.iter().zip(&evidence.rules) {
        let Covered::Target(place) = rule else { continue };
        let Some(target) = evidence.targets.targets.get(*place) else { continue };
        let own = target.measure.from.is_some() && target.measure.to.is_some();
        if !own && observation.from.is_empty() {
            let what =
                format!("the observation {}, compared by '{}',", *observation.id, *target.id);
            problems.add(table, observation.id.span(), Fault::Needed { key: "from", what });
        }
    }
}

/// Notes measures of targets, facts and checks that name no outcome or no time.
pub(crate) fn check_measures(
    evidence: &Evidence,
    files: &Files,
    checks: &[Sheet<Check>],
    outcomes: &Kind,
    problems: &mut Problems,
) {
    if let Some(file) = &files.targets {
        for target in &evidence.targets.targets {
            measure(&target.measure, outcomes, file, problems);
        }
    }
    if let Some(file) = &files.facts {
        for given in evidence.facts.values().filter_map(|f| f.measure.as_ref()) {
            measure(given, outcomes, file, problems);
        }
    }
    for check in checks {
        for criterion in &check.spec.criteria {
            measure(&criterion.measure, outcomes, &check.file, problems);
        }
    }
}

fn measure(measure: &Measure, outcomes: &Kind, file: &File, problems: &mut Problems) {
    outcomes.expect(&measure.outcome, file, problems);
    let from = measure.from.as_ref().and_then(|m| time::month(m, file, problems));
    let to = measure.to.as_ref().and_then(|m| Some((m, time::month(m, file, problems)?)));
    if let (Some(from), Some((at, to))) = (from, to)
        && to < from
    {
        let fault = Fault::EndsBeforeStart { from: from.to_string(), until: to.to_string() };
        problems.add(file, at.span(), fault);
    }
    for inner in measure.divide.iter().chain(&measure.multiply) {
        self::measure(inner, outcomes, file, problems);
    }
}

/// Notes what is wrong with the checks, short of their measures.
pub(crate) fn check_checks(
    checks: &[Sheet<Check>],
    scenarios: &Scenarios,
    keys: &Keys,
    problems: &mut Problems,
) {
    let names = Kind::new("scenario", scenarios.keys().map(String::as_str));
    let mut ids = Kind::new("check", []);
    for Sheet { file, spec: check } in checks {
        ids.take(&check.id, file, problems);
        names.expect(&check.scenario, file, problems);
        let what = || format!("the check '{}'", *check.id);
        keys.expect(&check.source, what, check.id.span(), file, problems);
        let mut needed = |given: bool, key: &'static str| {
            if !given {
                let fault = Fault::Needed { key, what: what() };
                problems.add(file, check.id.span(), fault);
            }
        };
        if check.applicable == Some(false) {
            needed(check.reason.is_some(), "reason");
            continue;
        }
        needed(check.seeds.as_ref().is_some_and(|s| !s.is_empty()), "seeds");
        needed(check.members.as_ref().is_some_and(|m| *m.get() > 0), "members");
        needed(!check.criteria.is_empty(), "criterion");
        criteria(check, file, problems);
    }
}

fn criteria(check: &Check, file: &File, problems: &mut Problems) {
    let mut ids = Kind::new("criterion", []);
    for criterion in &check.criteria {
        ids.take(&criterion.id, file, problems);
        let [low, high] = *criterion.expected.get();
        if low > high {
            let fault = "the range runs backwards; write [low, high]";
            let fault = Fault::BadNumber { key: "expected".to_owned(), fault };
            problems.add(file, criterion.expected.span(), fault);
        }
        match &criterion.share_at_least {
            None if *criterion.rule.get() == Rule::Share => {
                let what = "the rule \"share\"".to_owned();
                let fault = Fault::Needed { key: "share_at_least", what };
                problems.add(file, criterion.rule.span(), fault);
            }
            Some(share) if !(0.0..=1.0).contains(share.get()) => {
                let fault = Fault::OutOfBounds {
                    key: "share_at_least".to_owned(),
                    value: *share.get(),
                    allowed: "a share from 0 to 1",
                };
                problems.add(file, share.span(), fault);
            }
            _ => {}
        }
    }
}
