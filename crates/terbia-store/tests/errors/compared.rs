//! What is said of a comparison of corridors?

use terbia_store::question::comparison::{Comparison, ComparisonError};

/// A comparison without fault, up to its rows.
const HEAD: &str = r#"question = "Which does better?"

[[corridor]]
id = "template"
label = "One"
from = "2021-01"
until = "2021-12"

[[corridor]]
id = "again"
folder = "template"
label = "Two"
from = "2023-01"
until = "2023-12"

[[row]]
id = "levies"
part = "follows"
label = "Levies"
unit = "made up"
doc = "What the holders take."
"#;

/// One fault each.
const CASES: &[(&str, &str)] = &[
    ("comparison: a row that says nothing of a corridor", "in.again = { none = \"nobody knows\" }"),
    (
        "comparison: a cell that is two things",
        "measure = { outcome = \"exports_t\", statistic = \"sum\" }\n\
         in.again = { none = \"nobody knows\", number = \"levy.evasion\" }",
    ),
    (
        "comparison: an outcome that a corridor does not have",
        "measure = { outcome = \"levy_revenue_usd.nobody\", statistic = \"mean\" }",
    ),
    (
        "comparison: an outcome that stands still",
        "in.again = { none = \"nobody knows\" }\n\
         in.template = { measure = { outcome = \"leverage\", statistic = \"mean\" } }",
    ),
    (
        "comparison: an outcome that is misspelt",
        "in.again = { none = \"nobody knows\" }\n\
         in.template = { measure = { outcome = \"export_t\", statistic = \"sum\" } }",
    ),
    (
        "comparison: a row that says nothing, but for one corridor, and one without a source",
        "in.again = { stated = [0, 1], grade = \"D\" }\nin.template = { none = \"nobody knows\" }",
    ),
    (
        "comparison: a year's unit beside a month's mean",
        "measure = { outcome = \"exports_t\", statistic = \"sum\" }\n\n[[row]]\nid = \"yearly\"\n\
         part = \"follows\"\nlabel = \"Levies in a year\"\nunit = \"USD/year\"\ndoc = \"By the year.\"\n\
         measure = { outcome = \"levy_revenue_total_usd\", statistic = \"mean\" }",
    ),
    (
        "comparison: months that are not the corridor's",
        "measure = { outcome = \"exports_t\", statistic = \"sum\", to = \"2026-01\" }\n\
         in.again = { none = \"nobody knows\" }",
    ),
];

/// The errors, each with what the file is.
pub(crate) fn errors() -> Vec<(&'static str, ComparisonError)> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("two.toml");
    let error = |text: &str| {
        std::fs::write(&path, text).unwrap();
        Comparison::load(path.to_str().unwrap()).map(|_| ()).unwrap_err()
    };
    let cases = CASES.iter().map(|(title, rows)| (*title, error(&format!("{HEAD}{rows}\n"))));
    let alone = HEAD.replace("folder = \"template\"\n", "");
    let alone = alone.split("[[corridor]]\nid = \"again\"").collect::<Vec<_>>();
    let alone = format!("{}[[row]]{}", alone[0], alone[1].split("[[row]]").nth(1).unwrap());
    let path = HEAD.replace("id = \"again\"\nfolder = \"template\"", "id = \"./valley\"");
    let name = HEAD.replace("id = \"again\"\nfolder = \"template\"", "id = \"valley-in-spring\"");
    let more = [
        ("comparison: one corridor", error(&alone)),
        ("comparison: a path for an id", error(&path)),
        ("comparison: a corridor that is nowhere", error(&name)),
    ];
    cases.chain(more).collect()
}
