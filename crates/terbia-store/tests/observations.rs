//! Are figures taken as they are, whoever wrote the file, and is what is wrong with it told?

#![expect(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::fs;
use terbia_store::load::{Covered, matched, units_taken};
use terbia_store::observations::{self, Figures, Note, ObservationsError};
use terbia_store::spec::{Basis, Observation};
use terbia_store::{Project, load::Fault};

const NARROW: &str =
    "id,quantity,entity,subject,from,to,value,low,high,unit,basis,source,evidence,method,note";
const WIDE: &str = "id,quantity,entity,commodity,period_start,period_end,value,unit,low,high,source_title,publisher,source_date,source_url,note";

fn read(text: impl AsRef<[u8]>) -> Result<Figures, ObservationsError> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("figures.csv");
    fs::write(&path, text).unwrap();
    observations::read(&path)
}

fn rows(head: &str, rows: &[&str]) -> String {
    format!("{head}\n{}\n", rows.join("\n"))
}

/// The faults of a file, each with the line in which it stands (0 for the whole file).
fn faults(text: impl AsRef<[u8]>) -> Vec<(usize, Fault)> {
    let lines = String::from_utf8_lossy(text.as_ref()).into_owned();
    let error = read(text).unwrap_err();
    let ObservationsError::Invalid { problems, .. } = error else { panic!("{error}") };
    let line = |start: usize| lines[..start].matches('\n').count() + 1;
    let fault = |p: &terbia_store::load::Problem| {
        assert!(!p.fault().help().is_empty() || matches!(p.fault(), Fault::BadNumber { .. }));
        (p.span().map_or(0, |span| line(span.start)), p.fault().clone())
    };
    problems.iter().map(fault).collect()
}

const ONE: &str =
    "X1,import_volume,Lowland,upland oxide,2024-01,2024-01,900,,,t gross,printed,S001,,,a note";
const TWO: &str =
    "X2,import_volume,Lowland,upland oxide,2024-02,2024-02,,800,,t gross,bound,S001,,,";

#[test]
fn the_order_of_rows_and_columns_is_no_matter() {
    let plain = read(rows(NARROW, &[ONE, TWO])).unwrap();
    assert_eq!(plain.rows.len(), 2);
    assert_eq!(plain.rows, read(rows(NARROW, &[TWO, ONE])).unwrap().rows);
    let back = |line: &str| line.split(',').rev().collect::<Vec<_>>().join(",");
    let turned = rows(&back(NARROW), &[&back(ONE), &back(TWO)]);
    assert_eq!(plain.rows, read(turned).unwrap().rows);
}

#[test]
fn the_columns_of_a_public_record_are_read_as_those_of_a_corridor() {
    let text = rows(
        WIDE,
        &[
            "X1,import_volume,Lowland,upland oxide,2024-01-01,2024-01-31,900,t gross,,,Ore flows,The Paper,2024-03-01,https://example.org,a note",
            "X2,import_volume,Lowland,upland oxide,2024-02-01,2024-02-28,,t gross,800,,Ore flows,The Paper,2024-03-01,,",
            "X3,import_volume,Lowland,upland oxide,2024-03-01,2024-03-31,700,t gross,700,,Ore flows,The Paper,2024-05-01,,more than",
            "X4,import_volume,Lowland,upland oxide,2024-04-01,2024-04-30,700,t gross,690,710,Ore flows,The Paper,2024-05-01,,",
        ],
    );
    let figures = read(text).unwrap();
    let [one, two, three, four] = &figures.rows[..] else { panic!("{figures:?}") };
    assert_eq!(
        (one.subject.as_str(), one.value, one.basis),
        ("upland oxide", Some(900.0), Basis::Printed)
    );
    assert_eq!((two.low, two.basis), (Some(800.0), Basis::Bound));
    assert_eq!((three.basis, four.basis), (Basis::Bound, Basis::Printed));
    assert_eq!(one.source, ["Ore flows, The Paper, 2024-03-01"]);
    assert_eq!(one.window().unwrap().1.to_string(), "2024-01");
    assert!(figures.notes.is_empty(), "{:?}", figures.notes);
}

#[test]
fn a_corridors_own_record_reads_the_same_outside_it() {
    for id in ["template", "kachin"] {
        let project = Project::load(id).unwrap();
        let file = project.texts.iter().find(|f| f.name() == "evidence/observations.csv").unwrap();
        let figures = read(file.text()).unwrap();
        let mut own: Vec<&Observation> = project.evidence.observations.iter().collect();
        own.sort_by_key(|o| (&o.from, &o.to, o.id.get()));
        assert!(figures.rows.iter().eq(own));
        let targets = &project.evidence.targets;
        let rules = matched(targets, &project.evidence.observations);
        assert_eq!(rules, project.evidence.rules);
    }
}

#[test]
fn a_row_that_is_there_twice_is_counted_once_and_noted() {
    let figures = read(rows(NARROW, &[ONE, TWO, ONE])).unwrap();
    assert_eq!(figures.rows.len(), 2);
    assert_eq!(figures.notes, [Note::Repeated { id: "X1".into(), lines: vec![2, 4] }]);
}

#[test]
fn the_same_id_with_other_content_is_refused() {
    let found = faults(rows(NARROW, &[ONE, TWO, &ONE.replace("900", "901")]));
    assert_eq!(found, [(4, Fault::OtherContent { kind: "observation", id: "X1".into(), line: 2 })]);
}

#[test]
fn rows_that_contradict_each_other_are_both_kept_and_noted() {
    let other = ONE.replace("X1", "X9").replace("900", "700");
    let again = ONE.replace("X1", "X8");
    let above = TWO.replace("X2", "X7").replace("2024-02", "2024-01").replace("800", "850");
    let figures = read(rows(NARROW, &[ONE, &other, &again, &above])).unwrap();
    assert_eq!(figures.rows.len(), 4);
    let [Note::SaidAgain { ids, .. }, Note::Contradictory { claims, what }] = &figures.notes[..]
    else {
        panic!("{:?}", figures.notes)
    };
    assert_eq!(ids, &["X1", "X8"]);
    let claims: Vec<String> = claims.iter().map(|(id, claim)| format!("{id} {claim}")).collect();
    assert_eq!(claims, ["X1 900", "X7 at least 850", "X8 900", "X9 700"]);
    assert_eq!(what, "import_volume of Lowland, upland oxide, 2024-01, t gross");
    // Quotes of two days, and a value beside its rounding, contradict nothing.
    let of_day = |id: &str, day: &str, value: &str| {
        let row = ONE.replace("2024-01,2024-01", &format!("2024-01-{day},2024-01-{day}"));
        row.replace("X1", id).replace("900", value)
    };
    let days = [of_day("X1", "03", "900"), of_day("X2", "17", "700"), of_day("X3", "17", "700.4")];
    let days = read(rows(NARROW, &[&days[0], &days[1], &days[2]])).unwrap();
    let [Note::SaidAgain { ids, what }] = &days.notes[..] else { panic!("{:?}", days.notes) };
    assert_eq!(ids, &["X2", "X3"]);
    assert!(what.contains("2024-01-17"), "{what}");
    // A value within a bound contradicts nothing.
    assert!(read(rows(NARROW, &[ONE, &above])).unwrap().notes.is_empty());
}

#[test]
fn a_figure_that_is_older_than_its_period_is_noted() {
    let row = |published: &str| {
        format!(
            "X1,import_volume,Lowland,upland oxide,2024-01-01,2024-06-30,900,t gross,,,,,{published},,"
        )
    };
    let notes = |published: &str| read(rows(WIDE, &[&row(published)])).unwrap().notes;
    assert!(
        notes("2024-07-20").is_empty() && notes("2024-06").is_empty() && notes("2024").is_empty()
    );
    let early =
        Note::Early { id: "X1".into(), published: "2024-05-01".into(), until: "2024-06".into() };
    assert_eq!(notes("2024-05-01"), [early]);
}

#[test]
fn everything_wrong_is_told_at_once_with_its_line() {
    let text = rows(
        NARROW,
        &[
            ONE,
            &ONE.replace("X1", "X3").replace("900", "nine hundred"),
            &ONE.replace("X1", "X4").replace("2024-01,2024-01", "2024-13,2024-01"),
            &ONE.replace("X1", "X5").replace("2024-01,2024-01", "2024-03,2024-01"),
            &ONE.replace("X1", "X6").replace("900,,", "900,950,850"),
            &ONE.replace("X1", "").replace("printed", "guess"),
            "X7,import_volume,Lowl",
        ],
    );
    let found = faults(text.trim_end());
    let places: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
    assert_eq!(places, [3, 4, 5, 6, 7, 7, 8]);
    let kinds = |fault: &Fault| match fault {
        Fault::BadCell { .. } => 'c',
        Fault::BadDate { .. } => 'd',
        Fault::EndsBeforeStart { .. } => 'e',
        Fault::BadNumber { .. } => 'n',
        Fault::BadId { .. } => 'i',
        Fault::UnknownWord { .. } => 'w',
        Fault::BadRow { .. } => 'r',
        other => panic!("{other}"),
    };
    let mut kinds: Vec<char> = found.iter().map(|(_, fault)| kinds(fault)).collect();
    kinds.sort_unstable();
    assert_eq!(kinds.into_iter().collect::<String>(), "cdeinrw");
}

#[test]
fn a_row_cut_within_its_last_cell_is_refused() {
    let text = format!("{NARROW}\n{TWO}\n{ONE}").replace("a note", "\"a long no");
    assert!(matches!(&faults(text)[..], [(3, Fault::BadRow { what })] if what.contains("quot")));
}

#[test]
fn a_file_without_figures_is_refused() {
    assert!(matches!(faults("\u{feff} \n")[..], [(0, Fault::Empty { .. })]));
    assert_eq!(faults(format!("{NARROW}\n")), [(0, Fault::NoRows)]);
    assert!(matches!(faults(b"id\n\xff")[..], [(0, Fault::NotUtf8 { offset: 3, line: 2, .. })]));
    let head = faults(NARROW.replace("value", "valeu").replace("note", "id") + "\n");
    assert!(
        matches!(
            &head[..],
            [
                (1, Fault::UnknownKey { near: Some(near), .. }),
                (1, Fault::TwiceNamed { .. }),
                (1, Fault::KeyMissing { key, .. })
            ] if near == "value" && key == "value"
        ),
        "{head:?}"
    );
    let dir = tempfile::tempdir().unwrap();
    let missing = observations::read(&dir.path().join("none.csv")).unwrap_err();
    assert!(matches!(missing, ObservationsError::Missing { .. }));
}

#[test]
fn a_wrong_unit_is_told_with_the_units_that_are_taken() {
    let targets = &Project::load("template").unwrap().evidence.targets;
    let figures = |row: String| read(rows(NARROW, &[&row])).unwrap().rows;
    let judged = |row: String| {
        let rows = figures(row);
        (matched(targets, &rows)[0], units_taken(targets, &rows[0]))
    };
    assert_eq!(judged(ONE.into()), (Covered::Target(0), vec![]));
    assert_eq!(judged(ONE.replace("t gross", "kg")), (Covered::Nothing, vec!["t gross".into()]));
    assert_eq!(judged(ONE.replace("import_volume", "rainfall")), (Covered::Context(0), vec![]));
    assert_eq!(judged(ONE.replace("import_volume", "snow")), (Covered::Nothing, vec![]));
}

#[test]
fn a_rule_for_figures_to_come_may_cover_none_yet() {
    let load = |later: &str| {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("mine");
        terbia_store::new::create(&folder, terbia_store::new::TEMPLATE).unwrap();
        let path = folder.join("evidence/targets.toml");
        let rule = format!(
            "[[target]]\nid = \"stock\"\n{later}match = {{ quantity = \"stock\" }}\n\
             measure = {{ outcome = \"stock_t\", statistic = \"last\" }}\n"
        );
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text + &rule).unwrap();
        Project::load_folder(&folder)
    };
    assert!(load("").is_err());
    let project = load("later = true\n").unwrap();
    let row = ONE.replace("import_volume", "stock");
    let rows = read(rows(NARROW, &[&row])).unwrap().rows;
    assert_eq!(matched(&project.evidence.targets, &rows), [Covered::Target(1)]);
}

#[test]
fn figures_to_come_are_compared_with_what_those_of_their_kind_were() {
    let project = Project::load("kachin").unwrap();
    let targets = &project.evidence.targets;
    let record = &project.evidence.observations;
    let outcome = |rule: &Covered| match rule {
        Covered::Target(place) => Some(targets.targets[*place].measure.outcome.get().as_str()),
        _ => None,
    };
    let renamed: Vec<Observation> = record
        .iter()
        .map(|o| Observation { id: terbia_store::spec::At::new("new".into(), 0..3), ..o.clone() })
        .collect();
    let later = matched(targets, &renamed);
    let pairs = project.evidence.rules.iter().zip(&later);
    let pairs = pairs.filter_map(|(then, now)| Some((outcome(then)?, outcome(now)?)));
    let (same, other): (Vec<_>, Vec<_>) = pairs.partition(|(then, now)| then == now);
    assert_eq!(other, []);
    // The rest are changes, each over windows of its own, and what was printed once.
    assert!(same.len() >= 230, "{}", same.len());
}
