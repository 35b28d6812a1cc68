//! What would somebody say of the next figures who has no model? The rivals of a forecast.
//!
//! A figure is the mean rate of a window of months, in the logarithm: tonnes a month, or a price. A
//! rival says a normal distribution of it, from figures that are known and from how far the gates are
//! shut in each month, and knows nothing of the corridor besides.
//!
//! | rival | says |
//! |---|---|
//! | last figure | what was printed last; uncertain as figures so far moved with time (a random walk) |
//! | last year | what was printed for the same months a year before |
//! | smoothing | exponential smoothing: a local level by maximum likelihood (Durbin and Koopman 2012, 2.2) |
//! | past closures | the level before the closure, times what past closures left of theirs |
//! | closure regression | least squares on trend, season and the share of the gates that is shut |
//!
//! A rival that has too little to go by says nothing, and is not counted against the model.

mod closure;
mod level;
mod wait;

pub use closure::closures;
pub use wait::Wait;

use terbia_model::kernel::math::sqrt;

/// A figure that is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Seen {
    /// First month, and the one after the last, counted from the start.
    pub window: (usize, usize),
    /// Its mean rate, in the logarithm.
    pub log_rate: f64,
    /// Standard deviation of its error, in the logarithm.
    pub error_sd: f64,
}

impl Seen {
    /// The middle of its window, in months from the start.
    fn middle(&self) -> f64 {
        middle(self.window)
    }
}

fn middle((first, end): (usize, usize)) -> f64 {
    0.5 * (first + end) as f64
}

/// What a rival says of a figure: a normal in the logarithm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Guess {
    /// Mean.
    pub mean: f64,
    /// Standard deviation, above 0.
    pub sd: f64,
}

/// What is known of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct History<'a> {
    /// Figures whose windows end by the origin, those first that end first.
    pub seen: &'a [Seen],
    /// Figures that ratios and coefficients may be learnt from: those seen, and, where one closure is
    /// left out in turn, those after it.
    pub taught: &'a [Seen],
    /// Share of the gates that is shut in each month, 0..1, as far as it is given or supposed.
    pub closed: &'a [f64],
    /// Months known: the first month that is forecast, counted from the start.
    pub known: usize,
}

/// A rival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rival {
    /// What was printed last.
    LastFigure,
    /// The same months a year before.
    LastYear,
    /// A local level.
    Smoothing,
    /// What past closures left of the level before them.
    PastClosures,
    /// Trend, season and closed share.
    ClosureRegression,
}

impl Rival {
    /// Every one, in the order of the tables.
    pub const ALL: [Self; 5] = [
        Self::LastFigure,
        Self::LastYear,
        Self::Smoothing,
        Self::PastClosures,
        Self::ClosureRegression,
    ];

    /// Its name in tables and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::LastFigure => "last figure",
            Self::LastYear => "last year",
            Self::Smoothing => "smoothing",
            Self::PastClosures => "past closures",
            Self::ClosureRegression => "closure regression",
        }
    }

    /// What it says of the mean rate over a window; nothing if it has too little to go by.
    pub fn says(self, history: &History<'_>, window: (usize, usize)) -> Option<Guess> {
        let guess = match self {
            Self::LastFigure => level::last_figure(history.seen, window),
            Self::LastYear => level::last_year(history.seen, window),
            Self::Smoothing => level::smoothing(history.seen, window),
            Self::PastClosures => closure::past(history, window),
            Self::ClosureRegression => closure::regression(history, window),
        };
        guess.filter(|g| g.mean.is_finite() && g.sd.is_finite() && g.sd > 0.0)
    }
}

/// Mean and standard deviation (with one degree of freedom less) of at least two numbers.
fn spread(values: &[f64]) -> Option<(f64, f64)> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    (values.len() >= 2).then(|| (mean, sqrt(squares / (count - 1.0))))
}

#[cfg(test)]
mod tests;
