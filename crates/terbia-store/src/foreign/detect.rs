//! Which publisher's file is this? Told from the names of its columns, never from the name of the file.

use super::Kind;
use super::error::ForeignError;
use super::input::{Form, Input};
use super::sheet::plain;

/// Alternatives: any one of these names will do. The first is how its publisher writes it now.
type Column = &'static [&'static str];

/// The columns without which a table cannot be read as a shape, and the shape.
struct Shape {
    kind: Kind,
    /// What shows that it is one.
    why: &'static str,
    columns: &'static [Column],
}

const SHAPES: &[Shape] = &[
    Shape {
        kind: Kind::Record,
        why: "it has the columns of terbia's own table of observations",
        columns: &[
            &["id"],
            &["quantity"],
            &["entity"],
            &["subject"],
            &["from"],
            &["value"],
            &["unit"],
            &["basis"],
        ],
    },
    Shape {
        kind: Kind::Record,
        why: "it has the columns of printed figures with their publications",
        columns: &[
            &["id"],
            &["quantity"],
            &["entity"],
            &["commodity", "place"],
            &["period_start"],
            &["value"],
            &["unit"],
            &["source_title"],
        ],
    },
    Shape {
        kind: Kind::Record,
        why: "it has the columns of series that were worked out, with their grades",
        columns: &[&["series"], &["period_start"], &["value"], &["unit"], &["grade"]],
    },
    Shape {
        kind: Kind::Comtrade,
        why: "it has the columns of a UN Comtrade export",
        columns: &[
            &["period"],
            &["flowCode", "flowDesc", "Trade Flow Code", "Trade Flow"],
            &["reporterCode", "reporterDesc", "Reporter"],
            &["partnerCode", "partnerDesc", "Partner"],
            &["cmdCode", "Commodity Code"],
            &[
                "netWgt",
                "primaryValue",
                "qty",
                "Netweight (kg)",
                "Netweight (t)",
                "Trade Value (US$)",
            ],
        ],
    },
    Shape {
        kind: Kind::Acled,
        why: "it has the columns of an ACLED export",
        columns: &[&["event_id_cnty"], &["event_date"], &["event_type"], &["admin1"]],
    },
    Shape {
        kind: Kind::Usgs,
        why: "it has the columns of the world data of USGS commodity summaries",
        columns: &[&["COMMODITY"], &["COUNTRY"], &["TYPE"], &["UNIT_MEAS"]],
    },
    Shape {
        kind: Kind::Usgs,
        why: "it has the columns of the salient statistics of USGS commodity summaries",
        columns: &[&["DataSource"], &["Commodity"], &["Year"]],
    },
];

/// The kind of a file, and why.
pub(super) fn kind(
    input: &Input,
    asked: Option<Kind>,
) -> Result<(Kind, &'static str), ForeignError> {
    let (columns, found) = match input.form {
        Form::Json => return json(input, asked),
        Form::Table(separator) => header(input, separator),
    };
    let lacking = |shape: &Shape| -> Vec<String> {
        let there = |column: &&Column| !column.iter().any(|name| columns.contains(&plain(name)));
        let first =
            |column: &Column| column.first().map_or(String::new(), |name| (*name).to_owned());
        shape.columns.iter().filter(there).map(first).collect()
    };
    let fitting = SHAPES.iter().find(|shape| lacking(shape).is_empty());
    let Some(asked) = asked else {
        let unknown = || ForeignError::Unknown { path: input.path.clone(), found };
        return fitting.map(|shape| (shape.kind, shape.why)).ok_or_else(unknown);
    };
    let of_kind = || SHAPES.iter().filter(|shape| shape.kind == asked);
    if of_kind().any(|shape| lacking(shape).is_empty()) {
        return Ok((asked, "--kind says so, and it has the columns"));
    }
    let missing = of_kind().map(lacking).min_by_key(Vec::len).unwrap_or_default();
    let likely = fitting.map(|shape| shape.kind);
    Err(ForeignError::WrongKind { path: input.path.clone(), asked, missing, likely })
}

/// Of what is JSON only one publisher's answers are read.
fn json(input: &Input, asked: Option<Kind>) -> Result<(Kind, &'static str), ForeignError> {
    let head = String::from_utf8_lossy(&input.head);
    let answer = ["\"cmdCode\"", "\"data\"", "\"elapsedTime\"", "\"statusCode\"", "\"error\""];
    let fits = answer.iter().any(|key| head.contains(key));
    match asked {
        None | Some(Kind::Comtrade) if fits => {
            Ok((Kind::Comtrade, "it has the keys of an answer of the UN Comtrade API"))
        }
        None => {
            let found = "it is JSON without 'data'".to_owned();
            Err(ForeignError::Unknown { path: input.path.clone(), found })
        }
        Some(asked) => {
            let lacks = if asked == Kind::Comtrade { "data" } else { "a header: it is JSON" };
            let missing = vec![lacks.to_owned()];
            let likely = fits.then_some(Kind::Comtrade);
            Err(ForeignError::WrongKind { path: input.path.clone(), asked, missing, likely })
        }
    }
}

/// Names of the columns without their dress, and what to say of them if nobody knows them.
fn header(input: &Input, separator: u8) -> (Vec<String>, String) {
    /// Columns that a message names.
    const NAMED: usize = 8;
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(input.head.as_slice());
    let mut record = csv::ByteRecord::new();
    // What cannot be read has no columns; reading the file proper says why.
    let _ = reader.read_byte_record(&mut record);
    let names: Vec<String> =
        record.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
    let shown: Vec<String> = names.iter().take(NAMED).map(|n| super::fault::quoted(n)).collect();
    let more = if names.len() > NAMED { ", …" } else { "" };
    let found = format!("its first line reads {}{more}", shown.join(", "));
    (names.iter().map(|name| plain(name)).collect(), found)
}
