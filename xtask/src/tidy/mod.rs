//! Which house rules can a program see? Each is a function from the repository to its faults.
//!
//! The rules and their reasons are in CONTRIBUTING.md; here is what is checked. A message says what
//! is wrong and what to do, so that nobody needs to look the rule up.

mod citations;
mod edges;
mod language;
mod lists;
mod nouns;
mod source;

use crate::problem::Problem;
use crate::tree::Tree;

/// A rule.
struct Rule {
    name: &'static str,
    check: fn(&Tree) -> Vec<Problem>,
}

/// Every rule.
const RULES: &[Rule] = &[
    Rule { name: "every source file says which question it answers", check: source::headers },
    Rule { name: "no source file is longer than 600 lines", check: source::lengths },
    Rule { name: "nothing is left half done", check: source::leftovers },
    Rule { name: "no file is larger than a megabyte", check: source::sizes },
    Rule { name: "no path of one machine", check: source::machine_paths },
    Rule { name: "crates depend on what their layer allows", check: edges::check },
    Rule { name: "corridors are data: their names are not in the code", check: nouns::check },
    Rule { name: "every cited assumption exists and every one is cited", check: citations::check },
    Rule { name: "every file of a corridor travels with the program", check: lists::bundles },
    Rule { name: "every outcome is in the book", check: lists::outcomes },
    Rule { name: "every command is in the book, with a transcript", check: lists::commands },
    Rule {
        name: "every page is in the summary and every link leads somewhere",
        check: lists::links,
    },
    Rule { name: "the README shows its two commands", check: lists::readme },
    Rule { name: "spelling is British", check: language::check },
];

/// `cargo xtask tidy`.
pub(crate) fn command(_: &[String]) -> Result<bool, Problem> {
    let faults = faults(&Tree::read()?);
    for fault in &faults {
        println!("{fault}");
    }
    println!("tidy: {} rules, {} faults", RULES.len(), faults.len());
    Ok(faults.is_empty())
}

/// The faults of all rules.
pub(crate) fn faults(tree: &Tree) -> Vec<Problem> {
    RULES
        .iter()
        .flat_map(|rule| {
            (rule.check)(tree).into_iter().map(|mut p| {
                p.what = format!("{} [{}]", p.what, rule.name);
                p
            })
        })
        .collect()
}

/// How many rules there are.
pub(crate) fn rules() -> usize {
    RULES.len()
}

/// Words of a line: runs of letters, digits and `_`, with their byte positions.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    let part_of_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = 0;
    std::iter::from_fn(move || {
        let start = rest + line[rest..].find(part_of_word)?;
        let end = line[start..].find(|c| !part_of_word(c)).map_or(line.len(), |n| start + n);
        rest = end;
        Some((start, &line[start..end]))
    })
}

/// A file and a line number, as editors like it.
fn place(path: &str, line: usize) -> String {
    format!("{path}:{}", line + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        let found: Vec<&str> = words("a `sites_total`, x2 – ångström").map(|(_, w)| w).collect();
        assert_eq!(found, ["a", "sites_total", "x2", "ångström"]);
    }
}
