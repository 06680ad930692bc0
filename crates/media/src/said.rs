use std::fmt;

/// A sentence with places for values: the text is the key under which other languages keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Japanese, with `{name}` where a value stands.
    pub text: &'static str,
    /// The values by name.
    pub values: Vec<(&'static str, String)>,
}

impl Said {
    pub(crate) fn plain(text: &'static str) -> Self {
        Self {
            text,
            values: Vec::new(),
        }
    }

    pub(crate) fn with<const N: usize>(
        text: &'static str,
        values: [(&'static str, String); N],
    ) -> Self {
        Self {
            text,
            values: values.into(),
        }
    }
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.text.to_owned();
        for (name, value) in &self.values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        f.write_str(&text)
    }
}

/// A size in bytes as staff read it: `820 KB`, `1.4 MB`. Rounded up, so that a limit is never shown as kept
/// where it is not.
#[must_use]
pub fn size_text(bytes: u64) -> String {
    if bytes < 1_000_000 {
        return format!("{} KB", bytes.div_ceil(1_000));
    }
    let tenths = bytes.div_ceil(100_000);
    match tenths % 10 {
        0 => format!("{} MB", tenths / 10),
        tenth => format!("{}.{tenth} MB", tenths / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::size_text;

    #[test]
    fn sizes_are_rounded_up() {
        assert_eq!(size_text(1), "1 KB");
        assert_eq!(size_text(820_000), "820 KB");
        assert_eq!(size_text(1_340_001), "1.4 MB");
        assert_eq!(size_text(20_000_000), "20 MB");
        assert_eq!(size_text(20_000_001), "20.1 MB");
    }
}
