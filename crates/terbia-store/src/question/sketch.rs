//! How do places, gates and rivers of a corridor hang together? A sketch for the report of a study.
//!
//! Places are the townships with mines, those that a road meets a gate in, and sources of supply next door
//! that drain to the same rivers; of the rivers stand the stations, the reaches that the study measures, and
//! the mouths. Nothing is finer than a township, and nothing has a position.

use crate::spec::{CorridorFile, Study};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A corridor as nodes and ways.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sketch {
    /// What there is.
    pub nodes: Vec<Node>,
    /// Ways from one node to another, by their places in the list.
    pub ways: Vec<Way>,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A township, or a source of supply next door.
    Place,
    /// A gate.
    Gate,
    /// A station, a reach or a mouth of a river.
    River,
}

/// A way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Way {
    /// Where it begins.
    pub from: usize,
    /// Where it leads.
    pub to: usize,
    /// Whether it is a river; else a road.
    pub river: bool,
}

/// The nodes so far, by kind and id.
#[derive(Default)]
struct Drawn<'a> {
    sketch: Sketch,
    places: BTreeMap<(Kind, &'a str), usize>,
    ways: BTreeSet<Way>,
}

impl<'a> Drawn<'a> {
    fn node(&mut self, kind: Kind, id: &'a str, name: &str) -> usize {
        let nodes = &mut self.sketch.nodes;
        *self.places.entry((kind, id)).or_insert_with(|| {
            nodes.push(Node { name: name.to_owned(), kind });
            nodes.len() - 1
        })
    }

    fn way(&mut self, from: usize, to: usize, river: bool) {
        if from != to {
            self.ways.insert(Way { from, to, river });
        }
    }
}

/// The sketch of a corridor for a study.
pub(super) fn sketch(corridor: &CorridorFile, study: &Study) -> Sketch {
    let mut drawn = Drawn::default();
    for township in corridor.townships.iter().filter(|t| t.mines) {
        drawn.node(Kind::Place, township.id.get(), &township.name);
    }
    for gate in &corridor.gates {
        drawn.node(Kind::Gate, gate.id.get(), &gate.name);
    }
    roads(corridor, &mut drawn);
    rivers(corridor, study, &mut drawn);
    drawn.sketch.ways = drawn.ways.into_iter().collect();
    drawn.sketch
}

/// A road on which nothing is mined is left out, but for those that reach a gate.
fn roads<'a>(corridor: &'a CorridorFile, drawn: &mut Drawn<'a>) {
    let gates: BTreeMap<&str, &str> =
        corridor.gates.iter().map(|g| (g.id.get().as_str(), g.name.as_str())).collect();
    let townships: BTreeMap<&str, &str> =
        corridor.townships.iter().map(|t| (t.id.get().as_str(), t.name.as_str())).collect();
    for road in &corridor.roads {
        let ends = [road.from.get().as_str(), road.to.get().as_str()];
        let node = |drawn: &mut Drawn<'a>, id: &'a str| match (gates.get(id), townships.get(id)) {
            (Some(name), _) => Some((drawn.node(Kind::Gate, id, name), true)),
            (None, Some(name)) => Some((drawn.node(Kind::Place, id, name), false)),
            (None, None) => None,
        };
        if let [Some(from), Some(to)] = ends.map(|id| node(drawn, id)) {
            // Towards the gate, whichever end of the road is named first.
            let (from, to) = if from.1 && !to.1 { (to.0, from.0) } else { (from.0, to.0) };
            drawn.way(from, to, false);
        }
    }
}

fn rivers<'a>(corridor: &'a CorridorFile, study: &Study, drawn: &mut Drawn<'a>) {
    let next: BTreeMap<&str, Option<&str>> = corridor
        .reaches
        .iter()
        .map(|r| (r.id.get().as_str(), r.to.as_ref().map(|to| to.get().as_str())))
        .collect();
    // What a reach is called on the sketch, if it stands there: after its station, or by itself.
    let mut shown: BTreeMap<&str, &str> = BTreeMap::new();
    for reach in &corridor.reaches {
        let id = reach.id.get().as_str();
        let measured = study.outcomes.iter().any(|o| {
            let of = o.measure.get().outcome.get();
            of.rsplit_once('.').is_some_and(|(_, entity)| entity == id)
        });
        if measured || reach.to.is_none() {
            shown.insert(id, &reach.name);
        }
    }
    for station in &corridor.stations {
        shown.insert(station.reach.get(), &station.name);
    }
    // A way downstream ends at the next reach that stands there.
    let below = |from: &'a str| {
        let mut at = Some(from);
        for _ in 0..=next.len() {
            let id = at?;
            if let Some((id, name)) = shown.get_key_value(id) {
                return Some((*id, *name));
            }
            at = next.get(id).copied().flatten();
        }
        None
    };
    let mut wet: Vec<&str> = Vec::new();
    let mut drain = |drawn: &mut Drawn<'a>, from: usize, reach: &'a str| {
        if let Some((id, name)) = below(reach) {
            let to = drawn.node(Kind::River, id, name);
            drawn.way(from, to, true);
            wet.push(id);
        }
    };
    for township in corridor.townships.iter().filter(|t| t.mines) {
        let from = drawn.node(Kind::Place, township.id.get(), &township.name);
        if let Some(reach) = &township.reach {
            drain(drawn, from, reach.get());
        }
    }
    for origin in &corridor.origins {
        for reach in origin.drains.iter().flat_map(|d| d.get().keys()) {
            let from = drawn.node(Kind::Place, origin.id.get(), &origin.name);
            drain(drawn, from, reach.get());
        }
    }
    // Downstream of what is mined, no farther than anything stands there.
    while let Some(id) = wet.pop() {
        let from = drawn.places.get(&(Kind::River, id)).copied();
        let to = next.get(id).copied().flatten().and_then(below);
        if let (Some(from), Some((id, name))) = (from, to) {
            let new = !drawn.places.contains_key(&(Kind::River, id));
            let to = drawn.node(Kind::River, id, name);
            drawn.way(from, to, true);
            if new {
                wet.push(id);
            }
        }
    }
}
