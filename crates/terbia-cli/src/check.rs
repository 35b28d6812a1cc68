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
        "{} is sound: {}, {} ({} uncertain), {}, {},\n{} with mines, {}, {}, {} to {}",
        project.id,
        counted(project.texts.len(), "file"),
        counted(c.numbers.len(), "number"),
        c.numbers.iter().filter(|d| d.uncertain()).count(),
        counted(project.scenarios.len(), "scenario"),
        counted(project.checks.len(), "check"),
        counted(c.townships.len(), "township"),
        counted(c.gates.len(), "gate"),
        counted(c.actors.len(), "actor"),
        c.start,
        c.start.plus(c.months as i32 - 1),
    )?;
    // What is for people; whoever reads only the line above closes standard error, or ignores it.
    let _ = write!(stderr(), "\n{}", project.lead(&args.corridor).text());
    Ok(())
}

/// So many of a thing, in words.
pub(crate) fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
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
    let path = quoted(&path);
    writeln!(out, "\nNext: read {dir}/corridor.toml, change a number, then terbia check {path}")?;
    Ok(())
}

/// A path as it is typed: in quotes where a shell would take it apart.
fn quoted(path: &str) -> String {
    let bare = |c: char| c.is_alphanumeric() || "/\\:._-~".contains(c);
    if path.chars().all(bare) {
        path.to_owned()
    } else if path.contains('\'') {
        format!("\"{path}\"")
    } else {
        format!("'{path}'")
    }
}
