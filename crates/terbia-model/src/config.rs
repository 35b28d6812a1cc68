//! What does a run need to be told? A compiled [`Corridor`]: names resolved, months counted,
//! every number in one flat vector.
//!
//! The store compiles it from files and checks it there, where it can point at the line at fault.
//! Here nothing is looked up by name: ids are dense, and a [`NumberId`] is a place in the vector of
//! values that a run is given.

mod politics;
mod river;

pub use politics::{Commitment, Front, Lever, Partner, Politics, Route, Side, Stance};
pub use river::{Basin, Community, Reach, Station};

use crate::kernel::id::{
    ActorId, BasinId, ConstituentId, Dense, FormId, GateId, Id, LeverId, NumberId, OriginId,
    PlaceId, ReachId, SeriesId, StationId, TownshipId,
};
use crate::kernel::param::Definition;
use crate::kernel::time::Month;
use crate::timeline::Timeline;

/// A corridor, ready to run.
#[derive(Clone, Debug)]
pub struct Corridor {
    /// Short name, as in the folder.
    pub id: String,
    /// Full name.
    pub name: String,
    /// First month.
    pub start: Month,
    /// Number of months that timeline and series cover.
    pub months: usize,
    /// Every number a run reads: those of the modules first (see [`crate::module::definitions`]),
    /// then those of the corridor. The vector of values given to a run is parallel to it.
    pub numbers: Vec<Definition>,
    /// Townships with mines.
    pub townships: Dense<TownshipId, Township>,
    /// All townships: those with mines come first, in the same order.
    pub places: Dense<PlaceId, Place>,
    /// Crossings.
    pub gates: Dense<GateId, Gate>,
    /// Parties.
    pub actors: Dense<ActorId, Actor>,
    /// Road network between nodes: townships with mines come first, then gates, then other places.
    pub roads: Vec<Road>,
    /// Number of nodes of the road network.
    pub nodes: usize,
    /// What is mined.
    pub commodity: Commodity,
    /// Priced constituents.
    pub constituents: Dense<ConstituentId, Constituent>,
    /// Product forms; the last takes what the others leave.
    pub forms: Dense<FormId, Form>,
    /// Other sources of supply.
    pub origins: Dense<OriginId, Origin>,
    /// Exogenous series.
    pub series: Dense<SeriesId, Series>,
    /// Series with a fixed meaning.
    pub roles: Roles,
    /// Who fights, bargains and sides with whom; without it nothing political happens by itself.
    pub politics: Option<Politics>,
    /// River basins.
    pub basins: Dense<BasinId, Basin>,
    /// Stretches of river; each flows into a later one or into none.
    pub reaches: Dense<ReachId, Reach>,
    /// Stations that measure water.
    pub stations: Dense<StationId, Station>,
    /// What actors can turn.
    pub levers: Dense<LeverId, Lever>,
    /// What happens from outside: control, gates, levies, licences, halts, reserves.
    pub timeline: Timeline,
}

/// A township, with mines or without.
#[derive(Clone, Debug)]
pub struct Place {
    /// Short name.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Who holds it on the first month.
    pub holder_at_start: ActorId,
}

/// A township with mines.
#[derive(Clone, Debug)]
pub struct Township {
    /// Short name.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Sites on the first month.
    pub sites_at_start: NumberId,
    /// Relative weight in the entry of new sites.
    pub prospectivity: NumberId,
    /// Monthly hazard that an operator expects of losing site or licence.
    pub tenure_hazard_per_month: NumberId,
    /// Mass mined after which its ore is half as rich, t REO; without it ore stays as it is.
    pub half_grade_t_reo: Option<NumberId>,
    /// The reach that it drains to.
    pub reach: Option<ReachId>,
    /// Who lives there; without it nobody is harmed and nobody protests.
    pub community: Option<Community>,
}

/// A crossing.
#[derive(Clone, Debug)]
pub struct Gate {
    /// Short name.
    pub id: String,
    /// Full name of the holder's side.
    pub name: String,
    /// Full name of the buyer's side.
    pub far_name: String,
    /// Township that it lies in: whoever holds that can shut the near side.
    pub place: PlaceId,
    /// Product it can pass, gross tonnes a month.
    pub capacity_t_per_month: NumberId,
}

/// A party.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Short name.
    pub id: String,
    /// Full name.
    pub name: String,
    /// How it spends what it collects, if it can hold ground.
    pub budget: Option<Budget>,
}

/// How a holder collects and spends.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Share of levies due that reaches the treasury once the administration has settled, 0..1.
    pub admin_capacity: NumberId,
    /// Share of revenue spent on arms, 0..1.
    pub arms_share: NumberId,
    /// Share spent on services and benefit sharing, 0..1; administration takes the rest.
    pub services_share: NumberId,
    /// Time in which it sells what it took in kind, months; without it, within the month.
    pub stock_sale_months: Option<NumberId>,
    /// Time in which its administration of mines is learnt and forgotten, months; without it what is
    /// there stays.
    pub admin_growth_months: Option<NumberId>,
}

/// A road between two nodes.
#[derive(Clone, Copy, Debug)]
pub struct Road {
    /// One end.
    pub from: usize,
    /// The other end.
    pub to: usize,
    /// Length, km.
    pub km: NumberId,
}

/// What is mined.
#[derive(Clone, Debug)]
pub struct Commodity {
    /// Full name.
    pub name: String,
    /// Name of the leaching reagent.
    pub reagent: String,
    /// Value of the unpriced remainder of a kilogram REO at market conditions 1, CNY/kg.
    pub rest_price_cny_per_kg: NumberId,
    /// Paid for concentrate / value of its separated content.
    pub pay_share: NumberId,
}

/// A priced constituent.
#[derive(Clone, Debug)]
pub struct Constituent {
    /// Short name.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Oxide of it in a tonne REO of the corridor's product, t/t.
    pub content_t_per_t: NumberId,
    /// Buyer's demand in the first month, t/month.
    pub demand_t_per_month: NumberId,
    /// Growth of demand, 1/year.
    pub demand_growth_per_year: NumberId,
    /// Price at normal cover and market conditions 1, CNY/kg.
    pub price_cny_per_kg: NumberId,
    /// Elasticity of that price to market conditions.
    pub conditions_elasticity: NumberId,
    /// Elasticity of the price to cover (phi).
    pub price_response: NumberId,
    /// Normal stock cover, months of demand.
    pub cover_normal_months: NumberId,
    /// Monthly log standard deviation of what the model does not explain.
    pub price_noise: NumberId,
}

/// A product form.
#[derive(Clone, Debug)]
pub struct Form {
    /// Short name.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Oxide in a gross tonne, t REO/t gross.
    pub reo_per_gross: NumberId,
    /// Share of the REO shipped in this form; `None` for the last form, which takes the rest.
    pub ship_share: Option<SeriesId>,
}

/// Another source of supply to the buyer.
#[derive(Clone, Debug)]
pub struct Origin {
    /// Short name.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Inside the buyer's own country, so not an import.
    pub domestic: bool,
    /// Whether it answers to scarcity.
    pub swing: Swing,
    /// Supply, t REO/month.
    pub supply: SeriesId,
    /// Oxide of each constituent in a tonne REO, t/t.
    pub contents: Dense<ConstituentId, NumberId>,
    /// Who holds its mines, if they are a rival next door to which crews of the corridor can move.
    pub rival: Option<ActorId>,
    /// Reaches that its mines drain to, with the share of each.
    pub drains: Vec<(ReachId, NumberId)>,
    /// The customs form in which it is counted, if any.
    pub form: Option<FormId>,
}

/// How the supply of an origin answers to the buyer's stock cover.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swing {
    /// Not at all: it is what its series says.
    Fixed,
    /// Its series is a ceiling, such as a quota, which glut leaves unfilled.
    Down,
    /// It is inferred and not published, and answers both ways.
    Free,
}

impl Swing {
    /// The factor on the series when unpublished supply stands at `swing` times its usual.
    pub fn factor(self, swing: f64) -> f64 {
        match self {
            Self::Fixed => 1.0,
            Self::Down => swing.min(1.0),
            Self::Free => swing,
        }
    }
}

/// An exogenous monthly series, already interpolated.
#[derive(Clone, Debug)]
pub struct Series {
    /// Short name.
    pub id: String,
    /// Meaning.
    pub doc: String,
    /// Unit.
    pub unit: String,
    /// One value for each month of the corridor.
    pub values: Vec<f64>,
    /// Months from the start to the last point given; later values are held flat.
    pub last_known: usize,
    /// Uncertain factor on the whole series.
    pub scale: NumberId,
}

/// Series that the modules ask for by meaning.
#[derive(Clone, Copy, Debug)]
pub struct Roles {
    /// Yuan for each US dollar.
    pub fx: SeriesId,
    /// Market conditions: demand for the family of materials that the corridor does not drive.
    pub conditions: SeriesId,
    /// Customs-declared value / market value.
    pub declared_share: SeriesId,
}

impl Corridor {
    /// The place of the number at `path`, if there is one.
    pub fn number(&self, path: &str) -> Option<NumberId> {
        self.numbers.iter().position(|d| d.path == path).map(NumberId::new)
    }

    /// Best values of all numbers.
    pub fn best_values(&self) -> Vec<f64> {
        self.numbers.iter().map(|d| d.value).collect()
    }

    /// The place that a township with mines is.
    pub fn place(township: TownshipId) -> PlaceId {
        PlaceId::new(township.index())
    }

    /// The township with mines that a place is, if it has any.
    pub fn township(&self, place: PlaceId) -> Option<TownshipId> {
        (place.index() < self.townships.len()).then(|| TownshipId::new(place.index()))
    }

    /// The lever of a kind, and of an owner if one is given.
    pub fn lever(&self, kind: crate::lever::Kind, owner: Option<ActorId>) -> Option<LeverId> {
        let mine = |l: &Lever| l.kind == kind && owner.is_none_or(|o| l.owner == o);
        self.levers.enumerate().find(|(_, l)| mine(l)).map(|(id, _)| id)
    }

    /// Actors that can hold ground, in order.
    pub fn holders(&self) -> impl Iterator<Item = (ActorId, Budget)> + '_ {
        self.actors.enumerate().filter_map(|(id, a)| a.budget.map(|b| (id, b)))
    }
}
