//! Who holds which ground, and for how long?
//!
//! Mechanism: a township has one holder. It changes hands where the timeline says so or where an
//! offensive takes it; the new holder's tenure starts at zero, and with it the settling of its
//! administration: the taxman comes months after the soldier.
//!
//! ```text
//! tenure(n, t) = months since the holder of township n last changed
//! ```
//!
//! Reads: the timeline, what offensives take. Writes: holder and tenure by township, who holds the
//! mines and whether they changed hands. Limits: control inside a township is not split.

use crate::config::Corridor;
use crate::kernel::id::{ActorId, Dense, Id, PlaceId};

/// For `explain`.
pub const ABOUT: &str = "Who holds each township and for how many months. \
    tenure(n) = months since the holder of n last changed; changes come from the timeline and from offensives.";

/// Months of tenure with which the holders of the first month begin: long settled.
const SETTLED_MONTHS: f64 = 120.0;

/// Holders and their tenure.
#[derive(Clone, Debug, Default)]
pub struct State {
    holder: Dense<PlaceId, ActorId>,
    tenure_months: Dense<PlaceId, f64>,
    next_change: usize,
    /// Who holds most of the mines.
    main: Option<ActorId>,
}

/// Who holds what this month.
#[derive(Clone, Copy, Debug)]
pub struct Flow<'a> {
    /// Holder of each township.
    pub holder: &'a Dense<PlaceId, ActorId>,
    /// Months that it has held it.
    pub tenure_months: &'a Dense<PlaceId, f64>,
    /// Who holds most of the mines by weight; none without mines.
    pub main: Option<ActorId>,
    /// Whether that changed this month.
    pub changed: bool,
}

impl State {
    /// The state before the first month.
    pub fn start(&mut self, corridor: &Corridor) {
        self.holder = corridor.places.map(|p| p.holder_at_start);
        self.tenure_months = Dense::filled(SETTLED_MONTHS, corridor.places.len());
        self.next_change = 0;
        self.main = None;
    }
}

/// One month: tenure grows, and townships change hands.
///
/// `taken` lists places that offensives took, with their new holders; `weight` says how much of the
/// mines lies in a township.
pub fn step<'a>(
    state: &'a mut State,
    corridor: &Corridor,
    month: usize,
    taken: impl Iterator<Item = (PlaceId, ActorId)>,
    weight: impl Fn(usize) -> f64,
) -> Flow<'a> {
    for tenure in &mut state.tenure_months {
        *tenure += 1.0;
    }
    while let Some(change) = corridor.timeline.control.get(state.next_change) {
        if change.month > month {
            break;
        }
        state.give(change.place, change.holder);
        state.next_change += 1;
    }
    for (place, holder) in taken {
        state.give(place, holder);
    }
    let before = state.main;
    state.main = state.holder_of_most(corridor, weight);
    let changed = before.is_some() && before != state.main;
    let State { holder, tenure_months, main, .. } = state;
    Flow { holder, tenure_months, main: *main, changed }
}

impl State {
    fn give(&mut self, place: PlaceId, holder: ActorId) {
        if self.holder[place] != holder {
            self.holder[place] = holder;
            self.tenure_months[place] = 0.0;
        }
    }

    /// Who held most of the mines last month.
    pub fn main(&self) -> Option<ActorId> {
        self.main
    }

    /// Holders of all places, as they stood at the end of last month.
    pub fn holder(&self) -> &Dense<PlaceId, ActorId> {
        &self.holder
    }

    /// Who holds most of the mines; on a tie who holds the first of them.
    fn holder_of_most(
        &self,
        corridor: &Corridor,
        weight: impl Fn(usize) -> f64,
    ) -> Option<ActorId> {
        let mut best: Option<(ActorId, f64)> = None;
        for township in corridor.townships.ids() {
            let candidate = self.holder[Corridor::place(township)];
            if best.is_some_and(|(b, _)| b == candidate) {
                continue;
            }
            let held =
                corridor.townships.ids().filter(|t| self.holder[Corridor::place(*t)] == candidate);
            let share: f64 = held.map(|t| weight(t.index())).sum();
            if best.is_none_or(|(_, most)| share > most) {
                best = Some((candidate, share));
            }
        }
        best.map(|(actor, _)| actor)
    }
}
