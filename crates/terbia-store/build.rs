//! Which files do the bundled corridors consist of? Makes constants of `corridors/bundled.txt`, so that a corridor
//! is added without a line of Rust; and of the comparisons among them. No folder is searched: a file that the
//! list does not name is not shipped.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

/// The heading under which comparisons are listed, and their folder.
const COMPARISONS: &str = "comparisons";

fn main() {
    let root = PathBuf::from("../../corridors");
    let list = root.join("bundled.txt");
    println!("cargo::rerun-if-changed={}", list.display());
    println!("cargo::rerun-if-changed=build.rs");
    let code =
        fs::read_to_string(&list).map_err(|e| e.to_string()).and_then(|text| made(&root, &text));
    let write = |[corridors, comparisons]: [String; 2]| {
        let out = env::var("OUT_DIR").map_err(|e| e.to_string())?;
        for (name, code) in [("bundled.rs", corridors), ("comparisons.rs", comparisons)] {
            fs::write(Path::new(&out).join(name), code).map_err(|e| e.to_string())?;
        }
        Ok(())
    };
    if let Err(what) = code.and_then(write) {
        println!("cargo::error={}: {what}", list.display());
        process::exit(1);
    }
}

/// The code of the corridors and of the comparisons of a text of names in brackets and of files.
fn made(root: &Path, text: &str) -> Result<[String; 2], String> {
    let (mut code, mut compared) = (String::from("&[\n"), String::from("&[\n"));
    let (mut open, mut begun) = (None, false);
    for (n, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(id) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            open = Some(id);
            if id != COMPARISONS {
                code.push_str(if begun { "]},\n" } else { "" });
                let _ = writeln!(code, "Bundle {{ id: {id:?}, files: &[");
                begun = true;
            }
            continue;
        }
        let place = n + 1;
        let id = open.ok_or(format!(
            "line {place}: '{line}' belongs to no corridor; write its [name] above"
        ))?;
        let path = root.join(id).join(line);
        let path = path.canonicalize().map_err(|e| {
            format!(
                "line {place}: {} cannot be read ({e}); mend the name or delete the line",
                path.display()
            )
        })?;
        println!("cargo::rerun-if-changed={}", path.display());
        let path = path.display().to_string();
        let _ = match line.strip_suffix(".toml") {
            Some(name) if id == COMPARISONS => {
                writeln!(compared, "({name:?}, include_str!({path:?})),")
            }
            _ => writeln!(code, "({line:?}, include_str!({path:?})),"),
        };
    }
    if !begun {
        return Err("it names no corridor".into());
    }
    code.push_str("]},\n]\n");
    compared.push_str("]\n");
    Ok([code, compared])
}
