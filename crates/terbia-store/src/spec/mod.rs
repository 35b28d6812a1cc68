//! How is a corridor written down? The types of its files, read with serde, described by schemars.
//!
//! These types are the promise to those who write corridors: their documentation is the help text
//! of an error and the description in the JSON Schema. What is valid beyond the form of a file
//! (names that exist, units, ranges) is checked in [`crate::load`].

mod at;
mod check;
mod comparison;
mod corridor;
mod discrepancy;
mod evidence;
mod expectation;
mod forecast;
mod lever;
mod number;
mod politics;
mod river;
mod scenario;
mod search;
mod study;
mod target;

pub use at::At;
pub use check::{Check, Criterion, Rule};
pub use comparison::{Compared, Comparison, ComparisonCell, ComparisonPart, ComparisonRow, Lasts};
pub use corridor::{
    Actor, Commodity, Constituent, CorridorFile, Form, Gate, Interpolation, Origin, Point, Road,
    Role, Series, StartState, Swing, Township,
};
pub use discrepancy::Discrepancy;
pub use evidence::{
    Assumption, Assumptions, Basis, Fact, FactKind, Facts, ModuleAssumption, ModuleAssumptions,
    Observation, Past, Source, Sources,
};
pub use expectation::Expectation;
pub use forecast::{Forecast, Foretold, Occasion, Passing};
pub use lever::{Direction, Lever, LeverKind, Move};
pub use number::{Dist, Grade, Num, Prior, Val};
pub use politics::{Front, Partner, Politics, Route, Side as PoliticsSide, Stance};
pub use river::{Basin, Community, Reach, Station};
pub use scenario::{During, Event, EventKind, LevyForm, Party, Scenario, Side};
pub use search::{Pathway, Search, SearchLever};
pub use study::{
    Better, Datum, DatumError, DesignKind, Factorial, HalfWidth, Plane, Policy, Prim, Sensitivity,
    Setting, Study, StudyDesign, StudyOutcome, Survival, Uncertainties, Uncertainty, Worth,
};
pub use target::{Context, Match, Measure, OneOrMany, StatisticName, Target, Targets};

/// The numbers of `parameters.toml`: this corridor's values over the defaults of the modules.
pub type Parameters = std::collections::BTreeMap<At<String>, At<Num>>;
