//! How do documents look? Writes the demonstration as `paper.html` and `paper.pdf` into a folder:
//! `cargo run -p terbia-store --example paper -- FOLDER`.

#[path = "../tests/paper/demo.rs"]
#[expect(clippy::unwrap_used, reason = "written for tests, which may")]
mod demo;

use std::path::PathBuf;
use terbia_store::paper::{html, pdf};

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".into()));
    let document = demo::document();
    std::fs::write(folder.join("paper.html"), html(&document))?;
    std::fs::write(folder.join("paper.pdf"), pdf(&document))
}
