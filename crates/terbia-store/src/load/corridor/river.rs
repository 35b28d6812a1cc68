//! Do rivers, stations and communities hold together?

use super::Check;
use crate::load::fault::Fault;
use crate::spec::{Basin, CorridorFile, Reach, Role};
use std::collections::BTreeMap;
use terbia_model::kernel::graph;

/// How far the mean of a season may lie from 1.
const SEASON_TOLERANCE: f64 = 0.02;
/// Room for rounding in shares that add up to the whole.
const ROUNDING: f64 = 1e-9;

/// Whether anything is told that needs the flow of the rivers; else reaches are but a map.
fn flows(spec: &CorridorFile) -> bool {
    let drained = spec.origins.iter().any(|o| o.drains.is_some());
    drained || !spec.basins.is_empty() || !spec.stations.is_empty()
}

impl Check<'_> {
    pub(super) fn rivers(&mut self) {
        let spec = self.spec;
        let flows = flows(spec);
        spec.basins.iter().for_each(|b| self.basin(b));
        let nodes: BTreeMap<&str, usize> =
            spec.reaches.iter().enumerate().map(|(n, r)| (r.id.get().as_str(), n)).collect();
        let mut edges = Vec::new();
        for (node, reach) in spec.reaches.iter().enumerate() {
            self.reach(reach, flows);
            if let Some(to) = &reach.to {
                self.index.reaches.expect(to, self.file, self.problems);
                edges.extend(nodes.get(to.as_str()).map(|&to| (node, to)));
            }
        }
        if let Err(node) = graph::downstream_order(spec.reaches.len(), &edges)
            && let Some(reach) = spec.reaches.get(node)
        {
            let at = reach.to.as_ref().unwrap_or(&reach.id);
            self.fault(at.span(), Fault::RiverCycle { id: reach.id.get().clone() });
        }
        for station in &spec.stations {
            self.index.reaches.expect(&station.reach, self.file, self.problems);
        }
        self.drains();
    }

    fn basin(&mut self, basin: &Basin) {
        let what = || format!("the basin '{}'", *basin.id);
        self.keys.expect(&basin.source, what, basin.id.span(), self.file, self.problems);
        let season = &basin.season;
        if let Some(&value) = season.iter().find(|x| **x <= 0.0) {
            let fault =
                Fault::OutOfBounds { key: "season".to_owned(), value, allowed: "more than zero" };
            return self.fault(season.span(), fault);
        }
        let mean = season.iter().sum::<f64>() / season.len() as f64;
        if (mean - 1.0).abs() > SEASON_TOLERANCE {
            let fault = "the twelve months must average 1, to 2 %; divide each by their mean";
            self.fault(season.span(), Fault::BadNumber { key: "season".to_owned(), fault });
        }
    }

    fn reach(&mut self, reach: &Reach, flows: bool) {
        if *reach.km < 0.0 {
            let fault = Fault::OutOfBounds {
                key: "km".to_owned(),
                value: *reach.km,
                allowed: "zero or more",
            };
            self.fault(reach.km.span(), fault);
        }
        let what = || format!("the reach '{}'", *reach.id);
        self.keys.expect(&reach.source, what, reach.id.span(), self.file, self.problems);
        if !flows {
            return;
        }
        if let Some(basin) = &reach.basin {
            self.index.basins.expect(basin, self.file, self.problems);
        } else {
            self.fault(reach.id.span(), Fault::Needed { key: "basin", what: what() });
        }
        if reach.flow_m3_per_s.is_none() {
            self.fault(reach.id.span(), Fault::Needed { key: "flow_m3_per_s", what: what() });
        }
    }

    fn drains(&mut self) {
        for origin in &self.spec.origins {
            let Some(drains) = &origin.drains else { continue };
            for reach in drains.keys() {
                self.index.reaches.expect(reach, self.file, self.problems);
            }
            let sum: f64 = drains.values().map(|num| *num.value.get()).sum();
            if sum > 1.0 + ROUNDING {
                let what = format!("the drains of the origin '{}'", *origin.id);
                self.fault(drains.span(), Fault::SharesAboveOne { what, sum });
            }
        }
    }

    pub(super) fn communities(&mut self) {
        for township in &self.spec.townships {
            let Some(community) = &township.community else { continue };
            if !township.mines {
                let what = format!("the township '{}' without mines", *township.id);
                let mend = "delete it, or set mines = true";
                let fault = Fault::OutOfPlace { key: "community", what, mend };
                self.fault(community.span(), fault);
            }
            if let Some(holder) = &community.constituency {
                self.index.expect_role(holder, Role::Holder, self.file, self.problems);
            }
        }
    }
}
