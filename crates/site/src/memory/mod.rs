//! A catalogue held in memory: for building a folder, for tests, for previews.

mod files;
mod lists;
mod read;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::NaiveDateTime;
use kairan_content::{Document, SiteData};

use self::files::Files;
use self::lists::{Lists, Slot};
use crate::catalogue::{Action, Change};
use crate::key::Address;
use crate::live::Live;

pub use self::files::ReadFile;

/// Every live document, with what answers the questions of [`Catalogue`](crate::Catalogue) in time that grows with the answer.
#[derive(Debug, Clone)]
pub struct MemoryCatalogue {
    site: Arc<SiteData>,
    slots: HashMap<String, Slot>,
    documents: Vec<Option<Arc<Live>>>,
    lists: Lists,
    /// Live documents by address, and by the addresses they once had; the lowest id goes first.
    addresses: HashMap<Address, BTreeMap<(bool, String), Slot>>,
    names: HashMap<String, BTreeMap<String, Slot>>,
    /// Who calls something by this name.
    referrers: HashMap<String, BTreeMap<String, Slot>>,
    variants: HashMap<String, BTreeMap<(String, String), Slot>>,
    /// End of a deadline.
    deadlines: BTreeSet<(NaiveDateTime, Slot)>,
    /// Start and id of a session, and its place in the document.
    sessions: BTreeMap<(NaiveDateTime, String, usize), Slot>,
    emergencies: BTreeSet<(NaiveDateTime, Slot)>,
    files: Files,
    changes: Vec<Change>,
}

impl MemoryCatalogue {
    /// A catalogue without documents.
    #[must_use]
    pub fn new(site: Arc<SiteData>) -> Self {
        Self {
            site,
            slots: HashMap::new(),
            documents: Vec::new(),
            lists: Lists::default(),
            addresses: HashMap::new(),
            names: HashMap::new(),
            referrers: HashMap::new(),
            variants: HashMap::new(),
            deadlines: BTreeSet::new(),
            sessions: BTreeMap::new(),
            emergencies: BTreeSet::new(),
            files: Files::default(),
            changes: Vec::new(),
        }
    }

    /// The documents that are public at `now` (JST): 公開日時 reached, 公開終了 not. They enter lists by first publication, then id.
    #[must_use]
    pub fn from_documents(
        site: Arc<SiteData>,
        documents: impl IntoIterator<Item = Document>,
        now: NaiveDateTime,
    ) -> Self {
        let lang = site.settings.lang.clone();
        let mut live: Vec<Live> = documents
            .into_iter()
            .filter(|document| {
                document.publish_at.is_none_or(|at| at.start() <= now)
                    && document.expires_at.is_none_or(|at| at.end() > now)
            })
            .map(|document| Live::new(document, None, &lang))
            .collect();
        live.sort_by(|a, b| (a.published_at(), a.id()).cmp(&(b.published_at(), b.id())));
        let mut catalogue = Self::new(site);
        for live in live {
            catalogue.put(live);
        }
        catalogue
    }

    /// Gives the files of the site folder: their paths, and how to read one.
    ///
    /// # Errors
    /// Where a file cannot be read; each is read once, for its hash.
    pub fn with_files(
        mut self,
        paths: impl IntoIterator<Item = String>,
        read: Arc<ReadFile>,
    ) -> std::io::Result<Self> {
        self.files.set(paths, read)?;
        for live in self.documents.iter().flatten() {
            self.files.link(live);
        }
        Ok(self)
    }

    /// Makes an edition live, in place of the one before; answers that.
    pub fn put(&mut self, live: Live) -> Option<Arc<Live>> {
        let old = self.unlink(live.id());
        let action = if old.is_some() {
            Action::Updated
        } else {
            Action::Published
        };
        self.record(action, &live);
        self.link(live);
        old
    }

    /// Withdraws a document; answers its last edition.
    pub fn remove(&mut self, id: &str) -> Option<Arc<Live>> {
        let old = self.unlink(id)?;
        self.record(Action::Withdrawn, &old);
        Some(old)
    }

    /// Every live document, in the order in which they first came.
    pub fn documents(&self) -> impl Iterator<Item = &Arc<Live>> {
        self.documents.iter().flatten()
    }

    /// The number of live documents.
    #[must_use]
    pub fn len(&self) -> usize {
        self.documents.iter().flatten().count()
    }

    /// Whether nothing is live.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.documents.iter().all(Option::is_none)
    }

    fn record(&mut self, action: Action, live: &Live) {
        self.changes.push(Change {
            seq: self.changes.len() as u32 + 1,
            action,
            kind: live.document.kind,
            id: live.id().to_owned(),
            path: live.card.path.clone(),
            edition: live.card.edition.clone(),
        });
    }

    fn link(&mut self, live: Live) {
        let id = live.id().to_owned();
        let next = self.documents.len() as Slot;
        let slot = *self.slots.entry(id.clone()).or_insert(next);
        let lang = self.site.settings.lang.clone();
        for list in live.lists(&lang) {
            self.lists.join(list, slot);
        }
        self.addresses
            .entry(live.address(&lang))
            .or_default()
            .insert((false, id.clone()), slot);
        for address in live.old_addresses(&lang) {
            let at = self.addresses.entry(address).or_default();
            at.insert((true, id.clone()), slot);
        }
        for name in live.names() {
            self.names.entry(name).or_default().insert(id.clone(), slot);
        }
        for name in live.references() {
            self.referrers
                .entry(name.to_owned())
                .or_default()
                .insert(id.clone(), slot);
        }
        let group = self
            .variants
            .entry(live.variant_group().to_owned())
            .or_default();
        group.insert((live.card.lang.clone(), id.clone()), slot);
        if live.card.lang == lang {
            for deadline in &live.card.deadlines {
                self.deadlines.insert((deadline.closes.end(), slot));
            }
            for (at, session) in live.card.sessions.iter().enumerate() {
                self.sessions
                    .insert((session.starts.start(), id.clone(), at), slot);
            }
            if live.card.emergency {
                self.emergencies.insert((live.published_at(), slot));
            }
        }
        self.files.link(&live);
        let live = Some(Arc::new(live));
        match self.documents.get_mut(slot as usize) {
            Some(place) => *place = live,
            None => self.documents.push(live),
        }
    }

    fn unlink(&mut self, id: &str) -> Option<Arc<Live>> {
        let slot = *self.slots.get(id)?;
        let live = self.documents.get_mut(slot as usize)?.take()?;
        let lang = self.site.settings.lang.clone();
        for list in live.lists(&lang) {
            self.lists.leave(&list, slot);
        }
        for address in live.old_addresses(&lang).chain([live.address(&lang)]) {
            forget(&mut self.addresses, &address, |key: &(bool, String)| {
                key.1 == id
            });
        }
        for name in live.names() {
            forget(&mut self.names, &name, |key: &String| key == id);
        }
        for name in live.references() {
            forget(&mut self.referrers, name, |key: &String| key == id);
        }
        forget(
            &mut self.variants,
            live.variant_group(),
            |key: &(String, String)| key.1 == id,
        );
        for deadline in &live.card.deadlines {
            self.deadlines.remove(&(deadline.closes.end(), slot));
        }
        for (at, session) in live.card.sessions.iter().enumerate() {
            self.sessions
                .remove(&(session.starts.start(), id.to_owned(), at));
        }
        self.emergencies.remove(&(live.published_at(), slot));
        self.files.unlink(&live);
        Some(live)
    }
}

/// Removes entries from a map of small maps, and the small map once it is empty.
fn forget<K, Q, I: Ord>(map: &mut HashMap<K, BTreeMap<I, Slot>>, key: &Q, gone: impl Fn(&I) -> bool)
where
    K: std::borrow::Borrow<Q> + Eq + std::hash::Hash,
    Q: Eq + std::hash::Hash + ?Sized,
{
    if let Some(entries) = map.get_mut(key) {
        entries.retain(|entry, _| !gone(entry));
        if entries.is_empty() {
            map.remove(key);
        }
    }
}
