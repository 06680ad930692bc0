//! Rows as templates show them, in the words of the profile.

use kairan_audience::{Field as Question, FieldKind, Grade, ProfileSchema};
use kairan_content::SiteData;
use serde::Serialize;

use super::posted::DATE;
use super::{About, Condition, RowGroup, Rows};
use crate::form::{Group, Item, Lists, marked};

/// A rule as rows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleView {
    /// The name its fields begin with: `target.when`.
    pub id: String,
    /// `all` or `any`: how the groups are joined.
    pub join: &'static str,
    /// Whether there are several groups.
    pub many: bool,
    /// The groups.
    pub groups: Vec<GroupView>,
    /// What a new group may begin with.
    pub subjects: Vec<Subject>,
}

/// Conditions that belong together.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GroupView {
    /// The name its fields begin with: `target.when.0`.
    pub id: String,
    /// From 1.
    pub number: usize,
    /// Whether it is the only group.
    pub alone: bool,
    /// `all` or `any`
    pub join: &'static str,
    /// Whether it has several conditions.
    pub many: bool,
    /// Its conditions.
    pub rows: Vec<ConditionView>,
    /// What one more may ask.
    pub subjects: Vec<Subject>,
}

/// Something a condition may ask, by its question in the profile.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Subject {
    /// What it posts.
    pub value: String,
    /// The question as citizens see it.
    pub label: String,
    /// Which side of the question: 年齢, 学年; may be empty.
    pub side: &'static str,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ConditionView {
    /// The name its fields begin with: `target.when.0.1`.
    pub id: String,
    /// From 1, in its group.
    pub number: usize,
    /// What it asks.
    pub about: Subject,
    /// `range`, `grade`, `keys` or `none`: what is to be filled in.
    pub shape: &'static str,
    /// Whether something in it is still to be chosen.
    pub unfinished: bool,
    /// Whether it is turned around.
    pub turned: bool,
    /// How it ends: plainly, and turned around; empty where it cannot be.
    pub endings: [&'static str; 2],
    /// The lower end.
    pub from: String,
    /// The upper end.
    pub to: String,
    /// 歳から, 歳まで
    pub units: [&'static str; 2],
    /// School years, with the lower end chosen; then with the upper end.
    pub grades: [Vec<Item>; 2],
    /// What can be ticked.
    pub keys: Vec<Group>,
    /// Whether the boxes narrow a range down, instead of being what is asked.
    pub beside: bool,
    /// Whether something is said beside the range.
    pub refined: bool,
    /// Whether the end may be put off to the end of the fiscal year.
    pub may_go_through: bool,
    /// Whether it is.
    pub through: bool,
    /// Whether another day may count.
    pub has_day: bool,
    /// The days that may count.
    pub days: Vec<Item>,
    /// The day of one's own, where that is chosen.
    pub date: String,
}

/// The rows of a rule's text, for templates; `None` where they cannot show all of it.
pub(crate) fn rows_of(name: &str, text: &str, site: &SiteData) -> Option<RuleView> {
    let rows = Rows::of_text(text)?;
    let subjects = subjects(&site.profile);
    let view = View { site, subjects };
    let groups = rows.groups.iter().enumerate();
    let many = rows.groups.len() > 1;
    Some(RuleView {
        id: name.to_owned(),
        join: rows.join.as_str(),
        many,
        groups: groups
            .map(|(at, group)| GroupView {
                alone: !many,
                ..view.group(format!("{name}.{at}"), at, group)
            })
            .collect(),
        subjects: view.subjects,
    })
}

/// What can be asked, in the order of the profile.
fn subjects(profile: &ProfileSchema) -> Vec<Subject> {
    let mut list: Vec<Subject> = profile.fields.iter().flat_map(sides).collect();
    list.push(subject(&About::Everyone, ""));
    list
}

fn sides(question: &Question) -> Vec<Subject> {
    let about: &[About] = match question.kind {
        FieldKind::Choice => &[About::Area],
        FieldKind::BirthDate => &[About::OwnAge],
        FieldKind::People => &[
            About::ChildAge,
            About::ChildMonths,
            About::ChildGrade,
            About::ChildTrait,
        ],
        FieldKind::Date => &[About::Weeks],
        FieldKind::Choices => &[About::Household],
        FieldKind::Flag => &[About::Flag(question.key.clone())],
    };
    about
        .iter()
        .map(|about| subject(about, &question.label))
        .collect()
}

fn subject(about: &About, label: &str) -> Subject {
    let side = match about {
        About::Everyone => "すべての方",
        About::OwnAge | About::ChildAge => "年齢",
        About::ChildMonths => "月齢",
        About::ChildGrade => "学年",
        About::ChildTrait => "状況",
        About::Weeks => "妊娠週数",
        About::Area | About::Household | About::Flag(_) => "",
    };
    Subject {
        value: about.word(),
        label: label.to_owned(),
        side,
    }
}

struct View<'a> {
    site: &'a SiteData,
    subjects: Vec<Subject>,
}

impl View<'_> {
    fn group(&self, id: String, at: usize, group: &RowGroup) -> GroupView {
        let rows = group.rows.iter().enumerate();
        GroupView {
            number: at + 1,
            alone: true,
            join: group.join.as_str(),
            many: group.rows.len() > 1,
            rows: rows
                .map(|(at, row)| self.row(format!("{id}.{at}"), at, row))
                .collect(),
            subjects: self.subjects.clone(),
            id,
        }
    }

    fn row(&self, id: String, at: usize, row: &Condition) -> ConditionView {
        let word = row.about.word();
        let known = self.subjects.iter().find(|one| one.value == word);
        let own_day = !matches!(row.as_of.as_str(), "" | "fiscal-year-start");
        let (shape, units) = asked(&row.about);
        ConditionView {
            number: at + 1,
            // What the profile does not ask any more is complained of, and shown by its key.
            about: known.cloned().unwrap_or_else(|| subject(&row.about, &word)),
            shape,
            unfinished: row.is_unfinished(),
            turned: row.not,
            endings: endings(&row.about),
            from: row.from.clone(),
            to: row.to.clone(),
            units,
            grades: [grades(&row.from), grades(&row.to)],
            keys: self.keys(row),
            beside: row.about != About::ChildTrait && row.about.of_child(),
            refined: row.through
                || !row.as_of.is_empty()
                || (row.about.of_child() && !row.keys.is_empty()),
            may_go_through: row.about.may_go_through(),
            through: row.through,
            has_day: row.about.has_day(),
            days: days(&row.as_of, own_day),
            date: match own_day {
                true => row.as_of.clone(),
                false => String::new(),
            },
            id,
        }
    }

    /// What can be ticked, with what is; areas in the groups of their hierarchy.
    fn keys(&self, row: &Condition) -> Vec<Group> {
        let profile = &self.site.profile;
        let of = |kind| -> Lists {
            let all = profile.choices(kind);
            let options = all.map(|one| (one.key.clone(), one.label.clone()));
            vec![(String::new(), String::new(), options.collect())]
        };
        let lists = match row.about {
            About::Area => areas(self.site),
            About::Household => of(FieldKind::Choices),
            _ if row.about.of_child() => of(FieldKind::People),
            _ => return Vec::new(),
        };
        let chosen: Vec<&str> = row.keys.iter().map(String::as_str).collect();
        marked(lists, &chosen)
    }
}

/// Outermost areas with everything in them; those with nothing in them together.
fn areas(site: &SiteData) -> Lists {
    let mut lists = Lists::new();
    let mut alone = Vec::new();
    for area in &site.areas {
        let itself = (area.key.clone(), area.label.clone());
        if area.children.is_empty() {
            alone.push(itself);
            continue;
        }
        let mut all = vec![itself];
        crate::around::collect(&area.children, &mut all);
        lists.push((area.key.clone(), area.label.clone(), all));
    }
    if !alone.is_empty() {
        lists.push((String::new(), String::new(), alone));
    }
    lists
}

const fn asked(about: &About) -> (&'static str, [&'static str; 2]) {
    match about {
        About::Everyone | About::Flag(_) => ("none", ["", ""]),
        About::OwnAge | About::ChildAge => ("range", ["歳から", "歳まで"]),
        About::ChildMonths => ("range", ["か月から", "か月まで"]),
        About::Weeks => ("range", ["週から", "週まで"]),
        About::ChildGrade => ("grade", ["から", "まで"]),
        About::Area | About::Household | About::ChildTrait => ("keys", ["", ""]),
    }
}

const fn endings(about: &About) -> [&'static str; 2] {
    match about {
        About::Everyone => ["", ""],
        About::OwnAge | About::Weeks => ["の方", "ではない方"],
        About::Area => ["のどこかに住んでいる方", "のどこにも住んでいない方"],
        About::Household => ["のどれかに当てはまる方", "のどれにも当てはまらない方"],
        About::Flag(_) => ["に当てはまる方", "に当てはまらない方"],
        About::ChildAge | About::ChildMonths | About::ChildGrade => {
            ["のお子さんがいる方", "のお子さんがいない方"]
        }
        About::ChildTrait => [
            "のすべてに当てはまるお子さんがいる方",
            "のすべてに当てはまるお子さんがいない方",
        ],
    }
}

fn item(value: &str, label: &str, selected: bool) -> Item {
    Item {
        value: value.to_owned(),
        label: label.to_owned(),
        selected,
        known: true,
    }
}

/// School years, and what else stands there.
fn grades(chosen: &str) -> Vec<Item> {
    let mut list: Vec<Item> = Grade::all()
        .map(|grade| item(grade.key(), grade.label(), grade.key() == chosen))
        .collect();
    if !chosen.is_empty() && !list.iter().any(|one| one.selected) {
        list.push(item(chosen, chosen, true));
    }
    list
}

fn days(as_of: &str, own: bool) -> Vec<Item> {
    vec![
        item("", "お知らせする日", as_of.is_empty()),
        item(
            "fiscal-year-start",
            "その年度の4月1日",
            as_of == "fiscal-year-start",
        ),
        item(DATE, "決まった日", own),
    ]
}
