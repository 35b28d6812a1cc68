//! Does the program say rightly which loop carries a difference? Parts of known differences, and what
//! cannot be said.

#![allow(clippy::unwrap_used, reason = "a study that cannot be run has failed")]

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use tempfile::TempDir;
use terbia_lab::paired::Comparison;
use terbia_store::question::loops::{self, Asked, Why};
use terbia_store::question::{self, Options, Planned, QuestionError, Results, Watch};
use terbia_store::study::Keep;
use terbia_store::{Project, new};

const STUDY: &str = "levy-or-closure";

fn quiet() -> Watch<'static> {
    Watch { planned: &|_| {}, ran: &|_| {} }
}

fn planned(text: &str, members: u32, jobs: usize) -> Planned {
    let project = Project::load(new::TEMPLATE).unwrap();
    let (name, sheet) = if text == STUDY {
        question::find(&project, text).unwrap()
    } else {
        ("test".to_owned(), project.study("test.toml", text.to_owned()).unwrap())
    };
    let options = Options { members: Some(members), jobs, ..Options::default() };
    Planned::new(&project, &name, &sheet, &options).unwrap()
}

fn asked(policy: &str, outcome: &str) -> Asked {
    let (policy, outcome) = (policy.to_owned(), outcome.to_owned());
    Asked { scenario: None, policy, against: None, outcome }
}

fn why(text: &str, asked: &Asked, members: u32, jobs: usize) -> Result<Why, QuestionError> {
    loops::why(&planned(text, members, jobs), asked, &AtomicBool::new(false), &quiet())
}

/// A study of the template's replay: a gate mostly shut, and one that a lever leaves as it is.
fn simple() -> String {
    "question = \"What if?\"\nfrom = \"2023-01\"\nuntil = \"2024-12\"\n\
     [[scenario]]\nname = \"replay\"\n\
     [[policy]]\nid = \"none\"\n\
     [[policy]]\nid = \"open\"\nset = { \"lever.lowland-gate@2022-05\" = 1 }\n\
     [[policy]]\nid = \"shut\"\nset = { \"lever.lowland-gate@2022-05\" = 0.3 }\n\
     [[outcome]]\nid = \"exports_t\"\nlabel = \"Exports\"\nbetter = \"higher\"\n\
     measure = { outcome = \"exports_t\", statistic = \"sum\" }\n"
        .to_owned()
}

#[test]
fn a_policy_that_changes_nothing_is_explained_by_exactly_nothing() {
    let found = why(&simple(), &asked("open", "exports_t"), 24, 1).unwrap();
    let p = &found.parts;
    let all = p.loops.iter().flat_map(|l| [l.left, l.carried]);
    for e in all.chain([p.total, p.sum, p.direct, p.together]) {
        assert!(e.nothing && e.mean == 0.0 && e.half_width == 0.0 && !e.told_from_zero());
        assert_eq!(e.members, 24);
    }
}

#[test]
fn the_difference_is_that_of_the_study_to_the_bit() {
    let dir = TempDir::new().unwrap();
    let keep = Keep { dir: Some(dir.path().join("out")), resume: false, command: String::new() };
    let stop = AtomicBool::new(false);
    question::run(planned(STUDY, 16, 1), &keep, &stop, &quiet()).unwrap();
    let results = Results::open_outcomes(&dir.path().join("out")).unwrap();
    for (n, scenario) in results.scenarios.iter().enumerate() {
        for (place, outcome) in results.outcomes().iter().enumerate() {
            let policy = &results.manifest.contents.policies[1];
            let values = scenario.of_outcome(place);
            let whole = Comparison::of(values[0], values[1]);
            let mut asked = asked(&policy.id, &outcome.id);
            asked.scenario = (n > 0).then(|| scenario.name.clone());
            let total = why(STUDY, &asked, 16, 1).unwrap().parts.total;
            assert_eq!((total.mean, total.half_width), (whole.mean, whole.half_width));
        }
    }
}

#[test]
fn parts_direct_effect_and_interaction_add_up_to_the_difference() {
    let found = why(STUDY, &asked("levy-30000", "revenue_usd"), 64, 1);
    let found = found.unwrap_or_else(|e| panic!("{e:?}"));
    let p = &found.parts;
    assert!(p.total.told_from_zero() && p.direct.told_from_zero(), "{p:?}");
    let sum: f64 = p.loops.iter().map(|l| l.carried.mean).sum();
    let near = |a: f64, b: f64| (a - b).abs() < 1e-9 * p.total.mean.abs();
    assert!(near(sum, p.sum.mean));
    assert!(near(p.sum.mean + p.direct.mean + p.together.mean, p.total.mean));
    assert!(p.loops.iter().all(|l| near(l.left.mean + l.carried.mean, p.total.mean)));
    // Nobody minds the levy once there is no way past it: what the holder gains is more.
    let leak = p.loops.iter().find(|l| l.of.id == "B6").unwrap();
    assert!(leak.carried.told_from_zero() && leak.carried.mean < 0.0, "{leak:?}");
    // Nobody fights in the template, so that war carries nothing.
    let war = p.loops.iter().filter(|l| ["R1", "B1"].contains(&l.of.id.as_str()));
    assert!(war.clone().count() == 2 && war.clone().all(|l| l.carried.nothing));
}

#[test]
fn a2_one_thread_and_three_give_the_same_bits() {
    let asked = asked("shut", "exports_t");
    let one = why(&simple(), &asked, 40, 1).unwrap();
    assert_eq!(format!("{one:?}"), format!("{:?}", why(&simple(), &asked, 40, 3).unwrap()));
    assert!(one.parts.total.mean < 0.0 && one.diverged == [0, 40 * 18]);
}

#[test]
fn one_member_gives_a_difference_and_no_interval() {
    let found = why(&simple(), &asked("shut", "exports_t"), 1, 1).unwrap();
    let total = found.parts.total;
    assert!(total.mean < 0.0 && total.half_width.is_nan() && !total.told_from_zero());
    let json = loops::json(&found);
    assert!(json["difference"]["half_width_90"].is_null());
    assert_eq!(json["loops"][0]["off"]["conflict.capability_response"], 0.0);
}

#[test]
fn names_that_the_study_lacks_are_refused_and_ctrl_c_is_heard() {
    let unknown = |asked: &Asked| why(&simple(), asked, 1, 1).unwrap_err().to_string();
    assert_eq!(unknown(&asked("shot", "exports_t")), "the study has no policy 'shot'");
    assert_eq!(unknown(&asked("shut", "imports")), "the study has no outcome 'imports'");
    let elsewhere = Asked { scenario: Some("live".into()), ..asked("shut", "exports_t") };
    assert_eq!(unknown(&elsewhere), "the study has no scenario 'live'");
    let (stop, told) = (AtomicBool::new(true), AtomicU32::new(0));
    let watch = Watch { planned: &|runs| told.store(runs as u32, Ordering::Relaxed), ran: &|_| {} };
    let plan = planned(&simple(), 10, 1);
    let ended = loops::why(&plan, &asked("shut", "exports_t"), &stop, &watch).unwrap_err();
    assert!(ended.stopped() && matches!(ended, QuestionError::Abandoned { finished: 0, .. }));
    assert_eq!(told.into_inner(), 180);
}
