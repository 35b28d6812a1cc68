//! `terbia levers`: what can whom turn, how far, and what does it move?

use crate::Ended;
use crate::args::{Format, LeversArgs};
use crate::table::wrapped;
use serde_json::Value;
use std::io::{Write, stdout};
use terbia_store::lever::LeverView;

/// Runs the command.
pub(crate) fn levers(args: &LeversArgs) -> Ended {
    let project = crate::loaded(&args.corridor)?;
    let levers = project.levers();
    let mut out = stdout().lock();
    match args.format {
        Format::Json => {
            let all: Vec<Value> = levers.iter().map(LeverView::json).collect();
            serde_json::to_writer_pretty(&mut out, &all).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
        Format::Text => {
            writeln!(out, "{}", project.corridor.name)?;
            if levers.is_empty() {
                writeln!(out, "It has no levers; a [[lever]] in corridor.toml adds one.")?;
                return Ok(());
            }
            writeln!(
                out,
                "Levers: {}. Turn one with terbia run --set lever.ID@YYYY-MM=VALUE.",
                levers.len()
            )?;
            for lever in &levers {
                writeln!(out, "\n{}", text(lever))?;
            }
        }
    }
    Ok(())
}

/// A paragraph of lines that fit the terminal.
fn text(lever: &LeverView<'_>) -> String {
    let owner = format!("{}: {} of {}", *lever.spec.id, lever.info.name, lever.owner);
    let terms =
        format!("  {}; acts {}; untouched: {}", lever.bounds(), lever.delay(), lever.untouched());
    let mut lines = vec![wrapped(&owner, 4), wrapped(&terms, 4)];
    lines.push(wrapped(&format!("  {}", lever.meaning()), 2));
    lines.push(wrapped(&format!("  turned up: {}", lever.effects()), 4));
    if let Some(cost) = &lever.spec.cost {
        lines.push(wrapped(&format!("  cost: {cost}"), 4));
    }
    lines.join("\n")
}
