//! `terbia explain` and `terbia schema`: what does a name mean, and what may stand in a file?

use crate::Ended;
use crate::args::{ExplainArgs, SchemaArgs};
use crate::failure::Failure;
use crate::table::{WIDTH, wrapped};
use std::fmt::Write as _;
use std::io::{Write as _, stdout};
use terbia_store::explain::Explanation;

/// Runs `terbia explain`.
pub(crate) fn explain(args: &ExplainArgs) -> Ended {
    let project = crate::loaded(&args.corridor)?;
    let explanation = project.explain(&project.corridor, &args.name)?;
    let mut out = stdout().lock();
    writeln!(out, "{}", text(&explanation))?;
    Ok(())
}

fn text(e: &Explanation) -> String {
    let mut text = format!("{}: {}\n\n{}", e.name, e.kind, wrapped(&e.meaning, 0));
    if !e.lines.is_empty() {
        text.push_str("\n\n");
        let widest = e.lines.iter().map(|(key, _)| key.chars().count()).max().unwrap_or(0);
        for (key, value) in &e.lines {
            text.push_str(&labelled(key, widest, value));
            text.push('\n');
        }
    }
    if let Some(module) = &e.module {
        // Writing to a string cannot fail.
        let _ = write!(text, "\nmodule {}\n{}\n", module.name, indented(&module.text));
    }
    if !e.sources.is_empty() {
        text.push_str("\nsources\n");
        for source in &e.sources {
            text.push_str(&labelled(&source.key, 5, &source.text));
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
        } else if fenced {
            lines.push(equation(line));
        } else if line.is_empty() {
            lines.push(String::new());
        } else {
            paragraph.push_str(line);
            paragraph.push(' ');
        }
    }
    lines.join("\n").trim_end().to_owned()
}

/// A label, padded to `width`, and beside it its text, however many lines that takes.
fn labelled(label: &str, width: usize, text: &str) -> String {
    let indent = width.max(label.chars().count()) + 2;
    let block = wrapped(&format!("{}{text}", " ".repeat(indent)), indent);
    format!("{label:<indent$}{}", block.trim_start())
}

/// A line of equations, broken between its parts if it is longer than a line of the terminal.
fn equation(line: &str) -> String {
    let most = usize::from(WIDTH) - 2;
    let mut rest = line.trim_end().to_owned();
    let fits = |line: &str| line.chars().count() <= most;
    // What stands apart at the end, as a unit does, comes nearer first.
    if let Some(at) = rest.rfind("   ").filter(|_| !fits(&rest)) {
        let (head, tail) = rest.split_at(at);
        let near = format!("{}  {}", head.trim_end(), tail.trim_start());
        if fits(&near) {
            rest = near;
        }
    }
    let mut lines = Vec::new();
    while !fits(&rest) {
        let places = rest.char_indices().take(most).skip(most / 2).map(|(at, _)| at);
        let places: Vec<usize> = places.collect();
        let gap = |gap: &str| {
            places.iter().rev().find(|at| rest.get(**at..).is_some_and(|r| r.starts_with(gap)))
        };
        let Some(at) = gap("   ").or_else(|| gap(" ")).copied() else { break };
        let (head, tail) = rest.split_at(at);
        lines.push(format!("  {}", head.trim_end()));
        rest = format!("          {}", tail.trim_start());
    }
    lines.push(format!("  {rest}").trim_end().to_owned());
    lines.join("\n")
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
