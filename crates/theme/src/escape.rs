/// Escapes text for HTML text and quoted attribute values.
///
/// Cost: one pass and one allocation; text without special characters, which is nearly all Japanese text, is copied whole.
#[must_use]
pub fn escape(text: &str) -> String {
    let Some(first) = text.bytes().position(is_special) else {
        return text.to_owned();
    };
    let mut out = Vec::with_capacity(text.len() + 24);
    let bytes = text.as_bytes();
    out.extend_from_slice(&bytes[..first]);
    for &byte in &bytes[first..] {
        match byte {
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            b'"' => out.extend_from_slice(b"&quot;"),
            b'\'' => out.extend_from_slice(b"&#39;"),
            _ => out.push(byte),
        }
    }
    #[expect(
        clippy::unwrap_used,
        reason = "only ASCII bytes of valid UTF-8 were replaced, by ASCII"
    )]
    String::from_utf8(out).unwrap()
}

const fn is_special(byte: u8) -> bool {
    matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'')
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn only_the_five_characters_change() {
        assert_eq!(escape("児童手当"), "児童手当");
        assert_eq!(
            escape("<b class=\"x\">A&B'</b>"),
            "&lt;b class=&quot;x&quot;&gt;A&amp;B&#39;&lt;/b&gt;"
        );
    }
}
