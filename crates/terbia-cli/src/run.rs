//! `terbia run`: what does a corridor do over the years, with its uncertainty?

use crate::Ended;
use crate::args::{Format, RunArgs};
use crate::failure::Failure;
use crate::format::{Scale, grouped};
use crate::{progress, stability, table};
use std::fmt::Write as _;
use std::io::{Write as _, stderr, stdout};
use std::sync::atomic::AtomicBool;
use terbia_lab::summary::Band;
use terbia_store::Project;
use terbia_store::record::ScoreRow;
use terbia_store::study::{self, Keep, Kept, Options, Planned};
use terbia_store::view::stability::Indexed;
use terbia_store::view::{self, After, DECIDES, Fan, Follows, Outlook};

/// Runs the command.
pub(crate) fn run(args: &RunArgs) -> Ended {
    let project = crate::loaded(&args.corridor)?;
    levers_by_name(&project, &args.sets)?;
    let options = Options {
        scenario: args.scenario.clone(),
        members: args.members,
        seed: args.seed,
        until: args.until,
        sets: args.sets.clone(),
        posterior: crate::score::posterior(args.posterior.as_deref())?,
        jobs: args.jobs,
        replay_until: None,
        politics_until: None,
    };
    let planned = Planned::new(&project, &options)?;
    stability::possible(&planned, args.stability_index.as_ref())?;
    let keep = Keep { dir: args.out.clone(), resume: args.resume, command: command(args) };
    let stop = progress::stop_on_ctrl_c()?;
    let kept = kept(planned, &keep, &stop, args.quiet)?;
    let outlook = view::outlook(&project, &kept)?;
    view::write_report(&project, &kept, &outlook)?;
    let index = index(args, &outlook)?;
    match args.format {
        Format::Text => text(&project, &kept, &outlook, index.as_ref())?,
        Format::Json => {
            let json = view::json(&kept, &outlook, index.as_ref());
            serde_json::to_writer_pretty(stdout(), &json).map_err(std::io::Error::from)?;
            writeln!(stdout())?;
        }
    }
    if kept.manifest.runs.ok == 0 {
        return Err(Failure::plain(
            format!("all {} runs diverged", kept.manifest.runs.diverged),
            format!(
                "see diverged_month and diverged_what in {}/runs.parquet, then the ranges of the numbers",
                kept.dir.display()
            ),
        ));
    }
    if !args.quiet {
        let mut err = stderr();
        let dir = kept.dir.display();
        let state = if kept.found { "read again, nothing to run" } else { "written" };
        writeln!(err, "{dir}: {state}; open {dir}/report.html")?;
    }
    Ok(())
}

fn kept(planned: Planned, keep: &Keep, stop: &AtomicBool, quiet: bool) -> Result<Kept, Failure> {
    let members = u64::from(planned.fingerprint.members);
    let bar = progress::bar(members, quiet, "running");
    let kept = study::run(planned, keep, stop, &|runs| bar.inc(u64::from(runs)));
    bar.finish_and_clear();
    Ok(kept?)
}

/// The index of stability, if it is asked for.
fn index(args: &RunArgs, outlook: &Outlook) -> Result<Option<Indexed>, Failure> {
    let Some((weights, s)) = args.stability_index.as_ref().zip(outlook.stability.as_ref()) else {
        return Ok(None);
    };
    let fail =
        |e| Failure::plain(format!("there is no stability index: {e}"), "leave out the flag");
    s.index(&weights.values).map(Some).map_err(fail)
}

/// A lever that is named without saying that it is one.
fn levers_by_name(project: &Project, sets: &[(String, f64)]) -> Ended {
    for (path, value) in sets {
        let (id, month) = path.split_once('@').map_or((path.as_str(), None), |(i, m)| (i, Some(m)));
        if project.lever(id).is_some() {
            let month = month.unwrap_or("YYYY-MM");
            return Err(Failure::plain(
                format!("'{id}' is a lever, and a lever is turned from a month on"),
                format!("write --set lever.{id}@{month}={value}"),
            ));
        }
        if month.is_some() && !id.starts_with("lever.") {
            return Err(Failure::plain(
                format!("'{path}' names a month, but only levers are turned from a month on"),
                format!(
                    "write --set {id}={value} to hold a number throughout, or --set \
                     lever.ID@YYYY-MM={value}; terbia levers lists the levers"
                ),
            ));
        }
    }
    Ok(())
}

/// What a lever that was turned is, under the line that says so.
fn lever_turned(project: &Project, path: &str) -> Option<String> {
    let (id, month) = path.strip_prefix("lever.")?.split_once('@')?;
    let lever = project.lever(id)?;
    let words = format!(
        "  {}: {} Turned in {month}, acts {}; it can go from {}.",
        lever.owner,
        lever.meaning(),
        lever.delay(),
        lever.bounds()
    );
    Some(table::wrapped(&words, 2))
}

fn text(project: &Project, kept: &Kept, outlook: &Outlook, index: Option<&Indexed>) -> Ended {
    let mut out = stdout().lock();
    let print = &kept.manifest.fingerprint;
    let counts = kept.manifest.runs;
    writeln!(out, "{}", print.corridor.name)?;
    writeln!(
        out,
        "scenario {}, {} to {}, {} runs, seed {}",
        print.scenario,
        print.start,
        print.until,
        grouped(f64::from(print.members)),
        print.seed
    )?;
    for (path, value) in &print.sets {
        writeln!(out, "held: {path} = {value}")?;
        if let Some(words) = lever_turned(project, path) {
            writeln!(out, "{words}")?;
        }
    }
    if let Some(posterior) = &kept.posterior {
        writeln!(out, "numbers from the posterior in {}", posterior.dir.display())?;
    }
    if counts.diverged > 0 {
        writeln!(
            out,
            "{} of them DIVERGED and are left out below; see status in runs.parquet",
            grouped(counts.diverged as f64)
        )?;
    }
    writeln!(out, "\nBy year: median, then the middle 50 % and 90 % of the runs.")?;
    for table in years(outlook) {
        writeln!(out, "\n{table}")?;
    }
    if let Some(after) = outlook.after.filter(|a| a.end.year() < outlook.last_year()) {
        writeln!(out, "\n{}", table::wrapped(&footnote(&after, outlook), 2))?;
    }
    if let Some(s) = &outlook.stability {
        writeln!(out, "\n{}", stability::block(s))?;
    }
    if let Some(index) = index {
        writeln!(out, "\n{}", stability::index_block(index))?;
    }
    writeln!(out, "\n{}", scoreboard(&outlook.scores))?;
    Ok(())
}

/// What the years with a star are.
fn footnote(after: &After, outlook: &Outlook) -> String {
    let After { end, follows } = after;
    let partly =
        if end.of_year() < 12 { format!(" ({} in part)", end.year()) } else { String::new() };
    match follows {
        Follows::Model => {
            // A scenario may hand over to the model before what is on record ends.
            let whose = if outlook.record_end.is_some_and(|record| *end < record) {
                "the scenario leaves the record"
            } else {
                "the record ends"
            };
            format!(
                "* after {end}{partly} {whose} and the model decides: {DECIDES}. A spread of futures \
                 under this scenario, not a forecast of any of them."
            )
        }
        Follows::Scenario => format!(
            "* after {end}{partly} the record ends and only what the scenario says happens: a what-if, \
             not a forecast"
        ),
        Follows::Nothing => format!(
            "* after {end}{partly} the record ends, no event follows: a status quo, not a forecast"
        ),
    }
}

/// Years down, outcomes across: as many side by side as fit in a line.
fn years(outlook: &Outlook) -> Vec<String> {
    let after = |year: &i32| outlook.after.is_some_and(|a| *year >= a.end.plus(1).year());
    let years = outlook.years.iter().map(|y| format!("{y}{}", if after(y) { "*" } else { "" }));
    let years = std::iter::once("year".to_owned()).chain(years);
    let years: Vec<String> = std::iter::once(String::new()).chain(years).collect();
    let columns = outlook.headline.iter().filter_map(|&c| outlook.columns.get(c)).map(cells);
    table::packed(&years, columns)
}

/// Name, unit and the bands of an outcome by year.
fn cells(fan: &Fan) -> Vec<String> {
    let scale =
        Scale::of(&fan.unit, typical(&fan.years.iter().map(|y| y.band).collect::<Vec<_>>()));
    let mut cells = vec![fan.short.clone(), scale.unit.clone()];
    cells.extend(fan.years.iter().map(|y| {
        let b = y.band;
        let s = |x| scale.roughly(x);
        let median = scale.show(b.q50);
        format!("{median} {}–{} {}–{}", s(b.q25), s(b.q75), s(b.q05), s(b.q95))
    }));
    cells
}

/// The size that a scale is chosen for: the largest median, unless it is as good as nothing beside the ends.
fn typical(bands: &[Band]) -> f64 {
    let largest = |of: &dyn Fn(&Band) -> f64| bands.iter().map(|b| of(b).abs()).fold(0.0, f64::max);
    let (median, end) = (largest(&|b| b.q50), largest(&|b| b.q95).max(largest(&|b| b.q05)));
    if median * 1e3 < end { end } else { median }
}

/// The facts, one line each, failures first; then how the series fare.
pub(crate) fn scoreboard(scores: &[ScoreRow]) -> String {
    if scores.is_empty() {
        return "No evidence yet: nothing to compare with.".to_owned();
    }
    let mut facts: Vec<&ScoreRow> =
        scores.iter().filter(|r| r.is_fact() && r.inside.is_some()).collect();
    facts.sort_by_key(|r| r.inside);
    let inside = facts.iter().filter(|r| r.inside == Some(true)).count();
    let head: Vec<String> =
        ["", "fact", "observed", "model", "90 %", "inside"].map(String::from).to_vec();
    let rows: Vec<Vec<String>> = facts.iter().map(|r| row(r)).collect();
    let series: Vec<&ScoreRow> =
        scores.iter().filter(|r| !r.is_fact() && r.inside.is_some()).collect();
    let met = series.iter().filter(|r| r.inside == Some(true)).count();
    let other = scores.iter().filter(|r| r.is_fact() && r.inside.is_none()).count();
    format!(
        "Against the record: {inside} of {} facts inside the 90 % interval ({other} more are\n\
         events or lie outside the model or the months that were run).\n{}\n\
         {met} of {} figures of the record's series are inside; terbia score shows each.",
        facts.len(),
        table::plain(&head, &rows, 2),
        series.len()
    )
}

fn row(r: &ScoreRow) -> Vec<String> {
    let sizes = [r.median, r.observed, r.low, r.q95];
    let scale = Scale::of(&r.unit, sizes.into_iter().flatten().fold(0.0, f64::max));
    let show = |x: Option<f64>| x.map_or_else(|| "–".into(), |x| scale.show(x));
    let observed = match (r.low, r.high) {
        (Some(low), None) => format!("> {}", scale.show(low)),
        (None, Some(high)) => format!("< {}", scale.show(high)),
        (Some(low), Some(high)) if low < high => {
            format!("{}–{}", scale.show(low), scale.show(high))
        }
        _ => show(r.observed),
    };
    let mut title: String = r.title.chars().take(24).collect();
    if r.title.chars().count() > 24 {
        title.push('…');
    }
    vec![
        r.id.clone(),
        title,
        format!("{observed} {}", scale.unit),
        show(r.median),
        format!("{}–{}", show(r.q05), show(r.q95)),
        if r.inside == Some(true) { "yes" } else { "NO" }.into(),
    ]
}

/// The command that repeats a run, with every default written out.
fn command(args: &RunArgs) -> String {
    let mut text =
        format!("terbia run {} --members {} --seed {}", args.corridor, args.members, args.seed);
    let mut add = |flag: &str, value: String| {
        // Writing to a string cannot fail.
        let _ = write!(text, " --{flag} {value}");
    };
    if let Some(scenario) = &args.scenario {
        add("scenario", scenario.clone());
    }
    if let Some(until) = args.until {
        add("until", until.to_string());
    }
    for (path, value) in &args.sets {
        add("set", format!("{path}={value}"));
    }
    if let Some(posterior) = &args.posterior {
        add("posterior", posterior.display().to_string());
    }
    if let Some(weights) = &args.stability_index {
        add("stability-index", weights.text.replace(' ', ""));
    }
    if let Some(out) = &args.out {
        add("out", out.display().to_string());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_of_nothing_does_not_choose_the_scale() {
        let band = |q50, q95| Band { q05: 0.0, q25: 0.0, q50, q75: q95 / 2.0, q95 };
        let nothing = typical(&[band(0.0, 0.0), band(0.0, 33e6)]);
        assert_eq!(Scale::of("USD", nothing).unit, "m USD");
        assert_eq!(Scale::of("t gross", typical(&[band(9e3, 12e3)])).unit, "t gross");
    }
}
