use kairan_db::notices::RefusalKind::{self, Delayed, Policy, Soft, Unknown};
use kairan_delivery::bounce::{MessageName, read};
use proptest::prelude::*;

const ID: &str = "01JD3M9QK5W3T8Z6B1N0R4V7YH";
const DOMAIN: &str = "bounce.example.jp";

fn report(fields: &str) -> String {
    format!(
        "Return-Path: <>\nTo: <b+{}@BOUNCE.example.jp>\nFrom: postmaster@mx.example.com\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=xx\n\n\
         --xx\nContent-Type: text/plain; charset=iso-2022-jp\n\nsorry\n\n\
         --xx\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\nArrival-Date: today\n\n{fields}\n\
         --xx--\n",
        ID.to_lowercase()
    )
}

fn kind(mail: &str) -> Option<RefusalKind> {
    let returned = read(mail.as_bytes(), DOMAIN);
    assert_eq!(returned.message, Some(MessageName::Id(ID.to_owned())));
    returned.kind
}

#[test]
fn reports_of_many_servers_are_told_apart() {
    for (fields, wanted) in [
        (
            "Final-Recipient: rfc822; a@example.jp\nAction: failed\nStatus: 5.1.1\n",
            Some(Unknown),
        ),
        (
            "Action: failed\nStatus: 5.1.10 (recipient not found)\n",
            Some(Unknown),
        ),
        ("Action: failed\nStatus: 5.1.8\n", Some(Policy)),
        (
            "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 Unknown user a@docomo.ne.jp\n",
            Some(Unknown),
        ),
        (
            "Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp;\n 550-5.1.1 The account\n\tdoes not exist\n",
            Some(Unknown),
        ),
        (
            "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.7.1 blocked by policy\n",
            Some(Policy),
        ),
        ("Action: failed\nStatus: 5.7.26\n", Some(Policy)),
        ("Action: failed\nStatus: 5.2.2\n", Some(Soft)),
        ("Action: failed\nStatus: 4.4.7\n", Some(Soft)),
        ("action: Failed\nstatus: 5.0.0\n", Some(Soft)),
        ("Action: delayed\nStatus: 4.4.1\n", Some(Delayed)),
        ("Action: delivered\nStatus: 2.0.0\n", None),
        (
            "Action: delayed\nStatus: 4.4.1\n\nAction: failed\nStatus: 5.1.1\n",
            Some(Unknown),
        ),
        ("nothing\n", None),
    ] {
        assert_eq!(kind(&report(fields)), wanted, "{fields}");
    }
}

#[test]
fn plain_words_count_from_servers_alone() {
    let words = |from: &str, text: &str| {
        format!(
            "Return-Path: <{}>\nFrom: {from}\nTo: b+{}@{DOMAIN}\nContent-Type: text/plain; charset=utf-8\n\n{text}\n",
            if from.contains("DAEMON") { "" } else { from },
            ID.to_lowercase()
        )
    };
    let daemon = "MAILER-DAEMON@example.jp";
    assert_eq!(
        kind(&words(
            daemon,
            "<a@example.jp>: 550 Unknown user a@example.jp"
        )),
        Some(Unknown)
    );
    assert_eq!(
        kind(&words(daemon, "host said: 452 4.2.2 mailbox full")),
        Some(Soft)
    );
    assert_eq!(kind(&words(daemon, "宛先が見つかりません")), None);
    assert_eq!(
        kind(&words("hanako@example.jp", "550 5.1.1 user unknown")),
        None
    );
}

#[test]
fn a_message_is_named_by_its_return_path_or_its_own_id() {
    let other =
        report("Action: failed\nStatus: 5.1.1\n").replace("BOUNCE.example.jp", "other.example.jp");
    assert_eq!(read(other.as_bytes(), DOMAIN).message, None);
    for quoted in [
        "Content-Type: message/rfc822\n\nFrom: city@example.jp\nMessage-ID: <01jd@www.example.jp>\n\nhello\n",
        "Content-Type: text/rfc822-headers\n\nFrom: city@example.jp\nmessage-id:\n <01jd@www.example.jp>\n",
    ] {
        let mail = other.replace("--xx--", &format!("--xx\n{quoted}\n--xx--"));
        let wanted = MessageName::Identity("01jd@www.example.jp".to_owned());
        assert_eq!(
            read(mail.as_bytes(), DOMAIN).message,
            Some(wanted),
            "{quoted}"
        );
    }
}

#[test]
fn addresses_do_not_stay() {
    let mail = report(
        "Action: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 <hanako@example.jp> unknown\n",
    );
    let returned = read(mail.as_bytes(), DOMAIN);
    assert_eq!(returned.detail.as_deref(), Some("smtp; 550 <…> unknown"));
    assert_eq!(returned.status.as_deref(), Some("5.1.1"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_bytes_will_do(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        drop(read(&bytes, DOMAIN));
    }

    /// Reports cut off, and with bytes changed.
    #[test]
    fn damaged_reports_will_do(
        cut in 0_usize..1_000,
        changes in proptest::collection::vec((0_usize..1_000, any::<u8>()), 0..8),
        fields in "(Action|Status|Diagnostic-Code|X)?:? ?(failed|5\\.1\\.1|\\PC){0,20}\n{0,3}",
    ) {
        let mut mail = report(&fields).into_bytes();
        for (at, byte) in changes {
            if let Some(place) = mail.get_mut(at) {
                *place = byte;
            }
        }
        mail.truncate(mail.len().saturating_sub(cut));
        drop(read(&mail, DOMAIN));
    }
}
