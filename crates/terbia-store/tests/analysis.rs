//! Does an analysis say what the futures say, and why it cannot where it cannot?

#![allow(clippy::unwrap_used, reason = "a study that cannot be run has failed")]

use std::fs;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use tempfile::TempDir;
use terbia_store::question::analysis::{self, ANALYSIS, Analysis, Part};
use terbia_store::question::{self, Options, Planned, QuestionError, Watch};
use terbia_store::study::Keep;
use terbia_store::{Project, new};

/// A study that asks for everything.
const ALL: &str = r#"
question = "What if?"
from = "2023-01"
until = "2024-12"

[[scenario]]
name = "replay"

[[policy]]
id = "as-it-was"

[[policy]]
id = "levy-30000"
set = { "lever.council-levy@2022-10" = 30000 }

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
id = "open_months"
label = "Months that the gates stay open"
measure = { outcome = "gate_open_share", statistic = "first_spell" }
unit = "months"
better = "higher"

[[outcome]]
id = "open_ended"
label = "Whether they shut again"
measure = { outcome = "gate_open_share", statistic = "first_spell_ended" }
better = "lower"

[[prim]]
outcome = "exports_t"
interest = "above"
threshold = 30000

[sensitivity]
outcomes = ["revenue_usd", "exports_t"]
trajectories = 2
top = 2
bases = 16

[value]
outcome = "revenue_usd"
top = 3

[[datum]]
id = "gate"
label = "A count at the gate"
informs = ["gate.north-pass.capacity_t_per_month"]
error = { share = 0.05 }
cost = 1000

[plane]
x = "exports_t"
y = "open_months"
sign = "revenue_usd"

[[survival]]
length = "open_months"
ended = "open_ended"

[design]
members = 64
"#;

/// A plane one axis of which tells the sign, as it is the same outcome.
const PLANE: &str = r#"
[[outcome]]
id = "growth"
measure = { outcome = "exports_t", statistic = "sum", from = "2024-01", divide = { outcome = "exports_t", statistic = "sum", from = "2023-01", to = "2023-12" }, minus_one = true }
label = "Growth of exports"
unit = "1"
better = "higher"

[plane]
x = "exports_t"
y = "growth"
sign = "growth"
"#;

fn template() -> Project {
    Project::load(new::TEMPLATE).unwrap()
}

fn planned(text: &str, members: u32, jobs: usize) -> Planned {
    let options = Options { members: Some(members), jobs, ..Options::default() };
    let project = template();
    let invalid = |problems| QuestionError::Invalid { name: "test".into(), problems };
    let sheet = project.study("test.toml", text.to_owned()).map_err(invalid).unwrap();
    Planned::new(&project, "test", &sheet, &options).unwrap()
}

/// The analysis of a study of so many members, kept in `dir`.
fn analysed(text: &str, members: u32, jobs: usize, dir: &Path) -> Analysis {
    let planned = planned(text, members, jobs);
    let watch = Watch { planned: &|_| {}, ran: &|_| {} };
    let stop = AtomicBool::new(false);
    let keep = Keep { dir: Some(dir.to_owned()), resume: false, command: "test".into() };
    question::run(&planned, &keep, &stop, &watch).unwrap();
    analysis::answered(&planned, dir, true, &stop, &watch).unwrap()
}

fn alone(text: &str, members: u32) -> Analysis {
    analysed(text, members, 1, TempDir::new().unwrap().path())
}

/// The same without the runs that tell what decides.
fn plain(text: &str, members: u32) -> Analysis {
    alone(&text.replace("[sensitivity]\noutcomes = [\"revenue_usd\", \"exports_t\"]\ntrajectories = 2\ntop = 2\nbases = 16\n", ""), members)
}

/// What stands where nothing could be found.
fn because<T: std::fmt::Debug>(part: &Part<T>) -> &str {
    match part {
        Part::NotPossible(because) => because,
        Part::Found(found) => panic!("{found:?}"),
    }
}

#[test]
fn every_analysis_that_is_asked_for_is_there_and_has_its_words() {
    let analysis = alone(ALL, 40);
    let under = &analysis.scenarios[0];
    let revenue = under.robust[0].answer.found().unwrap();
    assert_eq!((revenue.futures, revenue.regret.len()), (40, 3));
    let rules: Vec<&str> = revenue.choices.iter().map(|c| c.rule.as_str()).collect();
    assert_eq!(rules, ["mean", "maximin", "minimax_regret", "mean_regret"]);
    assert_eq!(revenue.choices[0].chosen, ["levy-30000"], "a higher levy pays the holder");
    let starr = under.domain.as_ref().unwrap().found().unwrap();
    assert_eq!((starr.rule.as_str(), starr.scores.len()), ("starr", 3));
    let value = under.value.as_ref().unwrap().found().unwrap();
    assert_eq!(value.choice, "levy-30000");
    assert!(value.data[0].told[0].1 > 0.0 && value.data[0].cost == Some(1000.0));
    let plane = under.plane.as_ref().unwrap();
    assert_eq!((plane.axes.len(), plane.above.len()), (3, 3));
    assert_eq!((under.survival.len(), under.survival[0].policies.len()), (1, 3));
    let decides = analysis.sensitivity.as_ref().unwrap().found().unwrap();
    assert_eq!((decides.screened.len(), decides.shared.len(), decides.ranking.len()), (6, 6, 2));
    let abouts: std::collections::BTreeSet<&str> =
        analysis.words.iter().map(|s| s.about.as_str()).collect();
    let expected = ["discovery", "domain", "plane", "robust", "sensitivity", "survival", "value"];
    assert_eq!(abouts.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn the_region_of_a_plane_is_told_for_each_policy_and_for_what_lasts() {
    let text = ALL
        .replace("[plane]\nx = \"exports_t\"\ny = \"open_months\"\nsign = \"revenue_usd\"", PLANE);
    let analysis = plain(&text, 96);
    let plane = analysis.scenarios[0].plane.as_ref().unwrap();
    let Part::Found(found) = &plane.region else { panic!("{plane:?}") };
    // Runs of all policies are looked at together, and some of each kind are there.
    assert_eq!(found.runs, 3 * 96);
    let [within, without] = plane.sides.as_slice() else { panic!("{plane:?}") };
    assert!(within.within && !without.within);
    assert!(within.above.low > without.above.high, "{:?} {:?}", within.above, without.above);
    assert_eq!(found.boxes[0].density, within.above);
    for ((_, here), (_, there)) in within.runs.iter().zip(&without.runs) {
        assert!((here.value.unwrap() + there.value.unwrap() - 1.0).abs() < 1e-12);
    }
    let spells = |side: &terbia_store::question::analysis::plane::Side| {
        side.lasting.as_ref().unwrap().found().map_or(0, |l| l.spells + l.without)
    };
    assert_eq!(spells(within) + spells(without), 3 * 96);
}

#[test]
fn a2_one_thread_two_and_eight_keep_the_same_bytes_and_read_them_back() {
    let kept = [1, 2, 8].map(|jobs| {
        let dir = TempDir::new().unwrap();
        let analysis = analysed(ALL, 24, jobs, dir.path());
        assert_eq!(Analysis::read(dir.path()).unwrap(), Some(analysis));
        fs::read(dir.path().join(ANALYSIS)).unwrap()
    });
    assert!(kept[0] == kept[1] && kept[1] == kept[2]);
}

#[test]
fn what_is_kept_is_not_made_again_and_what_is_of_other_results_is() {
    let dir = TempDir::new().unwrap();
    let first = analysed(ALL, 32, 1, dir.path());
    let (planned, stop) = (planned(ALL, 32, 1), AtomicBool::new(false));
    let none = Watch { planned: &|_| panic!("runs again"), ran: &|_| {} };
    assert_eq!(analysis::answered(&planned, dir.path(), true, &stop, &none).unwrap(), first);
    let mut other = first.clone();
    other.members = 7;
    other.write(dir.path()).unwrap();
    let quiet = Watch { planned: &|_| {}, ran: &|_| {} };
    assert_eq!(analysis::answered(&planned, dir.path(), true, &stop, &quiet).unwrap(), first);
}

#[test]
fn a3_a_policy_that_changes_nothing_has_no_regret_and_differs_by_exactly_nothing() {
    let text = ALL.replace("\"lever.council-levy@2022-10\" = 30000", "");
    let text =
        text.replace("\"lever.lowland-gate@2023-01\" = 0.5", "\"lever.lowland-gate@2023-01\" = 1");
    let analysis = alone(&text, 24);
    for by in &analysis.scenarios[0].robust {
        let robust = by.answer.found().unwrap();
        assert!(robust.regret.iter().all(|r| r.worst == 0.0 && r.none == 1.0), "{by:?}");
        for against in &robust.against {
            assert_eq!((against.gain.value, against.tied), (Some(0.0), 1.0));
        }
        assert!(robust.choices.iter().all(|c| c.chosen.len() == 3));
    }
    let value = analysis.scenarios[0].value.as_ref().unwrap().found().unwrap();
    assert_eq!((value.perfect.value, value.numbers.len()), (Some(0.0), 1), "only the datum's");
    let decides = analysis.sensitivity.as_ref().unwrap().found().unwrap();
    for screened in decides.screened.iter().filter(|s| s.policy.is_some()) {
        assert!(screened.movers.is_empty() && screened.still == decides.numbers);
    }
}

#[test]
fn none_or_all_of_interest_and_too_few_runs_are_said_and_are_no_errors() {
    let with = |threshold: &str| {
        ALL.replace("threshold = 30000\n\n[sens", &format!("threshold = {threshold}\n\n[sens"))
    };
    let discovery = |text: &str, members| plain(text, members).scenarios[0].discovery[0].clone();
    let none = discovery(&with("1e12"), 32);
    assert_eq!(none.share.value, Some(0.0));
    assert!(because(&none.answer).starts_with("none of the 32 runs"));
    let all = discovery(&with("-1"), 32);
    assert!(because(&all.answer).starts_with("all 32 runs"));
    let few = discovery(ALL, 12);
    assert!(because(&few.answer).starts_with("12 runs are too few"));
}

#[test]
fn one_member_has_choices_and_no_intervals() {
    let analysis = plain(ALL, 1);
    let under = &analysis.scenarios[0];
    let robust = under.robust[0].answer.found().unwrap();
    assert_eq!(robust.futures, 1);
    assert!(robust.against[0].gain.value.is_some() && robust.against[0].gain.low.is_none());
    let value = under.value.as_ref().unwrap().found().unwrap();
    assert_eq!(value.perfect.value, Some(0.0), "one future is known already");
    assert!(because(&value.data[0].answer).contains("samples"));
}

#[test]
fn nothing_that_varies_is_said_to_decide_nothing() {
    let text = format!("{ALL}\n[uncertainties]\nonly = []\n");
    let text = text.replace(
        "[[datum]]\nid = \"gate\"\nlabel = \"A count at the gate\"\n\
         informs = [\"gate.north-pass.capacity_t_per_month\"]\nerror = { share = 0.05 }\ncost = 1000\n",
        "",
    );
    let analysis = alone(&text, 24);
    assert!(because(analysis.sensitivity.as_ref().unwrap()).starts_with("no number varies"));
    let Part::NotPossible(why) = &analysis.scenarios[0].discovery[0].answer else {
        // Chance alone may set runs apart, but there is no input to say by which.
        panic!("{:?}", analysis.scenarios[0].discovery);
    };
    assert!(!why.is_empty());
}

#[test]
fn analyses_of_what_the_study_does_not_have_are_refused_where_they_stand() {
    let wrong = [
        ("length = \"open_months\"", "length = \"open_moths\"", "open_months"),
        ("sign = \"revenue_usd\"", "sign = \"revenue\"", "id: \"revenue\""),
        ("share = 0.05", "share = 0.0", "error"),
        ("[value]\noutcome = \"revenue_usd\"\ntop = 3\n", "", "[value]"),
        ("trajectories = 2", "trajectories = 1", "trajectories"),
        ("capacity_t_per_month\"]", "capacity\"]", "capacity"),
    ];
    for (good, bad, told) in wrong {
        let text = ALL.replace(good, bad);
        let problems = template().study("test.toml", text).unwrap_err();
        let said: Vec<String> = problems.iter().map(|p| format!("{p:?}")).collect();
        assert!(said.iter().any(|s| s.contains(told)), "{told}: {said:?}");
    }
}
