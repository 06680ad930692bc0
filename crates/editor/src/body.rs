//! A body from a text area: lines that were not changed keep their bytes and their line ends.

use crate::opened::line_end_of;
use crate::values::plain_ends;

/// A text as a browser sent it, with the lines of the old one where they are the same; new lines end as the first
/// line of the old text does. Cost: one pass over both.
pub(crate) fn with_ends_of(old: &str, sent: &str) -> String {
    let sent = plain_ends(sent);
    let same = |old: &str, new: &str| plain_ends(old) == plain_ends(new);
    let before: Vec<&str> = lines(old);
    let after: Vec<&str> = sent.split_inclusive('\n').collect();
    let most = before.len().min(after.len());
    let head = (0..most)
        .take_while(|at| same(before[*at], after[*at]))
        .count();
    let tail = (1..=most - head)
        .take_while(|at| same(before[before.len() - at], after[after.len() - at]))
        .count();
    if head == before.len() && head == after.len() {
        return old.to_owned();
    }
    let end = line_end_of(old);
    let mut out = String::with_capacity(sent.len() + after.len());
    out.extend(before.iter().take(head).copied());
    for line in &after[head..after.len() - tail] {
        match line.strip_suffix('\n') {
            Some(line) => {
                out.push_str(line);
                out.push_str(end);
            }
            None => out.push_str(line),
        }
    }
    out.extend(before.iter().skip(before.len() - tail).copied());
    out
}

/// Lines with their ends; a lone CR ends one too, as in a text area.
fn lines(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\n', '\r']) {
        let length = if rest.get(at..at + 2) == Some("\r\n") {
            2
        } else {
            1
        };
        let (line, after) = rest.split_at_checked(at + length).unwrap_or((rest, ""));
        out.push(line);
        rest = after;
    }
    if !rest.is_empty() {
        out.push(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_was_not_changed() {
        let old = "一\r\n二\r\n三\n四\r五";
        assert_eq!(with_ends_of(old, "一\r\n二\r\n三\r\n四\r\n五"), old);
        assert_eq!(
            with_ends_of(old, "一\r\n二と\r\n半\r\n三\r\n四\r\n五"),
            "一\r\n二と\r\n半\r\n三\n四\r五"
        );
        assert_eq!(with_ends_of("", "新\r\n"), "新\n");
        assert_eq!(with_ends_of("a\n", ""), "");
        assert_eq!(with_ends_of("a\na\n", "a\r\n"), "a\n");
        assert_eq!(with_ends_of("a\0b\n", "a\u{fffd}b\r\n"), "a\0b\n");
    }
}
