use kairan_index::analyser::{ANALYSER_VERSION, fold, index_terms, query_words};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
    analyser: u32,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    note: String,
    input: String,
    folded: String,
    terms: Vec<String>,
    query: Vec<Word>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Word {
    text: String,
    terms: Vec<String>,
}

fn query(text: &str) -> Vec<Word> {
    let term = |t: kairan_index::analyser::QueryToken| t.term + if t.prefix { "*" } else { "" };
    query_words(text)
        .into_iter()
        .map(|w| Word {
            text: w.text,
            terms: w.tokens.into_iter().map(term).collect(),
        })
        .collect()
}

#[test]
fn vectors() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../content-schema/vectors/analyser.json"
    );
    let vectors: Vectors = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert_eq!(vectors.analyser, ANALYSER_VERSION);
    assert!(vectors.cases.len() >= 40);
    for case in vectors.cases {
        assert_eq!(fold(&case.input), case.folded, "{}", case.note);
        assert_eq!(index_terms(&case.input), case.terms, "{}", case.note);
        assert_eq!(query(&case.input), case.query, "{}", case.note);
    }
}

#[test]
fn queries_are_bounded() {
    let words = query_words(&"児童手当 ".repeat(100));
    assert_eq!(words.len(), 16);
    let long: String = ('\u{4e00}'..='\u{4fff}').collect();
    assert_eq!(query_words(&long)[0].tokens.len(), 48);
}

proptest! {
    #[test]
    fn any_text_has_its_own_terms(text in any::<String>()) {
        let terms = index_terms(&text);
        for word in query_words(&text) {
            for token in word.tokens {
                let found = terms.iter().any(|t| {
                    *t == token.term || token.prefix && t.starts_with(&token.term)
                });
                prop_assert!(found, "{:?} of {:?}", token, text);
            }
        }
    }

    /// A word of a document is found whatever stands around it.
    #[test]
    fn a_word_inside_a_text_is_found(
        before in "[あ-んア-ン一-龥a-z0-9、。 （]{0,8}",
        word in "[一-龥ぁ-んァ-ン]{1,6}",
        after in "[あ-んア-ン一-龥a-z0-9、。 ）]{0,8}",
    ) {
        let terms = index_terms(&format!("{before}{word}{after}"));
        for token in query_words(&word).into_iter().flat_map(|w| w.tokens) {
            let found = terms
                .iter()
                .any(|t| *t == token.term || token.prefix && t.starts_with(&token.term));
            prop_assert!(found);
        }
    }
}
