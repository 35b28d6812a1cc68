//! Who holds which ground, and for how long?
//!
//! Mechanism: a township has one holder. In a replay the timeline says when it changes hands; the
//! new holder's tenure starts at zero, and with it the settling of its administration.
//!
//! ```text
//! tenure(n, t) = months since the holder of township n last changed
//! ```
//!
//! Reads: the timeline. Writes: holder and tenure by township. Limits: no contest of arms yet;
//! control inside a township is not split.

use crate::config::Corridor;
use crate::kernel::id::{ActorId, Dense, PlaceId};

/// For `explain`.
pub const ABOUT: &str = "Who holds each township and for how many months. \
    tenure(n) = months since the holder of n last changed; changes come from the scenario's timeline.";

/// Months of tenure with which the holders of the first month begin: long settled.
const SETTLED_MONTHS: f64 = 120.0;

/// Holders and their tenure.
#[derive(Clone, Debug, Default)]
pub struct State {
    holder: Dense<PlaceId, ActorId>,
    tenure_months: Dense<PlaceId, f64>,
    next_change: usize,
}

/// Who holds what this month.
#[derive(Clone, Copy, Debug)]
pub struct Flow<'a> {
    /// Holder of each township.
    pub holder: &'a Dense<PlaceId, ActorId>,
    /// Months that it has held it.
    pub tenure_months: &'a Dense<PlaceId, f64>,
}

impl State {
    /// The state before the first month.
    pub fn start(&mut self, corridor: &Corridor) {
        self.holder = corridor.places.map(|p| p.holder_at_start);
        self.tenure_months = Dense::filled(SETTLED_MONTHS, corridor.places.len());
        self.next_change = 0;
    }
}

/// One month: tenure grows, and changes of hand take place.
pub fn step<'a>(state: &'a mut State, corridor: &Corridor, month: usize) -> Flow<'a> {
    for tenure in &mut state.tenure_months {
        *tenure += 1.0;
    }
    while let Some(change) = corridor.timeline.control.get(state.next_change) {
        if change.month > month {
            break;
        }
        if state.holder[change.place] != change.holder {
            state.holder[change.place] = change.holder;
            state.tenure_months[change.place] = 0.0;
        }
        state.next_change += 1;
    }
    Flow { holder: &state.holder, tenure_months: &state.tenure_months }
}
