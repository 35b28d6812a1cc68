//! Does the report of a study say what its numbers carry, and nothing else?

#![allow(clippy::unwrap_used, reason = "a study that cannot be run has failed")]

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use tempfile::TempDir;
use terbia_store::paper;
use terbia_store::question::report::{self, Report};
use terbia_store::question::search::{self, SearchOptions, SearchPlanned};
use terbia_store::question::{self, Months, Options, Planned, QuestionError, Watch};
use terbia_store::study::Keep;
use terbia_store::{Project, new};

/// The template's study, with a policy that does nothing.
fn answered(dir: &Path, members: u32) -> Report {
    let project = Project::load(new::TEMPLATE).unwrap();
    let (_, sheet) = question::find(&project, "levy-or-closure").unwrap();
    let text = sheet.file.text().replace(
        "# What is compared.",
        "[[policy]]\nid = \"idle\"\nlabel = \"The gate is left as it is\"\n\
         set = { \"lever.lowland-gate@2023-01\" = 1.0 }\n\n# What is compared.",
    );
    let sheet = project.study("test.toml", text).unwrap();
    let options = Options { members: Some(members), jobs: 1, ..Options::default() };
    let planned = Planned::new(&project, "test", &sheet, &options).unwrap();
    let keep = Keep { dir: Some(dir.to_owned()), resume: false, command: "terbia study".into() };
    let watch = Watch { planned: &|_| {}, ran: &|_| {} };
    question::run(&planned, &keep, &AtomicBool::new(false), &watch).unwrap();
    Report::open(dir, None).unwrap()
}

#[test]
fn a_report_leads_with_the_answer_and_is_the_same_each_time() {
    let dir = TempDir::new().unwrap();
    let study = dir.path().join("study");
    let document = answered(&study, 48).document();
    assert_eq!(document.dead_links(), Vec::<String>::new());
    let page = paper::html(&document);
    let place = |part: &str| page.find(part).unwrap_or_else(|| panic!("no {part}"));
    let parts =
        ["What costs the council more", "The answer", "What would change it", "In pictures"];
    let places: Vec<usize> = parts.iter().map(|part| place(part)).collect();
    assert!(places.is_sorted(), "{places:?}");
    assert!(page.contains("What this cannot say") && !page.contains("NaN"));
    // A lever set to what it is anyway changes nothing, and the page says so.
    assert!(page.contains("changes nothing, in any future"), "{page}");
    assert!(page.contains(": worse, "), "a gate half shut costs the council");

    let paths = report::keep(&study, None, dir.path()).unwrap();
    let first = paths.clone().map(|p| fs::read(p).unwrap());
    report::keep(&study, None, dir.path()).unwrap();
    assert_eq!(first, paths.map(|p| fs::read(p).unwrap()));
    assert!(first[1].starts_with(b"%PDF-"));
}

/// The same with all that a study can ask of its futures without runs of its own.
const ASKED: &str = r#"
[[outcome]]
id = "open_months"
label = "Months that the gates stay open"
measure = { outcome = "gate_open_share", statistic = "first_spell" }
unit = "months"
better = "higher"

[[outcome]]
id = "open_ended"
label = "Whether they shut again"
measure = { outcome = "gate_open_share", statistic = "first_spell_ended" }
better = "lower"

[[outcome]]
id = "gain"
label = "Growth of exports"
who = "Traders"
place = "at the gates"
measure = { outcome = "exports_t", statistic = "sum", from = "2024-01", divide = { outcome = "exports_t", statistic = "sum", from = "2023-01", to = "2023-12" }, minus_one = true }
unit = "1"
better = "higher"

[[prim]]
outcome = "exports_t"
interest = "above"
threshold = 30000

[value]
outcome = "revenue_usd"

[plane]
x = "exports_t"
y = "gain"
sign = "gain"

[[survival]]
label = "An open gate"
length = "open_months"
ended = "open_ended"
"#;

#[test]
fn what_a_study_asks_is_answered_on_the_first_page_and_drawn() {
    let dir = TempDir::new().unwrap();
    let project = Project::load(new::TEMPLATE).unwrap();
    let (_, sheet) = question::find(&project, "levy-or-closure").unwrap();
    let text = sheet.file.text().replace("[design]", &format!("{ASKED}\n[design]"));
    let sheet = project.study("test.toml", text).unwrap();
    let series = Months::IfSmall;
    let options = Options { members: Some(64), jobs: 1, series, ..Options::default() };
    let planned = Planned::new(&project, "test", &sheet, &options).unwrap();
    let study = dir.path().join("study");
    let keep = Keep { dir: Some(study.clone()), resume: false, command: "terbia study".into() };
    let watch = Watch { planned: &|_| {}, ran: &|_| {} };
    question::run(&planned, &keep, &AtomicBool::new(false), &watch).unwrap();
    let document = Report::open(&study, None).unwrap().document();
    assert_eq!(document.dead_links(), Vec::<String>::new());
    let page = paper::html(&document);
    let expected = [
        "In short",
        "on average most is gained by",
        "Who gets there.",
        "An open gate in that region",
        "Traders",
        "at the gates",
        "In which futures it happens",
        "What it would be worth to know more",
        "Places, gates and rivers",
        "Regret: what is missed",
        "Median, 50 % and 90 % of the futures in each month",
        "What it rests on",
    ];
    for part in expected {
        assert!(page.contains(part), "no {part}");
    }
    // What decides takes runs of its own, which nobody made; nothing is said of it.
    assert!(page.contains("this study was not asked") && !page.contains("What decides most"));
    assert!(!page.contains("NaN") && !page.contains("unknown"));
}

#[test]
fn one_future_tells_no_difference() {
    let dir = TempDir::new().unwrap();
    let page = paper::html(&answered(&dir.path().join("study"), 1).document());
    assert!(page.contains("no difference can be told"));
    assert!(!page.contains(": better, ") && !page.contains(": worse, ") && !page.contains("NaN"));
}

#[test]
fn a_folder_without_a_study_is_refused() {
    let dir = TempDir::new().unwrap();
    let refused = report::keep(dir.path(), None, dir.path()).unwrap_err();
    assert!(matches!(refused, QuestionError::NoResults { .. }), "{refused}");
}

#[test]
fn a_search_of_the_same_study_is_drawn_and_one_of_another_is_refused() {
    let dir = TempDir::new().unwrap();
    let project = Project::load(new::TEMPLATE).unwrap();
    let (name, sheet) = question::find(&project, "levy-or-closure").unwrap();
    let options = Options { members: Some(24), jobs: 1, ..Options::default() };
    let planned = Planned::new(&project, &name, &sheet, &options).unwrap();
    let study = dir.path().join("study");
    let keep = |dir: &Path| Keep { dir: Some(dir.into()), resume: false, command: "test".into() };
    let (stop, watch) = (AtomicBool::new(false), Watch { planned: &|_| {}, ran: &|_| {} });
    question::run(&planned, &keep(&study), &stop, &watch).unwrap();
    let few = SearchOptions {
        members: Some(8),
        population: Some(8),
        generations: Some(3),
        jobs: 1,
        ..SearchOptions::default()
    };
    let found = dir.path().join("search");
    let planned = SearchPlanned::new(&project, &name, &sheet, &few).unwrap();
    search::run(&planned, &keep(&found), &stop, &watch).unwrap();
    let document = Report::open(&study, Some(&found)).unwrap().document();
    assert_eq!(document.dead_links(), Vec::<String>::new());
    let page = paper::html(&document);
    for part in ["Portfolios of levers", "What the portfolios of the front turn", "Better in all"] {
        assert!(page.contains(part), "no {part}");
    }

    let refused = Report::open(&study, Some(&study)).unwrap_err();
    assert!(matches!(refused, QuestionError::NotSearched { .. }), "{refused}");
    let other = dir.path().join("other");
    answered(&other, 8);
    let refused = Report::open(&other, Some(&found)).unwrap_err();
    assert!(matches!(refused, QuestionError::OtherSearch { .. }), "{refused}");
}
