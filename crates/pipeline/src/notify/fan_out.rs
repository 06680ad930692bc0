//! Writing recipients down, a page at a time: each page with its ledger, messages and cursor is one transaction.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kairan_audience::{Areas, Facts, Outcome, Rule, Verdict, evaluate_with};
use kairan_content::SiteData;
use kairan_db::{
    AnyConnection,
    audience::{self, Prepared, Selection, Since},
    citizens::{self, Recipient},
    notices::{
        self, Channel, DeliveryState, NewDelivery, NewMessage, Notice, NoticeKind, NoticeState,
        Page,
    },
    time::{jst_from_utc, utc_from_jst},
};
use kairan_delivery::{
    compose::{Content, line_messages},
    payload::LinePayload,
    postman::line_chunk,
};

use super::{
    decide::lane,
    live_document,
    person::{Terms, choices, letter},
    reasons::Reasons,
    site_data,
    words::labels,
};
use crate::{Context, Error, Result};

/// People on a page: large, since each costs a look at the whole selection.
const PAGE: u32 = 2_000;

/// A person about whom it is to be decided: the children it is about (or `-`) and why.
struct Candidate {
    key: String,
    subjects: Vec<String>,
    reasons: Vec<String>,
    /// For a correction: the contact points of the first notice.
    only: Option<BTreeSet<String>>,
}

/// Writes down everybody a notice is for; goes on where it stopped. A notice that is held, or over, is left alone.
///
/// # Errors
/// Those of the database.
pub fn materialise(context: &Context, notice_id: &str) -> Result<()> {
    let prepared = Preparation::read(context, notice_id)?;
    loop {
        let notice = context.db.read(|c| notices::get(c, notice_id))?;
        if notice.state != NoticeState::Materialising {
            return Ok(());
        }
        let (last, candidates) = prepared.candidates(context, &notice)?;
        let now = context.clock.now();
        let Some(last) = last else {
            context.db.write(|c| {
                notices::materialised(c, notice_id, now)?;
                notices::finish_if_done(c, notice_id, now)
            })?;
            return Ok(());
        };
        let written = context.db.write(|c| {
            let page = prepared.page(c, context, &notice, &last, &candidates)?;
            notices::write_page(c, &notice, &notice.cursor, &page, &context.keys, now)
        });
        match written {
            // Somebody else moved on or held the run: look again.
            Err(kairan_db::Error::Conflict { .. }) => {}
            other => other?,
        }
        kairan_delivery::crash::point("materialising");
    }
}

/// What is the same for every page of a run.
struct Preparation {
    rule: Rule,
    areas: Areas,
    words: Reasons,
    content: Content,
    category: String,
    prepared: Option<Prepared>,
}

impl Preparation {
    fn read(context: &Context, notice_id: &str) -> Result<Self> {
        let (notice, site, category) = context.db.read(|c| {
            let notice = notices::get(c, notice_id)?;
            let site = site_data(c)?;
            let category = live_document(c, &site, &notice.document_id)?
                .map(|(_, document)| document.category)
                .unwrap_or_default();
            Ok((notice, site, category))
        })?;
        let stored = |source| Error::Stored {
            what: "お知らせ",
            source,
        };
        let rule: Rule = serde_json::from_str(&notice.rule).map_err(stored)?;
        let content: Content = serde_json::from_str(&notice.content).map_err(stored)?;
        let areas = SiteData::area_tree(&site);
        let prepared = if notice.kind == NoticeKind::Correction {
            None
        } else {
            let since = match (notice.since_date, notice.changed_since) {
                (Some(last_on), Some(changed_since)) => Some(Since {
                    last_on,
                    changed_since,
                }),
                _ => None,
            };
            let selection = Selection {
                rule: &rule,
                on: notice.on_date,
                areas: &areas,
                since,
            };
            Some(context.db.read(|c| {
                if notice.widen.is_empty() {
                    audience::prepare(c, &selection)
                } else {
                    audience::prepare_possible(c, &selection)
                }
            })?)
        };
        Ok(Self {
            words: Reasons::new(&site, labels(&site)),
            rule,
            areas,
            content,
            category,
            prepared,
        })
    }

    /// The next page of people and the key it ends with; `None` at the end.
    fn candidates(
        &self,
        context: &Context,
        notice: &Notice,
    ) -> Result<(Option<String>, Vec<Candidate>)> {
        let after = Some(notice.cursor.as_str()).filter(|cursor| !cursor.is_empty());
        let Some(prepared) = &self.prepared else {
            return Self::corrected(context, notice);
        };
        Ok(context.db.read(|c| {
            let keys = prepared.page(c, after, PAGE)?;
            let mut facts: HashMap<String, Facts> =
                citizens::facts(c, &keys)?.into_iter().collect();
            // In the order of registration: of two people with one address the same one gets the mail each time.
            let candidates = keys
                .iter()
                .filter_map(|key| facts.remove_entry(key))
                .filter_map(|(key, facts)| {
                    let outcome = evaluate_with(
                        &self.rule,
                        &facts,
                        notice.on_date,
                        &self.areas,
                        self.words.labels(),
                    );
                    // Facts may have changed since the page was selected.
                    let reasons = self.reasons(notice, &outcome)?;
                    Some(Candidate {
                        key,
                        reasons,
                        subjects: if outcome.children.is_empty() {
                            vec!["-".to_owned()]
                        } else {
                            outcome.children
                        },
                        only: None,
                    })
                })
                .collect();
            Ok((keys.last().cloned(), candidates))
        })?)
    }

    /// Why somebody is told; `None`: is not. Where the city widens fields, what is open only because of them counts as matching.
    fn reasons(&self, notice: &Notice, outcome: &Outcome) -> Option<Vec<String>> {
        let widened = || {
            outcome
                .missing
                .iter()
                .all(|field| notice.widen.contains(field))
        };
        match outcome.verdict {
            Verdict::Yes => Some(self.words.told(&self.rule, outcome)),
            Verdict::Unknown if widened() => Some(self.words.widened(&outcome.missing)),
            Verdict::Unknown | Verdict::No => None,
        }
    }

    /// A correction goes to whom the first one reached, and is not matched again.
    fn corrected(context: &Context, notice: &Notice) -> Result<(Option<String>, Vec<Candidate>)> {
        let first = notice.corrects.clone().unwrap_or_default();
        let rows = context
            .db
            .read(|c| notices::reached_by(c, &first, &notice.cursor, i64::from(PAGE)))?;
        let mut people: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (citizen, _, contact) in rows {
            people.entry(citizen).or_default().insert(contact);
        }
        let last = people.keys().next_back().cloned();
        let candidates = people
            .into_iter()
            .map(|(key, contacts)| Candidate {
                key,
                subjects: vec!["-".to_owned()],
                reasons: vec!["先にお送りしたお知らせの訂正です。".to_owned()],
                only: Some(contacts),
            })
            .collect();
        Ok((last, candidates))
    }

    fn page(
        &self,
        c: &mut AnyConnection,
        context: &Context,
        notice: &Notice,
        last: &str,
        candidates: &[Candidate],
    ) -> kairan_db::Result<Page> {
        let now = context.clock.now();
        let keys: Vec<String> = candidates.iter().map(|one| one.key.clone()).collect();
        let people: HashMap<String, Recipient> = citizens::recipients(c, &keys)?
            .into_iter()
            .map(|person| (person.citizen_key.clone(), person))
            .collect();
        let indexes: Vec<String> = people
            .values()
            .flat_map(|person| person.contacts.iter().map(|one| one.blind_index.clone()))
            .collect();
        let (told, mut addresses) = notices::told_before(c, notice, &keys, &indexes)?;
        let used = addresses.clone();
        let today = jst_from_utc(now).date();
        let pushed = match context.notices.daily_cap {
            Some(_) => {
                let midnight = utc_from_jst(today.and_time(chrono::NaiveTime::MIN));
                notices::pushed_since(c, &keys, midnight)?
            }
            None => HashMap::new(),
        };
        let terms = Terms {
            channels: &notice.channels,
            pressing: notice.urgency != "normal" || notice.kind == NoticeKind::Correction,
            category: &self.category,
            daily_cap: context.notices.daily_cap,
        };
        let mut page = Page {
            cursor: last.to_owned(),
            ..Page::default()
        };
        let mut users = Vec::new();
        for candidate in candidates {
            let Some(person) = people.get(&candidate.key) else {
                continue;
            };
            let subjects: Vec<String> = candidate
                .subjects
                .iter()
                .filter(|subject| !told.contains(&(candidate.key.clone(), (*subject).clone())))
                .cloned()
                .collect();
            if subjects.is_empty() || person.state != citizens::State::Active {
                continue;
            }
            page.matched += 1;
            for subject in &subjects {
                page.told.push((candidate.key.clone(), subject.clone()));
            }
            let today_count = pushed.get(&candidate.key).copied().unwrap_or_default();
            for choice in choices(&terms, person, today_count, &mut addresses) {
                let contact_id = choice.contact.map(|one| one.id.clone()).unwrap_or_default();
                if choice.channel != Channel::Inbox
                    && candidate
                        .only
                        .as_ref()
                        .is_some_and(|only| !only.contains(&contact_id))
                {
                    continue;
                }
                let mut delivery = NewDelivery {
                    citizen_key: candidate.key.clone(),
                    channel: choice.channel,
                    contact_id,
                    state: DeliveryState::Sent,
                    reason: None,
                    message_id: None,
                    subjects: subjects.iter().filter(|one| *one != "-").cloned().collect(),
                };
                match (choice.refusal, choice.channel, choice.contact) {
                    (Some((state, reason)), ..) => {
                        delivery.state = state;
                        delivery.reason = Some(reason.to_owned());
                    }
                    (None, Channel::Mail, Some(contact)) => {
                        let reasons = candidate.reasons.clone();
                        let person =
                            letter(&context.keys, &context.app_url, contact, reasons, today)
                                .map_err(kairan_db::Error::abort)?;
                        let message = mail(&person, notice, now, &context.app_url);
                        delivery.message_id = Some(message.id.clone());
                        page.messages.push(message);
                    }
                    (None, Channel::Line, Some(contact)) => {
                        let user = contact
                            .open(&context.keys)
                            .map_err(kairan_db::Error::abort)?;
                        users.push((page.deliveries.len(), (contact.id.clone(), user)));
                    }
                    _ => delivery.state = DeliveryState::Recorded,
                }
                page.deliveries.push(delivery);
            }
        }
        self.chunks(users, notice, now, &mut page);
        page.addresses = addresses.difference(&used).cloned().collect();
        Ok(page)
    }

    /// LINE users of the page in chunks that one request can carry.
    fn chunks(
        &self,
        users: Vec<(usize, (String, String))>,
        notice: &Notice,
        now: chrono::NaiveDateTime,
        page: &mut Page,
    ) {
        let words = line_messages(&self.content);
        for some in users.chunks(kairan_delivery::line::MAX_RECIPIENTS) {
            let payload = LinePayload {
                users: some.iter().map(|(_, user)| user.clone()).collect(),
                messages: words.clone(),
            };
            let mut message = line_chunk(payload, lane(&notice.urgency).number(), now);
            message.not_before = notice.not_before;
            for (at, _) in some {
                if let Some(delivery) = page.deliveries.get_mut(*at) {
                    delivery.message_id = Some(message.id.clone());
                }
            }
            page.messages.push(message);
        }
    }
}

fn mail(
    person: &kairan_delivery::compose::Person,
    notice: &Notice,
    now: chrono::NaiveDateTime,
    app_url: &str,
) -> NewMessage {
    let id = ulid::Ulid::new().to_string();
    let host = app_url
        .split("//")
        .nth(1)
        .and_then(|rest| rest.split(['/', ':']).next());
    NewMessage {
        identity: format!("{}@{}", id.to_lowercase(), host.unwrap_or("localhost")),
        id,
        channel: Channel::Mail,
        lane: lane(&notice.urgency).number(),
        dated_at: now,
        not_before: notice.not_before,
        receiver: person
            .to
            .rsplit('@')
            .next()
            .unwrap_or_default()
            .to_lowercase(),
        recipients: 1,
        payload: serde_json::to_vec(person).unwrap_or_default(),
    }
}
