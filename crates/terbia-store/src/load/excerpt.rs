//! What of a file is shown around a fault? The lines about it, unless one is too long to be read: then
//! the part of it that is at fault, and a little on either side.

use super::files::File;
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::ops::Range;

/// Bytes of a line that is shown whole.
const LONGEST: usize = 300;
/// Lines of a fault that are shown whole.
const MOST_LINES: usize = 40;
/// Bytes of a longer line that are shown on either side of the fault, and at most of it.
const BESIDE: usize = 60;

/// The part of `span` that is marked: all of it, or the beginning of one that is too long.
pub(super) fn shown(text: &str, span: Range<usize>) -> Range<usize> {
    let lines = &text[line(text, span.start).start..line(text, span.end).end];
    if readable(lines) && lines.lines().nth(MOST_LINES).is_none() {
        return span;
    }
    let end = span.end.min(line(text, span.start).end).min(span.start + BESIDE);
    span.start..text.floor_char_boundary(end).max(span.start)
}

fn readable(lines: &str) -> bool {
    lines.lines().all(|line| line.len() <= LONGEST)
}

/// The line that holds the byte at `place`, without its break.
fn line(text: &str, place: usize) -> Range<usize> {
    let start = text[..place].rfind('\n').map_or(0, |at| at + 1);
    start..text[place..].find('\n').map_or(text.len(), |at| place + at)
}

impl SourceCode for File {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let whole = self.source().read_span(span, before, after)?;
        let place = span.offset()..span.offset() + span.len();
        // Without lines about it only the place itself is asked for.
        if (before, after) == (0, 0) || readable(&String::from_utf8_lossy(whole.data())) {
            return Ok(whole);
        }
        let text = self.text();
        let line = line(text, place.start);
        let start = text.floor_char_boundary(place.start.saturating_sub(BESIDE)).max(line.start);
        let end = text.ceil_char_boundary(place.end + BESIDE).min(line.end.max(place.end));
        Ok(Box::new(MietteSpanContents::new_named(
            self.name().to_owned(),
            &text.as_bytes()[start..end],
            (start, end - start).into(),
            text[..start].matches('\n').count(),
            text[line.start..start].chars().count(),
            1,
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(text: &str, span: Range<usize>) -> (String, usize, usize) {
        let file = File::new(0, "a", text.to_owned());
        let span = shown(text, span);
        let read = file.read_span(&span.into(), 1, 1).unwrap();
        (String::from_utf8(read.data().to_vec()).unwrap(), read.line(), read.column())
    }

    #[test]
    fn short_lines_are_shown_whole_with_their_neighbours() {
        assert_eq!(contents("a\nbb\nc\nd\n", 2..3), ("a\nbb\nc\n".into(), 0, 0));
    }

    #[test]
    fn of_a_long_line_the_place_is_shown_and_a_little_on_either_side() {
        let text = format!("first\n{}HERE{}\nlast\n", "é".repeat(500), "z".repeat(90_000));
        let at = text.find("HERE").unwrap();
        let (read, line, column) = contents(&text, at..at + 4);
        assert_eq!(read, format!("{}HERE{}", "é".repeat(30), "z".repeat(60)));
        assert_eq!((line, column), (1, 470));
    }

    #[test]
    fn a_fault_of_many_lines_or_of_a_long_one_is_marked_where_it_begins() {
        let text = format!("x\n{}", "\"row\n".repeat(1_000));
        assert_eq!(shown(&text, 2..text.len()), 2..6);
        let long = "y".repeat(5_000);
        assert_eq!(shown(&long, 10..4_000), 10..70);
        assert_eq!(contents(&long, 10..4_000).0.len(), 130);
        assert_eq!(shown("", 0..0), 0..0);
    }

    #[test]
    fn a_long_neighbour_is_left_out() {
        let text = format!("{}\nshort\n", "x".repeat(1_000));
        assert_eq!(contents(&text, 1_001..1_006), ("short".into(), 1, 0));
    }
}
