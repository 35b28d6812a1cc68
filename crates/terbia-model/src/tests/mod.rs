//! Does the whole model keep its promises? Invariants, limits, directions, and an older prototype.

mod commitment;
mod corners;
mod cuts;
mod fixture;
mod in_kind;
mod invariants;
mod levers;
mod limits;
mod live;
mod loops;
mod parties;
mod prototype;
mod redraw;
mod restraint;
mod stops;
mod twin;

pub(crate) use fixture::Fixture;
