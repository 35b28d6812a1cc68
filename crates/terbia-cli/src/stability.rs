//! How stable are the years after the record, what begins in them and how soon? A block of text under
//! the tables of `terbia run`, and six figures in one for those who ask for it.

use crate::args::Weights;
use crate::failure::Failure;
use crate::format::grouped;
use crate::table::{plain, wrapped};
use std::fmt::Write as _;
use terbia_lab::summary::Band;
use terbia_model::kernel::math::exp_m1;
use terbia_store::study::Planned;
use terbia_store::view::stability::{self, FIGURES, HORIZONS, Indexed, Spells, Stability};

/// The block.
pub(crate) fn block(s: &Stability) -> String {
    let runs = grouped(s.runs as f64);
    let intro = format!(
        "Stability after the record, {} to {}: the mean of each run over these months; the median of \
         the runs, their middle 50 % and 90 %. 100 % is best; S6 is a change, 0 is none.",
        s.end.plus(1),
        s.last
    );
    let soon = format!(
        "Share of the {runs} runs in which it begins within so many months of {} (plain share: all \
         runs last that long), and in which it was under way by then already.",
        s.end
    );
    let neither = 1.0 - s.restrained - s.armed;
    let none = if neither > 1e-9 {
        format!(", in {} it has no such revenue", per_cent(neither))
    } else {
        String::new()
    };
    let net = format!(
        "In {} of the runs more trade revenue restrains the challenger ({}), in {} it arms it more \
         than it restrains{none} (net restraint, the mean over these months: above, below or at 0).",
        per_cent(s.restrained),
        s.challenger,
        per_cent(s.armed)
    );
    [
        wrapped(&intro, 0),
        figures(s),
        wrapped(
            " leverage: what a month of closure costs the buyer over what it costs the holder of the \
             mines",
            1,
        ),
        String::new(),
        wrapped(&soon, 0),
        begins(s),
        String::new(),
        wrapped(&closures(&s.closures), 0),
        wrapped(&truces(&s.truces), 0),
        String::new(),
        wrapped(&net, 0),
    ]
    .join("\n")
}

fn figures(s: &Stability) -> String {
    let head: Vec<String> = ["", "", "median", "50 %", "90 %"].map(String::from).to_vec();
    let rows: Vec<Vec<String>> = FIGURES
        .iter()
        .zip(&s.figures)
        .map(|((name, meaning), b)| {
            let Band { q05, q25, q50, q75, q95 } = *b;
            let change = *name == "S6";
            let show = |x: f64| if change { signed(exp_m1(x)) } else { whole(x) };
            let to = if change { " to " } else { "–" };
            let range = |low, high| format!("{}{to}{} %", show(low), show(high));
            vec![
                (*name).to_owned(),
                (*meaning).to_owned(),
                format!("{} %", show(q50)),
                range(q25, q75),
                range(q05, q95),
            ]
        })
        .collect();
    plain(&head, &rows, 2)
}

fn begins(s: &Stability) -> String {
    let mut head = vec![String::new()];
    head.extend(HORIZONS.map(|h| format!("{h} months")));
    head.push("by then".to_owned());
    let rows: Vec<Vec<String>> = s
        .begins
        .iter()
        .map(|b| {
            let within = b.within.map(|x| x.map_or("–".into(), per_cent));
            let mut row = vec![b.what.to_owned()];
            row.extend(within);
            row.push(per_cent(b.under_way));
            row
        })
        .collect();
    plain(&head, &rows, 1)
}

/// How long closures last, and why they come.
fn closures(spells: &Spells) -> String {
    if spells.count == 0 {
        return "Closures: none of a month or more begins in any run.".into();
    }
    let [quarter, half, most] = spells.over.map(months);
    format!(
        "Closures: half are over after {half}, a quarter after {quarter}, three quarters after {most} \
         (Kaplan-Meier, over {} that begin after the record; {} were not over at the end of their run \
         and count as at least that long). Causes: {}.",
        grouped(spells.count as f64),
        grouped(spells.unfinished as f64),
        causes(spells)
    )
}

/// How long truces last, and what breaks them.
fn truces(spells: &Spells) -> String {
    if spells.count == 0 {
        return "Truces: none begins in any run.".into();
    }
    let broke = if spells.causes.is_empty() {
        String::new()
    } else {
        format!(" What weighed most when they broke: {}.", causes(spells))
    };
    format!(
        "Truces: {} (Kaplan-Meier, over {}; {} still held at the end of their run).{broke}",
        match spells.over[1] {
            None => "fewer than half are over within the runs".to_owned(),
            half => format!("half are over after {}", months(half)),
        },
        grouped(spells.count as f64),
        grouped(spells.unfinished as f64),
    )
}

fn months(months: Option<f64>) -> String {
    match months {
        Some(1.0) => "1 month".to_owned(),
        Some(m) => format!("{m:.0} months"),
        None => "more months than the runs have left".to_owned(),
    }
}

/// Causes with their shares.
fn causes(spells: &Spells) -> String {
    let total: usize = spells.causes.iter().map(|c| c.count).sum();
    let share = |count: usize| per_cent(count as f64 / total.max(1) as f64);
    let all = spells.causes.iter().map(|c| format!("{} {}", share(c.count), c.name));
    all.collect::<Vec<_>>().join("; ")
}

/// The index, asked for with weights.
pub(crate) fn index_block(i: &Indexed) -> String {
    let Band { q05, q50, q95, .. } = i.value;
    let two = |x: f64| format!("{x:.2}");
    let mut text = wrapped(
        &format!(
            "Stability index: {} (90 % of the runs: {} to {}), the weighted geometric mean of six legs, \
             each from 0 to 1; S6 counts as a leg only where leverage is lost. Read it only beside the \
             six: other weights give another index.",
            two(q50),
            two(q05),
            two(q95)
        ),
        0,
    );
    let head: Vec<String> =
        ["leg", "", "weight", "median", "weakest in", "at 0 in"].map(String::from).to_vec();
    let legs = FIGURES.iter().zip(i.weights).zip(i.legs).zip(i.weakest).zip(i.zero);
    let rows: Vec<Vec<String>> = legs
        .map(|(((((name, meaning), weight), leg), weakest), zero)| {
            vec![
                (*name).to_owned(),
                (*meaning).to_owned(),
                two(weight),
                two(leg),
                per_cent(weakest),
                per_cent(zero),
            ]
        })
        .collect();
    // Writing to a string cannot fail.
    let _ = write!(text, "\n{}", plain(&head, &rows, 2));
    let often = (0..FIGURES.len()).max_by(|a, b| i.weakest[*a].total_cmp(&i.weakest[*b]));
    if let Some(((name, meaning), share)) =
        often.and_then(|leg| Some((FIGURES.get(leg)?, i.weakest.get(leg)?)))
    {
        let words = format!(
            "Weakest leg most often: {name} ({meaning}), in {} of the runs.",
            per_cent(*share)
        );
        let _ = write!(text, "\n{}", wrapped(&words, 0));
    }
    if i.broken > 0.0 {
        let words = format!(
            "ZERO: in {} of the runs a leg is at 0, and with it the index, whatever the weights.",
            per_cent(i.broken)
        );
        let _ = write!(text, "\n{}", wrapped(&words, 0));
    }
    text
}

/// Fails before anything is run if there will be no stability to make an index of.
pub(crate) fn possible(planned: &Planned, weights: Option<&Weights>) -> Result<(), Failure> {
    let (corridor, months) = (&planned.compiled.corridor, planned.fingerprint.months);
    if weights.is_none() || stability::live_from(corridor, months).is_some() {
        return Ok(());
    }
    let scenario = &planned.fingerprint.scenario;
    Err(if corridor.politics.is_none() {
        Failure::plain(
            format!("there is no stability index for '{}'", planned.fingerprint.corridor.id),
            "the six figures are about war, gates and people: the corridor needs [politics] in \
             corridor.toml; or leave out --stability-index",
        )
    } else {
        Failure::plain(
            format!(
                "there is no stability index here: until {} the scenario '{scenario}' replays the \
                 record and the model decides nothing",
                planned.fingerprint.until
            ),
            "choose a scenario with an earlier replay_until, or a later --until; or leave out \
             --stability-index",
        )
    })
}

/// A share in whole per cent; a few runs are not taken for none, nor nearly all for all.
pub(crate) fn per_cent(share: f64) -> String {
    match 100.0 * share {
        x if !x.is_finite() => "–".into(),
        x if x > 0.0 && x < 0.5 => "<1 %".into(),
        x if x < 100.0 && x > 99.5 => ">99 %".into(),
        x => format!("{:.0} %", x.round()),
    }
}

fn whole(share: f64) -> String {
    let x = (100.0 * share).round();
    // No minus before a nought.
    if x.is_finite() { format!("{:.0}", x + 0.0) } else { "–".into() }
}

fn signed(share: f64) -> String {
    let text = whole(share);
    if share > 0.0 && text != "0" && text != "–" { format!("+{text}") } else { text }
}
