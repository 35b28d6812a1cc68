//! When do the two sides of the war talk, stop shooting, come to terms, and start again?
//!
//! Mechanism: war, talks, a fragile truce and an accommodation follow each other as a semi-Markov
//! chain. Mediation, recognition, losses and the buyer's restraint bring talks; talks end in a truce
//! or in war; a truce deepens only where revenue is shared or the challenger recognised. A truce
//! grows safer with age, and breaks down the sooner the less is shared, the more the mines are
//! contested and the trade smuggled, the less a third party watches or the weaker it has become, the
//! greater the grievance; revenue that a new war would cost holds it together. A truce that the
//! timeline gives is signed on its day; once the model decides it may break earlier, and when its
//! last day passes it goes on, as whoever ends it does so by choice.
//!
//! ```text
//! h_talks   = h_w r_med^m r_rec^g r_loss^L r_res^(mean R)                             1/month
//! h_truce   = h_t r_med^m r_gua^G ;   h_fail constant ;   h_deep = h_d max(sharing, g)
//! Λ(a, a')  = exp(Σ b x − b_dist) ((a'/s)^k − (a/s)^k)           breakdown over the ages a..a'
//! Σ b x     = b_dist (1−sharing) + b_zone contested + b_smug smuggled + b_form formal
//!           + b_lev imposed (1 − leverage/leverage_0) + b_mon (1−(1−monitored)(1−guaranteed))
//!           + ln mean exp(−b_H p_cl H) + b_gri sd + b_acc [accommodation] + shift    see `commitment`
//! it fires when the integrated hazard reaches −ln(1−u); P(side i breaks it) = h_i / (h_0 + h_1), which is
//! one half while the truce keeps both hazards of attack at nought
//! ```
//!
//! The scale `s` stands for a truce like the longest on record, which shared nothing: hence the
//! `− b_dist`. Reads: levers and the timeline's truces, last month's losses, restraint, smuggled and
//! formal share, leverage, hostage revenue, grievance and hazards of offensives. Writes: the phase,
//! who broke a truce, hazards, and what they are made of. Limits: ASSUME M-065 to M-070; the terms
//! of a truce are two numbers, land is not handed back by it, and there is one pair of sides.

pub mod commitment;
mod hazard;

use crate::config::Corridor;
use crate::draw::{BREAKDOWN, TALKS};
use crate::kernel::event::EventClock;
use crate::kernel::id::Id;
use crate::kernel::math::pow;
use crate::kernel::rng::{Draws, Purpose};
use hazard::{Coefficients, Signed, unit};
pub use hazard::{KIND_COUNT, KINDS, TERM_COUNT, TERMS, integrated, median_months};

crate::params! { "ceasefire" from "params.toml" {
    talks_per_month, ratio_talks_mediation, ratio_talks_recognition, ratio_talks_losses,
    ratio_talks_restraint, truce_per_month, ratio_truce_guarantee, talks_failure_per_month,
    accommodation_per_month, breakdown_scale_months, breakdown_shape, ratio_distribution,
    ratio_conflict_zone, ratio_smuggled, ratio_formal_levy, ratio_fallen_leverage, ratio_monitored,
    ratio_grievance, ratio_accommodation,
} }

/// For `explain`.
pub const ABOUT: &str = "War, talks, fragile truce and accommodation between the two sides: hazards of \
    talks, and of breakdown by what is shared, contested, smuggled, watched, held hostage and resented.";

/// Months over which [`Flow::breakdown_24_months`] looks ahead.
pub const HORIZON_MONTHS: f64 = 24.0;

/// Most changes of phase in a month.
const MOST_CHANGES: usize = 4;
/// Entities of [`TALKS`] and of [`BREAKDOWN`]; the second word of an address counts the occasions.
const BEGIN: u32 = 0;
const AGREE: u32 = 1;
const FAIL: u32 = 2;
const DEEPEN: u32 = 3;
const BREAK: u32 = 0;
const BREAKER: u32 = 1;

/// Where the two sides stand with each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// They fight, or may at any time.
    #[default]
    War,
    /// They fight and talk.
    Talks,
    /// They do not fight.
    Truce,
    /// They do not fight, and share revenue or recognise each other.
    Accommodation,
}

impl Phase {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::War => "war",
            Self::Talks => "talks",
            Self::Truce => "fragile truce",
            Self::Accommodation => "accommodation",
        }
    }

    /// Whether it keeps either side from an offensive.
    pub fn is_truce(self) -> bool {
        matches!(self, Self::Truce | Self::Accommodation)
    }
}

/// What the month brings. Shares are 0..1 and are cut off there.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Inputs {
    /// Whether the model decides what nobody scripted.
    pub live: bool,
    /// Months since the start.
    pub month: usize,
    /// Mediation, 0..1.
    pub mediation: f64,
    /// Recognition of the challenger, 0..1.
    pub recognition: f64,
    /// Monitoring of a truce, 0..1.
    pub monitoring: f64,
    /// Guarantee of a truce by a third party, 0..1; that of a scripted truce is added here.
    pub guarantee: f64,
    /// Share of the revenue that a truce gives the other side, 0..1; likewise.
    pub sharing: f64,
    /// Share of the means of both sides lost in the last 12 months, 0..1.
    pub losses_share: f64,
    /// How far the buyer holds each side back, 0..1.
    pub restraint: [f64; 2],
    /// Share of the trade that is smuggled, 0..1.
    pub smuggled_share: f64,
    /// Share of the challenger's revenue that is a formal levy, 0..1.
    pub formal_share: f64,
    /// The third party's leverage at present, in any unit; what counts is its ratio to that of the
    /// month in which the truce began, which is kept here.
    pub leverage: f64,
    /// `b_H p_cl H` of each side: what a new war would put at risk, as a log hazard.
    pub hostage: [f64; 2],
    /// Grievance and lost legitimacy, standard deviations over their usual level.
    pub grievance_sd: f64,
    /// How far both sides hold or claim the mines, 0..1.
    pub resource_contested: f64,
    /// Last month's hazard of an offensive by each side, 1/month: in that proportion they break it.
    pub offensive_per_month: [f64; 2],
    /// The challenger's chance to prevail now and ahead, 0..1, if the commitment problem is modelled.
    pub power: Option<[f64; 2]>,
}

/// Where the two sides stand after the month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flow<'a> {
    /// Phase at the end of the month.
    pub state: Phase,
    /// Whether that is a truce or an accommodation.
    pub truce: bool,
    /// Share of the revenue that it gives to the other side as signed, 0..1; 0 outside.
    pub sharing: f64,
    /// Who broke a truce this month: 0 the challenger, 1 the incumbent.
    pub broken_by: Option<usize>,
    /// Age of the truce, months; 0 outside.
    pub months: f64,
    /// Months of the run so far that were spent in one.
    pub truce_months: f64,
    /// Hazard of breakdown integrated over the coming month at present covariates; 0 outside.
    pub breakdown_per_month: f64,
    /// The same over the coming [`HORIZON_MONTHS`].
    pub breakdown_24_months: f64,
    /// Hazard of talks, 1/month; 0 outside a war.
    pub talks_per_month: f64,
    /// Contributions to the log hazard of breakdown, in the order of [`TERMS`]; in the month of a
    /// breakdown those that led to it, 0 in other months of war.
    pub terms: &'a [f64; TERM_COUNT],
    /// The largest contribution above 0 at the latest breakdown, a place in [`TERMS`].
    pub last_cause: Option<usize>,
    /// The kind of dispute, from 1 as in [`KINDS`], whose contributions above 0 add up to most then.
    pub last_kind: usize,
    /// The shift of power, and what of it a truce can bear.
    pub shift: commitment::Shift,
}

#[derive(Clone, Copy, Debug)]
struct Script {
    from: usize,
    until: usize,
    guarantee: f64,
    sharing: f64,
    age: f64,
}

/// Where the two sides stand, and the clocks that run.
#[derive(Clone, Debug, Default)]
pub struct State {
    active: bool,
    scripts: Vec<Script>,
    coefficients: Coefficients,
    phase: Phase,
    was_live: bool,
    /// The scripted truce in force.
    script: Option<usize>,
    signed: Signed,
    age: f64,
    /// `age^shape`, and the same a month later.
    power: f64,
    power_ahead: f64,
    truce_months: f64,
    /// Wars, talks and truces begun: each has clocks of its own.
    occasions: [u32; 3],
    clocks: [Option<EventClock>; 2],
    terms: [f64; TERM_COUNT],
    factor: f64,
    talks_per_month: f64,
    breakdown_per_month: f64,
    breakdown_24_months: f64,
    broken_by: Option<usize>,
    last_cause: Option<usize>,
    last_kind: usize,
    commitment: commitment::State,
}

/// One month: what the timeline gives, then chance if the model decides; see [`State::flow`].
///
/// Must be called once for each month, in order.
pub fn step(state: &mut State, inputs: &Inputs, draws: &Draws) {
    if !state.active {
        return;
    }
    state.broken_by = None;
    state.follow_timeline(inputs);
    state.reckon(inputs);
    if inputs.live {
        state.follow_chance(inputs, draws);
        if state.phase.is_truce() {
            let occasion = state.occasion();
            state.commitment.press(draws, occasion, inputs.power);
        }
    } else if state.phase.is_truce() {
        state.grow_older(1.0, state.power_ahead);
    }
    state.look_ahead();
    state.was_live = inputs.live;
}

impl State {
    /// War on the first month, with what the timeline gives to come; without two sides nothing ever
    /// happens.
    pub fn start(&mut self, params: &Params, corridor: &Corridor, values: &[f64]) {
        let mut scripts = std::mem::take(&mut self.scripts);
        scripts.clear();
        let mut commitment = std::mem::take(&mut self.commitment);
        commitment.start(corridor, values);
        if corridor.politics.is_some() {
            scripts.extend(corridor.timeline.truces.iter().map(|t| Script {
                from: t.from,
                until: t.until,
                guarantee: unit(values[t.guarantee.index()]),
                sharing: unit(values[t.sharing.index()]),
                age: t.age_months.map_or(0.0, |age| values[age.index()].max(0.0)),
            }));
        }
        *self = Self {
            active: corridor.politics.is_some(),
            scripts,
            coefficients: Coefficients::new(params),
            commitment,
            ..Self::default()
        };
    }

    /// Goes on with other chances: clocks that run draw anew what is left of their thresholds.
    pub fn redraw(&mut self, draws: &Draws) {
        // The first clock is a truce's breakdown, or what ends a war or talks.
        let first = if self.phase.is_truce() { BREAKDOWN } else { TALKS };
        for (clock, purpose) in self.clocks.iter_mut().zip([first, TALKS]) {
            for clock in clock.iter_mut() {
                clock.redraw(draws, purpose);
            }
        }
        self.commitment.redraw(draws);
    }

    /// Where the two sides stand after the month.
    pub fn flow(&self) -> Flow<'_> {
        let truce = self.phase.is_truce();
        Flow {
            state: self.phase,
            truce,
            sharing: if truce { self.signed.sharing } else { 0.0 },
            broken_by: self.broken_by,
            months: if truce { self.age } else { 0.0 },
            truce_months: self.truce_months,
            breakdown_per_month: self.breakdown_per_month,
            breakdown_24_months: self.breakdown_24_months,
            talks_per_month: self.talks_per_month,
            terms: &self.terms,
            last_cause: self.last_cause,
            last_kind: self.last_kind,
            shift: self.commitment.shift(),
        }
    }

    /// Share of the challenger's means that the incumbent demands in a month, 0..1, as it stood at the end
    /// of the last one or as the timeline has it.
    pub fn demanded(&self, month: usize) -> f64 {
        self.commitment.demanded(month)
    }

    fn follow_timeline(&mut self, inputs: &Inputs) {
        let now = self.scripts.iter().rposition(|s| (s.from..s.until).contains(&inputs.month));
        // What the record gave ends with it; what the model took over is the model's to end.
        if !self.was_live && now.is_none() && self.phase != Phase::War {
            self.enter(Phase::War);
        }
        let Some(place) = now else { return };
        let Some(script) = self.scripts.get(place).copied() else { return };
        let due = if inputs.live {
            script.from == inputs.month
        } else {
            self.script != Some(place) || !self.phase.is_truce()
        };
        if due {
            // A truce that is renewed keeps its age.
            if !self.phase.is_truce() {
                self.enter(Phase::Truce);
                self.be_of_age(script.age);
            }
            self.script = Some(place);
            self.sign(inputs, script.guarantee, script.sharing);
        }
    }

    /// A truce that was signed before its first day here begins as old as it is.
    fn be_of_age(&mut self, age: f64) {
        if age > 0.0 {
            let shape = self.coefficients.shape;
            (self.age, self.power, self.power_ahead) =
                (age, pow(age, shape), pow(age + 1.0, shape));
        }
    }

    fn sign(&mut self, inputs: &Inputs, guarantee: f64, sharing: f64) {
        let imposed = unit(inputs.mediation).max(unit(inputs.guarantee)).max(guarantee);
        self.signed = Signed { guarantee, sharing, imposed, leverage: inputs.leverage };
    }

    fn enter(&mut self, phase: Phase) {
        if let Some(count) = self.occasions.get_mut(phase as usize) {
            *count += 1;
        }
        if phase != Phase::Accommodation {
            self.clocks = [None; 2];
            self.commitment.over();
            (self.age, self.power, self.power_ahead) = (0.0, 0.0, 1.0);
            self.script = None;
            self.signed = Signed::default();
        }
        self.phase = phase;
    }

    /// Hazards at this month's covariates.
    fn reckon(&mut self, inputs: &Inputs) {
        // In the month of a breakdown what led to it is told, and not what is left of it.
        let shift = if self.broken_by.is_none() {
            self.commitment.reckon(inputs.power, inputs.month)
        } else {
            0.0
        };
        let k = &self.coefficients;
        self.talks_per_month = if self.phase == Phase::War { k.talks(inputs) } else { 0.0 };
        if self.phase.is_truce() {
            self.terms = k.terms(inputs, &self.signed, self.phase == Phase::Accommodation);
            self.terms[TERM_COUNT - 1] = shift;
            self.factor = k.factor(&self.terms);
        } else if self.broken_by.is_none() {
            self.terms = [0.0; TERM_COUNT];
        }
    }

    fn follow_chance(&mut self, inputs: &Inputs, draws: &Draws) {
        let mut left = 1.0;
        for _ in 0..MOST_CHANGES {
            // So that a truce is not broken and signed in the same month.
            let again = self.broken_by.is_some() && self.phase == Phase::Talks;
            if again || left <= 0.0 {
                return;
            }
            let used = match self.phase {
                Phase::War => self.fight(draws, left),
                Phase::Talks => self.talk(inputs, draws, left),
                Phase::Truce | Phase::Accommodation => self.hold(inputs, draws, left),
            };
            let Some(used) = used else { return };
            left -= used;
            self.reckon(inputs);
        }
    }

    /// War until talks begin; the months used, if they do.
    fn fight(&mut self, draws: &Draws, left: f64) -> Option<f64> {
        let hazard = self.talks_per_month;
        let part = self.clock(0, draws, TALKS, BEGIN).advance(draws, TALKS, hazard, left)?;
        self.enter(Phase::Talks);
        Some(part * left)
    }

    /// Talks until they end in a truce or fail, whichever comes first.
    fn talk(&mut self, inputs: &Inputs, draws: &Draws, left: f64) -> Option<f64> {
        let (agree, fail) = (self.coefficients.truce(inputs), self.coefficients.failure);
        let agreed = self.clock(0, draws, TALKS, AGREE).advance(draws, TALKS, agree, left);
        let failed = self.clock(1, draws, TALKS, FAIL).advance(draws, TALKS, fail, left);
        let part = match (agreed, failed) {
            (None, None) => return None,
            (Some(part), other) if other.is_none_or(|o| part <= o) => {
                self.enter(Phase::Truce);
                self.sign(inputs, 0.0, 0.0);
                part
            }
            (_, failed) => {
                self.enter(Phase::War);
                failed.unwrap_or(1.0)
            }
        };
        Some(part * left)
    }

    /// A truce until it deepens or breaks down, whichever comes first.
    fn hold(&mut self, inputs: &Inputs, draws: &Draws, left: f64) -> Option<f64> {
        let deepens = if self.phase == Phase::Truce {
            let hazard = self.coefficients.deepening(inputs, &self.signed);
            self.clock(1, draws, TALKS, DEEPEN).advance(draws, TALKS, hazard, left)
        } else {
            None
        };
        let span = deepens.map_or(left, |part| part * left);
        let shape = self.coefficients.shape;
        let end = if span == 1.0 { self.power_ahead } else { pow(self.age + span, shape) };
        let exposure = self.factor * (end - self.power);
        let broken =
            self.clock(0, draws, BREAKDOWN, BREAK).advance(draws, BREAKDOWN, exposure, 1.0);
        if let Some(part) = broken {
            // Part of the hazard, not of the time: the age at which the power got that far.
            let at = pow(self.power + part * (end - self.power), 1.0 / shape);
            let used = (at - self.age).clamp(0.0, span);
            self.truce_months += used;
            self.break_down(inputs, draws);
            return Some(used);
        }
        self.grow_older(span, end);
        deepens?;
        self.enter(Phase::Accommodation);
        Some(span)
    }

    fn break_down(&mut self, inputs: &Inputs, draws: &Draws) {
        let [a, b] = inputs.offensive_per_month.map(|h| h.max(0.0));
        let challenger = if a + b > 0.0 { a / (a + b) } else { 0.5 };
        let occasion = self.occasion();
        let u = draws.uniform(BREAKDOWN, BREAKER, occasion, 0);
        self.broken_by = Some(usize::from(u >= challenger));
        let terms = self.terms.iter().enumerate().filter(|(_, t)| **t > 0.0);
        self.last_cause = terms.max_by(|a, b| a.1.total_cmp(b.1)).map(|(i, _)| i);
        let mut kinds = [0.0; KIND_COUNT + 1];
        for (term, kind) in self.terms.iter().zip(KINDS) {
            kinds[kind] += term.max(0.0);
        }
        let weighs = kinds.iter().enumerate().filter(|(_, weight)| **weight > 0.0);
        let most = weighs.max_by(|a, b| a.1.total_cmp(b.1));
        self.last_kind = most.map_or(0, |(kind, _)| kind);
        self.enter(Phase::War);
    }

    fn grow_older(&mut self, months: f64, power: f64) {
        self.age += months;
        self.truce_months += months;
        self.power = power;
        self.power_ahead = pow(self.age + 1.0, self.coefficients.shape);
    }

    fn look_ahead(&mut self) {
        let truce = self.phase.is_truce();
        let over = |end: f64| if truce { self.factor * (end - self.power) } else { 0.0 };
        let month = over(self.power_ahead);
        let horizon =
            if truce { over(pow(self.age + HORIZON_MONTHS, self.coefficients.shape)) } else { 0.0 };
        (self.breakdown_per_month, self.breakdown_24_months) = (month, horizon);
    }

    /// Which war, talks or truce of the run this is. An accommodation belongs to its truce.
    fn occasion(&self) -> u32 {
        let place = (self.phase as usize).min(Phase::Truce as usize);
        self.occasions.get(place).copied().unwrap_or(0)
    }

    /// A clock of this occasion, set when it is first looked at.
    fn clock(
        &mut self,
        slot: usize,
        draws: &Draws,
        purpose: Purpose,
        entity: u32,
    ) -> &mut EventClock {
        let address = (entity, self.occasion());
        let [first, second] = &mut self.clocks;
        let clock = if slot == 0 { first } else { second };
        clock.get_or_insert_with(|| EventClock::new(draws, purpose, address))
    }
}

#[cfg(test)]
mod tests;
