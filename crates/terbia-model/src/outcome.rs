//! What can be read off a run? The list of outcomes: name, unit, meaning, and how to compute it.
//!
//! Adding an outcome is one entry in one of the three lists; columns, files, charts, `explain` and the
//! reference pages come from it. An entry for each constituent, holder, township … becomes columns
//! named `outcome.label`. Masses are gross tonnes (as customs weighs them) unless the name says `reo`.

mod economy;
mod environment;
mod politics;

use crate::config::Corridor;
use crate::kernel::id::{
    ActorId, ConstituentId, FormId, FrontId, OriginId, PlaceId, ReachId, StationId, TownshipId,
};
use crate::schedule::View;

/// An outcome.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// Name; with a label after a dot if it has several columns.
    pub name: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// Meaning, in one sentence.
    pub doc: &'static str,
    /// Module that makes it.
    pub module: &'static str,
    /// How a year or a run is summed up.
    pub scalar: Scalar,
    /// How to compute it.
    pub value: Value,
}

/// How months become one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// Flows: added up.
    Sum,
    /// Levels: averaged.
    Mean,
    /// Stocks: as they stand at the end.
    Last,
}

impl Scalar {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Mean => "mean",
            Self::Last => "last",
        }
    }

    /// Sums up months; NaN of none.
    pub fn of(self, months: &[f64]) -> f64 {
        match self {
            Self::Sum => months.iter().sum(),
            Self::Mean => months.iter().sum::<f64>() / months.len() as f64,
            Self::Last => months.last().copied().unwrap_or(f64::NAN),
        }
    }
}

/// How an outcome is computed from a month.
#[derive(Clone, Copy, Debug)]
pub enum Value {
    /// One column.
    One(fn(&View<'_>) -> f64),
    /// One for each constituent.
    Constituent(fn(&View<'_>, ConstituentId) -> f64),
    /// One for each township with mines whose ore gets poorer.
    Declining(fn(&View<'_>, TownshipId) -> f64),
    /// One for each actor that can hold ground.
    Holder(fn(&View<'_>, ActorId) -> f64),
    /// One for each holder that keeps a store of what it takes in kind.
    Keeper(fn(&View<'_>, ActorId) -> f64),
    /// One for each holder whose administration is learnt.
    Learner(fn(&View<'_>, ActorId) -> f64),
    /// One column, where the commitment problem is modelled.
    Committed(fn(&View<'_>) -> f64),
    /// One for each product form.
    Form(fn(&View<'_>, FormId) -> f64),
    /// One for each township with mines.
    Township(fn(&View<'_>, TownshipId) -> f64),
    /// One for each township that a war is about.
    Place(fn(&View<'_>, PlaceId) -> f64),
    /// One for each front.
    Front(fn(&View<'_>, FrontId) -> f64),
    /// One for each side of the war.
    Side(fn(&View<'_>, usize) -> f64),
    /// One for each rival origin next door.
    Rival(fn(&View<'_>, OriginId) -> f64),
    /// One for each reach of a basin in which nothing was measured.
    Reach(fn(&View<'_>, ReachId) -> f64),
    /// One for each station of a basin in which something was measured.
    Station(fn(&View<'_>, StationId) -> f64),
}

/// A column of the results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// `outcome` or `outcome.label`.
    pub name: String,
    /// Unit.
    pub unit: &'static str,
    /// Meaning.
    pub doc: String,
    /// Module that makes it.
    pub module: &'static str,
    /// How a year or a run is summed up.
    pub scalar: Scalar,
}

/// Every outcome, in the order of the columns.
pub fn all() -> impl Iterator<Item = &'static Outcome> {
    [economy::LIST, politics::LIST, environment::LIST].into_iter().flatten()
}

/// Names of the sides of a war, in columns.
pub const SIDES: [&str; 2] = ["challenger", "incumbent"];

/// The columns of a corridor's results, in order.
pub fn columns(corridor: &Corridor) -> Vec<Column> {
    let mut columns = Vec::new();
    for outcome in all().filter(|o| present(corridor, &o.value)) {
        match labels(corridor, &outcome.value) {
            None => columns.push(outcome.column(None)),
            Some(labels) => {
                columns.extend(labels.into_iter().map(|label| outcome.column(Some(label))));
            }
        }
    }
    columns
}

/// Whether a corridor has what the outcome is about; those with labels say so by having none.
fn present(corridor: &Corridor, value: &Value) -> bool {
    let modelled = || corridor.politics.as_ref().is_some_and(|p| p.commitment.is_some());
    !matches!(value, Value::Committed(_)) || modelled()
}

/// Short and full names of what an outcome has a column for; nothing if it has just one.
fn labels<'c>(corridor: &'c Corridor, value: &Value) -> Option<Vec<(&'c str, &'c str)>> {
    macro_rules! named {
        ($table:expr) => {
            $table.iter().map(|x| (x.id.as_str(), x.name.as_str())).collect()
        };
    }
    Some(match value {
        Value::One(_) | Value::Committed(_) => return None,
        Value::Constituent(_) => named!(corridor.constituents),
        Value::Form(_) => named!(corridor.forms),
        Value::Township(_) => named!(corridor.townships),
        Value::Declining(_) => declining(corridor)
            .map(|t| (corridor.townships[t].id.as_str(), corridor.townships[t].name.as_str()))
            .collect(),
        Value::Holder(_) => {
            let actor =
                |a: ActorId| (corridor.actors[a].id.as_str(), corridor.actors[a].name.as_str());
            corridor.holders().map(|(a, _)| actor(a)).collect()
        }
        Value::Keeper(_) => keepers(corridor)
            .map(|a| (corridor.actors[a].id.as_str(), corridor.actors[a].name.as_str()))
            .collect(),
        Value::Learner(_) => learners(corridor)
            .map(|a| (corridor.actors[a].id.as_str(), corridor.actors[a].name.as_str()))
            .collect(),
        Value::Place(_) => contested(corridor)
            .map(|p| (corridor.places[p].id.as_str(), corridor.places[p].name.as_str()))
            .collect(),
        Value::Front(_) => match &corridor.politics {
            Some(politics) => named!(politics.fronts),
            None => Vec::new(),
        },
        Value::Side(_) => match &corridor.politics {
            Some(politics) => {
                let lead = |k: usize| corridor.actors[politics.sides[k].lead].name.as_str();
                SIDES.iter().enumerate().map(|(k, name)| (*name, lead(k))).collect()
            }
            None => Vec::new(),
        },
        Value::Rival(_) => rivals(corridor)
            .map(|o| (corridor.origins[o].id.as_str(), corridor.origins[o].name.as_str()))
            .collect(),
        Value::Reach(_) => unmeasured(corridor)
            .map(|r| (corridor.reaches[r].id.as_str(), corridor.reaches[r].name.as_str()))
            .collect(),
        Value::Station(_) => measured(corridor)
            .map(|s| (corridor.stations[s].id.as_str(), corridor.stations[s].name.as_str()))
            .collect(),
    })
}

/// Townships whose ore gets poorer.
fn declining(corridor: &Corridor) -> impl Iterator<Item = TownshipId> + '_ {
    let half = |t: TownshipId| corridor.townships[t].half_grade_t_reo.is_some();
    corridor.townships.ids().filter(move |t| half(*t))
}

/// Holders that keep a store of what they take in kind.
fn keepers(corridor: &Corridor) -> impl Iterator<Item = ActorId> + '_ {
    corridor.holders().filter(|(_, b)| b.stock_sale_months.is_some()).map(|(id, _)| id)
}

/// Holders whose administration is learnt and forgotten.
fn learners(corridor: &Corridor) -> impl Iterator<Item = ActorId> + '_ {
    corridor.holders().filter(|(_, b)| b.admin_growth_months.is_some()).map(|(id, _)| id)
}

/// Townships that lie on a front; none without a war.
fn contested(corridor: &Corridor) -> impl Iterator<Item = PlaceId> + '_ {
    let fronts = corridor.politics.iter().flat_map(|p| p.fronts.iter());
    fronts.flat_map(|f| f.places.iter().copied())
}

fn rivals(corridor: &Corridor) -> impl Iterator<Item = OriginId> + '_ {
    corridor.origins.enumerate().filter(|(_, o)| o.rival.is_some()).map(|(id, _)| id)
}

fn unmeasured(corridor: &Corridor) -> impl Iterator<Item = ReachId> + '_ {
    let blank = |r: ReachId| corridor.basins[corridor.reaches[r].basin].emission_kg_per_t.is_none();
    corridor.reaches.ids().filter(move |r| blank(*r))
}

fn measured(corridor: &Corridor) -> impl Iterator<Item = StationId> + '_ {
    let known = |s: StationId| {
        let reach = corridor.stations[s].reach;
        corridor.basins[corridor.reaches[reach].basin].emission_kg_per_t.is_some()
    };
    corridor.stations.ids().filter(move |s| known(*s))
}

/// What outcomes have a column for, looked up once: the months of all runs are written by it.
#[derive(Clone, Debug)]
pub struct Sheet {
    declining: Vec<TownshipId>,
    holders: Vec<ActorId>,
    keepers: Vec<ActorId>,
    learners: Vec<ActorId>,
    committed: bool,
    places: Vec<PlaceId>,
    fronts: Vec<FrontId>,
    sides: Vec<usize>,
    rivals: Vec<OriginId>,
    reaches: Vec<ReachId>,
    stations: Vec<StationId>,
}

impl Sheet {
    /// The sheet of a corridor.
    pub fn new(corridor: &Corridor) -> Self {
        let politics = || corridor.politics.iter();
        Self {
            declining: declining(corridor).collect(),
            holders: corridor.holders().map(|(id, _)| id).collect(),
            keepers: keepers(corridor).collect(),
            learners: learners(corridor).collect(),
            committed: politics().any(|p| p.commitment.is_some()),
            places: contested(corridor).collect(),
            fronts: politics().flat_map(|p| p.fronts.ids()).collect(),
            sides: politics().flat_map(|_| [0, 1]).collect(),
            rivals: rivals(corridor).collect(),
            reaches: unmeasured(corridor).collect(),
            stations: measured(corridor).collect(),
        }
    }

    /// Writes the month into `row`, parallel to [`columns`].
    pub fn fill(&self, view: &View<'_>, row: &mut Vec<f64>) {
        row.clear();
        let corridor = view.corridor;
        for outcome in all() {
            match outcome.value {
                Value::One(f) => row.push(f(view)),
                Value::Constituent(f) => each(row, corridor.constituents.ids(), view, f),
                Value::Form(f) => each(row, corridor.forms.ids(), view, f),
                Value::Township(f) => each(row, corridor.townships.ids(), view, f),
                Value::Declining(f) => each(row, self.declining.iter().copied(), view, f),
                Value::Holder(f) => each(row, self.holders.iter().copied(), view, f),
                Value::Keeper(f) => each(row, self.keepers.iter().copied(), view, f),
                Value::Learner(f) => each(row, self.learners.iter().copied(), view, f),
                Value::Committed(f) => row.extend(self.committed.then(|| f(view))),
                Value::Place(f) => each(row, self.places.iter().copied(), view, f),
                Value::Front(f) => each(row, self.fronts.iter().copied(), view, f),
                Value::Side(f) => each(row, self.sides.iter().copied(), view, f),
                Value::Rival(f) => each(row, self.rivals.iter().copied(), view, f),
                Value::Reach(f) => each(row, self.reaches.iter().copied(), view, f),
                Value::Station(f) => each(row, self.stations.iter().copied(), view, f),
            }
        }
    }
}

fn each<I>(
    row: &mut Vec<f64>,
    ids: impl ExactSizeIterator<Item = I>,
    view: &View<'_>,
    value: fn(&View<'_>, I) -> f64,
) {
    row.extend(ids.map(|id| value(view, id)));
}

impl Outcome {
    fn column(&self, label: Option<(&str, &str)>) -> Column {
        let (name, doc) = match label {
            Some((id, full)) => (format!("{}.{id}", self.name), format!("{}: {full}", self.doc)),
            None => (self.name.to_owned(), self.doc.to_owned()),
        };
        Column { name, unit: self.unit, doc, module: self.module, scalar: self.scalar }
    }
}
