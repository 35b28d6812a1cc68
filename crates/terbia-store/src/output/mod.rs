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
mod folder;
mod frame;
mod lock;
mod manifest;
mod parts;
mod paths;
mod runs;
mod tables;
#[cfg(test)]
mod tests;

pub(crate) use columns::RESULT_KEYS;
pub use columns::{Column, Columns};
pub(crate) use concat::series as join_series;
pub use cube::Cube;
pub use doubles::Doubles;
pub use error::{Difference, OutputError};
pub(crate) use files::{
    TMP, digest as digest_file, remove as remove_file, sync_dir, write as write_file, write_part,
};
pub(crate) use folder::{Draft, Standing, publish, standing, sum};
pub(crate) use frame::{Data, Frame, join as join_frames, save as save_frame};
pub(crate) use lock::Lock;
pub use manifest::{CorridorRef, Counts, FileEntry, Fingerprint, MANIFEST, Manifest, Status};
pub(crate) use manifest::{
    differences, json, now_utc, read as read_manifest, verify as verify_files,
    write as write_manifest,
};
pub use parts::{RUNS, RunDir, SERIES};
pub use paths::Paths;
pub(crate) use tables::{Table, month_names, series as encode_series};
