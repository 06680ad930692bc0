//! A term of the taxonomy under another key beside the one there is: the first half of a change of its key. Everything else in the
//! file stays byte for byte.

use crate::diagnostic::Report;
use crate::read::fields::items;
use crate::read::is_slug;
use crate::yaml::{self, Limits, Node};

/// The file with a copy of the entry at `path` (`money/child-allowance`; a tag or life event by its key) behind it, under the key `key`;
/// `None` where the file cannot be read, has no such entry, or `key` is none.
#[must_use]
pub fn with_copy(text: &str, path: &str, key: &str) -> Option<String> {
    if !is_slug(key) {
        return None;
    }
    let (inner, base) = text
        .strip_prefix('\u{feff}')
        .map_or((text, 0), |rest| (rest, 3));
    let mut report = Report::default();
    let root = yaml::read(inner, base, Limits::SITE, &mut report)?;
    if report.has_errors() {
        return None;
    }
    let entry = find(&root, path)?;
    let old = entry.get("key")?.node.span;
    let copy = [
        text.get(entry.span.start..old.start)?,
        key,
        text.get(old.end..entry.span.end)?,
    ]
    .concat();
    let line = text
        .get(..entry.span.start)?
        .rfind('\n')
        .map_or(base, |at| at + 1);
    let lead = text.get(line..entry.span.start)?;
    // In a list of lines the copy has lines of its own; within brackets it follows after a comma.
    if lead.trim_start().starts_with('-') && lead.trim() == "-" {
        let rest = text.get(entry.span.end..)?;
        let at = entry.span.end + rest.find('\n').unwrap_or(rest.len());
        let (before, after) = text.split_at_checked(at)?;
        let end = if before.ends_with('\r') { "\r\n" } else { "\n" };
        let before = before.strip_suffix('\r').unwrap_or(before);
        let copy = copy.trim_end();
        let cr = if end == "\r\n" { "\r" } else { "" };
        return Some(format!("{before}{end}{lead}{copy}{cr}{after}"));
    }
    let (before, after) = text.split_at_checked(entry.span.end)?;
    Some(format!("{before}, {copy}{after}"))
}

/// The entry of a key: a category by its path; a tag in its axis.
fn find<'n, 'a>(root: &'n Node<'a>, path: &str) -> Option<&'n Node<'a>> {
    let listed = |node: &'n Node<'a>| match &node.value {
        yaml::Value::List(items) => items.as_slice(),
        _ => &[],
    };
    let named = |nodes: &'n [Node<'a>], key: &str| {
        nodes
            .iter()
            .find(|node| node.get("key").and_then(|entry| entry.node.text()) == Some(key))
    };
    let axes = listed(root);
    if let Some(tag) = axes
        .iter()
        .filter_map(|axis| axis.get("tags"))
        .find_map(|tags| named(items(tags), path))
    {
        return Some(tag);
    }
    let (first, rest) = path
        .split_once('/')
        .map_or((path, None), |(first, rest)| (first, Some(rest)));
    let outer = named(axes, first)?;
    match rest {
        Some(rest) => named(items(outer.get("children")?), rest),
        None => Some(outer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_stands_behind_its_entry_and_the_rest_stays() {
        let lines = "# 目的\n- key: money\n  label: お金 # 大事\n  children:\n    - { key: teate, label: 手当 } # 児童\n\n- { key: life, label: くらし }\n";
        assert_eq!(
            with_copy(lines, "money/teate", "allowance").unwrap(),
            lines.replace(
                "手当 } # 児童\n",
                "手当 } # 児童\n    - { key: allowance, label: 手当 }\n"
            )
        );
        let whole = with_copy(lines, "money", "gold").unwrap();
        assert!(
            whole.contains("- key: gold\n  label: お金 # 大事\n  children:\n    - { key: teate,"),
            "{whole}"
        );
        let flow =
            "- { key: how, label: 方法, tags: [ { key: a, label: 甲 }, { key: b, label: 乙 } ] }\n";
        assert_eq!(
            with_copy(flow, "a", "c").unwrap(),
            flow.replace("甲 },", "甲 }, { key: c, label: 甲 },")
        );
        let last = "- { key: birth, label: 出生 }";
        assert_eq!(
            with_copy(last, "birth", "born").unwrap(),
            format!("{last}\n- {{ key: born, label: 出生 }}")
        );
        let windows = "- { key: a, label: x }\r\n- { key: b, label: y }\r\n";
        assert_eq!(
            with_copy(windows, "a", "c").unwrap(),
            windows.replacen("x }\r\n", "x }\r\n- { key: c, label: x }\r\n", 1)
        );
        for (path, key) in [("none", "c"), ("money/none", "c"), ("money", "日本")] {
            assert_eq!(with_copy(lines, path, key), None);
        }
    }
}
