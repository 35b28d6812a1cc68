//! `terbia why`: which feedback loop carries the difference between two policies?

use crate::Ended;
use crate::args::{Format, WhyArgs};
use crate::failure::Failure;
use crate::format::{Scale, grouped};
use crate::{progress, table};
use std::io::{Write as _, stdout};
use terbia_store::question::loops::{self, Asked, Carried, Estimate, Why};
use terbia_store::question::{self, Options, Planned, Watch};

/// Share of a whole below which a loop is left to the table.
const LEAST_TOLD: f64 = 0.03;
/// Shares of a whole in words, from the smallest, and the shares up to which each is used.
const SHARES: &[(f64, &str)] = &[
    (0.075, "a twentieth"),
    (0.15, "a tenth"),
    (0.225, "a fifth"),
    (0.29, "a quarter"),
    (0.365, "a third"),
    (0.45, "two fifths"),
    (0.55, "half"),
    (0.633, "three fifths"),
    (0.71, "two thirds"),
    (0.775, "three quarters"),
    (0.85, "four fifths"),
    (0.95, "nine tenths"),
    (1.05, "all"),
];

/// Runs the command.
pub(crate) fn why(args: &WhyArgs) -> Ended {
    let project = crate::loaded(&args.corridor)?;
    let (name, sheet) = question::find(&project, &args.study)?;
    let options = Options {
        members: Some(args.members),
        seed: args.seed,
        posterior: crate::score::posterior(args.posterior.as_deref())?,
        jobs: args.jobs,
        ..Options::default()
    };
    let planned = Planned::new(&project, &name, &sheet, &options)?;
    let asked = Asked {
        scenario: args.scenario.clone(),
        policy: args.policy.clone(),
        against: args.against.clone(),
        outcome: args.outcome.clone(),
    };
    let why = explained(&planned, &asked, args.quiet)?;
    let mut out = stdout().lock();
    if args.format == Format::Json {
        let mut json = loops::json(&why);
        json["corridor"] = project.id.clone().into();
        json["study"] = name.into();
        serde_json::to_writer_pretty(&mut out, &json).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        writeln!(out, "{}", text(&why))?;
    }
    if why.parts.total.members == 0 {
        return Err(Failure::plain(
            "no future has a value under both policies".to_owned(),
            "look at the window of the outcome with terbia study, then at runs that diverge",
        ));
    }
    Ok(())
}

fn explained(planned: &Planned, asked: &Asked, quiet: bool) -> Result<Why, Failure> {
    let stop = progress::stop_on_ctrl_c()?;
    let bar = progress::bar(0, quiet, "running");
    let plan = |runs: u64| bar.set_length(runs);
    let ran = |runs: u32| bar.inc(u64::from(runs));
    let why = loops::why(planned, asked, &stop, &Watch { planned: &plan, ran: &ran });
    bar.finish_and_clear();
    Ok(why?)
}

/// The answer in words, the table, and what to know about it.
fn text(why: &Why) -> String {
    let o = &why.outcome;
    let parts = &why.parts;
    let ends = parts.loops.iter().flat_map(|l| [l.left, l.carried]);
    let ends = ends.chain([parts.total, parts.direct, parts.sum]).map(|e| e.mean.abs());
    let scale = Scale::of(&o.unit, ends.filter(|x| x.is_finite()).fold(0.0, f64::max));
    let head = format!(
        "{} ({}), {} to {}, scenario {}: {}, seed {}, {} runs",
        o.label,
        scale.unit,
        o.from,
        o.until,
        why.scenario,
        if why.members == 1 {
            "1 future".to_owned()
        } else {
            format!("{} futures", grouped(f64::from(why.members)))
        },
        why.seed,
        grouped(why.diverged[1] as f64)
    );
    let mut blocks = vec![table::wrapped(&answer(why, &scale), 0), table::wrapped(&head, 2)];
    if why.diverged[0] > 0 {
        let words = format!(
            "{} runs DIVERGED: a future counts only where both policies, and both with the loop off, \
             came to an end",
            grouped(why.diverged[0] as f64)
        );
        blocks.push(table::wrapped(&words, 2));
    }
    if !parts.total.nothing || parts.loops.iter().any(|l| !l.left.nothing) {
        blocks.push(rows(why, &scale));
        if parts.total.members > 1 {
            blocks.push(table::wrapped(&adding_up(why, &scale), 0));
        }
        blocks.push(table::wrapped(
            "difference: with that loop off under both policies, in the same futures. carried: what is \
             missing then, with its 90 % interval; (0) marks an interval that holds 0.",
            0,
        ));
    }
    blocks.join("\n\n")
}

/// The answer in a sentence or two.
fn answer(why: &Why, scale: &Scale) -> String {
    let (total, id) = (&why.parts.total, &why.outcome.id);
    let (policy, against) = (&why.policy.id, &why.against.id);
    let one = total.members == 1;
    if total.members == 0 {
        return format!(
            "Nothing can be said of '{id}': no future has a value under both policies."
        );
    }
    if total.nothing {
        let same = why.parts.loops.iter().all(|l| l.left.nothing) && why.parts.direct.nothing;
        let rest =
            if same { "and stays so whichever loop is off" } else { "while all loops are on" };
        return format!(
            "Nothing differs: '{id}' is the same under '{policy}' and '{against}' in every future, {rest}."
        );
    }
    let size = scale.show(total.mean.abs());
    let unit = &scale.unit;
    let way = if total.mean < 0.0 { "falls" } else { "rises" };
    if one {
        return format!(
            "Under '{policy}' '{id}' {way} by {size} {unit} against '{against}' in the one future that was \
             run: one says nothing of what is chance, so that no loop can be singled out."
        );
    }
    let ends = (total.mean.abs() - total.half_width, total.mean.abs() + total.half_width);
    if !total.told_from_zero() {
        return format!(
            "Under '{policy}' '{id}' {way} by {size} {unit} against '{against}', but the 90 % interval ({}) \
             holds 0: whether the policy moves it cannot be told from chance, let alone by which loop.",
            range(total, scale)
        );
    }
    let interval = format!("{}–{}", scale.roughly(ends.0), scale.roughly(ends.1));
    format!(
        "Under '{policy}' '{id}' {way} by {size} {unit} ({interval}) against '{against}'. {}",
        carriers(why)
    )
}

/// Which loops carry the difference, and which work against it.
fn carriers(why: &Why) -> String {
    let parts = &why.parts;
    let share = |e: &Estimate| e.mean / parts.total.mean;
    let name = |c: &Carried| format!("{} ({})", c.of.label, c.of.id);
    let worth_telling =
        |c: &&Carried| c.carried.told_from_zero() && share(&c.carried).abs() >= LEAST_TOLD;
    let mut told: Vec<&Carried> = parts.loops.iter().filter(worth_telling).collect();
    told.sort_by(|a, b| share(&b.carried).abs().total_cmp(&share(&a.carried).abs()));
    let (with, against): (Vec<&Carried>, Vec<&Carried>) =
        told.into_iter().partition(|c| share(&c.carried) > 0.0);
    let with: Vec<String> = with
        .iter()
        .enumerate()
        .map(|(n, c)| {
            let goes = if n == 0 { " goes" } else { "" };
            format!("{}{goes} through {}", fraction(share(&c.carried)), name(c))
        })
        .collect();
    let against: Vec<String> = against
        .iter()
        .map(|c| format!("{} works against it by {}", name(c), fraction(-share(&c.carried))))
        .collect();
    let mut words = if with.is_empty() {
        "No loop carries a part of that which can be told from chance".to_owned()
    } else {
        format!("Of that, {}", joined(&with))
    };
    if !against.is_empty() {
        words.push_str("; ");
        words.push_str(&joined(&against));
    }
    let direct = if parts.direct.nothing {
        "; with all loops off nothing is left".to_owned()
    } else if parts.direct.told_from_zero() && share(&parts.direct) > 0.0 {
        format!("; with all loops off, {} is left", fraction(share(&parts.direct)))
    } else if parts.direct.told_from_zero() {
        "; with all loops off the policy works the other way".to_owned()
    } else {
        "; with all loops off, nothing is left that can be told from chance".to_owned()
    };
    words + &direct + "."
}

fn joined(parts: &[String]) -> String {
    match parts {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        parts => parts.join(""),
    }
}

/// A share in words.
fn fraction(share: f64) -> String {
    let found = SHARES.iter().find(|(most, _)| share <= *most);
    let times = || format!("{share:.1} times as much");
    found.map_or_else(times, |(_, words)| (*words).to_owned())
}

fn range(e: &Estimate, scale: &Scale) -> String {
    let [low, high] = [e.mean - e.half_width, e.mean + e.half_width].map(|x| scale.roughly(x));
    format!("{low} to {high}")
}

/// Loop by loop.
fn rows(why: &Why, scale: &Scale) -> String {
    let parts = &why.parts;
    let signed = |e: &Estimate| {
        let sign = if e.mean > 0.0 { "+" } else { "" };
        format!("{sign}{}", scale.show(e.mean))
    };
    let interval = |e: &Estimate| match () {
        () if e.nothing => "exactly 0".to_owned(),
        () if e.half_width.is_nan() => "–".to_owned(),
        () if e.told_from_zero() => range(e, scale),
        () => format!("{} (0)", range(e, scale)),
    };
    let share = |e: &Estimate| {
        let known = parts.total.told_from_zero() && !e.nothing;
        // Adding 0 makes a rounded −0 the 0 that it is.
        let per_cent = (100.0 * e.mean / parts.total.mean).round() + 0.0;
        if known { format!("{per_cent:.0} %") } else { String::new() }
    };
    let carried = |name: String, left: String, e: &Estimate| {
        vec![name, left, signed(e), interval(e), share(e)]
    };
    let mut rows = vec![vec![
        "all loops on".to_owned(),
        signed(&parts.total),
        String::new(),
        interval(&parts.total),
        String::new(),
    ]];
    rows.extend(
        parts.loops.iter().map(|l| {
            carried(format!("{} {} off", l.of.id, l.of.label), signed(&l.left), &l.carried)
        }),
    );
    rows.push(carried("sum of the loops".into(), String::new(), &parts.sum));
    rows.push(carried("all loops off: direct".into(), signed(&parts.direct), &parts.direct));
    rows.push(carried("loops acting on each other".into(), String::new(), &parts.together));
    let head = ["", "difference", "carried", "90 %", "share"].map(String::from);
    table::plain(&head, &rows, 1)
}

/// How loops, direct effect and difference add up.
fn adding_up(why: &Why, scale: &Scale) -> String {
    let parts = &why.parts;
    let [total, sum, direct, together] =
        [&parts.total, &parts.sum, &parts.direct, &parts.together].map(|e| scale.show(e.mean));
    let rest = if parts.together.nothing {
        "nothing: loops do not act on each other here"
    } else if parts.together.told_from_zero() {
        "what loops do together, in a row or in each other's place, and no single one"
    } else {
        "what loops do together, which cannot be told from 0"
    };
    format!(
        "The loops' parts add up to {sum} and the direct effect is {direct}, of a difference of {total}; \
         the rest, {together}, is {rest}."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_told_in_words() {
        let told = [(0.04, "a twentieth"), (0.6, "three fifths"), (1.0, "all")];
        assert!(told.iter().all(|(share, words)| fraction(*share) == *words));
        assert_eq!(fraction(1.42), "1.4 times as much");
        assert!(SHARES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
