//! 全員の行き先: each person once. 対象 ＝ 届いた ＋ 届かなかった ＋ 確認中 ＋ これから, at every instant.

use std::collections::BTreeMap;

use kairan_db::notices::{self, ChannelAccount, Notice, NoticeKind, NoticeState};
use serde::Serialize;
use serde_json::{Value, json};

use crate::admin::documents::head::grouped;
use crate::admin::words::Language;

/// Why people were not reached.
#[derive(Debug, Serialize)]
pub(crate) struct Reason {
    pub(crate) word: String,
    pub(crate) label: String,
    pub(crate) count: i64,
    /// ご本人の希望どおり, as against a fault.
    pub(crate) own: bool,
}

/// One channel.
#[derive(Debug, Serialize)]
struct Channel {
    icon: &'static str,
    label: String,
    candidates: String,
    reached: String,
    missed: String,
    doubt: String,
    open: String,
}

/// The account of a notice as the screens show it.
#[derive(Debug, Serialize)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) matched: String,
    pub(crate) reached: String,
    pub(crate) not_reached: String,
    pub(crate) doubt: String,
    pub(crate) open: String,
    /// People about whom nothing is open any more.
    pub(crate) done: String,
    pub(crate) done_count: i64,
    pub(crate) matched_count: i64,
    /// The bar: its length, and where reached, not reached and in doubt end.
    bar: [i64; 4],
    balanced: bool,
    inbox: String,
    own: Vec<Reason>,
    faults: Vec<Reason>,
    channels: Vec<Channel>,
    /// Recipients are still being written down.
    writing: bool,
}

impl Account {
    pub(crate) fn new(
        words: &Language,
        notice: &Notice,
        account: &notices::Account,
        missed: &BTreeMap<String, i64>,
    ) -> Self {
        let people = &account.people;
        let not = people.inbox_only + people.not_reached;
        let done = people.matched - people.open;
        let (own, faults) = reasons(words, missed)
            .into_iter()
            .partition(|reason| reason.own);
        let channels = ["mail", "line", "inbox"]
            .into_iter()
            .filter_map(|key| Some(channel(words, key, account.channels.get(key)?)));
        let inbox = account.channels.get("inbox").map_or(0, |one| {
            one.states.get("recorded").copied().unwrap_or_default()
        });
        Self {
            id: notice.id.clone(),
            matched: grouped(people.matched),
            reached: grouped(people.pushed),
            not_reached: grouped(not),
            doubt: grouped(people.in_doubt),
            open: grouped(people.open),
            done: grouped(done),
            done_count: done,
            matched_count: people.matched,
            bar: [
                people.matched.max(1),
                people.pushed,
                people.pushed + not,
                people.pushed + not + people.in_doubt,
            ],
            balanced: account.balanced,
            inbox: grouped(inbox),
            own,
            faults,
            channels: channels.collect(),
            writing: notice.state == NoticeState::Materialising,
        }
    }
}

fn channel(words: &Language, key: &str, account: &ChannelAccount) -> Channel {
    let sum = |states: &[&str]| -> i64 {
        let count = |state: &&str| account.states.get(*state).copied().unwrap_or_default();
        states.iter().map(count).sum()
    };
    let reached = sum(&["accepted", "recorded"]);
    let doubt = sum(&["in_doubt"]);
    let open = sum(&["pending", "leased", "sending"]);
    let (icon, label) = match key {
        "mail" => ("mail", words.get("メール")),
        "line" => ("line", "LINE"),
        _ => ("inbox", words.get("受信箱")),
    };
    Channel {
        icon,
        label: label.to_owned(),
        candidates: grouped(account.candidates),
        reached: grouped(reached),
        missed: grouped(account.candidates - reached - doubt - open),
        doubt: grouped(doubt),
        open: grouped(open),
    }
}

/// Reasons in words, most people first.
pub(super) fn reasons(words: &Language, missed: &BTreeMap<String, i64>) -> Vec<Reason> {
    let mut all: Vec<Reason> = missed
        .iter()
        .map(|(word, count)| {
            let (label, own) = reason(words, word);
            Reason {
                word: word.clone(),
                label: label.to_owned(),
                count: *count,
                own,
            }
        })
        .collect();
    all.sort_by(|a, b| (b.count, &a.word).cmp(&(a.count, &b.word)));
    all
}

/// What a reason means, and whether it is the person's own wish.
fn reason<'a>(words: &'a Language, word: &'a str) -> (&'a str, bool) {
    match word {
        "no_address" => (words.get("メールを登録していない"), true),
        "not_linked" => (words.get("LINEを登録していない"), true),
        "no_consent" => (words.get("受け取らないことを選んでいる"), true),
        "not_interested" => (words.get("この分野のお知らせを選んでいない"), true),
        "unconfirmed" => (words.get("メールアドレスの確認が済んでいない"), true),
        "consent_withdrawn" | "withdrawn" => (words.get("送る直前に配信をやめた"), true),
        "left" => (words.get("送る前に登録を消した"), true),
        "same_address" => (words.get("家族の1通にまとめた"), true),
        "daily_cap" => (words.get("1日に送る数の上限に達した"), false),
        "contact_suppressed" => (words.get("メールアドレスが使えない"), false),
        "bounced" => (words.get("送ったあとに戻ってきた"), false),
        "failed" | "rejected" | "refused" => (words.get("相手に受け取られなかった"), false),
        "in_doubt" => (words.get("届いたかどうか確かめている"), false),
        "stale" | "expired" => (words.get("送る期限を過ぎた"), false),
        "quota_used_up" => (words.get("LINEの今月の数を使いきった"), false),
        "cancelled" => (words.get("職員が取りやめた"), false),
        "blocked" => (words.get("LINEで市をブロックしている"), false),
        other => (other, false),
    }
}

/// Why a notice was made, in words.
pub(crate) fn occasion(words: &Language, notice: &Notice) -> String {
    let round = notice.round.to_string();
    match notice.kind {
        NoticeKind::Publish if notice.round > 1 => {
            words.say("公開のお知らせ（{n}回目）", &[("n", &round)])
        }
        NoticeKind::Publish => words.get("公開のお知らせ").to_owned(),
        NoticeKind::Match => words.get("あとから対象になった人へ").to_owned(),
        NoticeKind::Reminder => words.get("締切の前のお知らせ").to_owned(),
        NoticeKind::Correction => words.get("訂正").to_owned(),
    }
}

/// 送信中, 一時停止中, …
pub(crate) fn state_badge(words: &Language, notice: &Notice) -> Value {
    let (class, icon, label) = match notice.state {
        // Nobody matched: nothing was sent.
        NoticeState::Finished if notice.matched == 0 => {
            ("gone", "ppl", words.get("知らせる相手なし"))
        }
        NoticeState::Materialising => ("send", "send", words.get("宛先を書き出し中")),
        NoticeState::Sending => ("send", "send", words.get("送信中")),
        NoticeState::Paused => ("wait", "clock", words.get("一時停止中")),
        NoticeState::Finished => ("live", "check", words.get("送信済み")),
        NoticeState::Cancelled => ("gone", "x", words.get("取りやめ")),
    };
    json!({ "class": class, "icon": icon, "label": label })
}
