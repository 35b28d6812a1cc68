//! Who attacks where, who wins ground, and does income from trade restrain a side or arm it?
//!
//! Mechanism: each side has military means, fed by a share of its incomes and by allies, worn out by
//! time and by battle. On each front each side has a hazard of starting an offensive: it grows with
//! its superiority and with the value behind the front, and falls with the income that a closure of
//! the gates would cost it and with the hold that outsiders have on it. In an offensive one township
//! after the other falls to the attacker at a hazard given by a contest of strengths at a distance,
//! and both sides lose means. It ends after some months, or when nothing is left to take.
//!
//! ```text
//! K_k  <- K_k (1 − delta) + recruitment_k (arms_k + a_o,k R_o,k) + allied_k − losses_k        CNY
//! H_k   = R_t,k / (R_t,k + R_o,k), incomes averaged over the memory                  hostage share
//! h_k,f = base_k,f exp( b_K ln(K_k/K_j : at start) − b_H p_cl,k H_k + b_V ln(V_f / first year's)
//!                       − b_R restraint_k + b_x (other fronts attacked by k) )             1/month
//! p_k   = (K_k e^(−d_k/L))^m / [same + (K_j e^(−d_j/L))^m]       or one of two other contest forms
//! advance of the attacker: hazard lambda_c p_k ;  end: hazard 1/length                     1/month
//! dK_k  = −alpha phi K_j dt, phi = share of fronts fought on                     Lanchester square
//! net restraint_k = −d ln h_k / d ln R_t,k = b_H p_cl H (1 − H) − b_K e_K      see `restraint`
//! ```
//!
//! `h` is nought in a truce, where nothing is left to take, and where an offensive is under way.
//! Before the model decides, offensives are those on record and ground moves by the timeline alone;
//! means, shares and hazards are tracked. One on record that runs on then is the model's to end;
//! one that a scenario sets later is fought as it says, and moves ground by chance.
//!
//! Reads: last month's incomes and arms, beliefs, restraint, truce, prizes, holders. Writes: offensives,
//! moves, means, hazards, net restraint. Limits: ASSUME M-024 to M-031; fronts are aggregates, and
//! bystanders neither fight nor lose ground.

mod ahead;
pub mod contest;
mod front;
pub mod restraint;

use crate::config::{Corridor, Politics};
use crate::kernel::id::{ActorId, Dense, FrontId, Id, PlaceId};
use crate::kernel::math::{exp, ln};
use crate::kernel::rng::Draws;
use contest::Form;
use front::{Front, Ground, Hazards};

crate::params! { "conflict" from "params.toml" {
    capability_response, hostage_response, prize_response, restraint_response,
    other_fronts_response, prize_floor_cny_per_month, memory_months, capability_decay_per_month,
    attrition_per_month, contest_form, decisiveness, logit_slope, relative_slope, reach_km,
    advance_per_month, offensive_months,
} }

/// For `explain`.
pub const ABOUT: &str = "Military means of two sides, fed by incomes and allies; hazards of \
    offensives by superiority, prize, hostage revenue and outside restraint; townships of a front \
    fall one after the other by a contest success function; losses by Lanchester's square law; \
    the net restraint condition: does trade revenue hold a side back or arm it?";

/// A month, in months.
const MONTH: f64 = 1.0;
/// Months whose mean value behind a front is the reference: a year, so that seasons even out.
const REFERENCE_MONTHS: f64 = 12.0;
/// Log-ratios of means and of prizes are held within this: a factor of 55 either way.
const MOST_LOG: f64 = 4.0;
/// Means below this share of both sides' at the start count as this much in the ratio.
const LEAST_MEANS: f64 = 1e-3;
/// Most that the ratio of arms shares is reported as.
const MOST_ARMS_RATIO: f64 = 1e3;

/// What a side has to fight with and for, this month.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Means {
    /// Spent on arms out of levies on the commodity last month, CNY.
    pub arms_cny: f64,
    /// Income from levies on the commodity last month, CNY.
    pub trade_income_cny: f64,
    /// Other income last month, CNY.
    pub other_income_cny: f64,
    /// Share of trade income spent on arms, 0..1.
    pub arms_share: f64,
    /// Share of other income spent on arms, 0..1.
    pub other_arms_share: f64,
    /// Means supplied by allies, CNY.
    pub allied_supply_cny: f64,
    /// Factor on what its arms money yields, from its standing with those it recruits from.
    pub recruitment: f64,
    /// Its belief in P(closure | offensive) − P(closure | none), 0..1.
    pub conditionality: f64,
    /// How strongly outsiders hold it back, 0..1.
    pub restraint: f64,
}

/// What a month of conflict is told.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// Whether the model decides; else the timeline does.
    pub live: bool,
    /// Months since the start.
    pub month: usize,
    /// A truce holds: nobody attacks, and who attacked stops. A scripted offensive goes on.
    pub truce: bool,
    /// Side that broke a truce: it attacks at once where its hazard is highest. Overrides `truce`.
    pub broken_by: Option<usize>,
    /// The challenger, then the incumbent.
    pub sides: [Means; 2],
    /// Value of the commodity behind each front, CNY/month; the front's other prize is added here.
    pub prize_cny: &'a Dense<FrontId, f64>,
    /// Who holds what.
    pub holder: &'a Dense<PlaceId, ActorId>,
}

/// A township falls.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Move {
    /// On which front.
    pub front: FrontId,
    /// Which.
    pub place: PlaceId,
    /// Who holds it from now on.
    pub to: ActorId,
    /// For which side.
    pub side: usize,
}

/// A front's month.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FrontFlow {
    /// Side whose offensive was fought here this month, the last one if several.
    pub offensive: Option<usize>,
    /// Months since it began.
    pub months: f64,
    /// Part of the month fought, by attacker, 0..1.
    pub fought: [f64; 2],
    /// Hazard of an offensive by side at the beginning of the month, 1/month.
    pub hazard: [f64; 2],
    /// Probability that a side would prevail here, 0..1; the two add up to 1.
    pub win: [f64; 2],
}

/// Conflict this month. Pairs are by side.
#[derive(Clone, Copy, Debug)]
pub struct Flow<'a> {
    /// By front.
    pub fronts: &'a Dense<FrontId, FrontFlow>,
    /// Townships that fell, in order; empty while the timeline decides.
    pub moves: &'a [Move],
    /// Sums over fronts, means and shares.
    pub sides: Totals,
}

/// Sides after the month.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Totals {
    /// Military means, CNY.
    pub capability_cny: [f64; 2],
    /// Lost in battle, CNY.
    pub losses_cny: [f64; 2],
    /// Share of income that a closure would take (H), 0..1.
    pub hostage_share: [f64; 2],
    /// Arms share of trade income over that of other income (rho).
    pub arms_ratio: [f64; 2],
    /// `−d ln h / d ln R_t`: above zero, more trade means fewer offensives.
    pub net_restraint: [f64; 2],
    /// Hazard of an offensive anywhere, 1/month.
    pub hazard: [f64; 2],
    /// Townships taken.
    pub moves_by_side: [usize; 2],
    /// Offensives begun.
    pub launched: [usize; 2],
    /// Fronts on which an offensive was fought.
    pub offensives: usize,
}

/// Means, memories and fronts.
#[derive(Clone, Debug, Default)]
pub struct State {
    capability: [f64; 2],
    /// Both sides' means at the start, and the log of their ratio.
    scale: f64,
    log_ratio_at_start: f64,
    /// Incomes from trade and from elsewhere, averaged over the memory.
    income: [[f64; 2]; 2],
    /// What arms each side in a month, averaged over the memory, CNY.
    inflow: [f64; 2],
    months: f64,
    /// First month of those in a row in which the model decides.
    live_since: Option<usize>,
    side_of: Dense<ActorId, Option<usize>>,
    held: Dense<PlaceId, Option<usize>>,
    fronts: Dense<FrontId, (Front, Terms)>,
    moves: Vec<Move>,
    flow: Dense<FrontId, FrontFlow>,
    totals: Totals,
}

/// What of a front does not change in a run, and its remembered prize.
#[derive(Clone, Copy, Debug)]
struct Terms {
    base: [f64; 2],
    /// Strength here of a unit of means, in hundredths of both sides' at the start.
    strength: [f64; 2],
    other_prize: f64,
    prize: f64,
    prize_at_first: f64,
}

impl State {
    /// The state before the first month.
    pub fn start(&mut self, params: &Params, corridor: &Corridor, values: &[f64], draws: &Draws) {
        let Some(politics) = &corridor.politics else {
            *self = Self::default();
            return;
        };
        let value = |n: crate::kernel::id::NumberId| values[n.index()].max(0.0);
        self.capability = politics.sides.each_ref().map(|s| value(s.capability_at_start_cny));
        self.scale = (self.capability[0] + self.capability[1]).max(1.0);
        self.log_ratio_at_start = self.log_ratio();
        self.income = [[0.0; 2]; 2];
        self.inflow = [0.0; 2];
        self.months = 0.0;
        self.live_since = None;
        self.side_of = corridor.actors.ids().map(|a| side_of(politics, a)).collect();
        self.held = Dense::filled(None, corridor.places.len());
        let scale = self.scale;
        let front = |(id, f): (FrontId, &crate::config::Front)| {
            let near = |n| contest::at_distance(100.0 / scale, value(n), params.reach_km);
            let terms = Terms {
                base: f.base_hazard_per_month.map(value),
                strength: f.distance_km.map(near),
                other_prize: value(f.other_prize_cny_per_month),
                prize: 0.0,
                prize_at_first: 0.0,
            };
            (Front::new(id, draws), terms)
        };
        self.fronts = politics.fronts.enumerate().map(front).collect();
        self.flow = Dense::filled(FrontFlow::default(), politics.fronts.len());
        self.moves.clear();
        self.moves.reserve(2 * corridor.places.len());
        self.totals = Totals::default();
    }

    /// Goes on with other chances: clocks draw anew what is left of their thresholds.
    pub fn redraw(&mut self, draws: &Draws) {
        self.fronts.iter_mut().for_each(|(front, _)| front.redraw(draws));
    }

    /// The month.
    pub fn flow(&self) -> Flow<'_> {
        Flow { fronts: &self.flow, moves: &self.moves, sides: self.totals }
    }

    /// Log of the ratio of means, challenger to incumbent.
    fn log_ratio(&self) -> f64 {
        let [a, b] = self.capability.map(|k| k.max(LEAST_MEANS * self.scale));
        ln(a / b)
    }

    /// Means wear out and are replaced; incomes and prizes sink into memory.
    fn remember(&mut self, params: &Params, inputs: &Inputs<'_>) {
        self.months += 1.0;
        // A plain mean until the memory is full, then one that forgets.
        let gain = 1.0 / self.months.min(params.memory_months).max(1.0);
        for (k, m) in inputs.sides.iter().enumerate() {
            let [trade, other] = &mut self.income[k];
            *trade += gain * (m.trade_income_cny.max(0.0) - *trade);
            *other += gain * (m.other_income_cny.max(0.0) - *other);
            let arms = m.arms_cny.max(0.0) + m.other_arms_share * m.other_income_cny.max(0.0);
            let kept = self.capability[k] * (1.0 - params.capability_decay_per_month);
            self.capability[k] =
                (kept + m.recruitment.max(0.0) * arms + m.allied_supply_cny).max(0.0);
            let inflow = m.recruitment.max(0.0) * arms + m.allied_supply_cny;
            self.inflow[k] += gain * (inflow - self.inflow[k]);
        }
        for ((_, terms), commodity) in self.fronts.iter_mut().zip(inputs.prize_cny) {
            let prize = commodity.max(0.0) + terms.other_prize;
            terms.prize += gain * (prize - terms.prize);
            if self.months <= REFERENCE_MONTHS {
                terms.prize_at_first += (prize - terms.prize_at_first) / self.months;
            }
        }
    }

    /// Shares, and what trade does to the will to fight.
    fn weigh(&mut self, params: &Params, inputs: &Inputs<'_>) {
        for (k, m) in inputs.sides.iter().enumerate() {
            let [trade, other] = self.income[k];
            let hostage = restraint::hostage_share(trade, other);
            let elasticity = restraint::capability_elasticity(
                m.recruitment * m.arms_share * trade,
                m.recruitment * m.other_arms_share * other,
                m.allied_supply_cny,
            );
            let t = &mut self.totals;
            t.hostage_share[k] = hostage;
            // Guarded against a side that spends none of its other income on arms.
            let least = (m.arms_share / MOST_ARMS_RATIO).max(f64::MIN_POSITIVE);
            t.arms_ratio[k] = m.arms_share / m.other_arms_share.max(least);
            t.net_restraint[k] = restraint::net_restraint(
                params.capability_response,
                params.hostage_response,
                m.conditionality,
                hostage,
                elasticity,
            );
        }
    }

    /// Offensives that are given or stopped from outside; says whether a truce binds.
    fn settle(&mut self, corridor: &Corridor, inputs: &Inputs<'_>) -> bool {
        let month = inputs.month;
        let first = inputs.live && self.live_since.is_none();
        self.live_since = inputs.live.then(|| self.live_since.unwrap_or(month));
        let truce = inputs.truce && inputs.broken_by.is_none();
        for (id, (front, _)) in self.fronts.ids().zip(&mut self.fronts) {
            front.clear();
            if !inputs.live || first {
                front.follow(given(corridor, id, month, 0));
            }
            let pinned = self.live_since.and_then(|since| given(corridor, id, month, since));
            if pinned.is_some() || front.pinned {
                front.follow(pinned);
            } else if inputs.live && truce {
                front.follow(None);
            }
            front.pinned = pinned.is_some();
        }
        truce
    }

    /// Hazards and odds of each front at the beginning of the month, whoever attacks there.
    fn judge(&mut self, params: &Params, sides: &[Means; 2], truce: bool) {
        let superior = (self.log_ratio() - self.log_ratio_at_start).clamp(-MOST_LOG, MOST_LOG);
        let shared = [0, 1].map(|k| {
            let superior = if k == 0 { superior } else { -superior };
            params.capability_response * superior
                - params.hostage_response * sides[k].conditionality * self.totals.hostage_share[k]
                - params.restraint_response * sides[k].restraint
        });
        let attacks =
            [0, 1].map(|k| self.fronts.iter().filter(|(f, _)| f.attacker == Some(k)).count());
        let (form, coefficient) = contest_of(params);
        let floor = params.prize_floor_cny_per_month;
        for ((front, terms), flow) in self.fronts.iter().zip(&mut self.flow) {
            let prize = ln(terms.prize.max(floor) / terms.prize_at_first.max(floor));
            let prize = params.prize_response * prize.clamp(-MOST_LOG, MOST_LOG);
            flow.hazard = [0, 1].map(|k| {
                let elsewhere = attacks[k] - usize::from(front.attacker == Some(k));
                let cross = params.other_fronts_response * elsewhere as f64;
                if truce { 0.0 } else { terms.base[k] * exp(shared[k] + prize + cross) }
            });
            let [own, other] = [0, 1].map(|k| self.capability[k] * terms.strength[k]);
            let first = form.win(coefficient, own, other);
            flow.win = [first, 1.0 - first];
        }
    }

    /// The side that broke a truce attacks where its hazard is highest and there is ground to take.
    fn break_out(&mut self, politics: &Politics, side: usize) {
        let mut best: Option<(FrontId, f64)> = None;
        for (id, (front, _)) in self.fronts.enumerate() {
            let hazard = self.flow[id].hazard[side];
            let free = front.attacker.is_none();
            let worth = front::next(&politics.fronts[id].places, &self.held, side).is_some();
            if free && worth && best.is_none_or(|(_, most)| hazard > most) {
                best = Some((id, hazard));
            }
        }
        if let Some((id, _)) = best {
            self.fronts[id].0.launch(side);
        }
    }

    /// The month passes on every front.
    fn fight(&mut self, params: &Params, politics: &Politics, live: bool, draws: &Draws) {
        let end = 1.0 / params.offensive_months;
        for (id, (front, _)) in self.fronts.ids().zip(&mut self.fronts) {
            let flow = &mut self.flow[id];
            let config = &politics.fronts[id];
            let mut ground =
                Ground { front: (id, config), held: &mut self.held, moves: &mut self.moves };
            let onset = flow.hazard;
            flow.hazard = [0, 1].map(|k| {
                let idle = front.attacker.is_none() && ground.target(k).is_some();
                if idle { onset[k] } else { 0.0 }
            });
            if live {
                let advance = flow.win.map(|p| params.advance_per_month * p);
                front.pass(MONTH, &Hazards { onset, end, advance }, &mut ground, draws);
            } else {
                front.track(MONTH);
            }
            flow.offensive = front.latest;
            flow.months = front.latest.map_or(0.0, |_| front.months);
            flow.fought = front.fought;
        }
    }

    /// Battle costs both sides, and the month is summed up.
    fn count(&mut self, params: &Params) {
        let t = &mut self.totals;
        let battle: f64 = self.flow.iter().map(|f| f.fought[0] + f.fought[1]).sum();
        t.losses_cny = [0.0; 2];
        if battle > 0.0 {
            let rate = params.attrition_per_month * battle / self.flow.len() as f64;
            let after = contest::lanchester_after(self.capability, [rate; 2], MONTH);
            t.losses_cny = [0, 1].map(|k| self.capability[k] - after[k]);
            self.capability = after;
        }
        t.capability_cny = self.capability;
        t.offensives = self.flow.iter().filter(|f| f.offensive.is_some()).count();
        for k in [0, 1] {
            t.hazard[k] = self.flow.iter().map(|f| f.hazard[k]).sum();
            t.launched[k] = self.fronts.iter().map(|(f, _)| f.launched[k]).sum();
            t.moves_by_side[k] = self.moves.iter().filter(|m| m.side == k).count();
        }
    }
}

/// One month; see [`State::flow`]. Without politics nothing happens.
pub fn step(
    state: &mut State,
    params: &Params,
    corridor: &Corridor,
    inputs: &Inputs<'_>,
    draws: &Draws,
) {
    let Some(politics) = &corridor.politics else { return };
    state.moves.clear();
    for (held, holder) in state.held.iter_mut().zip(inputs.holder) {
        *held = state.side_of[*holder];
    }
    state.remember(params, inputs);
    state.weigh(params, inputs);
    let truce = state.settle(corridor, inputs);
    state.judge(params, &inputs.sides, truce);
    if let Some(side) = inputs.broken_by.filter(|side| inputs.live && *side < 2) {
        state.break_out(politics, side);
    }
    state.fight(params, politics, inputs.live, draws);
    state.count(params);
}

/// The contest form that the switch chooses, and its coefficient.
fn contest_of(params: &Params) -> (Form, f64) {
    let form = Form::from_switch(params.contest_form);
    let coefficient = match form {
        Form::Ratio => params.decisiveness,
        Form::LogitDifference => params.logit_slope,
        Form::RelativeDifference => params.relative_slope,
    };
    (form, coefficient)
}

/// The side that an actor fights on.
fn side_of(politics: &Politics, actor: ActorId) -> Option<usize> {
    politics.sides.iter().position(|s| s.members.contains(&actor))
}

/// Whose offensive the timeline gives on a front in a month, of those that begin in `since` or later.
fn given(corridor: &Corridor, front: FrontId, month: usize, since: usize) -> Option<usize> {
    let holds = |o: &&crate::timeline::Offensive| {
        o.front == front && (o.from..o.until).contains(&month) && o.from >= since && o.side < 2
    };
    corridor.timeline.offensives.iter().rev().find(holds).map(|o| o.side)
}

#[cfg(test)]
mod tests;
