//! A table of old addresses and where they lead, as pasted from a spreadsheet or a CSV file.

use kairan_pipeline::redirects::Wish;

/// The lines of a table; a first line of headings is passed over. Columns are parted by commas, or by tabs as spreadsheets copy them.
pub(super) fn wishes(text: &str) -> Vec<Wish> {
    let text = text.trim_start_matches('\u{feff}');
    let tabs = text.lines().next().is_some_and(|line| line.contains('\t'));
    let mut table = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .delimiter(if tabs { b'\t' } else { b',' })
        .from_reader(text.as_bytes());
    let cell = |record: &csv::StringRecord, at| record.get(at).unwrap_or_default().to_owned();
    table
        .records()
        .flatten()
        .map(|record| Wish {
            from: cell(&record, 0),
            to: cell(&record, 1),
        })
        .enumerate()
        .filter(|(at, wish)| *at > 0 || wish.from != "from")
        .map(|(_, wish)| wish)
        .filter(|wish| !(wish.from.is_empty() && wish.to.is_empty()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_read_with_headings_and_without() {
        let wish = |from: &str, to: &str| Wish {
            from: from.to_owned(),
            to: to.to_owned(),
        };
        let two = vec![wish("/a.html", "articles/a"), wish("/b.html", "")];
        for text in [
            "from,to\r\n/a.html,articles/a\r\n/b.html\r\n",
            "\u{feff}/a.html , articles/a\n\n/b.html,\n",
            "/a.html\tarticles/a\n/b.html\t\n",
            "\"/a.html\",\"articles/a\",memo\n/b.html,,memo\n",
        ] {
            assert_eq!(wishes(text), two, "{text:?}");
        }
        assert!(wishes(" \n").is_empty());
    }
}
