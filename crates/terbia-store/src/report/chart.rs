//! What stands around a chart: its title, its unit, its tables, and its place in the page?

use super::group::{base, meaning, title};
use super::number::Scale;
use super::table::{Table, number};
use super::text::{Text, put};
use super::{Chart, Report, fan, mark};
use terbia_lab::summary::Band;
use terbia_model::outcome::{Column, Scalar};

/// Shares that people read in per cent; other pure numbers stay as they are.
const PER_CENT: [&str; 9] =
    ["S1", "S2", "S3", "S4", "S5", "exceedance", "legitimacy", "trust", "conditionality"];

/// How numbers of `column` are shown.
pub(super) fn scale(column: &Column, values: impl Iterator<Item = f64>) -> Scale {
    let base = base(column);
    let share = base.ends_with("_share") || crate::view::is_flag(base) || PER_CENT.contains(&base);
    if column.unit == "1" && share {
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
    /// What all charts of the page have in common.
    pub(super) common: Option<&'a fan::Common>,
    /// Its number in the page.
    pub(super) n: usize,
    /// Whether it has a line to itself.
    pub(super) lone: bool,
}

/// A chart with what stands around it.
pub(super) fn figure(out: &mut String, place: &Place<'_>, chart: &Chart<'_>) {
    let Place { marks, n, lone, .. } = *place;
    let (column, after) = (chart.column, place.input.after);
    let (id, class) = (format!("chart-{n}"), if lone { "chart lone" } else { "chart" });
    put!(out, "<figure class=\"{class}\" id=\"{id}\"><div><figcaption>");
    put!(out, "<h3>{}</h3><p>{}. ", Text(&title(column)), Text(meaning(column)));
    put!(out, "<code>{}</code></p></figcaption>", Text(&column.name));
    let look = place.common.map_or(fan::Look::Page, fan::Look::Shared);
    out.push_str(&fan::Fan { chart, marks, after, look, id: &id }.svg());
    out.push_str("</div><div>");
    let open = if lone { " open" } else { "" };
    match chart.share {
        Some(share) => shares(out, chart, &share.years, open),
        None => years(out, chart, open),
    }
    observed(out, chart);
    out.push_str("</div></figure>\n");
}

/// A year as the head of a row, with its months if it is not whole.
fn year_head(year: &terbia_lab::summary::Year) -> String {
    match year.months {
        12 => year.year.to_string(),
        n => format!("{} ({})", year.year, super::text::count(n, "month")),
    }
}

/// The years of an outcome that holds or does not.
fn shares(out: &mut String, chart: &Chart<'_>, shares: &[f64], open: &str) {
    put!(out, "<details{open}><summary>Table of the years</summary>");
    let (head, how) = match chart.column.scalar {
        Scalar::Last => ("#% of runs", "share of the runs at the end of the year"),
        Scalar::Sum | Scalar::Mean => ("#% of months", "share of the months of the year, all runs"),
    };
    let caption = format!("{}: {how}", title(chart.column));
    let mut table = Table::open(out, &caption, &["Year", head]);
    for (year, share) in chart.years.iter().zip(shares) {
        table.row(&year_head(year), &[number(&Scale::share().model(*share))]);
    }
    table.close();
    out.push_str("</details>");
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
        let Band { q05, q25, q50, q75, q95 } = year.band;
        let cells = [q05, q25, q50, q75, q95].map(|q| number(&scale.model(q)));
        table.row(&year_head(year), &cells);
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
