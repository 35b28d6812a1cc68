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
