//! Which colours does a document have? Those of the report, and more for policies side by side.
//!
//! The further colours follow the order in which common kinds of colour vision tell them apart best
//! (blue, orange, green, purple, ochre: after Okabe and Ito, 2008), darkened until text in them can be
//! read. Charts say the same again by dash, by place or by name.

use super::scene::Fill;
use crate::report::colour::COLOURS;
use crate::report::text::put;

/// A colour by what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// The paper.
    Ground,
    /// A box on the paper.
    Panel,
    /// Text.
    Text,
    /// Text that stands back.
    Soft,
    /// Grid lines.
    Rule,
    /// Band of 90 %.
    Wide,
    /// Band of 50 %, bars.
    Narrow,
    /// Median, lines of the model.
    Median,
    /// The record, a dividing line, a warning.
    Record,
    /// What is drawn faintly behind.
    Faint,
    /// The n-th of several things side by side; six colours, then from the first again.
    Nth(usize),
}

/// Colours of things side by side: by day, by night.
const SERIES: [(&str, &str); 6] = [
    ("#0b57a4", "#7fbcf5"),
    ("#a83c00", "#ffab70"),
    ("#00705a", "#5ad1b0"),
    ("#8a2f8f", "#e2a3e6"),
    ("#735c00", "#dcc257"),
    ("#55606a", "#a9b3bd"),
];

impl Ink {
    /// An area in this ink through which `1 - opacity` of what lies behind is seen.
    pub fn at(self, opacity: f64) -> Fill {
        Fill { ink: self, opacity }
    }

    /// Its name in style sheets.
    pub(super) fn name(self) -> String {
        match self {
            Self::Ground => "ground",
            Self::Panel => "panel",
            Self::Text => "ink",
            Self::Soft => "soft",
            Self::Rule => "rule",
            Self::Wide => "wide",
            Self::Narrow => "narrow",
            Self::Median => "median",
            Self::Record => "record",
            Self::Faint => "event",
            Self::Nth(n) => return format!("nth{}", n % SERIES.len()),
        }
        .into()
    }

    /// The colour on paper, `#rrggbb`.
    pub(super) fn light(self) -> &'static str {
        if let Self::Nth(n) = self {
            return SERIES[n % SERIES.len()].0;
        }
        let name = self.name();
        COLOURS.iter().find(|(n, ..)| *n == name).map_or("#000000", |(_, light, _)| light)
    }

    /// The colour on paper: red, green and blue from 0 to 1.
    pub(super) fn rgb(self) -> [f32; 3] {
        let hex = self.light();
        [1, 3, 5].map(|i| {
            let part = hex.get(i..i + 2).and_then(|p| u8::from_str_radix(p, 16).ok());
            // Three digits are what 256 steps need.
            (f32::from(part.unwrap_or(0)) / 255.0 * 1000.0).round() / 1000.0
        })
    }
}

/// All inks that a picture can use.
const ALL: [Ink; 16] = [
    Ink::Ground,
    Ink::Panel,
    Ink::Text,
    Ink::Soft,
    Ink::Rule,
    Ink::Wide,
    Ink::Narrow,
    Ink::Median,
    Ink::Record,
    Ink::Faint,
    Ink::Nth(0),
    Ink::Nth(1),
    Ink::Nth(2),
    Ink::Nth(3),
    Ink::Nth(4),
    Ink::Nth(5),
];

/// The further colours as custom properties, and classes that fill and draw in each ink.
pub(super) fn css() -> String {
    let mut out = String::from(":root{");
    for (n, (light, _)) in SERIES.iter().enumerate() {
        put!(&mut out, "--nth{n}:{light};");
    }
    out.push_str("}\n@media screen and (prefers-color-scheme:dark){:root{");
    for (n, (_, dark)) in SERIES.iter().enumerate() {
        put!(&mut out, "--nth{n}:{dark};");
    }
    out.push_str("}}\n");
    for ink in ALL {
        let name = ink.name();
        put!(&mut out, ".f-{name}{{fill:var(--{name})}}.s-{name}{{stroke:var(--{name})}}");
    }
    out + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(colour: &str) -> f64 {
        let part = |i: usize| {
            let c = f64::from(u8::from_str_radix(&colour[i..i + 2], 16).unwrap()) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    #[test]
    fn names_in_the_colour_of_a_line_can_be_read() {
        let of = |name: &str| COLOURS.iter().find(|(n, ..)| *n == name).unwrap();
        for ground in ["ground", "panel"] {
            for (light, dark) in SERIES {
                for (text, paper) in [(light, of(ground).1), (dark, of(ground).2)] {
                    let (a, b) = (luminance(text), luminance(paper));
                    let ratio = (a.max(b) + 0.05) / (a.min(b) + 0.05);
                    assert!(ratio >= 4.5, "{text} on {paper}: {ratio:.2}");
                }
            }
        }
    }

    #[test]
    fn every_ink_is_a_colour_of_the_report_or_one_of_a_series() {
        for ink in ALL {
            assert!(ink.light() != "#000000", "{ink:?}");
            assert!(css().contains(&format!(".f-{}{{", ink.name())));
        }
        assert_eq!(Ink::Nth(7), Ink::Nth(7));
        assert_eq!(Ink::Nth(7).light(), Ink::Nth(1).light());
        assert_eq!(Ink::Ground.rgb(), [1.0; 3]);
    }
}
