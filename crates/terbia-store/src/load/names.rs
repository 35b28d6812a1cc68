//! Which name was meant? The nearest known one, by edit distance.

/// The known name nearest to `typed`, if it is near enough to be meant.
pub(crate) fn nearest<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<String> {
    const LONGEST: usize = 80;
    let typed = typed.to_lowercase();
    let length = typed.chars().count();
    if length > LONGEST {
        return None;
    }
    // A single letter is no slip of another.
    let allowed = (length / 3).clamp(1, 4).min(length.saturating_sub(1));
    known
        .clone()
        .into_iter()
        .filter(|name| name.chars().count().abs_diff(length) <= allowed)
        .map(|name| (distance(&typed, &name.to_lowercase()), name))
        .filter(|(d, _)| *d <= allowed)
        .min_by_key(|(d, _)| *d)
        .map(|(_, name)| name)
        .or_else(|| begun(&typed, known))
        .map(str::to_owned)
}

/// The shortest name that begins with what was typed, if that is more than a letter or two.
fn begun<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const SHORTEST: usize = 4;
    let begins = |name: &&str| name.to_lowercase().starts_with(typed);
    known.into_iter().filter(begins).min_by_key(|n| n.len()).filter(|_| typed.len() >= SHORTEST)
}

/// The names under the same first part as `typed`, for names with parts: `levy.rate` and the like.
/// All of them for names without.
pub(crate) fn siblings<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let first = |name: &str| name.split_once('.').map(|(first, _)| first.to_owned());
    let known =
        known.into_iter().filter(|name| first(name) == first(typed) || first(name).is_none());
    known.map(str::to_owned).collect()
}

/// The outcome that `typed` may stand for, and those that come near it: the same of other labels, or those that
/// share a word with it, most words first.
pub(crate) fn outcomes<'a>(
    typed: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> (Option<String>, Vec<String>) {
    if let Some((first, label)) = typed.split_once('.') {
        let labels = || {
            let names = known.clone().into_iter();
            names.filter_map(|name| name.split_once('.').filter(|(f, _)| *f == first))
        };
        let same: Vec<String> = labels().map(|(_, label)| format!("{first}.{label}")).collect();
        if !same.is_empty() {
            let labels: Vec<&str> = labels().map(|(_, label)| label).collect();
            return (nearest(label, labels).map(|l| format!("{first}.{l}")), same);
        }
    }
    let near = nearest(typed, known.clone());
    let words = |name: &str| -> Vec<String> {
        const SHORTEST: usize = 3;
        let words = name.split(['_', '.', '-']).filter(|w| w.len() >= SHORTEST);
        words.map(str::to_lowercase).collect()
    };
    let own = words(typed);
    let shared = |name: &str| words(name).iter().filter(|w| own.contains(w)).count();
    let mut alike: Vec<(usize, &str)> =
        known.into_iter().map(|name| (shared(name), name)).filter(|(n, _)| *n > 0).collect();
    alike.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
    (near, alike.into_iter().map(|(_, name)| name.to_owned()).collect())
}

/// Letters to insert, delete, change or swap with their neighbour to make one of the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i.max(j)
            } else {
                let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let best = change.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                let swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                if swapped { best.min(rows[i - 2][j - 2] + 1) } else { best }
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_understood() {
        let known = ["capacity_t_per_month", "township", "name"];
        assert_eq!(nearest("capacity_t_per_mouth", known).as_deref(), Some("capacity_t_per_month"));
        assert_eq!(nearest("townhsip", known).as_deref(), Some("township"));
        assert_eq!(nearest("Nmae", known).as_deref(), Some("name"));
        assert_eq!(nearest("altogether_else", known), None);
        assert_eq!(nearest("", known), None);
        assert_eq!(nearest("capacity", known).as_deref(), Some("capacity_t_per_month"));
    }

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("ab", "ba"), 1);
        assert_eq!(distance("", "abc"), 3);
    }
}
