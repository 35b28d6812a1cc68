//! Who leans which way, and how far does that hold back or let loose the buyer and both sides?
//!
//! Mechanism: actors stand on two scales: from full pressure until the challenger submits (0) to
//! trade regardless of its conduct (100), and from the incumbent's side (0) to the resistance's
//! (100). Each quarter the buyer's own position moves: scarcity pushes it towards trade, an offensive
//! near the border and lost trust towards pressure; to hold the incumbent back moves it towards the
//! resistance, to mediate towards the mediator. Trust is lost while the challenger is close to others,
//! be it outsiders who engage with it or the resistance, and comes back slowly. An election by
//! capability and salience ([`Election`]) then says which position would prevail, and how surely.
//! How far it leans from the middle, less the more divided it is, moves what others do.
//!
//! ```text
//! x_buyer,trade = x + a·scarcity − b·escalation − c·(trust at start − trust)        0..100
//! x_buyer,axis  = x, up to k·mediation nearer to the mediator, + k·restraint         0..100
//! closeness     = 1 − (1 − share of other blocs·engagement)(1 − (x_challenger − x_buyer)⁺ on the axis)
//! trust        <- trust (1 − loss·closeness) + recovery·(1 − trust)                  each quarter
//! c_challenger  = c (1 + voice·recognition)
//! posture, spread = expected position of the election and its deviation, /100
//! lean          = (2·posture − 1)(1 − 2·spread)                                      −1..1
//! conditionality = 1 − lean_trade ;  allied = (allied lever·(1 + lean_axis), 1 − lean_axis)
//! restraint     = (mediation, 1 − (1 − lever)(1 − lean_axis⁺))
//! ```
//!
//! Scarcity, escalation and engagement are means since the last election; levers act in the month in
//! which they are turned. Reads: those, and the stances of the corridor. Writes: postures, baselines,
//! trust, and the factors. Limits: ASSUME M-042 to M-046; stances are placeholders until elicited,
//! only the buyer moves, and an election may answer to it the wrong way round where stances are odd.

mod baseline;
mod election;

pub use baseline::{
    challenge, prevail, risk_exponents, weight_up_to, weighted_mean, weighted_median,
};
pub use election::{Election, Outcome, utility};

use crate::config::{Politics, Stance};
use crate::kernel::id::{ActorId, Id, NumberId};

crate::params! { "alignment" from "params.toml" {
    trust_at_start, trust_loss_per_quarter, trust_recovery_per_quarter, scarcity_shift,
    escalation_shift, distrust_shift, axis_shift, recognition_voice,
} }

/// For `explain`.
pub const ABOUT: &str = "Quarterly election of many actors over two scales, trade and axis; trust of the buyer \
    lost by closeness to others; what leans which way scales pressure, restraint and allied supply.";

/// Months between elections.
const QUARTER: usize = 3;
/// Points of a scale.
const POINTS: f64 = 100.0;
/// Middle of a scale, /100.
const MIDDLE: f64 = 0.5;
/// The two scales.
const TRADE: usize = 0;
const AXIS: usize = 1;

/// Stances, trust and the last election.
#[derive(Clone, Debug, Default)]
pub struct State {
    election: Election,
    /// Positions of all stances, /100: first those that count, in the order of the election, then
    /// those without capability or salience.
    positions: [Vec<f64>; 2],
    /// Capability × salience of those that count, for the baselines.
    weights: [Vec<f64>; 2],
    buyer: Option<Mover>,
    challenger: Option<Mover>,
    /// Where mediation draws the buyer on the axis, /100.
    middle: f64,
    /// Share of outsiders that are of another bloc than the buyer, 0..1.
    foreign_share: f64,
    since: Tally,
    trust: f64,
    lean: [f64; 2],
    flow: Flow,
}

/// An actor whose position or voice changes.
#[derive(Clone, Copy, Debug, Default)]
struct Mover {
    index: usize,
    /// Position given, /100.
    position: [f64; 2],
    /// Share of all capability given.
    capability: f64,
    /// Weight in the baselines given.
    weight: [f64; 2],
}

/// What has happened since the last election.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    months: f64,
    scarcity: f64,
    escalation: f64,
    engagement: f64,
}

/// What moves actors this month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Inputs {
    /// Month of the run, from 0; elections are in months 0, 3, 6, …
    pub month: usize,
    /// The buyer's shortage, 0..1.
    pub scarcity: f64,
    /// How far the challenger is on an offensive near the border, 0..1.
    pub escalation: f64,
    /// Engagement of outsiders with the challenger, 0..1.
    pub engagement: f64,
    /// How strongly the buyer holds the incumbent back, 0..1, if that lever is turned.
    pub restraint_lever: Option<f64>,
    /// Recognition of the challenger as a party, 0..1.
    pub recognition: f64,
    /// Mediation between the parties, 0..1.
    pub mediation: f64,
    /// Lever on allied supply to the challenger; 1 is neutral.
    pub allied: f64,
}

/// Where things stand. Pairs that are `[trade, axis]` or `[challenger, incumbent]` say which.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flow {
    /// Expected position of the election, `[trade, axis]`, 0..1.
    pub posture: [f64; 2],
    /// Standard deviation over the election, `[trade, axis]`, 0..½.
    pub spread: [f64; 2],
    /// Weighted mean of positions, the baseline of a compromise, `[trade, axis]`, 0..1.
    pub mean: [f64; 2],
    /// Weighted lower median, `[trade, axis]`, 0..1.
    pub median: [f64; 2],
    /// Trust of the buyer in the challenger, 0..1.
    pub trust: f64,
    /// Factor on the probability of a closure that an offensive brings, 0..2: above 1 when the trade
    /// posture is hard, below 1 when it is soft, nearer to 1 the more divided the election is.
    pub conditionality_factor: f64,
    /// How far each side is held back, `[challenger, incumbent]`, 0..1.
    pub restraint: [f64; 2],
    /// Factor on allied supply, `[challenger, incumbent]`, 0..2 × the lever; 1 at a neutral axis.
    pub allied_factor: [f64; 2],
}

impl Default for Flow {
    /// Nobody leans any way.
    fn default() -> Self {
        Self {
            posture: [MIDDLE; 2],
            spread: [0.0; 2],
            mean: [MIDDLE; 2],
            median: [MIDDLE; 2],
            trust: MIDDLE,
            conditionality_factor: 1.0,
            restraint: [0.0; 2],
            allied_factor: [1.0; 2],
        }
    }
}

/// Share of the corridor's outsiders that are of another bloc than the buyer, by capability.
///
/// Who has no stance counts as of another bloc, with the weight of a full capability: an outsider is
/// foreign unless said otherwise.
fn foreign_share(politics: &Politics, values: &[f64]) -> f64 {
    let stance = |actor: ActorId| politics.stances.iter().find(|s| s.actor == actor);
    let bloc = stance(politics.buyer).map(|s| s.bloc);
    let (mut foreign, mut all) = (0.0, 0.0);
    for partner in &politics.partners {
        let stance = stance(partner.actor);
        let weight = stance.map_or(POINTS, |s| values[s.capability.index()].max(0.0));
        all += weight;
        if stance.map(|s| s.bloc) != bloc || bloc.is_none() {
            foreign += weight;
        }
    }
    if all > 0.0 { foreign / all } else { 0.0 }
}

impl State {
    /// Takes stances under the run's values; without any, everything stays neutral.
    pub fn start(&mut self, params: &Params, politics: Option<&Politics>, values: &[f64]) {
        self.trust = params.trust_at_start.clamp(0.0, 1.0);
        self.flow = Flow { trust: self.trust, ..Flow::default() };
        self.lean = [0.0; 2];
        self.since = Tally::default();
        (self.buyer, self.challenger) = (None, None);
        self.positions.iter_mut().for_each(Vec::clear);
        if let Some(politics) = politics.filter(|p| !p.stances.is_empty()) {
            self.seat(politics, values);
        }
    }

    /// Seats those that count before those that do not.
    fn seat(&mut self, politics: &Politics, values: &[f64]) {
        let value = |id: NumberId| values[id.index()];
        let ready = |s: &Stance| {
            let salience = s.salience.map(|n| value(n).max(0.0));
            (s.actor, value(s.capability).max(0.0), salience, s.position.map(value))
        };
        let counts =
            |(_, c, s, _): &(ActorId, f64, [f64; 2], [f64; 2])| *c > 0.0 && s[0] + s[1] > 0.0;
        let (voters, idle): (Vec<_>, Vec<_>) = politics.stances.iter().map(ready).partition(counts);
        self.election.register(voters.iter().map(|&(_, c, s, _)| (c, s)));
        self.weights.iter_mut().for_each(Vec::clear);
        self.middle = MIDDLE;
        for (index, &(actor, capability, salience, position)) in
            voters.iter().chain(&idle).enumerate()
        {
            let position = position.map(|x| (x / POINTS).clamp(0.0, 1.0));
            let weight = salience.map(|s| capability * s);
            for scale in [TRADE, AXIS] {
                self.positions[scale].push(position[scale]);
                if index < voters.len() {
                    self.weights[scale].push(weight[scale]);
                }
            }
            let capability = self.election.shares().get(index).copied().unwrap_or(0.0);
            let mover = Some(Mover { index, position, capability, weight });
            if actor == politics.buyer {
                self.buyer = mover;
            } else if politics.mediator == Some(actor) {
                self.middle = position[AXIS];
            }
            if actor == politics.sides[0].lead {
                self.challenger = mover;
            }
        }
        self.foreign_share = foreign_share(politics, values);
    }

    /// Where things stand.
    pub fn flow(&self) -> Flow {
        self.flow
    }

    /// The last election, for what each actor's position is worth.
    pub fn election(&self) -> &Election {
        &self.election
    }

    /// Moves the buyer, lets trust go or come back, and holds the election.
    fn elect(&mut self, params: &Params, inputs: &Inputs) {
        let since = std::mem::take(&mut self.since);
        let mean = |sum: f64| (sum / since.months).clamp(0.0, 1.0);
        if let Some(buyer) = self.buyer {
            let axis = self.buyer_axis(params, buyer, inputs);
            if inputs.month > 0 {
                self.trust = self.next_trust(params, axis, mean(since.engagement));
            }
            let points = params.scarcity_shift * mean(since.scarcity)
                - params.escalation_shift * mean(since.escalation)
                - params.distrust_shift * (params.trust_at_start - self.trust);
            let trade = (buyer.position[TRADE] + points / POINTS).clamp(0.0, 1.0);
            self.positions[TRADE][buyer.index] = trade;
            self.positions[AXIS][buyer.index] = axis;
        }
        if let Some(challenger) = self.challenger {
            let voice = 1.0 + params.recognition_voice * inputs.recognition.clamp(0.0, 1.0);
            self.election.empower(challenger.index, voice * challenger.capability);
            for (weights, given) in self.weights.iter_mut().zip(challenger.weight) {
                if let Some(w) = weights.get_mut(challenger.index) {
                    *w = voice * given;
                }
            }
        }
        let Some(Outcome { expected, spread }) = self.election.hold(&self.positions) else {
            return;
        };
        (self.flow.posture, self.flow.spread) = (expected, spread);
        for scale in [TRADE, AXIS] {
            let (x, w) = (&self.positions[scale], &self.weights[scale]);
            self.flow.mean[scale] = weighted_mean(x, w).unwrap_or(MIDDLE);
            self.flow.median[scale] = weighted_median(x, w).unwrap_or(MIDDLE);
            // No distribution on 0..1 deviates by more than ½.
            self.lean[scale] = (2.0 * expected[scale] - 1.0) * (1.0 - 2.0 * spread[scale]).max(0.0);
        }
    }

    /// Where the buyer stands on the axis, /100.
    fn buyer_axis(&self, params: &Params, buyer: Mover, inputs: &Inputs) -> f64 {
        let step = params.axis_shift / POINTS;
        let reach = step * inputs.mediation.clamp(0.0, 1.0);
        let given = buyer.position[AXIS];
        // Not `clamp`, which panics where a number has left the finite world: that run diverges.
        let drawn = (self.middle - given).max(-reach).min(reach);
        let held = step * inputs.restraint_lever.unwrap_or(0.0).clamp(0.0, 1.0);
        (given + drawn + held).clamp(0.0, 1.0)
    }

    /// Trust after a quarter, given where the buyer stands on the axis, 0..1.
    fn next_trust(&self, params: &Params, axis: f64, engagement: f64) -> f64 {
        let ties = self.challenger.map_or(0.0, |c| (c.position[AXIS] - axis).max(0.0));
        let closeness = 1.0 - (1.0 - self.foreign_share * engagement) * (1.0 - ties);
        let kept = self.trust * (1.0 - params.trust_loss_per_quarter * closeness);
        (kept + params.trust_recovery_per_quarter * (1.0 - self.trust)).clamp(0.0, 1.0)
    }
}

/// One month: an election if a quarter begins, then what levers and the last election amount to; see
/// [`State::flow`].
pub fn step(state: &mut State, params: &Params, inputs: Inputs) {
    if !state.positions[TRADE].is_empty() {
        state.since.months += 1.0;
        state.since.scarcity += inputs.scarcity;
        state.since.escalation += inputs.escalation;
        state.since.engagement += inputs.engagement;
        if inputs.month.is_multiple_of(QUARTER) {
            state.elect(params, &inputs);
        }
    }
    let [trade, axis] = state.lean;
    let lever = inputs.restraint_lever.unwrap_or(0.0).clamp(0.0, 1.0);
    state.flow.trust = state.trust;
    state.flow.conditionality_factor = 1.0 - trade;
    state.flow.restraint =
        [inputs.mediation.clamp(0.0, 1.0), 1.0 - (1.0 - lever) * (1.0 - axis.max(0.0))];
    state.flow.allied_factor = [inputs.allied.max(0.0) * (1.0 + axis), 1.0 - axis];
}

#[cfg(test)]
mod tests;
