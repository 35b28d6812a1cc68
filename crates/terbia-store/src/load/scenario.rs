//! Does a scenario hold together? Events with the keys of their kind, in the corridor's time.

use super::fault::Fault;
use super::fields;
use super::files::File;
use super::index::{Index, Keys, Kind};
use super::lever;
use super::number;
use super::problem::Problems;
use super::time;
use crate::spec::{At, CorridorFile, Event, EventKind, LevyForm, Role, Scenario, Val};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use terbia_model::kernel::time::Month;

/// A file with what it says.
#[derive(Clone, Debug)]
pub struct Sheet<T> {
    /// The file.
    pub file: File,
    /// What it says.
    pub spec: T,
}

/// What a scenario that another is based on is called as a kind.
pub(super) const PARENT: &str = "parent scenario";

/// The scenarios of a corridor, by name.
pub type Scenarios = BTreeMap<String, Sheet<Scenario>>;

/// The scenarios that `name` rests on, from the root to itself; the part of the chain walked so
/// far if it comes back to itself or ends at a scenario that is not there.
pub(crate) fn chain<'a>(
    scenarios: &'a Scenarios,
    name: &'a str,
) -> Result<Vec<&'a Sheet<Scenario>>, Vec<&'a str>> {
    let mut names: Vec<&str> = Vec::new();
    let mut sheets = Vec::new();
    let mut next = Some(name);
    while let Some(name) = next {
        let looped = names.contains(&name);
        names.push(name);
        let Some(sheet) = scenarios.get(name).filter(|_| !looped) else { return Err(names) };
        sheets.push(sheet);
        next = sheet.spec.based_on.as_ref().map(|b| b.get().as_str());
    }
    sheets.reverse();
    Ok(sheets)
}

/// Notes scenarios that are named but not there, and those based on themselves.
pub(crate) fn check_names(
    scenarios: &Scenarios,
    corridor: &CorridorFile,
    corridor_file: &File,
    problems: &mut Problems,
) {
    let names = Kind::new("scenario", scenarios.keys().map(String::as_str));
    names.expect(&corridor.scenario, corridor_file, problems);
    for (name, sheet) in scenarios {
        let file = &sheet.file;
        if let Some(base) = &sheet.spec.based_on
            && based((scenarios, &names), name, sheet, problems)
            && let Err(chain) = chain(scenarios, name)
            // Each scenario of the circle says so; one that only leads into it does not.
            && chain.last() == Some(&name.as_str())
        {
            let fault = Fault::ScenarioCycle { id: name.clone(), chain: chain.join(" → ") };
            problems.add(file, base.span(), fault);
        }
    }
}

/// Notes that the scenario `name` is based on one that is not there; true if it is.
fn based(
    (scenarios, names): (&Scenarios, &Kind),
    name: &str,
    sheet: &Sheet<Scenario>,
    problems: &mut Problems,
) -> bool {
    let Some(base) = sheet.spec.based_on.as_ref().filter(|base| !names.has(base)) else {
        return true;
    };
    let mut fault = names.unknown(base);
    if let Fault::UnknownId { kind, near, known, .. } = &mut fault {
        *kind = PARENT;
        // Neither itself nor what rests on it, which ends where it ends.
        let free = |k: &str| !chain(scenarios, k).is_err_and(|chain| chain.contains(&name));
        *near = near.take().filter(|near| free(near));
        known.retain(|k| free(k));
    }
    problems.add(&sheet.file, base.span(), fault);
    false
}

/// Notes everything that is wrong with the events of the scenarios.
pub(crate) fn check(
    scenarios: &Scenarios,
    corridor: &CorridorFile,
    index: &Index,
    keys: &Keys,
    problems: &mut Problems,
) {
    let start = corridor.start.parse().ok();
    for (name, sheet) in scenarios {
        let file = &sheet.file;
        duplicates(scenarios, name, sheet, problems);
        replay(sheet, corridor, problems);
        turns(sheet, corridor, problems);
        for event in &sheet.spec.events {
            let mut check = Check { event, file, corridor, index, start, problems };
            check.days();
            check.keys();
            check.references();
            check.setting();
            let what = || format!("the event '{}'", *event.id);
            keys.expect(&event.source, what, event.id.span(), file, problems);
            number::check_all(&fields::of_event(event, &corridor.levers), file, keys, problems);
        }
    }
}

/// The record may end in any month of the corridor, or in the one before it.
fn replay(sheet: &Sheet<Scenario>, corridor: &CorridorFile, problems: &mut Problems) {
    let Some(text) = &sheet.spec.replay_until else { return };
    let Some(month) = time::month(text, &sheet.file, problems) else { return };
    let period = (corridor.start.parse::<Month>(), corridor.end.parse::<Month>());
    if let (Ok(start), Ok(end)) = period
        && (month.plus(1) < start || month > end)
    {
        let fault = Fault::outside("the record ends".to_owned(), month, (start, end));
        problems.add(&sheet.file, text.span(), fault);
    }
}

/// Levers that `[set]` turns.
fn turns(sheet: &Sheet<Scenario>, corridor: &CorridorFile, problems: &mut Problems) {
    for (path, value) in sheet.spec.set.iter().filter(|(path, _)| lever::is_turn(path)) {
        if let Err(fault) = lever::turn(corridor, path, *value.get()) {
            let of_value = matches!(fault, Fault::LeverOutOfBounds { .. });
            let span = if of_value { value.span() } else { path.span() };
            problems.add(&sheet.file, span, fault);
        }
    }
}

/// Events are known by id over the whole chain.
fn duplicates(scenarios: &Scenarios, name: &str, sheet: &Sheet<Scenario>, problems: &mut Problems) {
    let mut kind = Kind::new("event", []);
    let mut above = BTreeSet::new();
    if let Ok(chain) = chain(scenarios, name) {
        let parents = chain.split_last().map_or(&[][..], |(_, parents)| parents);
        above.extend(parents.iter().flat_map(|p| &p.spec.events).map(|e| e.id.get().as_str()));
    }
    for event in &sheet.spec.events {
        kind.take(&event.id, &sheet.file, problems);
        if above.contains(event.id.as_str()) {
            let id = event.id.get().clone();
            let fault = Fault::DuplicateId { kind: "event", id };
            problems.add(&sheet.file, event.id.span(), fault);
        }
    }
}

struct Check<'a> {
    event: &'a Event,
    file: &'a File,
    corridor: &'a CorridorFile,
    index: &'a Index,
    start: Option<Month>,
    problems: &'a mut Problems,
}

impl Check<'_> {
    fn fault(&mut self, span: Range<usize>, fault: Fault) {
        self.problems.add(self.file, span, fault);
    }

    fn days(&mut self) {
        let event = self.event;
        let from = time::date(&event.from, self.file, self.problems);
        let until = event.until.as_ref();
        let until = until.and_then(|u| Some((u, time::end(u, self.file, self.problems)?)));
        let announced = event.announced.as_ref();
        let announced = announced.and_then(|a| Some((a, time::date(a, self.file, self.problems)?)));
        let Some(from) = from else { return };
        if let Some(start) = self.start.filter(|s| from < s.first_day()) {
            let fault = Fault::BeforeStart {
                what: format!("the event '{}'", *event.id),
                from: from.to_string(),
                start: start.to_string(),
            };
            self.fault(event.from.span(), fault);
        }
        if let Some((at, until)) = until.filter(|(_, until)| *until <= from) {
            let (from, until) = (from.to_string(), until.to_string());
            self.fault(at.span(), Fault::EndsBeforeStart { from, until });
        }
        if let Some((at, announced)) = announced.filter(|(_, a)| *a > from) {
            let (announced, from) = (announced.to_string(), from.to_string());
            self.fault(at.span(), Fault::AnnouncedLate { announced, from });
        }
    }

    /// Each kind of event has its own keys.
    fn keys(&mut self) {
        let event = self.event;
        let kind = *event.kind.get();
        let form = event.form.as_ref().map(|f| *f.get());
        let what = format!("the event '{}' of kind \"{}\"", *event.id, kind.name());
        for (key, span) in present(event) {
            let kinds = kinds_of(key);
            if !kinds.contains(&kind) {
                let mend = "delete it, or change the kind of the event";
                self.fault(span, Fault::OutOfPlace { key, what: what.clone(), mend });
            }
        }
        let given: BTreeSet<&str> = present(event).into_iter().map(|(key, _)| key).collect();
        for key in needed(kind, form) {
            if !given.contains(key) {
                self.fault(event.id.span(), Fault::Needed { key, what: what.clone() });
            }
        }
        if kind == EventKind::Gate && !given.contains("product") && !given.contains("reagents") {
            self.fault(event.id.span(), Fault::Needed { key: "product", what });
        }
        self.levy_keys(form);
    }

    /// A levy has the components of its form and no others.
    fn levy_keys(&mut self, form: Option<LevyForm>) {
        let event = self.event;
        let Some(form) = form.filter(|_| *event.kind.get() == EventKind::Levy) else { return };
        let rate = event.rate_cny_per_t.as_ref().map(At::span);
        let share = event.ad_valorem_share.as_ref().map(At::span);
        let in_kind = event.in_kind_share.as_ref().map(At::span);
        let given =
            [("rate_cny_per_t", rate), ("ad_valorem_share", share), ("in_kind_share", in_kind)];
        let own = needed(EventKind::Levy, Some(form));
        for (key, span) in given {
            if let Some(span) = span.filter(|_| !own.contains(&key)) {
                let what = "a levy of this form".to_owned();
                let mend = "delete it, or change 'form'";
                self.fault(span, Fault::OutOfPlace { key, what, mend });
            }
        }
    }

    fn references(&mut self) {
        let event = self.event;
        let index = self.index;
        self.list(event.gates.as_ref(), &index.gates, "gate");
        self.list(event.townships.as_ref(), &index.townships, "township");
        self.list(event.constituents.as_ref(), &index.constituents, "constituent");
        for actor in event.holder.iter().chain(&event.actor) {
            index.expect_role(actor, Role::Holder, self.file, self.problems);
        }
        if let Some(front) = &event.front {
            index.fronts.expect(front, self.file, self.problems);
        }
        if let Some(lever) = &event.lever {
            index.levers.expect(lever, self.file, self.problems);
        }
        let two_sides = match event.kind.get() {
            EventKind::Truce => Some("truce"),
            EventKind::Demand => Some("demand"),
            EventKind::Parallel if event.during.is_some() => Some("levy of war or truce"),
            _ => None,
        };
        if let Some(kind) = two_sides.filter(|_| self.corridor.politics.is_none()) {
            let what = format!("the corridor of the {kind} '{}'", *event.id);
            self.fault(event.id.span(), Fault::Needed { key: "politics", what });
        }
        let commitment = self.corridor.politics.as_ref().is_some_and(|p| p.commitment.is_some());
        if two_sides == Some("demand") && self.corridor.politics.is_some() && !commitment {
            let what = format!("the corridor of the demand '{}'", *event.id);
            self.fault(event.id.span(), Fault::Needed { key: "politics.commitment", what });
        }
    }

    /// A lever is turned within its bounds, wherever in its range an uncertain setting lies.
    fn setting(&mut self) {
        let (Some(id), Some(value)) = (&self.event.lever, &self.event.value) else { return };
        let Some(lever) = self.corridor.levers.iter().find(|l| l.id == *id) else { return };
        let settings = match value.get() {
            Val::Plain(value) => vec![*value],
            Val::Number(num) => {
                let range = num.range.as_ref().map(|r| *r.get());
                range.into_iter().flatten().chain([*num.value.get()]).collect()
            }
        };
        let outside = settings.into_iter().find_map(|x| lever::within_bounds(lever, x).err());
        if let Some(fault) = outside {
            self.fault(value.span(), fault);
        }
    }

    fn list(&mut self, ids: Option<&At<Vec<At<String>>>>, kind: &Kind, name: &'static str) {
        let Some(ids) = ids else { return };
        if ids.is_empty() {
            let what = format!("the event '{}'", *self.event.id);
            self.fault(ids.span(), Fault::NoneNamed { what, kind: name });
        }
        for id in ids.iter() {
            kind.expect(id, self.file, self.problems);
        }
    }
}

/// The keys of an event that only some kinds have, where they stand.
fn present(event: &Event) -> Vec<(&'static str, Range<usize>)> {
    let mut keys = Vec::new();
    let mut add =
        |key: &'static str, span: Option<Range<usize>>| keys.extend(span.map(|s| (key, s)));
    add("until", event.until.as_ref().map(At::span));
    add("gates", event.gates.as_ref().map(At::span));
    add("side", event.side.as_ref().map(At::span));
    add("product", event.product.as_ref().map(At::span));
    add("reagents", event.reagents.as_ref().map(At::span));
    add("announced", event.announced.as_ref().map(At::span));
    add("expected_permanent", event.expected_permanent.as_ref().map(At::span));
    add("townships", event.townships.as_ref().map(At::span));
    add("holder", event.holder.as_ref().map(At::span));
    add("actor", event.actor.as_ref().map(At::span));
    add("form", event.form.as_ref().map(At::span));
    add("rate_cny_per_t", event.rate_cny_per_t.as_ref().map(At::span));
    add("ad_valorem_share", event.ad_valorem_share.as_ref().map(At::span));
    add("in_kind_share", event.in_kind_share.as_ref().map(At::span));
    add("entry_factor", event.entry_factor.as_ref().map(At::span));
    add("output_share", event.output_share.as_ref().map(At::span));
    add("constituents", event.constituents.as_ref().map(At::span));
    add("shortfall_share", event.shortfall_share.as_ref().map(At::span));
    add("exogenous", event.exogenous.as_ref().map(At::span));
    add("front", event.front.as_ref().map(At::span));
    add("by", event.by.as_ref().map(At::span));
    add("guarantee", event.guarantee.as_ref().map(At::span));
    add("sharing", event.sharing.as_ref().map(At::span));
    add("age_months", event.age_months.as_ref().map(At::span));
    add("arms_share", event.arms_share.as_ref().map(At::span));
    add("reach_share", event.reach_share.as_ref().map(At::span));
    add("during", event.during.as_ref().map(At::span));
    add("lever", event.lever.as_ref().map(At::span));
    add("value", event.value.as_ref().map(At::span));
    keys
}

fn kinds_of(key: &str) -> &'static [EventKind] {
    use EventKind::{
        Control, Demand, Gate, Halt, Lever, Levy, Licence, Offensive, Parallel, Reserve, Truce,
    };
    match key {
        "until" => &[Gate, Levy, Licence, Halt, Reserve, Offensive, Truce, Demand, Parallel, Lever],
        "exogenous" => {
            &[Gate, Control, Levy, Licence, Halt, Reserve, Offensive, Truce, Demand, Parallel]
        }
        "gates" | "side" | "product" | "reagents" => &[Gate],
        "announced" | "expected_permanent" => &[Gate, Halt],
        "townships" => &[Control, Licence, Halt, Parallel],
        "holder" => &[Control],
        "actor" | "ad_valorem_share" => &[Levy, Parallel],
        "form" | "rate_cny_per_t" | "in_kind_share" => &[Levy],
        "arms_share" => &[Demand],
        "reach_share" | "during" => &[Parallel],
        "entry_factor" => &[Licence],
        "output_share" => &[Halt],
        "front" | "by" => &[Offensive],
        "guarantee" | "sharing" | "age_months" => &[Truce],
        "lever" | "value" => &[Lever],
        _ => &[Reserve],
    }
}

fn needed(kind: EventKind, form: Option<LevyForm>) -> &'static [&'static str] {
    match (kind, form) {
        (EventKind::Gate, _) => &["gates", "side"],
        (EventKind::Control, _) => &["townships", "holder"],
        (EventKind::Licence, _) => &["townships", "entry_factor"],
        (EventKind::Halt, _) => &["townships", "output_share"],
        (EventKind::Reserve, _) => &["constituents", "shortfall_share"],
        (EventKind::Offensive, _) => &["front", "by", "until"],
        (EventKind::Truce, _) => &["guarantee", "sharing"],
        (EventKind::Demand, _) => &["arms_share"],
        (EventKind::Parallel, _) => &["actor", "townships", "reach_share", "ad_valorem_share"],
        (EventKind::Lever, _) => &["lever", "value"],
        (EventKind::Levy, Some(LevyForm::Specific)) => &["actor", "form", "rate_cny_per_t"],
        (EventKind::Levy, Some(LevyForm::AdValorem)) => &["actor", "form", "ad_valorem_share"],
        (EventKind::Levy, Some(LevyForm::InKind)) => &["actor", "form", "in_kind_share"],
        (EventKind::Levy, Some(LevyForm::Hybrid)) => {
            &["actor", "form", "rate_cny_per_t", "ad_valorem_share"]
        }
        (EventKind::Levy, _) => &["actor", "form"],
    }
}
