//! Queries for pages that are known: two words of the title, whole or in part.

use std::collections::HashMap;

use crate::corpus::Article;
use crate::rng::Rng;

/// How the two words are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Runs of kanji or katakana as they stand.
    Whole,
    /// One run cut at its end: 児童手当 → 児童.
    Prefix,
    /// One run cut at its start: 児童手当 → 手当.
    Inner,
    /// The area and the service of the title.
    Lexicon,
}

impl Kind {
    pub(super) const ALL: [Self; 4] = [Self::Whole, Self::Prefix, Self::Inner, Self::Lexicon];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole words",
            Self::Prefix => "beginnings of words",
            Self::Inner => "ends of words",
            Self::Lexicon => "area and service",
        }
    }
}

/// One query and the article it is for.
pub(super) struct Query {
    pub(super) kind: Kind,
    pub(super) number: u64,
    pub(super) words: [String; 2],
}

impl Query {
    pub(super) fn text(&self) -> String {
        self.words.join(" ")
    }
}

/// `each` queries of every kind. One whose words are both in more than ten titles names no single page and is dropped.
pub(super) fn make(articles: &[Article], each: usize, seed: u64) -> Vec<Query> {
    let mut titles: HashMap<String, u32> = HashMap::new();
    for article in articles {
        let mut runs = runs(&article.title);
        runs.sort_unstable();
        runs.dedup();
        for run in runs {
            *titles.entry(run).or_default() += 1;
        }
    }
    let mut rng = Rng::of(seed, 2);
    let mut queries = Vec::new();
    for kind in Kind::ALL {
        let (mut made, mut tried) = (0, 0);
        while made < each && tried < each * 50 && !articles.is_empty() {
            tried += 1;
            let article = rng.pick(articles);
            let Some(words) = words(article, kind, &titles, &mut rng) else {
                continue;
            };
            if in_both(articles, &words) <= 10 {
                queries.push(Query {
                    kind,
                    number: article.number,
                    words,
                });
                made += 1;
            }
        }
    }
    queries
}

fn in_both(articles: &[Article], words: &[String; 2]) -> usize {
    articles
        .iter()
        .filter(|article| {
            words
                .iter()
                .all(|word| article.title.contains(word.as_str()))
        })
        .count()
}

fn words(
    article: &Article,
    kind: Kind,
    titles: &HashMap<String, u32>,
    rng: &mut Rng,
) -> Option<[String; 2]> {
    if kind == Kind::Lexicon {
        let (area, service) = (article.area.to_owned(), article.service.to_owned());
        return (article.title.contains(&area) && article.title.contains(&service))
            .then_some([area, service]);
    }
    let mut runs = runs(&article.title);
    runs.retain(|run| (2..=6).contains(&run.chars().count()));
    runs.sort_by_key(|run| titles.get(run));
    runs.dedup();
    let [one, two]: [String; 2] = runs
        .into_iter()
        .take(2)
        .collect::<Vec<_>>()
        .try_into()
        .ok()?;
    if kind == Kind::Whole {
        return Some([one, two]);
    }
    let (cut, kept) = if one.chars().count() >= two.chars().count() {
        (one, two)
    } else {
        (two, one)
    };
    let letters: Vec<char> = cut.chars().collect();
    let length = rng.between(
        2,
        (letters.len() as u64).checked_sub(1).filter(|n| *n >= 2)?,
    ) as usize;
    let part: String = match kind {
        Kind::Prefix => letters[..length].iter().collect(),
        _ => letters[letters.len() - length..].iter().collect(),
    };
    Some([part, kept])
}

/// Longest runs of kanji, or of katakana.
fn runs(title: &str) -> Vec<String> {
    let class = |letter: char| match letter {
        '一'..='鿿' | '々' => 1,
        'ァ'..='ヺ' | 'ー' => 2,
        _ => 0,
    };
    let mut runs: Vec<String> = Vec::new();
    let mut last = 0;
    for letter in title.chars() {
        let now = class(letter);
        match runs.last_mut() {
            Some(run) if now == last && now != 0 => run.push(letter),
            _ if now != 0 => runs.push(letter.to_string()),
            _ => {}
        }
        last = now;
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus::Corpus;

    #[test]
    fn runs_end_where_the_script_changes() {
        assert_eq!(
            runs("児童手当とファクス（大里）"),
            ["児童手当", "ファクス", "大里"]
        );
    }

    #[test]
    fn every_query_is_in_its_title() {
        let corpus = Corpus::new(3);
        let articles: Vec<_> = (1..=400).map(|number| corpus.article(number)).collect();
        let queries = make(&articles, 10, 3);
        assert_eq!(queries.len(), 40);
        for query in &queries {
            let title = &articles[query.number as usize - 1].title;
            assert!(
                query.words.iter().all(|word| title.contains(word)),
                "{} {title}",
                query.text()
            );
        }
    }
}
