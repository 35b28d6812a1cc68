//! How long does a closure last? War of attrition, signalling by delay, and estimates from the
//! closures on record.

use crate::kernel::math::{exp, ln, pow};

/// Halvings with which a root is found: enough for all digits of a double.
const HALVINGS: u32 = 200;

/// Hazard (1/month) with which one party gives in, which makes the *other* indifferent between
/// fighting on and giving in: `(c + r L) / (W − L)`, with the other's flow cost `c`, the flow value
/// `r L` of giving in now, and its stake `W − L` > 0.
pub fn concession_hazard(cost: f64, conceding_flow: f64, stake: f64) -> f64 {
    (cost + conceding_flow) / stake
}

/// Present value of one unit a month for `months` at a discount rate (1/month), in months.
pub fn annuity(rate: f64, months: f64) -> f64 {
    if rate > 0.0 { (1.0 - exp(-rate * months)) / rate } else { months }
}

/// Months for which a buyer to whom the thing is worth `low` waits, to show that it is not worth
/// `high` ≥ `low` to it (Admati and Perry 1987).
///
/// Each type pays half of its worth. A buyer of the high type must not gain by waiting: it would
/// have `high − high/2` now, or `high − low/2` later, less the `cost` a month of going without.
/// Worths in one unit, the discount rate > 0 in 1/month. Without a cost this is
/// `ln[(v_h − p_l)/(v_h − p_h)]/r`.
pub fn signalling_delay(high: f64, low: f64, rate: f64, cost: f64) -> f64 {
    let wasted = cost / rate;
    let (now, later) = (high - 0.5 * high + wasted, high - 0.5 * low + wasted);
    if now > 0.0 && later > now { ln(later / now) / rate } else { 0.0 }
}

/// A constant hazard estimated from durations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponential {
    /// Most likely hazard, 1/month.
    pub rate: f64,
    /// Exact central 95 % interval of it, 1/month.
    pub interval: [f64; 2],
    /// Log-likelihood.
    pub log_likelihood: f64,
}

/// The constant hazard most likely behind `durations` (months > 0); `None` if there are none.
pub fn fit_exponential(durations: &[f64]) -> Option<Exponential> {
    let total = total(durations)?;
    let n = durations.len() as f64;
    let rate = n / total;
    // Twice the rate times the total is chi-squared with two degrees for each duration.
    let bound = |p: f64| erlang_quantile(durations.len(), p) / total;
    Some(Exponential {
        rate,
        interval: [bound(0.025), bound(0.975)],
        log_likelihood: n * ln(rate) - n,
    })
}

/// A Weibull distribution estimated from durations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weibull {
    /// Shape; above 1 the hazard rises with time.
    pub shape: f64,
    /// Scale, months.
    pub scale: f64,
    /// Log-likelihood.
    pub log_likelihood: f64,
}

/// The Weibull distribution most likely behind `durations` (months > 0); `None` if they are fewer
/// than two or all alike.
pub fn fit_weibull(durations: &[f64]) -> Option<Weibull> {
    total(durations)?;
    let n = durations.len() as f64;
    let logs: f64 = durations.iter().map(|t| ln(*t)).sum::<f64>();
    // Powers of t/longest stay below one, whatever the shape.
    let longest = durations.iter().copied().fold(0.0, f64::max);
    let score = |shape: f64| {
        let (mut sum, mut weighted) = (0.0, 0.0);
        for t in durations {
            let power = pow(t / longest, shape);
            sum += power;
            weighted += power * ln(*t);
        }
        weighted / sum - 1.0 / shape - logs / n
    };
    let (low, high) = (1e-3, 1e3);
    if score(low) >= 0.0 || score(high) <= 0.0 {
        return None;
    }
    let shape = root(low, high, score);
    let mean_power = durations.iter().map(|t| pow(t / longest, shape)).sum::<f64>() / n;
    let scale = longest * pow(mean_power, 1.0 / shape);
    let log_likelihood = n * ln(shape) - n * shape * ln(scale) + (shape - 1.0) * logs - n;
    Some(Weibull { shape, scale, log_likelihood })
}

/// Gamma belief about a constant hazard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Posterior {
    /// Ends seen, those of the prior among them.
    pub ends: f64,
    /// Months in which they were seen.
    pub months: f64,
}

impl Posterior {
    /// The belief after `durations` (months), if it began as this one.
    #[must_use]
    pub fn after(self, durations: &[f64]) -> Self {
        let seen = durations.iter().sum::<f64>();
        Self { ends: self.ends + durations.len() as f64, months: self.months + seen }
    }

    /// Mean hazard, 1/month.
    pub fn mean(self) -> f64 {
        self.ends / self.months
    }

    /// Probability that the next duration exceeds `months`.
    pub fn survival(self, months: f64) -> f64 {
        pow(self.months / (self.months + months), self.ends)
    }
}

fn total(durations: &[f64]) -> Option<f64> {
    let valid = durations.iter().all(|t| t.is_finite() && *t > 0.0);
    (valid && !durations.is_empty()).then(|| durations.iter().sum())
}

/// Quantile of the time of the `n`-th event of a unit Poisson process.
fn erlang_quantile(n: usize, p: f64) -> f64 {
    let cdf = |x: f64| {
        let (mut term, mut sum) = (exp(-x), 0.0);
        for k in 1..=n {
            sum += term;
            term *= x / k as f64;
        }
        1.0 - sum
    };
    root(0.0, 40.0 + 4.0 * n as f64, |x| cdf(x) - p)
}

/// Where a rising function crosses zero between `low` and `high`.
fn root(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..HALVINGS {
        let middle = 0.5 * (low + high);
        if f(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}
