//! What of a corridor is still that of the one it was copied from? What a bundled corridor says too, word for
//! word.

use crate::bundled::{BUNDLES, Bundle};
use crate::load::Project;
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
        let own: BTreeSet<&str> = project.spec.townships.iter().map(|t| t.id.as_str()).collect();
        let likeness = |bundle: &Bundle| {
            let text = bundle.files.iter().find(|(name, _)| *name == "corridor.toml");
            let table = text.and_then(|(_, text)| text.parse::<toml::Table>().ok());
            let Some(table) = table else { return 0 };
            let named = table.get("name").and_then(|n| n.as_str()) == Some(&project.spec.name);
            let places = table.get("township").and_then(|t| t.as_array()).into_iter().flatten();
            let ids = places.filter_map(|t| t.get("id")?.as_str());
            ids.filter(|id| own.contains(id)).count() + usize::from(named)
        };
        let like = BUNDLES.iter().map(|bundle| (likeness(bundle), bundle));
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

/// The numbers that the files of a corridor give.
fn given(project: &Project) -> impl Iterator<Item = &Definition> {
    project.corridor.numbers.iter().filter(|d| {
        !project.is_parameter(&d.path)
            || project.parameters.keys().any(|path| *path.get() == d.path)
    })
}
