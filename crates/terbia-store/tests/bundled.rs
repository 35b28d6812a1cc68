//! Do the corridors that the program carries load and compile, as they lie in the repository?

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use terbia_lab::corridor::Study;
use terbia_lab::ensemble::{self, Collect, Plan};
use terbia_model::config::Corridor;
use terbia_store::bundled::BUNDLES;
use terbia_store::{Project, new};

fn folder(id: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corridors").join(id)
}

fn loaded(name: &str) -> Project {
    Project::load(name).unwrap_or_else(|error| panic!("{:?}", miette::Report::new(error)))
}

#[test]
fn every_bundled_corridor_compiles_for_each_scenario() {
    for bundle in BUNDLES {
        let project = loaded(bundle.id);
        assert_eq!(project.corridor.months, project.months());
        for scenario in project.scenarios.keys() {
            let compiled = project.compile(scenario, None, &[]).unwrap();
            assert_eq!(compiled.fixed.len(), compiled.corridor.numbers.len());
            for definition in &compiled.corridor.numbers {
                assert_eq!(definition.fault(), None, "{}", definition.path);
            }
        }
    }
}

#[test]
fn a_folder_says_the_same_as_the_bundle() {
    for bundle in BUNDLES {
        let from_folder = loaded(folder(bundle.id).to_str().unwrap());
        assert_eq!(from_folder.sha256, loaded(bundle.id).sha256, "{}", bundle.id);
        assert_eq!(from_folder.id, bundle.id);
    }
}

#[test]
fn every_file_of_a_corridor_is_in_the_list() {
    for bundle in BUNDLES {
        let mut found = BTreeSet::new();
        for part in ["", "evidence", "scenarios", "checks", "studies"] {
            for entry in std::fs::read_dir(folder(bundle.id).join(part)).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                if path.extension().is_some_and(|e| e == "toml" || e == "csv") {
                    found.insert(if part.is_empty() { name } else { format!("{part}/{name}") });
                }
            }
        }
        let listed: BTreeSet<String> = bundle.files.iter().map(|(n, _)| (*n).to_owned()).collect();
        assert_eq!(listed, found, "{}", bundle.id);
    }
}

/// A digest of every bit of a run at best values.
fn digest(corridor: &Corridor) -> u64 {
    let study = Study::new(corridor, corridor.months, 1).at_best_values();
    let sink = Collect::default();
    let plan = Plan { members: 1, jobs: 1, ..Plan::default() };
    ensemble::run(&study, &plan, &sink, &false.into(), &|_| {}).unwrap();
    let mut hasher = DefaultHasher::new();
    for value in sink.into_chunks().iter().flat_map(|c| c.series.iter().flatten()) {
        value.to_bits().hash(&mut hasher);
    }
    hasher.finish()
}

#[test]
fn every_bundled_corridor_can_be_copied_and_the_copy_runs_to_the_same_bits() {
    let dir = tempfile::TempDir::new().unwrap();
    for bundle in BUNDLES {
        let folder = dir.path().join(bundle.id);
        let files = new::create(&folder, bundle.id).unwrap();
        // One more: the page on the evidence.
        assert_eq!(files.len(), bundle.files.len() + 1);
        let copy = loaded(&folder.to_string_lossy());
        let own = loaded(bundle.id);
        assert_eq!(digest(&copy.corridor), digest(&own.corridor), "{}", bundle.id);
        let of = |p: &Project, scenario| format!("{:?}", p.compile(scenario, None, &[]).unwrap());
        for scenario in own.scenarios.keys().take(2) {
            assert!(of(&copy, scenario) == of(&own, scenario), "{} {scenario}", bundle.id);
        }
        assert_eq!(copy.evidence.rules, own.evidence.rules);
        assert_eq!(copy.studies.keys().collect::<Vec<_>>(), own.studies.keys().collect::<Vec<_>>());
    }
}

#[test]
fn a_bare_copy_is_the_bundle_byte_for_byte() {
    let dir = tempfile::TempDir::new().unwrap();
    for bundle in BUNDLES {
        let folder = dir.path().join(bundle.id);
        new::bare(&folder, bundle.id).unwrap();
        assert_eq!(loaded(&folder.to_string_lossy()).sha256, loaded(bundle.id).sha256);
    }
}
