//! What is wrong with a form: by field, and together at the top of the page.

use serde::Serialize;

/// A link of the summary.
#[derive(Clone, Serialize)]
pub(crate) struct Problem {
    /// Id of the element to go to.
    pub(crate) id: String,
    pub(crate) text: String,
}

/// Everything that is wrong, in the order of the form.
#[derive(Default, Serialize)]
#[serde(transparent)]
pub(crate) struct Problems(Vec<Problem>);

impl Problems {
    /// `name` is the field's; the text says what to do.
    pub(crate) fn add(&mut self, name: &str, text: impl Into<String>) {
        self.0.push(Problem {
            id: super::id_of(name),
            text: text.into(),
        });
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is wrong with one field.
    pub(crate) fn of(&self, name: &str) -> Option<String> {
        let id = super::id_of(name);
        let problem = self.0.iter().find(|problem| problem.id == id)?;
        Some(problem.text.clone())
    }
}
