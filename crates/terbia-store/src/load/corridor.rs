//! Does a corridor hold together? Names, roads, gates, rivers, actors, series and start state.

mod lever;
mod politics;
mod river;

use super::fault::Fault;
use super::fields;
use super::files::File;
use super::index::{Index, Keys};
use super::number;
use super::problem::Problems;
use super::time;
use crate::spec::{Actor, At, CorridorFile, Num, Role, Series, Township};
use std::collections::{BTreeMap, BTreeSet};
use terbia_model::kernel::graph;
use terbia_model::kernel::time::Month;

/// The longest run, months.
pub(crate) const LONGEST_MONTHS: i32 = 1200;

/// Series that every corridor has: id and unit.
pub(crate) const REQUIRED_SERIES: [(&str, &str); 3] =
    [("fx", "CNY/USD"), ("conditions", "1"), ("declared_share", "1")];

/// What a check of the corridor needs at hand.
struct Check<'a> {
    spec: &'a CorridorFile,
    file: &'a File,
    index: &'a Index,
    keys: &'a Keys,
    problems: &'a mut Problems,
}

/// Notes everything that is wrong with `spec`.
pub(crate) fn check(
    spec: &CorridorFile,
    file: &File,
    index: &Index,
    keys: &Keys,
    problems: &mut Problems,
) {
    if *spec.format != 1 {
        problems.add(file, spec.format.span(), Fault::UnknownFormat { found: *spec.format });
    }
    number::check_all(&fields::of_corridor(spec), file, keys, problems);
    let mut check = Check { spec, file, index, keys, problems };
    check.period();
    check.commodity();
    check.origins();
    check.townships();
    check.roads();
    check.actors();
    check.politics();
    check.rivers();
    check.communities();
    check.levers();
    check.series();
    check.start_state();
}

impl Check<'_> {
    fn fault(&mut self, at: std::ops::Range<usize>, fault: Fault) {
        self.problems.add(self.file, at, fault);
    }

    fn period(&mut self) {
        let start = time::month(&self.spec.start, self.file, self.problems);
        let end = time::month(&self.spec.end, self.file, self.problems);
        let (Some(start), Some(end)) = (start, end) else { return };
        let months = end.since(start) + 1;
        if months < 1 {
            let fault = Fault::EndsBeforeStart { from: start.to_string(), until: end.to_string() };
            self.fault(self.spec.end.span(), fault);
        } else if months > LONGEST_MONTHS {
            self.fault(self.spec.end.span(), Fault::TooLong { months, limit: LONGEST_MONTHS });
        }
    }

    fn commodity(&mut self) {
        let spec = self.spec;
        if spec.constituents.is_empty() {
            let what = "the corridor".to_owned();
            self.fault(0..0, Fault::NoneNamed { what, kind: "constituent" });
        }
        let forms = &spec.commodity.forms;
        let Some((last, others)) = forms.split_last() else {
            let what = "the commodity".to_owned();
            return self.fault(0..0, Fault::NoneNamed { what, kind: "form" });
        };
        for form in others {
            if let Some(series) = &form.ship_share {
                self.series_in(series, "1");
            } else {
                let what = format!("the form '{}', which is not the last,", *form.id);
                self.fault(form.id.span(), Fault::Needed { key: "ship_share", what });
            }
        }
        if let Some(series) = &last.ship_share {
            let fault = Fault::OutOfPlace {
                key: "ship_share",
                what: "the last form".to_owned(),
                mend: "delete it: the last form takes what the others leave",
            };
            self.fault(series.span(), fault);
        }
    }

    /// Notes a reference to a series that is not there or has another unit.
    fn series_in(&mut self, id: &At<String>, unit: &str) {
        if !self.index.series.expect(id, self.file, self.problems) {
            return;
        }
        let Some(series) = self.spec.series.iter().find(|s| s.id == *id) else { return };
        if series.unit.get() != unit {
            let fault = Fault::WrongUnit {
                key: series.id.get().clone(),
                found: series.unit.get().clone(),
                expected: unit.to_owned(),
            };
            self.fault(series.unit.span(), fault);
        }
    }

    fn origins(&mut self) {
        let spec = self.spec;
        for origin in &spec.origins {
            self.series_in(&origin.supply, "t REO/month");
            if let Some(form) = &origin.form {
                self.index.forms.expect(form, self.file, self.problems);
            }
            if let Some(rival) = &origin.rival {
                self.index.actors.expect(rival, self.file, self.problems);
            }
            for constituent in origin.contents.keys() {
                self.index.constituents.expect(constituent, self.file, self.problems);
            }
            for constituent in &spec.constituents {
                if !origin.contents.contains_key(&constituent.id) {
                    let fault = Fault::KeyMissing {
                        key: constituent.id.get().clone(),
                        table: format!("'contents' of the origin '{}'", *origin.id),
                        doc: "oxide of it in a tonne REO, t/t REO".to_owned(),
                    };
                    self.fault(origin.contents.span(), fault);
                }
            }
        }
    }

    fn townships(&mut self) {
        let spec = self.spec;
        if !spec.townships.iter().any(|t| t.mines) {
            let what = "the corridor".to_owned();
            self.fault(0..0, Fault::NoneNamed { what, kind: "township with mines" });
        }
        if spec.gates.is_empty() {
            self.fault(0..0, Fault::NoneNamed { what: "the corridor".to_owned(), kind: "gate" });
        }
        for township in &spec.townships {
            if let Some(reach) = &township.reach {
                self.index.reaches.expect(reach, self.file, self.problems);
            }
            self.mine_numbers(township);
        }
        for gate in &spec.gates {
            self.index.townships.expect(&gate.township, self.file, self.problems);
        }
    }

    fn mine_numbers(&mut self, township: &Township) {
        let numbers: [(&'static str, &Option<At<Num>>); 4] = [
            ("sites_at_start", &township.sites_at_start),
            ("prospectivity", &township.prospectivity),
            ("tenure_hazard_per_month", &township.tenure_hazard_per_month),
            ("half_grade_t_reo", &township.half_grade_t_reo),
        ];
        for (key, number) in numbers {
            match number {
                None if township.mines && key != "half_grade_t_reo" => {
                    let what = format!("the township '{}' with mines", *township.id);
                    self.fault(township.id.span(), Fault::Needed { key, what });
                }
                Some(number) if !township.mines => {
                    let what = format!("the township '{}' without mines", *township.id);
                    let mend = "delete it, or set mines = true";
                    self.fault(number.span(), Fault::OutOfPlace { key, what, mend });
                }
                _ => {}
            }
        }
    }

    fn roads(&mut self) {
        let spec = self.spec;
        let ids = spec.townships.iter().map(|t| &t.id).chain(spec.gates.iter().map(|g| &g.id));
        let nodes: BTreeMap<&str, usize> =
            ids.enumerate().map(|(node, id)| (id.get().as_str(), node)).collect();
        let mut edges = Vec::new();
        for road in &spec.roads {
            let known = [&road.from, &road.to]
                .map(|end| self.index.places.expect(end, self.file, self.problems));
            if road.from == road.to && known[0] {
                let (id, place) = (road.id.get().clone(), road.to.get().clone());
                self.fault(road.to.span(), Fault::RoadLoop { id, place });
            }
            if let (Some(&a), Some(&b)) =
                (nodes.get(road.from.as_str()), nodes.get(road.to.as_str()))
            {
                edges.push((a, b, 1.0));
            }
        }
        let count = spec.townships.len() + spec.gates.len();
        let isolated: BTreeSet<usize> = graph::isolated(count, &edges).into_iter().collect();
        for (place, gate) in spec.gates.iter().enumerate() {
            if isolated.contains(&(spec.townships.len() + place)) {
                self.fault(gate.id.span(), Fault::GateOffRoad { id: gate.id.get().clone() });
            }
        }
        for (node, township) in spec.townships.iter().enumerate().filter(|(_, t)| t.mines) {
            let reached = graph::shortest_paths(count, &edges, node);
            if reached.iter().skip(spec.townships.len()).all(Option::is_none) {
                self.fault(township.id.span(), Fault::CutOff { id: township.id.get().clone() });
            }
        }
    }

    fn actors(&mut self) {
        let spec = self.spec;
        self.index.expect_role(&spec.buyer, Role::Buyer, self.file, self.problems);
        for actor in &spec.actors {
            self.budget(actor);
        }
    }

    fn budget(&mut self, actor: &Actor) {
        let holder = *actor.role.get() == Role::Holder;
        let numbers: [(&'static str, &Option<At<Num>>); 5] = [
            ("arms_share", &actor.arms_share),
            ("services_share", &actor.services_share),
            ("admin_capacity", &actor.admin_capacity),
            ("stock_sale_months", &actor.stock_sale_months),
            ("admin_growth_months", &actor.admin_growth_months),
        ];
        for (key, number) in numbers {
            match number {
                None if holder && !key.ends_with("_months") => {
                    let what = format!("the holder '{}'", *actor.id);
                    self.fault(actor.id.span(), Fault::Needed { key, what });
                }
                Some(number) if !holder => {
                    let what = format!("the actor '{}', who is no holder", *actor.id);
                    let mend = "delete it, or set role = \"holder\"";
                    self.fault(number.span(), Fault::OutOfPlace { key, what, mend });
                }
                _ => {}
            }
        }
        if let (Some(arms), Some(services)) = (&actor.arms_share, &actor.services_share) {
            let sum = *arms.value + *services.value;
            if sum > 1.0 {
                let what = format!("arms_share and services_share of '{}'", *actor.id);
                self.fault(services.value.span(), Fault::SharesAboveOne { what, sum });
            }
        }
    }

    fn series(&mut self) {
        let spec = self.spec;
        for (id, unit) in REQUIRED_SERIES {
            if self.index.series.has(id) {
                let found = spec.series.iter().find(|s| s.id.get() == id);
                if let Some(series) = found.filter(|s| s.unit.get() != unit) {
                    let fault = Fault::WrongUnit {
                        key: id.to_owned(),
                        found: series.unit.get().clone(),
                        expected: unit.to_owned(),
                    };
                    self.fault(series.unit.span(), fault);
                }
            } else {
                self.fault(0..0, Fault::SeriesMissing { id, unit });
            }
        }
        let shares: BTreeSet<&str> = spec
            .commodity
            .forms
            .iter()
            .filter_map(|f| f.ship_share.as_ref().map(|s| s.as_str()))
            .collect();
        for series in &spec.series {
            let what = || format!("the series '{}'", *series.id);
            self.keys.expect(&series.source, what, series.id.span(), self.file, self.problems);
            self.points(series, shares.contains(series.id.as_str()));
        }
    }

    fn points(&mut self, series: &Series, share: bool) {
        if series.points.is_empty() {
            let fault = Fault::NoPoints { id: series.id.get().clone() };
            return self.fault(series.points.span(), fault);
        }
        let mut before: Option<Month> = None;
        for point in series.points.iter() {
            let (month, value) = point.get();
            // No series of a corridor can be negative; the rate of exchange cannot be zero either.
            let (good, allowed) = match series.id.as_str() {
                "fx" | "conditions" => (*value > 0.0, "more than zero"),
                _ if share => ((0.0..=1.0).contains(value), "a share from 0 to 1"),
                _ => (*value >= 0.0, "zero or more"),
            };
            if !good {
                let key = format!("{} in {}", *series.id, month.get());
                self.fault(point.span(), Fault::OutOfBounds { key, value: *value, allowed });
            }
            let Some(at) = time::month(month, self.file, self.problems) else { continue };
            if let Some(before) = before.filter(|b| *b >= at) {
                let fault =
                    Fault::UnsortedMonths { month: at.to_string(), before: before.to_string() };
                self.fault(month.span(), fault);
            }
            before = Some(at);
        }
    }

    fn start_state(&mut self) {
        let spec = self.spec;
        let holders = &spec.start_state.holders;
        for (township, holder) in holders.iter() {
            self.index.townships.expect(township, self.file, self.problems);
            self.index.expect_role(holder, Role::Holder, self.file, self.problems);
        }
        for township in &spec.townships {
            // An id at fault has been told; it cannot be written among the holders.
            if !holders.contains_key(&township.id) && self.index.townships.has(&township.id) {
                let fault = Fault::NoHolder { id: township.id.get().clone() };
                self.fault(holders.span(), fault);
            }
        }
    }
}
