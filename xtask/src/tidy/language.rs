//! Is the spelling British, and is a tonne a tonne?
//!
//! Prose is checked: pages outside code, comments outside backticks. What a crate or a style sheet
//! calls its own things stays as it is.

use super::{place, words};
use crate::problem::Problem;
use crate::tree::{Tree, has_extension};

/// Spellings that are not ours, and those that are.
const SPELLINGS: &[(&str, &str)] = &[
    ("aluminum", "aluminium"),
    ("analyze", "analyse"),
    ("analyzed", "analysed"),
    ("behavior", "behaviour"),
    ("behaviors", "behaviours"),
    ("canceled", "cancelled"),
    ("catalog", "catalogue"),
    ("center", "centre"),
    ("centered", "centred"),
    ("centers", "centres"),
    ("color", "colour"),
    ("colored", "coloured"),
    ("colors", "colours"),
    ("favor", "favour"),
    ("fulfill", "fulfil"),
    ("gray", "grey"),
    ("initialize", "initialise"),
    ("initialized", "initialised"),
    ("labeled", "labelled"),
    ("labor", "labour"),
    ("maximize", "maximise"),
    ("minimize", "minimise"),
    ("modeled", "modelled"),
    ("modeling", "modelling"),
    ("neighbor", "neighbour"),
    ("neighbors", "neighbours"),
    ("normalize", "normalise"),
    ("normalized", "normalised"),
    ("optimize", "optimise"),
    ("optimized", "optimised"),
    ("organization", "organisation"),
    ("organize", "organise"),
    ("organized", "organised"),
    ("randomize", "randomise"),
    ("recognize", "recognise"),
    ("serialize", "serialise"),
    ("serialized", "serialised"),
    ("signaling", "signalling"),
    ("skeptical", "sceptical"),
    ("specialize", "specialise"),
    ("summarize", "summarise"),
    ("summarized", "summarised"),
    ("ton", "tonne"),
    ("tons", "tonnes"),
    ("traveled", "travelled"),
    ("visualize", "visualise"),
];

/// Files of quotations, which stand as published, and the other list of spellings.
const QUOTED: &[&str] =
    &["sources.toml", "facts.toml", "LICENSE-APACHE", "LICENSE-MIT", "typos.toml", "validation.md"];
/// This list itself.
const HERE: &str = "xtask/src/tidy/language.rs";

/// The rule.
pub(super) fn check(tree: &Tree) -> Vec<Problem> {
    let mut problems = Vec::new();
    let checked = tree.select(|p| {
        let ours = has_extension(p, "md") || has_extension(p, "rs") || has_extension(p, "toml");
        ours && p != HERE && !QUOTED.iter().any(|q| p.ends_with(q))
    });
    for file in checked {
        let is_code = has_extension(&file.path, "rs");
        let mut fenced = false;
        for (n, line) in file.text.lines().enumerate() {
            let prose = if is_code { line.find("//").map_or("", |at| &line[at..]) } else { line };
            fenced ^= prose.trim_start_matches(['/', '!', ' ']).starts_with("```");
            if fenced {
                continue;
            }
            for (bad, good) in faults(prose) {
                problems.push(Problem::new(
                    place(&file.path, n),
                    format!("spells \"{bad}\""),
                    format!(
                        "write \"{good}\"; put it in backticks if it is somebody's name for a thing"
                    ),
                ));
            }
        }
    }
    problems
}

/// Foreign spellings outside backticks and addresses.
fn faults(prose: &str) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    for (i, piece) in prose.split('`').enumerate() {
        if i % 2 == 1 {
            continue;
        }
        for (at, word) in words(piece) {
            let in_address = piece[..at]
                .split_whitespace()
                .next_back()
                .is_some_and(|w| w.contains("://") && !piece[..at].ends_with(char::is_whitespace));
            // "Tha Ton" is a place: two capitals in a row are a name, and names stand as they are.
            let before = words(&piece[..at]).last().map_or("", |(_, w)| w);
            let capital = |w: &str| w.starts_with(char::is_uppercase);
            let named = capital(word) && capital(before) && piece[..at].ends_with(' ');
            let lower = word.to_lowercase();
            let hit = SPELLINGS.iter().find(|(bad, _)| *bad == lower);
            found.extend(hit.filter(|_| !in_address && !named).copied());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_checked_and_names_in_code_are_not() {
        let tree = Tree::of(&[
            ("a.rs", "fn color() {} // the Color of a ton\n// a `color` at https://a.org/color\n"),
            ("b.md", "```\ncolor\n```\nThe behavior at Tha Ton\n"),
        ]);
        let found: Vec<String> = check(&tree).into_iter().map(|p| p.what).collect();
        assert_eq!(found, ["spells \"color\"", "spells \"ton\"", "spells \"behavior\""]);
    }
}
