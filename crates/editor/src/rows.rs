//! Adding, removing and moving rows of a posted form, for browsers without scripts.

/// What a button of a row does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Move {
    Add,
    Remove,
    Up,
    Down,
}

/// Does what the value of a pressed `do` button says to the posted pairs: `add:apply`, `remove:apply.1`, `up:apply.1`,
/// `down:apply.1`; `remove:faqs.0` and the like for lists of references. Rows are numbered from 0 and stay so.
/// Returns the id of the field to show (`apply.2`); `None` where the action is not about rows or the row is not there,
/// and then nothing changes.
pub fn act(pairs: &mut Vec<(String, String)>, action: &str) -> Option<String> {
    let (word, target) = action.split_once(':')?;
    let what = match word {
        "add" => Move::Add,
        "remove" => Move::Remove,
        "up" => Move::Up,
        "down" => Move::Down,
        _ => return None,
    };
    if what == Move::Add {
        return add(pairs, target);
    }
    let (name, number) = target.rsplit_once('.')?;
    let number: usize = number.parse().ok()?;
    let count = count(pairs, name);
    if count == 0 {
        return act_on_item(pairs, name, number, what);
    }
    if number >= count {
        return None;
    }
    let other = match what {
        Move::Up => number.checked_sub(1)?,
        Move::Down if number + 1 < count => number + 1,
        Move::Down => return None,
        _ => number,
    };
    let mut out = Vec::with_capacity(pairs.len());
    for (key, value) in pairs.drain(..) {
        let Some((row, column)) = row_of(&key, name) else {
            out.push((key, value));
            continue;
        };
        let row = match what {
            Move::Remove if row == number => continue,
            Move::Remove if row > number => row - 1,
            Move::Up | Move::Down if row == number => other,
            Move::Up | Move::Down if row == other => number,
            _ => row,
        };
        out.push((format!("{name}.{row}.{column}"), value));
    }
    *pairs = out;
    shown(pairs, name);
    Some(match what {
        Move::Remove if count == 1 => name.to_owned(),
        Move::Remove => format!("{name}.{}", number.min(count - 2)),
        _ => format!("{name}.{other}"),
    })
}

fn add(pairs: &mut Vec<(String, String)>, name: &str) -> Option<String> {
    let clean = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    if name.is_empty() || !name.chars().all(clean) {
        return None;
    }
    let row = count(pairs, name);
    shown(pairs, name);
    // A row without any column would not be there: its number is what says it is.
    pairs.push((format!("{name}.{row}.new"), String::new()));
    Some(format!("{name}.{row}"))
}

/// Lists of references post one name several times.
fn act_on_item(
    pairs: &mut Vec<(String, String)>,
    name: &str,
    number: usize,
    what: Move,
) -> Option<String> {
    let places: Vec<usize> = pairs
        .iter()
        .enumerate()
        .filter(|(_, (key, value))| key == name && !value.is_empty())
        .map(|(at, _)| at)
        .collect();
    let at = *places.get(number)?;
    match what {
        Move::Remove => {
            pairs.remove(at);
            shown(pairs, name);
        }
        Move::Up => pairs.swap(at, *places.get(number.checked_sub(1)?)?),
        _ => pairs.swap(at, *places.get(number + 1)?),
    }
    Some(name.to_owned())
}

/// Sees to it that a list without items still counts as shown.
fn shown(pairs: &mut Vec<(String, String)>, name: &str) {
    if !pairs.iter().any(|(key, _)| key == name) {
        pairs.push((name.to_owned(), String::new()));
    }
}

fn row_of<'k>(key: &'k str, name: &str) -> Option<(usize, &'k str)> {
    let rest = key.strip_prefix(name)?.strip_prefix('.')?;
    let (number, column) = rest.split_once('.')?;
    Some((number.parse().ok()?, column))
}

fn count(pairs: &[(String, String)], name: &str) -> usize {
    pairs
        .iter()
        .filter_map(|(key, _)| row_of(key, name))
        .map(|(row, _)| row + 1)
        .max()
        .unwrap_or(0)
}
