//! Does the program print what the book says it prints?
//!
//! A fenced block marked `console` holds commands after `$ ` and what they print. The blocks of a
//! page run one after another in one folder, so a page can make a file and use it further down. The
//! folder is empty at first. A block marked `csv NAME` or `toml NAME` is a file of that name, which is there
//! from that place of the page on; its folder must be.
//!
//! ```text
//! $ terbia explain kachin exports_t     the command; only terbia is run
//! ? 1                                   the exit code, if it is not 0
//! exports_t[..]                         [..] stands for anything within a line
//! ...                                   stands for any number of lines
//! ```

use crate::problem::Problem;
use crate::run::Said;
use crate::tree::{self, Tree};
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// One command in a page and what it should print.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    /// Line of the command in the page, from 0.
    line: usize,
    /// Lines of the expected output: first and one past the last.
    output: (usize, usize),
    command: String,
    exit: i32,
    expected: Vec<String>,
}

/// The commands shown in a page.
pub(crate) fn commands(page: &str) -> Vec<String> {
    steps(page).into_iter().map(|s| s.command).collect()
}

/// Runs every transcript; with `accept`, writes what was printed into the pages instead of
/// complaining. Gives the number of commands that were run, and the faults.
pub(crate) fn check(
    tree: &Tree,
    program: &Path,
    accept: bool,
) -> Result<(usize, Vec<Problem>), Problem> {
    let (mut ran, mut problems) = (0, Vec::new());
    for page in tree.markdown() {
        let steps = steps(&page.text);
        if steps.is_empty() {
            continue;
        }
        let folder = folder(page)?;
        let mut files = Files::of(page);
        let mut lines: Vec<String> = page.text.lines().map(str::to_owned).collect();
        let mut moved = 0_isize;
        for step in &steps {
            ran += 1;
            let place = format!("{}:{}", page.path, step.line + 1);
            files.write(folder.path(), page, step.line)?;
            let (said, exit) = call(program, folder.path(), &step.command, &place)?;
            let printed: Vec<String> = said.text.lines().map(|l| l.trim_end().to_owned()).collect();
            if exit == step.exit && fits(&step.expected, &printed) {
                continue;
            }
            // A command that has begun to fail is no news to be taken over.
            if accept && exit == step.exit {
                let (from, to) = (at(step.output.0, moved), at(step.output.1, moved));
                let mut new = if exit == 0 { Vec::new() } else { vec![format!("? {exit}")] };
                new.extend(printed);
                moved += new.len() as isize - (to - from) as isize;
                lines.splice(from..to, new);
            } else {
                problems.push(fault(place, step, exit, &printed));
            }
        }
        if moved != 0 || accept {
            let text = lines.join("\n") + "\n";
            if text != page.text {
                pages_write(&page.path, &text)?;
            }
        }
    }
    Ok((ran, problems))
}

/// A new folder.
fn folder(page: &tree::File) -> Result<TempDir, Problem> {
    tempfile::tempdir().map_err(|e| {
        Problem::new(&page.path, format!("no temporary folder: {e}"), "is the disk full?")
    })
}

/// The files that a page shows and that have not been written.
struct Files(std::vec::IntoIter<Shown>);

/// A file that a page shows.
#[derive(Debug, PartialEq, Eq)]
struct Shown {
    /// Line of its block, from 0.
    line: usize,
    name: String,
    text: String,
}

impl Files {
    fn of(page: &tree::File) -> Self {
        Self(files(&page.text).into_iter())
    }

    /// Writes those that the page shows before `line`.
    fn write(&mut self, folder: &Path, page: &tree::File, line: usize) -> Result<(), Problem> {
        while let Some(shown) = self.0.as_slice().first().filter(|f| f.line < line) {
            let place = format!("{}:{}", page.path, shown.line + 1);
            std::fs::write(folder.join(&shown.name), &shown.text).map_err(|e| {
                let mend = "make its folder by a command above it, or name a plain file";
                Problem::new(place, format!("{}: {e}", shown.name), mend)
            })?;
            self.0.next();
        }
        Ok(())
    }
}

/// The folder that the commands of a page leave behind, whatever they print.
pub(crate) fn played(page: &tree::File, program: &Path) -> Result<TempDir, Problem> {
    let folder = folder(page)?;
    let mut files = Files::of(page);
    for step in steps(&page.text) {
        files.write(folder.path(), page, step.line)?;
        call(program, folder.path(), &step.command, &format!("{}:{}", page.path, step.line + 1))?;
    }
    files.write(folder.path(), page, usize::MAX)?;
    Ok(folder)
}

fn at(line: usize, moved: isize) -> usize {
    line.saturating_add_signed(moved)
}

pub(crate) fn pages_write(path: &str, text: &str) -> Result<(), Problem> {
    std::fs::write(tree::root().join(path), text)
        .map_err(|e| Problem::new(path, format!("cannot be written: {e}"), "check its permissions"))
}

/// Lines as a fault quotes them.
pub(crate) fn indented(lines: &[String]) -> String {
    lines.iter().flat_map(|l| ["      | ", l.as_str(), "\n"]).collect()
}

fn fault(place: String, step: &Step, exit: i32, printed: &[String]) -> Problem {
    let codes = if exit == step.exit {
        String::new()
    } else {
        format!(" ended with {exit}, not {}", step.exit)
    };
    Problem::new(
        place,
        format!(
            "`{}`{codes}\n    the page says\n{}    the program says\n{}",
            step.command,
            indented(&step.expected),
            indented(printed)
        ),
        if exit == step.exit {
            "mend the program, or take its words over with `cargo xtask docs --accept`"
        } else {
            "mend the program; if it should end so, say it in the page with a line `? CODE`"
        },
    )
}

fn call(program: &Path, folder: &Path, line: &str, place: &str) -> Result<(Said, i32), Problem> {
    let mut words = split(line).into_iter();
    if words.next().as_deref() != Some("terbia") {
        return Err(Problem::new(
            place,
            format!("`{line}` is not a terbia command"),
            "only terbia is run in a `console` block; mark other commands as `sh`",
        ));
    }
    let said = Command::new(program)
        .args(words)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .env_remove("RUST_BACKTRACE")
        .stdin(Stdio::null())
        .output()
        .map_err(|e| Problem::new(place, format!("cannot run terbia: {e}"), "build it first"))?;
    let text =
        [said.stdout, said.stderr].map(|b| String::from_utf8_lossy(&b).into_owned()).concat();
    Ok((Said { ok: said.status.success(), text }, said.status.code().unwrap_or(-1)))
}

/// Words of a command; quotes keep spaces.
fn split(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// The files that a page shows, in order.
fn files(page: &str) -> Vec<Shown> {
    let mut files: Vec<Shown> = Vec::new();
    let (mut fenced, mut shown) = (false, false);
    for (n, line) in page.lines().enumerate() {
        if let Some(kind) = line.strip_prefix("```") {
            fenced = !fenced;
            let kind = kind.trim_end();
            let name = kind.strip_prefix("csv ").or_else(|| kind.strip_prefix("toml "));
            let name = name.filter(|_| fenced);
            shown = name.is_some();
            files.extend(name.map(|name| Shown {
                line: n,
                name: name.to_owned(),
                text: String::new(),
            }));
        } else if let Some(file) = files.last_mut().filter(|_| shown) {
            file.text.push_str(line);
            file.text.push('\n');
        }
    }
    files
}

fn steps(page: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let (mut inside, mut begun) = (false, false);
    for (n, line) in page.lines().enumerate() {
        if line.starts_with("```") {
            inside = !inside && line.trim_end() == "```console";
            begun = false;
            continue;
        }
        if !inside {
            continue;
        }
        if let Some(command) = line.strip_prefix("$ ") {
            begun = true;
            steps.push(Step {
                line: n,
                output: (n + 1, n + 1),
                command: command.trim().to_owned(),
                exit: 0,
                expected: Vec::new(),
            });
        } else if let Some(step) = steps.last_mut().filter(|_| begun) {
            step.output.1 = n + 1;
            let code = line.strip_prefix("? ").and_then(|c| c.trim().parse().ok());
            match code.filter(|_| step.expected.is_empty()) {
                Some(code) => step.exit = code,
                None => step.expected.push(line.trim_end().to_owned()),
            }
        }
    }
    steps
}

/// Whether lines fit lines, where `...` stands for any number of them.
pub(crate) fn fits(expected: &[String], printed: &[String]) -> bool {
    match expected.split_first() {
        None => printed.is_empty(),
        Some((line, rest)) if line == "..." => {
            (0..=printed.len()).any(|skipped| fits(rest, &printed[skipped..]))
        }
        Some((line, rest)) => {
            printed.first().is_some_and(|p| line_fits(line, p)) && fits(rest, &printed[1..])
        }
    }
}

/// Whether a line fits a line, where `[..]` stands for anything.
fn line_fits(expected: &str, printed: &str) -> bool {
    match expected.split_once("[..]") {
        None => expected == printed,
        Some((start, rest)) => printed.strip_prefix(start).is_some_and(|tail| {
            tail.char_indices()
                .map(|(i, _)| i)
                .chain([tail.len()])
                .any(|i| line_fits(rest, &tail[i..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn a_page_is_cut_into_commands_and_outputs() {
        let page =
            "# A\n```console\n$ terbia new x\n? 1\nno\n\n$ terbia run x\n```\n```sh\n$ ls\n```\n";
        let steps = steps(page);
        assert_eq!(steps.len(), 2);
        assert_eq!((steps[0].line, steps[0].exit, steps[0].output), (2, 1, (3, 6)));
        assert_eq!(steps[0].expected, ["no", ""]);
        assert!(steps[1].expected.is_empty());
    }

    #[test]
    fn a_page_brings_the_files_that_it_shows() {
        let page = "```csv a.csv\nx,y\n1,2\n```\n```csv\nz\n```\n```console\n$ terbia run\n```\n";
        let found = files(page);
        assert_eq!((found[0].name.as_str(), found[0].text.as_str()), ("a.csv", "x,y\n1,2\n"));
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn wildcards_stand_for_lines_and_for_parts_of_them() {
        assert!(fits(&lines("a\n...\nz"), &lines("a\nb\nc\nz")));
        assert!(fits(&lines("a\n..."), &lines("a")));
        assert!(!fits(&lines("a\n...\nz"), &lines("a\nb")));
        assert!(line_fits("took [..] s, [..] runs", "took 1.25 s, 20 runs"));
        assert!(!line_fits("took [..] s", "took 1.25 minutes"));
    }

    #[test]
    fn quotes_keep_words_together() {
        assert_eq!(
            split("terbia run \"a b\" --set 'x=1'"),
            ["terbia", "run", "a b", "--set", "x=1"]
        );
        assert_eq!(split("terbia explain ''"), ["terbia", "explain", ""]);
    }
}
