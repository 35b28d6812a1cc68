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
//!    whether they show the patterns that they should; [`stats`] has the arithmetic, [`scores`] that
//!    of forecasts whose figures have come.
//! 6. [`discover`] says in which worlds something happens: boxes of inputs, in words.
//! 7. [`sensitivity`] says which uncertain number an outcome hangs on, or the choice of a policy;
//!    [`bootstrap`] how sure that is.
//!
//! Where policies are compared, [`robust`] reads the same futures under each of them, [`search`] looks for
//! portfolios that no other beats ([`pareto`]), [`voi`] says what knowledge would be worth before one is
//! chosen, and [`pathways`] what would tell when to switch. They are functions of tables.
//!
//! Nothing here reads or writes files, and everything but [`corridor`], which binds the engine to
//! the ensemble, works for any model.

pub mod across;
pub mod assimilate;
pub mod baseline;
pub mod bootstrap;
pub mod calibrate;
pub mod check;
pub mod corridor;
pub mod design;
pub mod discover;
pub mod discrepancy;
pub mod ensemble;
pub mod filter;
pub mod joint;
pub mod learn;
pub mod measure;
pub mod mixture;
pub mod paired;
pub mod pareto;
pub mod particle;
pub mod pathways;
pub mod robust;
pub mod score;
pub mod scores;
pub mod search;
pub mod sensitivity;
pub mod stability;
pub mod stats;
pub mod summary;
pub mod survival;
pub mod voi;
