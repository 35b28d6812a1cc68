//! How do several things compare in several figures? Small panels below each other, one for each figure, and
//! in each a line for each thing: a dot and its interval.
//!
//! The chart is narrow, so that it can be read on a telephone. What is simulated is drawn solid, what is
//! stated hollow and dashed; what is absent says why.

use super::{Drawing, with_unit};
use crate::paper::document::Table;
use crate::paper::font::{self, Face};
use crate::paper::ink::Ink;
use crate::paper::scene::{Label, Scene, Stroke};
use crate::report::axis::Axis;
use crate::report::number::{NOTHING, Scale, between, fixed, round};

/// Panels below each other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panels {
    /// What all of it shows.
    pub title: String,
    /// The things, as their lines are called.
    pub names: Vec<String>,
    /// The panels in groups, each with its heading.
    pub groups: Vec<(String, Vec<Panel>)>,
}

/// A figure of all things.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Panel {
    /// What it is.
    pub title: String,
    /// Its unit; "1" for a share, which is shown in per cent.
    pub unit: String,
    /// A line for each thing.
    pub lines: Vec<Line>,
}

/// A figure of one thing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Line {
    /// The figure; nothing where there is only a range.
    pub value: Option<f64>,
    /// Lower and upper end of its interval.
    pub interval: Option<(f64, f64)>,
    /// How it is drawn.
    pub look: Look,
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// Solid: it was simulated.
    #[default]
    Solid,
    /// Hollow and dashed: it was stated.
    Hollow,
}

/// Width of the chart.
const WIDTH: f64 = 352.0;
/// Where lines begin, after their names.
const LEFT: f64 = 82.0;
/// Where they end, before their figures.
const RIGHT: f64 = 236.0;
/// Height of a line.
const ROW: f64 = 13.0;
/// Size of type.
const TYPE: f64 = 8.5;

impl Line {
    fn all(&self) -> impl Iterator<Item = f64> {
        let ends = [self.value, self.interval.map(|i| i.0), self.interval.map(|i| i.1)];
        ends.into_iter().flatten().filter(|v| v.is_finite())
    }

    /// In figures.
    fn told(&self, scale: &Scale) -> String {
        let show = |v: f64| short(scale.apply(v));
        let range = self.interval.map(|(low, high)| {
            let (low, high) = (show(low), show(high));
            if low == high { low } else { between(&low, &high) }
        });
        let mark = if self.look == Look::Hollow { "*" } else { "" };
        match (self.value, range) {
            (Some(v), Some(range)) if show(v) != range => format!("{} ({range}){mark}", show(v)),
            (Some(v), _) => format!("{}{mark}", show(v)),
            (None, Some(range)) => format!("{range}{mark}"),
            (None, None) => NOTHING.into(),
        }
    }
}

/// Two digits, or a whole number where there are more.
fn short(value: f64) -> String {
    match value.abs() {
        size if size >= 99.5 => round(value, 3),
        size if size >= 9.95 => fixed(value, 0),
        _ => round(value, 2),
    }
}

impl Panel {
    fn scale(&self) -> Scale {
        if self.unit == "1" {
            return Scale::share();
        }
        Scale::fit(&self.unit, self.lines.iter().flat_map(Line::all).map(Some))
    }

    /// Its title with the unit that is shown.
    pub(crate) fn named(&self) -> String {
        with_unit(&self.title, &self.scale().unit)
    }

    /// Its lines in figures.
    pub(crate) fn told(&self) -> Vec<String> {
        let scale = self.scale();
        self.lines.iter().map(|line| line.told(&scale)).collect()
    }

    /// A share has the whole as its end, unless it goes beyond.
    fn axis(&self, scale: &Scale) -> Axis {
        let whole = if self.unit == "1" { vec![0.0, 1.0] } else { vec![0.0] };
        let all = self.lines.iter().flat_map(Line::all).chain(whole);
        Axis::fit(all.map(|v| scale.apply(v)))
    }
}

/// Draws panels.
pub fn panels(chart: &Panels) -> Drawing {
    let data = table(chart);
    let lines = chart.names.len() as f64;
    let height = |panel: &Panel| titles(panel).len() as f64 * 10.5 + lines * ROW + 9.0;
    let heights = chart.groups.iter().map(|(_, all)| 22.0 + all.iter().map(height).sum::<f64>());
    let mut scene = Scene::new(WIDTH, 4.0 + heights.sum::<f64>());
    let mut y = 4.0;
    for (heading, all) in &chart.groups {
        scene.text((0.0, y + 10.0), Label::new(heading.clone(), 10.5).bold());
        scene.line([(0.0, y + 14.5), (WIDTH, y + 14.5)], Stroke::new(Ink::Text, 0.8));
        y += 22.0;
        for panel in all {
            self::panel(&mut scene, panel, &chart.names, y);
            y += height(panel);
        }
    }
    Drawing { scene, alt: alt(chart), data }
}

/// The title of a panel with its unit, in lines.
fn titles(panel: &Panel) -> Vec<String> {
    font::lines(&panel.named(), Face::Bold, TYPE, WIDTH, 2)
}

fn panel(scene: &mut Scene, panel: &Panel, names: &[String], top: f64) {
    let scale = panel.scale();
    let axis = panel.axis(&scale);
    let place = |v: f64| {
        let share = (scale.apply(v) - axis.low) / (axis.high - axis.low);
        LEFT + (RIGHT - LEFT) * share.clamp(0.0, 1.0)
    };
    let mut y = top;
    for line in titles(panel) {
        scene.text((0.0, y + 8.0), Label::new(line, TYPE).bold());
        y += 10.5;
    }
    let foot = y + ROW * names.len() as f64;
    for x in [LEFT, f64::midpoint(LEFT, RIGHT), RIGHT] {
        scene.line([(x, y + 1.0), (x, foot - 1.0)], Stroke::new(Ink::Rule, 0.6));
    }
    if axis.low < 0.0 && axis.high > 0.0 {
        scene.line([(place(0.0), y + 1.0), (place(0.0), foot - 1.0)], Stroke::new(Ink::Text, 0.8));
    }
    for (n, (line, name)) in panel.lines.iter().zip(names).enumerate() {
        let middle = y + ROW * (n as f64 + 0.5);
        let (ink, foot) = (Ink::Nth(n), middle + 3.0);
        let name = font::fit(name, Face::Regular, TYPE, LEFT - 8.0);
        scene.text((LEFT - 6.0, foot), Label::new(name, TYPE).ink(ink).end());
        let told = font::fit(&line.told(&scale), Face::Regular, TYPE, WIDTH - RIGHT - 8.0);
        if line.all().next().is_none() {
            scene.text((LEFT + 4.0, foot), Label::new("no figure", TYPE).ink(Ink::Soft));
            continue;
        }
        scene.text((RIGHT + 8.0, foot), Label::new(told, TYPE));
        let stroke = Stroke::new(ink, 2.0);
        let stroke = if line.look == Look::Hollow { stroke.dashed(3.0, 2.0) } else { stroke };
        if let Some((low, high)) = line.interval {
            scene.line([(place(low), middle), (place(high), middle)], stroke);
        }
        if let Some(value) = line.value {
            let fill = if line.look == Look::Hollow { Ink::Ground } else { ink };
            let edge = Some(Stroke::new(ink, 1.4));
            scene.circle((place(value), middle), 3.2, fill.at(1.0), edge);
        }
    }
}

fn alt(chart: &Panels) -> String {
    let panel = |panel: &Panel| {
        let of = |(told, name): (String, &String)| format!("{name} {told}");
        let all: Vec<String> = panel.told().into_iter().zip(&chart.names).map(of).collect();
        format!("{}: {}", panel.named(), all.join(", "))
    };
    let all: Vec<String> =
        chart.groups.iter().flat_map(|(_, panels)| panels.iter().map(panel)).collect();
    format!("{}. {}.", chart.title, all.join("; "))
}

fn table(chart: &Panels) -> Table {
    let heads: Vec<String> = chart.names.iter().map(|name| format!("#{name}")).collect();
    let heads: Vec<&str> = ["Figure"].into_iter().chain(heads.iter().map(String::as_str)).collect();
    let mut table = Table::new(chart.title.clone(), &heads);
    for panel in chart.groups.iter().flat_map(|(_, panels)| panels) {
        table.row([panel.named()].into_iter().chain(panel.told()));
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(value: Option<f64>, interval: Option<(f64, f64)>, look: Look) -> Line {
        Line { value, interval, look }
    }

    fn chart() -> Panels {
        let lines = vec![
            line(Some(0.62), Some((0.31, 0.88)), Look::Solid),
            line(None, Some((0.3, 0.6)), Look::Hollow),
            line(None, None, Look::Solid),
        ];
        let panel = Panel { title: "Share of <it>".into(), unit: "1".into(), lines };
        let names = ["Upland", "Shore", "Isle"].map(String::from).to_vec();
        Panels { title: "Three".into(), names, groups: vec![("What differs".into(), vec![panel])] }
    }

    #[test]
    fn a_panel_says_in_words_and_figures_what_it_draws() {
        let drawing = panels(&chart());
        assert_eq!(
            drawing.alt,
            "Three. Share of <it> (%): Upland 62 (31–88), Shore 30–60*, Isle –."
        );
        let svg = drawing.scene.svg(&drawing.alt);
        assert!(svg.contains("62 (31–88)") && svg.contains("no figure"), "{svg}");
        assert_eq!(drawing.data.rows.len(), 1);
    }

    #[test]
    fn what_is_stated_is_dashed_and_what_is_simulated_is_not() {
        let dashes = |chart: &Panels| panels(chart).scene.svg("").matches("dasharray").count();
        let mut chart = chart();
        assert_eq!(dashes(&chart), 1);
        chart.groups[0].1[0].lines[1].look = Look::Solid;
        assert_eq!(dashes(&chart), 0);
    }

    #[test]
    fn every_figure_lies_within_its_lines_of_end() {
        let mut chart = chart();
        chart.groups[0].1[0].unit = "t".into();
        chart.groups[0].1[0].lines[0] = line(Some(-5e7), Some((-9e7, 2e7)), Look::Solid);
        let svg = panels(&chart).scene.svg("");
        assert!(svg.contains("−50 (−90 to 20)"), "{svg}");
    }
}
