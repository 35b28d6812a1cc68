//! Which columns of trade statistics are read, and under which names have they been published?
//!
//! The names of the API (since 2022) and of the tables before it, letters and digits alone
//! (`Netweight (kg)` is `netweightkg`).

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Type,
    Frequency,
    Period,
    Year,
    Month,
    Reporter,
    ReporterIso,
    ReporterName,
    Flow,
    FlowName,
    Partner,
    PartnerIso,
    PartnerName,
    Partner2,
    Classification,
    Goods,
    GoodsName,
    Customs,
    Transport,
    Supply,
    Unit,
    UnitName,
    Quantity,
    QuantityEstimated,
    NetKg,
    NetTonnes,
    NetEstimated,
    Cif,
    Fob,
    Value,
    Flag,
}

/// All of them, in the order of the enum, with their names.
const NAMES: [&[&str]; 31] = [
    &["typecode"],
    &["freqcode"],
    &["period"],
    &["refyear"],
    &["refmonth"],
    &["reportercode"],
    &["reporteriso"],
    &["reporterdesc", "reporter"],
    &["flowcode", "tradeflowcode"],
    &["flowdesc", "tradeflow"],
    &["partnercode"],
    &["partneriso"],
    &["partnerdesc", "partner"],
    &["partner2code", "2ndpartnercode"],
    &["classificationcode", "classification"],
    &["cmdcode", "commoditycode"],
    &["cmddesc", "commodity"],
    &["customscode", "customsproccode"],
    &["motcode", "modeoftransportcode"],
    &["moscode"],
    &["qtyunitcode"],
    &["qtyunitabbr", "qtyunit"],
    &["qty"],
    &["isqtyestimated"],
    &["netwgt", "netweightkg"],
    &["netweightt", "netwgtt", "netweighttonnes"],
    &["isnetwgtestimated"],
    &["cifvalue", "ciftradevalueus"],
    &["fobvalue", "fobtradevalueus"],
    &["primaryvalue", "tradevalueus"],
    &["flag"],
];

impl Field {
    /// Number of columns.
    pub(super) const COUNT: usize = NAMES.len();

    /// Names of the columns, in their order.
    pub(super) fn names() -> impl Iterator<Item = &'static [&'static str]> {
        NAMES.into_iter()
    }

    /// The place of the column that bears this name without its dress.
    pub(super) fn place(name: &str) -> Option<usize> {
        NAMES.iter().position(|names| names.contains(&name))
    }
}

/// The cells of a row, by column; what a file lacks is empty.
pub(super) struct Cells<'a>(pub(super) [&'a str; Field::COUNT]);

impl<'a> Cells<'a> {
    /// The cell of a column.
    pub(super) fn get(&self, field: Field) -> &'a str {
        self.0.get(field as usize).copied().unwrap_or_default()
    }

    /// The first of these cells that says something.
    pub(super) fn first(&self, fields: &[Field]) -> &'a str {
        fields.iter().map(|f| self.get(*f)).find(|cell| !cell.is_empty()).unwrap_or_default()
    }

    /// Whether the cell says yes.
    pub(super) fn yes(&self, field: Field) -> bool {
        let cell = self.get(field);
        cell == "1" || cell.eq_ignore_ascii_case("true")
    }
}
