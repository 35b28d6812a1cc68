//! Which files of a corridor's folder does nothing read, and what may they have been meant as? A file under a
//! wrong name, in a wrong folder or in the form of another program would otherwise be left out in silence.
//! Pages (`*.md`), hidden files and published forecasts are no corridor's and need no word.

use super::names::nearest;
use std::fs;
use std::path::Path;

/// Files with names of their own.
const SINGLE: [&str; 8] = [
    "corridor.toml",
    "parameters.toml",
    "evidence/sources.toml",
    "evidence/observations.csv",
    "evidence/events.csv",
    "evidence/assumptions.toml",
    "evidence/facts.toml",
    "evidence/targets.toml",
];
/// Folders with files that are named at will.
const SEVERAL: [&str; 3] = ["scenarios", "checks", "studies"];
const EVIDENCE: &str = "evidence";
const FORECASTS: &str = "forecasts";
/// Endings that spreadsheets give to tables.
const SHEETS: [&str; 5] = [".xlsx", ".xls", ".ods", ".numbers", ".tsv"];

/// A file or folder that nothing reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stray {
    /// Its name in the corridor's folder; that of a folder ends in a stroke.
    pub name: String,
    /// The name that it may have been meant to bear.
    pub near: Option<String>,
}

/// What lies in the corridor's folder at `root` and is not read, in order of name.
pub(crate) fn found(root: &Path) -> Vec<Stray> {
    let mut strays = Vec::new();
    for (name, folder) in entries(root) {
        let known = SEVERAL.contains(&name.as_str()) || name == EVIDENCE || name == FORECASTS;
        if folder && known {
            continue;
        }
        let near = if folder { near_folder(&name) } else { near_file("", &name) };
        add(&mut strays, root, "", (name, folder), near);
    }
    for within in SEVERAL.into_iter().chain([EVIDENCE]) {
        for (name, folder) in entries(&root.join(within)) {
            let read = within != EVIDENCE && name.strip_suffix(".toml").is_some();
            if folder || !read {
                let near = if folder { None } else { near_file(within, &name) };
                add(&mut strays, root, within, (name, folder), near);
            }
        }
    }
    strays
}

fn add(
    strays: &mut Vec<Stray>,
    root: &Path,
    within: &str,
    (name, folder): (String, bool),
    near: Option<String>,
) {
    let path = if within.is_empty() { name } else { format!("{within}/{name}") };
    // Where capitals are none of the disk's business, a file under other capitals is read.
    let read = |n: &str| n.eq_ignore_ascii_case(&path) && (n == path || root.join(n).is_file());
    if folder || !SINGLE.into_iter().any(read) {
        strays.push(Stray { name: if folder { path + "/" } else { path }, near });
    }
}

/// The names in a folder that a corridor may be expected to read, and whether each is a folder.
fn entries(folder: &Path) -> Vec<(String, bool)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let named =
        entries.filter_map(|e| Some((e.file_name().into_string().ok()?, e.path().is_dir())));
    let mut found: Vec<_> = named
        .filter(|(name, folder)| {
            // A spreadsheet leaves such a mark beside a table that is open.
            let hidden = name.starts_with('.') || name.starts_with("~$");
            !hidden && (*folder || lower(name).strip_suffix(".md").is_none())
        })
        .collect();
    found.sort();
    found
}

fn lower(name: &str) -> String {
    name.to_lowercase()
}

fn near_folder(name: &str) -> Option<String> {
    let known = SEVERAL.into_iter().chain([EVIDENCE]);
    // "study" is a few letters from "studies", but not few enough for a slip.
    let stem = |name: &str| name.trim_end_matches(['y', 's', 'e', 'i']).to_owned();
    let same = known.clone().find(|k| stem(k) == stem(&lower(name)));
    let near = same.map(str::to_owned).or_else(|| nearest(name, known));
    near.map(|n| n + "/")
}

/// The name that the file `name` in the folder `within` may have been meant to bear.
fn near_file(within: &str, name: &str) -> Option<String> {
    let mut meant = lower(name);
    if let Some(stem) = meant.strip_suffix(".txt") {
        // Editors of plain texts add an ending of their own.
        meant = stem.to_owned();
    }
    if let Some(stem) = SHEETS.iter().find_map(|end| meant.strip_suffix(end)) {
        meant = format!("{stem}.csv");
    }
    if SEVERAL.contains(&within) {
        return meant.strip_suffix(".toml").map(|stem| format!("{within}/{stem}.toml"));
    }
    let ends = |end: &str| meant.ends_with(end);
    let base = |path: &'static str| path.rsplit('/').next().unwrap_or(path);
    let known = SINGLE.into_iter().map(base).filter(|name| {
        // A table is no slip of a list of sources.
        name.rsplit('.').next().is_some_and(ends)
    });
    let near = nearest(&meant, known)?;
    SINGLE.into_iter().find(|path| base(path) == near).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_again_under_its_usual_slips() {
        let near = |within: &str, name: &str| near_file(within, name).unwrap_or_default();
        assert_eq!(near("", "parameter.toml"), "parameters.toml");
        assert_eq!(near("", "observation.csv"), "evidence/observations.csv");
        assert_eq!(near("evidence", "events.xlsx"), "evidence/events.csv");
        assert_eq!(near("scenarios", "closure.toml.txt"), "scenarios/closure.toml");
        assert_eq!(near("scenarios", "closure.toml.bak"), "");
        assert_eq!(near("", "notes.pdf"), "");
        assert_eq!(near_folder("study").as_deref(), Some("studies/"));
        assert_eq!(near_folder("Scenario").as_deref(), Some("scenarios/"));
        assert_eq!(near_folder("maps"), None);
    }
}
