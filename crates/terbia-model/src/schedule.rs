//! What happens in a month, and in which order? This one function, top to bottom.
//!
//! Anything read from `state` was settled last month; anything in a `let` is this month's. That one
//! rule settles every question of feedback. The numbered comments are the process overview of the
//! ODD.

use crate::books::Books;
use crate::config::Corridor;
use crate::kernel::id::{Dense, FormId, GateId, Id, TownshipId};
use crate::kernel::quantity::{CnyPerUsd, ReoPerGross, TonnesGross, TonnesReo};
use crate::kernel::rng::Draws;
use crate::kernel::time::Month;
use crate::module::{Params, control, extraction, gate, haulage, levy, market};
use crate::settings::Settings;

/// Everything that a month leaves behind for the next.
#[derive(Clone, Debug, Default)]
pub struct State {
    /// Who holds what.
    pub control: control::State,
    /// Openness of gates.
    pub gate: gate::State,
    /// Rates and receipts.
    pub levy: levy::State,
    /// Sites and reagents.
    pub extraction: extraction::State,
    /// Stocks.
    pub haulage: haulage::State,
    /// Inventories, beliefs, prices.
    pub market: market::State,
    /// The two ledgers.
    pub books: Books,
}

/// What a run is told: the corridor, its values, and tables made from them. Tables that depend on the
/// month are rewritten by it and remember nothing.
#[derive(Clone, Debug)]
pub struct World<'c> {
    /// The corridor.
    pub corridor: &'c Corridor,
    /// One value for each of its numbers.
    pub values: Vec<f64>,
    /// The values of the modules.
    pub params: Params,
    /// Product that each gate passes when open, t REO a month at this month's mix of forms.
    pub capacity_reo: Dense<GateId, f64>,
    /// The same in gross tonnes.
    pub capacity_gross: Dense<GateId, f64>,
    /// Factor on the entry of sites, by township and month.
    pub licence: Dense<TownshipId, Vec<f64>>,
    /// Factor on output, by township and month.
    pub halt: Dense<TownshipId, Vec<f64>>,
    /// What mines meet; the parts that change are rewritten each month.
    pub conditions: Dense<TownshipId, extraction::Conditions>,
    /// What townships send; rewritten each month.
    pub dispatch: Dense<TownshipId, haulage::Dispatch>,
    /// Gross tonnes offered to the levy; rewritten each month.
    pub taxable: Dense<TownshipId, TonnesGross>,
    /// Share of the REO shipped in each form this month.
    pub form_share: Dense<FormId, f64>,
    /// Part of each gate that an announced closure will shut, 0..1; rewritten each month.
    pub shut_ahead: Dense<GateId, f64>,
    /// How levers stand; rewritten each month.
    pub settings: Settings,
    /// Chance.
    pub draws: Draws,
}

/// What the month did, for outcomes to read.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The corridor.
    pub corridor: &'a Corridor,
    /// Its values in this run.
    pub values: &'a [f64],
    /// Module values.
    pub params: &'a Params,
    /// Months since the start.
    pub month: usize,
    /// Gates.
    pub gates: gate::Flow<'a>,
    /// Mines.
    pub mines: extraction::Flow<'a>,
    /// Roads and yards.
    pub roads: haulage::Flow<'a>,
    /// Levies asked and paid.
    pub levies: levy::Flow<'a>,
    /// Market after the month.
    pub market: &'a market::State,
    /// Share of the REO shipped in each form.
    pub form_share: &'a Dense<FormId, f64>,
    /// Oxide in a gross tonne of this month's mix.
    pub reo_per_gross: ReoPerGross,
    /// Exchange rate.
    pub fx: CnyPerUsd,
}

/// One month.
///
/// Fails with the name of a ledger that does not close: a bug, not an input.
pub fn month<'a>(
    state: &'a mut State,
    world: &'a mut World<'_>,
    index: usize,
) -> Result<View<'a>, &'static str> {
    // Exhaustive on purpose: a module without a step does not compile.
    let State { control, gate, levy, extraction, haulage, market, books } = state;
    let corridor = world.corridor;
    let now: Month = corridor.start.plus(index as i32);
    let price = market.basket_price();
    let live = index >= corridor.timeline.live_from;

    // 1. Exogenous drivers: the mix of product forms, the exchange rate.
    let reo_per_gross = world.mix_forms(index);
    let fx = CnyPerUsd(world.series(corridor.roles.fx, index));

    // 2. Control: who holds which ground, and for how long.
    let weights = &world.conditions;
    let weight = |t: usize| weights[TownshipId::new(t)].prospectivity;
    let control = control::step(control, corridor, index, std::iter::empty(), weight);

    // 3. Gates: which crossings let what through.
    let gates = gate::step(gate, &world.capacity_gross, index, |_| (1.0, 1.0));

    // 4. Levy asked: what leaving a township costs, at last month's price.
    let asked = price * reo_per_gross;
    let elasticity = world.params.market.demand_elasticity;
    let terms = levy::Terms {
        price: asked,
        buyers_share: levy::buyers_share(world.params.levy.supply_elasticity, elasticity),
        seizure_share: world.params.haulage.seizure_share,
    };
    levy.settle(corridor, &world.settings, (index, live), None);
    let quotes = levy.quote(&world.params.levy, corridor, &world.values, control, terms);

    // 5. Extraction: sites settle, open, order reagents and produce.
    let access = haulage.access(gates.product, gates.reagents);
    for township in corridor.townships.ids() {
        let c = &mut world.conditions[township];
        c.open = access[township].open;
        c.reagents_open = access[township].reagents_open;
        c.haulage = access[township].cost_cny_per_t / reo_per_gross.get();
        c.levy = quotes[township].operators.get() / reo_per_gross.get();
        c.licence = world.licence[township][index];
        c.halt = world.halt[township][index];
    }
    extraction::step(
        extraction,
        &world.params.extraction,
        &world.conditions,
        price.get(),
        (index, now.of_year()),
        &world.draws,
    );
    let mines = extraction.flow();

    // 6. Haulage: stock is sent, gates pass what they can, some leaks, some rushes ahead.
    let ahead = world.closure_ahead(index);
    for township in corridor.townships.ids() {
        world.dispatch[township] = haulage::Dispatch {
            mined: mines.by_township[township].mined,
            legal_share: quotes[township].legal_share,
            ..haulage::Dispatch::default()
        };
    }
    for gate in corridor.gates.ids() {
        world.capacity_reo[gate] = world.capacity_gross[gate] * reo_per_gross.get();
    }
    let open = 1.0 - closed_share(&world.conditions, &world.dispatch);
    let within = ahead.lead_months <= world.params.haulage.rush_horizon_months;
    haulage::step(
        haulage,
        &world.params.haulage,
        &world.dispatch,
        gates.product,
        &world.capacity_reo,
        (mines.dryness, if within { ahead.share } else { 0.0 }),
    );
    let roads = haulage.flow();

    // 7. Levy paid: what was sent legally pays its holder, who budgets the revenue.
    for (township, sent) in roads.sent.enumerate() {
        world.taxable[township] = TonnesReo(*sent) / reo_per_gross;
    }
    let spending = levy::Spending { settings: &world.settings, sharing: 0.0 };
    levy::step(
        levy,
        &world.params.levy,
        (corridor, &world.values),
        control.holder,
        &world.taxable,
        spending,
    );
    let levies = levy.flow();

    // 8. Market: stocks, beliefs, prices, alternatives.
    let arrivals = market::Arrivals {
        reo: roads.totals.through_gates + roads.totals.leaked,
        open,
        leak: world.params.haulage.leak_share,
        announced: ahead.share,
        announced_lead_months: ahead.lead_months,
        permanent: ahead.permanent,
        announced_permanent: ahead.announced_permanent,
    };
    market::step(
        market,
        &world.params.market,
        corridor,
        &world.values,
        (&arrivals, market::Policy::NEUTRAL, index),
        &world.draws,
    );

    // 9. Books: every tonne and every yuan is somewhere.
    books.post_mass(mines, roads.totals);
    books.post_money(levies.receipts);
    books.close(corridor, |t| extraction.reserve(t), haulage.stock())?;

    Ok(View {
        corridor,
        values: &world.values,
        params: &world.params,
        month: index,
        gates,
        mines,
        roads,
        levies,
        market,
        form_share: &world.form_share,
        reo_per_gross,
        fx,
    })
}

/// A closure that is under way or announced.
#[derive(Clone, Copy, Debug, Default)]
struct Ahead {
    /// Part of the product capacity that an announced closure will shut, 0..1.
    share: f64,
    /// Months until it begins.
    lead_months: f64,
    /// Whether it is taken for permanent.
    announced_permanent: bool,
    /// Whether most of the way is shut at present by closures taken for permanent.
    permanent: bool,
}

/// Share of the product, weighted by what townships mine, that finds the way shut.
fn closed_share(
    conditions: &Dense<TownshipId, extraction::Conditions>,
    dispatch: &Dense<TownshipId, haulage::Dispatch>,
) -> f64 {
    let (mut shut, mut all) = (0.0, 0.0);
    for (c, d) in conditions.iter().zip(dispatch) {
        // Prospectivity stands in for the size of a township in a month without output.
        let weight = d.mined + 1e-6 * c.prospectivity;
        shut += weight * (1.0 - c.open);
        all += weight;
    }
    if all > 0.0 { shut / all } else { 0.0 }
}

impl World<'_> {
    fn series(&self, id: crate::kernel::id::SeriesId, month: usize) -> f64 {
        let series = &self.corridor.series[id];
        series.values[month] * self.values[series.scale.index()]
    }

    /// Works out the mix of product forms; returns the oxide in a gross tonne of it.
    fn mix_forms(&mut self, month: usize) -> ReoPerGross {
        let (mut rest, mut gross_per_reo) = (1.0, 0.0);
        for (id, form) in self.corridor.forms.enumerate() {
            let share = match form.ship_share {
                Some(series) => self.series(series, month).clamp(0.0, rest),
                None => rest,
            };
            rest -= share;
            self.form_share[id] = share;
            gross_per_reo += share / self.values[form.reo_per_gross.index()];
        }
        ReoPerGross(1.0 / gross_per_reo)
    }

    /// What the market knows of closures in this month.
    fn closure_ahead(&mut self, month: usize) -> Ahead {
        let all: f64 = self.capacity_gross.iter().sum();
        let mut ahead = Ahead { lead_months: f64::INFINITY, ..Ahead::default() };
        let mut shut_for_good = 0.0;
        self.shut_ahead.iter_mut().for_each(|shut| *shut = 0.0);
        for closure in &self.corridor.timeline.closures {
            let shut = 1.0 - self.values[closure.product.index()];
            let told = closure.announced < closure.from && month >= closure.announced;
            if closure.permanent && (closure.from..closure.until).contains(&month) {
                let gates = closure.gates.iter().map(|g| self.capacity_gross[*g]);
                shut_for_good += shut * gates.sum::<f64>();
            }
            // The month in which it begins still has days before it.
            if told && month <= closure.from {
                for gate in &closure.gates {
                    self.shut_ahead[*gate] = self.shut_ahead[*gate].max(shut);
                }
                ahead.announced_permanent |= closure.permanent;
                ahead.lead_months = ahead.lead_months.min((closure.from - month) as f64);
            }
        }
        let weighted = self.shut_ahead.iter().zip(&self.capacity_gross).map(|(s, c)| s * c);
        ahead.share = if all > 0.0 { weighted.sum::<f64>() / all } else { 0.0 };
        ahead.permanent = shut_for_good > 0.5 * all;
        ahead
    }
}
