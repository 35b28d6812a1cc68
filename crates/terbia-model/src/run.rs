//! How do months become a run? An engine that keeps its memory from run to run.

use crate::config::Corridor;
use crate::kernel::id::{Dense, Id};
use crate::kernel::math::exp_m1;
use crate::kernel::quantity::{Cny, TonnesGross};
use crate::kernel::rng::Draws;
use crate::module::{Params, extraction, geopolitics, grievance, haulage};
use crate::outcome;
use crate::schedule::{self, State, World, month};
use crate::settings::Settings;

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum RunStatus {
    /// At its last month.
    Finished,
    /// Before it: a number left the finite world or a ledger did not close. The run is data, not a
    /// reason to stop the others.
    Diverged {
        /// Months since the start.
        month: usize,
        /// What went wrong.
        what: &'static str,
    },
}

/// Runs a corridor again and again, reusing its memory.
#[derive(Clone, Debug)]
pub struct Engine<'c> {
    state: State,
    world: World<'c>,
    months: usize,
    sheet: outcome::Sheet,
    row: Vec<f64>,
}

impl State {
    /// Draws anew what pending events wait for. Exhaustive on purpose: whoever adds a module has to
    /// say whether it keeps a draw from one month to another.
    fn redraw(&mut self, draws: &Draws) {
        let Self {
            alignment: _,
            ceasefire,
            conflict,
            control: _,
            bargain,
            gate: _,
            levy: _,
            extraction,
            haulage: _,
            market: _,
            geopolitics,
            river: _,
            grievance: _,
            stability: _,
            memory: _,
            books: _,
        } = self;
        ceasefire.redraw(draws);
        conflict.redraw(draws);
        bargain.redraw(draws);
        extraction.redraw(draws);
        geopolitics.redraw(draws);
    }
}

impl<'c> Engine<'c> {
    /// An engine for the first `months` of a corridor (at most as many as it covers).
    pub fn new(corridor: &'c Corridor, months: usize) -> Self {
        let months = months.min(corridor.months);
        let values = corridor.best_values();
        let params = Params::from_values(&mut values.iter());
        let (towns, gates) = (corridor.townships.len(), corridor.gates.len());
        let world = World {
            corridor,
            values,
            params,
            side_of: corridor.actors.ids().map(|a| schedule::side_of(corridor, a)).collect(),
            capacity_reo: Dense::filled(0.0, gates),
            capacity_gross: Dense::filled(0.0, gates),
            licence: Dense::filled(vec![1.0; months], towns),
            halt: Dense::filled(vec![1.0; months], towns),
            conditions: Dense::filled(extraction::Conditions::default(), towns),
            dispatch: Dense::filled(haulage::Dispatch::default(), towns),
            taxable: Dense::filled(TonnesGross::ZERO, towns),
            sold: Dense::filled(Cny::ZERO, towns),
            sale_share: Dense::filled(1.0, corridor.actors.len()),
            form_share: Dense::filled(0.0, corridor.forms.len()),
            shut_ahead: Dense::filled(0.0, gates),
            stopped: [0; 2].map(|_| Dense::filled(0.0, towns)),
            prize_cny: schedule::fronts(corridor),
            origin_supply: Dense::filled(0.0, corridor.origins.len()),
            origin_actual: Dense::filled(0.0, corridor.origins.len()),
            offers: vec![
                geopolitics::Offer::default();
                corridor.politics.as_ref().map_or(0, |p| p.partners.len())
            ],
            road: Dense::filled(None, corridor.politics.as_ref().map_or(0, |p| p.routes.len())),
            met: Dense::filled(grievance::Conditions::default(), towns),
            need: Dense::filled(0.0, corridor.actors.len()),
            to_river: [0; 3].map(|_| Dense::filled(0.0, towns)),
            price_at_start: 1.0,
            margin_at_start: 1.0,
            settings: Settings::neutral(corridor),
            draws: Draws::new(0, 0),
        };
        Self {
            state: State::default(),
            world,
            months,
            sheet: outcome::Sheet::new(corridor),
            row: Vec::new(),
        }
    }

    /// Number of months of a run.
    pub fn months(&self) -> usize {
        self.months
    }

    /// Runs once: a pure function of the corridor, `values` (one for each of its numbers), `seed`
    /// and `run`.
    ///
    /// Calls `record(month, row)` after each month; the row is parallel to [`outcome::columns`].
    pub fn run(
        &mut self,
        values: &[f64],
        chance: (u64, u32),
        mut record: impl FnMut(usize, &[f64]),
    ) -> RunStatus {
        self.begin(values, chance);
        for index in 0..self.months {
            match self.step(index) {
                Ok(row) => record(index, row),
                Err(what) => return RunStatus::Diverged { month: index, what },
            }
        }
        RunStatus::Finished
    }

    /// Begins a run that is made month by month, with [`Self::step`].
    pub fn begin(&mut self, values: &[f64], (seed, run): (u64, u32)) {
        self.start(values, Draws::new(seed, run));
    }

    /// Makes the month `index`, which follows the one made before; its row is parallel to
    /// [`outcome::columns`]. An error says why the run diverged, and ends it.
    pub fn step(&mut self, index: usize) -> Result<&[f64], &'static str> {
        let view = month(&mut self.state, &mut self.world, index)?;
        self.sheet.fill(&view, &mut self.row);
        // To the end, whatever comes: that is quicker than to stop at the first.
        if !self.row.iter().fold(true, |finite, x| finite & x.is_finite()) {
            return Err("an outcome is not a finite number");
        }
        Ok(&self.row)
    }

    /// Lets the run go on with other chances from the next month on: all that has happened stays,
    /// what has not is drawn as if by (`seed`, `run`). The same pair that the run has changes nothing.
    ///
    /// Chance enters a month in two ways. A draw addressed by its month, or by a count of what has
    /// happened, is used once, so other draws are all that later ones need. An event waits for a
    /// threshold drawn beforehand; what is left of it is drawn anew, which gives it the law that it
    /// had ([`crate::kernel::event`]). So a copy of a run that is redrawn is one more run out of the
    /// same past, provided that the pair was not that of the run, or of one that it was copied from,
    /// at any earlier time.
    pub fn redraw(&mut self, (seed, run): (u64, u32)) {
        let draws = Draws::new(seed, run);
        if draws != self.world.draws {
            self.world.draws = draws;
            self.state.redraw(&draws);
        }
    }

    /// The same run with the sites kept in another order each month, to show that it cannot matter.
    #[cfg(test)]
    pub(crate) fn run_permuted(
        &mut self,
        values: &[f64],
        (seed, run): (u64, u32),
        mut record: impl FnMut(usize, &[f64]),
    ) {
        self.start(values, Draws::new(seed, run));
        for index in 0..self.months {
            self.state.extraction.permute();
            if let Ok(view) = month(&mut self.state, &mut self.world, index) {
                self.sheet.fill(&view, &mut self.row);
            }
            record(index, &self.row);
        }
    }

    /// The state after the last month of the last run, for tests of invariants.
    pub fn state(&self) -> &State {
        &self.state
    }

    fn start(&mut self, values: &[f64], draws: Draws) {
        let Self { state, world, months, .. } = self;
        let corridor = world.corridor;
        world.values.clear();
        world.values.extend_from_slice(values);
        world.params = Params::from_values(&mut world.values.iter());
        world.draws = draws;
        let of = |n: crate::kernel::id::NumberId| values[n.index()];
        for (capacity, gate) in world.capacity_gross.iter_mut().zip(&corridor.gates) {
            *capacity = of(gate.capacity_t_per_month);
        }
        for (id, township) in corridor.townships.enumerate() {
            corridor.timeline.licence[id].fill(values, &mut world.licence[id]);
            corridor.timeline.halt[id].fill(values, &mut world.halt[id]);
            world.conditions[id] = extraction::Conditions {
                prospectivity: of(township.prospectivity),
                tenure_hazard: of(township.tenure_hazard_per_month),
                sites_at_start: of(township.sites_at_start),
                decline_per_t: township.half_grade_t_reo.map_or(0.0, |half| 1.0 / of(half)),
                ..extraction::Conditions::default()
            };
        }
        for (actor, budget) in corridor.holders() {
            let months = budget.stock_sale_months.map(of);
            world.sale_share[actor] = months.map_or(1.0, |months| -exp_m1(-1.0 / months));
        }
        // Weights of townships are relative: only together with the rate of entry do they count.
        let weights: f64 = world.conditions.iter().map(|c| c.prospectivity).sum();
        if weights > 0.0 {
            world.conditions.iter_mut().for_each(|c| c.prospectivity /= weights);
        }
        state.control.start(corridor);
        state.gate.start(corridor, values, *months);
        state.levy.start(corridor, values, *months);
        // The market needs the arrivals of a normal month, mines the price that the market sets.
        let sites: f64 = world.conditions.iter().map(|c| c.sites_at_start).sum();
        let normal = sites * world.params.extraction.site_output_t_reo_per_month;
        state.market.start(&world.params.market, corridor, values, (normal, *months));
        let price = state.market.basket_price().get();
        let p = &world.params.extraction;
        state.extraction.start(p, corridor, &world.conditions, price, &world.draws);
        let share: Dense<_, f64> = world.conditions.map(|c| c.sites_at_start / sites.max(1.0));
        let stock = normal * world.params.haulage.stock_at_start_months;
        let of_township = (|t| stock * share[t], |t| normal * share[t]);
        state.haulage.start(&world.params.haulage, corridor, values, of_township);
        world.settings = Settings::neutral(corridor);
        world.begin(price);
        let memory = &mut state.memory;
        let worth = corridor.townships.ids().map(|t| normal * share[t] * price);
        memory.worth_cny.clone_from(&worth.collect());
        memory.smuggled_share = 0.0;
        memory.lost_cny = 0.0;
        let (p, draws) = (&world.params, &world.draws);
        state.alignment.start(&p.alignment, corridor.politics.as_ref(), values);
        state.ceasefire.start(&p.ceasefire, corridor, values);
        state.conflict.start(&p.conflict, corridor, values, draws);
        state.bargain.start(&p.bargain, draws);
        state.geopolitics.start(corridor, values, draws);
        state.river.start(&p.river, corridor, values);
        state.grievance.start(&p.grievance, corridor, values);
        state.stability.start();
        let opening = state.haulage.stock();
        state.books.start(corridor, |t| state.extraction.reserve_at_start(t), opening);
    }
}
