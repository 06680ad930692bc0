//! `docs/diagnostics.md`, made from the table.

use std::fmt::Write as _;

use super::Severity;
use super::codes::FAMILIES;

/// The text of `docs/diagnostics.md`.
#[must_use]
pub fn guide() -> String {
    let mut out = String::from(
        "# 確認の一覧\n\n\
         <!-- Generated from crates/content/src/diagnostic/codes; a test keeps it current. -->\n\n\
         `kairan check` と編集画面が知らせる問題の一覧です。\n\n\
         - **エラー**は、その文書の公開だけを止めます。ほかの文書は公開されます。\n\
         - **警告**は、公開を止めません。\n\
         - 下書きは、どちらがあっても保存できます。\n\
         - 位置は `ファイル:行:列` で示します。列は文字の数（1から）です。\n",
    );
    for family in &FAMILIES {
        let _infallible = write!(out, "\n## {} {}\n\n", family.letter, family.title);
        out.push_str("| 番号 | 重さ | 内容 |\n|---|---|---|\n");
        for code in family.codes {
            let entry = code.entry();
            let _infallible = writeln!(
                out,
                "| [{id}](#{anchor}) | {weight} | {title} |",
                id = entry.id,
                anchor = entry.id.to_ascii_lowercase(),
                weight = weight(entry.severity),
                title = entry.title.replace('|', "\\|"),
            );
        }
        for code in family.codes {
            let entry = code.entry();
            let _infallible = write!(
                out,
                "\n### {id}\n\n**{title}**（{weight}）\n\n{explanation}\n\n```text\n{example}\n```\n",
                id = entry.id,
                title = entry.title,
                weight = weight(entry.severity),
                explanation = entry.explanation,
                example = entry.example,
            );
        }
    }
    out
}

const fn weight(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "エラー",
        Severity::Warning => "警告",
    }
}
