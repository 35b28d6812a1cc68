//! Where do events and figures of the record go in a chart?

use super::axis::Frame;
use super::number::Scale;
use super::text::{Text, month, put};
use super::{Chart, Event, Observed};
use terbia_model::kernel::time::Month;
use terbia_model::outcome::Scalar;

/// Width of a number above the plot.
const NUMBER: f64 = 19.0;
/// Most rows of numbers.
const ROWS: usize = 3;
/// Months from which a figure's bar is drawn faintly, lest it hide those of single years.
const LONG: f64 = 18.0;
/// Height of a row of numbers.
pub(super) const ROW: f64 = 15.0;

/// A line in the charts: the events that begin in one month.
#[derive(Clone, Debug)]
pub(super) struct Mark<'a> {
    /// What stands beside the line and in the key.
    pub(super) number: usize,
    /// Months after the start; nothing for what holds from the start.
    pub(super) at: Option<f64>,
    /// The events, by date.
    pub(super) events: Vec<&'a Event>,
}

/// The lines for `events`, numbered by date. Those in force from the start get the number 0 and no
/// line.
pub(super) fn marks(events: &[Event], start: Month) -> Vec<Mark<'_>> {
    let mut sorted: Vec<&Event> = events.iter().collect();
    sorted.sort_by(|a, b| (a.from, &a.kind, &a.doc).cmp(&(b.from, &b.kind, &b.doc)));
    let mut marks: Vec<Mark<'_>> = Vec::new();
    for event in sorted {
        let place = f64::from(event.from.month().since(start)) + event.from.share_before();
        let at = (place > 0.0).then_some(place);
        match marks.last_mut() {
            Some(last) if at.is_none() == last.at.is_none() && same_month(last, event) => {
                last.events.push(event);
            }
            last => {
                let number = last.map_or(0, |m| m.number) + usize::from(at.is_some());
                marks.push(Mark { number, at, events: vec![event] });
            }
        }
    }
    marks
}

fn same_month(mark: &Mark<'_>, event: &Event) -> bool {
    mark.at.is_none() || mark.events.iter().all(|e| e.from.month() == event.from.month())
}

/// A mark on the paper.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed<'a> {
    /// The mark.
    pub(super) mark: &'a Mark<'a>,
    /// Where its line stands.
    pub(super) x: f64,
    /// Where its number stands: at the line or, where lines crowd, a little after it.
    pub(super) label: f64,
    /// Row of its number, from the bottom.
    pub(super) row: usize,
}

/// The marks that lie within the months of `frame`, their numbers in the row that takes them
/// nearest to their lines.
pub(super) fn placed<'a>(marks: &'a [Mark<'a>], frame: &Frame) -> Vec<Placed<'a>> {
    let mut ends = [f64::NEG_INFINITY; ROWS];
    let mut placed = Vec::new();
    for mark in marks {
        let Some(at) = mark.at.filter(|at| *at < frame.months as f64) else { continue };
        let x = frame.x(at);
        let row = (0..ROWS).find(|row| x - ends[*row] >= NUMBER);
        let row = row.unwrap_or_else(|| {
            (1..ROWS).fold(0, |best, row| if ends[row] < ends[best] { row } else { best })
        });
        let label = x.max(ends[row] + NUMBER);
        ends[row] = label;
        placed.push(Placed { mark, x, label, row });
    }
    placed
}

/// A figure of the record as it is drawn: from and to in months after the start, `to` excluded,
/// and values for a single month.
struct Drawn<'a> {
    figure: &'a Observed,
    from: f64,
    to: f64,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

fn drawn<'a>(chart: &Chart<'_>, figure: &'a Observed) -> Option<Drawn<'a>> {
    let months = chart.fan.len() as f64;
    let from = figure.from.map_or(0.0, |m| f64::from(m.since(chart.start)));
    let to = figure.to.map_or(months, |m| f64::from(m.since(chart.start)) + 1.0);
    if to <= from || to <= 0.0 || from >= months {
        return None;
    }
    let per_month = if chart.column.scalar == Scalar::Sum { 1.0 / (to - from) } else { 1.0 };
    let scaled = |x: Option<f64>| x.filter(|x| x.is_finite()).map(|x| x * per_month);
    let (value, low, high) = (scaled(figure.value), scaled(figure.low), scaled(figure.high));
    Some(Drawn { figure, from: from.max(0.0), to: to.min(months), value, low, high })
}

/// All values that the figures of a chart need room for.
pub(super) fn extent<'a>(chart: &'a Chart<'a>) -> impl Iterator<Item = f64> + 'a {
    let figures = chart.observed.iter().filter_map(|o| drawn(chart, o));
    figures.flat_map(|d| [d.value, d.low, d.high]).flatten()
}

/// Draws the figures of the record.
pub(super) fn figures(out: &mut String, chart: &Chart<'_>, frame: &Frame, scale: &Scale) {
    let mut labels: Vec<(f64, f64)> = Vec::new();
    let mut all: Vec<Drawn<'_>> = chart.observed.iter().filter_map(|o| drawn(chart, o)).collect();
    // The longest first, so that they lie beneath the rest.
    all.sort_by(|a, b| (b.to - b.from).total_cmp(&(a.to - a.from)));
    for d in all {
        let (x0, x1) = (frame.x(d.from), frame.x(d.to));
        let (x, wide) = (f64::midpoint(x0, x1), d.to - d.from > 1.0);
        put!(out, "<g class=\"obs\"><title>{}</title>", Text(&words(chart, d.figure, scale)));
        if let (Some(low), Some(high)) = (d.low, d.high) {
            put!(out, "<path d=\"M{x:.1} {:.1}V{:.1}\"/>", frame.y(low), frame.y(high));
        }
        let Some(value) = d.value.or(d.low).or(d.high) else {
            out.push_str("</g>");
            continue;
        };
        let y = frame.y(value);
        if wide {
            let class = if d.to - d.from > LONG { "win long" } else { "win" };
            put!(out, "<path class=\"{class}\" d=\"M{x0:.1} {y:.1}H{x1:.1}\"/>");
            put!(out, "<path d=\"M{x0:.1} {:.1}v6M{x1:.1} {:.1}v6\"/>", y - 3.0, y - 3.0);
        }
        match (d.value, d.low, d.high) {
            (Some(_), ..) if wide => {}
            (Some(_), ..) => {
                put!(out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\"/>");
            }
            // An arrow from a bound to where the truth lies.
            (None, Some(_), None) => put_arrow(out, x, y, -1.0),
            (None, None, Some(_)) => put_arrow(out, x, y, 1.0),
            _ => {}
        }
        out.push_str("</g>");
        if wide && labels.iter().all(|(a, b)| (a - x).abs() > 46.0 || (b - y).abs() > 13.0) {
            labels.push((x, y));
            put!(
                out,
                "<text class=\"id\" x=\"{x:.1}\" y=\"{:.1}\">{}</text>",
                y - 5.0,
                Text(&d.figure.id)
            );
        }
    }
}

fn put_arrow(out: &mut String, x: f64, y: f64, down: f64) {
    let (tip, side) = (9.0 * down, 5.0 * down);
    put!(
        out,
        "<path d=\"M{x:.1} {y:.1}v{tip}m-3 {}l3 {}l3 {}\"/>",
        side - tip,
        tip - side,
        side - tip
    );
}

/// A figure of the record in words.
pub(super) fn words(chart: &Chart<'_>, figure: &Observed, scale: &Scale) -> String {
    let unit = &scale.unit;
    let value = match figure.value {
        Some(value) => scale.record(value),
        None => scale.range(figure.low, figure.high),
    };
    format!("{}: {value} {unit}, {}", figure.id, window(chart, figure))
}

/// The months that a figure of the record covers.
pub(super) fn window(chart: &Chart<'_>, figure: &Observed) -> String {
    let last = chart.start.plus(chart.fan.len() as i32 - 1);
    let (from, to) = (figure.from.unwrap_or(chart.start), figure.to.unwrap_or(last));
    if from == to { month(from) } else { format!("{} to {}", month(from), month(to)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::axis::Axis;

    fn event(from: &str) -> Event {
        Event { from: from.parse().unwrap(), until: None, kind: "gate".into(), doc: "shut".into() }
    }

    #[test]
    fn events_of_a_month_share_a_line() {
        let events = ["2020-03-09", "2019-01-01", "2020-03-02", "2020-05", "2018-07"].map(event);
        let marks = marks(&events, "2019-01".parse().unwrap());
        let seen: Vec<_> = marks.iter().map(|m| (m.number, m.events.len())).collect();
        assert_eq!(seen, [(0, 2), (1, 2), (2, 1)]);
        assert_eq!(marks[0].at, None);
        assert_eq!(marks[2].at, Some(16.0));
    }

    #[test]
    fn numbers_that_would_touch_go_one_row_up_or_aside() {
        let dates = ["2019-02", "2019-03", "2019-04", "2019-05", "2025-01", "2031-01"];
        let events = dates.map(event);
        let marks = marks(&events, "2019-01".parse().unwrap());
        let axis = Axis::fit([1.0].into_iter());
        let frame = Frame { left: 0.0, right: 480.0, top: 0.0, bottom: 1.0, months: 96, axis };
        let seen: Vec<_> = placed(&marks, &frame).iter().map(|p| (p.row, p.label - p.x)).collect();
        let expected = [(0, 0.0), (1, 0.0), (2, 0.0), (0, 4.0), (0, 0.0)];
        assert_eq!(seen, expected, "and what lies beyond the chart is not drawn");
    }
}
