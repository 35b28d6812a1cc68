//! What stands around a chart: its title, its unit, its tables, and its place in the page?

use super::number::Scale;
use super::table::{Table, number};
use super::text::{Text, put};
use super::{Chart, Report, fan, mark};
use terbia_lab::summary::Band;
use terbia_model::outcome::{Column, Scalar};

/// The parts of the page that show charts: heading, outcomes. What is in none of them comes last.
const PARTS: [(&str, &[&str]); 6] = [
    ("Exports", &["exports_t"]),
    ("Price of each constituent", &["price_cny_per_kg"]),
    ("Levy revenue of each holder", &["levy_revenue_usd", "levy_revenue_total_usd"]),
    ("Mining sites", &["sites_producing", "sites_total"]),
    ("Share of the buyer’s imports", &["import_share"]),
    ("Stock cover of each constituent", &["cover_months"]),
];
/// Heading of the last part.
const REST: &str = "Other outcomes";

/// Ends of names that say the unit, which stands beside the axis.
const UNITS: [&str; 7] =
    ["_cny_per_kg", "_cny_per_t", "_cny_per_usd", "_usd", "_months", "_t", "_m3"];

/// A part of the page: its heading and its charts.
pub(super) type Part<'a> = (&'static str, Vec<&'a Chart<'a>>);

/// The charts in the order of the page.
pub(super) fn parts<'a>(charts: &'a [Chart<'a>]) -> Vec<Part<'a>> {
    let base = |c: &Chart<'_>| base(c.column).to_owned();
    let mut parts: Vec<Part<'a>> = Vec::new();
    for (heading, outcomes) in PARTS {
        let wanted = |name: &'static str| charts.iter().filter(move |c| base(c) == name);
        parts.push((heading, outcomes.iter().flat_map(|name| wanted(name)).collect()));
    }
    let placed = |c: &&Chart<'_>| PARTS.iter().any(|(_, names)| names.contains(&base(c).as_str()));
    parts.push((REST, charts.iter().filter(|c| !placed(c)).collect()));
    parts.retain(|(_, charts)| !charts.is_empty());
    parts
}

/// The name of the outcome without its label.
fn base(column: &Column) -> &str {
    column.name.split('.').next().unwrap_or(&column.name)
}

/// A title for people, from the name and the full name of the label.
pub(super) fn title(column: &Column) -> String {
    let base = base(column);
    let short = UNITS.iter().find_map(|unit| base.strip_suffix(unit)).unwrap_or(base);
    let mut words = short.replace('_', " ").replace(" reo", " (REO)");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    match column.doc.rsplit_once(": ") {
        Some((_, label)) if column.name.contains('.') => format!("{words}: {label}"),
        _ => words,
    }
}

/// How numbers of `column` are shown.
pub(super) fn scale(column: &Column, values: impl Iterator<Item = f64>) -> Scale {
    if column.unit == "1" && base(column).ends_with("_share") {
        Scale::share()
    } else {
        Scale::fit(column.unit, values.map(Some))
    }
}

/// Where a chart stands.
pub(super) struct Place<'a> {
    /// The page.
    pub(super) input: &'a Report<'a>,
    /// The events.
    pub(super) marks: &'a [mark::Mark<'a>],
    /// Its number in the page.
    pub(super) n: usize,
    /// Whether it has a line to itself.
    pub(super) lone: bool,
}

/// A chart with what stands around it.
pub(super) fn figure(out: &mut String, place: &Place<'_>, chart: &Chart<'_>) {
    let Place { marks, n, lone, .. } = *place;
    let (column, record_end) = (chart.column, place.input.record_end);
    let (id, class) = (format!("chart-{n}"), if lone { "chart lone" } else { "chart" });
    put!(out, "<figure class=\"{class}\" id=\"{id}\"><div><figcaption>");
    put!(out, "<h3>{}</h3><p>{}. ", Text(&title(column)), Text(&column.doc));
    put!(out, "<code>{}</code></p></figcaption>", Text(&column.name));
    let zero = |b: &Band| b.q05 == 0.0 && b.q95 == 0.0;
    let drawn = !chart.observed.is_empty() || !chart.fan.iter().all(zero);
    if drawn {
        out.push_str(&fan::Fan { chart, marks, record_end, alone: false, id: &id }.svg());
    } else {
        out.push_str("<p class=\"none\">Zero in every month of 90\u{a0}% of the runs.</p>");
    }
    if drawn && marks.iter().any(|m| m.at.is_some()) {
        out.push_str("<p class=\"hint\">Numbers: <a href=\"#events\">key to the events</a>.</p>");
    }
    out.push_str("</div><div>");
    years(out, chart, if lone { " open" } else { "" });
    observed(out, chart);
    out.push_str("</div></figure>\n");
}

fn years(out: &mut String, chart: &Chart<'_>, open: &str) {
    let scale = scale(chart.column, chart.years.iter().map(|y| y.band.q95));
    let how = match chart.column.scalar {
        Scalar::Sum => "sum of the year",
        Scalar::Mean => "mean of the year",
        Scalar::Last => "end of the year",
    };
    let unit = if scale.unit.is_empty() { String::new() } else { format!(", {}", scale.unit) };
    put!(out, "<details{open}><summary>Table of the years</summary>");
    let caption = format!("{}: {how}{unit}", title(chart.column));
    let mut table =
        Table::open(out, &caption, &["Year", "#5 %", "#25 %", "#Median", "#75 %", "#95 %"]);
    for year in chart.years {
        let part = match year.months {
            12 => String::new(),
            n => format!(" ({})", super::text::count(n, "month")),
        };
        let Band { q05, q25, q50, q75, q95 } = year.band;
        let cells = [q05, q25, q50, q75, q95].map(|q| number(&scale.model(q)));
        table.row(&format!("{}{part}", year.year), &cells);
    }
    table.close();
    out.push_str("</details>");
}

fn observed(out: &mut String, chart: &Chart<'_>) {
    if chart.observed.is_empty() {
        return;
    }
    let values = chart.observed.iter().flat_map(|o| [o.value, o.low, o.high]).flatten();
    let scale = scale(chart.column, values);
    let count = super::text::count(chart.observed.len(), "figure");
    put!(out, "<details><summary>Table of the record: {count}</summary>");
    let whole = match chart.column.scalar {
        Scalar::Sum => "; a sum where it covers several months, drawn at its monthly average",
        _ => "",
    };
    let caption = format!("{}: what was observed, {}{whole}", title(chart.column), scale.unit);
    let mut table = Table::open(out, &caption, &["Figure", "When", "#Value", "#Range", "Source"]);
    for figure in chart.observed {
        let cells = [
            Text(&mark::window(chart, figure)).to_string(),
            number(&figure.value.map_or(super::number::NOTHING.into(), |v| scale.record(v))),
            number(&scale.range(figure.low, figure.high)),
            Text(&figure.source).to_string(),
        ];
        table.row(&figure.id, &cells);
    }
    table.close();
    out.push_str("</details>");
}
