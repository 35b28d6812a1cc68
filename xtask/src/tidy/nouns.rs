//! Does the code name a corridor's places, parties or minerals? They are data; code that names them
//! works for one corridor only.
//!
//! The list is taken from the corridors themselves: capitalised words of names, and ids where they
//! stand in quotes. Ordinary words among them are listed here. A corridor that is made up names
//! nothing in the world, so the template is left out.

use super::{place, words};
use crate::problem::Problem;
use crate::tree::{Tree, has_extension};
use std::collections::BTreeSet;

/// Words that no `corridor.toml` names but that belong to one all the same.
const ALSO: &[&str] =
    &["burma", "burmese", "beijing", "chinese", "kachin", "kio", "myanmar", "tatmadaw", "yunnan"];

/// Ordinary words that names of parties and places are made of.
const ORDINARY: &[&str] = &[
    "administratively",
    "alliance",
    "area",
    "armed",
    "army",
    "authorities",
    "border",
    "buyer",
    "buyers",
    "carbonates",
    "committee",
    "communities",
    "confluence",
    "consultative",
    "countries",
    "defence",
    "democratic",
    "downstream",
    "elsewhere",
    "farmers",
    "federal",
    "force",
    "government",
    "governments",
    "guard",
    "headwaters",
    "independence",
    "ionic",
    "local",
    "military",
    "national",
    "negotiation",
    "new",
    "operators",
    "organisation",
    "other",
    "party",
    "people",
    "political",
    "side",
    "state",
    "states",
    "streams",
    "the",
    "triangle",
    "united",
    "unity",
    "upper",
    "upstream",
    "users",
    "conditions",
    "oxide",
    "oxides",
    "compound",
    "compounds",
    "golden",
    "communities",
    "product",
    "quota",
    "exchange",
    "market",
    "supply",
    "share",
    "rest",
];

/// The made-up corridor.
const TEMPLATE: &str = "corridors/template/";

/// What may not be named.
#[derive(Debug, Default)]
struct Nouns {
    /// Whole words, in lower case.
    words: BTreeSet<String>,
    /// Ids, where they stand alone in quotes.
    quoted: BTreeSet<String>,
    /// Folders of corridors, which tests and benches may name.
    corridors: BTreeSet<String>,
}

/// The rule.
pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let nouns = nouns(tree);
    let mut problems = Vec::new();
    for file in tree.select(|p| p.starts_with("crates/") && has_extension(p, "rs")) {
        let beside = file.path.contains("/tests/") || file.path.contains("/benches/");
        for (n, line) in file.text.lines().enumerate() {
            if let Some(noun) = nouns.named(line, beside) {
                problems.push(Problem::new(
                    place(&file.path, n),
                    format!("names `{noun}`, which belongs to a corridor"),
                    "take it from the corridor's files; in examples and tests use a made-up name",
                ));
            }
        }
    }
    problems
}

impl Nouns {
    /// The first noun that the line names. Tests and benches (`beside`) may name a corridor's folder.
    fn named(&self, line: &str, beside: bool) -> Option<String> {
        // A folder's name may be of several words.
        let without = |line: String, folder: &String| line.replace(folder.as_str(), "");
        let line = self.corridors.iter().filter(|_| beside).fold(line.to_owned(), without);
        let quoted_at = |at: usize, word: &str| {
            line[..at].ends_with('"') && line[at + word.len()..].starts_with('"')
        };
        words(&line).find_map(|(at, word)| {
            let lower = word.to_lowercase();
            if beside && self.corridors.contains(&lower) {
                return None;
            }
            let found = self.words.contains(&lower)
                || (quoted_at(at, word) && self.quoted.contains(&lower));
            found.then(|| word.to_owned())
        })
    }
}

fn nouns(tree: &Tree) -> Nouns {
    let mut nouns =
        Nouns { words: ALSO.iter().map(|w| (*w).to_owned()).collect(), ..Nouns::default() };
    let is_corridor = |p: &str| p.starts_with("corridors/") && p.ends_with("/corridor.toml");
    for file in tree.select(is_corridor).filter(|f| !f.path.starts_with(TEMPLATE)) {
        if let Some(folder) = file.path.split('/').nth(1) {
            nouns.corridors.insert(folder.to_owned());
            nouns.words.insert(folder.to_owned());
        }
        // A file that does not parse is the loader's to report.
        let Ok(table) = file.text.parse::<toml::Table>() else { continue };
        for kind in ["constituent", "origin", "township", "gate", "actor", "reach"] {
            for entry in table.get(kind).and_then(toml::Value::as_array).into_iter().flatten() {
                nouns.add(entry);
            }
        }
    }
    nouns
}

impl Nouns {
    fn add(&mut self, entry: &toml::Value) {
        let ordinary = |w: &str| ORDINARY.contains(&w);
        let text = |key: &str| entry.get(key).and_then(toml::Value::as_str).unwrap_or_default();
        let id = text("id").to_lowercase();
        if !id.is_empty() && !ordinary(&id) && id.chars().all(char::is_alphanumeric) {
            if id.len() >= 3 {
                self.words.insert(id.clone());
            }
            self.quoted.insert(id);
        }
        for key in ["name", "far_name", "state", "basin"] {
            for (_, word) in words(text(key)) {
                let lower = word.to_lowercase();
                let proper = word.starts_with(char::is_uppercase) && word.len() >= 3;
                if proper && !ordinary(&lower) {
                    self.words.insert(lower);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CORRIDOR: &str = r#"
[[township]]
id = "norvik"
name = "Norvik (upper side)"
[[constituent]]
id = "xq"
name = "Xanthium"
"#;

    fn faults(path: &str, line: &str) -> usize {
        check(&Tree::of(&[("corridors/fjord/corridor.toml", CORRIDOR), (path, line)])).len()
    }

    #[test]
    fn names_and_ids_are_found_as_whole_words_in_any_case() {
        assert_eq!(faults("crates/a/src/b.rs", "// like NORVIK"), 1);
        assert_eq!(faults("crates/a/src/b.rs", "let xanthium = 1;"), 1);
        assert_eq!(faults("crates/a/src/b.rs", "let norviken = upper;"), 0);
    }

    #[test]
    fn short_ids_count_only_in_quotes() {
        assert_eq!(faults("crates/a/src/b.rs", "let xq = 1;"), 0);
        assert_eq!(faults("crates/a/src/b.rs", "let e = \"xq\";"), 1);
    }

    #[test]
    fn a_test_may_name_a_corridors_folder_and_nothing_else() {
        assert_eq!(faults("crates/a/tests/b.rs", "load(\"fjord\")"), 0);
        assert_eq!(faults("crates/a/tests/b.rs", "load(\"norvik\")"), 1);
        assert_eq!(faults("crates/a/src/b.rs", "load(\"fjord\")"), 1);
        let of_two_words = |path, line| {
            check(&Tree::of(&[("corridors/old-norvik/corridor.toml", CORRIDOR), (path, line)]))
                .len()
        };
        assert_eq!(of_two_words("crates/a/tests/b.rs", "load(\"old-norvik\")"), 0);
        assert_eq!(of_two_words("crates/a/tests/b.rs", "load(\"norvik\")"), 1);
        assert_eq!(of_two_words("crates/a/src/b.rs", "load(\"old-norvik\")"), 1);
    }

    #[test]
    fn the_template_is_made_up() {
        let tree = Tree::of(&[
            ("corridors/template/corridor.toml", CORRIDOR),
            ("crates/a/src/b.rs", "// norvik"),
        ]);
        assert!(check(&tree).is_empty());
    }
}
