//! Which feedback loops does the model close, and how is each cut? One list, in `loops.toml`.
//!
//! A loop is cut by holding a few numbers at values at which one of its links no longer answers. Those values
//! may lie outside the range of the number: nobody believes them. This list is the only door for
//! them, and it leads to comparisons of policies alone, never to a run that is kept.
//!
//! Limits: a cut also moves the level at which the world goes on, as `leaves` says; what a loop
//! carries is what is missing without it, under the same chances.

use crate::kernel::param::ParamError;
use crate::module;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A feedback loop.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Loop {
    /// Short name: R for reinforcing, B for balancing, and a number.
    pub id: String,
    /// Name in words.
    pub label: String,
    /// What acts on what, round to where it began.
    pub path: String,
    /// What it does to stability.
    pub sign: String,
    /// What goes on although it is cut, or goes with it.
    pub leaves: String,
    /// Numbers by path, and the values at which it is cut.
    pub off: BTreeMap<String, f64>,
}

/// Why the list cannot be read.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LoopError {
    /// The file is not valid.
    #[error("loops.toml: {what}")]
    Parse {
        /// What the parser said.
        what: String,
    },
    /// The numbers of a module cannot be read.
    #[error(transparent)]
    Params(#[from] ParamError),
    /// A loop is cut at a number that no module has, or at no number at all.
    #[error("loops.toml, loop {id}: '{path}' is no number of a module; mend the name")]
    Unknown {
        /// The loop.
        id: String,
        /// The number, or nothing.
        path: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "loop")]
    loops: Vec<Loop>,
}

/// All loops, in the order in which they are told of.
pub fn all() -> Result<Vec<Loop>, LoopError> {
    read(include_str!("loops.toml"))
}

fn read(text: &str) -> Result<Vec<Loop>, LoopError> {
    let parse = |e: toml::de::Error| LoopError::Parse { what: e.to_string() };
    let File { loops } = toml::from_str(text).map_err(parse)?;
    let numbers = module::definitions()?;
    for l in &loops {
        let unknown = |path: &String| !numbers.iter().any(|d| d.path == *path);
        let none = l.off.is_empty().then(String::new);
        if let Some(path) = none.or_else(|| l.off.keys().find(|p| unknown(p)).cloned()) {
            return Err(LoopError::Unknown { id: l.id.clone(), path });
        }
    }
    Ok(loops)
}

/// The numbers at which all of these are cut, by path.
pub fn all_off(loops: &[Loop]) -> BTreeMap<String, f64> {
    loops.iter().flat_map(|l| l.off.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_loops_have_a_name_or_a_number_in_common() {
        let loops = all().unwrap();
        let ids: Vec<&str> = loops.iter().map(|l| l.id.as_str()).collect();
        assert_eq!(ids, ["R1", "B1", "B2", "B3", "B4", "B5", "B6"]);
        let numbers: usize = loops.iter().map(|l| l.off.len()).sum();
        assert_eq!(all_off(&loops).len(), numbers);
        assert!(loops.iter().flat_map(|l| l.off.values()).all(|v| v.is_finite()));
    }

    #[test]
    fn a_loop_cut_at_a_number_that_nobody_has_is_refused() {
        let text = include_str!("loops.toml");
        let bad = text.replace("extraction.window_share", "extraction.window");
        let unknown = |path: &str| LoopError::Unknown { id: "B5".into(), path: path.into() };
        assert_eq!(read(&bad), Err(unknown("extraction.window")));
        let bad = text.replace("\"extraction.window_share\" = 0", "");
        assert_eq!(read(&bad), Err(unknown("")));
        assert!(matches!(read("loop = 1"), Err(LoopError::Parse { .. })));
    }
}
