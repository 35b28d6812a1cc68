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
    assert!(said.contains("Not looked into to the end yet: scenarios/closure.toml."), "{said}");
}

#[test]
fn a_file_without_its_form_may_hold_more_faults_and_is_named() {
    let changes = [
        ("parameters.toml", "# value = 1.0", "value = "),
        (STUDY, "\"exports_t\"", "exports_t"),
        (CLOSURE, "\"2024-09-01\"", "\"2024-9\""),
    ];
    let said = flat(faults(&changes).lead());
    let named = "Not looked into to the end yet: parameters.toml and studies/levy-or-closure.toml.";
    assert!(said.contains(named), "{said}");
    assert!(!said.contains("no other fault is in sight"), "{said}");
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

#[test]
fn files_that_nothing_reads_are_named_with_what_they_may_have_been_meant_as() {
    let dir = TempDir::new().unwrap();
    let folder = template(&dir);
    assert_eq!(lead(&folder).strays, []);
    for (from, to) in [
        ("parameters.toml", "parameter.toml"),
        ("studies", "study"),
        (CLOSURE, "scenarios/closure.toml.txt"),
        ("evidence/events.csv", "events.xlsx"),
        ("checks/closure-cuts-exports.toml", "checks/x.toml.bak"),
    ] {
        fs::rename(folder.join(from), folder.join(to)).unwrap();
    }
    fs::create_dir(folder.join("forecasts")).unwrap();
    for read_by_people in ["README.md", ".hidden", "notes.MD"] {
        fs::write(folder.join(read_by_people), "x").unwrap();
    }
    for file in ["evidence/facts.toml", "scenarios/replay.toml"] {
        swap(&folder, (file, "E001", "S001"));
    }
    let said = flat(&Project::load_folder(&folder).unwrap().lead("./mine").text());
    let told = "Not read: events.xlsx (did you mean evidence/events.csv?), parameter.toml (parameters.toml?), \
                study/ (studies/?), scenarios/closure.toml.txt (scenarios/closure.toml?) and checks/x.toml.bak.";
    assert!(said.starts_with(told), "{said}");
    assert!(said.contains("No parameters.toml: all numbers of the modules are defaults"), "{said}");
}

#[test]
fn a_file_that_is_not_read_is_named_where_there_are_faults_too() {
    let dir = TempDir::new().unwrap();
    let folder = template(&dir);
    fs::rename(folder.join("evidence/assumptions.toml"), folder.join("assumption.toml")).unwrap();
    let faults = Faults::of(Project::load_folder(&folder).unwrap_err(), "./mine").unwrap();
    let said = flat(faults.lead());
    assert!(
        said.contains("Mend first: evidence/assumptions.toml is not there; 1 key is cited"),
        "{said}"
    );
    assert!(
        said.contains("Not read: assumption.toml (did you mean evidence/assumptions.toml?)."),
        "{said}"
    );
}

#[test]
fn evidence_that_is_not_there_is_told_as_files_and_not_as_keys() {
    let dir = TempDir::new().unwrap();
    let folder = template(&dir);
    for file in ["observations.csv", "events.csv"] {
        fs::remove_file(folder.join("evidence").join(file)).unwrap();
    }
    let mut text = fs::read_to_string(folder.join(CLOSURE)).unwrap();
    text = text.replacen("[\"A-001\"]", "[\"G101\", \"G102\", \"E12\"]", 1);
    fs::write(folder.join(CLOSURE), text).unwrap();
    fs::remove_file(folder.join("evidence/targets.toml")).unwrap();
    let faults = Faults::of(Project::load_folder(&folder).unwrap_err(), "./mine").unwrap();
    let said = flat(faults.lead());
    let told = "Mend first: evidence/observations.csv and evidence/events.csv are not there; 4 keys are cited";
    assert!(said.contains(told), "{said}");
}

#[test]
fn a_key_belongs_into_the_file_of_its_letter() {
    let said = |key: &str| {
        let to = format!("[{key}]");
        flat(faults(&[("evidence/sources.toml", "[S001]", &to)]).lead())
    };
    let told = said("S010");
    assert!(told.contains("One table [S001] in evidence/sources.toml"), "{told}");
}

#[test]
fn a_township_that_is_there_twice_is_told_before_the_name_that_lacks_one() {
    let changes =
        [(CORRIDOR, "[[township]]\nid = \"side-valley\"", "[[township]]\nid = \"upper-valley\"")];
    let said = flat(faults(&changes).lead());
    assert!(
        said.contains(
            "the township 'upper-valley' is there twice. If one of the two should be 'side-valley'"
        ),
        "{said}"
    );
}

#[test]
fn an_id_that_cannot_be_one_is_told_first_and_not_to_be_added_elsewhere() {
    let faults = faults(&[(CORRIDOR, "\"side-valley\"", "\"Side valley\"")]);
    let said = flat(faults.lead());
    assert!(said.contains("Mend first: corridor.toml:"), "{said}");
    assert!(said.contains("'Side valley' cannot be the id of a township"), "{said}");
    let helps: Vec<String> =
        faults.related().unwrap().filter_map(|p| Some(p.help()?.to_string())).collect();
    assert!(helps.iter().any(|help| help.contains("'side-valley'")), "{helps:?}");
    assert!(helps.iter().all(|help| !help.contains("Side valley =")), "{helps:?}");
}

#[test]
fn a_scenario_that_lost_its_parent_is_not_told_to_be_its_own() {
    let faults = faults(&[(
        "scenarios/replay.toml",
        "doc = \"The closure on record",
        "based_on = \"record\"\ndoc = \"The closure",
    )]);
    let help = |p: &dyn Diagnostic| p.help().unwrap().to_string();
    let helps: Vec<String> = faults.related().unwrap().map(help).collect();
    assert_eq!(helps, ["take out 'based_on': no other scenario can be its parent"]);
}

#[test]
fn an_unknown_outcome_is_told_those_that_share_a_word_with_it() {
    let help = |outcome: &str| {
        let faults = faults(&[("checks/closure-cuts-exports.toml", "\"exports_t\"", outcome)]);
        faults.related().unwrap().next().unwrap().help().unwrap().to_string()
    };
    let told = help("\"sites_at_work\"");
    assert!(told.contains("sites_producing") && told.contains("sites_total"), "{told}");
    assert!(told.contains("\"Outcomes\""), "{told}");
    let told = help("\"exports_form_t.powder\"");
    assert!(told.starts_with("known: exports_form_t."), "{told}");
}

#[test]
fn rows_without_a_cell_are_no_faults() {
    let dir = TempDir::new().unwrap();
    let folder = template(&dir);
    for file in ["evidence/observations.csv", "evidence/events.csv"] {
        let text = fs::read_to_string(folder.join(file)).unwrap();
        let blank = ",".repeat(text.lines().next().unwrap().matches(',').count());
        fs::write(folder.join(file), format!("{text}{blank}\r\n, ,\r\n{blank}\n")).unwrap();
    }
    let count = |folder: &str| Project::load(folder).unwrap().evidence.observations.len();
    assert_eq!(count(folder.to_str().unwrap()), count(new::TEMPLATE));
}

#[test]
fn what_is_copied_is_told_until_sources_and_numbers_are_replaced() {
    let dir = TempDir::new().unwrap();
    let folder = template(&dir);
    swap(&folder, (CORRIDOR, "name = \"Made-up corridor\"", "name = \"Mine\""));
    swap(&folder, (CORRIDOR, "What does a closed gate cost, and whom?", "Who pays?"));
    for id in ["upper-valley", "side-valley", "market-town"] {
        swap(&folder, (CORRIDOR, id, &format!("my-{id}")));
        let replay = fs::read_to_string(folder.join("scenarios/replay.toml")).unwrap();
        let replay = replay.replace(&format!("\"{id}\""), &format!("\"my-{id}\""));
        fs::write(folder.join("scenarios/replay.toml"), replay).unwrap();
    }
    let copied = lead(&folder).copied.unwrap();
    assert_eq!((copied.from, copied.name, copied.question), (new::TEMPLATE, false, false));
    assert_eq!(copied.townships.0, 0);
    assert_eq!(copied.sources.0, copied.sources.1);
    assert!(copied.numbers.0 > 0);
}

#[test]
fn a_copy_stands_after_its_first_step() {
    for bundle in BUNDLES.iter().filter(|b| b.id != new::TEMPLATE) {
        let dir = TempDir::new().unwrap();
        let folder = dir.path().join("mine");
        new::create(&folder, bundle.id).unwrap();
        let kept = Project::load(bundle.id).unwrap().default_scenario().to_owned();
        for part in ["studies", "checks", "scenarios"] {
            fs::remove_dir_all(folder.join(part)).unwrap();
        }
        fs::create_dir(folder.join("scenarios")).unwrap();
        let text = "name = \"Mine\"\ndoc = \"What happened.\"\n";
        fs::write(folder.join(format!("scenarios/{kept}.toml")), text).unwrap();
        let loaded = Project::load_folder(&folder)
            .map_err(|error| Faults::of(error, "./mine").unwrap().lead().to_owned());
        assert!(loaded.is_ok(), "{}: {}", bundle.id, loaded.unwrap_err());
    }
}

#[test]
fn every_corridor_that_can_be_copied_is_listed_with_its_question() {
    let list = new::corridors();
    assert!(list.lines().all(|line| line.chars().count() <= 80), "{list}");
    for bundle in BUNDLES {
        assert!(list.contains(&format!("\n{}: ", bundle.id)), "{list}");
        let question = Project::load(bundle.id).unwrap().spec.question;
        assert!(flat(&list).contains(&question), "{list}");
    }
}
