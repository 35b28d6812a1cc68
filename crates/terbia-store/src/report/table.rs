//! How is a table written so that it can be read aloud, by keyboard and on a phone?
//!
//! Each has a caption, heads with a scope, and a box of its own in which it scrolls and which the
//! keyboard can reach.

use super::text::{Text, put};

/// A table that is being written.
pub(super) struct Table<'a> {
    out: &'a mut String,
    columns: usize,
}

/// A cell with text, be it a number or a dash.
pub(super) fn number(text: &str) -> String {
    Text(text).to_string()
}

impl<'a> Table<'a> {
    /// Begins a table. A head that begins with `#` stands above numbers; the table says once which
    /// columns these are, as saying it in each cell makes the page half as large again.
    pub(super) fn open(out: &'a mut String, caption: &str, heads: &[&str]) -> Self {
        let numeric: Vec<usize> =
            (1..).zip(heads).filter(|(_, h)| h.starts_with('#')).map(|(i, _)| i).collect();
        let class = if numeric.len() + 1 == heads.len() {
            "num".to_owned()
        } else {
            numeric.iter().map(|i| format!("n{i}")).collect::<Vec<_>>().join(" ")
        };
        put!(
            out,
            "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{}\"><table class=\"{class}\">\
             <caption>{}</caption><thead><tr>",
            Text(caption),
            Text(caption)
        );
        for head in heads {
            put!(out, "<th scope=\"col\">{}</th>", Text(head.trim_start_matches('#')));
        }
        out.push_str("</tr></thead><tbody>\n");
        Self { out, columns: heads.len() }
    }

    /// Writes a row: its head as text, its cells as markup. Cells that are left out stay empty.
    pub(super) fn row(&mut self, head: &str, cells: &[String]) {
        put!(self.out, "<tr><th scope=\"row\">{}</th>", Text(head));
        self.cells(cells);
    }

    /// Writes a row whose head is a few words that may break over lines.
    pub(super) fn row_wide(&mut self, head: &str, cells: &[String]) {
        put!(self.out, "<tr><th scope=\"row\" class=\"words\">{}</th>", Text(head));
        self.cells(cells);
    }

    fn cells(&mut self, cells: &[String]) {
        for i in 1..self.columns {
            put!(self.out, "<td>{}</td>", cells.get(i - 1).map_or("", String::as_str));
        }
        self.out.push_str("</tr>\n");
    }

    /// Ends the table.
    pub(super) fn close(self) {
        self.out.push_str("</tbody></table></div>");
    }
}
