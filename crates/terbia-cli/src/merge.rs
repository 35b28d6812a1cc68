//! `terbia merge`: what do the parts of a study say together?

use crate::Ended;
use crate::args::MergeArgs;
use crate::study;
use std::io::{Write as _, stderr};
use terbia_store::question::analysis::{self, Looked};
use terbia_store::question::{self, Results};

/// Runs the command.
pub(crate) fn merge(args: &MergeArgs) -> Ended {
    let dirs: Vec<String> = args.dirs.iter().map(|dir| dir.display().to_string()).collect();
    let command = format!("terbia merge {} --out {}", dirs.join(" "), args.out.display());
    question::merge(&args.dirs, &args.out, args.jobs, command)?;
    let results = Results::open(&args.out)?;
    let analysis = analysis::analyse(&results, Looked::default())?;
    analysis.write(&args.out)?;
    study::print(&results, &analysis, None, args.format)?;
    if !args.quiet {
        writeln!(stderr(), "{}: written", args.out.display())?;
    }
    Ok(())
}
