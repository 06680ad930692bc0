//! Lists with ordinals that are given once.

use std::collections::{BTreeMap, HashMap};

use crate::key::ListKey;

/// The position of a document in the catalogue; never given to another.
pub(super) type Slot = u32;

#[derive(Debug, Default, Clone)]
struct List {
    /// Those now in the list.
    members: BTreeMap<u32, Slot>,
    /// Every ordinal ever given.
    given: HashMap<Slot, u32>,
}

#[derive(Debug, Default, Clone)]
pub(super) struct Lists(HashMap<ListKey, List>);

impl Lists {
    /// Puts a document into a list: at its old place if it ever had one, else at the end.
    pub(super) fn join(&mut self, key: ListKey, slot: Slot) {
        let list = self.0.entry(key).or_default();
        let next = list.given.len() as u32 + 1;
        let ordinal = *list.given.entry(slot).or_insert(next);
        list.members.insert(ordinal, slot);
    }

    pub(super) fn leave(&mut self, key: &ListKey, slot: Slot) {
        if let Some(list) = self.0.get_mut(key)
            && let Some(ordinal) = list.given.get(&slot)
        {
            list.members.remove(ordinal);
        }
    }

    pub(super) fn last_ordinal(&self, key: &ListKey) -> u32 {
        self.0.get(key).map_or(0, |list| list.given.len() as u32)
    }

    pub(super) fn ordinal(&self, key: &ListKey, slot: Slot) -> Option<u32> {
        self.0.get(key)?.given.get(&slot).copied()
    }

    /// Members with ordinals in `first..=last`, highest first.
    pub(super) fn range(
        &self,
        key: &ListKey,
        first: u32,
        last: u32,
    ) -> impl Iterator<Item = (u32, Slot)> + '_ {
        let members = self
            .0
            .get(key)
            .filter(|_| first <= last)
            .map(|list| &list.members);
        members
            .into_iter()
            .flat_map(move |members| members.range(first..=last).rev())
            .map(|(ordinal, slot)| (*ordinal, *slot))
    }

    pub(super) fn languages(&self) -> Vec<String> {
        let mut languages: Vec<_> = self
            .0
            .keys()
            .filter_map(|key| {
                if let ListKey::Lang(lang) = key {
                    Some(lang.clone())
                } else {
                    None
                }
            })
            .collect();
        languages.sort_unstable();
        languages
    }
}
