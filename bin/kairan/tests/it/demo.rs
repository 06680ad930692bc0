//! The demo, started as the README says.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Stdio},
    time::Duration,
};

use crate::support::program;

/// Ends the program when the test does, however it does.
struct Started(Child);

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn the_demo_serves_tells_and_ends_cleanly() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("demo");
    let mut command = program(&["demo", "--port", "0", "--dir", dir.to_str().unwrap()]);
    command.stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut started = Started(command.spawn().unwrap());
    let lines = BufReader::new(started.0.stdout.take().unwrap()).lines();
    let site = lines
        .map(|line| line.unwrap())
        .find_map(|line| {
            line.trim()
                .strip_prefix("サイト")
                .map(|rest| rest.trim().to_owned())
        })
        .expect("the demo says where it is");
    let address = site.trim_start_matches("http://").trim_end_matches('/');

    let page = get(address, "/articles/jido-teate/");
    for part in [
        "200 OK",
        "児童手当",
        "対象者",
        "申込期日",
        "申込方法",
        "問合せ先",
        "よくある質問",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(get(address, "/api/v1/articles").contains("\"items\""));
    assert!(get(address, "/dev/outbox").contains("200 OK"));
    assert!(get(address, "/my/register").contains("csrf_token"));
    assert!(
        get(address, "/admin/").contains("Location: /admin/login")
            || get(address, "/admin/").contains("location: /admin/login")
    );
    assert!(get(address, "/admin/login").contains("職員のログイン"));
    let outbox = fs::read_dir(dir.join("outbox")).unwrap();
    assert!(outbox.count() > 50, "mails of a whole city");
    assert!(
        !fs::read_to_string(dir.join("outbox/line.jsonl"))
            .unwrap()
            .is_empty()
    );

    #[cfg(unix)]
    {
        let pid = started.0.id().to_string();
        assert!(
            std::process::Command::new("kill")
                .args(["-INT", &pid])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(started.0.wait().unwrap().code(), Some(0));
    }
}
