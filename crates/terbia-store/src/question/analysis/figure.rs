//! How does a figure of an analysis stand in a file? With its interval; nothing where there is none.

use serde::{Deserialize, Serialize};
use terbia_lab::bootstrap::Bootstrap;
use terbia_lab::discover::words::number;
use terbia_lab::robust::interval::{Share, half_width, wilson};
use terbia_lab::sensitivity::Estimate;

/// Coverage of intervals of shares and means, as in the tables of a study.
pub(super) const COVERAGE: f64 = terbia_lab::robust::COVERAGE;

/// A figure and its interval of 90 %; nothing where it could not be had.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// The figure.
    pub value: Option<f64>,
    /// Lower end.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
}

/// The number, if it is one.
pub(in crate::question) fn some(x: f64) -> Option<f64> {
    x.is_finite().then_some(x)
}

impl Interval {
    /// A figure between two ends.
    pub(in crate::question) fn new(value: f64, low: f64, high: f64) -> Self {
        Self { value: some(value), low: some(low), high: some(high) }
    }

    /// A figure about which a normal error of this standard deviation lies.
    pub(in crate::question) fn about(value: f64, standard_error: f64) -> Self {
        let half = half_width(COVERAGE) * standard_error;
        Self::new(value, value - half, value + half)
    }

    /// The share `count` of `all`.
    pub(in crate::question) fn share(count: usize, all: usize) -> Self {
        wilson(count, all, COVERAGE).into()
    }

    /// In words: `12 (8 to 15)`, in per cent for a share.
    pub fn said(&self, unit: &str) -> String {
        let Some(value) = self.value else { return "unknown".to_owned() };
        match (self.low, self.high) {
            (Some(low), Some(high)) => {
                let (factor, unit) = scaled(unit, value);
                let [value, low, high] = [value, low, high].map(|x| number(x * factor, 3));
                format!("{value} ({low} to {high}){unit}")
            }
            _ => said(value, unit),
        }
    }
}

/// The number with its unit, three digits; in per cent for a share.
pub(super) fn said(value: f64, unit: &str) -> String {
    let (factor, unit) = scaled(unit, value);
    format!("{}{unit}", number(value * factor, 3))
}

fn scaled(unit: &str, size: f64) -> (f64, String) {
    match unit {
        "USD" | "CNY" if size.abs() >= 1e6 => (1e-6, format!(" m {unit}")),
        "%" => (100.0, " %".to_owned()),
        "" | "1" => (1.0, String::new()),
        unit => (1.0, format!(" {unit}")),
    }
}

impl From<Share> for Interval {
    fn from(share: Share) -> Self {
        Self::new(share.value, share.low, share.high)
    }
}

impl From<Estimate> for Interval {
    fn from(estimate: Estimate) -> Self {
        Self::new(estimate.value, estimate.low, estimate.high)
    }
}

/// Resamples with intervals of the usual coverage.
pub(super) fn bootstrap(seed: u64, resamples: u32) -> Bootstrap {
    Bootstrap { seed, resamples, level: COVERAGE }
}
