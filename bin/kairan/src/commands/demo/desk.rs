//! What lies on the desks of the example city's office: a text to approve, one that was sent back, one that goes out
//! tomorrow morning. Whoever opens the staff's screens for the first time finds them as on any working day.

use anyhow::{Context as _, Result};
use chrono::{Days, NaiveTime};
use kairan_db::editing::Reason;
use kairan_db::{addresses, documents, editions, staff, time};
use kairan_pipeline::workflow::{self, Actor, At, Submission};
use kairan_pipeline::{Context, drafts, site_data};

use super::staff::{AUTHOR, PUBLISHER, REVIEWER};

/// (slug, what the author adds)
const TO_APPROVE: (&str, &str) = (
    "kodomo-iryohi",
    "\n学校のけがで日本スポーツ振興センターの給付を受けるときは、この助成は使えません。窓口で医療証を出す前にお知らせください。\n",
);
const SENT_BACK: (&str, &str) = (
    "shussei-todoke",
    "\n夜間や休みの日も、市役所の守衛室で届け出を受け取ります。\n",
);
const TOMORROW: (&str, &str) = (
    "gakudo",
    "\n2月に説明会を開きます。日時は、決まりしだいこのページでお知らせします。\n",
);

/// Puts the three there, unless the demo did so before: each document has one edition, then.
pub(super) async fn lay(context: &Context) -> Result<()> {
    let (author, reviewer) = (person(context, AUTHOR)?, person(context, REVIEWER)?);
    if let Some(document) = written(context, &author, TO_APPROVE).await? {
        let word = "学校のけがのときの一文を足しました。確認をお願いします。";
        submit(context, &author, &reviewer, &document, word).await?;
    }
    if let Some(document) = written(context, &author, SENT_BACK).await? {
        submit(context, &author, &reviewer, &document, "").await?;
        let word = "守衛室の場所も書いてください。";
        workflow::comment(context, &reviewer, &document, ("body", None), word).await?;
        workflow::send_back(context, &reviewer, at(context, &document)?, "").await?;
    }
    if let Some(document) = written(context, &author, TOMORROW).await? {
        submit(context, &author, &reviewer, &document, "").await?;
        workflow::approve(context, &reviewer, at(context, &document)?, "").await?;
        let nine = NaiveTime::from_hms_opt(9, 0, 0).context("9:00")?;
        let tomorrow = context.clock.now_jst().date() + Days::new(1);
        let when = time::utc_from_jst(tomorrow.and_time(nine));
        let publisher = person(context, PUBLISHER)?;
        workflow::schedule(context, &publisher, at(context, &document)?, when).await?;
    }
    Ok(())
}

/// The draft as it is now: every step makes another revision of it.
fn at(context: &Context, document: &str) -> Result<At> {
    let open = context.db.read(|c| editions::open(c, document))?;
    Ok(At {
        document: document.to_owned(),
        revision: open.context("下書きがありません")?.revision,
    })
}

fn person(context: &Context, mail: &str) -> Result<Actor> {
    let who = context.db.read(|c| staff::by_mail(c, mail))?;
    Ok(Actor {
        who: who.context("職員がいません")?,
        origin: "demo".to_owned(),
    })
}

async fn submit(
    context: &Context,
    author: &Actor,
    reviewer: &Actor,
    document: &str,
    note: &str,
) -> Result<()> {
    let submission = Submission {
        at: at(context, document)?,
        reviewer: reviewer.id().to_owned(),
        note: note.to_owned(),
    };
    Ok(workflow::submit(context, author, submission).await?)
}

/// The document of a live article whose draft has a paragraph more; `None` where somebody has worked on it since it came.
async fn written(
    context: &Context,
    author: &Actor,
    (slug, more): (&'static str, &'static str),
) -> Result<Option<String>> {
    let (own, key) = (context.clone(), author.key());
    let document = context.transact(move |c| {
        let now = own.clock.now();
        let Some(document) = addresses::holder(c, "article", slug)? else {
            return Ok(None);
        };
        if documents::get(c, &document)?.last_number != 1 {
            return Ok(None);
        }
        let site = site_data::current(c, &own.theme)?;
        let draft = drafts::open(c, &document, &key, now)?;
        let source = format!("{}{more}", editions::source(c, draft.id)?);
        let save = drafts::Save {
            edition: draft.id,
            revision: draft.revision,
            source: &source,
            author: &key,
            reason: Reason::Save,
            name: None,
        };
        drafts::save(c, &site.data, &save, now)?;
        Ok(Some(document))
    });
    Ok(document.await?)
}
