//! What is there to be seen? The figures of the report.

use super::Report;
use super::words::{capital, clause, lower, quoted};
use crate::paper::{Document, Figure, chart};
use crate::question::analysis::discovery::{Discovery, FoundBox, Limit};
use crate::question::analysis::plane::Plane;
use crate::question::analysis::sensitivity::Sensitivity;
use crate::question::analysis::survival::{Lasted, Survived};
use crate::question::analysis::value::Value;
use crate::question::analysis::{Interval, Part, Under as Analysed};
use crate::question::answer::{Row, Table, Under};
use crate::question::results::ScenarioResults;
use crate::question::sketch::{Kind, Sketch};
use crate::question::write::FANS;
use terbia_model::kernel::time::Month;

/// Curves of survival in one chart.
const CURVES: usize = 4;
/// Months before the evaluation that fans show.
const LEAD_MONTHS: i32 = 24;
/// Outcomes of the first scenario that have figures of their own; the others stand in the tables.
const OUTCOMES: usize = 6;
/// Bars of a chart.
const BARS: usize = 8;

/// Writes the part.
pub(super) fn part(document: &mut Document, report: &Report) {
    document.page_break();
    document.heading(1, "pictures", "In pictures");
    map(document, &report.results.manifest.contents.sketch);
    let scenarios = report.answer.iter().zip(&report.analysis.scenarios);
    for (n, ((under, analysed), results)) in scenarios.zip(&report.results.scenarios).enumerate() {
        document.heading(2, format!("pictures-{}", under.scenario), capital(&under.label));
        plane(document, report, analysed, results);
        for survived in &analysed.survival {
            survival(document, report, analysed, survived);
        }
        // Later scenarios are told by what is asked first; all else of them stands in the tables.
        differences(document, report, under, if n == 0 { OUTCOMES } else { 1 });
        regrets(document, report, analysed);
        fans(document, report, under, if n == 0 { OUTCOMES } else { 1 });
        for (n, found) in analysed.discovery.iter().enumerate() {
            boxes(document, report, analysed, (n, found));
        }
        if let Some(Part::Found(value)) = &analysed.value {
            worth(document, report, analysed, value);
        }
    }
    if let Some(Part::Found(found)) = &report.analysis.sensitivity {
        deciding(document, report, found);
    }
}

fn map(document: &mut Document, sketch: &Sketch) {
    if sketch.ways.is_empty() {
        return;
    }
    let kind = |kind: Kind| match kind {
        Kind::Place => chart::Kind::Place,
        Kind::Gate => chart::Kind::Gate,
        Kind::River => chart::Kind::Station,
    };
    let nodes = sketch.nodes.iter();
    let edges = sketch.ways.iter().map(|w| chart::Edge {
        from: w.from,
        to: w.to,
        way: if w.river { chart::Way::River } else { chart::Way::Road },
    });
    let map = chart::Map {
        title: "Places, gates and rivers".into(),
        nodes: nodes
            .map(|n| chart::Node { name: n.name.clone(), kind: kind(n.kind), at: None })
            .collect(),
        edges: edges.collect(),
    };
    document.figure(chart::map(&map).figure(
        "map",
        "What leads where: roads to the gates, rivers downstream of the mines. Townships are the finest place in the model.",
    ));
}

fn plane(document: &mut Document, report: &Report, analysed: &Analysed, results: &ScenarioResults) {
    let Some(plane) = &analysed.plane else { return };
    let places: Option<Vec<usize>> =
        plane.axes.iter().map(|id| report.results.outcome(id)).collect();
    let Some([x, y, rest @ ..]) = places.as_deref() else { return };
    let Some(sign) = rest.last() else { return };
    let about = |place: &usize| &report.results.outcomes()[*place];
    let measure = |place: &usize| chart::Measure::new(&about(place).label, &about(place).unit);
    let points = results.policies.iter().flat_map(|policy| {
        let columns = [*x, *y, *sign].map(|place| &policy.outcomes[place]);
        let point = move |run: usize| chart::Point {
            x: columns[0][run],
            y: columns[1][run],
            above: columns[2][run] > 0.0,
        };
        (0..columns[0].len()).map(point)
    });
    let drawn = chart::Plane {
        title: about(sign).label.clone(),
        across: measure(x),
        up: measure(y),
        points: points.filter(|p| p.x.is_finite() && p.y.is_finite()).collect(),
        region: region(report, plane, [*x, *y]),
        above: "above 0".into(),
        below: "below 0".into(),
    };
    let third = rest.first().filter(|_| rest.len() > 1);
    let third = third.and_then(|z| {
        let limits = &plane.region.found()?.boxes.first()?.limits;
        limits.iter().find(|l| l.path == about(z).label).map(|l| l.text.clone())
    });
    let third = third
        .map_or_else(String::new, |text| format!(" The region also asks for: {}.", lower(&text)));
    let caption = format!(
        "All futures under all policies, in hexagons where they are many: the larger, the more futures; \
         the stronger the colour, the more of one kind. Frame: the region of the answer.{third}"
    );
    let id = format!("plane-{}", analysed.scenario);
    document.figure(chart::plane(&drawn).figure(id, caption));
}

/// The frame of the region, if it limits either axis.
fn region(report: &Report, plane: &Plane, axes: [usize; 2]) -> Option<chart::Region> {
    let found = plane.region.found()?.boxes.first()?;
    let ends = |place: usize| {
        let label = &report.results.outcomes()[place].label;
        let limit = found.limits.iter().find(|l| l.path == *label);
        limit.map_or((None, None), |l| (l.low, l.high))
    };
    let region = chart::Region { across: ends(axes[0]), up: ends(axes[1]) };
    (region != chart::Region::default()).then_some(region)
}

/// Curves of the reference and of the policies that differ most from it; and within and without the region.
fn survival(document: &mut Document, report: &Report, analysed: &Analysed, survived: &Survived) {
    let found = |l: &crate::question::analysis::survival::Lasting| {
        l.answer.found().map(|found| (report.policy(&l.policy).to_owned(), found.clone()))
    };
    let mut all: Vec<(String, Lasted)> = survived.policies.iter().filter_map(found).collect();
    if all.is_empty() {
        return;
    }
    let end = |l: &Lasted| l.curve.last().and_then(|c| c.1.value).unwrap_or(1.0);
    let base = end(&all[0].1);
    let mut others = all.split_off(1);
    others.sort_by(|a, b| (end(&b.1) - base).abs().total_cmp(&(end(&a.1) - base).abs()));
    all.extend(others.into_iter().take(CURVES - 1));
    let comes = report.outcome(&survived.outcome).is_some_and(|o| o.statistic == "first_above");
    let title = if comes {
        format!("{}: share of the futures in which it has not come yet", survived.label)
    } else {
        format!("{}: share that goes on", survived.label)
    };
    let drawn =
        chart::Survival { title, unit: "months".into(), curves: all.iter().map(curve).collect() };
    let id = format!("lasts-{}-{}", analysed.scenario, survived.outcome);
    let caption = "The reference, and the policies that differ most from it at the end (Kaplan and Meier), with \
                   bands of 90 %.";
    document.figure(chart::survival(&drawn).figure(id, caption));
    let Some(plane) = analysed.plane.as_ref().filter(|_| is_first(analysed, survived)) else {
        return;
    };
    let side = |(n, side): (usize, &crate::question::analysis::plane::Side)| {
        let name = if n == 0 { "within the region" } else { "elsewhere" };
        side.lasting.as_ref()?.found().map(|found| (name.to_owned(), found.clone()))
    };
    let sides: Vec<(String, Lasted)> = plane.sides.iter().enumerate().filter_map(side).collect();
    if sides.len() == 2 {
        let drawn = chart::Survival {
            title: format!("{}: share that goes on, by region of the plane", survived.label),
            unit: "months".into(),
            curves: sides.iter().map(curve).collect(),
        };
        let id = format!("region-lasts-{}", analysed.scenario);
        let caption = "Within and without the region of the answer, all policies together.";
        document.figure(chart::survival(&drawn).figure(id, caption));
    }
}

fn is_first(analysed: &Analysed, survived: &Survived) -> bool {
    analysed.survival.first().is_some_and(|first| first.outcome == survived.outcome)
}

fn curve((name, found): &(String, Lasted)) -> chart::Curve {
    let step = |(time, share): &(f64, Interval)| {
        let interval = share.low.zip(share.high);
        share.value.map(|share| chart::Step { time: *time, share, interval })
    };
    chart::Curve {
        name: name.clone(),
        steps: found.curve.iter().filter_map(step).collect(),
        censored: Vec::new(),
    }
}

/// What each policy changes.
fn differences(document: &mut Document, report: &Report, under: &Under, most: usize) {
    let judged = |t: &&Table| report.judged(&under.scenario, &t.outcome.id);
    for table in under.tables.iter().filter(judged).take(most) {
        let row = |row: &Row| {
            let d = row.difference?;
            let known = d.half_width.is_finite();
            let interval = known.then_some((d.mean - d.half_width, d.mean + d.half_width));
            Some(chart::Row::new(report.policy(&row.policy), d.mean, interval))
        };
        let (left, right) =
            if table.outcome.lower_is_better { ("better", "worse") } else { ("worse", "better") };
        let rows = chart::Rows {
            title: table.outcome.label.clone(),
            unit: table.outcome.unit.clone(),
            left: left.into(),
            right: right.into(),
            rows: table.rows.iter().filter_map(row).collect(),
        };
        if !rows.rows.is_empty() {
            let reference = quoted(report.policy(report.reference()));
            let caption =
                format!("Change against {reference}, mean over the same futures, 90 % interval.");
            let id = format!("fig-{}-{}", under.scenario, table.outcome.id);
            document.figure(chart::rows(&rows).figure(id, caption));
        }
    }
}

/// How much is missed by each policy, by outcome.
fn regrets(document: &mut Document, report: &Report, analysed: &Analysed) {
    let judged: Vec<_> =
        analysed.robust.iter().filter_map(|by| Some((by, by.answer.found()?))).collect();
    let policies = &report.results.manifest.contents.policies;
    // Between two, differences say it all.
    if judged.is_empty() || policies.len() < 3 {
        return;
    }
    let share = |policy: usize| {
        judged.iter().map(|(_, r)| r.regret.get(policy).map(|r| 100.0 * r.shade)).collect()
    };
    let heat = chart::Heat {
        title: "Regret: what is missed by not taking the best of each future".into(),
        unit: "percent".into(),
        rows: policies.iter().map(|p| p.label.clone()).collect(),
        columns: judged.iter().map(|(by, _)| by.label.clone()).collect(),
        values: (0..policies.len()).map(share).collect(),
    };
    let caption = "Mean regret over the futures, in per cent of that of the policy most regretted by the \
                   outcome. Lighter is better; the dot marks the least of each column.";
    let id = format!("regret-{}", analysed.scenario);
    document.figure(chart::heat(&heat).figure(id, caption));
}

/// The reference, and the policy that changes the first outcome most.
fn beside(under: &Under) -> Vec<&str> {
    let Some(table) = under.tables.first() else { return Vec::new() };
    let size = |r: &&Row| r.difference.map_or(0.0, |d| d.mean.abs());
    let most = table.rows.iter().skip(1).max_by(|a, b| size(a).total_cmp(&size(b)));
    table.rows.first().into_iter().chain(most).map(|r| r.policy.as_str()).collect()
}

/// Outcomes month by month.
fn fans(document: &mut Document, report: &Report, under: &Under, most: usize) {
    let Some(fans) = &report.fans else { return };
    let contents = &report.results.manifest.contents;
    let from: Option<Month> = contents.from.parse().ok();
    let (Some(start), Some(from)) = (fans.start, from) else { return };
    // Two years before policies part, or as many as there are.
    let skipped = usize::try_from(from.since(start) - LEAD_MONTHS).unwrap_or(0);
    let mut shows: Vec<(&str, &str)> = Vec::new();
    for outcome in &contents.outcomes {
        let new = shows.iter().all(|(name, _)| *name != outcome.outcome);
        if new && report.judged(&under.scenario, &outcome.id) {
            shows.push((&outcome.outcome, &outcome.label));
        }
    }
    let column = |name| contents.months_of.iter().find(|c| c.name == name);
    let columns = shows.into_iter().filter_map(|(name, label)| Some((column(name)?, label)));
    let shown = beside(under);
    let mut drawn = 0;
    for (column, label) in columns {
        if drawn == most {
            break;
        }
        let policy = |p: &crate::question::PolicyRef| {
            let months = fans.of(&under.scenario, &p.id, &column.name)?;
            let months = months.get(skipped..)?.to_vec();
            Some(chart::Policy { name: p.label.clone(), months })
        };
        let shown = contents.policies.iter().filter(|p| shown.contains(&p.id.as_str()));
        let policies: Vec<chart::Policy> = shown.filter_map(policy).collect();
        // Of what is either 0 or 1, or mostly 0, quantiles say nothing that is worth a picture.
        let flag = |m: &chart::Spread| [m.q05, m.q50, m.q95].iter().all(|q| *q == 0.0 || *q == 1.0);
        let rare = |m: &chart::Spread| m.q05 == 0.0 && m.q75 == 0.0;
        let all = |says: &dyn Fn(&chart::Spread) -> bool| {
            policies.iter().all(|p| p.months.iter().skip(p.months.len() / 4).all(says))
        };
        if all(&flag) || all(&rare) {
            continue;
        }
        let fan = chart::Fan {
            title: format!("{label}, by month"),
            unit: column.unit.clone(),
            start: start.plus(skipped as i32),
            mark: Some((from.plus(-1), "policies part")),
            policies,
        };
        let caption = format!(
            "Median, 50 % and 90 % of the futures in each month, under the reference and under the policy that \
             changes the first outcome most; left of the mark they are alike. All policies: {FANS}."
        );
        let id = format!("fan-{}-{}", under.scenario, column.name);
        let figure = chart::fan(&fan).figure(id, caption);
        // Their figures are a file of their own; a page with them would be too heavy to open.
        document.figure(Figure { data: None, ..figure });
        drawn += 1;
    }
}

/// The box of a discovery, and what is traded for what.
fn boxes(
    document: &mut Document,
    report: &Report,
    analysed: &Analysed,
    (n, found): (usize, &Discovery),
) {
    let Some(answer) = found.answer.found() else { return };
    let Some(first) = answer.boxes.first() else { return };
    let title = format!(
        "{}: {} {}",
        report.outcome_label(&found.outcome),
        found.interest,
        crate::report::number::round(found.threshold, 3)
    );
    let boxes = chart::Boxes {
        title: title.clone(),
        inputs: first.limits.iter().map(|l| restricted(report, l)).collect(),
    };
    let caption = format!(
        "The region in which it happens most under {}, in the range that each number was given.",
        quoted(report.policy(&found.policy))
    );
    let id = format!("box-{}-{n}", analysed.scenario);
    document.figure(chart::boxes(&boxes).figure(id, caption));
    let trade = chart::Trade {
        title,
        path: first.curve.iter().map(|p| (p.coverage, p.density)).collect(),
        chosen: chosen(first),
        base: found.share.value,
    };
    let caption = "What a smaller region gives up in coverage and gains in density; the one chosen, before \
                   ends that may be chance were let go.";
    let id = format!("trade-{}-{n}", analysed.scenario);
    document.figure(chart::trade(&trade).figure(id, caption));
}

fn chosen(found: &FoundBox) -> Option<usize> {
    (found.place < found.curve.len()).then_some(found.place)
}

fn restricted(report: &Report, limit: &Limit) -> chart::Restricted {
    let name = report.input(&limit.path).map_or_else(
        || limit.path.clone(),
        |input| format!("{} ({})", capital(&clause(&input.description)), limit.path),
    );
    let likely = limit.quasi_p.iter().flatten().copied().fold(0.0, f64::max);
    chart::Restricted {
        name,
        unit: limit.unit.clone(),
        prior: (limit.prior_low, limit.prior_high),
        low: limit.low,
        high: limit.high,
        note: format!("chance {}", crate::report::number::round(likely, 2)),
    }
}

fn estimate(of: &Interval) -> Option<chart::Estimate> {
    let interval = of.low.zip(of.high);
    of.value.map(|value| chart::Estimate { value, interval })
}

/// What knowledge of single numbers and data is worth.
fn worth(document: &mut Document, report: &Report, analysed: &Analysed, value: &Value) {
    let bar = |name: String, part: &Part<crate::question::analysis::value::Valued>| {
        let worth = estimate(&part.found()?.value)?;
        (worth.value > 0.0).then(|| chart::Bar { name, values: vec![worth] })
    };
    let numbers = value.numbers.iter().filter_map(|n| bar(n.path.clone(), &n.answer));
    let data = value.data.iter().filter_map(|d| bar(d.label.clone(), &d.answer));
    let bars: Vec<chart::Bar> = data.chain(numbers.take(BARS)).collect();
    if bars.is_empty() {
        return;
    }
    let drawn = chart::Bars {
        title: format!("Worth of knowing more, by {}", lower(report.outcome_label(&value.outcome))),
        unit: value.unit.clone(),
        series: Vec::new(),
        bars,
    };
    let caption = "What a better choice of policy would bring on average if a number were known, or a datum at hand.";
    let id = format!("worth-fig-{}", analysed.scenario);
    document.figure(chart::bars(&drawn).figure(id, caption));
}

/// Sobol' indices of the outcomes under the reference.
fn deciding(document: &mut Document, report: &Report, found: &Sensitivity) {
    document.heading(2, "pictures-deciding", "Which numbers decide");
    for shared in found.shared.iter().filter(|s| s.policy.is_none()) {
        let bar = |share: &crate::question::analysis::sensitivity::Share| {
            let name = if share.path.is_empty() {
                "all others and chance".to_owned()
            } else {
                format!("{} ({})", share.path, share.grade.unwrap_or('–'))
            };
            let values = [&share.first, &share.total].map(estimate);
            let [Some(first), Some(total)] = values else { return None };
            Some(chart::Bar { name, values: vec![first, total] })
        };
        let all = shared.numbers.iter().take(BARS).chain([&shared.rest]);
        let bars: Vec<chart::Bar> = all.filter_map(bar).collect();
        if bars.is_empty() {
            continue;
        }
        let drawn = chart::Bars {
            title: report.outcome_label(&shared.outcome).to_owned(),
            unit: String::new(),
            series: vec!["alone".into(), "with others".into()],
            bars,
        };
        let caption = "Share of the variance that a number accounts for under the reference (Sobol' indices), \
                       with 90 % intervals; in brackets its grade.";
        let id = format!("deciding-{}", shared.outcome);
        document.figure(chart::bars(&drawn).figure(id, caption));
    }
}
