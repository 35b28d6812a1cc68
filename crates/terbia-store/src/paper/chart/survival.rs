//! How long do spells last? The share that still goes on, by the time since they began.
//!
//! Steps with their bands; a tick where a spell was lost from sight while it went on.

use super::plot::{Plot, any, reach};
use super::{Drawing, TYPE, WIDTH, heading, spread};
use crate::paper::document::Table;
use crate::paper::font::{self, Face};
use crate::paper::ink::Ink;
use crate::paper::scene::{Label, Scene, Stroke};
use crate::report::axis::Axis;
use crate::report::number::Scale;

/// Curves of survival.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Survival {
    /// What goes on.
    pub title: String,
    /// Unit of time, as `months`.
    pub unit: String,
    /// The curves.
    pub curves: Vec<Curve>,
}

/// A curve.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    /// Whose spells.
    pub name: String,
    /// From each time on, in order; before the first all go on.
    pub steps: Vec<Step>,
    /// Times at which spells were lost from sight.
    pub censored: Vec<f64>,
}

/// A step of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Time since the spells began.
    pub time: f64,
    /// Share that goes on, 0 to 1.
    pub share: f64,
    /// Lower and upper end of its interval.
    pub interval: Option<(f64, f64)>,
}

/// Draws curves of survival.
pub fn survival(chart: &Survival) -> Drawing {
    let times: Vec<f64> = chart.curves.iter().flat_map(times).collect();
    let data = table(chart);
    if !any(&times) {
        return Drawing::nothing(&chart.title, data);
    }
    let mut scene = Scene::new(WIDTH, 246.0);
    heading(&mut scene, &chart.title, "share that goes on, %");
    let names: Vec<String> =
        chart.curves.iter().map(|c| font::fit(&c.name, Face::Bold, TYPE, 110.0)).collect();
    let widest = names.iter().map(|n| font::width(n, Face::Bold, TYPE)).fold(0.0, f64::max);
    let (across, up) =
        (Axis::fit(times.iter().copied().chain([0.0])), Axis::fit([0.0, 100.0].into_iter()));
    let plot = Plot {
        left: reach(&up),
        right: WIDTH - widest - 10.0,
        top: 26.0,
        bottom: 214.0,
        across,
        up,
    };
    plot.rungs(&mut scene);
    plot.posts(&mut scene);
    plot.name_across(&mut scene, &format!("{} since it began", chart.unit));
    scene.window(plot.window(), |scene| {
        for (n, curve) in chart.curves.iter().enumerate() {
            band(scene, curve, &plot, Ink::Nth(n));
        }
        for (n, curve) in chart.curves.iter().enumerate() {
            steps(scene, curve, &plot, Ink::Nth(n));
        }
    });
    let last = |c: &Curve| {
        let share = c.steps.iter().rev().map(|s| s.share).find(|s| s.is_finite()).unwrap_or(1.0);
        plot.y(100.0 * share)
    };
    let mut ends: Vec<f64> = chart.curves.iter().map(last).collect();
    spread(&mut ends, 11.0, plot.top + 4.0, plot.bottom - 2.0);
    for (n, name) in names.iter().enumerate() {
        let label = Label::new(name, TYPE).bold().ink(Ink::Nth(n));
        scene.text((plot.right + 6.0, ends[n] + 3.0), label);
    }
    Drawing { scene, alt: alt(chart), data }
}

fn times(curve: &Curve) -> impl Iterator<Item = f64> + '_ {
    curve.steps.iter().map(|s| s.time).chain(curve.censored.iter().copied())
}

/// Corners of a line of steps through times and values, as far as the curve is seen.
fn corners(points: &[(f64, f64)], until: f64) -> Vec<(f64, f64)> {
    let mut out = vec![(0.0, 1.0)];
    for (time, value) in points.iter().filter(|p| p.0.is_finite() && p.1.is_finite()) {
        let before = out.last().map_or(1.0, |p| p.1);
        out.push((*time, before));
        out.push((*time, *value));
    }
    let last = out.last().map_or(1.0, |p| p.1);
    out.push((until, last));
    out
}

/// How far a curve is seen.
fn until(curve: &Curve) -> f64 {
    times(curve).filter(|t| t.is_finite()).fold(0.0, f64::max)
}

fn band(scene: &mut Scene, curve: &Curve, plot: &Plot, ink: Ink) {
    let ends = |pick: fn((f64, f64)) -> f64| -> Vec<(f64, f64)> {
        curve.steps.iter().filter_map(|s| s.interval.map(|i| (s.time, pick(i)))).collect()
    };
    let (low, high) = (ends(|i| i.0), ends(|i| i.1));
    if low.is_empty() {
        return;
    }
    let (low, high) = (corners(&low, until(curve)), corners(&high, until(curve)));
    let place = |(t, s): (f64, f64)| (plot.x(t), plot.y(100.0 * s));
    scene.area(high.into_iter().chain(low.into_iter().rev()).map(place), ink.at(0.16), None);
}

fn steps(scene: &mut Scene, curve: &Curve, plot: &Plot, ink: Ink) {
    let points: Vec<(f64, f64)> = curve.steps.iter().map(|s| (s.time, s.share)).collect();
    let line = corners(&points, until(curve));
    scene.line(line.iter().map(|(t, s)| (plot.x(*t), plot.y(100.0 * s))), Stroke::new(ink, 1.8));
    for time in &curve.censored {
        let before = points.iter().rev().find(|p| p.0 <= *time);
        let (x, y) = (plot.x(*time), plot.y(100.0 * before.map_or(1.0, |p| p.1)));
        scene.line([(x, y - 4.0), (x, y + 4.0)], Stroke::new(ink, 1.0));
    }
}

/// The time from which on no more than half go on.
fn half(curve: &Curve) -> Option<f64> {
    curve.steps.iter().find(|s| s.share <= 0.5).map(|s| s.time)
}

fn alt(chart: &Survival) -> String {
    let of = |c: &Curve| match half(c) {
        Some(t) => format!(
            "{}: half have ended after {} {}",
            c.name,
            Scale::of("", t).model(t),
            chart.unit
        ),
        None => format!("{}: fewer than half end while they are seen", c.name),
    };
    let all: Vec<String> = chart.curves.iter().map(of).collect();
    format!("{}, share that goes on by time. {}.", chart.title, all.join("; "))
}

fn table(chart: &Survival) -> Table {
    let time = format!("#Time, {}", chart.unit);
    let heads = ["Curve", &time, "#Goes on, %", "#Interval, %"];
    let mut table = Table::new(chart.title.as_str(), &heads);
    let share = Scale::share();
    for curve in &chart.curves {
        for step in &curve.steps {
            table.row([
                curve.name.clone(),
                Scale::of("", step.time).model(step.time),
                share.model(step.share),
                share.interval(step.interval.map(|i| i.0), step.interval.map(|i| i.1)),
            ]);
        }
    }
    table.note("Ticks on a curve: spells lost from sight while they went on.");
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_goes_down_in_steps() {
        let points = [(2.0, 0.5), (f64::NAN, 0.4), (5.0, 0.0)];
        let expected = [(0.0, 1.0), (2.0, 1.0), (2.0, 0.5), (5.0, 0.5), (5.0, 0.0), (6.0, 0.0)];
        assert_eq!(corners(&points, 6.0), expected);
    }
}
