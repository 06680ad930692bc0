//! Names of headings: the `#…` of their addresses. Japanese stays Japanese.

use std::collections::HashMap;

/// Gives every heading of one body a name of its own.
#[derive(Debug, Default)]
pub struct Anchors {
    seen: HashMap<String, u32>,
}

impl Anchors {
    /// The name of the next heading: letters and digits of any script, words joined by `-`, lower case;
    /// the second of the same text gets `-2`.
    pub fn next(&mut self, text: &str) -> String {
        let mut name = String::with_capacity(text.len());
        for part in text
            .split(|c: char| !c.is_alphanumeric() && c != 'ー' && c != '々')
            .filter(|p| !p.is_empty())
        {
            if !name.is_empty() {
                name.push('-');
            }
            name.extend(part.chars().flat_map(char::to_lowercase));
        }
        if name.is_empty() {
            name.push_str("midashi");
        }
        let count = self.seen.entry(name.clone()).or_insert(0);
        *count += 1;
        if *count == 1 {
            name
        } else {
            format!("{name}-{count}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_japanese_and_tells_apart() {
        let mut anchors = Anchors::default();
        assert_eq!(anchors.next("申込方法"), "申込方法");
        assert_eq!(anchors.next("申込方法"), "申込方法-2");
        assert_eq!(anchors.next("Q&A（よくある質問）"), "q-a-よくある質問");
        assert_eq!(anchors.next("★"), "midashi");
    }
}
