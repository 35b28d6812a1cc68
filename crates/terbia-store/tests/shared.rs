//! Does what one corridor's record taught move what both corridors share, and nothing else? And does
//! a forecast as of a month know nothing of what its own record says later?

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tempfile::TempDir;
use terbia_model::kernel::param::Definition;
use terbia_store::Project;
use terbia_store::calibrate::{
    self, CORRELATION, CalibrateError, Calibration, Options, Shared, SharedError, SharedNumber,
};
use terbia_store::forecast::{self, Ask};
use terbia_store::new;
use terbia_store::posterior::{Posterior, TABLE};
use terbia_store::study;

/// The corridor that is taught, the month to which it is known, and the scenario that knows no more.
const TAUGHT: &str = "wa-tin";
const ORIGIN: &str = "2023-08";
const KNOWN: &str = "as-known-2023-08";
/// A month to which there is just enough to learn from, and not more to run than it takes.
const EARLY: &str = "2016-12";
/// Numbers that another corridor may have learnt: one that both share, one of which this one has a
/// value of its own, one of which the other had, a drift of both, one of the other alone, a place's.
const SHARED: &str = "market.cover_floor_months";
const OWN_HERE: &str = "haulage.release_months";
const OWN_THERE: &str = "haulage.leak_share";
const DRIFT: &str = "discrepancy.exports.sd";
const NO_DRIFT: &str = "discrepancy.elsewhere.sd";
const PLACE: &str = "township.elsewhere.sites_at_start";

fn options(until: &str, shared: Option<Shared>) -> Options {
    Options {
        scenario: Some(KNOWN.into()),
        until: Some(until.parse().unwrap()),
        pilot: 1_000,
        particles: 40,
        budget: 1_000,
        shared,
        ..Options::default()
    }
}

fn calibrated(
    project: &Project,
    options: &Options,
    dir: &Path,
    jobs: usize,
) -> Result<Calibration, CalibrateError> {
    calibrate::calibrate(project, options, dir, jobs, &AtomicBool::new(false), &|_| {})
}

/// What another corridor, made up, has learnt: all scores at `score`. Priors are those of the modules,
/// which the template leaves as they are.
fn elsewhere(score: [f64; 2], correlation: f64) -> Shared {
    let modules = Project::load(new::TEMPLATE).unwrap().corridor.numbers;
    let number = |path: &str| {
        let own = modules.iter().find(|d| d.path == path);
        let quantiles = |d: &Definition| [0.05, 0.5, 0.95].map(|p| d.quantile(p));
        SharedNumber {
            path: path.to_owned(),
            unit: own.map_or("1".to_owned(), |d| d.unit.clone()),
            prior: own.filter(|_| path != OWN_THERE).map_or([0.1, 0.2, 0.3], quantiles),
            posterior: [1.0, 2.0, 3.0],
            score,
        }
    };
    Shared {
        corridor: "elsewhere".into(),
        until: ORIGIN.parse().unwrap(),
        posterior_sha256: "0".repeat(64),
        correlation,
        commands: vec!["terbia calibrate elsewhere --until 2023-08 --out ELSEWHERE".into()],
        taught: [SHARED, OWN_HERE, OWN_THERE, DRIFT, NO_DRIFT, PLACE].map(number).to_vec(),
    }
}

fn folder(dir: &TempDir, name: &str) -> PathBuf {
    dir.path().join(name)
}

#[test]
fn only_what_both_corridors_share_is_moved_on_any_number_of_threads() {
    let dir = tempfile::tempdir().unwrap();
    let project = Project::load(TAUGHT).unwrap();
    let made = |name: &str, shared: Option<Shared>, jobs: usize| {
        let folder = folder(&dir, name);
        let learnt = calibrated(&project, &options(EARLY, shared), &folder, jobs).unwrap();
        (learnt, fs::read(folder.join(TABLE)).unwrap())
    };
    // Nothing carried over is the posterior without, to the byte.
    let (_, alone) = made("alone", None, 2);
    let (_, uncarried) = made("uncarried", Some(elsewhere([1.5, 0.3], 0.0)), 1);
    assert!(alone == uncarried);
    let (learnt, two) = made("two", Some(elsewhere([1.5, 0.3], CORRELATION)), 2);
    let (again, one) = made("one", Some(elsewhere([1.5, 0.3], CORRELATION)), 1);
    assert!(one == two && one != alone && learnt == again);

    let sharing = learnt.sharing.as_ref().unwrap();
    let moved: Vec<&str> = sharing.moved.iter().map(|m| m.path.as_str()).collect();
    assert_eq!(moved, [SHARED, DRIFT]);
    for number in &sharing.moved {
        assert_eq!(number.moved, 1.5 * CORRELATION);
        let spread = number.left * number.left;
        assert!((spread - (0.25 * 0.09 + 0.75)).abs() < 1e-12, "{spread}");
        assert!(number.before.iter().zip(number.prior).all(|(b, p)| *b > p), "{number:?}");
    }
    let why = |path: &str| &sharing.apart.iter().find(|a| a.path == path).unwrap().why;
    assert!(why(OWN_HERE).starts_with(TAUGHT) && why(OWN_THERE).starts_with("elsewhere"));
    assert!(why(NO_DRIFT).contains("no drift") && why(PLACE).contains("place"));
    let mut before: Vec<&str> =
        learnt.numbers.iter().filter(|n| n.before.is_some()).map(|n| n.path.as_str()).collect();
    before.sort_unstable();
    assert_eq!(before, [DRIFT, SHARED]);
    // The commands that make it again, the other corridor's first.
    let commands = learnt.commands("POSTERIOR");
    assert_eq!(commands.len(), 2);
    assert!(commands[1].contains("--shared-from ELSEWHERE --shared-correlation 0.5"));
}

#[test]
fn what_cannot_be_shared_is_refused_with_its_mend() {
    let dir = tempfile::tempdir().unwrap();
    let project = Project::load(TAUGHT).unwrap();
    let refused = |shared: Shared, to: &str| {
        let error = calibrated(&project, &options(EARLY, Some(shared)), &folder(&dir, to), 0);
        format!("{:?}", miette::Report::new(error.unwrap_err()))
    };
    let mut apart = elsewhere([1.0, 0.5], 0.5);
    apart.taught.retain(|n| ![SHARED, DRIFT].contains(&n.path.as_str()));
    let said = refused(apart, "apart");
    assert!(said.contains("none of which it shares") && said.contains(PLACE), "{said}");

    // A posterior of its own, written and read back.
    let own = folder(&dir, "own");
    let learnt = calibrated(&project, &options(EARLY, None), &own, 0).unwrap();
    let read = Shared::read(&own, 0.4).unwrap();
    assert_eq!((read.corridor.as_str(), read.correlation), (TAUGHT, 0.4));
    assert_eq!(read.taught.len(), learnt.numbers.iter().filter(|n| n.parameter).count());
    assert!(refused(read, "itself").contains("itself"));

    for correlation in [-0.1, 1.2, f64::NAN] {
        let error = Shared::read(&own, correlation).unwrap_err();
        assert!(matches!(error, SharedError::Correlation { .. }), "{error}");
    }
    let nowhere = Shared::read(&folder(&dir, "nowhere"), 0.5).unwrap_err();
    assert!(matches!(nowhere, SharedError::Posterior(_)), "{nowhere}");
    // What an older version wrote says nothing of scores.
    let path = own.join(calibrate::CALIBRATION);
    let mut said: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    for number in said["numbers"].as_array_mut().unwrap() {
        number.as_object_mut().unwrap().remove("score");
    }
    fs::write(&path, said.to_string()).unwrap();
    let old = Shared::read(&own, 0.5).unwrap_err();
    assert!(matches!(old, SharedError::Version { .. }), "{old}");
    fs::remove_file(&path).unwrap();
    let unsaid = Shared::read(&own, 0.5).unwrap_err();
    assert!(matches!(unsaid, SharedError::Unsaid { .. }), "{unsaid}");
}

/// Ten times every figure and every point of a series after the origin, and no ban in any scenario that
/// knows more.
fn rewritten(project: &Project, to: &Path) -> Project {
    let later = |date: &str| date.get(..7).is_some_and(|month| month > ORIGIN);
    for file in &project.texts {
        let text = match file.name() {
            "evidence/observations.csv" => figures(file.text(), &later),
            "corridor.toml" => points(file.text(), &later),
            name if name.starts_with("scenarios/") && !name.contains(KNOWN) => {
                file.text().replace("output_share = 0.0", "output_share = 0.9")
            }
            _ => file.text().to_owned(),
        };
        let path = to.join(file.name());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    Project::load_folder(to).unwrap_or_else(|e| panic!("{:?}", miette::Report::new(e)))
}

fn figures(text: &str, later: &dyn Fn(&str) -> bool) -> String {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().clone();
    let place = |name: &str| head.iter().position(|h| h == name).unwrap();
    let (from, columns) = (place("from"), ["value", "low", "high"].map(place));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&head).unwrap();
    for row in reader.records() {
        let mut row: Vec<String> = row.unwrap().iter().map(str::to_owned).collect();
        let touched = later(&row[from]);
        for column in columns {
            if let (true, Ok(number)) = (touched, row[column].parse::<f64>()) {
                row[column] = (10.0 * number).to_string();
            }
        }
        writer.write_record(&row).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

fn points(text: &str, later: &dyn Fn(&str) -> bool) -> String {
    let part = |part: &str| {
        let month = part.split('"').nth(1).filter(|month| later(month));
        match (month, part.split_once("\", ")) {
            (Some(_), Some((head, value))) => {
                let value: f64 = value.trim_end_matches(']').parse().unwrap();
                format!("{head}\", {}]", 10.0 * value)
            }
            _ => part.to_owned(),
        }
    };
    let line = |line: &str| {
        if line.starts_with("  [\"20") {
            line.split_inclusive(']').map(part).collect()
        } else {
            line.to_owned()
        }
    };
    text.lines().map(line).collect::<Vec<String>>().join("\n")
}

#[test]
fn a_forecast_as_known_then_is_unmoved_by_what_the_record_says_later() {
    let dir = tempfile::tempdir().unwrap();
    let project = Project::load(TAUGHT).unwrap();
    let other = rewritten(&project, &folder(&dir, "other"));
    assert_ne!(project.sha256, other.sha256);
    let forecast = |project: &Project, name: &str| {
        let folder = folder(&dir, name);
        let shared = elsewhere([1.5, 0.3], CORRELATION);
        calibrated(project, &options(ORIGIN, Some(shared)), &folder, 0).unwrap();
        let posterior = Arc::new(Posterior::read(&folder).unwrap());
        let options = study::Options {
            scenario: Some(KNOWN.into()),
            posterior: Some(Arc::clone(&posterior)),
            ..study::Options::new(40, 1)
        };
        let ask = Ask { origin: ORIGIN.parse().unwrap(), horizon: 24, options };
        let simulated =
            forecast::simulate(project, &ask, &AtomicBool::new(false), &|_| {}).unwrap();
        let drifts = simulated.drifts(project).unwrap().unwrap();
        let factor = |run: u32, outcome: &str, month| drifts.factor(run, outcome, month);
        let forecast = forecast::of(project, &simulated, Some(&factor)).unwrap();
        let told = folder.join("forecast");
        forecast::write(project, &forecast, &told, "terbia forecast".into()).unwrap();
        let readme = fs::read_to_string(told.join("README.md")).unwrap();
        assert!(readme.contains("--shared-from ELSEWHERE") && readme.contains("A hindcast"));
        assert!(readme.contains("numbers shared with `elsewhere`"), "{readme}");
        (posterior.sha256.clone(), forecast.paths(), forecast.given.clone(), forecast.record)
    };
    let (known, rewritten) = (forecast(&project, "known"), forecast(&other, "rewritten"));
    assert_eq!(known.0, rewritten.0, "the fit has seen later figures");
    assert_eq!(known.1, rewritten.1, "the forecast has seen later months");
    // No series is given, the record is said to go on, and what is given began by the origin.
    assert!(known.3.is_some_and(|record| record.to_string().as_str() > ORIGIN));
    for given in &known.2 {
        assert!(given.kind == "event" && &given.from[..7] <= ORIGIN, "{given:?}");
    }
}
