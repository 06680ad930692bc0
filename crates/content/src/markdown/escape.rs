//! Text into HTML.

/// Appends text so that it is text in HTML, in elements and in quoted attributes.
pub fn escape(text: &str, out: &mut String) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let entity = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push_str(entity);
        from = at + 1;
    }
    out.push_str(text.get(from..).unwrap_or_default());
}

/// Appends an address for an attribute: escaped, with spaces and control characters percent-encoded.
pub(super) fn escape_address(address: &str, out: &mut String) {
    use std::fmt::Write as _;
    let mut from = 0;
    for (at, byte) in address.bytes().enumerate() {
        if byte <= b' ' || byte == 0x7f || byte == b'`' {
            escape(address.get(from..at).unwrap_or_default(), out);
            let _infallible = write!(out, "%{byte:02X}");
            from = at + 1;
        }
    }
    escape(address.get(from..).unwrap_or_default(), out);
}
