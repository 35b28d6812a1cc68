//! Does the compiled corridor say what its files say?

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::fs;
use terbia_model::config::Corridor;
use terbia_model::kernel::id::{ActorId, GateId, Id, PlaceId};
use terbia_model::run::{Engine, RunStatus};
use terbia_model::timeline::{ControlChange, Profile};
use terbia_store::Project;
use terbia_store::load::Covered;
use terbia_store::new;

fn template() -> Project {
    Project::load(new::TEMPLATE).unwrap()
}

fn months(corridor: &Corridor, profile: &Profile) -> Vec<f64> {
    let mut out = vec![0.0; corridor.months];
    profile.fill(&corridor.best_values(), &mut out);
    out
}

#[test]
fn a_new_corridor_runs_to_its_end() {
    let project = template();
    let mut exports = Vec::new();
    for scenario in ["replay", "closure"] {
        let corridor = project.compile(scenario, None, &[]).unwrap().corridor;
        let columns = terbia_model::outcome::columns(&corridor);
        let place = columns.iter().position(|c| c.name == "exports_t").unwrap();
        let mut last_year = 0.0;
        let mut engine = Engine::new(&corridor, corridor.months);
        let status = engine.run(&corridor.best_values(), (1, 0), |month, row| {
            assert!(row.iter().all(|x| x.is_finite()), "month {month}");
            if (50..56).contains(&month) {
                last_year += row[place];
            }
        });
        assert_eq!(status, RunStatus::Finished);
        exports.push(last_year);
    }
    assert!(exports[0] > 0.0 && exports[1] < 0.7 * exports[0], "{exports:?}");
}

#[test]
fn a_later_levy_replaces_the_earlier_one_in_all_its_parts() {
    let corridor = template().corridor;
    let levy = &corridor.timeline.levy[ActorId::new(0)];
    let (before, after) = (35, 36);
    let at = |profile, month: usize| months(&corridor, profile)[month];
    let parts = [&levy.specific, &levy.ad_valorem, &levy.minimum];
    assert_eq!(parts.map(|p| at(p, before)), [10_000.0, 0.0, 0.0]);
    assert_eq!(parts.map(|p| at(p, after)), [0.0, 0.1, 8_000.0]);
}

#[test]
fn a_closure_touches_its_own_gate_side_and_days() {
    let corridor = template().corridor;
    let (north, south) = (GateId::new(0), GateId::new(1));
    let gates = &corridor.timeline.gates;
    let product = months(&corridor, &gates[north].far_product);
    // 10 March to 20 May 2022: 22 of 31 days, all of April, 19 of 31 days.
    let open = |days: f64| 1.0 - 0.9 * days / 31.0;
    for (month, expected) in [(25, 1.0), (26, open(22.0)), (27, 0.1), (28, open(19.0)), (29, 1.0)] {
        assert!((product[month] - expected).abs() < 1e-12, "month {month}");
    }
    assert!(months(&corridor, &gates[south].far_product).iter().all(|x| *x == 1.0));
    assert!(months(&corridor, &gates[north].near_product).iter().all(|x| *x == 1.0));
}

#[test]
fn the_new_holder_counts_from_the_month_it_holds_for_most_days() {
    let corridor = template().corridor;
    let change = ControlChange { month: 30, place: PlaceId::new(1), holder: ActorId::new(0) };
    assert_eq!(corridor.timeline.control, [change]);
}

#[test]
fn a_levy_in_kind_replaces_one_in_money_and_takes_no_rate() {
    let dir = tempfile::TempDir::new().unwrap();
    let folder = dir.path().join("mine");
    new::create(&folder, new::TEMPLATE).unwrap();
    let write = |more: &str| {
        let text = format!(
            "name = \"n\"\ndoc = \"d\"\nbased_on = \"replay\"\n\
             [[event]]\nid = \"tithe\"\nkind = \"levy\"\nfrom = \"2024-01-01\"\n\
             actor = \"highland-council\"\nform = \"in_kind\"\nin_kind_share = 0.3\n\
             source = [\"A-001\"]\n{more}"
        );
        fs::write(folder.join("scenarios/tithe.toml"), text).unwrap();
        Project::load_folder(&folder)
    };
    let corridor = write("").unwrap().compile("tithe", None, &[]).unwrap().corridor;
    let levy = &corridor.timeline.levy[ActorId::new(0)];
    let parts = [&levy.specific, &levy.ad_valorem, &levy.minimum, &levy.in_kind];
    assert_eq!(parts.map(|p| months(&corridor, p)[47]), [0.0, 0.1, 8_000.0, 0.0]);
    assert_eq!(parts.map(|p| months(&corridor, p)[48]), [0.0, 0.0, 0.0, 0.3]);
    assert!(write("rate_cny_per_t = 100\n").is_err());
}

#[test]
fn an_announced_closure_is_foreseen_from_its_announcement() {
    let corridor = template().compile("closure", None, &[]).unwrap().corridor;
    let [closure] = corridor.timeline.closures.as_slice() else {
        panic!("one closure is announced")
    };
    assert_eq!((closure.announced, closure.from, closure.until), (48, 50, 56));
    assert_eq!(closure.gates.len(), 2);
    assert!(!closure.permanent);
}

#[test]
fn an_announced_halt_is_foreseen_and_a_silent_one_is_not() {
    let dir = tempfile::TempDir::new().unwrap();
    let folder = dir.path().join("mine");
    new::create(&folder, new::TEMPLATE).unwrap();
    let event =
        "kind = \"halt\"\nuntil = \"2024-03-01\"\noutput_share = 0.0\nsource = [\"A-001\"]\n";
    let text = format!(
        "name = \"n\"\ndoc = \"d\"\nbased_on = \"replay\"\n\
         [[event]]\nid = \"ban\"\nfrom = \"2023-09-01\"\nannounced = \"2023-05-15\"\n\
         townships = [\"upper-valley\", \"market-town\"]\n{event}\
         [[event]]\nid = \"flood\"\nfrom = \"2023-08-10\"\ntownships = [\"side-valley\"]\n{event}"
    );
    fs::write(folder.join("scenarios/ban.toml"), text).unwrap();
    let project = Project::load_folder(&folder).unwrap();
    let corridor = project.compile("ban", None, &[]).unwrap().corridor;
    let [stop] = corridor.timeline.stops.as_slice() else { panic!("one stop is announced") };
    assert_eq!((stop.announced, stop.from, stop.begun, stop.until), (40, 44, 44, 50));
    // A town without mines has no output to stop.
    assert_eq!(stop.townships.len(), 1);
    assert!(!stop.permanent);
}

#[test]
fn a_child_scenario_adds_numbers_at_the_end_only() {
    let project = template();
    let child = project.compile("closure", None, &[]).unwrap().corridor;
    let parent = &project.corridor.numbers;
    assert_eq!(&child.numbers[..parent.len()], parent.as_slice());
    assert!(child.numbers.len() > parent.len());
}

#[test]
fn numbers_stand_under_their_paths() {
    let corridor = template().corridor;
    for path in [
        "levy.supply_elasticity",
        "commodity.pay_share",
        "commodity.rest_price_cny_per_kg",
        "constituent.heavy.price_response",
        "township.upper-valley.sites_at_start",
        "gate.north-pass.capacity_t_per_month",
        "road.upper-pass.km",
        "actor.highland-council.arms_share",
        "origin.overseas.content.heavy",
        "form.oxide.reo_per_gross",
        "series.fx.scale",
        "event.pass-closed-2022.product",
    ] {
        assert!(corridor.number(path).is_some(), "{path}");
    }
}

#[test]
fn a_held_number_keeps_its_prior_and_takes_no_draw_from_another() {
    let project = template();
    let path = "gate.north-pass.capacity_t_per_month".to_owned();
    let held = project.compile("replay", None, &[(path.clone(), 1200.0)]).unwrap();
    let place = held.corridor.number(&path).unwrap().index();
    assert_eq!(held.fixed[place], Some(1200.0));
    assert_eq!(held.corridor.numbers[place].value, 1200.0);
    assert!(held.corridor.numbers[place].uncertain());
    assert_eq!(held.fixed.iter().flatten().count(), 1);
}

#[test]
fn a_scenario_sets_numbers_and_a_child_sets_them_anew() {
    let dir = tempfile::TempDir::new().unwrap();
    let folder = dir.path().join("mine");
    new::create(&folder, terbia_store::new::TEMPLATE).unwrap();
    let write = |name: &str, base: &str, value: f64| {
        let text = format!(
            "name = \"n\"\ndoc = \"d\"\nbased_on = \"{base}\"\n[set]\n\"road.upper-pass.km\" = {value}\n"
        );
        fs::write(folder.join(format!("scenarios/{name}.toml")), text).unwrap();
    };
    write("near", "replay", 35.0);
    write("far", "near", 50.0);
    let project = Project::load_folder(&folder).unwrap();
    for (scenario, expected) in [("near", 35.0), ("far", 50.0)] {
        let compiled = project.compile(scenario, None, &[]).unwrap();
        let place = compiled.corridor.number("road.upper-pass.km").unwrap().index();
        assert_eq!(compiled.fixed[place], Some(expected));
    }
}

#[test]
fn observations_know_their_rule() {
    let project = template();
    let rules = &project.evidence.rules;
    assert_eq!(rules[..], [Covered::Target(0), Covered::Target(0), Covered::Context(0)]);
}

#[test]
fn explanations_lead_from_a_number_to_its_sources() {
    let project = template();
    let explain = |name: &str| project.explain(&project.corridor, name).unwrap();
    let number = explain("event.pass-closed-2022.reagents");
    assert_eq!(number.module.unwrap().name, "gate");
    let keys: Vec<&str> = number.sources.iter().map(|s| s.key.as_str()).collect();
    assert_eq!(keys, ["E001", "S001"]);
    assert!(number.sources[1].text.contains("https://example.org/customs"));
    for (name, kind) in [
        ("exports_t", "outcome"),
        ("levy.supply_elasticity", "parameter"),
        ("levy", "module"),
        ("T001", "observation"),
        ("E001", "event"),
        ("F01", "fact"),
        ("A-001", "assumption"),
        ("S001", "source"),
    ] {
        let found = explain(name);
        assert_eq!(found.kind, kind, "{name}");
        assert!(!found.meaning.is_empty(), "{name}");
    }
}

#[test]
fn the_weakest_numbers_come_first() {
    let project = template();
    let summary = project.evidence_summary(&project.corridor);
    let letters: String = summary.weak.iter().map(|d| d.grade.letter()).collect();
    assert!(letters.starts_with('D') && !letters.contains("CD"));
    assert_eq!(summary.counts.observations, 3);
    assert_eq!(summary.counts.compared, 2);
    assert_eq!(summary.observed[0].quantity, "import_volume");
}
