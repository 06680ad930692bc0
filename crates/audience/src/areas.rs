//! The hierarchy of areas (地区): city, district, town.

use std::collections::{HashMap, HashSet};

/// A forest of area keys. The default is flat: an area is within itself alone.
///
/// Look-ups walk up the tree, so they cost the depth of the hierarchy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Areas {
    parents: HashMap<String, Option<String>>,
}

impl Areas {
    /// Builds the hierarchy from pairs of an area and the area directly above it.
    ///
    /// A link that would close a circle is dropped; the later of two entries for one key wins.
    pub fn from_parents<K, P>(pairs: impl IntoIterator<Item = (K, Option<P>)>) -> Self
    where
        K: Into<String>,
        P: Into<String>,
    {
        let mut areas = Self::default();
        for (key, parent) in pairs {
            let (key, parent) = (key.into(), parent.map(Into::into));
            let parent = parent.filter(|p: &String| !areas.is_within(p, &key));
            areas.parents.insert(key, parent);
        }
        areas
    }

    /// Whether the hierarchy knows this key.
    pub fn contains(&self, key: &str) -> bool {
        self.parents.contains_key(key)
    }

    /// All keys, in no particular order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.parents.keys().map(String::as_str)
    }

    /// Whether `area` is `ancestor` or lies below it.
    pub fn is_within(&self, area: &str, ancestor: &str) -> bool {
        area == ancestor || self.ancestors(area).any(|a| a == ancestor)
    }

    /// The areas above this one, nearest first, without the area itself.
    pub fn ancestors<'a>(&'a self, key: &str) -> impl Iterator<Item = &'a str> {
        let mut next = self.parent(key);
        std::iter::from_fn(move || {
            let here = next?;
            next = self.parent(here);
            Some(here)
        })
    }

    /// The area itself and everything below it, sorted. Cost grows with the whole hierarchy.
    pub fn descendants<'a>(&'a self, key: &'a str) -> Vec<&'a str> {
        let mut found: HashSet<&str> = self.keys().filter(|k| self.is_within(k, key)).collect();
        found.insert(key);
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_unstable();
        found
    }

    fn parent(&self, key: &str) -> Option<&str> {
        self.parents.get(key)?.as_deref()
    }
}
