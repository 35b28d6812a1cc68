//! What would one write for CORRIDOR-400 alone? A struct for a site, a loop over months, a loop
//! over sites: the yardstick for what terbia's structure costs.

use super::{CONTROLLERS, EVENT, Inputs, MONTHS, PRICE, SCALARS, SERIES, SITES, TAX};
use super::{run_key, start, uniform};
use terbia_model::kernel::math;

/// The two functions that a run needs, so that the yardstick can be measured with either library.
pub(crate) trait Maths {
    /// `e` to the `x`.
    fn exp(x: f64) -> f64;
    /// `x` to the `y`.
    fn pow(x: f64, y: f64) -> f64;
}

/// The functions that terbia's kernel uses: the same bits everywhere.
pub(crate) struct Portable;

impl Maths for Portable {
    fn exp(x: f64) -> f64 {
        math::exp(x)
    }
    fn pow(x: f64, y: f64) -> f64 {
        math::pow(x, y)
    }
}

/// Those of the platform.
pub(crate) struct Platform;

impl Maths for Platform {
    fn exp(x: f64) -> f64 {
        x.exp()
    }
    fn pow(x: f64, y: f64) -> f64 {
        x.powf(y)
    }
}

#[derive(Clone, Debug)]
struct Site {
    controller: usize,
    cost: f64,
    capacity: f64,
    reserve_at_start: f64,
    reserve: f64,
    open: bool,
}

/// What a run hands back.
#[derive(Clone, Debug)]
pub(crate) struct Output {
    /// The series, month by month.
    pub(crate) series: Vec<[f64; SERIES]>,
    /// The scalar outcomes.
    pub(crate) scalars: [f64; SCALARS],
}

/// All sites on the first month.
#[derive(Clone, Debug)]
pub(crate) struct Sites(Vec<Site>);

impl Sites {
    /// Draws them.
    pub(crate) fn new() -> Self {
        let site = |i| {
            let s = start(i);
            Site {
                controller: i % CONTROLLERS,
                cost: s.cost,
                capacity: s.capacity,
                reserve_at_start: s.reserve,
                reserve: s.reserve,
                open: s.open,
            }
        };
        Self((0..SITES).map(site).collect())
    }
}

/// One run.
pub(crate) fn run<M: Maths>(sites: &Sites, p: &Inputs, seed: u64, run: u32) -> Output {
    let mut sites = sites.0.clone();
    let key = run_key(seed, run);
    let tax = TAX.map(|t| t * p.tax_factor);
    let mut series = Vec::with_capacity(MONTHS);
    let (mut price, mut stock, mut border, mut waste) = (PRICE, 3.0 * p.demand, 0.0, 0.0);
    let mut revenue = [0.0; CONTROLLERS];
    let (mut sum_q, mut sum_x, mut sum_unmet) = (0.0, 0.0, 0.0);
    let (mut sum_price, mut top_price) = (0.0, 0.0_f64);

    for t in 0..MONTHS {
        let first = (t * (2 * SITES + 1)) as u64;
        let u0 = uniform(key, first + 2 * SITES as u64);
        let demand = p.demand
            * M::pow(1.0 + p.growth, t as f64)
            * M::pow(price / PRICE, -p.elasticity)
            * (1.0 + p.noise * (2.0 * u0 - 1.0));
        let in_event = EVENT.contains(&t);
        let passing = if in_event { p.passing } else { 1.0 };

        let mut output = [0.0; CONTROLLERS];
        let mut working = 0_u32;
        for (i, site) in sites.iter_mut().enumerate() {
            let at = first + 2 * i as u64;
            let margin = price * (1.0 - tax[site.controller])
                - site.cost * (1.5 - 0.5 * site.reserve / site.reserve_at_start);
            let r = margin / site.cost;
            if site.reserve <= 0.0 {
                site.open = false;
            } else if site.open {
                if uniform(key, at) < p.closing * (-r).clamp(0.0, 1.0) {
                    site.open = false;
                }
            } else if uniform(key, at) < p.opening * r.clamp(0.0, 1.0) {
                site.open = true;
            }
            if site.open {
                let wanted = site.capacity * (0.8 + 0.4 * uniform(key, at + 1));
                let y = wanted.min(site.reserve);
                site.reserve -= y;
                output[site.controller] += y;
                working += 1;
            }
        }

        let q: f64 = output.iter().sum();
        for ((g, tax), y) in revenue.iter_mut().zip(tax).zip(output) {
            *g += tax * price * y;
        }
        let released = if in_event { 0.0 } else { 0.1 * border };
        let x = passing * q + released;
        border += (1.0 - passing) * q - released;
        let available = stock + x;
        sum_unmet += (demand - available).max(0.0);
        stock = (available - demand).max(0.0);
        let gap = ((3.0 * demand - stock) / (3.0 * demand)).clamp(-1.0, 1.0);
        price = (price * M::exp(p.kappa * gap)).clamp(20.0, 500.0);
        waste = 0.97 * waste + 0.01 * q;

        sum_q += q;
        sum_x += x;
        sum_price += price;
        top_price = top_price.max(price);
        series.push([price, demand, q, x, stock, border, waste, f64::from(working)]);
    }
    let mean_price = sum_price / MONTHS as f64;
    let [g0, g1, g2, g3] = revenue;
    let scalars = [sum_q, sum_x, sum_unmet, mean_price, top_price, g0, g1, g2, g3, waste];
    Output { series, scalars }
}
