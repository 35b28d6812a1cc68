//! How is a table read whose publisher may move, drop or add columns? By the names in its header, row
//! by row, never as a whole; a row that does not meet the header is a fault.
//!
//! Names are compared by their letters and digits alone, in any case: `Reporter Code`, `reporterCode`
//! and `REPORTER_CODE` are one. Cells that are empty beyond the last column are dropped if every row
//! has them, for some publishers end each row but the header with a separator.

use super::error::ForeignError;
use super::fault::{CellFault, Faults, Place};
use super::input::{Input, Text};
use std::path::PathBuf;

/// A table under way.
pub(super) struct Sheet {
    path: PathBuf,
    reader: csv::Reader<Text>,
    /// Names of the columns, as written.
    names: Vec<String>,
    /// Cells in a row, with empty ones beyond the last column; that of the first row.
    width: Option<usize>,
    record: csv::StringRecord,
    line: u64,
    /// Rows that met the header.
    rows: u64,
    last: Last,
}

/// How the last row looked.
#[derive(Clone, Copy, Default)]
struct Last {
    line: u64,
    /// It fell short of the header.
    short: bool,
    /// Its last cell runs over several lines.
    long: bool,
}

/// A name without what publishers write differently.
pub(super) fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase()
}

impl Sheet {
    /// Reads the header.
    pub(super) fn open(input: Input, separator: u8) -> Result<Self, ForeignError> {
        let path = input.path.clone();
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator)
            .from_reader(input.text());
        let record = csv::StringRecord::new();
        let last = Last::default();
        let mut sheet =
            Self { path, reader, names: Vec::new(), width: None, record, line: 1, rows: 0, last };
        if !sheet.advance()? {
            return Err(ForeignError::Empty { path: sheet.path });
        }
        let names: Vec<String> = sheet.record.iter().map(|name| name.trim().to_owned()).collect();
        let width = names.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        sheet.names = names.into_iter().take(width).collect();
        for (place, name) in sheet.names.iter().enumerate() {
            let earlier = sheet.names.iter().take(place).any(|other| plain(other) == plain(name));
            if earlier && !plain(name).is_empty() {
                return Err(ForeignError::TwoColumns { path: sheet.path, column: name.clone() });
            }
        }
        Ok(sheet)
    }

    fn advance(&mut self) -> Result<bool, ForeignError> {
        let before = self.reader.position().line();
        let read = self.reader.read_record(&mut self.record).map_err(|error| {
            let path = self.path.clone();
            match error.kind() {
                csv::ErrorKind::Utf8 { .. } => ForeignError::NotUtf8 { path, line: before },
                _ => ForeignError::Read { path, source: error.into() },
            }
        })?;
        // Where the row begins follows from where it ends: blank lines before it are not part of it.
        let inside = self.record.as_slice().bytes().filter(|b| *b == b'\n').count() as u64;
        let end = u64::from(!self.reader.get_ref().over_without_end());
        self.line = self.reader.position().line().saturating_sub(inside + end);
        Ok(read)
    }

    /// Names of the columns, as written.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The column that bears one of these [`plain`] names.
    pub(super) fn column(&self, names: &[&str]) -> Option<usize> {
        self.names.iter().position(|name| names.contains(&plain(name).as_str()))
    }

    /// Goes to the next row that meets the header; false at the end. Others are noted.
    pub(super) fn next(&mut self, faults: &mut Faults) -> Result<bool, ForeignError> {
        loop {
            if !self.advance()? {
                return self.finish().map(|()| false);
            }
            let filled = self.record.iter().rev().position(|cell| !cell.trim().is_empty());
            let Some(filled) = filled.map(|empty| self.record.len() - empty) else { continue };
            let (found, columns) = (self.record.len(), self.names.len());
            let expected = *self.width.get_or_insert(found.max(columns));
            let long = self.record.iter().next_back().is_some_and(|cell| cell.contains('\n'));
            self.last = Last { line: self.line, short: found < expected, long };
            if filled <= columns && found == expected {
                self.rows += 1;
                return Ok(true);
            }
            let expected = if found == expected { columns } else { expected };
            faults.add(Place::Line(self.line), CellFault::Cells { found, expected });
        }
    }

    /// Whether the end is one.
    fn finish(&self) -> Result<(), ForeignError> {
        let text = self.reader.get_ref();
        let Last { line, short, long } = self.last;
        let what = if short && !text.ended() {
            "the last row has fewer cells than the header"
        } else if text.open_quote() && (long || !text.ended()) {
            "a quotation mark is opened and never closed"
        } else if line == 0 {
            return Err(ForeignError::NoRows { path: self.path.clone() });
        } else {
            return Ok(());
        };
        Err(ForeignError::Cut { path: self.path.clone(), line, what: what.to_owned() })
    }

    /// The cell in a column, without blanks around it; nothing in a column that is not there.
    pub(super) fn cell(&self, column: Option<usize>) -> &str {
        column.and_then(|column| self.record.get(column)).unwrap_or_default().trim()
    }

    /// Where the row stands.
    pub(super) fn place(&self) -> Place {
        Place::Line(self.line)
    }

    /// Rows so far.
    pub(super) fn rows(&self) -> u64 {
        self.rows
    }

    /// Whether the last line has an end; known once all rows are read.
    pub(super) fn ended(&self) -> bool {
        self.reader.get_ref().ended()
    }
}
