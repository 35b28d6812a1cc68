//! What is said of files that nothing reads? Their names, and what they may have been meant as.

use super::listed;
use crate::load::Stray;

/// Files that are named.
const NAMED: usize = 6;

/// A sentence on `strays`; nothing if there are none.
pub(super) fn told(strays: &[Stray]) -> Option<String> {
    if strays.is_empty() {
        return None;
    }
    let mut named = Vec::new();
    let mut asked = false;
    for stray in strays.iter().take(NAMED) {
        let name = &stray.name;
        named.push(match &stray.near {
            Some(near) if asked => format!("{name} ({near}?)"),
            Some(near) => format!("{name} (did you mean {near}?)"),
            None => name.clone(),
        });
        asked |= stray.near.is_some();
    }
    let more = strays.len().saturating_sub(NAMED);
    if more > 0 {
        named.push(format!("{more} more"));
    }
    Some(format!("Not read: {}.", listed(&named)))
}
