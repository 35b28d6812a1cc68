//! How does a table find room on a page, and where does it break?
//!
//! Columns take the width that they would like, if there is room; else numbers keep theirs and words
//! break; else the type becomes smaller; at last words are broken within. Rows break over pages only
//! if they are longer than forty lines.

use super::block::Build;
use super::item::{Body, Cell, Item, Row, leading};
use super::line::{self, Run};
use super::{WIDTH, tags};
use crate::paper::document::{Table, Words};
use crate::paper::font::Face;
use crate::paper::ink::Ink;
use pdf_writer::types::StructRole;

/// Space between columns.
const GAP: f64 = 10.0;
/// Sizes of type that are tried.
const SIZES: [f64; 4] = [8.5, 7.5, 6.5, 5.5];
/// Lines of a row that stay together.
const MOST: usize = 40;

/// Size of the type and the columns' widths.
struct Fit {
    size: f64,
    widths: Vec<f64>,
}

impl<'a> Build<'a> {
    /// Lays out a table.
    pub(super) fn table(&mut self, table: &'a Table) {
        self.tables += 1;
        let name = format!("Table\u{a0}{}. ", self.tables);
        let element = self.tags.add(tags::ROOT, StructRole::Table);
        let caption = self.tags.add(element, StructRole::Caption);
        let words = Words::new().strong(name).plain(table.caption.as_str());
        let from = self.items.len();
        self.text(&words, (0.0, WIDTH, 9.0), caption, 12.0, Ink::Text);
        self.hold(from, self.items.len());
        if let Some(first) = self.items.get_mut(from) {
            first.id = Some(table.id.clone());
        }
        let heads: Vec<Vec<Run>> = table
            .columns
            .iter()
            .map(|c| self.runs(&Words::from(c.head.as_str()), Face::Bold, Ink::Text))
            .collect();
        let rows: Vec<Vec<Vec<Run>>> =
            table.rows.iter().map(|row| self.cells(table, row)).collect();
        let Some(fit) = fit(table, &heads, &rows) else { return };
        let head = self.head(table, element, &heads, &fit);
        for (n, row) in rows.iter().enumerate() {
            self.row(table, element, row, &fit, head);
            // The first row stands with the head, the last two stand together.
            if n == 0 || n + 2 == rows.len() {
                self.keep_last();
            }
        }
        if rows.is_empty() {
            self.text(&Words::from("no values"), (0.0, WIDTH, fit.size), element, 3.0, Ink::Soft);
        }
        if !table.notes.is_empty() {
            self.keep_last();
        } else if let Some(last) = self.items.last_mut() {
            last.keep = false;
        }
        for note in &table.notes {
            let p = self.tags.add(tags::ROOT, StructRole::Note);
            self.text(note, (0.0, WIDTH, 8.0), p, 3.0, Ink::Soft);
        }
        self.space(6.0);
    }

    fn cells(&self, table: &Table, row: &[Words]) -> Vec<Vec<Run>> {
        let one = |(i, words): (usize, &Words)| {
            let face = if i == 0 { Face::Bold } else { Face::Regular };
            self.runs(words, face, Ink::Text)
        };
        row.iter().take(table.columns.len()).enumerate().map(one).collect()
    }

    fn head(&mut self, table: &Table, element: usize, heads: &[Vec<Run>], fit: &Fit) -> usize {
        let row = self.tags.add(element, StructRole::TR);
        let mut cells = Vec::new();
        let mut x = 0.0;
        for (i, runs) in heads.iter().enumerate() {
            let lines = line::wrap(runs, fit.size, fit.widths[i]);
            let element = self.tags.add(row, StructRole::TH);
            let right = table.columns[i].number;
            cells.push(Cell { x, room: fit.widths[i], right, lines, element });
            x += fit.widths[i] + GAP;
        }
        let most = cells.iter().map(|c| c.lines.len()).max().unwrap_or(0).clamp(1, MOST);
        // Heads stand on the line under them.
        let width = (x - GAP).max(0.0);
        let row = Row { cells, size: fit.size, head: true, width, ruled: true };
        self.heads.push((row.clone(), most as f64 * leading(fit.size) + 5.0));
        let height = most as f64 * leading(fit.size) + 5.0;
        let item = Item { before: 3.0, keep: true, ..Item::new(height, Body::Row(row)) };
        self.items.push(item);
        self.heads.len() - 1
    }

    fn row(&mut self, table: &Table, element: usize, row: &[Vec<Run>], fit: &Fit, head: usize) {
        let of_row = self.tags.add(element, StructRole::TR);
        let mut cells = Vec::new();
        let mut x = 0.0;
        for (i, column) in table.columns.iter().enumerate() {
            let runs = row.get(i).map_or(&[][..], Vec::as_slice);
            let lines = line::wrap(runs, fit.size, fit.widths[i]);
            let role = if i == 0 { StructRole::TH } else { StructRole::TD };
            let element = self.tags.add(of_row, role);
            cells.push(Cell { x, room: fit.widths[i], right: column.number, lines, element });
            x += fit.widths[i] + GAP;
        }
        let most = cells.iter().map(|c| c.lines.len()).max().unwrap_or(0).max(1);
        let width = (x - GAP).max(0.0);
        for from in (0..most).step_by(MOST) {
            let part = |cell: &Cell| Cell {
                lines: cell.lines.iter().skip(from).take(MOST).cloned().collect(),
                ..cell.clone()
            };
            let lines = MOST.min(most - from);
            let (size, ruled) = (fit.size, from + MOST >= most);
            let cells = cells.iter().map(part).collect();
            let row = Row { cells, size, head: false, width, ruled };
            let height = lines as f64 * leading(size) + 5.0;
            self.items.push(Item { head: Some(head), ..Item::new(height, Body::Row(row)) });
        }
    }
}

/// What room each column gets; nothing if there are none.
fn fit(table: &Table, heads: &[Vec<Run>], rows: &[Vec<Vec<Run>>]) -> Option<Fit> {
    let columns = table.columns.len();
    if columns == 0 {
        return None;
    }
    let room = (WIDTH - GAP * (columns - 1) as f64).max(columns as f64 * 4.0);
    let empty: &[Run] = &[];
    let mut last = None;
    for size in SIZES {
        let of = |i: usize, measure: fn(&[Run], f64) -> f64| {
            let cells = rows.iter().map(|r| r.get(i).map_or(empty, Vec::as_slice));
            cells.map(|runs| measure(runs, size)).fold(0.0, f64::max)
        };
        let measured = |i: usize| {
            let natural = of(i, line::natural);
            // Numbers do not break; heads do.
            let least = if table.columns[i].number { natural } else { of(i, line::least) };
            let head = &heads[i];
            let least = least.max(line::least(head, size)).max(8.0);
            (least, natural.max(line::natural(head, size).min(90.0)).max(least))
        };
        let (least, natural): (Vec<f64>, Vec<f64>) = (0..columns).map(measured).unzip();
        let (sum_least, sum_natural): (f64, f64) = (least.iter().sum(), natural.iter().sum());
        if sum_natural <= room {
            return Some(Fit { size, widths: natural });
        }
        if sum_least <= room {
            let share = (room - sum_least) / (sum_natural - sum_least);
            let widths = least.iter().zip(&natural).map(|(l, n)| l + (n - l) * share).collect();
            return Some(Fit { size, widths });
        }
        let widths = least.iter().map(|l| l * room / sum_least).collect();
        last = Some(Fit { size, widths });
    }
    last
}
