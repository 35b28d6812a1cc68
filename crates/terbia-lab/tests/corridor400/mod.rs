//! Can another model stand on this kernel, and what does the structure cost it?
//!
//! CORRIDOR-400 is a small stylised corridor on which simulators are compared: 400 mines under four
//! controllers, 216 months, two draws for each site and month, a market with one price, a closure,
//! entry and exit, a pollutant. Here it stands twice: [`kernel`] on terbia's tables, mathematics
//! and ensemble runner, [`scalar`] as the plain loop that one would write for this model alone.
//! Both take the same draws and add in the same order, so they must agree to the last bit.
//!
//! ```text
//! D = D0 (1+g)^t (P/P0)^-eps (1 + sig (2 u0 - 1));     f = phi in the event, else 1
//! m = P (1 - tau_z) - c (1.5 - 0.5 R/R0);  r = m/c
//! an open site closes if u1 < a_out clamp(-r, 0, 1), a shut one opens if u1 < a_in clamp(r, 0, 1)
//! y = open ? min(q (0.8 + 0.4 u2), R) : 0;  R -= y;  G_z += tau_z P sum y
//! X = f Q + rel;  B += (1 - f) Q - rel;  S = max(0, S + X - D);  W = 0.97 W + 0.01 Q
//! P = clamp(P exp(kappa clamp((3 D - S)/(3 D), -1, 1)), 20, 500)
//! ```

pub(crate) mod kernel;
pub(crate) mod scalar;

/// Mines.
pub(crate) const SITES: usize = 400;
/// Controllers; site `i` is under controller `i % 4`.
pub(crate) const CONTROLLERS: usize = 4;
/// Months of a run.
pub(crate) const MONTHS: usize = 216;
/// Price on the first month.
pub(crate) const PRICE: f64 = 100.0;
/// Tax rate of each controller.
pub(crate) const TAX: [f64; CONTROLLERS] = [0.10, 0.20, 0.30, 0.15];
/// Months of the closure.
pub(crate) const EVENT: std::ops::Range<usize> = 140..152;
/// Monthly series: P, D, Q, X, S, B, W, K.
pub(crate) const SERIES: usize = 8;
/// Scalar outcomes: sum Q, sum X, sum unmet, mean P, max P, G of each controller, W at the end.
pub(crate) const SCALARS: usize = 10;
/// Seed of all runs.
pub(crate) const SEED: u64 = 20_260_101;
/// Key of what is the same in every run.
const ATTRIBUTES: u64 = 0x00C0_FFEE;
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// The uncertain numbers of a run, in the order of the columns of the design.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inputs {
    /// Demand at the start.
    pub(crate) demand: f64,
    /// Its monthly growth.
    pub(crate) growth: f64,
    /// Price elasticity of demand.
    pub(crate) elasticity: f64,
    /// Speed of the price.
    pub(crate) kappa: f64,
    /// Rate of opening.
    pub(crate) opening: f64,
    /// Rate of closing.
    pub(crate) closing: f64,
    /// Factor on taxes.
    pub(crate) tax_factor: f64,
    /// Share that passes in the event.
    pub(crate) passing: f64,
    /// Half-width of the noise in demand.
    pub(crate) noise: f64,
}

impl Inputs {
    /// From a row of the design.
    pub(crate) fn from_row(row: &[f64]) -> Self {
        let &[demand, growth, elasticity, kappa, opening, closing, tax_factor, passing, noise] =
            row
        else {
            panic!("a row of the design has nine numbers, not {}", row.len());
        };
        Self { demand, growth, elasticity, kappa, opening, closing, tax_factor, passing, noise }
    }
}

/// Rows of a table of numbers; lines that are not numbers are headings.
pub(crate) fn table(text: &str) -> Vec<Vec<f64>> {
    let row = |line: &str| line.split(',').map(|x| x.trim().parse().ok()).collect();
    text.lines().filter_map(row).collect()
}

/// The first 64 rows of the published design; run `r` takes row `r % 64`.
pub(crate) fn design() -> Vec<Vec<f64>> {
    table(include_str!("../../benches/data/design.csv"))
}

/// Published scalars of runs 0 to 7.
pub(crate) fn reference() -> Vec<Vec<f64>> {
    table(include_str!("../../benches/data/reference_runs_0_7.csv"))
}

/// `SplitMix64`: the mixing function alone.
fn mix(mut x: u64) -> u64 {
    x ^= x >> 30;
    x = x.wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x ^= x >> 27;
    x = x.wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// Draw `n` under `key`, in 0..1.
pub(crate) fn uniform(key: u64, n: u64) -> f64 {
    const SCALE: f64 = 1.0 / (1_u64 << 53) as f64;
    (mix(key.wrapping_add(GOLDEN.wrapping_mul(n.wrapping_add(1)))) >> 11) as f64 * SCALE
}

/// Key of the draws of a run.
pub(crate) fn run_key(seed: u64, run: u32) -> u64 {
    mix(seed.wrapping_add(GOLDEN.wrapping_mul(u64::from(run) + 1)))
}

/// A mine on the first month.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    /// Unit cost.
    pub(crate) cost: f64,
    /// Capacity, t/month.
    pub(crate) capacity: f64,
    /// Reserve, t.
    pub(crate) reserve: f64,
    /// Whether it works.
    pub(crate) open: bool,
}

/// Site `i` on the first month, the same in every run.
pub(crate) fn start(i: usize) -> Start {
    let u = |which: u64| uniform(ATTRIBUTES, 4 * i as u64 + which);
    let capacity = 5.0 + 25.0 * u(1);
    Start {
        cost: 30.0 + 90.0 * u(0),
        capacity,
        reserve: capacity * (60.0 + 240.0 * u(2)),
        open: u(3) < 0.3,
    }
}
