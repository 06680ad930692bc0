use kairan_delivery::smtp::{ConnectError, Phase, Relay, SendOutcome, SmtpSession};
use kairan_test_support::{
    smtp_faults::{FaultySmtp, MailFault},
    smtp_sink::SmtpSink,
};
use lettre::Address;

const MAIL: &[u8] = b"Subject: test\r\nFrom: a@example.jp\r\n\r\nHello\r\n.starts with a dot\r\n";

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

async fn send(session: &mut SmtpSession, to: &str) -> SendOutcome {
    session
        .send(&address("bounce@example.jp"), &address(to), MAIL)
        .await
}

#[tokio::test]
async fn a_refused_recipient_leaves_the_connection_usable() {
    let server = FaultySmtp::start([
        MailFault::AtRecipient("550 5.1.1 no such user".into()),
        MailFault::None,
        MailFault::AtData("451 later".into()),
        MailFault::AfterDot("552 too big".into()),
        MailFault::None,
    ]);
    let mut session = SmtpSession::open(&Relay::parse(&server.url).unwrap())
        .await
        .unwrap();
    let refused = send(&mut session, "gone@example.jp").await;
    assert!(
        matches!(&refused, SendOutcome::Rejected { code: 550, phase: Phase::Recipient, reply } if reply.contains("no such user")),
        "{refused:?}"
    );
    assert!(matches!(
        send(&mut session, "b@example.jp").await,
        SendOutcome::Accepted { .. }
    ));
    let later = send(&mut session, "c@example.jp").await;
    assert!(matches!(
        later,
        SendOutcome::NotTaken {
            code: Some(451),
            phase: Phase::Data,
            ..
        }
    ));
    let big = send(&mut session, "d@example.jp").await;
    assert!(matches!(
        big,
        SendOutcome::Rejected {
            code: 552,
            phase: Phase::FinalDot,
            ..
        }
    ));
    assert!(matches!(
        send(&mut session, "e@example.jp").await,
        SendOutcome::Accepted { .. }
    ));
    assert!(session.usable());
    let kept: Vec<String> = server.received().into_iter().map(|mail| mail.to).collect();
    assert_eq!(kept, ["b@example.jp", "e@example.jp"]);
}

#[tokio::test]
async fn silence_after_the_final_dot_is_in_doubt() {
    let server = FaultySmtp::start([MailFault::DropAfterDot]);
    let mut session = SmtpSession::open(&Relay::parse(&server.url).unwrap())
        .await
        .unwrap();
    let outcome = send(&mut session, "a@example.jp").await;
    assert!(
        matches!(outcome, SendOutcome::InDoubt { .. }),
        "{outcome:?}"
    );
    assert!(!session.usable());
}

#[tokio::test]
async fn a_break_inside_a_large_message_is_safe_to_retry() {
    let server = FaultySmtp::start([MailFault::DropInContent(1000)]);
    let mut session = SmtpSession::open(&Relay::parse(&server.url).unwrap())
        .await
        .unwrap();
    // Larger than any socket buffer, so that the break is felt before the last byte is handed over.
    let line = b"0123456789012345678901234567890123456789012345678901234567890123456789\r\n";
    let large = line.repeat(300_000);
    let outcome = session
        .send(&address("f@example.jp"), &address("a@example.jp"), &large)
        .await;
    assert!(
        matches!(
            outcome,
            SendOutcome::NotTaken {
                code: None,
                phase: Phase::Content,
                ..
            }
        ),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn an_absent_relay_is_named() {
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let relay = Relay::parse(&format!("smtp://127.0.0.1:{free}")).unwrap();
    let error = SmtpSession::open(&relay).await.err().unwrap();
    assert!(matches!(error, ConnectError::Unreachable { .. }));
    assert!(error.to_string().contains(&free.to_string()), "{error}");
}

#[tokio::test]
async fn postfix_sink_takes_the_mail_and_its_silence_is_in_doubt() {
    let Some(sink) = SmtpSink::start(&[]) else {
        eprintln!("left out: smtp-sink is not provided (bin/test provides it)");
        return;
    };
    let mut session = SmtpSession::open(&Relay::parse(&sink.url).unwrap())
        .await
        .unwrap();
    for number in 0..20 {
        let outcome = send(&mut session, &format!("r{number}@example.jp")).await;
        assert!(
            matches!(outcome, SendOutcome::Accepted { .. }),
            "{outcome:?}"
        );
    }
    session.quit().await;
    let mut taken: Vec<String> = Vec::new();
    for mail in sink.mails() {
        assert!(mail.content.contains("starts with a dot"));
        taken.extend(mail.recipients);
    }
    taken.sort();
    let mut sent: Vec<_> = (0..20).map(|n| format!("r{n}@example.jp")).collect();
    sent.sort();
    assert_eq!(taken, sent);

    let silent = SmtpSink::start(&["-q", "."]).unwrap();
    let mut session = SmtpSession::open(&Relay::parse(&silent.url).unwrap())
        .await
        .unwrap();
    assert!(matches!(
        send(&mut session, "a@example.jp").await,
        SendOutcome::InDoubt { .. }
    ));
}
