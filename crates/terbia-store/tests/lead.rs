//! Does `check` lead from the first fault to the first run? What it says to faults made one at a time and several
//! at once, and to corridors that are sound.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod extended;

use miette::Diagnostic;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use terbia_store::bundled::BUNDLES;
use terbia_store::lead::{Asleep, Faults, Lead};
use terbia_store::{Project, new};

const CORRIDOR: &str = "corridor.toml";
const STUDY: &str = "studies/levy-or-closure.toml";
const CLOSURE: &str = "scenarios/closure.toml";

/// A folder with the template in it.
fn template(dir: &TempDir) -> PathBuf {
    let folder = dir.path().join("mine");
    new::create(&folder, new::TEMPLATE).unwrap();
    folder
}

/// In `file`, all of `from` become `to`.
fn swap(folder: &Path, (file, from, to): (&str, &str, &str)) {
    let text = fs::read_to_string(folder.join(file)).unwrap();
    assert!(text.contains(from), "'{from}' is not in {file}");
    fs::write(folder.join(file), text.replace(from, to)).unwrap();
}

/// The faults of the template after `changes`.
fn faults(changes: &[(&str, &str, &str)]) -> Faults {
    let dir = TempDir::new().unwrap();
    let folder = template(&dir);
    for change in changes {
        swap(&folder, *change);
    }
    let error = Project::load_folder(&folder).unwrap_err();
    let faults = Faults::of(error, "./mine").unwrap();
    let lead = faults.lead();
    assert!(lead.lines().all(|line| line.chars().count() <= 80), "{lead}");
    assert!(lead.lines().count() <= 12, "{lead}");
    assert!(lead.ends_with("Then again: terbia check ./mine\n"), "{lead}");
    faults
}

/// The lead in one line, for words that may stand on two.
fn flat(lead: &str) -> String {
    lead.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn lead(folder: &Path) -> Lead {
    let lead = Project::load_folder(folder).unwrap().lead("./mine");
    let text = lead.text();
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    assert!(text.lines().count() <= 10, "{text}");
    lead
}

#[test]
fn a_source_that_many_numbers_cite_is_mended_first_and_shown_twice() {
    let faults = faults(&[("evidence/assumptions.toml", "[A-001]", "[A-01]")]);
    let said = flat(faults.lead());
    assert!(said.contains("Mend first: 'A-001', which"), "{said}");
    assert!(said.contains("One table [A-001] in evidence/assumptions.toml"), "{said}");
    assert!(said.contains("'A-001' stands also in corridor.toml:"), "{said}");
    assert!(said.contains("all found in round 2 of 3"), "{said}");
    assert_eq!(faults.related().unwrap().count(), 2);
}

#[test]
fn a_township_that_was_dropped_is_named_before_what_follows_from_it() {
    let folder_of = TempDir::new().unwrap();
    let folder = template(&folder_of);
    let text = fs::read_to_string(folder.join(CORRIDOR)).unwrap();
    let from = text.find("[[township]]\nid = \"side-valley\"").unwrap();
    let to = text.find("[[township]]\nid = \"market-town\"").unwrap();
    fs::write(folder.join(CORRIDOR), [&text[..from], &text[to..]].concat()).unwrap();
    swap(&folder, (CORRIDOR, "to = \"south-bridge\"", "to = \"south-brigde\""));
    let faults = Faults::of(Project::load_folder(&folder).unwrap_err(), "./mine").unwrap();
    let said = flat(faults.lead());
    assert!(said.contains("Mend first: 'side-valley', which"), "{said}");
    assert!(said.contains("Round 3 (outcomes, settings, studies) waits"), "{said}");
}

#[test]
fn a_file_that_cannot_be_read_comes_before_all_and_says_what_waits() {
    let changes = [
        (CLOSURE, "\"Long closure\"", "“Long closure”"),
        (CORRIDOR, "mines = false", "mine = false"),
    ];
    let said = flat(faults(&changes).lead());
    assert!(said.contains("Mend first: scenarios/closure.toml:"), "{said}");
    assert!(said.contains("nothing in it is known to the other files"), "{said}");
    assert!(said.contains("2 rounds have not run yet for corridor"), "{said}");
    assert!(said.contains("Checks and studies have not been looked at yet"), "{said}");
}

#[test]
fn a_misspelt_key_is_told_as_one_fault_and_not_as_two() {
    let said =
        flat(faults(&[(CORRIDOR, "far_name = \"Far Post\"", "farname = \"Far Post\"")]).lead());
    assert!(
        said.contains("where 'farname' stands for 'far_name': one slip makes two faults"),
        "{said}"
    );
}

#[test]
fn faults_of_several_rounds_are_counted_by_round() {
    let changes =
        [(STUDY, "\"exports_t\"", "\"export_t\""), (CLOSURE, "\"2024-09-01\"", "\"2024-9\"")];
    let said = flat(faults(&changes).lead());
    assert!(said.contains("1 in round 2 (names, numbers, dates and sources) and"), "{said}");
    assert!(said.contains("in round 3 (outcomes, settings and studies)"), "{said}");
    assert!(said.contains("All 3 rounds have run: no other fault is in sight"), "{said}");
}

#[test]
fn one_fault_is_not_told_twice() {
    let said = flat(
        faults(&[(CORRIDOR, "value = 90, unit = \"CNY/kg\"", "value = 90, unit = \"EUR\"")]).lead(),
    );
    assert!(said.starts_with("1 fault, found in round 2 of 3"), "{said}");
    assert!(!said.contains("Mend first"), "{said}");
}

#[test]
fn names_without_end_are_cut_short() {
    let long = format!("\"{}\"", "x".repeat(5_000));
    let said = flat(
        faults(&[(CORRIDOR, "\"side-valley\"", long.as_str()), (CORRIDOR, "mines", "nimes")])
            .lead(),
    );
    assert!(said.len() < 900, "{said}");
    let unknown = [("scenarios/replay.toml", "\"side-valley\"", long.as_str())];
    let twice = [unknown[0], ("scenarios/replay.toml", "\"highland-council\"", long.as_str())];
    assert!(flat(faults(&twice).lead()).contains("x…"));
}

#[test]
fn a_folder_that_is_not_there_needs_no_lead() {
    let error = Project::load("./no/such/folder").unwrap_err();
    assert!(Faults::of(error, "./no/such/folder").is_err());
}

#[test]
fn a_copy_says_what_is_still_copied_and_less_of_it_after_each_change() {
    let dir = TempDir::new().unwrap();
    let folder = template(&dir);
    let before = lead(&folder).copied.unwrap();
    assert_eq!((before.from, before.name, before.question), (new::TEMPLATE, true, true));
    assert_eq!(before.numbers.0, before.numbers.1);
    assert_eq!(before.sources.0, before.sources.1);
    swap(&folder, (CORRIDOR, "name = \"Made-up corridor\"", "name = \"Mine\""));
    swap(&folder, (CORRIDOR, "value = 90, unit = \"CNY/kg\"", "value = 91, unit = \"CNY/kg\""));
    swap(&folder, ("evidence/sources.toml", "\"Customs statistics\"", "\"A yearbook\""));
    let after = lead(&folder).copied.unwrap();
    assert!(!after.name && after.question);
    assert_eq!(after.sources.0, before.sources.0 - 1);
    assert_eq!(after.numbers, (before.numbers.0 - 1, before.numbers.1));
}

#[test]
fn a_bundled_corridor_is_no_copy_of_itself() {
    for bundle in BUNDLES {
        let lead = Project::load(bundle.id).unwrap().lead(bundle.id);
        assert_eq!(lead.copied, None, "{}", bundle.id);
        assert!(lead.text().starts_with(&format!("Next: terbia run {} --members 50\n", bundle.id)));
    }
}

#[test]
fn what_has_no_data_sleeps_and_what_has_some_does_not() {
    let dir = TempDir::new().unwrap();
    let folder = template(&dir);
    assert_eq!(lead(&folder).asleep, [Asleep::Politics, Asleep::Harm]);
    fs::remove_dir_all(folder.join("studies")).unwrap();
    fs::remove_file(folder.join("evidence/targets.toml")).unwrap();
    let asleep = lead(&folder).asleep;
    assert_eq!(asleep, [Asleep::Politics, Asleep::Harm, Asleep::Score, Asleep::Studies]);
    let whole = dir.path().join("whole");
    extended::write(&whole);
    assert_eq!(lead(&whole).asleep, []);
}

#[test]
fn an_event_after_the_last_month_is_named() {
    let dir = TempDir::new().unwrap();
    let folder = template(&dir);
    assert!(lead(&folder).never.is_empty());
    swap(&folder, (CLOSURE, "\"2024-03-01\"", "\"2034-03-01\""));
    swap(&folder, (CLOSURE, "\"2024-09-01\"", "\"2034-09-01\""));
    let lead = lead(&folder);
    assert_eq!(lead.never, ["'long-closure' of scenarios/closure.toml"]);
    assert!(lead.text().contains("After the last month, so never: 'long-closure'"));
}
