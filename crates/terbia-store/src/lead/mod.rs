//! What comes next for somebody who writes a corridor? After faults, which to mend first and what has not been
//! looked at; after none, the next commands, what is still copied, and what sleeps for want of data.

mod copied;
mod faults;
mod sound;
mod stray;

pub use copied::Copied;
pub use faults::Faults;
pub use sound::{Asleep, Lead};

/// Columns of what is said.
const WIDTH: usize = 80;

/// The words of `text` in lines, all but the first drawn in.
pub(crate) fn wrapped(text: &str) -> String {
    let mut made = String::new();
    let mut column = 0;
    for word in text.split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > WIDTH {
            made.push_str("\n  ");
            column = 2;
        } else if column > 0 {
            made.push(' ');
            column += 1;
        }
        made.push_str(word);
        column += length;
    }
    made + "\n"
}

/// "a, b and c".
fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// A path as it is typed in a command.
fn typed(path: &str) -> String {
    if path.contains(' ') { format!("\"{path}\"") } else { path.to_owned() }
}
