//! What a check costs; run by hand: `cargo test --release -p kairan-content -- --ignored --nocapture speed`.

use std::time::Instant;

use kairan_content::markdown::{AsWritten, render};
use kairan_content::{MemorySource, check_site};

use crate::fixtures::{base, today};

fn site(count: usize) -> MemorySource {
    let mut source = base().memory;
    let paragraph = "児童手当は、0歳から高校生年代までのお子さんを養育している方に支給されます。令和8年12月25日（金曜日）午後5時までに、\
        [電子申請](https://example.lg.jp/)か窓口で手続きをしてください。\n\n";
    for at in 0..count {
        let source_text = format!(
            "---\nkind: article\nslug: a{at}\ntitle: 児童手当の手続きについて（{at}）\nsummary: お子さんを育てている方に支給されます。\n\
             category: money/child-allowance\ntags: [age-0, age-1, single-parent]\ntarget:\n  text: 0歳から1歳の子を養育しているひとり親の方\n\
             deadline:\n  - {{ label: 7月入園, opens: 2026-12-01, closes: 2026-12-25T17:00, note: 必着 }}\n\
             apply:\n  - {{ via: online, system: mynaportal, url: \"https://example.lg.jp/\", label: 電子申請フォーム }}\n\
             \x20 - {{ via: counter, place: 市役所東庁舎1階, hours: 平日8時30分〜17時15分 }}\ncontact: kodomo-katei\nfaqs: [nyuen-shomeisho]\n\
             notice: {{ channels: [mail, line], reminders: [7d, 1d], round: 1 }}\n---\n## 対象\n\n{}## 申込方法\n\n- 通帳\n- 印鑑\n\n\
             | 年齢 | 額 |\n|--|--|\n| 0歳 | 15,000円 |\n\n[次へ](/articles/a{}/)\n",
            paragraph.repeat(8),
            (at + 1) % count
        );
        source.insert(
            format!("content/articles/{}/a{at}.md", at % 100),
            source_text,
        );
    }
    source
}

#[test]
#[ignore = "prints how long it takes, on a quiet machine, and expects nothing"]
fn speed() {
    for count in [1_000, 10_000] {
        let source = site(count);
        let start = Instant::now();
        let checked = check_site(&source, today());
        let check = start.elapsed();
        assert_eq!(checked.diagnostics, []);
        let bytes: usize = checked
            .documents
            .iter()
            .map(|document| document.source().len())
            .sum();
        let start = Instant::now();
        let html: usize = checked
            .documents
            .iter()
            .map(|document| render(&document.document.body, &mut AsWritten).html.len())
            .sum();
        println!(
            "{count} documents, {bytes} bytes: check {check:?} (wall, all cores), render {:?} (one core), {html} bytes of HTML",
            start.elapsed()
        );
    }
}
