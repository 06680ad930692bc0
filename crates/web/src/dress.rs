//! What every answer wears: security headers, and for errors a page or problem+json.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use crate::admin::{self, Screen};
use crate::app::App;
use crate::error::Error;
use crate::page::{Message, MessageLink};

const PERMISSIONS: &str =
    "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()";

/// Counts the request, renders errors, sets headers.
pub(crate) async fn dress(
    app: web::Data<App>,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let method = request.method().clone();
    // No clone of the request may live here: routing needs it alone.
    let mut response = next.call(request).await?.map_into_boxed_body();
    app.metrics.request(&method, response.status());
    if let Some(error) = fault(&response) {
        let status = response.status();
        let rendered = rendered(&app, response.request(), &error, status).await;
        let kept = response.response().headers().clone();
        let (request, _) = response.into_parts();
        response = ServiceResponse::new(request, rendered);
        for (name, value) in &kept {
            if *name != header::CONTENT_TYPE && *name != header::CONTENT_LENGTH {
                response.headers_mut().append(name.clone(), value.clone());
            }
        }
    }
    let path = response.request().path().to_owned();
    set_headers(&app, &path, response.headers_mut());
    Ok(response)
}

/// The error behind an answer: ours, or one of the framework's that has no body worth showing.
fn fault(response: &ServiceResponse<BoxBody>) -> Option<Error> {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    if let Some(error) = response.response().extensions().get::<Error>() {
        return Some(error.clone());
    }
    let written = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|value| !value.as_bytes().starts_with(b"text/plain"));
    if written {
        return None;
    }
    Some(match status {
        StatusCode::NOT_FOUND => Error::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => Error::BadRequest("この操作には対応していません。"),
        StatusCode::PAYLOAD_TOO_LARGE => Error::BadRequest("送られた内容が大きすぎます。"),
        status if status.is_client_error() => Error::BadRequest(
            "送られた内容を読み取れませんでした。前のページからやり直してください。",
        ),
        _ => Error::Internal,
    })
}

async fn rendered(
    app: &App,
    request: &HttpRequest,
    error: &Error,
    status: StatusCode,
) -> HttpResponse {
    let mut builder = HttpResponse::build(status);
    if let Error::TooMany { retry_after } = error {
        builder.insert_header((header::RETRY_AFTER, retry_after.to_string()));
    }
    builder.insert_header((header::CACHE_CONTROL, "no-store"));
    if request.path().starts_with("/api/") {
        let mut problem = json!({
            "type": "about:blank",
            "title": error.title(),
            "status": status.as_u16(),
            "detail": error.detail(),
        });
        if let Error::Parameter { parameter, .. } = error {
            problem["parameter"] = json!(parameter);
        }
        return builder
            .insert_header((header::CONTENT_TYPE, "application/problem+json"))
            .body(problem.to_string());
    }
    // Whoever is at work stays among the screens of their work.
    if let Some(known) = admin::at_work(request) {
        let (words, detail) = (app.words(Some(&known.account)), error.detail());
        let view = json!({ "heading": words.get(error.title()), "detail": words.get(&detail) });
        let screen = Screen::new("error", words.get(error.title())).status(status);
        let shown = app
            .screen(request, Some(&known.account), screen, &view)
            .await;
        if let Ok(mut shown) = shown {
            let kept = builder.finish();
            for (name, value) in kept.headers() {
                shown.headers_mut().insert(name.clone(), value.clone());
            }
            return shown;
        }
    }
    let message = Message {
        heading: error.title(),
        paragraphs: vec![error.detail()],
        link: Some(MessageLink {
            href: "/".to_owned(),
            label: "トップページへ",
        }),
    };
    let html = match app.frame().await {
        Ok(frame) => frame.html(app, "error/message", error.title(), &message),
        // Without a site or a database there is no frame; say it without one.
        Err(_) => app
            .ctx
            .theme
            .render("error/bare", &message)
            .map_err(Error::from),
    };
    builder
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .body(html.unwrap_or_else(|_| error.detail()))
}

fn set_headers(app: &App, path: &str, headers: &mut header::HeaderMap) {
    let personal = ["/my", "/admin", "/dev", "/line"]
        .iter()
        .any(|start| path.starts_with(start));
    let mut set = |name: HeaderName, value: &str| {
        if !headers.contains_key(&name)
            && let Ok(value) = HeaderValue::from_str(value)
        {
            headers.insert(name, value);
        }
    };
    // A form on a page of the site may lead to the other origin: the search form does.
    let policy = format!(
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self' {}; frame-ancestors 'none'",
        app.ctx.app_url.trim_end_matches('/')
    );
    set(header::CONTENT_SECURITY_POLICY, &policy);
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(
        header::REFERRER_POLICY,
        // Tokens stand in addresses of my page.
        if personal {
            "no-referrer"
        } else {
            "strict-origin-when-cross-origin"
        },
    );
    set(HeaderName::from_static("permissions-policy"), PERMISSIONS);
    set(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    if app.is_tls() {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if personal {
        set(header::CACHE_CONTROL, "no-store");
        set(HeaderName::from_static("x-robots-tag"), "noindex");
    }
}

/// Lets pages of other sites read the API. Nothing there depends on who asks.
pub(crate) async fn open_to_readers(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let preflight = request.method() == Method::OPTIONS;
    let mut response = if preflight {
        request.into_response(HttpResponse::NoContent().finish())
    } else {
        next.call(request).await?.map_into_boxed_body()
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, POST"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "content-type, if-none-match",
        ),
        (header::ACCESS_CONTROL_EXPOSE_HEADERS, "etag, retry-after"),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}
