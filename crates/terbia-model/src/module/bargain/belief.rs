//! How likely does the holder think it is that an offensive shuts the gates?

use super::Params;

/// A change of the true conditionality by less than this is not noticed as an announcement.
const NOTICED: f64 = 0.1;

/// A Beta-like belief: closures over offensives, each counted with its weight.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Belief {
    hits: f64,
    weight: f64,
    months_on: f64,
    /// Whether the offensive that is on has already counted.
    counted: bool,
    announced: Option<f64>,
}

impl Belief {
    pub(super) fn new(params: &Params) -> Self {
        let weight = params.belief_weight_offensives;
        Self { hits: params.belief_mean * weight, weight, ..Self::default() }
    }

    /// A threat counts as part of an offensive that was answered by a closure.
    pub(super) fn threaten(&mut self, params: &Params) {
        self.hits += params.threat_weight;
        self.weight += params.threat_weight;
    }

    /// A month passes. `provoked` says whether the holder's side fought, `answered` whether gates
    /// shut that were not shut for other reasons.
    pub(super) fn observe(
        &mut self,
        params: &Params,
        provoked: bool,
        answered: bool,
        conditionality: f64,
    ) {
        match self.announced {
            Some(before) if (conditionality - before).abs() <= NOTICED => {}
            Some(_) => {
                self.hits += params.threat_weight * conditionality;
                self.weight += params.threat_weight;
                self.announced = Some(conditionality);
            }
            None => self.announced = Some(conditionality),
        }
        if provoked {
            self.months_on += 1.0;
            if answered && !self.counted {
                self.hits += 1.0;
                self.weight += 1.0;
                self.counted = true;
            }
            return;
        }
        if self.months_on >= params.belief_offensive_months && !self.counted {
            self.weight += 1.0;
        }
        self.months_on = 0.0;
        self.counted = false;
    }

    /// Believed probability that an offensive is answered by a closure, 0..1.
    pub(super) fn mean(&self) -> f64 {
        if self.weight > 0.0 { (self.hits / self.weight).clamp(0.0, 1.0) } else { 0.0 }
    }
}
