//! Does the whole model keep its promises? Invariants, limits, directions, and an older prototype.

mod fixture;
mod invariants;
mod limits;
mod parties;
mod prototype;

pub(crate) use fixture::Fixture;
