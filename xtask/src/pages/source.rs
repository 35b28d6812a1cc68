//! What does the source say of itself? The schedule's numbered comments, the purposes of chance,
//! the headers of the modules.

use crate::problem::Problem;
use crate::tree::Tree;
use std::fmt::Write as _;
use terbia_model::module;

const SCHEDULE: &str = "crates/terbia-model/src/schedule.rs";
const CHANCE: &str = "crates/terbia-model/src/draw.rs";

fn text<'a>(tree: &'a Tree, path: &str) -> Result<&'a str, Problem> {
    tree.text(path).ok_or_else(|| {
        Problem::new(
            path,
            "is not there",
            "if it has moved, tell xtask/src/pages/source.rs where to",
        )
    })
}

/// The process overview: the numbered comments of the schedule, as a list.
pub(super) fn schedule(tree: &Tree) -> Result<String, Problem> {
    let steps = steps(text(tree, SCHEDULE)?);
    for (i, (number, step)) in steps.iter().enumerate() {
        if *number != i + 1 {
            return Err(Problem::new(
                SCHEDULE,
                format!("step \"{step}\" has the number {number}, not {}", i + 1),
                "number the steps of the month one after another",
            ));
        }
    }
    if steps.is_empty() {
        return Err(Problem::new(
            SCHEDULE,
            "holds no numbered comments",
            "begin each step of the month with a comment: `// 1. What happens.`",
        ));
    }
    Ok(steps.iter().fold(String::new(), |mut page, (n, step)| {
        let (head, rest) = step.split_once(": ").unwrap_or((step, ""));
        let _ = if rest.is_empty() {
            writeln!(page, "{n}. **{}**", head.trim_end_matches('.'))
        } else {
            writeln!(page, "{n}. **{head}**: {rest}")
        };
        page
    }))
}

/// Numbered comments; a comment may run on over several lines.
fn steps(source: &str) -> Vec<(usize, String)> {
    let mut steps: Vec<(usize, String)> = Vec::new();
    let mut running = false;
    for line in source.lines() {
        let comment = line.trim().strip_prefix("// ");
        let numbered = comment.and_then(|c| {
            let (number, rest) = c.split_once(". ")?;
            Some((number.parse().ok()?, rest.to_owned()))
        });
        match (numbered, comment) {
            (Some(step), _) => {
                steps.push(step);
                running = true;
            }
            (None, Some(more)) if running => {
                if let Some((_, step)) = steps.last_mut() {
                    step.push(' ');
                    step.push_str(more);
                }
            }
            _ => running = false,
        }
    }
    steps
}

/// What chance is used for: the documented constants of the list of purposes.
pub(super) fn chance(tree: &Tree) -> Result<String, Problem> {
    let lines: Vec<&str> = text(tree, CHANCE)?.lines().collect();
    let mut page = String::from("| purpose | decides |\n|---|---|\n");
    for pair in lines.windows(2) {
        let doc = pair[0].strip_prefix("/// ");
        let name = pair[1].strip_prefix("pub const ").and_then(|c| c.split(':').next());
        if let (Some(doc), Some(name)) = (doc, name) {
            let _ = writeln!(page, "| `{}` | {doc} |", name.to_lowercase());
        }
    }
    Ok(page)
}

/// The headers of the modules, in the order of their list.
pub(super) fn submodels(tree: &Tree) -> Result<String, Problem> {
    let mut page = String::new();
    for (name, _) in module::ABOUT {
        let path = format!("crates/terbia-model/src/module/{name}/mod.rs");
        let header = header_of(text(tree, &path)?);
        let _ = writeln!(page, "### {name}\n\n{}\n", header.trim());
        // Files beside it that bear a mechanism of their own.
        let folder = format!("crates/terbia-model/src/module/{name}/");
        let beside = tree.files().filter(|f| f.path.starts_with(&folder) && f.path != path);
        for file in beside {
            let header = header_of(&file.text);
            let name = file.path[folder.len()..].trim_end_matches(".rs");
            if header.contains("\nMechanism: ") {
                let _ = writeln!(page, "**`{name}`.** {}\n", header.trim());
            }
        }
    }
    Ok(page)
}

/// What a file says of itself at its head.
fn header_of(source: &str) -> String {
    let lines = source.lines().map_while(|l| l.strip_prefix("//!"));
    lines.map(|l| l.strip_prefix(' ').unwrap_or(l)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbered_comments_become_steps_and_may_run_on() {
        let source = "    // 1. First: a\n    // and b.\n    let x = 1;\n    // no number\n    // 2. Second.\n";
        let tree = Tree::of(&[(SCHEDULE, source)]);
        assert_eq!(schedule(&tree).unwrap(), "1. **First**: a and b.\n2. **Second**\n");
        let gap = Tree::of(&[(SCHEDULE, "// 2. Second.\n")]);
        assert!(schedule(&gap).is_err());
    }

    #[test]
    fn the_real_schedule_names_every_module() {
        let page = schedule(&Tree::read().unwrap()).unwrap().to_lowercase();
        for (name, _) in module::ABOUT {
            assert!(page.contains(name), "no step of the month speaks of {name}");
        }
    }
}
