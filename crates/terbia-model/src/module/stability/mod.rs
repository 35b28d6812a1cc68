//! How stable is the corridor this month? Six figures side by side, never one in their place.
//!
//! Mechanism: stability is not one thing. Whether the guns stay silent, trade flows, the treasury
//! can plan, people die, neighbours bear it and the bargaining position lasts are six answers, and a
//! policy may better one at the cost of another. Each is read off the last year or the coming two.
//!
//! ```text
//! S1 survival   = 0 during an offensive; exp(−Λ_24) in a truce; else exp(−24 h)         0..1
//! S2 continuity = 1 − closed gate-months in 12 / 12                                      0..1
//! S3 steadiness = max(0, 1 − sd/mean of the holder's net levy revenue over 12 months)    0..1
//! S4 quiet      = exp(−front moves in 12 months − losses in 12 months / mean capability) 0..1
//! S5 licence    = (1 − P(wave of protest)) (1 − mean exceedance over stations)           0..1
//! S6 drift      = ln(leverage) − ln(leverage 12 months ago)                              1/year
//! ```
//!
//! Reads: hazards and offensives, the hazard of a truce's breakdown, closed gates, net revenue, front
//! moves, losses and means, protest, exceedance, leverage. Writes: the six. Limits: a year that has
//! not passed yet is taken over the months there are; one front move weighs as much as the loss of all
//! means; the horizon and the window are conventions, not parameters.

use crate::kernel::math::{exp, ln, sqrt};

/// For `explain`.
pub const ABOUT: &str = "Survival without an offensive, continuity of trade, steadiness of revenue, quiet, \
    social licence, drift of leverage: six figures of stability, each month.";

/// Months over which survival is looked ahead.
pub const HORIZON_MONTHS: f64 = 24.0;
/// Months that are looked back on.
pub const WINDOW: usize = 12;
/// Number of components.
pub const COMPONENTS: usize = 6;
/// Their names, in the order of [`Flow::vector`].
pub const NAMES: [&str; COMPONENTS] =
    ["survival", "continuity", "steadiness", "quiet", "licence", "leverage drift"];

/// Leverage below this counts as this: its logarithm must stay a number.
const LEAST_LEVERAGE: f64 = 1e-2;

/// What the month brought.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Inputs {
    /// Whether a major offensive is under way.
    pub offensive: bool,
    /// Hazard of one, all fronts and both sides, 1/month.
    pub offensive_per_month: f64,
    /// In a truce its hazard of breakdown integrated over [`HORIZON_MONTHS`]; `None` outside.
    pub breakdown: Option<f64>,
    /// Share of the gates that was closed, 0..1: closed gate-months of this month.
    pub closed_share: f64,
    /// The holder's levy revenue net of what it pays to collect and share, CNY/month.
    pub net_revenue: f64,
    /// Townships that changed hands by force.
    pub front_moves: f64,
    /// Means lost in fighting by both sides, CNY.
    pub losses: f64,
    /// Means of both sides, CNY.
    pub capability: f64,
    /// Probability of a wave of protest in the month, 0..1.
    pub protest: f64,
    /// Probability of a standard exceeded, mean over stations, 0..1; 0 without stations.
    pub exceedance: f64,
    /// Bilateral leverage, above 0.
    pub leverage: f64,
}

/// The six figures.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flow {
    /// S1: probability of 24 months without a major offensive, 0..1.
    pub survival: f64,
    /// S2: continuity of trade, 0..1.
    pub continuity: f64,
    /// S3: steadiness of revenue, 0..1.
    pub steadiness: f64,
    /// S4: absence of violence, 0..1.
    pub quiet: f64,
    /// S5: social licence, 0..1.
    pub licence: f64,
    /// S6: growth of leverage, 1/year; 0 in the first year.
    pub leverage_drift: f64,
}

impl Flow {
    /// S1 to S6 in order.
    pub fn vector(&self) -> [f64; COMPONENTS] {
        let Self { survival, continuity, steadiness, quiet, licence, leverage_drift } = *self;
        [survival, continuity, steadiness, quiet, licence, leverage_drift]
    }
}

/// The last year, in a ring of fixed size.
#[derive(Clone, Copy, Debug, Default)]
struct Ring {
    values: [f64; WINDOW],
}

impl Ring {
    /// Puts `value` in the place of the one from a year ago, and returns that.
    fn push(&mut self, place: usize, value: f64) -> f64 {
        self.values.get_mut(place).map_or(value, |old| std::mem::replace(old, value))
    }

    fn sum(&self) -> f64 {
        self.values.iter().sum()
    }
}

/// A year of what the figures are made of.
#[derive(Clone, Debug, Default)]
pub struct State {
    months: usize,
    closed: Ring,
    revenue: Ring,
    moves: Ring,
    losses: Ring,
    capability: Ring,
    leverage: Ring,
    flow: Flow,
}

impl State {
    /// Before the first month.
    pub fn start(&mut self) {
        *self = Self::default();
    }

    /// The six figures of the month.
    pub fn flow(&self) -> Flow {
        self.flow
    }
}

fn unit(x: f64) -> f64 {
    if x > 0.0 { x.min(1.0) } else { 0.0 }
}

/// `1 - sd/mean` of the first `n` values, 0..1; 0 when nothing is earned.
fn steadiness(values: &[f64; WINDOW], n: usize) -> f64 {
    let n = n.min(WINDOW);
    let count = n.max(1) as f64;
    let known = || values.iter().take(n);
    let mean = known().sum::<f64>() / count;
    if mean <= 0.0 {
        return 0.0;
    }
    let variance = known().map(|x| (x - mean) * (x - mean)).sum::<f64>() / count;
    unit(1.0 - sqrt(variance) / mean)
}

/// One month; see [`State::flow`].
pub fn step(state: &mut State, inputs: &Inputs) {
    let place = state.months % WINDOW;
    let full = state.months >= WINDOW;
    state.months += 1;
    let known = state.months.min(WINDOW);

    state.closed.push(place, unit(inputs.closed_share));
    state.revenue.push(place, inputs.net_revenue);
    state.moves.push(place, inputs.front_moves.max(0.0));
    state.losses.push(place, inputs.losses.max(0.0));
    state.capability.push(place, inputs.capability.max(0.0));
    let leverage = ln(inputs.leverage.max(LEAST_LEVERAGE));
    let year_ago = state.leverage.push(place, leverage);

    let ahead = inputs.breakdown.unwrap_or(HORIZON_MONTHS * inputs.offensive_per_month);
    let means = state.capability.sum() / known as f64;
    let lost = state.losses.sum();
    let toll = if lost > 0.0 && means > 0.0 { lost / means } else { 0.0 };
    state.flow = Flow {
        survival: if inputs.offensive { 0.0 } else { exp(-ahead.max(0.0)) },
        continuity: unit(1.0 - state.closed.sum() / known as f64),
        steadiness: steadiness(&state.revenue.values, known),
        quiet: exp(-state.moves.sum() - toll),
        licence: (1.0 - unit(inputs.protest)) * (1.0 - unit(inputs.exceedance)),
        leverage_drift: if full { leverage - year_ago } else { 0.0 },
    };
}

#[cfg(test)]
mod tests;
