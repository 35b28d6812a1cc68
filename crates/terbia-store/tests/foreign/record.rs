//! Do the project's own tables come back as they are, and printed figures as they were taken over?

use super::{
    convert, fixture, left, made, of, of_text, refused, remarked, reversed, row, table, text,
};
use std::collections::BTreeMap;
use std::fs;
use terbia_store::Project;
use terbia_store::spec::{Basis, Observation};

/// The rows without their order; 4052.0 is 4052.
fn by_id(table: &str) -> BTreeMap<String, Vec<String>> {
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let number = |cell: &str| cell.parse().map_or_else(|_| cell.into(), |x: f64| x.to_string());
    let rows = reader.records().map(Result::unwrap).map(|row| {
        let cells = row.iter().enumerate();
        let cells =
            cells.map(|(n, cell)| if (6..9).contains(&n) { number(cell) } else { cell.into() });
        (row[0].to_owned(), cells.collect())
    });
    rows.collect()
}

fn observations(project: &Project) -> &str {
    let file = project.texts.iter().find(|f| f.name() == "evidence/observations.csv");
    file.unwrap().text()
}

#[test]
fn a_table_of_observations_comes_back_as_it_is() {
    for name in ["template", "kachin"] {
        let project = Project::load(name).unwrap();
        let given = observations(&project);
        let converted = of_text(given).unwrap();
        let again = by_id(&table(&converted));
        for (id, row) in by_id(given) {
            assert_eq!(again.get(&id), Some(&row), "{name}");
        }
        assert_eq!(converted.rows.len(), project.evidence.observations.len(), "{name}");
    }
}

#[test]
fn the_loader_of_a_corridor_reads_what_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let project = Project::load("template").unwrap();
    for file in &project.texts {
        let path = dir.path().join(file.name());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file.text()).unwrap();
    }
    let converted = of_text(observations(&project)).unwrap();
    let path = dir.path().join("evidence/observations.csv");
    terbia_store::foreign::save(&converted.rows, &path).unwrap();
    let again = Project::load_folder(dir.path()).unwrap();
    assert_eq!(again.evidence.observations.len(), converted.rows.len());
}

/// The figures of a corridor's record that cite one publication, in the shape in which they were
/// collected: with title, publisher and address in every row.
fn as_collected(project: &Project) -> (String, Vec<&Observation>) {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let head = "id,quantity,entity,commodity,period_start,period_end,value,unit,low,high,source_title,\
                publisher,source_date,source_url,note";
    writer.write_record(head.split(',')).unwrap();
    let number = |x: Option<f64>| x.map(|x| x.to_string()).unwrap_or_default();
    let mut rows = Vec::new();
    for o in &project.evidence.observations {
        let [key] = o.source.as_slice() else { continue };
        let found = project.evidence.sources.iter().find(|(id, _)| id.as_str() == key);
        let Some((_, source)) = found.filter(|_| o.method.is_empty() && o.evidence.is_empty())
        else {
            continue;
        };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let cells = [
            o.id.get(),
            &o.quantity,
            &o.entity,
            &o.subject,
            &o.from,
            &o.to,
            &number(o.value),
            &o.unit,
            &number(o.low),
            &number(o.high),
            &source.title,
            &source.publisher,
            &text(&source.date),
            &text(&source.url),
            &o.note,
        ];
        writer.write_record(cells).unwrap();
        rows.push(o);
    }
    (String::from_utf8(writer.into_inner().unwrap()).unwrap(), rows)
}

#[test]
fn printed_figures_get_the_basis_and_the_key_that_a_person_gave_them() {
    let project = Project::load("kachin").unwrap();
    let (text, rows) = as_collected(&project);
    // Ground and trade were collected in two files, trade first.
    let head = text.lines().next().unwrap();
    let [trade, ground] = ["T", "G"].map(|start| {
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(head.split(',')).unwrap();
        for row in reader.records().map(Result::unwrap).filter(|row| row[0].starts_with(start)) {
            writer.write_record(&row).unwrap();
        }
        made(start, writer.into_inner().unwrap())
    });
    let converted = convert(&[&trade.path, &ground.path]).unwrap();
    assert!(converted.rows.len() > 800 && converted.rows.len() == rows.len());
    for o in rows {
        let found = row(&converted, &o.id);
        assert_eq!((found.basis, &found.source), (o.basis, &o.source), "{}", *o.id);
        assert_eq!((found.value, found.low, found.high), (o.value, o.low, o.high), "{}", *o.id);
        assert_eq!((&found.subject, &found.note), (&o.subject, &o.note), "{}", *o.id);
    }
}

#[test]
fn the_basis_of_a_printed_figure_follows_from_its_limits() {
    let printed = of("printed.csv");
    let basis = |id: &str| row(&printed, id).basis;
    assert_eq!(basis("A001"), Basis::Printed);
    assert_eq!(basis("A002"), Basis::Bound, "the value repeats its one limit");
    assert_eq!(basis("A003"), Basis::Bound, "there are only limits");
    assert_eq!(basis("A004"), Basis::Printed, "a value within its range");
    let derived = row(&printed, "A005");
    assert_eq!((derived.basis, derived.method.as_str()), (Basis::Derived, "400 / 23"));
    assert!(derived.source.is_empty() && derived.note.is_empty());
    assert!(remarked(&printed, "1 row names neither a publication nor rows"));
}

#[test]
fn one_publication_has_one_key_whatever_its_date() {
    let printed = of("printed.csv");
    assert_eq!(row(&printed, "A001").source, ["S001"]);
    assert_eq!(row(&printed, "A003").source, ["S001"]);
    let titles: Vec<&str> = printed.sources.iter().map(|(_, s)| s.title.as_str()).collect();
    assert_eq!(titles, ["Imports, down", "Imports, up", "Prices"]);
}

#[test]
fn keys_go_on_after_those_that_are_taken() {
    let head =
        "id,quantity,entity,subject,from,to,value,low,high,unit,basis,source,evidence,method,note";
    let own = made("own.csv", format!("{head}\nX1,q,e,s,2020,,1,,,t,printed,S041,,,\n"));
    let both = convert(&[&own.path, &fixture("printed.csv")]).unwrap();
    assert_eq!(row(&both, "A001").source, ["S042"]);
    assert_eq!(row(&both, "X1").source, ["S041"]);
}

#[test]
fn a_series_is_named_and_cited_after_the_rows_that_it_repeats() {
    let both = convert(&[&fixture("printed.csv"), &fixture("series.csv")]).unwrap();
    let printed = row(&both, "D001");
    assert_eq!(
        (printed.basis, printed.source.as_slice()),
        (Basis::Printed, ["S001".to_owned()].as_slice())
    );
    assert_eq!(printed.evidence, ["A001"]);
    for id in ["D001", "D002", "D003"] {
        let row = row(&both, id);
        let names = [row.quantity.as_str(), &row.entity, &row.subject];
        assert_eq!(names, ["import_volume", "Norvia from Estmark", "first oxide"], "{id}");
    }
    let implied = row(&both, "D002");
    assert_eq!((implied.basis, implied.method.as_str()), (Basis::Implied, "23 / 0.5"));
    assert!(implied.source.is_empty());
    assert_eq!(row(&both, "D003").basis, Basis::Bound);
    let nameless = row(&both, "D004");
    assert_eq!((nameless.quantity.as_str(), nameless.entity.as_str()), ("norvia_unit_value", ""));
    assert_eq!(nameless.evidence, ["A001", "A002"]);
    assert!(remarked(&both, "norvia_unit_value"));
}

#[test]
fn a_series_alone_keeps_its_name_and_says_what_is_missing() {
    let alone = of("series.csv");
    assert_eq!(row(&alone, "D001").quantity, "norvia_first_oxide");
    assert!(remarked(&alone, "1 row is printed but without source"));
}

#[test]
fn rows_of_one_number_that_differ_are_both_kept() {
    let text = text("printed.csv");
    let first = text.lines().nth(1).unwrap();
    let torn = format!("{text}{first}\n{}\n", first.replace(",23,", ",32,"));
    let printed = of_text(&torn).unwrap();
    assert_eq!(left(&printed, "rows that repeat another"), 1);
    let [one, other] = ["A001", "A001-2"].map(|id| row(&printed, id));
    assert_eq!((one.value, other.value), (Some(23.0), Some(32.0)));
    assert!(
        one.note.ends_with("DISAGREES with A001-2") && other.note.ends_with("DISAGREES with A001")
    );
    assert_eq!(table(&of_text(reversed(&torn)).unwrap()), table(&printed));
}

#[test]
fn cells_that_cannot_be_read_are_named_all_at_once() {
    let text = text("printed.csv")
        .replace(",23,", ",twenty,")
        .replace("2022-03,2022-03", "2022-13,2022-03")
        .replace(",60,70,", ",70,60,");
    let said = refused(text);
    for part in [
        "has 3 rows that cannot be read",
        "line 2: 'twenty' under 'value' is not a number",
        "line 4: it goes from 70 to 60",
        "line 5: '2022-13' under 'from' is not a date",
    ] {
        assert!(said.contains(part), "no {part} in {said}");
    }
    let head =
        "id,quantity,entity,subject,from,to,value,low,high,unit,basis,source,evidence,method,note";
    let said = refused(format!("{head}\nX1,q,e,s,2020,,1,,,t,pritned,S041,,,\n"));
    assert!(
        said.contains("'pritned' under 'basis'") && said.contains("did you mean 'printed'"),
        "{said}"
    );
}
