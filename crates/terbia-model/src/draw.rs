//! What is chance used for? Every purpose of a random draw, in one list, so that no two share one.

use crate::kernel::rng::Purpose;

/// Number of sites that open in a township in a month.
pub const ENTRY: Purpose = Purpose(1);
/// Size, cost and frailty of a new site; age of those of the first month.
pub const SITE: Purpose = Purpose(2);
/// Patience of a loss-making site.
pub const SUSPENSION: Purpose = Purpose(3);
/// Rain anomaly of a month.
pub const RAIN: Purpose = Purpose(4);
/// Price movement that the model does not explain, by constituent.
pub const PRICE: Purpose = Purpose(5);
/// Market conditions after the last month on record.
pub const CONDITIONS: Purpose = Purpose(6);
/// Onset of an offensive, by front and side.
pub const OFFENSIVE: Purpose = Purpose(7);
/// End of an offensive, by front.
pub const OFFENSIVE_END: Purpose = Purpose(8);
/// A township changes hands on a front.
pub const FRONT_MOVE: Purpose = Purpose(9);
/// Onset of a closure, by cause.
pub const CLOSURE: Purpose = Purpose(10);
/// End of a closure.
pub const REOPENING: Purpose = Purpose(11);
/// Whether the seizure of mines shuts the gates.
pub const SEIZURE: Purpose = Purpose(12);
/// A threat to shut them.
pub const THREAT: Purpose = Purpose(13);
/// Errors with which parties judge each other's stakes.
pub const JUDGEMENT: Purpose = Purpose(14);
/// Talks, truces and their deepening.
pub const TALKS: Purpose = Purpose(15);
/// Breakdown of a truce, and a demand for arms while it holds.
pub const BREAKDOWN: Purpose = Purpose(16);
/// Protests in a township in a month.
pub const PROTEST: Purpose = Purpose(17);
/// Whether protest brings a cancellation.
pub const CANCELLATION: Purpose = Purpose(18);
/// Completion and growth of a way to another buyer.
pub const ROUTE: Purpose = Purpose(19);
/// Beginning and end of an outsider's engagement.
pub const ENGAGEMENT: Purpose = Purpose(20);
/// Flow of rivers in a month.
pub const FLOW: Purpose = Purpose(21);
