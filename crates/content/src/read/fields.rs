//! Reading the keys of one mapping: what is used, what is missing, what nobody knows.

use crate::diagnostic::{Report, codes};
use crate::place::Span;
use crate::suggest::did_you_mean;
use crate::time::{Moment, NotAMoment};
use crate::yaml::{Entry, Node, Value};

/// The longest short text, in characters.
pub(crate) const SHORT: usize = 300;

/// The keys of one mapping, ticked off as they are read.
pub(crate) struct Fields<'n, 'a> {
    entries: &'n [Entry<'a>],
    used: Vec<bool>,
    /// Where to say that a key is missing.
    span: Span,
}

impl<'n, 'a> Fields<'n, 'a> {
    /// The keys of `node`; a problem is noted if it is no mapping.
    pub(crate) fn of(node: &'n Node<'a>, what: &str, report: &mut Report) -> Option<Self> {
        match &node.value {
            Value::Map(entries) => {
                let span = entries.first().map_or(node.span, |entry| entry.key_span);
                Some(Self {
                    entries,
                    used: vec![false; entries.len()],
                    span,
                })
            }
            _ => {
                report.add(
                    codes::WRONG_TYPE,
                    node.span,
                    format!("{what}は「名前: 値」のまとまりで書きます。"),
                    "「{ 名前: 値, 名前: 値 }」か、字下げした行で書いてください。",
                );
                None
            }
        }
    }

    /// Where the mapping begins.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// The entry of a key, ticked off.
    pub(crate) fn entry(&mut self, key: &str) -> Option<&'n Entry<'a>> {
        let at = self.entries.iter().position(|entry| entry.key == key)?;
        if let Some(used) = self.used.get_mut(at) {
            *used = true;
        }
        self.entries.get(at)
    }

    /// The entry of a key that must be there.
    pub(crate) fn required(&mut self, key: &str, report: &mut Report) -> Option<&'n Entry<'a>> {
        let entry = self.entry(key);
        if entry.is_none() {
            self.missing(key, report);
        }
        entry
    }

    /// Notes that a key is missing.
    pub(crate) fn missing(&self, key: &str, report: &mut Report) {
        report.add(
            codes::MISSING_KEY,
            self.span,
            format!("必要な項目「{key}」がありません。"),
            match key.split_once('.') {
                Some((outer, inner)) => {
                    format!("「{outer}: {{ {inner}: … }}」の行を加えてください。")
                }
                None => format!("「{key}: …」の行を加えてください。"),
            },
        );
    }

    /// A short text.
    pub(crate) fn text(&mut self, key: &str, report: &mut Report) -> Option<String> {
        text(self.entry(key)?, SHORT, report)
    }

    /// A short text that must be there.
    pub(crate) fn required_text(
        &mut self,
        key: &str,
        max: usize,
        report: &mut Report,
    ) -> Option<String> {
        text(self.required(key, report)?, max, report)
    }

    /// A date or date and time.
    pub(crate) fn moment(&mut self, key: &str, report: &mut Report) -> Option<Moment> {
        moment(self.entry(key)?, report)
    }

    /// `true` or `false`; false where it is not said.
    pub(crate) fn flag(&mut self, key: &str, report: &mut Report) -> bool {
        let Some(entry) = self.entry(key) else {
            return false;
        };
        match (&entry.node.value, entry.node.text()) {
            (Value::Scalar { plain: true, .. }, Some("true")) => true,
            (Value::Scalar { plain: true, .. }, Some("false")) => false,
            _ => {
                report.add(
                    codes::UNKNOWN_CHOICE,
                    entry.place(),
                    format!("「{key}」は true か false で書きます。"),
                    "はいは true、いいえは false（半角、引用符なし）と書いてください。",
                );
                false
            }
        }
    }

    /// A whole number within a range.
    pub(crate) fn number(
        &mut self,
        key: &str,
        range: std::ops::RangeInclusive<u32>,
        report: &mut Report,
    ) -> Option<u32> {
        let entry = self.entry(key)?;
        let number = entry.node.text().and_then(|text| text.parse().ok());
        let good = number.filter(|number| range.contains(number));
        if good.is_none() {
            report.add(
                codes::BAD_NUMBER,
                entry.place(),
                format!("「{key}」の数が正しくありません。"),
                format!(
                    "{}から{}までの数を、半角の数字だけで書いてください。",
                    range.start(),
                    range.end()
                ),
            );
        }
        good
    }

    /// A list of short texts; a single text stands for a list of one.
    pub(crate) fn texts(&mut self, key: &str, report: &mut Report) -> Vec<(String, Span)> {
        let Some(entry) = self.entry(key) else {
            return Vec::new();
        };
        let mut out: Vec<(String, Span)> = Vec::new();
        for item in items(entry) {
            if item.text().is_none() {
                wrong_text(key, item.span_or(entry), item, report);
                continue;
            }
            let Some(text) = checked(key, item, item.span, SHORT, report) else {
                continue;
            };
            out.push((text, item.span));
        }
        repeated(&out, report);
        out
    }

    /// Notes every key that was not read.
    pub(crate) fn finish(self, known: &[&str], report: &mut Report) {
        for (entry, used) in self.entries.iter().zip(&self.used) {
            if *used {
                continue;
            }
            unknown_key(entry, known, report);
        }
    }

    /// The entries nobody read, for those who know more about them.
    pub(crate) fn unread(&self) -> impl Iterator<Item = &'n Entry<'a>> {
        self.entries
            .iter()
            .zip(&self.used)
            .filter(|(_, used)| !**used)
            .map(|(entry, _)| entry)
    }
}

/// Notes a key nobody knows, with the nearest known one.
pub(crate) fn unknown_key(entry: &Entry<'_>, known: &[&str], report: &mut Report) {
    let key = &*entry.key;
    if key.contains(['\u{3000}', '：']) {
        report.add(
            codes::FULL_WIDTH_SIGN,
            entry.key_span,
            format!(
                "項目の名前「{}」に全角の空白か「：」があります。",
                key.trim()
            ),
            "字下げと区切りは、半角の空白と半角の「:」で書いてください。",
        );
        return;
    }
    let near = did_you_mean(key, known.iter().copied());
    let fix = if near.is_empty() {
        format!(
            "使える項目は {} です。いらなければ行ごと消してください。",
            known.join("・")
        )
    } else {
        format!("{near}いらなければ行ごと消してください。")
    };
    report.add(
        codes::UNKNOWN_KEY,
        entry.key_span,
        format!("「{key}」という項目はありません。"),
        fix,
    );
}

impl Node<'_> {
    /// The place of the node, or of its key where it is left out.
    fn span_or(&self, entry: &Entry<'_>) -> Span {
        if self.span.start == self.span.end {
            entry.place()
        } else {
            self.span
        }
    }
}

/// The items of a list; a single value stands for a list of one.
pub(crate) fn items<'n, 'a>(entry: &'n Entry<'a>) -> &'n [Node<'a>] {
    match &entry.node.value {
        Value::List(items) => items,
        _ => std::slice::from_ref(&entry.node),
    }
}

/// A text of at most `max` characters.
pub(crate) fn text(entry: &Entry<'_>, max: usize, report: &mut Report) -> Option<String> {
    if entry.node.text().is_none() {
        wrong_text(&entry.key, entry.place(), &entry.node, report);
        return None;
    }
    checked(&entry.key, &entry.node, entry.place(), max, report)
}

fn wrong_text(key: &str, at: Span, node: &Node<'_>, report: &mut Report) {
    if node.is_null() {
        report.add(
            codes::EMPTY_VALUE,
            at,
            format!("「{key}」の値がありません。"),
            format!("値を書くか、使わないときは「{key}」を消してください。"),
        );
    } else {
        report.add(
            codes::WRONG_TYPE,
            at,
            format!("「{key}」には文字を書きます。"),
            "一覧やまとまりではなく、1つの値を書いてください。「[」や「{」で始まる文は \"…\" で囲みます。",
        );
    }
}

fn checked(
    key: &str,
    node: &Node<'_>,
    at: Span,
    max: usize,
    report: &mut Report,
) -> Option<String> {
    let text = node.text()?;
    if text.trim().is_empty() {
        report.add(
            codes::EMPTY_VALUE,
            at,
            format!("「{key}」の値が空です。"),
            format!("値を書くか、使わないときは「{key}」を消してください。"),
        );
        return None;
    }
    // The number of bytes is a bound of the number of characters: most texts need no count.
    if text.len() > max {
        let length = text.chars().count();
        if length > max {
            report.add(
                codes::TOO_LONG,
                at,
                format!("「{key}」が{length}文字あります（{max}文字まで）。"),
                format!("{}文字短くしてください。", length - max),
            );
        }
    }
    if let Some(control) = text
        .chars()
        .find(|c| c.is_control() && !matches!(c, '\n' | '\t'))
    {
        report.add(
            codes::CONTROL_CHARACTER,
            at,
            format!(
                "「{key}」に見えない文字（U+{:04X}）があります。",
                u32::from(control)
            ),
            "いったん消して、打ち直してください。",
        );
    }
    Some(text.trim_end_matches('\n').to_owned())
}

/// A date or date and time.
pub(crate) fn moment(entry: &Entry<'_>, report: &mut Report) -> Option<Moment> {
    let Some(text) = entry.node.text() else {
        wrong_text(&entry.key, entry.place(), &entry.node, report);
        return None;
    };
    let key = &entry.key;
    let (code, message, fix) = match Moment::read(text) {
        Ok(moment) => return Some(moment),
        Err(NotAMoment::Form) => (
            codes::BAD_DATE,
            format!("「{key}」の「{text}」は日付として読めません。"),
            "2026-12-25 か 2026-12-25T17:00 のように、半角の数字と「-」で書いてください。",
        ),
        Err(NotAMoment::NoSuchDay) => (
            codes::NO_SUCH_DATE,
            format!("「{text}」という日付はありません。"),
            "暦を確かめて、ある日付に直してください。",
        ),
        Err(NotAMoment::NoSuchTime) => (
            codes::NO_SUCH_TIME,
            format!("「{text}」の時刻はありません。"),
            "00:00 から 23:59 までで書いてください。その日いっぱいのときは、日付だけを書きます。",
        ),
    };
    report.add(code, entry.place(), message, fix);
    None
}

/// Notes items that occur twice.
pub(crate) fn repeated(items: &[(String, Span)], report: &mut Report) {
    if items.len() < 2 {
        return;
    }
    let mut seen = std::collections::HashSet::with_capacity(items.len());
    for (item, span) in items {
        if !seen.insert(item.as_str()) {
            report.add(
                codes::REPEATED_ITEM,
                *span,
                format!("「{item}」が2回書かれています。"),
                "1つを消してください。",
            );
        }
    }
}

/// One of the words a key allows.
pub(crate) fn choice<T: Copy>(
    entry: &Entry<'_>,
    node: &Node<'_>,
    words: &[(&str, T)],
    report: &mut Report,
) -> Option<T> {
    let at = if node.span.start == node.span.end {
        entry.place()
    } else {
        node.span
    };
    let Some(text) = node.text() else {
        wrong_text(&entry.key, at, node, report);
        return None;
    };
    if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
        return Some(*value);
    }
    let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    report.add(
        codes::UNKNOWN_CHOICE,
        at,
        format!("「{}」に「{text}」は選べません。", entry.key),
        format!(
            "{}{} から選んでください。",
            did_you_mean(text, all.iter().copied()),
            all.join("・")
        ),
    );
    None
}
