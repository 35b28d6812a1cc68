//! What do the designs and estimators of sensitivity say of functions with known answers? Their points,
//! outputs and indices as CSV, for another program to check.
//!
//! ```text
//! cargo run --release -p terbia-lab --example sensitivity_data -- ishigami sobol points > FILE
//! ```
//!
//! The function is `ishigami` or `g` (eight numbers), the method `sobol` or `morris`, and what is
//! printed `points` (the unit cube, then the output, one line a run) or `indices`.
//! `docs/comparisons/sobol_salib.py` reads both.

use std::error::Error;
use std::io::{self, BufWriter, Write};
use terbia_lab::bootstrap::Bootstrap;
use terbia_lab::design::{Points, evaluate};
use terbia_lab::sensitivity::known::{GFunction, Ishigami};
use terbia_lab::sensitivity::morris::{LEVELS, Trajectories, effects};
use terbia_lab::sensitivity::sobol::{Radial, Settings, indices};

const SEED: u64 = 20_250_131;
const BASES: u32 = 4_096;
const TRAJECTORIES: u32 = 200;

/// A function of the unit cube.
type Function = Box<dyn Fn(&[f64]) -> f64 + Sync>;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [function, method, what] = words.as_slice() else {
        return Err("three words are needed: ishigami|g sobol|morris points|indices".into());
    };
    let (parameters, function): (u32, Function) = match function.as_str() {
        "ishigami" => {
            let f = Ishigami::default();
            (3, Box::new(move |u| f.at(u)))
        }
        "g" => {
            let g = GFunction(vec![0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0]);
            (8, Box::new(move |u| g.at(u)))
        }
        other => return Err(format!("no function '{other}': ishigami or g").into()),
    };
    let out = &mut BufWriter::new(io::stdout().lock());
    match (method.as_str(), what.as_str()) {
        ("sobol", "points") => {
            points(out, &Radial::new(SEED, parameters, BASES, false)?, &function)?;
        }
        ("morris", "points") => {
            points(out, &Trajectories::new(SEED, parameters, TRAJECTORIES, LEVELS)?, &function)?;
        }
        ("sobol", "indices") => {
            shares(out, &Radial::new(SEED, parameters, BASES, false)?, &function)?;
        }
        ("morris", "indices") => {
            moves(out, &Trajectories::new(SEED, parameters, TRAJECTORIES, LEVELS)?, &function)?;
        }
        _ => return Err("after the function: sobol or morris, then points or indices".into()),
    }
    Ok(out.flush()?)
}

fn outputs(design: &impl Points, function: &Function) -> Vec<f64> {
    evaluate(design, 1, |run, out| out[0] = function(run.point)).remove(0)
}

fn points(out: &mut impl Write, design: &impl Points, function: &Function) -> io::Result<()> {
    let names: Vec<String> = (1..=design.parameters()).map(|i| format!("x{i}")).collect();
    writeln!(out, "{},y", names.join(","))?;
    let mut point = vec![f64::NAN; names.len()];
    for (run, y) in (0..).zip(outputs(design, function)) {
        design.write(run, &mut point);
        let numbers: Vec<String> = point.iter().map(f64::to_string).collect();
        writeln!(out, "{},{y}", numbers.join(","))?;
    }
    Ok(())
}

fn shares(
    out: &mut impl Write,
    design: &Radial,
    function: &Function,
) -> Result<(), Box<dyn Error>> {
    writeln!(out, "number,index,value,low,high")?;
    for found in indices(design, &[&outputs(design, function)], &Settings::default())? {
        for (i, index) in (1..).zip(found.factors) {
            let kinds = [
                ("first", index.first),
                ("first_jansen", index.first_jansen),
                ("total", index.total),
            ];
            for (name, e) in kinds {
                writeln!(out, "x{i},{name},{},{},{}", e.value, e.low, e.high)?;
            }
        }
    }
    Ok(())
}

fn moves(
    out: &mut impl Write,
    design: &Trajectories,
    function: &Function,
) -> Result<(), Box<dyn Error>> {
    writeln!(out, "number,index,value,low,high")?;
    for found in effects(design, &[&outputs(design, function)], &Bootstrap::default())? {
        for (i, effect) in (1..).zip(found) {
            let e = effect.mu_star;
            writeln!(out, "x{i},mu_star,{},{},{}", e.value, e.low, e.high)?;
            writeln!(out, "x{i},mu,{},,", effect.mu)?;
            writeln!(out, "x{i},sigma,{},,", effect.sigma)?;
        }
    }
    Ok(())
}
