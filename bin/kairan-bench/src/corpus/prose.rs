//! Bodies of articles: sentences, lists, tables and links under headings.

use chrono::{Datelike, NaiveDate};

use super::words::SENTENCES;
use super::{Corpus, address};
use crate::rng::Rng;

const WEEKDAYS: [&str; 7] = ["月", "火", "水", "木", "金", "土", "日"];

/// What the sentences of one article speak of.
pub(super) struct Subject<'a> {
    pub(super) number: u64,
    pub(super) service: &'a str,
    pub(super) services: &'a [&'a str],
    pub(super) area: &'a str,
    pub(super) department: &'a str,
    pub(super) people: &'a str,
    pub(super) closes: NaiveDate,
}

impl Subject<'_> {
    /// Markdown of about 600 to 1,500 characters.
    pub(super) fn body(&self, corpus: &Corpus, rng: &mut Rng) -> String {
        let wanted = rng.between(600, 1_500) as usize * 3;
        let mut body = self.paragraph(corpus, rng);
        let first = rng.below(corpus.headings.len() as u64) as usize;
        for at in 0.. {
            if body.len() >= wanted {
                break;
            }
            let heading = corpus.headings[(first + at) % corpus.headings.len()];
            body.push_str(&format!("\n## {heading}\n\n"));
            match rng.below(4) {
                0 => {
                    for _ in 0..rng.between(3, 5) {
                        body.push_str(&format!("- {}\n", rng.pick(&corpus.papers)));
                    }
                    body.push('\n');
                }
                1 => {
                    body.push_str("| 区分 | 金額 | 受付 |\n| --- | --- | --- |\n");
                    for _ in 0..3 {
                        let (thousands, month) = (rng.between(1, 30), rng.between(1, 12));
                        body.push_str(&format!(
                            "| {} | {thousands},000円 | {month}月 |\n",
                            rng.pick(&corpus.areas)
                        ));
                    }
                    body.push('\n');
                }
                _ => {}
            }
            body.push_str(&self.paragraph(corpus, rng));
            if rng.chance(0.3) {
                let other = address(rng.between(1, self.number.max(1)));
                let service = rng.pick(self.services);
                body.push_str(&format!(
                    "\n[{service}のページ](/articles/{other}/)も見てください。**{}まで**です。\n",
                    self.day()
                ));
            }
        }
        body
    }

    fn paragraph(&self, corpus: &Corpus, rng: &mut Rng) -> String {
        let mut text = String::new();
        for _ in 0..rng.between(2, 4) {
            self.sentence(&mut text, corpus, rng);
        }
        text.push('\n');
        text
    }

    fn sentence(&self, text: &mut String, corpus: &Corpus, rng: &mut Rng) {
        let mut pattern = rng.pick(&SENTENCES).chars();
        while let Some(letter) = pattern.next() {
            if letter != '{' {
                text.push(letter);
                continue;
            }
            match pattern.next() {
                Some('a') if rng.chance(0.6) => text.push_str(self.area),
                Some('a') => text.push_str(rng.pick::<&str>(&corpus.areas)),
                Some('s') => text.push_str(self.service),
                Some('o') => text.push_str(rng.pick::<&str>(self.services)),
                Some('p') => text.push_str(rng.pick::<&str>(&corpus.places)),
                Some('d') => text.push_str(self.department),
                Some('w') => text.push_str(self.people),
                Some('x') => text.push_str(rng.pick::<&str>(&corpus.papers)),
                Some('e') => text.push_str(&self.day()),
                Some('n') => text.push_str(&rng.between(2, 9).to_string()),
                _ => text.push_str(&rng.between(10, 120).to_string()),
            }
            pattern.next(); // the closing brace
        }
    }

    /// 12月25日（金曜日）
    fn day(&self) -> String {
        let weekday = WEEKDAYS[self.closes.weekday().num_days_from_monday() as usize];
        format!(
            "{}月{}日（{weekday}曜日）",
            self.closes.month(),
            self.closes.day()
        )
    }
}
