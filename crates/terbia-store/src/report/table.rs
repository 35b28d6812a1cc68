//! How is a table written so that it can be read aloud, by keyboard and on a phone?
//!
//! Each has a caption, heads with a scope, and a box of its own in which it scrolls and which the
//! keyboard can reach.

use super::text::{Text, put};

/// A table that is being written.
pub(super) struct Table<'a> {
    out: &'a mut String,
    numeric: Vec<bool>,
}

/// A cell with text, be it a number or a dash.
pub(super) fn number(text: &str) -> String {
    Text(text).to_string()
}

impl<'a> Table<'a> {
    /// Begins a table. A head that begins with `#` stands above numbers.
    pub(super) fn open(out: &'a mut String, caption: &str, heads: &[&str]) -> Self {
        put!(
            out,
            "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{}\"><table><caption>{}</caption><thead><tr>",
            Text(caption),
            Text(caption)
        );
        let mut numeric = Vec::new();
        for head in heads {
            let (class, text) = match head.strip_prefix('#') {
                Some(text) => (" class=\"n\"", text),
                None => ("", *head),
            };
            numeric.push(!class.is_empty());
            put!(out, "<th scope=\"col\"{class}>{}</th>", Text(text));
        }
        out.push_str("</tr></thead><tbody>\n");
        Self { out, numeric }
    }

    /// Writes a row: its head as text, its cells as markup. Cells that are left out stay empty.
    pub(super) fn row(&mut self, head: &str, cells: &[String]) {
        put!(self.out, "<tr><th scope=\"row\">{}</th>", Text(head));
        for (i, numeric) in self.numeric.iter().skip(1).enumerate() {
            let class = if *numeric { " class=\"n\"" } else { "" };
            put!(self.out, "<td{class}>{}</td>", cells.get(i).map_or("", String::as_str));
        }
        self.out.push_str("</tr>\n");
    }

    /// Ends the table.
    pub(super) fn close(self) {
        self.out.push_str("</tbody></table></div>");
    }
}
