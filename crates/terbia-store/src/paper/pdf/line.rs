//! Where does a text break into lines?
//!
//! At spaces, and after a hyphen or a slash within a word. Spaces that hold together do so. A word that
//! is wider than the room is broken where the room ends. The first line that is full is ended
//! (greedy); there is no hyphenation.

use crate::paper::document::{Names, Span, Words};
use crate::paper::font::{self, Face};
use crate::paper::ink::Ink;

/// How a stretch of text looks, and where it leads.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Style {
    pub(super) face: Face,
    pub(super) ink: Ink,
    pub(super) link: Option<String>,
}

impl Style {
    /// A face in an ink.
    pub(super) fn new(face: Face, ink: Ink) -> Self {
        Self { face, ink, link: None }
    }
}

/// A stretch of a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Run {
    pub(super) text: String,
    pub(super) style: Style,
}

/// A line.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Line {
    pub(super) runs: Vec<Run>,
    pub(super) width: f64,
}

/// Stretches of text with their looks: what `words` say in `face`, links by what they lead to.
pub(super) fn runs(words: &Words, names: &Names, plain: &Style) -> Vec<Run> {
    let with =
        |face: Face, text: &str| Run { text: text.into(), style: Style { face, ..plain.clone() } };
    let strong = if plain.face == Face::Bold { Face::Regular } else { Face::Bold };
    let link = |text: &str, id: &str| {
        let to = names.find(id).map(|_| id.to_owned());
        let ink = if to.is_some() { Ink::Nth(0) } else { plain.ink };
        Run { text: text.into(), style: Style { face: plain.face, ink, link: to } }
    };
    let one = |span: &Span| match span {
        Span::Plain(text) => with(plain.face, text),
        Span::Strong(text) => with(strong, text),
        Span::Emphasis(text) => with(Face::Oblique, text),
        Span::Code(text) => with(Face::Mono, text),
        Span::Link(text, id) => link(text, id),
        Span::Refer(id) => link(names.find(id).unwrap_or(id), id),
    };
    words.0.iter().map(one).collect()
}

/// What must not be broken unless it has to.
#[derive(Clone, Debug, Default)]
struct Word {
    parts: Vec<Run>,
    /// Whether a space stands before it.
    space: bool,
}

impl Word {
    fn push(&mut self, c: char, style: &Style) {
        match self.parts.last_mut() {
            Some(run) if run.style == *style => run.text.push(c),
            _ => self.parts.push(Run { text: c.into(), style: style.clone() }),
        }
    }

    fn width(&self, size: f64) -> f64 {
        self.parts.iter().map(|r| font::width(&r.text, r.style.face, size)).sum()
    }
}

fn words(runs: &[Run]) -> Vec<Word> {
    let mut out = Vec::new();
    let mut word = Word::default();
    let mut before = ' ';
    for run in runs {
        for c in run.text.chars() {
            if matches!(c, ' ' | '\n' | '\t' | '\r') {
                if !word.parts.is_empty() {
                    out.push(std::mem::take(&mut word));
                }
                word.space = true;
            } else {
                let hinge = matches!(before, '-' | '/') && c.is_alphabetic();
                if hinge && word.parts.iter().map(|p| p.text.len()).sum::<usize>() > 2 {
                    out.push(std::mem::take(&mut word));
                }
                word.push(c, &run.style);
            }
            before = c;
        }
    }
    if !word.parts.is_empty() {
        out.push(word);
    }
    out
}

/// The widest stretch that is not broken willingly.
pub(super) fn least(runs: &[Run], size: f64) -> f64 {
    words(runs).iter().map(|w| w.width(size)).fold(0.0, f64::max)
}

/// The width on one line.
pub(super) fn natural(runs: &[Run], size: f64) -> f64 {
    runs.iter().map(|r| font::width(&r.text, r.style.face, size)).sum()
}

/// The lines of a text, none wider than `room`; no text, no lines.
pub(super) fn wrap(runs: &[Run], size: f64, room: f64) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut line = Line::default();
    for word in words(runs) {
        let width = word.width(size);
        let space = match line.runs.last() {
            Some(last) if word.space => font::width(" ", last.style.face, size),
            _ => 0.0,
        };
        if !line.runs.is_empty() && line.width + space + width > room + 1e-6 {
            lines.push(std::mem::take(&mut line));
        } else if space > 0.0 {
            put(&mut line, ' ', None, size);
        }
        for part in &word.parts {
            for c in part.text.chars() {
                let wide = font::glyph(c, part.style.face).advance * size;
                if !line.runs.is_empty() && line.width + wide > room + 1e-6 {
                    lines.push(std::mem::take(&mut line));
                }
                put(&mut line, c, Some(&part.style), size);
            }
        }
    }
    if !line.runs.is_empty() {
        lines.push(line);
    }
    lines
}

/// Adds a character, by default in the look of the one before it.
fn put(line: &mut Line, c: char, style: Option<&Style>, size: f64) {
    let Some(style) = style.or_else(|| line.runs.last().map(|r| &r.style)).cloned() else {
        return;
    };
    line.width += font::glyph(c, style.face).advance * size;
    match line.runs.last_mut() {
        Some(run) if run.style == style => run.text.push(c),
        _ => line.runs.push(Run { text: c.into(), style }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Vec<Run> {
        vec![Run { text: text.into(), style: Style::new(Face::Regular, Ink::Text) }]
    }

    fn texts(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|l| l.runs.iter().map(|r| r.text.as_str()).collect()).collect()
    }

    #[test]
    fn lines_break_at_spaces_and_keep_within_the_room() {
        let lines = wrap(&plain("the quick  brown fox\njumps"), 10.0, 60.0);
        assert_eq!(texts(&lines), ["the quick", "brown fox", "jumps"]);
        assert!(lines.iter().all(|l| l.width <= 60.0));
        assert!(wrap(&plain("  \n "), 10.0, 60.0).is_empty());
        let held = wrap(&plain("a 12\u{202f}000\u{a0}t"), 10.0, 40.0);
        assert_eq!(texts(&held), ["a", "12\u{202f}000\u{a0}t"]);
    }

    #[test]
    fn a_word_wider_than_the_room_is_broken() {
        let lines = wrap(&plain(&"w".repeat(40)), 10.0, 50.0);
        assert!(lines.len() > 5 && lines.iter().all(|l| l.width <= 50.0));
        assert_eq!(texts(&lines).concat().len(), 40);
        // Not even one character fits: each gets a line, and nothing is lost.
        assert_eq!(wrap(&plain("abc"), 10.0, 1.0).len(), 3);
    }

    #[test]
    fn emphasis_within_a_word_does_not_break_it() {
        let mut runs = plain("see ");
        runs.push(Run { text: "this".into(), style: Style::new(Face::Bold, Ink::Text) });
        runs.extend(plain(", then"));
        let lines = wrap(&runs, 10.0, 36.0);
        assert_eq!(texts(&lines), ["see", "this,", "then"]);
        assert_eq!(lines[1].runs[0].style.face, Face::Bold);
    }
}
