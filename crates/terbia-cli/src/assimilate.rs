//! `terbia assimilate`: how surprising are new figures, and which belief do they move?

use crate::Ended;
use crate::args::{AssimilateArgs, Format};
use crate::format::{Scale, grouped};
use crate::{progress, table};
use serde_json::{Value, json};
use std::io::{Write, stderr, stdout};
use terbia_lab::assimilate::{Band, QUANTILES};
use terbia_lab::filter::Fate;
use terbia_store::assimilate::{self, About, Ask, Judged, Moved, Nowcast, NowcastManifest, Series};
use terbia_store::observations;
use terbia_store::study::Options;

/// Beliefs that the first sentence names.
const NAMED: usize = 3;
/// Characters of what stands before the columns of a row.
const ROW: usize = 26;
/// Lines of it.
const LINES: usize = 3;
/// Below so many runs that are not kin what is said is rough.
const FEW: f64 = 100.0;

/// Runs the command.
pub(crate) fn assimilate(args: &AssimilateArgs) -> Ended {
    let project = crate::loaded(&args.corridor)?;
    assimilate::free(&args.out)?;
    let options = Options {
        scenario: args.scenario.clone(),
        jobs: args.jobs,
        posterior: crate::score::posterior(args.posterior.as_deref())?,
        ..Options::new(args.members, args.seed)
    };
    let figures = observations::read(&args.observations)?;
    let ask = Ask { figures, origin: args.origin, lag: args.lag, options };
    let stop = progress::stop_on_ctrl_c()?;
    let bar = progress::bar(u64::from(args.members), args.quiet, "running");
    // Runs that are moved are made again: how many, nobody knows beforehand.
    let advance = |runs: u32| {
        let runs = u64::from(runs);
        if bar.position() + runs > bar.length().unwrap_or(0) {
            bar.inc_length(runs);
        }
        bar.inc(runs);
    };
    let told = assimilate::assimilate(&project, &ask, &stop, &advance);
    bar.finish_and_clear();
    let nowcast = told?;
    let manifest = assimilate::write(&nowcast, &args.out, command(args, &nowcast))?;
    match args.format {
        Format::Text => text(&nowcast, &manifest)?,
        Format::Json => {
            let json = json(args, &nowcast, &manifest);
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

fn text(nowcast: &Nowcast, manifest: &NowcastManifest) -> Ended {
    let mut out = stdout().lock();
    writeln!(out, "{}", table::wrapped(&answer(nowcast), 2))?;
    let NowcastManifest { corridor, scenario, origin, until, seed, .. } = manifest;
    let words = format!(
        "{}: the record drives {} runs to {origin}, figures to {until}; scenario {scenario}, seed {seed}",
        corridor.name,
        grouped(f64::from(manifest.members))
    );
    writeln!(out, "\n{}", table::wrapped(&words, 2))?;
    if manifest.runs.diverged > 0 {
        let lost = grouped(manifest.runs.diverged as f64);
        writeln!(out, "{lost} of them DIVERGED and weigh nothing")?;
    }
    writeln!(out, "{}", table::wrapped(&left(nowcast), 2))?;
    writeln!(out, "\nFigures: what was expected before any of their month came (median, 80 %).\n")?;
    writeln!(out, "{}", figures(nowcast))?;
    for remark in nowcast.figures.iter().filter_map(|f| f.remark(nowcast.runs.ok)) {
        writeln!(out, "{}", table::wrapped(&remark, 2))?;
    }
    if nowcast.movers.is_empty() {
        writeln!(out, "\nNo belief moved beyond noise.")?;
    } else {
        writeln!(
            out,
            "\nBeliefs that moved, in standard deviations that they had before (means).\n"
        )?;
        writeln!(out, "{}", moved(&nowcast.movers))?;
    }
    writeln!(out, "\nWhat the record shows of {until}: believed before and now (median, 80 %).\n")?;
    writeln!(out, "{}", beliefs(nowcast))?;
    if !(nowcast.left.is_empty() && nowcast.ask.figures.notes.is_empty()) {
        writeln!(out)?;
    }
    for left in &nowcast.left {
        writeln!(out, "{}", table::wrapped(&format!("{} is left out: {}", left.id, left.why), 2))?;
    }
    for note in &nowcast.ask.figures.notes {
        writeln!(out, "{}", table::wrapped(&note.to_string(), 2))?;
    }
    Ok(())
}

/// The answer in a few lines: the figure that surprises most in the last month, and what moved.
fn answer(nowcast: &Nowcast) -> String {
    let late = nowcast.figures.iter().filter(|f| f.month == nowcast.last);
    let headline = late
        .max_by(|a, b| a.surprise_sd.abs().total_cmp(&b.surprise_sd.abs()).then(b.id.cmp(&a.id)));
    let said = headline.map_or_else(String::new, |f| {
        let scale = Scale::of(&f.unit, 0.0);
        let observed = format!("{} {}", scale.show(f.observed), unit(&scale));
        let expected = f.expected.map_or_else(
            || "no run gives it a value".to_owned(),
            |[low, _, high]| {
                let (low, high) = (scale.roughly(low), scale.roughly(high));
                format!("{low}–{high} was expected (PIT {:.2})", f.pit)
            },
        );
        format!("{}: {}: {} was printed; {expected}.", f.month, f.title, observed.trim_end())
    });
    let names: Vec<String> = nowcast.movers.iter().take(NAMED).map(short).collect();
    if names.is_empty() {
        format!("{said} No belief moved beyond noise.")
    } else {
        format!("{said} What moved: {}.", names.join("; "))
    }
}

/// A belief that moved in a few words.
fn short(moved: &Moved) -> String {
    let scale = Scale::of(&moved.unit, moved.before.abs().max(moved.after.abs()));
    let (before, after) = (scale.show(moved.before), scale.show(moved.after));
    let what = match moved.about {
        About::Forecast => moved.label.clone(),
        About::Drift => format!("how far the record runs above the model ({})", moved.name),
        About::Outcome | About::Number => moved.name.clone(),
    };
    let month = moved.month.as_ref().map_or_else(String::new, |month| format!(" in {month}"));
    format!("{what}{month} {before} to {after} {}", unit(&scale)).trim_end().to_owned()
}

/// A unit as it is read after a number.
fn unit(scale: &Scale) -> &str {
    if scale.unit == "1" { "" } else { &scale.unit }
}

/// How many runs are left.
fn left(nowcast: &Nowcast) -> String {
    let worst = nowcast.months.iter().map(|m| m.effective).fold(f64::INFINITY, f64::min);
    let renewed = nowcast.months.iter().any(|m| m.renewed.is_some());
    let [effective, lines, worst] = [nowcast.effective, nowcast.lines, worst].map(grouped);
    let mut words = if renewed {
        format!(
            "The figures left {worst} runs that count; moved and renewed, {effective} do, {lines} of \
             them not kin"
        )
    } else {
        format!("{effective} runs are left that count")
    };
    if nowcast.lines < FEW {
        words += ": few, so tails are rough. More --members help";
    }
    words + "."
}

fn figures(nowcast: &Nowcast) -> String {
    let head = ["", "months", "figure", "expected", "", "PIT", "sd"].map(String::from);
    let row = |f: &Judged| {
        let largest = f.expected.map_or(f.observed, |[_, middle, _]| middle.max(f.observed));
        let scale = Scale::of(&f.unit, largest);
        let expected = f.expected.map_or_else(
            || "–".to_owned(),
            |[low, middle, high]| {
                format!("{} {}–{}", scale.show(middle), scale.roughly(low), scale.roughly(high))
            },
        );
        let months = if f.from == f.month { f.month.to_string() } else { span(f) };
        let (pit, sd) = if f.pit.is_nan() {
            ("–".to_owned(), "–".to_owned())
        } else {
            (format!("{:.2}", f.pit), format!("{:+.1}", f.surprise_sd))
        };
        let unit = unit(&scale).to_owned();
        vec![f.id.clone(), months, scale.show(f.observed), expected, unit, pit, sd]
    };
    let rows: Vec<Vec<String>> = nowcast.figures.iter().map(row).collect();
    table::plain(&head, &rows, 2)
}

/// The months of a figure, the last without its year where that is the first's.
fn span(f: &Judged) -> String {
    let same = f.from.year() == f.month.year();
    if same {
        format!("{} to {:02}", f.from, f.month.of_year())
    } else {
        format!("{} to {}", f.from, f.month)
    }
}

fn moved(movers: &[Moved]) -> String {
    let head = ["", "month", "before", "now", "", "shift"].map(String::from);
    let rows = movers.iter().flat_map(|m| {
        let scale = Scale::of(&m.unit, m.before.abs().max(m.after.abs()));
        let cells = [
            m.month.clone().unwrap_or_default(),
            scale.show(m.before),
            scale.show(m.after),
            unit(&scale).to_owned(),
            format!("{:+.1} sd", m.shift_sd),
        ];
        let words = match m.about {
            About::Forecast => m.label.clone(),
            About::Drift => format!("Record above the model: {}", m.name),
            About::Outcome | About::Number => format!("{} {}", m.name, m.label),
        };
        labelled(&words, cells.to_vec())
    });
    table::plain(&head, &rows.collect::<Vec<_>>(), 2)
}

/// A row, with the rest of a long label below.
fn labelled(words: &str, cells: Vec<String>) -> Vec<Vec<String>> {
    let all = table::lines(&broken(words), ROW);
    let mut lines: Vec<String> = all.iter().take(LINES).cloned().collect();
    if let Some(last) = lines.last_mut().filter(|_| all.len() > LINES) {
        last.push('…');
    }
    let nothing = vec![String::new(); cells.len()];
    let below = |line: &String| [vec![format!("  {line}")], nothing.clone()].concat();
    let first = [vec![lines.first().cloned().unwrap_or_default()], cells].concat();
    std::iter::once(first).chain(lines.iter().skip(1).map(below)).collect()
}

/// Names that are longer than a line, cut at their points.
fn broken(words: &str) -> String {
    let mut text = String::new();
    for word in words.split_whitespace() {
        let mut used = 0;
        for part in word.split_inclusive(['.', '_', '-']) {
            let length = part.chars().count();
            if used > 0 && used + length > ROW - 2 {
                text.push(' ');
                used = 0;
            }
            text.push_str(part);
            used += length;
        }
        text.push(' ');
    }
    text
}

fn beliefs(nowcast: &Nowcast) -> String {
    let head = ["", "before", "now", ""].map(String::from);
    let rows = nowcast.before.iter().zip(&nowcast.after).flat_map(|(before, after)| {
        let ends = [before, after].map(|s| s.bands.last());
        let median = |band: Option<&Band>| band.map_or(0.0, |b| b.quantiles[3].abs());
        let scale = Scale::of(&before.unit, ends.iter().copied().map(median).fold(0.0, f64::max));
        let cell = |band: Option<&Band>| {
            band.map_or_else(
                String::new,
                |Band { quantiles: [_, low, _, middle, _, high, _], .. }| {
                    format!(
                        "{} {}–{}",
                        scale.show(*middle),
                        scale.roughly(*low),
                        scale.roughly(*high)
                    )
                },
            )
        };
        let cells = ends.map(cell).into_iter().chain([unit(&scale).to_owned()]).collect();
        labelled(&before.label, cells)
    });
    table::plain(&head, &rows.collect::<Vec<_>>(), 1)
}

/// The same for programs.
fn json(args: &AssimilateArgs, nowcast: &Nowcast, manifest: &NowcastManifest) -> Value {
    let series = |series: &Series| {
        let month = |(month, band): (_, &Band)| {
            let mut row = json!({"month": format!("{month}")});
            for (p, value) in QUANTILES.iter().zip(band.quantiles) {
                row[format!("q{:02.0}", p * 100.0)] = json!(value);
            }
            row
        };
        let months: Vec<Value> = series.months.iter().zip(&series.bands).map(month).collect();
        json!({
            "outcome": series.outcome, "label": series.label, "unit": series.unit, "months": months,
        })
    };
    let figure = |f: &Judged| {
        json!({
            "id": f.id, "title": f.title, "outcome": f.outcome, "from": f.from.to_string(),
            "month": f.month.to_string(), "observed": f.observed, "unit": f.unit,
            "expected": f.expected.map(|[low, middle, high]| json!({"q10": low, "q50": middle, "q90": high})),
            "pit": f.pit, "surprise_sd": f.surprise_sd, "log_density": f.log_density,
            "effective_runs": f.effective, "believed": f.trust, "taken": f.fate == Fate::Taken, "remark": f.remark(nowcast.runs.ok),
        })
    };
    let notes: Vec<String> = nowcast.ask.figures.notes.iter().map(ToString::to_string).collect();
    json!({
        "dir": args.out,
        "answer": answer(nowcast),
        "manifest": manifest,
        "notes": notes,
        "figures": nowcast.figures.iter().map(figure).collect::<Vec<Value>>(),
        "movers": nowcast.movers,
        "moved": nowcast.moved,
        "before": nowcast.before.iter().map(series).collect::<Vec<Value>>(),
        "now": nowcast.after.iter().map(series).collect::<Vec<Value>>(),
    })
}

/// The command that repeats it in another folder, with every default written out.
fn command(args: &AssimilateArgs, nowcast: &Nowcast) -> String {
    let AssimilateArgs { corridor, members, seed, lag, .. } = args;
    let origin = nowcast.origin;
    let scenario = args.scenario.as_ref().map(|name| format!(" --scenario {name}"));
    // A posterior and figures are known by their hashes, not by where they stood.
    let posterior = args.posterior.as_ref().map(|_| " --posterior POSTERIOR");
    format!(
        "terbia assimilate {corridor} OBSERVATIONS.csv --origin {origin} --members {members} \
         --seed {seed} --lag {lag}{}{} --out DIR",
        scenario.unwrap_or_default(),
        posterior.unwrap_or_default()
    )
}
