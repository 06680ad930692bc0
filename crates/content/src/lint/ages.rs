//! Whether the words of 対象者 and the rule mean the same ages.

use kairan_audience::Rule;

use crate::diagnostic::{Report, codes};
use crate::place::Span;

/// Ages in years; no upper bound is `None`.
type Ages = (u32, Option<u32>);

/// Notes where the text names one range of ages and the rule another.
///
/// Looks only where both are plain: one range of digits in the text, one in the rule. 「18歳に達する日以後の最初の
/// 3月31日まで」 and the like are left to people.
pub(super) fn compare(text: &str, rule: &Rule, at: Span, report: &mut Report) {
    let Some(said) = ages_in(text) else { return };
    let mut ages: Vec<Ages> = Vec::new();
    let mut plain = true;
    rule.walk(&mut |rule| match rule {
        Rule::Child(clause) => {
            for part in &clause.parts {
                plain &= part.months.is_none() && part.grade.is_none();
                if let Some(age) = part.age {
                    ages.push(bounds(&age.to_string()));
                }
            }
        }
        Rule::SelfAge { age, .. } => ages.push(bounds(&age.to_string())),
        Rule::Not(_) => plain = false,
        _ => {}
    });
    ages.dedup();
    if matches!(rule, Rule::Everyone) {
        report.add(
            codes::EVERYONE_WITH_AGES,
            at,
            format!(
                "文には{}とありますが、条件は全員（everyone）です。",
                words(said)
            ),
            "target.when に年齢の条件を書くか、文から年齢を消してください。",
        );
        return;
    }
    if let (true, [one]) = (plain, ages.as_slice())
        && *one != said
    {
        report.add(
            codes::AGES_DISAGREE,
            at,
            format!(
                "文には{}とありますが、条件は{}です。",
                words(said),
                words(*one)
            ),
            "文か条件のどちらかを直してください。",
        );
    }
}

fn bounds(range: &str) -> Ages {
    match range.split_once("..") {
        None => {
            let age = range.parse().unwrap_or(0);
            (age, Some(age))
        }
        Some((from, to)) => (from.parse().unwrap_or(0), to.parse().ok()),
    }
}

fn words((from, to): Ages) -> String {
    match to {
        None => format!("{from}歳以上"),
        Some(to) if to == from => format!("{from}歳"),
        Some(to) if from == 0 => format!("{to}歳まで"),
        Some(to) => format!("{from}歳から{to}歳まで"),
    }
}

/// The one range of ages a text names in digits; `None` where it names none, several, or more than ages.
fn ages_in(text: &str) -> Option<Ages> {
    if text.contains("達する")
        || text.contains("か月")
        || text.contains("カ月")
        || text.contains("ヶ月")
    {
        return None;
    }
    let mut found: Vec<(u32, &str)> = Vec::new();
    for (at, _) in text.match_indices('歳') {
        let before = text.get(..at).unwrap_or_default();
        let digits = before.bytes().rev().take_while(u8::is_ascii_digit).count();
        let number = before
            .get(before.len() - digits..)
            .unwrap_or_default()
            .parse()
            .ok()?;
        let after = text.get(at..)?.strip_prefix('歳')?;
        // 0歳児クラス is a school year.
        if after.starts_with("児クラス") {
            return None;
        }
        found.push((number, after.strip_prefix('児').unwrap_or(after)));
    }
    let upper = |age: u32, after: &str| {
        if after.starts_with("未満") {
            age.checked_sub(1)
        } else {
            Some(age)
        }
    };
    match found.as_slice() {
        [(age, after)] if after.starts_with("以上") => Some((*age, None)),
        [(age, after)]
            if ["未満", "以下", "まで"]
                .iter()
                .any(|word| after.starts_with(word)) =>
        {
            Some((0, Some(upper(*age, after)?)))
        }
        [(age, after)] if !after.starts_with("から") && !after.starts_with('～') => {
            Some((*age, Some(*age)))
        }
        [(from, between), (to, after)]
            if ["から", "～", "〜", "以上"]
                .iter()
                .any(|word| between.starts_with(word)) =>
        {
            Some((*from, Some(upper(*to, after)?)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_ages() {
        assert_eq!(ages_in("0歳から2歳の子を育てている方"), Some((0, Some(2))));
        assert_eq!(ages_in("65歳以上の方"), Some((65, None)));
        assert_eq!(ages_in("3歳未満の子"), Some((0, Some(2))));
        assert_eq!(ages_in("6歳以上12歳未満の子"), Some((6, Some(11))));
        assert_eq!(ages_in("18歳に達する日以後の最初の3月31日までの子"), None);
        assert_eq!(ages_in("0歳児クラスの子"), None);
        assert_eq!(ages_in("市民の方"), None);
    }
}
