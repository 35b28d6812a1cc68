//! Which fault is mended first? The one that others follow from: a file that cannot be read, a key under a
//! wrong name, a name that many places use and nothing bears.

use super::stray;
use super::{listed, typed, wrapped};
use crate::load::{Fault, LoadError, Problem, Round, Sight, Unseen, home};
use miette::Diagnostic;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Places at which the same fault is shown; the others are named by file and line.
const SHOWN: usize = 2;
/// Places that are named by file and line.
const NAMED: usize = 8;
/// Files that may hold more faults and are named.
const CLOSED: usize = 4;
/// Causes whose other places are named.
const TOLD: usize = 3;

/// The faults of a corridor, those of one cause together, with what to do first.
#[derive(Debug)]
pub struct Faults {
    title: String,
    shown: Vec<Problem>,
    lead: String,
}

impl Faults {
    /// The faults of `error`, if it is about faults of files, in a corridor that was called `path`.
    pub fn of(error: LoadError, path: &str) -> Result<Self, LoadError> {
        let title = error.to_string();
        let LoadError::Invalid { problems, sight, .. } = error else { return Err(error) };
        let lead = Mending { problems: &problems, sight: &sight, path }.text();
        let mut met: BTreeMap<String, usize> = BTreeMap::new();
        let shown = problems.into_iter().filter(|problem| {
            let file = from_absent(problem.fault(), &sight).map(|(_, file)| file.to_owned());
            let Some(cause) = file.or_else(|| cause(problem.fault())) else { return true };
            let count = met.entry(cause).or_default();
            *count += 1;
            *count <= SHOWN
        });
        Ok(Self { title, shown: shown.collect(), lead })
    }

    /// How many there are in which round, which to mend first and why, and what has not been looked at:
    /// lines of at most 80 columns.
    pub fn lead(&self) -> &str {
        &self.lead
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.title)
    }
}

impl std::error::Error for Faults {}

impl Diagnostic for Faults {
    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn Diagnostic> + 'a>> {
        Some(Box::new(self.shown.iter().map(|p| p as &dyn Diagnostic)))
    }
}

/// What faults have in common that one change, or one kind of change, mends: the name that is not there.
fn cause(fault: &Fault) -> Option<String> {
    match fault {
        Fault::UnknownId { id: name, .. } | Fault::UnknownSource { key: name, .. } => {
            Some(format!("'{name}'"))
        }
        Fault::UnknownKey { key, table, .. } => Some(format!("'{key}' in {table}")),
        Fault::KeyMissing { key, table, .. } => Some(format!("that {table} lacks '{key}'")),
        _ => None,
    }
}

/// The key that a fault says is unknown, with the file of evidence that it is of, if that is not there.
fn from_absent<'a>(fault: &'a Fault, sight: &Sight) -> Option<(&'a str, &'static str)> {
    let Fault::UnknownSource { key, near: None } = fault else { return None };
    let file = home(key).unwrap_or("evidence/observations.csv");
    sight.absent.contains(&file).then_some((key, file))
}

struct Mending<'a> {
    problems: &'a [Problem],
    sight: &'a Sight,
    path: &'a str,
}

impl Mending<'_> {
    fn text(&self) -> String {
        let mut text = wrapped(&self.counted());
        let first = self.first();
        if !first.is_empty() {
            text.push_str(&wrapped(&format!("Mend first: {first}")));
        }
        // Whatever comes first, this is why many places are not shown.
        if let Some(absent) = self.absent(0).filter(|absent| *absent != first) {
            text.push_str(&wrapped(&absent));
        }
        for also in self.places() {
            text.push_str(&wrapped(&also));
        }
        // Without a corridor there is nothing to compile.
        let unseen = &self.sight.unseen;
        let without = unseen.contains(&Unseen::Content);
        let waits = unseen.iter().filter(|u| !(without && **u == Unseen::Use));
        for unseen in waits {
            text.push_str(&wrapped(unseen.why()));
        }
        if let Some(closed) = self.closed() {
            text.push_str(&wrapped(&closed));
        } else if unseen.is_empty() {
            text.push_str("All 3 rounds have run: no other fault is in sight.\n");
        }
        if let Some(strays) = stray::told(&self.sight.strays) {
            text.push_str(&wrapped(&strays));
        }
        text + &wrapped(&format!("Then again: terbia check {}", typed(self.path)))
    }

    /// Files that may hold more faults than are told.
    fn closed(&self) -> Option<String> {
        // What waits for the corridor's own file is told at length.
        let own = |file: &&String| *file == "corridor.toml";
        let content = self.sight.unseen.contains(&Unseen::Content);
        let mut files: Vec<&String> =
            self.sight.closed.iter().filter(|file| !(content && own(file))).collect();
        files.dedup();
        let more = files.len().saturating_sub(CLOSED);
        let named = files.iter().take(CLOSED).map(|file| clipped(file));
        let mut named: Vec<String> = named.collect();
        if more > 0 {
            named.push(format!("{more} more"));
        }
        let it = if files.len() == 1 { "it" } else { "them" };
        (!files.is_empty()).then(|| {
            format!(
                "Not looked into to the end yet: {}. More faults may be found in {it} after mending.",
                listed(&named)
            )
        })
    }

    /// How many faults there are in which round.
    fn counted(&self) -> String {
        let all = self.problems.len();
        let in_round = |round| self.problems.iter().filter(|p| p.round() == round).count();
        let rounds = Round::ALL.into_iter().enumerate().map(|(at, r)| (at + 1, r, in_round(r)));
        let rounds: Vec<_> = rounds.filter(|(_, _, count)| *count > 0).collect();
        if let [(place, round, _)] = rounds.as_slice() {
            let noun = if all == 1 { "fault, found" } else { "faults, all found" };
            return format!("{all} {noun} in round {place} of 3 ({}).", round.about());
        }
        let told = |(place, round, count): &(usize, Round, usize)| {
            format!("{count} in round {place} ({})", round.about())
        };
        let told: Vec<String> = rounds.iter().map(told).collect();
        format!("{all} faults in 3 rounds: {}.", listed(&told))
    }

    /// What to mend first, and why.
    fn first(&self) -> String {
        let unreadable = self.problems.iter().find(|p| unreadable(p.fault()));
        if let [_] = self.problems {
            // It is shown right above.
            return String::new();
        }
        if let Some(problem) = unreadable {
            return format!(
                "{}. Until it can be read, nothing in it is known to the other files.",
                place(problem)
            );
        }
        if let Some(misspelt) = self.misspelt() {
            return misspelt;
        }
        if let Some(form) = self.problems.iter().find(|p| p.round() == Round::Form) {
            return format!("{}. Form comes before content.", place(form));
        }
        let commonest = self.commonest();
        let count = commonest.as_ref().map_or(0, |(_, count)| *count);
        if let Some(absent) = self.absent(count) {
            return absent;
        }
        if let Some(id) = self.id(commonest.as_ref().map(|(name, _)| name.as_str())) {
            return id;
        }
        if let Some((name, count)) = commonest {
            return self.shared(&name, count);
        }
        self.problems.first().map_or_else(String::new, |p| format!("{}.", place(p)))
    }

    /// Files of evidence that are not there, if at least `count` faults are citations of what is in them.
    fn absent(&self, count: usize) -> Option<String> {
        let mut files: BTreeSet<&str> = BTreeSet::new();
        let (mut keys, mut places) = (BTreeSet::new(), 0);
        for problem in self.problems {
            let Some((key, file)) = from_absent(problem.fault(), self.sight) else { continue };
            files.insert(file);
            keys.insert(key);
            places += 1;
        }
        let files: Vec<String> = files.into_iter().rev().map(str::to_owned).collect();
        let [is, it] = if files.len() == 1 { ["is", "it"] } else { ["are", "them"] };
        let cited = if keys.len() == 1 { "key is" } else { "keys are" };
        (places > 1 && places >= count).then(|| {
            format!(
                "{} {is} not there; {} {cited} cited from {it}, in {places} places, of which two for each file are shown. Bring the rows and tables \
                 back, or cite others.",
                listed(&files),
                keys.len()
            )
        })
    }

    /// An id that is there twice or that cannot be one, if the commonest cause, which may be `common`, can be
    /// that what should bear another name bears this one.
    fn id(&self, common: Option<&str>) -> Option<String> {
        let of =
            |name: &&str| self.problems.iter().find(|p| cause(p.fault()).as_deref() == Some(name));
        let wanted = common.as_ref().and_then(of).map(Problem::fault);
        let wanted = match wanted {
            Some(Fault::UnknownId { kind, .. }) => Some(*kind),
            Some(_) => return None,
            None => None,
        };
        self.problems.iter().find_map(|problem| {
            let (Fault::DuplicateId { kind, id } | Fault::BadId { kind, id }) = problem.fault()
            else {
                return None;
            };
            // "township or gate" is what the end of a road is called.
            if wanted.is_some_and(|wanted| !wanted.split(' ').any(|word| word == *kind)) {
                return None;
            }
            let why = match (problem.fault(), common) {
                (Fault::DuplicateId { .. }, Some(name)) => format!(
                    "If one of the two should be {}, that mends the places that name it.",
                    clipped(name)
                ),
                (Fault::BadId { .. }, Some(name)) if name == format!("'{id}'") => {
                    "Then write the new one in each place that names it.".to_owned()
                }
                _ => "What names it waits for that.".to_owned(),
            };
            Some(format!("{}. {why}", place(problem)))
        })
    }

    /// A key that is unknown, and the missing one that it stands for.
    fn misspelt(&self) -> Option<String> {
        self.problems.iter().find_map(|wrong| {
            let Fault::UnknownKey { key: found, near: Some(near), .. } = wrong.fault() else {
                return None;
            };
            let missing = |p: &Problem| {
                p.file() == wrong.file()
                    && matches!(p.fault(), Fault::KeyMissing { key, .. } if key == near)
            };
            let both = self.problems.iter().any(missing);
            both.then(|| {
                let (file, line) = (wrong.file(), wrong.line().unwrap_or_default());
                let found = clipped(found);
                format!(
                    "{file}:{line}, where '{found}' stands for '{near}': one slip makes two faults, a key \
                     that is unknown and one that is missing."
                )
            })
        })
    }

    /// The cause that most faults have in common, if there is one of several.
    fn commonest(&self) -> Option<(String, usize)> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for cause in self.problems.iter().filter_map(|p| cause(p.fault())) {
            *counts.entry(cause).or_default() += 1;
        }
        counts.into_iter().filter(|(_, n)| *n > 1).max_by_key(|(_, n)| *n)
    }

    fn shared(&self, name: &str, count: usize) -> String {
        let first = self.problems.iter().find(|p| cause(p.fault()).as_deref() == Some(name));
        let name = clipped(name);
        match first.map(Problem::fault) {
            Some(Fault::UnknownSource { key, .. }) => {
                let file = home(key).unwrap_or("evidence/observations.csv");
                let key = clipped(key);
                let one = if file.contains(".csv") {
                    format!("row {key}")
                } else {
                    format!("table [{key}]")
                };
                format!(
                    "{name}, which {count} places cite and no file of evidence/ has. One {one} in {file}, or \
                     the right key in each place, mends all of them."
                )
            }
            Some(Fault::UnknownId { near: Some(near), .. }) => format!(
                "{name}, which {count} places name and nothing bears. If it means '{near}', write that in \
                 each place."
            ),
            Some(Fault::UnknownId { kind, .. }) => format!(
                "{name}, which {count} places name and nothing bears. Write the {kind} (again), or name \
                 another in each place."
            ),
            _ => format!("{name}, {count} times."),
        }
    }

    /// Where the faults stand that are not shown, a line for each cause.
    fn places(&self) -> Vec<String> {
        let mut by_cause: BTreeMap<String, Vec<&Problem>> = BTreeMap::new();
        for problem in self.problems {
            if let Some(cause) = cause(problem.fault()) {
                by_cause.entry(cause).or_default().push(problem);
            }
        }
        let mut hidden: Vec<_> =
            by_cause.into_iter().filter(|(_, all)| all.len() > SHOWN).collect();
        hidden.sort_by_key(|(_, all)| Reverse(all.len()));
        let hidden = hidden.into_iter();
        hidden.map(|(cause, all)| also(&cause, &all[SHOWN..])).take(TOLD).collect()
    }
}

/// "'x' stands also in corridor.toml:26, 30 and 12 more."
fn also(cause: &str, hidden: &[&Problem]) -> String {
    let mut file = "";
    let mut places = Vec::new();
    for problem in hidden.iter().take(NAMED) {
        let line = problem.line().unwrap_or_default();
        places.push(if problem.file() == file {
            line.to_string()
        } else {
            format!("{}:{line}", problem.file())
        });
        file = problem.file();
    }
    let more = hidden.len().saturating_sub(NAMED);
    if more > 0 {
        places.push(format!("{more} more"));
    }
    format!("{} stands also in {}.", clipped(cause), listed(&places))
}

/// File, line and what is wrong there.
fn place(problem: &Problem) -> String {
    let fault = clipped(&problem.fault().to_string());
    match problem.line() {
        Some(line) => format!("{}:{line}, {fault}", problem.file()),
        None => format!("{}: {fault}", problem.file()),
    }
}

/// A text of other people's files, cut short where it is too long for a sentence.
fn clipped(text: &str) -> String {
    const LONGEST: usize = 160;
    const WORD: usize = 60;
    let cut = |text: &str, most: usize| match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    };
    cut(&text.split(' ').map(|word| cut(word, WORD)).collect::<Vec<_>>().join(" "), LONGEST)
}

/// Whether a file cannot be read at all.
fn unreadable(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::FileMissing { .. }
            | Fault::Unreadable { .. }
            | Fault::TooLarge { .. }
            | Fault::Empty { .. }
            | Fault::NotUtf8 { .. }
            | Fault::Syntax { .. }
            | Fault::Separator { .. }
    )
}
