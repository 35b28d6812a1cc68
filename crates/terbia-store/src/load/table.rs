//! How is a table of values read? Comma-separated, under a header that is fixed or, for tables that
//! come from elsewhere, may have its columns in any order; every bad row noted.

use super::fault::Fault;
use super::files::{self, File};
use super::names::nearest;
use super::problem::Problems;
use super::structure::control;
use crate::spec::At;
use std::ops::Range;
use std::rc::Rc;

/// A column of a table whose columns may stand in any order.
pub(crate) struct Column {
    /// Its names in a header; the rows know it by the first.
    pub(crate) names: &'static [&'static str],
    /// Whether it must be there.
    pub(crate) needed: bool,
}

/// A row of a table, with the bytes that hold it.
pub(crate) struct Row<'a> {
    file: &'a File,
    columns: Rc<[&'static str]>,
    record: csv::StringRecord,
    span: Range<usize>,
}

/// The rows of `file` that fit the header.
pub(crate) fn rows<'a>(
    file: &'a File,
    columns: &'static [&'static str],
    problems: &mut Problems,
) -> Vec<Row<'a>> {
    let head = |header: &csv::StringRecord, span: &Range<usize>, problems: &mut Problems| {
        check_header(file, header, span, columns, problems).then(|| columns.into())
    };
    read(file, head, problems)
}

/// The rows of `file`, which must have some, that fit a header that has these `columns` in any order.
pub(crate) fn rows_in_any_order<'a>(
    file: &'a File,
    columns: &'static [Column],
    problems: &mut Problems,
) -> Vec<Row<'a>> {
    let head = |header: &csv::StringRecord, span: &Range<usize>, problems: &mut Problems| {
        ordered(file, header, span, columns, problems)
    };
    if file.text().trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty() {
        problems.add_whole(file, Fault::Empty { mend: files::fill(file.name()) });
        return Vec::new();
    }
    let before = problems.len();
    let rows = read(file, head, problems);
    if rows.is_empty() && problems.len() == before {
        problems.add_whole(file, Fault::NoRows);
    }
    rows
}

/// The rows of `file` under the columns that `head` finds in its first row.
fn read<'a>(
    file: &'a File,
    head: impl Fn(&csv::StringRecord, &Range<usize>, &mut Problems) -> Option<Rc<[&'static str]>>,
    problems: &mut Problems,
) -> Vec<Row<'a>> {
    let text = file.text();
    // Spreadsheets mark UTF-8 with three bytes that belong to no cell.
    let skipped = text.len() - text.trim_start_matches('\u{feff}').len();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(&text.as_bytes()[skipped..]);
    let mut rows = Vec::new();
    let mut columns: Option<Rc<[&'static str]>> = None;
    let mut record = csv::StringRecord::new();
    loop {
        let start = skipped + reader.position().byte() as usize;
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return rows,
            Err(error) => {
                let what = error.to_string();
                problems.add(file, start..start, Fault::BadRow { what });
                problems.close(file);
                return rows;
            }
        }
        let end = skipped + reader.position().byte() as usize;
        let span = trimmed(text, start..end);
        let Some(columns) = &columns else {
            columns = head(&record, &span, problems);
            if columns.is_none() {
                problems.close(file);
                return rows;
            }
            continue;
        };
        // Spreadsheets save rows that were once used and are now empty.
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        // A quote that is never closed swallows the rest of the file.
        let quotes = text.get(span.clone()).unwrap_or_default().matches('"').count();
        if end == text.len() && quotes % 2 == 1 {
            let what = "a quotation mark is not closed".to_owned();
            problems.add(file, span, Fault::BadRow { what });
        } else if let Some(code) = record.iter().find_map(control) {
            problems.add(file, span, Fault::Control { key: "the row".to_owned(), code });
        } else if record.len() == columns.len() {
            rows.push(Row { file, columns: columns.clone(), record: record.clone(), span });
        } else {
            let what = format!("{} cells under {} columns", record.len(), columns.len());
            problems.add(file, span, Fault::BadRow { what });
        }
    }
}

fn trimmed(text: &str, span: Range<usize>) -> Range<usize> {
    let row = text.get(span.clone()).unwrap_or_default();
    let start = span.start + (row.len() - row.trim_start().len());
    start..(start + row.trim().len())
}

fn check_header(
    file: &File,
    header: &csv::StringRecord,
    span: &Range<usize>,
    columns: &'static [&'static str],
    problems: &mut Problems,
) -> bool {
    if header.iter().eq(columns.iter().copied()) {
        return true;
    }
    if separated(file, header, span, problems) {
        return false;
    }
    if header.iter().map(|h| h.trim().to_lowercase()).eq(columns.iter().map(|&c| c.to_owned()))
        && header.iter().any(|h| h.contains(char::is_uppercase))
    {
        let key = header.iter().collect::<Vec<_>>().join(",");
        let expected = "lower case".to_owned();
        problems.add(file, span.clone(), Fault::WrongType { key, found: "in capitals", expected });
        return false;
    }
    let known: Vec<String> = columns.iter().map(|&c| c.to_owned()).collect();
    let before = problems.len();
    for name in header.iter().filter(|name| !columns.contains(name)) {
        let fault = Fault::UnknownKey {
            key: name.to_owned(),
            table: "the header".to_owned(),
            near: nearest(name, columns.iter().copied()),
            known: known.clone(),
        };
        problems.add(file, span.clone(), fault);
    }
    for &column in columns.iter().filter(|c| !header.iter().any(|h| h == **c)) {
        let fault = Fault::KeyMissing {
            key: column.to_owned(),
            table: "the header".to_owned(),
            doc: format!("the columns are {}", known.join(",")),
        };
        problems.add(file, span.clone(), fault);
    }
    if problems.len() == before {
        let what = format!("the columns must come in this order: {}", known.join(","));
        problems.add(file, span.clone(), Fault::BadRow { what });
    }
    false
}

/// Notes a header whose cells something else than a comma separates; true if it is one.
fn separated(
    file: &File,
    header: &csv::StringRecord,
    span: &Range<usize>,
    problems: &mut Problems,
) -> bool {
    let only = header.get(0).filter(|_| header.len() == 1).unwrap_or_default();
    let found = match only {
        _ if only.contains(';') => "semicolons",
        _ if only.contains('\t') => "tabulators",
        _ => return false,
    };
    problems.add(file, span.clone(), Fault::Separator { found });
    true
}

/// What the rows call the columns of `header`, which may come in any order.
fn ordered(
    file: &File,
    header: &csv::StringRecord,
    span: &Range<usize>,
    columns: &'static [Column],
    problems: &mut Problems,
) -> Option<Rc<[&'static str]>> {
    if separated(file, header, span, problems) {
        return None;
    }
    let names = || columns.iter().flat_map(|c| c.names.iter().copied());
    let known: Vec<String> = names().map(str::to_owned).collect();
    let before = problems.len();
    let mut found: Vec<&'static str> = Vec::new();
    for name in header.iter().map(str::trim) {
        let column = columns.iter().find(|c| c.names.contains(&name));
        let Some(column) = column.and_then(|c| c.names.first()) else {
            let fault = Fault::UnknownKey {
                key: name.to_owned(),
                table: "the header".to_owned(),
                near: nearest(name, names().collect::<Vec<_>>()),
                known: known.clone(),
            };
            problems.add(file, span.clone(), fault);
            continue;
        };
        if found.contains(column) {
            let what = "the header".to_owned();
            let fault = Fault::TwiceNamed { what, kind: "column", id: name.to_owned() };
            problems.add(file, span.clone(), fault);
        }
        found.push(column);
    }
    let lacking = |c: &&Column| c.needed && !c.names.iter().any(|name| found.contains(name));
    for column in columns.iter().filter(lacking) {
        let fault = Fault::KeyMissing {
            key: column.names.join("' or '"),
            table: "the header".to_owned(),
            doc: "the first row of the file names its columns".to_owned(),
        };
        problems.add(file, span.clone(), fault);
    }
    (problems.len() == before).then(|| found.into())
}

impl Row<'_> {
    /// The bytes that hold the row.
    pub(crate) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// The cell under `column`, without blanks around it.
    pub(crate) fn text(&self, column: &str) -> &str {
        let place = self.columns.iter().position(|c| *c == column);
        place.and_then(|p| self.record.get(p)).unwrap_or_default().trim()
    }

    /// Whether the table has this column.
    pub(crate) fn has(&self, column: &str) -> bool {
        self.columns.contains(&column)
    }

    /// The line of the file in which it begins, from 1.
    pub(crate) fn line(&self) -> usize {
        let before = self.file.text().get(..self.span.start).unwrap_or_default();
        before.matches('\n').count() + 1
    }

    /// The id with its place: the start of the row if the id comes first, or else the row.
    pub(crate) fn id(&self) -> At<String> {
        let id = self.text("id").to_owned();
        if self.columns.first() != Some(&"id") {
            return At::new(id, self.span());
        }
        let end = (self.span.start + id.len()).min(self.span.end);
        At::new(id, self.span.start..end)
    }

    /// The number under `column`, if the cell is not empty; what is no number is noted.
    pub(crate) fn number(&self, column: &'static str, problems: &mut Problems) -> Option<f64> {
        let text = self.text(column);
        if text.is_empty() {
            return None;
        }
        let number = text.parse().ok().filter(|x: &f64| x.is_finite());
        if number.is_none() {
            let fault = Fault::BadCell { text: text.to_owned(), column };
            problems.add(self.file, self.span(), fault);
        }
        number
    }

    /// The keys under `column`, which blanks or semicolons separate.
    pub(crate) fn keys(&self, column: &str) -> Vec<String> {
        let cell = self.text(column);
        let keys = cell.split(|c: char| c.is_whitespace() || c == ';');
        keys.filter(|k| !k.is_empty()).map(str::to_owned).collect()
    }
}
