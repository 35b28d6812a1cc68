//! How is a table of values read? Comma-separated, with a fixed header, every bad row noted.

use super::fault::Fault;
use super::files::File;
use super::names::nearest;
use super::problem::Problems;
use crate::spec::At;
use std::ops::Range;

/// A row of a table, with the bytes that hold it.
pub(crate) struct Row<'a> {
    file: &'a File,
    columns: &'static [&'static str],
    record: csv::StringRecord,
    span: Range<usize>,
}

/// The rows of `file` that fit the header.
pub(crate) fn rows<'a>(
    file: &'a File,
    columns: &'static [&'static str],
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
    let mut header = true;
    let mut record = csv::StringRecord::new();
    loop {
        let start = skipped + reader.position().byte() as usize;
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return rows,
            Err(error) => {
                let what = error.to_string();
                problems.add(file, start..start, Fault::BadRow { what });
                return rows;
            }
        }
        let end = skipped + reader.position().byte() as usize;
        let span = trimmed(text, start..end);
        if header {
            header = false;
            if !check_header(file, &record, &span, columns, problems) {
                return rows;
            }
        } else if record.len() == columns.len() {
            rows.push(Row { file, columns, record: record.clone(), span });
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

    /// The cell with its place: the id at the start of the row.
    pub(crate) fn id(&self) -> At<String> {
        let id = self.text("id").to_owned();
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
