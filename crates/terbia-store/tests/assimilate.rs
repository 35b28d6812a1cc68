//! Is what new figures say right where the truth is known, and the same however they are written?

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod extended;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use terbia_lab::corridor::Study;
use terbia_lab::discrepancy::{Drift, standard_normal};
use terbia_lab::filter::Fate;
use terbia_model::kernel::math::exp;
use terbia_model::kernel::rng::{Draws, Purpose};
use terbia_model::kernel::time::Month;
use terbia_model::outcome;
use terbia_model::run::Engine;
use terbia_store::Project;
use terbia_store::assimilate::{self, About, Ask, AssimilateError, Nowcast, Series, Why};
use terbia_store::forecast;
use terbia_store::load::AsOf;
use terbia_store::observations;
use terbia_store::output::{Column, Doubles};
use terbia_store::posterior::{Posterior, TABLE};
use terbia_store::study::Options;

const FILES: [&str; 6] =
    ["README.md", "before.csv", "figures.csv", "manifest.json", "moved.csv", "nowcast.csv"];
const ORIGIN: &str = "2022-12";

/// What of the made-up corridor is asked for.
const WANTED: &str = "
[[forecast.outcome]]
outcome = \"exports_t\"
label = \"Exports\"

[[forecast.outcome]]
outcome = \"price_cny_per_kg.heavy\"
label = \"Price\"

[[forecast.outcome]]
outcome = \"output_reo_t\"
label = \"Output\"
";

/// How its prices are read.
const PRICES: &str = "
[[target]]
id = \"prices\"
match = { quantity = \"price\", unit = \"CNY/kg\" }
measure = { outcome = \"price_cny_per_kg.heavy\", statistic = \"mean\" }
error_share = 0.05
";

/// How its record drifts: medians of 0.14 and of 3.5 months.
const DRIFT: &str = "
[[discrepancy]]
id = \"exports\"
outcomes = [\"exports_t\"]
sd = { value = 0.15, range = [0.05, 0.4], unit = \"1\", prior = { dist = \"loguniform\" }, grade = \"D\", source = [\"A-001\"] }
memory_months = { value = 4, range = [1, 12], unit = \"month\", prior = { dist = \"loguniform\" }, grade = \"D\", source = [\"A-001\"] }
doc = \"Made up.\"
";

/// The made-up corridor; with a record that drifts, if wanted.
fn corridor(drift: &str) -> Project {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("mine");
    extended::write(&folder);
    let add = |name: &str, more: &str| {
        let path = folder.join(name);
        fs::write(&path, fs::read_to_string(&path).unwrap() + more).unwrap();
    };
    add("corridor.toml", WANTED);
    add("evidence/targets.toml", &format!("{PRICES}{drift}"));
    add(
        "evidence/observations.csv",
        "T004,price,Lowland,heavy oxide,2021-01,2021-12,2400,,,CNY/kg,printed,S001,,,made up\n",
    );
    Project::load_folder(&folder).unwrap_or_else(|e| panic!("{:?}", miette::Report::new(e)))
}

const HEAD: &str = "id,quantity,entity,subject,from,to,value,unit";

/// A row of figures.
fn row(id: &str, quantity: &str, months: (&str, &str), value: f64) -> String {
    let unit = if quantity == "price" { "CNY/kg" } else { "t gross" };
    format!("{id},{quantity},Lowland,upland oxide,{},{},{value},{unit}", months.0, months.1)
}

fn ask(rows: &[String], members: u32, jobs: usize) -> Ask {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("figures.csv");
    fs::write(&path, format!("{HEAD}\n{}\n", rows.join("\n"))).unwrap();
    let options = Options { jobs, ..Options::new(members, 3) };
    let figures = observations::read(&path).unwrap();
    Ask { figures, origin: Some(ORIGIN.parse().unwrap()), lag: assimilate::LAG, options }
}

fn told(project: &Project, ask: &Ask) -> Result<Nowcast, AssimilateError> {
    assimilate::assimilate(project, ask, &AtomicBool::new(false), &|_| {})
}

/// The files of what figures say, by name.
fn files(nowcast: &Nowcast) -> BTreeMap<String, Vec<u8>> {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("a/said");
    assimilate::write(nowcast, &folder, "terbia assimilate".into()).unwrap();
    let name = |entry: &fs::DirEntry| entry.file_name().into_string().unwrap();
    let entries = fs::read_dir(&folder).unwrap().map(Result::unwrap);
    entries.map(|entry| (name(&entry), fs::read(entry.path()).unwrap())).collect()
}

/// A run of the corridor that nobody has seen: what the record shows of each outcome that is asked
/// for, by month from the first after the origin, and the figures that it prints of exports and prices.
fn truth(project: &Project, run: u32, months: usize) -> (Vec<Vec<f64>>, Vec<String>) {
    let origin: Month = ORIGIN.parse().unwrap();
    let known = origin.since(project.corridor.start) as usize + 1;
    let all = known + months;
    let compiled =
        project.compile_as_of(Some(AsOf::known_to(origin)), "replay", Some(all), &[]).unwrap();
    let columns = outcome::columns(&compiled.corridor);
    let wanted = ["exports_t", "price_cny_per_kg.heavy", "output_reo_t"]
        .map(|name| columns.iter().position(|c| c.name == name).unwrap());
    let chance = (77, run);
    let values = Study::new(&compiled.corridor, all, chance.0).values(run);
    let mut shown = vec![Vec::new(); 3];
    Engine::new(&compiled.corridor, all).run(&values, chance, |month, row| {
        if month >= known {
            shown.iter_mut().zip(wanted).for_each(|(months, column)| months.push(row[column]));
        }
    });
    let draws = Draws::new(chance.0, chance.1);
    let drift = Drift { sd: 0.1414, memory_months: 3.464 };
    let mut path = vec![0.0; months];
    drift.path(drift.prior(), &draws, 0, known, &mut path);
    shown[0].iter_mut().zip(&path).for_each(|(x, d)| *x *= exp(*d));
    let mut rows = Vec::new();
    for (month, text) in (0..months).map(|m| (m, origin.plus(m as i32 + 1).to_string())) {
        for (series, quantity) in ["import_volume", "price"].into_iter().enumerate() {
            let e = standard_normal(&draws, Purpose(77), series as u32, month as u32, 0);
            let value = shown[series][month] * exp(0.05 * e);
            if value > 0.0 {
                rows.push(row(&format!("X{series}{month:02}"), quantity, (&text, &text), value));
            }
        }
    }
    (shown, rows)
}

/// The months of a series after the origin.
fn after_origin(series: &Series) -> impl Iterator<Item = &terbia_lab::assimilate::Band> {
    let origin: Month = ORIGIN.parse().unwrap();
    series.months.iter().zip(&series.bands).filter(move |(m, _)| **m > origin).map(|(_, b)| b)
}

#[test]
fn the_truth_mostly_lies_where_it_is_believed_to_and_is_known_better_than_before() {
    let project = corridor(DRIFT);
    let (mut inside, mut count) = (0, 0);
    let (mut widths, mut errors) = ([0.0; 2], [0.0; 2]);
    for run in 0..4 {
        let (shown, rows) = truth(&project, run, 6);
        let nowcast = told(&project, &ask(&rows, 300, 0)).unwrap();
        assert!(nowcast.figures.len() >= 10 && nowcast.lines > 20.0, "{}", nowcast.lines);
        for (place, truth) in shown.iter().enumerate() {
            let pictures = [&nowcast.before[place], &nowcast.after[place]];
            for (k, series) in pictures.into_iter().enumerate() {
                for (band, x) in after_origin(series).zip(truth) {
                    let [low, .., high] = band.quantiles;
                    if k == 1 {
                        inside += u32::from((low..=high).contains(x));
                        count += 1;
                    }
                    widths[k] += (high - low) / x.abs().max(1.0);
                    errors[k] += (band.quantiles[3] - x).abs() / x.abs().max(1.0);
                }
            }
        }
    }
    // Nine in ten of 72, which depend on each other: far fewer, or all of them, would be wrong.
    assert_eq!(count, 72);
    assert!((54..=71).contains(&inside), "{inside} of {count}");
    assert!(widths[1] < 0.8 * widths[0] && errors[1] < 0.8 * errors[0], "{widths:?} {errors:?}");
}

#[test]
fn neither_the_order_of_rows_nor_threads_change_a_byte() {
    let project = corridor(DRIFT);
    let (_, rows) = truth(&project, 1, 3);
    let mut shuffled = rows.clone();
    shuffled.reverse();
    shuffled.swap(0, 2);
    let one = files(&told(&project, &ask(&rows, 80, 1)).unwrap());
    let two = files(&told(&project, &ask(&shuffled, 80, 2)).unwrap());
    assert_eq!(one.keys().map(String::as_str).collect::<Vec<_>>(), FILES);
    assert_eq!(one, two);
    let other = Ask { options: Options::new(80, 4), ..ask(&rows, 80, 2) };
    assert_ne!(one["nowcast.csv"], files(&told(&project, &other).unwrap())["nowcast.csv"]);
}

#[test]
fn what_was_believed_before_is_what_a_forecast_says_where_nothing_drifts() {
    let project = corridor("");
    let rows = [row("A", "import_volume", ("2023-03", "2023-03"), 1500.0)];
    let nowcast = told(&project, &ask(&rows, 60, 0)).unwrap();
    let options = Options::new(60, 3);
    let asked = forecast::Ask { origin: ORIGIN.parse().unwrap(), horizon: 3, options };
    let go = AtomicBool::new(false);
    let simulated = forecast::simulate(&project, &asked, &go, &|_| {}).unwrap();
    let foretold = forecast::of(&project, &simulated, None).unwrap();
    for (series, before) in foretold.outcomes.iter().zip(&nowcast.before) {
        assert_eq!(series.outcome, before.outcome);
        for (band, mine) in series.bands.iter().zip(after_origin(before)) {
            // Medians agree whatever way quantiles are interpolated; a forecast keeps five digits.
            let (a, b) = (band[3], mine.quantiles[3]);
            assert!((a - b).abs() <= 2e-5 * b.abs(), "{}: {a} {b}", series.outcome);
        }
    }
}

#[test]
fn a_figure_counts_in_the_month_in_which_its_window_ends() {
    let project = corridor(DRIFT);
    let (shown, _) = truth(&project, 2, 3);
    let sum: f64 = shown[0].iter().sum();
    let rows = [
        row("late", "import_volume", ("2023-01", "2023-03"), sum),
        row("early", "price", ("2023-01", "2023-01"), shown[1][0]),
    ];
    let nowcast = told(&project, &ask(&rows, 200, 0)).unwrap();
    let figures: Vec<usize> = nowcast.months.iter().map(|m| m.figures).collect();
    assert_eq!(figures, [1, 0, 1]);
    let [early, late] = &nowcast.figures[..] else { panic!("{:?}", nowcast.figures) };
    assert_eq!((early.id.as_str(), late.id.as_str()), ("early", "late"));
    assert_eq!(
        (late.from.to_string(), late.month.to_string()),
        ("2023-01".into(), "2023-03".into())
    );
    // The sum of three months is expected to be about three months.
    let [low, middle, high] = late.expected.unwrap();
    let months: f64 = after_origin(&nowcast.before[0]).map(|b| b.quantiles[3]).sum();
    assert!(
        low < middle && middle < high && (middle / months - 1.0).abs() < 0.3,
        "{middle} {months}"
    );
    // And it teaches of each of them.
    let width =
        |s: &Series| after_origin(s).map(|b| b.quantiles[6] - b.quantiles[0]).collect::<Vec<_>>();
    let (before, after) = (width(&nowcast.before[0]), width(&nowcast.after[0]));
    assert!(before.iter().zip(&after).all(|(b, a)| a < b), "{before:?} {after:?}");
}

#[test]
fn figures_up_to_the_origin_are_left_out_and_those_after_the_end_refused() {
    let project = corridor(DRIFT);
    let new = row("new", "import_volume", ("2023-01", "2023-01"), 1500.0);
    let old = row("old", "import_volume", ("2022-12", "2022-12"), 9e9);
    let wrong = row("unit", "price", ("2023-01", "2023-01"), 2.0).replace("CNY/kg", "USD/kg");
    let snow = row("snow", "snow", ("2023-01", "2023-01"), 2.0);
    let nought = row("nought", "price", ("2023-01", "2023-01"), 0.0);
    let rows = [new.clone(), old.clone(), wrong.clone(), snow, nought];
    let nowcast = told(&project, &ask(&rows, 60, 0)).unwrap();
    let alone = told(&project, &ask(std::slice::from_ref(&new), 60, 0)).unwrap();
    let why = |id: &str| nowcast.left.iter().find(|l| l.id == id).unwrap().why.clone();
    assert_eq!(why("old"), Why::BeforeOrigin { until: "2022-12".into() });
    assert_eq!(why("unit"), Why::NoRule { units: vec!["CNY/kg".into()] });
    assert_eq!(why("snow"), Why::NoRule { units: vec![] });
    assert_eq!(why("nought"), Why::Nought);
    assert_eq!(nowcast.left.len(), 4);
    let (one, other) = (files(&nowcast), files(&alone));
    for name in ["nowcast.csv", "before.csv", "figures.csv", "moved.csv"] {
        assert_eq!(one[name], other[name], "{name}");
    }
    let readme = String::from_utf8(one["README.md"].clone()).unwrap();
    assert!(
        readme.contains("`unit` is left out: its unit is not one in which it is compared (CNY/kg)")
    );

    let late = |rows: &[String]| told(&project, &ask(rows, 60, 0)).unwrap_err();
    let future = row("future", "import_volume", ("2025-01", "2025-01"), 900.0);
    let error = late(&[new, future]);
    assert!(
        matches!(&error, AssimilateError::AfterEnd { id, end, .. } if id == "future" && end.to_string() == "2024-12"),
        "{error}"
    );
    let error = late(&[old, wrong]);
    let AssimilateError::NothingNew { why, .. } = &error else { panic!("{error}") };
    assert!(why.contains("old: it ends in 2022-12") && why.contains("unit: its unit"), "{why}");
}

#[test]
fn figures_that_contradict_each_other_are_two_readings_and_an_absurd_one_is_set_aside() {
    let project = corridor(DRIFT);
    let of = |id: &str, value: f64| row(id, "import_volume", ("2023-01", "2023-01"), value);
    let usual = told(&project, &ask(&[of("A", 1.0)], 60, 0)).unwrap();
    let middle = after_origin(&usual.before[0]).next().unwrap().quantiles[3];
    let two = [of("A", middle), of("B", 1.1 * middle)];
    let both = told(&project, &ask(&two, 200, 0)).unwrap();
    assert!(
        both.figures.iter().all(|f| f.fate == Fate::Taken && f.trust > 0.9),
        "{:?}",
        both.figures
    );
    assert_eq!(both.notes().count(), 1);
    // Between them, and known better than from one alone.
    let band = |n: &Nowcast| after_origin(&n.after[0]).next().unwrap().quantiles;
    let one = told(&project, &ask(&two[..1], 200, 0)).unwrap();
    let ([a_low, .., a_high], [low, _, _, between, _, _, high]) = (band(&one), band(&both));
    assert!(between > middle && between < 1.1 * middle, "{middle} {between}");
    assert!(high - low < a_high - a_low);

    let absurd = [of("A", middle), of("absurd", 1e7 * middle)];
    let nowcast = told(&project, &ask(&absurd, 200, 0)).unwrap();
    let [a, b] = &nowcast.figures[..] else { panic!("{:?}", nowcast.figures) };
    assert!(a.fate == Fate::Taken && matches!(b.fate, Fate::Contradicts { .. }), "{b:?}");
    assert!(b.pit > 0.999 && b.trust == 0.0);
    let remark = b.remark(200).unwrap();
    assert!(remark.starts_with("absurd: the record contradicts every run"), "{remark}");
    assert_eq!(band(&nowcast), band(&one), "it goes on without that figure");

    // The same said twice counts once.
    let again = [of("A", middle), of("relay", middle)];
    let nowcast = told(&project, &ask(&again, 200, 0)).unwrap();
    assert_eq!(nowcast.left[0].why, Why::SaidAlready { by: "A".into() });
    assert_eq!(band(&nowcast), band(&one));
}

#[test]
fn of_a_series_that_stops_less_and_less_is_known() {
    let project = corridor(DRIFT);
    let (_, rows) = truth(&project, 3, 9);
    let stops =
        |r: &&String| r.contains(",price,") || r.starts_with("X000") || r.starts_with("X001");
    let rows: Vec<String> = rows.iter().filter(stops).cloned().collect();
    let nowcast = told(&project, &ask(&rows, 250, 0)).unwrap();
    assert_eq!(nowcast.last.to_string(), "2023-09");
    let spread = |s: &Series| -> Vec<f64> {
        after_origin(s).map(|b| (b.quantiles[6] / b.quantiles[0].max(1e-9)).ln()).collect()
    };
    let (before, after) = (spread(&nowcast.before[0]), spread(&nowcast.after[0]));
    assert!(after[8] > 2.0 * after[1], "{after:?}");
    assert!(after[1] < 0.6 * before[1], "{before:?} {after:?}");
}

#[test]
fn what_moved_is_what_the_figures_are_about() {
    let project = corridor(DRIFT);
    let usual =
        told(&project, &ask(&[row("A", "price", ("2023-01", "2023-01"), 2500.0)], 400, 0)).unwrap();
    let [.., high] = after_origin(&usual.before[1]).next().unwrap().quantiles;
    let dear = row("A", "price", ("2023-01", "2023-01"), high);
    let nowcast = told(&project, &ask(&[dear], 400, 0)).unwrap();
    let first = &nowcast.movers[0];
    assert_eq!((first.about, first.name.as_str()), (About::Forecast, "price_cny_per_kg.heavy"));
    assert!(first.shift_sd > 1.0 && first.after > first.before, "{first:?}");
    assert!(nowcast.movers.len() <= 10);
    // A table has every outcome that is asked for, and beyond them only what moved.
    let asked = nowcast.moved.iter().filter(|m| m.about == About::Forecast).count();
    assert_eq!(asked, 3);
    assert!(nowcast.moved.iter().all(|m| m.about == About::Forecast || m.beyond_noise));
    let far = |m: &assimilate::Moved| m.shift_sd.abs();
    assert!(nowcast.moved.windows(2).all(|w| far(&w[0]) >= far(&w[1])));
}

#[test]
fn a_posterior_gives_values_and_drifts() {
    let project = corridor(DRIFT);
    let rows = [row("A", "import_volume", ("2023-01", "2023-01"), 1500.0)];
    let dir = tempfile::tempdir().unwrap();
    let column = |name: &str| Column::new(name, "1", "made up");
    let kept = |sd: f64| {
        let names = [
            "levy.smuggling_cost_cny_per_t",
            "discrepancy.exports.sd",
            "discrepancy.exports.memory_months",
        ];
        let number = project.corridor.numbers.iter().find(|n| n.path == names[0]).unwrap();
        let values = vec![vec![number.value; 2], vec![sd; 2], vec![4.0; 2]];
        let table = Doubles { columns: names.map(column).to_vec(), values };
        table.write(&dir.path().join(TABLE)).unwrap();
        let posterior = Some(Arc::new(Posterior::read(dir.path()).unwrap()));
        let asked = ask(&rows, 120, 0);
        let options = Options { posterior, ..asked.options };
        told(&project, &Ask { options, ..asked }).unwrap()
    };
    let width = |n: &Nowcast| {
        let q = after_origin(&n.before[0]).next().unwrap().quantiles;
        (q[6] / q[0].max(1e-9)).ln()
    };
    let (narrow, wide) = (kept(0.05), kept(0.4));
    assert!(width(&wide) > width(&narrow) + 0.1, "{} {}", width(&wide), width(&narrow));
    let manifest = String::from_utf8(files(&wide)["manifest.json"].clone()).unwrap();
    assert!(manifest.contains("\"posterior_sha256\": \""));
}

#[test]
fn what_figures_said_is_never_written_over() {
    let project = corridor("");
    let rows = [row("A", "import_volume", ("2023-01", "2023-01"), 1500.0)];
    let nowcast = told(&project, &ask(&rows, 20, 0)).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let write = |to: &Path| assimilate::write(&nowcast, to, "terbia".into());
    let empty = dir.path().join("empty");
    fs::create_dir(&empty).unwrap();
    let manifest = write(&empty).unwrap();
    assert!(matches!(write(&empty), Err(AssimilateError::Exists { .. })));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "a draft is left");
    let mut lines = String::new();
    for file in &manifest.files {
        writeln!(lines, "{}  {}", file.sha256, file.name).unwrap();
    }
    assert_eq!(manifest.files.len(), 5);
    let taken = dir.path().join("taken");
    fs::create_dir(&taken).unwrap();
    fs::write(taken.join("thesis.txt"), "years of work").unwrap();
    assert!(matches!(write(&taken), Err(AssimilateError::Taken { .. })));
    assert!(matches!(write(&taken.join("thesis.txt")), Err(AssimilateError::Taken { .. })));
}

#[test]
fn what_cannot_be_done_is_refused_with_what_can() {
    let project = corridor("");
    let rows = [row("A", "import_volume", ("2023-01", "2023-01"), 1500.0)];
    let asked = ask(&rows, 20, 0);
    let refused =
        |ask: &Ask| format!("{:?}", miette::Report::new(told(&project, ask).unwrap_err()));
    let no_origin = Ask { origin: None, ..asked.clone() };
    assert!(refused(&no_origin).contains("give --origin YYYY-MM"), "{}", refused(&no_origin));
    let many = Ask { options: Options::new(60_000, 1), ..asked.clone() };
    assert!(refused(&many).contains("50000 or fewer"), "{}", refused(&many));
    let early = Ask { origin: Some("2019-12".parse().unwrap()), ..asked.clone() };
    assert!(refused(&early).contains("2020-01"), "{}", refused(&early));
    let template = Project::load("template").unwrap();
    assert!(matches!(told(&template, &asked), Err(AssimilateError::NoTable { .. })));
    let stop = AtomicBool::new(true);
    let stopped = assimilate::assimilate(&project, &asked, &stop, &|_| {}).unwrap_err();
    assert!(stopped.stopped());
}
