//! What does every model of months, stocks and chances need? The small kernel: no corridor in it.

pub mod dist;
pub mod event;
pub mod graph;
pub mod id;
pub mod ledger;
pub mod math;
pub mod param;
pub mod quantity;
pub mod rng;
pub mod time;
