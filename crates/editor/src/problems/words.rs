//! Diagnostics speak of keys, as in a file; a form speaks of its fields.

use kairan_content::diagnostic::codes as c;
use kairan_content::{Diagnostic, Kind};

use super::label_of;
use crate::rule::Rows;
use crate::values::FormValues;

/// The field a diagnostic is about, what is wrong and what to do, for someone who sees no YAML.
pub(super) fn say(
    diagnostic: &Diagnostic,
    field: String,
    values: &FormValues,
) -> (String, String, String) {
    let (code, kind) = (diagnostic.code, values.kind());
    // Who builds a rule by rows sees none of its keys.
    if code == c::RULE_MALFORMED && field.starts_with(RULE) && by_rows(values) {
        return (field, UNFINISHED.to_owned(), FINISH.to_owned());
    }
    let above = field
        .rsplit_once('.')
        .map_or(String::new(), |(above, _)| above.to_owned());
    let above = above.as_str();
    let beside = |key: &str| match above {
        "" => key.to_owned(),
        _ => format!("{above}.{key}"),
    };
    let field = match code {
        // A key that is missing is told at the mapping it is missing in.
        _ if code == c::MISSING_KEY => quoted(&diagnostic.message)
            .map(|key| match key.contains('.') {
                true => key.to_owned(),
                false => beside(key),
            })
            .unwrap_or(field),
        _ if code == c::NO_DEADLINE => "deadline".to_owned(),
        _ if code == c::DEADLINE_AND_ANYTIME => "anytime".to_owned(),
        _ if code == c::ONLINE_WITHOUT_URL => beside("url"),
        _ if code == c::NOBODY_TOLD => "tags".to_owned(),
        _ if code == c::WRONG_FOLDER => "kind".to_owned(),
        _ => field,
    };
    let label = label_of(&field, kind);
    let message = match code {
        _ if code == c::MISSING_KEY || code == c::EMPTY_VALUE => {
            format!("「{label}」が空です。")
        }
        _ if code == c::NO_DEADLINE => "申込みの期日がありません。".to_owned(),
        _ if code == c::DEADLINE_AND_ANYTIME => {
            "申込みの期日があるのに、「期日はありません（随時）」が選ばれています。".to_owned()
        }
        _ if code == c::ONLINE_WITHOUT_URL => {
            "電子申請の、申請ページのアドレスがありません。".to_owned()
        }
        _ => labelled(&diagnostic.message, above, kind),
    };
    let fix = match fix(diagnostic) {
        Some(fix) => fix.to_owned(),
        None if code == c::MISSING_KEY => format!("「{label}」の欄に入れてください。"),
        None => labelled(&diagnostic.fix, above, kind),
    };
    (field, message, fix)
}

/// What to do in a form, where it differs from what to do in a file.
fn fix(diagnostic: &Diagnostic) -> Option<&'static str> {
    let table: [(&[kairan_content::Code], &str); 20] = [
        (
            &[c::EMPTY_VALUE],
            "入れるか、使わないときは空のまま保存してください。",
        ),
        (
            &[c::NO_DEADLINE],
            "期日を入れるか、「期日はありません（随時）」を選んでください。",
        ),
        (&[c::DEADLINE_AND_ANYTIME], "どちらか1つにしてください。"),
        (
            &[c::ONLINE_WITHOUT_URL, c::BAD_URL],
            "https:// から始まるアドレスを入れてください。",
        ),
        (
            &[c::BAD_DATE],
            "カレンダーから選ぶか、令和8年12月25日 や 2026-12-25 のように入れてください。",
        ),
        (
            &[c::NO_SUCH_TIME],
            "00:00 から 23:59 までで入れてください。その日いっぱいのときは、時刻を空にします。",
        ),
        (
            &[
                c::UNKNOWN_CATEGORY,
                c::UNKNOWN_CONTACT,
                c::UNKNOWN_OWNER,
                c::UNKNOWN_CHOICE,
            ],
            "一覧から選び直してください。",
        ),
        (
            &[c::UNKNOWN_TAG, c::UNKNOWN_LIFE_EVENT],
            "「一覧にないもの」から外して、一覧から選び直してください。",
        ),
        (
            &[c::UNKNOWN_KEY, c::KEY_OF_ANOTHER_KIND],
            "いらなければ、この欄を空にして保存してください。",
        ),
        (
            &[c::CLOSES_BEFORE_OPENS, c::ENDS_BEFORE_STARTS],
            "はじまりと、おわりの日時を確かめてください。",
        ),
        (
            &[c::EXPIRES_BEFORE_PUBLISH],
            "「公開する日時」と「公開を終える日時」を確かめてください。",
        ),
        (
            &[c::FEW_CHOICES],
            "選択肢を2つ以上、1行に1つずつ入れてください。",
        ),
        (
            &[c::TOO_MANY_CHOICES, c::CHOICE_TOO_LONG],
            "直すか、「送る方法」から LINE を外してください。",
        ),
        (
            &[c::NOBODY_TOLD],
            "「だれに知らせますか」でタグを選んでください。登録した全員に送るときは、「対象者のくわしい条件」で「すべての方」を加えます。",
        ),
        (
            &[c::EVERYONE_TOLD, c::AUDIENCE_EMPTY_TAGS],
            "「だれに知らせますか」のタグを見直してください。",
        ),
        (
            &[c::REMINDER_WITHOUT_DEADLINE],
            "申込みの期日を入れるか、「期日の前のお知らせ」を空にしてください。",
        ),
        (
            &[c::EMERGENCY_INBOX_ONLY],
            "「送る方法」でメールか LINE を選んでください。",
        ),
        (
            &[c::EXPIRES_BEFORE_CLOSES, c::SURVEY_AFTER_EXPIRY],
            "「公開を終える日時」を後にしてください。",
        ),
        (
            &[c::DATE_PASSED],
            "期日を直すか、「市民にお知らせを送る」を外してください。",
        ),
        (
            &[c::WRONG_TYPE],
            "書かれているものを消して、欄に入れ直してください。",
        ),
    ];
    table
        .into_iter()
        .find(|(codes, _)| codes.contains(&diagnostic.code))
        .map(|(_, fix)| fix)
}

const RULE: &str = "target.when";
const UNFINISHED: &str = "「対象者のくわしい条件」に、まだ選んでいない所か、読めない所があります。";
const FINISH: &str = "選んでいない条件は選ぶか消し、範囲は小さいほうを左に、数字で入れてください。";

fn by_rows(values: &FormValues) -> bool {
    Rows::of_text(values.text(RULE)).is_some()
}

/// The first word in 「」.
fn quoted(text: &str) -> Option<&str> {
    let rest = text.split_once('「')?.1;
    Some(rest.split_once('」')?.0)
}

/// A text with the labels of fields where it names keys: 「closes」 → 「受付のおわり」.
fn labelled(text: &str, above: &str, kind: Kind) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('「') {
        let Some((word, behind)) = after.split_once('」') else {
            break;
        };
        out.push_str(before);
        out.push('「');
        out.push_str(&name(word, above, kind).unwrap_or_else(|| word.to_owned()));
        out.push('」');
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// What a key is called, beside the field or outermost.
fn name(word: &str, above: &str, kind: Kind) -> Option<String> {
    let key = !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if !key {
        return None;
    }
    let near = format!("{above}.{word}");
    [near.as_str(), word].into_iter().find_map(|path| {
        let label = label_of(path, kind);
        let last = path.rsplit('.').next().unwrap_or(path);
        // Of a row, the column alone: the row is named beside it.
        let label = match label.rsplit_once('の') {
            Some((row, column)) if row.ends_with(|c: char| c.is_ascii_digit()) => column.to_owned(),
            _ => label,
        };
        (label != path && label != last).then_some(label)
    })
}
