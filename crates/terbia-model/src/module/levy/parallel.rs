//! What does a party collect on ground that it does not hold, and how does it learn to administer?
//!
//! Mechanism: an organisation may tax a share of what leaves townships that another one holds, while it
//! fights for them or always; operators pay both. Where the corridor says so, a holder's administration
//! of mines is learnt while it collects from mines, and forgotten when it has none.
//!
//! ```text
//! rate   = reach · learnt_k · share · P_b                       CNY for each gross tonne that leaves
//! learnt <- learnt + (busy − learnt) (1 − exp(−1/growth))       busy: 1 if it collects from mines, else 0
//! ```
//!
//! Reads: the timeline, holders, whether a truce holds, last month's price. Writes: what is asked of each
//! township besides, who gets it, and `learnt`. Limits: ASSUME M-084, M-085; nobody evades a parallel
//! levy beyond its reach, it moves no bargain, and whoever's ally holds the ground is taxed as well.

use super::{Quote, Receipts, Terms};
use crate::config::Corridor;
use crate::kernel::id::{ActorId, Dense, Id, PlaceId, TownshipId};
use crate::kernel::math::exp_m1;
use crate::kernel::quantity::{Cny, CnyPerTonneGross, TonnesGross};

/// One levy over the run, under its values.
#[derive(Clone, Debug)]
struct Claim {
    actor: ActorId,
    townships: Vec<TownshipId>,
    /// By month, 0..1.
    reach: Vec<f64>,
    share: f64,
    war: Option<bool>,
    /// Share of the value that it takes this month.
    now: f64,
}

/// Parallel levies, and what holders have learnt.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    claims: Vec<Claim>,
    learnt: Dense<ActorId, f64>,
    /// Share of what is to be learnt that a month teaches; 0 where nothing is.
    pace: Dense<ActorId, f64>,
    /// This month's levies: who asks whom for how much.
    asked: Vec<(ActorId, TownshipId, CnyPerTonneGross)>,
}

impl State {
    pub(super) fn start(&mut self, corridor: &Corridor, values: &[f64], months: usize) {
        let claim = |levy: &crate::timeline::ParallelLevy| {
            let mut reach = vec![0.0; months];
            levy.reach.fill(values, &mut reach);
            Claim {
                actor: levy.actor,
                townships: levy.townships.clone(),
                reach,
                share: values[levy.share.index()],
                war: levy.war,
                now: 0.0,
            }
        };
        self.claims = corridor.timeline.parallel.iter().map(claim).collect();
        self.learnt = Dense::filled(1.0, corridor.actors.len());
        self.pace = Dense::filled(0.0, corridor.actors.len());
        for (actor, budget) in corridor.holders() {
            if let Some(months) = budget.admin_growth_months {
                self.pace[actor] = -exp_m1(-1.0 / values[months.index()]);
                self.learnt[actor] = if holds_mines(corridor, actor, None) { 1.0 } else { 0.0 };
            }
        }
        self.asked.clear();
    }

    /// How much of its administration each holder has learnt, 0..1.
    pub(super) fn learnt(&self) -> &Dense<ActorId, f64> {
        &self.learnt
    }

    /// A month of practice, or of none.
    pub(super) fn learn(
        &mut self,
        corridor: &Corridor,
        holder: &Dense<PlaceId, ActorId>,
        terms: &Terms,
    ) {
        for claim in &mut self.claims {
            let in_force = claim.war.is_none_or(|war| war != terms.truce);
            let reach = claim.reach.get(terms.month).copied().unwrap_or(0.0);
            claim.now = if in_force { reach * claim.share } else { 0.0 };
        }
        for (actor, _) in corridor.holders() {
            if self.pace[actor] > 0.0 {
                let taxes = self.claims.iter().any(|c| c.actor == actor && c.now > 0.0);
                let busy = taxes || holds_mines(corridor, actor, Some(holder));
                let busy = if busy { 1.0 } else { 0.0 };
                self.learnt[actor] += (busy - self.learnt[actor]) * self.pace[actor];
            }
        }
    }

    /// Adds what is asked besides to what operators of each township bear; `price` in CNY/t gross. Who
    /// holds the ground asks its own levy and no other.
    pub(super) fn quote(
        &mut self,
        holder: &Dense<PlaceId, ActorId>,
        price: f64,
        quotes: &mut Dense<TownshipId, Quote>,
    ) {
        self.asked.clear();
        for claim in self.claims.iter().filter(|c| c.now > 0.0) {
            let rate = CnyPerTonneGross(claim.now * self.learnt[claim.actor] * price);
            for township in &claim.townships {
                if holder[Corridor::place(*township)] != claim.actor {
                    quotes[*township].operators += rate;
                    self.asked.push((claim.actor, *township, rate));
                }
            }
        }
    }

    /// What was sent pays; `sent` by township in gross tonnes.
    pub(super) fn collect(
        &self,
        sent: &Dense<TownshipId, TonnesGross>,
        receipts: &mut Dense<ActorId, Receipts>,
    ) {
        for (actor, township, rate) in &self.asked {
            let paid: Cny = sent[*township] * *rate;
            receipts[*actor].due += paid;
            receipts[*actor].revenue += paid;
        }
    }
}

/// Whether an actor holds a township with mines, now or on the first month.
fn holds_mines(corridor: &Corridor, actor: ActorId, now: Option<&Dense<PlaceId, ActorId>>) -> bool {
    corridor.townships.ids().map(Corridor::place).any(|place| {
        let holder = now.map_or(corridor.places[place].holder_at_start, |now| now[place]);
        holder == actor
    })
}
