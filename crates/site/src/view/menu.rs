//! メニュー: the links at the top and at the foot of every page.

use std::collections::BTreeMap;

use kairan_content::{Kind, Menu, MenuEntry, MenuTarget, Place, Screen};
use serde::Serialize;

use super::map::icon;
use crate::catalogue::{Catalogue, resolve};
use crate::error::Result;
use crate::key::ListKey;

/// Where the documents of the menu are read: what the menu calls them by, and their addresses. One that is not live is missing.
pub type MenuPaths = BTreeMap<String, String>;

/// The addresses of the documents that the menu of a site names.
///
/// # Errors
/// Where the catalogue cannot be read.
pub fn menu_paths(catalogue: &dyn Catalogue) -> Result<MenuPaths> {
    let site = catalogue.site();
    let mut paths = MenuPaths::new();
    for reference in site.menu.documents() {
        let found = resolve(catalogue, reference, &Kind::ALL, &site.settings.lang)?;
        paths.extend(found.map(|card| (reference.to_owned(), card.path.clone())));
    }
    Ok(paths)
}

/// What `header` and `footer` show.
#[derive(Debug, Clone, Serialize)]
pub struct MenuView {
    header: Vec<EntryView>,
    footer: Vec<GroupView>,
    /// Whether the foot has more than one group.
    grouped: bool,
}

#[derive(Debug, Clone, Serialize)]
struct EntryView {
    href: String,
    label: String,
    /// What it is called in the bar of phones, where that is another.
    short: Option<String>,
    /// `narrow` or `wide`: where alone it is shown.
    only: Option<&'static str>,
    icon: &'static str,
    /// マイページ
    mine: bool,
    /// Leads to another site.
    external: bool,
    /// The page it stands on.
    current: bool,
}

#[derive(Debug, Clone, Serialize)]
struct GroupView {
    label: Option<String>,
    links: Vec<EntryView>,
}

impl MenuView {
    /// `my_url` is マイページ. An entry whose document is not live is left out.
    pub(super) fn new(menu: &Menu, my_url: &str, paths: &MenuPaths) -> Self {
        let all = |entries: &[MenuEntry]| {
            let view = |entry| EntryView::new(entry, my_url, paths);
            entries.iter().filter_map(view).collect()
        };
        let groups = menu.footer.iter().map(|group| GroupView {
            label: group.label.clone(),
            links: all(&group.links),
        });
        Self {
            header: all(&menu.header),
            footer: groups.collect(),
            grouped: menu.footer.len() > 1,
        }
    }

    /// The addresses on this site that the top leads to.
    pub(super) fn places(&self) -> impl Iterator<Item = &str> {
        let here = self
            .header
            .iter()
            .filter(|entry| entry.href.starts_with('/'));
        here.map(|entry| entry.href.as_str())
    }

    /// The same on the page with this address.
    pub(super) fn on(&self, path: &str) -> Self {
        let mut view = self.clone();
        for entry in &mut view.header {
            entry.current = entry.href == path;
        }
        view
    }
}

impl EntryView {
    fn new(entry: &MenuEntry, my_url: &str, paths: &MenuPaths) -> Option<Self> {
        let href = match &entry.to {
            MenuTarget::Place(place) => place.path().unwrap_or(my_url).to_owned(),
            MenuTarget::Category(path) => ListKey::Category(path.clone()).path()?,
            MenuTarget::Document(reference) => paths.get(reference)?.clone(),
            MenuTarget::Url(url) => url.clone(),
        };
        let only = entry.only.map(|screen| match screen {
            Screen::Phone => "narrow",
            Screen::Wide => "wide",
        });
        Some(Self {
            href,
            label: entry.label.clone(),
            short: entry.short.clone(),
            only,
            icon: picture(entry),
            mine: entry.to == MenuTarget::Place(Place::MyPage),
            external: matches!(entry.to, MenuTarget::Url(_)),
            current: false,
        })
    }
}

/// A symbol beside the words.
fn picture(entry: &MenuEntry) -> &'static str {
    match &entry.to {
        MenuTarget::Place(place) => match place {
            Place::Top => "home",
            Place::Purposes | Place::Targets | Place::Search => "search",
            Place::Calendar | Place::Events => "cal",
            Place::ClosingSoon => "clock",
            Place::News | Place::Feed => "bell",
            Place::Faqs => "faq",
            Place::MyPage => "me",
            Place::Comments => "talk",
            Place::Articles
            | Place::Topics
            | Place::Pages
            | Place::Facilities
            | Place::OpenData => "doc",
        },
        MenuTarget::Url(_) => "ext",
        MenuTarget::Category(_) | MenuTarget::Document(_) => icon(&entry.label),
    }
}
