//! Which glyph stands for a character on paper, and how wide does a text become?
//!
//! Only the fonts that every reader of PDF brings along are used, so that nothing needs to be
//! embedded: Helvetica and Courier in the Windows encoding, and the Symbol font for Greek letters,
//! arrows and signs of mathematics. Raised and lowered digits are made small. Letters with marks
//! that the encoding lacks lose the mark; a character for which there is nothing becomes `?`.

mod widths;

/// Faces of the type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Face {
    /// Upright.
    #[default]
    Regular,
    /// Bold.
    Bold,
    /// Slanted.
    Oblique,
    /// All characters of one width.
    Mono,
}

/// A font of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Font {
    /// A face in the Windows encoding.
    Of(Face),
    /// The Symbol font.
    Symbol,
}

/// Every font with its name in the file and its standard name.
pub(super) const FONTS: [(Font, &[u8], &[u8]); 5] = [
    (Font::Of(Face::Regular), b"F1", b"Helvetica"),
    (Font::Of(Face::Bold), b"F2", b"Helvetica-Bold"),
    (Font::Of(Face::Oblique), b"F3", b"Helvetica-Oblique"),
    (Font::Of(Face::Mono), b"F4", b"Courier"),
    (Font::Symbol, b"F5", b"Symbol"),
];

/// What is drawn for a character; lengths in shares of the size of the type.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Glyph {
    /// Font that has it.
    pub(super) font: Font,
    /// Its code there.
    pub(super) code: u8,
    /// Size.
    pub(super) size: f64,
    /// Height above the line.
    pub(super) rise: f64,
    /// How far it moves the next one.
    pub(super) advance: f64,
    /// Whether the next one stands where the font would have it.
    pub(super) natural: bool,
}

/// Size of raised and lowered digits.
const SMALL: f64 = 0.66;
/// Raised digits and signs.
const RAISED: [(char, char); 11] = [
    ('⁰', '0'),
    ('¹', '1'),
    ('²', '2'),
    ('³', '3'),
    ('⁴', '4'),
    ('⁵', '5'),
    ('⁶', '6'),
    ('⁷', '7'),
    ('⁸', '8'),
    ('⁹', '9'),
    ('⁻', '–'),
];
/// Letters with marks that the encoding lacks, by the letter that stands for them.
const BARE: [(char, &str); 32] = [
    ('A', "ĀĂĄǍẠẢ"),
    ('a', "āăąǎạả"),
    ('C', "ĆĈĊČ"),
    ('c', "ćĉċč"),
    ('D', "ĎĐ"),
    ('d', "ďđ"),
    ('E', "ĒĔĖĘĚẸ"),
    ('e', "ēĕėęěẹ"),
    ('G', "ĜĞĠĢ"),
    ('g', "ĝğġģ"),
    ('I', "ĨĪĬĮİǏ"),
    ('i', "ĩīĭįıǐ"),
    ('L', "ĹĻĽŁ"),
    ('l', "ĺļľł"),
    ('N', "ŃŅŇ"),
    ('n', "ńņň"),
    ('O', "ŌŎŐƠǑỌ"),
    ('o', "ōŏőơǒọ"),
    ('R', "ŔŖŘ"),
    ('r', "ŕŗř"),
    ('S', "ŚŜŞȘ"),
    ('s', "śŝşș"),
    ('T', "ŢŤȚ"),
    ('t', "ţťț"),
    ('U', "ŨŪŬŮŰŲƯǓ"),
    ('u', "ũūŭůűųưǔ"),
    ('Z', "ŹŻ"),
    ('z', "źż"),
    ('-', "\u{2010}\u{2011}\u{2012}"),
    ('–', "\u{2015}"),
    ('•', "●▪◦∙"),
    ('µ', "\u{b5}"),
];

/// The glyph of a character.
pub(super) fn glyph(c: char, face: Face) -> Glyph {
    let plain = |c: char| windows(c).map(|code| upright(code, face));
    let small = |c: char, rise: f64| {
        let glyph = upright(windows(c).unwrap_or(b'?'), face);
        Glyph { size: SMALL, rise, advance: glyph.advance * SMALL, ..glyph }
    };
    let space = |advance: f64| Glyph { advance, natural: false, ..upright(b' ', face) };
    match c {
        '\u{202f}' | '\u{2009}' if face != Face::Mono => return space(0.17),
        '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' | '\t' | '\n' => {
            return upright(b' ', face);
        }
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => return space(0.0),
        '\u{2080}'..='\u{2089}' => {
            return small(char::from(b'0' + (u32::from(c) - 0x2080) as u8), -0.14);
        }
        _ => {}
    }
    if let Some((_, digit)) = RAISED.iter().find(|(raised, _)| *raised == c) {
        return small(*digit, 0.36);
    }
    plain(c)
        .or_else(|| symbol(c))
        .or_else(|| {
            let bare = BARE.iter().find(|(_, all)| all.contains(c))?.0;
            plain(bare)
        })
        .unwrap_or_else(|| upright(b'?', face))
}

fn upright(code: u8, face: Face) -> Glyph {
    let at = usize::from(code.saturating_sub(32));
    let width = match face {
        Face::Regular | Face::Oblique => widths::REGULAR[at],
        Face::Bold => widths::BOLD[at],
        Face::Mono => widths::MONO,
    };
    let advance = f64::from(width) / 1000.0;
    Glyph { font: Font::Of(face), code, size: 1.0, rise: 0.0, advance, natural: true }
}

fn symbol(c: char) -> Option<Glyph> {
    let at = widths::SYMBOL.binary_search_by_key(&c, |(c, ..)| *c).ok()?;
    let (_, code, width) = widths::SYMBOL[at];
    let advance = f64::from(width) / 1000.0;
    Some(Glyph { font: Font::Symbol, code, size: 1.0, rise: 0.0, advance, natural: true })
}

/// The code of a character in the Windows encoding.
fn windows(c: char) -> Option<u8> {
    match c {
        ' '..='~' | '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(c)).ok(),
        c => {
            let at = widths::WINDOWS.iter().position(|w| *w == c)?;
            u8::try_from(at + 128).ok()
        }
    }
}

/// How wide a text becomes at a size, in the unit of the size.
pub(super) fn width(text: &str, face: Face, size: f64) -> f64 {
    text.chars().map(|c| glyph(c, face).advance).sum::<f64>() * size
}

/// The beginning of a text that finds room, with an ellipsis if that is not all of it.
pub(super) fn fit(text: &str, face: Face, size: f64, room: f64) -> String {
    if width(text, face, size) <= room {
        return text.to_owned();
    }
    let mut left = room - width("…", face, size);
    let mut out = String::new();
    for c in text.chars() {
        left -= glyph(c, face).advance * size;
        if left < 0.0 {
            break;
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out + "…"
}

/// A text in lines that find room, at most `most` of them; what is left over is cut.
pub(super) fn lines(text: &str, face: Face, size: f64, room: f64, most: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut rest = text.split([' ', '\n']).filter(|w| !w.is_empty()).peekable();
    while let Some(word) = rest.next() {
        let mut line = word.to_owned();
        while let Some(next) = rest.peek() {
            let longer = format!("{line} {next}");
            if out.len() + 1 < most && width(&longer, face, size) > room {
                break;
            }
            line = longer;
            rest.next();
        }
        out.push(fit(&line, face, size, room));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_standard_fonts() {
        // Adobe: H 722, e, o and d 556, l 222, comma and space 278, W 944, r 333.
        assert!((width("Hello, World", Face::Regular, 10.0) - 54.45).abs() < 1e-9);
        assert!((width("Hello", Face::Bold, 10.0) - 24.45).abs() < 1e-9);
        assert!((width("1\u{a0}≥ µ", Face::Regular, 1000.0) - 2217.0).abs() < 1e-6);
        assert_eq!(width("abc", Face::Mono, 10.0), 18.0);
    }

    #[test]
    fn signs_outside_the_encoding_find_a_glyph() {
        for c in "≥≤−→←↑↓Σμσ≈≠∞√".chars() {
            assert_eq!(glyph(c, Face::Regular).font, Font::Symbol, "{c}");
        }
        assert_eq!(glyph('−', Face::Regular).code, 45);
        assert_eq!(glyph('–', Face::Regular).code, 0x96);
        assert_eq!(glyph('ā', Face::Regular), glyph('a', Face::Regular));
        assert_eq!(glyph('字', Face::Regular).code, b'?');
        let raised = glyph('⁹', Face::Regular);
        assert!(raised.rise > 0.0 && raised.size < 1.0);
        assert!(glyph('\u{202f}', Face::Regular).advance < glyph(' ', Face::Regular).advance);
    }

    #[test]
    fn texts_are_cut_or_broken_to_fit() {
        let text = fit("a rather long label", Face::Regular, 10.0, 50.0);
        assert!(text.ends_with('…') && width(&text, Face::Regular, 10.0) <= 50.0);
        let broken = lines("a rather long label", Face::Regular, 10.0, 50.0, 2);
        assert_eq!(broken.len(), 2);
        assert!(broken.iter().all(|l| width(l, Face::Regular, 10.0) <= 50.0));
        assert!(lines("", Face::Regular, 10.0, 50.0, 2).is_empty());
    }
}
