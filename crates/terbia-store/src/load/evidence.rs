//! What is known of the corridor, and does each figure say where it comes from?

use super::fault::Fault;
use super::files::{File, Reader};
use super::index::{Keys, Kind};
use super::names::nearest;
use super::problem::Problems;
use super::structure;
use super::table::{self, Row};
use super::time;
use crate::spec::{Assumptions, Basis, Facts, Observation, Past, Sources, Targets};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use std::ops::Range;
use terbia_model::kernel::time::Month;

/// Everything under `evidence/`.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Publications, by key.
    pub sources: Sources,
    /// Figures on record.
    pub observations: Vec<Observation>,
    /// Events on record.
    pub events: Vec<Past>,
    /// What is taken for granted.
    pub assumptions: Assumptions,
    /// What the modules take for granted in their defaults.
    pub module_assumptions: crate::spec::ModuleAssumptions,
    /// What a history of the corridor must show.
    pub facts: Facts,
    /// How the record meets the model.
    pub targets: Targets,
    /// For each observation, the rule that covers it.
    pub rules: Vec<Covered>,
}

/// Which rule covers an observation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Covered {
    /// It is compared, by the target at this place of [`Targets::targets`].
    Target(usize),
    /// It is not, by the context at this place of [`Targets::contexts`].
    Context(usize),
    /// No rule covers it.
    Nothing,
}

impl Observation {
    /// First and last month of the period that it speaks of; nothing if it has no dates.
    pub fn window(&self) -> Option<(Month, Month)> {
        let (first, last) = time::period(&self.from)?;
        let last = if self.to.is_empty() { last } else { time::period(&self.to)?.1 };
        Some((first, last))
    }
}

/// The files of evidence, with what they say.
#[derive(Default)]
pub(crate) struct Files {
    pub(crate) sources: Option<File>,
    pub(crate) observations: Option<File>,
    pub(crate) events: Option<File>,
    pub(crate) assumptions: Option<File>,
    pub(crate) facts: Option<File>,
    pub(crate) targets: Option<File>,
    /// Whether some file could not be read.
    pub(crate) broken: bool,
    /// Rows of observations and events, where they stand.
    observation_rows: Vec<Range<usize>>,
    event_rows: Vec<Range<usize>>,
}

impl Files {
    /// Those that rows and tables may be cited from and that are not there.
    pub(crate) fn absent(&self) -> Vec<&'static str> {
        let files = [
            ("evidence/observations.csv", &self.observations),
            ("evidence/events.csv", &self.events),
            ("evidence/assumptions.toml", &self.assumptions),
            ("evidence/facts.toml", &self.facts),
        ];
        files.into_iter().filter(|(_, file)| file.is_none()).map(|(name, _)| name).collect()
    }

    /// Those that were read.
    pub(crate) fn all(&self) -> impl Iterator<Item = &File> {
        let files = [&self.sources, &self.observations, &self.events, &self.assumptions];
        files.into_iter().chain([&self.facts, &self.targets]).flatten()
    }
}

/// Columns of `observations.csv`.
pub(crate) const OBSERVATIONS: &[&str] = &[
    "id", "quantity", "entity", "subject", "from", "to", "value", "low", "high", "unit", "basis",
    "source", "evidence", "method", "note",
];
/// Columns of `events.csv`.
pub(crate) const EVENTS: &[&str] =
    &["id", "from", "to", "type", "actor", "place", "description", "source"];

/// Reads everything under `evidence/`.
pub(crate) fn read(reader: &mut Reader<'_>) -> (Evidence, Files) {
    let mut evidence = Evidence::default();
    let before = reader.problems.len();
    let mut files = Files {
        sources: reader.required("evidence/sources.toml"),
        observations: reader.optional("evidence/observations.csv"),
        events: reader.optional("evidence/events.csv"),
        assumptions: reader.optional("evidence/assumptions.toml"),
        facts: reader.optional("evidence/facts.toml"),
        targets: reader.optional("evidence/targets.toml"),
        ..Files::default()
    };
    let problems = &mut *reader.problems;
    let mut broken = problems.len() > before;
    evidence.sources = parsed(files.sources.as_ref(), &mut broken, problems);
    evidence.assumptions = parsed(files.assumptions.as_ref(), &mut broken, problems);
    evidence.facts = parsed(files.facts.as_ref(), &mut broken, problems);
    evidence.targets = parsed(files.targets.as_ref(), &mut broken, problems);
    let before = problems.len();
    // A test keeps this text readable; without it only `explain` would say less.
    evidence.module_assumptions = toml::from_str(terbia_model::ASSUMPTIONS).unwrap_or_default();
    if let Some(file) = &files.observations {
        for row in table::rows(file, OBSERVATIONS, problems) {
            files.observation_rows.push(row.span());
            evidence.observations.push(observation(&row, file, problems));
        }
    }
    if let Some(file) = &files.events {
        for row in table::rows(file, EVENTS, problems) {
            files.event_rows.push(row.span());
            evidence.events.push(past(&row));
        }
    }
    files.broken = broken || problems.len() > before;
    (evidence, files)
}

fn parsed<T: DeserializeOwned + JsonSchema + Default>(
    file: Option<&File>,
    broken: &mut bool,
    problems: &mut Problems,
) -> T {
    let Some(file) = file else { return T::default() };
    structure::parse(file, problems).unwrap_or_else(|| {
        *broken = true;
        T::default()
    })
}

/// The observation in `row`. Where the table has no column "basis", a row is a bound if it has no
/// value, or one end that is the value ("more than"), and printed otherwise; where it has none of
/// the keys of sources, the publication stands for them.
pub(crate) fn observation(row: &Row<'_>, file: &File, problems: &mut Problems) -> Observation {
    let [value, low, high] = ["value", "low", "high"].map(|column| row.number(column, problems));
    let basis = if row.has("basis") {
        basis(row, file, problems)
    } else if value.is_none() || low.xor(high) == value {
        Basis::Bound
    } else {
        Basis::Printed
    };
    let source = if row.has("source") { row.keys("source") } else { publication(row) };
    Observation {
        id: row.id(),
        quantity: row.text("quantity").to_owned(),
        entity: row.text("entity").to_owned(),
        subject: row.text("subject").to_owned(),
        from: row.text("from").to_owned(),
        to: row.text("to").to_owned(),
        value,
        low,
        high,
        unit: row.text("unit").to_owned(),
        basis,
        source,
        evidence: row.keys("evidence"),
        method: row.text("method").to_owned(),
        note: row.text("note").to_owned(),
    }
}

fn basis(row: &Row<'_>, file: &File, problems: &mut Problems) -> Basis {
    let basis = row.text("basis");
    let known = Basis::ALL.iter().find(|(name, _)| *name == basis);
    if known.is_none() {
        let names: Vec<String> = Basis::ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
        let fault = Fault::UnknownWord {
            key: "basis".to_owned(),
            value: basis.to_owned(),
            near: nearest(basis, names.iter().map(String::as_str)),
            known: names,
        };
        problems.add(file, row.span(), fault);
    }
    known.map_or(Basis::Printed, |(_, basis)| *basis)
}

/// Title, publisher and date in one text, if any is given.
fn publication(row: &Row<'_>) -> Vec<String> {
    let parts = ["source_title", "publisher", "source_date"].map(|column| row.text(column));
    let given: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if given.is_empty() { Vec::new() } else { vec![given.join(", ")] }
}

fn past(row: &Row<'_>) -> Past {
    Past {
        id: row.id(),
        from: row.text("from").to_owned(),
        to: row.text("to").to_owned(),
        kind: row.text("type").to_owned(),
        actor: row.text("actor").to_owned(),
        place: row.text("place").to_owned(),
        description: row.text("description").to_owned(),
        source: row.keys("source"),
    }
}

/// The keys that may be cited.
pub(crate) fn keys(evidence: &Evidence, files: &Files) -> Keys {
    known(evidence, !files.broken)
}

/// The keys of what could be read, which is `complete` or not.
pub(crate) fn known(evidence: &Evidence, complete: bool) -> Keys {
    let mut keys = Keys::new(complete);
    keys.add(evidence.sources.keys().map(|k| k.as_str()));
    keys.add(evidence.observations.iter().map(|o| o.id.as_str()));
    keys.add(evidence.events.iter().map(|e| e.id.as_str()));
    keys.add(evidence.assumptions.keys().map(|k| k.as_str()));
    keys.add(evidence.facts.keys().map(|k| k.as_str()));
    keys.add(evidence.module_assumptions.keys().map(String::as_str));
    keys
}

/// Notes what is wrong with the evidence, short of rules and measures.
pub(crate) fn check(evidence: &Evidence, files: &Files, keys: &Keys, problems: &mut Problems) {
    if let Some(file) = &files.observations {
        Kind::collect("observation", evidence.observations.iter().map(|o| &o.id), file, problems);
        for (o, span) in evidence.observations.iter().zip(&files.observation_rows) {
            let cited = Cited {
                what: ("observation", &o.id),
                source: &o.source,
                derived: !o.evidence.is_empty(),
            };
            cited.check(span, file, keys, problems);
            for key in &o.evidence {
                problems_of_key(key, span, file, keys, problems);
            }
            check_figure(o, span, file, problems);
        }
    }
    if let Some(file) = &files.events {
        Kind::collect("event of the record", evidence.events.iter().map(|e| &e.id), file, problems);
        for (e, span) in evidence.events.iter().zip(&files.event_rows) {
            let cited = Cited { what: ("event", &e.id), source: &e.source, derived: false };
            cited.check(span, file, keys, problems);
            period(&e.from, &e.to, span, file, problems);
        }
    }
    if let Some(file) = &files.facts {
        for (id, fact) in &evidence.facts {
            let what = || format!("the fact {}", **id);
            keys.expect(&fact.source, what, id.span(), file, problems);
        }
    }
}

/// Notes what is wrong with a figure by itself: its dates and its range.
pub(crate) fn check_figure(
    figure: &Observation,
    span: &Range<usize>,
    file: &File,
    problems: &mut Problems,
) {
    period(&figure.from, &figure.to, span, file, problems);
    if let (Some(low), Some(high)) = (figure.low, figure.high)
        && low > high
    {
        let fault = "the range runs backwards; write the lower end under 'low'";
        let fault = Fault::BadNumber { key: figure.id.get().clone(), fault };
        problems.add(file, span.clone(), fault);
    }
}

struct Cited<'a> {
    /// Kind and number.
    what: (&'static str, &'a str),
    source: &'a [String],
    /// Derived rows may rest on other rows alone.
    derived: bool,
}

impl Cited<'_> {
    fn check(&self, span: &Range<usize>, file: &File, keys: &Keys, problems: &mut Problems) {
        if self.source.is_empty() && !self.derived {
            let (kind, id) = self.what;
            let fault = Fault::SourceMissing { what: format!("the {kind} {id}") };
            problems.add(file, span.clone(), fault);
        }
        for key in self.source {
            problems_of_key(key, span, file, keys, problems);
        }
    }
}

fn problems_of_key(
    key: &str,
    span: &Range<usize>,
    file: &File,
    keys: &Keys,
    problems: &mut Problems,
) {
    if let Some(fault) = keys.fault(key) {
        problems.add(file, span.clone(), fault);
    }
}

/// What is true of no particular time, such as the length of a river, has no dates.
pub(crate) fn period(
    from: &str,
    to: &str,
    span: &Range<usize>,
    file: &File,
    problems: &mut Problems,
) {
    let mut read = |text: &str| {
        let period = time::period(text);
        if period.is_none() {
            let fault = Fault::BadDate {
                text: text.to_owned(),
                expected: "a date as precise as it is known",
                example: "2024, 2024-10 or 2024-10-22",
            };
            problems.add(file, span.clone(), fault);
        }
        period
    };
    if from.is_empty() && to.is_empty() {
        return;
    }
    let first = read(from);
    let last = if to.is_empty() || to == from { first } else { read(to) };
    if let (Some((first, _)), Some((_, last))) = (first, last)
        && last < first
    {
        let fault = Fault::EndsBeforeStart { from: from.to_owned(), until: to.to_owned() };
        problems.add(file, span.clone(), fault);
    }
}
