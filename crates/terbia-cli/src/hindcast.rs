//! `terbia hindcast`: would the model have foreseen what the record says next?

use crate::Ended;
use crate::args::{Format, HindcastArgs};
use crate::format::{Scale, grouped, significant};
use crate::{progress, table};
use std::io::{Write, stderr, stdout};
use terbia_store::hindcast::{
    self, Ask, EARLY_MONTHS, EventScore, Expecting, FigureScore, Hindcast, SeriesScore,
};
use terbia_store::study::Options;

/// Characters of the name of a series.
const NAME: usize = 26;

/// Runs the command.
pub(crate) fn hindcast(args: &HindcastArgs) -> Ended {
    let project = crate::loaded(&args.corridor)?;
    let options = Options {
        scenario: args.scenario.clone(),
        jobs: args.jobs,
        posterior: crate::score::posterior(args.posterior.as_deref())?,
        ..Options::new(args.members, args.seed)
    };
    let ask = Ask {
        origin: args.origin,
        horizon: args.horizon,
        politics_given: args.replay_gates,
        leave_out: args.leave_out,
        particles: args.particles,
        budget: args.budget,
        options,
    };
    let dir = args.out.as_deref();
    let stop = progress::stop_on_ctrl_c()?;
    let fit = if args.posterior.is_some() { 0 } else { args.budget + 28_000 };
    let bar = progress::bar(u64::from(args.members) + fit, args.quiet, "foreseeing");
    let told = hindcast::hindcast(&project, &ask, dir, &stop, &|runs| bar.inc(u64::from(runs)));
    bar.finish_and_clear();
    let told = told?;
    if let Some(dir) = dir {
        hindcast::keep(&told, dir)?;
        if !args.quiet {
            writeln!(stderr(), "{}: written", dir.display())?;
        }
    }
    match args.format {
        Format::Text => text(&told)?,
        Format::Json => {
            serde_json::to_writer_pretty(stdout(), &told).map_err(std::io::Error::from)?;
            writeln!(stdout())?;
        }
    }
    Ok(())
}

fn text(told: &Hindcast) -> Ended {
    let mut out = stdout().lock();
    writeln!(out, "{}", told.corridor.name)?;
    let politics = match told.politics {
        "given" => "gates, holders and levies of those months given",
        _ => "politics left to the model",
    };
    let words = format!(
        "Known to {}, foreseen for {} months: {politics}. {} runs; learnt from {} figures{}.",
        told.origin,
        told.horizon,
        grouped(told.runs as f64),
        told.learnt_from,
        if told.leave_out { ", those of later closures among them" } else { ", none later" },
    );
    writeln!(out, "{}", table::wrapped(&words, 2))?;
    if told.diverged > 0 {
        let lost = grouped(told.diverged as f64);
        writeln!(out, "{lost} runs DIVERGED and are left out")?;
    }
    writeln!(out, "\n{}", verdict(told))?;
    let words = "CRPS is how far the forecast lies from what came, spread included; smaller is better. \
                 In the logarithm .1 is about a tenth. Skill is the share by which it is smaller than \
                 that of the best rival without a model.";
    writeln!(out, "\n{}", table::wrapped(words, 0))?;
    writeln!(out, "\n{}", series(&told.series))?;
    writeln!(out, "\n{}", coverage(told))?;
    let out_of_95: Vec<&FigureScore> = told.figures.iter().filter(|f| !f.inside[2]).collect();
    if !out_of_95.is_empty() {
        writeln!(out, "\nOutside the central 95 % of the runs:\n\n{}", figures(&out_of_95))?;
    }
    for (reason, count) in &told.unscored {
        writeln!(out, "Not scored: {count} {reason}")?;
    }
    if !told.events.is_empty() {
        writeln!(out, "\n{}", events(&told.events))?;
    }
    Ok(())
}

/// Where a rival does better, first of all.
fn verdict(told: &Hindcast) -> String {
    let beaten: Vec<&SeriesScore> = told.series.iter().filter(|s| s.beaten()).collect();
    if beaten.is_empty() {
        return "No rival is more than a tenth better on any series.".into();
    }
    let lines = beaten.iter().flat_map(|s| {
        let ahead = s.rivals.iter().filter(|r| r.skill < -0.11);
        ahead.map(|r| {
            format!("  {}: {} (skill {:+.2}, {} figures)", s.outcome, r.rival, r.skill, r.figures)
        })
    });
    let lines: Vec<String> = lines.collect();
    format!("BEATEN by more than a tenth:\n{}", lines.join("\n"))
}

fn series(all: &[SeriesScore]) -> String {
    let head = ["series", "n", "CRPS", "best rival", "skill", "soon", "in 80 %"];
    let head: Vec<String> = head.map(String::from).to_vec();
    let or = |x: Option<f64>| x.map_or_else(|| "–".into(), |x| format!("{x:+.2}"));
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|s| {
            vec![
                short(&s.outcome),
                s.figures.to_string(),
                significant(s.crps),
                s.best.unwrap_or("–").to_owned(),
                or(s.skill),
                or(s.early_skill),
                s.inside[1].to_string(),
            ]
        })
        .collect();
    let soon = format!("soon: skill over figures that end within {EARLY_MONTHS} months");
    format!("{}\n{soon}", table::plain(&head, &rows, 1))
}

fn short(name: &str) -> String {
    if name.chars().count() <= NAME {
        return name.to_owned();
    }
    let kept: String = name.chars().take(NAME - 1).collect();
    format!("{kept}…")
}

fn coverage(told: &Hindcast) -> String {
    let of = |c: &hindcast::Covered| {
        let found = 100.0 * c.inside as f64 / c.of.max(1) as f64;
        format!("the middle {:.0} % of the runs held {found:.0} %", 100.0 * c.share)
    };
    let parts: Vec<String> = told.coverage.iter().map(of).collect();
    let count = told.figures.len();
    table::wrapped(&format!("Of {count} figures {}.", parts.join(", ")), 0)
}

fn figures(all: &[&FigureScore]) -> String {
    let head = ["", "series", "to", "printed", "median", "80 %"].map(String::from).to_vec();
    let rows: Vec<Vec<String>> = all
        .iter()
        .map(|f| {
            let scale = Scale::of(&f.unit, f.observed.max(f.q90));
            let band = format!("{}–{}", scale.roughly(f.q10), scale.roughly(f.q90));
            vec![
                f.id.clone(),
                short(&f.outcome),
                f.to.to_string(),
                format!("{} {}", scale.show(f.observed), scale.unit),
                scale.show(f.median),
                band,
            ]
        })
        .collect();
    table::plain(&head, &rows, 2)
}

fn events(all: &[EventScore]) -> String {
    let words = "Events. Log score: minus the logarithm of the chance given to what came; smaller is better.";
    let head = ["", "chance by the end", "log score", "Brier"].map(String::from).to_vec();
    let mut parts = vec![table::wrapped(words, 0)];
    for event in all {
        let came = event.happened.map_or_else(
            || format!("did not happen in {} months", event.months),
            |month| format!("happened in {month}"),
        );
        let row = |e: &Expecting| {
            let numbers = [format!("{:.2}", e.log_score), format!("{:.3}", e.brier)];
            [e.who.clone(), format!("{:.0} %", 100.0 * e.by_end)]
                .into_iter()
                .chain(numbers)
                .collect()
        };
        let rows: Vec<Vec<String>> = event.expecting.iter().map(row).collect();
        parts.push(format!("{}: {came}\n{}", event.label, table::plain(&head, &rows, 1)));
    }
    parts.join("\n\n")
}
