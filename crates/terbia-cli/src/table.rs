//! How do columns line up within eighty characters? Tables for the terminal.

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};

/// Characters in a line.
pub(crate) const WIDTH: u16 = 80;

/// A table without walls: a head, then rows. Columns after the first `left` are set to the right.
pub(crate) fn plain(head: &[String], rows: &[Vec<String>], left: usize) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_width(WIDTH);
    let cells = |row: &[String]| -> Vec<Cell> {
        row.iter()
            .enumerate()
            .map(|(i, text)| {
                let side = if i < left { CellAlignment::Left } else { CellAlignment::Right };
                Cell::new(text).set_alignment(side)
            })
            .collect()
    };
    table.set_header(cells(head));
    for row in rows {
        table.add_row(cells(row));
    }
    let text = table.to_string();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// Tables that repeat the column `first` and share out `columns` so that no line is longer than
/// [`WIDTH`], if a single column allows it. All columns have as many cells as `first`.
pub(crate) fn packed(first: &[String], columns: impl Iterator<Item = Vec<String>>) -> Vec<String> {
    let width = |column: &[String]| column.iter().map(|c| c.chars().count()).max().unwrap_or(0);
    // comfy-table leaves one space on either side of a cell.
    let space = 2;
    let mut tables: Vec<Vec<Vec<String>>> = Vec::new();
    let mut used = usize::MAX;
    for column in columns {
        let needed = width(&column) + space;
        if used.saturating_add(needed) > usize::from(WIDTH) {
            tables.push(vec![first.to_vec()]);
            used = width(first) + space;
        }
        used += needed;
        if let Some(table) = tables.last_mut() {
            table.push(column);
        }
    }
    let row = |table: &[Vec<String>], place: usize| -> Vec<String> {
        table.iter().map(|c| c.get(place).cloned().unwrap_or_default()).collect()
    };
    tables
        .iter()
        .map(|table| {
            let rows: Vec<Vec<String>> = (1..first.len()).map(|place| row(table, place)).collect();
            plain(&row(table, 0), &rows, 1)
        })
        .collect()
}

/// The text after a head of its own, whose lines all begin in column `indent`.
pub(crate) fn beside(head: &str, indent: usize, text: &str) -> String {
    let blank = " ".repeat(indent);
    // What stands for the head is as wide as it, and no blank, so that the text wraps after it.
    let wrapped = wrapped(&format!("{} {text}", "-".repeat(indent.saturating_sub(1))), indent);
    let rest = wrapped.get(indent..).unwrap_or_default();
    let filled = head.chars().chain(blank.chars()).take(indent.max(head.chars().count()));
    format!("{}{rest}", filled.collect::<String>())
}

/// The text in lines of at most [`WIDTH`] characters; lines after the first begin with `indent`
/// spaces. A word longer than a line stands alone.
pub(crate) fn wrapped(text: &str, indent: usize) -> String {
    let start = text.len() - text.trim_start().len();
    let mut lines = vec![" ".repeat(start)];
    let mut empty = true;
    for word in text.split_whitespace() {
        let Some(line) = lines.last_mut() else { break };
        let needed = line.chars().count() + usize::from(!empty) + word.chars().count();
        if empty || needed <= usize::from(WIDTH) {
            if !empty {
                line.push(' ');
            }
            line.push_str(word);
        } else {
            lines.push(" ".repeat(indent) + word);
        }
        empty = false;
    }
    lines.join("\n")
}

/// A label in lines of at most `width` characters, unless a word has more.
pub(crate) fn lines(label: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in label.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
