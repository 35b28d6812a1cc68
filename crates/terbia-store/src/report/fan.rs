//! How does an outcome spread over the months? One fan chart as SVG.
//!
//! Drawn in its own units, 560 wide in the page and 840 alone, and scaled by its `viewBox`. The
//! margins leave room for the larger type that the page sets on narrow screens.

use super::axis::{Axis, Frame};
use super::mark::{self, Mark, ROW};
use super::number::Scale;
use super::text::{Text, cut, day, month, put};
use super::{Chart, chart, colour};
use terbia_lab::summary::Band;
use terbia_model::kernel::time::Month;
use terbia_model::outcome::Scalar;

/// How the parts of a chart look, in the page and alone.
pub(super) const CSS: &str = include_str!("fan.css");

/// A quantile of a band.
type Quantile = fn(&Band) -> f64;

/// A fan chart.
pub(super) struct Fan<'a> {
    /// What it shows.
    pub(super) chart: &'a Chart<'a>,
    /// The events.
    pub(super) marks: &'a [Mark<'a>],
    /// Last month that the record reaches.
    pub(super) record_end: Option<Month>,
    /// Whether it is a picture of its own.
    pub(super) alone: bool,
    /// Start of the ids in it.
    pub(super) id: &'a str,
}

impl Fan<'_> {
    /// The chart.
    pub(super) fn svg(&self) -> String {
        let chart = self.chart;
        let (width, plot) = if self.alone { (840.0, 300.0) } else { (560.0, 230.0) };
        let head = if self.alone { 46.0 } else { 20.0 };
        let bands = chart.fan.iter().flat_map(|b| [b.q05, b.q95]);
        let axis = Axis::fit(bands.chain(mark::extent(chart)).map(|v| self.scale().apply(v)));
        let right = width - 12.0;
        let mut frame =
            Frame { left: 62.0, right, top: 0.0, bottom: 0.0, months: chart.fan.len(), axis };
        let rows = mark::placed(self.marks, &frame).iter().map(|p| p.row + 1).max().unwrap_or(0);
        frame.top = head + 6.0 + rows as f64 * ROW;
        frame.bottom = frame.top + plot;
        let legend = frame.bottom + 50.0;
        let key = if self.alone { self.key_lines() } else { Vec::new() };
        let key_height =
            key.len().div_ceil(2) as f64 * 17.0 + if key.is_empty() { 0.0 } else { 14.0 };
        let height = legend + 14.0 + key_height;

        let mut out = String::new();
        self.open(&mut out, width, height);
        self.ground(&mut out, &frame, head);
        self.spread(&mut out, &frame);
        self.events(&mut out, &frame);
        line(&mut out, &frame, chart.fan, |b| b.q50, self.scale().apply(1.0));
        // The frame measures what is shown, the record is kept in the unit of the column.
        let raw = frame.in_units_of(self.scale().apply(1.0));
        mark::figures(&mut out, chart, &raw, &self.scale_of_windows());
        self.legend(&mut out, legend);
        write_key(&mut out, &key, legend + 30.0, width);
        out.push_str("</svg>");
        if self.alone { out + "\n" } else { out }
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
        if self.chart.column.scalar == Scalar::Sum { format!("{unit} a month") } else { unit }
    }

    fn open(&self, out: &mut String, width: f64, height: f64) {
        let (id, chart) = (self.id, self.chart);
        let title = chart::title(chart.column);
        put!(
            out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" \
             class=\"fan\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\
             <title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>",
            Text(&title),
            Text(&self.description())
        );
        if self.alone {
            put!(out, "<style>{}</style>", colour::baked(CSS));
            put!(out, "<rect class=\"paper\" width=\"{width:.0}\" height=\"{height:.0}\"/>");
            put!(out, "<text class=\"title\" x=\"14\" y=\"26\">{}</text>", Text(&title));
        }
        let y = if self.alone { 46 } else { 16 };
        put!(out, "<text class=\"unit\" x=\"14\" y=\"{y}\">{}</text>", Text(&self.unit()));
    }

    /// The chart in a few sentences.
    fn description(&self) -> String {
        let (chart, scale, unit) = (self.chart, self.scale(), self.unit());
        let at = |i: usize| month(chart.start.plus(i as i32));
        let finite = chart.fan.iter().enumerate().filter(|(_, b)| b.q50.is_finite());
        let Some((peak, top)) = finite.max_by(|a, b| a.1.q50.total_cmp(&b.1.q50)) else {
            return "No run has a value.".into();
        };
        let of = |b: &Band| {
            let range = scale.interval(Some(b.q05), Some(b.q95));
            format!("{} ({range})", scale.model(b.q50))
        };
        let ends: Vec<String> = [0, chart.fan.len() - 1]
            .into_iter()
            .map(|i| format!("{} in {}", of(&chart.fan[i]), at(i)))
            .collect();
        format!(
            "Fan chart in {unit}. Median, and the range of 90 % of the runs: {}; highest median \
             {} in {}. {} drawn in. A table of the years follows.",
            ends.join(", "),
            of(top),
            at(peak),
            super::text::count(chart.observed.len(), "figure") + " of the record"
        )
    }

    /// The time after the record, grid lines and labels of both axes.
    fn ground(&self, out: &mut String, frame: &Frame, head: f64) {
        let Frame { left, right, bottom, .. } = *frame;
        let reached = self.record_end.map(|m| f64::from(m.since(self.chart.start)) + 1.0);
        if let Some(end) = reached.filter(|e| (0.0..frame.months as f64).contains(e)) {
            let x = frame.x(end);
            let (y, wide, high) = (head + 6.0, right - x, bottom - head - 6.0);
            put!(
                out,
                "<rect class=\"after\" x=\"{x:.1}\" y=\"{y}\" width=\"{wide:.1}\" height=\"{high:.1}\"/>\
                 <text class=\"note\" x=\"{right:.1}\" y=\"{:.1}\">after the record: status quo</text>",
                head - 4.0
            );
        }
        for (value, label) in frame.axis.ticks() {
            let y = frame.y(value);
            put!(out, "<path class=\"grid\" d=\"M{left:.1} {y:.1}H{right:.1}\"/>");
            put!(
                out,
                "<text class=\"y\" x=\"{:.1}\" y=\"{:.1}\">{label}</text>",
                left - 6.0,
                y + 4.0
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
        for (class, low, high) in pairs {
            for (first, run) in stretches(self.chart.fan) {
                let path = outline(frame, first, run, low, high, factor);
                put!(out, "<path class=\"{class}\" d=\"{path}Z\"/>");
            }
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
        let top = y - 10.0;
        let step = if self.alone { 160.0 } else { 138.0 };
        let x = |i: f64| 14.0 + step * i;
        put!(out, "<path class=\"b90\" d=\"M{} {top}h22v12h-22Z\"/>", x(0.0));
        put!(out, "<path class=\"b50\" d=\"M{} {top}h22v12h-22Z\"/>", x(1.0));
        put!(out, "<path class=\"med\" d=\"M{} {}h22\"/>", x(2.0), y - 4.0);
        let mut words = vec!["90\u{a0}% of runs", "50\u{a0}% of runs", "median"];
        if !self.chart.observed.is_empty() {
            let (x, y) = (x(3.0), y - 4.0);
            put!(
                out,
                "<g class=\"obs\"><circle cx=\"{}\" cy=\"{y}\" r=\"3\"/>\
                 <path class=\"win\" d=\"M{} {y}h14\"/><path d=\"M{} {}v6m14-6v6\"/></g>",
                x + 2.0,
                x + 9.0,
                x + 9.0,
                y - 3.0
            );
            words.push("observed");
        }
        for (i, word) in words.into_iter().enumerate() {
            put!(out, "<text class=\"lg\" x=\"{}\" y=\"{y}\">{word}</text>", x(i as f64) + 28.0);
        }
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
    path(frame, first, there.chain(back), factor)
}

fn line(out: &mut String, frame: &Frame, fan: &[Band], of: Quantile, factor: f64) {
    for (first, run) in stretches(fan) {
        let points = run.iter().enumerate().map(|(i, b)| (i, of(b)));
        put!(out, "<path class=\"med\" d=\"{}\"/>", path(frame, first, points, factor));
    }
}

/// A path through (months after `first`, value). Steps from point to point, in tenths, take half
/// the room of coordinates; rounding before subtracting keeps errors from adding up.
fn path(
    frame: &Frame,
    first: usize,
    points: impl Iterator<Item = (usize, f64)>,
    factor: f64,
) -> String {
    let mut out = String::new();
    let mut last = None;
    for (i, value) in points {
        let tenths = |x: f64| (10.0 * x).round();
        let x = tenths(frame.x((first + i) as f64 + 0.5));
        let y = tenths(frame.y(value * factor));
        match last {
            None => {
                put!(&mut out, "M{} {}l", x / 10.0, y / 10.0);
            }
            Some((from_x, from_y)) => {
                let (right, down) = ((x - from_x) / 10.0, (y - from_y) / 10.0);
                let gap = if out.ends_with('l') { "" } else { " " };
                put!(&mut out, "{gap}{right} {down}");
            }
        }
        last = Some((x, y));
    }
    // A month alone still shows as a dot.
    if out.ends_with('l') { out + "0 0" } else { out }
}
