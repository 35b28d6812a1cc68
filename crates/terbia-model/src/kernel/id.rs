//! How do modules name an entity? By a dense index of its own type, never by a string or a hash.

use std::marker::PhantomData;
use std::ops::{Index, IndexMut};

/// A dense index: entities of a kind are numbered from zero.
pub trait Id: Copy + Eq {
    /// The id of the entity at `index`.
    fn new(index: usize) -> Self;
    /// Its place in a [`Dense`] table.
    fn index(self) -> usize;
}

/// Declares dense id types.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u32);

        impl Id for $name {
            fn new(index: usize) -> Self {
                Self(index as u32)
            }
            fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl $name {
            /// The bare number, as the address of a draw.
            pub fn address(self) -> u32 {
                self.0
            }
        }
    )+};
}

ids! {
    /// A township with mines.
    TownshipId,
    /// A township, with mines or without: the finest place that can change hands.
    PlaceId,
    /// A crossing with two sides.
    GateId,
    /// A party that holds, taxes, buys or operates.
    ActorId,
    /// A priced constituent of the commodity.
    ConstituentId,
    /// A form in which the product is shipped.
    FormId,
    /// Another source of supply to the buyer.
    OriginId,
    /// An exogenous series.
    SeriesId,
    /// An aggregate front of a war.
    FrontId,
    /// A stretch of river.
    ReachId,
    /// A river basin.
    BasinId,
    /// A station that measures water.
    StationId,
    /// A way to another buyer.
    RouteId,
    /// Something that an actor can turn.
    LeverId,
    /// A number of the corridor: its place in the run's vector of values.
    NumberId,
}

/// A table with one row for each entity of a kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Dense<I, T> {
    rows: Vec<T>,
    id: PhantomData<fn() -> I>,
}

impl<I: Id, T> Dense<I, T> {
    /// An empty table.
    pub const fn new() -> Self {
        Self { rows: Vec::new(), id: PhantomData }
    }

    /// Adds a row and returns its id.
    pub fn push(&mut self, row: T) -> I {
        self.rows.push(row);
        I::new(self.rows.len() - 1)
    }

    /// Number of entities.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The ids in order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = I> + use<I, T> {
        (0..self.rows.len()).map(I::new)
    }

    /// The rows in order.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.rows.iter()
    }

    /// The rows in order, to change.
    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, T> {
        self.rows.iter_mut()
    }

    /// Ids with their rows.
    pub fn enumerate(&self) -> impl Iterator<Item = (I, &T)> {
        self.rows.iter().enumerate().map(|(i, row)| (I::new(i), row))
    }

    /// A table of the same shape made from this one.
    pub fn map<U>(&self, f: impl FnMut(&T) -> U) -> Dense<I, U> {
        self.rows.iter().map(f).collect()
    }
}

impl<I: Id, T: Clone> Dense<I, T> {
    /// A table of `len` equal rows.
    pub fn filled(value: T, len: usize) -> Self {
        Self { rows: vec![value; len], id: PhantomData }
    }
}

impl<I: Id, T> Default for Dense<I, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<I, T> FromIterator<T> for Dense<I, T> {
    fn from_iter<It: IntoIterator<Item = T>>(rows: It) -> Self {
        Self { rows: rows.into_iter().collect(), id: PhantomData }
    }
}

impl<I: Id, T> Index<I> for Dense<I, T> {
    type Output = T;
    fn index(&self, id: I) -> &T {
        &self.rows[id.index()]
    }
}

impl<I: Id, T> IndexMut<I> for Dense<I, T> {
    fn index_mut(&mut self, id: I) -> &mut T {
        &mut self.rows[id.index()]
    }
}

impl<'a, I, T> IntoIterator for &'a mut Dense<I, T> {
    type Item = &'a mut T;
    type IntoIter = std::slice::IterMut<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.rows.iter_mut()
    }
}

impl<'a, I, T> IntoIterator for &'a Dense<I, T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;
    fn into_iter(self) -> Self::IntoIter {
        self.rows.iter()
    }
}
