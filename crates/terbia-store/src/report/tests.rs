//! Does the page show what it is given, and nothing that it is not?

use super::*;
use crate::report::text::cut;
use crate::view::Follows;
use std::path::Path;
use terbia_lab::check::{CriterionResult, SeedResult};
use terbia_model::kernel::param::{Grade, Prior};
use terbia_model::outcome::Scalar;

/// What must never reach the page as it is.
const EVIL: &str = "<script>alert('x & \"y\"')</script>";
const MONTHS: usize = 192;

struct Made {
    columns: Vec<Column>,
    fans: Vec<Vec<Band>>,
    years: Vec<Vec<Year>>,
    observed: Vec<Vec<Observed>>,
    share: Share,
    after: Option<After>,
    stability: Option<Stability>,
    rows: Vec<ScoreRow>,
    patterns: Vec<PatternResult>,
    numbers: Vec<Definition>,
    events: Vec<Event>,
    run: Identity,
}

fn after(follows: Follows) -> After {
    After { end: "2025-05".parse().unwrap(), follows }
}

fn start() -> Month {
    "2017-01".parse().unwrap()
}

/// A made-up outcome with seasons, a closure and a fan that opens.
fn bands(level: f64, wave: f64) -> Vec<Band> {
    let band = |i: usize| {
        let t = i as f64 / 12.0;
        let season = 1.0 - wave * (std::f64::consts::TAU * t).cos().max(0.0);
        let shut = if (95..99).contains(&i) { 0.2 } else { 1.0 };
        let mid = level * (1.0 + 0.12 * t) * season * shut;
        let open = 0.1 + 0.015 * t;
        let at = |z: f64| mid * (z * open).exp();
        Band { q05: at(-1.64), q25: at(-0.67), q50: mid, q75: at(0.67), q95: at(1.64) }
    };
    (0..MONTHS).map(band).collect()
}

fn yearly(fan: &[Band], sum: bool) -> Vec<Year> {
    let year = |(i, months): (usize, &[Band])| {
        let of = |q: fn(&Band) -> f64| {
            let total: f64 = months.iter().map(q).sum();
            if sum { total } else { total / months.len() as f64 }
        };
        let band = Band {
            q05: of(|b| b.q05),
            q25: of(|b| b.q25),
            q50: of(|b| b.q50),
            q75: of(|b| b.q75),
            q95: of(|b| b.q95),
        };
        Year { year: 2017 + i as i32, months: months.len(), band }
    };
    fan.chunks(12).enumerate().map(year).collect()
}

fn column(name: &str, unit: &'static str, doc: &str, scalar: Scalar) -> Column {
    Column { name: name.into(), unit, doc: doc.into(), module: "mine", scalar }
}

fn columns() -> Vec<(Column, f64)> {
    vec![
        (column("output_t", "t gross", "Product mined in the month", Scalar::Sum), 2_000.0),
        (column("sites_total", "sites", "Mining sites that exist", Scalar::Last), 130.0),
        (column("exports_t", "t gross", "Product that reached the buyer", Scalar::Sum), 2_100.0),
        (
            column("price_cny_per_kg.xx", "CNY/kg", "Price of the oxide: Exium", Scalar::Mean),
            1_900.0,
        ),
        (
            column("price_cny_per_kg.zz", "CNY/kg", "Price of the oxide: Zedium", Scalar::Mean),
            7_200.0,
        ),
        (
            column(
                "levy_revenue_usd.north",
                "USD",
                "Levies that reached the holder: Northern Council",
                Scalar::Sum,
            ),
            3e6,
        ),
        (
            column(
                "levy_revenue_usd.none",
                "USD",
                "Levies that reached the holder: <Nobody> & sons",
                Scalar::Sum,
            ),
            0.0,
        ),
        (column("import_share", "1", "Share in the buyer's imports", Scalar::Mean), 0.3),
        (
            column(
                "cover_months.xx",
                "months",
                "The buyer's stock in months of demand: Exium",
                Scalar::Last,
            ),
            2.5,
        ),
        (column("fx_cny_per_usd", "CNY/USD", "Exchange rate", Scalar::Mean), 6.8),
        (column("gate_open_share", "1", "Share of capacity that was open", Scalar::Mean), 0.5),
        (column("truce", "1", "Whether a truce holds: 1 if it does", Scalar::Mean), 1.0),
        (column("closure_cause", "1", "Why the way is shut", Scalar::Last), 1.0),
    ]
}

fn record() -> Vec<Observed> {
    let one = |id: &str, from: &str, to: &str, value, low, high| Observed {
        id: id.into(),
        from: Some(from.parse().unwrap()),
        to: Some(to.parse().unwrap()),
        value,
        low,
        high,
        source: "S001 <b>".into(),
    };
    let mut all = vec![
        one("T1", "2018-01", "2018-12", Some(26_000.0), Some(24_000.0), Some(27_000.0)),
        one("T2", "2020-01", "2020-12", Some(35_700.0), None, None),
        one("T3", "2023-01", "2023-12", Some(41_700.0), None, None),
        one("T4", "2021-05", "2021-05", Some(2_345.0), Some(2_000.0), Some(2_900.0)),
        one("T5", "2022-03", "2022-03", None, Some(1_500.0), None),
        one("T6", "2022-09", "2022-09", None, None, Some(3_900.0)),
        one("T7", "2011-01", "2011-12", Some(9.0), None, None),
    ];
    for m in 1..=12 {
        let month = format!("2024-{m:02}");
        all.push(one("T9", &month, &month, Some(2_800.0 + 190.0 * f64::from(m % 5)), None, None));
    }
    all
}

fn row(i: usize) -> ScoreRow {
    let x = i as f64;
    let (observed, low, high) = match i % 4 {
        0 => (Some(41_700.0 + x), Some(40_000.0), Some(43_000.0)),
        1 => (None, Some(300.0), None),
        2 => (Some(1.4e9), None, None),
        _ => (Some(-12.5), None, Some(3.0)),
    };
    let median = observed.or(low).map(|o| o * (0.7 + 0.06 * x));
    let inside = [Some(true), Some(false), None][i % 3];
    ScoreRow {
        id: format!("F{:02}", i + 1),
        kind: "fact".into(),
        group: "facts".into(),
        title: "Exports of the year as customs print them".into(),
        period: String::new(),
        observed,
        low,
        high,
        median,
        q05: median.map(|m| m - 0.2 * m.abs()),
        q95: median.map(|m| m + 0.25 * m.abs()),
        inside,
        crps: inside.map(|_| 12.3456),
        unit: ["t gross", "sites", "USD", "percent"][i % 4].into(),
        source: "S001 T0097".into(),
        note: if i == 3 { EVIL.into() } else { String::new() },
    }
}

/// Facts, two series, and figures that are not compared.
fn rows() -> Vec<ScoreRow> {
    let of = |i: usize, kind: &str, group: &str| ScoreRow {
        id: format!("T{i:04}"),
        kind: kind.into(),
        group: group.into(),
        period: "2019-01 to 2019-12".into(),
        ..row(i)
    };
    let mut rows: Vec<ScoreRow> = (0..18).map(row).collect();
    rows.push(of(30, "series", "exports-oxide"));
    rows.extend((31..39).map(|i| of(i, "series-bound", EVIL)));
    rows.push(ScoreRow { inside: None, note: EVIL.into(), ..of(40, "context", "context") });
    rows
}

fn pattern(id: &str, held: Option<bool>) -> PatternResult {
    let seed = |seed| SeedResult {
        seed,
        criteria: vec![CriterionResult {
            id: format!("{id}-fall"),
            expected: [-0.48, f64::INFINITY],
            observed: Some(-0.33),
            median: Some(-0.21),
            q05: Some(-0.4),
            q95: Some(0.1),
            share_inside: Some(0.873),
            runs: 200,
            held: held == Some(true) || seed == 1,
        }],
    };
    PatternResult {
        id: id.into(),
        title: "The trough of the rainy season".into(),
        held,
        reason: held.is_none().then(|| "no river in this corridor".into()),
        seeds: [1, 2, 3].map(seed).into(),
    }
}

fn number(i: usize) -> Definition {
    Definition {
        path: format!("mine.number_{i}"),
        doc: "What a site of the usual size yields in its first full year of work".into(),
        unit: "t REO".into(),
        value: 12.5 * (i + 1) as f64,
        low: 5.0,
        high: 400.0,
        prior: Prior::Triangular,
        grade: [Grade::A, Grade::C, Grade::D][i % 3],
        source: vec!["A-001".into(), "T0097".into()],
    }
}

fn events() -> Vec<Event> {
    let dates = [
        "2017-01-01",
        "2018-11-03",
        "2019-02-14",
        "2019-05-15",
        "2019-12-16",
        "2021-02-01",
        "2021-03-15",
        "2021-07-15",
        "2021-12-28",
        "2022-04-01",
        "2022-10-01",
        "2023-07-14",
        "2023-08-01",
        "2023-09-04",
        "2024-03-25",
        "2024-06-01",
        "2024-08-18",
        "2024-09-15",
        "2024-10-02",
        "2024-10-18",
        "2024-10-22",
        "2024-11-02",
        "2024-12-13",
        "2025-03-27",
    ];
    let event = |(i, from): (usize, &str)| Event {
        from: from.parse().unwrap(),
        until: (i % 2 == 0).then(|| "2026-01-01".parse().unwrap()),
        kind: ["gate", "control", "levy"][i % 3].into(),
        doc: if i == 4 {
            EVIL.into()
        } else {
            "The buyer shuts its side of the upper gate to product and to reagents after a dispute."
                .into()
        },
    };
    dates.into_iter().enumerate().map(event).collect()
}

impl Made {
    fn new() -> Self {
        let (columns, levels): (Vec<Column>, Vec<f64>) = columns().into_iter().unzip();
        let wave = |c: &Column| if c.name.starts_with("fx") { 0.02 } else { 0.45 };
        let fans: Vec<Vec<Band>> =
            columns.iter().zip(levels).map(|(c, l)| bands(l, wave(c))).collect();
        let years =
            columns.iter().zip(&fans).map(|(c, f)| yearly(f, c.scalar == Scalar::Sum)).collect();
        let observed =
            columns.iter().map(|c| if c.name == "exports_t" { record() } else { Vec::new() });
        Self {
            observed: observed.collect(),
            share: Share {
                months: (0..MONTHS).map(|i| (i as f64 / 100.0 - 1.0).clamp(0.0, 0.8)).collect(),
                years: (0..MONTHS / 12).map(|i| i as f64 / 20.0).collect(),
            },
            after: Some(after(Follows::Model)),
            stability: Some(Stability::example()),
            years,
            fans,
            rows: rows(),
            patterns: vec![pattern("P1", Some(true)), pattern("P2", None), pattern("P3", Some(false))],
            numbers: (0..30).map(number).collect(),
            events: events(),
            run: Identity {
                diverged: 3,
                members: 1000,
                seed: 1,
                scenario: "replay".into(),
                scenario_title: "The record, and the status quo after it".into(),
                start: "2017-01".into(),
                until: "2032-12".into(),
                months: MONTHS,
                sets: vec![("levy.rate".into(), 2.5)],
                version: "0.1.0".into(),
                corridor_sha256: "0123456789abcdef".repeat(4),
                command: "terbia run upland --scenario replay --members 1000 --seed 1 --set levy.rate=2.5".into(),
            },
            columns,
        }
    }

    fn charts(&self) -> Vec<Chart<'_>> {
        let chart = |i: usize| Chart {
            column: &self.columns[i],
            start: start(),
            fan: &self.fans[i],
            years: &self.years[i],
            share: (self.columns[i].name == "truce").then_some(&self.share),
            observed: &self.observed[i],
        };
        (0..self.columns.len()).map(chart).collect()
    }

    fn page(&self) -> String {
        html(&Report {
            corridor: "The Upland Corridor",
            question: "Who gains when the upper gate shuts, and for how long?",
            run: &self.run,
            after: self.after,
            stability: self.stability.as_ref(),
            events: &self.events,
            charts: &self.charts(),
            scores: &self.rows,
            patterns: &self.patterns,
            numbers: &self.numbers,
        })
    }
}

/// Checks that every tag is closed in its turn; returns the number of elements by name.
fn well_formed(markup: &str, void: &[&str]) -> std::collections::BTreeMap<String, usize> {
    let mut open: Vec<String> = Vec::new();
    let mut seen = std::collections::BTreeMap::new();
    let mut rest = markup;
    while let Some(at) = rest.find('<') {
        assert!(
            !rest[..at].contains('>') || open.last().is_some_and(|t| t == "style"),
            "{}",
            cut(rest, 80)
        );
        let end = at + rest[at..].find('>').expect("a tag ends");
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name), "before {}", cut(rest, 80));
        } else if !tag.starts_with('!') {
            let name = tag.trim_end_matches('/').split_whitespace().next().unwrap();
            *seen.entry(name.to_owned()).or_default() += 1;
            if !tag.ends_with('/') && !void.contains(&name) {
                open.push(name.into());
            }
        }
    }
    assert!(open.is_empty(), "{open:?}");
    seen
}

#[test]
fn the_page_is_whole_and_every_chart_has_its_table() {
    let made = Made::new();
    let page = made.page();
    let seen = well_formed(&page, &["meta", "br"]);
    // One outcome is zero throughout and one is a code: they are told in words and in a table.
    let charts = made.columns.len() - 2;
    assert_eq!(seen["figure"], charts);
    assert_eq!(page.matches("<svg xmlns").count(), charts);
    assert_eq!(page.matches("<summary>Table of the years").count(), charts);
    assert_eq!(seen["table"], seen["caption"]);
    assert_eq!(page.matches("role=\"img\" aria-labelledby").count(), charts);
    assert_eq!((seen["h1"], seen["main"]), (1, 1));
    assert!(page.contains("so not drawn: Levy revenue: &lt;Nobody&gt; &amp; sons: 0 USD."));
    assert!(page.len() < 1_000_000);
}

#[test]
fn the_end_of_the_record_is_marked_and_what_follows_is_said() {
    let mut made = Made::new();
    for (follows, mark, words) in [
        (
            Follows::Model,
            "after May\u{a0}2025: the model decides",
            "From then on the model decides",
        ),
        (
            Follows::Scenario,
            "after May\u{a0}2025: only the scenario",
            "only what the scenario says",
        ),
        (Follows::Nothing, "after May\u{a0}2025: no events", "the status quo goes on"),
    ] {
        made.after = Some(after(follows));
        let page = made.page();
        // Drawn once for all charts that have the same months.
        assert_eq!(page.matches(mark).count(), 1, "{mark}");
        assert!(page.contains(words), "{words}");
        let uses = page.matches("<use href=\"#under\"/>").count();
        assert_eq!(uses, page.matches("<svg xmlns").count());
        assert!(fan_svg(&made.charts()[2], &[], made.after).contains(mark));
    }
}

#[test]
fn what_holds_or_does_not_is_drawn_as_a_share_of_the_runs() {
    let made = Made::new();
    let page = made.page();
    let chart = page.split("<h3>A truce holds</h3>").nth(1).unwrap();
    let chart = chart.split("</figure>").next().unwrap();
    assert!(chart.contains(">% of runs</text>") && chart.contains("href=\"#lgs\""), "{chart}");
    assert!(!chart.contains("class=\"b90\"") && !chart.contains("1 if it does"));
    assert!(chart.contains("<th scope=\"row\">2027</th><td>50</td>"), "{chart}");
}

#[test]
fn what_the_model_decided_is_told_before_the_charts() {
    let mut made = Made::new();
    let page = made.page();
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}"));
    assert!(
        at("id=\"about\"") < at("id=\"decided\"") && at("id=\"decided\"") < at("id=\"part-0\"")
    );
    for text in [
        "a levy that buyers refuse",
        "who holds the mines is contested",
        "<strong>60\u{a0}%</strong> of the runs more revenue",
        "<span class=\"s4\">100</span>",
        "<td>&lt;\u{202f}1</td>",
    ] {
        assert!(page.contains(text), "{text}");
    }
    assert!(!page.contains("<Upland>"));
    made.stability = None;
    assert!(!made.page().contains("id=\"decided\""));
}

#[test]
fn nothing_from_outside_becomes_markup_or_is_fetched() {
    let page = Made::new().page();
    assert!(!page.contains("<script") && !page.contains("S001 <b>"));
    assert!(page.contains("&lt;script&gt;alert(&#39;x &amp; &quot;y&quot;&#39;)&lt;/script&gt;"));
    for address in ["http:", "https:", "url(", "@import", "src="] {
        let page = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!page.contains(address), "{address}");
    }
}

#[test]
fn ids_are_unique_and_links_lead_somewhere() {
    let page = Made::new().page();
    let all = |start: &str| -> Vec<String> {
        let parts = page.split(start).skip(1);
        parts.map(|p| p.split('"').next().unwrap().to_owned()).collect()
    };
    let mut ids = all(" id=\"");
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
    for link in all("href=\"#") {
        assert!(ids.contains(&link), "{link}");
    }
    for label in all("aria-labelledby=\"").iter().flat_map(|l| l.split(' ')) {
        assert!(ids.iter().any(|id| id == label), "{label}");
    }
}

#[test]
fn failures_come_first() {
    let page = Made::new().page();
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text}"));
    assert!(at("3 of 1\u{202f}000\u{a0}runs diverged") < at("id=\"about\""));
    assert!(at("6 outside, 6 not scored, 6 inside") < at("id=\"part-0\""));
    assert!(at(">F02</th>") < at(">F03</th>") && at(">F03</th>") < at(">F01</th>"));
    assert!(at(">P3</th>") < at(">P2</th>") && at(">P2</th>") < at(">P1</th>"));
    assert!(at("Grade D") < at("Grade C"));
    assert!(page.contains("1 of 3 held; shown: seed 2"));
    let mut made = Made::new();
    made.run.diverged = 0;
    assert!(!made.page().contains("class=\"alarm\""));
}

#[test]
fn charts_come_in_the_order_of_the_question() {
    let page = Made::new().page();
    let mut last = 0;
    for heading in [
        "Exports",
        "Share of the buyer’s imports",
        "Price: Exium",
        "Price: Zedium",
        "Stock cover: Exium",
        "Mining sites",
        "Product mined",
        "Exchange rate",
        "Levy revenue: Northern Council",
        "A truce holds",
        "Open share of the gates",
    ] {
        let at = page.find(&format!("<h3>{heading}</h3>")).unwrap_or_else(|| panic!("{heading}"));
        assert!(at > last, "{heading}");
        last = at;
    }
}

#[test]
fn a_sum_over_a_year_is_drawn_at_its_monthly_average() {
    let made = Made::new();
    let chart = made.charts()[2];
    let svg = fan_svg(&chart, &made.events, None);
    // 41,700 over 12 months: 3,475 a month, on an axis from 0.
    let bar = svg
        .split("T3: 41\u{202f}700 t gross, Jan\u{a0}2023 to Dec\u{a0}2023</title>")
        .nth(1)
        .unwrap();
    let y: f64 = bar
        .split("d=\"M")
        .nth(1)
        .unwrap()
        .split('H')
        .next()
        .unwrap()
        .rsplit(' ')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let tick = |label: &str| -> f64 {
        let before = svg.split(&format!(">{label}</text>")).next().unwrap();
        before.rsplit("y=\"").next().unwrap().trim_end_matches('"').parse::<f64>().unwrap() - 4.0
    };
    let (zero, high) = (tick("0"), tick("2\u{202f}000"));
    let value = 2_000.0 * (zero - y) / (zero - high);
    assert!((value - 3_475.0).abs() < 15.0, "{value}");
    assert!(!svg.contains("T7:"), "it lies before the chart, and stands in the table");
}

#[test]
fn a_picture_alone_is_well_formed_and_light() {
    let made = Made::new();
    let svg = fan_svg(&made.charts()[2], &made.events, Some(after(Follows::Nothing)));
    well_formed(&svg, &[]);
    assert!(!svg.contains("var(--") && svg.contains("class=\"paper\""));
    assert!(svg.contains("&lt;script&gt;"));
}

#[test]
fn empty_and_broken_input_still_makes_a_page() {
    let mut made = Made::new();
    let gap = Band { q05: f64::NAN, q25: f64::NAN, q50: f64::NAN, q75: f64::NAN, q95: f64::NAN };
    made.fans[2][40] = gap;
    made.fans[3] = vec![gap; MONTHS];
    made.fans[4] = Vec::new();
    made.years[3] = Vec::new();
    made.events.clear();
    let page = made.page();
    well_formed(&page, &["meta"]);
    assert!(!page.contains("NaN") && !page.contains(">inf"));
    let run = Identity::default();
    let empty = html(&Report {
        corridor: "",
        question: "",
        run: &run,
        after: None,
        stability: None,
        events: &[],
        charts: &[],
        scores: &[],
        patterns: &[],
        numbers: &[],
    });
    well_formed(&empty, &["meta"]);
}

#[test]
fn the_page_can_be_looked_at() {
    let made = Made::new();
    let dir = std::env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"),
        std::path::PathBuf::from,
    );
    let dir = dir.join("report");
    std::fs::create_dir_all(&dir).unwrap();
    std::fs::write(dir.join("report.html"), made.page()).unwrap();
    let svg = fan_svg(&made.charts()[2], &made.events, Some(after(Follows::Nothing)));
    std::fs::write(dir.join("fan.svg"), svg).unwrap();
}
