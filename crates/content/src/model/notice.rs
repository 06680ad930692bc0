//! お知らせ配信: who is told of a document, when and through what.

use serde::{Deserialize, Serialize};

use crate::time::Moment;

/// A channel that can carry a notice; the inbox always does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NoticeChannel {
    /// メール
    Mail,
    /// LINE
    Line,
}

/// Who is told, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum NoticeOn {
    /// Those who match when it is published.
    #[default]
    Publish,
    /// Those, and people who come to match later.
    Match,
}

/// How pressing a notice is (緊急度). Important and emergency notices pass interests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Urgency {
    /// 通常
    #[default]
    Normal,
    /// 重要
    Important,
    /// 緊急
    Emergency,
}

/// お知らせ配信
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Channels beside the inbox.
    pub channels: Vec<NoticeChannel>,
    /// Publish or match.
    #[serde(default)]
    pub on: NoticeOn,
    /// Before each deadline closes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reminders: Vec<Reminder>,
    /// Raised by the author to tell everyone anew.
    pub round: u32,
    /// 緊急度
    #[serde(default)]
    pub urgency: Urgency,
    /// アンケート
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survey: Option<Survey>,
}

/// How long before a deadline closes a reminder goes out: `7d`, `12h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reminder {
    /// Whole hours.
    pub hours: u32,
}

impl Reminder {
    /// Reads `7d` or `12h`; at most 366 days.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (number, factor) = match (text.strip_suffix('d'), text.strip_suffix('h')) {
            (Some(days), _) => (days, 24),
            (_, Some(hours)) => (hours, 1),
            _ => return None,
        };
        let hours = number.parse::<u32>().ok()?.checked_mul(factor)?;
        (1..=366 * 24).contains(&hours).then_some(Self { hours })
    }
}

impl std::fmt::Display for Reminder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.hours.is_multiple_of(24) {
            write!(f, "{}d", self.hours / 24)
        } else {
            write!(f, "{}h", self.hours)
        }
    }
}

impl Serialize for Reminder {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Reminder {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a reminder such as 7d"))
    }
}

/// アンケート
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    /// The question.
    pub question: String,
    /// The choices.
    pub choices: Vec<String>,
    /// Until when it can be answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closes: Option<Moment>,
}
