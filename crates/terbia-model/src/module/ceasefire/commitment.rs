//! Does a side have so much to lose from a shift of power that it had better fight now?
//!
//! Mechanism: who will be weaker later can be made to give up later what it holds now, and no promise of
//! the other side changes that (which of them breaks it then is not said here). A truce enforces
//! itself only while the loss of power ahead is small enough (Fearon 1995; Powell 2006). A demand that the challenger place its arms under the other side's
//! command is such a loss, and an incumbent makes it the sooner the stronger it is.
//!
//! ```text
//! loss  = p − p'                                     of whichever side loses power
//! bound = (1 − p (1 − d)) / (beta V (1 − d))         p its chance to prevail now
//! term  = ln(ratio) · min(2, (loss/bound − 1)+)      in the log hazard of breakdown
//! demand: hazard lambda · 2 (1 − p_challenger) in a truce, kept up until it ends
//! ```
//!
//! Reads: both sides' power now and ahead (see `conflict::State::power`), demands on the timeline. Writes:
//! the term, and what it is made of. Limits: ASSUME M-082, M-083; without `[politics.commitment]`
//! nothing of this acts.

use crate::config::Corridor;
use crate::draw::BREAKDOWN;
use crate::kernel::event::EventClock;
use crate::kernel::id::{Id, NumberId};
use crate::kernel::math::ln;
use crate::kernel::rng::Draws;

use super::hazard::unit;

/// Loss beyond the bound that counts at most, in bounds.
const MOST_EXCESS: f64 = 2.0;
/// Entity of [`BREAKDOWN`]; the breakdown itself and who brings it have the first two.
const DEMAND: u32 = 2;

/// Largest loss of the chance to prevail, 0..1, that a side with chance `win` can bear in a truce, if a
/// war wastes the share `waste` of what is fought over, and all that is divided later is worth `prize`
/// times what is divided now.
pub fn bound(win: f64, waste: f64, prize: f64) -> f64 {
    (1.0 - win * (1.0 - waste)) / (prize * (1.0 - waste))
}

/// Who loses power, as its chance to prevail now, and how much of that it loses, out of the
/// challenger's chance now and ahead.
pub fn loss([now, ahead]: [f64; 2]) -> (f64, f64) {
    if ahead <= now { (now, now - ahead) } else { (1.0 - now, ahead - now) }
}

/// What of it can be told after a month.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shift {
    /// Loss of the chance to prevail over the horizon, of whichever side loses, 0..1.
    pub loss: f64,
    /// What that side can bear.
    pub bound: f64,
    /// Share of the challenger's means that it is asked to give up, 0..1.
    pub demanded: f64,
}

#[derive(Clone, Copy, Debug)]
struct Script {
    from: usize,
    until: usize,
    arms: f64,
}

/// Values of the run, and the demand that stands.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    acts: bool,
    waste: f64,
    prize: f64,
    log_ratio: f64,
    demand_per_month: f64,
    demand_share: f64,
    scripts: Vec<Script>,
    /// Whether the model's incumbent has made its demand in this truce.
    pressed: bool,
    clock: Option<EventClock>,
    shift: Shift,
}

impl State {
    pub(super) fn start(&mut self, corridor: &Corridor, values: &[f64]) {
        let mut scripts = std::mem::take(&mut self.scripts);
        scripts.clear();
        *self = Self::default();
        let Some(c) = corridor.politics.as_ref().and_then(|p| p.commitment) else { return };
        let of = |n: NumberId| values[n.index()];
        scripts.extend(corridor.timeline.demands.iter().map(|d| Script {
            from: d.from,
            until: d.until,
            arms: unit(of(d.arms)),
        }));
        *self = Self {
            acts: true,
            waste: of(c.war_waste_share).clamp(0.0, 0.99),
            prize: of(c.prize_ratio).max(f64::MIN_POSITIVE),
            log_ratio: ln(of(c.ratio)),
            demand_per_month: of(c.demand_per_month).max(0.0),
            demand_share: unit(of(c.demand_share)),
            scripts,
            ..Self::default()
        };
    }

    /// Share of the challenger's means that it is asked for in a month, 0..1: the larger of what the
    /// timeline has and of the demand that stands.
    pub(super) fn demanded(&self, month: usize) -> f64 {
        let scripted = self.scripts.iter().filter(|s| (s.from..s.until).contains(&month));
        let own = if self.pressed { self.demand_share } else { 0.0 };
        scripted.map(|s| s.arms).fold(own, f64::max)
    }

    /// Reckons the month and gives the term in the log hazard of breakdown.
    pub(super) fn reckon(&mut self, power: Option<[f64; 2]>, month: usize) -> f64 {
        let Some(power) = power.filter(|_| self.acts) else { return 0.0 };
        let (win, loss) = loss(power);
        let bound = bound(win, self.waste, self.prize);
        self.shift = Shift { loss, bound, demanded: self.demanded(month) };
        // A side that is sure to prevail can bear nothing, and loses nothing while that lasts.
        let excess = if loss > 0.0 { (loss / bound - 1.0).min(MOST_EXCESS) } else { 0.0 };
        self.log_ratio * excess.max(0.0)
    }

    /// A month of a truce in which the model decides: the incumbent may make its demand, which counts
    /// from the month after.
    pub(super) fn press(&mut self, draws: &Draws, occasion: u32, power: Option<[f64; 2]>) {
        let Some([now, _]) = power.filter(|_| self.acts && !self.pressed) else { return };
        let hazard = self.demand_per_month * 2.0 * (1.0 - now);
        let new = || EventClock::new(draws, BREAKDOWN, (DEMAND, occasion));
        let clock = self.clock.get_or_insert_with(new);
        self.pressed = clock.advance(draws, BREAKDOWN, hazard, 1.0).is_some();
    }

    /// The truce is over, and with it the demand.
    pub(super) fn over(&mut self) {
        self.pressed = false;
        self.clock = None;
    }

    pub(super) fn redraw(&mut self, draws: &Draws) {
        if let Some(clock) = &mut self.clock {
            clock.redraw(draws, BREAKDOWN);
        }
    }

    pub(super) fn shift(&self) -> Shift {
        self.shift
    }
}
