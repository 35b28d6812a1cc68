//! Where does the water go, who measures it, and who lives by it?

use crate::kernel::id::{ActorId, BasinId, NumberId, ReachId};

/// A river basin.
#[derive(Clone, Debug)]
pub struct Basin {
    /// Short name.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Flow of each month over the yearly mean, January first.
    pub season: [f64; 12],
    /// Tracer that a tonne of product sets free, kg/t REO; absent where nothing was measured, and
    /// then only relative loads are reported.
    pub emission_kg_per_t: Option<NumberId>,
}

/// A stretch of river.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Short name.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Its basin.
    pub basin: BasinId,
    /// The reach that it flows into; none at the mouth.
    pub to: Option<ReachId>,
    /// Length, km.
    pub km: f64,
    /// Mean flow at its lower end, m³/s.
    pub flow_m3_per_s: NumberId,
}

/// A station that measures water.
#[derive(Clone, Debug)]
pub struct Station {
    /// Short name.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Where it stands: at the lower end of this reach.
    pub reach: ReachId,
    /// Standard that it is held against, mg/l.
    pub standard_mg_per_l: NumberId,
    /// Concentration without mines, mg/l.
    pub background_mg_per_l: NumberId,
    /// Geometric standard deviation of single samples about the monthly median.
    pub spread: NumberId,
}

/// Who lives in a township with mines.
#[derive(Clone, Copy, Debug)]
pub struct Community {
    /// People, persons.
    pub population: NumberId,
    /// How far a holder that needs these people must heed them, 0..1.
    pub accountability: NumberId,
    /// The holder whose own constituency they are; others heed them less.
    pub constituency: Option<ActorId>,
}
