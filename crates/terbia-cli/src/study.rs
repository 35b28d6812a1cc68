//! `terbia study`: which policy does better, in which of the same futures?

use crate::Ended;
use crate::args::{Format, StudyArgs};
use crate::failure::Failure;
use crate::format::{Scale, grouped, significant};
use crate::stability::per_cent;
use crate::{progress, table};
use std::fmt::Write as _;
use std::io::{Write as _, stderr, stdout};
use terbia_store::Project;
use terbia_store::posterior::Posterior;
use terbia_store::question::analysis::{self, Analysis};
use terbia_store::question::answer::{self, Row, Table, Under, Warning};
use terbia_store::question::{
    self, Answered, Months, Options, Planned, QuestionError, Results, Watch,
};
use terbia_store::study::Keep;

/// Factors on the variance above this are not told apart.
const MOST_CUT: f64 = 1e6;
/// Characters of a policy's id in a table; longer ones are numbered.
const ID: usize = 16;

/// Runs the command.
pub(crate) fn study(args: &StudyArgs) -> Ended {
    let project = crate::loaded(&args.corridor)?;
    let Some(name) = &args.name else { return list(&project, args.format) };
    let (name, sheet) = question::find(&project, name)?;
    let options = Options {
        members: args.members,
        seed: args.seed,
        posterior: crate::score::posterior(args.posterior.as_deref())?,
        jobs: args.jobs,
        part: args.shard,
        series: match (args.series, args.no_series) {
            (true, _) => Months::Keep,
            (_, true) => Months::Leave,
            _ => Months::IfSmall,
        },
    };
    let planned = Planned::new(&project, &name, &sheet, &options)?;
    let posterior = planned.posterior.clone();
    let keep = Keep { dir: args.out.clone(), resume: args.resume, command: command(args) };
    let stop = progress::stop_on_ctrl_c()?;
    let run = |watch: &Watch<'_>| question::run(&planned, &keep, &stop, watch);
    let answered = watched(args.quiet, "running", run)?;
    let Answered { dir, manifest, found } = &answered;
    if let Some(shard) = manifest.shard {
        if !args.quiet {
            let members = grouped(f64::from(manifest.members));
            let words = format!("part {} is there, {members} members", shard.text());
            writeln!(stderr(), "{}: {words}; join the parts with terbia merge", dir.display())?;
        }
        return Ok(());
    }
    let results = Results::open_outcomes(dir)?;
    let look = !args.no_sensitivity;
    let analyse = |watch: &Watch<'_>| analysis::answered(&planned, dir, look, &stop, watch);
    let analysis = watched(args.quiet, "looking closer", analyse)?;
    print(&results, &analysis, posterior.as_deref(), args.format)?;
    if manifest.runs.ok == 0 {
        return Err(Failure::plain(
            format!("all {} runs diverged", manifest.runs.diverged),
            format!("see `failures` in {}/manifest.json, then the ranges", dir.display()),
        ));
    }
    if !args.quiet {
        let state = if *found { "read again, nothing to run" } else { "written" };
        writeln!(stderr(), "{}: {state}; terbia report {0} draws it", dir.display())?;
    }
    Ok(())
}

/// Runs something under a bar that tells how far it has got.
pub(crate) fn watched<T>(
    quiet: bool,
    doing: &'static str,
    run: impl FnOnce(&Watch<'_>) -> Result<T, QuestionError>,
) -> Result<T, Failure> {
    let bar = progress::bar(0, quiet, doing);
    let plan = |runs: u64| {
        bar.set_length(runs);
        bar.set_position(0);
    };
    let ran = |runs: u32| bar.inc(u64::from(runs));
    let done = run(&Watch { planned: &plan, ran: &ran });
    bar.finish_and_clear();
    Ok(done?)
}

/// The studies of a corridor.
fn list(project: &Project, format: Format) -> Ended {
    let mut out = stdout().lock();
    if format == Format::Json {
        let study = |(name, sheet): (&String, &terbia_store::load::Sheet<_>)| {
            let spec: &terbia_store::spec::Study = &sheet.spec;
            serde_json::json!({"study": name, "question": spec.question.get(), "asks": spec.asks})
        };
        let all: Vec<_> = project.studies.iter().map(study).collect();
        serde_json::to_writer_pretty(&mut out, &all).map_err(std::io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    if project.studies.is_empty() {
        writeln!(
            out,
            "'{}' has no studies yet; `terbia schema study` says how one is written",
            project.id
        )?;
    }
    for (name, sheet) in &project.studies {
        let asks = sheet.spec.asks.join(", ");
        let asks = if asks.is_empty() { asks } else { format!(" ({asks})") };
        writeln!(
            out,
            "{name}{asks}\n{}",
            table::wrapped(&format!("  {}", *sheet.spec.question), 2)
        )?;
    }
    Ok(())
}

/// Prints the answer.
pub(crate) fn print(
    results: &Results,
    analysis: &Analysis,
    posterior: Option<&Posterior>,
    format: Format,
) -> Ended {
    let (answer, warnings) = (answer::answer(results), answer::warnings(results));
    let mut out = stdout().lock();
    if format == Format::Json {
        let mut json = answer::json(results, &answer, &warnings);
        json["analysis"] = serde_json::to_value(analysis).map_err(std::io::Error::from)?;
        serde_json::to_writer_pretty(&mut out, &json).map_err(std::io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    write!(out, "{}", head(results, posterior))?;
    for warning in &warnings {
        writeln!(out, "{}", table::wrapped(&warned(warning, results), 2))?;
    }
    write!(out, "{}", words(analysis))?;
    let (names, legend) = names(results);
    writeln!(out, "\n{legend}")?;
    for under in &answer {
        writeln!(out, "\n{}", section(under))?;
        for table in &under.tables {
            writeln!(out, "\n{}", block(table, &names))?;
        }
    }
    if results.manifest.contents.policies.len() > 1 {
        writeln!(out, "\n{}", table::wrapped(&footnote(results), 0))?;
    }
    Ok(())
}

/// The answers in words, scenario by scenario.
fn words(analysis: &Analysis) -> String {
    let mut text = String::new();
    let mut scenario = None;
    // How policies compare by each outcome stands in the tables; the report says it in words.
    for sentence in analysis.words.iter().filter(|s| s.about != "robust") {
        let head = match sentence.about.as_str() {
            "sensitivity" => "WHAT DECIDES",
            "pathway" => "WHEN TO SWITCH",
            _ => "IN WORDS",
        };
        if scenario != Some((&sentence.scenario, head)) {
            scenario = Some((&sentence.scenario, head));
            let under = if sentence.scenario.is_empty() { "" } else { ", scenario " };
            // Writing to a string cannot fail.
            let _ = writeln!(text, "\n{head}{under}{}", sentence.scenario);
        }
        let _ = writeln!(text, "{}", table::wrapped(&format!("- {}", sentence.text), 2));
    }
    text
}

fn head(results: &Results, posterior: Option<&Posterior>) -> String {
    let manifest = &results.manifest;
    let (print, contents) = (&manifest.fingerprint, &manifest.contents);
    let asks = manifest.study.asks.join(", ");
    let asks = if asks.is_empty() { asks } else { format!(" ({asks})") };
    let count = |n: usize, one: &str, many: &str| match n {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    };
    let words = format!(
        "study {}{asks}, {} to {}: {}, {}, {} futures, seed {}",
        print.study,
        contents.from,
        contents.until,
        count(contents.scenarios.len(), "scenario", "scenarios"),
        count(contents.policies.len(), "policy", "policies"),
        grouped(f64::from(manifest.members)),
        print.seed
    );
    let mut text = format!(
        "{}\n{}\n{}\n",
        print.corridor.name,
        table::wrapped(&manifest.study.question, 0),
        table::wrapped(&words, 2)
    );
    if let Some(posterior) = posterior {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "numbers from the posterior in {}", posterior.dir.display());
    }
    text
}

fn warned(warning: &Warning, results: &Results) -> String {
    let several = results.scenarios.len() > 1;
    let under = |scenario: &str| if several { format!(" under {scenario}") } else { String::new() };
    match warning {
        Warning::Diverged { runs, of } => format!(
            "{} of {} runs DIVERGED and are left out, each with the same future of the other \
             policies; see `failures` in manifest.json",
            grouped(*runs as f64),
            grouped(*of as f64)
        ),
        Warning::NoValue { scenario, outcome } => format!(
            "WARNING: '{outcome}' has no value in any run{}: look at its window and at what it \
             divides by",
            under(scenario)
        ),
        Warning::NoVariation { scenario, outcome, value } => format!(
            "WARNING: '{outcome}' is {} in every run{}: nothing in this study moves it",
            significant(*value),
            under(scenario)
        ),
        Warning::NoEffect { scenario, policy } => format!(
            "WARNING: the policy '{policy}' changes nothing in any run{}: every difference is \
             exactly 0",
            under(scenario)
        ),
        Warning::OneMember => {
            "WARNING: one future says nothing of how the outcomes spread".to_owned()
        }
        Warning::NotClose { outcome, wanted, reached } => format!(
            "WARNING: a difference of '{outcome}' is known to ±{}, not to ±{}: the members ran out",
            reached.map_or("–".into(), significant),
            significant(*wanted)
        ),
    }
}

/// What each policy is called in the tables, and the list that says so.
fn names(results: &Results) -> (Vec<String>, String) {
    let policies = &results.manifest.contents.policies;
    let long = policies.iter().any(|p| p.id.chars().count() > ID);
    let name =
        |(n, p): (usize, &question::PolicyRef)| if long { format!("P{n}") } else { p.id.clone() };
    let names: Vec<String> = policies.iter().enumerate().map(name).collect();
    let width = names.iter().map(|n| n.chars().count()).max().unwrap_or(0);
    let mut lines = vec!["Policies; the first is the reference:".to_owned()];
    for (name, policy) in names.iter().zip(policies) {
        let what = if long && policy.label != policy.id {
            format!("{}: {}", policy.id, policy.label)
        } else {
            policy.label.clone()
        };
        // A policy without a label of its own is called by its id alone.
        let what = if what == *name { "" } else { what.as_str() };
        lines.push(table::beside(&format!("  {name}"), width + 4, what).trim_end().to_owned());
    }
    (names, lines.join("\n"))
}

fn section(under: &Under) -> String {
    let label =
        if under.label == under.scenario { String::new() } else { format!(": {}", under.label) };
    table::wrapped(&format!("SCENARIO {}{label}", under.scenario), 2)
}

/// An outcome, policy by policy.
fn block(table: &Table, names: &[String]) -> String {
    let o = &table.outcome;
    let ends = table.rows.iter().flat_map(|r| [r.band.q50.abs(), r.band.q95.abs()]);
    let scale = Scale::of(&o.unit, ends.filter(|x| x.is_finite()).fold(0.0, f64::max));
    let better = if o.lower_is_better { "lower" } else { "higher" };
    let title = format!("{}, {} ({better} is better)", o.label, scale.unit);
    let head: Vec<String> =
        ["", "median", "90 %", "difference", "better", "worse", "CRN"].map(String::from).to_vec();
    let rows: Vec<Vec<String>> =
        table.rows.iter().zip(names).map(|(row, name)| cells(row, name, &scale)).collect();
    let mut text =
        format!("{}\n{}", self::table::wrapped(&title, 2), self::table::plain(&head, &rows, 1));
    if let Some(threshold) = o.threshold {
        let sign = if o.lower_is_better { "≤" } else { "≥" };
        let share = |(row, name): (&Row, &String)| {
            format!("{name} {}", per_cent(row.good_enough.unwrap_or(f64::NAN)))
        };
        let shares: Vec<String> = table.rows.iter().zip(names).map(share).collect();
        let unit = if scale.unit.is_empty() { String::new() } else { format!(" {}", scale.unit) };
        let words =
            format!(" good enough ({sign} {}{unit}): {}", scale.show(threshold), shares.join(", "));
        let _ = write!(text, "\n{}", self::table::wrapped(&words, 2));
    }
    text
}

fn cells(row: &Row, name: &str, scale: &Scale) -> Vec<String> {
    let b = row.band;
    let range = format!("{}–{}", scale.roughly(b.q05), scale.roughly(b.q95));
    let mut cells = vec![name.to_owned(), scale.show(b.q50), range];
    match row.difference {
        None => cells.extend(["reference".to_owned()].into_iter().chain(vec![String::new(); 3])),
        Some(d) => {
            let sign = if d.mean > 0.0 { "+" } else { "" };
            cells.push(format!("{sign}{} ±{}", scale.show(d.mean), scale.half_width(d.half_width)));
            cells.push(per_cent(row.better));
            cells.push(per_cent(row.worse));
            cells.push(match d.variance_cut {
                _ if d.identical() => "same".into(),
                // Where nearly every future is alike the factor is beyond all telling.
                cut if cut > MOST_CUT => format!(">×{}", grouped(MOST_CUT)),
                cut if cut.is_finite() => format!("×{}", significant(cut)),
                _ => "–".into(),
            });
        }
    }
    cells
}

fn footnote(results: &Results) -> String {
    let reference = results.manifest.contents.policies.first().map_or("", |p| p.id.as_str());
    format!(
        "median, 90 %: of the futures. difference: mean over the futures of what the policy changes \
         against '{reference}', with its 90 % interval. better, worse: share of the futures; the rest \
         are alike. CRN: by how much the same luck for both cuts the variance of that difference."
    )
}

/// The command that repeats a study.
fn command(args: &StudyArgs) -> String {
    let name = args.name.as_deref().unwrap_or_default();
    let mut text = format!("terbia study {} {name}", args.corridor);
    let mut add = |flag: &str, value: Option<String>| {
        if let Some(value) = value {
            // Writing to a string cannot fail.
            let _ = write!(text, " --{flag} {value}");
        }
    };
    add("members", args.members.map(|n| n.to_string()));
    add("seed", args.seed.map(|n| n.to_string()));
    add("posterior", args.posterior.as_ref().map(|dir| dir.display().to_string()));
    add("shard", args.shard.map(|(part, of)| format!("{}/{of}", part + 1)));
    add("out", args.out.as_ref().map(|dir| dir.display().to_string()));
    text + match (args.series, args.no_series) {
        (true, _) => " --series",
        (_, true) => " --no-series",
        _ => "",
    }
}
