//! `taxonomy/menu.yaml`: what stands at the top and at the foot of every page.

use std::collections::HashSet;

use url::Url;

use crate::context::Context;
use crate::diagnostic::{Report, codes};
use crate::menu::{Menu, MenuEntry, MenuGroup, MenuTarget, Place, Screen};
use crate::place::Span;
use crate::read::fields::{Fields, SHORT, choice, items, text};
use crate::read::shapes;
use crate::read::terms::{TermKind, term};
use crate::yaml::{Entry, Node};

mod documents;

pub(super) use documents::unknown;

/// Where it stands in the site folder.
pub(super) const PATH: &str = "taxonomy/menu.yaml";

/// Entries side by side in the bar of phones: at 320 px each has 64, enough for a thumb and five characters.
const IN_THE_BAR: usize = 5;
/// Entries in the line of wide screens, beside the city's name.
const IN_THE_LINE: usize = 7;
const GROUPS: usize = 6;
const LINKS: usize = 12;
/// Lengths in full-width characters; two of half width count as one.
const BAR_LABEL: usize = 5;
const LINE_LABEL: usize = 10;
const FOOT_LABEL: usize = 20;

const SCREENS: &[(&str, Screen)] = &[("phone", Screen::Phone), ("wide", Screen::Wide)];
const TARGETS: [&str; 4] = ["place", "category", "document", "url"];
const ENTRY_KEYS: &[&str] = &[
    "label", "short", "only", "place", "category", "document", "url",
];
const LINK_KEYS: &[&str] = &["label", "place", "category", "document", "url"];

/// Reads the menu; what the file does not say is as on other sites.
pub(super) fn menu(root: &Node<'_>, cx: &Context<'_>, report: &mut Report) -> Menu {
    let mut menu = Menu::default();
    // A file of comments alone says nothing.
    if root.is_null() {
        return menu;
    }
    let Some(mut fields) = Fields::of(root, "メニュー", report) else {
        return menu;
    };
    if let Some(entry) = fields.entry("header") {
        menu.header = header(entry, cx, report);
    }
    if let Some(entry) = fields.entry("footer") {
        menu.footer = footer(entry, cx, report);
    }
    fields.finish(&["header", "footer"], report);
    menu
}

fn header(entry: &Entry<'_>, cx: &Context<'_>, report: &mut Report) -> Vec<MenuEntry> {
    let mut seen = HashSet::new();
    let mut shown = [(Screen::Phone, 0), (Screen::Wide, 0)];
    let mut entries = Vec::new();
    for node in listed(entry, report) {
        let Some(mut fields) = Fields::of(node, "メニューの項目", report) else {
            continue;
        };
        let label = label(&mut fields, "label", LINE_LABEL, report);
        let short = match fields.entry("short") {
            Some(_) => self::label(&mut fields, "short", BAR_LABEL, report),
            None => None,
        };
        let only = fields
            .entry("only")
            .and_then(|entry| choice(entry, &entry.node, SCREENS, report));
        let to = target(&mut fields, &mut seen, cx, report);
        let span = fields.span();
        fields.finish(ENTRY_KEYS, report);
        for (screen, count) in &mut shown {
            *count += usize::from(only.is_none_or(|only| only == *screen));
        }
        let (Some((label, at)), Some(to)) = (label, to) else {
            continue;
        };
        let in_bar = short.as_ref().map_or(label.as_str(), |(short, _)| short);
        if only != Some(Screen::Wide) && short.is_none() && width(in_bar) > BAR_LABEL * 2 {
            report.add(
                codes::MENU_LABEL,
                at,
                format!("「{label}」は、スマートフォンの帯に入りません（全角{BAR_LABEL}文字まで）。"),
                "「short: 質問」のように短い言葉を加えるか、「only: wide」（広い画面だけ）と書いてください。",
            );
        }
        for (screen, count) in shown {
            crowded(screen, count, only, span, report);
        }
        entries.push(MenuEntry {
            label,
            short: short.map(|(short, _)| short),
            only,
            to,
        });
    }
    entries
}

/// Notes the first entry that has no room on a screen.
fn crowded(screen: Screen, count: usize, only: Option<Screen>, at: Span, report: &mut Report) {
    let (most, message, other) = match screen {
        Screen::Phone => (
            IN_THE_BAR,
            format!(
                "スマートフォンの帯に並べられるのは{IN_THE_BAR}つまでです。6つ目からは、幅320の画面で指で押せる大きさになりません。"
            ),
            "wide",
        ),
        Screen::Wide => (
            IN_THE_LINE,
            format!(
                "広い画面の上の行に並べられるのは{IN_THE_LINE}つまでです。それより多いと2行になり、読む人が迷います。"
            ),
            "phone",
        ),
    };
    if count == most + 1 && only.is_none_or(|only| only == screen) {
        report.add(
            codes::MENU_TOO_MANY,
            at,
            message,
            format!("項目を減らすか、「only: {other}」と書いてその画面から外し、ほかの行き先はページの下（footer）に置いてください。"),
        );
    }
}

fn footer(entry: &Entry<'_>, cx: &Context<'_>, report: &mut Report) -> Vec<MenuGroup> {
    let mut seen = HashSet::new();
    let mut groups = Vec::new();
    let nodes = listed(entry, report);
    for (nth, node) in nodes.iter().enumerate() {
        let Some(mut fields) = Fields::of(node, "下のリンクのまとまり", report) else {
            continue;
        };
        if nth == GROUPS {
            report.add(
                codes::MENU_TOO_MANY,
                fields.span(),
                format!("下のリンクのまとまりは{GROUPS}つまでです。"),
                "似たものを1つのまとまりにしてください。",
            );
        }
        let heading = match fields.entry("label") {
            None if nodes.len() == 1 => None,
            _ => label(&mut fields, "label", FOOT_LABEL, report),
        };
        let links = fields
            .required("links", report)
            .map_or_else(Vec::new, |entry| {
                let nodes = listed(entry, report);
                if let Some(node) = nodes.get(LINKS) {
                    report.add(
                        codes::MENU_TOO_MANY,
                        node.span,
                        format!("1つのまとまりのリンクは{LINKS}までです。"),
                        "まとまりを分けるか、リンクを減らしてください。",
                    );
                }
                nodes
                    .iter()
                    .filter_map(|node| link(node, &mut seen, cx, report))
                    .collect()
            });
        fields.finish(&["label", "links"], report);
        groups.push(MenuGroup {
            label: heading.map(|(label, _)| label),
            links,
        });
    }
    groups
}

fn link(
    node: &Node<'_>,
    seen: &mut HashSet<MenuTarget>,
    cx: &Context<'_>,
    report: &mut Report,
) -> Option<MenuEntry> {
    let mut fields = Fields::of(node, "下のリンク", report)?;
    let label = label(&mut fields, "label", FOOT_LABEL, report);
    let to = target(&mut fields, seen, cx, report);
    fields.finish(LINK_KEYS, report);
    Some(MenuEntry {
        label: label?.0,
        short: None,
        only: None,
        to: to?,
    })
}

/// The items of a list that may not be empty.
fn listed<'n, 'a>(entry: &'n Entry<'a>, report: &mut Report) -> &'n [Node<'a>] {
    let found = items(entry);
    if found.is_empty() || entry.node.is_null() {
        report.add(
            codes::EMPTY_VALUE,
            entry.place(),
            format!("「{}」に何も書かれていません。", entry.key),
            format!(
                "「- {{ label: さがす, place: search }}」のように1つ以上書くか、「{}」を消してください。",
                entry.key
            ),
        );
        return &[];
    }
    found
}

/// Words of at most `most` full-width characters.
fn label(
    fields: &mut Fields<'_, '_>,
    key: &str,
    most: usize,
    report: &mut Report,
) -> Option<(String, Span)> {
    let entry = fields.required(key, report)?;
    let words = text(entry, SHORT, report)?;
    let at = entry.place();
    if width(&words) > most * 2 {
        report.add(
            codes::MENU_LABEL,
            at,
            format!("「{words}」は長すぎます（全角{most}文字まで）。"),
            "短い言葉にしてください。行き先のページの件名と同じでなくてかまいません。",
        );
    }
    Some((words, at))
}

/// Half-width columns.
fn width(words: &str) -> usize {
    words
        .chars()
        .map(|c| if c.is_ascii() { 1 } else { 2 })
        .sum()
}

fn target(
    fields: &mut Fields<'_, '_>,
    seen: &mut HashSet<MenuTarget>,
    cx: &Context<'_>,
    report: &mut Report,
) -> Option<MenuTarget> {
    let named: Vec<&Entry<'_>> = TARGETS.iter().filter_map(|key| fields.entry(key)).collect();
    let [entry] = named.as_slice() else {
        report.add(
            codes::MENU_TARGET,
            named.get(1).map_or(fields.span(), |second| second.key_span),
            if named.is_empty() {
                "行き先がありません。"
            } else {
                "行き先が2つ以上あります。"
            },
            "place（トップや検索などの決まったページ）・category（目的の分類）・document（文書の slug か id）・url のどれか1つを書いてください。",
        );
        return None;
    };
    let at = entry.place();
    let to = if entry.key == "place" {
        MenuTarget::Place(choice(entry, &entry.node, &Place::ALL, report)?)
    } else {
        match &*entry.key {
            "category" => MenuTarget::Category(term(Some(*entry), TermKind::Category, cx, report)?),
            "document" => MenuTarget::Document(text(entry, SHORT, report)?),
            _ => {
                let url = text(entry, SHORT, report)?;
                https(&url, at, report);
                MenuTarget::Url(url)
            }
        }
    };
    if !seen.insert(to.clone()) {
        report.add(
            codes::REPEATED_ITEM,
            at,
            format!(
                "同じ行き先「{}」が2回あります。",
                entry.node.text().unwrap_or_default()
            ),
            "1つを消してください。",
        );
    }
    Some(to)
}

/// Every reader of every page may follow it: it must not be listened to on the way.
fn https(url: &str, at: Span, report: &mut Report) {
    let good = Url::parse(url).is_ok_and(|url| {
        url.scheme() == "https"
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
    });
    if !good {
        report.add(
            codes::BAD_URL,
            at,
            format!("「{}」はメニューの行き先にできません。", shapes::shown(url)),
            "https:// で始まるアドレスを書いてください。このサイトのページは place・category・document で書きます。",
        );
    }
}
