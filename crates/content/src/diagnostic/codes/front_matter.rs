//! F: the form of files and of front matter.

use super::{Code, Entry, Severity};

family! { FRONT_MATTER
    NOT_UTF8 = "F001", Error, "文字コードが UTF-8 でない",
        "ファイルは UTF-8 で保存します。Shift_JIS などで保存すると読み取れません。先頭の BOM はあってもかまいません。",
        "（Shift_JIS で保存したファイル）";
    TOO_LARGE = "F002", Error, "ファイルが大きすぎる",
        "記事は1MB、設定や分類は8MBまでです。大きな資料は files/ に置いて添付します。大きすぎるファイルは読み込みません。",
        "（50MB の記事）";
    NO_FRONT_MATTER = "F003", Error, "先頭に「---」で囲んだ項目がない",
        "記事は、1行目の「---」から次の「---」までに項目を書き、その後に本文を書きます。",
        "児童手当について";
    FRONT_MATTER_NOT_CLOSED = "F004", Error, "項目の終わりの「---」がない",
        "項目の最後に「---」だけの行を入れます。ないと、どこから本文か分かりません。",
        "---\ntitle: 児童手当";
    YAML_SYNTAX = "F005", Error, "YAML の書き方の誤り",
        "項目は「名前: 値」の形で、字下げをそろえて書きます。記号で始まる値や「: 」を含む値は \"…\" で囲みます。",
        "tags: [age-0, age-1";
    TAB_INDENT = "F006", Error, "字下げにタブがある",
        "YAML の字下げには半角の空白を使います。タブは使えません。",
        "target:\n\ttext: 市民";
    FULL_WIDTH_SIGN = "F007", Error, "記号が全角になっている",
        "「：」「［」「，」や全角の空白は、項目の区切りとして読まれません。半角の「: 」などで書きます。",
        "title：児童手当";
    YAML_ALIAS = "F008", Error, "「&」「*」で始まる値（YAML のアンカーと別名）",
        "YAML のアンカー（&名前）と別名（*名前）は使えません。文字として書くときは \"…\" で囲みます。",
        "title: *重要* 児童手当";
    TOO_DEEP = "F009", Error, "入れ子が深すぎる",
        "項目の入れ子は64段までです。",
        "when: { not: { not: { not: …";
    DUPLICATE_KEY = "F010", Error, "同じ項目が2回ある",
        "1つのまとまりの中に同じ名前の項目は1回だけ書きます。",
        "title: 児童手当\ntitle: 児童扶養手当";
    UNKNOWN_KEY = "F011", Error, "知らない項目",
        "項目の名前が違うと、書いた内容がどこにも出ません。つづりを確かめます。",
        "sumary: 支給されます。";
    MISSING_KEY = "F012", Error, "必要な項目がない",
        "種別ごとに必ず書く項目があります（どの種別も kind・slug・title・summary・category・contact、記事は target.text と deadline または anytime: true）。",
        "（title のない記事）";
    WRONG_TYPE = "F013", Error, "値の形が違う",
        "文字を書く項目に一覧を書く、などの誤りです。",
        "title: [児童手当]";
    EMPTY_VALUE = "F014", Error, "値が空",
        "項目の名前だけがあり、値がありません。使わない項目は行ごと消します。",
        "summary:";
    UNKNOWN_CHOICE = "F015", Error, "選べない値",
        "決まった言葉から選ぶ項目に、ほかの言葉が書かれています。",
        "kind: articl";
    TOO_LONG = "F016", Error, "文字数が多すぎる",
        "title は100文字、summary は120文字まで、そのほかの短い項目は300文字までです。一覧・メール・LINE で途中で切れないための決まりです。",
        "summary: （121文字以上）";
    BAD_DATE = "F017", Error, "日付の書き方の誤り",
        "日付は 2026-12-25、日時は 2026-12-25T17:00 のように書きます（日本時間）。",
        "closes: 2026/12/25";
    NO_SUCH_DATE = "F018", Error, "存在しない日付",
        "暦にない日付です。",
        "closes: 2026-02-30";
    NO_SUCH_TIME = "F019", Error, "存在しない時刻",
        "時刻は 00:00 から 23:59 までです。その日いっぱいのときは日付だけを書きます（「24時」は使いません）。",
        "closes: 2026-12-25T24:00";
    CLOSES_BEFORE_OPENS = "F020", Error, "終わりが始まりより前",
        "受付の終わり（closes）が始まり（opens）より前です。",
        "{ opens: 2026-12-25, closes: 2026-12-01 }";
    BAD_SLUG = "F021", Error, "slug に使えない文字",
        "slug はアドレスになります。半角の英小文字・数字・「-」で1～80文字にします。フォルダーを移る「../」なども使えません。",
        "slug: 児童手当";
    BAD_ID = "F022", Error, "id の形が違う",
        "id は取り込みのときに自動で付きます（26文字の ULID）。書き換えたり作ったりしません。",
        "id: 123";
    ONLINE_WITHOUT_URL = "F023", Error, "電子申請に url がない",
        "via: online（電子申請）には、申請先の url が必要です。",
        "apply: [{ via: online }]";
    BAD_URL = "F024", Error, "URL が正しくない",
        "URL は https:// または http:// で始めます。",
        "url: javascript:alert(1)";
    NO_DEADLINE = "F025", Error, "申込期日も「随時」もない",
        "記事には deadline（申込期日）か anytime: true（随時）のどちらかを書きます。",
        "（deadline も anytime もない記事）";
    DEADLINE_AND_ANYTIME = "F026", Error, "申込期日と「随時」の両方がある",
        "deadline と anytime: true は一緒に書けません。",
        "anytime: true\ndeadline: { closes: 2026-12-25 }";
    EXPIRES_BEFORE_PUBLISH = "F027", Error, "公開終了が公開開始より前",
        "expires_at は publish_at より後にします。",
        "publish_at: 2026-12-01\nexpires_at: 2026-11-01";
    ENDS_BEFORE_STARTS = "F028", Error, "終了が開始より前",
        "催しの終了（ends）は開始（starts）より後にします。",
        "sessions: [{ starts: 2026-12-25T15:00, ends: 2026-12-25T13:00 }]";
    BAD_NUMBER = "F029", Error, "数が正しくない",
        "数は半角の数字で、決められた範囲で書きます。",
        "capacity: 30人";
    BAD_REMINDER = "F030", Error, "リマインダーの書き方の誤り",
        "reminders は 7d（7日前）や 12h（12時間前）のように書きます。366日前までです。",
        "reminders: [7日前]";
    BAD_LANG = "F031", Error, "言語の書き方の誤り",
        "lang は ja、ja-easy（やさしい日本語）、en のように書きます。",
        "lang: 日本語";
    WRONG_FOLDER = "F032", Error, "種別とフォルダーが合わない",
        "記事は content/articles/、イベントは content/events/ のように、種別ごとのフォルダーに置きます。",
        "content/events/jido-teate.md に kind: article";
    KEY_OF_ANOTHER_KIND = "F033", Error, "この種別にはない項目",
        "項目はありますが、この種別では使いません。",
        "kind: article に sessions:";
    BAD_EMAIL = "F034", Error, "メールアドレスが正しくない",
        "メールアドレスは「名前@ドメイン」の形で、半角で書きます。",
        "email: kodomo.example.lg.jp";
    PATH_OUTSIDE = "F035", Error, "フォルダーの外を指している",
        "ファイルは files/ の中に置き、files/… と書きます。「../」や絶対パスは使えません。",
        "file: ../../etc/passwd";
    CONTROL_CHARACTER = "F036", Error, "見えない制御文字がある",
        "ほかのソフトから写した文に、見えない制御文字が混じることがあります。消してください。",
        "title: 児童\\u0007手当";
    MISSING_SITE_FILE = "F037", Error, "必要なファイルがない",
        "サイトのフォルダーには kairan.toml、profile.yaml、taxonomy/categories.yaml、taxonomy/tags.yaml、taxonomy/departments.yaml が必要です。",
        "（profile.yaml のないフォルダー）";
    TOML_SYNTAX = "F038", Error, "kairan.toml の書き方の誤り",
        "設定は「名前 = \"値\"」の形で書きます。",
        "title = みのり市";
    BAD_SETTING = "F039", Error, "[site] の設定の誤り",
        "kairan.toml の [site] には title と url が必要です。",
        "[site]\ntitle = \"みのり市\"";
    LINK_OUTSIDE = "F040", Error, "フォルダーの外へのシンボリックリンク",
        "サイトのフォルダーの外を指すリンクは読みません。ファイルそのものを置いてください。",
        "content/articles/a.md → /etc/passwd";
    UNREADABLE = "F041", Error, "ファイルを読めない",
        "権限などのために読めないファイルです。",
        "（読み取りの権限がないファイル）";
    BAD_KEY = "F042", Error, "キーに使えない文字",
        "分類などのキーは、半角の英小文字・数字・「-」で1～80文字にします。",
        "{ key: 手当, label: 手当 }";
    BAD_PROFILE = "F043", Error, "profile.yaml の誤り",
        "profile.yaml には、市民にたずねる項目を fields に書きます。",
        "fields: [{ key: area, type: chioce, label: 地区 }]";
    NO_KIND_FOLDER = "F044", Error, "種別のフォルダーにない記事",
        "content/ の下の種別のフォルダー（articles、events など）に置かれていないファイルは公開されません。",
        "content/jido-teate.md";
    TOO_MANY_LEVELS = "F045", Error, "分類の段が多すぎる",
        "目的の分類は2段までです。",
        "{ key: a, children: [{ key: b, children: [{ key: c }] }] }";
    NOT_A_MAPPING = "F046", Error, "「名前: 値」の並びになっていない",
        "ファイルや項目の全体の形が違います。",
        "---\n- 児童手当\n---";
    TOO_MANY_NODES = "F047", Error, "項目が多すぎる",
        "1つのファイルに書ける項目の数を超えています（記事は2万、設定や分類は20万）。",
        "tags: [a, a, a, …]";
    BAD_POSTAL = "F048", Error, "郵便番号が正しくない",
        "郵便番号は 480-1234 または 4801234 のように、半角の7けたで書きます。",
        "postal: [480-12]";
    FEW_CHOICES = "F049", Error, "アンケートの選択肢が足りない",
        "survey の choices には2つ以上の選択肢を書きます。",
        "survey: { question: 希望日, choices: [1日] }";
    BAD_PHONE = "F050", Error, "電話番号が正しくない",
        "電話番号は半角の数字と「-」で書きます。内線などは「（内線123）」と続けます。",
        "phone: ０５６１－１２－３４５６";
    SYNONYM_ALONE = "F051", Error, "同義語が1つしかない",
        "taxonomy/synonyms.yaml の1行には、同じ意味の言葉を2つ以上書きます。",
        "- [保活]";
    REPEATED_ITEM = "F052", Error, "一覧に同じものが2回ある",
        "同じ値は1回だけ書きます。",
        "tags: [age-0, age-0]";
    TOO_MANY_PROBLEMS = "F053", Error, "問題が多すぎる",
        "1つのファイルの問題が500件を超えたので、残りは表示しません。直してからもう一度確認します。",
        "（501件以上の問題）";
    MENU_TOO_MANY = "F054", Error, "メニューの項目が多すぎる",
        "上のメニューは、スマートフォンの帯に5つ、広い画面の行に7つまでです。下のリンクは6つのまとまりに、12ずつまでです。それより多いと、指で押せないか、探せません。",
        "header:（スマートフォンに出る項目が6つ）";
    MENU_LABEL = "F055", Error, "メニューの言葉が長すぎる",
        "上のメニューの言葉は全角10文字、スマートフォンの帯では全角5文字、下のリンクは全角20文字までです。帯だけ短くするときは short を書きます。",
        "{ label: よくあるご質問と回答の一覧, place: faqs }";
    MENU_TARGET = "F056", Error, "メニューの行き先が1つでない",
        "メニューの項目には、place・category・document・url のどれか1つだけを書きます。",
        "{ label: さがす, place: search, url: \"https://example.jp/\" }";
}
