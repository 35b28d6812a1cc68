//! Which boxes does terbia find in shapes that are known? Writes data and boxes as CSV, so that
//! another program can analyse the same data: `cargo run --release --example discover_shapes --
//! FOLDER`.
//!
//! For each shape: `NAME.csv` has the inputs (0..1) and the answer (1 or 0) of every run,
//! `NAME.boxes.csv` the limits of the last box of each trajectory and `NAME.curve.csv` every box on
//! the way. The boxes are found with the default settings; an open limit is an empty field.

#![allow(clippy::print_stdout, reason = "says where it wrote and how long it took")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;
use std::{env, fs, io};
use terbia_lab::discover::prim::{Cover, Settings};
use terbia_lab::discover::{Curve, Side, Table, judge};
use terbia_model::kernel::rng::{Draws, Purpose};

const INPUT: Purpose = Purpose(1);
const FLIP: Purpose = Purpose(2);

/// Runs, inputs, share of answers turned round, and where a run is of interest.
struct Shape {
    name: &'static str,
    runs: u32,
    inputs: u32,
    flipped: f64,
    /// Steps that an input is rounded down to; 0 leaves it as it is.
    steps: f64,
    boxes: usize,
    of_interest: fn(&[f64]) -> bool,
}

const SHAPES: [Shape; 7] = [
    Shape {
        name: "m10",
        runs: 5_000,
        inputs: 2,
        flipped: 0.0,
        steps: 0.0,
        boxes: 1,
        of_interest: |x| x[0] < 0.3 && x[1] > 0.6,
    },
    Shape {
        name: "three_of_ten",
        runs: 5_000,
        inputs: 10,
        flipped: 0.0,
        steps: 0.0,
        boxes: 1,
        of_interest: |x| x[1] > 0.2 && x[1] < 0.7 && x[4] > 0.5 && x[7] < 0.6,
    },
    Shape {
        name: "three_of_ten_noisy",
        runs: 2_000,
        inputs: 10,
        flipped: 0.1,
        steps: 0.0,
        boxes: 1,
        of_interest: |x| x[1] > 0.2 && x[1] < 0.7 && x[4] > 0.5 && x[7] < 0.6,
    },
    Shape {
        name: "two_boxes",
        runs: 5_000,
        inputs: 5,
        flipped: 0.0,
        steps: 0.0,
        boxes: 2,
        of_interest: |x| (x[0] < 0.5 && x[1] < 0.45) || (x[2] > 0.7 && x[3] > 0.6),
    },
    Shape {
        name: "diagonal",
        runs: 5_000,
        inputs: 3,
        flipped: 0.0,
        steps: 0.0,
        boxes: 1,
        of_interest: |x| (x[0] - x[1]).abs() < 0.1,
    },
    Shape {
        name: "steps",
        runs: 3_000,
        inputs: 4,
        flipped: 0.05,
        steps: 16.0,
        boxes: 1,
        of_interest: |x| x[0] < 0.5 && x[2] >= 0.25 && x[2] < 0.75,
    },
    Shape {
        name: "large",
        runs: 20_000,
        inputs: 40,
        flipped: 0.05,
        steps: 0.0,
        boxes: 1,
        of_interest: |x| x[3] < 0.6 && x[11] > 0.5 && x[29] > 0.3 && x[29] < 0.8,
    },
];

fn main() -> io::Result<()> {
    let usage = || io::Error::other("give the folder to write to");
    let folder = PathBuf::from(env::args_os().nth(1).ok_or_else(usage)?);
    fs::create_dir_all(&folder)?;
    for shape in &SHAPES {
        write_shape(shape, &folder)?;
    }
    Ok(())
}

fn write_shape(shape: &Shape, folder: &Path) -> io::Result<()> {
    let inputs = draw(shape);
    let of_interest = answers(shape, &inputs);
    let columns: Vec<&[f64]> = inputs.iter().map(Vec::as_slice).collect();
    let table = Table::new(&columns, &of_interest).map_err(io::Error::other)?;

    let began = Instant::now();
    let mut cover = Cover::new(&table, &Settings::default()).map_err(io::Error::other)?;
    let mut found = Vec::new();
    while found.len() < shape.boxes {
        let Some(curve) = cover.curve() else { break };
        let Some(last) = curve.points.last() else { break };
        let judged = cover.judge(&last.region);
        cover.take(&last.region);
        found.push((curve, judged));
    }
    let seconds = began.elapsed().as_secs_f64();

    let path = |ending: &str| folder.join(format!("{}.{ending}", shape.name));
    fs::write(path("csv"), data(&inputs, &of_interest))?;
    fs::write(path("boxes.csv"), limits(&found, shape.inputs as usize))?;
    fs::write(path("curve.csv"), curves(&found))?;
    fs::write(path("seconds"), format!("{seconds}\n"))?;
    println!("{}: {} boxes in {seconds:.3} s, in {}", shape.name, found.len(), folder.display());
    Ok(())
}

fn draw(shape: &Shape) -> Vec<Vec<f64>> {
    let draws = Draws::new(1, 0);
    let value = |input, run| {
        let u = draws.uniform(INPUT, input, run, 0);
        if shape.steps > 0.0 { (u * shape.steps).floor() / shape.steps } else { u }
    };
    (0..shape.inputs).map(|i| (0..shape.runs).map(|run| value(i, run)).collect()).collect()
}

fn answers(shape: &Shape, inputs: &[Vec<f64>]) -> Vec<bool> {
    let draws = Draws::new(1, 0);
    let answer = |run: u32| {
        let row: Vec<f64> = inputs.iter().map(|x| x[run as usize]).collect();
        (shape.of_interest)(&row) != (draws.uniform(FLIP, 0, run, 0) < shape.flipped)
    };
    (0..shape.runs).map(answer).collect()
}

fn data(inputs: &[Vec<f64>], of_interest: &[bool]) -> String {
    let names: Vec<String> = (0..inputs.len()).map(|i| format!("x{i}")).collect();
    let mut text = format!("{},of_interest\n", names.join(","));
    for (run, y) in of_interest.iter().enumerate() {
        for x in inputs {
            // Writing to a string cannot fail.
            let _ = write!(text, "{},", x[run]);
        }
        let _ = writeln!(text, "{}", u8::from(*y));
    }
    text
}

fn limits(found: &[(Curve, judge::Judged)], inputs: usize) -> String {
    let mut text = "box,input,low,high,quasi_p_low,quasi_p_high\n".to_owned();
    let field = |x: Option<f64>| x.map_or(String::new(), |x| x.to_string());
    for (place, (_, judged)) in found.iter().enumerate() {
        for input in 0..inputs {
            let limits = judged.region.limits[input];
            let quasi_p = |side| {
                let at = |t: &&judge::EdgeTest| t.edge.input == input && t.edge.side == side;
                judged.tests.iter().find(at).map(|t| t.quasi_p)
            };
            let fields =
                [limits.low, limits.high, quasi_p(Side::Low), quasi_p(Side::High)].map(field);
            let _ = writeln!(text, "{place},x{input},{}", fields.join(","));
        }
    }
    text
}

fn curves(found: &[(Curve, judge::Judged)]) -> String {
    let mut text = "box,point,coverage,density,mass,dimensions\n".to_owned();
    for (place, (curve, _)) in found.iter().enumerate() {
        for (point, tally) in curve.points.iter().map(|p| p.tally).enumerate() {
            let (coverage, density) = (tally.coverage, tally.density);
            let (mass, dimensions) = (tally.mass, tally.dimensions);
            let _ = writeln!(text, "{place},{point},{coverage},{density},{mass},{dimensions}");
        }
    }
    text
}
