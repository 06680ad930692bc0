//! The form of a page as a browser fills and sends it.

/// Names and values that a browser would send of the form with this id, in order, without any button; `None` where the
/// page has no such form.
#[must_use]
pub fn read(html: &str, id: &str) -> Option<Vec<(String, String)>> {
    let (_, form) = html.split_once(&format!("id=\"{id}\""))?;
    let (mut rest, _) = form.split_once("</form>")?;
    let mut pairs = Vec::new();
    while let Some((_, from)) = rest.split_once('<') {
        let (tag, behind) = tag(from);
        rest = behind;
        let Some(name) = attribute(tag, "name").filter(|_| attribute(tag, "form").is_none()) else {
            continue;
        };
        if tag.starts_with("input") {
            let kind = attribute(tag, "type").unwrap_or_default();
            let box_of_one = matches!(kind.as_str(), "checkbox" | "radio");
            if !box_of_one || tag.contains(" checked") {
                pairs.push((name, attribute(tag, "value").unwrap_or_default()));
            }
        } else if tag.starts_with("textarea") {
            let (text, behind) = rest.split_once("</textarea>")?;
            // A parser of HTML drops the first line end, and a browser sends CRLF.
            let text = unescaped(text.strip_prefix('\n').unwrap_or(text));
            let plain = text.replace("\r\n", "\n").replace('\r', "\n");
            pairs.push((name, plain.replace('\n', "\r\n")));
            rest = behind;
        } else if tag.starts_with("select") {
            let (options, behind) = rest.split_once("</select>")?;
            let options: Vec<&str> = options
                .split("<option")
                .skip(1)
                .map(|one| self::tag(one).0)
                .collect();
            let selected = options.iter().find(|one| one.contains(" selected"));
            if let Some(option) = selected.or(options.first()) {
                pairs.push((name, attribute(option, "value").unwrap_or_default()));
            }
            rest = behind;
        }
    }
    Some(pairs)
}

/// As [`read`].
///
/// # Panics
/// Where the page has no such form.
#[must_use]
pub fn form(html: &str, id: &str) -> Vec<(String, String)> {
    read(html, id).unwrap_or_else(|| panic!("there is no form {id}"))
}

/// Another value for a name.
///
/// # Panics
/// Where the form has no such name.
pub fn set(pairs: &mut [(String, String)], name: &str, value: &str) {
    let pair = pairs.iter_mut().rev().find(|(key, _)| key == name);
    pair.unwrap_or_else(|| panic!("{name} is not in the form"))
        .1 = value.to_owned();
}

/// A tag, from behind its `<`, and what follows it: quoted values may hold anything.
fn tag(text: &str) -> (&str, &str) {
    let mut quoted = false;
    let end = text.find(|c| {
        quoted ^= c == '"';
        c == '>' && !quoted
    });
    end.and_then(|at| text.split_at_checked(at))
        .map_or((text, ""), |(tag, rest)| {
            (tag, rest.strip_prefix('>').unwrap_or(rest))
        })
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    Some(unescaped(value.split('"').next()?))
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&#x27;", "'")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::form;

    #[test]
    fn a_form_is_read_as_a_browser_would_send_it() {
        let html = "<form id=\"edit\"><input name=\"a\" value=\"1 &gt; 0\"><input type=\"checkbox\" name=\"b\" value=\"x\">\
            <input type=\"checkbox\" name=\"b\" value=\"y\" checked><select name=\"c\"><option value=\"1\">1<option value=\"2\" selected>2</select>\
            <textarea name=\"body\">\none\ntwo</textarea><button name=\"do\" value=\"save\">S</button></form><form><input name=\"z\"></form>";
        let pairs = form(html, "edit");
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [
                ("a", "1 > 0"),
                ("b", "y"),
                ("c", "2"),
                ("body", "one\r\ntwo")
            ]
        );
    }
}
