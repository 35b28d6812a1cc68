//! What does one row of trade statistics say, and is it a row to keep?

use super::super::fault::{CellFault, quoted};
use super::super::number::{amount, tonnes};
use super::field::{Cells, Field};
use super::unit::{self, Unit};
use terbia_model::kernel::time::Month;

/// Which way goods went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Flow {
    Import,
    Export,
}

/// What a figure is of. Names stand beside it, for one code may be named in two ways.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) reporter: String,
    pub(super) flow: Flow,
    pub(super) partner: String,
    pub(super) goods: String,
    pub(super) first: Month,
    pub(super) last: Month,
}

impl Key {
    /// Whether the partner is all partners together.
    pub(super) fn world(&self) -> bool {
        self.partner == "0" || self.partner.eq_ignore_ascii_case("world")
    }
}

/// The figures of a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Figures {
    /// Weight, t gross.
    pub(super) net_t: Option<f64>,
    /// The publisher has estimated it.
    pub(super) estimated: bool,
    /// It is the quantity, for no net weight is given.
    pub(super) from_quantity: bool,
    /// Value, USD.
    pub(super) value_usd: Option<f64>,
    /// "CIF", "FOB" or nothing.
    pub(super) terms: &'static str,
    /// Edition of the classification.
    pub(super) edition: String,
}

/// A row that counts.
pub(super) struct Line<'a> {
    pub(super) key: Key,
    pub(super) figures: Figures,
    /// It is all of the flow, not its part by second partner, customs procedure or transport.
    pub(super) whole: bool,
    pub(super) reporter_name: &'a str,
    pub(super) partner_name: &'a str,
    pub(super) goods_name: &'a str,
}

/// Why a row does not count.
pub(super) enum Uncounted {
    /// It is of no use here: of what kind are such rows?
    Left(&'static str),
    /// It cannot be read.
    Fault(CellFault),
}

impl From<CellFault> for Uncounted {
    fn from(fault: CellFault) -> Self {
        Self::Fault(fault)
    }
}

/// Flows that are parts of imports or exports.
const PARTS_OF_FLOWS: &[&str] = &[
    "3",
    "4",
    "RX",
    "RM",
    "DX",
    "FM",
    "MIP",
    "XIP",
    "MOP",
    "XOP",
    "re-export",
    "re-import",
    "domestic export",
    "foreign import",
];

/// Reads a row.
pub(super) fn read<'a>(cells: &Cells<'a>) -> Result<Line<'a>, Uncounted> {
    let code = cells.get(Field::Type);
    if !code.is_empty() && !code.eq_ignore_ascii_case("C") {
        return Err(Uncounted::Left("rows of services"));
    }
    let edition = cells.get(Field::Classification);
    if !edition.is_empty() && !edition.starts_with(['H', 'h']) {
        return Err(Uncounted::Left("rows of another classification than the Harmonised System"));
    }
    let goods = cells.get(Field::Goods);
    if let Some(reason) = goods_code(goods)? {
        return Err(Uncounted::Left(reason));
    }
    let Some(flow) = flow(cells)? else {
        return Err(Uncounted::Left(
            "rows of re-exports, re-imports or processing (parts of exports and imports)",
        ));
    };
    let (first, last) = period(cells)?;
    let reporter = cells.first(&[Field::Reporter, Field::ReporterIso, Field::ReporterName]);
    let partner = cells.first(&[Field::Partner, Field::PartnerIso, Field::PartnerName]);
    for (text, column) in [(reporter, "reporterCode"), (partner, "partnerCode")] {
        if text.is_empty() {
            return Err(CellFault::Missing { column }.into());
        }
    }
    let figures = figures(cells, flow, edition)?;
    if figures.net_t.is_none() && figures.value_usd.is_none() {
        return Err(Uncounted::Left("rows with neither weight nor value"));
    }
    let name = |fields: [Field; 2], code: &'a str| match cells.first(&fields) {
        "" => code,
        name => name,
    };
    Ok(Line {
        key: Key {
            reporter: reporter.to_owned(),
            flow,
            partner: partner.to_owned(),
            goods: goods.to_owned(),
            first,
            last,
        },
        figures,
        whole: whole(cells),
        reporter_name: name([Field::ReporterName, Field::ReporterIso], reporter),
        partner_name: name([Field::PartnerName, Field::PartnerIso], partner),
        goods_name: cells.get(Field::GoodsName),
    })
}

/// Why goods of this code are left out, if they are.
fn goods_code(code: &str) -> Result<Option<&'static str>, CellFault> {
    let digits = !code.is_empty() && code.bytes().all(|b| b.is_ascii_digit());
    match (digits, code.len()) {
        (true, 4 | 6) => Ok(None),
        (true, 1 | 3 | 5) => Err(CellFault::LostZero { text: code.to_owned() }),
        (false, 0) => Err(CellFault::Missing { column: "cmdCode" }),
        (true, 2) | (false, _) => Ok(Some("rows of whole chapters or of all goods")),
        (true, _) => Ok(Some("rows of codes longer than six digits, which differ by country")),
    }
}

/// Which way, or nothing for a part of a flow.
fn flow(cells: &Cells<'_>) -> Result<Option<Flow>, CellFault> {
    let text = cells.first(&[Field::Flow, Field::FlowName]);
    let is = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
    if is(&["M", "1", "import", "imports"]) {
        return Ok(Some(Flow::Import));
    }
    if is(&["X", "2", "export", "exports"]) {
        return Ok(Some(Flow::Export));
    }
    if is(PARTS_OF_FLOWS) {
        return Ok(None);
    }
    if text.is_empty() {
        return Err(CellFault::Missing { column: "flowCode" });
    }
    let known = format!("M, X, {}", PARTS_OF_FLOWS.join(", "));
    Err(CellFault::UnknownWord { column: "flowCode", text: quoted(text), known })
}

/// The first and last month.
fn period(cells: &Cells<'_>) -> Result<(Month, Month), CellFault> {
    let text = cells.get(Field::Period);
    let monthly = match cells.get(Field::Frequency) {
        "M" | "m" => true,
        "A" | "a" => false,
        _ => text.len() != 4,
    };
    let expected = if monthly { "a month such as 202410" } else { "a year such as 2024" };
    let fault = || CellFault::not_time("period", text, expected);
    let digits = |len: usize| text.len() == len && text.bytes().all(|b| b.is_ascii_digit());
    let number = |part: Option<&str>| part.and_then(|p| p.parse().ok());
    let year = number(text.get(..4)).ok_or_else(fault)?;
    let (first, last) = if monthly {
        let of_year = number(text.get(4..)).filter(|_| digits(6)).ok_or_else(fault)?;
        let month = Month::new(year, of_year as u8).ok_or_else(fault)?;
        (month, month)
    } else {
        let first = Month::new(year, 1).filter(|_| digits(4)).ok_or_else(fault)?;
        (first, first.plus(11))
    };
    let (year, month) = (cells.get(Field::Year), cells.get(Field::Month));
    // In a year the month is a code of its own.
    let month = if monthly { month } else { "" };
    let differs = |cell: &str, own: i32| !cell.is_empty() && cell.parse() != Ok(own);
    if differs(year, first.year()) || differs(month, i32::from(first.of_year())) {
        let other = if month.is_empty() { year.to_owned() } else { format!("{year}-{month}") };
        return Err(CellFault::TwoPeriods { period: text.to_owned(), other: quoted(&other) });
    }
    Ok((first, last))
}

/// Whether the row is all of the flow.
fn whole(cells: &Cells<'_>) -> bool {
    let all = |field, words: &[&str]| {
        let cell = cells.get(field);
        cell.is_empty() || words.iter().any(|word| word.eq_ignore_ascii_case(cell))
    };
    all(Field::Partner2, &["0"])
        && all(Field::Customs, &["C00", "0"])
        && all(Field::Transport, &["0"])
        && all(Field::Supply, &["0"])
}

fn figures(cells: &Cells<'_>, flow: Flow, edition: &str) -> Result<Figures, CellFault> {
    // What is 0 beside something else was not reported.
    let some = |field, column: &str| -> Result<Option<f64>, CellFault> {
        Ok(amount(cells.get(field), column)?.filter(|x| *x > 0.0))
    };
    let quantity = some(Field::Quantity, "qty")?;
    let unit = match quantity {
        Some(_) => unit::read(cells.get(Field::Unit), cells.get(Field::UnitName))?,
        None => Unit::Other,
    };
    let weighed = quantity.and_then(|x| match unit {
        Unit::Kilogram => Some(tonnes(x)),
        Unit::Tonne => Some(x),
        Unit::Other => None,
    });
    let net = match some(Field::NetKg, "netWgt")? {
        Some(kg) => Some(tonnes(kg)),
        None => some(Field::NetTonnes, "Netweight (t)")?,
    };
    let flag = cells.get(Field::Flag);
    let estimated = match net {
        Some(_) => cells.yes(Field::NetEstimated) || flag == "4" || flag == "6",
        None => cells.yes(Field::QuantityEstimated) || flag == "2" || flag == "6",
    };
    let (cif, fob) = (some(Field::Cif, "cifvalue")?, some(Field::Fob, "fobvalue")?);
    let usual = if flow == Flow::Import { cif.or(fob) } else { fob.or(cif) };
    let value_usd = some(Field::Value, "primaryValue")?.or(usual);
    let terms = match value_usd {
        Some(_) if value_usd == cif && value_usd != fob => "CIF",
        Some(_) if value_usd == fob && value_usd != cif => "FOB",
        _ => "",
    };
    let net_t = net.or(weighed);
    Ok(Figures {
        net_t,
        estimated: estimated && net_t.is_some(),
        from_quantity: net.is_none() && net_t.is_some(),
        value_usd,
        terms,
        edition: edition.to_owned(),
    })
}
