//! What became of a file's rows, and what should its reader know? Counted on the way.

use std::collections::BTreeMap;

/// Rows left out, and remarks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    left_out: BTreeMap<String, u64>,
    remarks: Vec<String>,
}

impl Told {
    /// Counts a row, or a figure of it, that is left out.
    pub(super) fn leave(&mut self, reason: &str) {
        self.leave_all(reason, 1);
    }

    /// Counts several.
    pub(super) fn leave_all(&mut self, reason: &str, count: u64) {
        if count == 0 {
            return;
        }
        match self.left_out.get_mut(reason) {
            Some(before) => *before += count,
            None => {
                self.left_out.insert(reason.to_owned(), count);
            }
        }
    }

    /// Adds a remark, once.
    pub(super) fn remark(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.remarks.contains(&text) {
            self.remarks.push(text);
        }
    }

    /// What was left out: how many rows or figures, and why.
    pub fn left_out(&self) -> impl Iterator<Item = (u64, &str)> {
        self.left_out.iter().map(|(reason, count)| (*count, reason.as_str()))
    }

    /// What else there is to know.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }
}

/// "1 row", "2 rows".
pub(super) fn counted(count: u64, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}
