//! Does a study answer what it asks? Same luck for all, same bytes however it is run, and what is
//! wrong is said.

#![allow(clippy::unwrap_used, reason = "a study that cannot be run has failed")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use tempfile::TempDir;
use terbia_lab::measure::{self, Measure, Statistic};
use terbia_store::output::{Column, Cube, Doubles, OutputError, SERIES};
use terbia_store::posterior::{Posterior, TABLE};
use terbia_store::question::answer::{self, Warning};
use terbia_store::question::{
    self, Answered, FANS, INPUTS, MOST_POLICIES, Months, Options, Planned, QuestionError, RESULTS,
    Results, StudyManifest, Watch,
};
use terbia_store::study::{self, Keep};
use terbia_store::{Project, new};

const STUDY: &str = "levy-or-closure";

fn template() -> Project {
    Project::load(new::TEMPLATE).unwrap()
}

fn keep(dir: &Path, resume: bool) -> Keep {
    Keep { dir: Some(dir.to_owned()), resume, command: "terbia study".into() }
}

fn quiet() -> Watch<'static> {
    Watch { planned: &|_| {}, ran: &|_| {} }
}

/// Runs a study of the template, given by name or by its text.
fn ask(text: &str, options: &Options, dir: &Path) -> Result<Answered, QuestionError> {
    let project = template();
    let (name, sheet) = if text == STUDY {
        question::find(&project, text)?
    } else {
        let invalid = |problems| QuestionError::Invalid { name: "test".into(), problems };
        ("test".to_owned(), project.study("test.toml", text.to_owned()).map_err(invalid)?)
    };
    let planned = Planned::new(&project, &name, &sheet, options)?;
    question::run(&planned, &keep(dir, false), &AtomicBool::new(false), &quiet())
}

fn some(members: u32) -> Options {
    Options { members: Some(members), jobs: 1, ..Options::default() }
}

/// The results of a study of the template in a folder of its own.
fn answered(text: &str, options: &Options) -> Results {
    let dir = TempDir::new().unwrap();
    ask(text, options, dir.path()).unwrap();
    Results::open(dir.path()).unwrap()
}

/// A study of the template's replay with this policy, or whatever stands between.
fn with(tables: &str) -> String {
    format!(
        "question = \"What if?\"\nfrom = \"2023-01\"\nuntil = \"2024-12\"\n\
         [[scenario]]\nname = \"replay\"\n{tables}\n\
         [[outcome]]\nid = \"exports_t\"\nlabel = \"Exports\"\nbetter = \"higher\"\n\
         measure = {{ outcome = \"exports_t\", statistic = \"sum\" }}\n"
    )
}

fn bytes(dir: &Path, names: &[&str]) -> Vec<Vec<u8>> {
    names.iter().map(|name| fs::read(dir.join(name)).unwrap()).collect()
}

#[test]
fn a_levy_pays_the_holder_and_a_gate_half_shut_costs_him() {
    let results = answered(STUDY, &some(64));
    assert_eq!((results.runs.len(), results.scenarios.len()), (64, 2));
    for under in answer::answer(&results) {
        let [revenue, exports] = &under.tables[..] else { panic!("{under:?}") };
        let [reference, levy, shut] = &revenue.rows[..] else { panic!("{revenue:?}") };
        assert!(reference.difference.is_none());
        let (up, down) = (levy.difference.unwrap(), shut.difference.unwrap());
        assert!(up.mean > up.half_width && levy.better > 0.8, "{levy:?}");
        assert!(down.mean < -down.half_width && shut.worse > 0.9, "{shut:?}");
        assert!(up.variance_cut > 1.0 && down.variance_cut > 1.0);
        let [reference, _, shut] = &exports.rows[..] else { panic!("{exports:?}") };
        assert!(shut.worse > 0.9 && reference.good_enough > shut.good_enough, "{shut:?}");
    }
    assert_eq!(answer::warnings(&results), []);
}

#[test]
fn a3_a_lever_at_its_neutral_setting_makes_a_difference_of_exactly_nothing() {
    let text = with(
        "[[policy]]\nid = \"none\"\n[[policy]]\nid = \"open\"\nset = { \"lever.lowland-gate@2022-05\" = 1 }\n\
         [[policy]]\nid = \"same\"\n",
    );
    let results = answered(&text, &some(40));
    let [none, open, same] = &results.scenarios[0].policies[..] else { panic!() };
    assert_eq!(none.outcomes, open.outcomes);
    assert_eq!(none.outcomes, same.outcomes);
    let warnings = answer::warnings(&results);
    let idle =
        |policy: &str| Warning::NoEffect { scenario: "replay".into(), policy: policy.into() };
    assert_eq!(warnings, [idle("open"), idle("same")]);
}

#[test]
fn a_member_has_the_values_and_the_luck_of_the_run_of_that_number() {
    let results = answered(&with(""), &some(30));
    let project = template();
    let options = study::Options::new(30, 1);
    let dir = TempDir::new().unwrap();
    let planned = study::Planned::new(&project, &options).unwrap();
    let kept =
        study::run(planned, &keep(dir.path(), false), &AtomicBool::new(false), &|_| {}).unwrap();
    let cube = Cube::open(&kept.dir.join(SERIES), 1).unwrap();
    let sum = Measure::new("exports_t", Statistic::Sum)
        .within("2023-01".parse().ok(), "2024-12".parse().ok());
    let plain = measure::evaluate(&sum, &cube, project.corridor.start).unwrap();
    assert_eq!(results.scenarios[0].policies[0].outcomes[0], plain);
    let runs = Doubles::read(&kept.dir.join("runs.parquet")).unwrap();
    let inputs = &results.scenarios[0].inputs;
    assert!(inputs.len() > 50);
    for input in inputs {
        assert_eq!(runs.column(&input.about.path).unwrap(), input.values, "{}", input.about.path);
    }
}

#[test]
fn a2_one_thread_two_and_eight_write_the_same_bytes() {
    let dir = TempDir::new().unwrap();
    let all = [RESULTS, INPUTS, FANS];
    let mut written = Vec::new();
    for jobs in [1, 2, 8] {
        let out = dir.path().join(jobs.to_string());
        ask(STUDY, &Options { jobs, series: Months::Keep, ..some(150) }, &out).unwrap();
        written.push(bytes(&out, &all));
    }
    assert!(written.iter().all(|bytes| *bytes == written[0]));
}

/// The parts of a study of 200 members, in folders of their own.
fn parts(dir: &Path, of: u32, series: Months) -> Vec<PathBuf> {
    let part = |part| {
        let out = dir.join(format!("{}-of-{of}", part + 1));
        ask(STUDY, &Options { part: Some((part, of)), series, ..some(200) }, &out).unwrap();
        out
    };
    (0..of).map(part).collect()
}

#[test]
fn parts_merge_into_the_bytes_of_the_whole() {
    let dir = TempDir::new().unwrap();
    let whole = dir.path().join("whole");
    let answered = ask(STUDY, &Options { series: Months::Keep, ..some(200) }, &whole).unwrap();
    let mut parts = parts(dir.path(), 3, Months::Keep);
    parts.rotate_left(1);
    let out = dir.path().join("merged");
    let merged = question::merge(&parts, &out, 2, "terbia merge".into()).unwrap();
    let all = [RESULTS, INPUTS, FANS];
    assert_eq!(bytes(&out, &all), bytes(&whole, &all));
    assert_eq!(merged.files, answered.manifest.files);
    assert_eq!(merged.fingerprint, answered.manifest.fingerprint);
    assert_eq!((merged.members, merged.runs), (200, answered.manifest.runs));
    assert_eq!(Results::open(&out).unwrap().runs, (0..200).collect::<Vec<u32>>());
    assert!(!out.join("series.parquet").exists() && !out.join("parts").exists());
}

#[test]
fn a_part_may_be_empty_and_merges_all_the_same() {
    let dir = TempDir::new().unwrap();
    let (whole, out) = (dir.path().join("whole"), dir.path().join("merged"));
    ask(STUDY, &some(200), &whole).unwrap();
    // Four chunks of members in six parts.
    let parts = parts(dir.path(), 6, Months::Leave);
    question::merge(&parts, &out, 1, String::new()).unwrap();
    assert_eq!(bytes(&out, &[RESULTS, INPUTS]), bytes(&whole, &[RESULTS, INPUTS]));
}

#[test]
fn parts_that_do_not_belong_together_are_refused() {
    let dir = TempDir::new().unwrap();
    let [one, two, three] = &parts(dir.path(), 3, Months::Leave)[..] else { panic!() };
    let other = dir.path().join("other");
    let seed = Options { part: Some((1, 3)), seed: Some(7), ..some(200) };
    ask(STUDY, &seed, &other).unwrap();
    let whole = dir.path().join("whole");
    ask(STUDY, &some(10), &whole).unwrap();
    let copy = dir.path().join("copy");
    fs::create_dir(&copy).unwrap();
    for name in ["manifest.json", RESULTS, INPUTS] {
        fs::copy(two.join(name), copy.join(name)).unwrap();
    }
    let spoilt = dir.path().join("spoilt");
    fs::create_dir(&spoilt).unwrap();
    for name in ["manifest.json", RESULTS, INPUTS] {
        fs::copy(three.join(name), spoilt.join(name)).unwrap();
    }
    fs::write(spoilt.join(RESULTS), "PAR1").unwrap();
    let nowhere = dir.path().join("nowhere");
    let cases: [(&[&PathBuf], &str); 7] = [
        (&[one, &other, three], "seed: 1, 7"),
        (&[one, three], "parts are missing: 2/3"),
        (&[one], "parts are missing: 2/3, 3/3"),
        (&[one, two, &copy, three], "part 2/3 is in"),
        (&[one, two, &whole], "holds a whole study"),
        (&[one, two, &spoilt], "has changed since it was written"),
        (&[one, two, &nowhere], "holds no results of a study"),
    ];
    for (dirs, expected) in cases {
        let dirs: Vec<PathBuf> = dirs.iter().map(|d| (*d).clone()).collect();
        let out = dir.path().join("out");
        let error = question::merge(&dirs, &out, 1, String::new()).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!out.join("manifest.json").exists());
    }
}

/// Runs the template's study and raises the flag once so many members are kept.
fn stopped(dir: &Path, jobs: usize, after: u32) -> QuestionError {
    let project = template();
    let (name, sheet) = question::find(&project, STUDY).unwrap();
    let options = Options { jobs, ..some(300) };
    let planned = Planned::new(&project, &name, &sheet, &options).unwrap();
    let (stop, ran) = (AtomicBool::new(false), AtomicU32::new(0));
    let watch = |runs: u32| {
        if ran.fetch_add(runs, Ordering::Relaxed) + runs >= after {
            stop.store(true, Ordering::Relaxed);
        }
    };
    let watch = Watch { planned: &|_| {}, ran: &watch };
    question::run(&planned, &keep(dir, false), &stop, &watch).unwrap_err()
}

/// Goes on with the template's study of 300 members; how many runs were made and found.
fn resumed(dir: &Path, jobs: usize) -> u32 {
    let project = template();
    let (name, sheet) = question::find(&project, STUDY).unwrap();
    let planned = Planned::new(&project, &name, &sheet, &Options { jobs, ..some(300) }).unwrap();
    let ran = AtomicU32::new(0);
    let count = |runs: u32| {
        ran.fetch_add(runs, Ordering::Relaxed);
    };
    let watch = Watch { planned: &|_| {}, ran: &count };
    question::run(&planned, &keep(dir, true), &AtomicBool::new(false), &watch).unwrap();
    ran.into_inner()
}

#[test]
fn a_study_that_was_stopped_goes_on_and_ends_with_the_same_bytes() {
    let dir = TempDir::new().unwrap();
    let whole = dir.path().join("whole");
    ask(STUDY, &some(300), &whole).unwrap();
    let out = dir.path().join("out");
    let error = stopped(&out, 1, 2 * 64 * 6);
    let QuestionError::Stopped { finished, runs, .. } = error else { panic!("{error}") };
    assert_eq!((finished, runs), (2 * 64 * 6, 300 * 6));
    assert!(matches!(Results::open(&out), Err(QuestionError::Unfinished { .. })));
    // What a crash leaves half written is swept away, what has lost its tail is made again.
    fs::write(out.join("parts/results-00004.parquet.tmp"), "PAR1").unwrap();
    let part = out.join("parts/results-00000.parquet");
    fs::write(&part, &fs::read(&part).unwrap()[..100]).unwrap();
    assert_eq!(resumed(&out, 2), 300 * 6);
    assert_eq!(bytes(&out, &[RESULTS, INPUTS]), bytes(&whole, &[RESULTS, INPUTS]));
    assert!(!out.join("parts").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_fills_in_mid_study_keeps_what_is_finished() {
    let dir = TempDir::new().unwrap();
    let (whole, out) = (dir.path().join("whole"), dir.path().join("out"));
    ask(STUDY, &some(300), &whole).unwrap();
    let project = template();
    let (name, sheet) = question::find(&project, STUDY).unwrap();
    let planned = Planned::new(&project, &name, &sheet, &some(300)).unwrap();
    // The device on which nothing can be written stands where the third part will.
    let full = out.join("parts/results-00002.parquet.tmp");
    let fill = |_| drop(std::os::unix::fs::symlink("/dev/full", &full));
    let watch = Watch { planned: &|_| {}, ran: &fill };
    let error = question::run(&planned, &keep(&out, false), &AtomicBool::new(false), &watch);
    let error = error.unwrap_err();
    assert!(matches!(&error, QuestionError::Output(OutputError::DiskFull { .. })), "{error}");
    let manifest = StudyManifest::read(&out).unwrap().unwrap();
    assert_eq!(manifest.runs.ok, 2 * 64 * 6);
    assert_eq!(resumed(&out, 1), 300 * 6);
    assert_eq!(bytes(&out, &[RESULTS, INPUTS]), bytes(&whole, &[RESULTS, INPUTS]));
}

#[test]
fn a_folder_that_holds_another_study_is_left_alone() {
    let dir = TempDir::new().unwrap();
    ask(STUDY, &some(5), dir.path()).unwrap();
    let error = ask(STUDY, &some(5), dir.path()).unwrap_err();
    assert!(error.to_string().contains("already holds a complete run"), "{error}");
    let project = template();
    let (name, sheet) = question::find(&project, STUDY).unwrap();
    let planned = Planned::new(&project, &name, &sheet, &some(6)).unwrap();
    let error = question::run(&planned, &keep(dir.path(), true), &AtomicBool::new(false), &quiet());
    let error = error.unwrap_err().to_string();
    assert!(error.contains("members: kept 5, asked for 6"), "{error}");
}

#[test]
fn all_combinations_of_settings_are_policies_after_those_that_are_named() {
    let text = with(
        "[[factorial]]\nlever = \"council-levy\"\nvalues = [0, 20000.5]\nfrom = \"2022-01\"\n\
         [[factorial]]\nlever = \"lowland-gate\"\nvalues = [0.25, 1]\n",
    );
    let results = answered(&text, &some(3));
    let policies = &results.manifest.contents.policies;
    let ids: Vec<&str> = policies.iter().map(|p| p.id.as_str()).collect();
    let expected = [
        "reference",
        "council-levy=0,lowland-gate=0.25",
        "council-levy=0,lowland-gate=1",
        "council-levy=20000.5,lowland-gate=0.25",
        "council-levy=20000.5,lowland-gate=1",
    ];
    assert_eq!(ids, expected);
    let last: Vec<(&str, f64)> = policies[4].set.iter().map(|(p, v)| (p.as_str(), *v)).collect();
    assert_eq!(last, [("lever.council-levy@2022-01", 20000.5), ("lever.lowland-gate", 1.0)]);
    assert!(expected.len() < MOST_POLICIES);
}

#[test]
fn a_study_without_policies_has_only_the_reference() {
    let results = answered(&with(""), &some(1));
    assert_eq!(results.manifest.contents.policies.len(), 1);
    assert_eq!(answer::warnings(&results), [Warning::OneMember]);
    let [under] = &answer::answer(&results)[..] else { panic!() };
    assert_eq!(under.tables[0].rows.len(), 1);
    assert!(under.tables[0].rows[0].band.q50 > 0.0);
}

#[test]
fn an_outcome_that_nothing_moves_is_said_to_be_one() {
    let text = with(
        "[[policy]]\nid = \"a\"\n[[policy]]\nid = \"b\"\nset = { \"lever.lowland-gate\" = 0 }\n",
    )
    .replace("\"exports_t\", statistic = \"sum\"", "\"fx_cny_per_usd\", statistic = \"last\"");
    let warnings = answer::warnings(&answered(&text, &some(20)));
    let (scenario, outcome) = (|| "replay".to_owned(), || "exports_t".to_owned());
    assert_eq!(warnings.len(), 2, "{warnings:?}");
    assert!(matches!(&warnings[0], Warning::NoVariation { value, .. } if *value == 7.2));
    assert_eq!(warnings[1], Warning::NoEffect { scenario: scenario(), policy: "b".into() });
    let half_year =
        text.replace("statistic = \"last\"", "statistic = \"year_sum_min\", from = \"2024-02\"");
    let warnings = answer::warnings(&answered(&half_year, &some(20)));
    assert_eq!(warnings[0], Warning::NoValue { scenario: scenario(), outcome: outcome() });
}

#[test]
fn runs_that_diverge_are_counted_first_and_their_futures_left_out() {
    let text = with(
        "[[policy]]\nid = \"a\"\n[[policy]]\nid = \"b\"\nset = { \"lever.lowland-gate@2023-01\" = 0 }\n\
         [[uncertainty]]\npath = \"constituent.heavy.price_cny_per_kg\"\nrange = [1e306, 1e307]\n",
    );
    let results = answered(&text, &some(20));
    let runs = results.manifest.runs;
    assert_eq!((runs.diverged, runs.ok), (40, 0));
    assert_eq!(results.manifest.failures.len(), 20);
    let first = &results.manifest.failures[0];
    assert_eq!((first.run, first.policy.as_str()), (0, "a"));
    let warnings = answer::warnings(&results);
    assert_eq!(warnings[0], Warning::Diverged { runs: 40, of: 40 });
    let difference = answer::answer(&results)[0].tables[0].rows[1].difference.unwrap();
    assert_eq!(difference.members, 0);
    // The inputs stay: they say why.
    assert!(results.scenarios[0].inputs.iter().all(|i| i.values.iter().all(|v| v.is_finite())));
}

#[test]
fn a_range_of_the_study_counts_over_the_prior_and_moves_no_other_number() {
    let path = "gate.north-pass.capacity_t_per_month";
    let ranged =
        |range: &str| with(&format!("[[uncertainty]]\npath = \"{path}\"\nrange = {range}\n"));
    let plain = answered(&with(""), &some(64));
    let narrow = answered(&ranged("[1000, 1100]"), &some(64));
    let held = answered(&ranged("[1200, 1200]"), &some(64));
    let inputs = |results: &Results| results.scenarios[0].inputs.clone();
    for (a, b) in inputs(&plain).iter().zip(inputs(&narrow)) {
        assert_eq!(a.about.path, b.about.path);
        if a.about.path == path {
            assert!(b.values.iter().all(|v| (1000.0..=1100.0).contains(v)));
            assert_eq!((b.about.low, b.about.high, b.about.value), (1000.0, 1100.0, 1100.0));
        } else {
            assert_eq!(a.values, b.values);
        }
    }
    assert_eq!(inputs(&held).len() + 1, inputs(&plain).len());
    assert!(inputs(&held).iter().all(|i| i.about.path != path));
    assert_ne!(held.scenarios[0].policies[0].outcomes, plain.scenarios[0].policies[0].outcomes);
}

#[test]
fn only_the_numbers_that_are_named_vary() {
    let text = with("[uncertainties]\nonly = [\"road.upper-pass.km\", \"haulage.*\"]\n");
    let results = answered(&text, &some(16));
    let paths: Vec<&str> =
        results.scenarios[0].inputs.iter().map(|i| i.about.path.as_str()).collect();
    assert!(paths.contains(&"road.upper-pass.km") && paths.len() > 2, "{paths:?}");
    assert!(paths.iter().all(|p| *p == "road.upper-pass.km" || p.starts_with("haulage.")));
}

#[test]
fn scenarios_share_the_numbers_that_they_have_and_keep_apart_those_that_differ() {
    let dir = TempDir::new().unwrap();
    let folder = dir.path().join("mine");
    new::create(&folder, terbia_store::new::TEMPLATE).unwrap();
    let scenario = |name: &str, range: &str| {
        let closure = fs::read_to_string(folder.join("scenarios/closure.toml")).unwrap();
        let number = format!(
            "product = {{ value = 0.2, unit = \"1\", range = {range}, grade = \"D\", source = [\"A-001\"] }}"
        );
        let text = closure.replace("product = 0.0", &number);
        fs::write(folder.join(format!("scenarios/{name}.toml")), text).unwrap();
    };
    scenario("tight", "[0.1, 0.3]");
    scenario("loose", "[0.0, 0.8]");
    let text = with("").replace(
        "[[scenario]]\nname = \"replay\"",
        "[[scenario]]\nname = \"replay\"\n[[scenario]]\nname = \"tight\"\n[[scenario]]\nname = \"loose\"",
    );
    let project = Project::load_folder(&folder).unwrap();
    let sheet = project.study("test.toml", text).unwrap_or_else(|p| panic!("{p:?}"));
    let planned = Planned::new(&project, "test", &sheet, &some(32)).unwrap();
    let out = dir.path().join("out");
    question::run(&planned, &keep(&out, false), &AtomicBool::new(false), &quiet()).unwrap();
    let results = Results::open(&out).unwrap();
    let [replay, tight, loose] = &results.scenarios[..] else { panic!() };
    assert_eq!(tight.inputs.len(), replay.inputs.len() + 1);
    assert_eq!(loose.inputs.len(), tight.inputs.len());
    let own = |s: &question::ScenarioResults| {
        s.inputs.iter().find(|i| i.about.path == "event.long-closure.product").unwrap().clone()
    };
    let (tight, loose) = (own(tight), own(loose));
    assert_eq!(tight.about.column, "event.long-closure.product");
    assert_eq!(loose.about.column, "event.long-closure.product (loose)");
    // One dimension: the same place in either range.
    for (a, b) in tight.values.iter().zip(&loose.values) {
        assert!(((a - 0.1) / 0.2 - b / 0.8).abs() < 1e-12);
    }
}

#[test]
fn a_latin_hypercube_fills_every_stratum_of_every_number() {
    let results = answered(&with("[design]\nkind = \"lhs\"\nmembers = 40\n"), &Options::default());
    for input in &results.scenarios[0].inputs {
        if input.about.prior != "uniform" {
            continue;
        }
        let (low, high) = (input.about.low, input.about.high);
        let mut strata: Vec<usize> =
            input.values.iter().map(|v| ((v - low) / (high - low) * 40.0) as usize).collect();
        strata.sort_unstable();
        assert_eq!(strata, (0..40).collect::<Vec<_>>(), "{}", input.about.path);
    }
}

#[test]
fn members_double_until_the_difference_is_known_closely_enough() {
    let text = |half_width: f64, most: u32| {
        with(&format!(
            "[[policy]]\nid = \"a\"\n[[policy]]\nid = \"b\"\nset = {{ \"lever.lowland-gate@2023-01\" = 0.5 }}\n\
             [design]\nmembers = 20\nuntil_half_width = {{ outcome = \"exports_t\", half_width = {half_width}, most = {most} }}\n"
        ))
    };
    let results = answered(&text(1000.0, 500), &Options::default());
    let closeness = results.manifest.closeness.clone().unwrap();
    assert!(closeness.reached.unwrap() <= 1000.0, "{closeness:?}");
    let members = results.manifest.members;
    assert!([40, 80, 160, 320].contains(&members), "{members}");
    // The same runs as those of a study of that size from the start.
    let plain = answered(&text(1000.0, 500), &some(members));
    assert_eq!(plain.manifest.closeness, None);
    let outcomes = |r: &Results| r.scenarios[0].policies[1].outcomes.clone();
    assert_eq!(outcomes(&plain), outcomes(&results));
    let short = answered(&text(0.001, 30), &Options::default());
    assert_eq!(short.manifest.members, 30);
    assert!(matches!(&answer::warnings(&short)[..], [Warning::NotClose { .. }]));
    let part = Options { part: Some((0, 2)), ..Options::default() };
    let dir = TempDir::new().unwrap();
    let error = ask(&text(1000.0, 500), &part, dir.path()).unwrap_err();
    assert!(matches!(error, QuestionError::OpenEnded));
}

/// A posterior of three particles for these numbers.
fn posterior(dir: &Path, numbers: &[(&str, [f64; 3])]) -> Options {
    let table = Doubles {
        columns: numbers.iter().map(|(path, _)| Column::new(*path, "", "")).collect(),
        values: numbers.iter().map(|(_, values)| values.to_vec()).collect(),
    };
    table.write(&dir.join(TABLE)).unwrap();
    let posterior = Posterior::read(dir).unwrap();
    Options { posterior: Some(posterior.into()), ..some(7) }
}

#[test]
fn a_posterior_gives_the_values_of_what_it_knows() {
    let dir = TempDir::new().unwrap();
    let known = "road.upper-pass.km";
    let options = posterior(dir.path(), &[(known, [31.0, 45.0, 54.0])]);
    let text = with("[uncertainties]\nposterior = true\n");
    let results = answered(&text, &options);
    let input = |r: &Results, path: &str| {
        r.scenarios[0].inputs.iter().find(|i| i.about.path == path).unwrap().clone()
    };
    assert!(input(&results, known).about.believed);
    let expected = [31.0, 45.0, 54.0, 31.0, 45.0, 54.0, 31.0];
    assert_eq!(input(&results, known).values, expected);
    let other = "road.upper-side.km";
    assert_eq!(input(&results, other).values, input(&answered(&with(""), &some(7)), other).values);

    let out = dir.path().join("out");
    let error = ask(&text, &some(7), &out).unwrap_err();
    assert!(matches!(error, QuestionError::NoPosterior { .. }), "{error}");
    let ranged = with(&format!("[[uncertainty]]\npath = \"{known}\"\nrange = [30, 40]\n"));
    let error = ask(&ranged, &options, &out).unwrap_err();
    assert!(matches!(error, QuestionError::Believed { .. }), "{error}");
    let held = ranged.replace("[30, 40]", "[40, 40]");
    let both = posterior(dir.path(), &[(known, [31.0; 3]), (other, [41.0; 3])]);
    let results = answered(&held, &both);
    assert_eq!(input(&results, other).values, [41.0; 7]);
    assert!(results.scenarios[0].inputs.iter().all(|i| i.about.path != known));
}

#[test]
fn fans_are_the_quantiles_of_the_months_of_each_policy() {
    let dir = TempDir::new().unwrap();
    ask(STUDY, &Options { series: Months::Keep, ..some(21) }, dir.path()).unwrap();
    let fans = Doubles::read(&dir.path().join(FANS)).unwrap();
    // Two scenarios, three policies, two outcomes, five years.
    assert_eq!(fans.rows(), 2 * 3 * 2 * 60);
    let column = |name: &str| fans.column(name).unwrap().to_vec();
    for (low, high) in column("q05").iter().zip(column("q95")) {
        assert!(low <= &high);
    }
    // Until a lever acts, policies have the same months.
    let q50 = column("q50");
    let months = |policy: usize, first: usize| q50[policy * 120 + first..][..12].to_vec();
    assert_eq!(months(0, 0), months(2, 0));
    assert_ne!(months(0, 48), months(2, 48));
}

#[test]
fn what_is_read_back_says_what_it_is() {
    let results = answered(STUDY, &some(10));
    let exports = &results.outcomes()[results.outcome("exports_t").unwrap()];
    assert_eq!((exports.unit.as_str(), exports.lower_is_better), ("t gross", false));
    assert_eq!(exports.threshold, Some(40_000.0));
    assert_eq!((exports.from.as_str(), exports.until.as_str()), ("2023-01", "2024-12"));
    let closure = results.scenario("closure").unwrap();
    let input = &closure.inputs[0];
    assert!(input.about.low < input.about.high && "ABCD".contains(input.about.grade));
    assert_eq!(input.values.len(), 10);
    assert_eq!(closure.of_outcome(1).len(), 3);
    assert_eq!(closure.policy("half-shut").unwrap().about.set.len(), 1);
    assert!(closure.policy("half-open").is_none() && results.scenario("closed").is_none());
    let text = template().studies[STUDY].file.text().to_owned();
    assert_eq!(results.manifest.study.text, text);
    let study = results.study().unwrap();
    assert_eq!((study.outcomes.len(), *study.design.members.get()), (2, 200));
}

#[test]
fn what_cannot_be_run_is_refused_with_its_mend() {
    let project = template();
    let mut text = String::new();
    let mut say = |title: &str, error: &dyn miette::Diagnostic| {
        let help = error.help().map(|h| h.to_string()).unwrap_or_default();
        writeln!(text, "## {title}\n\n{error}\n  help: {help}\n").unwrap();
    };
    let dir = TempDir::new().unwrap();
    let fail = |text: &str, options: &Options| ask(text, options, dir.path()).unwrap_err();
    say("a study that is nearly there", &question::find(&project, "levy-or-closures").unwrap_err());
    say("a study that is not there", &question::find(&project, "weather").unwrap_err());
    say("no members", &fail(STUDY, &some(0)));
    say("too many members", &fail(STUDY, &some(100_000_000)));
    say("no posterior", &fail(&with("[uncertainties]\nposterior = true\n"), &some(1)));
    insta::assert_snapshot!(text);
}
