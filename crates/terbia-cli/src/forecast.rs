//! `terbia forecast`: what will happen after a month, as far as was known then?

use crate::Ended;
use crate::args::{ForecastArgs, Format};
use crate::format::{Scale, grouped};
use crate::{progress, table};
use serde_json::{Value, json};
use std::io::{Write, stderr, stdout};
use terbia_store::forecast::{
    self, Ask, Chance, Forecast, ForecastManifest, QUANTILES, Quarter, Series,
};
use terbia_store::study::Options;

/// Months after the origin by which the terminal says how likely an event is.
const BY: [u32; 4] = [3, 6, 12, 24];
/// Characters of a label in the head of a column.
const HEAD: usize = 22;
/// Characters of a label before the columns of its row.
const ROW: usize = 34;

/// Runs the command.
pub(crate) fn forecast(args: &ForecastArgs) -> Ended {
    let project = crate::loaded(&args.corridor)?;
    forecast::free(&args.out)?;
    let options = Options {
        scenario: args.scenario.clone(),
        jobs: args.jobs,
        posterior: crate::score::posterior(args.posterior.as_deref())?,
        ..Options::new(args.members, args.seed)
    };
    let ask = Ask { origin: args.origin, horizon: args.horizon, options };
    let stop = progress::stop_on_ctrl_c()?;
    let bar = progress::bar(u64::from(args.members), args.quiet, "running");
    let simulated = forecast::simulate(&project, &ask, &stop, &|runs| bar.inc(u64::from(runs)));
    bar.finish_and_clear();
    let simulated = simulated?;
    let drifts = simulated.drifts(&project)?;
    let factor = |run: u32, outcome: &str, month| {
        drifts.as_ref().map_or(1.0, |d| d.factor(run, outcome, month))
    };
    let forecast = forecast::of(&project, &simulated, drifts.as_ref().map(|_| &factor as _))?;
    let manifest = forecast::write(&project, &forecast, &args.out, command(args))?;
    match args.format {
        Format::Text => text(&forecast, &manifest)?,
        Format::Json => {
            let json = json(args, &forecast, &manifest);
            serde_json::to_writer_pretty(stdout(), &json).map_err(std::io::Error::from)?;
            writeln!(stdout())?;
        }
    }
    if !args.quiet {
        let dir = args.out.display();
        writeln!(stderr(), "{dir}: written; SHA-256 {}", manifest.sha256)?;
    }
    Ok(())
}

fn text(forecast: &Forecast, manifest: &ForecastManifest) -> Ended {
    let mut out = stdout().lock();
    writeln!(out, "{}", manifest.corridor.name)?;
    let runs = grouped(f64::from(manifest.members));
    let ForecastManifest { scenario, origin, horizon, until, seed, .. } = manifest;
    let words = format!(
        "Known to {origin}, forecast for {horizon} months to {until}: scenario {scenario}, {runs} runs, \
         seed {seed}"
    );
    writeln!(out, "{}", table::wrapped(&words, 2))?;
    if manifest.runs.diverged > 0 {
        let lost = grouped(manifest.runs.diverged as f64);
        writeln!(out, "{lost} of them DIVERGED and are left out")?;
    }
    writeln!(out, "\nBy quarter: median, then the middle 80 % of the runs.")?;
    for table in quarters(forecast) {
        writeln!(out, "\n{table}")?;
    }
    if !forecast.events.is_empty() {
        writeln!(out, "\nShare of the runs in which it has happened.")?;
        writeln!(out, "\n{}", events(forecast))?;
    }
    Ok(())
}

/// Quarters down, outcomes across: as many side by side as fit in a line.
fn quarters(forecast: &Forecast) -> Vec<String> {
    let heads: Vec<Vec<String>> =
        forecast.outcomes.iter().map(|s| table::lines(&s.label, HEAD)).collect();
    let height = heads.iter().map(Vec::len).max().unwrap_or(1);
    let first = forecast.outcomes.first().map(|s| forecast.quarters(s)).unwrap_or_default();
    let rows = first.iter().map(span);
    let first: Vec<String> = vec![String::new(); height + 1].into_iter().chain(rows).collect();
    let columns = forecast.outcomes.iter().zip(heads).map(|(series, mut head)| {
        head.resize(height, String::new());
        head.into_iter().chain(cells(series, &forecast.quarters(series))).collect()
    });
    table::packed(&first, columns)
}

/// The months of a quarter.
fn span(quarter: &Quarter) -> String {
    let Quarter { from, to, .. } = quarter;
    if from == to { from.to_string() } else { format!("{from} to {:02}", to.of_year()) }
}

/// The unit and the quarters of an outcome.
fn cells(series: &Series, quarters: &[Quarter]) -> Vec<String> {
    let largest = quarters.iter().map(|q| q.q50.abs()).fold(0.0, f64::max);
    let scale = Scale::of(&series.unit, largest);
    let band = |q: &Quarter| {
        format!("{} {}–{}", scale.show(q.q50), scale.roughly(q.q10), scale.roughly(q.q90))
    };
    std::iter::once(scale.unit.clone()).chain(quarters.iter().map(band)).collect()
}

/// How likely each event is by when.
fn events(forecast: &Forecast) -> String {
    let horizon = forecast.ask.horizon;
    let mut by: Vec<u32> = BY.into_iter().filter(|months| *months < horizon).collect();
    by.push(horizon);
    let months = by.iter().map(|m| if *m == 1 { "1 month".into() } else { format!("{m} months") });
    let head: Vec<String> = std::iter::once("within".to_owned()).chain(months).collect();
    let rows: Vec<Vec<String>> = forecast.events.iter().flat_map(|e| rows(e, &by)).collect();
    table::plain(&head, &rows, 1)
}

/// An event with its shares, and the rest of a long label below.
fn rows(event: &Chance, by: &[u32]) -> Vec<Vec<String>> {
    let share = |months: &u32| {
        let place = (*months as usize).checked_sub(1);
        place.and_then(|place| event.by.get(place)).copied().unwrap_or(f64::NAN)
    };
    let cells = by.iter().map(|months| format!("{:.0} %", 100.0 * share(months)));
    let mut label = table::lines(&event.label, ROW).into_iter();
    let first = label.next().into_iter().chain(cells).collect();
    let below = label.map(|line| {
        let nothing = vec![String::new(); by.len()];
        std::iter::once(format!("  {line}")).chain(nothing).collect()
    });
    std::iter::once(first).chain(below).collect()
}

/// The same for programs.
fn json(args: &ForecastArgs, forecast: &Forecast, manifest: &ForecastManifest) -> Value {
    let outcome = |series: &Series| {
        let month = |(month, band): (_, &[f64; 7])| {
            let mut row = json!({"month": format!("{month}")});
            for (p, value) in QUANTILES.iter().zip(band) {
                row[format!("q{:02.0}", p * 100.0)] = json!(value);
            }
            row
        };
        let months: Vec<Value> = forecast.months.iter().zip(&series.bands).map(month).collect();
        let quarter = |q: &Quarter| {
            json!({
                "from": q.from.to_string(), "to": q.to.to_string(),
                "q10": q.q10, "q50": q.q50, "q90": q.q90,
            })
        };
        let quarters: Vec<Value> = forecast.quarters(series).iter().map(quarter).collect();
        json!({
            "outcome": series.outcome, "label": series.label, "unit": series.unit,
            "statistic": series.scalar.name(), "months": months, "quarters": quarters,
        })
    };
    let event = |event: &Chance| {
        let months = forecast.months.iter().zip(event.first.iter().zip(&event.by));
        let month = |(month, (first, by)): (_, (&f64, &f64))| json!({"month": format!("{month}"), "probability": first, "by_month": by});
        let months: Vec<Value> = months.map(month).collect();
        json!({
            "event": event.id, "label": event.label, "outcome": event.outcome, "when": event.when,
            "at_origin": event.at_origin, "months": months,
        })
    };
    json!({
        "dir": args.out,
        "manifest": manifest,
        "outcomes": forecast.outcomes.iter().map(outcome).collect::<Vec<Value>>(),
        "events": forecast.events.iter().map(event).collect::<Vec<Value>>(),
    })
}

/// The command that repeats a forecast in another folder, with every default written out.
fn command(args: &ForecastArgs) -> String {
    let ForecastArgs { corridor, origin, horizon, members, seed, .. } = args;
    let scenario = args.scenario.as_ref().map(|name| format!(" --scenario {name}"));
    // A posterior is known by its hash, not by where it stood.
    let posterior = args.posterior.as_ref().map(|_| " --posterior POSTERIOR");
    format!(
        "terbia forecast {corridor} --origin {origin} --horizon {horizon} --members {members} \
         --seed {seed}{}{} --out DIR",
        scenario.unwrap_or_default(),
        posterior.unwrap_or_default()
    )
}
