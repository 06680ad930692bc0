//! Words of the screens in the languages staff may choose.

use std::collections::BTreeMap;

use kairan_theme::{Theme, Words};
use serde_yaml::from_str;

const ENGLISH: &str = include_str!("../../../../themes/admin/words/en.yaml");

/// One language: its templates, and its words for code.
pub(crate) struct Language {
    /// `ja`, `en`
    pub(crate) key: &'static str,
    pub(crate) theme: Theme,
    words: Words,
}

impl Language {
    fn new(key: &'static str, words: Words) -> Result<Self, kairan_theme::Error> {
        Ok(Self {
            key,
            theme: Theme::admin(words.clone())?,
            words,
        })
    }

    /// Words in this language; the Japanese text is the key, and stands where there are none.
    pub(crate) fn get<'a>(&'a self, japanese: &'a str) -> &'a str {
        self.words.get(japanese).map_or(japanese, String::as_str)
    }

    /// As [`Language::get`], with values put in for `{name}`.
    pub(crate) fn say(&self, japanese: &str, values: &[(&str, &str)]) -> String {
        let mut text = self.get(japanese).to_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }
}

/// The languages of the screens.
pub(crate) struct Languages {
    japanese: Language,
    english: Language,
}

impl Languages {
    /// Compiles the screens once for each language.
    ///
    /// # Errors
    /// Never in a released binary: the tests load it.
    pub(crate) fn embedded() -> Result<Self, kairan_theme::Error> {
        // Read by a test: words that are no YAML leave the screens in Japanese.
        let english: BTreeMap<String, String> = from_str(ENGLISH).unwrap_or_default();
        Ok(Self {
            japanese: Language::new("ja", Words::new())?,
            english: Language::new("en", english)?,
        })
    }

    /// The language with this key; Japanese where there is none.
    pub(crate) fn of(&self, key: &str) -> &Language {
        match key {
            "en" => &self.english,
            _ => &self.japanese,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;

    /// What stands between `start` and `"` in a text.
    fn quoted<'a>(text: &'a str, start: &'a str) -> impl Iterator<Item = &'a str> {
        text.split(start)
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
    }

    fn walk(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            // A call may stand on several lines.
            let text: String = text.lines().map(str::trim).collect();
            let starts: &[&str] = match path.extension().and_then(|e| e.to_str()) {
                Some("hbs") => &["{{w \"", "(w \""],
                Some("rs") => &[".get(\"", ".say(\"", "said(\""],
                _ => &[],
            };
            for start in starts {
                found.extend(quoted(&text, start).map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_word_of_the_screens_has_english() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut said = BTreeSet::new();
        walk(&root.join("../../themes/admin/templates"), &mut said);
        walk(&root.join("src/admin"), &mut said);
        let english: BTreeMap<String, String> = from_str(ENGLISH).unwrap();
        let missing: Vec<_> = said
            .iter()
            .filter(|word| word.chars().any(|c| c > '\u{2e7f}'))
            .filter(|word| !english.contains_key(*word))
            .collect();
        assert!(missing.is_empty(), "without English: {missing:#?}");
        assert!(said.len() > 5, "the words are found at all");
    }
}
