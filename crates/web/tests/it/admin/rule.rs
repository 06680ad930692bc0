//! Whom an article is for, built as rows.

use super::desk::{Desk, edit, example};
use super::page::{form, set};
use crate::house::House;

/// 「対象者のくわしい条件」 by buttons alone.
#[tokio::test]
async fn a_rule_is_built_as_rows_and_turned_to_text_and_back() {
    for house in House::each().await {
        builds(house).await;
    }
}

async fn builds(house: House) {
    let written = "  when:\n    child: { age: \"0..18\", through: fiscal-year-end }\n";
    let source = example("articles/jido-teate.md").replace(written, "");
    let mut desk = Desk::author(&house, "山田 太郎").await;
    let id = house.draft(&source).await;
    let before = house.source(&id).await;
    let mut pairs = desk.form(&id).await;
    set(&mut pairs, "target.when.add", "child.age");
    let answer = desk.press(&edit(&id), &pairs, "add:target.when").await;
    let html = answer.text().await.unwrap();
    assert!(html.contains("data-focus=\"target.when.0\""), "{html}");
    let mut pairs = form(&html, "edit");
    set(&mut pairs, "target.when.0.0.to", "２");
    set(&mut pairs, "target.when.0.add", "area");
    let answer = desk.press(&edit(&id), &pairs, "add:target.when.0").await;
    let mut pairs = form(&answer.text().await.unwrap(), "edit");
    assert_eq!(house.source(&id).await, before, "nothing is saved yet");

    // An area that is still to be chosen is saved as such, and keeps the draft from being published.
    let html = desk.save(&id, &pairs).await;
    assert!(html.contains("まだ選んでいない所か"), "{html}");
    assert!(house.source(&id).await.contains("- area: []"));
    pairs = form(&html, "edit");
    pairs.push(("target.when.0.1.keys".to_owned(), "kitamachi".to_owned()));
    let html = desk.save(&id, &pairs).await;
    assert!(
        html.contains("2歳以下のお子さんがいる方で、北町にお住まいの方"),
        "{html}"
    );
    let rule = "  when:\n    all:\n      - child: { age: \"..2\" }\n      - area: [kitamachi]\n";
    let saved = house.source(&id).await;
    assert_eq!(saved.replace(rule, ""), before, "the rest is as it was");

    // As a text, and back.
    let pairs = form(&html, "edit");
    let answer = desk.press(&edit(&id), &pairs, "text:target.when").await;
    let mut pairs = form(&answer.text().await.unwrap(), "edit");
    assert!(
        pairs
            .iter()
            .any(|(name, value)| name == "target.when" && value.contains("area: [kitamachi]"))
    );
    let answer = desk.press(&edit(&id), &pairs, "rows:target.when").await;
    let rows = form(&answer.text().await.unwrap(), "edit");
    assert!(rows.contains(&("target.when.0.1.keys".into(), "kitamachi".into())));
    assert!(
        desk.save(&id, &rows)
            .await
            .contains("変わったところはありません")
    );

    // What rows cannot show stays the text it is.
    set(
        &mut pairs,
        "target.when",
        "not:\n  any: [{ flag: newcomer }, { area: [kita] }]  # 引っ越し",
    );
    let html = desk.save(&id, &pairs).await;
    assert!(html.contains("この条件は行では表せない"), "{html}");
    let saved = house.source(&id).await;
    assert!(saved.contains("# 引っ越し"), "{saved}");
    let pairs = form(&html, "edit");
    assert!(
        desk.save(&id, &pairs)
            .await
            .contains("変わったところはありません")
    );
    assert_eq!(house.source(&id).await, saved);
    house.close().await;
}
