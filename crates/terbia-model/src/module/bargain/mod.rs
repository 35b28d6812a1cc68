//! Who shuts the gates and why, how long does it last, and which levy ends it?
//!
//! Mechanism: whoever holds most of the mines deals with the one buyer. The way is open or shut;
//! it shuts for one of four causes, each with its own clock: for reasons that have nothing to do
//! with the holder's conduct; as pressure against an offensive; because the mines have a new holder
//! by force; or because a levy is refused. A new holder must agree on a levy: it judges what the
//! trade yields, with error, and asks for its share as a share of the value; buyers who know their
//! costs refuse what is more than the terms give, and name an amount, judged in their own favour. Then both wait, at a cost
//! that moves with stocks, prices, other income and the fund, until one gives in. What they agree
//! on is the Rubinstein levy at that time; restraint is part of it if the buyer values it more.
//!
//! ```text
//! h_u  = h0 exp(a_tau (tau/P − x0) − 2 a_al (posture − ½) − a_cov (1 − cover)+)     1/month
//! h_p  = −ln(1 − p_cl)/T on an offensive, else 0 ;  threats come at k h_p
//! S    = (P (1 + premium·s) − c) Q ,  s = dependence (1 − alternatives) exp(−k cover)
//! u_K  = min(max(d_K + r_C/(r_K+r_C) (S − d_K − d_C), w_K), S − w_C) ,  tau* = u_K/(collected Q)
//! lam_C = c_K/(W_K − L_K) ,  lam_K = c_C/(W_C − L_C) ,  h_end = lam_C + lam_K
//! W − L = (asked − offered)+ Q · annuity(r, horizon)   or the value of the offensive at stake
//! c_K  = X²/(X + other income + fund/F) ,  X = lost levy + hardship
//! c_C  = Q (1 − leak) (w (P − c − tau)+ + m P s) ,  leverage = c_C/c_K
//! ```
//!
//! Pressure competes with the other causes, so `p_cl` keeps its meaning: an offensive of `T` months
//! that meets nothing else is answered with probability `p_cl`, and one that does not happen is
//! answered with none. A coefficient on offensives in `h_u` would have given it another meaning at
//! every base rate. A lost levy counts once, in `c_K`, and not again as `r L`.
//!
//! Reads: last month's price, volume, cover, incomes, offensives; the timeline's openness and levy;
//! levers. Writes: the part of the month that the way is open, levy, threat, belief in
//! conditionality, leverage. Limits: ASSUME M-032 to M-041; one dispute at a time, one holder;
//! who gives in first does not change the level; hazards are those of the month's start.

pub mod duration;
pub mod level;

mod belief;
mod hazard;
mod terms;

pub use terms::{Cause, Flow, Input, Levy, LevyLever, Opening, Phase};

use crate::draw;
use crate::kernel::event::EventClock;
use crate::kernel::id::ActorId;
use crate::kernel::rng::{Draws, Purpose};
use belief::Belief;
use hazard::{aversion, restraint_values};
use level::{Weighing, share};

crate::params! { "bargain" from "params.toml" {
    unconditional_onset_per_month, onset_levy_response, onset_reference_levy_share,
    onset_posture_response, onset_cover_response, unconditional_end_per_month,
    pressure_months, breach_factor, threats_per_closure, threat_lasts_months,
    seizure_closure_probability, near_shut_probability, reagents_while_shut,
    discount_holder_per_month, discount_buyer_per_month, ceiling_premium, shortage_multiple,
    shortage_shape, operators_weight, alternatives_margin,
    household_cost_cny_per_month, leak_toll_cny_per_t, fund_months,
    judgement_optimism, judgement_spread, refusal_tolerance, marginal_cost_spread,
    horizon_months, shortest_talks_months, duration_form,
    ad_valorem_risk, specific_risk, drift_tolerance, renegotiation_per_month,
    military_value_cny_per_month, restraint_value_cny_per_month, package_restraint,
    conditionality, belief_mean, belief_weight_offensives, belief_offensive_months, threat_weight,
} }

/// For `explain`.
pub const ABOUT: &str = "Closures by cause (unconditional, pressure, seizure, levy) as competing \
    hazards; their end as a war of attrition or a signalling delay; the levy as a Rubinstein split \
    with inside and outside options; a first ask that misjudges and is refused; restraint in a package.";

/// Openness below which the way counts as shut.
const SHUT_BELOW: f64 = 0.5;
/// A holder of fewer months than this is a new one, to whom a closure on record is put down.
const NEW_HOLDER_MONTHS: f64 = 12.0;
/// Tenure with which the holder of the first month begins.
const SETTLED_MONTHS: f64 = 120.0;
/// Openings and closures in one month, at most; the rest of the month stays as it is.
const MOST_EVENTS: usize = 12;
/// Entity under which this module draws judgements: beyond the ids of actors and places, under
/// which others may draw theirs.
const ENTITY: u32 = 1_000;

/// One clock for each thing that can happen: what a policy does to one hazard leaves the others'
/// events alone.
#[derive(Clone, Copy, Debug)]
struct Clocks {
    /// Onsets, in the order of [`ONSETS`].
    onset: [EventClock; 3],
    threat: EventClock,
    holder_gives_in: EventClock,
    buyer_gives_in: EventClock,
    unconditional_end: EventClock,
}

/// Causes that come by hazard.
const ONSETS: [Cause; 3] = [Cause::Unconditional, Cause::Offensive, Cause::Levy];

impl Clocks {
    fn new(draws: &Draws) -> Self {
        let clock = |purpose: Purpose, entity: u32| EventClock::new(draws, purpose, (entity, 0));
        Self {
            onset: [0, 1, 2].map(|entity| clock(draw::CLOSURE, entity)),
            threat: clock(draw::THREAT, 0),
            holder_gives_in: clock(draw::REOPENING, 0),
            buyer_gives_in: clock(draw::REOPENING, 1),
            unconditional_end: clock(draw::REOPENING, 2),
        }
    }

    fn redraw(&mut self, draws: &Draws) {
        let Self { onset, threat, holder_gives_in, buyer_gives_in, unconditional_end } = self;
        for clock in onset.iter_mut() {
            clock.redraw(draws, draw::CLOSURE);
        }
        threat.redraw(draws, draw::THREAT);
        for clock in [holder_gives_in, buyer_gives_in, unconditional_end] {
            clock.redraw(draws, draw::REOPENING);
        }
    }
}

/// The dispute.
#[derive(Clone, Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "four facts that do not depend on each other")]
pub struct State {
    clocks: Option<Clocks>,
    /// Worth of one a month over the horizon, to holder and buyer, months.
    annuity: [f64; 2],
    holder: Option<ActorId>,
    months_held: f64,
    live: bool,
    phase: Phase,
    near_shut: bool,
    /// Openness of the holder's gates last month, 0..1.
    last_open: f64,
    months_shut: f64,
    levy: Option<Levy>,
    opening: Option<Opening>,
    /// Part of the signalling delay that has passed, 0..1.
    signalled: f64,
    /// Whether the offensive that is on has been answered and settled.
    settled: bool,
    package: bool,
    threat_left_months: f64,
    belief: Belief,
    /// How many seizures, openings and closures there have been: addresses of their draws.
    count: [u32; 3],
    flow: Flow,
}

const SEIZURES: usize = 0;
const OPENINGS: usize = 1;
const CLOSURES: usize = 2;

/// What a month is played with.
struct Month<'a> {
    params: &'a Params,
    input: &'a Input,
    draws: &'a Draws,
    weighing: Weighing,
    /// The levy on the true terms, CNY/t gross.
    fair: f64,
    clocks: Clocks,
    /// Parts of the month that the holder's gates, all gates and the way for reagents were open.
    open: [f64; 3],
    /// Whether gates shut that were not shut for reasons apart.
    answered: bool,
}

impl State {
    /// The state before the first month.
    pub fn start(&mut self, params: &Params, draws: &Draws) {
        let rates = [params.discount_holder_per_month, params.discount_buyer_per_month];
        *self = Self {
            clocks: Some(Clocks::new(draws)),
            annuity: rates.map(|r| duration::annuity(r, params.horizon_months)),
            months_held: SETTLED_MONTHS,
            last_open: 1.0,
            belief: Belief::new(params),
            ..Self::default()
        };
    }

    /// Goes on with other chances: clocks draw anew what is left of their thresholds.
    pub fn redraw(&mut self, draws: &Draws) {
        self.clocks.iter_mut().for_each(|clocks| clocks.redraw(draws));
    }

    /// The dispute after the month; neutral before [`State::start`].
    pub fn flow(&self) -> Flow {
        self.flow
    }
}

/// One month; see [`State::flow`]. Does nothing before [`State::start`].
pub fn step(state: &mut State, params: &Params, input: &Input, draws: &Draws) {
    let Some(clocks) = state.clocks else { return };
    let weighing = Weighing::new(params, input, state.months_shut);
    let fair = weighing.levy(params);
    let mut month =
        Month { params, input, draws, weighing, fair, clocks, open: [0.0; 3], answered: false };
    let new_holder = state.meet_holder(input);
    if !input.offensive {
        state.settled = false;
        state.threat_left_months = 0.0;
    }
    if input.live {
        state.play(&mut month, new_holder);
    } else {
        state.track(&mut month);
    }
    state.clocks = Some(month.clocks);
    state.end(&month);
}

impl State {
    /// Notices who holds the mines; returns whether it is someone else than last month.
    fn meet_holder(&mut self, input: &Input) -> bool {
        let known = self.holder.replace(input.holder);
        let new = input.seized || known.is_some_and(|h| h != input.holder);
        self.months_held = if new { 0.0 } else { self.months_held + 1.0 };
        self.count[SEIZURES] += u32::from(input.seized);
        new
    }

    /// A month in which the record says what happens.
    fn track(&mut self, month: &mut Month<'_>) {
        self.levy = month.input.given_levy;
        self.phase = Phase::Open;
        self.near_shut = false;
        month.open = [1.0; 3];
        let open = share(month.input.given_open);
        month.answered = open < SHUT_BELOW && self.last_open >= SHUT_BELOW;
    }

    /// A month in which the model decides.
    fn play(&mut self, month: &mut Month<'_>, new_holder: bool) {
        let input = month.input;
        let given_shut = self.last_open < SHUT_BELOW;
        if !self.live && given_shut && self.phase == Phase::Open {
            self.take_over(month);
        }
        let mut from = 0.0;
        if new_holder {
            let seizure = self.count[SEIZURES];
            let (answer, part) = month.draws.pair(draw::SEIZURE, ENTITY, seizure, 0);
            if input.seized {
                self.run(month, 0.0, part);
                from = part;
            }
            self.recognise(month, answer);
        }
        self.run(month, from, 1.0);
        if input.given_levy.is_some() {
            self.levy = input.given_levy;
        }
    }

    /// A closure on record goes on as a dispute of the model's.
    fn take_over(&mut self, month: &mut Month<'_>) {
        let new = self.months_held < NEW_HOLDER_MONTHS;
        if new && self.in_force(month.input).is_none() {
            self.open_bargain(month);
        }
        let shut_for = self.months_shut;
        self.shut(month, if new { Cause::Seizure } else { Cause::Unconditional });
        // It began when the record says, and was answered for then.
        self.months_shut = shut_for;
        month.answered = false;
    }

    /// A new holder has to agree on a levy before trade goes on; if it came by force, the buyer may
    /// shut the gates whatever it asks.
    fn recognise(&mut self, month: &mut Month<'_>, answer: f64) {
        self.levy = month.input.given_levy;
        self.package = false;
        let refused = self.open_bargain(month);
        let odds = month.params.seizure_closure_probability
            / (1.0 - month.params.seizure_closure_probability).max(1e-9)
            * aversion(month.params, month.input.posture);
        let shuts = month.input.seized && answer < odds / (1.0 + odds);
        match self.phase {
            Phase::Shut(Cause::Unconditional) if refused => {}
            Phase::Shut(Cause::Unconditional) => self.accept(month.input),
            Phase::Shut(_) => self.phase = Phase::Shut(Cause::Seizure),
            Phase::Open if shuts => self.shut(month, Cause::Seizure),
            Phase::Open if refused => self.shut(month, Cause::Levy),
            Phase::Open => self.accept(month.input),
        }
    }

    /// Lets the hazards work from one part of the month to another.
    fn run(&mut self, month: &mut Month<'_>, from: f64, to: f64) {
        let mut at = from;
        for _ in 0..MOST_EVENTS {
            let span = to - at;
            if span <= 0.0 {
                return;
            }
            match self.phase {
                Phase::Open => {
                    let onset = self.onset(month, span);
                    let part = onset.map_or(1.0, |(part, _)| part);
                    self.pass(month, span * part);
                    at += span * part;
                    match onset {
                        Some((_, Cause::Levy)) => {
                            if self.open_bargain(month) {
                                self.shut(month, Cause::Levy);
                            } else {
                                self.accept(month.input);
                            }
                        }
                        Some((_, cause)) => self.shut(month, cause),
                        None => return,
                    }
                }
                Phase::Shut(cause) => {
                    let end = self.ending(month, cause, span);
                    let part = end.unwrap_or(1.0);
                    self.pass(month, span * part);
                    at += span * part;
                    if end.is_none() {
                        return;
                    }
                    self.settle(month, cause);
                }
            }
        }
        self.pass(month, (to - at).max(0.0));
    }

    /// Books a part of the month as it stands.
    fn pass(&self, month: &mut Month<'_>, part: f64) {
        let reagents = if self.near_shut { 0.0 } else { month.params.reagents_while_shut };
        let rates = match self.phase {
            Phase::Open => [1.0; 3],
            Phase::Shut(Cause::Unconditional) => [0.0, 0.0, reagents],
            Phase::Shut(_) => [0.0, 1.0, reagents],
        };
        for (open, rate) in month.open.iter_mut().zip(rates) {
            *open += rate * part;
        }
    }

    /// The levy that counts: a lever's, the timeline's, the bargained one.
    fn in_force(&self, input: &Input) -> Option<Levy> {
        imposed(input).or(self.levy)
    }

    fn burden(&self, month: &Month<'_>) -> Option<f64> {
        self.in_force(month.input).map(|levy| levy.burden(month.weighing.price))
    }

    /// Whether the way shuts within `span`: after which part of it, and why.
    fn onset(&mut self, month: &mut Month<'_>, span: f64) -> Option<(f64, Cause)> {
        let hazards = self.onsets(month);
        let mut first = None;
        let mut part = 1.0;
        // A later cause has only the time up to an earlier event; exponential clocks do not mind
        // having been asked for more.
        for ((clock, hazard), cause) in month.clocks.onset.iter_mut().zip(hazards).zip(ONSETS) {
            if let Some(p) = clock.advance(month.draws, draw::CLOSURE, hazard, span * part) {
                part *= p;
                first = Some((part, cause));
            }
        }
        let hazard = hazards[1] * month.params.threats_per_closure;
        let clock = &mut month.clocks.threat;
        if clock.advance(month.draws, draw::THREAT, hazard, span * part).is_some() {
            self.threat_left_months = month.params.threat_lasts_months;
            self.belief.threaten(month.params);
        }
        first
    }

    /// Whether the way opens within `span`, and after which part of it.
    fn ending(&mut self, month: &mut Month<'_>, cause: Cause, span: f64) -> Option<f64> {
        let [holder, buyer] = self.ends(month, cause);
        if cause == Cause::Unconditional {
            let clock = &mut month.clocks.unconditional_end;
            return clock.advance(month.draws, draw::REOPENING, buyer, span);
        }
        if month.params.duration_form >= 0.5 {
            let wanting = 1.0 - self.signalled;
            self.signalled += buyer * span;
            return (self.signalled >= 1.0).then(|| (wanting / (buyer * span)).clamp(0.0, 1.0));
        }
        let clocks = &mut month.clocks;
        let first = clocks.buyer_gives_in.advance(month.draws, draw::REOPENING, buyer, span);
        let left = span * first.unwrap_or(1.0);
        let second = clocks.holder_gives_in.advance(month.draws, draw::REOPENING, holder, left);
        second.map(|p| p * first.unwrap_or(1.0)).or(first)
    }

    /// The holder asks; returns whether the buyers refuse.
    fn open_bargain(&mut self, month: &Month<'_>) -> bool {
        self.count[OPENINGS] += 1;
        let pair = |i| month.draws.pair(draw::JUDGEMENT, ENTITY, self.count[OPENINGS], i);
        let errors = [pair(0), pair(2)];
        let opening = month.weighing.opening(month.params, errors, imposed(month.input));
        self.opening = Some(opening);
        opening.refused
    }

    /// What the last ask comes to at this month's price, CNY/t gross.
    fn asked(&self, month: &Month<'_>) -> Option<f64> {
        self.opening.map(|o| o.ask_share * month.weighing.price)
    }

    /// What was asked, or imposed, holds.
    fn accept(&mut self, input: &Input) {
        let asked = self.opening.map(|o| Levy { ad_valorem: o.ask_share, ..Levy::default() });
        self.levy = imposed(input).or(asked);
    }

    fn shut(&mut self, month: &mut Month<'_>, cause: Cause) {
        self.phase = Phase::Shut(cause);
        self.months_shut = 0.0;
        self.signalled = 0.0;
        self.threat_left_months = 0.0;
        self.count[CLOSURES] += 1;
        if cause == Cause::Unconditional {
            return;
        }
        let (u, _) = month.draws.pair(draw::JUDGEMENT, ENTITY, self.count[CLOSURES], 1);
        self.near_shut = u < month.params.near_shut_probability;
        self.package = false;
        month.answered |= cause != Cause::Levy;
    }

    /// A closure ends; what is agreed depends on what it was about.
    fn settle(&mut self, month: &mut Month<'_>, cause: Cause) {
        self.phase = Phase::Open;
        self.near_shut = false;
        if cause == Cause::Unconditional {
            // A new holder that the gates were shut to anyway still has to agree on its levy.
            let owed = self.in_force(month.input).is_none();
            if owed && self.opening.is_some_and(|o| o.refused) {
                self.shut(month, Cause::Levy);
            }
            return;
        }
        let over_levy = cause != Cause::Offensive || self.in_force(month.input).is_none();
        if over_levy {
            // Scarcity may have made the terms as good as what was asked.
            let met = self.asked(month).is_some_and(|asked| asked <= month.fair);
            if met || self.opening.is_some_and(|o| !o.refused) {
                self.accept(month.input);
            } else {
                self.levy = Some(month.weighing.agreed(month.params, month.input.declared));
            }
        }
        // Pressure has had its answer for this offensive.
        self.settled = month.input.offensive;
        let [military, restraint] = restraint_values(month.params, month.input);
        self.package = restraint > military;
    }

    /// Closes the month: how long shut, what is believed, what the others are told.
    fn end(&mut self, month: &Month<'_>) {
        let (params, input) = (month.params, month.input);
        let far = share(input.far_cap);
        let holder_open = month.open[0].min(1.0).min(far).min(share(input.near_cap));
        let reagents = match input.reagent_lever {
            Some(_) if self.near_shut => 0.0,
            Some(set) => share(set),
            None => month.open[2].min(1.0),
        };
        let open = holder_open * share(input.given_open);
        let shut_at_end = !input.live && share(input.given_open_at_end) < SHUT_BELOW;
        if self.phase != Phase::Open || open < SHUT_BELOW || shut_at_end {
            self.months_shut += 1.0 - open;
        } else {
            self.months_shut = 0.0;
        }
        // A lever that keeps a gate shut is no dispute to take over from the record.
        self.last_open = if input.live { open } else { share(input.given_open_at_end) };
        self.live = input.live;
        let provoked = input.offensive || input.seized;
        self.belief.observe(params, provoked, month.answered, share(input.conditionality));

        let onsets = self.onsets(month);
        let burden = self.burden(month);
        let costs = month.weighing.closure_cost(params, burden.unwrap_or(month.fair));
        self.flow = Flow {
            phase: self.phase,
            holder_open,
            all_open: month.open[1].min(1.0).min(far),
            reagents_open: reagents,
            near_shut: self.near_shut,
            months_shut: self.months_shut,
            levy: self.in_force(input),
            agreed_cny_per_t: burden.unwrap_or(0.0),
            opening: self.opening,
            threat: self.threat_left_months > 0.0,
            believed_conditionality: self.belief.mean(),
            package_restraint: if self.package { params.package_restraint } else { 0.0 },
            onset_per_month: onsets.iter().sum(),
            ends_per_month: match self.phase {
                Phase::Open => [0.0; 2],
                Phase::Shut(cause) => self.ends(month, cause),
            },
            leverage: costs[1] / costs[0],
            closure_cost_cny: costs,
            surplus_cny_per_t: month.weighing.surplus_per_t(),
        };
        self.threat_left_months = (self.threat_left_months - 1.0).max(0.0);
    }
}

/// A levy that nobody bargains over: a lever's, or the timeline's.
fn imposed(input: &Input) -> Option<Levy> {
    input.levy_lever.levy().or(input.given_levy)
}

#[cfg(test)]
mod corners;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod theory;
