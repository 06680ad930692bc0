//! What changed, in words, and two people's changes joined.

use kairan_editor::{Line, LineKind, Merged, compare, merge, three_way};

use crate::city::{around, example};
use crate::examples::documents;

fn shown(lines: &[Line]) -> Vec<String> {
    lines
        .iter()
        .map(|line| {
            line.parts
                .iter()
                .map(|part| match part.mark {
                    true => format!("[{}]", part.text),
                    false => part.text.clone(),
                })
                .collect()
        })
        .collect()
}

#[test]
fn fields_are_compared_in_words() {
    let before = example("articles/nyuen-moshikomi.md");
    let after = before
        .replace("closes: 2026-11-13T17:00", "closes: 2026-11-20T17:00")
        .replace("documents: [ ", "documents: [ 母子健康手帳, ")
        .replace("contact: hoiku", "contact: kodomo-katei")
        .replace("tags: [months-0-5, ", "tags: [")
        .replace("2. 必要な書類", "2. 母子健康手帳と書類")
        .replace("3. 面談", "増えた行です。\n3. 面談");
    let comparison = compare(&before, &after, &around());
    let labels: Vec<&str> = comparison
        .fields
        .iter()
        .map(|field| field.label.as_str())
        .collect();
    assert_eq!(
        labels,
        [
            "だれのための記事か（タグ）",
            "申込みの期日",
            "必要なもの",
            "問合せ先の部署"
        ]
    );
    let field = |id: &str| {
        comparison
            .fields
            .iter()
            .find(|field| field.id == id)
            .expect(id)
    };
    assert_eq!(shown(&field("tags").before), ["[生後半年未満]"]);
    assert!(field("tags").after.is_empty());
    assert_eq!(
        shown(&field("deadline").after),
        [
            "4月入園（1回目）：令和8年10月13日（火曜日）から令和8年11月[20]日（金曜日）午後5時まで（必着）"
        ]
    );
    assert_eq!(shown(&field("documents").after), ["[母子健康手帳]"]);
    assert_eq!(shown(&field("contact").before), ["こども若者部 [保育]課"]);
    let body = comparison.body.as_ref().expect("a body");
    assert_eq!(body.words, "1行足した、1行変えた");
    let kinds: Vec<LineKind> = body.lines.iter().map(|line| line.kind).collect();
    use LineKind::{Context, New, Old, Same};
    assert_eq!(kinds, [Same, Context, Old, New, New, Context, Same]);
    assert_eq!(comparison.changes, 5);
    assert!(
        comparison
            .unchanged
            .iter()
            .any(|now| now.id == "kind" && now.value == ["記事"])
    );
}

#[test]
fn a_text_does_not_differ_from_itself() {
    for (path, text) in documents() {
        let same = compare(&text, &text.replace('\n', "\r\n"), &around());
        assert_eq!(same.changes, 0, "{path}: {:?}", same.fields);
    }
}

const BASE: &str = "---\nkind: news # 種別\ntitle: 題\nsummary: 概要\ntags: [a, b]\nnotice: { channels: [mail], round: 1 }\n---\n一\n二\n三\n四\n五\n";

#[test]
fn changes_apart_are_joined() {
    let mine = BASE
        .replace("title: 題", "title: 新しい題")
        .replace("round: 1", "round: 2")
        .replace("一\n", "一番\n");
    let theirs = BASE
        .replace("# 種別", "# 種別です")
        .replace("summary: 概要", "summary: ひとこと")
        .replace("[mail]", "[mail, line]")
        .replace("五\n", "五\n六\n");
    let joined = theirs
        .replace("title: 題", "title: 新しい題")
        .replace("round: 1", "round: 2")
        .replace("一\n", "一番\n");
    assert_eq!(merge(BASE, &mine, &theirs), Merged::Clean(joined));
    assert_eq!(merge(BASE, BASE, &theirs), Merged::Clean(theirs.clone()));
    assert_eq!(merge(BASE, &mine, BASE), Merged::Clean(mine.clone()));
    assert_eq!(merge(BASE, &mine, &mine), Merged::Clean(mine));
}

#[test]
fn changes_of_one_field_are_told() {
    let mine = BASE
        .replace("題", "甲")
        .replace("三", "参")
        .replace("tags: [a, b]\n", "");
    let theirs = BASE
        .replace("題", "乙")
        .replace("三", "さん")
        .replace("[a, b]", "[a]");
    let Merged::Conflict { fields } = merge(BASE, &mine, &theirs) else {
        panic!("joined");
    };
    assert_eq!(fields, ["tags", "title", "body"]);
    let three = three_way(BASE, &mine, &theirs, &around());
    assert_eq!(three.both, fields);
    assert_eq!((three.mine.changes, three.theirs.changes), (3, 3));
    // The same change of both is no conflict, and lines side by side are one.
    let both = BASE.replace("題", "同じ");
    assert_eq!(
        merge(BASE, &both, &both.replace("概要", "別")),
        Merged::Clean(both.replace("概要", "別"))
    );
    let near = merge(BASE, &BASE.replace("二", "弐"), &BASE.replace("三", "参"));
    assert_eq!(
        near,
        Merged::Conflict {
            fields: vec!["body".to_owned()]
        }
    );
}

#[test]
fn a_notice_taken_away_meets_its_settings() {
    let mine = BASE.replace("round: 1", "round: 2");
    let theirs = BASE.replace("notice: { channels: [mail], round: 1 }\n", "");
    let Merged::Conflict { fields } = merge(BASE, &mine, &theirs) else {
        panic!("joined");
    };
    assert_eq!(fields, ["notice.round"]);
    let Merged::Conflict { fields } = merge(BASE, &theirs, &mine) else {
        panic!("joined");
    };
    assert!(fields.contains(&"notice.round".to_owned()), "{fields:?}");
}

#[test]
fn a_broken_text_meets_a_good_one_without_loss() {
    let broken = BASE.replace("tags: [a, b]", "tags: [a, b");
    let theirs = BASE.replace("概要", "ひとこと");
    assert!(matches!(
        merge(BASE, &broken, &theirs),
        Merged::Conflict { .. }
    ));
    assert_eq!(
        merge(BASE, &broken, &BASE.replace("五\n", "終\n")),
        Merged::Clean(broken.replace("五\n", "終\n"))
    );
}

#[test]
fn large_bodies_are_compared_and_joined_quickly() {
    let line = |number: usize| format!("{number}行目の𠮷野家の手当について、お知らせします。\n");
    let body = |from: usize| (from..from + 30_000).map(line).collect::<String>();
    let text = |body: &str| format!("---\nkind: page\ntitle: 題\n---\n{body}");
    let base = text(&body(0));
    let start = std::time::Instant::now();
    let one = base.replace("20000行目", "二万行目");
    let changed = compare(&base, &one, &around()).body.expect("a change");
    assert_eq!(changed.words, "1行変えた");
    let other = base.replace("\n10行目", "\n十行目");
    assert_eq!(
        merge(&base, &one, &other),
        Merged::Clean(one.replace("\n10行目", "\n十行目"))
    );
    let all = compare(&base, &text(&body(50_000)), &around())
        .body
        .expect("a change");
    assert_eq!(all.words, "30000行変えた");
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
