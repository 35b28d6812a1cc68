//! `terbia score-forecast`: how good was a forecast, now that what it spoke of is known?

use crate::Ended;
use crate::args::{Format, ScoreForecastArgs};
use crate::format::{Scale, grouped, significant};
use crate::table;
use std::collections::BTreeMap;
use std::io::{Write, stdout};
use terbia_store::observations;
use terbia_store::scored::event::Events;
use terbia_store::scored::{
    self, Count, EventScore, Figure, Folder, Reason, Scored, Series, Unscored,
};

/// Figures that are listed one by one under a reason; the others are counted.
const LISTED: usize = 6;
/// What the columns of the table of series mean.
const MEANINGS: [&str; 4] = [
    "n: numbers, and bounds after a plus. 50 %, 80 %, 95 %: how many of the numbers lie in that \
     middle part of the runs.",
    "CRPS: how far off the runs are, in one number; 0 is perfect, smaller is better. In the \
     logarithm (log) 0.10 is about a tenth of the figure; otherwise it has the unit. Energy: the \
     same of all figures of the series at once.",
    "PIT: the share of the runs below the figures; 0.5 if the forecast is right.",
    "Bias: how far the median of the runs lies above the figures.",
];

/// Runs the command.
pub(crate) fn score_forecast(args: &ScoreForecastArgs) -> Ended {
    let folder = Folder::read(&args.dir)?;
    let figures = observations::read(&args.observations)?;
    let happened =
        args.events.as_ref().map(|path| scored::event::read(path, &folder)).transpose()?;
    let scored = scored::score(&folder, &figures, happened.as_deref())?;
    match args.format {
        Format::Json => {
            serde_json::to_writer_pretty(stdout(), &scored).map_err(std::io::Error::from)?;
            writeln!(stdout())?;
        }
        Format::Text => {
            let events: Vec<&str> = folder.events.iter().map(|e| e.label.as_str()).collect();
            text(&scored, &events)?;
        }
    }
    Ok(())
}

fn text(scored: &Scored, events: &[&str]) -> Ended {
    let mut out = stdout().lock();
    let mut say = |words: &str| writeln!(out, "{}", table::wrapped(words, 2));
    let forecast = &scored.forecast;
    say(&forecast.corridor)?;
    say(&format!(
        "Forecast from {} for {} to {}, {} runs; as it was written.",
        forecast.origin,
        forecast.from,
        forecast.until,
        grouped(forecast.runs as f64)
    ))?;
    say(&format!("SHA-256 {}\n", forecast.sha256))?;
    for words in verdict(scored) {
        say(&words)?;
    }
    for words in notes(scored) {
        say(&words)?;
    }
    if !scored.series.is_empty() {
        writeln!(out, "\nSeries, worst first.\n{}", series(&scored.series))?;
        for words in MEANINGS {
            writeln!(out, "{}", table::wrapped(words, 2))?;
        }
    }
    for series in &scored.series {
        let members = scored.figures.iter().filter(|f| f.series == series.series);
        let until = &forecast.until;
        writeln!(out, "\n{}", figures(series, &members.collect::<Vec<_>>(), until))?;
    }
    match &scored.events {
        Some(events) => writeln!(out, "\n{}", events_text(events))?,
        None if events.is_empty() => {}
        None => {
            let words = format!(
                "Events are not scored: --events FILE tells which of these happened: {}.",
                events.join("; ")
            );
            writeln!(out, "\n{}", table::wrapped(&words, 2))?;
        }
    }
    if !scored.unscored.is_empty() {
        writeln!(out, "\n{}", unscored(&scored.unscored))?;
    }
    Ok(())
}

/// What came of it, in sentences; failures first.
fn verdict(scored: &Scored) -> Vec<String> {
    let mut words = Vec::new();
    let [_, middle, wide] = &scored.coverage;
    if middle.of == 0 {
        words.push("No number could be scored.".to_owned());
    } else {
        words.push(format!(
            "{} of {} numbers lie OUTSIDE the middle 80 % of the runs, {} outside the middle 95 %. \
             Inside the 80 % are {}; with so many figures that may stand for anything from {} to \
             {}.",
            middle.of - middle.inside,
            middle.of,
            wide.of - wide.inside,
            percent(middle.inside as f64 / middle.of as f64),
            percent(middle.low),
            percent(middle.high),
        ));
    }
    if scored.bounds.of > 0 {
        let Count { inside, of, .. } = scored.bounds;
        words.push(format!("{} of {of} bounds are NOT met by the middle 80 %.", of - inside));
    }
    if let Some(pits) = &scored.pits {
        let counts: Vec<String> = pits.counts.iter().map(ToString::to_string).collect();
        let chance = 100.0 * pits.p_value;
        let chance = if chance < 1.0 { "under 1 %".into() } else { format!("{chance:.0} %") };
        words.push(format!(
            "Numbers by where they stand among the runs, lowest to highest, in {} equal parts: {}. \
             Right forecasts have about as many in each; so uneven by chance: {chance}.",
            counts.len(),
            counts.join(" "),
        ));
    }
    if !scored.unscored.is_empty() {
        let count = |wanted: fn(&Reason) -> bool| {
            scored.unscored.iter().filter(|u| wanted(&u.reason)).count()
        };
        let wrong = count(|r| matches!(r, Reason::WrongUnit { .. }));
        let unit = if wrong > 0 { format!(", {wrong} for a WRONG UNIT") } else { String::new() };
        let figures = counted(scored.unscored.len());
        words.push(format!("Not scored: {figures}{unit}; the reasons are below."));
    }
    if !scored.silent.is_empty() {
        words.push(format!("No figure speaks of: {}.", scored.silent.join("; ")));
    }
    words
}

/// What is odd about figures that were scored.
fn notes(scored: &Scored) -> Vec<String> {
    let is_scored = |id: &str| scored.figures.iter().any(|f| f.id == id);
    let about = |note: &&observations::Note| note.ids().into_iter().any(is_scored);
    let notes = scored.notes.iter().filter(about);
    let mut words: Vec<String> = notes.map(|note| format!("Note: {note}.")).collect();
    let more = scored.notes.len() - words.len();
    if more > 0 {
        words.push(format!(
            "{more} more notes are about figures that are not scored; --format json has them."
        ));
    }
    words
}

fn counted(figures: usize) -> String {
    if figures == 1 { "1 figure".to_owned() } else { format!("{figures} figures") }
}

fn percent(share: f64) -> String {
    format!("{:.0} %", 100.0 * share)
}

fn series(all: &[Series]) -> String {
    let head = ["", "n", "50 %", "80 %", "95 %", "CRPS", "energy", "PIT", "bias"];
    let head: Vec<String> = head.map(String::from).to_vec();
    let row = |s: &Series| {
        let number = |x: Option<f64>| x.map_or_else(|| "–".to_owned(), significant);
        let [half, middle, wide] = s.coverage.map(|count| count.inside.to_string());
        let log = s.comparison == "log";
        let bias = match s.bias {
            Some(bias) if log => format!("{:+.0} %", 100.0 * bias),
            bias => number(bias),
        };
        let name: String = s.series.chars().take(SERIES_WIDTH).collect();
        let crps = number(s.crps) + if log && s.crps.is_some() { " log" } else { "" };
        let bounds = if s.bounds.of > 0 { format!("+{}", s.bounds.of) } else { String::new() };
        let (n, energy, pit) = (s.numbers(), number(s.energy), number(s.pit));
        vec![name, format!("{n}{bounds}"), half, middle, wide, crps, energy, pit, bias]
    };
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    table::plain(&head, &rows, 1)
}

/// Characters of the name of a series.
const SERIES_WIDTH: usize = 22;

/// The figures of a series, failures first.
fn figures(series: &Series, figures: &[&Figure], until: &str) -> String {
    let head = ["", "months", "observed", "median", "80 %", "inside"];
    let head: Vec<String> = head.map(String::from).to_vec();
    let row = |f: &&Figure| {
        let [_, (low, high), _] = f.central;
        let ends = [f.observed, f.low, f.high, Some(f.median), Some(high)];
        let scale =
            Scale::of(&f.unit, ends.into_iter().flatten().map(f64::abs).fold(0.0, f64::max));
        let observed = match (f.observed.filter(|_| !f.bound), f.low, f.high) {
            (Some(value), ..) => scale.show(value),
            (None, Some(low), Some(high)) => format!("{}..{}", scale.show(low), scale.show(high)),
            (None, Some(low), None) => format!("> {}", scale.show(low)),
            (None, None, high) => format!("< {}", high.map_or_else(String::new, |h| scale.show(h))),
        };
        let inside = if f.inside(1) == Some(true) { "yes" } else { "NO" };
        vec![
            f.id.chars().take(ID_WIDTH).collect(),
            if f.from == f.to { f.from.clone() } else { format!("{} to {}", f.from, f.to) },
            format!("{observed} {}", scale.unit),
            scale.show(f.median),
            format!("{}–{}", scale.roughly(low), scale.roughly(high)),
            inside.to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = figures.iter().map(row).collect();
    let outside = figures.iter().filter(|f| f.inside(1) != Some(true)).count();
    let end = if series.to.as_str() < until {
        format!("; the figures end in {}, the forecast in {until}", series.to)
    } else {
        String::new()
    };
    let title = format!("{}: {outside} of {} outside{end}", series.series, figures.len());
    format!("{}\n{}", table::wrapped(&title, 2), table::plain(&head, &rows, 2))
}

/// Characters of the id of a figure.
const ID_WIDTH: usize = 12;

fn events_text(events: &Events) -> String {
    let mut parts = Vec::new();
    let number = |x: Option<f64>| x.map_or_else(|| "–".to_owned(), significant);
    let skill = events.skill.map_or_else(String::new, |skill| {
        format!(" Skill against that constant: {skill:.2} (above 0 is better).")
    });
    let words = format!(
        "Events: the chance that each has happened by the end of a month, against what came. Brier \
         score {} (0 is perfect, 0.25 is to say 50 % always; the best constant chance, known only \
         afterwards: {}), log score {}.{skill}",
        number(events.brier),
        number(events.brier_of_constant),
        number(events.log_score)
    );
    parts.push(table::wrapped(&words, 2));
    parts.extend(events.events.iter().map(event));
    if !events.untold.is_empty() {
        let words = format!("Nothing is told of: {}.", events.untold.join(", "));
        parts.push(table::wrapped(&words, 2));
    }
    if events.outside > 0 {
        parts.push(format!("{} rows are about months that are not forecast.", events.outside));
    }
    parts.join("\n\n")
}

fn event(event: &EventScore) -> String {
    let came = match &event.happened_in {
        Some(month) => format!("happened in {month}"),
        None => "has not happened".to_owned(),
    };
    let head = ["", "chance by then", "happened by then", "Brier", "log score"];
    let row = |m: &scored::event::EventMonth| {
        let Some(by) = m.by else {
            return vec![m.month.clone(), "–".into(), "not told".into(), "–".into(), "–".into()];
        };
        let came = if by.happened { "yes" } else { "no" };
        vec![
            m.month.clone(),
            percent(by.chance),
            came.to_owned(),
            format!("{:.3}", by.brier),
            format!("{:.2}", by.log_score),
        ]
    };
    let rows: Vec<Vec<String>> = event.months.iter().map(row).collect();
    let title = table::wrapped(&format!("{} ({}): {came}", event.label, event.event), 2);
    format!("{title}\n{}", table::plain(&head.map(String::from), &rows, 1))
}

/// Figures that are not scored, by reason: those that somebody can mend one by one, others counted.
fn unscored(all: &[Unscored]) -> String {
    let mut reasons: BTreeMap<(&Reason, &str), Vec<&Unscored>> = BTreeMap::new();
    for figure in all {
        if !matches!(figure.reason, Reason::Context { .. }) {
            reasons.entry((&figure.reason, &figure.why)).or_default().push(figure);
        }
    }
    let mut lines = vec!["Not scored:".to_owned()];
    for ((reason, why), figures) in reasons {
        lines.push(table::wrapped(&format!("{}: {why}", counted(figures.len())), 4));
        if matches!(reason, Reason::Before | Reason::After) {
            continue;
        }
        for figure in figures.iter().take(LISTED) {
            let Unscored { id, what, period, unit, .. } = figure;
            lines.push(table::wrapped(&format!("    {id}: {what}, {period}, {unit}"), 6));
        }
        if figures.len() > LISTED {
            let more = figures.len() - LISTED;
            lines.push(format!("    and {more} more; --format json lists them all"));
        }
    }
    let context = all.iter().filter(|u| matches!(u.reason, Reason::Context { .. })).count();
    if context > 0 {
        let words = format!("{}: not compared; --format json says why of each", counted(context));
        lines.push(words);
    }
    lines.join("\n")
}
