//! How much of what happens does a box cover, and how pure is it? The path of boxes, and the one
//! that was chosen.

use super::plot::{Plot, any, reach};
use super::{Drawing, TYPE, WIDTH, heading};
use crate::paper::document::Table;
use crate::paper::ink::Ink;
use crate::paper::scene::{Label, Scene, Stroke};
use crate::report::axis::Axis;
use crate::report::number::Scale;
use crate::report::text::put;

/// The path of boxes (Bryant and Lempert, 2010).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trade {
    /// What is explained.
    pub title: String,
    /// Coverage and density of each box, 0 to 1, in the order in which they were found.
    pub path: Vec<(f64, f64)>,
    /// Which of them was chosen.
    pub chosen: Option<usize>,
    /// Density of all runs together.
    pub base: Option<f64>,
}

/// Draws the path of boxes.
pub fn trade(chart: &Trade) -> Drawing {
    let share = Scale::share();
    let mut data = Table::new(chart.title.as_str(), &["Box", "#Coverage, %", "#Density, %"]);
    for (n, (coverage, density)) in chart.path.iter().enumerate() {
        let chosen = if chart.chosen == Some(n) { " (chosen)" } else { "" };
        data.row([format!("{}{chosen}", n + 1), share.model(*coverage), share.model(*density)]);
    }
    let finite = |p: &&(f64, f64)| p.0.is_finite() && p.1.is_finite();
    let xs: Vec<f64> = chart.path.iter().filter(finite).map(|p| p.0).collect();
    if !any(&xs) {
        return Drawing::nothing(&chart.title, data);
    }
    let mut scene = Scene::new(WIDTH, 262.0);
    heading(&mut scene, &chart.title, "");
    let name = "Density: share of the runs in the box in which it happens, %";
    scene.text((0.0, 24.0), Label::new(name, TYPE));
    let axis = Axis::fit([0.0, 100.0].into_iter());
    let left = reach(&axis);
    let (right, across) = (WIDTH - 8.0, axis.clone());
    let plot = Plot { left, right, top: 34.0, bottom: 232.0, across, up: axis };
    plot.rungs(&mut scene);
    plot.posts(&mut scene);
    plot.name_across(
        &mut scene,
        "Coverage: share of all runs in which it happens that lie in the box, %",
    );
    let place = |p: (f64, f64)| (plot.x(100.0 * p.0), plot.y(100.0 * p.1));
    if let Some(base) = chart.base.filter(|b| b.is_finite()) {
        let y = plot.y(100.0 * base);
        let line = Stroke::new(Ink::Soft, 0.9).dashed(3.0, 2.0);
        scene.line([(plot.left, y), (plot.right, y)], line);
        let text = format!("all runs: {} %", share.model(base));
        scene.text((plot.left + 4.0, y - 4.0), Label::new(text, TYPE).ink(Ink::Soft).halo());
    }
    scene.line(chart.path.iter().map(|p| place(*p)), Stroke::new(Ink::Nth(0), 1.0));
    for point in chart.path.iter().filter(finite) {
        scene.circle(place(*point), 2.6, Ink::Nth(0).at(1.0), None);
    }
    let chosen = chart.chosen.and_then(|n| chart.path.get(n)).filter(finite);
    let mut alt = format!("{}: coverage against density of {} boxes.", chart.title, xs.len());
    if let Some((coverage, density)) = chosen {
        let (x, y) = place((*coverage, *density));
        scene.circle((x, y), 5.5, None, Some(Stroke::new(Ink::Record, 1.8)));
        let (c, d) = (share.model(*coverage), share.model(*density));
        let label = Label::new(format!("chosen: coverage {c} %, density {d} %"), TYPE);
        let label = label.bold().ink(Ink::Record).halo();
        let (label, x) = if x > f64::midpoint(plot.left, plot.right) {
            (label.end(), x - 9.0)
        } else {
            (label, x + 9.0)
        };
        let y = if y > plot.bottom - 30.0 { y - 10.0 } else { y + 16.0 };
        scene.text((x, y), label);
        put!(&mut alt, " Chosen: coverage {c} %, density {d} %.");
    }
    Drawing { scene, alt, data }
}
