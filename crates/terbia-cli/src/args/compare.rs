//! What does `terbia compare` take?

use super::Format;
use clap::Args;
use std::path::PathBuf;

/// `terbia compare`.
#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// A comparison that the program brings, or the path of a file; none lists them
    #[arg(value_name = "COMPARISON")]
    pub(crate) name: Option<String>,
    /// Number of futures of each corridor [default: the comparison's own]
    #[arg(long, value_name = "N")]
    pub(crate) members: Option<u32>,
    /// Seed: the same seed gives the same bits [default: the comparison's own]
    #[arg(long, value_name = "S")]
    pub(crate) seed: Option<u64>,
    /// Folder for the answer: a new one, never written over [default: one under runs/, named after the
    /// comparison]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Threads [default: all cores]
    #[arg(long, value_name = "J", default_value_t = 0, hide_default_value = true)]
    pub(crate) jobs: usize,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// No progress bar and no remarks, the result alone
    #[arg(long, short)]
    pub(crate) quiet: bool,
}
