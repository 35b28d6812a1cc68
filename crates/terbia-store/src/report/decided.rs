//! What did the model make of the years that nobody scripted? Stability, what begins and how soon, why
//! gates shut and truces break, and who holds the ground: small tables, before the charts.

use super::Report;
use super::number::{NOTHING, Scale, exact, round};
use super::table::{Table, number};
use super::text::{Text, count, month, put};
use crate::view::stability::{FIGURES, HORIZONS, Spells, Stability};
use crate::view::{After, DECIDES, Follows};
use terbia_lab::summary::Band;
use terbia_model::kernel::math::exp_m1;

/// The section; nothing if the model never decides.
pub(super) fn decided(out: &mut String, input: &Report<'_>) {
    let Some(s) = input.stability else { return };
    put!(
        out,
        "<section id=\"decided\"><h2>What the model decided after {}</h2><p>From {} on nobody scripts \
         {DECIDES}, unless the scenario does. Shares are shares of {}; they say how the runs divide, \
         given what the model assumes, not how likely the world is to go that way.</p>\
         <div class=\"about facts\">\n<div>",
        month(s.end),
        month(s.end.plus(1)),
        count(s.runs, "run")
    );
    begins(out, s);
    out.push_str("</div>\n<div>");
    stability(out, s);
    out.push_str("</div>\n<div>");
    closures(out, &s.closures);
    out.push_str("</div>\n<div>");
    truces(out, &s.truces);
    out.push_str("</div></div>\n");
    control(out, s);
    out.push_str("</section>\n");
}

/// A share in whole per cent; a few runs are not taken for none.
fn per_cent(share: f64) -> String {
    match 100.0 * share {
        x if !x.is_finite() => NOTHING.into(),
        x if x > 0.0 && x < 0.5 => "&lt;\u{202f}1".into(),
        x if x < 100.0 && x > 99.5 => "&gt;\u{202f}99".into(),
        x => round(x.round(), 3),
    }
}

fn begins(out: &mut String, s: &Stability) {
    out.push_str("<h3>What begins, and how soon</h3>");
    let caption = format!("% of runs in which it begins within so many months of {}", month(s.end));
    let horizons = HORIZONS.map(|h| format!("#{h} months"));
    let [a, b, c] = horizons.each_ref().map(String::as_str);
    let mut table = Table::open(out, &caption, &["What begins", a, b, c, "#Already"]);
    for begin in &s.begins {
        let [a, b, c] = begin.within.map(|x| x.map_or(NOTHING.into(), per_cent));
        table.row_wide(begin.what, &[a, b, c, per_cent(begin.under_way)]);
    }
    table.close();
    put!(
        out,
        "<p>Plain shares: every run is followed to the end. What was under way when the record \
         ended (<em>already</em>) counts only where it begins anew.</p>\
         <p>In <strong>{}\u{a0}%</strong> of the runs more revenue from trade restrains the challenger \
         ({}), in {}\u{a0}% it arms it more than it restrains{} (<em>net restraint</em>, mean over these \
         months).</p>",
        per_cent(s.restrained),
        Text(&s.challenger),
        per_cent(s.armed),
        if s.restrained + s.armed < 1.0 { ", and in the others it has none" } else { "" }
    );
}

fn stability(out: &mut String, s: &Stability) {
    out.push_str("<h3>How stable</h3>");
    let caption =
        "Mean of each run over these months, in %: 100 is best. S6 is a change in % a year";
    let heads = ["Figure", "#Median", "#50 % of runs", "#90 % of runs"];
    let mut table = Table::open(out, caption, &heads);
    for ((name, meaning), band) in FIGURES.iter().zip(&s.figures) {
        // A change of a logarithm, as people say it.
        let shown = |x: f64| if *name == "S6" { 100.0 * exp_m1(x) } else { 100.0 * x };
        let scale = Scale::of("percent", 1.0);
        let Band { q05, q25, q50, q75, q95 } = *band;
        let whole = |x: f64| shown(x).round();
        let between = |low, high| number(&scale.interval(Some(whole(low)), Some(whole(high))));
        let cells = [number(&scale.model(whole(q50))), between(q25, q75), between(q05, q95)];
        table.row_wide(&format!("{name}: {meaning}"), &cells);
    }
    table.close();
    out.push_str(
        "<p>Leverage is what a month of closure costs the buyer over what it costs the holder of \
         the mines. The six stand side by side: one may gain at the cost of another.</p>",
    );
}

fn closures(out: &mut String, spells: &Spells) {
    out.push_str("<h3>Closures by cause</h3>");
    if spells.count == 0 {
        out.push_str("<p>No gate is shut for a month in any run.</p>");
        return;
    }
    causes(out, "Closures that begin after the record", spells);
    let [quarter, half, most] = spells.over.map(lasting);
    put!(
        out,
        "<p>A quarter of all closures is over after {quarter}, half after {half}, three quarters \
         after {most} (Kaplan–Meier: {} that were not over at the end of their run count as at least \
         that long).</p>",
        exact(spells.unfinished as f64)
    );
}

fn truces(out: &mut String, spells: &Spells) {
    out.push_str("<h3>What broke truces</h3>");
    if spells.count == 0 {
        out.push_str("<p>No truce begins in any run.</p>");
        return;
    }
    if !spells.causes.is_empty() {
        causes(out, "Truces that begin after the record and break, by what weighed most", spells);
    }
    let half = match spells.over[1] {
        None => "Fewer than half are over within the runs".to_owned(),
        half => format!("Half are over after {}", lasting(half)),
    };
    put!(
        out,
        "<p>{} begin in all runs together, and {} of them still hold at the end of their run. {half} \
         (Kaplan–Meier); the table is about those that broke. A cause that weighed most is not the \
         only one.</p>",
        count(spells.count, "truce"),
        exact(spells.unfinished as f64)
    );
}

fn lasting(months: Option<f64>) -> String {
    months.map_or("more months than the runs have left".into(), |m| count(m as usize, "month"))
}

fn causes(out: &mut String, what: &str, spells: &Spells) {
    let total: usize = spells.causes.iter().map(|c| c.count).sum();
    let caption = format!("{what}: {} in all runs together", exact(total as f64));
    let heads = ["Cause", "#% of them", "#Median months"];
    let mut table = Table::open(out, &caption, &heads);
    for cause in &spells.causes {
        let median = cause.median.map_or(NOTHING.into(), |m| round(m, 3));
        let share = per_cent(cause.count as f64 / total.max(1) as f64);
        table.row_wide(cause.name, &[share, median]);
    }
    table.close();
}

fn control(out: &mut String, s: &Stability) {
    let Some(first) = s.control.first() else { return };
    out.push_str("<h3>Who holds the ground</h3>");
    let caption = format!(
        "% of runs in which the side of the challenger ({}) holds the township: when the record \
         ended, then at the end of each year",
        s.challenger
    );
    let mut heads = vec!["Township".to_owned()];
    heads.extend(first.share.iter().map(|(end, _)| match end.of_year() {
        12 => format!("#{}", end.year()),
        _ => format!("#{}", month(*end)),
    }));
    let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
    let mut table = Table::open(out, &caption, &heads);
    for held in &s.control {
        // Five shades, so that the eye finds what changes; the number says it too.
        let cell = |(_, share): &(_, f64)| {
            let shade = (5.0 * share).clamp(0.0, 4.0) as u8;
            format!("<span class=\"s{shade}\">{}</span>", per_cent(*share))
        };
        let cells: Vec<String> = held.share.iter().map(cell).collect();
        table.row_wide(&held.place, &cells);
    }
    table.close();
}

/// What the years after the record are, in a sentence or two.
pub(super) fn caveat(after: Option<After>) -> String {
    let Some(After { end, follows }) = after else {
        return "It is a scenario, not a forecast.".into();
    };
    let end = month(end);
    match follows {
        Follows::Model => format!(
            "To {end} it replays the events of the record. From then on the model decides {DECIDES}: a \
             spread of futures under this scenario, not a forecast of any of them."
        ),
        Follows::Scenario => format!(
            "To {end} it replays the events of the record. After that only what the scenario says \
             happens: a what-if to compare with, not a forecast."
        ),
        Follows::Nothing => format!(
            "To {end} it replays the events of the record. After that nothing happens any more: the \
             status quo goes on. That is a baseline to compare with, not a forecast."
        ),
    }
}
