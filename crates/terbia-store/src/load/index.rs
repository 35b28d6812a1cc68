//! Which names exist? Looked up by every check, so that an unknown one can be told what it may mean.

use super::fault::Fault;
use super::files::File;
use super::names::{self, nearest, siblings};
use super::problem::Problems;
use crate::spec::{At, CorridorFile, Role};
use std::collections::{BTreeMap, BTreeSet};

/// What outcomes are called as a kind.
const OUTCOME: &str = "outcome";

/// The names of one kind of thing.
#[derive(Clone, Debug)]
pub(crate) struct Kind {
    name: &'static str,
    ids: BTreeSet<String>,
}

impl Kind {
    pub(crate) fn new<'a>(name: &'static str, ids: impl IntoIterator<Item = &'a str>) -> Self {
        Self { name, ids: ids.into_iter().map(str::to_owned).collect() }
    }

    /// Collects ids and notes those that are there twice or cannot be part of a path.
    pub(crate) fn collect<'a>(
        name: &'static str,
        ids: impl IntoIterator<Item = &'a At<String>>,
        file: &File,
        problems: &mut Problems,
    ) -> Self {
        let mut kind = Self { name, ids: BTreeSet::new() };
        for id in ids {
            kind.take(id, file, problems);
        }
        kind
    }

    pub(crate) fn take(&mut self, id: &At<String>, file: &File, problems: &mut Problems) {
        let good = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if id.is_empty() || !id.chars().all(good) || id.starts_with(['-', '_']) {
            let fault = Fault::BadId { kind: self.name, id: id.get().clone() };
            problems.add(file, id.span(), fault);
        } else if !self.ids.insert(id.get().clone()) {
            let fault = Fault::DuplicateId { kind: self.name, id: id.get().clone() };
            problems.add(file, id.span(), fault);
        }
    }

    pub(crate) fn has(&self, id: &str) -> bool {
        self.ids.contains(id)
    }

    /// Notes a reference to something that is not there; true if it is.
    pub(crate) fn expect(&self, id: &At<String>, file: &File, problems: &mut Problems) -> bool {
        if self.has(id) {
            return true;
        }
        problems.add(file, id.span(), self.unknown(id));
        false
    }

    /// The fault of naming `id`, which is not there.
    pub(crate) fn unknown(&self, id: &str) -> Fault {
        let ids = self.ids.iter().map(String::as_str);
        let (near, known) = if self.name == OUTCOME {
            names::outcomes(id, ids)
        } else {
            (nearest(id, ids.clone()), siblings(id, ids))
        };
        Fault::UnknownId { kind: self.name, id: id.to_owned(), near, known }
    }
}

/// The names of a corridor.
#[derive(Clone, Debug)]
pub(crate) struct Index {
    pub(crate) townships: Kind,
    pub(crate) gates: Kind,
    /// Townships and gates: the ends of roads.
    pub(crate) places: Kind,
    pub(crate) actors: Kind,
    pub(crate) roles: BTreeMap<String, Role>,
    pub(crate) constituents: Kind,
    pub(crate) forms: Kind,
    pub(crate) series: Kind,
    pub(crate) reaches: Kind,
    pub(crate) basins: Kind,
    pub(crate) fronts: Kind,
    /// Actors who are partners.
    pub(crate) partners: Kind,
    pub(crate) levers: Kind,
}

impl Index {
    /// Collects the names of a corridor, noting duplicates.
    pub(crate) fn of(c: &CorridorFile, file: &File, problems: &mut Problems) -> Self {
        let townships =
            Kind::collect("township", c.townships.iter().map(|t| &t.id), file, problems);
        let gates = Kind::collect("gate", c.gates.iter().map(|g| &g.id), file, problems);
        let mut places = townships.clone();
        places.name = "township or gate";
        for gate in &c.gates {
            // Duplicates among gates are noted already; here gates and townships must differ.
            if townships.has(&gate.id) {
                let fault = Fault::DuplicateId { kind: places.name, id: gate.id.get().clone() };
                problems.add(file, gate.id.span(), fault);
            }
            places.ids.insert(gate.id.get().clone());
        }
        let forms = Kind::collect("form", c.commodity.forms.iter().map(|f| &f.id), file, problems);
        let constituents =
            Kind::collect("constituent", c.constituents.iter().map(|x| &x.id), file, problems);
        Kind::collect("origin", c.origins.iter().map(|o| &o.id), file, problems);
        Kind::collect("road", c.roads.iter().map(|r| &r.id), file, problems);
        Kind::collect("station", c.stations.iter().map(|s| &s.id), file, problems);
        let politics = c.politics.as_ref();
        let routes = politics.iter().flat_map(|p| &p.routes);
        Kind::collect("route", routes.map(|r| &r.id), file, problems);
        let fronts = politics.iter().flat_map(|p| &p.fronts).map(|f| &f.id);
        let partners = politics.iter().flat_map(|p| &p.partners).map(|p| &p.actor);
        Self {
            places,
            townships,
            gates,
            actors: Kind::collect("actor", c.actors.iter().map(|a| &a.id), file, problems),
            roles: c.actors.iter().map(|a| (a.id.get().clone(), *a.role.get())).collect(),
            constituents,
            forms,
            series: Kind::collect("series", c.series.iter().map(|s| &s.id), file, problems),
            reaches: Kind::collect("reach", c.reaches.iter().map(|r| &r.id), file, problems),
            basins: Kind::collect("basin", c.basins.iter().map(|b| &b.id), file, problems),
            fronts: Kind::collect("front", fronts, file, problems),
            partners: Kind::collect("partner", partners, file, problems),
            levers: Kind::collect("lever", c.levers.iter().map(|l| &l.id), file, problems),
        }
    }

    /// Notes a reference to an actor that is not there or has another role.
    pub(crate) fn expect_role(
        &self,
        id: &At<String>,
        role: Role,
        file: &File,
        problems: &mut Problems,
    ) {
        if self.actors.expect(id, file, problems) && self.roles.get(id.get()) != Some(&role) {
            let role = if role == Role::Holder { "holder" } else { "buyer" };
            problems.add(file, id.span(), Fault::WrongRole { id: id.get().clone(), role });
        }
    }
}

/// The file of evidence that a key is of by the custom of its first letter; nothing for others, which are mostly
/// observations.
pub(crate) fn home(key: &str) -> Option<&'static str> {
    let letters = key.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let numbered = key.contains(|c: char| c.is_ascii_digit());
    match letters {
        "S" if numbered => Some("evidence/sources.toml"),
        "A" if numbered => Some("evidence/assumptions.toml"),
        "E" if numbered => Some("evidence/events.csv"),
        "F" if numbered => Some("evidence/facts.toml"),
        _ => None,
    }
}

/// The keys that a `source` may cite.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    keys: BTreeSet<String>,
    /// Whether every file of evidence could be read: else any key may be in one that could not.
    complete: bool,
}

impl Keys {
    pub(crate) fn new(complete: bool) -> Self {
        Self { keys: BTreeSet::new(), complete }
    }

    pub(crate) fn add<'a>(&mut self, keys: impl IntoIterator<Item = &'a str>) {
        self.keys.extend(keys.into_iter().map(str::to_owned));
    }

    /// The fault of citing `key`, if there is one.
    pub(crate) fn fault(&self, key: &str) -> Option<Fault> {
        if !self.complete || self.keys.contains(key) {
            return None;
        }
        // Numbers are near each other without meaning the same: only a longer key can be a slip.
        let near = nearest(key, self.keys.iter().map(String::as_str))
            .filter(|n| !n.chars().any(|c| c.is_ascii_digit()) || n.eq_ignore_ascii_case(key));
        Some(Fault::UnknownSource { key: key.to_owned(), near })
    }

    /// Notes citations that lead nowhere; `what` lacks a source if there are none.
    pub(crate) fn expect(
        &self,
        sources: &[At<String>],
        what: impl FnOnce() -> String,
        span: std::ops::Range<usize>,
        file: &File,
        problems: &mut Problems,
    ) {
        if sources.is_empty() {
            problems.add(file, span, Fault::SourceMissing { what: what() });
        }
        for source in sources {
            if let Some(fault) = self.fault(source) {
                problems.add(file, source.span(), fault);
            }
        }
    }
}
