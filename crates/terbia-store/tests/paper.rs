//! Do documents keep what they promise: structure, escaping, pages, and no panic whatever they get?
//!
//! How they look is not tested here: `cargo run -p terbia-store --example paper` writes one to look at.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[path = "paper/demo.rs"]
mod demo;

use miniz_oxide::inflate::decompress_to_vec_zlib;
use terbia_store::paper::chart::{self, Drawing};
use terbia_store::paper::{Document, Figure, Ink, Label, Scene, Stroke, Table, Words, html, pdf};

/// What is drawn on each page of a PDF, as operators.
fn pages(file: &[u8]) -> Vec<String> {
    let find = |from: usize, what: &[u8]| {
        file[from..].windows(what.len()).position(|w| w == what).map(|at| from + at)
    };
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(start) = find(from, b"stream\n").map(|at| at + 7) {
        let end = find(start, b"\nendstream").unwrap();
        let content = decompress_to_vec_zlib(&file[start..end]).unwrap();
        out.push(content.iter().map(|b| char::from(*b)).collect());
        from = end + 10;
    }
    out
}

/// The height of the foot of a text on its page.
fn foot(page: &str, text: &str) -> f64 {
    let before = &page[..page.find(&format!("({text})")).unwrap()];
    let matrix = before[..before.rfind("Tm").unwrap()].trim_end();
    matrix.rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let (a, b) = (demo::document(), demo::document());
    assert_eq!(html(&a), html(&b));
    assert_eq!(pdf(&a), pdf(&b));
    assert!(a.dead_links().is_empty());
    let file = String::from_utf8_lossy(&pdf(&a)).into_owned();
    assert!(!file.contains("Date") && !file.contains("/ID"));
}

#[test]
fn a_page_asks_nothing_of_the_network_and_runs_no_script() {
    let page = html(&demo::document());
    for bad in ["http:", "https:", "<script", "url(http", "@import", " src=", "onclick"] {
        assert!(!page.contains(bad), "{bad}");
    }
    for good in
        ["lang=\"en-GB\"", "<main", "<nav", "<title>", "Content-Security-Policy", "href=\"#main\""]
    {
        assert!(page.contains(good), "{good}");
    }
    assert!(page.contains("prefers-color-scheme:dark"));
    assert_eq!(page.matches("<h1>").count(), 1);
}

#[test]
fn ids_are_given_once_and_every_link_has_its_end() {
    let page = html(&demo::document());
    let ids: Vec<&str> =
        page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    for (n, id) in ids.iter().enumerate() {
        assert!(!ids[..n].contains(id), "{id}");
    }
    for link in page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(ids.contains(&link), "{link}");
    }
}

#[test]
fn markup_in_texts_stays_text() {
    let evil = "<b>&\"'</script>";
    let mut document = Document::new(evil, evil);
    document.heading(1, "a\"b", evil);
    document.paragraph(Words::new().strong(evil).emphasis(evil).code(evil).link(evil, "a\"b"));
    document.list([evil]).steps([evil]).callout(evil, [evil]);
    let mut table = Table::new(evil, &[evil, evil]);
    table.row([evil, evil]).note(evil);
    document.table(table);
    let mut scene = Scene::new(100.0, 50.0);
    scene.text((0.0, 10.0), Label::new(evil, 8.0));
    let (caption, alt) = (evil.into(), evil.into());
    document.figure(Figure { caption, alt, scene, ..Figure::default() });
    let page = html(&document);
    assert!(!page.contains("<b>") && !page.contains("</script") && !page.contains("&\""));
    assert!(page.contains("&lt;b&gt;&amp;&quot;&#39;&lt;/script&gt;"));
    let file = pdf(&document);
    assert!(pages(&file)[0].contains("(<b>&\"'</script>)"));
}

#[test]
fn a_link_that_leads_nowhere_is_plain_text() {
    let mut document = Document::new("t", "");
    document.paragraph(Words::new().link("there", "nowhere").refer("nothing"));
    assert_eq!(document.dead_links(), ["nowhere", "nothing"]);
    assert!(!html(&document).contains("#nowhere"));
    assert!(!String::from_utf8_lossy(&pdf(&document)).contains("/Annot"));
}

#[test]
fn a_long_table_goes_on_over_pages_with_its_head() {
    let mut table = Table::new("Many rows", &["Run", "#Value"]);
    for n in 0..200 {
        table.row([format!("row{n}"), n.to_string()]);
    }
    let mut document = Document::new("t", "");
    document.table(table);
    let pages = pages(&pdf(&document));
    assert!(pages.len() > 3);
    for page in &pages {
        assert_eq!(page.matches("(Run)").count(), 1);
    }
    for n in 0..200 {
        let seen = pages.iter().filter(|p| p.contains(&format!("(row{n})"))).count();
        assert_eq!(seen, 1, "row {n}");
    }
}

#[test]
fn a_table_without_rows_or_columns_says_so_and_a_cell_longer_than_a_page_goes_on() {
    let mut document = Document::new("t", "");
    document.table(Table::new("empty", &["a", "#b"])).table(Table::new("none", &[]));
    assert!(html(&document).contains("no values"));
    assert!(pages(&pdf(&document))[0].contains("(no values)"));
    let mut table = Table::new("long", &["a", "b"]);
    table.row(["x".to_owned(), "word ".repeat(4000)]);
    table.row(["short"]);
    table.row(["a", "b", "beyond"]);
    let mut document = Document::new("t", "");
    document.table(table);
    let pages = pages(&pdf(&document));
    let words: usize = pages.iter().map(|p| p.matches("word").count()).sum();
    assert!(pages.len() > 2 && words == 4000);
    assert!(!pages.concat().contains("(beyond)"));
}

#[test]
fn text_stays_within_the_margins_whatever_its_words() {
    let mut table = Table::new("wide", &["a", "#b", "#c", "#d", "#e", "#f", "#g", "#h", "#i"]);
    table.row((0..9).map(|_| "1\u{a0}234\u{a0}567\u{a0}890\u{a0}CNY\u{a0}a\u{a0}year".to_owned()));
    let mut document = Document::new("w".repeat(300), "m".repeat(300));
    document.paragraph("W".repeat(500)).table(table).callout("q".repeat(200), ["M".repeat(200)]);
    document.heading(2, "h", "H".repeat(200));
    let pages = pages(&pdf(&document));
    for line in pages.iter().flat_map(|p| p.lines()).filter(|l| l.ends_with("Tm")) {
        let x: f64 = line.split(' ').nth(4).unwrap().parse().unwrap();
        assert!((57.0..538.0).contains(&x), "{line}");
    }
}

#[test]
fn a_heading_never_stands_at_the_foot_of_a_page() {
    for lines in 38..52 {
        let mut document = Document::new("t", "");
        for _ in 0..lines {
            document.paragraph("one line");
        }
        document.heading(2, "h", "Heading").paragraph("What follows");
        let pages = pages(&pdf(&document));
        let of = |text: &str| pages.iter().position(|p| p.contains(&format!("({text})"))).unwrap();
        assert_eq!(of("Heading"), of("What follows"), "{lines}");
        let page = &pages[of("Heading")];
        assert!(foot(page, "Heading") > foot(page, "What follows"));
        assert!(foot(page, "What follows") > 60.0);
    }
}

#[test]
fn a_figure_stands_on_one_page_with_its_caption_and_shrinks_if_it_must() {
    for lines in [0, 20, 35, 40] {
        let mut document = Document::new("t", "");
        for _ in 0..lines {
            document.paragraph("one line");
        }
        let mut scene = Scene::new(480.0, 1500.0);
        scene.text((0.0, 10.0), Label::new("top", 8.0));
        scene.text((0.0, 1490.0), Label::new("end", 8.0));
        document.figure(Figure { caption: "cap".into(), scene, ..Figure::default() });
        let pages = pages(&pdf(&document));
        let of = |text: &str| pages.iter().position(|p| p.contains(&format!("({text})"))).unwrap();
        assert_eq!((of("top"), of("top")), (of("end"), of("cap")), "{lines}");
    }
}

#[test]
fn page_and_pdf_draw_the_same_scene() {
    let mut scene = Scene::new(480.0, 100.0);
    scene.line([(0.0, 0.0), (10.0, 20.0)], Stroke::new(Ink::Record, 1.5).dashed(3.0, 2.0));
    scene.rect([5.0, 5.0, 10.0, 10.0], Ink::Nth(1).at(0.5), None);
    let mut document = Document::new("t", "");
    document.figure(Figure { scene, alt: "lines".into(), ..Figure::default() });
    let page = html(&document);
    assert!(page.contains("<path d=\"M0 0L10 20\"") && page.contains("stroke-dasharray=\"3 2\""));
    let file = pdf(&document);
    let drawn = &pages(&file)[0];
    assert!(drawn.contains("/O50 gs") && drawn.contains("[3 2] 0 d"));
    assert!(String::from_utf8_lossy(&file).contains("/Alt (lines)"));
}

/// Charts that have nothing to draw, or only what cannot be drawn.
fn hollow(value: f64) -> Vec<Drawing> {
    let spread = chart::Spread { q05: value, q25: value, q50: value, q75: value, q95: value };
    let policy = chart::Policy { name: "p".into(), months: vec![spread; 3] };
    let (start, mark) = ("2026-01".parse().unwrap(), None);
    let (title, unit) = (String::from("t"), String::from("u"));
    let fan = |policies| chart::Fan { title: "t".into(), unit: "u".into(), start, mark, policies };
    let step = chart::Step { time: value, share: value, interval: Some((value, value)) };
    let curve = chart::Curve { name: "c".into(), steps: vec![step], censored: vec![value] };
    let estimate = chart::Estimate { value, interval: Some((value, value)) };
    let input = chart::Restricted { prior: (value, value), low: Some(value), ..Default::default() };
    let choice = chart::Choice { name: "x".into(), values: vec![value], shown: true };
    vec![
        chart::fan(&fan(Vec::new())),
        chart::fan(&fan(vec![policy.clone()])),
        chart::fan(&fan(vec![policy; 5])),
        chart::plane(&chart::Plane {
            points: vec![chart::Point { x: value, y: value, above: true }],
            ..Default::default()
        }),
        chart::survival(&chart::Survival { curves: vec![curve], ..Default::default() }),
        chart::heat(&chart::Heat {
            rows: vec!["r".into()],
            columns: vec!["c".into()],
            values: vec![vec![Some(value)]],
            title,
            unit,
        }),
        chart::boxes(&chart::Boxes { inputs: vec![input], ..Default::default() }),
        chart::trade(&chart::Trade {
            path: vec![(value, value)],
            chosen: Some(7),
            base: Some(value),
            ..Default::default()
        }),
        chart::bars(&chart::Bars {
            bars: vec![chart::Bar { name: "b".into(), values: vec![estimate] }],
            ..Default::default()
        }),
        chart::parallel(&chart::Parallel {
            dimensions: vec![chart::Dimension::default()],
            choices: vec![choice],
            ..Default::default()
        }),
        chart::rows(&chart::Rows {
            rows: vec![chart::Row::new("r", value, Some((value, value)))],
            ..Default::default()
        }),
    ]
}

#[test]
fn a_chart_without_values_says_so() {
    for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for drawing in hollow(value) {
            assert!(drawing.alt.ends_with("no values."), "{}", drawing.alt);
            assert!(drawing.scene.svg("").contains("no values"));
        }
    }
    let map = chart::map(&chart::Map::default());
    assert!(map.alt.ends_with("no values."));
}

#[test]
fn extreme_values_give_pictures_without_what_is_not_a_number() {
    for value in [0.0, 1.0, -3.5, 1e-12, 1e15, -1e15] {
        let mut document = Document::new("t", "");
        for drawing in hollow(value) {
            document.figure(drawing.figure("", "c"));
        }
        let page = html(&document);
        assert!(!page.contains("NaN") && !page.contains("inf\"") && !page.contains("inf "));
        assert!(pdf(&document).len() > 1000);
    }
}

#[test]
fn every_chart_names_its_unit_and_tells_itself_in_words_and_figures() {
    let document = demo::document();
    let page = html(&document);
    let figures = page.matches("<figure").count();
    assert_eq!(figures, 13);
    assert_eq!(page.matches("The figure in numbers").count(), figures);
    assert_eq!(page.matches("role=\"img\" aria-label=\"").count(), figures);
    for unit in ["t REO a month", "million CNY", "months since it began", "CNY per tonne"] {
        assert!(page.contains(unit), "{unit}");
    }
    assert!(page.contains("Schematic: not to scale"));
}

#[test]
fn bookmarks_follow_the_headings() {
    let file = pdf(&demo::document());
    let text = String::from_utf8_lossy(&file).into_owned();
    for heading in ["The answer in one page", "When does it fail?", "To do it again"] {
        assert!(text.contains(&format!("/Title ({heading})")), "{heading}");
    }
    assert!(text.contains("/StructTreeRoot") && text.contains("/S /TH"));
}
