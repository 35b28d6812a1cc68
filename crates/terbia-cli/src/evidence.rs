//! `terbia evidence`: what do a corridor's numbers rest on, weakest first?

use crate::Ended;
use crate::args::{EvidenceArgs, Format};
use crate::check::counted;
use crate::format::significant;
use crate::table;
use serde_json::{Value, json};
use std::io::{Write, stdout};
use terbia_model::kernel::param::Definition;
use terbia_store::Project;
use terbia_store::evidence::EvidenceSummary;

/// Series of observations that are listed.
const SERIES_SHOWN: usize = 12;

/// Runs the command.
pub(crate) fn evidence(args: &EvidenceArgs) -> Ended {
    let project = crate::loaded(&args.corridor)?;
    let summary = project.evidence_summary(&project.corridor);
    match args.format {
        Format::Json => {
            serde_json::to_writer_pretty(stdout(), &json(&summary))
                .map_err(std::io::Error::from)?;
            writeln!(stdout())?;
        }
        Format::Text => text(&project, &summary)?,
    }
    Ok(())
}

fn text(project: &Project, summary: &EvidenceSummary) -> Ended {
    let mut out = stdout().lock();
    let c = summary.counts;
    writeln!(out, "{}", project.corridor.name)?;
    writeln!(
        out,
        "{} from {} ({} compared with the model), {}, {},\n{}.",
        counted(c.observations, "figure"),
        counted(c.sources, "source"),
        c.compared,
        counted(c.events, "event"),
        counted(c.facts, "fact"),
        counted(c.assumptions, "assumption")
    )?;
    let grades: Vec<String> =
        summary.grades.iter().map(|(g, n)| format!("{n} {}", g.letter())).collect();
    writeln!(out, "Numbers by grade: {}.\n", grades.join(", "))?;
    writeln!(
        out,
        "Weakest numbers first (D placeholder, C judgement); terbia explain names the\nsources of each:"
    )?;
    let head: Vec<String> = ["", "number", "value (range)"].map(String::from).to_vec();
    let rows: Vec<Vec<String>> = summary.weak.iter().map(row).collect();
    writeln!(out, "{}\n", table::plain(&head, &rows, 2))?;
    if summary.asleep > 0 {
        let numbers = counted(summary.asleep, "more number");
        let verb = if summary.asleep == 1 { "belongs" } else { "belong" };
        let of =
            format!("{numbers} of grade D or C {verb} to modules that sleep in this corridor.");
        writeln!(out, "{}\n", table::wrapped(&of, 0))?;
    }
    if summary.observed.is_empty() {
        writeln!(out, "No figures on record yet: nothing to compare the model with.")?;
        return Ok(());
    }
    writeln!(out, "Figures on record, by series:")?;
    let head: Vec<String> = ["figures", "compared", "of"].map(String::from).to_vec();
    let rows: Vec<Vec<String>> = summary
        .observed
        .iter()
        .take(SERIES_SHOWN)
        .map(|o| {
            vec![
                o.count.to_string(),
                o.compared.to_string(),
                format!("{}, {}", o.quantity.replace('_', " "), o.entity),
            ]
        })
        .collect();
    writeln!(out, "{}", table::plain(&head, &rows, 3))?;
    if summary.observed.len() > SERIES_SHOWN {
        let more = summary.observed.len() - SERIES_SHOWN;
        writeln!(out, "and {more} more series; --format json lists them all.")?;
    }
    Ok(())
}

fn row(d: &Definition) -> Vec<String> {
    vec![
        d.grade.letter().to_string(),
        d.path.clone(),
        format!("{} ({}–{})", compact(d.value), compact(d.low), compact(d.high)),
    ]
}

/// Millions would not fit beside a long name.
fn compact(x: f64) -> String {
    if x.abs() >= 1e6 { format!("{x:e}") } else { significant(x) }
}

fn json(summary: &EvidenceSummary) -> Value {
    let weak: Vec<Value> = summary
        .weak
        .iter()
        .map(|d| {
            json!({
                "path": d.path, "grade": d.grade.letter().to_string(), "value": d.value,
                "low": d.low, "high": d.high, "unit": d.unit, "description": d.doc, "source": d.source,
            })
        })
        .collect();
    let grades: Vec<Value> = summary
        .grades
        .iter()
        .map(|(g, n)| json!({"grade": g.letter().to_string(), "numbers": n}))
        .collect();
    let series: Vec<Value> = summary
        .observed
        .iter()
        .map(|o| json!({"quantity": o.quantity, "entity": o.entity, "figures": o.count, "compared": o.compared}))
        .collect();
    let c = summary.counts;
    json!({
        "counts": {
            "sources": c.sources, "observations": c.observations, "compared": c.compared,
            "events": c.events, "assumptions": c.assumptions, "facts": c.facts,
        },
        "grades": grades, "weak": weak, "asleep": summary.asleep, "series": series,
    })
}
