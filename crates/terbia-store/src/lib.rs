//! What is kept? Corridors in, results out: TOML with spans, Parquet, manifests; the [`Project`]
//! façade.
//!
//! A corridor is read in [`load`] into the types of [`spec`], checked as a whole, and compiled into
//! what the model runs.

pub mod assimilate;
pub mod bundled;
pub mod calibrate;
mod comment;
pub mod evidence;
pub mod explain;
pub mod forecast;
pub mod foreign;
pub mod hindcast;
pub mod lead;
pub mod lever;
pub mod load;
pub mod new;
pub mod observations;
pub mod observe;
pub mod output;
pub mod paper;
pub mod posterior;
pub mod question;
pub mod record;
pub mod report;
pub mod schema;
pub mod scored;
pub mod spec;
pub mod study;
pub mod view;

pub use load::{CompileError, Compiled, LoadError, Project};
pub use schema::schema;
