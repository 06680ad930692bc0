//! 記事を書く: making documents, the edit page with everything it does, and the texts a document was before.

mod audience;
mod autosave;
mod comments;
mod conflict;
mod copies;
mod edit;
mod form;
pub(crate) mod head;
mod history;
mod keep;
pub(crate) mod known;
mod new;
pub(crate) mod opened;
pub(crate) mod page;
pub(crate) mod people;
mod presence;
mod preview;
mod side;
mod suggest;
pub(crate) mod when;

pub(crate) use audience::count;
pub(crate) use autosave::keep as autosave;
pub(crate) use comments::{add as comment, resolve as resolve_comment};
pub(crate) use conflict::settle;
pub(crate) use copies::{duplicate, forget_template, template, translate};
pub(crate) use edit::{discard, page as edit_page, send as edit_send};
pub(crate) use history::{both as compare, list as history, name as name_version, restore};
pub(crate) use new::{make as create, page as new_page};
pub(crate) use presence::{sign as presence, take_over};
pub(crate) use preview::{file as preview_file, page as preview};
pub(crate) use suggest::list as suggest;

/// Languages a variant can be made in; the site's own is none.
pub(in crate::admin) const LANGUAGES: [(&str, &str); 10] = [
    ("ja-easy", "やさしい日本語"),
    ("en", "English"),
    ("zh-hans", "简体中文"),
    ("zh-hant", "繁體中文"),
    ("ko", "한국어"),
    ("vi", "Tiếng Việt"),
    ("pt", "Português"),
    ("es", "Español"),
    ("tl", "Tagalog"),
    ("ne", "नेपाली"),
];
