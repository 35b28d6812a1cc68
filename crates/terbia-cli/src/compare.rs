//! `terbia compare`: what differs between corridors, and what follows?

use crate::Ended;
use crate::args::{CompareArgs, Format};
use crate::failure::Failure;
use crate::format::{Scale, grouped};
use crate::{progress, table};
use std::fmt::Write as _;
use std::io::{Write as _, stderr, stdout};
use terbia_store::question::Watch;
use terbia_store::question::comparison::{
    self, Answer, CellKind, Compare, Comparison, Done, LIMITS, PARTS, READING, ToldCell, ToldRow,
};
use terbia_store::study::Keep;

/// Least characters for the label of a row.
const LABEL: usize = 22;
/// Characters between columns.
const GAP: usize = 2;

/// Runs the command.
pub(crate) fn compare(args: &CompareArgs) -> Ended {
    let Some(name) = &args.name else { return list(args.format) };
    let comparison = Comparison::load(name)?;
    let asked = Compare { members: args.members, seed: args.seed, jobs: args.jobs };
    let keep = Keep { dir: args.out.clone(), resume: false, command: command(args, name) };
    let stop = progress::stop_on_ctrl_c()?;
    let bar = progress::bar(0, args.quiet, "running");
    let plan = |runs: u64| bar.set_length(runs);
    let ran = |runs: u32| bar.inc(u64::from(runs));
    let watch = Watch { planned: &plan, ran: &ran };
    let done = comparison::compare(&comparison, &asked, &keep, &stop, &watch)?;
    bar.finish_and_clear();
    print(&done, args.format)?;
    let runs = |of: fn(&comparison::ToldCorridor) -> u64| -> u64 {
        done.answer.corridors.iter().map(of).sum()
    };
    if runs(|c| c.runs.ok) == 0 && runs(|c| c.runs.diverged) > 0 {
        return Err(Failure::plain(
            "all runs diverged",
            "run one of the corridors with terbia run and see what it says",
        ));
    }
    if !args.quiet {
        let state = if done.again { "read again, nothing to run" } else { "written" };
        let dir = done.dir.display();
        writeln!(stderr(), "{dir}: {state}; {dir}/{} draws it", comparison::PAGE)?;
    }
    Ok(())
}

/// The comparisons that the program brings.
fn list(format: Format) -> Ended {
    let all = comparison::bundled()?;
    let mut out = stdout().lock();
    if format == Format::Json {
        let one = |(name, question): &(&str, String)| serde_json::json!({"comparison": name, "question": question});
        let all: Vec<_> = all.iter().map(one).collect();
        serde_json::to_writer_pretty(&mut out, &all).map_err(std::io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    for (name, question) in all {
        writeln!(out, "{name}\n{}", table::wrapped(&format!("  {question}"), 2))?;
    }
    Ok(())
}

fn print(done: &Done, format: Format) -> Ended {
    let mut out = stdout().lock();
    let answer = &done.answer;
    if format == Format::Json {
        let json = serde_json::json!({"dir": done.dir, "comparison": answer});
        serde_json::to_writer_pretty(&mut out, &json).map_err(std::io::Error::from)?;
        writeln!(out)?;
        return Ok(());
    }
    write!(out, "{}", text(answer))?;
    Ok(())
}

/// The answer for a terminal.
fn text(answer: &Answer) -> String {
    let mut text = format!("{}\n\n", table::wrapped(&answer.question, 0));
    for corridor in &answer.corridors {
        let label = &corridor.label;
        let runs = match (corridor.runs.ok, corridor.runs.diverged) {
            (0, 0) => "nothing simulated".to_owned(),
            (ok, 0) => format!("{} futures", grouped(ok as f64)),
            (ok, lost) => format!("{} futures, {} more DIVERGED", grouped(ok as f64), lost),
        };
        let (name, scenario) = (&corridor.name, &corridor.scenario);
        let line =
            format!("{label}: {name}, {scenario}, {} to {}, {runs}", corridor.from, corridor.until);
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", table::wrapped(&line, 2));
    }
    let mut notes = Notes::default();
    for (part, heading) in PARTS {
        let rows: Vec<&ToldRow> = answer.rows.iter().filter(|r| r.part == part).collect();
        if !rows.is_empty() {
            let heads: Vec<&str> = answer.corridors.iter().map(|c| c.label.as_str()).collect();
            let _ = write!(text, "\n{}", block(&heading.to_uppercase(), &heads, &rows, &mut notes));
        }
    }
    let _ = writeln!(text, "\n{}", table::wrapped(READING, 0));
    for (n, note) in notes.0.iter().enumerate() {
        let _ = writeln!(text, "{}", table::wrapped(&format!("{}. {note}", n + 1), 4));
    }
    let _ = writeln!(text, "\n{}", table::wrapped(LIMITS, 0));
    text
}

/// What stands under the tables, each once.
#[derive(Default)]
struct Notes(Vec<String>);

impl Notes {
    /// The number of a note.
    fn number(&mut self, note: String) -> usize {
        let found = self.0.iter().position(|n| *n == note);
        found.unwrap_or_else(|| {
            self.0.push(note);
            self.0.len() - 1
        }) + 1
    }
}

/// A part of the table, its columns shared out so that no line is longer than the terminal.
fn block(heading: &str, heads: &[&str], rows: &[&ToldRow], notes: &mut Notes) -> String {
    let cells: Vec<Vec<[String; 2]>> = rows.iter().map(|row| cells(row, notes)).collect();
    let width = |column: usize| {
        let of =
            |row: &Vec<[String; 2]>| row.get(column).map_or(0, |c| chars(&c[0]).max(chars(&c[1])));
        cells.iter().map(of).max().unwrap_or(0).max(heads.get(column).map_or(0, |h| chars(h)))
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let mut text = String::new();
    let mut first = 0;
    while first < heads.len() {
        let (mut last, mut used) = (first, 0);
        while last < heads.len() && (last == first || used + widths[last] + GAP + LABEL <= 80) {
            used += widths[last] + GAP;
            last += 1;
        }
        let room = 80_usize.saturating_sub(used).clamp(LABEL, 40);
        let line = |label: &str, columns: &dyn Fn(usize) -> String| {
            let mut line = format!("{label:<room$}");
            for (place, wide) in widths.iter().enumerate().take(last).skip(first) {
                let _ = write!(line, "{:GAP$}{:>wide$}", "", columns(place));
            }
            line.trim_end().to_owned() + "\n"
        };
        text += &line(heading, &|place| heads[place].to_owned());
        for (row, cells) in rows.iter().zip(&cells) {
            let labels = table::lines(&named(row), room);
            for n in 0..labels.len().max(2) {
                let part = |place: usize| cells[place].get(n).cloned().unwrap_or_default();
                let line = line(labels.get(n).map_or("", String::as_str), &part);
                text += line.trim_start_matches('\n');
            }
        }
        first = last;
        text += if first < heads.len() { "\n" } else { "" };
    }
    text
}

fn chars(text: &str) -> usize {
    text.chars().count()
}

/// The scale of a row: that of its figures, not of the far ends of their intervals.
fn scale(row: &ToldRow) -> Scale {
    let of = |ends: fn(&ToldCell) -> Option<f64>| {
        row.cells.iter().filter_map(ends).map(f64::abs).fold(0.0, f64::max)
    };
    let figures = of(|cell| cell.value);
    Scale::of(&row.unit, if figures > 0.0 { figures } else { of(|cell| cell.high) })
}

/// What a row is, with its unit.
fn named(row: &ToldRow) -> String {
    format!("{}, {}", row.label, scale(row).unit)
}

/// The figures of a row with the intervals below them.
fn cells(row: &ToldRow, notes: &mut Notes) -> Vec<[String; 2]> {
    let scale = scale(row);
    row.cells.iter().map(|cell| told(cell, &scale, notes)).collect()
}

fn told(cell: &ToldCell, scale: &Scale, notes: &mut Notes) -> [String; 2] {
    let note = note(cell).map(|note| format!("[{}]", notes.number(note))).unwrap_or_default();
    let mark = if cell.kind.simulated() { "" } else { "*" };
    let range = cell.low.zip(cell.high).map(|(low, high)| {
        let dash = if low < 0.0 || high < 0.0 { " to " } else { "–" };
        format!("{}{dash}{}", scale.roughly(low), scale.roughly(high))
    });
    match (cell.value, range) {
        (Some(value), Some(range)) if cell.low != cell.high => {
            [format!("{}{mark}{note}", scale.show(value)), format!("({range})")]
        }
        (Some(value), _) => [format!("{}{mark}{note}", scale.show(value)), String::new()],
        (None, Some(range)) => [format!("{range}{mark}{note}"), String::new()],
        (None, None) => [format!("–{note}"), String::new()],
    }
}

/// What stands under the table of a cell.
fn note(cell: &ToldCell) -> Option<String> {
    let said = cell.note.clone();
    match (cell.kind, cell.grade) {
        (CellKind::Number | CellKind::Stated, Some(grade)) => {
            let kind =
                if cell.kind == CellKind::Number { "number of the corridor" } else { "stated" };
            let rests = format!("{kind}, grade {grade}, {}", cell.source.join(" "));
            Some(said.map_or(rests.clone(), |said| format!("{rests}: {said}")))
        }
        _ => said,
    }
}

/// The command that repeats it.
fn command(args: &CompareArgs, name: &str) -> String {
    let mut text = format!("terbia compare {name}");
    let mut add = |flag: &str, value: Option<String>| {
        if let Some(value) = value {
            // Writing to a string cannot fail.
            let _ = write!(text, " --{flag} {value}");
        }
    };
    add("members", args.members.map(|n| n.to_string()));
    add("seed", args.seed.map(|n| n.to_string()));
    add("out", args.out.as_ref().map(|dir| dir.display().to_string()));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(value: f64, kind: CellKind, note: &str) -> ToldCell {
        ToldCell {
            corridor: "valley".into(),
            kind,
            value: Some(value),
            low: Some(value - 0.1),
            high: Some(value + 0.1),
            count: None,
            grade: (!kind.simulated()).then_some('D'),
            source: vec!["A-001".into()],
            note: Some(note.to_owned()).filter(|n| !n.is_empty()),
        }
    }

    #[test]
    fn columns_that_find_no_room_stand_in_a_table_of_their_own() {
        let cells = (0..6).map(|n| cell(0.1 * f64::from(n + 2), CellKind::Spread, "")).collect();
        let row = ToldRow {
            id: "a".into(),
            part: "differs".into(),
            label: "A label that is a good deal longer than its column is wide".into(),
            unit: "1".into(),
            doc: "d".into(),
            cells,
        };
        let heads = ["A long name of a valley"; 6];
        let text = block("WHAT", &heads, &[&row], &mut Notes::default());
        assert_eq!(text.matches("WHAT").count(), 3, "{text}");
        assert!(text.lines().all(|l| l.chars().count() <= 80), "{text}");
    }

    #[test]
    fn what_is_stated_is_marked_and_the_same_note_has_one_number() {
        let mut notes = Notes::default();
        let scale = Scale::of("1", 1.0);
        let stated = told(&cell(0.5, CellKind::Stated, "a guess"), &scale, &mut notes);
        assert_eq!(stated, ["50*[1]", "(40–60)"]);
        let again = told(&cell(0.7, CellKind::Stated, "a guess"), &scale, &mut notes);
        assert_eq!(again[0], "70*[1]");
        let run = told(&cell(0.5, CellKind::Spread, ""), &scale, &mut notes);
        assert_eq!((run[0].as_str(), notes.0.len()), ("50", 1));
        assert!(notes.0[0].starts_with("stated, grade D, A-001: a guess"));
    }
}
