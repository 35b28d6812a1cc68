//! Does everything hold that must hold before a change is kept?
//!
//! Steps run in the order in which they are cheap. A step that fails does not stop the others: one
//! run names everything that is wrong. Steps of tools that are not installed say so and how to get
//! them; only those that Rust's own toolchain brings are demanded.

use crate::problem::Problem;
use crate::reader::{self, Ended};
use crate::run::{answers, build_terbia, cargo, listen};
use crate::tree::Tree;
use crate::{pages, tidy, transcript};
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::{Duration, Instant};

/// How a step went.
enum Outcome {
    /// Well; with a remark to show.
    Passed(String),
    /// Badly; with all that was said.
    Failed(String),
    /// Not at all, and why that is no fault.
    Skipped(String),
}

/// A step.
struct Step {
    name: &'static str,
    run: fn(bool) -> Result<Outcome, Problem>,
}

/// Every step, in order.
const STEPS: &[Step] = &[
    Step { name: "format", run: format },
    Step { name: "tidy", run: tidy_step },
    Step { name: "spelling", run: spelling },
    Step { name: "clippy", run: clippy },
    Step { name: "rustdoc", run: rustdoc },
    Step { name: "tests", run: tests },
    Step { name: "doc tests", run: doc_tests },
    Step { name: "generated pages", run: generated },
    Step { name: "transcripts", run: transcripts },
    Step { name: "readers", run: readers },
    Step { name: "book", run: book },
    Step { name: "licences", run: licences },
];

/// `cargo xtask test`.
pub(crate) fn command(args: &[String]) -> Result<bool, Problem> {
    let aloud = args.iter().any(|a| a == "-v" || a == "--verbose");
    let asked: Vec<&String> = args.iter().filter(|a| !a.starts_with('-')).collect();
    let wanted = |step: &&Step| asked.is_empty() || asked.iter().any(|a| *a == step.name);
    let steps: Vec<&Step> = STEPS.iter().filter(wanted).collect();
    if steps.is_empty() {
        let names: Vec<&str> = STEPS.iter().map(|s| s.name).collect();
        return Err(Problem::new(
            "cargo xtask test",
            "has no such step",
            format!("name some of: {}", names.join(", ")),
        ));
    }
    let start = Instant::now();
    let (mut closing, mut failed) = (String::new(), Vec::new());
    for Step { name, run } in &steps {
        print!("{name:<16} ");
        std::io::stdout().flush().map_err(|e| {
            Problem::new("terminal", format!("cannot be written to: {e}"), "run it where it can")
        })?;
        let began = Instant::now();
        let outcome = run(aloud).unwrap_or_else(|p| Outcome::Failed(p.to_string()));
        if let (true, Outcome::Passed(said) | Outcome::Failed(said)) =
            (name.ends_with("tests"), &outcome)
        {
            let _ = writeln!(closing, "{name}: {}", verdicts(said));
        }
        if matches!(outcome, Outcome::Failed(_)) {
            failed.push(*name);
        }
        show(&outcome, &seconds(began.elapsed()));
    }
    println!("\n{closing}");
    let took = seconds(start.elapsed());
    if failed.is_empty() {
        println!("all {} steps hold, {}", steps.len(), took.trim());
    } else {
        println!("failed: {}; {}", failed.join(", "), took.trim());
    }
    Ok(failed.is_empty())
}

/// Ends the line of a step, and tells what there is to tell.
fn show(outcome: &Outcome, took: &str) {
    match outcome {
        Outcome::Skipped(why) => println!("skipped {took}  {why}"),
        Outcome::Failed(said) => println!("FAILED  {took}\n{}", said.trim_end()),
        Outcome::Passed(remark) => {
            let mut lines = remark.lines();
            println!("ok      {took}  {}", lines.next().unwrap_or_default());
            lines.for_each(|line| println!("  {line}"));
        }
    }
}

fn seconds(time: Duration) -> String {
    format!("{:6.1} s", time.as_secs_f64())
}

/// Runs a tool that comes with the toolchain.
fn tool(component: &str, probe: &[&str], args: &[&str], aloud: bool) -> Result<Outcome, Problem> {
    if !answers("cargo", probe) {
        return Ok(Outcome::Failed(format!(
            "{component} is not installed\n    run `rustup component add {component}`"
        )));
    }
    let said = listen(cargo(args), aloud)?;
    Ok(if said.ok { Outcome::Passed(String::new()) } else { Outcome::Failed(said.text) })
}

fn format(aloud: bool) -> Result<Outcome, Problem> {
    let outcome =
        tool("rustfmt", &["fmt", "--version"], &["fmt", "--all", "--", "--check", "-l"], aloud)?;
    Ok(match outcome {
        Outcome::Failed(said) => Outcome::Failed(format!("{said}\n    run `cargo fmt --all`")),
        other => other,
    })
}

fn clippy(aloud: bool) -> Result<Outcome, Problem> {
    let args = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"];
    tool("clippy", &["clippy", "--version"], &args, aloud)
}

fn rustdoc(aloud: bool) -> Result<Outcome, Problem> {
    let args = ["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet"];
    let mut command = cargo(&args);
    // Private pages are made too, so a link from a public one to them leads somewhere.
    command.env("RUSTDOCFLAGS", "-D warnings -A rustdoc::private_intra_doc_links");
    let said = listen(command, aloud)?;
    Ok(if said.ok { Outcome::Passed(String::new()) } else { Outcome::Failed(said.text) })
}

fn tidy_step(_: bool) -> Result<Outcome, Problem> {
    let faults = tidy::faults(&Tree::read()?);
    Ok(if faults.is_empty() {
        Outcome::Passed(format!("{} rules", tidy::rules()))
    } else {
        Outcome::Failed(list(&faults))
    })
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

fn tests(aloud: bool) -> Result<Outcome, Problem> {
    let nextest = answers("cargo", &["nextest", "--version"]);
    let args: &[&str] = if nextest {
        &["nextest", "run", "--workspace", "--no-fail-fast", "--cargo-quiet"]
    } else {
        &["test", "--workspace", "--no-fail-fast", "--quiet", "--lib", "--bins", "--tests"]
    };
    let mut command = cargo(args);
    command.env("NEXTEST_HIDE_PROGRESS_BAR", "1").env("CARGO_TERM_COLOR", "never");
    let said = listen(command, aloud)?;
    Ok(if said.ok { Outcome::Passed(verdicts(&said.text)) } else { Outcome::Failed(said.text) })
}

fn doc_tests(aloud: bool) -> Result<Outcome, Problem> {
    let said = listen(cargo(&["test", "--workspace", "--doc", "--quiet"]), aloud)?;
    Ok(if said.ok { Outcome::Passed(verdicts(&said.text)) } else { Outcome::Failed(said.text) })
}

/// The test runner's own closing lines, word for word; of several binaries, those that ran tests.
fn verdicts(said: &str) -> String {
    let is_verdict = |l: &str| {
        let l = l.trim_start();
        l.starts_with("Summary [")
            || (l.starts_with("test result:") && !l.contains(" 0 passed; 0 failed"))
    };
    let lines: Vec<&str> = said.lines().filter(|l| is_verdict(l)).map(str::trim).collect();
    if lines.is_empty() { "no tests ran".to_owned() } else { lines.join("\n") }
}

fn generated(_: bool) -> Result<Outcome, Problem> {
    let stale = pages::stale(&Tree::read()?, &build_terbia()?);
    Ok(if stale.is_empty() {
        Outcome::Passed(String::new())
    } else {
        Outcome::Failed(list(&stale))
    })
}

fn transcripts(_: bool) -> Result<Outcome, Problem> {
    let (ran, faults) = transcript::check(&Tree::read()?, &build_terbia()?, false)?;
    Ok(if faults.is_empty() {
        Outcome::Passed(format!("{ran} commands"))
    } else {
        Outcome::Failed(list(&faults))
    })
}

fn readers(_: bool) -> Result<Outcome, Problem> {
    Ok(match reader::check(&Tree::read()?, &build_terbia()?, false)? {
        Ended::Skipped(why) => Outcome::Skipped(why),
        Ended::Ran(ran, faults) if faults.is_empty() => Outcome::Passed(format!("{ran} blocks")),
        Ended::Ran(_, faults) => Outcome::Failed(list(&faults)),
    })
}

/// Runs a tool that may be absent.
fn optional(program: &str, args: &[&str], get: &str, aloud: bool) -> Result<Outcome, Problem> {
    if !answers(program, &["--version"]) {
        return Ok(Outcome::Skipped(format!("`{program}` is not installed ({get})")));
    }
    let mut command = std::process::Command::new(program);
    command.args(args).current_dir(crate::tree::root());
    let said = listen(command, aloud)?;
    Ok(if said.ok { Outcome::Passed(String::new()) } else { Outcome::Failed(said.text) })
}

fn spelling(aloud: bool) -> Result<Outcome, Problem> {
    optional("typos", &["--config", "typos.toml"], "cargo install typos-cli", aloud)
}

fn book(aloud: bool) -> Result<Outcome, Problem> {
    optional("mdbook", &["build", "docs"], "cargo install mdbook", aloud)
}

fn licences(aloud: bool) -> Result<Outcome, Problem> {
    let args = ["--offline", "check", "--hide-inclusion-graph", "bans", "licenses", "sources"];
    optional("cargo-deny", &args, "cargo install cargo-deny", aloud)
}

#[cfg(test)]
mod tests {
    use super::verdicts;

    #[test]
    fn the_runners_closing_line_is_kept_word_for_word() {
        let nextest = "PASS a\n     Summary [   0.1s] 3 tests run: 3 passed, 0 skipped\n";
        assert_eq!(verdicts(nextest), "Summary [   0.1s] 3 tests run: 3 passed, 0 skipped");
        let cargo = "test result: ok. 0 passed; 0 failed; 0 ignored\n\
                     test result: FAILED. 2 passed; 1 failed; 0 ignored\n";
        assert_eq!(verdicts(cargo), "test result: FAILED. 2 passed; 1 failed; 0 ignored");
        assert_eq!(verdicts(""), "no tests ran");
    }
}
