//! Can anyone score a forecast with its folder alone, and are bad figures treated as the guide says?

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use tempfile::TempDir;
use terbia_lab::across::Across;
use terbia_lab::stats;
use terbia_store::forecast::{self, Ask, ForecastError};
use terbia_store::observations::{self, Note, ObservationsError};
use terbia_store::output::Paths;
use terbia_store::scored::{self, Figure, Folder, Reason, ScoreError, Scored, Series};
use terbia_store::study::Options;
use terbia_store::{Project, load::Fault};

/// What of the made-up corridor is forecast.
const TABLE: &str = "
[[forecast.outcome]]
outcome = \"exports_t\"
label = \"Exports\"

[[forecast.outcome]]
outcome = \"gate_open_share\"
label = \"Gates that are open\"

[[forecast.event]]
id = \"closure\"
label = \"Most gates are shut\"
outcome = \"gate_open_share\"
is = \"below\"
threshold = 0.4

[[forecast.event]]
id = \"opening\"
label = \"A gate is open\"
outcome = \"gate_open_share\"
is = \"above\"
threshold = 0.1
";

/// Rules before those of the corridor, with the figures of the record that they cover.
const RULES: &str = "
[[target]]
id = \"change\"
match = { quantity = \"import_change\" }
measure = { outcome = \"exports_t\", statistic = \"sum\", divide = { outcome = \"exports_t\", statistic = \"sum\", from = \"2023-07\", to = \"2023-07\" }, minus_one = true }
scale = 100.0

[[target]]
id = \"since\"
match = { quantity = \"import_since\" }
measure = { outcome = \"exports_t\", statistic = \"sum\", divide = { outcome = \"exports_t\", statistic = \"sum\", from = \"2023-06\", to = \"2023-06\" }, minus_one = true }
scale = 100.0

[[target]]
id = \"price\"
match = { quantity = \"price\" }
measure = { outcome = \"price_cny_per_kg.heavy\", statistic = \"mean\" }

[[target]]
id = \"open\"
match = { quantity = \"open_share\", unit = \"percent\" }
measure = { outcome = \"gate_open_share\", statistic = \"mean\" }
scale = 100.0
";
const COVERED: &str = "\
T004,import_change,Lowland,upland oxide,2023-07,2023-07,0,,,percent,printed,S001,,,
T007,import_since,Lowland,upland oxide,2023-07,2023-07,0,,,percent,printed,S001,,,
T005,price,Lowland,heavy oxide,2022-01,2022-01,2000,,,CNY/kg,printed,S001,,,
T006,open_share,North,gates,2022-01,2022-01,90,,,percent,printed,S001,,,
";

const HEAD: &str = "id,quantity,entity,subject,from,to,value,low,high,unit,basis";

/// A forecast of twelve months from 2023-07, in a folder of its own.
struct Made(TempDir);

/// Makes the forecast of a corridor that is gone when it is scored: nothing but the folder is needed.
fn made() -> Made {
    let dir = tempfile::tempdir().unwrap();
    let corridor = dir.path().join("mine");
    terbia_store::new::create(&corridor, terbia_store::new::TEMPLATE).unwrap();
    let edit = |name: &str, change: &dyn Fn(String) -> String| {
        let path = corridor.join(name);
        fs::write(&path, change(fs::read_to_string(&path).unwrap())).unwrap();
    };
    edit("corridor.toml", &|text| text + TABLE);
    edit("evidence/targets.toml", &|text| format!("{RULES}{text}"));
    edit("evidence/observations.csv", &|text| text + COVERED);
    let project =
        Project::load_folder(&corridor).unwrap_or_else(|e| panic!("{:?}", miette::Report::new(e)));
    let options = Options { jobs: 1, ..Options::new(41, 5) };
    let ask = Ask { origin: "2023-06".parse().unwrap(), horizon: 12, options };
    let simulated = forecast::simulate(&project, &ask, &AtomicBool::new(false), &|_| {}).unwrap();
    let forecast = forecast::of(&project, &simulated, None).unwrap();
    forecast::write(&project, &forecast, &dir.path().join("made"), "terbia".into()).unwrap();
    fs::remove_dir_all(corridor).unwrap();
    Made(dir)
}

impl Made {
    fn dir(&self) -> PathBuf {
        self.0.path().join("made")
    }

    fn folder(&self) -> Folder {
        Folder::read(&self.dir()).unwrap()
    }

    fn paths(&self) -> Paths {
        Paths::read(&self.dir().join("paths.parquet")).unwrap()
    }

    /// A copy of the forecast, to be changed.
    fn copy(&self) -> TempDir {
        let dir = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(self.dir()).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), dir.path().join(entry.file_name())).unwrap();
        }
        dir
    }

    /// The figures in `rows` beside the forecast, and events if there are some.
    fn score(&self, rows: &[String], events: Option<&str>) -> Scored {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: String| {
            let path = dir.path().join(name);
            fs::write(&path, text).unwrap();
            path
        };
        let folder = self.folder();
        let path = write("figures.csv", format!("{HEAD}\n{}\n", rows.join("\n")));
        let figures = observations::read(&path).unwrap();
        let events = events.map(|rows| {
            let path = write("events.csv", format!("event,month,happened\n{rows}"));
            scored::event::read(&path, &folder).unwrap()
        });
        scored::score(&folder, &figures, events.as_deref()).unwrap()
    }

    /// The sum of exports over the months `first..=last` (from 0) in each run, in ascending order.
    fn exports(&self, first: usize, last: usize) -> Vec<f64> {
        let paths = self.paths();
        let column = paths.column("exports_t").unwrap();
        let mut sums = vec![0.0; paths.runs.len()];
        for month in first..=last {
            let mut values = Vec::new();
            Across::read(&paths, column, month, &mut values).unwrap();
            sums.iter_mut().zip(values).for_each(|(sum, value)| *sum += value);
        }
        stats::sorted(&sums)
    }
}

fn imports(id: &str, from: &str, to: &str, value: f64) -> String {
    format!("{id},import_volume,Lowland,upland oxide,{from},{to},{value},,,t gross,printed")
}

fn figure<'a>(scored: &'a Scored, id: &str) -> &'a Figure {
    scored.figures.iter().find(|f| f.id == id).unwrap_or_else(|| panic!("no {id}: {scored:?}"))
}

fn series<'a>(scored: &'a Scored, name: &str) -> &'a Series {
    scored.series.iter().find(|s| s.series == name).unwrap()
}

fn reason<'a>(scored: &'a Scored, id: &str) -> &'a Reason {
    &scored.unscored.iter().find(|u| u.id == id).unwrap_or_else(|| panic!("no {id}")).reason
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1e-6)
}

#[test]
fn a_figure_is_scored_over_the_months_that_it_speaks_of() {
    let made = made();
    let runs = made.exports(1, 3);
    let (median, y) = (stats::quantile(&runs, 0.5), 1.3 * stats::quantile(&runs, 0.5));
    let scored = made.score(&[imports("X1", "2023-08", "2023-10", y)], None);
    let found = figure(&scored, "X1");
    assert!(close(found.median, median) && found.runs == 41);
    assert_eq!((found.from.as_str(), found.to.as_str()), ("2023-08", "2023-10"));
    let log: Vec<f64> = runs.iter().map(|x| x.max(0.05 * y).ln()).collect();
    assert!(close(found.crps.unwrap(), stats::crps_fair(&log, y.ln())));
    assert!(close(found.bias.unwrap(), -(1.3_f64.ln())));
    let below = runs.iter().filter(|x| **x < y).count() as f64;
    assert!(close(found.pit.unwrap(), (below + 0.5) / 42.0));
    let (low, high) = (stats::quantile(&runs, 0.1), stats::quantile(&runs, 0.9));
    assert_eq!(found.inside[1], (low..=high).contains(&y));
    assert_eq!(series(&scored, "imports").energy, None);
    assert_eq!(scored.silent, ["Gates that are open"]);
}

#[test]
fn figures_that_are_drawn_from_the_forecast_are_covered_as_it_says() {
    let made = made();
    let rows: Vec<String> = (0..12)
        .map(|m| {
            let month: terbia_model::kernel::time::Month = "2023-07".parse().unwrap();
            let month = month.plus(m).to_string();
            // The fifth of twelve takes the fifth of twelve equal parts of the runs, and so on.
            let p = (f64::from(m) + 0.5) / 12.0;
            let y = stats::quantile(&made.exports(m as usize, m as usize), p);
            imports(&format!("X{m:02}"), &month, &month, y)
        })
        .collect();
    let scored = made.score(&rows, None);
    let [half, middle, wide] = scored.coverage;
    assert_eq!([half.inside, middle.inside, wide.inside], [6, 10, 12]);
    assert!(middle.low < 0.8 && middle.high > 0.8);
    assert!((series(&scored, "imports").pit.unwrap() - 0.5).abs() < 0.02);
    assert!(scored.pits.unwrap().p_value > 0.5);
    // The order of the rows is no matter.
    let turned: Vec<String> = rows.iter().rev().cloned().collect();
    let again = made.score(&turned, None);
    assert_eq!(again.figures, scored.figures);
}

#[test]
fn only_windows_within_the_forecast_are_scored() {
    let made = made();
    let scored = made.score(
        &[
            imports("before", "2022", "2022", 1.0),
            imports("across-origin", "2023-05", "2023-08", 1.0),
            imports("year", "2023", "2023", 1.0),
            imports("across-end", "2024-06", "2024-07", 1.0),
            imports("after", "2024-07", "2024-08", 1.0),
            imports("whole", "2023-07", "2024-06", 1.0),
            "undated,import_volume,Lowland,upland oxide,,,1,,,t gross,printed".into(),
            "change,import_change,Lowland,upland oxide,2023-08,2023-08,-5,,,percent,printed".into(),
            "since,import_since,Lowland,upland oxide,2023-08,2023-08,-5,,,percent,printed".into(),
        ],
        None,
    );
    let ids: Vec<&str> = scored.figures.iter().map(|f| f.id.as_str()).collect();
    assert_eq!(ids.len(), 2, "{ids:?}");
    assert!(ids.contains(&"whole") && ids.contains(&"change"));
    assert_eq!(reason(&scored, "before"), &Reason::Before);
    assert_eq!(reason(&scored, "after"), &Reason::After);
    assert_eq!(reason(&scored, "undated"), &Reason::NoDates);
    for id in ["across-origin", "year"] {
        assert_eq!(reason(&scored, id), &Reason::AcrossOrigin { from: "2023-07".into() });
    }
    assert_eq!(reason(&scored, "across-end"), &Reason::AcrossEnd { until: "2024-06".into() });
    let needs = "2023-06 to 2023-08".to_owned();
    assert_eq!(reason(&scored, "since"), &Reason::Reaches { needs });
    let why = &scored.unscored.iter().find(|u| u.id == "across-end").unwrap().why;
    assert!(why.contains("window not inside"), "{why}");
    // A change is compared as it is.
    assert_eq!(figure(&scored, "change").comparison, "as is");
}

#[test]
fn what_cannot_be_compared_is_listed_with_its_reason() {
    let made = made();
    let one = |row: &str| made.score(&[row.to_owned()], None);
    let wrong = one("X1,import_volume,Lowland,upland oxide,2023-08,2023-08,900,,,kg,printed");
    assert_eq!(reason(&wrong, "X1"), &Reason::WrongUnit { taken: vec!["t gross".into()] });
    let rule = one("X1,snow,Lowland,upland oxide,2023-08,2023-08,900,,,mm,printed");
    assert_eq!(reason(&rule, "X1"), &Reason::NoRule);
    let context = one("X1,rainfall,Upper Valley,Upper Valley,2023-08,2023-08,9,,,mm,printed");
    assert!(
        matches!(reason(&context, "X1"), Reason::Context { reason } if reason.contains("outcome"))
    );
    let price = one("X1,price,Lowland,heavy oxide,2023-08,2023-08,2000,,,CNY/kg,printed");
    let outcome = "price_cny_per_kg.heavy".to_owned();
    assert_eq!(reason(&price, "X1"), &Reason::NotForecast { outcome });
    let nothing = one("X1,import_volume,Lowland,upland oxide,2023-08,2023-08,,,,t gross,bound");
    assert_eq!(reason(&nothing, "X1"), &Reason::NoClaim);
    assert!(nothing.figures.is_empty() && nothing.coverage[1].of == 0);
}

#[test]
fn a_bound_is_inside_or_outside_and_no_more() {
    let made = made();
    let runs = made.exports(1, 1);
    let most = runs.last().unwrap();
    let bound = |id: &str, low: f64| {
        format!("{id},import_volume,Lowland,upland oxide,2023-08,2023-08,,{low},,t gross,bound")
    };
    let scored = made.score(&[bound("met", 0.5 * most), bound("missed", 2.0 * most)], None);
    let (met, missed) = (figure(&scored, "met"), figure(&scored, "missed"));
    assert_eq!((met.inside[1], missed.inside[1]), (true, false));
    assert_eq!(missed.kept, Some(0.0));
    let kept = runs.iter().filter(|x| **x >= 0.5 * most).count() as f64 / 41.0;
    assert!(close(met.kept.unwrap(), kept));
    assert_eq!((met.crps, met.pit, met.bias), (None, None, None));
    assert_eq!((scored.bounds.inside, scored.bounds.of, scored.coverage[1].of), (1, 2, 0));
    assert_eq!(scored.figures[0].id, "missed", "failures come first");
}

#[test]
fn shares_are_compared_as_they_are_and_nothing_has_no_logarithm() {
    let made = made();
    let scored = made.score(
        &[
            "open,open_share,North,gates,2023-08,2023-08,50,,,percent,printed".into(),
            imports("nought", "2023-09", "2023-09", 0.0),
        ],
        None,
    );
    let open = figure(&scored, "open");
    assert_eq!(open.comparison, "as is");
    assert!(close(open.bias.unwrap(), open.median - 50.0) && open.median > 1.0);
    let nought = figure(&scored, "nought");
    assert_eq!((nought.crps, nought.bias), (None, None));
    assert!(nought.pit.is_some() && nought.note.contains("no logarithm"), "{nought:?}");
    assert_eq!(scored.coverage[1].of, 2);
}

#[test]
fn a_figure_that_is_said_again_is_scored_once_and_a_contradiction_twice() {
    let made = made();
    let y = made.exports(1, 1)[20];
    let rows = [
        imports("X1", "2023-08", "2023-08", y),
        imports("X2", "2023-08", "2023-08", y),
        imports("X3", "2023-08", "2023-08", 3.0 * y),
        imports("X1", "2023-08", "2023-08", y),
    ];
    let scored = made.score(&rows, None);
    assert_eq!(scored.coverage[1].of, 2);
    assert_eq!(reason(&scored, "X2"), &Reason::SaidAgain { by: "X1".into() });
    let kind = |note: &Note| match note {
        Note::Repeated { .. } => 'r',
        Note::SaidAgain { .. } => 's',
        Note::Contradictory { .. } => 'c',
        Note::Early { .. } => 'e',
    };
    assert_eq!(scored.notes.iter().map(kind).collect::<String>(), "rsc");
}

#[test]
fn a_series_that_stops_halfway_says_where() {
    let made = made();
    let rows = ["2023-07", "2023-08", "2023-09"].map(|m| imports(m, m, m, 900.0));
    let scored = made.score(&rows, None);
    let imports = series(&scored, "imports");
    assert_eq!((imports.from.as_str(), imports.to.as_str()), ("2023-07", "2023-09"));
    assert_eq!(scored.forecast.until, "2024-06");
}

#[test]
fn the_energy_score_joins_the_figures_of_a_series() {
    let made = made();
    let months = [(1, "2023-08"), (4, "2023-11")];
    let rows = months.map(|(_, m)| imports(m, m, m, 900.0));
    let scored = made.score(&rows, None);
    let paths = made.paths();
    let logs = months.map(|(place, _)| {
        let mut values = Vec::new();
        Across::read(&paths, paths.column("exports_t").unwrap(), place, &mut values).unwrap();
        values.iter().map(|x| x.max(45.0).ln()).collect::<Vec<f64>>()
    });
    let n = logs[0].len();
    let apart = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
    let at = |run: usize| [logs[0][run], logs[1][run]];
    let y = [900.0_f64.ln(); 2];
    let to_y: f64 = (0..n).map(|run| apart(at(run), y)).sum();
    let pairs: f64 =
        (0..n).flat_map(|i| (0..n).map(move |j| (i, j))).map(|(i, j)| apart(at(i), at(j))).sum();
    let expected = to_y / n as f64 - pairs / (2.0 * n as f64 * (n as f64 - 1.0));
    assert!(close(series(&scored, "imports").energy.unwrap(), expected));
}

#[test]
fn a_folder_that_was_changed_is_refused() {
    let made = made();
    let refused = |dir: &Path| Folder::read(dir).unwrap_err();
    let empty = tempfile::tempdir().unwrap();
    assert!(matches!(refused(empty.path()), ScoreError::NoForecast { .. }));
    // As the folder of a run is.
    fs::write(empty.path().join("manifest.json"), "{}").unwrap();
    assert!(matches!(refused(empty.path()), ScoreError::NoForecast { .. }));
    let changed = made.copy();
    let rules = changed.path().join("rules.toml");
    fs::write(&rules, fs::read_to_string(&rules).unwrap() + "\n").unwrap();
    let error = refused(changed.path());
    assert!(matches!(error, ScoreError::Forecast(ForecastError::Changed { .. })), "{error}");
    // A file that the manifest says nothing of could be any.
    let unlisted = made.copy();
    let path = unlisted.path().join("manifest.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"paths.parquet\"", "\"README.md\"")).unwrap();
    let error = refused(unlisted.path());
    assert!(matches!(error, ScoreError::Forecast(ForecastError::Changed { .. })), "{error}");
}

#[test]
fn events_are_scored_on_what_is_told() {
    let made = made();
    let rows = imports("X1", "2023-08", "2023-08", 900.0);
    assert_eq!(made.score(std::slice::from_ref(&rows), None).events, None);
    let told = "closure,2023-08,0\nclosure,2023-07,0\nclosure,2023-09,1\nclosure,2023-07,0\n\
                closure,2024-09,1\n";
    let events = made.score(&[rows], Some(told)).events.unwrap();
    assert_eq!(events.untold, ["opening"]);
    assert_eq!(events.outside, 1);
    let [closure] = &events.events[..] else { panic!("{events:?}") };
    assert_eq!(closure.happened_in.as_deref(), Some("2023-09"));
    let mut table = csv::Reader::from_path(made.dir().join("events.csv")).unwrap();
    let rows: Vec<_> = table.records().map(Result::unwrap).filter(|r| &r[0] == "closure").collect();
    let mut sum = 0.0;
    for (place, (month, came)) in closure.months.iter().zip([false, false, true]).enumerate() {
        let by = month.by.unwrap();
        assert_eq!((by.chance, by.happened), (rows[place][4].parse().unwrap(), came));
        sum += (by.chance - f64::from(u8::from(came))).powi(2);
    }
    assert!(close(closure.brier.unwrap(), sum / 3.0));
    assert!(close(events.brier_of_constant.unwrap(), 2.0 / 9.0));
}

#[test]
fn what_is_wrong_with_a_table_of_events_is_told_at_once() {
    let made = made();
    let folder = made.folder();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("events.csv");
    let faults = |text: &str| -> Vec<Fault> {
        fs::write(&path, text).unwrap();
        let error = scored::event::read(&path, &folder).unwrap_err();
        let ObservationsError::Invalid { problems, .. } = error else { panic!("{error}") };
        problems.iter().map(|p| p.fault().clone()).collect()
    };
    let text = "event,happened,month\nclosrue,1,2023-08\nclosure,yes,2023-08\nclosure,1,August\n\
                closure,1,2023-09\nclosure,0,2023-09\n";
    assert!(matches!(
        &faults(text)[..],
        [
            Fault::UnknownId { near: Some(near), .. },
            Fault::UnknownWord { .. },
            Fault::BadDate { .. },
            Fault::OtherContent { line: 5, .. },
        ] if near == "closure"
    ));
    assert_eq!(faults("event,month,happened\n"), [Fault::NoRows]);
    assert!(matches!(faults("")[..], [Fault::Empty { .. }]));
}
