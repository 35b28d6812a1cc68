//! How does CORRIDOR-400 look on terbia's kernel? Dense tables, one array for each property of a
//! site; the sites of a controller together, as those of a township are in the product model.

use super::{CONTROLLERS, EVENT, Inputs, MONTHS, PRICE, SCALARS, SERIES, SITES, TAX};
use super::{run_key, start, uniform};
use terbia_lab::ensemble::{Model, RunStatus, Slot};
use terbia_model::kernel::id::{Dense, Id};
use terbia_model::kernel::math;

/// A party that taxes the sites under it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ControllerId(u32);

impl Id for ControllerId {
    fn new(index: usize) -> Self {
        Self(index as u32)
    }
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// What never changes about the sites of a controller.
#[derive(Clone, Debug, Default)]
struct Ground {
    cost: Vec<f64>,
    capacity: Vec<f64>,
    reserve: Vec<f64>,
    open: Vec<bool>,
}

/// What does.
#[derive(Clone, Debug, Default)]
struct Sites {
    reserve: Vec<f64>,
    open: Vec<bool>,
}

/// What all sites of a controller meet in a month.
#[derive(Clone, Copy, Debug)]
struct Conditions {
    /// Price less tax.
    net: f64,
    opening: f64,
    closing: f64,
    /// Key of the run.
    key: u64,
    /// Number of the controller's first draw this month.
    first: u64,
}

impl Sites {
    /// One month; returns output and the number of sites that work.
    fn step(&mut self, ground: &Ground, c: Conditions) -> (f64, u32) {
        let (mut output, mut working) = (0.0, 0);
        let fixed = ground.cost.iter().zip(&ground.capacity).zip(&ground.reserve);
        let moving = self.reserve.iter_mut().zip(&mut self.open);
        let mut at = c.first;
        for (((cost, capacity), full), (reserve, open)) in fixed.zip(moving) {
            let r = (c.net - cost * (1.5 - 0.5 * *reserve / full)) / cost;
            if *reserve <= 0.0 {
                *open = false;
            } else if *open {
                *open = uniform(c.key, at) >= c.closing * (-r).clamp(0.0, 1.0);
            } else {
                *open = uniform(c.key, at) < c.opening * r.clamp(0.0, 1.0);
            }
            if *open {
                let wanted = capacity * (0.8 + 0.4 * uniform(c.key, at + 1));
                let y = wanted.min(*reserve);
                *reserve -= y;
                output += y;
                working += 1;
            }
            at += 2 * CONTROLLERS as u64;
        }
        (output, working)
    }
}

/// The model.
#[derive(Clone, Debug)]
pub(crate) struct Corridor400 {
    ground: Dense<ControllerId, Ground>,
    design: Vec<Vec<f64>>,
    seed: u64,
}

impl Corridor400 {
    /// With the sites of the specification; run `r` takes row `r` of the design, round and round.
    pub(crate) fn new(design: Vec<Vec<f64>>, seed: u64) -> Self {
        let mut ground = Dense::filled(Ground::default(), CONTROLLERS);
        for i in 0..SITES {
            let site = start(i);
            let ground = &mut ground[ControllerId::new(i % CONTROLLERS)];
            ground.cost.push(site.cost);
            ground.capacity.push(site.capacity);
            ground.reserve.push(site.reserve);
            ground.open.push(site.open);
        }
        Self { ground, design, seed }
    }
}

/// What a month leaves behind for the next, and what a run adds up.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    sites: Dense<ControllerId, Sites>,
    revenue: Dense<ControllerId, f64>,
    output: Dense<ControllerId, f64>,
    price: f64,
    stock: f64,
    border: f64,
    waste: f64,
    sums: Sums,
}

#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    output: f64,
    passed: f64,
    unmet: f64,
    price: f64,
    top_price: f64,
}

impl State {
    fn start(&mut self, ground: &Dense<ControllerId, Ground>, p: &Inputs) {
        if self.sites.is_empty() {
            self.sites = ground.map(|_| Sites::default());
        }
        for (sites, ground) in self.sites.iter_mut().zip(ground) {
            sites.reserve.clone_from(&ground.reserve);
            sites.open.clone_from(&ground.open);
        }
        self.revenue.clone_from(&ground.map(|_| 0.0));
        self.output.clone_from(&self.revenue);
        (self.price, self.stock) = (PRICE, 3.0 * p.demand);
        (self.border, self.waste, self.sums) = (0.0, 0.0, Sums::default());
    }

    /// One month; returns its row of the series.
    fn month(
        &mut self,
        ground: &Dense<ControllerId, Ground>,
        p: &Inputs,
        key: u64,
        month: usize,
    ) -> [f64; SERIES] {
        let first = (month * (2 * SITES + 1)) as u64;
        let noise = 2.0 * uniform(key, first + 2 * SITES as u64) - 1.0;
        let trend = p.demand * math::pow(1.0 + p.growth, month as f64);
        let demand = trend * math::pow(self.price / PRICE, -p.elasticity) * (1.0 + p.noise * noise);

        let mut working = 0;
        for (id, ground) in ground.enumerate() {
            let tax = TAX[id.index()] * p.tax_factor;
            let conditions = Conditions {
                net: self.price * (1.0 - tax),
                opening: p.opening,
                closing: p.closing,
                key,
                first: first + 2 * id.index() as u64,
            };
            let (output, sites) = self.sites[id].step(ground, conditions);
            self.output[id] = output;
            self.revenue[id] += tax * self.price * output;
            working += sites;
        }

        let in_event = EVENT.contains(&month);
        let passing = if in_event { p.passing } else { 1.0 };
        let q: f64 = self.output.iter().sum();
        let released = if in_event { 0.0 } else { 0.1 * self.border };
        let x = passing * q + released;
        self.border += (1.0 - passing) * q - released;
        let available = self.stock + x;
        self.stock = (available - demand).max(0.0);
        let gap = ((3.0 * demand - self.stock) / (3.0 * demand)).clamp(-1.0, 1.0);
        self.price = (self.price * math::exp(p.kappa * gap)).clamp(20.0, 500.0);
        self.waste = 0.97 * self.waste + 0.01 * q;

        let sums = &mut self.sums;
        sums.output += q;
        sums.passed += x;
        sums.unmet += (demand - available).max(0.0);
        sums.price += self.price;
        sums.top_price = sums.top_price.max(self.price);
        [self.price, demand, q, x, self.stock, self.border, self.waste, f64::from(working)]
    }
}

impl Model for Corridor400 {
    type Worker = State;

    fn worker(&self) -> State {
        State::default()
    }
    fn months(&self) -> usize {
        MONTHS
    }
    fn columns(&self) -> usize {
        SERIES
    }
    fn inputs(&self) -> usize {
        9
    }
    fn scalars(&self) -> usize {
        SCALARS
    }

    fn run(&self, state: &mut State, run: u32, slot: &mut Slot<'_>) -> RunStatus {
        let row = &self.design[run as usize % self.design.len()];
        for (input, value) in row.iter().enumerate() {
            slot.set_input(input, *value);
        }
        let p = Inputs::from_row(row);
        let key = run_key(self.seed, run);
        state.start(&self.ground, &p);
        for month in 0..MONTHS {
            let row = state.month(&self.ground, &p, key, month);
            for (column, value) in row.into_iter().enumerate() {
                slot.set(column, month, value);
            }
        }
        let Sums { output, passed, unmet, price, top_price } = state.sums;
        let first = [output, passed, unmet, price / MONTHS as f64, top_price];
        let all = first.into_iter().chain(state.revenue.iter().copied()).chain([state.waste]);
        for (scalar, value) in all.enumerate() {
            slot.set_scalar(scalar, value);
        }
        RunStatus::Finished
    }
}
