//! What a citizen has answered (プロフィール).

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize, Serializer};

use crate::problem::joined;

/// One answer in its three states.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Answer<T> {
    /// The question has not been answered (the key is absent).
    #[default]
    NotAnswered,
    /// Answered: none (`null`).
    Nothing,
    /// Answered with a value.
    Given(T),
}

impl<T> Answer<T> {
    /// Whether the question is still open.
    pub fn is_not_answered(&self) -> bool {
        matches!(self, Self::NotAnswered)
    }

    /// The value, if one was given.
    pub fn given(&self) -> Option<&T> {
        match self {
            Self::Given(value) => Some(value),
            _ => None,
        }
    }
}

impl<T> Answer<Vec<T>> {
    /// The list, empty where the answer was none; `None` when not answered.
    pub fn list(&self) -> Option<&[T]> {
        match self {
            Self::NotAnswered => None,
            Self::Nothing => Some(&[]),
            Self::Given(list) => Some(list),
        }
    }
}

impl<T: Serialize> Serialize for Answer<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.given().serialize(serializer)
    }
}

/// Facts about one citizen. As JSON: an absent key is *not answered*, `null` or an empty list is *answered: none*.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "serde_json::Value")]
pub struct Facts {
    /// The citizen's own birth date.
    #[serde(skip_serializing_if = "Answer::is_not_answered")]
    pub birth_date: Answer<NaiveDate>,
    /// Key of the area where the citizen lives.
    #[serde(skip_serializing_if = "Answer::is_not_answered")]
    pub area: Answer<String>,
    /// The children.
    #[serde(skip_serializing_if = "Answer::is_not_answered")]
    pub children: Answer<Vec<Child>>,
    /// Due date of an expected child.
    #[serde(skip_serializing_if = "Answer::is_not_answered")]
    pub due_date: Answer<NaiveDate>,
    /// Household options that were ticked; what is not ticked is a no.
    #[serde(skip_serializing_if = "Answer::is_not_answered")]
    pub household: Answer<Vec<String>>,
    /// Yes-or-no questions; a key that is absent is not answered.
    #[serde(skip_serializing_if = "Answer::is_not_answered")]
    pub flags: Answer<BTreeMap<String, Option<bool>>>,
}

/// One child.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Child {
    /// Stable key, chosen by the system that keeps the profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Birth date.
    pub birth_date: NaiveDate,
    /// Traits that were ticked. `None`: not answered; an empty list: answered, none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traits: Option<Vec<String>>,
}

impl Facts {
    /// The answer to one flag: `None` when not answered, otherwise yes or no.
    pub fn flag(&self, key: &str) -> Option<bool> {
        match &self.flags {
            Answer::NotAnswered => None,
            Answer::Nothing => Some(false),
            Answer::Given(flags) => flags.get(key).map(|answer| answer.unwrap_or(false)),
        }
    }

    /// The key of every child in order. A child without one is named by its birth date and its position among the keyless
    /// children of that date (`2025-11-01#1`), so that adding another child renames none.
    pub fn child_keys(&self) -> Vec<String> {
        let mut twins: HashMap<NaiveDate, u32> = HashMap::new();
        let children = self.children.list().unwrap_or_default();
        children
            .iter()
            .map(|child| match &child.key {
                Some(key) => key.clone(),
                None => {
                    let n = twins.entry(child.birth_date).or_default();
                    *n += 1;
                    format!("{}#{n}", child.birth_date)
                }
            })
            .collect()
    }
}

impl TryFrom<serde_json::Value> for Facts {
    type Error = String;

    fn try_from(value: serde_json::Value) -> Result<Self, String> {
        Self::from_json(&value).map_err(|problems| joined(&problems))
    }
}
