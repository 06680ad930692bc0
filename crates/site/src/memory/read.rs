use std::sync::Arc;

use chrono::NaiveDateTime;
use kairan_content::{Session, SiteData};

use super::MemoryCatalogue;
use super::lists::Slot;
use crate::catalogue::{Catalogue, Change, FileInfo, Found};
use crate::error::{Error, Result};
use crate::key::{Address, ListKey, Month};
use crate::live::{Card, Live};

impl MemoryCatalogue {
    fn live(&self, slot: Slot) -> Option<&Arc<Live>> {
        self.documents.get(slot as usize)?.as_ref()
    }

    fn card(&self, slot: Slot) -> Option<Arc<Card>> {
        self.live(slot).map(|live| Arc::clone(&live.card))
    }

    fn cards<'a>(&self, slots: impl IntoIterator<Item = &'a Slot>) -> Vec<Arc<Card>> {
        slots
            .into_iter()
            .filter_map(|slot| self.card(*slot))
            .collect()
    }
}

impl Catalogue for MemoryCatalogue {
    fn site(&self) -> &SiteData {
        &self.site
    }

    fn document(&self, id: &str) -> Result<Option<Arc<Live>>> {
        Ok(self
            .slots
            .get(id)
            .and_then(|slot| self.live(*slot))
            .cloned())
    }

    fn at(&self, address: &Address) -> Result<Option<Found>> {
        let first = self
            .addresses
            .get(address)
            .and_then(|at| at.first_key_value());
        Ok(first.and_then(|((moved, _), slot)| {
            let live = self.live(*slot)?;
            Some(if *moved {
                Found::Moved(Arc::clone(&live.card))
            } else {
                Found::Live(Arc::clone(live))
            })
        }))
    }

    fn named(&self, name: &str) -> Result<Vec<Arc<Card>>> {
        Ok(self
            .names
            .get(name)
            .map(|named| self.cards(named.values()))
            .unwrap_or_default())
    }

    fn last_ordinal(&self, list: &ListKey) -> Result<u32> {
        Ok(self.lists.last_ordinal(list))
    }

    fn ordinal(&self, list: &ListKey, id: &str) -> Result<Option<u32>> {
        Ok(self
            .slots
            .get(id)
            .and_then(|slot| self.lists.ordinal(list, *slot)))
    }

    fn range(&self, list: &ListKey, first: u32, last: u32) -> Result<Vec<(u32, Arc<Card>)>> {
        let members = self.lists.range(list, first, last);
        Ok(members
            .filter_map(|(ordinal, slot)| Some((ordinal, self.card(slot)?)))
            .collect())
    }

    fn newest(&self, list: &ListKey, limit: usize) -> Result<Vec<Arc<Card>>> {
        let members = self.lists.range(list, 0, u32::MAX);
        Ok(members
            .filter_map(|(_, slot)| self.card(slot))
            .take(limit)
            .collect())
    }

    fn languages(&self) -> Result<Vec<String>> {
        Ok(self.lists.languages())
    }

    fn closing(&self, after: NaiveDateTime, until: NaiveDateTime) -> Result<Vec<Arc<Card>>> {
        if after >= until {
            return Ok(Vec::new());
        }
        let mut slots: Vec<Slot> = self
            .deadlines
            .range((after, Slot::MAX)..=(until, Slot::MAX))
            .filter(|(end, _)| *end > after)
            .map(|(_, slot)| *slot)
            .collect();
        slots.sort_unstable();
        slots.dedup();
        Ok(self.cards(&slots))
    }

    fn next_closing(&self, after: NaiveDateTime) -> Result<Option<NaiveDateTime>> {
        let mut later = self.deadlines.range((after, Slot::MAX)..);
        Ok(later.find(|(end, _)| *end > after).map(|(end, _)| *end))
    }

    fn sessions(
        &self,
        from: NaiveDateTime,
        to: NaiveDateTime,
        limit: usize,
    ) -> Result<Vec<(Session, Arc<Card>)>> {
        if from >= to {
            return Ok(Vec::new());
        }
        let range = (from, String::new(), 0)..(to, String::new(), 0);
        Ok(self
            .sessions
            .range(range)
            .filter_map(|((_, _, at), slot)| {
                let card = self.card(*slot)?;
                Some((card.sessions.get(*at)?.clone(), card))
            })
            .take(limit)
            .collect())
    }

    fn month_before(&self, month: Month) -> Result<Option<Month>> {
        let end = (
            month.first().and_time(chrono::NaiveTime::MIN),
            String::new(),
            0,
        );
        let last = self.sessions.range(..end).next_back();
        Ok(last.map(|((start, _, _), _)| Month::of(start.date())))
    }

    fn month_after(&self, month: Month) -> Result<Option<Month>> {
        let start = (
            month.next().first().and_time(chrono::NaiveTime::MIN),
            String::new(),
            0,
        );
        let first = self.sessions.range(start..).next();
        Ok(first.map(|((start, _, _), _)| Month::of(start.date())))
    }

    fn referrers(&self, names: &[String]) -> Result<Vec<Arc<Card>>> {
        let mut slots: Vec<(&String, Slot)> = names
            .iter()
            .filter_map(|name| self.referrers.get(name))
            .flatten()
            .map(|(id, slot)| (id, *slot))
            .collect();
        slots.sort_unstable();
        slots.dedup();
        Ok(self.cards(slots.iter().map(|(_, slot)| slot)))
    }

    fn variants(&self, group: &str) -> Result<Vec<Arc<Card>>> {
        Ok(self
            .variants
            .get(group)
            .map(|group| self.cards(group.values()))
            .unwrap_or_default())
    }

    fn emergencies(&self) -> Result<Vec<Arc<Card>>> {
        Ok(self.cards(self.emergencies.iter().rev().map(|(_, slot)| slot)))
    }

    fn file(&self, path: &str) -> Result<Option<FileInfo>> {
        Ok(self.files.info(path).cloned())
    }

    fn file_bytes(&self, hash: &str, name: &str) -> Result<Option<Vec<u8>>> {
        self.files.bytes(hash, name).map_err(Error::catalogue)
    }

    fn last_change(&self) -> Result<u32> {
        Ok(self.changes.len() as u32)
    }

    fn changes(&self, first: u32, last: u32) -> Result<Vec<Change>> {
        let range = first.saturating_sub(1) as usize..(last as usize).min(self.changes.len());
        Ok(self
            .changes
            .get(range)
            .unwrap_or_default()
            .iter()
            .rev()
            .cloned()
            .collect())
    }
}
