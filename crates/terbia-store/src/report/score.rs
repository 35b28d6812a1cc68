//! Where do the runs miss the record? Facts, series, patterns and weak numbers as tables, failures
//! first.

use super::Report;
use super::number::{NOTHING, Scale, exact};
use super::strip::strip;
use super::table::{Table, number};
use super::text::{Text, count, put};
use crate::record::ScoreRow;
use terbia_lab::check::{CriterionResult, PatternResult};
use terbia_model::kernel::param::{Definition, Grade};

/// How many figures came out how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Count {
    /// Outside.
    pub(super) outside: usize,
    /// Without a score.
    pub(super) unscored: usize,
    /// Inside.
    pub(super) inside: usize,
}

impl Count {
    /// Counts `rows`.
    pub(super) fn of<'a>(rows: impl IntoIterator<Item = &'a ScoreRow>) -> Self {
        let mut count = Self::default();
        for row in rows {
            match row.inside {
                Some(false) => count.outside += 1,
                None => count.unscored += 1,
                Some(true) => count.inside += 1,
            }
        }
        count
    }

    /// The count in words, failures first.
    pub(super) fn words(self) -> String {
        let unscored = match self.unscored {
            0 => String::new(),
            n => format!("{n} not scored, "),
        };
        format!("{} outside, {unscored}{} inside", self.outside, self.inside)
    }
}

/// The facts among `rows`.
pub(super) fn facts(rows: &[ScoreRow]) -> impl Iterator<Item = &ScoreRow> {
    rows.iter().filter(|r| r.is_fact())
}

/// The figures of the series that are compared.
pub(super) fn series(rows: &[ScoreRow]) -> impl Iterator<Item = &ScoreRow> {
    rows.iter().filter(|r| r.kind.starts_with("series"))
}

/// The series by the name of their group, in the order in which they come.
fn groups(rows: &[ScoreRow]) -> Vec<(&str, Vec<&ScoreRow>)> {
    let mut groups: Vec<(&str, Vec<&ScoreRow>)> = Vec::new();
    for row in series(rows) {
        match groups.iter_mut().find(|(name, _)| *name == row.group) {
            Some((_, rows)) => rows.push(row),
            None => groups.push((&row.group, vec![row])),
        }
    }
    groups
}

/// Failures first, then what could not be scored; otherwise as it was.
fn failures_first<'a>(rows: impl Iterator<Item = &'a ScoreRow>) -> Vec<&'a ScoreRow> {
    let mut rows: Vec<&ScoreRow> = rows.collect();
    rows.sort_by_key(|row| match row.inside {
        Some(false) => 0,
        None => 1,
        Some(true) => 2,
    });
    rows
}

/// What became of a row, in words and a sign that do not need a colour.
fn verdict(row: &ScoreRow) -> String {
    let (class, text) = match (row.inside, record(row), row.median) {
        (None, ..) => ("open", "not scored"),
        (Some(true), ..) => ("in", "✓ inside"),
        (_, Some(record), Some(median)) if median < record => ("out", "✗ model too low"),
        (_, Some(_), Some(_)) => ("out", "✗ model too high"),
        _ => ("out", "✗ outside"),
    };
    format!("<span class=\"{class}\">{text}</span>")
}

/// One number for what the record says.
fn record(row: &ScoreRow) -> Option<f64> {
    row.observed.or(match (row.low, row.high) {
        (Some(low), Some(high)) => Some(f64::midpoint(low, high)),
        (low, high) => low.or(high),
    })
}

/// The scoreboard: facts, then the series by group, then what is not compared.
pub(super) fn board(out: &mut String, input: &Report<'_>) {
    put!(
        out,
        "<section id=\"score\"><h2>The record beside the runs</h2>\
         <p>A figure of the record is <em>inside</em> if the range of 90\u{a0}% of the runs overlaps \
         what it states, its own range and error included. In the small pictures the bar is that \
         range with its median, the ring and line above it the record. CRPS is the distance \
         between the runs and the figure in the figure’s unit: smaller is better.</p>\
         <h3>Headline facts: {}</h3>",
        Count::of(facts(input.scores)).words()
    );
    rows(out, "Headline facts, failures first", facts(input.scores));
    put!(out, "<h3>Series of the record: {}</h3>", Count::of(series(input.scores)).words());
    let mut groups: Vec<_> = groups(input.scores)
        .into_iter()
        .map(|(name, rows)| (Count::of(rows.iter().copied()), name, rows))
        .collect();
    groups.sort_by_key(|(count, ..)| (count.outside == 0, count.unscored == 0));
    for (count, name, group) in groups {
        put!(out, "<details><summary>{}: {}</summary>", Text(name), count.words());
        rows(out, &format!("{name}, failures first"), group.into_iter());
        out.push_str("</details>\n");
    }
    context(out, input.scores);
    out.push_str("</section>\n");
}

fn rows<'a>(out: &mut String, caption: &str, scored: impl Iterator<Item = &'a ScoreRow>) {
    let heads = [
        "Figure",
        "What it says",
        "Result",
        "#Observed",
        "#Range",
        "#Median",
        "#90 % of runs",
        "Unit",
        "Picture",
        "#CRPS",
        "Source",
        "Note",
    ];
    let mut table = Table::open(out, caption, &heads);
    for row in failures_first(scored) {
        let shown = [row.observed, row.low, row.high, row.q05, row.median, row.q95];
        let scale = Scale::fit(&row.unit, shown);
        let cells = [
            what(row),
            verdict(row),
            number(&row.observed.map_or(NOTHING.into(), |v| scale.record(v))),
            number(&scale.range(row.low, row.high)),
            number(&scale.perhaps(row.median)),
            number(&scale.interval(row.q05, row.q95)),
            Text(&scale.unit).to_string(),
            strip(row),
            number(&scale.perhaps(row.crps)),
            Text(&row.source).to_string(),
            wide(&row.note),
        ];
        table.row(&row.id, &cells);
    }
    table.close();
}

/// What the model has no outcome for: listed all the same, with the reason.
fn context(out: &mut String, scores: &[ScoreRow]) {
    let rows: Vec<&ScoreRow> =
        scores.iter().filter(|r| !r.is_fact() && !r.kind.starts_with("series")).collect();
    if rows.is_empty() {
        return;
    }
    let figures = count(rows.len(), "figure");
    put!(
        out,
        "<h3>Not compared: {figures}</h3><details><summary>The figures, with the reason</summary>"
    );
    let heads = ["Figure", "What it says", "#Observed", "Unit", "Why it is not compared"];
    let mut table = Table::open(out, "Figures that are not compared", &heads);
    for row in rows {
        let scale = Scale::fit(&row.unit, [row.observed, row.low, row.high]);
        let observed = match row.observed {
            Some(value) => scale.record(value),
            None => scale.range(row.low, row.high),
        };
        let cells = [what(row), number(&observed), Text(&scale.unit).to_string(), wide(&row.note)];
        table.row(&row.id, &cells);
    }
    table.close();
    out.push_str("</details>\n");
}

/// What a figure says, and of when.
fn what(row: &ScoreRow) -> String {
    match (row.title.is_empty(), row.period.is_empty()) {
        (_, true) => wide(&row.title),
        (true, false) => wide(&row.period),
        (false, false) => wide(&format!("{}, {}", row.title, row.period)),
    }
}

/// A cell with a sentence.
fn wide(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<p>{}</p>", Text(text)) }
}

/// How many patterns failed, held and were not tested, in words.
pub(super) fn patterns_words(patterns: &[PatternResult]) -> String {
    if patterns.is_empty() {
        return "not tried with this run".into();
    }
    let of = |held| patterns.iter().filter(|p| p.held == held).count();
    let untested = match of(None) {
        0 => String::new(),
        n => format!("{n} not tested, "),
    };
    format!("{} failed, {untested}{} held", of(Some(false)), of(Some(true)))
}

/// The patterns, failures first; a line for each criterion.
pub(super) fn patterns(out: &mut String, patterns: &[PatternResult]) {
    if patterns.is_empty() {
        out.push_str(
            "<section id=\"patterns\"><h2>Patterns of the record</h2><p>They need runs of their own: \
             <code>terbia score</code> makes them and says which hold.</p></section>\n",
        );
        return;
    }
    put!(
        out,
        "<section id=\"patterns\"><h2>Patterns of the record</h2><p>{}. A pattern holds if each of \
         its criteria holds under every seed; the figures are those of the seed that is shown, the \
         first that fails if there is one.</p>",
        patterns_words(patterns)
    );
    let heads = [
        "Pattern",
        "What it is",
        "Result",
        "Criterion",
        "#Expected",
        "#Observed",
        "#Median",
        "#90 % of runs",
        "#Runs as expected",
        "Seeds",
    ];
    let mut table = Table::open(out, "Patterns of the record, failures first", &heads);
    let mut sorted: Vec<&PatternResult> = patterns.iter().collect();
    sorted.sort_by_key(|p| match p.held {
        Some(false) => 0,
        None => 1,
        Some(true) => 2,
    });
    for pattern in sorted {
        pattern_rows(&mut table, pattern);
    }
    table.close();
    out.push_str("</section>\n");
}

fn pattern_rows(table: &mut Table<'_>, pattern: &PatternResult) {
    let title = wide(&pattern.title);
    let Some(seed) = pattern.seeds.first().filter(|_| pattern.held.is_some()) else {
        let why = pattern.reason.as_deref().unwrap_or("no seed was run");
        let result = if pattern.held.is_none() { "not tested" } else { "✗ failed" };
        table
            .row(&pattern.id, &[title, format!("<span class=\"open\">{result}</span>"), wide(why)]);
        return;
    };
    for (i, first) in seed.criteria.iter().enumerate() {
        let all: Vec<(u64, &CriterionResult)> =
            pattern.seeds.iter().filter_map(|s| s.criteria.get(i).map(|c| (s.seed, c))).collect();
        let held = all.iter().filter(|(_, c)| c.held).count();
        let (number_of_seed, shown) =
            all.iter().find(|(_, c)| !c.held).copied().unwrap_or((seed.seed, first));
        let result = if held == all.len() {
            "<span class=\"in\">✓ held</span>"
        } else {
            "<span class=\"out\">✗ failed</span>"
        };
        let scale = Scale::of("1", 1.0);
        let [low, high] = shown.expected;
        let cells = [
            title.clone(),
            result.into(),
            Text(&shown.id).to_string(),
            number(&scale.range(Some(low), Some(high))),
            number(&shown.observed.map_or(NOTHING.into(), exact)),
            number(&scale.perhaps(shown.median)),
            number(&scale.interval(shown.q05, shown.q95)),
            number(
                &shown
                    .share_inside
                    .map_or(NOTHING.into(), |s| format!("{} %", Scale::share().model(s))),
            ),
            format!("{held} of {} held; shown: seed {number_of_seed}", all.len()),
        ];
        table.row(&pattern.id, &cells);
    }
}

/// The numbers that rest on little, weakest first.
pub(super) fn weak(out: &mut String, numbers: &[Definition]) {
    let graded = |grade| numbers.iter().filter(move |n| n.grade == grade);
    let (guessed, judged) = (graded(Grade::D).count(), graded(Grade::C).count());
    put!(
        out,
        "<section id=\"weak\"><h2>Weak numbers</h2><p>Of {}, {guessed} are placeholders (grade D) and \
         {judged} rest on judgement or literature (grade C). The runs vary each over its range, \
         unless it says fixed.</p>",
        count(numbers.len(), "number")
    );
    for (grade, name) in [(Grade::D, "placeholders"), (Grade::C, "judgement or literature")] {
        let total = graded(grade).count();
        if total == 0 {
            continue;
        }
        let letter = grade.letter();
        put!(out, "<details><summary>Grade {letter}, {name}: {total}</summary>");
        let caption = format!("Numbers of grade {letter}");
        let heads = ["Number", "Meaning", "#Value", "#Range", "Unit", "Source"];
        let mut table = Table::open(out, &caption, &heads);
        for number in graded(grade) {
            weak_row(&mut table, number);
        }
        table.close();
        out.push_str("</details>\n");
    }
    out.push_str("</section>\n");
}

fn weak_row(table: &mut Table<'_>, definition: &Definition) {
    let Definition { low, high, value, .. } = *definition;
    let scale = Scale::fit(&definition.unit, [Some(value), Some(low), Some(high)]);
    let range =
        if definition.uncertain() { scale.range(Some(low), Some(high)) } else { "fixed".into() };
    let cells = [
        wide(&definition.doc),
        number(&scale.record(value)),
        number(&range),
        Text(&scale.unit).to_string(),
        Text(&definition.source.join(" ")).to_string(),
    ];
    table.row(&definition.path, &cells);
}
