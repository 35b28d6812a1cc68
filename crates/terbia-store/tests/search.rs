//! Does a search find the front that is known, judge it in other futures, and keep it the same whoever runs
//! it? Does a pathway find a sign that tells, and none where none does?

#![allow(clippy::unwrap_used, reason = "a search that cannot be run has failed")]

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use tempfile::TempDir;
use terbia_store::output::{Column, Doubles};
use terbia_store::posterior::{Posterior, TABLE};
use terbia_store::question::analysis::{self, Analysis, Pathway};
use terbia_store::question::search::{
    self, Found, PORTFOLIOS, SEARCH, SearchManifest, SearchOptions, SearchPlanned, Searched,
};
use terbia_store::question::{self, Options, Planned, QuestionError, Watch};
use terbia_store::study::Keep;
use terbia_store::{Project, new};

/// Two outcomes of the made-up corridor, and one that is the first upside down.
const STUDY: &str = r#"
question = "What if?"
from = "2023-01"
until = "2024-12"

[[scenario]]
name = "replay"

[[policy]]
id = "as-it-was"

[[policy]]
id = "fixed"
set = { "lever.council-levy@2022-10" = 10000 }

[[policy]]
id = "half-shut"
set = { "lever.lowland-gate@2023-01" = 0.5 }

[[outcome]]
id = "revenue_usd"
label = "Levies received"
measure = { outcome = "levy_revenue_total_usd", statistic = "sum" }
better = "higher"

[[outcome]]
id = "exports_t"
label = "Exports"
measure = { outcome = "exports_t", statistic = "sum" }
better = "higher"
threshold = 30000

[[outcome]]
id = "calm_t"
label = "Exports that the valley is spared"
measure = { outcome = "exports_t", statistic = "sum" }
better = "lower"

[[outcome]]
id = "fx"
label = "Exchange rate"
measure = { outcome = "fx_cny_per_usd", statistic = "mean" }
better = "lower"

[design]
members = 64
"#;

/// The gate alone, from half open to open.
const GATE: &str = r#"
[[search.lever]]
path = "lever.lowland-gate@2023-01"
low = 0.5
high = 1.0
"#;

fn search_by(objectives: &str, levers: &str) -> String {
    format!(
        "{STUDY}\n[search]\nobjectives = {objectives}\npopulation = 6\ngenerations = 3\nmembers = 8\njudged_members = 20\n{levers}"
    )
}

fn template() -> Project {
    Project::load(new::TEMPLATE).unwrap()
}

fn planned(text: &str, options: &SearchOptions) -> Result<SearchPlanned, QuestionError> {
    let project = template();
    let invalid = |problems| QuestionError::Invalid { name: "test".into(), problems };
    let sheet = project.study("test.toml", text.to_owned()).map_err(invalid)?;
    SearchPlanned::new(&project, "test", &sheet, options)
}

fn found(text: &str, jobs: usize, dir: &Path) -> Result<Found, QuestionError> {
    let planned = planned(text, &SearchOptions { jobs, ..SearchOptions::default() })?;
    let keep = Keep { dir: Some(dir.to_owned()), resume: false, command: "test".into() };
    let watch = Watch { planned: &|_| {}, ran: &|_| {} };
    search::run(&planned, &keep, &AtomicBool::new(false), &watch)
}

fn searched(text: &str) -> Searched {
    let dir = TempDir::new().unwrap();
    found(text, 1, &dir.path().join("out")).unwrap().searched
}

#[test]
fn an_open_gate_is_the_whole_front_where_trade_is_all_that_counts_and_differs_by_exactly_nothing() {
    let searched = searched(&search_by(r#"["revenue_usd", "exports_t"]"#, GATE));
    assert!(searched.tried > 6 && searched.objectives.iter().all(|o| o.moved));
    assert_eq!((searched.front, searched.beat_reference), (1, 0));
    let [open] = &searched.chosen[..] else { panic!("{:?}", searched.chosen) };
    assert_eq!(open.settings, [1.0], "the setting that changes nothing is tried, and is best");
    assert_eq!(open.searched, [Some(0.0); 2]);
    for (place, difference) in open.differences.iter().enumerate() {
        assert_eq!((difference.value, difference.high), (Some(0.0), Some(0.0)));
        assert_eq!((open.better[place], open.worse[place]), (Some(0.0), Some(0.0)));
        assert_eq!(open.means[place], searched.objectives[place].reference);
    }
    assert_eq!(open.better_in_all.value, Some(0.0));
    assert!(open.holds);
}

#[test]
fn where_two_objectives_are_one_upside_down_every_portfolio_is_on_the_front() {
    let text = search_by(r#"["exports_t", "calm_t"]"#, GATE);
    let text = text.replace(
        "members = 8\n",
        "members = 8\nnegligible = { exports_t = 1e-6, calm_t = 1e-6 }\n",
    );
    let searched = searched(&text);
    assert!(searched.tried > 10, "{}", searched.tried);
    assert_eq!((searched.front, searched.chosen.len()), (searched.tried, 10));
    assert_eq!(searched.without_number, 0);
    let gates: Vec<f64> = searched.chosen.iter().map(|p| p.settings[0]).collect();
    assert!(gates.is_sorted_by(|a, b| a > b), "most exports first: {gates:?}");
    assert!(gates[0] == 1.0 && gates[9] < 0.55, "both ends are shown: {gates:?}");
    for portfolio in &searched.chosen {
        let [exports, calm] = &portfolio.differences[..] else { panic!("{portfolio:?}") };
        assert_eq!(exports, calm);
        assert_eq!(portfolio.better_in_all.value, Some(0.0));
        assert!(portfolio.holds);
    }
}

#[test]
fn the_chosen_few_meet_futures_that_the_search_did_not() {
    let searched = searched(&search_by(r#"["revenue_usd", "exports_t"]"#, LEVY));
    assert_ne!(searched.of.seed, searched.of.judged_seed);
    assert_eq!((searched.of.members, searched.of.judged_members), (8, 20));
    assert!(!searched.chosen.is_empty());
    for portfolio in &searched.chosen {
        assert_ne!(portfolio.differences[0].value, portfolio.searched[0]);
        let [low, high] = [portfolio.differences[0].low, portfolio.differences[0].high];
        assert!(low < portfolio.differences[0].value && portfolio.differences[0].value < high);
        let grid = portfolio.settings[0] / 10_000.0;
        assert_eq!(grid.fract(), 0.0, "a lever with steps is turned by whole ones");
    }
    let runs = 8 * (searched.tried as u64 + 1) + 20 * (searched.chosen.len() as u64 + 1);
    assert_eq!(searched.runs, [runs, 0]);
}

#[test]
fn with_a_posterior_the_judgement_takes_sets_of_values_that_the_search_did_not() {
    let text = search_by(r#"["revenue_usd", "exports_t"]"#, GATE);
    let text = text
        .replace("members = 8", "members = 4")
        .replace("judged_members = 20", "judged_members = 4");
    let reference = |kilometres: [f64; 8]| {
        let dir = TempDir::new().unwrap();
        let table = Doubles {
            columns: vec![Column::new("road.upper-pass.km", "", "")],
            values: vec![kilometres.to_vec()],
        };
        table.write(&dir.path().join(TABLE)).unwrap();
        let posterior = Some(Posterior::read(dir.path()).unwrap().into());
        let options = SearchOptions { posterior, jobs: 1, ..SearchOptions::default() };
        let planned = planned(&text, &options).unwrap();
        let keep =
            Keep { dir: Some(dir.path().join("out")), resume: false, command: "test".into() };
        let watch = Watch { planned: &|_| {}, ran: &|_| {} };
        let found = search::run(&planned, &keep, &AtomicBool::new(false), &watch).unwrap();
        found.searched.objectives[1].reference
    };
    let [near, far] = [31.0, 54.0];
    let judged_far = reference([near, near, near, near, far, far, far, far]);
    assert_eq!(judged_far, reference([far; 8]), "what the search saw plays no part");
    assert_ne!(judged_far, reference([near; 8]));
}

/// The levy in steps, beside the gate.
const LEVY: &str = r#"
[[search.lever]]
path = "lever.council-levy@2022-10"
low = 10000
high = 50000
step = 10000

[[search.lever]]
path = "lever.lowland-gate@2023-01"
low = 0.5
high = 1.0
"#;

#[test]
fn a_search_is_the_same_bits_on_however_many_threads_and_is_read_back() {
    let text = search_by(r#"["revenue_usd", "exports_t"]"#, LEVY);
    let dir = TempDir::new().unwrap();
    let [one, two] = [1, 2].map(|jobs| {
        let dir = dir.path().join(jobs.to_string());
        found(&text, jobs, &dir).unwrap()
    });
    for name in [SEARCH, PORTFOLIOS] {
        let bytes = |found: &Found| fs::read(found.dir.join(name)).unwrap();
        assert_eq!(bytes(&one), bytes(&two), "{name}");
    }
    assert_eq!(search::read(&one.dir).unwrap(), Some(one.searched.clone()));
    assert_eq!(search::read(dir.path()).unwrap(), None);
    let manifest = SearchManifest::read(&one.dir).unwrap().unwrap();
    assert_eq!((manifest.fingerprint, manifest.files.len()), (one.searched.of, 2));
}

#[test]
fn nothing_is_written_over_and_what_was_changed_is_not_read() {
    let text = search_by(r#"["revenue_usd", "exports_t"]"#, GATE);
    let dir = TempDir::new().unwrap();
    let first = found(&text, 1, &dir.path().join("out")).unwrap();
    let again = found(&text, 1, &first.dir);
    assert!(matches!(again, Err(QuestionError::Taken { .. })), "{again:?}");
    let path = first.dir.join(SEARCH);
    let changed = fs::read_to_string(&path).unwrap().replacen("\"tried\": ", "\"tried\": 1", 1);
    fs::write(&path, changed).unwrap();
    assert!(search::read(&first.dir).is_err());
}

#[test]
fn a_search_that_is_stopped_leaves_nothing_behind() {
    let planned = planned(
        &search_by(r#"["revenue_usd", "exports_t"]"#, GATE),
        &SearchOptions { jobs: 1, ..SearchOptions::default() },
    )
    .unwrap();
    let dir = TempDir::new().unwrap();
    let out = dir.path().join("out");
    let keep = Keep { dir: Some(out.clone()), resume: false, command: "test".into() };
    let (stop, seen) = (AtomicBool::new(false), AtomicU32::new(0));
    let ran = |runs: u32| {
        if seen.fetch_add(runs, Ordering::Relaxed) > 40 {
            stop.store(true, Ordering::Relaxed);
        }
    };
    let ended = search::run(&planned, &keep, &stop, &Watch { planned: &|_| {}, ran: &ran });
    let Err(error) = ended else { panic!("{ended:?}") };
    assert!(error.stopped() && matches!(error, QuestionError::StoppedSearching), "{error:?}");
    assert!(fs::read_dir(dir.path()).unwrap().next().is_none());
}

#[test]
fn what_cannot_be_searched_is_refused_and_says_why() {
    let options = SearchOptions::default;
    let refused = |text: &str, options: SearchOptions| planned(text, &options).unwrap_err();
    assert!(matches!(refused(STUDY, options()), QuestionError::NoSearch { .. }));
    let few = SearchOptions { population: Some(2), ..options() };
    let text = search_by(r#"["revenue_usd", "exports_t"]"#, GATE);
    let QuestionError::TooFew { what, given, least } = refused(&text, few) else { panic!() };
    assert_eq!((what, given, least), ("population", 2, 4));
    let still = found(
        &search_by(r#"["exports_t", "fx"]"#, GATE),
        1,
        &TempDir::new().unwrap().path().join("out"),
    );
    let Err(QuestionError::Still { still, .. }) = still else { panic!("{still:?}") };
    assert_eq!(still, ["fx"]);
    let faulty = [
        (r#"["revenue_usd"]"#, GATE.to_owned(), "fewer than two objectives"),
        (r#"["revenue_usd", "imports_t"]"#, GATE.to_owned(), "unknown outcome of the study"),
        (r#"["revenue_usd", "revenue_usd"]"#, GATE.to_owned(), "twice"),
        (r#"["revenue_usd", "exports_t"]"#, String::new(), "names no [[search.lever]]"),
        (r#"["revenue_usd", "exports_t"]"#, GATE.replace("lowland", "lowlnd"), "unknown lever"),
        (r#"["revenue_usd", "exports_t"]"#, GATE.replace("1.0", "1.5"), "cannot be turned to 1.5"),
        (r#"["revenue_usd", "exports_t"]"#, GATE.replace("0.5", "1.0"), "nothing to search"),
        (
            r#"["revenue_usd", "exports_t"]"#,
            GATE.replace("= 1.0", "= 0.2"),
            "write the lower one first",
        ),
        (r#"["revenue_usd", "exports_t"]"#, format!("{GATE}step = 2.0\n"), "'step' is 2"),
        (r#"["revenue_usd", "exports_t"]"#, format!("{GATE}{GATE}"), "twice"),
    ];
    for (objectives, levers, said) in faulty {
        let error = refused(&search_by(objectives, &levers), options());
        let QuestionError::Invalid { problems, .. } = error else { panic!("{error:?}") };
        assert!(problems.iter().any(|p| p.to_string().contains(said)), "{said}: {problems:?}");
    }
}

/// The analysis of a study with this pathway, 120 futures, on so many threads.
fn watched(pathway: &str, jobs: usize) -> Analysis {
    let project = template();
    let text = format!("{STUDY}\n[pathway]\n{pathway}");
    let sheet = project.study("test.toml", text).unwrap();
    let options = Options { members: Some(120), jobs, ..Options::default() };
    let planned = Planned::new(&project, "test", &sheet, &options).unwrap();
    let dir = TempDir::new().unwrap();
    let keep = Keep { dir: Some(dir.path().to_owned()), resume: false, command: "test".into() };
    let watch = Watch { planned: &|_| {}, ran: &|_| {} };
    let stop = AtomicBool::new(false);
    question::run(&planned, &keep, &stop, &watch).unwrap();
    let first = analysis::answered(&planned, dir.path(), true, &stop, &watch).unwrap();
    let none = Watch { planned: &|_| panic!("runs again"), ran: &|_| {} };
    assert_eq!(analysis::answered(&planned, dir.path(), true, &stop, &none).unwrap(), first);
    first
}

fn pathway(analysis: &Analysis) -> &Pathway {
    analysis.pathway.as_ref().unwrap().found().unwrap()
}

fn said(analysis: &Analysis) -> &str {
    let sentence = analysis.words.iter().find(|s| s.about == "pathway").unwrap();
    &sentence.text
}

#[test]
fn a_fixed_levy_is_worth_switching_to_where_the_months_levies_are_seen_to_be_low() {
    // A fixed levy brings about the same in every future; what there is without it differs, and is seen.
    let text = "from = \"as-it-was\"\nto = \"fixed\"\nsignals = [\"levy_revenue_total_usd\", \"fx_cny_per_usd\"]\n\
                months = [\"2023-06\"]\noutcome = \"revenue_usd\"\nthreshold = 40e6\n";
    let analysis = watched(text, 1);
    let found = pathway(&analysis);
    let best = &found.best;
    assert_eq!((best.signal.as_str(), best.side.as_str()), ("levy_revenue_total_usd", "below"));
    assert_eq!((found.months.as_slice(), found.always.as_deref()), (&["2023-06".into()][..], None));
    assert!(found.worth_watching && found.added.low.unwrap() > 0.0, "{found:?}");
    assert!(best.area.unwrap() > 0.7, "few levies in June are few levies in all: {best:?}");
    assert!(best.sensitivity.unwrap() + best.specificity.unwrap() > 1.2, "{best:?}");
    assert_eq!(found.rules.len(), 2);
    let text = said(&analysis);
    assert!(
        text.contains("switch to fixed if in 2023-06 levy_revenue_total_usd is below"),
        "{text}"
    );
    assert!(text.contains("better than always switching"), "{text}");
}

#[test]
fn no_sign_is_worth_watching_for_a_switch_that_helps_nowhere() {
    let text = "from = \"as-it-was\"\nto = \"half-shut\"\nsignals = [\"exports_t\", \"stock_t\"]\n\
                months = [\"2023-03\", \"2023-09\"]\noutcome = \"exports_t\"\n";
    let [one, two] = [1, 2].map(|jobs| watched(text, jobs));
    assert_eq!(one, two, "on however many threads");
    let found = pathway(&one);
    assert!(!found.worth_watching && found.always.is_none(), "{found:?}");
    assert!(said(&one).contains("no sign is worth watching"), "{}", said(&one));
}

#[test]
fn a_switch_back_lets_go_of_the_lever_and_is_no_sooner_than_the_sign() {
    // Half shut from January; open again after a look, so that all months before it are as they were.
    let text = "from = \"half-shut\"\nto = \"as-it-was\"\nsignals = [\"exports_t\"]\n\
                months = [\"2023-02\", \"2024-06\"]\noutcome = \"exports_t\"\n";
    let analysis = watched(text, 1);
    let found = pathway(&analysis);
    assert_eq!(found.always.as_deref(), Some("2023-03"), "the sooner it opens the more gets out");
    let [early, late] = [0, 1].map(|place| found.rules[place].gain.value.unwrap());
    assert!(early > late && late > 0.0, "{early} {late}");
    assert!(!found.worth_watching, "a gate that is always better open needs no sign");
}
