//! Which files do the bundled corridors consist of? Makes constants of `corridors/bundled.txt`, so that a corridor
//! is added without a line of Rust. No folder is searched: a file that the list does not name is not shipped.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, process};

fn main() {
    let root = PathBuf::from("../../corridors");
    let list = root.join("bundled.txt");
    println!("cargo::rerun-if-changed={}", list.display());
    println!("cargo::rerun-if-changed=build.rs");
    let code =
        fs::read_to_string(&list).map_err(|e| e.to_string()).and_then(|text| made(&root, &text));
    let write = |code: String| {
        let out = env::var("OUT_DIR").map_err(|e| e.to_string())?;
        fs::write(Path::new(&out).join("bundled.rs"), code).map_err(|e| e.to_string())
    };
    if let Err(what) = code.and_then(write) {
        println!("cargo::error={}: {what}", list.display());
        process::exit(1);
    }
}

/// The code of a list of bundles, for a text of names in brackets and of files.
fn made(root: &Path, text: &str) -> Result<String, String> {
    let mut code = String::from("&[\n");
    let mut open: Option<&str> = None;
    for (n, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(id) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            if open.replace(id).is_some() {
                code.push_str("]},\n");
            }
            let _ = writeln!(code, "Bundle {{ id: {id:?}, files: &[");
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
        let _ = writeln!(code, "({line:?}, include_str!({:?})),", path.display().to_string());
    }
    if open.is_none() {
        return Err("it names no corridor".into());
    }
    code.push_str("]},\n]\n");
    Ok(code)
}
