//! What does a document look like that uses every block and every chart? All of it is made up.

use terbia_store::paper::chart::{
    self, Bar, Bars, Better, Boxes, Choice, Curve, Dimension, Edge, Estimate, Fan, Heat, Kind, Map,
    Measure, Node, Parallel, Plane, Policy, Restricted, Row, Rows, Spread, Step, Survival, Trade,
    Way,
};
use terbia_store::paper::{Document, Table, Words};

/// A number between 0 and 1 that looks like chance and is the same each time.
fn noise(n: u32) -> f64 {
    let mut x = n.wrapping_mul(2_654_435_761).wrapping_add(12_345);
    x ^= x >> 15;
    x = x.wrapping_mul(2_246_822_519);
    x ^= x >> 13;
    f64::from(x % 100_000) / 100_000.0
}

/// The document.
pub(crate) fn document() -> Document {
    let mut out = Document::new(
        "Who gains if the Lower Gate stays open?",
        "Five policies for the Amber corridor, compared in 2 000 runs each, January 2026 to December 2031",
    );
    out.running = "Who gains if the Lower Gate stays open?".into();
    out.creator = "terbia 0.1.0".into();
    answer(&mut out);
    policies(&mut out);
    vulnerable(&mut out);
    weights(&mut out);
    choice(&mut out);
    ground(&mut out);
    method(&mut out);
    out
}

fn answer(out: &mut Document) {
    out.heading(1, "answer", "The answer in one page");
    out.paragraph(
        Words::new()
            .strong("The road gains most, the mines hardly. ")
            .plain("Where the gate stays open all year, the levy on the road rises by ")
            .strong("31 million a year")
            .plain(" (90 % of the runs: −4 to 62 million), while supply changes by less than 3 %. See ")
            .refer("difference")
            .plain(", ")
            .refer("months")
            .plain(" and, for what would have to be true, ")
            .link("the box that explains the failures", "box")
            .plain("."),
    );
    out.list([
        Words::new().strong("Do ").plain("agree on opening hours before the dry season: it costs little and helps in 8 of 10 runs."),
        Words::new().strong("Do not ").plain("count on the truce: half of all truces end within ").strong("7 months").plain(" (").refer("truces").plain(")."),
        Words::new().plain("Ask first for ").emphasis("what the gate-keepers are paid").plain(": knowing it is worth more than all other data together (").refer("worth").plain(")."),
    ]);
    out.callout(
        "What this cannot say",
        [
            Words::from("Whether any of the parties would agree. The model has no factions within a party, and no leader who changes his mind."),
            Words::new().plain("Anything about single sites. Places are townships or larger. Shares are shares of ").emphasis("runs").plain(", no forecasts: see ").refer("method").plain("."),
        ],
    );
    out.heading(2, "how", "How to read this");
    out.steps([
        "Read the page above; it has all that is needed to decide.",
        "Look at the figures that it names. Each says in its caption what to see.",
        "Look up in the tables what you want to quote, with its interval and the note under the table.",
    ]);
}

fn spreads(level: f64, slope: f64, shock: f64) -> Vec<Spread> {
    (0..72)
        .map(|m| {
            let t = f64::from(m);
            let dip = if (30..40).contains(&m) { shock } else { 0.0 };
            let middle = level + slope * t + dip + 60.0 * noise(m as u32) - 30.0;
            let wide = 90.0 + 9.0 * t;
            let at = |k: f64| (middle + k * wide).max(0.0);
            Spread { q05: at(-0.9), q25: at(-0.35), q50: at(0.0), q75: at(0.4), q95: at(1.1) }
        })
        .collect()
}

fn fans(names: &[&str]) -> Fan {
    let policy = |(n, name): (usize, &&str)| Policy {
        name: (*name).into(),
        months: spreads(900.0 + 60.0 * n as f64, 4.0 - 2.5 * n as f64, -420.0 + 140.0 * n as f64),
    };
    Fan {
        title: "Supply at the far side".into(),
        unit: "t REO a month".into(),
        start: "2026-01".parse().unwrap(),
        mark: Some(("2026-08".parse().unwrap(), "record ends")),
        policies: names.iter().enumerate().map(policy).collect(),
    }
}

fn policies(out: &mut Document) {
    out.heading(1, "policies", "What the policies do");
    out.paragraph(
        "The bands hold the middle 50 % and 90 % of the runs; the line is the median. Where bands overlap, \
         either policy can come out ahead: what counts is the difference within the same run.",
    );
    out.figure(chart::fan(&fans(&["No policy", "Gate open all year"])).figure(
        "months",
        "Supply by month under two policies. From 2028 on the open gate keeps supply up through the dry season.",
    ));
    out.figure(
        chart::fan(&fans(&[
            "No policy",
            "Gate open all year",
            "Lower levy",
            "Longer truce",
            "Licences on both sides",
        ]))
        .figure(
            "panels",
            "The same for all five policies; thin lines are the medians of the others.",
        ),
    );
    let row =
        |name: &str, value: f64, low: f64, high: f64| Row::new(name, value, Some((low, high)));
    out.figure(
        chart::rows(&Rows {
            title: "Revenue of the road, change against no policy".into(),
            unit: "CNY".into(),
            left: "the road loses".into(),
            right: "the road gains".into(),
            rows: vec![
                row("Gate open all year", 31e6, -4e6, 62e6),
                row("Lower levy", -18e6, -33e6, -6e6),
                row("Longer truce", 6.5e6, 1.2e6, 14e6),
                row("Licences on both sides, with a joint committee of inspectors", 2.4e6, -9e6, 12e6),
            ],
        })
        .figure("difference", "Difference to the same run without the policy, mean of 2026 to 2031, with 90 % intervals. A ring: the sign is open."),
    );
    let mut table = Table::new(
        "Outcomes by policy, medians of 2031 with the 90 % interval",
        &[
            "Policy",
            "#Supply, t REO a year",
            "#Levy, million CNY",
            "#Months shut",
            "What stands behind it",
        ],
    )
    .called("outcomes");
    for (i, name) in
        ["No policy", "Gate open all year", "Lower levy", "Longer truce", "Licences on both sides"]
            .iter()
            .enumerate()
    {
        table.row([
            Words::from(*name),
            Words::from(format!("{} ({}–{})", 11_400 + 310 * i, 8_100 + 200 * i, 15_900 + 420 * i)),
            Words::from(format!("{} (−{} to {})", 212 + 7 * i, 3 * i + 1, 260 + 9 * i)),
            Words::from(format!("{}", 4 - i.min(3))),
            Words::new()
                .plain("Assumption on ")
                .code("gate.shut_after_months")
                .plain("; see ")
                .refer("weights")
                .plain("."),
        ]);
    }
    table.note("Intervals hold 90 % of the runs. Supply ≥ 0 by construction; µ and σ of the priors are in the corridor's files.");
    out.table(table);
}

fn vulnerable(out: &mut Document) {
    out.heading(1, "vulnerable", "When does it fail?");
    let points = (0..2000)
        .map(|n| {
            let a = noise(n) + noise(n + 50_000);
            let b = noise(n + 100_000) + noise(n + 150_000) + 0.4 * a;
            let above = b - 0.3 * a + 0.4 * noise(n + 200_000) > 1.3;
            chart::Point { x: 12.0 * a, y: 100.0 * b, above }
        })
        .collect();
    let plane = Plane {
        title: "Net restraint".into(),
        across: Measure::new("What an attack brings", "million CNY a month"),
        up: Measure::new("What peace brings", "thousand CNY a month"),
        points,
        region: Some(chart::Region { across: (None, Some(14.0)), up: (Some(120.0), None) }),
        above: "restraint pays".into(),
        below: "attack pays".into(),
    };
    out.figure(chart::plane(&plane).figure(
        "plane",
        "Each run in June 2028. Within the frame restraint mostly pays more than attack.",
    ));
    let few = Plane {
        points: plane.points[..120].to_vec(),
        title: "Net restraint, 120 runs".into(),
        ..plane
    };
    out.figure(chart::plane(&few).figure("few", "The same for few runs: each is a point."));
    let curve = |name: &str, rate: f64, n: u32| Curve {
        name: name.into(),
        steps: (1..=n)
            .map(|i| {
                let time = f64::from(i * 36 / n);
                let share = (-rate * time).exp();
                let wide = 0.03 + 0.004 * time;
                Step {
                    time,
                    share,
                    interval: Some(((share - wide).max(0.0), (share + wide).min(1.0))),
                }
            })
            .collect(),
        censored: vec![9.0, 17.5, 30.0],
    };
    out.figure(
        chart::survival(&Survival {
            title: "Truces".into(),
            unit: "months".into(),
            curves: vec![curve("Without a monitor", 0.099, 18), curve("With a monitor", 0.045, 12)],
        })
        .figure("truces", "Share of truces that still hold, with 90 % intervals (Kaplan and Meier). Ticks: truces that were not seen to end."),
    );
    let input = |name: &str,
                 unit: &str,
                 prior: (f64, f64),
                 low: Option<f64>,
                 high: Option<f64>,
                 note: &str| Restricted {
        name: name.into(),
        unit: unit.into(),
        prior,
        low,
        high,
        note: note.into(),
    };
    out.figure(
        chart::boxes(&Boxes {
            title: "Supply falls below 6 000 t REO".into(),
            inputs: vec![
                input("Levy on the road", "CNY per tonne", (2_000.0, 35_000.0), Some(21_500.0), None, "p < 0.001"),
                input("Months until a gate is opened again", "months", (1.0, 18.0), Some(7.0), Some(8.5), "p = 0.02"),
                input("Share of the ore that leaves by the other road, which nobody watches", "percent", (0.0, 60.0), None, Some(22.0), "p = 0.04"),
                input("Price", "USD", (1.2e7, 4.8e7), Some(1.4e7), Some(4.4e7), ""),
            ],
        })
        .figure("box", "All four together: 81 % of the runs in this box fail, and 62 % of all that fail lie in it."),
    );
    out.figure(
        chart::trade(&Trade {
            title: "Boxes that explain the failures".into(),
            path: (0..22)
                .map(|i| {
                    (
                        1.0 - 0.045 * f64::from(i),
                        (0.23 + 0.05 * f64::from(i) - 0.0006 * f64::from(i * i)).min(0.97),
                    )
                })
                .collect(),
            chosen: Some(9),
            base: Some(0.23),
        })
        .figure("trade", "Each point is a box, smaller from right to left."),
    );
}

fn weights(out: &mut Document) {
    out.heading(1, "weights", "What weighs most");
    let names = [
        "Pay of the gate-keepers",
        "Levy on the road",
        "Months until a gate is opened again, once it has been shut for an attack",
        "Price at the far side",
        "Rain",
    ];
    let bar = |(n, name): (usize, &&str)| {
        let first = 0.42 / (n as f64 + 1.0);
        let total = first + 0.08;
        let estimate = |v: f64| Estimate { value: v, interval: Some((v - 0.04, v + 0.05)) };
        Bar { name: (*name).into(), values: vec![estimate(first), estimate(total)] }
    };
    out.figure(
        chart::bars(&Bars {
            title: "Share of the spread of supply".into(),
            unit: String::new(),
            series: vec!["alone".into(), "with all others".into()],
            bars: names.iter().enumerate().map(bar).collect(),
        })
        .figure(
            "indices",
            "Sensitivity of supply in 2031: what each number explains alone, and with all others.",
        ),
    );
    let worth = |(n, name): (usize, &&str)| {
        let value = 9.5e6 / (n as f64 * 1.6 + 1.0);
        Bar {
            name: (*name).into(),
            values: vec![Estimate { value, interval: Some((value * 0.7, value * 1.25)) }],
        }
    };
    out.figure(
        chart::bars(&Bars {
            title: "What it would be worth to know".into(),
            unit: "CNY".into(),
            series: Vec::new(),
            bars: names.iter().enumerate().map(worth).collect(),
        })
        .figure("worth", "Expected value of perfect information on each number alone."),
    );
}

fn choice(out: &mut Document) {
    out.heading(1, "choice", "What to choose");
    let names =
        ["No policy", "Gate open all year", "Lower levy", "Longer truce", "Licences on both sides"];
    let columns = [
        "As now",
        "Price falls by half",
        "Rival takes the ridge",
        "Rivers are watched",
        "No truce",
    ];
    let value = |r: usize, c: usize| {
        (r + c != 7).then(|| 14e6 * noise((r * 7 + c) as u32) * if r == c { 0.0 } else { 1.0 })
    };
    out.figure(
        chart::heat(&Heat {
            title: "Regret".into(),
            unit: "CNY".into(),
            rows: names.map(str::to_owned).into(),
            columns: columns.map(str::to_owned).into(),
            values: (0..5).map(|r| (0..5).map(|c| value(r, c)).collect()).collect(),
        })
        .figure("regret", "What a policy loses against the best policy of each scenario."),
    );
    let dimension =
        |name: &str, unit: &str, better| Dimension { name: name.into(), unit: unit.into(), better };
    let choice = |n: u32| Choice {
        name: ["Open, low levy", "Truce first", "Licences"]
            .get(n as usize / 12)
            .filter(|_| n % 12 == 5)
            .map_or_else(|| format!("choice {n}"), |s| (*s).into()),
        values: vec![
            8000.0 + 6000.0 * noise(n),
            12.0 * noise(n + 300),
            260.0 - 120.0 * noise(n),
            0.2 + 0.7 * noise(n + 900),
        ],
        shown: n % 12 == 5,
    };
    out.figure(
        chart::parallel(&Parallel {
            title: "Forty choices of which none beats another in everything".into(),
            dimensions: vec![
                dimension("Supply", "t REO a year", Better::More),
                dimension("Months the gate is shut", "months", Better::Less),
                dimension("Levy paid", "million CNY", Better::Less),
                dimension("Clean reaches", "1", Better::More),
            ],
            choices: (0..40).map(choice).collect(),
        })
        .figure(
            "pareto",
            "Three choices in colour. The levy and supply go together; clean rivers cost neither.",
        ),
    );
}

fn ground(out: &mut Document) {
    out.page_break();
    out.heading(1, "ground", "The ground");
    let node = |name: &str, kind: Kind| Node { name: name.into(), kind, at: None };
    let edge = |from: usize, to: usize, way: Way| Edge { from, to, way };
    out.figure(
        chart::map(&Map {
            title: "The Amber corridor".into(),
            nodes: vec![
                node("North Ridge", Kind::Place),
                node("Old Quarry Township", Kind::Place),
                node("Mill Bend", Kind::Place),
                node("Crossing", Kind::Place),
                node("Upper Gate", Kind::Gate),
                node("Lower Gate", Kind::Gate),
                node("Station at the ford", Kind::Station),
                node("Station at the lake", Kind::Station),
            ],
            edges: vec![
                edge(0, 3, Way::Road),
                edge(1, 3, Way::Road),
                edge(2, 5, Way::Road),
                edge(3, 4, Way::Road),
                edge(3, 5, Way::Road),
                edge(1, 6, Way::River),
                edge(2, 6, Way::River),
                edge(6, 7, Way::River),
            ],
        })
        .figure("map", "Places, gates and stations."),
    );
    let mut long = Table::new(
        "All runs that failed",
        &["Run", "#Supply, t REO", "#Levy, CNY per tonne", "Why"],
    )
    .called("runs");
    for n in 0..90_u32 {
        let why = [
            "gate shut",
            "price fell",
            "the road was cut for more than half a year, and no other was open",
        ][n as usize % 3];
        long.row([
            format!("run {n}"),
            format!("{:.0}", 5_900.0 * noise(n)),
            format!("{:.0}", 35_000.0 * noise(n + 7)),
            why.to_owned(),
        ]);
    }
    out.table(long);
}

fn method(out: &mut Document) {
    out.heading(1, "method", "How it was done");
    out.heading(2, "again", "To do it again");
    out.paragraph(
        Words::new()
            .plain("Type ")
            .code("terbia study amber.toml --seed 7")
            .plain(". The same files give the same bytes."),
    );
    out.heading(3, "signs", "Signs");
    out.paragraph("≥ and ≤, − and →, Σ, µ, σ², 10⁻⁹, CO₂, Zażółć gęślą jaźń, “quotes”, 1\u{202f}234\u{202f}567, 3.2×10⁻⁹, € 5, ½, naïve, Ω ≈ ∞.");
    out.paragraph(format!("A very long word: {}.", "unbreakable".repeat(16)));
}
