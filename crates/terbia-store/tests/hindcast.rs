//! Does a hindcast know nothing of what it is to foresee, and is it scored on that alone?

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use terbia_model::kernel::time::Month;
use terbia_store::Project;
use terbia_store::calibrate::{self, Calibration, Shared};
use terbia_store::hindcast::{self, Ask, Hindcast, HindcastError};
use terbia_store::posterior::Posterior;
use terbia_store::study::Options;

const ORIGIN: &str = "2024-09";

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

/// Far too few runs for an answer, and enough for every step on the way to one.
fn learnt(project: &Project, dir: &Path, until: &str) -> Arc<Posterior> {
    let options = calibrate::Options {
        until: Some(month(until)),
        pilot: 1_200,
        particles: 40,
        budget: 1_500,
        ..calibrate::Options::default()
    };
    let go = AtomicBool::new(false);
    calibrate::calibrate(project, &options, dir, 0, &go, &|_| {}).unwrap();
    Arc::new(Posterior::read(dir).unwrap())
}

fn ask(posterior: &Arc<Posterior>, politics_given: bool) -> Ask {
    let options = Options { posterior: Some(Arc::clone(posterior)), ..Options::new(48, 1) };
    Ask {
        origin: month(ORIGIN),
        horizon: 8,
        politics_given,
        leave_out: false,
        particles: 40,
        budget: 1_500,
        options,
    }
}

fn told(project: &Project, ask: &Ask) -> Result<Hindcast, HindcastError> {
    hindcast::hindcast(project, ask, None, &AtomicBool::new(false), &|_| {})
}

/// A copy of the corridor whose record says ten times as much of the months after the origin.
fn rewritten(dir: &Path) -> PathBuf {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corridors/kachin");
    let to = dir.join("kachin");
    for folder in ["", "evidence", "scenarios", "checks"] {
        fs::create_dir_all(to.join(folder)).unwrap();
        for entry in fs::read_dir(from.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                fs::copy(&path, to.join(folder).join(path.file_name().unwrap())).unwrap();
            }
        }
    }
    let table = to.join("evidence/observations.csv");
    let mut reader = csv::Reader::from_path(&table).unwrap();
    let head = reader.headers().unwrap().clone();
    let place = |name: &str| head.iter().position(|h| h == name).unwrap();
    let (first, value) = (place("from"), place("value"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&head).unwrap();
    for row in reader.records() {
        let mut row: Vec<String> = row.unwrap().iter().map(str::to_owned).collect();
        let later = row[first].get(..7).is_some_and(|from| from > ORIGIN);
        if let (true, Ok(number)) = (later, row[value].parse::<f64>()) {
            row[value] = (10.0 * number).to_string();
        }
        writer.write_record(&row).unwrap();
    }
    fs::write(&table, writer.into_inner().unwrap()).unwrap();
    to
}

#[test]
fn what_the_record_says_later_moves_neither_forecast_nor_rivals() {
    let dir = tempfile::tempdir().unwrap();
    let project = Project::load("kachin").unwrap();
    let posterior = learnt(&project, &dir.path().join("fit"), ORIGIN);
    let given = told(&project, &ask(&posterior, true)).unwrap();
    assert!(given.figures.len() > 30 && given.events.is_empty());
    let after = |f: &hindcast::FigureScore| f.from > month(ORIGIN) && f.to <= month("2025-05");
    assert!(given.figures.iter().all(after));

    let other = Project::load_folder(&rewritten(dir.path())).unwrap();
    let again = learnt(&other, &dir.path().join("other"), ORIGIN);
    assert_eq!(posterior.sha256, again.sha256, "the fit has seen later figures");
    let rewritten = told(&other, &ask(&again, true)).unwrap();
    assert_eq!(given.figures.len(), rewritten.figures.len(), "a figure came or went");
    let mut moved = 0;
    for (a, b) in given.figures.iter().zip(&rewritten.figures) {
        assert_eq!((&a.id, a.median, a.q10, a.q90), (&b.id, b.median, b.q10, b.q90));
        let said =
            |f: &hindcast::FigureScore| -> Vec<f64> { f.rivals.iter().map(|r| r.median).collect() };
        assert_eq!(said(a), said(b), "{}", a.id);
        moved += usize::from(a.crps != b.crps);
    }
    assert!(moved > 20, "{moved}: the record was to be rewritten");
}

#[test]
fn a_live_hindcast_scores_events_and_threads_change_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let project = Project::load("kachin").unwrap();
    let posterior = learnt(&project, dir.path(), ORIGIN);
    let mut one = ask(&posterior, false);
    one.options.jobs = 1;
    let live = told(&project, &one).unwrap();
    let two = told(&project, &ask(&posterior, false)).unwrap();
    assert_eq!(live.figures, two.figures);
    let event = |id: &str| live.events.iter().find(|e| e.event == id).unwrap();
    assert_eq!(event("closure").happened, Some(month("2024-11")));
    assert_eq!(event("reopening").happened, Some(month("2025-04")));
    for event in &live.events {
        for expecting in &event.expecting {
            assert!(expecting.by_end <= 1.0 && expecting.log_score >= 0.0, "{expecting:?}");
        }
    }
}

#[test]
fn a_posterior_that_knows_and_a_record_that_ends_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let project = Project::load("kachin").unwrap();
    let posterior = learnt(&project, dir.path(), "2024-12");
    let knows = told(&project, &ask(&posterior, true)).unwrap_err();
    assert!(matches!(knows, HindcastError::Knows { .. }), "{knows}");
    // So is one that knows no later figure itself, but was moved by another corridor's that does.
    let path = dir.path().join(calibrate::CALIBRATION);
    let mut said = Calibration::read(dir.path()).unwrap();
    said.until = month("2024-06");
    said.options.shared = Some(Shared {
        corridor: "elsewhere".into(),
        until: month("2024-11"),
        posterior_sha256: String::new(),
        correlation: 0.5,
        commands: Vec::new(),
        taught: Vec::new(),
    });
    fs::write(&path, serde_json::to_string(&said).unwrap()).unwrap();
    let moved = told(&project, &ask(&posterior, true)).unwrap_err();
    let HindcastError::Knows { until, .. } = moved else { panic!("{moved}") };
    assert_eq!(until, month("2024-11"));
    let late = Ask { origin: month("2025-05"), ..ask(&posterior, true) };
    let late = told(&project, &late).unwrap_err();
    assert!(matches!(late, HindcastError::NothingLater { .. }), "{late}");
    fs::remove_file(&path).unwrap();
    let unsaid = told(&project, &ask(&posterior, true)).unwrap_err();
    assert!(matches!(unsaid, HindcastError::Unsaid { .. }), "{unsaid}");
}
