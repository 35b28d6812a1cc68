//! How far is it, and how long will it take? A bar on standard error, and Ctrl-C.

use crate::failure::Failure;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// A bar over `runs` runs; hidden if `quiet` or if standard error is no terminal.
pub(crate) fn bar(runs: u64, quiet: bool, what: &'static str) -> ProgressBar {
    let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let bar = ProgressBar::with_draw_target(Some(runs), target);
    let style = ProgressStyle::with_template(
        "{msg} {wide_bar} {human_pos}/{human_len} runs, {per_sec}, {eta} left",
    );
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar
}

/// A flag that Ctrl-C raises. The first one lets the finished chunks be kept, a second one ends the
/// process at once.
pub(crate) fn stop_on_ctrl_c() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let raise = Arc::clone(&stop);
    let set = ctrlc::set_handler(move || {
        if raise.swap(true, Ordering::SeqCst) {
            std::process::exit(130);
        }
    });
    set.map_err(|e| Failure::plain(format!("Ctrl-C cannot be caught: {e}"), "try again"))?;
    Ok(stop)
}
