//! How does a comparison look on a page? The figure, the table in two parts, what each row means, and what
//! the whole cannot say.

use super::told::{Answer, CellKind, ToldCell, ToldCorridor, ToldRow};
use crate::paper::chart::{self, Drawing, Line, Look, Panel, Panels};
use crate::paper::{Document, Table, Words};

/// The parts of the table: name in files, heading, what it is about.
pub const PARTS: [(&str, &str); 2] = [("differs", "What differs"), ("follows", "What follows")];

/// How figures are to be read, for people.
pub const READING: &str = "Simulated figures are the median of the futures and the 80 % of them in the middle; a share \
of futures, and how many spells last, with the 90 % interval that their number leaves. What is marked * is not simulated: a \
number that the corridor rests on (best value, 80 % of its prior) or a range that is stated, with its grade and what it rests on.";

/// What no comparison says, for people.
pub const LIMITS: &str = "Corridors differ in everything at once: commodity, decade, and how much is known of them. A difference \
between two columns has many causes, and none of them is isolated here; a study within one corridor isolates them. Intervals know \
the futures that numbers allow, not whether the model is right.";

/// The figure.
pub(super) fn drawing(answer: &Answer) -> Drawing {
    let group = |(part, heading): &(&str, &str)| {
        let rows = answer.rows.iter().filter(|row| row.part == *part);
        ((*heading).to_owned(), rows.map(panel).collect())
    };
    chart::panels(&Panels {
        title: answer.question.clone(),
        names: answer.corridors.iter().map(|c| c.label.clone()).collect(),
        groups: PARTS
            .iter()
            .map(group)
            .filter(|(_, rows): &(_, Vec<_>)| !rows.is_empty())
            .collect(),
    })
}

fn panel(row: &ToldRow) -> Panel {
    let line = |cell: &ToldCell| Line {
        value: cell.value,
        interval: cell.low.zip(cell.high),
        look: if cell.kind.simulated() { Look::Solid } else { Look::Hollow },
    };
    Panel {
        title: row.label.clone(),
        unit: row.unit.clone(),
        lines: row.cells.iter().map(line).collect(),
    }
}

/// The page.
pub(super) fn document(answer: &Answer, drawing: Drawing) -> Document {
    let labels: Vec<&str> = answer.corridors.iter().map(|c| c.label.as_str()).collect();
    let subtitle = format!("{}: {} futures of each corridor", labels.join(", "), answer.of.members);
    let mut document = Document::new(answer.question.clone(), subtitle);
    document.running = format!("comparison: {}", answer.of.comparison);
    document.creator = format!("terbia {}", answer.of.terbia);
    document.heading(1, "side-by-side", "Side by side");
    if let Some(doc) = &answer.doc {
        document.paragraph(Words::new().emphasis(doc.clone()));
    }
    document.paragraph(READING);
    let caption = "One panel for each row, one line for each corridor: a dot and its interval. Solid is simulated, \
                   hollow and dashed (*) is not. Shares run from 0 to 100 %, other figures from 0 or from the lowest.";
    document.figure(drawing.figure("panels", caption));
    for (part, heading) in PARTS {
        table(&mut document, answer, part, heading);
    }
    given(&mut document, answer);
    document.heading(1, "corridors", "The corridors and their months");
    document.list(answer.corridors.iter().map(corridor));
    document.callout("What this cannot say", [LIMITS]);
    document.heading(1, "again", "How to have it again");
    let seed = format!(
        "The folder holds the table as CSV and JSON, the figure, and a manifest with the hash of each corridor. Seed {}, terbia {}.",
        answer.of.seed, answer.of.terbia
    );
    document.paragraph(seed);
    document
}

fn table(document: &mut Document, answer: &Answer, part: &str, heading: &str) {
    let rows: Vec<&ToldRow> = answer.rows.iter().filter(|row| row.part == part).collect();
    if rows.is_empty() {
        return;
    }
    let heads: Vec<String> = answer.corridors.iter().map(|c| format!("#{}", c.label)).collect();
    let heads: Vec<&str> =
        ["Row"].into_iter().chain(heads.iter().map(String::as_str)).chain(["It means"]).collect();
    let mut table = Table::new(heading, &heads).called(part);
    for row in rows {
        let panel = panel(row);
        table.row([panel.named()].into_iter().chain(panel.told()).chain([row.doc.clone()]));
    }
    document.table(table);
}

/// What is not simulated, and what it rests on; and why there is nothing.
fn given(document: &mut Document, answer: &Answer) {
    let mut table = Table::new("What is not simulated", &["Row", "Corridor", "Rests on", "Note"])
        .called("not-simulated");
    for row in &answer.rows {
        for (cell, corridor) in row.cells.iter().zip(&answer.corridors) {
            if cell.kind.simulated() && cell.note.is_none() {
                continue;
            }
            table.row([
                row.label.clone(),
                corridor.label.clone(),
                rests(cell),
                cell.note.clone().unwrap_or_default(),
            ]);
        }
    }
    if !table.rows.is_empty() {
        document.heading(1, "given", "What is not simulated, and why");
        document.table(table);
    }
}

fn rests(cell: &ToldCell) -> String {
    match (cell.kind, cell.grade) {
        (CellKind::None, _) => "no figure".to_owned(),
        (_, Some(grade)) => format!("grade {grade}: {}", cell.source.join(", ")),
        _ => "runs".to_owned(),
    }
}

fn corridor(corridor: &ToldCorridor) -> Words {
    let ToldCorridor { label, name, scenario, from, until, .. } = corridor;
    let words = Words::new().strong(format!("{label}. "));
    let runs = match (corridor.runs.ok, corridor.runs.diverged) {
        (0, 0) => "nothing is simulated".to_owned(),
        (ok, 0) => format!("{ok} runs"),
        (ok, diverged) => format!("{ok} runs, {diverged} more diverged and are left out"),
    };
    let words = words.plain(format!("{name}, scenario "));
    let words = words.code(scenario.clone()).plain(format!(", {from} to {until}; {runs}."));
    match &corridor.doc {
        Some(doc) => words.plain(format!(" {doc}")),
        None => words,
    }
}
