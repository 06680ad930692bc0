//! A table of old addresses and where they lead, as pasted from a spreadsheet or a CSV file.

use kairan_pipeline::redirects::Wish;

/// The lines of a table; a first line of headings is passed over. Columns are parted by commas, or by tabs as
/// spreadsheets copy them; a row may do so in the other way than the first.
pub(super) fn wishes(text: &str) -> Vec<Wish> {
    let text = text.trim_start_matches('\u{feff}');
    let tabs = text.lines().next().is_some_and(|line| line.contains('\t'));
    let mut table = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .delimiter(if tabs { b'\t' } else { b',' })
        .from_reader(text.as_bytes());
    table
        .records()
        .flatten()
        .map(|record| wish(&record, tabs))
        .enumerate()
        .filter(|(at, wish)| *at > 0 || wish.from != "from")
        .map(|(_, wish)| wish)
        .filter(|wish| !(wish.from.is_empty() && wish.to.is_empty()))
        .collect()
}

fn wish(record: &csv::StringRecord, tabs: bool) -> Wish {
    let cell = |at| record.get(at).unwrap_or_default();
    let own = match (tabs, record.len()) {
        (false, _) => cell(0).split_once('\t'),
        (true, 1) => cell(0).split_once(','),
        (true, _) => None,
    };
    let (from, to) = own.unwrap_or((cell(0), cell(1)));
    // Whatever stands in further columns is not asked for.
    let to = match (own, tabs) {
        (Some(_), false) => to.split('\t').next(),
        (Some(_), true) => to.split(',').next(),
        (None, _) => None,
    }
    .unwrap_or(to);
    Wish {
        from: from.trim().to_owned(),
        to: to.trim().to_owned(),
    }
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
            "/a.html,articles/a\n/b.html\t\tmemo\n",
            "from\tto\n/a.html,articles/a\n/b.html\t\n",
        ] {
            assert_eq!(wishes(text), two, "{text:?}");
        }
        assert!(wishes(" \n").is_empty());
    }
}
