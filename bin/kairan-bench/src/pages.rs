//! A folder over HTTP on loopback: where published pages are read to verify them.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread;

use anyhow::Result;

/// A server that lives as long as the program.
pub(crate) struct Pages {
    url: String,
}

impl Pages {
    /// Serves a folder on a free port, a thread for each connection.
    pub(crate) fn serve(folder: &Path) -> Result<Self> {
        Self::watched(folder, |_| {})
    }

    /// The same, with somebody who sees every body before it is sent.
    pub(crate) fn watched(
        folder: &Path,
        watch: impl Fn(&[u8]) + Send + Sync + 'static,
    ) -> Result<Self> {
        let watch = Arc::new(watch);
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let url = format!("http://{}/", listener.local_addr()?);
        let folder = folder.to_path_buf();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (folder, watch) = (folder.clone(), Arc::clone(&watch));
                thread::spawn(move || answer(&stream, &folder, &*watch));
            }
        });
        Ok(Self { url })
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// Answers until the client goes. A client that goes early is no error here.
fn answer(stream: &TcpStream, folder: &Path, watch: &dyn Fn(&[u8])) -> Option<()> {
    let mut lines = BufReader::new(stream).lines();
    loop {
        let request = lines.next()?.ok()?;
        while !lines.next()?.ok()?.is_empty() {}
        let path = request.split(' ').nth(1)?;
        let found = file(folder, path).and_then(|file| std::fs::read(file).ok());
        let (status, body) = found.map_or(("404 Not Found", Vec::new()), |body| ("200 OK", body));
        watch(&body);
        let mut response = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        response.extend(body);
        (&mut &*stream).write_all(&response).ok()?;
    }
}

/// The file for a path, `index.html` for a folder; nothing outside the folder.
fn file(folder: &Path, path: &str) -> Option<PathBuf> {
    let path = path.split('?').next()?.trim_start_matches('/');
    let inside = Path::new(path)
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let file = folder.join(path);
    let index = path.is_empty() || path.ends_with('/');
    inside.then(|| if index { file.join("index.html") } else { file })
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn get(url: &str, path: &str) -> String {
        let address = url.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = TcpStream::connect(address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn pages_of_the_folder_are_served_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("site/a")).unwrap();
        std::fs::write(folder.path().join("site/a/index.html"), "page").unwrap();
        std::fs::write(folder.path().join("secret"), "secret").unwrap();
        let pages = Pages::serve(&folder.path().join("site")).unwrap();
        assert!(get(pages.url(), "/a/").ends_with("\r\n\r\npage"));
        assert!(get(pages.url(), "/b/").starts_with("HTTP/1.1 404"));
        assert!(get(pages.url(), "/../secret").starts_with("HTTP/1.1 404"));
    }
}
