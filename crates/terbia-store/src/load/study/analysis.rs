//! Can the analyses that a study asks for be made? Outcomes, policies, scenarios and numbers that it has.

use super::Check;
use crate::load::fault::Fault;
use crate::load::index::Kind;
use crate::question::policies_of;
use crate::spec::{At, Datum};

/// Notes everything that is wrong with the analyses of a study.
pub(super) fn check(check: &mut Check<'_>) {
    let study = check.study;
    let outcomes = check.own_outcomes();
    let policies = policies_of(study);
    let policies = Kind::new("policy", policies.iter().map(|p| p.id.as_str()));
    for prim in &study.prims {
        check.expect(&outcomes, &prim.outcome);
        prim.policy.iter().for_each(|id| check.expect(&policies, id));
    }
    if let Some(sensitivity) = &study.sensitivity {
        let named = |ids: &Option<Vec<At<String>>>| ids.clone().unwrap_or_default();
        for id in named(&sensitivity.outcomes) {
            check.expect(&outcomes, &id);
        }
        for id in named(&sensitivity.policies) {
            check.expect(&policies, &id);
        }
        let scenarios = study.scenarios.iter().map(|s| s.name.get().as_str());
        let scenarios = Kind::new("scenario of the study", scenarios);
        sensitivity.scenario.iter().for_each(|name| check.expect(&scenarios, name));
        let counts = [
            ("trajectories", &sensitivity.trajectories, 2),
            ("top", &sensitivity.top, 1),
            ("bases", &sensitivity.bases, 8),
        ];
        for (key, count, least) in counts {
            check.at_least(key, count.as_ref(), least);
        }
    }
    if let Some(value) = &study.value {
        check.expect(&outcomes, &value.outcome);
        check.at_least("top", value.top.as_ref(), 1);
    }
    if let Some(plane) = &study.plane {
        let all = [Some(&plane.x), Some(&plane.y), plane.z.as_ref(), Some(&plane.sign)];
        all.into_iter().flatten().for_each(|id| check.expect(&outcomes, id));
    }
    for survival in &study.survivals {
        let all = [Some(&survival.length), Some(&survival.ended), survival.cause.as_ref()];
        all.into_iter().flatten().for_each(|id| check.expect(&outcomes, id));
    }
    check.data();
}

impl Check<'_> {
    /// A count is as large as it takes.
    fn at_least(&mut self, key: &str, count: Option<&At<u32>>, least: u32) {
        if let Some(count) = count.filter(|count| *count.get() < least) {
            let (key, value) = (key.to_owned(), f64::from(*count.get()));
            let allowed = match least {
                1 => "1 or more",
                2 => "2 or more: of one trajectory there is no spread",
                _ => "8 or more",
            };
            self.add(count.span(), Fault::OutOfBounds { key, value, allowed });
        }
    }

    /// Data measure numbers that there are, with an error, and are of use to a value.
    fn data(&mut self) {
        let study = self.study;
        let Some(first) = study.data.first() else { return };
        if study.value.is_none() {
            let (key, what) = ("datum", "a study without [value]".to_owned());
            let mend = "write [value] with the outcome that is the net benefit";
            self.add(first.id.span(), Fault::OutOfPlace { key, what, mend });
        }
        let mut ids = Kind::new("datum", []);
        let numbers = self.numbers();
        let known = Kind::new("number", numbers.keys().map(String::as_str));
        for datum in &study.data {
            ids.take(&datum.id, self.file, self.problems);
            self.datum(datum);
            if !numbers.is_empty() {
                datum.informs.iter().for_each(|path| self.expect(&known, path));
            }
        }
    }

    fn datum(&mut self, datum: &Datum) {
        let what = || format!("the datum '{}'", *datum.id);
        if datum.label.trim().is_empty() {
            self.add(datum.label.span(), Fault::Needed { key: "label", what: what() });
        }
        if datum.informs.is_empty() {
            self.add(datum.informs.span(), Fault::Needed { key: "informs", what: what() });
        }
        let beyond = |key: &str, value, allowed| {
            let key = key.to_owned();
            Fault::OutOfBounds { key, value, allowed }
        };
        let error = datum.error.size();
        if !(error > 0.0 && error.is_finite()) {
            let fault = beyond("error", error, "more than zero: nothing is measured without error");
            self.add(datum.error.span(), fault);
        }
        if let Some(cost) = datum.cost.as_ref().filter(|cost| *cost.get() < 0.0) {
            self.add(cost.span(), beyond("cost", *cost.get(), "zero or more"));
        }
    }
}
