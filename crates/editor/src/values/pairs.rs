//! Values → names and values, as an untouched form posts them.

use super::{FormValues, Value};

impl FormValues {
    /// The pairs a browser would post of this form: boxes that are not ticked say nothing, and the empty value of
    /// each list's name says that it was shown. Text areas send their lines with CRLF.
    #[must_use]
    pub fn to_pairs(&self) -> Vec<(String, String)> {
        let mut out = Vec::new();
        if let Some(front) = &self.front {
            out.push(("front.yaml".to_owned(), crlf(front)));
        }
        for (path, value) in &self.fields {
            put(path, value, &mut out);
        }
        out.push(("body".to_owned(), crlf(&self.body)));
        out
    }
}

fn put(name: &str, value: &Value, out: &mut Vec<(String, String)>) {
    let mut add = |name: String, value: String| out.push((name, value));
    match value {
        Value::Text(text) => add(name.to_owned(), crlf(text)),
        Value::Raw(text) => add(format!("{name}.yaml"), crlf(text)),
        Value::Moment { date, time } => {
            add(format!("{name}.date"), date.clone());
            add(format!("{name}.time"), time.clone());
        }
        Value::Flag(flag) => {
            add(name.to_owned(), String::new());
            if *flag {
                add(name.to_owned(), "true".to_owned());
            }
        }
        Value::List(items) => {
            add(name.to_owned(), String::new());
            for item in items {
                add(name.to_owned(), item.clone());
            }
        }
        Value::Rows(rows) => {
            add(name.to_owned(), String::new());
            for (index, row) in rows.iter().enumerate() {
                for (column, cell) in &row.0 {
                    put(&format!("{name}.{index}.{column}"), cell, out);
                }
            }
        }
    }
}

fn crlf(text: &str) -> String {
    super::posted::plain_ends(text).replace('\n', "\r\n")
}
