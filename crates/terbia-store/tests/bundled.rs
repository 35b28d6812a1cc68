//! Do the corridors that the program carries load and compile, as they lie in the repository?

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
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

#[test]
fn every_bundled_corridor_can_be_copied_and_the_copy_is_sound() {
    let dir = tempfile::TempDir::new().unwrap();
    for bundle in BUNDLES {
        let folder = dir.path().join(bundle.id);
        let files = new::create(&folder, bundle.id).unwrap();
        assert_eq!(files.len(), bundle.files.len());
        let copy = Project::load(&folder.to_string_lossy()).unwrap();
        let own = Project::load(bundle.id).unwrap();
        assert_eq!(copy.sha256, own.sha256, "{}", bundle.id);
    }
}
