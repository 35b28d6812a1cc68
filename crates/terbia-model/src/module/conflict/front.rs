//! What happens on one front in a month: who attacks, which township falls, when is it over?
//!
//! Time is continuous: events race each other by their clocks and take place at their own instants,
//! so that a month cut into weeks would bring the same ones. Onset, end and each advance have a clock
//! of their own: a policy that lowers a hazard puts the same event off.

use super::Move;
use crate::config;
use crate::draw;
use crate::kernel::event::EventClock;
use crate::kernel::id::{ActorId, Dense, FrontId, PlaceId};
use crate::kernel::rng::{Draws, Purpose};

/// Events on one front in one month beyond which the rest of the month is quiet: a guard against
/// hazards that no war has.
const MOST_EVENTS: usize = 64;

/// A front and its clocks.
#[derive(Clone, Debug)]
pub(super) struct Front {
    onset: [EventClock; 2],
    end: EventClock,
    advance: EventClock,
    /// Whose offensive is under way.
    pub(super) attacker: Option<usize>,
    /// Whose offensive was fought this month, the last one if several.
    pub(super) latest: Option<usize>,
    /// A script holds the offensive in place.
    pub(super) pinned: bool,
    /// Months since it began.
    pub(super) months: f64,
    /// Part of this month fought, by attacker.
    pub(super) fought: [f64; 2],
    /// Offensives launched this month, by side.
    pub(super) launched: [usize; 2],
}

/// Hazards of a front, constant over the month, 1/month.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hazards {
    /// Onset, by side, if there is anything to take and nobody attacks.
    pub(super) onset: [f64; 2],
    /// End of an offensive.
    pub(super) end: f64,
    /// Fall of a township to its attacker, by side.
    pub(super) advance: [f64; 2],
}

/// Which side holds what, as moves of the month change it.
pub(super) struct Ground<'a> {
    /// The front.
    pub(super) front: (FrontId, &'a config::Front),
    /// Side that holds each township; none for bystanders.
    pub(super) held: &'a mut Dense<PlaceId, Option<usize>>,
    /// Townships that fell this month.
    pub(super) moves: &'a mut Vec<Move>,
}

impl Ground<'_> {
    /// The next township that `side` would take: the challenger goes forward in the order of the
    /// front, the incumbent takes back the last one first.
    pub(super) fn target(&self, side: usize) -> Option<PlaceId> {
        next(&self.front.1.places, self.held, side)
    }

    fn take(&mut self, place: PlaceId, side: usize) {
        let (front, config) = self.front;
        let to: ActorId = config.takers[side];
        self.held[place] = Some(side);
        self.moves.push(Move { front, place, to, side });
    }
}

/// The next of `places` that `side` would take from the other, if any.
pub(super) fn next(
    places: &[PlaceId],
    held: &Dense<PlaceId, Option<usize>>,
    side: usize,
) -> Option<PlaceId> {
    let hostile = |p: &&PlaceId| held[**p] == Some(1 - side);
    let found =
        if side == 0 { places.iter().find(hostile) } else { places.iter().rev().find(hostile) };
    found.copied()
}

impl Front {
    /// A quiet front; its clocks are addressed by its id.
    pub(super) fn new(id: FrontId, draws: &Draws) -> Self {
        let own = (id.address(), 0);
        let of_side =
            [0, 1].map(|k| EventClock::new(draws, draw::OFFENSIVE, (2 * id.address() + k, 0)));
        Self {
            onset: of_side,
            end: EventClock::new(draws, draw::OFFENSIVE_END, own),
            advance: EventClock::new(draws, draw::FRONT_MOVE, own),
            attacker: None,
            latest: None,
            pinned: false,
            months: 0.0,
            fought: [0.0; 2],
            launched: [0; 2],
        }
    }

    /// Goes on with other chances: clocks draw anew what is left of their thresholds.
    pub(super) fn redraw(&mut self, draws: &Draws) {
        self.onset.iter_mut().for_each(|clock| clock.redraw(draws, draw::OFFENSIVE));
        self.end.redraw(draws, draw::OFFENSIVE_END);
        self.advance.redraw(draws, draw::FRONT_MOVE);
    }

    /// Forgets what happened last month.
    pub(super) fn clear(&mut self) {
        self.latest = None;
        self.fought = [0.0; 2];
        self.launched = [0; 2];
    }

    /// Begins an offensive.
    pub(super) fn launch(&mut self, side: usize) {
        self.attacker = Some(side);
        self.months = 0.0;
        self.launched[side] += 1;
    }

    /// Takes the attacker from outside: goes on, changes hands, begins or ends.
    pub(super) fn follow(&mut self, attacker: Option<usize>) {
        match attacker {
            Some(side) if self.attacker != attacker => self.launch(side),
            Some(_) => {}
            None => self.attacker = None,
        }
    }

    /// Lets `span` months pass in which nothing happens by chance.
    pub(super) fn track(&mut self, span: f64) {
        if let Some(side) = self.attacker {
            self.spend(side, span);
        }
    }

    /// Lets `span` months pass under `hazards`.
    pub(super) fn pass(
        &mut self,
        span: f64,
        hazards: &Hazards,
        ground: &mut Ground<'_>,
        draws: &Draws,
    ) {
        let mut left = span;
        for _ in 0..MOST_EVENTS {
            left -= match self.attacker {
                None => self.wait(left, hazards, ground, draws),
                Some(side) => self.fight(side, left, hazards, ground, draws),
            };
            if left <= 0.0 {
                break;
            }
        }
    }

    /// Nobody attacks: waits for the first onset; returns the time that passed.
    fn wait(&mut self, left: f64, hazards: &Hazards, ground: &Ground<'_>, draws: &Draws) -> f64 {
        let onset = [0, 1].map(|k| {
            if hazards.onset[k] > 0.0 && ground.target(k).is_some() {
                hazards.onset[k]
            } else {
                0.0
            }
        });
        let [first, second] = &mut self.onset;
        let clocks = [(first, draw::OFFENSIVE, onset[0]), (second, draw::OFFENSIVE, onset[1])];
        let (rung, time) = race(clocks, left, draws);
        if let Some(side) = rung {
            self.launch(side);
        }
        time
    }

    /// An offensive: waits for its end or for a township to fall; returns the time that passed.
    fn fight(
        &mut self,
        side: usize,
        left: f64,
        hazards: &Hazards,
        ground: &mut Ground<'_>,
        draws: &Draws,
    ) -> f64 {
        let target = ground.target(side);
        if target.is_none() && !self.pinned {
            self.attacker = None;
            return 0.0;
        }
        let end = if self.pinned { 0.0 } else { hazards.end };
        let advance = target.map_or(0.0, |_| hazards.advance[side]);
        let clocks = [
            (&mut self.end, draw::OFFENSIVE_END, end),
            (&mut self.advance, draw::FRONT_MOVE, advance),
        ];
        let (rung, time) = race(clocks, left, draws);
        self.spend(side, time);
        match (rung, target) {
            (Some(0), _) => self.attacker = None,
            (Some(_), Some(place)) => ground.take(place, side),
            _ => {}
        }
        time
    }

    fn spend(&mut self, side: usize, span: f64) {
        self.latest = Some(side);
        self.fought[side] += span;
        self.months += span;
    }
}

/// Lets two clocks run, each with its hazard, until one rings or `span` is over: which, and after
/// how long.
fn race(
    clocks: [(&mut EventClock, Purpose, f64); 2],
    span: f64,
    draws: &Draws,
) -> (Option<usize>, f64) {
    let trial = clocks.each_ref().map(|(clock, purpose, hazard)| {
        let mut ahead = **clock;
        let rings = rings(&mut ahead, draws, *purpose, *hazard, span);
        (ahead, rings)
    });
    let first = match (trial[0].1, trial[1].1) {
        (None, None) => None,
        (Some(_), None) => Some(0),
        (None, Some(_)) => Some(1),
        (Some(a), Some(b)) => Some(usize::from(b < a)),
    };
    let time = first.and_then(|k| trial[k].1).unwrap_or(span);
    for (k, (clock, purpose, hazard)) in clocks.into_iter().enumerate() {
        if first.is_none_or(|winner| winner == k) {
            *clock = trial[k].0;
        } else {
            // The other goes on from that instant.
            let _ = rings(clock, draws, purpose, hazard, time);
        }
    }
    (first, time)
}

/// When `clock` rings within `span` months, if it does. A hazard of nought leaves it as it is.
fn rings(
    clock: &mut EventClock,
    draws: &Draws,
    purpose: Purpose,
    hazard: f64,
    span: f64,
) -> Option<f64> {
    if hazard <= 0.0 {
        return None;
    }
    clock.advance(draws, purpose, hazard, span).map(|part| part * span)
}
