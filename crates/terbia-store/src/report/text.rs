//! How does text get into the page without being taken for markup?

use std::fmt;
use terbia_model::kernel::time::{Date, Month};

/// Text in HTML or SVG, also between double quotes.
pub(crate) struct Text<'a>(pub(crate) &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                // XML has no way to write the other control characters.
                c if c.is_control() && !matches!(c, '\n' | '\t') => f.write_str("\u{fffd}")?,
                '\u{fffe}' | '\u{ffff}' => f.write_str("\u{fffd}")?,
                c => fmt::Write::write_char(f, c)?,
            }
        }
        Ok(())
    }
}

/// Writes to a `String`, which cannot fail.
macro_rules! put {
    ($out:expr, $($format:tt)*) => {
        let _ = std::fmt::Write::write_fmt($out, format_args!($($format)*));
    };
}
pub(crate) use put;

/// Names of the months.
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A month as people write it.
pub(crate) fn month(month: Month) -> String {
    format!("{}\u{a0}{}", MONTHS[usize::from(month.of_year()) - 1], month.year())
}

/// A day as people write it.
pub(crate) fn day(date: Date) -> String {
    format!("{}\u{a0}{}", date.day(), month(date.month()))
}

/// The first `most` characters, with an ellipsis if there are more.
pub(crate) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.into();
    }
    let head: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", head.trim_end())
}

/// `1 run`, `2 runs`.
pub(crate) fn count(n: usize, one: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{}\u{a0}{one}{s}", super::number::exact(n as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_text() {
        let text = Text("<a b=\"c\">&'\u{1}").to_string();
        assert_eq!(text, "&lt;a b=&quot;c&quot;&gt;&amp;&#39;\u{fffd}");
    }

    #[test]
    fn dates_are_for_people() {
        assert_eq!(day("2019-05-15".parse().unwrap()), "15\u{a0}May\u{a0}2019");
        assert_eq!(cut("one two", 5), "one…");
        assert_eq!(cut("one", 3), "one");
        assert_eq!(
            (count(1, "run"), count(2000, "run")),
            ("1\u{a0}run".into(), "2\u{202f}000\u{a0}runs".into())
        );
    }
}
