//! What of a corridor is still that of the one it was copied from? What a bundled corridor says too, word for
//! word.

use crate::bundled::{BUNDLES, Bundle};
use crate::load::{File, Project};
use std::collections::BTreeSet;
use terbia_model::kernel::param::Definition;

/// What is as in a bundled corridor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// Short name of the bundled corridor.
    pub from: &'static str,
    /// Whether the full name is the same.
    pub name: bool,
    /// Whether the question is the same.
    pub question: bool,
    /// Townships of the same id, and all.
    pub townships: (usize, usize),
    /// Publications under the same key with the same title, and all.
    pub sources: (usize, usize),
    /// Numbers that are the same with range, grade and sources, and all that the corridor gives.
    pub numbers: (usize, usize),
}

impl Copied {
    /// What `project` shares with the bundled corridor that it is most like; nothing if it is one itself,
    /// or shares nothing.
    pub fn of(project: &Project) -> Option<Self> {
        if BUNDLES.iter().any(|b| b.id == project.id) {
            return None;
        }
        let like = BUNDLES.iter().map(|bundle| (likeness(project, bundle), bundle));
        let (_, bundle) = like.filter(|(n, _)| *n > 0).max_by_key(|(n, _)| *n)?;
        let model = Project::load(bundle.id).ok()?;
        let copied = Self::between(project, &model, bundle.id);
        let any = copied.name || copied.question || copied.sources.0 + copied.numbers.0 > 0;
        any.then_some(copied)
    }

    fn between(project: &Project, model: &Project, from: &'static str) -> Self {
        let (own, its) = (&project.spec, &model.spec);
        let places = own.townships.iter();
        let sources = project.evidence.sources.iter();
        let numbers: Vec<&Definition> = given(project).collect();
        let others: Vec<&Definition> = given(model).collect();
        Self {
            from,
            name: own.name == its.name,
            question: own.question == its.question,
            townships: (
                places.clone().filter(|t| its.townships.iter().any(|o| o.id == t.id)).count(),
                places.len(),
            ),
            sources: (
                sources
                    .clone()
                    .filter(|(key, source)| {
                        model.evidence.sources.get(*key).is_some_and(|o| o.title == source.title)
                    })
                    .count(),
                sources.len(),
            ),
            numbers: (
                numbers.iter().filter(|d| others.iter().any(|o| o == *d)).count(),
                numbers.len(),
            ),
        }
    }
}

/// How much of a bundled corridor stands in the files of `project` too, in lines and tables: enough to tell which
/// one was copied, whatever was replaced first.
fn likeness(project: &Project, bundle: &Bundle) -> usize {
    let its = |wanted: &str| bundle.files.iter().find(|(n, _)| *n == wanted).map(|(_, text)| *text);
    let own = |wanted: &str| {
        let mut files = project.texts.iter();
        files.find(|file| file.name() == wanted).map_or("", File::text)
    };
    // A line with a number's range and source is hardly written twice by chance.
    let mut same = 0;
    for name in ["corridor.toml", "parameters.toml"] {
        let lines: BTreeSet<&str> = numbers(own(name)).collect();
        same += numbers(its(name).unwrap_or_default()).filter(|line| lines.contains(line)).count();
    }
    let table = |name: &str| its(name).and_then(|text| text.parse::<toml::Table>().ok());
    let sources = table("evidence/sources.toml").unwrap_or_default();
    let title = |key: &str| sources.get(key).and_then(|s| s.get("title")?.as_str());
    let cited = project.evidence.sources.iter();
    same += cited.filter(|(key, source)| title(key) == Some(source.title.as_str())).count();
    let Some(table) = table("corridor.toml") else { return same };
    let says = |key: &str, text: &str| table.get(key).and_then(|t| t.as_str()) == Some(text);
    same += usize::from(says("name", &project.spec.name));
    same += usize::from(says("question", &project.spec.question));
    let places: BTreeSet<&str> = project.spec.townships.iter().map(|t| t.id.as_str()).collect();
    let townships = table.get("township").and_then(|t| t.as_array()).into_iter().flatten();
    let ids = townships.filter_map(|t| t.get("id")?.as_str());
    same + ids.filter(|id| places.contains(id)).count()
}

/// The lines of a text that give a number with its range.
fn numbers(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(str::trim)
        .filter(|line| line.contains("value = ") && line.contains("range = "))
}

/// The numbers that the files of a corridor give.
fn given(project: &Project) -> impl Iterator<Item = &Definition> {
    project.corridor.numbers.iter().filter(|d| {
        !project.is_parameter(&d.path)
            || project.parameters.keys().any(|path| *path.get() == d.path)
    })
}
