//! Are the lists that no compiler compares complete: bundled files, outcomes and commands in the
//! book, pages in the summary, links, the README's commands?

use super::{place, words};
use crate::problem::Problem;
use crate::transcript;
use crate::tree::{Tree, has_extension};
use std::collections::BTreeSet;
use terbia_model::outcome;

const BUNDLES: &str = "corridors/bundled.txt";
const SUMMARY: &str = "docs/src/SUMMARY.md";
const OUTCOMES: &str = "docs/src/reference/outcomes.md";
const COMMANDS: &str = "docs/src/reference/commands.md";
const BOOK: &str = "docs/src/";

/// What a newcomer types first, and what a contributor types last.
const README_COMMANDS: &[&str] = &["cargo run --release -- run kachin", "cargo xtask test"];

/// Every data file under `corridors/` is in the list of bundled files, but for forecasts that were
/// published: they are results, and no run reads them.
pub(super) fn bundles(tree: &Tree) -> Vec<Problem> {
    let list = tree.text(BUNDLES).unwrap_or_default();
    let mut problems = Vec::new();
    let data = |p: &str| {
        p.starts_with("corridors/") && !p.contains("/forecasts/") && !has_extension(p, "md")
    };
    for file in tree.select(data) {
        let Some((id, name)) = file.path["corridors/".len()..].split_once('/') else { continue };
        if !bundle(list, id).contains(name) {
            problems.push(Problem::new(
                file.path.as_str(),
                "does not travel with the program",
                format!("name {name} under [{id}] in {BUNDLES}"),
            ));
        }
    }
    problems
}

/// Names of the files that the list gives for a corridor.
fn bundle<'a>(list: &'a str, id: &str) -> BTreeSet<&'a str> {
    let heading = format!("[{id}]");
    let lines = list.lines().map(str::trim).skip_while(|line| *line != heading).skip(1);
    lines.take_while(|line| !line.starts_with('[')).collect()
}

/// Every outcome is explained in the book.
pub(super) fn outcomes(tree: &Tree) -> Vec<Problem> {
    let page = tree.text(OUTCOMES).unwrap_or_default();
    outcome::all()
        .filter(|o| !page.contains(&format!("`{}", o.name)))
        .map(|o| {
            Problem::new(
                OUTCOMES,
                format!("does not explain `{}`", o.name),
                "run `cargo xtask docs`, which takes the page from the list of outcomes",
            )
        })
        .collect()
}

/// Every command has its heading and a transcript in the book.
pub(super) fn commands(tree: &Tree) -> Vec<Problem> {
    let commands = cli_commands(tree);
    if commands.is_empty() {
        return vec![Problem::new(
            "crates/terbia-cli/src",
            "holds no `enum Command`",
            "the commands are the variants of one enum named `Command`, so that they can be counted",
        )];
    }
    let page = tree.text(COMMANDS).unwrap_or_default();
    let shown: BTreeSet<String> = tree
        .markdown()
        .flat_map(|f| transcript::commands(&f.text))
        .filter_map(|line| line.split_whitespace().nth(1).map(str::to_owned))
        .collect();
    let mut problems = Vec::new();
    for command in commands {
        if !page.contains(&format!("## `terbia {command}")) {
            problems.push(Problem::new(
                COMMANDS,
                format!("has no heading for `terbia {command}`"),
                format!(
                    "add \"## `terbia {command}`\" with what it does, its options and its output"
                ),
            ));
        }
        if !shown.contains(&command) {
            problems.push(Problem::new(
                COMMANDS,
                format!("`terbia {command}` is never shown at work"),
                "add a ```console block with the command; `cargo xtask docs --accept` fills in the output",
            ));
        }
    }
    problems
}

/// Names of the commands: variants of `enum Command`, as clap spells them.
fn cli_commands(tree: &Tree) -> Vec<String> {
    const HEADING: &str = "enum Command {";
    let source = tree
        .select(|p| p.starts_with("crates/terbia-cli/src/"))
        .find_map(|f| Some(&f.text[f.text.find(HEADING)? + HEADING.len()..]));
    let mut names = Vec::new();
    let mut depth = 0_i32;
    for line in source.unwrap_or_default().lines() {
        let code = line.trim();
        if depth == 0 && code.starts_with('}') {
            break;
        }
        if depth == 0
            && code.starts_with(char::is_uppercase)
            && let Some((_, name)) = words(code).next()
        {
            names.push(kebab(name));
        }
        let count = |c: &[char]| code.matches(c).count() as i32;
        if !code.starts_with("//") {
            depth += count(&['{', '(', '[']) - count(&['}', ')', ']']);
        }
    }
    names
}

fn kebab(name: &str) -> String {
    let mut out = String::new();
    for (i, c) in name.char_indices() {
        if c.is_uppercase() && i > 0 {
            out.push('-');
        }
        out.extend(c.to_lowercase());
    }
    out
}

/// Every page of the book is in its summary, and every link within the repository leads somewhere.
pub(super) fn links(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    let summary: BTreeSet<String> = tree
        .text(SUMMARY)
        .map(|text| targets(text).map(|(_, t)| resolve(SUMMARY, t)).collect())
        .unwrap_or_default();
    for page in tree.markdown() {
        let orphan = page.path.starts_with(BOOK) && page.path != SUMMARY;
        if orphan && !summary.contains(&page.path) {
            problems.push(Problem::new(
                page.path.as_str(),
                "is not in the summary, so nobody will find it",
                format!("add it to {SUMMARY}"),
            ));
        }
        for (n, target) in targets(&page.text) {
            let path = resolve(&page.path, target);
            if !tree.has(&path) {
                problems.push(Problem::new(
                    place(&page.path, n),
                    format!("links to `{target}`, which is not there"),
                    "mend the path; it is read from the page's own folder",
                ));
            }
        }
    }
    problems
}

/// Relative targets of Markdown links outside code, with line numbers.
fn targets(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().flat_map(move |(n, line)| {
        fenced ^= line.trim_start().starts_with("```");
        let pieces = if fenced { "" } else { line };
        pieces
            .match_indices("](")
            .filter_map(|(at, _)| pieces[at + 2..].split([')', '#', ' ']).next())
            .filter(|t| !t.is_empty() && !t.contains("://") && !t.starts_with("mailto:"))
            .map(move |t| (n, t))
            .collect::<Vec<_>>()
    })
}

/// A target as a path from the root.
fn resolve(page: &str, target: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// The README shows its two commands, each on a line of its own.
pub(super) fn readme(tree: &Tree) -> Vec<Problem> {
    let text = tree.text("README.md").unwrap_or_default();
    README_COMMANDS
        .iter()
        .filter(|c| !text.lines().any(|l| l.trim() == **c))
        .map(|c| {
            Problem::new(
                "README.md",
                format!("does not show `{c}` on a line of its own"),
                "a newcomer needs exactly two commands: one that runs, one that tests",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_bundled_is_named() {
        let list = "# All.\n[fjord]\ncorridor.toml\n\n[ness]\nother.toml\n";
        let tree = Tree::of(&[
            (BUNDLES, list),
            ("corridors/fjord/corridor.toml", ""),
            ("corridors/fjord/other.toml", ""),
            ("corridors/fjord/README.md", ""),
        ]);
        let found = bundles(&tree);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].place, "corridors/fjord/other.toml");
    }

    #[test]
    fn commands_are_the_variants_of_the_enum() {
        let source = "enum Command {\n    /// Runs.\n    #[command(alias = \"r\")]\n    Run(Run),\n    \
                      New {\n        Dir: u8,\n    },\n    ExplainAll,\n}\nstruct Other;\n";
        let tree = Tree::of(&[("crates/terbia-cli/src/args.rs", source)]);
        assert_eq!(cli_commands(&tree), ["run", "new", "explain-all"]);
        // Two faults each: no heading and no transcript.
        assert_eq!(commands(&tree).len(), 6);
    }

    #[test]
    fn a_page_needs_a_place_in_the_summary_and_links_must_lead_somewhere() {
        let tree = Tree::of(&[
            (SUMMARY, "[A](guides/a.md)\n"),
            ("docs/src/guides/a.md", "see [b](../b.md#part), [c](https://example.org/c)\n"),
            ("docs/src/b.md", "```\n[x](y.md)\n```\n[z](z.md)\n"),
        ]);
        let found = links(&tree);
        assert_eq!(found.len(), 2);
        assert!(found[0].what.contains("summary") && found[1].what.contains("z.md"));
    }

    #[test]
    fn the_readme_must_show_both_commands() {
        let text = README_COMMANDS.join("\n");
        assert!(readme(&Tree::of(&[("README.md", &text)])).is_empty());
        assert_eq!(readme(&Tree::of(&[("README.md", "")])).len(), 2);
    }
}
