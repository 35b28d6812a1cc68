//! What does somebody find who comes upon what figures said? Its `README.md`.

use super::{Nowcast, NowcastManifest};
use std::fmt::Write as _;
use terbia_lab::filter::Fate;

/// The text: what it is, what came in, what to make of it.
pub(super) fn text(nowcast: &Nowcast, manifest: &NowcastManifest) -> String {
    let NowcastManifest { corridor, origin, until, lag, .. } = manifest;
    let taken = nowcast.figures.iter().filter(|f| f.fate == Fate::Taken).count();
    let mut text = format!(
        "# {name}: what is believed now that figures to {until} are in\n\n\
         The record drove {members} runs of the model to {origin}. After that the model decided, and the \
         runs were weighed\nby {taken} figures. Nothing later than {until} is said here: for that make a \
         forecast.\n\n",
        name = corridor.name,
        members = manifest.members,
    );
    let mut line = |words: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{words}");
    };
    for remark in nowcast.figures.iter().filter_map(|f| f.remark(nowcast.runs.ok)) {
        line(format!("- {remark}"));
    }
    for left in &nowcast.left {
        line(format!("- `{}` is left out: {}", left.id, left.why));
    }
    for note in nowcast.notes() {
        line(format!("- {note}"));
    }
    line(format!(
        "\n{:.0} runs are left that count, {:.0} that are not kin: quantiles in the tails are no better \
         than so many draws.",
        nowcast.effective, nowcast.lines
    ));
    line(format!(
        "\n- scenario `{}`, seed {}\n- corridor `{}`, SHA-256 of its files `{}`\n- figures: {} rows, \
         SHA-256 `{}`\n- terbia {}",
        manifest.scenario,
        manifest.seed,
        corridor.id,
        corridor.sha256,
        manifest.figures,
        manifest.figures_sha256,
        manifest.terbia
    ));
    match &manifest.posterior_sha256 {
        Some(sha256) => line(format!("- values and drifts of a posterior, SHA-256 `{sha256}`")),
        None => line(
            "- values of the prior; drifts of the size and memory in `evidence/targets.toml`"
                .into(),
        ),
    }
    for (path, value) in &manifest.sets {
        line(format!("- held: `{path}` = {value}"));
    }
    line(format!("\n```sh\n{}\n```\n", manifest.command));
    line(files(*lag));
    text
}

fn files(lag: usize) -> String {
    format!(
        "## Files

- `nowcast.csv`: quantiles of each outcome by month, as the record would show it. The last {lag} months are what is
  believed now; earlier ones are what was believed {lag} months after them
- `before.csv`: the same before any of these figures came
- `figures.csv`: each figure beside what was expected of it before any figure of its month: quantiles, probability
  integral transform (`pit`), the surprise in standard deviations, log density (of a level that of its logarithm), how
  far it was believed (the rest is the probability that it is wrong), effective runs after it
- `moved.csv`: which belief moved, and by how many of the standard deviations that it had before. Means, not medians.
  `forecast` is an outcome as the record would show it, `outcome` one of the model alone, `drift` how far the record runs
  above the model, `number` one of the corridor's. Only what moved beyond noise is there, but for `forecast`
- `manifest.json`: how it was made, the SHA-256 of each of the files above and of this one, and one of all:
  `sha256sum README.md before.csv figures.csv moved.csv nowcast.csv | sha256sum`
"
    )
}
