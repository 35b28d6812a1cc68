//! Which commands are there, and what do they take? One list; help comes from it.

#![allow(
    clippy::doc_markdown,
    reason = "these comments are the help text, where backticks are noise"
)]

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use terbia_model::kernel::time::Month;

/// Simulate contested mineral corridors: who holds the mines, who taxes the road, who can shut the
/// gate, and what that does to supply, prices and revenue.
#[derive(Debug, Parser)]
#[command(name = "terbia", version, max_term_width = 96)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a corridor many times: summary, Parquet files and a report
    Run(RunArgs),
    /// Hold a corridor against its record: every figure, every pattern
    Score(ScoreArgs),
    /// Check a corridor's files and say all that is wrong
    Check(CheckArgs),
    /// Show what the corridor's numbers rest on, weakest first
    Evidence(EvidenceArgs),
    /// List what the corridor's actors can turn, how far, and what it moves
    Levers(LeversArgs),
    /// Say what an outcome, a number, a fact or a figure means and where it comes from
    Explain(ExplainArgs),
    /// Print the JSON Schema of a kind of file
    Schema(SchemaArgs),
    /// Write a small commented corridor to start from
    New(NewArgs),
}

/// How results are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// `terbia run`.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// A bundled corridor, or the path of a corridor's folder
    pub(crate) corridor: String,
    /// A file of the corridor's scenarios/, without ".toml" [default: the corridor's own]
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
    /// Number of runs
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) members: u32,
    /// Seed: the same seed gives the same bits
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Last month [default: the corridor's end]
    #[arg(long, value_name = "YYYY-MM")]
    pub(crate) until: Option<Month>,
    /// Hold a number at a value, e.g. levy.smuggling_cost_cny_per_t=60000, or turn a lever from a
    /// month on, e.g. lever.ID@2026-01=0.5 (see terbia levers); may be repeated
    #[arg(long = "set", value_name = "PATH=VALUE", value_parser = setting)]
    pub(crate) sets: Vec<(String, f64)>,
    /// Folder for the results [default: one under runs/, named after the run]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Threads [default: all cores]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) jobs: usize,
    /// Go on with an interrupted run
    #[arg(long)]
    pub(crate) resume: bool,
    /// How the summary is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// No progress bar, no words
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// `terbia score`.
#[derive(Debug, Args)]
pub(crate) struct ScoreArgs {
    /// A bundled corridor, or the path of a corridor's folder
    pub(crate) corridor: String,
    /// Number of runs
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) members: u32,
    /// Seed
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// How the scores are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// `terbia check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// A bundled corridor, or the path of a corridor's folder or of a file in it
    #[arg(value_name = "PATH|CORRIDOR")]
    pub(crate) corridor: String,
}

/// `terbia evidence`.
#[derive(Debug, Args)]
pub(crate) struct EvidenceArgs {
    /// A bundled corridor, or the path of a corridor's folder
    pub(crate) corridor: String,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// `terbia levers`.
#[derive(Debug, Args)]
pub(crate) struct LeversArgs {
    /// A bundled corridor, or the path of a corridor's folder
    pub(crate) corridor: String,
    /// How the list is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// `terbia explain`.
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// A bundled corridor, or the path of a corridor's folder
    pub(crate) corridor: String,
    /// An outcome (exports_t), a number (haulage.leak_share), a lever (lever.ID), a fact (F04), a figure, event, source or assumption
    pub(crate) name: String,
}

/// `terbia schema`.
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// corridor, parameters, scenario, sources, assumptions, facts, targets or check
    pub(crate) kind: String,
}

/// `terbia new`.
#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// Folder to make
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

fn setting(text: &str) -> Result<(String, f64), String> {
    let (path, value) =
        text.split_once('=').ok_or("write PATH=VALUE, for example haulage.leak_share=0.1")?;
    let number: f64 = value.trim().parse().map_err(|_| {
        format!("'{value}' is not a number; write it with a point, without separators")
    })?;
    if !number.is_finite() {
        return Err(format!("'{value}' is not a finite number"));
    }
    Ok((path.trim().to_owned(), number))
}
