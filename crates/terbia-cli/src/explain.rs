//! `terbia explain` and `terbia schema`: what does a name mean, and what may stand in a file?

use crate::Ended;
use crate::args::{ExplainArgs, SchemaArgs};
use crate::failure::Failure;
use crate::table::wrapped;
use std::fmt::Write as _;
use std::io::{Write as _, stdout};
use terbia_store::Project;
use terbia_store::explain::Explanation;

/// Runs `terbia explain`.
pub(crate) fn explain(args: &ExplainArgs) -> Ended {
    let project = Project::load(&args.corridor)?;
    let explanation = project.explain(&project.corridor, &args.name)?;
    let mut out = stdout().lock();
    writeln!(out, "{}", text(&explanation))?;
    Ok(())
}

fn text(e: &Explanation) -> String {
    let mut text = format!("{}: {}\n\n{}", e.name, e.kind, wrapped(&e.meaning, 0));
    if !e.lines.is_empty() {
        let rows: Vec<Vec<String>> =
            e.lines.iter().map(|(k, v)| vec![(*k).to_owned(), v.clone()]).collect();
        text.push_str("\n\n");
        for row in rows {
            if let [key, value] = row.as_slice() {
                text.push_str(&wrapped(&format!("{key:<10} {value}"), 11));
                text.push('\n');
            }
        }
    }
    if let Some(module) = &e.module {
        // Writing to a string cannot fail.
        let _ = write!(text, "\nmodule {}\n{}\n", module.name, indented(&module.text));
    }
    if !e.sources.is_empty() {
        text.push_str("\nsources\n");
        for source in &e.sources {
            text.push_str(&wrapped(&format!("{:<6} {}", source.key, source.text), 7));
            text.push('\n');
        }
    }
    text.trim_end().to_owned()
}

/// Paragraphs flow to the width of the terminal; equations, between fences, stay as they are.
fn indented(text: &str) -> String {
    let (mut lines, mut paragraph, mut fenced) = (Vec::new(), String::new(), false);
    for line in text.lines().chain([""]) {
        let fence = line.starts_with("```");
        if (fence || fenced || line.is_empty()) && !paragraph.is_empty() {
            lines.push(wrapped(&format!("  {}", paragraph.trim()), 2));
            paragraph.clear();
        }
        if fence {
            fenced = !fenced;
        } else if fenced || line.is_empty() {
            lines.push(format!("  {line}").trim_end().to_owned());
        } else {
            paragraph.push_str(line);
            paragraph.push(' ');
        }
    }
    lines.join("\n").trim_end().to_owned()
}

/// Runs `terbia schema`.
pub(crate) fn schema(args: &SchemaArgs) -> Ended {
    let Some(text) = terbia_store::schema(&args.kind) else {
        return Err(Failure::plain(
            format!("there is no kind of file '{}'", args.kind),
            format!("the kinds are {}", terbia_store::schema::KINDS.join(", ")),
        ));
    };
    writeln!(stdout(), "{text}")?;
    Ok(())
}
