//! Does a file that is damaged, or another than it is said to be, end in a message that helps?

use super::{convert, fixture, made, of, of_text, refused, remarked, said, text};
use std::fs;
use std::path::Path;
use terbia_store::foreign::{self, ForeignError, Kind};

const ALL: [&str; 9] = [
    "acled.csv",
    "acled_semicolon.csv",
    "comtrade.csv",
    "comtrade.json",
    "comtrade_legacy.csv",
    "printed.csv",
    "series.csv",
    "usgs_salient.csv",
    "usgs_world.csv",
];

fn bytes(name: &str) -> Vec<u8> {
    fs::read(fixture(name)).unwrap()
}

#[test]
fn a_table_that_ends_within_a_row_is_refused_with_its_line() {
    for name in ["comtrade.csv", "printed.csv", "usgs_world.csv", "acled_semicolon.csv"] {
        let whole = text(name);
        let last = whole.trim_end().rfind('\n').unwrap();
        let said = refused(&whole[..last + 20]);
        assert!(said.contains("is cut off in line "), "{name}: {said}");
        assert!(said.contains("get the file again"), "{name}: {said}");
    }
}

#[test]
fn a_table_that_ends_within_quotation_marks_is_refused() {
    let whole = text("printed.csv");
    let inside = whole.find("customs; ").unwrap() + 5;
    let said = refused(&whole[..inside]);
    assert!(said.contains("cut off in line 2") && said.contains("never closed"), "{said}");
}

#[test]
fn a_last_row_without_an_end_is_told() {
    let whole = text("comtrade.csv");
    let open = of_text(whole.trim_end()).unwrap();
    assert!(remarked(&open, "has no end"));
    assert!(!remarked(&of("comtrade.csv"), "has no end"));
}

#[test]
fn json_that_ends_in_the_middle_is_refused_and_says_how_far_it_goes() {
    let whole = text("comtrade.json");
    let said = refused(&whole[..whole.len() / 2]);
    assert!(said.contains("it ends in the middle, after 7 whole entries"), "{said}");
    let said = refused(&whole[..whole.len() - 12]);
    assert!(said.contains("after 15 whole entries"), "{said}");
}

#[test]
fn json_that_is_none_points_at_the_place() {
    let broken = text("comtrade.json").replacen("\"flowCode\": \"M\"", "\"flowCode\": M", 1);
    let said = refused(broken);
    assert!(said.contains("line 1, column ") && said.contains("get the file again"), "{said}");
    let said = refused(r#"{"places": ["a"]}"#);
    assert!(said.contains("it is JSON without 'data'"), "{said}");
    let said = refused(r#"{"data": [{"cmdCode": ["284690"]}]}"#);
    assert!(said.contains("'cmdCode' is no number and no text"), "{said}");
    let said = refused(text("comtrade.json") + "{}");
    assert!(said.contains("trailing"), "{said}");
}

#[test]
fn text_in_another_encoding_is_refused_with_its_line() {
    let mut latin = text("usgs_world.csv").replace("Caldera", "Cald@ra").into_bytes();
    let at = latin.iter().position(|b| *b == b'@').unwrap();
    latin[at] = 0xE9;
    let said = refused(latin);
    assert!(said.contains("line 4: the text is not UTF-8") && said.contains("CSV UTF-8"), "{said}");
    let mut latin = text("comtrade.json").replace("Norvia", "Norv@a").into_bytes();
    latin.iter_mut().filter(|b| **b == b'@').for_each(|b| *b = 0xE9);
    let said = refused(latin);
    assert!(said.contains("line 1: the text is not UTF-8"), "{said}");
    let wide: Vec<u8> = "id,quantity".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert!(refused([&[0xFF, 0xFE], wide.as_slice()].concat()).contains("UTF-16"));
}

#[test]
fn files_without_a_figure_say_so() {
    for nothing in ["", "\n\n", "\u{feff}", "\u{feff} \r\n"] {
        assert!(refused(nothing).contains("is empty"), "{nothing:?}");
    }
    for name in ALL.iter().filter(|name| !name.ends_with("json")) {
        let header = text(name).lines().next().unwrap().to_owned();
        for end in ["", "\n", "\r\n\r\n", "\n\n\n"] {
            let said = refused(format!("{header}{end}"));
            assert!(said.contains("holds no row"), "{name}: {said}");
        }
    }
}

#[test]
fn what_is_no_text_is_named() {
    let said = refused(b"PK\x03\x04rest of a workbook");
    assert!(
        said.contains("a spreadsheet or a zip archive") && said.contains("CSV UTF-8"),
        "{said}"
    );
    assert!(refused("<!DOCTYPE html><html>sign in</html>").contains("a web page"));
    assert!(refused(b"%PDF-1.7").contains("a PDF"));
    assert!(refused(b"\x1f\x8b\x08").contains("compressed"));
    assert!(refused(b"abc\0def,1").contains("binary"));
}

#[test]
fn a_file_that_is_not_there_and_a_folder_say_so() {
    let said = said(&convert(&[Path::new("nowhere.csv")]).unwrap_err());
    assert!(
        said.contains("nowhere.csv cannot be read") && said.contains("check the path"),
        "{said}"
    );
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(convert(&[dir.path()]), Err(ForeignError::Read { .. })));
}

#[test]
fn a_file_of_no_known_kind_is_told_what_would_be_one() {
    let said = refused("when,where,how many\n2024,here,3\n");
    assert!(said.contains("its first line reads when, where, how many"), "{said}");
    assert!(said.contains("event_id_cnty") && said.contains("period_start"), "{said}");
}

#[test]
fn the_wrong_kind_is_refused_and_the_likely_one_named() {
    let asked = |name: &str, kind| foreign::convert(&[fixture(name)], Some(kind));
    let error = asked("acled.csv", Kind::Comtrade).unwrap_err();
    let words = said(&error);
    assert!(words.contains("not a file of kind comtrade: it lacks period"), "{words}");
    assert!(words.contains("it looks like acled"), "{words}");
    let list = made("list.json", "[1, 2]");
    let error =
        foreign::convert(std::slice::from_ref(&list.path), Some(Kind::Comtrade)).unwrap_err();
    assert!(said(&error).contains("it lacks data"), "{}", said(&error));
    let words = said(&asked("comtrade.json", Kind::Usgs).unwrap_err());
    assert!(words.contains("it is JSON") && words.contains("it looks like comtrade"), "{words}");
    for name in ALL {
        let kind = of(name).files[0].kind;
        assert!(asked(name, kind).is_ok(), "{name}");
        for other in Kind::ALL.into_iter().filter(|other| *other != kind) {
            assert!(matches!(asked(name, other), Err(ForeignError::WrongKind { .. })), "{name}");
        }
    }
}

#[test]
fn two_columns_of_one_name_are_refused() {
    let twice = text("printed.csv").replacen("publisher", "Value", 1);
    assert!(refused(twice).contains("has two columns 'Value'"));
}

#[test]
fn a_row_that_does_not_meet_its_columns_is_refused_with_its_line() {
    let text = text("printed.csv").replacen("A003,", "A003,more,", 1);
    let said = refused(text);
    assert!(said.contains("line 4: 16 cells under 15 columns"), "{said}");
    // Where every row ends with a separator, one that lacks a cell has as many as there are columns.
    let said = refused(super::text("comtrade.csv").replacen("Norvia,X,", "Norvia,", 1));
    assert!(said.contains("line 12: 47 cells under 48 columns"), "{said}");
}

#[test]
fn of_many_faults_the_first_are_shown_and_all_are_counted() {
    let head = "id,quantity,entity,place,period_start,value,unit,source_title\n";
    let said = refused(head.to_owned() + &"A1,q,e,p,2020,x,t,a title\n".repeat(50));
    assert!(said.contains("has 50 rows that cannot be read"), "{said}");
    assert!(said.contains("line 11: ") && !said.contains("line 12: "), "{said}");
}

#[test]
fn the_rows_never_replace_the_file_that_they_are_made_from() {
    let file = made("printed.csv", text("printed.csv"));
    let same = file.path.parent().unwrap().join(".").join("printed.csv");
    let error = foreign::apart(&same, std::slice::from_ref(&file.path)).unwrap_err();
    assert!(said(&error).contains("is one of the files that are read"));
    assert!(foreign::apart(&same.with_file_name("rows.csv"), &[file.path]).is_ok());
}

#[test]
fn no_beginning_of_a_file_makes_the_reader_panic() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    for name in ALL {
        let whole = bytes(name);
        let step = 1 + whole.len() / 30;
        for end in (0..whole.len()).step_by(step) {
            fs::write(&path, &whole[..end]).unwrap();
            let _ = convert(&[&path]);
        }
    }
}

#[test]
fn no_damaged_byte_makes_the_reader_panic() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    for name in ALL {
        let whole = bytes(name);
        let step = 1 + whole.len() / 20;
        for (at, new) in
            (0..whole.len()).step_by(step).zip([0xFF, b'"', b'\n', b'9', b'-'].iter().cycle())
        {
            let mut damaged = whole.clone();
            damaged[at] = *new;
            fs::write(&path, &damaged).unwrap();
            let _ = convert(&[&path]);
        }
    }
}
