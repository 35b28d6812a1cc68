//! How does an outcome spread over the months? One fan chart as SVG.
//!
//! Drawn in its own units, 560 wide in the page and 840 alone, and scaled by its `viewBox`. The
//! margins leave room for the larger type that the page sets on narrow screens.

use super::axis::{Axis, Frame};
use super::mark::{self, Mark, ROW};
use super::number::Scale;
use super::text::{Text, cut, day, month, put};
use super::{Chart, chart, colour, group};
use crate::view::{After, Follows};
use terbia_lab::summary::Band;
use terbia_model::kernel::time::Month;
use terbia_model::outcome::Scalar;

/// How the parts of a chart look, in the page and alone.
pub(super) const CSS: &str = include_str!("fan.css");

/// Parts of a unit to which a line is drawn, and the edge of a band.
const LINE: f64 = 2.0;
const BAND: f64 = 1.0;

/// A quantile of a band.
type Quantile = fn(&Band) -> f64;

/// Where a chart is looked at.
#[derive(Clone, Copy)]
pub(super) enum Look<'a> {
    /// As a picture of its own.
    Alone,
    /// In the page, whole.
    Page,
    /// In the page, with what all its charts have in common drawn once, by [`common`].
    Shared(&'a Common),
}

/// What the charts of a page have in common: the months, and so the events and the legend.
pub(super) struct Common {
    start: Month,
    months: usize,
}

/// A fan chart.
pub(super) struct Fan<'a> {
    /// What it shows.
    pub(super) chart: &'a Chart<'a>,
    /// The events.
    pub(super) marks: &'a [Mark<'a>],
    /// Where the record ends, and what follows.
    pub(super) after: Option<After>,
    /// Where it is looked at.
    pub(super) look: Look<'a>,
    /// Start of the ids in it.
    pub(super) id: &'a str,
}

/// Draws once what the charts of a page have in common, from any of them that has all months.
pub(super) fn common(
    out: &mut String,
    charts: &[Chart<'_>],
    marks: &[Mark<'_>],
    after: Option<After>,
) -> Option<Common> {
    let chart = charts.iter().max_by_key(|c| c.fan.len()).filter(|c| !c.fan.is_empty())?;
    let fan = Fan { chart, marks, after, look: Look::Page, id: "" };
    let frame = fan.frame();
    out.push_str(
        "<svg class=\"fan defs\" width=\"0\" height=\"0\" aria-hidden=\"true\"><defs><g id=\"under\" class=\"fan\">",
    );
    fan.under(out, &frame);
    out.push_str("</g><g id=\"evs\" class=\"fan\">");
    fan.events(out, &frame);
    let y = frame.bottom + 50.0;
    out.push_str("</g><g id=\"lg\" class=\"fan\">");
    fan.legend_of_spread(out, y);
    out.push_str("</g><g id=\"lgs\" class=\"fan\">");
    fan.legend_of_share(out, y);
    out.push_str("</g><g id=\"lgo\" class=\"fan\">");
    fan.legend_of_record(out, y);
    out.push_str("</g></defs></svg>\n");
    Some(Common { start: chart.start, months: chart.fan.len() })
}

impl Fan<'_> {
    /// The chart.
    pub(super) fn svg(&self) -> String {
        let chart = self.chart;
        let frame = self.frame();
        let legend = frame.bottom + 50.0;
        let key = if self.alone() { self.key_lines() } else { Vec::new() };
        let key_height =
            key.len().div_ceil(2) as f64 * 17.0 + if key.is_empty() { 0.0 } else { 14.0 };
        let (width, height) = (frame.right + 12.0, legend + 14.0 + key_height);

        let mut out = String::new();
        self.open(&mut out, width, height);
        if self.shared() {
            out.push_str("<use href=\"#under\"/>");
        } else {
            self.under(&mut out, &frame);
        }
        grid(&mut out, &frame);
        self.spread(&mut out, &frame);
        if self.shared() {
            out.push_str("<use href=\"#evs\"/>");
        } else {
            self.events(&mut out, &frame);
        }
        self.middle(&mut out, &frame);
        // The frame measures what is shown, the record is kept in the unit of the column.
        let raw = frame.in_units_of(self.scale().apply(1.0));
        mark::figures(&mut out, chart, &raw, &self.scale_of_windows());
        self.legend(&mut out, legend);
        write_key(&mut out, &key, legend + 30.0, width);
        out.push_str("</svg>");
        if self.alone() { out + "\n" } else { out }
    }

    fn alone(&self) -> bool {
        matches!(self.look, Look::Alone)
    }

    /// Whether the page has drawn for all charts what is under this one.
    fn shared(&self) -> bool {
        let Look::Shared(common) = self.look else { return false };
        common.start == self.chart.start && common.months == self.chart.fan.len()
    }

    /// The place of the plot.
    fn frame(&self) -> Frame {
        let (width, plot) = if self.alone() { (840.0, 300.0) } else { (560.0, 230.0) };
        let factor = self.scale().apply(1.0);
        let record = mark::extent(self.chart);
        let axis = if let Some(share) = self.chart.share {
            let most = share.months.iter().copied().fold(0.0, f64::max);
            // Where it holds in most runs, the eye needs to see how many are left.
            let ends = [0.0, if most > 0.5 { 1.0 } else { most }];
            Axis::fit(ends.into_iter().chain(record).map(|v| v * factor))
        } else {
            let bands = self.chart.fan.iter().flat_map(|b| [b.q05, b.q95]);
            Axis::fit(bands.chain(record).map(|v| v * factor))
        };
        let (right, months) = (width - 12.0, self.chart.fan.len());
        let mut frame = Frame { left: 62.0, right, top: 0.0, bottom: 0.0, months, axis };
        let rows = mark::placed(self.marks, &frame).iter().map(|p| p.row + 1).max().unwrap_or(0);
        frame.top = self.head() + 6.0 + rows as f64 * ROW;
        frame.bottom = frame.top + plot;
        frame
    }

    /// Where the head ends.
    fn head(&self) -> f64 {
        if self.alone() { 46.0 } else { 20.0 }
    }

    /// How the months are shown.
    fn scale(&self) -> Scale {
        chart::scale(self.chart.column, self.chart.fan.iter().map(|b| b.q95))
    }

    /// How figures of the record, which may be sums over months, are told.
    fn scale_of_windows(&self) -> Scale {
        let values = self.chart.observed.iter().filter_map(|o| o.value.or(o.high).or(o.low));
        chart::scale(self.chart.column, values)
    }

    fn unit(&self) -> String {
        let unit = self.scale().unit;
        if self.chart.share.is_some() {
            return format!("{unit} of runs");
        }
        if self.chart.column.scalar == Scalar::Sum { format!("{unit} a month") } else { unit }
    }

    fn open(&self, out: &mut String, width: f64, height: f64) {
        let (id, chart) = (self.id, self.chart);
        let title = group::title(chart.column);
        put!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
             class=\"fan\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\
             <title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
            Text(&title),
            Text(&self.description())
        );
        if self.alone() {
            put!(out, "<style>{}</style>", colour::baked(CSS));
            put!(out, "<rect class=\"paper\" width=\"{width:.0}\" height=\"{height:.0}\"/>");
            put!(out, "<text class=\"title\" x=\"14\" y=\"26\">{}</text>", Text(&title));
        }
        let y = if self.alone() { 46 } else { 16 };
        put!(out, "<text class=\"unit\" x=\"14\" y=\"{y}\">{}</text>", Text(&self.unit()));
    }

    /// The chart in a few sentences.
    fn description(&self) -> String {
        let (chart, scale, unit) = (self.chart, self.scale(), self.unit());
        let at = |i: usize| month(chart.start.plus(i as i32));
        let middle: Vec<f64> = match chart.share {
            Some(share) => share.months.clone(),
            None => chart.fan.iter().map(|b| b.q50).collect(),
        };
        let finite = middle.iter().enumerate().filter(|(_, x)| x.is_finite());
        let Some((peak, _)) = finite.max_by(|a, b| a.1.total_cmp(b.1)) else {
            return "No run has a value.".into();
        };
        let of = |i: usize| match (chart.share, chart.fan.get(i)) {
            (None, Some(b)) => {
                let range = scale.interval(Some(b.q05), Some(b.q95));
                format!("{} ({range})", scale.model(b.q50))
            }
            _ => scale.model(middle.get(i).copied().unwrap_or(f64::NAN)),
        };
        let ends: Vec<String> =
            [0, middle.len() - 1].into_iter().map(|i| format!("{} in {}", of(i), at(i))).collect();
        let record = match chart.observed.len() {
            0 => String::new(),
            n => format!(" {} of the record drawn in.", super::text::count(n, "figure")),
        };
        let (kind, what) = match chart.share {
            Some(_) => ("Chart", "Share of the runs"),
            None => ("Fan chart", "Median, and the range of 90 % of the runs"),
        };
        format!(
            "{kind} in {unit}. {what}: {}; highest {} in {}.{record} A table of the years follows.",
            ends.join(", "),
            of(peak),
            at(peak)
        )
    }

    /// The time after the record, and the axis of months.
    fn under(&self, out: &mut String, frame: &Frame) {
        let (right, bottom, head) = (frame.right, frame.bottom, self.head());
        let end = self.after.map(|a| f64::from(a.end.since(self.chart.start)) + 1.0);
        if let Some((after, end)) =
            self.after.zip(end).filter(|(_, e)| (0.0..frame.months as f64).contains(e))
        {
            let x = frame.x(end);
            let (y, wide, high) = (head + 6.0, right - x, bottom - head - 6.0);
            put!(
                out,
                "<rect class=\"after\" x=\"{x:.1}\" y=\"{y}\" width=\"{wide:.1}\" height=\"{high:.1}\"/>\
                 <path class=\"end\" d=\"M{x:.1} {y}V{bottom:.1}\"/>\
                 <text class=\"note\" x=\"{right:.1}\" y=\"{:.1}\">after {}: {}</text>",
                head - 4.0,
                month(after.end),
                follows(after.follows)
            );
        }
        for (at, year) in frame.years(self.chart.start) {
            let x = frame.x(at);
            put!(out, "<path class=\"tick\" d=\"M{x:.1} {bottom:.1}v5\"/>");
            put!(out, "<text class=\"x\" x=\"{x:.1}\" y=\"{:.1}\">{year}</text>", bottom + 21.0);
        }
    }

    fn spread(&self, out: &mut String, frame: &Frame) {
        let pairs: [(&str, Quantile, Quantile); 2] =
            [("b90", |b| b.q05, |b| b.q95), ("b50", |b| b.q25, |b| b.q75)];
        let factor = self.scale().apply(1.0);
        if let Some(share) = self.chart.share {
            let up = share.months.iter().copied().enumerate();
            let ends = [(share.months.len().saturating_sub(1), 0.0), (0, 0.0)];
            let area = path(frame, 0, up.chain(ends), factor, LINE);
            put!(out, "<path class=\"b50\" d=\"{area}Z\"/>");
            return;
        }
        for (class, low, high) in pairs {
            for (first, run) in stretches(self.chart.fan) {
                let path = outline(frame, first, run, low, high, factor);
                put!(out, "<path class=\"{class}\" d=\"{path}Z\"/>");
            }
        }
    }

    /// The line in the middle: the median, or the share.
    fn middle(&self, out: &mut String, frame: &Frame) {
        let factor = self.scale().apply(1.0);
        match self.chart.share {
            Some(share) => {
                let points = share.months.iter().copied().enumerate();
                put!(out, "<path class=\"med\" d=\"{}\"/>", path(frame, 0, points, factor, LINE));
            }
            None => line(out, frame, self.chart.fan, |b| b.q50, factor),
        }
    }

    fn events(&self, out: &mut String, frame: &Frame) {
        let placed = mark::placed(self.marks, frame);
        let y = |row: usize| frame.top - 5.0 - row as f64 * ROW;
        for p in &placed {
            let lead = if p.label == p.x {
                format!("M{:.1} {:.1}", p.x, y(p.row) + 3.0)
            } else {
                format!("M{:.1} {:.1}L{:.1} {:.1}", p.label, y(p.row) + 3.0, p.x, frame.top)
            };
            put!(out, "<path class=\"ev\" d=\"{lead}V{:.1}\"/>", frame.bottom);
        }
        for p in placed {
            let (x, y, number) = (p.label, y(p.row), p.mark.number);
            put!(out, "<text class=\"no\" x=\"{x:.1}\" y=\"{y:.1}\">{number}</text>");
        }
    }

    fn legend(&self, out: &mut String, y: f64) {
        let (share, observed) = (self.chart.share.is_some(), !self.chart.observed.is_empty());
        if self.shared() {
            out.push_str(if share { "<use href=\"#lgs\"/>" } else { "<use href=\"#lg\"/>" });
            if observed {
                out.push_str("<use href=\"#lgo\"/>");
            }
            return;
        }
        if share {
            self.legend_of_share(out, y);
        } else {
            self.legend_of_spread(out, y);
        }
        if observed {
            self.legend_of_record(out, y);
        }
    }

    /// Where the place of a sign in the legend begins.
    fn legend_x(&self, place: f64) -> f64 {
        14.0 + if self.alone() { 160.0 } else { 138.0 } * place
    }

    fn legend_of_spread(&self, out: &mut String, y: f64) {
        let (x, top) = (|i| self.legend_x(i), y - 10.0);
        put!(out, "<path class=\"b90\" d=\"M{} {top}h22v12h-22Z\"/>", x(0.0));
        put!(out, "<path class=\"b50\" d=\"M{} {top}h22v12h-22Z\"/>", x(1.0));
        put!(out, "<path class=\"med\" d=\"M{} {}h22\"/>", x(2.0), y - 4.0);
        for (i, word) in [(0.0, "90\u{a0}% of runs"), (1.0, "50\u{a0}% of runs"), (2.0, "median")] {
            put!(out, "<text class=\"lg\" x=\"{}\" y=\"{y}\">{word}</text>", x(i) + 28.0);
        }
    }

    fn legend_of_share(&self, out: &mut String, y: f64) {
        let x = self.legend_x(0.0);
        put!(
            out,
            "<path class=\"b50\" d=\"M{x} {}h22v10h-22Z\"/><path class=\"med\" d=\"M{x} {}h22\"/>\
             <text class=\"lg\" x=\"{}\" y=\"{y}\">share of the runs</text>",
            y - 8.0,
            y - 8.0,
            x + 28.0
        );
    }

    fn legend_of_record(&self, out: &mut String, y: f64) {
        let (x, line) = (self.legend_x(3.0), y - 4.0);
        put!(
            out,
            "<g class=\"obs\"><circle cx=\"{}\" cy=\"{line}\" r=\"3\"/>\
             <path class=\"win\" d=\"M{} {line}h14\"/><path d=\"M{} {}v6m14-6v6\"/></g>\
             <text class=\"lg\" x=\"{}\" y=\"{y}\">observed</text>",
            x + 2.0,
            x + 9.0,
            x + 9.0,
            line - 3.0,
            x + 28.0
        );
    }

    /// A line for each mark that is drawn: its number and its words.
    fn key_lines(&self) -> Vec<(usize, String)> {
        let drawn = |m: &&Mark<'_>| m.at.is_some_and(|at| at < self.chart.fan.len() as f64);
        let line = |m: &Mark<'_>| {
            let first = m.events.first()?;
            let more = match m.events.len() {
                1 => String::new(),
                n => format!(" (+{})", n - 1),
            };
            let text = format!("{} {}", day(first.from), first.doc.trim_end_matches('.'));
            Some((m.number, format!("{}{more}", cut(&text, 60 - more.len()))))
        };
        self.marks.iter().filter(drawn).filter_map(line).collect()
    }
}

/// Grid lines and labels of the values.
fn grid(out: &mut String, frame: &Frame) {
    let Frame { left, right, .. } = *frame;
    for (value, label) in frame.axis.ticks() {
        let y = frame.y(value);
        put!(out, "<path class=\"grid\" d=\"M{left:.1} {y:.1}H{right:.1}\"/>");
        put!(out, "<text class=\"y\" x=\"{:.1}\" y=\"{:.1}\">{label}</text>", left - 6.0, y + 4.0);
    }
}

/// What follows the record, in a few words.
fn follows(follows: Follows) -> &'static str {
    match follows {
        Follows::Model => "the model decides",
        Follows::Scenario => "only the scenario’s events",
        Follows::Nothing => "no events, status quo",
    }
}

/// Writes the key in two columns, down the first one first.
fn write_key(out: &mut String, lines: &[(usize, String)], y: f64, width: f64) {
    let half = lines.len().div_ceil(2);
    for (i, (number, words)) in lines.iter().enumerate() {
        let (column, row) = (i / half, i % half);
        let x = 14.0 + column as f64 * (width / 2.0 - 4.0);
        let y = y + row as f64 * 17.0;
        put!(
            out,
            "<text class=\"no\" x=\"{:.0}\" y=\"{y:.0}\">{number}</text>\
             <text class=\"key\" x=\"{:.0}\" y=\"{y:.0}\">{}</text>",
            x + 7.0,
            x + 22.0,
            Text(words)
        );
    }
}

/// The months with a band, in unbroken stretches, each with its first month.
fn stretches(fan: &[Band]) -> Vec<(usize, &[Band])> {
    let mut first = 0;
    let mut found = Vec::new();
    for run in fan.split(|b| !b.q50.is_finite()) {
        if !run.is_empty() {
            found.push((first, run));
        }
        first += run.len() + 1;
    }
    found
}

/// A path along the upper quantile and back along the lower one.
fn outline(
    frame: &Frame,
    first: usize,
    run: &[Band],
    low: Quantile,
    high: Quantile,
    factor: f64,
) -> String {
    let there = run.iter().enumerate().map(|(i, b)| (i, high(b)));
    let back = run.iter().enumerate().rev().map(|(i, b)| (i, low(b)));
    path(frame, first, there.chain(back), factor, BAND)
}

fn line(out: &mut String, frame: &Frame, fan: &[Band], of: Quantile, factor: f64) {
    for (first, run) in stretches(fan) {
        let points = run.iter().enumerate().map(|(i, b)| (i, of(b)));
        put!(out, "<path class=\"med\" d=\"{}\"/>", path(frame, first, points, factor, LINE));
    }
}

/// A path through (months after `first`, value). Steps from point to point, in a
/// `grain`th of a unit, take half the room of coordinates; rounding before subtracting keeps errors from adding up, and
/// steps in the same direction are drawn as one.
fn path(
    frame: &Frame,
    first: usize,
    points: impl Iterator<Item = (usize, f64)>,
    factor: f64,
    grain: f64,
) -> String {
    let grains = |x: f64| (grain * x).round() as i64;
    let place = |(i, value): (usize, f64)| {
        (grains(frame.x((first + i) as f64 + 0.5)), grains(frame.y(value * factor)))
    };
    let mut out = String::new();
    let mut points = points.map(place);
    let Some(start) = points.next() else { return out };
    let plain = |grains: i64| short(grains as f64 / grain);
    put!(&mut out, "M{} {}l", plain(start.0), plain(start.1));
    let (mut last, mut step) = (start, None);
    let mut write = |step: (i64, i64)| {
        let (right, down) = (plain(step.0), plain(step.1));
        let space =
            |text: &str, before: bool| if before && !text.starts_with('-') { " " } else { "" };
        let gap = space(&right, !out.ends_with('l'));
        put!(&mut out, "{gap}{right}{}{down}", space(&down, true));
    };
    for point in points {
        let next = (point.0 - last.0, point.1 - last.1);
        last = point;
        step = Some(match step {
            None => next,
            // Level stretches are long, and cost nothing this way.
            Some((right, 0)) if next.1 == 0 && (right > 0) == (next.0 > 0) => (right + next.0, 0),
            Some(step) => {
                write(step);
                next
            }
        });
    }
    // A month alone still shows as a dot.
    write(step.unwrap_or((0, 0)));
    out
}

/// A number without a nought before its point.
fn short(x: f64) -> String {
    let text = x.to_string();
    match text.strip_prefix("0.") {
        Some(rest) => format!(".{rest}"),
        None => match text.strip_prefix("-0.") {
            Some(rest) => format!("-.{rest}"),
            None => text,
        },
    }
}
