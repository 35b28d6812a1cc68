//! `terbia calibrate`: what does the record teach, and of which numbers does it say nothing?

use crate::Ended;
use crate::args::{CalibrateArgs, Format};
use crate::format::{Scale, grouped};
use crate::progress;
use crate::table;
use std::io::{Write as _, stderr, stdout};
use terbia_store::calibrate::{
    self, CalibrateError, Calibration, Learnt, Moved, Options, Shared, Sharing,
};

/// Numbers that are shown by name.
const SHOWN: usize = 24;
/// A range that shrank by less than this share has not been learnt.
const LITTLE: f64 = 0.1;
/// Of a number the figures of which explain less than this, a range that shrank is chance.
const LEAST_EXPLAINED: f64 = 0.05;

/// Runs the command.
pub(crate) fn calibrate(args: &CalibrateArgs) -> Ended {
    let project = crate::loaded(&args.corridor)?;
    let shared = match &args.shared_from {
        Some(dir) => {
            Some(Shared::read(dir, args.shared_correlation).map_err(CalibrateError::from)?)
        }
        None => None,
    };
    let options = Options {
        shared,
        scenario: args.scenario.clone(),
        until: args.until,
        particles: args.particles,
        budget: args.budget,
        seed: args.seed,
        ..Options::default()
    };
    let stop = progress::stop_on_ctrl_c()?;
    let bar = progress::bar(args.budget + 28_000, args.quiet, "calibrating");
    let advance = |runs| bar.inc(u64::from(runs));
    let learnt = calibrate::calibrate(&project, &options, &args.out, args.jobs, &stop, &advance);
    bar.finish_and_clear();
    let learnt = learnt?;
    match args.format {
        Format::Json => {
            serde_json::to_writer_pretty(stdout(), &learnt).map_err(std::io::Error::from)?;
            writeln!(stdout())?;
        }
        Format::Text => text(&learnt)?,
    }
    if !args.quiet {
        let dir = args.out.display();
        writeln!(
            stderr(),
            "{dir}: written; use it with terbia run {} --posterior {dir}",
            args.corridor
        )?;
    }
    Ok(())
}

fn text(learnt: &Calibration) -> Ended {
    let mut out = stdout().lock();
    writeln!(
        out,
        "{}, scenario {}: learnt from {} figures, {} to {}",
        learnt.corridor,
        learnt.scenario,
        learnt.figures.len(),
        learnt.start,
        learnt.until
    )?;
    if let (Some(shared), Some(sharing)) = (&learnt.options.shared, &learnt.sharing) {
        writeln!(out, "\n{}", shared_text(learnt, shared, sharing))?;
    }
    let head: Vec<String> = ["step", "measure", "kept", "runs"].map(String::from).to_vec();
    let rows: Vec<Vec<String>> = learnt
        .steps
        .iter()
        .map(|s| {
            let kept = format!("{:.1} %", 100.0 * s.kept);
            vec![s.what.clone(), format!("{:.3}", s.measure), kept, grouped(s.runs as f64)]
        })
        .collect();
    writeln!(out, "\n{}", table::plain(&head, &rows, 1))?;
    let known = |n: &&Learnt| n.contraction >= LITTLE && n.explained >= LEAST_EXPLAINED;
    let told: Vec<&Learnt> = learnt.numbers.iter().filter(known).collect();
    writeln!(
        out,
        "\n{} of {} numbers are known better than before: their 90 % range shrank by a tenth\n\
         or more. Of the others the record says nothing; they keep their priors.",
        told.len(),
        learnt.numbers.len()
    )?;
    let head: Vec<String> =
        ["number", "prior 90 %", "posterior 90 %", "unit", "shrank"].map(String::from).to_vec();
    let rows: Vec<Vec<String>> = told.iter().take(SHOWN).map(|n| row(n)).collect();
    writeln!(out, "\n{}", table::plain(&head, &rows, 1))?;
    if told.len() > SHOWN {
        writeln!(out, "… and {} more in calibration.json", told.len() - SHOWN)?;
    }
    let learnable: Vec<&Learnt> = learnt.numbers.iter().filter(|n| n.learnable()).collect();
    let halved = learnable.iter().filter(|n| n.contraction >= 0.5).count();
    writeln!(
        out,
        "\nThe record should teach {} of them to half their range or less (marked +); it did for {}.",
        learnable.len(),
        halved
    )?;
    if !learnt.conflicts.is_empty() {
        writeln!(
            out,
            "\nCONFLICT: the record pulls these further than their priors reach (normal score):"
        )?;
        for c in &learnt.conflicts {
            let [low, high] = c.reach;
            writeln!(out, "  {:+.1} (reach {low:+.1} to {high:+.1})  {}", c.pulled, c.path)?;
        }
    }
    if !learnt.pairs.is_empty() {
        writeln!(out, "\nKnown better together than apart (correlation of normal scores):")?;
        for pair in learnt.pairs.iter().take(8) {
            writeln!(out, "  {:+.2}  {} and {}", pair.correlation, pair.one, pair.other)?;
        }
    }
    Ok(())
}

/// What another corridor's record moved before this one was looked at, and what it did not.
fn shared_text(learnt: &Calibration, shared: &Shared, sharing: &Sharing) -> String {
    let Shared { corridor, until, correlation, taught, .. } = shared;
    let words = format!(
        "From {corridor}, learnt to {until}: {} of the {} numbers that it learnt are shared. A number is \
         correlated by {correlation} between two corridors. Before this record was looked at they stood here:",
        sharing.moved.len(),
        taught.len()
    );
    let mut text = table::wrapped(&words, 0);
    let head: Vec<String> =
        ["number", "prior 90 %", "there", "here before", "unit", "moved by", "spread"]
            .map(String::from)
            .to_vec();
    let rows: Vec<Vec<String>> = sharing.moved.iter().map(moved).collect();
    text.push_str(&format!("\n\n{}", table::plain(&head, &rows, 1)));
    text.push_str("\nMoved by and spread: in standard deviations of the prior.");
    if *until > learnt.until {
        let words = format!(
            "IT KNOWS MORE: that corridor was learnt to {until}, later than {}. A forecast from there \
             does not know what it could have known.",
            learnt.until
        );
        text.push_str(&format!("\n{}", table::wrapped(&words, 0)));
    }
    if !sharing.apart.is_empty() {
        let why: Vec<String> =
            sharing.apart.iter().map(|a| format!("{} ({})", a.path, a.why)).collect();
        let words = format!("Not shared: {}.", why.join("; "));
        text.push_str(&format!("\n{}", table::wrapped(&words, 2)));
    }
    text
}

fn moved(n: &Moved) -> Vec<String> {
    let scale = Scale::of(&n.unit, n.prior[2].abs().max(n.prior[0].abs()));
    vec![
        short(&n.path),
        range(&scale, n.prior),
        range(&scale, n.there),
        range(&scale, n.before),
        scale.unit.clone(),
        format!("{:+.2}", n.moved),
        format!("{:.2}", n.left),
    ]
}

fn row(n: &Learnt) -> Vec<String> {
    let scale = Scale::of(&n.unit, n.prior[2].abs().max(n.prior[0].abs()));
    let mark = if n.learnable() { "+" } else { "" };
    vec![
        format!("{}{mark}", short(&n.path)),
        range(&scale, n.before.unwrap_or(n.prior)),
        range(&scale, n.posterior),
        scale.unit.clone(),
        format!("{:.0} %", 100.0 * n.contraction),
    ]
}

/// The ends of a range.
fn range(scale: &Scale, [low, _, high]: [f64; 3]) -> String {
    format!("{}–{}", scale.show(low), scale.show(high))
}

/// A path as long as a column lets it be.
fn short(path: &str) -> String {
    let mut name: String = path.chars().take(36).collect();
    if path.chars().count() > 36 {
        name.push('…');
    }
    name
}
