//! How do tables of observations, and of figures with their publications, become rows?
//!
//! Three shapes, told by their columns:
//!
//! - *observations* (`id,quantity,entity,subject,from,…,basis,source,…`): terbia's own, row by row;
//! - *printed* (`commodity` or `place`, `period_start`, `source_title`, …): a publication gets the
//!   next free key `S001`, `S002`, … where its title, publisher and address first occur. The basis is
//!   `bound` if all that is given is one or two limits, or if the value repeats its one limit;
//!   `derived` if the quantity begins with `derived_`, in which case the note is the method and there
//!   is no publication; else `printed`;
//! - *arithmetic* (`series`, `grade`, `method`, `evidence_ids`): rows are numbered `D001`, `D002`, …
//!   in the order of the file; the grades O, I, S, R and B are `printed`, `implied`, `share`,
//!   `residual` and `bound`. What is printed cites the publications of its evidence, if that is read
//!   in the same command.
//!
//! Rows of one number that say the same are one; rows of one number that differ are all kept.
//!
//! Limits: a series is one name; [`series`] finds out what it is of as far as rows of the same command
//! tell, else it stands as the quantity. Rows that a method names in words are not added to `evidence`.

mod line;
mod series;

use super::Collect;
use super::error::ForeignError;
use super::fault::Faults;
use super::input::{Form, Input};
use super::row::{self, cells};
use super::sheet::Sheet;
use super::told::{Told, counted};
use crate::spec::{Basis, Observation, Source};
use std::collections::{BTreeMap, BTreeSet};

/// A row with its publication.
#[derive(Clone, Debug)]
struct Entry {
    row: Observation,
    /// The publication that it names in words.
    published: Option<Published>,
    /// It belongs to a series that was worked out.
    of_series: bool,
}

/// A publication as a row names it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Published {
    title: String,
    publisher: String,
    url: String,
    date: String,
}

impl Published {
    /// What makes it one publication: not the date, which some rows give more exactly.
    fn key(&self) -> [String; 3] {
        [self.title.clone(), self.publisher.clone(), self.url.clone()]
    }
}

/// All that was read.
#[derive(Default)]
pub(super) struct Records {
    /// By file, in the order given; within a file in any order.
    files: Vec<Vec<Entry>>,
    /// Rows of series so far.
    series_rows: usize,
}

impl Collect for Records {
    fn read(&mut self, input: Input, told: &mut Told) -> Result<u64, ForeignError> {
        let Form::Table(separator) = input.form else {
            let path = input.path;
            return Err(ForeignError::Unknown { path, found: "it is JSON".to_owned() });
        };
        let path = input.path.clone();
        let mut sheet = Sheet::open(input, separator)?;
        let columns = line::Columns::of(&sheet);
        let mut faults = Faults::default();
        let mut entries = Vec::new();
        while sheet.next(&mut faults)? {
            match columns.entry(&sheet) {
                Ok(entry) => entries.push(entry),
                Err(fault) => faults.add(sheet.place(), fault),
            }
        }
        faults.settle(&path)?;
        super::remark_on_end(&sheet, &path, told);
        if columns.is_arithmetic() {
            for Entry { row, .. } in &mut entries {
                self.series_rows += 1;
                row.id = row::id(format!("D{:03}", self.series_rows));
            }
        }
        self.files.push(entries);
        Ok(sheet.rows())
    }

    fn finish(self, told: &mut Told) -> (Vec<Observation>, Vec<(String, Source)>) {
        let mut entries = Vec::new();
        for mut file in self.files {
            // Numbers are given in this order: not in that of the file, which may have been shuffled.
            file.sort_by_cached_key(|e| (cells(&e.row), e.published.clone()));
            entries.extend(file);
        }
        let mut entries = once(entries, told);
        let unnamed = series::name(&mut entries);
        if !unnamed.is_empty() {
            told.remark(format!(
                "no rows say whose figures these series are, or of what: put it into quantity, entity \
                 and subject, as in the rows that they are compared with: {}",
                unnamed.join(", ")
            ));
        }
        let sources = cite(entries, told);
        let bare = |o: &&Observation| o.source.is_empty() && o.evidence.is_empty();
        let count = sources.0.iter().filter(bare).count() as u64;
        if count > 0 {
            told.remark(format!(
                "{} neither a publication nor rows that they rest on; fill in source or evidence, or \
                 terbia check will refuse them",
                if count == 1 { "1 row names".to_owned() } else { format!("{count} rows name") }
            ));
        }
        sources
    }
}

/// Each row once; those that share a number and differ get numbers of their own and name each other.
fn once(entries: Vec<Entry>, told: &mut Told) -> Vec<Entry> {
    let mut groups: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    let mut order = Vec::new();
    let mut repeated = 0;
    for entry in entries {
        let group = groups.entry(entry.row.id.get().clone()).or_default();
        if group.is_empty() {
            order.push(entry.row.id.get().clone());
        }
        let same = |e: &Entry| cells(&e.row) == cells(&entry.row) && e.published == entry.published;
        if group.iter().any(same) {
            repeated += 1;
        } else {
            group.push(entry);
        }
    }
    told.leave_all("rows that repeat another (counted once)", repeated);
    let taken: BTreeSet<String> = order.iter().cloned().collect();
    let mut kept = Vec::new();
    let mut torn = 0;
    for id in order {
        let group = groups.remove(&id).unwrap_or_default();
        let ids = numbers(&id, group.len(), &taken);
        torn += u64::from(group.len() > 1);
        for (place, mut entry) in group.into_iter().enumerate() {
            let others = ids.iter().enumerate().filter(|(other, _)| *other != place);
            let others: Vec<&str> = others.map(|(_, id)| id.as_str()).collect();
            if !others.is_empty() {
                row::also(&mut entry.row.note, &format!("DISAGREES with {}", others.join(", ")));
            }
            entry.row.id = row::id(ids.get(place).cloned().unwrap_or_default());
            kept.push(entry);
        }
    }
    if torn > 0 {
        told.remark(format!(
            "{} rows that differ: all are kept, with numbers of their own, and their notes name each \
             other; decide which is right",
            if torn == 1 { "1 number has".to_owned() } else { format!("{torn} numbers have") }
        ));
    }
    kept
}

/// As many numbers as there are rows that claim `id`, none of them `taken` by others.
fn numbers(id: &str, rows: usize, taken: &BTreeSet<String>) -> Vec<String> {
    let more = (2..).map(|n| format!("{id}-{n}")).filter(|number| !taken.contains(number));
    std::iter::once(id.to_owned()).chain(more).take(rows).collect()
}

/// Gives publications their keys.
fn cite(entries: Vec<Entry>, told: &mut Told) -> (Vec<Observation>, Vec<(String, Source)>) {
    let number = |key: &String| key.strip_prefix('S').and_then(|n| n.parse::<u32>().ok());
    let given = entries.iter().flat_map(|e| &e.row.source).filter_map(number).max();
    let mut next = given.unwrap_or_default();
    let mut keys: BTreeMap<[String; 3], String> = BTreeMap::new();
    let mut sources = Vec::new();
    let mut cited: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut rows = Vec::with_capacity(entries.len());
    for Entry { mut row, published, of_series } in entries {
        if let Some(published) = published {
            let key = keys.entry(published.key()).or_insert_with(|| {
                next += 1;
                let key = format!("S{next:03}");
                sources.push((key.clone(), source(published)));
                key
            });
            row.source = vec![key.clone()];
        }
        cited.insert(row.id.get().clone(), row.source.clone());
        rows.push((row, of_series));
    }
    let mut without = 0;
    for (row, of_series) in &mut rows {
        if !*of_series || row.basis != Basis::Printed {
            continue;
        }
        let found: BTreeSet<&String> =
            row.evidence.iter().filter_map(|id| cited.get(id)).flatten().collect();
        row.source = found.into_iter().cloned().collect();
        without += u64::from(row.source.is_empty());
    }
    if without > 0 {
        told.remark(format!(
            "{} printed but without source, for the rows that they rest on are in no file given: \
             convert both together",
            if without == 1 {
                "1 row is".to_owned()
            } else {
                format!("{} are", counted(without, "row"))
            }
        ));
    }
    (rows.into_iter().map(|(row, _)| row).collect(), sources)
}

fn source(published: Published) -> Source {
    let some = |text: String| (!text.is_empty()).then_some(text);
    Source {
        title: published.title,
        publisher: published.publisher,
        date: some(published.date),
        url: some(published.url),
        licence: None,
    }
}
