//! In which worlds does it happen? Boxes of inputs in which the runs of interest concentrate.
//!
//! Scenario discovery (Lempert, Groves, Popper and Bankes 2006; Bryant and Lempert 2010): many
//! runs, each with its inputs and a yes or no, and the question what those with a yes have in
//! common. The answer is a *box*, an interval for a few of the inputs and no limit on the others,
//! because a box can be said in one sentence.
//!
//! 1. [`Table`] is what it reads: one column of numbers an input, one yes or no a run.
//! 2. [`Region`] is a box, [`Tally`] how good it is: coverage, density, mass, number of limits.
//! 3. [`prim`] finds boxes by peeling and pasting, and keeps every box on the way as a [`Curve`]
//!    from which one is picked; [`judge`] asks which limits of a box chance could have drawn as
//!    well.
//! 4. [`cart`] cuts all of the space into boxes, by a classification tree that [`prune`] cuts back.
//! 5. [`words`] says a box in words, with units and with the range that the input had.
//!
//! ```text
//! coverage = runs of interest in the box / runs of interest        how much of it the box explains
//! density  = runs of interest in the box / runs in the box         how sure one is inside the box
//! mass     = runs in the box / runs                                how much of the space it is
//! ```
//!
//! What a box cannot say: that two inputs matter in proportion to each other. Such a pattern shows
//! in a curve on which density stays low wherever coverage is worth having. A box is about the
//! design of the runs too: an input that hardly varied limits nothing.
//!
//! Every answer rests on counts of runs and on an order of values, so that it depends neither on
//! the order of the runs nor on threads; nothing here starts any.
//!
//! A category enters as one column of 0 and 1 for each of its values.

pub mod cart;
pub mod curve;
pub mod judge;
mod peel;
pub mod prim;
pub mod prune;
mod region;
mod table;
pub mod words;

pub use curve::{Curve, Point};
pub use region::{Edge, Limits, Region, Side, Tally};
pub use table::{DiscoverError, LEAST_RUNS, Table};

#[cfg(test)]
mod tests;
