//! Documents and files that a draft names and that are not there.

use kairan_content::diagnostic::codes;
use kairan_content::{Code, Kind};

use super::{Problem, label_of, section_of};
use crate::around::Surroundings;
use crate::values::{FormValues, Value};

pub(super) fn check(values: &FormValues, around: &Surroundings<'_>, out: &mut Vec<Problem>) {
    if !around.known.is_complete() {
        return;
    }
    let kind = values.kind();
    let mut add = |field: String, code: Code, message: String, fix: &str| {
        // Said already, by who checked the whole site.
        if out
            .iter()
            .any(|one| one.code == code.id() && one.message == message)
        {
            return;
        }
        out.push(Problem {
            section: section_of(&field, kind),
            label: label_of(&field, kind),
            code: code.id(),
            severity: code.entry().severity,
            message,
            fix: fix.to_owned(),
            line: None,
            column: None,
            field,
        });
    };
    for (path, of, code) in [
        ("faqs", Some(Kind::Faq), codes::UNKNOWN_FAQ),
        ("related", None, codes::UNKNOWN_RELATED),
    ] {
        let Some(Value::List(references)) = values.get(path) else {
            continue;
        };
        for reference in references {
            if around.known.document(reference, of).is_none() {
                let what = of.map_or("関連の文書", Kind::label);
                add(
                    path.to_owned(),
                    code,
                    format!("{what}「{reference}」がありません。"),
                    "一覧から選び直すか、外してください。",
                );
            }
        }
    }
    if let Some(Value::Rows(rows)) = values.get("attachments") {
        for (index, row) in rows.iter().enumerate() {
            if let Some(Value::Text(file)) = row.0.get("file")
                && file.starts_with("files/")
                && !around.known.file(file)
            {
                add(
                    format!("attachments.{index}.file"),
                    codes::UNKNOWN_FILE,
                    format!("添付ファイル「{file}」がありません。"),
                    "ファイルを入れ直すか、名前を直してください。",
                );
            }
        }
    }
}
