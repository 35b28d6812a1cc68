//! How do files become a corridor that runs? Names to dense ids, numbers to one vector, days to
//! months.

mod politics;
mod river;

use super::corridor::REQUIRED_SERIES;
use super::fields;
use super::happening::{self, Known};
use super::lever::Turn;
use super::scenario::Sheet;
use super::timeline;
use crate::spec::{At, CorridorFile, Interpolation, Num, Parameters, Point, Role, Scenario};
use std::collections::BTreeMap;
use terbia_model::config::{
    Actor, Budget, Commodity, Constituent, Corridor, Form, Gate, Origin, Place, Road, Roles,
    Series, Swing, Township,
};
use terbia_model::kernel::id::{
    ActorId, BasinId, ConstituentId, Dense, FormId, FrontId, GateId, Id, LeverId, NumberId,
    PlaceId, ReachId, SeriesId, TownshipId,
};
use terbia_model::kernel::param::{self, Definition};
use terbia_model::kernel::time::Month;

/// The number that stands for the components that a levy lacks.
pub(crate) const ZERO: &str = "corridor.zero";

/// Numbers under their paths, in the order of a run.
pub(crate) struct Numbers {
    list: Vec<Definition>,
    places: BTreeMap<String, NumberId>,
}

impl Numbers {
    /// Of the modules with the corridor's values, then of the corridor, then of the events.
    fn new(modules: &[Definition], spec: &CorridorFile, parameters: &Parameters) -> Self {
        let mut numbers = Self { list: Vec::new(), places: BTreeMap::new() };
        for definition in modules {
            let over = parameters.iter().find(|(path, _)| *path.get() == definition.path);
            numbers.push(
                over.map_or_else(|| definition.clone(), |(_, num)| overridden(definition, num)),
            );
        }
        for field in fields::of_corridor(spec) {
            numbers.push(field.define());
        }
        numbers.push(Definition {
            path: ZERO.to_owned(),
            doc: "Nothing: stands for the components that a levy lacks".to_owned(),
            unit: "1".to_owned(),
            value: 0.0,
            low: 0.0,
            high: 0.0,
            prior: param::Prior::Fixed,
            grade: param::Grade::A,
            source: vec!["by definition".to_owned()],
        });
        numbers
    }

    fn push(&mut self, definition: Definition) {
        self.places.insert(definition.path.clone(), NumberId::new(self.list.len()));
        self.list.push(definition);
    }

    /// The place of the number at `path`.
    pub(crate) fn at(&self, path: &str) -> Option<NumberId> {
        self.places.get(path).copied()
    }
}

/// The definition of a module's number with the value that the corridor gives it.
fn overridden(definition: &Definition, num: &Num) -> Definition {
    num.define(definition.path.clone(), definition.doc.clone(), &definition.unit)
}

/// What the timeline is compiled from: dense ids by name.
pub(crate) struct Ids {
    pub(crate) townships: BTreeMap<String, TownshipId>,
    pub(crate) places: BTreeMap<String, PlaceId>,
    pub(crate) gates: BTreeMap<String, GateId>,
    pub(crate) actors: BTreeMap<String, ActorId>,
    pub(crate) constituents: BTreeMap<String, ConstituentId>,
    pub(crate) fronts: BTreeMap<String, FrontId>,
    pub(crate) levers: BTreeMap<String, LeverId>,
    forms: BTreeMap<String, FormId>,
    series: BTreeMap<String, SeriesId>,
    basins: BTreeMap<String, BasinId>,
    reaches: BTreeMap<String, ReachId>,
}

/// All townships in the order of places: those with mines come first.
fn places(spec: &CorridorFile) -> impl Iterator<Item = &crate::spec::Township> {
    let with = |mines| move |t: &&crate::spec::Township| t.mines == mines;
    spec.townships.iter().filter(with(true)).chain(spec.townships.iter().filter(with(false)))
}

fn dense<'a, I: Id>(ids: impl IntoIterator<Item = &'a At<String>>) -> BTreeMap<String, I> {
    ids.into_iter().enumerate().map(|(n, id)| (id.get().clone(), I::new(n))).collect()
}

impl Ids {
    fn of(spec: &CorridorFile) -> Self {
        Self {
            townships: dense(spec.townships.iter().filter(|t| t.mines).map(|t| &t.id)),
            places: dense(places(spec).map(|t| &t.id)),
            gates: dense(spec.gates.iter().map(|g| &g.id)),
            actors: dense(spec.actors.iter().map(|a| &a.id)),
            constituents: dense(spec.constituents.iter().map(|c| &c.id)),
            forms: dense(spec.commodity.forms.iter().map(|f| &f.id)),
            fronts: dense(spec.politics.iter().flat_map(|p| &p.fronts).map(|f| &f.id)),
            levers: dense(spec.levers.iter().map(|l| &l.id)),
            series: dense(spec.series.iter().map(|s| &s.id)),
            basins: dense(spec.basins.iter().map(|b| &b.id)),
            reaches: dense(river::downstream(spec).into_iter().map(|r| &r.id)),
        }
    }
}

/// Number of months from the first to the last of the corridor.
pub(crate) fn months_of(spec: &CorridorFile) -> Option<usize> {
    let (start, end): (Month, Month) = (spec.start.parse().ok()?, spec.end.parse().ok()?);
    usize::try_from(end.since(start) + 1).ok().filter(|m| *m > 0)
}

/// What is compiled.
pub(crate) struct Parts<'a> {
    pub(crate) id: &'a str,
    pub(crate) spec: &'a CorridorFile,
    pub(crate) parameters: &'a Parameters,
    /// The scenario and those it is based on, root first.
    pub(crate) chain: &'a [&'a Sheet<Scenario>],
    /// Levers turned for good; the last one of a path counts.
    pub(crate) turns: &'a [Turn<'a>],
    /// The numbers of the modules.
    pub(crate) modules: &'a [Definition],
    /// How far the record is let act.
    pub(crate) known: Known,
}

/// The corridor that runs; nothing where a check has found a fault that makes it impossible.
pub(crate) fn compile(parts: &Parts<'_>, months: usize) -> Option<Corridor> {
    let spec = parts.spec;
    let start: Month = spec.start.parse().ok()?;
    let ids = Ids::of(spec);
    let mut numbers = Numbers::new(parts.modules, spec, parts.parameters);
    // Events that the end of the record drops keep their numbers, so that the others keep theirs.
    for event in parts.chain.iter().flat_map(|s| &s.spec.events) {
        for field in fields::of_event(event, &spec.levers) {
            numbers.push(field.define());
        }
    }
    let turns = last_of_each(parts.turns);
    for turn in &turns {
        numbers.push(turn.define());
    }
    let told = timeline::Told {
        happenings: &happening::happenings(parts.chain, parts.known)?,
        turns: &turns,
        levers: &spec.levers,
        replay_until: parts.known.politics_until().or_else(|| happening::replay_until(parts.chain)),
    };
    let timeline = timeline::compile(&told, &ids, &numbers, start, months)?;
    Some(Corridor {
        id: parts.id.to_owned(),
        name: spec.name.clone(),
        start,
        months,
        townships: townships(spec, &ids, &numbers)?,
        places: places(spec).map(|t| place(t, spec, &ids)).collect::<Option<_>>()?,
        gates: gates(spec, &ids, &numbers)?,
        actors: actors(spec, &numbers)?,
        roads: roads(spec, &numbers)?,
        nodes: spec.townships.len() + spec.gates.len(),
        commodity: Commodity {
            name: spec.commodity.name.clone(),
            reagent: spec.commodity.reagent.clone(),
            rest_price_cny_per_kg: numbers.at("commodity.rest_price_cny_per_kg")?,
            pay_share: numbers.at("commodity.pay_share")?,
        },
        constituents: constituents(spec, &numbers)?,
        forms: forms(spec, &ids, &numbers)?,
        origins: spec
            .origins
            .iter()
            .map(|o| origin(o, spec, &ids, &numbers))
            .collect::<Option<_>>()?,
        series: spec
            .series
            .iter()
            .map(|s| series(s, (start, months), parts.known.horizon(), &numbers))
            .collect::<Option<_>>()?,
        roles: roles(&ids)?,
        politics: match &spec.politics {
            Some(politics) => Some(politics::compile(politics, spec, &ids, &numbers)?),
            None => None,
        },
        basins: river::basins(spec, &numbers),
        reaches: river::reaches(spec, &ids, &numbers)?,
        stations: river::stations(spec, &ids, &numbers)?,
        levers: politics::levers(spec, &ids)?,
        timeline,
        numbers: numbers.list,
    })
}

/// The turns of which no later one has the same path.
fn last_of_each<'a>(turns: &'a [Turn<'a>]) -> Vec<&'a Turn<'a>> {
    let last = |(place, turn): &(usize, &Turn<'_>)| {
        turns.iter().skip(place + 1).all(|later| later.path != turn.path)
    };
    turns.iter().enumerate().filter(last).map(|(_, turn)| turn).collect()
}

/// The id under `name`, if there is a name. One that stands for nothing is a fault that the checks
/// have noted.
fn known<I: Id>(ids: &BTreeMap<String, I>, name: Option<&At<String>>) -> Option<I> {
    ids.get(name?.get()).copied()
}

fn place(t: &crate::spec::Township, spec: &CorridorFile, ids: &Ids) -> Option<Place> {
    let holder = spec.start_state.holders.get().get(&t.id)?;
    Some(Place {
        id: t.id.get().clone(),
        name: t.name.clone(),
        holder_at_start: *ids.actors.get(holder.as_str())?,
    })
}

fn townships(
    spec: &CorridorFile,
    ids: &Ids,
    numbers: &Numbers,
) -> Option<Dense<TownshipId, Township>> {
    let township = |t: &crate::spec::Township| {
        let number = |key: &str| numbers.at(&format!("township.{}.{key}", *t.id));
        let community = match &t.community {
            Some(community) => Some(river::community(community, &t.id, ids, numbers)?),
            None => None,
        };
        Some(Township {
            id: t.id.get().clone(),
            name: t.name.clone(),
            sites_at_start: number("sites_at_start")?,
            prospectivity: number("prospectivity")?,
            tenure_hazard_per_month: number("tenure_hazard_per_month")?,
            half_grade_t_reo: number("half_grade_t_reo"),
            // A corridor without basins has reaches on its map only.
            reach: known(&ids.reaches, t.reach.as_ref()),
            community,
        })
    };
    spec.townships.iter().filter(|t| t.mines).map(township).collect()
}

fn gates(spec: &CorridorFile, ids: &Ids, numbers: &Numbers) -> Option<Dense<GateId, Gate>> {
    let gate = |g: &crate::spec::Gate| {
        Some(Gate {
            id: g.id.get().clone(),
            name: g.name.clone(),
            far_name: g.far_name.clone(),
            place: *ids.places.get(g.township.get())?,
            capacity_t_per_month: numbers.at(&format!("gate.{}.capacity_t_per_month", *g.id))?,
        })
    };
    spec.gates.iter().map(gate).collect()
}

fn actors(spec: &CorridorFile, numbers: &Numbers) -> Option<Dense<ActorId, Actor>> {
    let actor = |a: &crate::spec::Actor| {
        let number = |key: &str| numbers.at(&format!("actor.{}.{key}", *a.id));
        let budget = if *a.role.get() == Role::Holder {
            Some(Budget {
                admin_capacity: number("admin_capacity")?,
                arms_share: number("arms_share")?,
                services_share: number("services_share")?,
                stock_sale_months: number("stock_sale_months"),
                admin_growth_months: number("admin_growth_months"),
            })
        } else {
            None
        };
        Some(Actor { id: a.id.get().clone(), name: a.name.clone(), budget })
    };
    spec.actors.iter().map(actor).collect()
}

/// Nodes are numbered: townships with mines, gates, other townships.
fn roads(spec: &CorridorFile, numbers: &Numbers) -> Option<Vec<Road>> {
    let mines = spec.townships.iter().filter(|t| t.mines).map(|t| &t.id);
    let others = spec.townships.iter().filter(|t| !t.mines).map(|t| &t.id);
    let nodes: BTreeMap<&str, usize> = mines
        .chain(spec.gates.iter().map(|g| &g.id))
        .chain(others)
        .enumerate()
        .map(|(node, id)| (id.get().as_str(), node))
        .collect();
    let road = |r: &crate::spec::Road| {
        Some(Road {
            from: *nodes.get(r.from.as_str())?,
            to: *nodes.get(r.to.as_str())?,
            km: numbers.at(&format!("road.{}.km", *r.id))?,
        })
    };
    spec.roads.iter().map(road).collect()
}

fn constituents(
    spec: &CorridorFile,
    numbers: &Numbers,
) -> Option<Dense<ConstituentId, Constituent>> {
    let constituent = |c: &crate::spec::Constituent| {
        let number = |key: &str| numbers.at(&format!("constituent.{}.{key}", *c.id));
        Some(Constituent {
            id: c.id.get().clone(),
            name: c.name.clone(),
            content_t_per_t: number("content_t_per_t")?,
            demand_t_per_month: number("demand_t_per_month")?,
            demand_growth_per_year: number("demand_growth_per_year")?,
            price_cny_per_kg: number("price_cny_per_kg")?,
            conditions_elasticity: number("conditions_elasticity")?,
            price_response: number("price_response")?,
            cover_normal_months: number("cover_normal_months")?,
            price_noise: number("price_noise")?,
        })
    };
    spec.constituents.iter().map(constituent).collect()
}

fn forms(spec: &CorridorFile, ids: &Ids, numbers: &Numbers) -> Option<Dense<FormId, Form>> {
    let form = |f: &crate::spec::Form| {
        Some(Form {
            id: f.id.get().clone(),
            name: f.name.clone(),
            reo_per_gross: numbers.at(&format!("form.{}.reo_per_gross", *f.id))?,
            ship_share: known(&ids.series, f.ship_share.as_ref()),
        })
    };
    spec.commodity.forms.iter().map(form).collect()
}

fn origin(
    origin: &crate::spec::Origin,
    spec: &CorridorFile,
    ids: &Ids,
    numbers: &Numbers,
) -> Option<Origin> {
    let content = |c: &crate::spec::Constituent| {
        numbers.at(&format!("origin.{}.content.{}", *origin.id, *c.id))
    };
    Some(Origin {
        id: origin.id.get().clone(),
        name: origin.name.clone(),
        domestic: origin.domestic,
        swing: match origin.swing {
            None => Swing::Fixed,
            Some(crate::spec::Swing::Down) => Swing::Down,
            Some(crate::spec::Swing::Free) => Swing::Free,
        },
        supply: *ids.series.get(origin.supply.as_str())?,
        contents: spec.constituents.iter().map(content).collect::<Option<_>>()?,
        rival: known(&ids.actors, origin.rival.as_ref()),
        drains: river::drains(origin, ids, numbers)?,
        form: known(&ids.forms, origin.form.as_ref()),
    })
}

fn roles(ids: &Ids) -> Option<Roles> {
    let [fx, conditions, declared_share] =
        REQUIRED_SERIES.map(|(id, _)| ids.series.get(id).copied());
    Some(Roles { fx: fx?, conditions: conditions?, declared_share: declared_share? })
}

/// A series of which no point after `horizon` is known. Where all of them lie later, the first one
/// holds, for there is no other.
fn series(
    spec: &crate::spec::Series,
    (start, months): (Month, usize),
    horizon: Option<Month>,
    numbers: &Numbers,
) -> Option<Series> {
    let point = |p: &Point| Some((p.0.parse::<Month>().ok()?.since(start), p.1));
    let mut points: Vec<(i32, f64)> = spec.points.iter().map(point).collect::<Option<_>>()?;
    if let Some(horizon) = horizon {
        let known = points.partition_point(|(month, _)| *month <= horizon.since(start));
        points.truncate(known.max(1));
    }
    let last = points.last()?.0;
    Some(Series {
        id: spec.id.get().clone(),
        doc: spec.doc.clone(),
        unit: spec.unit.get().clone(),
        values: interpolate(&points, spec.interpolation, months),
        last_known: usize::try_from(last).unwrap_or(0),
        scale: numbers.at(&format!("series.{}.scale", *spec.id))?,
    })
}

/// One value for each month from points (month from the start, value) in order of time.
fn interpolate(points: &[(i32, f64)], how: Interpolation, months: usize) -> Vec<f64> {
    let value = |month: i32| {
        let after = points.partition_point(|(m, _)| *m <= month);
        match (after.checked_sub(1).and_then(|b| points.get(b)), points.get(after)) {
            (Some(&(a, low)), Some(&(b, high))) if how == Interpolation::Linear => {
                low + (high - low) * f64::from(month - a) / f64::from(b - a)
            }
            (Some(&(_, value)), _) | (None, Some(&(_, value))) => value,
            (None, None) => f64::NAN,
        }
    };
    (0..months).map(|month| value(month as i32)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_is_flat_outside_its_points() {
        let points = [(1, 1.0), (3, 2.0)];
        assert_eq!(interpolate(&points, Interpolation::Linear, 5), [1.0, 1.0, 1.5, 2.0, 2.0]);
        assert_eq!(interpolate(&points, Interpolation::Step, 5), [1.0, 1.0, 1.0, 2.0, 2.0]);
    }

    #[test]
    fn points_before_the_start_count() {
        let points = [(-2, 0.0), (2, 4.0)];
        assert_eq!(interpolate(&points, Interpolation::Linear, 3), [2.0, 3.0, 4.0]);
        assert_eq!(interpolate(&points, Interpolation::Step, 3), [0.0, 0.0, 4.0]);
    }
}
