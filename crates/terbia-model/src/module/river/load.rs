//! What reaches the river, what is left of it downstream, and does a sample exceed the standard?
//! Closed forms, without memory except the two stores of a source.

use crate::kernel::dist::normal_cdf;
use crate::kernel::math::{exp, exp_m1, ln, pow};

/// Seconds in a mean month of 365.25/12 days.
pub(super) const SECONDS_PER_MONTH: f64 = 365.25 / 12.0 * 86_400.0;

/// Least flow over the yearly mean that is reckoned with: a dry bed would divide by zero.
pub(super) const LEAST_RUNOFF: f64 = 1e-3;

/// Concentration, mg/l, of a load of `kg_per_month` in a flow of `m3_per_s` > 0.
pub(super) fn concentration_mg_per_l(kg_per_month: f64, m3_per_s: f64) -> f64 {
    // kg/month over m³/s is 1e6 mg over 1e3 l for each second of the month.
    kg_per_month * 1e3 / (m3_per_s * SECONDS_PER_MONTH)
}

/// Share of a load, 0..1, that passes a reach of `km` at `m_per_s` > 0 with a first-order loss of
/// `loss_per_day`, settling included.
pub(super) fn carried_share(loss_per_day: f64, km: f64, m_per_s: f64) -> f64 {
    exp(-loss_per_day * km * 1e3 / (m_per_s * 86_400.0))
}

/// Share of a store, 0..1, that leaves it in a month of relative `wash`, if it empties with a time
/// constant of `months` > 0 at wash 1.
///
/// Exact within the month, so months of any wash that average 1 empty it at the same rate.
pub(super) fn released_share(months: f64, wash: f64) -> f64 {
    -exp_m1(-wash / months)
}

/// Time constant, months, of a half-life in months.
pub(super) fn time_constant(half_life: f64) -> f64 {
    half_life / std::f64::consts::LN_2
}

/// Probability, 0..1, that a single sample exceeds `standard` when samples are log-normal about
/// `median` (same unit) with log standard deviation `log_spread`; without spread, whether the
/// median does.
pub(super) fn exceedance(median: f64, log_spread: f64, standard: f64) -> f64 {
    if median <= 0.0 {
        return 0.0;
    }
    if log_spread <= 0.0 || standard <= 0.0 {
        return f64::from(u8::from(median > standard));
    }
    // The upper tail directly: 1 - Phi(x) loses all its digits when x is large.
    normal_cdf(-ln(standard / median) / log_spread)
}

/// Wash of each month, mean 1: flow over its mean to the power `response`, rescaled.
pub(super) fn wash_by_month(season: &[f64; 12], response: f64) -> [f64; 12] {
    let raw = season.map(|s| pow(s.max(LEAST_RUNOFF), response));
    let mean = raw.iter().sum::<f64>() / 12.0;
    raw.map(|w| w / mean)
}

/// What stands between generation and release at a source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Split {
    /// Share of what is generated that lies on the surface; the rest soaks into the ground.
    pub(super) surface_share: f64,
    /// Share of the surface part that is treated.
    pub(super) treat: f64,
    /// Share of the ground part that is held for good.
    pub(super) capture: f64,
}

/// Shares of each store that leave it in a month.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Release {
    /// Of the surface store.
    pub(super) surface: f64,
    /// Of the ground store: the legacy.
    pub(super) ground: f64,
}

/// The two stores of a source, in the unit of what is generated.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Stores {
    /// On slopes and in ponds: empties within months.
    pub(super) surface: f64,
    /// In the ground: empties over years.
    pub(super) ground: f64,
}

/// What became of the stores in a month.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Outcome {
    /// Went into the river.
    pub(super) released: f64,
    /// Treated, held or removed: never gets there.
    pub(super) withheld: f64,
}

impl Stores {
    /// All that may still be released.
    pub(super) fn total(&self) -> f64 {
        self.surface + self.ground
    }

    /// One month: `generated` is added, part of it withheld, part released, and `restored` (a
    /// share, 0..1) of what then remains is taken away.
    ///
    /// `generated` + old total = released + withheld + new total.
    pub(super) fn month(
        &mut self,
        generated: f64,
        split: Split,
        release: Release,
        restored: f64,
    ) -> Outcome {
        let on_surface = generated * split.surface_share;
        let in_ground = generated - on_surface;
        let (treated, held) = (on_surface * split.treat, in_ground * split.capture);
        self.surface += on_surface - treated;
        let from_surface = self.surface * release.surface;
        // What soaks in this month comes out from the next on.
        let from_ground = self.ground * release.ground;
        self.surface -= from_surface;
        self.ground += in_ground - held - from_ground;
        let removed = restored * self.total();
        self.surface *= 1.0 - restored;
        self.ground *= 1.0 - restored;
        Outcome { released: from_surface + from_ground, withheld: treated + held + removed }
    }
}
