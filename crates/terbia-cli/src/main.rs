//! What is typed? The `terbia` command: parse, call the store, render.
//!
//! Data goes to standard output, words to standard error. Exit codes: 0 done, 1 something in the
//! input or on the disk is at fault, 2 the command line is, 101 a bug, 130 stopped by the user.

mod args;
mod assimilate;
mod calibrate;
mod check;
mod compare;
mod convert;
mod evidence;
mod explain;
mod failure;
mod forecast;
mod format;
mod hindcast;
mod levers;
mod merge;
mod progress;
mod report;
mod run;
mod score;
mod score_forecast;
mod search;
mod stability;
mod study;
mod table;
mod why;

use args::{Cli, Command};
use clap::Parser;
use failure::Failure;
use std::io::{Write as _, stderr};
use std::process::ExitCode;
use terbia_store::Project;
use terbia_store::load::LoadError;

/// The corridor of this name or path; says so if a folder of the name is there and is not read.
fn loaded(name: &str) -> Result<Project, LoadError> {
    if let Some(folder) = Project::shadowed(name) {
        // Whoever closed standard error wants no remarks.
        let _ = writeln!(
            stderr(),
            "note: '{name}' is the bundled corridor; the folder {folder} is not read: write {folder}"
        );
    }
    Project::load(name)
}

fn main() -> ExitCode {
    failure::explain_panics();
    let cli = Cli::parse();
    let ended = match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Score(args) => score::score(&args),
        Command::Study(args) => study::study(&args),
        Command::Compare(args) => compare::compare(&args),
        Command::Search(args) => search::search(&args),
        Command::Why(args) => why::why(&args),
        Command::Merge(args) => merge::merge(&args),
        Command::Forecast(args) => forecast::forecast(&args),
        Command::Report(args) => report::report(&args),
        Command::Hindcast(args) => hindcast::hindcast(&args),
        Command::ScoreForecast(args) => score_forecast::score_forecast(&args),
        Command::Assimilate(args) => assimilate::assimilate(&args),
        Command::Check(args) => check::check(&args),
        Command::Convert(args) => convert::convert(&args),
        Command::Calibrate(args) => calibrate::calibrate(&args),
        Command::Evidence(args) => evidence::evidence(&args),
        Command::Levers(args) => levers::levers(&args),
        Command::Explain(args) => explain::explain(&args),
        Command::Schema(args) => explain::schema(&args),
        Command::New(args) => check::new(&args),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// What a command returns.
type Ended = Result<(), Failure>;
