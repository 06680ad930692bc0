//! What a refusal is about, from its enhanced status code (RFC 3463) or, where a server gives none, from its words.

use kairan_db::notices::RefusalKind;

/// An enhanced status code, such as `5.1.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status {
    /// 2, 4 or 5.
    pub class: u8,
    /// What it is about: 1 the address, 2 the mailbox, 7 policy, …
    pub subject: u16,
    /// More exactly.
    pub detail: u16,
}

impl Status {
    /// Reads one word, such as `5.1.1` or `(#5.1.1)`.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let word = word.trim_matches(|c: char| !c.is_ascii_digit());
        let mut parts = word.split('.');
        let mut next = |digits: usize| {
            let part = parts.next()?;
            let plain = !part.is_empty()
                && part.len() <= digits
                && part.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| part.parse::<u16>().ok()).flatten()
        };
        let (class, subject, detail) = (next(1)?, next(3)?, next(3)?);
        let whole = parts.next().is_none() && matches!(class, 2 | 4 | 5);
        whole.then_some(Self {
            class: u8::try_from(class).ok()?,
            subject,
            detail,
        })
    }

    /// The first one in a text.
    #[must_use]
    pub fn find(text: &str) -> Option<Self> {
        text.split(|c: char| c.is_whitespace() || "<>[]():;,".contains(c))
            .find_map(Self::parse)
    }

    /// What it says of the address.
    #[must_use]
    pub const fn kind(self) -> Option<RefusalKind> {
        match (self.class, self.subject, self.detail) {
            (2, ..) => None,
            (_, 7, _) => Some(RefusalKind::Policy),
            // The sender's address, not the recipient's.
            (5, 1, 7 | 8) => Some(RefusalKind::Policy),
            (5, 1, _) => Some(RefusalKind::Unknown),
            _ => Some(RefusalKind::Soft),
        }
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.class, self.subject, self.detail)
    }
}

/// Words of servers that mean the sender, although they look like a refusal of the address.
const ABOUT_SENDER: [&str; 8] = [
    "spam",
    "blocked",
    "blacklist",
    "blocklist",
    "policy",
    "reputation",
    "denied",
    "spf",
];
/// Words that say that nobody has the address.
const NOBODY: [&str; 10] = [
    "user unknown",
    "unknown user",
    "no such user",
    "no such recipient",
    "no such mailbox",
    "does not exist",
    "doesn't exist",
    "unknown recipient",
    "invalid recipient",
    "recipient rejected",
];

/// What words alone say; `None`: nothing that can be told.
#[must_use]
pub fn kind_of_words(words: &str) -> Option<RefusalKind> {
    let words = words.to_lowercase();
    let has = |list: &[&str]| list.iter().any(|one| words.contains(one));
    if has(&ABOUT_SENDER) {
        Some(RefusalKind::Policy)
    } else if has(&NOBODY) {
        Some(RefusalKind::Unknown)
    } else {
        None
    }
}

/// What a permanent reply to `RCPT TO` says: 550, 551 and 553 without more mean the address.
#[must_use]
pub fn kind_of_reply(code: u16, at_recipient: bool, reply: &str) -> RefusalKind {
    if let Some(kind) = Status::find(reply)
        .filter(|status| status.class == 5)
        .and_then(Status::kind)
    {
        return kind;
    }
    kind_of_words(reply).unwrap_or(if at_recipient && matches!(code, 550 | 551 | 553) {
        RefusalKind::Unknown
    } else {
        RefusalKind::Soft
    })
}

/// Servers repeat the address in their refusals; it does not belong into tables that outlive the citizen's rows.
#[must_use]
pub fn without_addresses(reply: &str) -> String {
    const LONGEST: usize = 300;
    let words = reply
        .split_whitespace()
        .map(|word| if word.contains('@') { "<…>" } else { word });
    let mut text = String::new();
    for word in words {
        if text.chars().count() + word.chars().count() > LONGEST {
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(word);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use RefusalKind::{Policy, Soft, Unknown};

    #[test]
    fn a_reply_is_about_the_address_the_mailbox_or_the_sender() {
        for (code, reply, kind) in [
            (550, "5.1.1 <a@example.jp>: user unknown", Unknown),
            (550, "550 5.1.1 unknown", Unknown),
            (550, "no", Unknown),
            (553, "sorry, no mailbox here (#5.1.1)", Unknown),
            (
                550,
                "5.1.8 <x@city.example.jp>: sender address rejected",
                Policy,
            ),
            (550, "5.7.1 blocked", Policy),
            (550, "Your host is blocked by our spam filter", Policy),
            (550, "5.2.1 mailbox disabled", Soft),
            (552, "5.2.2 over quota", Soft),
            (554, "5.4.4 no route", Soft),
        ] {
            assert_eq!(kind_of_reply(code, true, reply), kind, "{reply}");
        }
        assert_eq!(kind_of_reply(552, false, "too big"), Soft);
        assert_eq!(kind_of_reply(550, false, "550 not now"), Soft);
    }

    #[test]
    fn status_codes_are_read_and_nothing_else_is() {
        assert_eq!(
            Status::find("smtp; 550 5.1.1 <x>: no").map(|s| s.to_string()),
            Some("5.1.1".into())
        );
        for not in [
            "192.168.0.1",
            "5.1",
            "5.1.1.1",
            "3.1.1",
            "a.b.c",
            "５.１.１",
            "5..1",
            "5.1000.1",
        ] {
            assert_eq!(Status::find(not), None, "{not}");
        }
    }

    #[test]
    fn addresses_are_taken_out_and_long_words_end() {
        assert_eq!(
            without_addresses("5.1.1 <a@example.jp>: user unknown"),
            "5.1.1 <…> user unknown"
        );
        assert!(without_addresses(&"あ".repeat(10_000)).is_empty());
        assert!(without_addresses(&"長い ".repeat(1_000)).chars().count() <= 600);
    }
}
