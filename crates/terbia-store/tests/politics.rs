//! Do politics, rivers and levers reach the run as their files say?

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

mod extended;

use std::fs;
use std::path::Path;
use tempfile::TempDir;
use terbia_model::config::Corridor;
use terbia_model::kernel::id::{FrontId, Id, LeverId, NumberId, PlaceId, ReachId};
use terbia_model::lever::Kind;
use terbia_model::run::{Engine, RunStatus};
use terbia_model::timeline::{Offensive, Profile};
use terbia_store::Project;

fn project() -> (TempDir, Project) {
    let dir = TempDir::new().unwrap();
    let folder = dir.path().join("mine");
    extended::write(&folder);
    let project = loaded(&folder);
    (dir, project)
}

fn loaded(folder: &Path) -> Project {
    Project::load_folder(folder).unwrap_or_else(|e| panic!("{:?}", miette::Report::new(e)))
}

fn live() -> Corridor {
    project().1.compile("live", None, &[]).unwrap().corridor
}

fn months(corridor: &Corridor, profile: &Profile) -> Vec<f64> {
    let mut out = vec![0.0; corridor.months];
    profile.fill(&corridor.best_values(), &mut out);
    out
}

fn path(corridor: &Corridor, number: NumberId) -> &str {
    &corridor.numbers[number.index()].path
}

#[test]
fn every_scenario_runs_to_its_end() {
    let (_dir, project) = project();
    for scenario in ["replay", "closure", "live"] {
        let corridor = project.compile(scenario, None, &[]).unwrap().corridor;
        let mut engine = Engine::new(&corridor, corridor.months);
        let status = engine.run(&corridor.best_values(), (1, 0), |_, _| {});
        assert_eq!(status, RunStatus::Finished, "{scenario}");
    }
}

#[test]
fn places_with_mines_come_first_and_every_place_has_a_holder() {
    let corridor = live();
    let places: Vec<_> =
        corridor.places.iter().map(|p| (p.id.as_str(), p.holder_at_start.index())).collect();
    assert_eq!(places, [("upper-valley", 0), ("side-valley", 1), ("market-town", 1)]);
    let gates: Vec<_> = corridor.gates.iter().map(|g| g.place.index()).collect();
    assert_eq!(gates, [0, 2]);
}

#[test]
fn politics_are_resolved() {
    let corridor = live();
    let politics = corridor.politics.as_ref().unwrap();
    let actor = |id: &str| corridor.actors.enumerate().find(|(_, a)| a.id == id).unwrap().0;
    assert_eq!((politics.buyer, politics.mediator), (actor("lowland"), Some(actor("coast"))));
    let [challenger, incumbent] = &politics.sides;
    assert_eq!(
        (challenger.lead, incumbent.lead),
        (actor("highland-council"), actor("river-league"))
    );
    assert!(challenger.supply_factor.is_some() && incumbent.supply_factor.is_none());
    let front = &politics.fronts[FrontId::new(0)];
    assert_eq!(front.places, [PlaceId::new(1), PlaceId::new(2)]);
    assert_eq!(front.takers, [challenger.lead, incumbent.lead], "the leader unless told otherwise");
    let hazards = front.base_hazard_per_month.map(|n| path(&corridor, n));
    assert_eq!(
        hazards,
        [
            "front.lower-front.base_hazard_challenger_per_month",
            "front.lower-front.base_hazard_incumbent_per_month"
        ]
    );
    let blocs: Vec<_> = politics.stances.iter().map(|s| (s.actor, s.bloc)).collect();
    let expected = [(actor("highland-council"), 0), (actor("lowland"), 1), (actor("coast"), 0)];
    assert_eq!(blocs, expected);
    let route = politics.routes.iter().next().unwrap();
    assert_eq!((route.partner, route.place), (actor("coast"), PlaceId::new(2)));
    assert_eq!(path(&corridor, politics.partners[0].premium_share), "partner.coast.premium_share");
}

#[test]
fn rivers_flow_forward_wherever_they_stand_in_the_file() {
    let corridor = live();
    let ids: Vec<_> = corridor.reaches.iter().map(|r| r.id.as_str()).collect();
    assert_eq!(ids, ["side-stream", "upper-stream", "main-river"]);
    for (id, reach) in corridor.reaches.enumerate() {
        assert!(reach.to.is_none_or(|to| to.index() > id.index()), "{}", reach.id);
    }
    let township = corridor.townships.iter().next().unwrap();
    assert_eq!(township.reach, Some(ReachId::new(1)));
    assert!(township.community.is_some());
    assert!(corridor.townships.iter().nth(1).unwrap().community.is_none());
    assert_eq!(corridor.stations.iter().next().unwrap().reach, ReachId::new(2));
    let overseas = corridor.origins.iter().nth(1).unwrap();
    let (reach, share) = overseas.drains[0];
    assert_eq!(reach, ReachId::new(0));
    assert_eq!(path(&corridor, share), "origin.overseas.drains.side-stream");
}

#[test]
fn a_corridor_without_basins_has_its_reaches_on_the_map_only() {
    let corridor = Project::load("template").unwrap().corridor;
    assert!(corridor.reaches.is_empty() && corridor.politics.is_none());
    assert!(corridor.townships.iter().all(|t| t.reach.is_none()));
    assert_eq!(corridor.timeline.live_from, corridor.months, "the model never decides");
}

#[test]
fn the_record_ends_where_the_model_takes_over() {
    let (dir, project) = project();
    let replay = project.corridor.clone();
    let live = project.compile("live", None, &[]).unwrap().corridor;
    assert_eq!((replay.timeline.live_from, live.timeline.live_from), (60, 36));
    let ad_valorem = |c: &Corridor| months(c, &c.timeline.levy.iter().next().unwrap().ad_valorem);
    let specific = |c: &Corridor| months(c, &c.timeline.levy.iter().next().unwrap().specific);
    assert_eq!((ad_valorem(&replay)[36], ad_valorem(&live)[36]), (0.1, 0.0));
    assert_eq!((specific(&live)[35], specific(&live)[36]), (10_000.0, 0.0));
    assert_eq!(live.timeline.control, replay.timeline.control, "it lies on record");
    // What is dropped keeps its number, so that every other number keeps its draw.
    let common = replay.numbers.len();
    assert_eq!(&live.numbers[..common], replay.numbers.as_slice());

    let file = dir.path().join("mine/scenarios/replay.toml");
    let text = fs::read_to_string(&file).unwrap();
    let outside = "kind = \"levy\"\nexogenous = true\nfrom = \"2023-01-01\"";
    fs::write(&file, text.replacen("kind = \"levy\"\nfrom = \"2023-01-01\"", outside, 1)).unwrap();
    let project = loaded(&dir.path().join("mine"));
    let live = project.compile("live", None, &[]).unwrap().corridor;
    assert_eq!((ad_valorem(&live)[36], ad_valorem(&live)[59]), (0.1, 0.1));
    assert_eq!(specific(&live)[36], 0.0, "the other levy still ends with the record");
}

#[test]
fn events_of_other_scenarios_outlast_the_record() {
    let live = live();
    let truce = live.timeline.truces[0];
    assert_eq!((truce.from, truce.until), (39, 60), "it fills less than half of March");
    assert_eq!(path(&live, truce.guarantee), "event.truce-of-2023.guarantee");
    let offensive = Offensive { front: FrontId::new(0), side: 0, from: 14, until: 17 };
    assert_eq!(live.timeline.offensives, [offensive]);
}

#[test]
fn a_run_that_ends_before_the_record_is_all_record() {
    let (_dir, project) = project();
    let short = project.compile("live", Some(12), &[]).unwrap().corridor;
    assert_eq!(short.timeline.live_from, 12);
}

/// The levers of the extended template, in the order of its file.
const QUOTA: usize = 0;
const LEVY: usize = 1;

#[test]
fn a_lever_acts_from_the_first_whole_month_after_its_delay() {
    let live = live();
    let settings = &live.timeline.levers[LeverId::new(LEVY)];
    assert_eq!((settings[0].from, settings[0].until), (43, 46));
    let values = live.best_values();
    let at = |month| live.timeline.lever(LeverId::new(LEVY), month, &values);
    assert_eq!([42, 43, 45, 46].map(at), [None, Some(5000.0), Some(5000.0), None]);
    assert_eq!(live.lever(Kind::Quota, None), Some(LeverId::new(QUOTA)));
}

#[test]
fn settings_of_levers_are_numbers_of_the_run_and_count_over_events() {
    let (dir, project) = project();
    let sets = |sets: &[(&str, f64)]| -> Vec<(String, f64)> {
        sets.iter().map(|(path, value)| ((*path).to_owned(), *value)).collect()
    };
    let both = sets(&[("lever.council-levy", 1.0), ("lever.council-levy@2023-06", 2.0)]);
    let compiled = project.compile("live", None, &both).unwrap();
    let corridor = &compiled.corridor;
    let values = corridor.best_values();
    let at = |month| corridor.timeline.lever(LeverId::new(LEVY), month, &values);
    assert_eq!(
        [0, 1, 2, 42, 43, 59].map(at),
        [None, None, Some(1.0), Some(1.0), Some(2.0), Some(2.0)]
    );
    let bare = project.compile("live", None, &[]).unwrap().corridor;
    let common = bare.numbers.len();
    assert_eq!(&corridor.numbers[..common], bare.numbers.as_slice(), "they come last");
    let last: Vec<_> =
        corridor.numbers[common..].iter().map(|d| (d.path.as_str(), d.value)).collect();
    assert_eq!(last, [("lever.council-levy", 1.0), ("lever.council-levy@2023-06", 2.0)]);
    assert_eq!(compiled.fixed[common..], [Some(1.0), Some(2.0)]);

    let file = dir.path().join("mine/scenarios/live.toml");
    let text = fs::read_to_string(&file).unwrap();
    let set = "replay_until = \"2022-12\"\nset = { \"lever.lowland-quota@2021-01\" = 1.5 }";
    fs::write(&file, text.replacen("replay_until = \"2022-12\"", set, 1)).unwrap();
    let project = loaded(&dir.path().join("mine"));
    for (more, expected) in [(sets(&[]), 1.5), (sets(&[("lever.lowland-quota@2021-01", 0.5)]), 0.5)]
    {
        let compiled = project.compile("live", None, &more).unwrap();
        let number = compiled.corridor.number("lever.lowland-quota@2021-01").unwrap();
        assert_eq!(compiled.corridor.numbers[number.index()].value, expected);
        assert_eq!(compiled.fixed[number.index()], Some(expected));
        assert_eq!(compiled.corridor.timeline.levers[LeverId::new(QUOTA)].len(), 1);
    }
}

#[test]
fn every_number_and_lever_can_be_explained() {
    let (_dir, project) = project();
    for definition in &project.corridor.numbers {
        let said = project.explain(&project.corridor, &definition.path).unwrap();
        assert!(!said.meaning.is_empty(), "{}", definition.path);
    }
    let lever = project.explain(&project.corridor, "lever.lowland-quota").unwrap();
    assert_eq!((lever.kind, lever.sources[0].key.as_str()), ("lever", "A-001"));
    let error = project.explain(&project.corridor, "lever.lowland-qota").unwrap_err();
    assert_eq!(error.near.as_deref(), Some("lever.lowland-quota"));
}
