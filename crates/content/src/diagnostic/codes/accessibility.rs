//! A: accessibility of content (JIS X 8341-3).

use super::{Code, Entry, Severity};

family! { ACCESSIBILITY
    ALT_MISSING = "A001", Error, "画像の説明（代替テキスト）がない",
        "画像を見られない人に内容を伝える文を、![ここに](files/…) 書きます。",
        "![](files/chizu.png)";
    ALT_IS_FILE_NAME = "A002", Warning, "画像の説明がファイル名",
        "ファイル名では内容が伝わりません。何の画像かを書きます。",
        "![IMG_0123.jpg](files/IMG_0123.jpg)";
    ALT_TOO_LONG = "A003", Warning, "画像の説明が長い",
        "説明は150文字までにし、長い内容は本文に書きます。",
        "![（151文字以上の説明）](files/chizu.png)";
    HEADING_JUMP = "A004", Warning, "見出しの段が飛んでいる",
        "見出しは ##、###、#### の順に1段ずつ下げます。",
        "## 対象\n#### 注意";
    HEADING_ONE = "A005", Warning, "本文に見出し1がある",
        "見出し1（#）はページの題名に使います。本文は ## から始めます。",
        "# 児童手当";
    HEADING_EMPTY = "A006", Warning, "見出しが空",
        "文字のない見出しは、読み上げで迷います。",
        "##";
    LINK_HERE = "A007", Warning, "リンクの文が「こちら」",
        "リンクだけを拾い読みする人にも行き先が分かる文にします。",
        "[こちら](/articles/jido-teate/)";
    LINK_IS_URL = "A008", Warning, "リンクの文が URL",
        "URL は読み上げると長く、行き先が分かりません。行き先の名前を書きます。",
        "[https://example.lg.jp/a?b=c](https://example.lg.jp/a?b=c)";
    LINK_EMPTY = "A009", Warning, "リンクの文が空",
        "文字も画像の説明もないリンクは、読み上げで何か分かりません。",
        "[](https://example.lg.jp/)";
    TABLE_WITHOUT_HEADER = "A010", Warning, "表に見出しがない",
        "表の1行目に、列の見出しを書きます。",
        "|  |  |\n|--|--|\n| 0歳 | 15,000円 |";
    FILE_WITHOUT_SIZE = "A011", Warning, "外部の PDF などに種類と大きさがない",
        "開く前に分かるよう、リンクの文に「（PDF：359KB）」のように書きます。サイト内の files/ のファイルには自動で付きます。",
        "[申請書](https://example.lg.jp/a.pdf)";
    HTML_REMOVED = "A012", Warning, "使えない HTML",
        "script・iframe・style などの HTML や onclick などの属性は、公開のときに取り除かれます。",
        "<script>alert(1)</script>";
    BOLD_AS_HEADING = "A013", Warning, "太字だけの段落",
        "太字を見出しの代わりにすると、見出しとして読み上げられません。## で書きます。",
        "**申込方法**";
    BAD_SCHEME = "A014", Warning, "使えない種類のリンク",
        "リンクは https:、http:、mailto:、tel: とサイト内のアドレスだけです。ほかは公開のときに外されます。",
        "[開く](javascript:alert(1))";
    SAME_TEXT_OTHER_TARGET = "A015", Warning, "同じ文のリンクが別の場所を指す",
        "同じ文のリンクは同じ行き先にします。読み上げでは区別できません。",
        "[申請書](/a/) [申請書](/b/)";
    ADJACENT_LINKS = "A016", Warning, "同じ行き先のリンクが並んでいる",
        "続いたリンクの行き先が同じです。1つにまとめます。",
        "[児童](/articles/a/)[手当](/articles/a/)";
    NEW_WINDOW = "A017", Warning, "別のウィンドウで開く HTML",
        "target=\"_blank\" は使いません。読む人が自分で選べるようにします。",
        "<a href=\"/\" target=\"_blank\">トップ</a>";
    HTML_TOO_MUCH = "A018", Warning, "HTML のタグが多すぎる",
        "1つの記事の HTML のタグは2,000個までです。それより多いと、HTML は文字のまま表示されます。Markdown で書いてください。",
        "（2,001個以上のタグ）";
}
