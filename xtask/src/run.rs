//! How are other programs called, and what did they say?

use crate::problem::Problem;
use crate::tree;
use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What a program said and whether it was content.
#[derive(Clone, Debug, Default)]
pub(crate) struct Said {
    /// Whether it ended with 0.
    pub(crate) ok: bool,
    /// What it wrote on stdout, then on stderr.
    pub(crate) text: String,
}

/// Cargo, in the repository's root.
pub(crate) fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(tree::root());
    command
}

/// Runs to the end and keeps what is said; shows it as it comes if `aloud`.
pub(crate) fn listen(mut command: Command, aloud: bool) -> Result<Said, Problem> {
    let name = command.get_program().to_string_lossy().into_owned();
    let failed = |e: std::io::Error| {
        Problem::new(&name, format!("cannot be run: {e}"), "is it installed and on the PATH?")
    };
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    // Two pipes are read at once, or a program that fills one waits for ever.
    let (out, err) = std::thread::scope(|scope| {
        let err = scope.spawn(move || err.map(|e| drain(e, aloud)).unwrap_or_default());
        let out = out.map(|o| drain(o, aloud)).unwrap_or_default();
        (out, err.join().unwrap_or_default())
    });
    let ok = child.wait().map_err(failed)?.success();
    Ok(Said { ok, text: out + &err })
}

fn drain(from: impl Read, aloud: bool) -> String {
    let mut text = String::new();
    let mut reader = BufReader::new(from);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line).is_ok_and(|n| n > 0) {
        let piece = String::from_utf8_lossy(&line);
        if aloud {
            print!("{piece}");
        }
        text.push_str(&piece);
        line.clear();
    }
    text
}

/// Whether a program answers to `args`.
pub(crate) fn answers(program: &str, args: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(args).current_dir(tree::root()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|s| s.success())
}

/// Builds the `terbia` program and says where it lies.
pub(crate) fn build_terbia() -> Result<PathBuf, Problem> {
    let args = ["build", "--package", "terbia-cli", "--message-format", "json-render-diagnostics"];
    let said = listen(cargo(&args), false)?;
    let built = said.text.lines().rev().find_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        let is_ours = message["target"]["name"] == "terbia";
        let path = message["executable"].as_str().filter(|_| is_ours)?;
        Some(PathBuf::from(path))
    });
    match built {
        Some(path) if said.ok => Ok(path),
        _ => Err(Problem::new(
            "cargo build --package terbia-cli",
            format!("the program does not build\n{}", said.text),
            "mend what the compiler says above",
        )),
    }
}
