//! Is every table of every copy told, in the words of the schema, and nothing else changed?

use super::*;
use crate::bundled::{BUNDLES, Bundle};
use terbia_model::module;

fn made(bundle: &Bundle) -> Vec<(&'static str, String)> {
    commented(bundle.files, &module::definitions().unwrap())
}

/// The tables of a text that have a header.
fn tables(name: &str, text: &str) -> Vec<usize> {
    let Some(schema) = schema_of(name) else { return Vec::new() };
    let (table, errors) = DeTable::parse_recoverable(text);
    assert!(errors.is_empty(), "{name}");
    let mut walk = Walk { root: &schema, text, found: Vec::new() };
    walk.table(table.get_ref(), &schema, "");
    walk.found.iter().map(|f| f.at).collect()
}

#[test]
fn every_table_of_every_copy_has_a_comment_right_above_it() {
    for bundle in BUNDLES {
        let mut count = 0;
        for (name, text) in made(bundle) {
            for at in tables(name, &text) {
                count += 1;
                let line = line_of(&text, at);
                assert!(
                    above_comments(&text, at) < line,
                    "{} {name} {}",
                    bundle.id,
                    &text[at..at + 30]
                );
            }
        }
        let headers = bundle.files.iter().flat_map(|(_, text)| text.lines());
        let headers = headers.filter(|line| line.starts_with('[')).count();
        assert_eq!(count, headers, "{}: some table was not found", bundle.id);
    }
}

#[test]
fn comments_come_in_whole_lines_and_nothing_else_changes() {
    for bundle in BUNDLES {
        for ((name, text), (_, before)) in made(bundle).iter().zip(bundle.files) {
            let mut lines = text.lines();
            for line in before.lines() {
                assert!(lines.any(|l| l == line), "{} {name} lost: {line}", bundle.id);
            }
            let plain = |text: &str| -> Vec<String> {
                let kept = |l: &&str| !l.starts_with('#') && !l.trim().is_empty();
                text.lines().filter(kept).map(str::to_owned).collect()
            };
            assert_eq!(plain(text), plain(before), "{} {name}", bundle.id);
            let widest =
                text.lines().filter(|l| !before.contains(l)).map(|l| l.chars().count()).max();
            assert!(widest.unwrap_or(0) <= 100, "{} {name}", bundle.id);
        }
    }
}

#[test]
fn the_first_table_of_a_kind_tells_all_its_keys_in_the_words_of_the_schema() {
    let text = "[[gate]]\nid = \"a\"\n\n[[gate]]\nid = \"b\"\n";
    let made = commented(&[("corridor.toml", text)], &[]);
    let (first, second) = made[0].1.split_once("\nid = \"a\"\n").unwrap();
    let schema = schema_of("corridor.toml").unwrap();
    let gate = &schema["$defs"]["Gate"];
    for (key, property) in gate["properties"].as_object().unwrap() {
        let line = first.lines().rfind(|l| l.starts_with(&format!("#   {key} "))).unwrap();
        let words = text::lower(property["description"].as_str().unwrap());
        let begin = words.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
        assert!(line.contains(begin.trim_end_matches('.')), "{line}");
    }
    assert_eq!(second, "\n# A crossing with two sides.\n[[gate]]\nid = \"b\"\n");
}

#[test]
fn a_comment_that_is_there_stays_next_to_its_table() {
    let text = "[[gate]]\n\n# The old one.\n[[gate]]\n# inside\n";
    let made = commented(&[("corridor.toml", text)], &[]);
    assert!(
        made[0].1.ends_with("[[gate]]\n\n# The old one.\n[[gate]]\n# inside\n"),
        "{}",
        made[0].1
    );
}

#[test]
fn a_number_of_a_module_is_told_with_the_default_that_it_replaces() {
    let defaults = module::definitions().unwrap();
    let default = defaults.iter().find(|d| d.low < d.high).unwrap();
    let text = format!("[\"{}\"]\nvalue = 1\n", default.path);
    let made = commented(&[("parameters.toml", &text)], &defaults);
    let told = made[0].1.replace("\n# ", " ");
    assert!(told.contains(default.doc.trim_end_matches('.')), "{told}");
    assert!(told.contains(&format!("grade {}.", default.grade.letter())), "{told}");
}

#[test]
fn of_several_files_of_a_kind_one_tells_the_keys() {
    let long = "name = \"a\"\ndoc = \"long enough to be the longest\"\n[[event]]\n";
    let short = "name = \"b\"\n[[event]]\n";
    let made = commented(&[("scenarios/b.toml", short), ("scenarios/a.toml", long)], &[]);
    assert!(made[1].1.contains("#   from "), "{}", made[1].1);
    assert!(!made[0].1.contains("#   from "), "{}", made[0].1);
    assert!(made[0].1.contains("scenarios/a.toml"), "{}", made[0].1);
}

#[test]
fn what_is_no_toml_or_of_no_kind_is_left_as_it_is() {
    for (name, text) in [("corridor.toml", "[[gate]\n"), ("notes.toml", "[a]\n"), ("a.csv", "id\n")]
    {
        assert_eq!(commented(&[(name, text)], &[])[0].1, text);
    }
}
