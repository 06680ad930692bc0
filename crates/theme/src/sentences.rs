//! Sentences that other crates make in Japanese, said in another language.
//!
//! Those crates write `format!("「{key}」が空です。")` and know of no other language. A table has the same text as its key,
//! with the same places: a finished sentence is matched against the keys, what stands in the places is said in turn, and put
//! into the other language's text. So authoring stays as plain as it is, and a test compares the table with the sources.

use std::borrow::Cow;

use crate::theme::Words;

/// How many comparisons with the table one text is worth: enough for any sentence, too few for a text made to cost time.
const STEPS: u32 = 2_000;
/// How deep sentences may stand inside sentences.
const DEPTH: u32 = 40;

/// What is left of both.
struct Left {
    steps: u32,
    depth: u32,
}

/// A table of sentences, in the order in which they are tried.
#[derive(Debug, Clone, Default)]
pub struct Sentences {
    words: Words,
    list: Vec<Sentence>,
}

#[derive(Debug, Clone)]
struct Sentence {
    key: Vec<Part>,
    text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    Place(String, Holds),
}

/// What a place takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    /// `{x}`: anything; what is no sentence stays as it is.
    Anything,
    /// `{x!}`: a sentence of the table.
    Sentence,
    /// `{x#}`: digits.
    Digits,
}

/// The name of a place, what stands there, and what it takes.
type Value<'k> = (&'k str, String, Holds);

impl Sentences {
    /// A table. `words` has texts without places; `list` what has some, in the order in which they are tried.
    #[must_use]
    pub fn new(words: Words, list: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut all = Self {
            words,
            list: Vec::new(),
        };
        for (key, text) in list {
            let key = parts(&key);
            match key.as_slice() {
                [Part::Literal(word)] => drop(all.words.insert(word.clone(), text)),
                _ => all.list.push(Sentence { key, text }),
            }
        }
        all
    }

    /// A sentence in this language; itself where the table does not have it. Cost: a comparison for each line of the table.
    #[must_use]
    pub fn say<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut left = Left {
            steps: STEPS,
            depth: DEPTH,
        };
        self.find(text, &mut left)
            .map_or(Cow::Borrowed(text), Cow::Owned)
    }

    fn find(&self, text: &str, left: &mut Left) -> Option<String> {
        if let Some(words) = self.words.get(text) {
            return Some(words.clone());
        }
        left.steps = left.steps.checked_sub(1)?;
        left.depth = left.depth.checked_sub(1)?;
        let found = self.list.iter().find_map(|sentence| {
            let mut values = Vec::new();
            self.fits(&sentence.key, text, left, &mut values)
                .then_some((sentence, values))
        });
        // What may be anything is said only once the whole has been found to fit.
        let said = found.map(|(sentence, mut values)| {
            for (_, value, holds) in &mut values {
                if *holds == Holds::Anything
                    && let Some(said) = self.find(value, left)
                {
                    *value = said;
                }
            }
            fill(&sentence.text, &values)
        });
        left.depth += 1;
        said
    }

    /// Whether a text fits the parts; then `values` has what stands in the places, said.
    fn fits<'k>(
        &self,
        parts: &'k [Part],
        text: &str,
        left: &mut Left,
        values: &mut Vec<Value<'k>>,
    ) -> bool {
        match parts {
            [] => text.is_empty(),
            [Part::Literal(literal), rest @ ..] => text
                .strip_prefix(literal.as_str())
                .is_some_and(|text| self.fits(rest, text, left, values)),
            [Part::Place(name, holds), rest @ ..] => {
                let ends = text.char_indices().map(|(at, _)| at).chain([text.len()]);
                for end in ends {
                    let (value, behind) = text.split_at(end);
                    // Looked at before the value is: most ends are none.
                    let ends = match rest.first() {
                        None => behind.is_empty(),
                        Some(Part::Literal(one)) => behind.starts_with(one.as_str()),
                        Some(Part::Place(_, Holds::Digits)) => {
                            behind.starts_with(|c: char| c.is_ascii_digit())
                        }
                        Some(Part::Place(_, Holds::Sentence)) => !behind.is_empty(),
                        Some(Part::Place(_, Holds::Anything)) => true,
                    };
                    if !ends {
                        continue;
                    }
                    let Some(said) = self.value(value, *holds, left) else {
                        continue;
                    };
                    let kept = values.len();
                    values.push((name, said, *holds));
                    if self.fits(rest, behind, left, values) {
                        return true;
                    }
                    values.truncate(kept);
                }
                false
            }
        }
    }

    fn value(&self, value: &str, holds: Holds, left: &mut Left) -> Option<String> {
        match holds {
            Holds::Anything => Some(value.to_owned()),
            Holds::Sentence => self.find(value, left),
            Holds::Digits => {
                let digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
                digits.then(|| value.to_owned())
            }
        }
    }
}

fn fill(text: &str, values: &[Value<'_>]) -> String {
    let mut out = String::with_capacity(text.len());
    for part in parts(text) {
        match part {
            Part::Literal(literal) => out.push_str(&literal),
            Part::Place(name, _) => {
                let value = values.iter().find(|(known, ..)| *known == name);
                out.push_str(value.map_or("", |(_, value, _)| value));
            }
        }
    }
    out
}

/// The literals and places of a key or text. Braces around anything but a name are letters like others.
fn parts(text: &str) -> Vec<Part> {
    let mut out = Vec::new();
    let mut literal = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        literal.push_str(before);
        let place = after.split_once('}').and_then(|(inside, behind)| {
            let name = inside.trim_end_matches(['!', '#']);
            let named =
                !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            named.then_some((name, inside, behind))
        });
        match place {
            Some((name, inside, behind)) => {
                if !literal.is_empty() {
                    out.push(Part::Literal(std::mem::take(&mut literal)));
                }
                let holds = match inside.strip_prefix(name) {
                    Some("!") => Holds::Sentence,
                    Some("#") => Holds::Digits,
                    _ => Holds::Anything,
                };
                out.push(Part::Place(name.to_owned(), holds));
                rest = behind;
            }
            None => {
                literal.push('{');
                rest = after;
            }
        }
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        out.push(Part::Literal(literal));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Sentences {
        let pair = |(key, text): (&str, &str)| (key.to_owned(), text.to_owned());
        Sentences::new(
            [("対象者", "Who it is for"), ("空", "empty")]
                .map(pair)
                .into(),
            [
                (
                    "「{key}」が{length#}文字あります（{max#}文字まで）。",
                    "“{key}” has {length} characters, {max} at most.",
                ),
                ("ここは{found}です。", "This is {found}."),
                ("{a!}で、{b!}", "{a}, and {b}"),
                ("{x}に住む方", "living in {x}"),
                ("{n#}歳の方", "aged {n}"),
                ("{a}または{b}", "{a} or {b}"),
            ]
            .map(pair),
        )
    }

    #[test]
    fn what_stands_in_a_sentence_is_said_too() {
        let table = table();
        for (text, said) in [
            (
                "「対象者」が30文字あります（20文字まで）。",
                "“Who it is for” has 30 characters, 20 at most.",
            ),
            ("ここは空です。", "This is empty."),
            (
                "3歳の方で、北町または南町に住む方",
                "aged 3, and living in 北町 or 南町",
            ),
            ("3歳の方で、犬", "3歳の方で、犬"),
            ("だれも知らない", "だれも知らない"),
            ("", ""),
        ] {
            assert_eq!(table.say(text), said);
        }
    }

    #[test]
    fn no_text_takes_long_or_goes_too_deep() {
        for text in ["で、", "3", "または", "（"].map(|one| one.repeat(2_000)) {
            assert!(!table().say(&text).is_empty());
        }
        let many = vec!["3歳の方"; 20].join("で、");
        let said = vec!["aged 3"; 20].join(", and ");
        assert_eq!(table().say(&many), said);
    }
}
