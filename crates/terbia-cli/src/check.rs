//! `terbia check` and `terbia new`: are a corridor's files right, and how do I start one?

use crate::Ended;
use crate::args::{CheckArgs, NewArgs};
use crate::failure::Failure;
use std::io::{Write, stderr, stdout};
use terbia_store::lead::Faults;
use terbia_store::new;

/// Runs `terbia check`.
pub(crate) fn check(args: &CheckArgs) -> Ended {
    let project = match crate::loaded(&args.corridor) {
        Ok(project) => project,
        Err(error) => return Err(Failure::led(Faults::of(error, &args.corridor)?)),
    };
    let c = &project.corridor;
    writeln!(
        stdout(),
        "{} is sound: {} files, {} numbers ({} uncertain), {} scenarios, {} checks,\n\
         {} townships with mines, {} gates, {} actors, {} to {}",
        project.id,
        project.texts.len(),
        c.numbers.len(),
        c.numbers.iter().filter(|d| d.uncertain()).count(),
        project.scenarios.len(),
        project.checks.len(),
        c.townships.len(),
        c.gates.len(),
        c.actors.len(),
        c.start,
        c.start.plus(c.months as i32 - 1),
    )?;
    // What is for people; whoever reads only the line above closes standard error, or ignores it.
    let _ = write!(stderr(), "\n{}", project.lead(&args.corridor).text());
    Ok(())
}

/// Runs `terbia new`.
pub(crate) fn new(args: &NewArgs) -> Ended {
    let files = new::create(&args.dir, &args.like)?;
    let mut out = stdout().lock();
    for file in &files {
        writeln!(out, "{}", file.display())?;
    }
    let dir = args.dir.display();
    // A bare name could be that of a bundled corridor.
    let path = if args.dir.is_absolute() { dir.to_string() } else { format!("./{dir}") };
    writeln!(out, "\nNext: read {dir}/corridor.toml, change a number, then terbia check {path}")?;
    Ok(())
}
