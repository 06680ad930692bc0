//! Large pieces of ready HTML that pass by the template engine.

use serde::{Serialize, Serializer};

/// Stands in the data of a template for a piece of ready HTML, such as a body or fifty cards.
///
/// The engine copies every value it is given, and again into its output; a part is put in after it, once. In a template it is
/// written like any other HTML: `{{{body}}}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part(pub u8);

/// Around the number of a part. It cannot be typed, and where it is smuggled in it only repeats a part of the same page.
const MARK: char = '\u{1}';

impl Serialize for Part {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{MARK}{}{MARK}", self.0))
    }
}

/// Puts the parts in: one pass and one allocation.
pub(crate) fn put_in(rendered: &str, parts: &[&str]) -> String {
    let length = rendered.len() + parts.iter().map(|part| part.len()).sum::<usize>();
    let mut out = String::with_capacity(length);
    let mut pieces = rendered.split(MARK);
    out.extend(pieces.next());
    while let (Some(number), after) = (pieces.next(), pieces.next()) {
        match number
            .parse::<usize>()
            .ok()
            .and_then(|number| parts.get(number))
        {
            Some(part) => out.push_str(part),
            None => out.push_str(number),
        }
        out.extend(after);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::put_in;

    #[test]
    fn puts_parts_where_they_stand() {
        assert_eq!(put_in("a\u{1}0\u{1}b\u{1}1\u{1}", &["甲", "乙"]), "a甲b乙");
        assert_eq!(put_in("a\u{1}7\u{1}b\u{1}x", &["甲"]), "a7bx");
        assert_eq!(put_in("", &[]), "");
    }
}
