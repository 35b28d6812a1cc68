//! Does every assumption that the code cites exist, and is every assumption of the modules cited?

use super::{place, words};
use crate::problem::Problem;
use crate::tree::{Tree, has_extension};
use std::collections::BTreeSet;

/// The register of the modules' own assumptions.
const REGISTER: &str = "crates/terbia-model/src/module/assumptions.toml";

/// The rule.
pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let of_modules = ids(tree.text(REGISTER).unwrap_or_default());
    let of_corridors: BTreeSet<String> = tree
        .select(|p| p.starts_with("corridors/") && p.ends_with("/assumptions.toml"))
        .flat_map(|f| ids(&f.text))
        .collect();
    let mut cited = BTreeSet::new();
    let mut problems = Vec::new();
    let sources = tree.select(|p| {
        p.starts_with("crates/")
            && p != REGISTER
            && (has_extension(p, "rs") || has_extension(p, "toml"))
    });
    for file in sources {
        let is_code = has_extension(&file.path, "rs");
        for (n, line) in file.text.lines().enumerate() {
            // Code cites after the word; a file of numbers cites in its sources.
            let cites = if is_code { line.contains("ASSUME") } else { line.starts_with("source") };
            if !cites {
                continue;
            }
            for id in cited_ids(line) {
                if !of_modules.contains(&id) && !of_corridors.contains(&id) {
                    problems.push(Problem::new(
                        place(&file.path, n),
                        format!("cites {id}, which no register holds"),
                        format!("add [{id}] with claim, why, if_wrong and alternative to {REGISTER}, or mend the number"),
                    ));
                }
                cited.insert(id);
            }
        }
    }
    problems.extend(of_modules.difference(&cited).map(|id| {
        Problem::new(
            REGISTER,
            format!("[{id}] is cited nowhere"),
            "cite it where it is assumed (`ASSUME M-000` in code, `source` in a params.toml), or delete it",
        )
    }));
    problems
}

/// Headings of a register.
fn ids(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter_map(|l| l.trim().strip_prefix('[')?.strip_suffix(']').map(str::to_owned))
        .collect()
}

/// Ids such as M-012 in a line; `M-018 to M-023` names all six.
fn cited_ids(line: &str) -> Vec<String> {
    let found: Vec<(usize, &str, u32)> = words(line)
        .filter_map(|(at, letter)| {
            let digits = line[at + letter.len()..].strip_prefix('-')?.get(..3)?;
            let is_id = matches!(letter, "M" | "A") && digits.bytes().all(|b| b.is_ascii_digit());
            Some((at, letter, digits.parse().ok().filter(|_| is_id)?))
        })
        .collect();
    let mut ids = Vec::new();
    for (i, (at, letter, number)) in found.iter().enumerate() {
        let follows_to = line[..*at].ends_with(" to ") && i > 0;
        let first = if follows_to { found[i - 1].2 + 1 } else { *number };
        ids.extend((first..=*number).map(|n| format!("{letter}-{n:03}")));
    }
    ids
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_name_all_that_lies_between() {
        assert_eq!(cited_ids("ASSUME M-001, A-010"), ["M-001", "A-010"]);
        assert_eq!(cited_ids("ASSUME M-018 to M-020; more"), ["M-018", "M-019", "M-020"]);
        assert!(cited_ids("GMT-0600, XM-001").is_empty());
    }

    #[test]
    fn a_citation_without_an_assumption_and_an_assumption_without_a_citation_are_named() {
        let tree = Tree::of(&[
            (REGISTER, "[M-001]\nclaim = 'x'\n[M-002]\nclaim = 'y'\n"),
            ("crates/a/src/b.rs", "// ASSUME M-001, M-009\n"),
        ]);
        let found = check(&tree);
        assert_eq!(found.len(), 2);
        assert!(found[0].what.contains("M-009") && found[1].what.contains("M-002"));
    }
}
