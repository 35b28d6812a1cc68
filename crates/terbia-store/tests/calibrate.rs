//! Does a calibration give the same posterior however it is made, and does a run use it?

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use terbia_store::Project;
use terbia_store::calibrate::{self, CalibrateError, Calibration, Options};
use terbia_store::posterior::{Posterior, TABLE};
use terbia_store::study;

/// Far too few runs for an answer, and enough for every step on the way to one.
fn options() -> Options {
    Options { pilot: 1_200, particles: 60, budget: 3_000, ..Options::default() }
}

fn calibrated(dir: &Path, options: &Options, jobs: usize) -> Result<Calibration, CalibrateError> {
    let project = Project::load("kachin").unwrap();
    let go = AtomicBool::new(false);
    calibrate::calibrate(&project, options, dir, jobs, &go, &|_| {})
}

#[test]
fn a_posterior_depends_on_neither_threads_nor_breaks_and_runs_use_it() {
    let dir = tempfile::tempdir().unwrap();
    let (two, one) = (dir.path().join("two"), dir.path().join("one"));
    let first = calibrated(&two, &options(), 2).unwrap();
    let again = calibrated(&one, &options(), 1).unwrap();
    let table = |dir: &Path| fs::read(dir.join(TABLE)).unwrap();
    assert_eq!(table(&two), table(&one));
    assert_eq!(first, again);

    // As if it had been stopped before its last stage.
    let last = first.steps.iter().filter(|s| s.what.starts_with("sampler")).count() - 1;
    assert!(last >= 1, "{:?}", first.steps);
    for ending in ["json", "parquet"] {
        fs::remove_file(two.join(format!("stages/stage-{last:02}.{ending}"))).unwrap();
    }
    fs::remove_file(two.join(TABLE)).unwrap();
    calibrated(&two, &options(), 2).unwrap();
    assert_eq!(table(&two), table(&one));

    // Another calibration does not mix with it.
    let other = Options { seed: 2, ..options() };
    assert!(matches!(calibrated(&two, &other, 2), Err(CalibrateError::Other { .. })));

    // Every number of the corridor that varies has a column, inside its range.
    let posterior = Posterior::read(&two).unwrap();
    assert_eq!(posterior.table().rows(), 60);
    assert_eq!(first.numbers.len(), posterior.table().columns.len());
    for number in &first.numbers {
        let [low, _, high] = number.posterior;
        assert!(low <= high && number.explained <= 1.0, "{number:?}");
    }

    // A run takes run 61 from particle 1, and its record drifts.
    let project = Project::load("kachin").unwrap();
    let posterior = Arc::new(posterior);
    let ask = study::Options { posterior: Some(posterior), ..study::Options::new(62, 1) };
    let go = AtomicBool::new(false);
    let with = study::score(&project, &ask, &go, &|_| {}).unwrap();
    let without = study::score(&project, &study::Options::new(62, 1), &go, &|_| {}).unwrap();
    assert_eq!(with.len(), without.len());
    assert_ne!(with, without);
}

#[test]
fn a_stopped_calibration_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let project = Project::load("kachin").unwrap();
    let stop = AtomicBool::new(true);
    let ended =
        calibrate::calibrate(&project, &options(), dir.path(), 1, &stop, &|_| {}).unwrap_err();
    assert!(ended.stopped());
}

#[test]
fn too_few_figures_and_no_posterior_are_told() {
    let dir = tempfile::tempdir().unwrap();
    let early = Options { until: Some("2017-02".parse().unwrap()), ..options() };
    let error = calibrated(dir.path(), &early, 1).unwrap_err();
    assert!(matches!(error, CalibrateError::Figures { .. }), "{error}");
    assert!(Posterior::read(dir.path()).is_err());
}
