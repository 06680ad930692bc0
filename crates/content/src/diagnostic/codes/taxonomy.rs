//! T: taxonomy, and references from one file to another.

use super::{Code, Entry, Severity};

family! { TAXONOMY
    UNKNOWN_CATEGORY = "T001", Error, "知らない目的の分類",
        "category は taxonomy/categories.yaml にある「親/子」のキーで書きます。",
        "category: money/child-alowance";
    UNKNOWN_TAG = "T002", Error, "知らないタグ",
        "tags は taxonomy/tags.yaml にあるキーで書きます。",
        "tags: [age-00]";
    UNKNOWN_LIFE_EVENT = "T003", Error, "知らないライフイベント",
        "life_events は taxonomy/life-events.yaml にあるキーで書きます。",
        "life_events: [brith]";
    UNKNOWN_CONTACT = "T004", Error, "知らない問合せ先",
        "contact は taxonomy/departments.yaml にあるキーで書きます。",
        "contact: kodomo";
    UNKNOWN_OWNER = "T005", Error, "知らない担当課",
        "owner は taxonomy/departments.yaml にあるキーで書きます。",
        "owner: kodomo";
    UNKNOWN_FAQ = "T006", Error, "よくある質問が見つからない",
        "faqs は、よくある質問（content/faqs/）の slug か id で書きます。",
        "faqs: [nyuen-shomei]";
    UNKNOWN_RELATED = "T007", Error, "関連が見つからない",
        "related は、ほかの文書の slug か id で書きます。",
        "related: [jido-teat]";
    UNKNOWN_FILE = "T008", Error, "添付ファイルがない",
        "attachments の file は、サイトのフォルダーの files/ にあるファイルを指します。",
        "attachments: [{ file: files/nai.pdf, label: 申請書 }]";
    BODY_FILE_MISSING = "T009", Error, "本文の画像やファイルがない",
        "本文の画像やリンクが指すファイルが files/ にありません。",
        "![窓口の写真](files/madoguchi.jpg)";
    BROKEN_LINK = "T010", Error, "サイト内のリンク切れ",
        "本文のリンク先のページがありません。",
        "[児童手当](/articles/jido-teat/)";
    BROKEN_ANCHOR = "T011", Error, "ページ内のリンク先がない",
        "「#」の後の名前の見出しが、リンク先のページにありません。",
        "[申込方法](#mousikomi)";
    SLUG_COLLIDES = "T012", Error, "slug が重なっている",
        "同じ種別（と言語）の中で slug は1つだけです。重なっているすべてのファイルに出ます。",
        "slug: jido-teate（2つの記事に）";
    ID_COLLIDES = "T013", Error, "id が重なっている",
        "id は文書ごとに1つだけです。ファイルを写して新しい記事を作るときは、id の行を消します。",
        "id: 01JD3M9QK5W3T8Z6B1N0R4V7YH（2つの記事に）";
    ALIAS_COLLIDES = "T014", Error, "古い slug（aliases）が重なっている",
        "aliases は古いアドレスからの転送です。ほかの文書の slug や aliases と重ねられません。",
        "aliases: [jido-teate]";
    UNKNOWN_TRANSLATED = "T015", Error, "翻訳元が見つからない",
        "translates には、元の文書の id を書きます。",
        "translates: 01JD3M9QK5W3T8Z6B1N0R4V7YH";
    AMBIGUOUS_REFERENCE = "T016", Error, "どの文書か決まらない",
        "同じ slug の文書が複数の種別にあります。「events/夏祭り」のように種別を付けて書きます。",
        "related: [summer]";
    DUPLICATE_TERM = "T017", Error, "分類などのキーが重なっている",
        "タグ・地区・担当課・ライフイベントのキーは全体で、目的の分類のキーは同じ親の中で、1つだけです。",
        "- { key: birth, label: 出生 }\n- { key: birth, label: 誕生 }";
    VARIANT_COLLIDES = "T018", Error, "同じ言語の翻訳が2つある",
        "1つの文書に、同じ言語の翻訳は1つだけです。",
        "lang: en（同じ translates の文書が2つ）";
    REFERS_TO_ITSELF = "T019", Error, "自分自身を参照している",
        "faqs・related・translates に自分自身は書けません。",
        "related: [自分の slug]";
    UNKNOWN_MENU_DOCUMENT = "T020", Error, "メニューの文書が見つからない",
        "taxonomy/menu.yaml の document は、文書の「種別/slug」か id で書きます。",
        "{ label: 図書館, document: facilities/toshokann }";
}
