//! How does the way to the buyer stand, what is shipped, and what does it bear?

use super::World;
use crate::kernel::id::{Dense, Id, TownshipId};
use crate::kernel::quantity::ReoPerGross;
use crate::module::{extraction, haulage, levy};

/// Sites that produced, and sites that could have: those of this month are still being built.
pub(super) fn working(mines: extraction::Flow<'_>) -> (f64, f64) {
    let count = |(producing, sites): (f64, f64), o: &extraction::Output| {
        (producing + f64::from(o.producing), sites + f64::from(o.sites - o.opened.min(o.sites)))
    };
    mines.by_township.iter().fold((0.0, 0.0), count)
}

/// Mean of what operators bear of the levy, townships weighted by their part in the mines; CNY/t
/// gross.
pub(super) fn mean_levy(
    quotes: &Dense<TownshipId, levy::Quote>,
    conditions: &Dense<TownshipId, extraction::Conditions>,
) -> f64 {
    quotes.iter().zip(conditions).map(|(q, c)| c.prospectivity * q.operators.get()).sum()
}

/// A closure, or a stop of output, that is under way or announced.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ahead {
    /// Part of the product capacity that an announced closure will shut, or of the output that an
    /// announced stop will end, whichever is larger; 0..1.
    pub(super) share: f64,
    /// Months until it begins.
    pub(super) lead_months: f64,
    /// Whether it is taken for permanent.
    pub(super) announced_permanent: bool,
    /// Whether most of the way is shut at present, or most output stopped, for good as is thought.
    pub(super) permanent: bool,
    /// Part of the output that a foretold stop keeps back at present, 0..1.
    pub(super) stopped: f64,
}

impl Ahead {
    /// A threat makes a closure likely that has no date yet.
    pub(super) fn foresee(&mut self, belief: f64) {
        if belief > self.share {
            self.share = belief;
            self.lead_months = self.lead_months.min(THREAT_LEAD_MONTHS);
        }
    }
}

/// How soon a threatened closure is expected, months.
const THREAT_LEAD_MONTHS: f64 = 2.0;

/// Share of the product, weighted by what townships mine, that finds the way shut.
pub(super) fn closed_share(
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
    pub(super) fn series(&self, id: crate::kernel::id::SeriesId, month: usize) -> f64 {
        let series = &self.corridor.series[id];
        series.values[month] * self.values[series.scale.index()]
    }

    /// Works out the mix of product forms; returns the oxide in a gross tonne of it.
    pub(super) fn mix_forms(&mut self, month: usize) -> ReoPerGross {
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
    pub(super) fn closure_ahead(&mut self, month: usize) -> Ahead {
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
        self.stop_ahead(month, &mut ahead);
        ahead
    }

    /// Adds what is known of stops of output. Prospectivity, which adds up to 1, stands in for the size
    /// of a township.
    fn stop_ahead(&mut self, month: usize, ahead: &mut Ahead) {
        if self.corridor.timeline.stops.is_empty() {
            return;
        }
        let [coming, going_on] = &mut self.stopped;
        coming.iter_mut().chain(going_on.iter_mut()).for_each(|share| *share = 0.0);
        let mut for_good = false;
        for stop in &self.corridor.timeline.stops {
            let share = 1.0 - self.values[stop.output.index()];
            let told = stop.announced < stop.from && month >= stop.announced;
            if told && month < stop.begun {
                for township in &stop.townships {
                    coming[*township] = coming[*township].max(share);
                }
                ahead.announced_permanent |= stop.permanent;
                ahead.lead_months = ahead.lead_months.min((stop.from - month) as f64);
            }
            if (stop.from..stop.until).contains(&month) {
                for township in &stop.townships {
                    let kept_back = 1.0 - self.halt[*township][month];
                    going_on[*township] = going_on[*township].max(kept_back);
                }
                for_good |= stop.permanent;
            }
        }
        let weigh = |shares: &Dense<TownshipId, f64>| -> f64 {
            let weights = self.conditions.iter().map(|c| c.prospectivity);
            shares.iter().zip(weights).map(|(share, weight)| share * weight).sum()
        };
        ahead.share = ahead.share.max(weigh(coming));
        ahead.stopped = weigh(going_on);
        ahead.permanent |= for_good && ahead.stopped > 0.5;
    }
}
