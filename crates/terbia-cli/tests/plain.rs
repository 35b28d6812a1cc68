//! Is a corridor that has little yet told plainly what it lacks, and how it goes on?

#![allow(clippy::expect_used, reason = "a test that cannot set up its folder has failed")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a command that succeeds writes.
fn text(dir: &Path, args: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terbia"));
    command.args(args).current_dir(dir).env("NO_COLOR", "1").stdin(Stdio::null());
    let output = command.output().expect("terbia starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn a_path_with_a_blank_can_be_typed_as_it_is_printed() {
    let dir = folder();
    let said = text(dir.path(), &["new", "my gold"]);
    assert!(said.contains("then terbia check './my gold'"), "{said}");
    let said = text(dir.path(), &["new", "gold"]);
    assert!(said.contains("then terbia check ./gold\n"), "{said}");
}

#[test]
fn what_sleeps_in_a_corridor_without_politics_is_counted_and_not_listed() {
    let dir = folder();
    let said = text(dir.path(), &["evidence", "template"]);
    for module in ["conflict.", "bargain.", "ceasefire.", "alignment.", "geopolitics.", "river."] {
        assert!(!said.contains(&format!(" {module}")), "{module}: {said}");
    }
    assert!(said.contains(" levy.") && said.contains("modules that sleep"), "{said}");
    assert!(!said.contains("from 1 sources") && !said.contains("1 assumptions"), "{said}");
    assert!(text(dir.path(), &["evidence", "kachin"]).contains(" conflict."));
    let json = text(dir.path(), &["evidence", "template", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert!(json["asleep"].as_u64().is_some_and(|n| n > 50), "{json}");
}

#[test]
fn without_politics_an_untouched_lever_leaves_it_to_the_scenario() {
    let dir = folder();
    let said = text(dir.path(), &["levers", "template"]);
    assert!(said.contains("without politics nobody") && !said.contains("model decides"), "{said}");
    assert!(text(dir.path(), &["levers", "kachin"]).contains("untouched: the model decides"));
}

#[test]
fn names_are_said_once_where_there_is_no_label() {
    let dir = folder();
    text(dir.path(), &["new", "valley"]);
    let study = dir.path().join("valley/studies/levy-or-closure.toml");
    let asked = fs::read_to_string(&study).expect("the study");
    let bare = asked.replace("label = \"both gates shut", "# \"both gates shut");
    let bare = format!("{bare}\n[[policy]]\nid = \"as-it-is\"\n");
    fs::write(&study, bare).expect("the study again");
    let said = text(dir.path(), &["study", "./valley", "levy-or-closure", "--members", "4"]);
    assert!(said.lines().any(|l| l == "  as-it-is"), "{said}");
    assert!(said.contains("SCENARIO closure: Long closure"), "{said}");
}

#[test]
fn a_corridor_without_figures_has_nothing_to_compare_with() {
    let dir = folder();
    text(dir.path(), &["new", "valley"]);
    let evidence = dir.path().join("valley/evidence");
    for name in ["observations.csv", "facts.toml", "targets.toml"] {
        let path = evidence.join(name);
        if path.exists() {
            fs::remove_file(path).expect("a file of evidence");
        }
    }
    let few = ["--members", "4", "--quiet"];
    let said = text(dir.path(), &[["run", "./valley"].as_slice(), &few].concat());
    assert!(said.contains("No evidence yet: nothing to compare with."), "{said}");
    assert!(!said.contains("0 of 0"), "{said}");
    let said = text(dir.path(), &["score", "./valley", "--members", "4"]);
    assert!(said.contains("No evidence yet") && !said.contains("0 of 0"), "{said}");
    assert!(!said.contains("have no outcome to meet"), "{said}");
}
