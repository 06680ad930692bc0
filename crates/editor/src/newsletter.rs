//! 広報紙の原稿: a document as the few lines a printed paper has room for.
//!
//! Customs of print: items in 【】, 「～」 between times, weekdays in one sign, signs in full width, a digit that
//! stands alone in full width and longer numbers in half width. Addresses of pages, mail and telephones stay.

use chrono::{Datelike, NaiveTime, Timelike, Weekday};
use kairan_content::markdown::{AsWritten, render};
use kairan_content::{Apply, ApplyVia, Deadline, Document, Moment, Session, SiteData, dates};

/// The manuscript of a document, ending with a line end.
#[must_use]
pub fn newsletter(document: &Document, site: &SiteData) -> String {
    let mut out = Vec::new();
    out.push(format!("■{}", print(&document.title)));
    let lead = match document.summary.trim() {
        "" => first_paragraph(&document.body),
        summary => summary.to_owned(),
    };
    out.push(print(&lead));
    let mut item = |label: &str, text: String| {
        if !text.is_empty() {
            out.push(format!("【{label}】{text}"));
        }
    };
    let mut year = document.publish_at.map(|at| at.date.year());
    let target = document.target.as_ref().map(|target| target.text.as_str());
    item("対象", print(target.unwrap_or_default()));
    let sessions: Vec<String> = document
        .sessions
        .iter()
        .map(|one| session(one, &mut year))
        .collect();
    item("日時", sessions.join("、"));
    item("会場", places(&document.sessions));
    item("定員", capacity(&document.sessions));
    item("費用", print(document.fee.as_deref().unwrap_or_default()));
    item(
        "場所",
        print(document.address.as_deref().unwrap_or_default()),
    );
    item("時間", print(document.hours.as_deref().unwrap_or_default()));
    let period = document.period.as_ref().map(|one| deadline(one, &mut year));
    item("募集期間", period.unwrap_or_default());
    let deadlines: Vec<String> = document
        .deadlines
        .iter()
        .map(|one| deadline(one, &mut year))
        .collect();
    item(
        "期日",
        match document.anytime {
            true => "随時".to_owned(),
            false => deadlines.join("、"),
        },
    );
    let ways: Vec<String> = document.apply.iter().map(apply).collect();
    item("申込", ways.join("、または"));
    let things: Vec<String> = document.documents.iter().map(|one| print(one)).collect();
    item("持ち物", things.join("、"));
    if let Some(department) = site.department(&document.contact) {
        let phone = department.phone.as_ref().map(|phone| format!("　☎{phone}"));
        item(
            "問合せ",
            format!("{}{}", print(&department.name), phone.unwrap_or_default()),
        );
    }
    out.push(String::new());
    out.join("\n")
}

/// The first paragraph that is running text.
fn first_paragraph(body: &str) -> String {
    let body = body.replace("\r\n", "\n");
    let plain = |block: &&str| {
        let first = block.trim_start().chars().next();
        first.is_some_and(|c| !"#-*+|>!`[<".contains(c) && !c.is_ascii_digit())
    };
    let paragraph = body.split("\n\n").find(plain).unwrap_or_default();
    render(paragraph, &mut AsWritten)
        .text
        .split_whitespace()
        .collect()
}

const fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "月",
        Weekday::Tue => "火",
        Weekday::Wed => "水",
        Weekday::Thu => "木",
        Weekday::Fri => "金",
        Weekday::Sat => "土",
        Weekday::Sun => "日",
    }
}

/// 12月25日（金）, with the year where it is another than the last one said.
fn day(moment: Moment, year: &mut Option<i32>) -> String {
    let date = moment.date;
    let said = match year.replace(date.year()) {
        Some(before) if before == date.year() => String::new(),
        _ => dates::year_text(date),
    };
    print(&format!(
        "{said}{}月{}日（{}）",
        date.month(),
        date.day(),
        weekday(date.weekday())
    ))
}

fn clock(time: Option<NaiveTime>) -> String {
    time.map(|time| print(&dates::time_text(time)))
        .unwrap_or_default()
}

fn deadline(deadline: &Deadline, year: &mut Option<i32>) -> String {
    let label = deadline
        .label
        .as_ref()
        .map(|label| format!("{}＝", print(label)))
        .unwrap_or_default();
    let opens = deadline
        .opens
        .map(|opens| format!("{}{}～", day(opens, year), clock(opens.time)))
        .unwrap_or_default();
    let closes = format!(
        "{}{}",
        day(deadline.closes, year),
        clock(deadline.closes.time)
    );
    let until = if opens.is_empty() { "まで" } else { "" };
    let note = deadline
        .note
        .as_ref()
        .map(|note| format!("（{}）", print(note)))
        .unwrap_or_default();
    format!("{label}{opens}{closes}{until}{note}")
}

fn session(session: &Session, year: &mut Option<i32>) -> String {
    let starts = format!(
        "{}{}",
        day(session.starts, year),
        clock(session.starts.time)
    );
    let Some(ends) = session.ends else {
        return starts;
    };
    if ends.date != session.starts.date {
        return format!("{starts}～{}{}", day(ends, year), clock(ends.time));
    }
    // 午後 is said once where both times are.
    let same_half = session
        .starts
        .time
        .zip(ends.time)
        .is_some_and(|(a, b)| (a.hour() < 12) == (b.hour() < 12));
    let until = clock(ends.time);
    let until = match same_half {
        true => until.trim_start_matches("午前").trim_start_matches("午後"),
        false => until.as_str(),
    };
    format!("{starts}～{until}")
}

fn places(sessions: &[Session]) -> String {
    let mut all: Vec<&str> = Vec::new();
    for place in sessions
        .iter()
        .filter_map(|session| session.place.as_deref())
    {
        if !all.contains(&place) {
            all.push(place);
        }
    }
    print(&all.join("、"))
}

fn capacity(sessions: &[Session]) -> String {
    let most: Vec<u32> = sessions
        .iter()
        .filter_map(|session| session.capacity)
        .collect();
    match most.split_first() {
        None => String::new(),
        Some((first, rest)) if rest.iter().all(|one| one == first) => {
            let each = if sessions.len() > 1 { "各" } else { "" };
            print(&format!("{each}{first}人"))
        }
        Some(_) => {
            let all: Vec<String> = most.iter().map(|one| format!("{one}人")).collect();
            print(&all.join("、"))
        }
    }
}

fn apply(apply: &Apply) -> String {
    let words = |text: &Option<String>| text.as_deref().map(print);
    let details: Vec<String> = match apply.via {
        ApplyVia::Online | ApplyVia::Form => apply.url.clone().into_iter().collect(),
        ApplyVia::Counter => [words(&apply.place), words(&apply.hours)]
            .into_iter()
            .flatten()
            .collect(),
        ApplyVia::Post => words(&apply.address).into_iter().collect(),
        ApplyVia::Phone => apply
            .phone
            .iter()
            .map(|phone| format!("☎{phone}"))
            .collect(),
        ApplyVia::Mail => apply.email.clone().into_iter().collect(),
    };
    match details.is_empty() {
        true => apply.via.label().to_owned(),
        false => format!("{}（{}）", apply.via.label(), details.join("、")),
    }
}

/// A text as it is set in print.
fn print(text: &str) -> String {
    let signs: Vec<char> = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    let at = |index: Option<usize>| index.and_then(|index| signs.get(index)).copied();
    // Words in Latin letters keep their own signs.
    let latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_graphic());
    let joined = |c: Option<char>| {
        c.is_some_and(|c| c.is_ascii_alphanumeric() || "./-:,%=_@?&#+~".contains(c))
    };
    let mut out = String::with_capacity(text.len());
    for (index, &c) in signs.iter().enumerate() {
        let (before, after) = (at(index.checked_sub(1)), at(Some(index + 1)));
        let between_latin = latin(before) && latin(after);
        out.push(match c {
            '0'..='9' if !joined(before) && !joined(after) => wide(c),
            '(' | ')' | '!' | '?' | ':' if !between_latin => wide(c),
            ',' if !between_latin => '、',
            '~' | '〜' => '～',
            '０'..='９' if wide_digit(before) || wide_digit(after) => narrow(c),
            c => c,
        });
    }
    out
}

const fn wide_digit(c: Option<char>) -> bool {
    matches!(c, Some('０'..='９'))
}

fn wide(c: char) -> char {
    char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c)
}

fn narrow(c: char) -> char {
    char::from_u32(u32::from(c).wrapping_sub(0xFEE0)).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_signs_as_print_does() {
        assert_eq!(
            print("東庁舎1階(3番窓口)、10,000円"),
            "東庁舎１階（３番窓口）、10,000円"
        );
        assert_eq!(print("平日8時30分〜17時15分"), "平日８時30分～17時15分");
        assert_eq!(print("https://a.example/1?b=2"), "https://a.example/1?b=2");
        assert_eq!(print("１２月５日"), "12月５日");
        assert_eq!(print("本当?はい!"), "本当？はい！");
        assert_eq!(
            first_paragraph("## 見出し\n\n- 一\n\n{健|すこ}やかな[手当](/a/)です。\n続き。\n\n次"),
            "健やかな手当です。続き。"
        );
    }
}
