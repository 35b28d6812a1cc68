//! Are the runs that are kept the runs that were made, whatever happened on the way?

use super::manifest::Fingerprint;
use super::*;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use tempfile::TempDir;
use terbia_lab::across::{Across, InMemory};
use terbia_lab::ensemble::{self, Chunk, Collect, Ended, Model, Plan, RunStatus, Sink, Slot};

const MONTHS: usize = 14;
const MEMBERS: u32 = 23;
/// Enough runs for the cube to need several blocks.
const MANY: u32 = 2300;
const CHUNK: u32 = 5;

/// Three outcomes, two numbers, two scalars; every seventh run diverges.
#[derive(Default)]
struct Toy {
    made: AtomicU32,
    stop_after: Option<u32>,
    stop: AtomicBool,
}

impl Model for Toy {
    type Worker = ();

    fn worker(&self) {}
    fn months(&self) -> usize {
        MONTHS
    }
    fn columns(&self) -> usize {
        3
    }
    fn inputs(&self) -> usize {
        2
    }
    fn scalars(&self) -> usize {
        2
    }
    fn run(&self, (): &mut (), run: u32, slot: &mut Slot<'_>) -> RunStatus {
        let made = self.made.fetch_add(1, Ordering::Relaxed) + 1;
        if self.stop_after.is_some_and(|after| made >= after) {
            self.stop.store(true, Ordering::Relaxed);
        }
        for column in 0..3 {
            for (month, value) in slot.series(column).iter_mut().enumerate() {
                *value = f64::from(run) + (month as f64) / 7.0 - (column as f64) * 1e9;
            }
        }
        (0..2).for_each(|i| slot.set_input(i, f64::from(run) * 0.1 + i as f64));
        (0..2).for_each(|i| slot.set_scalar(i, f64::from(run) / 3.0 + i as f64));
        if run % 7 == 3 {
            return RunStatus::Diverged { month: 2, what: "price" };
        }
        RunStatus::Finished
    }
}

fn plan(jobs: usize) -> Plan {
    Plan { members: MEMBERS, chunk_runs: CHUNK, jobs, ..Plan::default() }
}

fn columns() -> Columns {
    let column = |name: &str| Column::new(name, "t gross", format!("Meaning of {name}, in café."));
    Columns {
        series: ["output_t", "price.a", "price.b"].map(column).into(),
        inputs: ["gate.x.capacity", "levy.rate"].map(column).into(),
        scalars: ["output_t.sum", "price.a.mean"].map(column).into(),
    }
}

fn manifest() -> Manifest {
    let columns = columns();
    let fingerprint = Fingerprint {
        terbia: "0.1.0".into(),
        corridor: CorridorRef { id: "toy".into(), name: "Toy".into(), sha256: "ab".into() },
        scenario: "replay".into(),
        seed: u64::MAX,
        members: MEMBERS,
        start: "2019-11".into(),
        until: "2020-12".into(),
        months: MONTHS,
        replay_until: None,
        politics_until: None,
        sets: [("levy.rate".to_owned(), 0.1 + 0.2)].into(),
        posterior_sha256: None,
        chunk_runs: CHUNK,
        columns: columns.series.iter().map(|c| c.name.clone()).collect(),
        columns_sha256: columns.sha256(),
    };
    Manifest::new(fingerprint, 1, "terbia run toy --seed 1".into())
}

fn create(dir: &Path) -> RunDir {
    RunDir::create(dir, manifest(), &columns()).unwrap()
}

fn resume(dir: &Path) -> Result<RunDir, OutputError> {
    RunDir::resume(dir, manifest(), &columns())
}

fn fill(run: &RunDir, model: &Toy, jobs: usize) -> Result<Ended, OutputError> {
    ensemble::run(model, &plan(jobs), run, &model.stop, &|_| {})
}

/// A complete run in `dir`, made in one go.
fn complete(dir: &Path, jobs: usize) -> Manifest {
    let run = create(dir);
    assert_eq!(fill(&run, &Toy::default(), jobs).unwrap(), Ended::Complete);
    run.finish().unwrap()
}

fn tables(dir: &Path) -> [Vec<u8>; 2] {
    [SERIES, RUNS].map(|name| fs::read(dir.join(name)).unwrap())
}

fn chunks() -> Vec<Chunk> {
    let collect = Collect::default();
    let never = AtomicBool::new(false);
    let Ok(_) = ensemble::run(&Toy::default(), &plan(1), &collect, &never, &|_| {});
    collect.into_chunks()
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn reference() -> [Vec<u8>; 2] {
    let dir = TempDir::new().unwrap();
    complete(dir.path(), 1);
    tables(dir.path())
}

fn report(error: &OutputError) -> String {
    let help = miette::Diagnostic::help(error).map(|h| h.to_string()).unwrap_or_default();
    format!("{error}\nhelp: {help}")
}

#[test]
fn one_thread_and_two_write_the_same_bits() {
    let (one, two) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let first = complete(one.path(), 1);
    let second = complete(two.path(), 2);
    assert_eq!(tables(one.path()), tables(two.path()));
    assert_eq!(first.files, second.files);
    assert_eq!(names(one.path()), [".lock", MANIFEST, RUNS, SERIES]);
    assert_eq!(first.runs, Counts { diverged: 3, ok: 20 });
    first.verify(one.path()).unwrap();
}

#[test]
fn an_interrupted_run_ends_with_the_same_bits() {
    let dir = TempDir::new().unwrap();
    let run = create(dir.path());
    let model = Toy { stop_after: Some(12), ..Toy::default() };
    assert_eq!(fill(&run, &model, 2).unwrap(), Ended::Stopped);
    let kept = run.runs_kept();
    assert!(kept > 0 && kept < u64::from(MEMBERS));
    let paused = run.pause().unwrap();
    assert_eq!(paused.runs.ok + paused.runs.diverged, kept);
    fs::write(dir.path().join("parts/series-00004.parquet.tmp"), "PAR1").unwrap();

    let run = resume(dir.path()).unwrap();
    assert_eq!(run.runs_kept(), kept);
    assert!(!dir.path().join("parts/series-00004.parquet.tmp").exists());
    let model = Toy::default();
    assert_eq!(fill(&run, &model, 1).unwrap(), Ended::Complete);
    assert_eq!(u64::from(model.made.load(Ordering::Relaxed)), u64::from(MEMBERS) - kept);
    let done = run.finish().unwrap();
    assert_eq!(done.started_utc, paused.started_utc);
    assert!(done.wall_s >= paused.wall_s);
    assert_eq!(tables(dir.path()), reference());
}

#[test]
fn a_truncated_part_is_made_again() {
    let good = reference();
    for (table, keep) in [("series", 0), ("series", 3), ("series", 700), ("runs", 400), ("runs", 8)]
    {
        let dir = TempDir::new().unwrap();
        let run = create(dir.path());
        fill(&run, &Toy::default(), 1).unwrap();
        drop(run);
        let part = dir.path().join(format!("parts/{table}-00002.parquet"));
        let bytes = fs::read(&part).unwrap();
        fs::write(&part, &bytes[..keep]).unwrap();

        let run = resume(dir.path()).unwrap();
        assert!(!run.finished(2) && run.finished(1));
        assert!(matches!(run.finish(), Err(OutputError::Unfinished { missing: 1, chunks: 5, .. })));
        let run = resume(dir.path()).unwrap();
        fill(&run, &Toy::default(), 1).unwrap();
        run.finish().unwrap();
        assert_eq!(tables(dir.path()), good);
    }
}

#[test]
fn a_part_that_lost_its_tail_or_middle_is_not_taken_for_whole() {
    let dir = TempDir::new().unwrap();
    let run = create(dir.path());
    fill(&run, &Toy::default(), 1).unwrap();
    drop(run);
    let part = dir.path().join("parts/series-00001.parquet");
    let bytes = fs::read(&part).unwrap();
    for keep in [bytes.len() - 1, bytes.len() - 4, bytes.len() - 8, bytes.len() / 2] {
        fs::write(&part, &bytes[..keep]).unwrap();
        let run = resume(dir.path()).unwrap();
        assert!(!run.finished(1) && run.finished(0), "{keep} of {} bytes", bytes.len());
        let chunk = &chunks()[1];
        run.take(chunk).unwrap();
    }
    // Bytes gone from the middle leave a valid footer that points past the data.
    fs::write(&part, [&bytes[..100], &bytes[300..]].concat()).unwrap();
    assert!(!resume(dir.path()).unwrap().finished(1));
}

#[test]
fn a_crash_between_the_files_and_the_manifest_is_mended() {
    let dir = TempDir::new().unwrap();
    let run = create(dir.path());
    fill(&run, &Toy::default(), 1).unwrap();
    fs::write(dir.path().join(SERIES), "half").unwrap();
    fs::write(dir.path().join(format!("{RUNS}.tmp")), "half").unwrap();
    drop(run);
    let run = resume(dir.path()).unwrap();
    assert_eq!(run.runs_kept(), u64::from(MEMBERS));
    run.finish().unwrap();
    assert_eq!(tables(dir.path()), reference());
    assert_eq!(names(dir.path()), [".lock", MANIFEST, RUNS, SERIES]);
}

#[test]
fn another_run_is_not_resumed_and_the_difference_is_named() {
    let dir = TempDir::new().unwrap();
    drop(create(dir.path()));
    let mut other = manifest();
    other.fingerprint.seed = 7;
    other.fingerprint.corridor.sha256 = "cd".into();
    other.fingerprint.sets.clear();
    other.fingerprint.sets.insert("a".into(), 1.5);
    let error = RunDir::resume(dir.path(), other, &columns()).unwrap_err();
    let text = report(&error).replace(&dir.path().display().to_string(), "DIR");
    assert_eq!(
        text,
        "the run in DIR is not the one asked for:\n  \
         corridor.sha256: kept \"ab\", asked for \"cd\"\n  \
         seed: kept 18446744073709551615, asked for 7\n  \
         sets.a: kept nothing, asked for 1.5\n  \
         sets.levy.rate: kept 0.30000000000000004, asked for nothing\n\
         help: repeat the command in its manifest.json to resume it, or start anew in another \
         folder with --out"
    );
}

#[test]
fn a_folder_that_holds_a_run_is_not_overwritten() {
    let dir = TempDir::new().unwrap();
    drop(create(dir.path()));
    let again = || RunDir::create(dir.path(), manifest(), &columns());
    let text = report(&again().unwrap_err());
    assert!(text.contains("already holds an unfinished run"), "{text}");
    assert!(text.contains("--resume") && text.contains("--out"), "{text}");
    fs::remove_file(dir.path().join(MANIFEST)).unwrap();
    assert!(matches!(again(), Err(OutputError::HoldsRun { state: "a partly deleted", .. })));
    assert!(matches!(resume(dir.path()), Err(OutputError::NoRun { .. })));
}

#[test]
fn a_complete_run_is_resumed_as_complete() {
    let dir = TempDir::new().unwrap();
    let done = complete(dir.path(), 1);
    fs::create_dir(dir.path().join("parts")).unwrap();
    let run = resume(dir.path()).unwrap();
    assert!((0..run.chunks()).all(|chunk| run.finished(chunk)));
    assert!(!dir.path().join("parts").exists());
    assert_eq!(run.finish().unwrap(), done);

    let path = dir.path().join(RUNS);
    let mut bytes = fs::read(&path).unwrap();
    bytes[100] ^= 1;
    fs::write(&path, bytes).unwrap();
    assert!(matches!(resume(dir.path()), Err(OutputError::Changed { path: p, .. }) if p == path));
}

#[test]
fn a_part_with_one_other_bit_is_made_again() {
    for name in ["series-00001.parquet", "runs-00001.parquet", "receipt-00001.json"] {
        let dir = TempDir::new().unwrap();
        let run = create(dir.path());
        fill(&run, &Toy::default(), 1).unwrap();
        drop(run);
        let path = dir.path().join("parts").join(name);
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(&path, bytes).unwrap();
        let run = resume(dir.path()).unwrap();
        assert!(run.finished(0) && !run.finished(1), "{name}");
        fill(&run, &Toy::default(), 1).unwrap();
        run.finish().unwrap();
        assert_eq!(tables(dir.path()), reference(), "{name}");
    }
}

#[test]
fn two_writers_never_share_a_folder() {
    let dir = TempDir::new().unwrap();
    let run = create(dir.path());
    for other in [resume(dir.path()), RunDir::create(dir.path(), manifest(), &columns())] {
        let text = report(&other.unwrap_err());
        assert!(text.contains(&format!("process {}", std::process::id())), "{text}");
    }
    drop(run);
    resume(dir.path()).unwrap();
}

#[test]
fn an_older_layout_says_so() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join(MANIFEST), "{\"format\": 99, \"novelty\": 1}").unwrap();
    let text = report(&resume(dir.path()).unwrap_err());
    assert!(text.contains("its format is 99, this one reads 1"), "{text}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_finished_parts_and_says_what_to_do() {
    let dir = TempDir::new().unwrap();
    let full = |name: &str| {
        std::os::unix::fs::symlink("/dev/full", dir.path().join(format!("{name}.tmp"))).unwrap();
    };
    let run = create(dir.path());
    full("parts/series-00003.parquet");
    let error = fill(&run, &Toy::default(), 1).unwrap_err();
    assert!(
        matches!(&error, OutputError::DiskFull { path, .. } if path.ends_with("series-00003.parquet"))
    );
    assert!(report(&error).contains("--resume"));
    assert!(run.finished(0) && run.finished(2) && !run.finished(3));
    drop(run);

    let run = resume(dir.path()).unwrap();
    fill(&run, &Toy::default(), 1).unwrap();
    full(SERIES);
    let error = run.finish().unwrap_err();
    assert!(matches!(&error, OutputError::DiskFull { path, .. } if path.ends_with(SERIES)));
    assert_eq!(
        names(&dir.path().join("parts")).len(),
        15,
        "two parts and a receipt for each chunk"
    );
    resume(dir.path()).unwrap().finish().unwrap();
    assert_eq!(tables(dir.path()), reference());
}

#[cfg(target_os = "linux")]
#[test]
#[expect(clippy::print_stderr, reason = "a skipped check must be seen")]
fn a_folder_that_cannot_be_written_is_named() {
    use std::os::unix::fs::PermissionsExt;
    // The kernel's own tree refuses even the superuser.
    let error =
        RunDir::create(Path::new("/sys/kernel/terbia"), manifest(), &columns()).unwrap_err();
    assert!(
        matches!(&error, OutputError::Denied { .. } | OutputError::ReadOnly { .. }),
        "{error:?}"
    );
    assert!(report(&error).contains("/sys/kernel/terbia"));

    let dir = TempDir::new().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(dir.path().join("probe"), "").is_ok() {
        eprintln!("SKIPPED in part: this user writes to folders whatever their permissions");
        return;
    }
    let error = RunDir::create(dir.path(), manifest(), &columns()).unwrap_err();
    assert!(matches!(error, OutputError::Denied { .. }), "{error:?}");
}

#[test]
fn a_system_error_keeps_its_meaning_through_the_parquet_library() {
    use parquet::errors::ParquetError;
    use std::io::{Error, ErrorKind};
    let wrapped = |kind: ErrorKind| {
        OutputError::parquet(Path::new("x"), "write", ParquetError::from(Error::from(kind)))
    };
    assert!(matches!(wrapped(ErrorKind::StorageFull), OutputError::DiskFull { .. }));
    assert!(matches!(wrapped(ErrorKind::ReadOnlyFilesystem), OutputError::ReadOnly { .. }));
    assert!(matches!(wrapped(ErrorKind::TimedOut), OutputError::Io { .. }));
}

#[test]
fn a_chunk_of_another_plan_is_refused() {
    let dir = TempDir::new().unwrap();
    let run = create(dir.path());
    let mut chunk = chunks().remove(1);
    chunk.index = 2;
    assert!(matches!(run.take(&chunk), Err(OutputError::Shape { .. })));
    let mut twice = columns();
    twice.scalars[0].name = "levy.rate".into();
    let mut plan = manifest();
    plan.fingerprint.columns_sha256 = twice.sha256();
    let other = dir.path().join("other");
    assert!(matches!(RunDir::create(&other, plan, &twice), Err(OutputError::Shape { .. })));
}

#[test]
fn the_cube_equals_the_runs() {
    let dir = TempDir::new().unwrap();
    complete(dir.path(), 1);
    let names: Vec<String> = columns().series.into_iter().map(|c| c.name).collect();
    let truth = InMemory::new(names.clone(), &chunks());
    for jobs in [0, 1, 2] {
        let cube = Cube::open(&dir.path().join(SERIES), jobs).unwrap();
        assert_eq!((cube.runs(), cube.months()), (MEMBERS as usize, MONTHS));
        assert_eq!(cube.names(), names);
        assert_eq!(cube.column("price.b"), Some(2));
        assert_eq!(cube.column("run"), None);
        let bits = |values: &[f64]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        let (mut a, mut b, mut span, mut all) = (vec![1.0], vec![], vec![], vec![]);
        for column in 0..names.len() {
            all.clear();
            for month in 0..MONTHS {
                cube.read(column, month, &mut a).unwrap();
                truth.read(column, month, &mut b).unwrap();
                assert_eq!(bits(&a), bits(&b));
                all.extend_from_slice(&b[..]);
            }
            cube.read_months(column, 3..9, &mut span).unwrap();
            let runs = MEMBERS as usize;
            assert_eq!(bits(&span), bits(&all[3 * runs..9 * runs]));
        }
        assert!(cube.read(3, 0, &mut a).is_err() && cube.read(0, MONTHS, &mut a).is_err());
        assert!(cube.read(0, usize::MAX, &mut a).is_err());
        assert_eq!(super::tests::names(dir.path()), [".lock", MANIFEST, RUNS, SERIES]);
    }
    let other = Cube::open(&dir.path().join(RUNS), 1);
    assert!(matches!(other, Err(OutputError::Parquet { .. })));
    let none = Cube::open(&dir.path().join("none"), 1);
    assert!(matches!(none, Err(OutputError::Io { .. })));
}

#[test]
fn a_cube_of_several_blocks_equals_the_runs() {
    let dir = TempDir::new().unwrap();
    let plan = Plan { members: MANY, chunk_runs: 300, jobs: 2, ..Plan::default() };
    let mut manifest = manifest();
    manifest.fingerprint.members = MANY;
    manifest.fingerprint.chunk_runs = 300;
    let run = RunDir::create(dir.path(), manifest, &columns()).unwrap();
    let never = AtomicBool::new(false);
    ensemble::run(&Toy::default(), &plan, &run, &never, &|_| {}).unwrap();
    run.finish().unwrap();
    let cube = Cube::open(&dir.path().join(SERIES), 2).unwrap();
    let mut out = Vec::new();
    for (column, month) in [(0, 0), (1, 7), (2, MONTHS - 1)] {
        cube.read(column, month, &mut out).unwrap();
        assert_eq!(out.len(), MANY as usize);
        for (run, value) in out.iter().enumerate() {
            let expected = run as f64 + month as f64 / 7.0 - column as f64 * 1e9;
            assert!(if run % 7 == 3 { value.is_nan() } else { *value == expected });
        }
    }
}

#[test]
fn the_table_of_runs_reads_back() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;
    let dir = TempDir::new().unwrap();
    complete(dir.path(), 2);
    let file = fs::File::open(dir.path().join(RUNS)).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let keys = reader.metadata().file_metadata().key_value_metadata().unwrap();
    let about = keys.iter().find(|k| k.key == "terbia.columns").unwrap().value.clone().unwrap();
    let about: serde_json::Value = serde_json::from_str(&about).unwrap();
    assert_eq!(about["levy.rate"]["unit"], "t gross");
    let rows: Vec<_> = reader.get_row_iter(None).unwrap().map(Result::unwrap).collect();
    assert_eq!(rows.len(), MEMBERS as usize);
    for (run, row) in rows.iter().enumerate() {
        assert_eq!(row.get_uint(0).unwrap() as usize, run);
        let diverged = run % 7 == 3;
        assert_eq!(row.get_string(1).unwrap(), if diverged { "diverged" } else { "ok" });
        if diverged {
            assert_eq!(row.get_string(2).unwrap(), "2020-01");
            assert_eq!(row.get_string(3).unwrap(), "price");
        } else {
            assert!(row.get_string(2).is_err());
        }
        assert_eq!(row.get_double(5).unwrap(), run as f64 * 0.1 + 1.0);
        assert_eq!(row.get_double(6).unwrap().is_nan(), diverged);
    }
}

#[test]
fn the_order_of_the_chunks_does_not_matter() {
    let dir = TempDir::new().unwrap();
    let run = create(dir.path());
    chunks().iter().rev().for_each(|chunk| run.take(chunk).unwrap());
    run.finish().unwrap();
    assert_eq!(tables(dir.path()), reference());
}
