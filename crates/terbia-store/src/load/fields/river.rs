//! Which numbers do rivers, stations and communities give?

use super::{Bounds, List};
use crate::spec::{At, CorridorFile};

/// Those of basins, reaches, stations, drains and communities.
pub(super) fn add<'a>(file: &'a CorridorFile, list: &mut List<'a>) {
    for basin in &file.basins {
        let path = format!("basin.{}.emission_kg_per_t", *basin.id);
        let doc = format!("Tracer that a tonne of product sets free ({})", basin.name);
        list.maybe(path, basin.emission_kg_per_t.as_ref(), "kg/t REO", Bounds::NonNegative, doc);
    }
    for reach in &file.reaches {
        let path = format!("reach.{}.flow_m3_per_s", *reach.id);
        let doc = format!("Mean flow at the lower end ({})", reach.name);
        list.maybe(path, reach.flow_m3_per_s.as_ref(), "m3/s", Bounds::Positive, doc);
    }
    stations(file, list);
    for origin in &file.origins {
        for (reach, num) in origin.drains.iter().flat_map(At::get) {
            let path = format!("origin.{}.drains.{}", *origin.id, **reach);
            let doc = format!("Share of the mines of {} that drains to {}", origin.name, **reach);
            list.num(path, num, "1", Bounds::Share, doc);
        }
    }
    for township in &file.townships {
        let Some(community) = &township.community else { continue };
        let path = |key: &str| format!("township.{}.{key}", *township.id);
        let doc = format!("People who live there ({})", township.name);
        list.num(path("population"), &community.population, "persons", Bounds::NonNegative, doc);
        let doc = format!("How far a holder that needs them must heed them ({})", township.name);
        list.num(path("accountability"), &community.accountability, "1", Bounds::Share, doc);
    }
}

fn stations<'a>(file: &'a CorridorFile, list: &mut List<'a>) {
    for station in &file.stations {
        let all = [
            (
                "standard_mg_per_l",
                &station.standard_mg_per_l,
                "mg/l",
                Bounds::Positive,
                "Standard that it is held against",
            ),
            (
                "background_mg_per_l",
                &station.background_mg_per_l,
                "mg/l",
                Bounds::NonNegative,
                "Concentration without mines",
            ),
            (
                "spread",
                &station.spread,
                "1",
                Bounds::AtLeastOne,
                "Geometric standard deviation of single samples",
            ),
        ];
        for (key, num, unit, bounds, doc) in all {
            let path = format!("station.{}.{key}", *station.id);
            list.num(path, num, unit, bounds, format!("{doc} ({})", station.name));
        }
    }
}
