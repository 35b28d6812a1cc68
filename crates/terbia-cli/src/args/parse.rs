//! What is meant by a value that was typed? Settings, weights and parts, each refused with its mend.

use super::Weights;
use terbia_lab::stability::EVEN;
use terbia_store::view::stability::FIGURES;

/// A part of a study, from 0, and of how many.
pub(super) fn shard(text: &str) -> Result<(u32, u32), String> {
    let parts = text.split_once('/');
    let number = |text: &str| text.trim().parse::<u32>().ok();
    match parts.and_then(|(part, of)| Some((number(part)?, number(of)?))) {
        Some((part, of)) if (1..=of).contains(&part) => Ok((part - 1, of)),
        Some((part, of)) if of > 0 => {
            Err(format!("there is no part {part} of {of}; write 1/{of} to {of}/{of}"))
        }
        _ => Err(format!("'{text}' is no part; write 1/4 for the first of four")),
    }
}

pub(super) fn setting(text: &str) -> Result<(String, f64), String> {
    let Some((path, value)) = text.split_once('=') else {
        let example = if text.contains('@') || text.starts_with("lever.") {
            format!("{text}=VALUE, with a value within the bounds that terbia levers shows")
        } else {
            "PATH=VALUE, for example haulage.leak_share=0.1".to_owned()
        };
        return Err(format!("write {example}"));
    };
    let number: f64 = value.trim().parse().map_err(|_| not_a_number(value.trim()))?;
    if !number.is_finite() {
        return Err(format!("'{value}' is not a finite number"));
    }
    Ok((path.trim().to_owned(), number))
}

/// What is wrong with a number that is none, and how it is meant to be written.
fn not_a_number(value: &str) -> String {
    let percent = value.strip_suffix('%').and_then(|x| x.trim().parse::<f64>().ok());
    let joined: String = value.chars().filter(|c| !matches!(c, ',' | ' ' | '_' | '\'')).collect();
    let mend = match (percent, joined.parse::<f64>()) {
        (Some(share), _) => format!("write a share as a number, here {}", share / 100.0),
        (_, Ok(_)) if joined != value => {
            format!("write it with a point and without separators, for example {joined}")
        }
        _ => "write it with a point, without separators and without a unit".to_owned(),
    };
    format!("'{value}' is not a number; {mend}")
}

/// The legs of the index, for who named another.
fn legs() -> String {
    let legs = FIGURES.iter().map(|(name, meaning)| format!("\n  {name}  {meaning}"));
    format!("the legs are{}", legs.collect::<String>())
}

pub(super) fn weights(text: &str) -> Result<Weights, String> {
    let all = text.trim();
    if all.eq_ignore_ascii_case("even") {
        return Ok(Weights { text: "even".into(), values: EVEN });
    }
    let mut values: [Option<f64>; 6] = [None; 6];
    for part in all.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let Some((leg, weight)) = part.split_once('=') else {
            return Err(format!(
                "'{part}' has no weight; write it as {part}=1, or \"even\" for six equal weights; {}",
                legs()
            ));
        };
        let (leg, weight) = (leg.trim(), weight.trim());
        let place = FIGURES.iter().position(|(name, _)| name.eq_ignore_ascii_case(leg));
        let Some(value) = place.and_then(|place| values.get_mut(place)) else {
            return Err(format!("there is no leg '{leg}'; {}", legs()));
        };
        let number: f64 = weight.parse().map_err(|_| {
            format!("'{weight}' is not a number; write {leg}=0.5, with a point, without per cent")
        })?;
        if !number.is_finite() || number < 0.0 {
            return Err(format!(
                "the weight of {leg} is {weight}; a weight is 0 (leave the leg out) or more: no leg \
                 makes the corridor more stable by being low"
            ));
        }
        if value.replace(number).is_some() {
            return Err(format!("{leg} is given twice; give each leg one weight"));
        }
    }
    let values = values.map(Option::unwrap_or_default);
    if values.iter().all(|w| *w == 0.0) {
        return Err("no leg has a weight above 0; give at least one, for example S1=1,S2=1, or \
                    \"even\" for six equal weights"
            .into());
    }
    if !values.iter().sum::<f64>().is_finite() {
        return Err("the weights are too large; only their proportions count".into());
    }
    Ok(Weights { text: all.to_owned(), values })
}
