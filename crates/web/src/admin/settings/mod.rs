//! 分類と部署、設定: the words of the site, read by everybody on the staff and changed by administrators, effect first.

mod change;
mod contents;
mod effect;
mod home;
mod merge;
mod one;
mod overview;
mod term;

use kairan_pipeline::settings::Part;

use crate::admin::words::Language;

pub(crate) use change::send as change;
pub(crate) use home::page as home;
pub(crate) use merge::send as merge;
pub(crate) use one::page as one;
pub(crate) use overview::page as overview;
pub(crate) use term::{page as term_page, send as term};

/// What a part is called.
pub(super) fn label(words: &Language, part: Part) -> &str {
    match part {
        Part::Categories => words.get("目的の分類"),
        Part::Tags => words.get("タグ"),
        Part::Areas => words.get("地区"),
        Part::Departments => words.get("部署"),
        Part::LifeEvents => words.get("ライフイベント"),
        Part::Synonyms => words.get("検索の言いかえ"),
        Part::Profile => words.get("市民に聞くこと"),
        Part::Menu => words.get("メニュー"),
    }
}

/// What it is for, in a sentence.
fn about(words: &Language, part: Part) -> &str {
    match part {
        Part::Categories => {
            words.get("記事を置く場所です。トップページと一覧に、この順で並びます。")
        }
        Part::Tags => words.get(
            "だれのための記事かを表します。対象のあるタグから、お知らせを送る人が決まります。",
        ),
        Part::Areas => words.get("お住まいの地区です。地区をえらんでお知らせを送れます。"),
        Part::Departments => words
            .get("記事の問い合わせ先です。名前や電話番号を変えると、すべてのページが変わります。"),
        Part::LifeEvents => {
            words.get("「生まれた」「転入した」など、手続きをまとめて案内する出来事です。")
        }
        Part::Synonyms => words.get("検索で同じ言葉として扱うものです。"),
        Part::Profile => {
            words.get("マイページで市民に聞く項目です。どの項目も、答えなくてかまいません。")
        }
        Part::Menu => words
            .get("すべてのページの上に並ぶメニューと、下に並ぶリンクです。このファイルがなければ、決まったメニューになります。"),
    }
}
