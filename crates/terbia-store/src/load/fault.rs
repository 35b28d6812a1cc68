//! What can be wrong with a corridor's files, and how is it mended? Every fault, in one list, so
//! that their tone can be read as one text.

mod help;

use super::study::OtherUnit;
pub(crate) use help::{COMPARED, PEDIGREE};
use help::{article, listed};
use thiserror::Error;

/// One thing that is wrong in a file; [`Fault::help`] says how to mend it.
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum Fault {
    // --- the file itself
    /// A file that every corridor has.
    #[error("the file is missing")]
    FileMissing {
        /// A file of a like name that is there.
        near: Option<String>,
        /// How it is mended if there is none.
        mend: &'static str,
    },
    /// The system refuses to read it.
    #[error("the file cannot be read: {why}")]
    Unreadable {
        /// What the system says.
        why: String,
    },
    /// Larger than any corridor needs.
    #[error("the file has {bytes} bytes; at most {limit} are read")]
    TooLarge {
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// Nothing in it.
    #[error("the file is empty")]
    Empty {
        /// How it is mended, which depends on the kind of file.
        mend: &'static str,
    },
    /// Not text.
    #[error("the file is not UTF-8: byte {offset}, in line {line}, belongs to no character")]
    NotUtf8 {
        /// Place of the first bad byte, from 0.
        offset: usize,
        /// Its line, from 1.
        line: usize,
        /// What the file seems to be, and how it is mended.
        mend: &'static str,
    },
    /// Not TOML.
    #[error("this is not TOML: {what}")]
    Syntax {
        /// What the parser says.
        what: String,
        /// How the line is mended.
        mend: &'static str,
    },
    /// TOML that does not fit the types, in a way that the structure check cannot say better.
    #[error("this does not fit here: {what}")]
    Misfit {
        /// What serde says.
        what: String,
    },

    // --- form of a table
    /// A character that a terminal would obey instead of showing it.
    #[error("{key} holds the control character U+{code:04X}")]
    Control {
        /// The key, or what stands in its place.
        key: String,
        /// The character.
        code: u32,
    },
    /// A key that nothing reads.
    #[error("unknown key '{key}' in {table}")]
    UnknownKey {
        /// The key.
        key: String,
        /// Where.
        table: String,
        /// A key that it may stand for.
        near: Option<String>,
        /// All keys.
        known: Vec<String>,
    },
    /// A key that must be there.
    #[error("{table} lacks '{key}'")]
    KeyMissing {
        /// The key.
        key: String,
        /// Where.
        table: String,
        /// What it means.
        doc: String,
    },
    /// A value of another type.
    #[error("'{key}' is {found}; {expected} is expected")]
    WrongType {
        /// The key.
        key: String,
        /// What stands there.
        found: &'static str,
        /// What is expected.
        expected: String,
    },
    /// A list of another length.
    #[error("'{key}' needs {expected} entries; it has {found}")]
    WrongLength {
        /// The key.
        key: String,
        /// What stands there.
        found: usize,
        /// What is expected.
        expected: u64,
    },
    /// A word that is none of a list.
    #[error("'{value}' is no value of '{key}'")]
    UnknownWord {
        /// The key.
        key: String,
        /// The word.
        value: String,
        /// A word that it may stand for.
        near: Option<String>,
        /// All words.
        known: Vec<String>,
    },
    /// Infinite or not a number.
    #[error("'{key}' is not a finite number")]
    NotFinite {
        /// The key.
        key: String,
    },
    /// Negative, or a fraction, where a count is expected.
    #[error("'{key}' is {value}; a whole number from 0 to {most} is expected")]
    NotCount {
        /// The key.
        key: String,
        /// What stands there.
        value: String,
        /// The largest that fits.
        most: u64,
    },
    /// More digits than a number can have here.
    #[error("'{key}' has too many digits")]
    TooManyDigits {
        /// The key.
        key: String,
    },
    /// A version of the format that this program does not read.
    #[error("format {found} is not known")]
    UnknownFormat {
        /// The version.
        found: u32,
    },

    // --- names
    /// A name that nothing bears.
    #[error("unknown {kind} '{id}'")]
    UnknownId {
        /// Kind of thing.
        kind: &'static str,
        /// The name.
        id: String,
        /// A name that it may stand for.
        near: Option<String>,
        /// All names, if they are few.
        known: Vec<String>,
    },
    /// A name borne twice.
    #[error("the {kind} '{id}' is there twice")]
    DuplicateId {
        /// Kind of thing.
        kind: &'static str,
        /// The name.
        id: String,
    },
    /// A name that cannot be part of a path.
    #[error("'{id}' cannot be the id of {} {kind}", article(kind))]
    BadId {
        /// Kind of thing.
        kind: &'static str,
        /// The name.
        id: String,
    },
    /// A list that must name something.
    #[error("{what} names no {kind}")]
    NoneNamed {
        /// What lacks it.
        what: String,
        /// Kind of thing.
        kind: &'static str,
    },
    /// An actor in a role that it does not have.
    #[error("the actor '{id}' is no {role}")]
    WrongRole {
        /// The actor.
        id: String,
        /// The role that it needs.
        role: &'static str,
    },

    // --- numbers
    /// A unit that is not the one of the field.
    #[error("'{key}' has the unit \"{found}\"; it is read in \"{expected}\"")]
    WrongUnit {
        /// The key.
        key: String,
        /// The unit that stands there.
        found: String,
        /// The unit of the field.
        expected: String,
    },
    /// A unit that is another than what a measure gives.
    #[error("{0}")]
    MeasureUnit(OtherUnit),
    /// A number at odds with itself.
    #[error("'{key}': {fault}")]
    BadNumber {
        /// The key.
        key: String,
        /// What is wrong.
        fault: &'static str,
    },
    /// A number outside what its field allows.
    #[error("'{key}' is {value}; {allowed} is expected")]
    OutOfBounds {
        /// The key.
        key: String,
        /// What stands there.
        value: f64,
        /// What is allowed.
        allowed: &'static str,
    },
    /// Shares that add up to more than the whole.
    #[error("{what} add up to {sum}, more than the whole")]
    SharesAboveOne {
        /// Which shares.
        what: String,
        /// Their sum.
        sum: f64,
    },
    /// A number, event or figure without a source.
    #[error("{what} has no source")]
    SourceMissing {
        /// What lacks it.
        what: String,
    },
    /// A source that is in none of the files of evidence.
    #[error("unknown source '{key}'")]
    UnknownSource {
        /// The key.
        key: String,
        /// A key that it may stand for.
        near: Option<String>,
    },
    /// A key that only goes with something else.
    #[error("'{key}' has no place in {what}")]
    OutOfPlace {
        /// The key.
        key: &'static str,
        /// Where it stands.
        what: String,
        /// How to mend it.
        mend: &'static str,
    },
    /// A key that goes with something else.
    #[error("{what} needs '{key}'")]
    Needed {
        /// The key.
        key: &'static str,
        /// What needs it.
        what: String,
    },

    /// A name that a list has twice.
    #[error("{what} has the {kind} '{id}' twice")]
    TwiceNamed {
        /// What has the list.
        what: String,
        /// Kind of thing.
        kind: &'static str,
        /// The name.
        id: String,
    },
    /// A holder that fights on no side or on the other one.
    #[error("'{id}' does not fight on the side of the {side}")]
    NotOnSide {
        /// The holder.
        id: String,
        /// The side that it is named for.
        side: &'static str,
    },
    /// A setting outside the bounds of its lever.
    #[error("the lever '{lever}' cannot be turned to {value}; its bounds are {bounds}")]
    LeverOutOfBounds {
        /// The lever.
        lever: String,
        /// What it was to be turned to.
        value: f64,
        /// Its bounds, with their unit.
        bounds: String,
    },
    /// Bounds of a lever that its kind does not have.
    #[error("a lever of kind \"{kind}\" cannot go from {low} to {high}; it takes {allowed}")]
    LeverBounds {
        /// The kind.
        kind: &'static str,
        /// Lowest setting.
        low: f64,
        /// Highest setting.
        high: f64,
        /// What it can take.
        allowed: String,
    },

    // --- time
    /// Not a date.
    #[error("'{text}' is not a date")]
    BadDate {
        /// What stands there.
        text: String,
        /// The form that is expected.
        expected: &'static str,
        /// A good example.
        example: &'static str,
    },
    /// The end comes before the start.
    #[error("'{until}' does not come after '{from}'")]
    EndsBeforeStart {
        /// The start.
        from: String,
        /// The end.
        until: String,
    },
    /// Before the first month of the corridor.
    #[error("{what} begins on {from}, before the corridor starts ({start})")]
    BeforeStart {
        /// What.
        what: String,
        /// Its first day.
        from: String,
        /// The start.
        start: String,
    },
    /// A month that is none of the corridor's.
    #[error("{what} in {month}, but the corridor runs from {start} to {end}")]
    OutsidePeriod {
        /// What.
        what: String,
        /// The month.
        month: String,
        /// First month of the corridor.
        start: String,
        /// Last month of the corridor.
        end: String,
    },
    /// Longer than a run can be.
    #[error("the corridor covers {months} months; at most {limit} can be run")]
    TooLong {
        /// Its length.
        months: i32,
        /// The limit.
        limit: i32,
    },
    /// An announcement after the fact.
    #[error("announced on {announced}, after it began ({from})")]
    AnnouncedLate {
        /// Day of the announcement.
        announced: String,
        /// First day.
        from: String,
    },
    /// A series without a value.
    #[error("the series '{id}' has no points")]
    NoPoints {
        /// The series.
        id: String,
    },
    /// A series that every corridor has.
    #[error("the corridor has no series '{id}'")]
    SeriesMissing {
        /// The series.
        id: &'static str,
        /// Its unit.
        unit: &'static str,
    },
    /// A series out of order.
    #[error("{month} does not come after {before}")]
    UnsortedMonths {
        /// The point out of order.
        month: String,
        /// The point before it.
        before: String,
    },

    // --- places
    /// A township with mines that is cut off.
    #[error("no road leads from '{id}' to any gate")]
    CutOff {
        /// The township.
        id: String,
    },
    /// A gate that no road reaches.
    #[error("the gate '{id}' lies on no road")]
    GateOffRoad {
        /// The gate.
        id: String,
    },
    /// A road that comes back to where it began.
    #[error("the road '{id}' begins and ends at '{place}'")]
    RoadLoop {
        /// The road.
        id: String,
        /// The place.
        place: String,
    },
    /// Water that flows in a circle.
    #[error("the reach '{id}' flows back into itself")]
    RiverCycle {
        /// A reach of the circle.
        id: String,
    },
    /// A township with mines that nobody holds.
    #[error("nobody holds '{id}' on the first month")]
    NoHolder {
        /// The township.
        id: String,
    },

    // --- scenarios, targets, checks
    /// A scenario that is based on itself.
    #[error("the scenario '{id}' is based on itself: {chain}")]
    ScenarioCycle {
        /// The scenario.
        id: String,
        /// The way round.
        chain: String,
    },
    /// A setting outside the range of its number.
    #[error("'{path}' = {value} lies outside its range, {low} to {high} {unit}")]
    SetOutOfRange {
        /// The number.
        path: String,
        /// What was to be set.
        value: f64,
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
        /// Unit.
        unit: String,
    },
    /// An observation that no rule covers.
    #[error("no rule of targets.toml covers the observation {id}: {what}")]
    Uncovered {
        /// The observation.
        id: String,
        /// Its quantity, entity, subject and unit.
        what: String,
    },
    /// A rule that covers nothing.
    #[error("the rule covers no observation")]
    CoversNothing,
    /// A rule that does not say what it covers, or says it twice.
    #[error("the rule has {found} 'match' and 'ids'; one of the two is expected")]
    MatchOrIds {
        /// "both" or "neither".
        found: &'static str,
    },
    /// An outcome that two drifts move.
    #[error("the outcome '{outcome}' belongs to the discrepancy '{first}' already")]
    TwoDiscrepancies {
        /// The outcome.
        outcome: String,
        /// The table that names it first.
        first: String,
    },

    // --- studies
    /// A policy that holds a number.
    #[error("'{path}' is no lever: a policy turns levers and nothing else")]
    NoLever {
        /// The path.
        path: String,
    },
    /// More policies than one study can compare.
    #[error("the study has {policies} policies; at most {limit} can be compared")]
    TooManyPolicies {
        /// How many it has.
        policies: usize,
        /// The limit.
        limit: usize,
    },
    /// A measure of months that the study does not run to.
    #[error("the outcome '{id}' is measured in {month}, after the study ends ({until})")]
    AfterStudy {
        /// The outcome.
        id: String,
        /// The month.
        month: String,
        /// Last month of the study.
        until: String,
    },

    // --- comparisons
    /// A row that says nothing of a corridor.
    #[error("the row '{row}' has nothing for the corridor '{corridor}'")]
    CellMissing {
        /// The row.
        row: String,
        /// The corridor.
        corridor: String,
    },
    /// A cell that is several things, or none.
    #[error(
        "'{key}' has {}; one of measure, survival, number, stated and none is expected",
        listed(found)
    )]
    CellKinds {
        /// The cell.
        key: String,
        /// What it has.
        found: Vec<&'static str>,
    },
    /// An outcome that a corridor of the comparison does not have.
    #[error("the corridor '{corridor}' has no outcome '{outcome}'")]
    NotInCorridor {
        /// The corridor.
        corridor: String,
        /// The outcome.
        outcome: String,
        /// An outcome that it may stand for.
        near: Option<String>,
    },
    /// An outcome that stands still in a corridor of the comparison, as nothing there makes it.
    #[error("the corridor '{corridor}' has no {lacks}: '{outcome}' would be the same in every run")]
    StandsStill {
        /// The corridor.
        corridor: String,
        /// The outcome.
        outcome: String,
        /// What it would take.
        lacks: &'static str,
    },
    /// More corridors than can be told apart, or fewer than can be compared.
    #[error("the comparison has {found} corridors; 2 to {most} can be compared")]
    CorridorCount {
        /// How many it has.
        found: usize,
        /// The most.
        most: usize,
    },

    // --- tables of values
    /// A table of values whose cells something else than a comma separates.
    #[error("the cells are separated by {found}; commas are expected")]
    Separator {
        /// What separates them.
        found: &'static str,
    },
    /// A table of values that is not in shape.
    #[error("the row does not fit the header: {what}")]
    BadRow {
        /// What the reader says.
        what: String,
    },
    /// A header and nothing below it.
    #[error("the file has a header and no rows")]
    NoRows,
    /// A row of a table that comes again, but not the same.
    #[error("the {kind} '{id}' of line {line} comes again with other content")]
    OtherContent {
        /// Kind of thing.
        kind: &'static str,
        /// What tells it from others.
        id: String,
        /// The line in which it comes first.
        line: usize,
    },
    /// A cell that is no number.
    #[error("'{text}' in column '{column}' is not a number")]
    BadCell {
        /// What stands there.
        text: String,
        /// The column.
        column: &'static str,
    },
}
