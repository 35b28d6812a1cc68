//! What happens? A contested mineral corridor, month by month: mines, roads, gates, levies, market.
//!
//! This crate is pure: no files, no threads, no clock, no generator of random numbers with a state.
//! A run is a function of (corridor, values, seed, run), with the same bits everywhere.
//!
//! Read in this order: [`schedule`] (one month, top to bottom), [`module`] (the parts of the world),
//! [`run`] (months into a run), [`outcome`] (what can be read off), [`config`] and [`timeline`] (what
//! a run is told), [`lever`] (what actors can turn), [`loops`] (what feeds back on what), [`books`] (every tonne is somewhere), [`kernel`] (what every such model needs).

pub mod books;
pub mod config;
pub mod draw;
pub mod kernel;
pub mod lever;
pub mod loops;
pub mod module;
pub mod outcome;
pub mod run;
pub mod schedule;
pub mod settings;
pub mod timeline;

/// What the defaults of the modules rest on: claims with reasons and alternatives, as TOML.
pub const ASSUMPTIONS: &str = include_str!("module/assumptions.toml");

#[cfg(test)]
mod tests;
