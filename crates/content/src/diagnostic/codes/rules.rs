//! R: rules about who is meant.

use super::{Code, Entry, Severity};

family! { RULES
    RULE_MALFORMED = "R001", Error, "対象者の条件の書き方の誤り",
        "target.when（タグでは matches）の書き方が違います。child・self・area・household・flag・all・any・not・everyone から書きます。",
        "when: { child: { age: \"2..0\" } }";
    RULE_UNKNOWN_VALUE = "R002", Error, "条件にある値が profile や地区にない",
        "市民にたずねていないこと、地区の一覧にない地区は、条件に使えません。",
        "when: { area: [kitamach] }";
    NOBODY_MATCHES = "R003", Error, "だれにも当てはまらない",
        "この条件に当てはまる人はいません。",
        "when: { all: [ { child: { age: \"0..2\" } }, { not: { child: { age: \"0..5\" } } } ] }";
    AGES_DISAGREE = "R004", Warning, "対象者の文と条件の年齢が違う",
        "対象者の文（target.text）に書いた年齢と、条件（target.when やタグ）の年齢が違います。届く人と読む人の理解がずれます。",
        "text: 0歳から2歳の子 / when: { child: { age: \"0..3\" } }";
    DEAD_BRANCH = "R005", Warning, "条件の一部がはたらかない",
        "any の中に、だれにも当てはまらない条件があります。",
        "when: { any: [ { child: { age: \"0..2\" } }, { all: [ … ] } ] }";
    EVERYONE_WITH_AGES = "R006", Warning, "文には年齢があるのに全員が対象",
        "対象者の文に年齢が書かれていますが、条件は全員（everyone: true）です。",
        "text: 65歳以上の方 / when: { everyone: true }";
    OPEN_ENDED_EXPECTING = "R007", Warning, "妊娠週数に終わりがない",
        "週数に上限がないと、出産の後も当てはまり続けます。",
        "when: { child: { expecting: { weeks: \"12..\" } } }";
    AUDIENCE_EMPTY_TAGS = "R008", Error, "タグの組み合わせにだれも当てはまらない",
        "付けたタグのすべての軸に当てはまる人がいません。タグを見直すか、target.when に条件を書きます。",
        "tags: [age-0, grade-high-1]";
    UNREADABLE_FIELD = "R009", Warning, "条件から使えない項目",
        "profile.yaml のこの項目の答えは、対象者の条件から使えません。条件に使うときは決まった key にします。",
        "fields: [{ key: chiku, type: choice, label: 地区, options: areas }]";
}
