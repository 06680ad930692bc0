//! The form of a page as a browser fills and sends it.
#![expect(
    clippy::string_slice,
    reason = "cut at places that were found in the text"
)]

use crate::house::between;

/// Names and values that a browser would send of the form with this id, in order, without any button.
pub(crate) fn form(html: &str, id: &str) -> Vec<(String, String)> {
    let start = html.find(&format!("id=\"{id}\"")).unwrap();
    let inner = &html[start..];
    let inner = &inner[..inner.find("</form>").unwrap()];
    let mut pairs = Vec::new();
    let mut rest = inner;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let end = tag_end(rest);
        let tag = &rest[..end];
        let after = &rest[end..];
        rest = after;
        let Some(name) = attribute(tag, "name").filter(|_| attribute(tag, "form").is_none()) else {
            continue;
        };
        if tag.starts_with("<input") {
            let kind = attribute(tag, "type").unwrap_or_default();
            let box_of_one = matches!(kind.as_str(), "checkbox" | "radio");
            if !box_of_one || tag.contains(" checked") {
                pairs.push((name, attribute(tag, "value").unwrap_or_default()));
            }
        } else if tag.starts_with("<textarea") {
            let (text, behind) = after.split_once("</textarea>").unwrap();
            // A parser of HTML drops the first line end, and a browser sends CRLF.
            let text = unescaped(text.strip_prefix('\n').unwrap_or(text));
            let plain = text.replace("\r\n", "\n").replace('\r', "\n");
            pairs.push((name, plain.replace('\n', "\r\n")));
            rest = behind;
        } else if tag.starts_with("<select") {
            let (options, behind) = after.split_once("</select>").unwrap();
            let chosen = options
                .split("<option")
                .skip(1)
                .map(|option| format!("<option{option}"))
                .collect::<Vec<_>>();
            let picked = chosen
                .iter()
                .find(|option| option[..tag_end(option)].contains(" selected"))
                .or(chosen.first());
            if let Some(option) = picked {
                let tag = &option[..tag_end(option)];
                pairs.push((name, attribute(tag, "value").unwrap()));
            }
            rest = behind;
        }
    }
    pairs
}

/// Where a tag ends: quoted values may hold anything.
fn tag_end(text: &str) -> usize {
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '>' if !quoted => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = format!(" {name}=\"");
    tag.contains(&start)
        .then(|| unescaped(&between(tag, &start, "\"")))
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}

/// Another value for a name.
pub(crate) fn set(pairs: &mut [(String, String)], name: &str, value: &str) {
    let pair = pairs.iter_mut().rev().find(|(key, _)| key == name);
    pair.unwrap_or_else(|| panic!("{name} is not in the form"))
        .1 = value.to_owned();
}
