//! Can users find the levers of a corridor, read what they do, and turn them?

#![allow(clippy::expect_used, reason = "a test that cannot set up its folder has failed")]

#[path = "../../terbia-store/tests/extended/mod.rs"]
mod extended;

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn terbia(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terbia"));
    command.args(args).current_dir(dir).env("NO_COLOR", "1").stdin(Stdio::null());
    command.output().expect("terbia starts")
}

fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    extended::write(&dir.path().join("mine"));
    dir
}

/// What a command that succeeds writes, in lines that fit a terminal.
fn text(dir: &Path, args: &[&str]) -> String {
    let output = terbia(dir, args);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "longer than a line: {line}");
    }
    text
}

const LEVY: &str = "council-levy: levy_rate of Highland Council
  0 to 50000 CNY/t gross; acts after 2 months; untouched: the model decides
  What the council takes for each tonne, in place of what is bargained for.
  turned up: levy_revenue_total_usd up, exports_t down
  cost: Trade that goes elsewhere or past the levy.
";

#[test]
fn one_list_names_every_lever_with_its_bounds_and_effects() {
    let dir = folder();
    let list = text(dir.path(), &["levers", "mine"]);
    assert!(list.contains(LEVY), "{list}");
    assert!(list.contains("0.5 to 2; acts at once; untouched: as at 1"), "{list}");
    let output = terbia(dir.path(), &["levers", "mine", "--format", "json"]);
    let list: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let levers = list.as_array().expect("a list");
    let lever = |id: &str| levers.iter().find(|l| l["id"] == id).expect(id);
    assert_eq!(lever("council-levy")["bounds"], serde_json::json!([0.0, 50_000.0]));
    assert_eq!(lever("council-levy")["neutral"], serde_json::Value::Null);
    assert_eq!(lever("lowland-quota")["neutral"], serde_json::json!(1.0));
}

#[test]
fn a_corridor_without_levers_says_so() {
    let dir = folder();
    let file = dir.path().join("mine/corridor.toml");
    let whole = fs::read_to_string(&file).expect("a corridor");
    let mut inside = false;
    let outside = |line: &&str| {
        if line.starts_with('[') {
            inside = line.starts_with("[[lever]]");
        }
        !inside
    };
    let rest: Vec<&str> = whole.lines().filter(outside).collect();
    fs::write(&file, rest.join("\n")).expect("a corridor without levers");
    for folder in ["studies", "scenarios"] {
        for entry in fs::read_dir(dir.path().join("mine").join(folder)).into_iter().flatten() {
            let path = entry.expect("a file").path();
            let text = fs::read_to_string(&path).expect("its text");
            if text.contains("lever") {
                fs::remove_file(path).expect("removed");
            }
        }
    }
    let none = text(dir.path(), &["levers", "mine"]);
    assert!(none.contains("no levers"), "{none}");
}

#[test]
fn a_lever_is_explained_with_or_without_its_month() {
    let dir = folder();
    for name in ["lever.council-levy", "lever.council-levy@2022-01"] {
        let said = text(dir.path(), &["explain", "mine", name]);
        for part in ["0 to 50000 CNY/t gross", "Highland Council", "A-001", "--set lever."] {
            assert!(said.contains(part), "no {part} in: {said}");
        }
    }
}

#[test]
fn a_turned_lever_is_told_and_kept_and_a_wrong_turn_is_mended() {
    let dir = folder();
    let run = ["run", "mine", "--scenario", "live", "--members", "20", "--quiet", "--set"];
    let with = |set: &'static str| [&run[..], &[set]].concat();
    let said = text(dir.path(), &with("lever.council-levy@2022-06=20000"));
    assert!(said.contains("held: lever.council-levy@2022-06 = 20000"), "{said}");
    for (set, hint) in [
        ("lever.council-lvy@2022-06=1", "did you mean 'council-levy'?"),
        ("lever.council-levy@2022-06=60000", "50000 CNY/t gross"),
        ("lever.council-levy@2032-06=1", "2020-01 to 2024-12"),
        ("lever.council-levy@June=1", "2024-10"),
    ] {
        let output = terbia(dir.path(), &with(set));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(hint), "no {hint} in: {said}");
    }
}
