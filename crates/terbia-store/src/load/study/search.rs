//! Can what a study searches for be found? Levers within their bounds, objectives that it has, months
//! in which one can still switch.

use super::Check;
use crate::load::fault::Fault;
use crate::load::index::Kind;
use crate::load::{lever, time};
use crate::question::{Policy, Stuck, policies_of, switched};
use crate::spec::{At, Pathway, Search, SearchLever};
use std::collections::BTreeSet;
use terbia_model::kernel::time::Month;

/// Notes everything that is wrong with the search and the pathway of a study, whose last month is `until`.
pub(super) fn check(check: &mut Check<'_>, until: Option<Month>) {
    let study = check.study;
    if let Some(search) = &study.search {
        check.search(search);
    }
    if let Some(pathway) = &study.pathway {
        check.pathway(pathway, until);
    }
}

impl Check<'_> {
    /// Notes names that a list has twice.
    fn once(&mut self, what: &str, kind: &'static str, ids: &[At<String>]) {
        for (place, id) in ids.iter().enumerate() {
            if ids.iter().take(place).any(|other| other == id) {
                let (what, text) = (what.to_owned(), id.get().clone());
                self.add(id.span(), Fault::TwiceNamed { what, kind, id: text });
            }
        }
    }

    fn scenario_of_study(&mut self, name: Option<&At<String>>) {
        let scenarios = self.study.scenarios.iter().map(|s| s.name.get().as_str());
        let scenarios = Kind::new("scenario of the study", scenarios);
        if let Some(name) = name {
            self.expect(&scenarios, name);
        }
    }

    fn beyond(&mut self, key: &str, at: &At<f64>, allowed: &'static str) {
        let fault = Fault::OutOfBounds { key: key.to_owned(), value: *at.get(), allowed };
        self.add(at.span(), fault);
    }

    fn search(&mut self, search: &Search) {
        let outcomes = self.own_outcomes();
        for id in search.objectives.iter() {
            self.expect(&outcomes, id);
        }
        self.once("the search", "objective", &search.objectives);
        if search.objectives.len() < 2 {
            let fault = Fault::OutOfPlace {
                key: "search",
                what: "a study that searches by fewer than two objectives".to_owned(),
                mend: "name two or more in 'objectives'; which setting is best by one, `terbia study` says: give it the settings with [[factorial]]",
            };
            self.add(search.objectives.span(), fault);
        }
        if search.levers.is_empty() {
            let (what, kind) = ("the search".to_owned(), "[[search.lever]]");
            self.add(search.objectives.span(), Fault::NoneNamed { what, kind });
        }
        let mut turned = BTreeSet::new();
        search.levers.iter().for_each(|lever| self.search_lever(lever, &mut turned));
        self.scenario_of_study(search.scenario.as_ref());
        let counts = [
            ("population", &search.population, 4, "4 or more"),
            ("generations", &search.generations, 1, "1 or more"),
            ("members", &search.members, 2, "2 or more"),
            ("judged_members", &search.judged_members, 2, "2 or more"),
        ];
        for (key, count, least, allowed) in counts {
            if let Some(count) = count.as_ref().filter(|count| *count.get() < least) {
                self.beyond(key, &At::new(f64::from(*count.get()), count.span()), allowed);
            }
        }
        let objectives = search.objectives.iter().map(|id| id.get().as_str());
        let objectives = Kind::new("objective of the search", objectives);
        for (id, width) in &search.negligible {
            self.expect(&objectives, id);
            if *width.get() <= 0.0 {
                self.beyond("negligible", width, "more than zero");
            }
        }
    }

    fn search_lever(&mut self, lever: &SearchLever, turned: &mut BTreeSet<(String, Month)>) {
        let SearchLever { path, low, high, step } = lever;
        if !lever::is_turn(path) {
            return self.add(path.span(), Fault::NoLever { path: path.get().clone() });
        }
        for end in [low, high] {
            match lever::turn(self.ground.spec, path, *end.get()) {
                Err(fault @ Fault::LeverOutOfBounds { .. }) => self.add(end.span(), fault),
                // What is wrong with the lever or its month is wrong with it at both ends.
                Err(fault) => return self.add(path.span(), fault),
                Ok(Some(turn)) if std::ptr::eq(end, low) => {
                    let id = turn.lever.id.get().clone();
                    if !turned.insert((id, turn.month)) {
                        let (what, kind) = ("the search".to_owned(), "lever");
                        let id = path.get().clone();
                        self.add(path.span(), Fault::TwiceNamed { what, kind, id });
                    }
                }
                Ok(_) => {}
            }
        }
        let range = *high.get() - *low.get();
        let backwards =
            (range < 0.0).then_some("'low' lies above 'high'; write the lower one first");
        let still = (range == 0.0).then_some(
            "'low' is 'high', so that there is nothing to search; turn it in the first policy",
        );
        if let Some(fault) = backwards.or(still) {
            self.add(low.span(), Fault::BadNumber { key: path.get().clone(), fault });
        } else if let Some(step) = step.as_ref().filter(|s| *s.get() <= 0.0 || *s.get() > range) {
            self.beyond("step", step, "more than zero, and no more than from 'low' to 'high',");
        }
    }

    fn pathway(&mut self, pathway: &Pathway, until: Option<Month>) {
        let policies = policies_of(self.study);
        let kind = Kind::new("policy", policies.iter().map(|p| p.id.as_str()));
        self.expect(&kind, &pathway.from);
        self.expect(&kind, &pathway.to);
        if pathway.from == pathway.to {
            let what = "a pathway that begins with that policy".to_owned();
            let fault = Fault::OutOfPlace { key: "to", what, mend: "name another policy" };
            self.add(pathway.to.span(), fault);
        }
        let columns = self.ground.columns.iter().map(|c| c.name.as_str());
        let columns = Kind::new("outcome", columns);
        pathway.signals.iter().for_each(|id| self.expect(&columns, id));
        self.once("the pathway", "signal", &pathway.signals);
        self.once("the pathway", "month", &pathway.months);
        let lists =
            [(&pathway.signals, "entry of 'signals'"), (&pathway.months, "entry of 'months'")];
        for (list, kind) in lists {
            if list.is_empty() {
                let what = "the pathway".to_owned();
                self.add(list.span(), Fault::NoneNamed { what, kind });
            }
        }
        let outcomes = self.own_outcomes();
        self.expect(&outcomes, &pathway.outcome);
        self.scenario_of_study(pathway.scenario.as_ref());
        let of = |id: &At<String>| policies.iter().find(|p| p.id == *id.get());
        let both = of(&pathway.from).zip(of(&pathway.to));
        let mut stuck = false;
        for text in pathway.months.iter() {
            let Some(month) = self.look(text, until) else { continue };
            if let Some((from, to)) = both.filter(|_| !stuck) {
                stuck = self.stuck(pathway, from, to, month);
            }
        }
    }

    /// A month in which a sign is looked at, with one after it in which to switch.
    fn look(&mut self, text: &At<String>, until: Option<Month>) -> Option<Month> {
        let month = time::month(text, self.file, self.problems)?;
        let (start, end) = self.period()?;
        let last = until.unwrap_or(end);
        let fault = if month < start || month > end {
            Fault::outside("a sign is looked at".to_owned(), month, (start, end))
        } else if month >= last {
            let what = format!(
                "a pathway if it names {month}: the switch comes in the month after, and the study ends with {last}"
            );
            Fault::OutOfPlace { key: "months", what, mend: "name a month before the last" }
        } else {
            return Some(month);
        };
        self.add(text.span(), fault);
        None
    }

    /// Notes why one cannot switch between two policies; whether that is so.
    fn stuck(&mut self, pathway: &Pathway, from: &Policy, to: &Policy, month: Month) -> bool {
        let fault = match switched(self.ground.spec, from, to, month.plus(1)) {
            // A lever that is not there is noted with its policy.
            Ok(_) | Err(Stuck::Unknown) => return false,
            Err(Stuck::Twice { lever }) => Fault::OutOfPlace {
                key: "to",
                what: format!("a pathway if its policy turns the lever '{lever}' at two dates"),
                mend: "name a policy that turns each lever once",
            },
            Err(Stuck::Kept { lever }) => Fault::OutOfPlace {
                key: "to",
                what: format!(
                    "a pathway if its policy lets go of the lever '{lever}', which has no setting that changes nothing"
                ),
                mend: "let the policy that is switched to turn that lever too",
            },
        };
        self.add(pathway.to.span(), fault);
        true
    }
}
