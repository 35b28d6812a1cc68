//! Do `terbia study` and `terbia merge` do what their users rely on?

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terbia"));
    command.args(args).current_dir(dir).env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

fn terbia(dir: &Path, args: &[&str]) -> Output {
    command(dir, args).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn tables(dir: &Path) -> [Vec<u8>; 2] {
    ["results.parquet", "inputs.parquet"].map(|name| fs::read(dir.join(name)).unwrap())
}

#[test]
fn a_newcomer_gets_an_answer_in_eighty_columns() {
    let dir = tempfile::tempdir().unwrap();
    let written = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../corridors/template/studies/levy-or-closure.toml");
    // What decides is looked for where it takes few runs.
    let look = "[sensitivity]\ntrajectories = 4\ntop = 3\nbases = 64\n";
    let text = fs::read_to_string(written).unwrap() + look;
    fs::write(dir.path().join("asked.toml"), text).unwrap();
    for (args, decides) in [
        (&["study", "template", "asked.toml", "--members", "40"][..], true),
        (&["study", "kachin", "stability", "--members", "20", "--no-sensitivity"], false),
    ] {
        let output = terbia(dir.path(), args);
        assert!(output.status.success(), "{}", stderr(&output));
        let text = stdout(&output);
        assert!(text.contains("the first is the reference") && text.contains("CRN"), "{text}");
        assert_eq!(text.contains("WHAT DECIDES"), decides, "{text}");
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "longer than a line: {line}");
        }
        let again = terbia(dir.path(), args);
        assert!(again.status.success() && stderr(&again).contains("nothing to run"));
        assert_eq!(stdout(&again), text);
    }
    let folders: Vec<_> = fs::read_dir(dir.path().join("runs")).unwrap().collect();
    assert_eq!(folders.len(), 2);
}

#[test]
fn studies_are_listed_with_what_they_ask() {
    let dir = tempfile::tempdir().unwrap();
    let text = stdout(&terbia(dir.path(), &["study", "template"]));
    assert!(text.starts_with("levy-or-closure (Q2)\n  What costs the council more"), "{text}");
    let json = stdout(&terbia(dir.path(), &["study", "template", "--format", "json"]));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["study"], "levy-or-closure");
}

#[cfg(unix)]
#[test]
fn a_study_that_was_stopped_goes_on_and_ends_with_the_same_bits() {
    let dir = tempfile::tempdir().unwrap();
    let whole = ["study", "template", "levy-or-closure", "--members", "640", "--quiet", "--out"];
    let args = |out: &'static str, more: &[&'static str]| -> Vec<&'static str> {
        whole.iter().copied().chain([out]).chain(more.iter().copied()).collect()
    };
    let mut child = command(dir.path(), &args("out", &[])).stderr(Stdio::piped()).spawn().unwrap();
    let (began, parts) = (Instant::now(), dir.path().join("out/parts"));
    while fs::read_dir(&parts).map_or(0, Iterator::count) < 3 {
        assert!(began.elapsed() < Duration::from_mins(1), "no part was written within a minute");
        thread::sleep(Duration::from_millis(2));
    }
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(!dir.path().join("out/results.parquet").exists(), "it came too late");
    let output = terbia(dir.path(), &args("out", &["--resume"]));
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(terbia(dir.path(), &args("whole", &["--jobs", "1"])).status.success());
    assert_eq!(tables(&dir.path().join("whole")), tables(&dir.path().join("out")));
}

#[test]
fn parts_are_run_apart_and_merged() {
    let dir = tempfile::tempdir().unwrap();
    let study = |more: &[&str]| {
        let args = ["study", "template", "levy-or-closure", "--members", "130", "--series"];
        let output = terbia(dir.path(), &[&args, more].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        output
    };
    let whole = stdout(&study(&["--out", "whole"]));
    let part = study(&["--shard", "1/2", "--out", "a"]);
    assert!(stdout(&part).is_empty() && stderr(&part).contains("part 1/2"), "{part:?}");
    study(&["--shard", "2/2", "--out", "b"]);
    let merged = terbia(dir.path(), &["merge", "b", "a", "--out", "merged", "--quiet"]);
    assert!(merged.status.success(), "{}", stderr(&merged));
    assert_eq!(stdout(&merged), whole);
    assert_eq!(tables(&dir.path().join("whole")), tables(&dir.path().join("merged")));
    let fans = |out: &str| fs::read(dir.path().join(out).join("fans.parquet")).unwrap();
    assert_eq!(fans("whole"), fans("merged"));
    let missing = terbia(dir.path(), &["merge", "a", "--out", "half"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(stderr(&missing).contains("parts are missing: 2/2"), "{}", stderr(&missing));
}

#[test]
fn a_study_of_ones_own_is_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let text = "question = \"What then?\"\nfrom = \"2024-01\"\nuntil = \"2024-12\"\n\
                [[scenario]]\nname = \"replay\"\n\
                [[policy]]\nid = \"nobody\"\n\
                [[policy]]\nid = \"shut\"\nset = { \"lever.lowland-gate@2024-01\" = 0 }\n\
                [[outcome]]\nid = \"exports\"\nlabel = \"Exports\"\nbetter = \"higher\"\n\
                measure = { outcome = \"exports_t\", statistic = \"sum\" }\n";
    fs::write(dir.path().join("mine.toml"), text).unwrap();
    let run = |more: &[&str]| {
        let args = ["study", "template", "mine.toml", "--members", "30", "--out", "out", "--quiet"];
        terbia(dir.path(), &[&args, more].concat())
    };
    let output = run(&["--format", "json"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let shut = &json["scenarios"][0]["outcomes"][0]["policies"][1];
    assert_eq!(shut["difference"]["worse"], 1.0);
    assert_eq!(json["manifest"]["study"]["text"], text);
    fs::write(dir.path().join("mine.toml"), text.replace("lowland-gate", "lowland-gat")).unwrap();
    let output = run(&[]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains("mine.toml:10") && said.contains("'lowland-gate'?"), "{said}");
}

#[test]
fn what_the_user_got_wrong_is_said_with_its_mend() {
    let dir = tempfile::tempdir().unwrap();
    let cases: &[(&[&str], i32, &str)] = &[
        (&["study", "template", "levy-or-closures"], 1, "'levy-or-closure'?"),
        (&["study", "template", "nowhere.toml"], 1, "nowhere.toml cannot be read"),
        (&["study", "template", "levy-or-closure", "--members", "0"], 1, "--members 1 or more"),
        (&["study", "template", "levy-or-closure", "--posterior", "no"], 1, "no posterior in"),
        (&["study", "template", "levy-or-closure", "--shard", "5/4"], 2, "write 1/4 to 4/4"),
        (&["study", "template", "levy-or-closure", "--shard", "0/0"], 2, "the first of four"),
        (&["study", "template", "levy-or-closure", "--out", "/dev/null/x"], 1, "cannot make"),
        (&["merge", "nowhere", "--out", "out"], 1, "holds no results of a study"),
        (&["merge", "--out", "out"], 2, "DIR"),
    ];
    for (args, code, expected) in cases {
        let output = terbia(dir.path(), args);
        assert_eq!(output.status.code(), Some(*code), "{args:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(expected), "{args:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty(), "{args:?}");
    }
}
