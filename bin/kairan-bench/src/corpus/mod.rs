//! A seeded corpus of municipal articles in Japanese: 7 categories, 112 tags, about 1,000 characters each.
//! The same seed gives the same bytes; article `i` is the same in every size.

mod front;
mod prose;
mod words;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use chrono::{Duration, NaiveDate, NaiveDateTime};

use crate::rng::Rng;
pub(crate) use front::tags;
use words::{ACTIONS, AREAS, CATEGORIES, HEADINGS, PAPERS, PLACES, PREFIXES};

/// The first article was published here or later (Japan time).
const FIRST_DAY: NaiveDate = NaiveDate::from_ymd_opt(2021, 4, 1).expect("a day of the calendar");

/// Whose front matter to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Dialect {
    /// A site folder of Kairan.
    Kairan,
    /// A content folder of Hugo.
    Hugo,
}

impl Dialect {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Kairan => "kairan",
            Self::Hugo => "hugo",
        }
    }
}

/// The generator.
pub(crate) struct Corpus {
    seed: u64,
    areas: Vec<&'static str>,
    places: Vec<&'static str>,
    papers: Vec<&'static str>,
    actions: Vec<&'static str>,
    headings: Vec<&'static str>,
}

/// One article, whatever the dialect.
pub(crate) struct Article {
    pub(crate) number: u64,
    pub(crate) title: String,
    pub(crate) summary: String,
    /// Japan time.
    pub(crate) published: NaiveDateTime,
    /// Position in the categories.
    pub(crate) category: usize,
    /// Tags as (category, position).
    pub(crate) tags: Vec<(usize, usize)>,
    pub(crate) people: &'static str,
    pub(crate) closes: NaiveDate,
    pub(crate) area: &'static str,
    pub(crate) service: &'static str,
    pub(crate) body: String,
}

impl Article {
    /// Of how many categories its tags are.
    pub(crate) fn groups(&self) -> usize {
        let groups: std::collections::BTreeSet<usize> =
            self.tags.iter().map(|(category, _)| *category).collect();
        groups.len()
    }
}

/// The slug of an article.
pub(crate) fn address(number: u64) -> String {
    format!("a-{number:06}")
}

fn list(words: &'static str) -> Vec<&'static str> {
    words.split_whitespace().collect()
}

impl Corpus {
    pub(crate) fn new(seed: u64) -> Self {
        let (areas, places, papers) = (list(AREAS), list(PLACES), list(PAPERS));
        Self {
            seed,
            areas,
            places,
            papers,
            actions: list(ACTIONS),
            headings: list(HEADINGS),
        }
    }

    /// Article `number`, from 1.
    pub(crate) fn article(&self, number: u64) -> Article {
        let rng = &mut Rng::of(self.seed, number);
        let category = rng.below(CATEGORIES.len() as u64) as usize;
        let of = &CATEGORIES[category];
        let services = list(of.services);
        let (service, other) = (*rng.pick(&services), *rng.pick(&services));
        let (area, place, action) = (
            *rng.pick(&self.areas),
            rng.pick(&self.places),
            rng.pick(&self.actions),
        );
        let people = *rng.pick(&list(of.people));
        let base = match rng.below(5) {
            0 => format!("令和{}年度 {area}の{service}{action}", rng.between(3, 8)),
            1 => format!("{service}（{area}{place}）{action}"),
            2 => format!("{area}{place}の{service}{action}"),
            3 if service != other => format!("{service}と{other}{action}（{area}）"),
            _ => format!("{service}{action}（{area}地区）"),
        };
        let title = format!("{}{base}", rng.pick(&PREFIXES));
        let published = FIRST_DAY.and_hms_opt(8, 30, 0).unwrap_or_default()
            + Duration::minutes(rng.below(5 * 365 * 24 * 60) as i64);
        let closes = published.date() + Duration::days(rng.between(14, 120) as i64);
        let tags = self.tags(category, rng);
        let summary = format!(
            "{people}へ。{area}での{service}について、受付の期間と必要なものを案内します。"
        );
        let department = of.department;
        let subject = prose::Subject {
            number,
            service,
            services: &services,
            area,
            department,
            people,
            closes,
        };
        let body = subject.body(self, rng);
        Article {
            number,
            title,
            summary,
            published,
            category,
            tags,
            people,
            closes,
            area,
            service,
            body,
        }
    }

    /// Two to seven tags of the category and one of another.
    fn tags(&self, category: usize, rng: &mut Rng) -> Vec<(usize, usize)> {
        let mut tags = Vec::new();
        let other =
            (category + 1 + rng.below(CATEGORIES.len() as u64 - 1) as usize) % CATEGORIES.len();
        for _ in 0..rng.between(2, 7) {
            let tag = (category, rng.below(16) as usize);
            if !tags.contains(&tag) {
                tags.push(tag);
            }
        }
        tags.push((other, rng.below(16) as usize));
        tags
    }

    /// Writes articles 1 to `articles` and what the site needs beside them; memory does not grow with their number.
    pub(crate) fn write(&self, articles: u64, folder: &Path, dialect: Dialect) -> Result<()> {
        let content = match dialect {
            Dialect::Kairan => folder.join("content/articles"),
            Dialect::Hugo => folder.join("content/articles"),
        };
        fs::create_dir_all(&content).with_context(|| content.display().to_string())?;
        for (name, text) in front::site_files(dialect) {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(&path, text).with_context(|| path.display().to_string())?;
        }
        for number in 1..=articles {
            let article = self.article(number);
            let path = content.join(format!("{}.md", address(number)));
            fs::write(&path, article.text(dialect)).with_context(|| path.display().to_string())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_article() {
        let (one, two) = (Corpus::new(7).article(42), Corpus::new(7).article(42));
        assert_eq!(one.text(Dialect::Kairan), two.text(Dialect::Kairan));
        assert_ne!(one.body, Corpus::new(8).article(42).body);
        assert_ne!(one.body, Corpus::new(7).article(43).body);
    }

    #[test]
    fn the_city_has_112_tags_that_differ() {
        let tags: std::collections::BTreeSet<_> = CATEGORIES
            .iter()
            .flat_map(|category| list(category.tags))
            .collect();
        assert_eq!(tags.len(), 112);
    }

    #[test]
    fn every_article_passes_the_check() {
        let folder = tempfile::tempdir().unwrap();
        Corpus::new(1)
            .write(300, folder.path(), Dialect::Kairan)
            .unwrap();
        let source = crate::folder::Folder::new(folder.path());
        let checked =
            kairan_content::check_site(&source, NaiveDate::from_ymd_opt(2026, 11, 20).unwrap());
        assert_eq!(checked.documents.len(), 300);
        let errors: Vec<_> = checked
            .documents
            .iter()
            .filter(|document| document.has_errors)
            .collect();
        assert!(
            errors.is_empty(),
            "{:?}",
            checked.diagnostics.iter().take(5).collect::<Vec<_>>()
        );
    }
}
