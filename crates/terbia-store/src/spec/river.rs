//! Where does the water go, who measures it, who lives by it? The environmental tables of
//! `corridor.toml`.

use super::at::At;
use super::number::Num;
use schemars::JsonSchema;
use serde::Deserialize;

/// A river basin. With the first one, every reach has a basin and a flow.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Basin {
    /// Short name.
    pub id: At<String>,
    /// Full name.
    pub name: String,
    /// Flow of each month over the yearly mean, January first.
    pub season: At<[f64; 12]>,
    /// Tracer that a tonne of product sets free, kg/t REO; absent where nothing was measured.
    pub emission_kg_per_t: Option<At<Num>>,
    /// Keys of sources.
    pub source: Vec<At<String>>,
}

/// A stretch of river.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reach {
    /// Short name.
    pub id: At<String>,
    /// Full name.
    pub name: String,
    /// Id of the reach that it flows into; absent at the mouth.
    pub to: Option<At<String>>,
    /// Id of its basin; a mere label in a corridor without basins.
    pub basin: Option<At<String>>,
    /// Length, km.
    pub km: At<f64>,
    /// Mean flow at its lower end, m3/s; needed in a corridor with basins.
    pub flow_m3_per_s: Option<At<Num>>,
    /// Keys of sources.
    pub source: Vec<At<String>>,
}

/// A station that measures water.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Station {
    /// Short name.
    pub id: At<String>,
    /// Full name.
    pub name: String,
    /// Id of the reach at whose lower end it stands.
    pub reach: At<String>,
    /// Standard that it is held against, mg/l.
    pub standard_mg_per_l: At<Num>,
    /// Concentration without mines, mg/l.
    pub background_mg_per_l: At<Num>,
    /// Geometric standard deviation of single samples about the monthly median, 1 or more.
    pub spread: At<Num>,
}

/// Who lives in a township with mines.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Community {
    /// People.
    pub population: At<Num>,
    /// How far a holder that needs these people must heed them, 0..1.
    pub accountability: At<Num>,
    /// Id of the holder whose own constituency they are; others heed them less.
    pub constituency: Option<At<String>>,
}
