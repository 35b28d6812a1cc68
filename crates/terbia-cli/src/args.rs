//! Which commands are there, and what do they take? One list; help comes from it.

#![allow(
    clippy::doc_markdown,
    reason = "these comments are the help text, where backticks are noise"
)]

mod compare;
mod parse;

use clap::{Args, Parser, Subcommand, ValueEnum};
pub(crate) use compare::CompareArgs;
use parse::{setting, shard, weights};
use std::path::PathBuf;
use terbia_lab::stability::Vector;
use terbia_model::kernel::time::Month;
use terbia_store::assimilate::LAG;
use terbia_store::calibrate::CORRELATION;
use terbia_store::new;
use terbia_store::question::loops::USUAL_MEMBERS;

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
    /// Ask a question of a corridor: policies side by side, in the same futures
    Study(StudyArgs),
    /// Lay corridors side by side: what differs between them, and what follows
    Compare(CompareArgs),
    /// Search for portfolios of levers that no other beats in everything at once
    Search(SearchArgs),
    /// Say which feedback loop carries the difference between two policies of a study
    Why(WhyArgs),
    /// Join the parts of a study that was run in several pieces
    Merge(MergeArgs),
    /// Write the report of a study: one page for the browser, and the same as a PDF
    Report(ReportArgs),
    /// Forecast the months after one that the record has reached, and keep the forecast for scoring
    Forecast(ForecastArgs),
    /// Foresee months that are on record from what was known before them, beside rivals
    Hindcast(HindcastArgs),
    /// Score a forecast on figures that have come since: anyone can, with its folder alone
    ScoreForecast(ScoreForecastArgs),
    /// Take new figures in: how surprising they are, and which belief they move
    Assimilate(AssimilateArgs),
    /// Check a corridor's files and say all that is wrong
    Check(CheckArgs),
    /// Turn data files that others publish into rows of observations
    Convert(ConvertArgs),
    /// Learn what the record can teach about the corridor's numbers
    Calibrate(CalibrateArgs),
    /// Show what the corridor's numbers rest on, weakest first
    Evidence(EvidenceArgs),
    /// List what the corridor's actors can turn, how far, and what it moves
    Levers(LeversArgs),
    /// Say what an outcome, a number, a fact or a figure means and where it comes from
    Explain(ExplainArgs),
    /// Print the JSON Schema of a kind of file
    Schema(SchemaArgs),
    /// Write a commented corridor to start from: a small one, or one like yours
    New(NewArgs),
}

/// Weights of the six figures of stability, as typed and as numbers.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weights {
    /// As typed.
    pub(crate) text: String,
    /// As numbers, S1 to S6.
    pub(crate) values: Vector,
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
    /// Take the values of the numbers from a posterior that terbia calibrate wrote [default: from
    /// their priors]
    #[arg(long, value_name = "DIR")]
    pub(crate) posterior: Option<PathBuf>,
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
    /// Make one index of the six figures of stability, e.g. "S1=2,S2=1,S4=1" (a leg that is not named
    /// weighs 0) or "even"; it is always shown beside the six
    #[arg(long, value_name = "WEIGHTS", value_parser = weights)]
    pub(crate) stability_index: Option<Weights>,
    /// No progress bar and no remarks, the result alone
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
    /// Score a posterior that terbia calibrate wrote, with the drift of the record about the model
    /// that belongs to it [default: the prior, without drift]
    #[arg(long, value_name = "DIR")]
    pub(crate) posterior: Option<PathBuf>,
    /// How the scores are printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// `terbia calibrate`.
#[derive(Debug, Args)]
pub(crate) struct CalibrateArgs {
    /// A bundled corridor, or the path of a corridor's folder
    pub(crate) corridor: String,
    /// Folder for the posterior; the same command goes on with what is there
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Last month whose figures are learnt from [default: that of the last figure]
    #[arg(long, value_name = "YYYY-MM")]
    pub(crate) until: Option<Month>,
    /// A file of the corridor's scenarios/, without ".toml" [default: the corridor's own]
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
    /// A posterior of another corridor: what it learnt of numbers that both share goes in before
    #[arg(long, value_name = "DIR")]
    pub(crate) shared_from: Option<PathBuf>,
    /// How alike a shared number is in two corridors: 0 carries nothing over, 1 the other's posterior
    #[arg(long, value_name = "R", default_value_t = CORRELATION, requires = "shared_from")]
    pub(crate) shared_correlation: f64,
    /// Sets of values in the posterior
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) particles: u32,
    /// Runs after which the sampler begins no further stage
    #[arg(long, value_name = "N", default_value_t = 600_000)]
    pub(crate) budget: u64,
    /// Seed: the same seed gives the same bits
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Threads [default: all cores]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) jobs: usize,
    /// How the summary is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// No progress bar and no remarks, the result alone
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// `terbia study`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that is typed")]
pub(crate) struct StudyArgs {
    /// A bundled corridor, or the path of a corridor's folder
    pub(crate) corridor: String,
    /// A file of the corridor's studies/, without ".toml", or the path of a file; none lists them
    pub(crate) name: Option<String>,
    /// Number of futures that every policy meets: so many and no more [default: the study's own]
    #[arg(long, value_name = "N")]
    pub(crate) members: Option<u32>,
    /// Seed: the same seed gives the same bits [default: the study's own]
    #[arg(long, value_name = "S")]
    pub(crate) seed: Option<u64>,
    /// Take the values of the numbers from a posterior that terbia calibrate wrote [default: from
    /// their priors]
    #[arg(long, value_name = "DIR")]
    pub(crate) posterior: Option<PathBuf>,
    /// Folder for the results [default: one under runs/, named after the study]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Threads [default: all cores]
    #[arg(long, value_name = "J", default_value_t = 0, hide_default_value = true)]
    pub(crate) jobs: usize,
    /// Go on with an interrupted study
    #[arg(long)]
    pub(crate) resume: bool,
    /// Run one part of the futures only, e.g. 2/4; terbia merge joins the parts
    #[arg(long, value_name = "I/N", value_parser = shard)]
    pub(crate) shard: Option<(u32, u32)>,
    /// Leave out the further runs that tell which uncertain numbers decide and which sign to switch by, if
    /// the study asks
    #[arg(long)]
    pub(crate) no_sensitivity: bool,
    /// Keep the months of the outcomes too, as quantiles for each policy [default: if they take no more than 1 GiB]
    #[arg(long, overrides_with = "no_series")]
    pub(crate) series: bool,
    /// Leave the months out: the report then has no fan charts
    #[arg(long, overrides_with = "series")]
    pub(crate) no_series: bool,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// No progress bar and no remarks, the result alone
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// `terbia search`.
#[derive(Debug, Args)]
pub(crate) struct SearchArgs {
    /// A bundled corridor, or the path of a corridor's folder
    pub(crate) corridor: String,
    /// A file of the corridor's studies/ that asks for a search, without ".toml", or the path of a file
    #[arg(value_name = "STUDY")]
    pub(crate) name: String,
    /// Number of futures in which every portfolio is tried [default: the study's own]
    #[arg(long, value_name = "N")]
    pub(crate) members: Option<u32>,
    /// Number of generations, the first included [default: the study's own]
    #[arg(long, value_name = "N")]
    pub(crate) generations: Option<u32>,
    /// Number of portfolios of a generation [default: the study's own]
    #[arg(long, value_name = "N")]
    pub(crate) population: Option<u32>,
    /// Seed: the same seed gives the same bits [default: the study's own]
    #[arg(long, value_name = "S")]
    pub(crate) seed: Option<u64>,
    /// Take the values of the numbers from a posterior that terbia calibrate wrote [default: from
    /// their priors]
    #[arg(long, value_name = "DIR")]
    pub(crate) posterior: Option<PathBuf>,
    /// Folder for what is found: a new one, never written over [default: one under runs/, named after
    /// the search]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Threads [default: all cores]
    #[arg(long, value_name = "J", default_value_t = 0, hide_default_value = true)]
    pub(crate) jobs: usize,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// No progress bar and no remarks, the result alone
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// `terbia why`.
#[derive(Debug, Args)]
pub(crate) struct WhyArgs {
    /// A bundled corridor, or the path of a corridor's folder
    pub(crate) corridor: String,
    /// A file of the corridor's studies/, without ".toml", or the path of a file
    pub(crate) study: String,
    /// A policy of the study
    pub(crate) policy: String,
    /// Another policy to hold it against [default: the study's first]
    #[arg(long, value_name = "POLICY")]
    pub(crate) against: Option<String>,
    /// An outcome of the study
    #[arg(long, value_name = "ID")]
    pub(crate) outcome: String,
    /// A scenario of the study [default: its first]
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
    /// Number of futures that both policies meet, once for each loop
    #[arg(long, value_name = "N", default_value_t = USUAL_MEMBERS)]
    pub(crate) members: u32,
    /// Seed: the same seed gives the same bits [default: the study's own]
    #[arg(long, value_name = "S")]
    pub(crate) seed: Option<u64>,
    /// Take the values of the numbers from a posterior that terbia calibrate wrote [default: from
    /// their priors]
    #[arg(long, value_name = "DIR")]
    pub(crate) posterior: Option<PathBuf>,
    /// Threads [default: all cores]
    #[arg(long, value_name = "J", default_value_t = 0, hide_default_value = true)]
    pub(crate) jobs: usize,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// No progress bar
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// `terbia merge`.
#[derive(Debug, Args)]
pub(crate) struct MergeArgs {
    /// Folders that terbia study --shard wrote, in any order
    #[arg(value_name = "DIR", required = true)]
    pub(crate) dirs: Vec<PathBuf>,
    /// Folder for the whole: a new one
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Threads [default: all cores]
    #[arg(long, value_name = "J", default_value_t = 0, hide_default_value = true)]
    pub(crate) jobs: usize,
    /// How the answer is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// No words
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// `terbia forecast`.
#[derive(Debug, Args)]
pub(crate) struct ForecastArgs {
    /// A bundled corridor, or the path of a corridor's folder
    pub(crate) corridor: String,
    /// Last month that the record drives; what it says of later ones is not used
    #[arg(long, value_name = "YYYY-MM")]
    pub(crate) origin: Month,
    /// Months to forecast after it
    #[arg(long, value_name = "N")]
    pub(crate) horizon: u32,
    /// Folder for the forecast: a new one, never written over
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Number of runs
    #[arg(long, value_name = "M", default_value_t = 1000)]
    pub(crate) members: u32,
    /// Seed: the same seed gives the same bytes
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// A file of the corridor's scenarios/, without ".toml" [default: the corridor's own]
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
    /// Take the values of the numbers from a posterior that terbia calibrate wrote, and start from
    /// where the record stands about the model [default: the prior, from the model itself]
    #[arg(long, value_name = "DIR")]
    pub(crate) posterior: Option<PathBuf>,
    /// How the summary is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Threads [default: all cores]
    #[arg(long, value_name = "J", default_value_t = 0, hide_default_value = true)]
    pub(crate) jobs: usize,
    /// No progress bar and no remarks, the result alone
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// `terbia assimilate`.
#[derive(Debug, Args)]
pub(crate) struct AssimilateArgs {
    /// A bundled corridor, or the path of a corridor's folder
    pub(crate) corridor: String,
    /// The new figures: rows as in the corridor's evidence/observations.csv
    #[arg(value_name = "OBSERVATIONS.csv")]
    pub(crate) observations: PathBuf,
    /// Folder for what they say: a new one, never written over
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// Last month that the record drives; figures up to it are left out [default: where the record of
    /// the scenario ends]
    #[arg(long, value_name = "YYYY-MM")]
    pub(crate) origin: Option<Month>,
    /// Take values of the numbers, and size and memory of the record's drift, from a posterior that
    /// terbia calibrate wrote [default: the prior, and the drifts of evidence/targets.toml]
    #[arg(long, value_name = "DIR")]
    pub(crate) posterior: Option<PathBuf>,
    /// Number of runs; all are in memory at once
    #[arg(long, value_name = "N", default_value_t = 2000)]
    pub(crate) members: u32,
    /// Seed: the same seed gives the same bytes
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// Months behind of which beliefs are still revised
    #[arg(long, value_name = "L", default_value_t = LAG)]
    pub(crate) lag: usize,
    /// A file of the corridor's scenarios/, without ".toml" [default: the corridor's own]
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
    /// How the summary is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// Threads [default: all cores]
    #[arg(long, value_name = "J", default_value_t = 0, hide_default_value = true)]
    pub(crate) jobs: usize,
    /// No progress bar and no remarks, the result alone
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// `terbia report`.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// Folder that terbia study or terbia merge wrote
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Folder that terbia search wrote of the same study: its portfolios are drawn too
    #[arg(long, value_name = "DIR")]
    pub(crate) search: Option<PathBuf>,
    /// Folder for report.html and report.pdf [default: that of the study]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// `terbia hindcast`.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag that is typed")]
pub(crate) struct HindcastArgs {
    /// A bundled corridor, or the path of a corridor's folder
    pub(crate) corridor: String,
    /// Last month that is known
    #[arg(long, value_name = "YYYY-MM")]
    pub(crate) origin: Month,
    /// Months to foresee after it
    #[arg(long, value_name = "N")]
    pub(crate) horizon: u32,
    /// Give the politics of those months as it was: which gates are shut, who holds what, which levy is
    /// asked
    #[arg(long, conflicts_with = "live")]
    pub(crate) replay_gates: bool,
    /// Leave politics to the model [this is the default]
    #[arg(long)]
    pub(crate) live: bool,
    /// Learn from the figures after those months too: one closure is left out, the others teach
    #[arg(long)]
    pub(crate) leave_out: bool,
    /// Take a posterior that terbia calibrate wrote without knowing those months [default: learn one]
    #[arg(long, value_name = "DIR")]
    pub(crate) posterior: Option<PathBuf>,
    /// Folder for what is learnt, figures.csv and hindcast.json; the same command goes on with what is there
    /// [default: none is kept]
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Number of runs
    #[arg(long, value_name = "M", default_value_t = 2000)]
    pub(crate) members: u32,
    /// Sets of values in the posterior that is learnt
    #[arg(long, value_name = "N", default_value_t = 1000)]
    pub(crate) particles: u32,
    /// Runs after which the sampler begins no further stage
    #[arg(long, value_name = "N", default_value_t = 600_000)]
    pub(crate) budget: u64,
    /// Seed
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// A file of the corridor's scenarios/, without ".toml" [default: the corridor's own]
    #[arg(long, value_name = "NAME")]
    pub(crate) scenario: Option<String>,
    /// Threads [default: all cores]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(crate) jobs: usize,
    /// How it is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// No progress bar and no remarks, the result alone
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// `terbia score-forecast`.
#[derive(Debug, Args)]
pub(crate) struct ScoreForecastArgs {
    /// Folder that terbia forecast wrote; refused if it was changed
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Figures, with the columns of a corridor's evidence/observations.csv in any order
    #[arg(value_name = "OBSERVATIONS.csv")]
    pub(crate) observations: PathBuf,
    /// Which events happened: a table with the columns event,month,happened (1 or 0)
    #[arg(long, value_name = "EVENTS.csv")]
    pub(crate) events: Option<PathBuf>,
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

/// `terbia convert`.
#[derive(Debug, Args)]
pub(crate) struct ConvertArgs {
    /// Data files, as their publishers offer them: CSV, or JSON of UN Comtrade
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// File for the rows, which is replaced; "-" is standard output
    #[arg(long, value_name = "ROWS.csv")]
    pub(crate) out: PathBuf,
    /// Whose files they are [default: told from their columns]
    #[arg(long, value_enum)]
    pub(crate) kind: Option<ForeignKind>,
    /// How what became of them is printed
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Whose file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ForeignKind {
    /// Observations of terbia, or printed figures with their publications
    Record,
    /// UN Comtrade
    Comtrade,
    /// Conflict events of ACLED
    Acled,
    /// Mineral commodity summaries of the USGS
    Usgs,
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
    /// An outcome (exports_t), a number (haulage.leak_share), a lever (lever.ID), a module (levy), a
    /// fact (F04), a figure, event, source or assumption
    pub(crate) name: String,
}

/// `terbia schema`.
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// corridor, parameters, scenario, sources, assumptions, facts, targets, check, study or comparison
    pub(crate) kind: String,
}

/// `terbia new`.
#[derive(Debug, Args)]
#[command(after_long_help = new::corridors())]
pub(crate) struct NewArgs {
    /// Folder to make
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// Bundled corridor to copy: one that is much like yours [default: a small made-up one]
    #[arg(long, value_name = "CORRIDOR", default_value = new::TEMPLATE, hide_default_value = true)]
    pub(crate) like: String,
}
