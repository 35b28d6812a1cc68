//! `terbia search`: which portfolios of levers does no other beat in everything at once?

use crate::Ended;
use crate::args::{Format, SearchArgs};
use crate::format::{Scale, grouped};
use crate::stability::per_cent;
use crate::study::watched;
use crate::{progress, table};
use std::fmt::Write as _;
use std::io::{Write as _, stderr, stdout};
use terbia_store::question::analysis::Interval;
use terbia_store::question::search::{
    self, Found, ObjectiveRef, Portfolio, SearchOptions, SearchPlanned, Searched,
};
use terbia_store::question::{self, Watch};
use terbia_store::study::Keep;

/// Runs the command.
pub(crate) fn search(args: &SearchArgs) -> Ended {
    let project = crate::loaded(&args.corridor)?;
    let (name, sheet) = question::find(&project, &args.name)?;
    let options = SearchOptions {
        population: args.population,
        generations: args.generations,
        members: args.members,
        seed: args.seed,
        posterior: crate::score::posterior(args.posterior.as_deref())?,
        jobs: args.jobs,
    };
    let planned = SearchPlanned::new(&project, &name, &sheet, &options)?;
    let keep = Keep { dir: args.out.clone(), resume: false, command: command(args) };
    let stop = progress::stop_on_ctrl_c()?;
    let run = |watch: &Watch<'_>| search::run(&planned, &keep, &stop, watch);
    let Found { dir, searched, again } = watched(args.quiet, "searching", run)?;
    print(&searched, &project.corridor.name, args.format)?;
    if !args.quiet {
        let state = if again { "read again, nothing to run" } else { "written" };
        writeln!(stderr(), "{}: {state}", dir.display())?;
    }
    Ok(())
}

/// Prints what was found.
fn print(searched: &Searched, corridor: &str, format: Format) -> Ended {
    let mut out = stdout().lock();
    if format == Format::Json {
        serde_json::to_writer_pretty(&mut out, searched).map_err(std::io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    write!(out, "{corridor}\n{}\n", head(searched))?;
    writeln!(out, "\n{}", table::wrapped(&found(searched), 0))?;
    for warning in warnings(searched) {
        writeln!(out, "{}", table::wrapped(&warning, 2))?;
    }
    writeln!(out, "\nLevers")?;
    for block in levers(searched) {
        writeln!(out, "{block}\n")?;
    }
    for (place, objective) in searched.objectives.iter().enumerate() {
        writeln!(out, "{}\n", block(searched, objective, place))?;
    }
    writeln!(out, "{}", beside_reference(searched))?;
    writeln!(out, "\n{}", table::wrapped(&footnote(searched), 0))?;
    Ok(())
}

fn head(searched: &Searched) -> String {
    let of = &searched.of;
    let words = format!(
        "search of study {}, scenario {}: {} levers, {} objectives, {} generations of {}, {} futures, \
         seed {}",
        of.study,
        of.scenario,
        searched.levers.len(),
        searched.objectives.len(),
        of.generations,
        of.population,
        grouped(f64::from(of.members)),
        of.seed
    );
    format!("{}\n{}", table::wrapped(&searched.question, 0), table::wrapped(&words, 2))
}

fn found(searched: &Searched) -> String {
    let shown = searched.chosen.len();
    let which =
        if shown == searched.front { "They were" } else { "Those below lie far apart and were" };
    let holds = searched.chosen.iter().filter(|p| p.holds).count();
    format!(
        "{} portfolios were tried; {} of them no other beats in everything, differences that do not \
         matter apart; {} are on average better than '{}' in something and worse in nothing. {which} \
         judged anew in {} other futures, where by their means none of the others beats {holds} of the \
         {shown}.",
        grouped(searched.tried as f64),
        grouped(searched.front as f64),
        grouped(searched.beat_reference as f64),
        searched.reference.0,
        grouped(f64::from(searched.of.judged_members)),
    )
}

fn warnings(searched: &Searched) -> Vec<String> {
    let mut all = Vec::new();
    let [runs, diverged] = searched.runs;
    if diverged > 0 {
        all.push(format!(
            "{} of {} runs DIVERGED; {} portfolios count as worse than all others for it, or for a \
             number that is missing",
            grouped(diverged as f64),
            grouped(runs as f64),
            grouped(searched.without_number as f64)
        ));
    } else if searched.without_number > 0 {
        all.push(format!(
            "{} portfolios lack a number in some future and count as worse than all others",
            grouped(searched.without_number as f64)
        ));
    }
    let still = searched.objectives.iter().filter(|o| !o.moved);
    all.extend(still.map(|o| format!("WARNING: no lever moves '{}' in any future", o.id)));
    all
}

/// Settings, lever by lever, portfolios side by side.
fn levers(searched: &Searched) -> Vec<String> {
    let name = |path: &String| path.strip_prefix("lever.").unwrap_or(path).to_owned();
    let first: Vec<String> = std::iter::once(String::new())
        .chain(searched.levers.iter().map(|l| name(&l.path)))
        .collect();
    let column = |p: &Portfolio| {
        let settings = p.settings.iter().map(|x| crate::format::significant(*x));
        std::iter::once(p.name.clone()).chain(settings).collect()
    };
    table::packed(&first, searched.chosen.iter().map(column))
}

/// An objective, portfolio by portfolio.
fn block(searched: &Searched, objective: &ObjectiveRef, place: usize) -> String {
    let ends = searched.chosen.iter().map(|p| p.means[place]).chain([objective.reference]);
    let ends = ends.filter_map(|i| Some(i.high?.abs().max(i.low?.abs())));
    let scale = Scale::of(&objective.unit, ends.fold(0.0, f64::max));
    let better = if objective.lower_is_better { "lower" } else { "higher" };
    let title = format!("{}, {} ({better} is better)", objective.label, scale.unit);
    let head: Vec<String> = ["", "mean", "90 %", "difference", "in the search", "better", "worse"]
        .map(String::from)
        .to_vec();
    let range = |i: &Interval| match (i.low, i.high) {
        (Some(low), Some(high)) => format!("{}–{}", scale.show(low), scale.show(high)),
        _ => "–".to_owned(),
    };
    let mean = |i: &Interval| scale.show(i.value.unwrap_or(f64::NAN));
    let signed = |x: Option<f64>| {
        let x = x.unwrap_or(f64::NAN);
        format!("{}{}", if x > 0.0 { "+" } else { "" }, scale.show(x))
    };
    let mut rows = vec![vec![
        "reference".to_owned(),
        mean(&objective.reference),
        range(&objective.reference),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
    ]];
    rows.extend(searched.chosen.iter().map(|p| {
        let d = &p.differences[place];
        let half = d.high.zip(d.value).map_or(f64::NAN, |(high, value)| high - value);
        let share = |share: Option<f64>| per_cent(share.unwrap_or(f64::NAN));
        vec![
            p.name.clone(),
            mean(&p.means[place]),
            range(&p.means[place]),
            format!("{} ±{}", signed(d.value), scale.half_width(half)),
            signed(p.searched[place]),
            share(p.better[place]),
            share(p.worse[place]),
        ]
    }));
    format!("{}\n{}", table::wrapped(&title, 2), table::plain(&head, &rows, 1))
}

/// In which share of the futures portfolios beat the reference.
fn beside_reference(searched: &Searched) -> String {
    let head = ["", "better in all", "90 %", "worse in none", "90 %", "still on the front"];
    let ends = |i: &Interval| match (i.low, i.high) {
        (Some(low), Some(high)) => format!("{}–{}", per_cent(low), per_cent(high)),
        _ => "–".to_owned(),
    };
    let share = |i: &Interval| per_cent(i.value.unwrap_or(f64::NAN));
    let row = |p: &Portfolio| {
        vec![
            p.name.clone(),
            share(&p.better_in_all),
            ends(&p.better_in_all),
            share(&p.worse_in_none),
            ends(&p.worse_in_none),
            if p.holds { "yes" } else { "no" }.to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = searched.chosen.iter().map(row).collect();
    let title = format!("Against '{}', share of the futures", searched.reference.0);
    format!("{title}\n{}", table::plain(&head.map(String::from), &rows, 1))
}

fn footnote(searched: &Searched) -> String {
    format!(
        "mean, difference: over {} futures that did not choose the portfolios, with 90 % intervals; \
         differences to '{}' future by future. in the search: the same difference as it looked there, \
         where the best of many looks better than it is. better, worse: share of the futures, the rest \
         are alike. worse in none: and better in some objective.",
        grouped(f64::from(searched.of.judged_members)),
        searched.reference.0
    )
}

/// The command that repeats a search.
fn command(args: &SearchArgs) -> String {
    let mut text = format!("terbia search {} {}", args.corridor, args.name);
    let mut add = |flag: &str, value: Option<String>| {
        if let Some(value) = value {
            // Writing to a string cannot fail.
            let _ = write!(text, " --{flag} {value}");
        }
    };
    add("members", args.members.map(|n| n.to_string()));
    add("generations", args.generations.map(|n| n.to_string()));
    add("population", args.population.map(|n| n.to_string()));
    add("seed", args.seed.map(|n| n.to_string()));
    add("posterior", args.posterior.as_ref().map(|dir| dir.display().to_string()));
    add("out", args.out.as_ref().map(|dir| dir.display().to_string()));
    text
}
