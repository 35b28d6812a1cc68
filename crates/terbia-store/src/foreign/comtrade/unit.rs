//! In which unit is a quantity of trade statistics, and is it a weight of the product?

use super::super::fault::{CellFault, quoted};

/// What a unit is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Kilogram,
    Tonne,
    /// Known, but no weight of the product: pieces, litres, kilograms of something in it.
    Other,
}

/// Names of units that are no weight of the product, in lower case. The kilograms among them are of a
/// content.
const OTHERS: &[&str] = &[
    "n/a",
    "no quantity",
    "u",
    "no",
    "number of items",
    "2u",
    "pairs",
    "number of pairs",
    "12u",
    "dozen of items",
    "1000u",
    "thousands of items",
    "pkg",
    "u jeu/pack",
    "number of packages",
    "m",
    "length in metres",
    "m2",
    "m²",
    "area in square metres",
    "m3",
    "m³",
    "volume in cubic meters",
    "volume in cubic metres",
    "l",
    "volume in litres",
    "1000 l",
    "l alc 100%",
    "kwh",
    "1000 kwh",
    "electrical energy in thousands of kilowatt-hours",
    "carat",
    "carats",
    "weight in carats",
    "ce/el",
    "ct/l",
    "gi f/s",
    "tj",
    "kg h2o2",
    "kg koh",
    "kg naoh",
    "kg n",
    "kg p2o5",
    "kg k2o",
    "kg met.am.",
    "kg 90% sdt",
    "kg u",
    "kg/net eda",
    "g",
];
const KNOWN: &str = "kg (code 8), t, and units that are no weights, such as u, m², m³, l, carat";

/// The unit by its name, or by its code if it has no name (8 is the kilogram, -1 and 1 are none).
pub(super) fn read(code: &str, name: &str) -> Result<Unit, CellFault> {
    let lower = name.to_lowercase();
    match lower.as_str() {
        "kg" | "kilogram" | "kilograms" | "weight in kilograms" => return Ok(Unit::Kilogram),
        "t" | "tonne" | "tonnes" | "metric tons" | "weight in tonnes" => return Ok(Unit::Tonne),
        other if OTHERS.contains(&other) => return Ok(Unit::Other),
        "" => {}
        _ => {
            let text = quoted(name);
            return Err(CellFault::UnknownUnit { column: "qtyUnitAbbr", text, known: KNOWN });
        }
    }
    match code.parse::<i32>() {
        Ok(8) => Ok(Unit::Kilogram),
        Ok(-1 | 1..=7 | 9..=60) => Ok(Unit::Other),
        _ => {
            let text = quoted(code);
            Err(CellFault::UnknownUnit { column: "qtyUnitCode", text, known: KNOWN })
        }
    }
}
