//! Which commands does a developer need? This one list; `cargo xtask` prints it.
//!
//! Reading order: [`mod@test`] (the one test command), [`tidy`] (what a program can see of the house
//! rules), [`pages`] (what the book takes from the program), [`transcript`] (what the book says the
//! program prints), [`reader`] (what other programs make of it), [`tree`] and [`problem`] (what they all work on).

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "commands speak on the terminal")]

mod pages;
mod problem;
mod reader;
mod run;
mod test;
mod tidy;
mod transcript;
mod tree;

use problem::Problem;
use std::process::ExitCode;

/// A developer command.
struct Command {
    name: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Result<bool, Problem>,
}

/// Every command. Adding one is one entry here.
const COMMANDS: &[Command] = &[
    Command {
        name: "test",
        about: "everything that must hold before a change is kept; name steps to run only those, \
                -v shows the tools' output",
        run: test::command,
    },
    Command { name: "tidy", about: "the house rules that a program can see", run: tidy::command },
    Command {
        name: "docs",
        about: "write the generated parts of the book; --check compares only, --accept also takes \
                over what the program prints in transcripts",
        run: pages::command,
    },
];

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let name = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    let Some(command) = COMMANDS.iter().find(|c| c.name == name) else {
        println!("cargo xtask COMMAND\n");
        for Command { name, about, .. } in COMMANDS {
            println!("  {name:<6} {about}");
        }
        let asked_for_help = matches!(name.as_str(), "" | "help" | "--help" | "-h");
        return if asked_for_help { ExitCode::SUCCESS } else { ExitCode::from(2) };
    };
    match (command.run)(&rest) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}
