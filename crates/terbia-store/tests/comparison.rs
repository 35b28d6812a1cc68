//! Does a comparison read off each corridor what a study of it would, tell what is simulated from what is
//! stated, and say what is wrong with its file?

#![allow(clippy::unwrap_used, reason = "a comparison that cannot be run has failed")]

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use tempfile::TempDir;
use terbia_store::bundled::COMPARISONS;
use terbia_store::output::MANIFEST;
use terbia_store::question::comparison::{
    self, Answer, CellKind, Compare, Comparison, ComparisonError, FIGURE, JSON, PAGE, PAPER, TABLE,
    ToldCell,
};
use terbia_store::question::{self, Options, Planned, Results, Watch};
use terbia_store::study::Keep;
use terbia_store::{Project, new};

/// Two corridors of one made-up folder, in different months, and a row of each kind.
const COMPARISON: &str = r#"
question = "Which of two valleys does better?"
members = 40

[[corridor]]
id = "early"
folder = "valley"
label = "Early"
from = "2021-01"
until = "2021-12"

[[corridor]]
id = "late"
folder = "valley"
label = "Late"
scenario = "closure"
from = "2023-01"
until = "2023-12"

[[row]]
id = "levies"
part = "follows"
label = "Levies"
unit = "USD"
doc = "What the holders take."
measure = { outcome = "levy_revenue_total_usd", statistic = "sum" }

[[row]]
id = "often"
part = "follows"
label = "Futures with exports"
unit = "1"
doc = "How often anything is sent."
measure = { outcome = "exports_t", statistic = "sum" }
above = 0.0

[[row]]
id = "hold"
part = "differs"
label = "Trade that lasts"
unit = "1"
doc = "How long the gates stay open."
survival = { outcome = "gate_open_share", months = 6 }
in.late = { none = "nobody counts" }

[[row]]
id = "arms"
part = "differs"
label = "Arms"
unit = "1"
doc = "What goes into arms."
in.early = { number = "actor.highland-council.arms_share" }
in.late = { stated = [0.2, 0.4], grade = "D", source = ["A-001"], note = "a guess" }
"#;

fn quiet() -> Watch<'static> {
    Watch { planned: &|_| (), ran: &|_| () }
}

fn keep(dir: &Path) -> Keep {
    Keep { dir: Some(dir.to_owned()), resume: false, command: String::new() }
}

/// The file of a comparison, beside a folder named "valley".
fn written(text: &str) -> (TempDir, String) {
    let dir = TempDir::new().unwrap();
    new::create(&dir.path().join("valley"), new::TEMPLATE).unwrap();
    let path = dir.path().join("two.toml");
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (dir, path)
}

fn compared(path: &str, jobs: usize, out: &Path) -> Answer {
    let comparison = Comparison::load(path).unwrap();
    let asked = Compare { jobs, ..Compare::default() };
    let stop = AtomicBool::new(false);
    comparison::compare(&comparison, &asked, &keep(out), &stop, &quiet()).unwrap().answer
}

fn answer() -> Answer {
    let (dir, path) = written(COMPARISON);
    compared(&path, 0, &dir.path().join("out"))
}

fn cell<'a>(answer: &'a Answer, row: &str, column: usize) -> &'a ToldCell {
    &answer.rows.iter().find(|r| r.id == row).unwrap().cells[column]
}

/// What is wrong with a comparison, in its own words.
fn faults(text: &str) -> Vec<String> {
    let (_dir, path) = written(text);
    match Comparison::load(&path).unwrap_err() {
        ComparisonError::Invalid { problems, .. } => {
            problems.iter().map(|p| format!("{p} ({})", p.fault().help())).collect()
        }
        other => vec![other.to_string()],
    }
}

#[test]
fn a_spread_is_that_of_a_study_of_the_same_measure() {
    const STUDY: &str = r#"
question = "How much?"
from = "2023-01"
until = "2023-12"
[[scenario]]
name = "closure"
[[outcome]]
id = "levies"
label = "Levies"
measure = { outcome = "levy_revenue_total_usd", statistic = "sum" }
better = "higher"
"#;
    let dir = TempDir::new().unwrap();
    let project = Project::load("template").unwrap();
    let sheet = project.study("s.toml", STUDY.into()).unwrap();
    let options = Options { members: Some(40), ..Options::default() };
    let planned = Planned::new(&project, "s", &sheet, &options).unwrap();
    let stop = AtomicBool::new(false);
    question::run(&planned, &keep(&dir.path().join("s")), &stop, &quiet()).unwrap();
    let results = Results::open_outcomes(&dir.path().join("s")).unwrap();
    let sorted = terbia_lab::stats::sorted(results.scenarios[0].of_outcome(0)[0]);
    let [low, mid, high] = [0.1, 0.5, 0.9].map(|p| terbia_lab::stats::quantile(&sorted, p));
    let answer = answer();
    let told = cell(&answer, "levies", 1);
    assert_eq!((told.low, told.value, told.high), (Some(low), Some(mid), Some(high)));
    assert_eq!((told.kind, told.count), (CellKind::Spread, Some(40)));
    assert_ne!(told.value, cell(&answer, "levies", 0).value);
}

#[test]
fn shares_and_survivals_come_with_the_interval_that_their_number_leaves() {
    let answer = answer();
    let often = cell(&answer, "often", 0);
    assert_eq!((often.kind, often.value), (CellKind::Share, Some(1.0)));
    assert!(often.low.unwrap() < 1.0 && often.low.unwrap() > 0.9);
    // Nothing shuts the gates in these months, so that trade outlasts half a year in every future.
    let hold = cell(&answer, "hold", 0);
    assert_eq!((hold.kind, hold.value, hold.count), (CellKind::Survival, Some(1.0), Some(40)));
}

#[test]
fn what_is_not_simulated_says_what_it_rests_on_or_why_it_is_not_there() {
    let answer = answer();
    let project = Project::load("template").unwrap();
    let number = project.corridor.numbers.iter();
    let number = number.clone().find(|d| d.path == "actor.highland-council.arms_share").unwrap();
    let told = cell(&answer, "arms", 0);
    assert_eq!((told.kind, told.value), (CellKind::Number, Some(number.value)));
    assert_eq!((told.low, told.high), (Some(number.quantile(0.1)), Some(number.quantile(0.9))));
    assert_eq!((told.grade, &told.source), (Some(number.grade.letter()), &number.source));
    let stated = cell(&answer, "arms", 1);
    assert_eq!((stated.kind, stated.value, stated.low), (CellKind::Stated, None, Some(0.2)));
    assert_eq!((stated.grade, stated.source[0].as_str()), (Some('D'), "A-001"));
    let none = cell(&answer, "hold", 1);
    assert_eq!((none.kind, none.note.as_deref()), (CellKind::None, Some("nobody counts")));
}

#[test]
fn one_thread_and_several_write_the_same_folder_and_nothing_is_written_over() {
    let (dir, path) = written(COMPARISON);
    let [one, four] = ["one", "four"].map(|name| dir.path().join(name));
    compared(&path, 1, &one);
    compared(&path, 4, &four);
    for name in [TABLE, PAGE, JSON, PAPER, FIGURE] {
        assert!(fs::read(one.join(name)).unwrap() == fs::read(four.join(name)).unwrap(), "{name}");
    }
    let manifest = fs::read_to_string(one.join(MANIFEST)).unwrap();
    let sha256 = Project::load_folder(&dir.path().join("valley")).unwrap().sha256;
    assert_eq!(manifest.matches(&sha256).count(), 2, "{manifest}");
    let table = fs::read_to_string(one.join(TABLE)).unwrap();
    assert_eq!(table.lines().count(), 1 + 4 * 2);
    assert!(table.contains("arms,differs,Arms,1,late,2023-01,2023-12,stated,,0.2,0.4,,D,A-001"));
    let comparison = Comparison::load(&path).unwrap();
    let (asked, stop) = (Compare::default(), AtomicBool::new(false));
    let again = comparison::compare(&comparison, &asked, &keep(&one), &stop, &quiet());
    assert!(matches!(again, Err(ComparisonError::Taken { .. })));
}

#[test]
fn a_comparison_that_is_stopped_leaves_nothing_behind() {
    let (dir, path) = written(COMPARISON);
    let out = dir.path().join("out");
    let comparison = Comparison::load(&path).unwrap();
    let stop = AtomicBool::new(true);
    let ended = comparison::compare(&comparison, &Compare::default(), &keep(&out), &stop, &quiet());
    assert!(ended.is_err_and(|e| e.stopped()));
    assert!(!out.exists());
}

#[test]
fn faults_are_named_with_their_corridor_and_their_mend() {
    let with = |from: &str, to: &str| faults(&COMPARISON.replacen(from, to, 1));
    let cases = [
        ("folder = \"valley\"", "folder = \"vallex\"", "unknown corridor to compare 'vallex'"),
        ("\"levy_revenue_total_usd\"", "\"levy_revenue_total_us\"", "no outcome"),
        ("in.late = { none = \"nobody counts\" }", "in.lat = { none = \"a\" }", "unknown corridor"),
        ("in.early = { number", "in.late_ = { number", "unknown corridor"),
        ("until = \"2021-12\"", "until = \"2031-12\"", "runs from 2020-01 to 2024-12"),
        ("scenario = \"closure\"", "scenario = \"closur\"", "unknown scenario 'closur'"),
        ("arms_share\" }", "arms_shar\" }", "did you mean 'actor.highland-council.arms_share'?"),
        ("source = [\"A-001\"]", "source = [\"A-999\"]", "unknown source 'A-999'"),
        ("grade = \"D\", ", "", "needs 'grade'"),
        ("none = \"nobody", "stated = [0, 1], none = \"nobody", "stated and none"),
        ("[0.2, 0.4]", "[0.4, 0.2]", "runs backwards"),
        ("months = 6", "months = 0", "1 or more is expected"),
        ("unit = \"1\"\ndoc = \"What goes", "unit = \"kg\"\ndoc = \"What goes", "is read in \"1\""),
        ("part = \"differs\"", "part = \"difers\"", "did you mean 'differs'?"),
    ];
    for (from, to, said) in cases {
        let found = with(from, to).join("\n");
        assert!(found.contains(said), "{to}: {found}");
    }
}

#[test]
fn a_row_must_say_something_of_every_corridor() {
    let text =
        COMPARISON.replace("in.early = { number = \"actor.highland-council.arms_share\" }\n", "");
    let found = faults(&text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].starts_with("the row 'arms' has nothing for the corridor 'early'"),
        "{found:?}"
    );
    assert!(found[0].contains("in.early = { … }"), "{found:?}");
    let one = text.split("[[corridor]]\nid = \"late\"").next().unwrap();
    assert!(faults(one).iter().any(|f| f.contains("has 1 corridors; 2 to 6")));
}

#[test]
fn every_bundled_comparison_loads_and_is_listed() {
    let listed = comparison::bundled().unwrap();
    assert_eq!(listed.len(), COMPARISONS.len());
    assert!(!listed.is_empty());
    for (name, question) in listed {
        assert!(question.ends_with('?'), "{question}");
        Comparison::load(name).unwrap();
    }
    let unknown = Comparison::load("regimse").unwrap_err();
    assert!(matches!(unknown, ComparisonError::Unknown { near: Some(_), .. }), "{unknown}");
}
