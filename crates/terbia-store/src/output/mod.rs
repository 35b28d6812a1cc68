//! How are the runs of an ensemble kept, and how are they read back?
//!
//! ```text
//! DIR/
//!   manifest.json    what was run, by which version, how it ended; enough to repeat it
//!   series.parquet   run, month, one column per outcome; sorted by run, then month
//!   runs.parquet     run, status, one column per number read and per scalar of an outcome
//!   parts/           finished chunks of a run under way; gone once the two files stand
//!   .lock            held by the process that writes
//! ```
//!
//! A [`RunDir`] takes chunks from the worker threads in any order and writes each as a pair of
//! parts. [`RunDir::finish`] strings the parts together in order without decoding them. Nothing in
//! the two Parquet files depends on time, thread count or on where a run was interrupted, so equal
//! inputs give equal bytes. Every file appears by rename: what has its final name is whole. The price
//! is that, while it finishes, a run needs twice the space of its results.

mod arrow_schema;
mod columns;
mod concat;
mod cube;
mod decode;
mod doubles;
mod error;
mod files;
mod lock;
mod manifest;
mod parts;
mod paths;
mod runs;
mod tables;
#[cfg(test)]
mod tests;

pub use columns::{Column, Columns};
pub use cube::Cube;
pub use doubles::Doubles;
pub use error::{Difference, OutputError};
pub(crate) use files::{digest as digest_file, write as write_file};
pub use manifest::{CorridorRef, Counts, FileEntry, Fingerprint, MANIFEST, Manifest, Status};
pub use parts::{RUNS, RunDir, SERIES};
pub use paths::Paths;
