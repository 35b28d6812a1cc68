//! Which boxes hold the runs of interest? The patient rule induction method, one box after the
//! other.
//!
//! PRIM (Friedman and Fisher 1999; for scenarios Bryant and Lempert 2010) peels and pastes its way
//! to a dense box, one [`Curve`] of boxes. When a box is taken, its runs are removed and the search
//! begins anew on those left: *covering*. [`boxes`] does it all by rule; [`Cover`] hands out one
//! curve at a time to whoever wants to choose.
//!
//! ```text
//! lenient 1 (default)  (density' - density) / |runs' - runs|
//! lenient 2            runs' (density' - density) / |runs' - runs|    Friedman and Fisher 14.6
//! original             density'
//! ```
//!
//! The lenient objectives keep inputs of few values, whose slices are thick, from winning by the
//! thickness of a slice alone. Where slices are of one size all three agree on which to peel, but
//! the original goes on after the last gain, down to the least mass.
//!
//! What it misses: boxes at opposite ends of an input hide each other, since a slice off either end
//! gives up runs of interest. The curve then stays at a low density, and [`cart`](super::cart) may
//! part them.
//!
//! Time goes with inputs x runs / peel, after one sort for each input.

use super::curve::Curve;
use super::judge::{self, Judged};
use super::peel;
use super::region::{Region, Tally, apart};
use super::table::{DiscoverError, Table};

/// What a slice is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Objective {
    /// Density gained for each run given up.
    #[default]
    Lenient1,
    /// The same, times the runs that are left.
    Lenient2,
    /// Density of the box that is left.
    Original,
}

impl Objective {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Lenient1, Self::Lenient2, Self::Original];

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Lenient1 => "lenient1",
            Self::Lenient2 => "lenient2",
            Self::Original => "original",
        }
    }

    /// The objective with this name in files.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|o| o.name() == name)
    }
}

/// How to peel and paste.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// What a slice is worth.
    pub objective: Objective,
    /// Share of the runs in the box that a slice peels off, above 0 and below 0.5. The smaller, the
    /// more patient, and the finer the limits: they are as far off as a slice is thick.
    pub peel: f64,
    /// Share of the runs beyond a limit that a slice pastes back, above 0 and below 0.5.
    pub paste: f64,
    /// Share of all runs that a box holds at least, above 0 and below 1.
    pub least_mass: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { objective: Objective::Lenient1, peel: 0.05, paste: 0.05, least_mass: 0.05 }
    }
}

impl Settings {
    fn check(&self) -> Result<(), DiscoverError> {
        let half = "above 0 and below 0.5";
        for (name, value) in [("peel", self.peel), ("paste", self.paste)] {
            DiscoverError::unless(value > 0.0 && value < 0.5, name, value, half)?;
        }
        let mass = self.least_mass;
        let range = "above 0 and below 1";
        DiscoverError::unless(mass > 0.0 && mass < 1.0, "least_mass", mass, range)
    }
}

/// The boxes on the way from all of the space to a dense one. Fails on a setting out of its range.
pub fn trajectory(table: &Table<'_>, settings: &Settings) -> Result<Curve, DiscoverError> {
    settings.check()?;
    Ok(peel::trajectory(table, settings, &vec![true; table.runs()], table.sorted()))
}

/// A search for several boxes, each among the runs that the earlier ones left.
#[derive(Clone, Debug)]
pub struct Cover<'t, 'a> {
    table: &'t Table<'a>,
    settings: Settings,
    left: Vec<bool>,
    sorted: Vec<Vec<usize>>,
}

impl<'t, 'a> Cover<'t, 'a> {
    /// A search with all runs left. Fails on a setting out of its range.
    pub fn new(table: &'t Table<'a>, settings: &Settings) -> Result<Self, DiscoverError> {
        settings.check()?;
        let left = vec![true; table.runs()];
        Ok(Self { table, settings: *settings, left, sorted: table.sorted() })
    }

    /// The trajectory among the runs left; nothing if none of them is of interest, or if together
    /// they are less than the least mass.
    pub fn curve(&self) -> Option<Curve> {
        let left = self.tally(&Region::open(self.table.inputs()));
        let enough = left.of_interest > 0 && left.mass >= self.settings.least_mass;
        enough
            .then(|| peel::trajectory(self.table, &self.settings, &self.left, self.sorted.clone()))
    }

    /// How good a box is among the runs left; coverage and mass are shares of all runs.
    pub fn tally(&self, region: &Region) -> Tally {
        Tally::new(self.table, region, apart(self.table, &self.left, region).inside)
    }

    /// A box with its quasi-p-values among the runs left.
    pub fn judge(&self, region: &Region) -> Judged {
        judge::among(self.table, &self.left, region)
    }

    /// The same without the ends whose quasi-p-value is above `level`: [`judge::significant`].
    pub fn significant(&self, region: &Region, level: f64) -> Judged {
        judge::significant_among(self.table, &self.left, region, level)
    }

    /// Removes the runs of a box.
    pub fn take(&mut self, region: &Region) {
        for (run, left) in self.left.iter_mut().enumerate() {
            *left = *left && !region.holds(self.table, run);
        }
        for order in &mut self.sorted {
            order.retain(|run| self.left[*run]);
        }
    }
}

/// A box that was found by rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The trajectory that it is from.
    pub curve: Curve,
    /// Its place on it.
    pub place: usize,
    /// As it stands there.
    pub as_picked: Judged,
    /// Without the limits that chance could have drawn as well; this is the one that was taken.
    pub significant: Judged,
}

/// How [`boxes`] chooses.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    /// Density (0..1) that a box should reach, see [`Curve::pick`].
    pub least_density: f64,
    /// Quasi-p-value above which a limit is dropped, 0..1.
    pub level: f64,
    /// Most boxes.
    pub most: usize,
}

impl Default for Choice {
    fn default() -> Self {
        Self { least_density: 0.8, level: 0.05, most: 4 }
    }
}

/// Boxes by rule, one after the other, until a box would be no denser than all of the space, or
/// until nothing is left.
///
/// None at all is an answer: no box sets the runs of interest apart, or all of space is as dense as
/// was asked for. Fails on a setting out of its range.
pub fn boxes(
    table: &Table<'_>,
    settings: &Settings,
    choice: &Choice,
) -> Result<Vec<Found>, DiscoverError> {
    let Choice { least_density, level, most } = *choice;
    for (name, value) in [("least_density", least_density), ("level", level)] {
        DiscoverError::unless((0.0..=1.0).contains(&value), name, value, "from 0 to 1")?;
    }
    let mut cover = Cover::new(table, settings)?;
    let mut found = Vec::new();
    while found.len() < most {
        let Some(curve) = cover.curve() else { break };
        let place = curve.pick(least_density);
        let as_picked = cover.judge(&curve.points[place].region);
        let significant = cover.significant(&as_picked.region, level);
        let dense = significant.tally.density > table.counts().density();
        if significant.tally.dimensions == 0 || !dense {
            break;
        }
        cover.take(&significant.region);
        found.push(Found { curve, place, as_picked, significant });
    }
    Ok(found)
}
