//! Which colours, by day and by night?
//!
//! One blue in three strengths for the runs, one orange for the record: a pair that all common
//! kinds of colour vision tell apart, and shape says it a second time. Text on its ground keeps a
//! contrast of 4.5 to 1 or more, lines that matter 3 to 1.

use super::text::put;

/// Name of a colour, by day, by night.
pub(crate) const COLOURS: [(&str, &str, &str); 12] = [
    ("ground", "#ffffff", "#14171a"),
    ("panel", "#f5f7f9", "#1e2327"),
    ("ink", "#1a1f24", "#e8ebee"),
    ("soft", "#55606a", "#a9b3bd"),
    ("rule", "#d5dbe0", "#3a434b"),
    ("link", "#0b57a4", "#7fbcf5"),
    ("wide", "#c3daf0", "#1f4362"),
    ("narrow", "#85b4de", "#35709f"),
    ("median", "#0a3d75", "#d3e9ff"),
    ("record", "#a83c00", "#ffab70"),
    ("event", "#8a949d", "#6f7a84"),
    ("after", "#f1f3f5", "#1d2226"),
];

/// The colours as custom properties, following the reader's wish; paper is always light.
pub(crate) fn properties() -> String {
    let mut out = String::from(":root{color-scheme:light dark;");
    for (name, light, _) in COLOURS {
        put!(&mut out, "--{name}:{light};");
    }
    out.push_str("}\n@media screen and (prefers-color-scheme:dark){:root{");
    for (name, _, dark) in COLOURS {
        put!(&mut out, "--{name}:{dark};");
    }
    out + "}}\n"
}

/// `css` with the light colours in place of the properties, for readers that know none.
pub(crate) fn baked(css: &str) -> String {
    let by_day = |css: String, (name, light, _): (&str, &str, &str)| {
        css.replace(&format!("var(--{name})"), light)
    };
    COLOURS.into_iter().fold(css.to_owned(), by_day)
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

    /// Contrast by day and by night.
    fn contrast(a: &str, b: &str) -> [f64; 2] {
        let find = |name| COLOURS.into_iter().find(|(n, ..)| *n == name).unwrap();
        let (_, a_light, a_dark) = find(a);
        let (_, b_light, b_dark) = find(b);
        [(a_light, b_light), (a_dark, b_dark)].map(|(a, b)| {
            let (a, b) = (luminance(a), luminance(b));
            (a.max(b) + 0.05) / (a.min(b) + 0.05)
        })
    }

    #[test]
    fn what_must_be_read_can_be_read() {
        for text in ["ink", "soft", "link", "record"] {
            for ground in ["ground", "panel", "after"] {
                for ratio in contrast(text, ground) {
                    assert!(ratio >= 4.5, "{text} on {ground}: {ratio:.2}");
                }
            }
        }
        for (line, ground) in
            [("median", "narrow"), ("median", "ground"), ("record", "wide"), ("event", "ground")]
        {
            for ratio in contrast(line, ground) {
                assert!(ratio >= 3.0, "{line} on {ground}: {ratio:.2}");
            }
        }
    }

    #[test]
    fn a_picture_keeps_no_property() {
        assert_eq!(baked("fill:var(--ground)"), "fill:#ffffff");
    }
}
