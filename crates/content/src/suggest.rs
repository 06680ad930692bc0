//! 「もしかして」: the known word nearest to a mistyped one.

/// The candidate nearest to `word` by edit distance, if near enough to be meant; of equally near ones always
/// the same, whatever their order.
///
/// Cost: one distance of short words per candidate, and only where a word was already found unknown.
#[must_use]
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let word: Vec<char> = word.chars().take(80).collect();
    let limit = (word.len() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|candidate| (distance(&word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// 「もしかして「x」ですか。」 or nothing, to be put before other advice.
#[must_use]
pub(crate) fn did_you_mean<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> String {
    nearest(word, candidates)
        .map_or_else(String::new, |near| format!("もしかして「{near}」ですか。"))
}

/// Optimal string alignment: insertions, deletions, substitutions and swapped neighbours.
fn distance(a: &[char], b: &str) -> usize {
    if b.len() > 4 * a.len() + 12 {
        return usize::MAX;
    }
    let b: Vec<char> = b.chars().take(80).collect();
    if a.len().abs_diff(b.len()) > 3 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let kept = last[j] + usize::from(x != y);
            let mut best = kept.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_was_meant() {
        let keys = ["title", "summary", "category", "contact"];
        assert_eq!(nearest("sumary", keys), Some("summary"));
        assert_eq!(nearest("tilte", keys), Some("title"));
        assert_eq!(nearest("catgory", keys), Some("category"));
        assert_eq!(nearest("audience", keys), None);
    }
}
