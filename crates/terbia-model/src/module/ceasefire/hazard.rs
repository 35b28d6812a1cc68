//! What shortens a truce, and what brings people to talk? Log hazard ratios times covariates.
//!
//! Weibull in the age of the truce: the hazard over a stretch of time is the difference of two
//! powers, so a month is exact however it is cut.

use super::{Inputs, Params};
use crate::kernel::math::{exp, ln, pow};

/// Number of things that the hazard of breakdown depends on.
pub const TERM_COUNT: usize = 10;

/// What they are, in the order of [`super::Flow::terms`].
pub const TERMS: [&str; TERM_COUNT] = [
    "revenue not shared",
    "mines contested",
    "smuggled share",
    "formal levy",
    "third party's leverage fallen",
    "monitored or guaranteed",
    "revenue held hostage",
    "grievance",
    "accommodation",
    "power shifting, or arms demanded",
];

/// What kinds of dispute they are, from 1, in the order of [`TERMS`]: 1 who holds the mines and the
/// arms, 2 trade, 3 revenue not shared, 4 what people resent.
pub const KINDS: [usize; TERM_COUNT] = [3, 1, 2, 2, 2, 0, 2, 4, 0, 1];
/// Number of kinds.
pub const KIND_COUNT: usize = 4;

/// Most standard deviations of grievance that count.
const MOST_SD: f64 = 3.0;

/// What a truce was signed under.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Signed {
    /// Guarantee and share that the timeline gives, 0..1.
    pub(super) guarantee: f64,
    pub(super) sharing: f64,
    /// How far a third party brought it about, 0..1.
    pub(super) imposed: f64,
    /// That party's leverage then.
    pub(super) leverage: f64,
}

/// Logs of the ratios and the baseline, worked out once for each run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Coefficients {
    /// `scale^(-shape)`.
    pub(super) rate: f64,
    pub(super) shape: f64,
    distribution: f64,
    zone: f64,
    smuggled: f64,
    formal: f64,
    leverage: f64,
    monitored: f64,
    grievance: f64,
    accommodation: f64,
    talks: f64,
    mediation: f64,
    recognition: f64,
    losses: f64,
    restraint: f64,
    truce: f64,
    guarantee: f64,
    pub(super) failure: f64,
    deepening: f64,
}

/// A share; what is no number counts as none.
pub(super) fn unit(x: f64) -> f64 {
    if x > 0.0 { x.min(1.0) } else { 0.0 }
}

/// Hazard of breakdown integrated over the ages `from..to` months of a truce, at a log hazard
/// `log_ratio` over that of a truce that shares nothing and has nothing else for or against it.
pub fn integrated(params: &Params, log_ratio: f64, from: f64, to: f64) -> f64 {
    let age = |t: f64| pow(t / params.breakdown_scale_months, params.breakdown_shape);
    exp(log_ratio) * (age(to) - age(from))
}

/// Age that half of such truces reach, months.
pub fn median_months(params: &Params, log_ratio: f64) -> f64 {
    let reach = std::f64::consts::LN_2 * exp(-log_ratio);
    params.breakdown_scale_months * pow(reach, 1.0 / params.breakdown_shape)
}

impl Coefficients {
    pub(super) fn new(p: &Params) -> Self {
        Self {
            rate: pow(p.breakdown_scale_months, -p.breakdown_shape),
            shape: p.breakdown_shape,
            distribution: ln(p.ratio_distribution),
            zone: ln(p.ratio_conflict_zone),
            smuggled: ln(p.ratio_smuggled),
            formal: ln(p.ratio_formal_levy),
            leverage: ln(p.ratio_fallen_leverage),
            monitored: ln(p.ratio_monitored),
            grievance: ln(p.ratio_grievance),
            accommodation: ln(p.ratio_accommodation),
            talks: p.talks_per_month,
            mediation: ln(p.ratio_talks_mediation),
            recognition: ln(p.ratio_talks_recognition),
            losses: ln(p.ratio_talks_losses),
            restraint: ln(p.ratio_talks_restraint),
            truce: p.truce_per_month,
            guarantee: ln(p.ratio_truce_guarantee),
            failure: p.talks_failure_per_month,
            deepening: p.accommodation_per_month,
        }
    }

    /// Contributions to the log hazard of breakdown, in the order of [`TERMS`].
    pub(super) fn terms(&self, i: &Inputs, signed: &Signed, deep: bool) -> [f64; TERM_COUNT] {
        let sharing = unit(i.sharing).max(signed.sharing);
        let guarantee = unit(i.guarantee).max(signed.guarantee);
        // Either watches: what one of them misses the other may see.
        let watched = 1.0 - (1.0 - unit(i.monitoring)) * (1.0 - guarantee);
        let kept = if signed.leverage > 0.0 { unit(i.leverage / signed.leverage) } else { 1.0 };
        let [a, b] = i.hostage.map(|h| h.max(0.0));
        let hostage = if a + b > 0.0 { ln(0.5 * (exp(-a) + exp(-b))) } else { 0.0 };
        [
            self.distribution * (1.0 - sharing),
            self.zone * unit(i.resource_contested),
            self.smuggled * unit(i.smuggled_share),
            self.formal * unit(i.formal_share),
            self.leverage * signed.imposed * (1.0 - kept),
            self.monitored * watched,
            hostage,
            self.grievance * i.grievance_sd.clamp(-MOST_SD, MOST_SD),
            if deep { self.accommodation } else { 0.0 },
            // The commitment problem adds its own.
            0.0,
        ]
    }

    /// What a power of the age is multiplied by to give the integrated hazard.
    pub(super) fn factor(&self, terms: &[f64; TERM_COUNT]) -> f64 {
        // The truce that the scale stands for shared nothing: that is its zero.
        self.rate * exp(terms.iter().sum::<f64>() - self.distribution)
    }

    /// Hazard of talks in a war, 1/month.
    pub(super) fn talks(&self, i: &Inputs) -> f64 {
        let [a, b] = i.restraint.map(unit);
        let log = self.mediation * unit(i.mediation)
            + self.recognition * unit(i.recognition)
            + self.losses * unit(i.losses_share)
            + self.restraint * 0.5 * (a + b);
        self.talks * exp(log)
    }

    /// Hazard with which talks end in a truce, 1/month.
    pub(super) fn truce(&self, i: &Inputs) -> f64 {
        let log = self.mediation * unit(i.mediation) + self.guarantee * unit(i.guarantee);
        self.truce * exp(log)
    }

    /// Hazard with which a truce deepens, 1/month: nothing shared and nobody recognised, never.
    pub(super) fn deepening(&self, i: &Inputs, signed: &Signed) -> f64 {
        let ground = unit(i.sharing).max(signed.sharing).max(unit(i.recognition));
        self.deepening * ground
    }
}
