//! Every message that a writer of corridors can meet, rendered as they meet it, in one text: read
//! `snapshots/errors__messages.snap` from top to bottom to review their tone.

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[path = "errors/asked.rs"]
mod asked;
#[path = "errors/compared.rs"]
mod compared;
mod extended;
#[path = "errors/figures.rs"]
mod figures;
#[path = "errors/political.rs"]
mod political;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use terbia_store::lead::Faults;
use terbia_store::load::{Fault, LoadError};
use terbia_store::observations::ObservationsError;
use terbia_store::question::comparison::ComparisonError;
use terbia_store::{CompileError, Project, bundled, new};

/// A change to a file of the template that makes it faulty.
enum Change {
    /// In `file`, the first `from` becomes `to`.
    Swap(&'static str, &'static str, &'static str),
    /// `text` is added at the end of `file`.
    Append(&'static str, &'static str),
    /// `file` holds these bytes.
    Bytes(&'static str, &'static [u8]),
    /// `file` is not there.
    Remove(&'static str),
    /// `file` bears another name in the same folder.
    Rename(&'static str, &'static str),
    /// `file` is a folder.
    Folder(&'static str),
    /// `file` has a gigabyte.
    Huge(&'static str),
}

use Change::{Append, Bytes, Folder, Huge, Remove, Rename, Swap};

const CORRIDOR: &str = "corridor.toml";
const REPLAY: &str = "scenarios/replay.toml";
const CLOSURE: &str = "scenarios/closure.toml";
const TARGETS: &str = "evidence/targets.toml";
const OBSERVATIONS: &str = "evidence/observations.csv";
const CHECK: &str = "checks/closure-cuts-exports.toml";

/// One fault each.
const CASES: &[(&str, Change)] = &[
    // The file itself.
    ("a file is missing", Remove("evidence/sources.toml")),
    ("a file is a folder", Folder("evidence/facts.toml")),
    ("a file of a gigabyte", Huge("evidence/observations.csv")),
    ("an empty file", Bytes(CLOSURE, b" \n")),
    ("a file that is not UTF-8", Bytes("evidence/facts.toml", b"[F01]\ntext = \"caf\xe9\"\n")),
    (
        "a character that a terminal obeys",
        Swap(CLOSURE, "\"Long closure\"", "\"Long \\u001b[2Jclosure\""),
    ),
    ("a text without quotes", Swap(CLOSURE, "\"Long closure\"", "Long closure")),
    ("a table that is not closed", Swap(CLOSURE, "[[event]]", "[[event]")),
    ("a number beyond all bounds", Swap(CORRIDOR, "km = 45.0", "km = 99999999999999999999999")),
    ("a count beyond all bounds", Swap(CHECK, "members = 100", "members = 5000000000")),
    ("an empty corridor", Bytes(CORRIDOR, b"")),
    ("an empty table of values", Bytes(OBSERVATIONS, b"")),
    ("a file of UTF-16", Bytes(CLOSURE, b"\xff\xfen\x00a\x00")),
    (
        "a table of values with semicolons",
        Bytes(OBSERVATIONS, b"id;quantity;entity;subject\nT001;x;y;z\n"),
    ),
    ("a table of values with tabulators", Bytes(OBSERVATIONS, b"id\tquantity\tentity\n")),
    ("quotation marks of a word processor", Swap(CLOSURE, "\"Long closure\"", "“Long closure”")),
    ("a text that is not closed", Swap(CLOSURE, "\"Long closure\"", "\"Long closure")),
    ("a decimal comma", Swap(CORRIDOR, "value = 0.95", "value = 0,95")),
    ("a key that is there twice", Swap(CORRIDOR, "format = 1", "format = 1\nformat = 1")),
    ("a year that is a number", Swap(CORRIDOR, "\"2020-01\"\nend", "2020\nend")),
    ("a number in quotation marks", Swap(CORRIDOR, "km = 45.0", "km = \"45\"")),
    ("a grade that is not there", Swap(CORRIDOR, "grade = \"D\"", "grade = \"E\"")),
    // Form.
    ("a file under another name", Rename(CORRIDOR, "corridor.toml.txt")),
    (
        "an unknown key, near a known one",
        Swap(CORRIDOR, "[start_state]\n", "[start_state]\nholdres = 1\n"),
    ),
    ("an unknown key, near nothing", Swap(CORRIDOR, "reagent = ", "colour = \"blue\"\nreagent = ")),
    ("a key is missing", Swap(CORRIDOR, "far_name = \"Far Post\"\n", "")),
    (
        "a number without unit",
        Swap(CORRIDOR, "unit = \"CNY/kg\", range = [70, 120]", "range = [70, 120]"),
    ),
    (
        "a bare number where its pedigree is needed",
        Swap(CORRIDOR, "{ value = 5, unit = \"km\", grade = \"D\", source = [\"A-001\"] }", "5"),
    ),
    ("a date without quotes", Swap(CLOSURE, "\"2024-03-01\"", "2024-03-01")),
    (
        "a text where a list is needed",
        Swap(CLOSURE, "[\"north-pass\", \"south-bridge\"]", "\"north-pass\""),
    ),
    ("a range with one end", Swap(CORRIDOR, "[70, 120]", "[70]")),
    ("an unknown word", Swap(CLOSURE, "\"far\"", "\"fra\"")),
    ("an unknown distribution", Swap(CORRIDOR, "\"triangular\"", "\"beta\"")),
    ("no number", Swap(CORRIDOR, "km = 45.0", "km = nan")),
    ("a negative count", Swap(CHECK, "members = 100", "members = -100")),
    ("an unknown format", Swap(CORRIDOR, "format = 1", "format = 2")),
    // Names.
    ("an unknown gate", Swap(CLOSURE, "\"south-bridge\"", "\"south-brigde\"")),
    ("an unknown gate, near nothing", Swap(CLOSURE, "\"south-bridge\"", "\"harbour\"")),
    ("an unknown township", Swap(REPLAY, "[\"side-valley\"]", "[\"sidevalley\"]")),
    ("an unknown series", Swap(CORRIDOR, "\"home_supply\"", "\"home-suply\"")),
    ("an unknown form", Swap(CORRIDOR, "form = \"oxide\"", "form = \"powder\"")),
    (
        "an unknown constituent",
        Swap(
            CORRIDOR,
            "heavy = { value = 0.02, unit = \"t/t REO\", range = [0.01, 0.03], grade = \"D\", source = [\"A-001\"] }",
            "heavy = { value = 0.02, unit = \"t/t REO\", grade = \"D\", source = [\"A-001\"] }\nhaevy = { value = 0.02, unit = \"t/t REO\", grade = \"D\", source = [\"A-001\"] }",
        ),
    ),
    ("a road that leads nowhere", Swap(CORRIDOR, "to = \"market-town\"", "to = \"market\"")),
    ("the same id twice", Swap(CORRIDOR, "id = \"town-bridge\"", "id = \"side-town\"")),
    (
        "an id that cannot be part of a path",
        Swap(CORRIDOR, "id = \"upper-pass\"", "id = \"upper pass\""),
    ),
    ("an event that names no gate", Swap(CLOSURE, "[\"north-pass\", \"south-bridge\"]", "[]")),
    (
        "a levy by one who holds nothing",
        Swap(REPLAY, "actor = \"highland-council\"", "actor = \"lowland\""),
    ),
    (
        "a series that every corridor has",
        Swap(CORRIDOR, "id = \"declared_share\"", "id = \"declared\""),
    ),
    // Numbers.
    (
        "a wrong unit",
        Swap(CORRIDOR, "value = 90, unit = \"CNY/kg\"", "value = 90, unit = \"USD/kg\""),
    ),
    ("a range that runs backwards", Swap(CORRIDOR, "[70, 120]", "[120, 70]")),
    ("a value outside its range", Swap(CORRIDOR, "value = 90", "value = 9000")),
    ("a logarithm of nothing", Swap(CORRIDOR, "[0.005, 0.06]", "[0.0, 0.06]")),
    (
        "a share above one",
        Swap(
            CORRIDOR,
            "{ value = 0.7, unit = \"1\", range = [0.5, 0.9], grade = \"D\", source = [\"A-001\"] }\n\n[[actor]]",
            "{ value = 70, unit = \"1\", grade = \"D\", source = [\"A-001\"] }\n\n[[actor]]",
        ),
    ),
    ("a bare share above one", Swap(REPLAY, "reagents = 0.0", "reagents = 30")),
    (
        "shares above the whole",
        Swap(
            CORRIDOR,
            "{ value = 0.2, unit = \"1\", range = [0.1, 0.3]",
            "{ value = 0.6, unit = \"1\", range = [0.1, 0.7]",
        ),
    ),
    (
        "a number without source",
        Swap(
            CORRIDOR,
            "range = [70, 120], prior = { dist = \"triangular\" }, grade = \"D\", source = [\"A-001\"]",
            "range = [70, 120], grade = \"D\", source = []",
        ),
    ),
    ("an unknown source", Swap(CLOSURE, "[\"A-001\"]", "[\"S002\"]")),
    (
        "a key of another kind of event",
        Swap(CLOSURE, "product = 0.0", "product = 0.0\nentry_factor = 0.5"),
    ),
    ("a levy with a component too many", Swap(REPLAY, "form = \"specific\"", "form = \"none\"")),
    ("an event that lacks a key", Swap(CLOSURE, "side = \"far\"\n", "")),
    (
        "mines without numbers",
        Swap(
            CORRIDOR,
            "id = \"market-town\"\nname = \"Market Town\"\nreach = \"main-river\"\nmines = false",
            "id = \"market-town\"\nname = \"Market Town\"\nmines = true\nsites_at_start = { value = 1, unit = \"sites\", grade = \"D\", source = [\"A-001\"] }\nprospectivity = { value = 1, unit = \"1\", grade = \"D\", source = [\"A-001\"] }",
        ),
    ),
    // Time.
    ("a date that is none", Swap(CLOSURE, "2024-03-01", "2024-02-30")),
    ("a month that is none", Swap(CORRIDOR, "start = \"2020-01\"", "start = \"January 2020\"")),
    (
        "an end before the beginning",
        Swap(CLOSURE, "until = \"2024-09-01\"", "until = \"2024-02-01\""),
    ),
    (
        "an event that ends in a month",
        Swap(CLOSURE, "until = \"2024-09-01\"", "until = \"2024-09\""),
    ),
    ("an event before the start", Swap(REPLAY, "from = \"2020-01-01\"", "from = \"2019-12-31\"")),
    ("a corridor without end", Swap(CORRIDOR, "end = \"2024-12\"", "end = \"2924-12\"")),
    ("an announcement after the fact", Swap(CLOSURE, "2024-01-01", "2024-04-01")),
    ("a series without points", Swap(CORRIDOR, "points = [[\"2020-01\", 0.7]]", "points = []")),
    ("a series out of order", Swap(CORRIDOR, "[\"2022-01\", 6.4]", "[\"2019-01\", 6.4]")),
    ("a series that cannot be", Swap(CORRIDOR, "[\"2022-01\", 6.4]", "[\"2022-01\", -6.4]")),
    // Places.
    (
        "mines that are cut off",
        Swap(
            CORRIDOR,
            "[start_state]\nholders = { ",
            "[[township]]\nid = \"far-valley\"\nname = \"Far Valley\"\nmines = true\nsites_at_start = { value = 1, unit = \"sites\", grade = \"D\", source = [\"A-001\"] }\nprospectivity = { value = 1, unit = \"1\", grade = \"D\", source = [\"A-001\"] }\ntenure_hazard_per_month = { value = 1, unit = \"1/month\", grade = \"D\", source = [\"A-001\"] }\n\n[start_state]\nholders = { far-valley = \"river-league\", ",
        ),
    ),
    (
        "a gate on no road",
        Append(
            CORRIDOR,
            "[[gate]]\nid = \"old-ford\"\nname = \"Old Ford\"\nfar_name = \"Other Bank\"\ntownship = \"market-town\"\ncapacity_t_per_month = { value = 10, unit = \"t gross/month\", grade = \"D\", source = [\"A-001\"] }\n",
        ),
    ),
    (
        "a road that goes in a circle",
        Swap(
            CORRIDOR,
            "from = \"side-valley\"\nto = \"market-town\"",
            "from = \"market-town\"\nto = \"market-town\"",
        ),
    ),
    (
        "a river that flows in a circle",
        Swap(CORRIDOR, "name = \"Main River\"", "name = \"Main River\"\nto = \"upper-stream\""),
    ),
    ("a township that nobody holds", Swap(CORRIDOR, ", side-valley = \"river-league\"", "")),
    // Scenarios, targets, checks.
    ("an unknown parent", Swap(CLOSURE, "based_on = \"replay\"", "based_on = \"reply\"")),
    (
        "a scenario based on itself",
        Swap(REPLAY, "doc = \"The", "based_on = \"closure\"\ndoc = \"The"),
    ),
    (
        "a truce without a war",
        Append(
            CLOSURE,
            "[[event]]\nid = \"truce\"\nkind = \"truce\"\nfrom = \"2024-03-01\"\nguarantee = 0.5\nsharing = 0.1\nsource = [\"A-001\"]\n",
        ),
    ),
    (
        "an unknown number to set",
        Swap(
            CLOSURE,
            "[[event]]",
            "[set]\n\"gate.north-pas.capacity_t_per_month\" = 1200\n[[event]]",
        ),
    ),
    (
        "a number set outside its range",
        Swap(
            CLOSURE,
            "[[event]]",
            "[set]\n\"gate.north-pass.capacity_t_per_month\" = 12000\n[[event]]",
        ),
    ),
    (
        "an event that the parent has",
        Swap(CLOSURE, "id = \"long-closure\"", "id = \"council-levy\""),
    ),
    (
        "a parameter that no module has",
        Append(
            "parameters.toml",
            "[\"levy.suply_elasticity\"]\nvalue = 1\nunit = \"1\"\ngrade = \"D\"\nsource = [\"A-001\"]\n",
        ),
    ),
    (
        "an observation without a rule",
        Append(
            OBSERVATIONS,
            "T004,snowfall,Upper Valley,Upper Valley,2022-07,2022-07,600,,,mm,printed,S001,,,\n",
        ),
    ),
    (
        "a rule without an observation",
        Append(TARGETS, "[[context]]\nmatch = { quantity = \"hail\" }\nreason = \"none\"\n"),
    ),
    (
        "an outcome that drifts twice",
        Append(
            TARGETS,
            "
[[discrepancy]]
id = \"exports\"
outcomes = [\"exports_t\", \"exports_t\"]
sd = { value = 0.1, unit = \"1\", grade = \"D\", source = [\"A-001\"] }
memory_months = { value = 3, unit = \"month\", grade = \"D\", source = [\"A-001\"] }
doc = \"Weather.\"
",
        ),
    ),
    (
        "a rule that does not say what it covers",
        Swap(
            TARGETS,
            "match = { quantity = \"rainfall\" }",
            "match = { quantity = \"rainfall\" }\nids = [\"T003\"]",
        ),
    ),
    (
        "an observation without date that is compared",
        Swap(OBSERVATIONS, "2021,2021,17000", ",,17000"),
    ),
    ("an unknown outcome", Swap(CHECK, "\"exports_t\"", "\"export_t\"")),
    ("an expected range that runs backwards", Swap(CHECK, "[0.0, 0.7]", "[0.7, 0.0]")),
    ("a rule that lacks its share", Swap(CHECK, "\"median\"", "\"share\"")),
    // Tables of values.
    (
        "a row with a cell too many",
        Swap(OBSERVATIONS, "printed,S001,,,made up", "printed,S001,,,made up,indeed"),
    ),
    ("a cell that is no number", Swap(OBSERVATIONS, "17000,,,t gross", "\"17,000\",,,t gross")),
    (
        "columns in capitals",
        Bytes("evidence/events.csv", b"Id,From,To,Type,Actor,Place,Description,Source\n,,,,,,,\n"),
    ),
    ("an unknown outcome that shares a word", Swap(CHECK, "\"exports_t\"", "\"sites_at_work\"")),
    ("a scenario without its parent", Swap(REPLAY, "doc = \"The", "based_on = \"x\"\ndoc = \"The")),
    ("an unknown column", Swap(OBSERVATIONS, "id,quantity", "id,quantitiy")),
    ("a figure without source", Swap(OBSERVATIONS, "printed,S001,,,made up", "printed,,,,made up")),
];

fn apply(folder: &Path, change: &Change) {
    let read = |file: &str| fs::read_to_string(folder.join(file)).unwrap();
    match change {
        Swap(file, from, to) => {
            let text = read(file);
            assert!(text.contains(from), "'{from}' is not in {file}");
            fs::write(folder.join(file), text.replacen(from, to, 1)).unwrap();
        }
        Append(file, text) => fs::write(folder.join(file), read(file) + text).unwrap(),
        Bytes(file, bytes) => fs::write(folder.join(file), bytes).unwrap(),
        Remove(file) => fs::remove_file(folder.join(file)).unwrap(),
        Rename(file, to) => fs::rename(folder.join(file), folder.join(to)).unwrap(),
        Folder(file) => {
            fs::remove_file(folder.join(file)).unwrap();
            fs::create_dir(folder.join(file)).unwrap();
        }
        Huge(file) => fs::File::create(folder.join(file)).unwrap().set_len(1 << 30).unwrap(),
    }
}

fn template(dir: &TempDir) -> PathBuf {
    let folder = dir.path().join("mine");
    new::bare(&folder, terbia_store::new::TEMPLATE).unwrap();
    folder
}

fn rendered(error: &dyn Diagnostic) -> String {
    let handler =
        GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor()).with_width(100);
    let mut text = String::new();
    handler.render_report(&mut text, error).unwrap();
    text
}

fn faulty(title: &str, change: &[&Change]) -> LoadError {
    let dir = TempDir::new().unwrap();
    fault_in(&template(&dir), title, change)
}

fn fault_in(folder: &Path, title: &str, change: &[&Change]) -> LoadError {
    for change in change {
        apply(folder, change);
    }
    match Project::load_folder(folder) {
        Err(error) => error,
        Ok(_) => panic!("no fault is found in: {title}"),
    }
}

/// The name of a variant, from how it is printed.
fn variant(fault: &Fault) -> String {
    let text = format!("{fault:?}");
    text.split([' ', '(']).next().unwrap_or_default().to_owned()
}

#[test]
fn messages() {
    let mut text = String::new();
    let mut met = BTreeSet::new();
    for (title, change) in CASES.iter().chain(asked::CASES) {
        let error = faulty(title, &[change]);
        if let LoadError::Invalid { problems, .. } = &error {
            met.extend(problems.iter().map(|p| variant(p.fault())));
        }
        writeln!(text, "## {title}\n\n{}", rendered(&error)).unwrap();
    }
    for (title, change) in political::CASES {
        let dir = TempDir::new().unwrap();
        let folder = dir.path().join("mine");
        extended::write(&folder);
        let error = fault_in(&folder, title, &[change]);
        if let LoadError::Invalid { problems, .. } = &error {
            met.extend(problems.iter().map(|p| variant(p.fault())));
        }
        writeln!(text, "## {title}\n\n{}", rendered(&error)).unwrap();
    }
    for (title, error) in figures::errors() {
        let ObservationsError::Invalid { problems, .. } = &error else { panic!("{error}") };
        met.extend(problems.iter().map(|p| variant(p.fault())));
        writeln!(text, "## {title}\n\n{}", rendered(&error)).unwrap();
    }
    for (title, error) in compared::errors() {
        let ComparisonError::Invalid { problems, .. } = &error else { panic!("{error}") };
        met.extend(problems.iter().map(|p| variant(p.fault())));
        writeln!(text, "## {title}\n\n{}", rendered(&error)).unwrap();
    }
    for (title, error) in without_a_file() {
        writeln!(text, "## {title}\n\n{}", rendered(error.as_ref())).unwrap();
    }
    insta::assert_snapshot!(text);
    // What only a form that the structure check does not know could bring up.
    met.insert("Misfit".to_owned());
    assert_eq!(variants().difference(&met).collect::<Vec<_>>(), Vec::<&String>::new(), "never met");
}

/// The names of all variants, as the source declares them.
fn variants() -> BTreeSet<String> {
    let source = include_str!("../src/load/fault.rs");
    let list = source.split("pub enum Fault {").nth(1).unwrap().split("\n}\n").next().unwrap();
    let name = |line: &str| {
        let name = line.strip_prefix("    ")?.trim_end_matches([' ', '{', ',']);
        let name = name.split('(').next()?;
        name.chars().next()?.is_ascii_uppercase().then(|| name.to_owned())
    };
    list.lines().filter_map(name).collect()
}

fn without_a_file() -> Vec<(&'static str, Box<dyn Diagnostic>)> {
    let load = |name: &str| -> Box<dyn Diagnostic> {
        Box::new(Project::load(name).map(|_| ()).unwrap_err())
    };
    let project = Project::load(new::TEMPLATE).unwrap();
    let compile = |scenario: &str, months, path: &str, value| -> Box<dyn Diagnostic> {
        let error: CompileError =
            project.compile(scenario, months, &[(path.to_owned(), value)]).map(|_| ()).unwrap_err();
        Box::new(error)
    };
    let explain = |name: &str| -> Box<dyn Diagnostic> {
        Box::new(project.explain(&project.corridor, name).unwrap_err())
    };
    let capacity = "gate.north-pass.capacity_t_per_month";
    vec![
        ("a corridor that is nearly bundled", load("templat")),
        ("a corridor that is not bundled", load("atlantis")),
        ("a folder that is not there", load("no/such/folder")),
        ("an unknown scenario, near a known one", compile("replai", None, capacity, 1200.0)),
        ("an unknown scenario", compile("doom", None, capacity, 1200.0)),
        ("a run of no months", compile("replay", Some(0), capacity, 1200.0)),
        (
            "an unknown number to set, near a known one",
            compile("replay", None, "gate.north-pass.capacity", 1.0),
        ),
        ("an unknown number to set", compile("replay", None, "weather", 1.0)),
        ("a number set outside its range", compile("replay", None, capacity, 9.0)),
        ("a number set to no number", compile("replay", None, capacity, f64::NAN)),
        ("a lever to turn that is not there", compile("replay", None, "lever.levy@2020-06", 1.0)),
        ("a name to explain, near a known one", explain("export_t")),
        ("a name to explain", explain("the meaning of life")),
        (
            "a corridor to copy that is not bundled",
            Box::new(new::create(Path::new("mine"), "templat").unwrap_err()),
        ),
        (
            "a folder that is there already",
            Box::new(new::create(Path::new("."), new::TEMPLATE).unwrap_err()),
        ),
        (
            "a folder that cannot be written",
            Box::new(new::create(Path::new("/dev/null/mine"), new::TEMPLATE).unwrap_err()),
        ),
    ]
}

#[test]
fn all_faults_are_reported_at_once() {
    let changes = [
        Append(
            "parameters.toml",
            "[\"levy.nothing\"]\nvalue = 1\nunit = \"1\"\ngrade = \"D\"\nsource = [\"A-001\"]\n",
        ),
        Swap(CORRIDOR, "value = 90, unit = \"CNY/kg\"", "value = 90, unit = \"USD/kg\""),
        Swap(CORRIDOR, "reagent = ", "colour = \"blue\"\nreagent = "),
        Swap(CLOSURE, "\"south-bridge\"", "\"harbour\""),
        Swap(CHECK, "\"exports_t\"", "\"export_t\""),
        Swap(OBSERVATIONS, "17000", "many"),
    ];
    insta::assert_snapshot!(rendered(&faulty("many", &changes.iter().collect::<Vec<_>>())));
}

#[test]
fn a_gigabyte_is_refused_at_once() {
    let before = std::time::Instant::now();
    let error = faulty("a gigabyte", &[&Huge(CORRIDOR)]);
    assert!(matches!(error, LoadError::Invalid { .. }));
    assert!(before.elapsed().as_secs() < 2);
}

#[test]
fn no_input_makes_it_panic() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below.max(1)
    };
    let names = bundled::find(new::TEMPLATE).unwrap().files.iter().map(|(name, _)| *name);
    let names: Vec<&str> = names.chain(["scenarios/live.toml", CORRIDOR]).collect();
    let scraps: [&[u8]; 14] = [
        b"",
        b"[",
        b"]",
        b"\"",
        b"= ",
        b"\n",
        b"-1",
        b"1e400",
        b"\xff",
        "é".as_bytes(),
        b"{",
        b"[[event]]\n",
        b",",
        b"0.0",
    ];
    for _ in 0..40 {
        let dir = TempDir::new().unwrap();
        let folder = dir.path().join("mine");
        extended::write(&folder);
        for _ in 0..=next(3) {
            let file = names[next(names.len())];
            let mut bytes = fs::read(folder.join(file)).unwrap();
            let from = next(bytes.len());
            let to = (from + next(30)).min(bytes.len());
            let scrap = scraps[next(scraps.len())];
            bytes.splice(from..to, scrap.iter().copied());
            fs::write(folder.join(file), bytes).unwrap();
        }
        if let Err(error) = Project::load_folder(&folder) {
            assert!(!rendered(&error).is_empty());
            let lead = Faults::of(error, "mine").map(|faults| faults.lead().to_owned());
            assert!(lead.is_ok_and(|lead| lead.lines().count() <= 16));
        }
    }
}
