//! 承認と公開の画面: handing in, reviewing, looking ahead, publishing, seeing what became of it.

mod changes;
mod dossier;
mod ending;
mod overview;
mod plan;
mod progress;
mod review;
mod submit;
mod told;

use actix_web::http::StatusCode;
use kairan_pipeline::Error as PipelineError;
use kairan_pipeline::workflow::{Actor, Refusal};

use super::guard::{Permission, Staff};
use super::words::Language;
use crate::error::Result;

pub(crate) use ending::{archive, delete, restore, withdraw};
pub(crate) use overview::{newsletter, page as overview, qr};
pub(crate) use plan::{instant, page as plan_page, reopen, send as plan_send, trial};
pub(crate) use progress::page as progress;
pub(crate) use review::{
    afterwards, comment as review_comment, page as review_page, reassign, retract,
    send as review_send,
};
pub(crate) use submit::{page as submit_page, send as submit_send};
pub(crate) use told::{Bubble, bubble};

/// Why something was not done, as the screen says it.
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) text: String,
}

/// Who acts, for the steps of the workflow.
pub(crate) fn actor<P: Permission>(staff: &Staff<P>) -> Actor {
    Actor {
        who: staff.who.clone(),
        origin: staff.origin.clone(),
    }
}

/// What a step gave, or why it was not taken, in the words of the reader; anything else is an error of the program.
pub(crate) fn tried<T>(
    words: &Language,
    taken: kairan_pipeline::Result<T>,
) -> Result<std::result::Result<T, Problem>> {
    match taken {
        Ok(done) => Ok(Ok(done)),
        Err(PipelineError::Workflow(refusal)) => Ok(Err(problem(words, &refusal))),
        Err(PipelineError::Refused(text)) => Ok(Err(Problem {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            text: words.tell(&text).into_owned(),
        })),
        Err(other) => Err(other.into()),
    }
}

fn problem(words: &Language, refusal: &Refusal) -> Problem {
    let (sentence, values) = refusal.sentence();
    let values: Vec<(&str, String)> = values
        .into_iter()
        .map(|(name, value)| (name, words.get(&value).to_owned()))
        .collect();
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let status = match refusal {
        Refusal::NotPermitted => StatusCode::FORBIDDEN,
        Refusal::Stale | Refusal::State(_) => StatusCode::CONFLICT,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Problem {
        status,
        text: words.say(sentence, &values),
    }
}
