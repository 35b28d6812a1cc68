//! `terbia score`: does the corridor meet its record, figure by figure and pattern by pattern?

use crate::Ended;
use crate::args::{Format, ScoreArgs};
use crate::format::Scale;
use crate::{progress, run, table};
use std::io::{Write, stdout};
use std::path::Path;
use std::sync::Arc;
use terbia_lab::check::PatternResult;
use terbia_store::posterior::{Posterior, PosteriorError};
use terbia_store::record::ScoreRow;
use terbia_store::study::{self, Options};

/// The posterior kept in `dir`, if one is named.
pub(crate) fn posterior(dir: Option<&Path>) -> Result<Option<Arc<Posterior>>, PosteriorError> {
    dir.map(|dir| Posterior::read(dir).map(Arc::new)).transpose()
}

/// Runs the command.
pub(crate) fn score(args: &ScoreArgs) -> Ended {
    let project = crate::loaded(&args.corridor)?;
    let posterior = posterior(args.posterior.as_deref())?;
    let options = Options { posterior: posterior.clone(), ..Options::new(args.members, args.seed) };
    let patterns = study::patterns(&project);
    let stop = progress::stop_on_ctrl_c()?;
    let bar = progress::bar(u64::from(args.members) + study::runs_of(&patterns), false, "scoring");
    let advance = |runs| bar.inc(u64::from(runs));
    let scored = study::score(&project, &options, &stop, &advance).and_then(|rows| {
        Ok((
            rows,
            study::check_patterns(&project, &patterns, posterior.as_ref(), 0, &stop, &advance)?,
        ))
    });
    bar.finish_and_clear();
    let (rows, results) = scored?;
    match args.format {
        Format::Json => {
            let json = terbia_store::record::json(&rows, &results);
            serde_json::to_writer_pretty(stdout(), &json).map_err(std::io::Error::from)?;
            writeln!(stdout())?;
        }
        Format::Text => text(&rows, &results)?,
    }
    Ok(())
}

fn text(rows: &[ScoreRow], results: &[PatternResult]) -> Ended {
    let mut out = stdout().lock();
    writeln!(out, "{}\n", run::scoreboard(rows))?;
    writeln!(out, "{}\n", patterns(results))?;
    let mut groups: Vec<&str> = Vec::new();
    for row in rows.iter().filter(|r| !r.is_fact() && r.inside.is_some()) {
        if !groups.contains(&row.group.as_str()) {
            groups.push(&row.group);
        }
    }
    for group in groups {
        let members: Vec<&ScoreRow> =
            rows.iter().filter(|r| r.group == group && r.inside.is_some()).collect();
        writeln!(out, "{}\n", series(group, &members))?;
    }
    if rows.is_empty() {
        return Ok(());
    }
    let context = rows.iter().filter(|r| r.inside.is_none()).count();
    writeln!(
        out,
        "{context} figures have no outcome to meet; --format json lists each with its reason."
    )?;
    Ok(())
}

fn patterns(results: &[PatternResult]) -> String {
    if results.is_empty() {
        return "No patterns yet: checks/ holds none.".to_owned();
    }
    let mut sorted: Vec<&PatternResult> = results.iter().collect();
    sorted.sort_by_key(|r| match r.held {
        Some(false) => 0,
        Some(true) => 1,
        None => 2,
    });
    let held = results.iter().filter(|r| r.held == Some(true)).count();
    let tried = results.iter().filter(|r| r.held.is_some()).count();
    let rows: Vec<Vec<String>> = sorted
        .iter()
        .map(|r| {
            let state = match r.held {
                Some(true) => "holds",
                Some(false) => "FAILS",
                None => "not tested",
            };
            let bad: Vec<String> = r
                .seeds
                .iter()
                .flat_map(|s| s.criteria.iter().filter(|c| !c.held).map(|c| c.id.clone()))
                .collect();
            let mut bad_ids = bad.clone();
            bad_ids.dedup();
            vec![
                r.id.clone(),
                r.title.chars().take(40).collect(),
                state.into(),
                bad_ids.first().cloned().unwrap_or_default(),
            ]
        })
        .collect();
    let head: Vec<String> = ["", "pattern", "", "fails on"].map(String::from).to_vec();
    format!("{held} of {tried} patterns hold.\n{}", table::plain(&head, &rows, 4))
}

fn series(group: &str, rows: &[&ScoreRow]) -> String {
    let inside = rows.iter().filter(|r| r.inside == Some(true)).count();
    let head: Vec<String> =
        ["", "period", "observed", "model", "90 %", "inside"].map(String::from).to_vec();
    let mut sorted = rows.to_vec();
    sorted.sort_by_key(|r| r.inside);
    let lines: Vec<Vec<String>> = sorted
        .iter()
        .map(|r| {
            let largest =
                [r.median, r.observed, r.low, r.q95].into_iter().flatten().fold(0.0, f64::max);
            let scale = Scale::of(&r.unit, largest);
            let show = |x: Option<f64>| x.map_or_else(|| "–".into(), |x| scale.show(x));
            let observed = match (r.observed, r.low, r.high) {
                (Some(x), _, _) => scale.show(x),
                (None, low, high) => format!("{}..{}", show(low), show(high)),
            };
            vec![
                r.id.clone(),
                r.period.clone(),
                format!("{observed} {}", scale.unit),
                show(r.median),
                format!("{}–{}", show(r.q05), show(r.q95)),
                if r.inside == Some(true) { "yes" } else { "NO" }.into(),
            ]
        })
        .collect();
    format!("{group}: {inside} of {} inside\n{}", rows.len(), table::plain(&head, &lines, 2))
}
