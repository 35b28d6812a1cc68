//! Is a source file well begun, short, finished, and free of the machine it was written on?

use super::place;
use crate::problem::Problem;
use crate::tree::Tree;

/// Longest source file, lines.
const LONGEST: usize = 600;
/// Largest file, bytes.
const LARGEST: u64 = 1_000_000;

/// What nobody may leave behind. Split, so that this file does not break its own rule.
const LEFTOVERS: &[&str] = &[
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("dbg", "!("),
    concat!("FIX", "ME"),
    concat!("HA", "CK"),
    concat!("XX", "X"),
    concat!("TO", "DO"),
];

/// Beginnings of paths that exist on one machine only.
const MACHINES: &[&str] = &[
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/wo", "rk/"),
    concat!("/Us", "ers/"),
    concat!("C:\\Us", "ers"),
];

/// Every `.rs` file of a crate starts with `//!`.
pub(super) fn headers(tree: &Tree) -> Vec<Problem> {
    tree.rust()
        // Beside the corridors lies a list that a crate includes: an expression, not a module.
        .filter(|f| !f.path.starts_with("corridors/") && !f.text.starts_with("//!"))
        .map(|f| {
            Problem::new(
                place(&f.path, 0),
                "does not start with `//!`",
                "open the file with the question that it answers: `//! When does a gate close?`",
            )
        })
        .collect()
}

/// No `.rs` file is longer than [`LONGEST`].
pub(super) fn lengths(tree: &Tree) -> Vec<Problem> {
    tree.rust()
        .filter_map(|f| {
            let lines = f.text.lines().count();
            (lines > LONGEST).then(|| {
                Problem::new(
                    f.path.as_str(),
                    format!("has {lines} lines; at most {LONGEST} can be kept in mind"),
                    "split it by concept: one question, one file; tests may move to a tests.rs beside it",
                )
            })
        })
        .collect()
}

/// No unfinished business.
pub(super) fn leftovers(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in tree.rust() {
        for (n, line) in file.text.lines().enumerate() {
            for word in LEFTOVERS.iter().filter(|w| line.contains(**w)) {
                problems.push(Problem::new(
                    place(&file.path, n),
                    format!("contains `{word}`"),
                    "finish it now, or leave it out and say in the docs what is not there",
                ));
            }
        }
    }
    problems
}

/// No large file.
pub(super) fn sizes(tree: &Tree) -> Vec<Problem> {
    tree.files()
        .filter(|f| f.bytes > LARGEST)
        .map(|f| {
            Problem::new(
                f.path.as_str(),
                format!("is {:.1} MB", f.bytes as f64 / 1e6),
                "keep sources and small evidence here; results are made again, not kept",
            )
        })
        .collect()
}

/// No path of one machine.
pub(super) fn machine_paths(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    for file in tree.files() {
        for (n, line) in file.text.lines().enumerate() {
            for start in MACHINES.iter().filter(|m| begins_path(line, m)) {
                problems.push(Problem::new(
                    place(&file.path, n),
                    format!("names a path of one machine, `{start}…`"),
                    "write a path from the repository's root, or a made-up one",
                ));
            }
        }
    }
    problems
}

/// Whether `start` stands in the line as the beginning of a path, not inside an address.
fn begins_path(line: &str, start: &str) -> bool {
    line.match_indices(start).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '/' | '_' | '~'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_without_a_question_is_named() {
        let tree = Tree::of(&[("a.rs", "fn a() {}\n"), ("b.rs", "//! Why?\n")]);
        let found = headers(&tree);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].place, "a.rs:1");
    }

    #[test]
    fn a_file_of_600_lines_passes_and_one_more_does_not() {
        let text = "//\n".repeat(LONGEST);
        let longer = format!("{text}//\n");
        let tree = Tree::of(&[("a.rs", &text), ("b.rs", &longer)]);
        assert_eq!(lengths(&tree).len(), 1);
    }

    #[test]
    fn leftovers_are_found_where_they_stand() {
        let text = format!("//! Why?\nfn f() {{ {}) }}\n", LEFTOVERS[0]);
        let found = leftovers(&Tree::of(&[("a.rs", &text)]));
        assert_eq!(found[0].place, "a.rs:2");
    }

    #[test]
    fn an_address_is_not_a_path_of_a_machine() {
        let page = format!("https://example.org{}a", MACHINES[0]);
        assert!(machine_paths(&Tree::of(&[("a.md", &page)])).is_empty());
        let path = format!("in `{}a`", MACHINES[0]);
        assert_eq!(machine_paths(&Tree::of(&[("a.md", &path)])).len(), 1);
    }
}
