//! Do the programs that people have read what terbia writes, and say what the book says they say?
//!
//! A block of a page marked `python` or `sql` that is followed by one marked `text` is run, and prints
//! that. Each is run for itself, in the folder in which the page's own commands ([`transcript`]) ran before.
//! `[..]` and `...` stand for what differs, as there.
//!
//! The programs come from the Python package index, in the versions that `docs/readers.txt` names, and
//! lie under `target/`. Without Python, or where the index cannot be reached, nothing is run, and said so.

use crate::problem::Problem;
use crate::run::{Said, answers, listen};
use crate::transcript;
use crate::tree::{self, Tree};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Versions of the programs.
const VERSIONS: &str = "docs/readers.txt";

/// How it went.
pub(crate) enum Ended {
    /// So many blocks were run; the faults.
    Ran(usize, Vec<Problem>),
    /// Nothing was run; why.
    Skipped(String),
}

/// A block that is run and what it should print.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Block {
    kind: Kind,
    /// Line of its fence in the page, from 0.
    line: usize,
    text: String,
    /// Lines of what it prints: first and one past the last.
    output: (usize, usize),
}

/// What runs a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Python,
    Sql,
}

/// Runs every such block; with `accept`, writes what was printed into the pages instead of complaining.
pub(crate) fn check(tree: &Tree, program: &Path, accept: bool) -> Result<Ended, Problem> {
    let pages: Vec<_> = tree.markdown().map(|page| (page, blocks(&page.text))).collect();
    let folder = match programs(tree)? {
        Ok(folder) => folder,
        Err(why) => return Ok(Ended::Skipped(why)),
    };
    let (mut ran, mut faults) = (0, Vec::new());
    for (page, blocks) in pages.iter().filter(|(_, blocks)| !blocks.is_empty()) {
        let dir = transcript::played(page, program)?;
        let mut lines: Vec<String> = page.text.lines().map(str::to_owned).collect();
        // From the last to the first, so that lines of those before stay where they are.
        for block in blocks.iter().rev() {
            ran += 1;
            let place = format!("{}:{}", page.path, block.line + 1);
            let said = run(block, &folder, dir.path(), &place)?;
            let printed: Vec<String> = said.text.lines().map(|l| l.trim_end().to_owned()).collect();
            let (from, to) = block.output;
            if said.ok && transcript::fits(&lines[from..to], &printed) {
                continue;
            }
            if accept && said.ok {
                lines.splice(from..to, printed);
            } else {
                faults.push(fault(place, &lines[from..to], &printed));
            }
        }
        let text = lines.join("\n") + "\n";
        if text != page.text {
            transcript::pages_write(&page.path, &text)?;
        }
    }
    faults.reverse();
    Ok(Ended::Ran(ran, faults))
}

fn fault(place: String, expected: &[String], printed: &[String]) -> Problem {
    Problem::new(
        place,
        format!(
            "this block\n    is said to print\n{}    and prints\n{}",
            transcript::indented(expected),
            transcript::indented(printed)
        ),
        "mend the block, or take what it prints over with `cargo xtask docs --accept`",
    )
}

fn run(block: &Block, programs: &Path, dir: &Path, place: &str) -> Result<Said, Problem> {
    let failed =
        |e: std::io::Error| Problem::new(place, format!("cannot be run: {e}"), "try again");
    let (name, program, args): (_, _, &[&str]) = match block.kind {
        Kind::Python => ("block.py", "python", &["block.py"]),
        Kind::Sql => ("block.sql", "duckdb", &["-f", "block.sql"]),
    };
    std::fs::write(dir.join(name), &block.text).map_err(failed)?;
    let mut command = Command::new(programs.join(program));
    // What a person has set up for these programs at home does not change what they print here.
    command.args(args).current_dir(dir).env("HOME", dir).env("PYTHONUTF8", "1");
    command.env("NO_COLOR", "1").env("COLUMNS", "100");
    listen(command, false)
}

/// The folder of the programs, made if need be; or why there is none.
fn programs(tree: &Tree) -> Result<Result<PathBuf, String>, Problem> {
    let Some(python) = ["python3", "python"].into_iter().find(|p| answers(p, &["--version"]))
    else {
        return Ok(Err("Python is not installed (python.org, or the system's packages)".into()));
    };
    let versions = tree.text(VERSIONS).ok_or_else(|| {
        Problem::new(VERSIONS, "is missing", "name a package and its version in each line")
    })?;
    let home = tree::root().join("target/readers");
    let folder = home.join(if cfg!(windows) { "Scripts" } else { "bin" });
    let mark = home.join("versions.txt");
    if std::fs::read_to_string(&mark).is_ok_and(|there| there == versions) {
        return Ok(Ok(folder));
    }
    let mut make = Command::new(python);
    make.args(["-m", "venv", "--clear"]).arg(&home);
    let mut get = Command::new(folder.join("python"));
    get.args(["-m", "pip", "install", "--quiet", "--no-compile"]);
    get.args(["--disable-pip-version-check", "--only-binary", ":all:", "--requirement"])
        .arg(tree::root().join(VERSIONS));
    for command in [&mut make, &mut get] {
        let said = command.stdin(Stdio::null()).output();
        let why = match said {
            Ok(said) if said.status.success() => continue,
            Ok(said) => String::from_utf8_lossy(&said.stderr).into_owned(),
            Err(e) => e.to_string(),
        };
        let last = why.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
        return Ok(Err(format!("packages of {VERSIONS} cannot be installed: {}", last.trim())));
    }
    std::fs::write(&mark, versions).map_err(|e| {
        Problem::new("target/readers", format!("cannot be written: {e}"), "is the disk full?")
    })?;
    Ok(Ok(folder))
}

/// The blocks of a page that are run.
fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    // The last block that was closed, if nothing but blank lines has followed.
    let mut ready: Option<Block> = None;
    let mut open: Option<(&str, usize)> = None;
    let lines: Vec<&str> = page.lines().collect();
    for (n, line) in lines.iter().enumerate() {
        let Some(mark) = line.strip_prefix("```") else {
            if open.is_none() && !line.trim().is_empty() {
                ready = None;
            }
            continue;
        };
        let Some((kind, from)) = open.take() else {
            open = Some((mark.trim(), n));
            continue;
        };
        let kind = match kind {
            "python" => Kind::Python,
            "sql" => Kind::Sql,
            "text" => {
                let output = (from + 1, n);
                blocks.extend(ready.take().map(|block| Block { output, ..block }));
                continue;
            }
            _ => {
                ready = None;
                continue;
            }
        };
        let text = lines[from + 1..n].join("\n") + "\n";
        ready = Some(Block { kind, line: from, text, output: (0, 0) });
    }
    blocks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_run_if_what_it_prints_follows() {
        let page = "```python\nprint(1)\n```\n\n```text\n1\n```\n```sql\nselect 2;\n```\nwords\n\
                    ```text\n2\n```\n```python\nprint(3)\n```\n```sh\nls\n```\n```text\n3\n```\n";
        let found = blocks(page);
        let text = "print(1)\n".to_owned();
        assert_eq!(found, [Block { kind: Kind::Python, line: 0, text, output: (5, 6) }]);
    }
}
