//! What can be read off war, bargain, alignment and truce?

use super::Outcome;

/// In the order of the columns.
pub(super) const LIST: &[Outcome] = &[];
