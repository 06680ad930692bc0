//! Checking a rule against the site: keys that do not exist, and rules that nobody can match.

use crate::areas::Areas;
use crate::describe::Labels;
use crate::problem::{ProblemCode as Code, RuleProblem, step};
use crate::profile::{FieldKind, ProfileSchema};
use crate::rule::{ChildClause, Rule};
use crate::satisfiable::is_satisfiable;
use crate::words::closest;

/// Deriving an audience from tags wraps a rule a few levels deep; what it makes must be readable again.
const MAX_WRITTEN_DEPTH: usize = Rule::MAX_DEPTH - 8;

impl Rule {
    /// Checks the rule against the profile and the areas of a site.
    ///
    /// Cost is linear in the rule, but for contradictions: there it is bounded by a fixed number of alternatives a level.
    pub fn check(&self, schema: &ProfileSchema, areas: &Areas) -> Vec<RuleProblem> {
        let mut checker = Checker {
            schema,
            areas,
            problems: Vec::new(),
        };
        checker.names(self, "", 1);
        checker.nobody(self, "");
        checker.problems
    }
}

struct Checker<'a> {
    schema: &'a ProfileSchema,
    areas: &'a Areas,
    problems: Vec<RuleProblem>,
}

impl Checker<'_> {
    fn names(&mut self, rule: &Rule, path: &str, depth: usize) {
        if depth > MAX_WRITTEN_DEPTH {
            self.problems.push(RuleProblem::error(
                path,
                Code::TooDeep,
                format!("条件の入れ子が深すぎます（{MAX_WRITTEN_DEPTH}段まで）。"),
                "all や any をまとめて、浅くしてください。",
            ));
            return;
        }
        match rule {
            Rule::Everyone => {}
            Rule::Child(clause) => self.child(clause, &step(path, "child")),
            Rule::SelfAge { .. } => self.asked(FieldKind::BirthDate, &step(path, "self")),
            Rule::Area(keys) => {
                let path = step(path, "area");
                self.asked(FieldKind::Choice, &path);
                let known: Vec<&str> = self.areas.keys().collect();
                self.known(
                    keys,
                    &known,
                    &path,
                    Code::UnknownArea,
                    "地区",
                    "taxonomy/areas.yaml",
                );
            }
            Rule::Household(keys) => {
                let path = step(path, "household");
                self.asked(FieldKind::Choices, &path);
                let known: Vec<&str> = self.schema.household().collect();
                let code = Code::UnknownHousehold;
                self.known(keys, &known, &path, code, "世帯の選択肢", "profile.yaml");
            }
            Rule::Flag(key) => {
                let known: Vec<&str> = self.schema.flags().collect();
                self.key(
                    key,
                    &known,
                    &step(path, "flag"),
                    Code::UnknownFlag,
                    "項目",
                    "profile.yaml",
                );
            }
            Rule::All(rules) | Rule::Any(rules) => {
                let name = if matches!(rule, Rule::All(_)) {
                    "all"
                } else {
                    "any"
                };
                for (i, inner) in rules.iter().enumerate() {
                    self.names(inner, &step(&step(path, name), i), depth + 1);
                }
            }
            Rule::Not(inner) => self.names(inner, &step(path, "not"), depth + 1),
        }
    }

    fn child(&mut self, clause: &ChildClause, path: &str) {
        if clause.is_expecting() {
            self.asked(FieldKind::Date, path);
        }
        if clause.asks_of_born() {
            self.asked(FieldKind::People, path);
        }
        let known: Vec<&str> = self.schema.traits().collect();
        for (i, part) in clause.parts.iter().enumerate() {
            let path = part_path(path, i, clause);
            let here = step(&path, "trait");
            match part.traits.as_slice() {
                [one] => self.key(
                    one,
                    &known,
                    &here,
                    Code::UnknownTrait,
                    "お子さんの状況",
                    "profile.yaml",
                ),
                many => {
                    self.known(
                        many,
                        &known,
                        &here,
                        Code::UnknownTrait,
                        "お子さんの状況",
                        "profile.yaml",
                    );
                }
            }
            if part.expecting.is_some_and(|weeks| weeks.to.is_none()) {
                self.problems.push(RuleProblem::warning(
                    &step(&step(&path, "expecting"), "weeks"),
                    Code::ExpectingWithoutEnd,
                    "妊娠週数に上限がないため、出産予定日を過ぎて何年たっても当てはまり続けます。",
                    "\"12..42\" のように上限を書いてください。",
                ));
            }
        }
    }

    fn known(
        &mut self,
        keys: &[String],
        known: &[&str],
        path: &str,
        code: Code,
        what: &str,
        file: &str,
    ) {
        for (i, key) in keys.iter().enumerate() {
            self.key(key, known, &step(path, i), code, what, file);
        }
    }

    fn key(&mut self, key: &str, known: &[&str], path: &str, code: Code, what: &str, file: &str) {
        if known.contains(&key) {
            return;
        }
        let fix = match closest(key, known.iter().copied()) {
            Some(near) => format!("「{near}」の書き間違いではありませんか。"),
            None => format!("{file} にあるキーを使うか、{file} に追加してください。"),
        };
        let message = format!("{what}「{key}」は {file} にありません。");
        self.problems
            .push(RuleProblem::error(path, code, message, fix));
    }

    fn asked(&mut self, kind: FieldKind, path: &str) {
        if self.schema.asks(kind) {
            return;
        }
        let what = match kind {
            FieldKind::People => "お子さん",
            FieldKind::Date => "出産予定日",
            FieldKind::BirthDate => "本人の生年月日",
            FieldKind::Choice => "地区",
            FieldKind::Choices => "世帯の状況",
            FieldKind::Flag => "この項目",
        };
        self.problems.push(RuleProblem::error(
            path,
            Code::NotAsked,
            format!("この条件は{what}を見ますが、profile.yaml は{what}を尋ねていません。"),
            "profile.yaml に項目を追加するか、条件を消してください。",
        ));
    }

    /// Reports impossible rules at the innermost place, and impossible alternatives of possible rules.
    fn nobody(&mut self, rule: &Rule, path: &str) {
        if is_satisfiable(rule, self.areas) {
            match rule {
                Rule::All(rules) => self.each(rules, path, "all"),
                Rule::Any(rules) => {
                    for (i, inner) in rules.iter().enumerate() {
                        let path = step(&step(path, "any"), i);
                        if is_satisfiable(inner, self.areas) {
                            self.nobody(inner, &path);
                        } else {
                            self.problems.push(RuleProblem::warning(
                                &path,
                                Code::DeadBranch,
                                format!("この選択肢に当てはまる人はいません（{}）。", shown(inner)),
                                "条件を直すか、この選択肢を消してください。",
                            ));
                        }
                    }
                }
                _ => {}
            }
            return;
        }
        let before = self.problems.len();
        match rule {
            Rule::All(rules) => {
                for (i, inner) in rules.iter().enumerate() {
                    if !is_satisfiable(inner, self.areas) {
                        self.nobody(inner, &step(&step(path, "all"), i));
                    }
                }
            }
            Rule::Any(rules) => self.each(rules, path, "any"),
            _ => {}
        }
        if self.problems.len() == before {
            self.problems.push(RuleProblem::error(
                path,
                Code::NobodyMatches,
                format!("この条件に当てはまる人はいません（{}）。", shown(rule)),
                why(rule),
            ));
        }
    }

    fn each(&mut self, rules: &[Rule], path: &str, name: &str) {
        for (i, inner) in rules.iter().enumerate() {
            self.nobody(inner, &step(&step(path, name), i));
        }
    }
}

fn part_path(path: &str, index: usize, clause: &ChildClause) -> String {
    if clause.parts.len() == 1 {
        path.to_owned()
    } else {
        step(&step(path, "all"), index)
    }
}

fn shown(rule: &Rule) -> String {
    let text = rule.describe(&Labels::default());
    if text.chars().count() > 80 {
        text.chars().take(80).collect::<String>() + "…"
    } else {
        text
    }
}

fn why(rule: &Rule) -> &'static str {
    match rule {
        Rule::Child(clause) if clause.is_expecting() => {
            "これから生まれるお子さんには年齢・学年・状況がありません。any で分けて書いてください。"
        }
        Rule::Child(_) => "1人のお子さんが同時に満たせる年齢・月齢・学年にしてください。",
        Rule::All(_) => {
            "同時には満たせない条件が並んでいます。どれかを直すか、any にしてください。"
        }
        _ => "条件を直してください。",
    }
}
