//! Which policy would be regretted where? Numbers in cells, the darker the larger.
//!
//! One scale of shades for the whole, from zero; a dot marks the smallest number of each column.

use super::plot::any;
use super::{Drawing, TYPE, WIDTH, heading, with_unit};
use crate::paper::document::{Table, Words};
use crate::paper::font::{self, Face};
use crate::paper::ink::Ink;
use crate::paper::scene::{Label, Scene, Stroke};
use crate::report::number::Scale;

/// Numbers by row and column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heat {
    /// What the numbers are, as `Regret`.
    pub title: String,
    /// Their unit.
    pub unit: String,
    /// Names of the rows, as policies.
    pub rows: Vec<String>,
    /// Names of the columns, as scenarios.
    pub columns: Vec<String>,
    /// A number for each row and column, row by row; `None` where there is none.
    pub values: Vec<Vec<Option<f64>>>,
}

impl Heat {
    fn value(&self, row: usize, column: usize) -> Option<f64> {
        self.values.get(row)?.get(column).copied().flatten().filter(|v| v.is_finite())
    }

    /// The row with the smallest number of a column.
    fn best(&self, column: usize) -> Option<usize> {
        let values = (0..self.rows.len()).filter_map(|r| self.value(r, column).map(|v| (r, v)));
        values.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(r, _)| r)
    }
}

/// Draws numbers by row and column.
pub fn heat(chart: &Heat) -> Drawing {
    let all: Vec<f64> = (0..chart.rows.len())
        .flat_map(|r| (0..chart.columns.len()).filter_map(move |c| chart.value(r, c)))
        .collect();
    let scale = Scale::fit(&chart.unit, all.iter().copied().map(Some));
    let data = table(chart, &scale);
    if !any(&all) {
        return Drawing::nothing(&chart.title, data);
    }
    let widest =
        chart.rows.iter().map(|r| font::width(r, Face::Regular, TYPE)).fold(40.0, f64::max);
    let left = widest.min(140.0) + 8.0;
    let wide = ((WIDTH - left) / chart.columns.len() as f64).min(110.0);
    // Words under narrow columns are written smaller.
    let size = if wide < 52.0 { 7.0 } else { TYPE };
    let head = |c: &String| font::lines(c, Face::Regular, size, wide - 4.0, 4);
    let heads: Vec<Vec<String>> = chart.columns.iter().map(head).collect();
    let lines = heads.iter().map(Vec::len).max().unwrap_or(1).max(1);
    let top = 20.0 + lines as f64 * (size + 2.0) + 4.0;
    let high = 24.0;
    let mut scene = Scene::new(WIDTH, top + high * chart.rows.len() as f64 + 18.0);
    heading(&mut scene, &chart.title, &scale.unit);
    for (n, lines) in heads.iter().enumerate() {
        let x = left + wide * (n as f64 + 0.5);
        for (i, line) in lines.iter().rev().enumerate() {
            let y = top - 5.0 - i as f64 * (size + 2.0);
            scene.text((x, y), Label::new(line, size).ink(Ink::Soft).middle());
        }
    }
    let most = all.iter().map(|v| v.abs()).fold(0.0, f64::max);
    for (r, name) in chart.rows.iter().enumerate() {
        let y = top + high * r as f64;
        for (i, line) in font::lines(name, Face::Regular, TYPE, left - 8.0, 2).iter().enumerate() {
            let two = font::width(name, Face::Regular, TYPE) > left - 8.0;
            let at = if two { y + 10.0 + 10.0 * i as f64 } else { y + 15.0 };
            scene.text((0.0, at), Label::new(line, TYPE));
        }
        for c in 0..chart.columns.len() {
            let place = [left + wide * c as f64, y, wide, high];
            cell(&mut scene, place, chart.value(r, c), &scale, (most, size));
            if chart.best(c) == Some(r) {
                scene.circle((place[0] + 7.0, y + high / 2.0), 2.4, Ink::Record.at(1.0), None);
            }
        }
    }
    let y = top + high * chart.rows.len() as f64 + 12.0;
    scene.circle((left + 7.0, y - 3.0), 2.4, Ink::Record.at(1.0), None);
    scene.text((left + 13.0, y), Label::new("smallest of the column", TYPE).ink(Ink::Soft));
    Drawing { scene, alt: alt(chart, &scale), data }
}

fn cell(
    scene: &mut Scene,
    place: [f64; 4],
    value: Option<f64>,
    scale: &Scale,
    (most, size): (f64, f64),
) {
    let share = value.map_or(0.0, |v| if most > 0.0 { v.abs() / most } else { 0.0 });
    let fill = Ink::Narrow.at((share * 0.9 * 20.0).round() / 20.0);
    scene.rect(place, fill, Some(Stroke::new(Ink::Ground, 1.5)));
    let [x, y, w, h] = place;
    let label = Label::new(scale.perhaps(value), size.max(7.5)).middle();
    scene.text((x + w / 2.0 + 3.0, y + h / 2.0 + 3.0), label);
}

fn alt(chart: &Heat, scale: &Scale) -> String {
    let best = |c: usize| {
        let r = chart.best(c)?;
        let value = scale.perhaps(chart.value(r, c));
        Some(format!("{}: {} ({value})", chart.columns[c], chart.rows[r]))
    };
    let best: Vec<String> = (0..chart.columns.len()).filter_map(best).collect();
    let title = with_unit(&chart.title, &scale.unit);
    format!("{title} by row and column. Smallest of each column: {}.", best.join("; "))
}

fn table(chart: &Heat, scale: &Scale) -> Table {
    let mut heads = vec![String::new()];
    heads.extend(chart.columns.iter().map(|c| format!("#{c}")));
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let mut table = Table::new(with_unit(&chart.title, &scale.unit), &heads);
    for (r, name) in chart.rows.iter().enumerate() {
        let cells = (0..chart.columns.len()).map(|c| scale.perhaps(chart.value(r, c)));
        table.row(std::iter::once(name.clone()).chain(cells).map(Words::from));
    }
    table
}
