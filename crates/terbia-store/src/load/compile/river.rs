//! How do rivers, stations and communities become what the model runs?

use super::{Ids, Numbers, known};
use crate::spec::{self, At, CorridorFile};
use std::collections::BTreeMap;
use terbia_model::config::{Basin, Community, Reach, Station};
use terbia_model::kernel::graph;
use terbia_model::kernel::id::{BasinId, Dense, NumberId, ReachId, StationId};

/// Reaches in an order in which each flows into a later one; none where flows are not told.
pub(super) fn downstream(spec: &CorridorFile) -> Vec<&spec::Reach> {
    if spec.basins.is_empty() {
        return Vec::new();
    }
    let nodes: BTreeMap<&str, usize> =
        spec.reaches.iter().enumerate().map(|(n, r)| (r.id.get().as_str(), n)).collect();
    let edge = |(from, reach): (usize, &spec::Reach)| {
        Some((from, *nodes.get(reach.to.as_ref()?.get().as_str())?))
    };
    let edges: Vec<_> = spec.reaches.iter().enumerate().filter_map(edge).collect();
    // A circle is a fault that the checks have noted.
    let order = graph::downstream_order(spec.reaches.len(), &edges).unwrap_or_default();
    order.into_iter().filter_map(|node| spec.reaches.get(node)).collect()
}

/// River basins.
pub(super) fn basins(spec: &CorridorFile, numbers: &Numbers) -> Dense<BasinId, Basin> {
    let basin = |b: &spec::Basin| Basin {
        id: b.id.get().clone(),
        name: b.name.clone(),
        season: *b.season.get(),
        emission_kg_per_t: numbers.at(&format!("basin.{}.emission_kg_per_t", *b.id)),
    };
    spec.basins.iter().map(basin).collect()
}

/// Stretches of river.
pub(super) fn reaches(
    spec: &CorridorFile,
    ids: &Ids,
    numbers: &Numbers,
) -> Option<Dense<ReachId, Reach>> {
    let reach = |r: &spec::Reach| {
        Some(Reach {
            id: r.id.get().clone(),
            name: r.name.clone(),
            basin: *ids.basins.get(r.basin.as_ref()?.get())?,
            to: known(&ids.reaches, r.to.as_ref()),
            km: *r.km.get(),
            flow_m3_per_s: numbers.at(&format!("reach.{}.flow_m3_per_s", *r.id))?,
        })
    };
    downstream(spec).into_iter().map(reach).collect()
}

/// Stations that measure water.
pub(super) fn stations(
    spec: &CorridorFile,
    ids: &Ids,
    numbers: &Numbers,
) -> Option<Dense<StationId, Station>> {
    let station = |s: &spec::Station| {
        let number = |key: &str| numbers.at(&format!("station.{}.{key}", *s.id));
        Some(Station {
            id: s.id.get().clone(),
            name: s.name.clone(),
            reach: *ids.reaches.get(s.reach.get())?,
            standard_mg_per_l: number("standard_mg_per_l")?,
            background_mg_per_l: number("background_mg_per_l")?,
            spread: number("spread")?,
        })
    };
    spec.stations.iter().map(station).collect()
}

/// Who lives in the township `id`.
pub(super) fn community(
    community: &spec::Community,
    id: &str,
    ids: &Ids,
    numbers: &Numbers,
) -> Option<Community> {
    Some(Community {
        population: numbers.at(&format!("township.{id}.population"))?,
        accountability: numbers.at(&format!("township.{id}.accountability"))?,
        constituency: known(&ids.actors, community.constituency.as_ref()),
    })
}

/// Where the mines of an origin drain to.
pub(super) fn drains(
    origin: &spec::Origin,
    ids: &Ids,
    numbers: &Numbers,
) -> Option<Vec<(ReachId, NumberId)>> {
    let drain = |reach: &At<String>| {
        let number = numbers.at(&format!("origin.{}.drains.{}", *origin.id, **reach))?;
        Some((*ids.reaches.get(reach.get())?, number))
    };
    origin.drains.iter().flat_map(|d| d.keys()).map(drain).collect()
}
