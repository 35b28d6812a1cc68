//! Does each crate use only what its layer may? Faces use the store, the store the lab, the lab the
//! model, and the model next to nothing.

use crate::problem::Problem;
use crate::run;
use crate::tree::Tree;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What a crate may use.
struct Layer {
    name: &'static str,
    /// Crates of this workspace that it may use.
    ours: &'static [&'static str],
    /// Other crates that it may name; `None` leaves it free but for `never`.
    others: Option<&'static [&'static str]>,
    /// Crates that may not come in by any way, tests aside; a `*` stands for any ending.
    never: &'static [&'static str],
}

/// Every crate and its layer.
const LAYERS: &[Layer] = &[
    Layer {
        name: "terbia-model",
        ours: &[],
        others: Some(&["libm", "petgraph", "serde", "thiserror", "toml"]),
        never: &["rand", "rand_*", "rayon", "arrow*", "parquet", "tokio", "chrono"],
    },
    Layer {
        name: "terbia-lab",
        ours: &["terbia-model"],
        others: None,
        never: &["arrow*", "parquet", "tokio", "serde_json", "miette", "clap"],
    },
    Layer {
        name: "terbia-store",
        ours: &["terbia-model", "terbia-lab"],
        others: None,
        never: &["arrow*", "tokio", "axum", "clap"],
    },
    Layer {
        name: "terbia-cli",
        ours: &["terbia-model", "terbia-lab", "terbia-store"],
        others: None,
        never: &["arrow*", "pyo3", "tokio"],
    },
    Layer { name: "xtask", ours: &["terbia-model"], others: None, never: &["arrow*", "tokio"] },
];

/// In no crate: each has a smaller or plainer stand-in here.
const NOWHERE: &[&str] = &["anyhow", "openssl-sys", "polars", "datafusion", "rand_distr", "eyre"];

/// The rule.
pub(super) fn check(_: &Tree) -> Vec<Problem> {
    match metadata() {
        Ok(metadata) => faults(&metadata),
        Err(problem) => vec![problem],
    }
}

fn metadata() -> Result<Value, Problem> {
    let said = run::cargo(&["metadata", "--format-version", "1", "--quiet"])
        .output()
        .map_err(|e| Problem::new("cargo metadata", e.to_string(), "is cargo on the PATH?"))?;
    serde_json::from_slice(&said.stdout).map_err(|e| {
        Problem::new(
            "cargo metadata",
            format!("gave no JSON ({e}): {}", String::from_utf8_lossy(&said.stderr).trim()),
            "run `cargo metadata` and mend what it says",
        )
    })
}

/// The faults of what `cargo metadata` says.
fn faults(metadata: &Value) -> Vec<Problem> {
    let names = names(metadata);
    let ours: BTreeSet<&str> = list(&metadata["workspace_members"])
        .filter_map(|m| names.get(m.as_str()?).copied())
        .collect();
    let uses = uses(metadata, &names);
    let mut problems = Vec::new();
    for &member in &ours {
        let place = format!("{member}/Cargo.toml");
        let Some(layer) = LAYERS.iter().find(|l| l.name == member) else {
            problems.push(Problem::new(
                place,
                "is a crate without a layer",
                "a crate must earn its place: give it a row in xtask/src/tidy/edges.rs and in ARCHITECTURE.md",
            ));
            continue;
        };
        for &used in uses.get(member).into_iter().flatten() {
            let allowed = if ours.contains(used) {
                layer.ours.contains(&used)
            } else {
                layer.others.is_none_or(|others| others.contains(&used))
            };
            if !allowed {
                problems.push(Problem::new(
                    &place,
                    format!("uses `{used}`, which its layer may not"),
                    "the order is cli -> store -> lab -> model; move the code to the layer that may",
                ));
            }
        }
        let closure = closure(member, &uses);
        for &inside in &closure {
            let banned = layer.never.iter().chain(NOWHERE).any(|n| matches(n, inside));
            if banned {
                problems.push(Problem::new(
                    &place,
                    format!("brings in `{inside}`"),
                    "`cargo tree --invert` says who asks for it; switch the feature off or do without",
                ));
            }
        }
    }
    problems
}

fn matches(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

/// Names of packages by id.
fn names(metadata: &Value) -> BTreeMap<&str, &str> {
    list(&metadata["packages"])
        .filter_map(|p| Some((p["id"].as_str()?, p["name"].as_str()?)))
        .collect()
}

/// What each package uses when it is built, tests aside.
fn uses<'a>(
    metadata: &'a Value,
    names: &BTreeMap<&str, &'a str>,
) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for node in list(&metadata["resolve"]["nodes"]) {
        let Some(&user) = node["id"].as_str().and_then(|id| names.get(id)) else { continue };
        for dep in list(&node["deps"]) {
            let built_in = list(&dep["dep_kinds"]).any(|k| k["kind"] != "dev");
            let used = dep["pkg"].as_str().and_then(|id| names.get(id));
            if let Some(&used) = used.filter(|_| built_in) {
                uses.entry(user).or_default().insert(used);
            }
        }
    }
    uses
}

fn closure<'a>(start: &'a str, uses: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<&'a str> {
    let (mut seen, mut next) = (BTreeSet::new(), vec![start]);
    while let Some(name) = next.pop() {
        for &used in uses.get(name).into_iter().flatten() {
            if seen.insert(used) {
                next.push(used);
            }
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn workspace(user: &str, used: &str, kind: Option<&str>) -> Value {
        json!({
            "packages": [{"id": "u", "name": user}, {"id": "d", "name": used}],
            "workspace_members": ["u"],
            "resolve": {"nodes": [
                {"id": "u", "deps": [{"pkg": "d", "dep_kinds": [{"kind": kind}]}]},
                {"id": "d", "deps": []},
            ]},
        })
    }

    #[test]
    fn the_model_may_use_serde_and_not_rayon() {
        assert!(faults(&workspace("terbia-model", "serde", None)).is_empty());
        // Once because its layer has no such crate, once because it may not come in at all.
        assert_eq!(faults(&workspace("terbia-model", "rayon", None)).len(), 2);
        assert!(faults(&workspace("terbia-model", "proptest", Some("dev"))).is_empty());
    }

    #[test]
    fn a_crate_without_a_layer_is_named() {
        assert!(
            faults(&workspace("terbia-new", "serde", None))[0].what.contains("without a layer")
        );
    }

    #[test]
    fn nothing_uses_what_is_banned_everywhere() {
        assert_eq!(faults(&workspace("terbia-store", "anyhow", None)).len(), 1);
    }
}
