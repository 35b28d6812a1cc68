//! Where does a number of the model come from, how sure is it, and how do I change it?
//!
//! Every number has a [`Definition`]: path, unit, value, range, prior, grade, source. `params!`
//! declares the numbers of a module; `params.toml` beside it documents them; loading fails unless
//! the two agree on every name. A run reads its numbers from one flat vector in the order of the
//! definitions, so priors, `--set`, levers and calibration all come in through the same door.

use super::dist;
use serde::Deserialize;
use std::collections::BTreeMap;

/// How well a number is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Grade {
    /// Measured here and then.
    A,
    /// Measured elsewhere, or derived from measurements.
    B,
    /// Judgement of named experts, or a prior from the literature.
    C,
    /// Placeholder.
    D,
}

impl Grade {
    /// The letter.
    pub fn letter(self) -> char {
        match self {
            Self::A => 'A',
            Self::B => 'B',
            Self::C => 'C',
            Self::D => 'D',
        }
    }
}

/// What is believed about a number before the record is consulted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Prior {
    /// Equal weight over the range.
    #[default]
    Uniform,
    /// Peak at the value, falling to the ends of the range.
    Triangular,
    /// Equal weight in the logarithm over the range.
    LogUniform,
    /// Normal about the value, the range its central 90 %, cut off there.
    Normal,
    /// The same in the logarithm.
    LogNormal,
    /// Not varied.
    Fixed,
}

/// All that is known about one number.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// Its address, `module.name` or `kind.id.name`.
    pub path: String,
    /// What it means, in one sentence.
    pub doc: String,
    /// Its unit.
    pub unit: String,
    /// Best value.
    pub value: f64,
    /// Lower end of the range.
    pub low: f64,
    /// Upper end of the range.
    pub high: f64,
    /// Belief over the range.
    pub prior: Prior,
    /// How well it is known.
    pub grade: Grade,
    /// Keys of sources, observations, facts, events or assumptions.
    pub source: Vec<String>,
}

impl Definition {
    /// Whether the ensemble varies it.
    pub fn uncertain(&self) -> bool {
        self.prior != Prior::Fixed && self.low < self.high
    }

    /// The value at quantile `u` (0..1) of the prior; the best value if it is not varied.
    pub fn quantile(&self, u: f64) -> f64 {
        let Self { value, low, high, .. } = *self;
        if !self.uncertain() {
            return value;
        }
        match self.prior {
            Prior::Uniform => dist::uniform(u, low, high),
            Prior::Triangular => dist::triangular(u, low, value, high),
            Prior::LogUniform => dist::loguniform(u, low, high),
            Prior::Normal => dist::normal_in_range(u, value, low, high),
            Prior::LogNormal => dist::lognormal_in_range(u, value, low, high),
            Prior::Fixed => value,
        }
    }

    /// What is wrong with it, if anything: the fault and its mend.
    pub fn fault(&self) -> Option<&'static str> {
        let Self { value, low, high, .. } = *self;
        if ![value, low, high].iter().all(|x| x.is_finite()) {
            return Some("value and range must be finite numbers");
        }
        if low > high {
            return Some("the range runs backwards; write [low, high]");
        }
        if value < low || value > high {
            return Some("the value lies outside its own range; mend one of the two");
        }
        if matches!(self.prior, Prior::LogUniform | Prior::LogNormal) && low <= 0.0 {
            return Some("a prior in the logarithm needs a range above zero");
        }
        if self.source.iter().all(|s| s.trim().is_empty()) {
            return Some("a number needs a source; a guess cites the assumption that says so");
        }
        if self.unit.trim().is_empty() {
            return Some("a number needs a unit; a pure number has the unit \"1\"");
        }
        None
    }
}

/// One table of a `params.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Meaning; may be absent in a corridor's override.
    #[serde(default)]
    pub doc: Option<String>,
    /// Unit.
    pub unit: String,
    /// Best value.
    pub value: f64,
    /// Lower and upper end; absent means known exactly.
    #[serde(default)]
    pub range: Option<[f64; 2]>,
    /// Belief over the range.
    #[serde(default)]
    pub prior: Option<PriorEntry>,
    /// How well it is known.
    pub grade: Grade,
    /// Keys of sources.
    pub source: Vec<String>,
}

/// The `prior` of an [`Entry`].
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriorEntry {
    /// Name of the distribution.
    pub dist: Prior,
}

impl Entry {
    /// The definition of the number at `path`.
    pub fn define(self, path: String) -> Definition {
        let [low, high] = self.range.unwrap_or([self.value; 2]);
        Definition {
            path,
            doc: self.doc.unwrap_or_default(),
            unit: self.unit,
            value: self.value,
            low,
            high,
            prior: self.prior.map_or(Prior::Uniform, |p| p.dist),
            grade: self.grade,
            source: self.source,
        }
    }
}

/// Why the parameters of a module cannot be loaded.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ParamError {
    /// The file is not valid.
    #[error("params.toml of module '{module}': {what}")]
    Parse {
        /// Module.
        module: &'static str,
        /// What the parser said.
        what: String,
    },
    /// The struct has a field that the file does not describe.
    #[error("params.toml of module '{module}' lacks [{name}]; describe it there")]
    Undescribed {
        /// Module.
        module: &'static str,
        /// Field.
        name: &'static str,
    },
    /// The file describes a name that the struct does not have.
    #[error("params.toml of module '{module}' describes [{name}], which no code reads; delete it")]
    Unread {
        /// Module.
        module: &'static str,
        /// Table.
        name: String,
    },
    /// A number contradicts itself.
    #[error("params.toml of module '{module}', [{name}]: {fault}")]
    Fault {
        /// Module.
        module: &'static str,
        /// Table.
        name: &'static str,
        /// What is wrong.
        fault: &'static str,
    },
}

/// Reads a module's `params.toml` and checks it against the `names` that the code reads.
pub fn load(
    module: &'static str,
    names: &[&'static str],
    text: &str,
) -> Result<Vec<Definition>, ParamError> {
    let mut tables: BTreeMap<String, Entry> =
        toml::from_str(text).map_err(|e| ParamError::Parse { module, what: e.to_string() })?;
    let mut definitions = Vec::with_capacity(names.len());
    for &name in names {
        let entry = tables.remove(name).ok_or(ParamError::Undescribed { module, name })?;
        let definition = entry.define(format!("{module}.{name}"));
        if let Some(fault) = definition.fault() {
            return Err(ParamError::Fault { module, name, fault });
        }
        definitions.push(definition);
    }
    match tables.into_keys().next() {
        Some(name) => Err(ParamError::Unread { module, name }),
        None => Ok(definitions),
    }
}

/// Declares the numbers that a module reads, and binds them to its `params.toml`.
///
/// ```text
/// params! { "levy" from "params.toml" { smuggling_cost_cny_per_t, evasion_slope_t_per_cny } }
/// ```
#[macro_export]
macro_rules! params {
    ($module:literal from $file:literal { $($name:ident),+ $(,)? }) => {
        /// The numbers that this module reads; meaning, unit, range and source are in its
        /// `params.toml`.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct Params {
            $(
                #[allow(missing_docs, reason = "documented once, in params.toml")]
                pub $name: f64,
            )+
        }

        impl Params {
            /// Their names, in the order of [`Params::from_values`].
            pub const NAMES: &[&str] = &[$(stringify!($name)),+];

            /// Their definitions, from `params.toml`.
            pub fn definitions() -> Result<Vec<$crate::kernel::param::Definition>, $crate::kernel::param::ParamError> {
                $crate::kernel::param::load($module, Self::NAMES, include_str!($file))
            }

            /// Takes as many values off the front as there are names.
            pub fn from_values(values: &mut std::slice::Iter<'_, f64>) -> Self {
                Self { $($name: values.next().copied().unwrap_or(f64::NAN)),+ }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        "[a]\ndoc='d'\nunit='1'\nvalue=1\nrange=[0,2]\ngrade='D'\nsource=['A-001']\n";

    #[test]
    fn file_and_struct_must_agree_on_every_name() {
        assert_eq!(load("m", &["a"], GOOD).unwrap()[0].path, "m.a");
        assert!(matches!(
            load("m", &["a", "b"], GOOD),
            Err(ParamError::Undescribed { name: "b", .. })
        ));
        assert!(matches!(load("m", &[], GOOD), Err(ParamError::Unread { .. })));
    }

    #[test]
    fn a_number_that_contradicts_itself_is_refused() {
        let bad = GOOD.replace("value=1", "value=3");
        assert!(matches!(load("m", &["a"], &bad), Err(ParamError::Fault { .. })));
        let bad = GOOD.replace("['A-001']", "[]");
        assert!(matches!(load("m", &["a"], &bad), Err(ParamError::Fault { .. })));
    }

    #[test]
    fn the_prior_spans_its_range() {
        let mut d = load("m", &["a"], GOOD).unwrap().remove(0);
        for prior in [Prior::Uniform, Prior::Triangular, Prior::Normal] {
            d.prior = prior;
            assert!(
                d.quantile(0.0) >= 0.0
                    && d.quantile(1.0) <= 2.0
                    && (d.quantile(0.5) - 1.0).abs() < 1e-9
            );
        }
        d.prior = Prior::Fixed;
        assert_eq!(d.quantile(0.9), 1.0);
    }
}
