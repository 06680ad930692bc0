//! Where mail goes, on the page of preferences: each address with what became of it, and a way to have it again.

use actix_web::HttpResponse;
use chrono::Duration;
use kairan_db::citizens::{self, Contact, Recipient, TokenPurpose, UNSUBSCRIBED};
use kairan_db::notices::Channel;
use kairan_pipeline::confirm::{self, ConfirmMail, Letter};
use serde::Serialize;

use super::CONFIRM_HOURS;
use crate::app::App;
use crate::error::{Error, Result};

/// The word of a button that has an address confirmed anew; the contact point follows.
pub(super) const CONFIRM: &str = "confirm:";

/// One address, recognisable to its owner and to nobody else.
#[derive(Serialize)]
pub(super) struct Address {
    masked: String,
    state: &'static str,
    stopped: bool,
    /// The button's value, where a mail can let it come again.
    action: Option<String>,
}

/// The mail addresses of a citizen.
pub(super) fn addresses(app: &App, recipient: Option<&Recipient>) -> Result<Vec<Address>> {
    let contacts = recipient.into_iter().flat_map(|one| &one.contacts);
    contacts
        .filter(|contact| contact.channel == Channel::Mail)
        .map(|contact| {
            let value = contact
                .open(&app.ctx.keys)
                .map_err(|error| Error::internal(&error))?;
            let works = contact.is_usable();
            Ok(Address {
                masked: masked(&value),
                state: state(contact),
                stopped: !works,
                action: (!works).then(|| format!("{CONFIRM}{}", contact.id)),
            })
        })
        .collect()
}

fn state(contact: &Contact) -> &'static str {
    match contact.suppressed.as_deref() {
        _ if !contact.verified => {
            "まだ確かめられていません。お送りした確認のメールを開いてください。"
        }
        None => "お知らせが届きます。",
        Some(UNSUBSCRIBED) => "このアドレスへのお知らせは、ご希望により止めています。",
        Some(_) => {
            "お送りしたメールが届かずに戻ってきたため、このアドレスへのお知らせを止めています。アドレスが使えることを確かめると、また届くようになります。"
        }
    }
}

/// `ha…@example.jp`
fn masked(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let start: String = local.chars().take(2).collect();
    format!("{start}…@{domain}")
}

/// Sends a mail to one of the citizen's addresses, whose link lets notices go there again.
pub(super) async fn confirm_anew(
    app: &App,
    recipient: Option<&Recipient>,
    contact_id: &str,
) -> Result<HttpResponse> {
    let (Some(recipient), Some(contact)) = (
        recipient,
        recipient
            .into_iter()
            .flat_map(|one| &one.contacts)
            .find(|one| one.id == contact_id && one.channel == Channel::Mail),
    ) else {
        return Err(Error::NotFound);
    };
    let to = contact
        .open(&app.ctx.keys)
        .map_err(|error| Error::internal(&error))?;
    let site = app.site().await?.settings.title.clone();
    let (key, id) = (recipient.citizen_key.clone(), contact.id.clone());
    let (keys, now, own) = (app.ctx.keys.clone(), app.ctx.clock.now(), app.clone());
    let lifetime = Duration::hours(i64::from(CONFIRM_HOURS));
    app.ctx
        .write(move |c| {
            let purpose = TokenPurpose::Confirm;
            let token = citizens::issue_token(c, &key, Some(&id), purpose, lifetime, now)?;
            let letter = ConfirmMail {
                letter: Letter::Confirm,
                to: to.clone(),
                site: site.clone(),
                url: own.app_address(&format!("my/confirm/{}", token.as_str())),
                hours: CONFIRM_HOURS,
            };
            confirm::enqueue(c, &keys, &letter, now).map(drop)
        })
        .await?;
    Ok(super::to("/my/sent"))
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn an_address_is_recognised_by_its_owner_alone() {
        assert_eq!(masked("hanako@example.jp"), "ha…@example.jp");
        assert_eq!(masked("h@example.jp"), "h…@example.jp");
        assert_eq!(masked("花子@例え.jp"), "花子…@例え.jp");
    }
}
