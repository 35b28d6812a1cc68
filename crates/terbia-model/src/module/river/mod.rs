//! How much of what mines set free is in the water, where, and for how long after they stop?
//!
//! Mechanism: a tonne of product sets a tracer free. Part of it lies on the surface and is washed
//! off within months; part soaks into the ground, where some is held and the rest, the legacy, comes
//! out over years. Treatment withholds the surface part, restoration removes stores. Rain washes
//! both stores in step with the flow of the basin. What is released runs down the reaches, is lost
//! in first order on the way and adds up where rivers meet. Loads are reckoned in tonnes of product
//! whose whole tracer they are (t REO equivalent a month); a basin where the tracer was measured
//! also has kilograms and concentrations, one where it was not has relative numbers only.
//!
//! ```text
//! w       = season^b / mean · exp(b sigma z − (b sigma)²/2)               wash, mean 1
//! S'      = S + s (1 − treat) q                                            on the surface
//! out     = S' (1 − exp(−w/tau)) + M (1 − exp(−k w)),   k = ln 2 / half-life
//! S      <- S' exp(−w/tau) (1 − rho)
//! M      <- [M exp(−k w) + (1 − s)(1 − capture) q] (1 − rho)               in the ground: the legacy
//! rho     = 1 − (1 − share restored a year)^(1/12)
//! load_r  = (out there + load of the reaches above) · exp(−loss · km/u)    at the lower end
//! Q       = mean flow · season · exp(sigma z − sigma²/2)                   m³/s
//! C       = background + emission · load / Q                               mg/l
//! P(over) = 1 − Phi(ln(standard/C) / ln spread)
//! index   = (load/Q) / (load/Q of 100 t a month, none withheld, into one stream of 50 m3/s)
//! forest <- forest + (ha a site + ha of road a site) · opened + ha a tonne · q
//! ```
//!
//! The index needs no history, and its reference is never near zero. It falls where a larger river
//! joins, as far as mean flows are known. Where none is, `index_basis` 0 compares each reach with the
//! same release on that reach: the flow cancels, and only months and townships can be compared.
//!
//! Reads: what townships and rival origins mined, sites opened, treatment, restoration, the month.
//! Writes: load and index by reach, readings by station, exposure and newly cleared land by
//! township, stores. Limits: ASSUME M-055 to M-059; one conservative tracer, no reactions, no
//! groundwater model; flow anomalies are independent of the rain that slows mines; stores are empty
//! on the first month.

mod load;

use crate::config::Corridor;
use crate::draw;
use crate::kernel::dist;
use crate::kernel::id::{BasinId, Dense, Id, NumberId, OriginId, ReachId, StationId, TownshipId};
use crate::kernel::math::{exp, ln, pow};
use crate::kernel::rng::Draws;
use load::{LEAST_RUNOFF, Release, Split, Stores};

crate::params! { "river" from "params.toml" {
    surface_share, capture_share, surface_months, legacy_half_life_months, wash_response,
    flow_log_sd, loss_per_day, velocity_m_per_s, reference_output_t_reo_per_month,
    reference_flow_m3_per_s, index_basis, site_ha, road_ha_per_site, fuelwood_ha_per_t_reo,
} }

/// For `explain`.
pub const ABOUT: &str = "Tracer set free by mines: surface wash and a legacy that outlives them, \
    treatment and restoration; first-order loss and dilution along the rivers, season and chance of \
    flow; concentrations where the tracer was measured, a relative index elsewhere; forest lost.";

/// A reach with all that does not change in a run.
#[derive(Clone, Copy, Debug)]
struct Stretch {
    basin: BasinId,
    to: Option<ReachId>,
    /// Share of a load at its head that gets to its lower end.
    carried: f64,
    /// Index for each t REO equivalent a month at mean flow.
    index_per_load: f64,
    /// Concentration for each t REO equivalent a month at mean flow, mg/l; none if not measured.
    mg_per_l_per_load: Option<f64>,
}

/// A basin with its tables and this month's weather.
#[derive(Clone, Copy, Debug)]
struct Water {
    season: [f64; 12],
    wash: [f64; 12],
    emission_kg_per_t: Option<f64>,
    /// Flow over its yearly mean, this month.
    runoff: f64,
    release: Release,
}

/// Mines of one owner that drain to one reach.
#[derive(Clone, Copy, Debug)]
struct Source {
    mines: Mines,
    reach: ReachId,
    basin: BasinId,
    /// Share of what those mines produce that drains here.
    share: f64,
    stores: Stores,
}

#[derive(Clone, Copy, Debug)]
enum Mines {
    Township(TownshipId),
    Rival(OriginId),
}

#[derive(Clone, Copy, Debug)]
struct Gauge {
    reach: ReachId,
    background: f64,
    standard: f64,
    log_spread: f64,
}

/// What a station would measure this month.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reading {
    /// Median of samples, mg/l; `None` where nobody measured what a tonne sets free.
    pub concentration_mg_per_l: Option<f64>,
    /// Probability that a single sample is over the standard, 0..1; 0 where not measured.
    pub exceedance: f64,
}

/// Where the tracer went since the start, t REO equivalent; `generated` = `released` + `withheld` +
/// what is still stored.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Balance {
    /// Set free.
    pub generated: f64,
    /// Went into rivers.
    pub released: f64,
    /// Treated, held in the ground or removed.
    pub withheld: f64,
}

/// Stores of the mines, and the rivers of this month.
#[derive(Clone, Debug, Default)]
pub struct State {
    waters: Dense<BasinId, Water>,
    stretches: Dense<ReachId, Stretch>,
    sources: Vec<Source>,
    gauges: Dense<StationId, Gauge>,
    township_reach: Dense<TownshipId, Option<ReachId>>,
    load: Dense<ReachId, f64>,
    index: Dense<ReachId, f64>,
    readings: Dense<StationId, Reading>,
    exposure: Dense<TownshipId, f64>,
    new_land_ha: Dense<TownshipId, f64>,
    forest_loss_ha: f64,
    legacy_t_reo: f64,
    balance: Balance,
    /// Yearly share restored that `restored` was reckoned for, and the share of a month.
    restoration: (f64, f64),
}

/// What a month of rivers is told.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// Mined this month, t REO, by township.
    pub mined: &'a Dense<TownshipId, f64>,
    /// Sites that opened, by township.
    pub opened: &'a Dense<TownshipId, f64>,
    /// Share of the surface part that is treated: standard × enforcement, 0..1, by township.
    pub treat: &'a Dense<TownshipId, f64>,
    /// Supply of each origin, t REO; those that drain nowhere do not matter.
    pub rival: &'a Dense<OriginId, f64>,
    /// Share treated in rival areas, 0..1.
    pub rival_treat: f64,
    /// Share of the stores under the corridor's own mines that is removed in a year, 0..1.
    pub restoration_per_year: f64,
    /// Months since the start.
    pub month: usize,
    /// Month of the year, 1..12.
    pub of_year: u8,
}

/// Rivers of the month.
#[derive(Clone, Copy, Debug)]
pub struct Flow<'a> {
    /// Load at the lower end of each reach, t REO equivalent a month.
    pub load: &'a Dense<ReachId, f64>,
    /// Load over flow, relative to the reference, by reach.
    pub index: &'a Dense<ReachId, f64>,
    /// Readings by station.
    pub readings: &'a Dense<StationId, Reading>,
    /// Index of the reach that a township drains to; 0 if none.
    pub exposure: &'a Dense<TownshipId, f64>,
    /// Land cleared this month, ha, by township.
    pub new_land_ha: &'a Dense<TownshipId, f64>,
    /// Forest lost to mines since the start, ha.
    pub forest_loss_ha: f64,
    /// Still in the ground and on the slopes under the corridor's own mines, t REO equivalent.
    pub legacy_t_reo: f64,
    /// Where the tracer of all mines went.
    pub balance: Balance,
    waters: &'a Dense<BasinId, Water>,
    stretches: &'a Dense<ReachId, Stretch>,
}

impl Flow<'_> {
    /// Load of a reach, kg a month; `None` where nobody measured what a tonne sets free.
    pub fn load_kg(&self, reach: ReachId) -> Option<f64> {
        let emission = self.waters[self.stretches[reach].basin].emission_kg_per_t?;
        Some(self.load[reach] * emission)
    }

    /// Flow of a basin's rivers this month over its yearly mean.
    pub fn runoff(&self, basin: BasinId) -> f64 {
        self.waters[basin].runoff
    }
}

impl Balance {
    /// Part of what was set free that is neither released, nor withheld, nor in `stored`: a bug if
    /// it is not about zero.
    pub fn gap(&self, stored: f64) -> f64 {
        self.generated - self.released - self.withheld - stored
    }
}

impl State {
    /// Tables of the run; empty stores.
    pub fn start(&mut self, params: &Params, corridor: &Corridor, values: &[f64]) {
        let value = |n: NumberId| values.get(n.index()).copied().unwrap_or(0.0);
        self.waters = corridor.basins.map(|b| Water {
            season: b.season.map(|s| s.max(LEAST_RUNOFF)),
            wash: load::wash_by_month(&b.season, params.wash_response),
            emission_kg_per_t: b.emission_kg_per_t.map(value),
            runoff: 1.0,
            release: Release::default(),
        });
        let waters = &self.waters;
        self.stretches = corridor
            .reaches
            .enumerate()
            .map(|(id, reach)| {
                // A reach that does not flow into a later one would break the one pass downstream.
                let to = reach.to.filter(|to| to.index() > id.index());
                let emission = waters[reach.basin].emission_kg_per_t;
                stretch(params, reach, to, value(reach.flow_m3_per_s), emission)
            })
            .collect();
        self.start_sources(corridor, value);
        self.gauges = corridor.stations.map(|s| Gauge {
            reach: s.reach,
            background: value(s.background_mg_per_l),
            standard: value(s.standard_mg_per_l),
            log_spread: ln(value(s.spread).max(1.0)),
        });
        let townships = corridor.townships.len();
        self.township_reach = corridor.townships.map(|t| t.reach);
        self.load = Dense::filled(0.0, corridor.reaches.len());
        self.index = Dense::filled(0.0, corridor.reaches.len());
        self.readings = Dense::filled(Reading::default(), corridor.stations.len());
        self.exposure = Dense::filled(0.0, townships);
        self.new_land_ha = Dense::filled(0.0, townships);
        (self.forest_loss_ha, self.legacy_t_reo) = (0.0, 0.0);
        self.balance = Balance::default();
        self.restoration = (0.0, 0.0);
    }

    fn start_sources(&mut self, corridor: &Corridor, value: impl Fn(NumberId) -> f64) {
        self.sources.clear();
        let mut add = |mines, reach: ReachId, share| {
            let basin = corridor.reaches[reach].basin;
            self.sources.push(Source { mines, reach, basin, share, stores: Stores::default() });
        };
        for (id, township) in corridor.townships.enumerate() {
            if let Some(reach) = township.reach {
                add(Mines::Township(id), reach, 1.0);
            }
        }
        for (id, origin) in corridor.origins.enumerate() {
            for (reach, share) in &origin.drains {
                add(Mines::Rival(id), *reach, value(*share).max(0.0));
            }
        }
    }

    /// Still stored at all mines, rivals' included, t REO equivalent.
    pub fn stored(&self) -> f64 {
        self.sources.iter().map(|s| s.stores.total()).sum()
    }

    /// Rivers of the month.
    pub fn flow(&self) -> Flow<'_> {
        Flow {
            load: &self.load,
            index: &self.index,
            readings: &self.readings,
            exposure: &self.exposure,
            new_land_ha: &self.new_land_ha,
            forest_loss_ha: self.forest_loss_ha,
            legacy_t_reo: self.legacy_t_reo,
            balance: self.balance,
            waters: &self.waters,
            stretches: &self.stretches,
        }
    }

    /// This month's flow and wash of each basin.
    fn weather(&mut self, params: &Params, (month, of_year): (usize, u8), draws: &Draws) {
        let (sigma, b) = (params.flow_log_sd, params.wash_response);
        let ground_months = load::time_constant(params.legacy_half_life_months);
        let slot = usize::from(of_year).saturating_sub(1).min(11);
        for (i, water) in self.waters.iter_mut().enumerate() {
            let basin = BasinId::new(i);
            let x =
                sigma * dist::normal(draws.uniform(draw::FLOW, basin.address(), month as u32, 0));
            let bs = b * sigma;
            water.runoff = (water.season[slot] * exp(x - 0.5 * sigma * sigma)).max(LEAST_RUNOFF);
            let wash = water.wash[slot] * exp(b * x - 0.5 * bs * bs);
            water.release = Release {
                surface: load::released_share(params.surface_months, wash),
                ground: load::released_share(ground_months, wash),
            };
        }
    }

    /// What each source generates and releases into the head of its reach.
    fn release(&mut self, params: &Params, inputs: &Inputs<'_>) {
        self.load.iter_mut().for_each(|x| *x = 0.0);
        self.legacy_t_reo = 0.0;
        for source in &mut self.sources {
            let (mined, treat, restored) = match source.mines {
                Mines::Township(t) => (inputs.mined[t], inputs.treat[t], self.restoration.1),
                Mines::Rival(o) => (inputs.rival[o], inputs.rival_treat, 0.0),
            };
            let generated = mined.max(0.0) * source.share;
            let split = Split {
                surface_share: params.surface_share,
                treat: treat.clamp(0.0, 1.0),
                capture: params.capture_share,
            };
            let release = self.waters[source.basin].release;
            let outcome = source.stores.month(generated, split, release, restored);
            self.load[source.reach] += outcome.released;
            self.balance.generated += generated;
            self.balance.released += outcome.released;
            self.balance.withheld += outcome.withheld;
            if let Mines::Township(_) = source.mines {
                self.legacy_t_reo += source.stores.total();
            }
        }
    }

    /// Downstream, reach by reach; then the stations.
    fn transport(&mut self) {
        for (id, stretch) in self.stretches.enumerate() {
            let load = self.load[id] * stretch.carried;
            self.load[id] = load;
            if let Some(to) = stretch.to {
                self.load[to] += load;
            }
            self.index[id] = load * stretch.index_per_load / self.waters[stretch.basin].runoff;
        }
        for (id, gauge) in self.gauges.enumerate() {
            let stretch = &self.stretches[gauge.reach];
            let runoff = self.waters[stretch.basin].runoff;
            let per_load = stretch.mg_per_l_per_load;
            let above = per_load.map(|per_load| per_load * self.load[gauge.reach] / runoff);
            let concentration = above.map(|above| gauge.background + above);
            self.readings[id] = Reading {
                concentration_mg_per_l: concentration,
                exceedance: concentration
                    .map_or(0.0, |c| load::exceedance(c, gauge.log_spread, gauge.standard)),
            };
        }
    }
}

/// A reach's tables.
fn stretch(
    params: &Params,
    reach: &crate::config::Reach,
    to: Option<ReachId>,
    flow_m3_per_s: f64,
    emission_kg_per_t: Option<f64>,
) -> Stretch {
    // Bad data must not divide by zero; a trickle is a very dirty river, which is seen.
    let flow = flow_m3_per_s.max(1e-3);
    let carried = load::carried_share(params.loss_per_day, reach.km, params.velocity_m_per_s);
    let reference = params.reference_output_t_reo_per_month.max(1e-9);
    let index_per_load = if params.index_basis < 1.0 {
        1.0 / (reference * carried.max(1e-9))
    } else {
        params.reference_flow_m3_per_s / (reference * flow)
    };
    let mg_per_l_per_load = emission_kg_per_t.map(|e| load::concentration_mg_per_l(e, flow));
    Stretch { basin: reach.basin, to, carried, index_per_load, mg_per_l_per_load }
}

/// One month; see [`State::flow`].
pub fn step(state: &mut State, params: &Params, inputs: Inputs<'_>, draws: &Draws) {
    for (township, &opened) in inputs.opened.enumerate() {
        let cleared = (params.site_ha + params.road_ha_per_site) * opened
            + params.fuelwood_ha_per_t_reo * inputs.mined[township];
        state.new_land_ha[township] = cleared;
        state.forest_loss_ha += cleared;
    }
    if state.stretches.is_empty() {
        return;
    }
    let yearly = inputs.restoration_per_year.clamp(0.0, 1.0);
    if yearly != state.restoration.0 {
        state.restoration = (yearly, 1.0 - pow(1.0 - yearly, 1.0 / 12.0));
    }
    state.weather(params, (inputs.month, inputs.of_year), draws);
    state.release(params, &inputs);
    state.transport();
    for (township, reach) in state.township_reach.enumerate() {
        state.exposure[township] = reach.map_or(0.0, |reach| state.index[reach]);
    }
}

#[cfg(test)]
mod tests;
