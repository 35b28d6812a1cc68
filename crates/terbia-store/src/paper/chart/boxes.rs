//! Within which limits of the inputs does it happen? The box that was found, in the range that each
//! input could have had.

use super::plot::any;
use super::{Drawing, TYPE, WIDTH, heading, with_unit};
use crate::paper::document::Table;
use crate::paper::font::{self, Face};
use crate::paper::ink::Ink;
use crate::paper::scene::{Label, Scene, Stroke};
use crate::report::number::Scale;

/// A box (Friedman and Fisher, 1999).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Boxes {
    /// What happens within it.
    pub title: String,
    /// The inputs that it restricts.
    pub inputs: Vec<Restricted>,
}

/// An input that a box restricts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Restricted {
    /// What it is.
    pub name: String,
    /// Its unit.
    pub unit: String,
    /// The range that it could have had.
    pub prior: (f64, f64),
    /// Its lower limit, if the box has one.
    pub low: Option<f64>,
    /// Its upper limit, if the box has one.
    pub high: Option<f64>,
    /// What else to say, as how likely it is that the limit is chance.
    pub note: String,
}

impl Restricted {
    fn values(&self) -> impl Iterator<Item = f64> {
        let Self { prior: (a, b), low, high, .. } = *self;
        [Some(a), Some(b), low, high].into_iter().flatten().filter(|v| v.is_finite())
    }

    fn limits(&self) -> (Option<f64>, Option<f64>) {
        let sound = |v: Option<f64>| v.filter(|v| v.is_finite());
        (sound(self.low), sound(self.high))
    }

    fn scale(&self) -> Scale {
        Scale::fit(&self.unit, self.values().map(Some))
    }

    /// Its limits in words.
    fn told(&self) -> String {
        let scale = self.scale();
        let unit =
            if scale.unit.is_empty() { String::new() } else { format!("\u{a0}{}", scale.unit) };
        match self.limits() {
            (Some(a), Some(b)) => format!("{} to {}{unit}", scale.model(a), scale.model(b)),
            (Some(a), None) => format!("≥\u{a0}{}{unit}", scale.model(a)),
            (None, Some(b)) => format!("≤\u{a0}{}{unit}", scale.model(b)),
            (None, None) => "not restricted".into(),
        }
    }
}

/// Distance of rows.
const ROW: f64 = 40.0;
/// Where bars begin.
const LEFT: f64 = 178.0;

/// Draws a box.
pub fn boxes(chart: &Boxes) -> Drawing {
    let data = table(chart);
    let all: Vec<f64> = chart.inputs.iter().flat_map(Restricted::values).collect();
    if !any(&all) {
        return Drawing::nothing(&chart.title, data);
    }
    let mut scene = Scene::new(WIDTH, 22.0 + ROW * chart.inputs.len() as f64 + 16.0);
    heading(&mut scene, &chart.title, "");
    for (n, input) in chart.inputs.iter().enumerate() {
        row(&mut scene, input, 22.0 + ROW * n as f64);
    }
    key(&mut scene, 22.0 + ROW * chart.inputs.len() as f64 + 9.0);
    let told = |i: &Restricted| format!("{} {}", i.name, i.told());
    let told: Vec<String> = chart.inputs.iter().map(told).collect();
    Drawing { scene, alt: format!("{}: {}.", chart.title, told.join("; ")), data }
}

fn row(scene: &mut Scene, input: &Restricted, top: f64) {
    let lines = font::lines(&input.name, Face::Regular, TYPE, LEFT - 14.0, 2);
    let first =
        top + 19.0 - 5.0 * lines.len() as f64 - if input.note.is_empty() { 0.0 } else { 5.0 };
    let below = first + 10.5 * lines.len() as f64;
    for (i, line) in lines.into_iter().enumerate() {
        scene.text((0.0, first + 6.0 + 10.5 * i as f64), Label::new(line, TYPE));
    }
    let note = font::fit(&input.note, Face::Regular, 7.5, LEFT - 14.0);
    scene.text((0.0, below + 6.0), Label::new(note, 7.5).ink(Ink::Soft));
    let (low, high) = input.prior;
    let right = WIDTH - 4.0;
    let bar = |from: f64, to: f64| [from, top + 14.0, to - from, 10.0];
    scene.rect(bar(LEFT, right), Ink::Wide.at(1.0), None);
    if high <= low || !low.is_finite() || !high.is_finite() {
        return;
    }
    let place = |v: f64| LEFT + (right - LEFT) * ((v - low) / (high - low)).clamp(0.0, 1.0);
    let (from, to) = input.limits();
    let (x0, x1) = (from.map_or(LEFT, place), to.map_or(right, place));
    scene.rect(bar(x0, x1.max(x0 + 1.0)), Ink::Nth(0).at(1.0), None);
    let scale = input.scale();
    ends(scene, input, &scale, (top + 34.0, right));
    let unit = if scale.unit.is_empty() { String::new() } else { format!(" {}", scale.unit) };
    let mark = |v: f64| format!("{}{unit}", scale.model(v));
    for x in [from.map(place), to.map(place)].into_iter().flatten() {
        scene.line([(x, top + 11.0), (x, top + 26.0)], Stroke::new(Ink::Text, 1.2));
    }
    match (from, to) {
        (Some(a), Some(b)) => {
            let short = scale.model(a);
            pair(scene, (mark(a), short, x0), (mark(b), x1), (top + 9.0, right));
        }
        (Some(a), None) => single(scene, format!("≥ {}", mark(a)), x0, (top + 9.0, right)),
        (None, Some(b)) => single(scene, format!("≤ {}", mark(b)), x1, (top + 9.0, right)),
        (None, None) => {}
    }
}

/// Writes the ends of the range an input could have had.
fn ends(scene: &mut Scene, input: &Restricted, scale: &Scale, (y, right): (f64, f64)) {
    let label = |v: f64| Label::new(scale.model(v), 7.5).ink(Ink::Soft);
    scene.text((LEFT, y), label(input.prior.0));
    scene.text((right, y), label(input.prior.1).end());
}

/// Writes one limit above its mark.
fn single(scene: &mut Scene, text: String, x: f64, (y, right): (f64, f64)) {
    let label = Label::new(text, TYPE).bold().middle();
    let half = label.width() / 2.0;
    scene.text((x.clamp(LEFT + half, (right - half).max(LEFT + half)), y), label);
}

/// Writes two limits above their marks, or both in one where they would touch.
fn pair(scene: &mut Scene, a: (String, String, f64), b: (String, f64), place: (f64, f64)) {
    let wide = |t: &str| font::width(t, Face::Bold, TYPE);
    if b.1 - a.2 < f64::midpoint(wide(&a.0), wide(&b.0)) + 8.0 {
        single(scene, format!("{} to {}", a.1, b.0), f64::midpoint(a.2, b.1), place);
    } else {
        single(scene, a.0, a.2, place);
        single(scene, b.0, b.1, place);
    }
}

fn key(scene: &mut Scene, y: f64) {
    let mut x = LEFT;
    for (ink, text) in [(Ink::Wide, "range it could have had"), (Ink::Nth(0), "within the box")] {
        scene.rect([x, y - 7.0, 12.0, 7.0], ink.at(1.0), None);
        let label = Label::new(text, TYPE).ink(Ink::Soft);
        let width = label.width();
        scene.text((x + 16.0, y), label);
        x += width + 30.0;
    }
}

fn table(chart: &Boxes) -> Table {
    let mut table =
        Table::new(chart.title.as_str(), &["Input", "#Within the box", "#Could have been", "Note"]);
    for input in &chart.inputs {
        let scale = input.scale();
        table.row([
            input.name.clone(),
            input.told(),
            with_unit(&scale.interval(Some(input.prior.0), Some(input.prior.1)), &scale.unit),
            input.note.clone(),
        ]);
    }
    table
}
