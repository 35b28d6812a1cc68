//! Does the command do what its users rely on? Exit codes, same bits, interruptions, bad places.

#![allow(clippy::expect_used, reason = "a test that cannot set up its folder has failed")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

fn terbia(dir: &Path, args: &[&str]) -> Output {
    command(dir, args).output().expect("terbia starts")
}

fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terbia"));
    command.args(args).current_dir(dir).env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

/// The bytes of both tables of a run.
fn tables(dir: &Path) -> [Vec<u8>; 2] {
    ["series.parquet", "runs.parquet"].map(|name| fs::read(dir.join(name)).expect(name))
}

const SMALL: &[&str] = &["run", "kachin", "--members", "120", "--until", "2019-12", "--quiet"];

fn small<'a>(more: &[&'a str]) -> Vec<&'a str> {
    SMALL.iter().copied().chain(more.iter().copied()).collect()
}

#[test]
fn a_newcomer_in_an_empty_folder_gets_summary_files_and_report() {
    let dir = folder();
    let output = terbia(dir.path(), &["run", "kachin", "--members", "60"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("facts inside the 90 % interval"), "{text}");
    assert!(
        text.contains("* after 2025-05 (2025 in part) the record ends and the model"),
        "{text}"
    );
    assert!(text.contains("Stability after the record, 2025-06 to 2032-12"), "{text}");
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "longer than a line: {line}");
    }
    let run = fs::read_dir(dir.path().join("runs")).unwrap().next().unwrap().unwrap().path();
    for name in ["manifest.json", "runs.parquet", "series.parquet", "report.html"] {
        assert!(run.join(name).metadata().unwrap().len() > 100, "{name}");
    }
    assert!(!run.join("parts").exists());
    let again = terbia(dir.path(), &["run", "kachin", "--members", "60"]);
    assert!(again.status.success() && stderr(&again).contains("nothing to run"));
}

#[test]
fn one_thread_and_two_give_the_same_bits() {
    let dir = folder();
    for jobs in ["1", "2"] {
        let args = small(&["--jobs", jobs, "--out", jobs]);
        assert!(terbia(dir.path(), &args).status.success());
    }
    assert_eq!(tables(&dir.path().join("1")), tables(&dir.path().join("2")));
}

#[cfg(unix)]
#[test]
fn a_run_that_was_killed_goes_on_and_ends_with_the_same_bits() {
    let dir = folder();
    let whole = ["run", "template", "--members", "900", "--quiet", "--out"];
    let args = |out, more: &[&'static str]| -> Vec<&'static str> {
        whole.iter().copied().chain([out]).chain(more.iter().copied()).collect()
    };
    assert!(terbia(dir.path(), &args("whole", &[])).status.success());
    for (signal, code) in [("-KILL", None), ("-INT", Some(130))] {
        let out = if signal == "-KILL" { "killed" } else { "stopped" };
        let mut child =
            command(dir.path(), &args(out, &[])).stderr(Stdio::piped()).spawn().unwrap();
        wait_for_parts(&dir.path().join(out).join("parts"));
        Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
        assert_eq!(child.wait().unwrap().code(), code, "after {signal}");
        assert!(!dir.path().join(out).join("series.parquet").exists(), "{signal} came too late");
        let output = terbia(dir.path(), &args(out, &["--resume"]));
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(tables(&dir.path().join("whole")), tables(&dir.path().join(out)));
    }
}

#[cfg(unix)]
fn wait_for_parts(parts: &Path) {
    let began = Instant::now();
    while began.elapsed() < Duration::from_mins(1) {
        let finished = fs::read_dir(parts).map_or(0, Iterator::count);
        if finished >= 4 {
            return;
        }
        thread::sleep(Duration::from_millis(2));
    }
    panic!("no part was written within a minute");
}

#[test]
fn what_the_user_got_wrong_is_said_with_its_mend() {
    let dir = folder();
    let cases: &[(&[&str], i32, &str)] = &[
        (&["run", "kachn"], 1, "kachin"),
        (&["run", "./nowhere"], 1, "no folder"),
        (&["run", "kachin", "--scenario", "replya"], 1, "replay"),
        (&["run", "kachin", "--set", "haulage.leek_share=0.1"], 1, "haulage.leak_share"),
        (&["run", "kachin", "--set", "haulage.leak_share=7"], 1, "0.12"),
        (&["run", "kachin", "--set", "haulage.leak_share"], 2, "PATH=VALUE"),
        (&["run", "kachin", "--until", "2016-01"], 1, "2017-01"),
        (&["run", "kachin", "--until", "soon"], 2, "YYYY-MM"),
        (&["run", "kachin", "--members", "0"], 1, "--members 1"),
        (&["run", "kachin", "--members", "4294967295"], 1, "10000000"),
        (&["run", "kachin", "--resume", "--out", "none"], 1, "--resume"),
        (&["explain", "kachin", "export_t"], 1, "exports_t"),
        (&["explain", "kachin", "net_restrain"], 1, "'net_restraint'"),
        (&["schema", "corridors"], 1, "corridor"),
        (&["new", "."], 1, "there already"),
        (&["fly"], 2, "subcommand"),
    ];
    for (args, code, hint) in cases {
        let output = terbia(dir.path(), args);
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(*code), "{args:?}: {text}");
        assert!(text.contains(hint), "{args:?} does not mention {hint}: {text}");
        assert!(output.stdout.is_empty(), "{args:?} wrote to standard output");
    }
}

#[test]
fn nothing_that_a_terminal_obeys_comes_out_of_a_corridor() {
    let dir = folder();
    assert!(terbia(dir.path(), &["new", "mine"]).status.success());
    for (file, before, after) in [
        ("corridor.toml", "Made-up corridor", "a\\u001b[2Jb"),
        ("corridor.toml", "Made-up corridor", "a\u{1b}[2Jb"),
        ("corridor.toml", "Made-up corridor", "a\\u009b2Jb"),
        ("evidence/observations.csv", "made up", "a\u{1b}[2Jb"),
    ] {
        let path = dir.path().join("mine").join(file);
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replacen(before, after, 1)).unwrap();
        for command in ["run", "check"] {
            let output = terbia(dir.path(), &[command, "mine"]);
            let said = String::from_utf8_lossy(&output.stdout).into_owned() + &stderr(&output);
            assert_eq!(output.status.code(), Some(1), "{said}");
            assert!(said.contains(&format!("{file}:")), "{said}");
            assert!(said.chars().all(|c| c == '\n' || !c.is_control()), "{said:?}");
        }
        fs::write(&path, text).unwrap();
    }
    let said = stderr(&terbia(dir.path(), &["run", "mi\u{1b}[2Jne"]));
    assert!(said.contains("mi␛[2Jne"), "{said:?}");
}

#[test]
fn a_long_line_is_shown_about_the_fault() {
    let dir = folder();
    assert!(terbia(dir.path(), &["new", "mine"]).status.success());
    let spec = dir.path().join("mine/corridor.toml");
    let text = fs::read_to_string(&spec).unwrap();
    let long = format!("start = 7 # {}\n", "far and wide ".repeat(9_000));
    let named = text.lines().find(|line| line.starts_with("start = ")).unwrap();
    fs::write(&spec, text.replacen(named, &long, 1)).unwrap();
    let said = stderr(&terbia(dir.path(), &["check", "mine"]));
    assert!(said.contains("start = 7 # far") && said.len() < 2_000, "{said}");
}

#[test]
fn a_folder_that_holds_a_run_is_not_overwritten() {
    let dir = folder();
    assert!(terbia(dir.path(), &small(&["--out", "a"])).status.success());
    let before = tables(&dir.path().join("a"));
    let output = terbia(dir.path(), &small(&["--out", "a", "--seed", "2"]));
    assert_eq!(output.status.code(), Some(1));
    let other = terbia(dir.path(), &small(&["--out", "a", "--seed", "2", "--resume"]));
    assert!(stderr(&other).contains("seed"), "{}", stderr(&other));
    assert_eq!(before, tables(&dir.path().join("a")));
}

#[test]
fn a_new_corridor_runs_at_once_and_its_faults_are_named() {
    let dir = folder();
    assert!(terbia(dir.path(), &["new", "mine"]).status.success());
    for path in ["mine", "mine/corridor.toml", "mine/scenarios/closure.toml"] {
        assert!(terbia(dir.path(), &["check", path]).status.success(), "{path}");
    }
    assert!(terbia(dir.path(), &["run", "./mine", "--members", "20", "--quiet"]).status.success());
    let path = dir.path().join("mine/corridor.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replacen("unit = \"km\"", "unit = \"miles\"", 1)).unwrap();
    let output = terbia(dir.path(), &["check", "mine"]);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said.contains("corridor.toml") && said.contains("miles") && said.contains("km"),
        "{said}"
    );
}

#[test]
fn check_leads_from_faults_to_the_first_run_and_keeps_its_line_for_programs() {
    let dir = folder();
    assert!(terbia(dir.path(), &["new", "my valley"]).status.success());
    let sound = terbia(dir.path(), &["check", "./my valley"]);
    let line = String::from_utf8_lossy(&sound.stdout).into_owned();
    assert!(line.starts_with("my valley is sound: ") && line.lines().count() == 2, "{line}");
    assert!(stderr(&sound).contains("Next: terbia run \"./my valley\" --members 50\n"));
    fs::remove_file(dir.path().join("my valley/evidence/assumptions.toml")).unwrap();
    let faulty = terbia(dir.path(), &["check", "./my valley"]);
    assert_eq!(faulty.status.code(), Some(1));
    assert!(faulty.stdout.is_empty());
    let said = stderr(&faulty);
    assert!(said.contains("Mend first: evidence/assumptions.toml is not there"), "{said}");
    assert!(said.ends_with("Then again: terbia check \"./my valley\"\n"), "{said}");
    assert!(said.lines().count() < 40, "{said}");
}

#[test]
fn files_that_are_no_corridor_are_refused_at_once() {
    let dir = folder();
    let mine = dir.path().join("mine");
    let good = || {
        let _ = fs::remove_dir_all(&mine);
        assert!(terbia(dir.path(), &["new", "mine"]).status.success());
    };
    let refused = |hint: &str| {
        let began = Instant::now();
        let output = terbia(dir.path(), &["check", "mine"]);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(1), "{said}");
        assert!(said.contains(hint), "no {hint} in: {said}");
        assert!(began.elapsed() < Duration::from_secs(5));
    };
    good();
    fs::write(mine.join("corridor.toml"), "").unwrap();
    refused("empty");
    good();
    fs::write(mine.join("corridor.toml"), b"name = \"\xff\xfe\"").unwrap();
    refused("UTF-8");
    good();
    fs::File::create(mine.join("evidence/observations.csv")).unwrap().set_len(1 << 30).unwrap();
    refused("at most 16777216");
    good();
    fs::remove_file(mine.join("corridor.toml")).unwrap();
    refused("corridor.toml");
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_no_bug() {
    let dir = folder();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = command(dir.path(), &["evidence", "kachin"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let mut child =
        command(dir.path(), &["evidence", "kachin"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert!(child.wait().unwrap().success(), "a reader that goes away is no failure");
    let output = terbia(dir.path(), &small(&["--out", "/proc/terbia"]));
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stderr(&output).contains("/proc/terbia"));
}

#[test]
fn words_fit_a_terminal() {
    let dir = folder();
    for args in [&["evidence", "kachin"][..], &["check", "template"], &["score", "template"]] {
        let output = terbia(dir.path(), args);
        assert!(output.status.success(), "{}", stderr(&output));
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            assert!(line.chars().count() <= 80, "longer than a line: {line}");
        }
    }
}

#[test]
fn programs_get_json() {
    let dir = folder();
    for args in [&["evidence", "kachin", "--format", "json"][..], &small(&["--format", "json"])] {
        let output = terbia(dir.path(), args);
        assert!(output.status.success(), "{}", stderr(&output));
        let value: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(value.is_object());
    }
}
