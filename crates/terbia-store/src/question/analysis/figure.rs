//! How does a figure of an analysis stand in a file? With its interval; nothing where there is none.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use terbia_lab::bootstrap::Bootstrap;
use terbia_lab::discover::words::number;
use terbia_lab::robust::interval::{Share, half_width, wilson};
use terbia_lab::sensitivity::Estimate;

/// Coverage of intervals of shares and means, as in the tables of a study.
pub(super) const COVERAGE: f64 = terbia_lab::robust::COVERAGE;

/// How often members are drawn again.
const CLUSTER_RESAMPLES: u32 = 500;

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

/// The share of what holds, of rows that come with the member that they belong to. Members are drawn
/// again, and all rows of one go together: rows of one future are no independent witnesses.
pub(super) fn clustered(rows: impl Iterator<Item = (usize, bool)>, seed: u64) -> Interval {
    let mut members: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    for (member, holds) in rows {
        let (count, all) = members.entry(member).or_default();
        *count += f64::from(u8::from(holds));
        *all += 1.0;
    }
    let members: Vec<(f64, f64)> = members.into_values().collect();
    let ratio = |counts: &dyn Fn(usize) -> f64| {
        let sum = |(a, b): (f64, f64), (m, (c, n)): (usize, &(f64, f64))| {
            (a + counts(m) * c, b + counts(m) * n)
        };
        let (count, all) = members.iter().enumerate().fold((0.0, 0.0), sum);
        count / all
    };
    let again = bootstrap(seed, CLUSTER_RESAMPLES);
    let mut counts = vec![0; members.len()];
    let draw = |resample| {
        again.count(resample, &mut counts);
        ratio(&|m| f64::from(counts[m]))
    };
    let drawn: Vec<f64> = (0..CLUSTER_RESAMPLES).map(draw).collect();
    let (low, high) = again.interval(&drawn);
    Interval::new(ratio(&|_| 1.0), low, high)
}

/// Resamples with intervals of the usual coverage.
pub(super) fn bootstrap(seed: u64, resamples: u32) -> Bootstrap {
    Bootstrap { seed, resamples, level: COVERAGE }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_one_member_are_one_witness() {
        // Fifty members, of which half hold, each seen once and each seen eight times.
        let once = clustered((0..50).map(|m| (m, m % 2 == 0)), 3);
        let often = clustered((0..400).map(|row| (row / 8, (row / 8) % 2 == 0)), 3);
        assert_eq!(once, often);
        let wide = once.high.unwrap() - once.low.unwrap();
        assert!((0.15..0.35).contains(&wide), "{once:?}");
        assert_eq!(clustered([].into_iter(), 3), Interval::default());
    }
}
