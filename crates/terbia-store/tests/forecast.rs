//! Does a forecast know nothing of what came after its origin, and can it be told whether it was
//! changed?

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod extended;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use terbia_lab::stats;
use terbia_model::kernel::time::Month;
use terbia_store::forecast::{self, Ask, Factor, Forecast, ForecastError, ForecastManifest};
use terbia_store::output::Paths;
use terbia_store::study::Options;
use terbia_store::{
    Project,
    load::{AsOf, LoadError},
};

const FILES: [&str; 6] =
    ["README.md", "events.csv", "forecast.csv", "manifest.json", "paths.parquet", "rules.toml"];
const ORIGIN: &str = "2024-06";

fn ask(origin: &str, horizon: u32, jobs: usize) -> Ask {
    let options = Options {
        scenario: None,
        members: 70,
        seed: 3,
        until: None,
        sets: Vec::new(),
        posterior: None,
        jobs,
        replay_until: None,
        politics_until: None,
    };
    Ask { origin: origin.parse().unwrap(), horizon, options }
}

fn made(
    project: &Project,
    ask: &Ask,
    factor: Option<Factor<'_>>,
) -> Result<Forecast, ForecastError> {
    let simulated = forecast::simulate(project, ask, &AtomicBool::new(false), &|_| {})?;
    forecast::of(project, &simulated, factor)
}

/// The files of a forecast of `project`, by name.
fn files(project: &Project, ask: &Ask) -> BTreeMap<String, Vec<u8>> {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("a/forecast");
    let forecast = made(project, ask, None).unwrap();
    forecast::write(project, &forecast, &folder, "terbia forecast".into()).unwrap();
    let name = |entry: &fs::DirEntry| entry.file_name().into_string().unwrap();
    let entries = fs::read_dir(&folder).unwrap().map(Result::unwrap);
    entries.map(|entry| (name(&entry), fs::read(entry.path()).unwrap())).collect()
}

/// A copy of the corridor whose files are changed by `change`.
fn altered(change: impl Fn(&str, &str) -> String) -> Project {
    let dir = tempfile::tempdir().unwrap();
    for file in &Project::load("kachin").unwrap().texts {
        let path = dir.path().join(file.name());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, change(file.name(), file.text())).unwrap();
    }
    Project::load_folder(dir.path()).unwrap_or_else(|e| panic!("{:?}", miette::Report::new(e)))
}

/// What stands between quotes after `key = `.
fn quoted<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.strip_prefix(key)?.strip_prefix(" = \"")?.strip_suffix('"')
}

/// The record with another course of events after the month `origin`: what begins later happens
/// years after.
fn rewritten(text: &str, origin: &str) -> String {
    let blocks = text.split("\n\n").map(|block| {
        let later =
            block.lines().find_map(|line| quoted(line, "from")).filter(|f| &f[..7] > origin);
        let line = |line: &str| match (later, line) {
            (Some(_), line) if line.starts_with("from = ") => "from = \"2031-01-01\"".to_owned(),
            (Some(_), line) if line.starts_with("until = ") => "until = \"2031-03-01\"".to_owned(),
            _ => line.to_owned(),
        };
        block.lines().map(line).collect::<Vec<_>>().join("\n")
    });
    blocks.collect::<Vec<_>>().join("\n\n")
}

/// The series with half the value in each month after `origin`.
fn redrawn(text: &str, origin: &str) -> String {
    let line = |line: &str| {
        if !line.starts_with("  [\"20") && !line.starts_with("points = [[") {
            return line.to_owned();
        }
        let parts = line.split_inclusive(']').map(|part| {
            let month = part.split('"').nth(1).filter(|month| *month > origin);
            match (month, part.split_once("\", ")) {
                (Some(_), Some((head, value))) => {
                    let value: f64 = value.trim_end_matches(']').parse().unwrap();
                    format!("{head}\", {:.4}]", 0.5 * value)
                }
                _ => part.to_owned(),
            }
        });
        parts.collect()
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn nothing_that_the_record_says_of_later_months_acts() {
    let full = Project::load("kachin").unwrap();
    let other = altered(|name, text| match name {
        "corridor.toml" => redrawn(text, ORIGIN),
        "scenarios/replay.toml" => rewritten(text, ORIGIN),
        _ => text.to_owned(),
    });
    let said = |project: &Project, name: &str| {
        let file = project.texts.iter().find(|f| f.name() == name).unwrap();
        file.text().to_owned()
    };
    for (name, sign) in [("scenarios/replay.toml", "2031-01-01"), ("corridor.toml", "3.5380")] {
        assert!(said(&other, name).contains(sign) && !said(&full, name).contains(sign), "{name}");
    }
    let ask = ask(ORIGIN, 18, 0);
    for name in ["forecast.csv", "events.csv", "paths.parquet"] {
        assert_eq!(files(&full, &ask)[name], files(&other, &ask)[name], "{name}");
    }
    let ask = Ask { origin: "2024-12".parse().unwrap(), horizon: 3, ..ask };
    assert_ne!(files(&full, &ask)["paths.parquet"], files(&other, &ask)["paths.parquet"]);
}

/// What of the made-up corridor is forecast.
const TABLE: &str = "
[[forecast.outcome]]
outcome = \"exports_t\"
label = \"Exports\"

[[forecast.event]]
id = \"closure\"
label = \"The pass closes\"
outcome = \"gate_open_share\"
becomes = \"below\"
threshold = 0.5
";

/// Events of a record, all of 2023: of every kind that a cut treats in another way.
const LATER: &str = "
[[event]]
id = \"later-closure\"
kind = \"gate\"
from = \"2023-02-10\"
gates = [\"north-pass\"]
side = \"far\"
product = 0.0
source = [\"A-001\"]

[[event]]
id = \"later-halt\"
exogenous = true
kind = \"halt\"
from = \"2023-02-01\"
until = \"2023-09-01\"
townships = [\"side-valley\"]
output_share = { value = 0.3, unit = \"1\", range = [0.1, 0.5], grade = \"D\", source = [\"A-001\"] }
source = [\"A-001\"]

[[event]]
id = \"later-quota\"
kind = \"lever\"
from = \"2023-02-01\"
lever = \"lowland-quota\"
value = 1.7
source = [\"A-001\"]
";

/// The made-up corridor whose record has `more` events, and ends in a month or does not say when.
fn made_up(more: &str, end: Option<&str>) -> Project {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("mine");
    extended::write(&folder);
    let edit = |name: &str, change: &dyn Fn(String) -> String| {
        let path = folder.join(name);
        fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
    };
    edit("corridor.toml", &|text| text + TABLE);
    let until = end.map(|end| format!("record = true\nreplay_until = \"{end}\""));
    let until = until.as_deref().unwrap_or("record = true");
    edit("scenarios/replay.toml", &|text| text.replacen("record = true", until, 1) + more);
    Project::load_folder(&folder).unwrap_or_else(|e| panic!("{:?}", miette::Report::new(e)))
}

#[test]
fn later_events_of_the_record_may_as_well_not_be_there() {
    // They are the last of their file, so that no number takes another's place in the design.
    let paths = |more: &str, origin: &str| {
        let files = files(&made_up(more, None), &ask(origin, 9, 0));
        ["paths.parquet", "events.csv"].map(|name| files[name].clone())
    };
    assert_eq!(paths("", "2023-01"), paths(LATER, "2023-01"));
    // The same events act once the origin lies after them.
    assert_ne!(paths("", "2023-02"), paths(LATER, "2023-02"));
}

#[test]
fn what_is_given_after_the_origin_is_named() {
    let project = made_up(LATER, Some("2023-03"));
    let given = |origin: &str| -> Vec<String> {
        let given =
            project.given_after(AsOf::known_to(origin.parse().unwrap()), "replay", &[]).unwrap();
        given.into_iter().map(|g| g.id).collect()
    };
    // Within the record: no series, and of events only the ends of what is under way.
    assert!(given("2022-12").is_empty());
    assert_eq!(given("2023-02"), ["later-halt"]);
    // At its end: what was then supposed of the time after it, too.
    let at_end = given("2023-03");
    assert_eq!(at_end.first().map(String::as_str), Some("later-halt"));
    assert!(at_end.len() > 1 && at_end.iter().any(|id| id == "fx"), "{at_end:?}");
}

#[test]
fn a_forecast_has_its_files_and_its_hashes_tell_a_change() {
    let project = Project::load("kachin").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("forecast");
    let forecast = made(&project, &ask(ORIGIN, 7, 0), None).unwrap();
    let written = forecast::write(&project, &forecast, &folder, "terbia".into()).unwrap();
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, FILES);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "a draft is left");
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap();
    let rules = project.texts.iter().find(|f| f.name() == "evidence/targets.toml").unwrap();
    assert_eq!(read("rules.toml"), rules.text());
    assert!(read("README.md").contains("A hindcast"));
    let table = read("forecast.csv");
    let head = "outcome,label,month,q05,q10,q25,q50,q75,q90,q95,unit";
    assert_eq!(table.lines().next(), Some(head));
    assert_eq!(table.lines().count(), 1 + 7 * forecast.outcomes.len());
    assert!(
        table.contains(",2024-07,") && table.contains(",2025-01,") && !table.contains(",2025-02,")
    );
    let events = read("events.csv");
    assert_eq!(events.lines().next(), Some("event,label,month,probability,by_month"));
    assert_eq!(events.lines().count(), 1 + 7 * forecast.events.len());

    let manifest = ForecastManifest::read(&folder).unwrap();
    assert_eq!(manifest, written);
    assert_eq!(manifest.record_until.as_deref(), Some("2025-05"));
    assert_eq!((manifest.runs.ok + manifest.runs.diverged, manifest.members), (70, 70));
    manifest.verify(&folder).unwrap();
    fs::write(folder.join("forecast.csv"), table.replacen('5', "6", 1)).unwrap();
    let changed = manifest.verify(&folder).unwrap_err();
    assert!(
        matches!(&changed, ForecastError::Changed { what, .. } if what.contains("forecast.csv"))
    );
}

#[test]
fn the_same_question_gives_the_same_bytes_on_any_number_of_threads() {
    let project = Project::load("kachin").unwrap();
    let [one, two] = [1, 2].map(|jobs| files(&project, &ask("2025-05", 6, jobs)));
    assert_eq!(one, two);
}

#[test]
fn quantiles_are_those_of_the_paths() {
    let project = Project::load("kachin").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("forecast");
    let forecast = made(&project, &ask(ORIGIN, 5, 0), None).unwrap();
    forecast::write(&project, &forecast, &folder, "terbia".into()).unwrap();
    let paths = Paths::read(&folder.join("paths.parquet")).unwrap();
    let mut table = csv::Reader::from_path(folder.join("forecast.csv")).unwrap();
    let mut rows = table.records().map(Result::unwrap);
    for (column, values) in paths.columns.iter().zip(&paths.values) {
        for (place, month) in paths.months.iter().enumerate() {
            let row = rows.next().unwrap();
            assert_eq!((&row[0], &row[2]), (column.name.as_str(), month.as_str()));
            let runs = values.iter().skip(place).step_by(paths.months.len());
            let sorted = stats::sorted(&runs.map(|x| f64::from(*x)).collect::<Vec<_>>());
            for (cell, p) in row.iter().skip(3).zip(forecast::QUANTILES) {
                let (said, found) = (cell.parse::<f64>().unwrap(), stats::quantile(&sorted, p));
                assert!((said - found).abs() <= 5e-5 * found.abs(), "{} {month}", column.name);
                assert_eq!(said.to_string(), cell, "reads back the same");
            }
        }
    }
    assert!(rows.next().is_none());
}

#[test]
fn probabilities_add_up_to_those_by_the_month() {
    let forecast = made(&Project::load("kachin").unwrap(), &ask("2025-05", 24, 0), None).unwrap();
    for event in &forecast.events {
        let mut sum = 0.0;
        for (first, by) in event.first.iter().zip(&event.by) {
            sum += first;
            assert!((sum - by).abs() < 1e-9 && *by <= 1.0, "{}", event.id);
        }
    }
    assert!(forecast.events.iter().any(|e| e.by.last().is_some_and(|p| *p > 0.3)));
}

#[test]
fn a_factor_acts_on_its_outcome_run_by_run() {
    let project = Project::load("kachin").unwrap();
    let ask = ask(ORIGIN, 4, 0);
    let plain = made(&project, &ask, None).unwrap();
    let until: Month = "2024-08".parse().unwrap();
    let doubled = |run: u32, outcome: &str, month: Month| {
        let touched = run.is_multiple_of(2) && month <= until && outcome == "price_cny_per_kg.dy";
        if touched { 2.0 } else { 1.0 }
    };
    let other = made(&project, &ask, Some(&doubled)).unwrap();
    for (a, b) in plain.outcomes.iter().zip(&other.outcomes) {
        for (month, (a_values, b_values)) in a.values.iter().zip(&b.values).enumerate() {
            for (place, (x, y)) in a_values.iter().zip(b_values).enumerate() {
                let even = plain.runs[place].is_multiple_of(2);
                let twice = even && month < 2 && a.outcome == "price_cny_per_kg.dy";
                assert_eq!(*y, if twice { 2.0 * x } else { *x }, "{} {month} {place}", a.outcome);
            }
        }
    }
}

#[test]
fn a_forecast_is_never_written_over() {
    let project = Project::load("kachin").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let forecast = made(&project, &ask(ORIGIN, 2, 0), None).unwrap();
    let write = |to: &Path| forecast::write(&project, &forecast, to, "terbia".into());
    let empty = dir.path().join("empty");
    fs::create_dir(&empty).unwrap();
    write(&empty).unwrap();
    assert!(matches!(write(&empty), Err(ForecastError::Exists { .. })));
    ForecastManifest::read(&empty).unwrap().verify(&empty).unwrap();
    let taken = dir.path().join("taken");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("thesis.txt"), "years of work").unwrap();
    assert!(matches!(write(&taken), Err(ForecastError::Taken { .. })));
    assert!(matches!(write(&taken.join("thesis.txt")), Err(ForecastError::Taken { .. })));
    assert_eq!(fs::read_to_string(taken.join("thesis.txt")).unwrap(), "years of work");
}

#[test]
fn what_cannot_be_forecast_is_refused_with_what_can() {
    let project = Project::load("kachin").unwrap();
    let refused = |ask: &Ask| {
        let error = made(&project, ask, None).unwrap_err();
        format!("{:?}", miette::Report::new(error))
    };
    let under = |scenario: &str| {
        let mut ask = ask("2025-05", 6, 0);
        ask.options.scenario = Some(scenario.to_owned());
        ask
    };
    let cases = [
        (ask("2016-12", 3, 0), "2017-01 to 2032-12"),
        (ask("2025-06", 3, 0), "the record ends in 2025-05"),
        (ask("2025-05", 0, 0), "--horizon 1 to 91"),
        (ask("2025-05", 92, 0), "--horizon 1 to 91"),
        (ask("2025-05", u32::MAX, 0), "the corridor ends in 2032-12"),
        (under("closure-2027"), "'closure-2027' on 2027-01-01"),
        (under("replai"), "did you mean 'replay'?"),
    ];
    for (ask, expected) in &cases {
        let said = refused(ask).replace('\n', " ");
        let said = said.split_whitespace().filter(|w| *w != "│").collect::<Vec<_>>().join(" ");
        assert!(said.contains(expected), "no {expected} in: {said}");
    }
    let turned = [("lever.lowland-quota@2023-06".to_owned(), 1.2)];
    let turned = made_up("", None).given_after(
        AsOf::known_to("2023-05".parse().unwrap()),
        "replay",
        &turned,
    );
    assert!(turned.unwrap_err().to_string().contains("lever.lowland-quota@2023-06"));
    let none = made(&Project::load("template").unwrap(), &ask("2023-06", 3, 0), None).unwrap_err();
    assert!(matches!(none, ForecastError::NoTable { .. }));
}

#[test]
fn a_table_at_fault_is_told_with_its_place_and_mend() {
    let cases = [
        ("outcome = \"exports\"", "did you mean 'exports_t'?"),
        ("outcome = \"truce\"\nbecomes = \"above\"\nis = \"above\"", "'is' has no place"),
        ("outcome = \"truce\"", "needs 'becomes'"),
        ("outcome = \"truce\"\nbecomes = \"higher\"", "above or below"),
        ("outcome = \"truce\"\nbecomes = \"above\"\nid = \"twice\"", "duplicate key"),
    ];
    for (keys, expected) in cases {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("mine");
        terbia_store::new::create(&folder, terbia_store::new::TEMPLATE).unwrap();
        let path = folder.join("corridor.toml");
        let text = fs::read_to_string(&path).unwrap();
        let table = format!(
            "\n[[forecast.outcome]]\noutcome = \"exports_t\"\nlabel = \"Exports\"\n\n[[forecast.event]]\n\
             id = \"twice\"\nlabel = \"It happens\"\nthreshold = 0.5\n{keys}\n"
        );
        fs::write(&path, text + &table).unwrap();
        let error = Project::load_folder(&folder).unwrap_err();
        let LoadError::Invalid { ref problems, .. } = error else { panic!("{error}") };
        let said: Vec<_> = problems.iter().map(|p| format!("{p} {}", p.fault().help())).collect();
        let said = said.join(" ");
        assert!(said.contains(expected), "no {expected} in: {said}");
    }
}

#[test]
fn forecasts_that_were_published_are_as_they_were_written() {
    let corridors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corridors");
    let mut checked = 0;
    for corridor in fs::read_dir(corridors).unwrap() {
        let Ok(kept) = fs::read_dir(corridor.unwrap().path().join("forecasts")) else { continue };
        for dir in kept {
            let dir = dir.unwrap().path();
            let manifest = ForecastManifest::read(&dir).unwrap();
            manifest.verify(&dir).unwrap();
            assert!(dir.ends_with(&manifest.origin), "{}", dir.display());
            checked += 1;
        }
    }
    assert!(checked > 1, "{checked}: a forecast that was published is gone");
}
