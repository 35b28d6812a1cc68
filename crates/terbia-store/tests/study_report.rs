//! Does the report of a study say what its numbers carry, and nothing else?

#![allow(clippy::unwrap_used, reason = "a study that cannot be run has failed")]

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use tempfile::TempDir;
use terbia_store::paper;
use terbia_store::question::{self, Options, Planned, QuestionError, Results, Watch, report};
use terbia_store::study::Keep;
use terbia_store::{Project, new};

/// The template's study, with a policy that does nothing.
fn answered(dir: &Path, members: u32) -> Results {
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
    Results::open_outcomes(dir).unwrap()
}

#[test]
fn a_report_leads_with_the_answer_and_is_the_same_each_time() {
    let dir = TempDir::new().unwrap();
    let results = answered(&dir.path().join("study"), 48);
    let document = report::document(&results);
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

    let paths = report::keep(&results.dir, dir.path()).unwrap();
    let first = paths.clone().map(|p| fs::read(p).unwrap());
    report::keep(&results.dir, dir.path()).unwrap();
    assert_eq!(first, paths.map(|p| fs::read(p).unwrap()));
    assert!(first[1].starts_with(b"%PDF-"));
}

#[test]
fn one_future_tells_no_difference() {
    let dir = TempDir::new().unwrap();
    let page = paper::html(&report::document(&answered(&dir.path().join("study"), 1)));
    assert!(page.contains("no difference can be told"));
    assert!(!page.contains(": better, ") && !page.contains(": worse, ") && !page.contains("NaN"));
}

#[test]
fn a_folder_without_a_study_is_refused() {
    let dir = TempDir::new().unwrap();
    let refused = report::keep(dir.path(), dir.path()).unwrap_err();
    assert!(matches!(refused, QuestionError::NoResults { .. }), "{refused}");
}
