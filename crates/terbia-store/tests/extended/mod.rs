//! Which small corridor has politics, rivers and levers? The template, extended: all made up.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::fs;
use std::path::Path;

/// Tables that stand at the end of `corridor.toml`.
const TABLES: &str = include_str!("tables.toml");
/// A scenario in which the model decides after 2022.
const LIVE: &str = include_str!("live.toml");

/// Writes the template into the new folder `folder`, with politics, rivers and levers, and with the
/// scenario "live" beside its own.
pub(crate) fn write(folder: &Path) {
    terbia_store::new::bare(folder, terbia_store::new::TEMPLATE).unwrap();
    let num = |value: &str, unit: &str| {
        format!("{{ value = {value}, unit = \"{unit}\", grade = \"D\", source = [\"A-001\"] }}")
    };
    let persons = num("20000", "persons");
    let community = format!(
        "[township.community]\npopulation = {persons}\naccountability = {}\nconstituency = \"highland-council\"\n\n[[township]]\nid = \"side-valley\"",
        num("0.5", "1"),
    );
    let stance = |trade, axis, bloc| {
        let [trade, axis, salience] = [trade, axis, "50"].map(|x| num(x, "1"));
        format!(
            "[actor.stance]\ntrade = {trade}\ntrade_salience = {salience}\naxis = {axis}\naxis_salience = {salience}\ncapability = {salience}\nbloc = \"{bloc}\"\n"
        )
    };
    let drains = num("0.4", "1");
    let swaps = [
        ("[[township]]\nid = \"side-valley\"", community),
        (
            "to = \"main-river\"\n",
            format!(
                "to = \"main-river\"\nbasin = \"main\"\nflow_m3_per_s = {}\n",
                num("80", "m3/s")
            ),
        ),
        (
            "name = \"Main River\"\n",
            format!(
                "name = \"Main River\"\nbasin = \"main\"\nflow_m3_per_s = {}\n",
                num("900", "m3/s")
            ),
        ),
        (
            "name = \"Overseas\"\n",
            format!(
                "name = \"Overseas\"\nrival = \"coast\"\ndrains = {{ side-stream = {drains} }}\n"
            ),
        ),
        (
            "[[actor]]\nid = \"river-league\"",
            format!("{}\n[[actor]]\nid = \"river-league\"", stance("90", "100", "hills")),
        ),
        (
            "role = \"buyer\"\n",
            format!(
                "role = \"buyer\"\n{}\n[[actor]]\nid = \"coast\"\nname = \"Coast\"\nrole = \"other\"\n{}",
                stance("60", "20", "plains"),
                stance("70", "60", "hills")
            ),
        ),
        ("[start_state]\n", format!("{TABLES}\n[start_state]\n")),
    ];
    let path = folder.join("corridor.toml");
    let mut text = fs::read_to_string(&path).unwrap();
    for (from, to) in swaps {
        assert!(text.contains(from), "'{from}' is not in the template");
        text = text.replacen(from, &to, 1);
    }
    fs::write(path, text).unwrap();
    let path = folder.join("scenarios/replay.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(path, text.replacen("\n\n[[event]]", "\nrecord = true\n\n[[event]]", 1)).unwrap();
    fs::write(folder.join("scenarios/live.toml"), LIVE).unwrap();
}
