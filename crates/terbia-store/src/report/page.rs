//! In which order does the reader meet things? First what went wrong and what this is, then the
//! charts, then how far to trust them.

use super::number::exact;
use super::score::{self, Count};
use super::text::{Text, count, day, month, put};
use super::{Event, Identity, Report, chart, colour, decided, fan, group, mark};

/// How the page looks.
const CSS: &str = include_str!("style.css");

/// The page.
pub(super) fn page(input: &Report<'_>) -> String {
    let start = input.charts.first().map(|c| c.start);
    let marks = start.map(|s| mark::marks(input.events, s)).unwrap_or_default();
    let parts = group::parts(input.charts);
    let mut out = String::with_capacity(1 << 20);
    open(&mut out, input);
    let common = fan::common(&mut out, input.charts, &marks, input.after);
    head(&mut out, input, &parts);
    out.push_str("<main id=\"main\" tabindex=\"-1\">\n");
    about(&mut out, input);
    decided::decided(&mut out, input);
    let mut place =
        chart::Place { input, marks: &marks, common: common.as_ref(), n: 0, lone: false };
    for (i, part) in parts.iter().enumerate() {
        subject(&mut out, &mut place, i, part);
    }
    if parts.is_empty() {
        key(&mut out, &marks);
    }
    score::board(&mut out, input);
    score::patterns(&mut out, input.patterns);
    score::weak(&mut out, input.numbers);
    run(&mut out, input.run);
    out.push_str("</main>\n</body>\n</html>\n");
    out
}

/// A part of the page: charts to be seen at once, then those that wait.
fn subject(out: &mut String, place: &mut chart::Place<'_>, i: usize, part: &group::Part<'_>) {
    put!(out, "<section id=\"part-{i}\"><h2>{}</h2><div class=\"charts\">\n", part.heading);
    // The key stands beside the first charts; another chart without a neighbour has its tables there.
    place.lone = i > 0 && part.open.len() == 1;
    for (nth, chart) in part.open.iter().enumerate() {
        chart::figure(out, place, chart);
        place.n += 1;
        if i == 0 && nth == 0 {
            key(out, place.marks);
        }
    }
    if i == 0 && part.open.is_empty() {
        key(out, place.marks);
    }
    out.push_str("</div>\n");
    place.lone = false;
    if !part.more.is_empty() {
        let more = count(part.more.len(), "more chart");
        let mut titles: Vec<String> = Vec::new();
        for chart in &part.more {
            let title = group::heading(chart.column);
            if !titles.contains(&title) {
                titles.push(title);
            }
        }
        put!(
            out,
            "<details class=\"more\"><summary><strong>{more}</strong>: {}</summary><div class=\"charts\">\n",
            Text(&titles.join("; "))
        );
        for chart in &part.more {
            chart::figure(out, place, chart);
            place.n += 1;
        }
        out.push_str("</div></details>\n");
    }
    if !part.flat.is_empty() {
        let told = |chart: &&super::Chart<'_>| {
            let level = group::level(chart);
            let scale = chart::scale(chart.column, std::iter::once(level));
            let level = format!("{} {}", scale.model(level), scale.unit);
            format!("{}: {}", group::title(chart.column), level.trim_end())
        };
        let all: Vec<String> = part.flat.iter().map(told).collect();
        put!(
            out,
            "<p class=\"none\">The same in every month of 90\u{a0}% of the runs, so not drawn: {}.</p>\n",
            Text(&all.join("; "))
        );
    }
    out.push_str("</section>\n");
}

fn open(out: &mut String, input: &Report<'_>) {
    put!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"generator\" content=\"terbia {}\">\n<title>{}: {}</title>\n<style>\n{}{}{CSS}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#main\">Skip to the results</a>\n",
        Text(&input.run.version),
        Text(input.corridor),
        Text(&input.run.scenario_title),
        colour::properties(),
        fan::CSS
    );
}

fn head(out: &mut String, input: &Report<'_>, parts: &[group::Part<'_>]) {
    let Identity { diverged, members, scenario, scenario_title, .. } = input.run;
    put!(
        out,
        "<header><h1>{}</h1><p class=\"question\">{}</p>",
        Text(input.corridor),
        Text(input.question)
    );
    if *diverged > 0 {
        put!(
            out,
            "<p class=\"alarm\" role=\"note\"><strong>{} of {} diverged</strong> and are left out of \
             everything below. Their months and causes are in runs.parquet.</p>",
            exact(*diverged as f64),
            count(*members as usize, "run")
        );
    }
    put!(
        out,
        "<p>Scenario <strong>{}</strong> (<code>{}</code>), {}, {} to {}. \
         <a href=\"#run\">How to run this again</a>.</p>",
        Text(scenario_title),
        Text(scenario),
        count(*members as usize, "run"),
        Text(&input.run.start),
        Text(&input.run.until)
    );
    for (path, value) in &input.run.sets {
        put!(out, "<p>Held: <code>{}</code> = {value}.</p>", Text(path));
    }
    put!(
        out,
        "<ul class=\"counts\"><li><a href=\"#score\">Headline facts</a>: {}</li>\
         <li><a href=\"#score\">Series of the record</a>: {}</li>\
         <li><a href=\"#patterns\">Patterns</a>: {}</li></ul>",
        Count::of(score::facts(input.scores)).words(),
        Count::of(score::series(input.scores)).words(),
        score::patterns_words(input.patterns)
    );
    out.push_str("<nav aria-label=\"Contents\"><h2>Contents</h2><ul>");
    if let Some(s) = input.stability {
        put!(
            out,
            "<li><a href=\"#decided\">What the model decided after {}</a></li>",
            month(s.end)
        );
    }
    for (i, part) in parts.iter().enumerate() {
        let charts = part.open.len() + part.more.len();
        put!(
            out,
            "<li><a href=\"#part-{i}\">{}</a> <span class=\"many\">{charts}</span></li>",
            part.heading
        );
    }
    for (id, heading) in [
        ("events", "Events"),
        ("score", "The record beside the runs"),
        ("patterns", "Patterns"),
        ("weak", "Weak numbers"),
        ("run", "This run"),
    ] {
        put!(out, "<li><a href=\"#{id}\">{heading}</a></li>");
    }
    out.push_str("</ul></nav></header>\n");
}

/// What the page is, what it is not, and how to read a chart.
fn about(out: &mut String, input: &Report<'_>) {
    let until = decided::caveat(input.after);
    put!(
        out,
        "<section id=\"about\"><h2>What this is</h2><div class=\"about\">\
         <div><p>A simulation of a contested mineral corridor: who mines, who holds the ground, \
         what the gates let through, who is paid, and what the market makes of it. It was run {}, \
         each time with other values for the numbers that nobody knows exactly, so that it shows a \
         spread and not one line. {until}</p></div>\
         <div><h3>What this is not</h3><p>Not for targeting: places are townships or larger, and nothing \
         here locates a site, a convoy or a person. No advice to trade on. No substitute for the sources: every \
         figure names its own, and the <a href=\"#weak\">weak numbers</a> are listed.</p></div>\
         <div><h3>How to read a fan</h3><p>The dark line is the median: half of the runs lie above it in \
         that month. The dark band holds the middle 50 % of the runs, the light band 90 %; one run \
         in ten lies outside even that. Rings are observed months, with their range as an upright \
         line. Flat bars are observed sums or means of several months, a sum drawn at its monthly \
         average, with the number of the figure. Arrows are bounds: the truth lies where they \
         point. Where something holds or does not (a truce, a closure), the line is the share of the \
         runs in which it holds. The grey ground begins where the record ends. Dashed lines are <a href=\"#events\">events</a>.</p></div></div></section>\n",
        count(input.run.members as usize, "time")
    );
}

/// What happens, by the numbers in the charts.
fn key(out: &mut String, marks: &[mark::Mark<'_>]) {
    out.push_str("<div id=\"events\" class=\"key\" tabindex=\"0\" role=\"group\" aria-label=\"Events\"><h3>Events</h3>");
    if marks.is_empty() {
        out.push_str("<p>Nothing happens in this scenario.</p>");
    }
    out.push_str("<ol>");
    for mark in marks {
        let number = mark.number;
        // What holds from the start has no line in the charts.
        let class = if mark.at.is_some() { "" } else { " class=\"start\"" };
        put!(out, "<li value=\"{number}\"{class}>");
        for event in &mark.events {
            item(out, event);
        }
        out.push_str("</li>");
    }
    out.push_str("</ol></div>\n");
}

fn item(out: &mut String, event: &Event) {
    let until = event.until.map_or(String::new(), |until| format!(" until {}", day(until)));
    put!(
        out,
        "<p><strong>{}</strong>{until} <span class=\"kind\">{}</span> {}</p>",
        day(event.from),
        Text(&event.kind),
        Text(&event.doc)
    );
}

/// What was run, and how to run it again.
fn run(out: &mut String, run: &Identity) {
    let sets: Vec<String> = run.sets.iter().map(|(path, v)| format!("{path} = {v}")).collect();
    let sets = if sets.is_empty() { "none".to_owned() } else { sets.join(", ") };
    put!(out, "<section id=\"run\"><h2>This run</h2><p>The command that repeats it:</p>");
    put!(
        out,
        "<pre tabindex=\"0\" aria-label=\"Command\"><code>{}</code></pre><dl>",
        Text(&run.command)
    );
    for (name, value) in [
        ("Diverged runs", format!("{} of {}", run.diverged, run.members)),
        ("Seed", run.seed.to_string()),
        ("Scenario", run.scenario.clone()),
        ("Months", format!("{} ({} to {})", run.months, run.start, run.until)),
        ("Numbers held at a value", sets),
        ("terbia", run.version.clone()),
        ("SHA-256 of the corridor", run.corridor_sha256.clone()),
    ] {
        put!(out, "<dt>{name}</dt><dd>{}</dd>", Text(&value));
    }
    out.push_str("</dl></section>\n");
}
