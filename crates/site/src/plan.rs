//! Which objects a change touches: the difference of what they are made from, never a walk over the site.

use std::collections::BTreeSet;

use kairan_content::{Category, Kind};
use kairan_theme::Theme;

use crate::catalogue::Catalogue;
use crate::error::Result;
use crate::key::{ListKey, Month, ObjectKey};
use crate::live::Live;
use crate::paging;
use crate::sitemap;

/// Objects to make, in the order of upload. One whose content is gone renders to nothing and is to be deleted.
pub type Plan = BTreeSet<ObjectKey>;

/// What a document's change from `old` to `new` touches; `None` = not live. `after` is the catalogue with the change (and every
/// other of the same release) applied.
///
/// Grows with the document's tags, sessions, files, variants and the documents that show its title; not with the site. A change to
/// settings, taxonomy, departments or the theme is [`plan_all`] instead.
///
/// # Errors
/// Where the catalogue cannot be read.
pub fn plan(old: Option<&Live>, new: Option<&Live>, after: &dyn Catalogue) -> Result<Plan> {
    let mut plan = Plan::new();
    let mut lists = BTreeSet::new();
    for live in [old, new].into_iter().flatten() {
        own_objects(live, after, &mut plan)?;
        others_pages(live, after, &mut plan)?;
        calendar(live, after, &mut plan)?;
        lists.extend(live.lists(site_lang(after)));
    }
    let id = new.or(old).map_or("", Live::id);
    for list in lists {
        list_objects(&list, id, after, &mut plan)?;
    }
    Ok(plan)
}

/// What the entries `seq` > `before` of the change feed touch.
///
/// # Errors
/// Where the catalogue cannot be read.
pub fn plan_changes(before: u32, after: &dyn Catalogue) -> Result<Plan> {
    let last = after.last_change()?;
    let mut plan = Plan::new();
    if last > before {
        plan.insert(ObjectKey::ChangesNewest);
        let pages = paging::full_pages(before) + 1..=paging::full_pages(last);
        plan.extend(pages.map(ObjectKey::ChangesPage));
    }
    Ok(plan)
}

/// Every object of the site. Cost and memory grow with the number of documents (one key each for page, JSON and calendar).
///
/// # Errors
/// Where the catalogue cannot be read.
pub fn plan_all(catalogue: &dyn Catalogue, theme: &Theme) -> Result<Plan> {
    const STEP: u32 = 500;
    let mut plan = Plan::from(ALWAYS);
    plan.extend(
        theme
            .assets()
            .iter()
            .map(|asset| ObjectKey::Asset(asset.hash.clone(), asset.name.clone())),
    );
    let last = catalogue.last_ordinal(&ListKey::Sitemap)?;
    for first in (1..=last).step_by(STEP as usize) {
        let cards = catalogue.range(&ListKey::Sitemap, first, (first + STEP - 1).min(last))?;
        let ids: Vec<&str> = cards.iter().map(|(_, card)| card.id.as_str()).collect();
        catalogue.expect(&ids)?;
        for (_, card) in &cards {
            if let Some(live) = catalogue.document(&card.id)? {
                own_objects(&live, catalogue, &mut plan)?;
            }
        }
    }
    for list in every_list(catalogue)? {
        let last = catalogue.last_ordinal(&list)?;
        let pages = 1..=paging::full_pages(last);
        match &list {
            ListKey::Data(kind) => {
                plan.extend(pages.map(|page| ObjectKey::DataPage(*kind, page)));
                plan.insert(ObjectKey::DataNewest(*kind));
            }
            ListKey::Sitemap => {
                plan.extend((1..=sitemap::parts(last)).map(ObjectKey::SitemapPart));
            }
            _ => {
                plan.extend(pages.map(|page| ObjectKey::ListPage(list.clone(), page)));
                plan.insert(ObjectKey::ListNewest(list));
            }
        }
    }
    let mut month = Month { year: 0, month: 1 };
    while let Some(next) = catalogue.month_after(month)? {
        plan.insert(ObjectKey::CalendarMonth(next));
        month = next;
    }
    plan.extend((1..=paging::full_pages(catalogue.last_change()?)).map(ObjectKey::ChangesPage));
    Ok(plan)
}

/// Objects every site has.
const ALWAYS: [ObjectKey; 16] = [
    ObjectKey::Top,
    ObjectKey::Search,
    ObjectKey::NotFound,
    ObjectKey::Calendar,
    ObjectKey::CalendarFeed,
    ObjectKey::ClosingSoon,
    ObjectKey::Taxonomy,
    ObjectKey::OpenApi,
    ObjectKey::SitemapLists,
    ObjectKey::SitemapIndex,
    ObjectKey::Robots,
    ObjectKey::Atom,
    ObjectKey::JsonFeed,
    ObjectKey::ChangesNewest,
    ObjectKey::Emergency,
    // The newest of all is a list like others; here so that a site without documents has it.
    ObjectKey::ListNewest(ListKey::All),
];

/// Every list the site has: one for each key of the taxonomy, also while it is empty, so that no link leads nowhere.
pub(crate) fn every_list(catalogue: &dyn Catalogue) -> Result<Vec<ListKey>> {
    fn walk(categories: &[Category], above: &str, lists: &mut Vec<ListKey>) {
        for category in categories {
            let path = format!("{above}{}", category.key);
            walk(&category.children, &format!("{path}/"), lists);
            lists.push(ListKey::Category(path));
        }
    }
    let site = catalogue.site();
    let mut lists = vec![ListKey::All, ListKey::Sitemap];
    for kind in Kind::ALL {
        lists.push(ListKey::Data(kind));
        if kind != Kind::News {
            lists.push(ListKey::Kind(kind));
        }
    }
    walk(&site.categories, "", &mut lists);
    for facet in &site.facets {
        lists.extend(facet.tags.iter().map(|tag| ListKey::Tag(tag.key.clone())));
    }
    lists.extend(
        site.life_events
            .iter()
            .map(|event| ListKey::LifeEvent(event.key.clone())),
    );
    lists.extend(catalogue.languages()?.into_iter().map(ListKey::Lang));
    Ok(lists)
}

fn site_lang(catalogue: &dyn Catalogue) -> &str {
    &catalogue.site().settings.lang
}

/// The document's own page, calendar, JSON, redirects and files.
fn own_objects(live: &Live, after: &dyn Catalogue, plan: &mut Plan) -> Result<()> {
    let lang = site_lang(after);
    let address = live.address(lang);
    plan.insert(ObjectKey::Data(live.document.kind, live.id().to_owned()));
    if !(live.card.sessions.is_empty() && live.card.deadlines.is_empty()) {
        plan.insert(ObjectKey::DocumentCalendar(address.clone()));
    }
    plan.insert(ObjectKey::Document(address));
    plan.extend(live.old_addresses(lang).map(ObjectKey::Document));
    for path in live.files() {
        if let Some(file) = after.file(path)? {
            plan.insert(ObjectKey::File(file.hash, file.name));
        }
    }
    Ok(())
}

/// Pages and JSON of other documents that show this one: those that name it, its variants, and the FAQs it names.
fn others_pages(live: &Live, after: &dyn Catalogue, plan: &mut Plan) -> Result<()> {
    let lang = site_lang(after);
    let mut cards = after.referrers(&live.names())?;
    cards.extend(after.variants(live.variant_group())?);
    for card in cards {
        plan.insert(ObjectKey::Document(card.address(lang)));
        plan.insert(ObjectKey::Data(card.kind, card.id.clone()));
    }
    for reference in live.references() {
        let named = after.named(reference)?;
        let faqs = named.iter().filter(|card| card.kind == Kind::Faq);
        plan.extend(faqs.map(|card| ObjectKey::Document(card.address(lang))));
    }
    Ok(())
}

/// Months with its sessions, and those beside them, whose links lead to the nearest month that has any.
fn calendar(live: &Live, after: &dyn Catalogue, plan: &mut Plan) -> Result<()> {
    if live.card.sessions.is_empty() || live.card.lang != site_lang(after) {
        return Ok(());
    }
    plan.extend([ObjectKey::Calendar, ObjectKey::CalendarFeed]);
    let months: BTreeSet<Month> = live
        .card
        .sessions
        .iter()
        .map(|session| Month::of(session.starts.date))
        .collect();
    for month in months {
        let beside = [
            Some(month),
            after.month_before(month)?,
            after.month_after(month)?,
        ];
        plan.extend(beside.into_iter().flatten().map(ObjectKey::CalendarMonth));
    }
    Ok(())
}

/// The parts of one list, and what is made from the newest of all.
fn list_objects(list: &ListKey, id: &str, after: &dyn Catalogue, plan: &mut Plan) -> Result<()> {
    let Some(ordinal) = after.ordinal(list, id)? else {
        return Ok(());
    };
    let last = after.last_ordinal(list)?;
    let (newest, page) = paging::touched(ordinal, last);
    let pages = page
        .into_iter()
        .chain(paging::completed(ordinal).filter(|page| *page <= paging::full_pages(last)));
    match list {
        ListKey::Sitemap => {
            plan.insert(ObjectKey::SitemapPart(sitemap::part(ordinal)));
            if sitemap::opens_part(ordinal) {
                plan.insert(ObjectKey::SitemapIndex);
            }
        }
        ListKey::Data(kind) => {
            plan.extend(pages.map(|page| ObjectKey::DataPage(*kind, page)));
            if newest {
                plan.insert(ObjectKey::DataNewest(*kind));
            }
        }
        ListKey::Kind(Kind::News) => {}
        _ => {
            plan.extend(pages.map(|page| ObjectKey::ListPage(list.clone(), page)));
            if newest {
                plan.insert(ObjectKey::ListNewest(list.clone()));
            }
        }
    }
    match list {
        ListKey::All => plan.extend([
            ObjectKey::Top,
            ObjectKey::ClosingSoon,
            ObjectKey::Atom,
            ObjectKey::JsonFeed,
            ObjectKey::Emergency,
        ]),
        ListKey::Lang(_) => plan.extend([ObjectKey::Top, ObjectKey::SitemapLists]),
        _ => {}
    }
    Ok(())
}
