//! Is what follows the record told rightly: who decides, how stable it is, what begins and how soon?

#![allow(clippy::expect_used, reason = "a test that cannot set up its folder has failed")]

#[path = "../../terbia-store/tests/extended/mod.rs"]
mod extended;

use std::path::Path;
use std::process::{Command, Output, Stdio};

fn terbia(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terbia"));
    command.args(args).current_dir(dir).env("NO_COLOR", "1").stdin(Stdio::null());
    command.output().expect("terbia starts")
}

/// A corridor "mine" with politics, whose scenario "live" leaves the record after 2022.
fn folder() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    extended::write(&dir.path().join("mine"));
    dir
}

/// What a run writes, as one line; its own lines must fit a terminal.
fn run(dir: &Path, args: &[&str]) -> String {
    let output = terbia(dir, &[&["run"], args, &["--members", "40", "--quiet"]].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "longer than a line: {line}");
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_live_run_says_that_the_model_decides_and_how_stable_it_is() {
    let dir = folder();
    let text = run(dir.path(), &["mine", "--scenario", "live"]);
    for part in [
        "* after 2022-12 the record ends and the model decides: who attacks",
        "Stability after the record, 2023-01 to 2024-12",
        "S2 trade goes on: months gates are open",
        "a new offensive",
        "a truce between the two sides",
        "more trade revenue restrains the challenger (Highland Council)",
    ] {
        assert!(text.contains(part), "no {part} in: {text}");
    }
    assert!(text.contains(" 2023* ") && !text.contains(" 2022* "), "{text}");
    let short = run(dir.path(), &["mine", "--scenario", "live", "--until", "2022-12"]);
    assert!(!short.contains("Stability") && !short.contains("the model decides"), "{short}");
}

#[test]
fn a_pure_replay_says_that_nothing_follows() {
    let dir = folder();
    let text = run(dir.path(), &["mine"]);
    assert!(!text.contains("Stability") && !text.contains("the model decides"), "{text}");
}

#[test]
fn programs_get_the_same_figures() {
    let dir = folder();
    let args = ["run", "mine", "--scenario", "live", "--members", "40", "--format", "json"];
    let output = terbia(dir.path(), &[&args[..], &["--stability-index", "even"]].concat());
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let s = &json["stability"];
    assert_eq!(s["record_until"], "2022-12");
    assert_eq!(s["figures"].as_array().map(Vec::len), Some(6));
    let begins = s["begins"].as_array().expect("what begins");
    let names: Vec<&str> = begins.iter().filter_map(|b| b["name"].as_str()).collect();
    assert_eq!(names, ["offensive", "closure", "truce"]);
    for begin in begins {
        let share = |i: usize| begin["within"][i]["share"].as_f64();
        assert!(share(0).expect("a year") <= share(1).expect("two years"), "{begin}");
        assert_eq!(share(2), None, "the runs end before five years are over");
    }
    // The scenario signs a truce in March 2023; now and then one breaks within the month.
    assert!(begins[2]["within"][0]["share"].as_f64().expect("a share") > 0.8);
    assert!((s["index"]["weights"]["S1"].as_f64().expect("a weight") - 1.0 / 6.0).abs() < 1e-12);
    let output = terbia(dir.path(), &args);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(json["stability"]["index"].is_null(), "an index is made only for who asks");
}

#[test]
fn an_index_comes_with_its_weights_its_legs_and_its_zeros() {
    let dir = folder();
    let args = ["mine", "--scenario", "live", "--stability-index"];
    let text = run(dir.path(), &[&args[..], &["S1=2, S4=1"]].concat());
    for part in ["Stability index: ", "weakest in at 0 in", "0.67", "0.33", "Weakest leg"] {
        assert!(text.contains(part), "no {part} in: {text}");
    }
    assert!(text.contains("24 months ahead without an offensive 0.67"), "{text}");
    let plain = run(dir.path(), &["mine", "--scenario", "live"]);
    assert!(!plain.contains("index"), "{plain}");
}

#[test]
fn weights_that_make_no_index_are_refused_with_their_mend() {
    let dir = folder();
    for (corridor, weights, code, hint) in [
        ("mine", "S7=1", 2, "S5  consent"),
        ("mine", "S1", 2, "S1=1"),
        ("mine", "S1=-1", 2, "0 (leave the leg out) or more"),
        ("mine", "S1=ten", 2, "S1=0.5"),
        ("mine", "S1=0,S2=0", 2, "even"),
        ("mine", "S1=1,s1=2", 2, "twice"),
        ("mine", "", 2, "even"),
        ("mine", "even", 1, "replay_until"),
        ("template", "even", 1, "[politics]"),
    ] {
        let args = ["run", corridor, "--members", "20", "--stability-index", weights];
        let output = terbia(dir.path(), &args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{weights}: {said}");
        assert!(said.contains(hint), "no {hint} in: {said}");
    }
}

#[test]
fn a_lever_is_found_by_its_own_name() {
    let dir = folder();
    for (set, code, hint) in [
        ("council-levy@2022-06=20000", 1, "--set lever.council-levy@2022-06=20000"),
        ("council-levy=20000", 1, "lever.council-levy@YYYY-MM=20000"),
        ("haulage.leak_share@2022-06=0.1", 1, "only levers"),
        ("lever.council-levy@2022-06", 2, "lever.council-levy@2022-06=VALUE"),
        ("lever.council-levy@2022-06=20,000", 2, "for example 20000"),
        ("lever.council-levy@2022-06=10%", 2, "here 0.1"),
    ] {
        let args = ["run", "mine", "--scenario", "live", "--members", "20", "--set", set];
        let output = terbia(dir.path(), &args);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains(hint), "no {hint} in: {said}");
    }
    let text = run(
        dir.path(),
        &["mine", "--scenario", "live", "--set", "lever.council-levy@2022-06=20000"],
    );
    assert!(text.contains("Turned in 2022-06, acts after 2 months"), "{text}");
}

#[test]
fn codes_and_figures_are_explained_in_words_that_fit_a_terminal() {
    let dir = folder();
    for (name, part) in [
        ("S1", "see no major offensive for two years"),
        ("net_restraint", "net_restraint.challenger"),
        ("closure_cause", "2 a levy that buyers refuse"),
        ("truce_broken_cause", "2 who holds the mines is contested"),
        ("truce", "grievance of the communities"),
        ("council-levy", "--set lever.council-levy@"),
    ] {
        let output = terbia(dir.path(), &["explain", "mine", name]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "longer than a line: {line}");
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(part), "no {part} in: {text}");
    }
}
