//! What if? Many runs of a model, and what they say together.
//!
//! In the order in which a question is answered:
//!
//! 1. [`design`] chooses the values that each run tries: points that fill the space of the
//!    uncertain numbers evenly, addressed by (seed, run, dimension).
//! 2. [`ensemble`] makes the runs on all cores, chunk by chunk, and hands them to a sink. What
//!    comes out does not depend on the number of threads or on how the runs are shared out.
//! 3. [`across`] reads the results again: one column, one month, all runs.
//! 4. [`measure`] turns the months of a run into the one number that a figure of the record is
//!    about.
//! 5. [`summary`] says how the runs spread, [`score`] where the record stands among them, [`check`]
//!    whether they show the patterns that they should; [`stats`] has the arithmetic.
//!
//! Nothing here reads or writes files, and everything but [`corridor`], which binds the engine to
//! the ensemble, works for any model.

pub mod across;
pub mod assimilate;
pub mod calibrate;
pub mod check;
pub mod corridor;
pub mod design;
pub mod discrepancy;
pub mod ensemble;
pub mod filter;
pub mod joint;
pub mod learn;
pub mod measure;
pub mod mixture;
pub mod particle;
pub mod score;
pub mod stability;
pub mod stats;
pub mod summary;
pub mod survival;
