//! What does somebody find who comes upon a forecast? Its `README.md`.

use super::{Forecast, ForecastManifest};
use crate::calibrate::Shared;
use crate::load::Given;
use std::fmt::Write as _;

/// What the folder of the posterior is called in commands.
const POSTERIOR: &str = "POSTERIOR";

/// The text: what it is, what was known, how it is scored.
pub(super) fn text(forecast: &Forecast, manifest: &ForecastManifest) -> String {
    let ForecastManifest { corridor, origin, until, horizon, .. } = manifest;
    let later = forecast.record.filter(|record| *record > forecast.ask.origin);
    let when = later.map_or_else(
        || "The record ends there: what it is scored against was not known when it was made.".to_owned(),
        |record| {
            format!(
                "**A hindcast**: the record reached to {record} when it was made, and the corridor's \
                 numbers were chosen\nwith that in view."
            )
        },
    );
    let mut text = format!(
        "# {name}: a forecast from {origin}\n\n\
         **It must never be changed.** It says what is likely in the {horizon} months to {until}, as far \
         as was known at the end of {origin}.\nA forecast that is touched up afterwards is worth \
         nothing.\n\n\
         ## What was known\n\n\
         The record drove the model up to and including {origin}; after that the model decided.\n{when}\n",
        name = corridor.name,
    );
    let mut line = |words: String| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{words}");
    };
    if forecast.given.is_empty() {
        line("Nothing was given of the months after it.".to_owned());
    } else {
        line("Of the months after it this was given, from the corridor's files:\n".to_owned());
        forecast.given.iter().for_each(|given| line(words(given)));
    }
    line(format!(
        "\n- scenario `{}`, {} runs, seed {}\n- corridor `{}`, SHA-256 of its files `{}`\n- terbia {}",
        manifest.scenario,
        manifest.members,
        manifest.seed,
        corridor.id,
        corridor.sha256,
        manifest.terbia
    ));
    for (path, value) in &manifest.sets {
        line(format!("- held: `{path}` = {value}"));
    }
    let mut commands = manifest.command.clone();
    if let Some(sha256) = &manifest.posterior_sha256 {
        line(format!("- numbers from a posterior, SHA-256 of its `posterior.parquet` `{sha256}`"));
        let learnt = forecast.learnt();
        let usual = format!("terbia calibrate {} --until {origin} --out POSTERIOR", corridor.id);
        let made = learnt.as_ref().map_or_else(|| vec![usual], |l| l.commands(POSTERIOR));
        commands = format!("{}\n{commands}", made.join("\n"));
        if let Some(shared) = learnt.as_ref().and_then(|l| l.options.shared.as_ref()) {
            line(taught(forecast, shared));
        }
    }
    line(format!("\n```sh\n{commands}\n```\n"));
    line(FILES.to_owned());
    text
}

/// What another corridor's record taught.
fn taught(forecast: &Forecast, shared: &Shared) -> String {
    let Shared { corridor, until, correlation, posterior_sha256, .. } = shared;
    let later = if *until > forecast.ask.origin {
        "; **that is later than the origin: it knows what was not known**"
    } else {
        ""
    };
    format!(
        "- numbers shared with `{corridor}` had been moved by what its record taught to {until} (correlation of \
         a number\n  between two corridors {correlation}), SHA-256 of its `posterior.parquet` \
         `{posterior_sha256}`{later}"
    )
}

fn words(given: &Given) -> String {
    let Given { kind, id, from, until } = given;
    match until {
        Some(until) if kind == "series" && until == from => format!("- {kind} `{id}` in {from}"),
        Some(until) if kind == "series" => format!("- {kind} `{id}`, {from} to {until}"),
        Some(until) => format!("- {kind} `{id}`, from {from} until {until}"),
        None => format!("- {kind} `{id}`, from {from}"),
    }
}

const FILES: &str = "\
## Files

- `forecast.csv`: quantiles of each outcome by month
- `events.csv`: the probability that an event happens first in a month, and that it has happened by its end
- `paths.parquet`: every run, so that totals over several months can be scored
- `rules.toml`: how a figure of the record meets an outcome
- `manifest.json`: how it was made, the SHA-256 of each of the files above and of this one, and one of all:
  `sha256sum README.md events.csv forecast.csv paths.parquet rules.toml | sha256sum`

## Score it

```sh
terbia score-forecast DIR OBSERVATIONS.csv
```

`DIR` is this folder; the observations are rows as in the corridor's `evidence/observations.csv`.";
