//! Words of the screens in the languages staff may choose.

use std::borrow::Cow;
use std::sync::Arc;

use kairan_content::Kind;
use kairan_theme::{Sentences, Theme, Words};
use serde_json::{Map, Value};
use serde_yaml::from_str;

use super::documents::LANGUAGES;

const ENGLISH: &str = include_str!("../../../../themes/admin/words/en.yaml");
const SENTENCES: &str = include_str!("../../../../themes/admin/sentences/en.yaml");

/// One language: its templates, and its words for code.
pub(crate) struct Language {
    /// `ja`, `en`
    pub(crate) key: &'static str,
    pub(crate) theme: Theme,
    words: Words,
    sentences: Arc<Sentences>,
}

impl Language {
    fn new(
        key: &'static str,
        words: Words,
        sentences: Sentences,
    ) -> Result<Self, kairan_theme::Error> {
        let sentences = Arc::new(sentences);
        Ok(Self {
            key,
            theme: Theme::admin(words.clone(), Arc::clone(&sentences))?,
            words,
            sentences,
        })
    }

    /// Words in this language; the Japanese text is the key, and stands where there are none.
    pub(crate) fn get<'a>(&'a self, japanese: &'a str) -> &'a str {
        self.words.get(japanese).map_or(japanese, String::as_str)
    }

    /// 種類 of a document, which in other languages has a word of its own: 記事 and お知らせ are places of the menu too.
    pub(crate) fn kind(&self, kind: Kind) -> &str {
        let label = kind.label();
        self.words
            .get(&format!("種類：{label}"))
            .map_or_else(|| self.get(label), String::as_str)
    }

    /// The name of another language that a document is in.
    pub(crate) fn variant<'a>(&'a self, lang: &'a str) -> &'a str {
        let known = LANGUAGES.iter().find(|(key, _)| *key == lang);
        known.map_or(lang, |(_, name)| self.get(name))
    }

    /// A finished sentence that another crate made in Japanese, such as a diagnostic or a rule in words, in this language.
    pub(crate) fn tell<'t>(&self, japanese: &'t str) -> Cow<'t, str> {
        self.sentences.say(japanese)
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

/// The sentences of other crates, with the words of the screens in their places.
fn sentences(words: Words) -> Sentences {
    let list: Map<String, Value> = from_str(SENTENCES).unwrap_or_default();
    let pairs = list
        .into_iter()
        .filter_map(|(key, text)| Some((key, text.as_str()?.to_owned())));
    Sentences::new(words, pairs)
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
        let english: Words = from_str(ENGLISH).unwrap_or_default();
        Ok(Self {
            japanese: Language::new("ja", Words::new(), Sentences::default())?,
            english: Language::new("en", english.clone(), sentences(english))?,
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
mod tests;
