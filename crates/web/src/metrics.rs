//! What is counted, in the text form of OpenMetrics.

use actix_web::http::{Method, StatusCode};
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StateLabels {
    state: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct MessageLabels {
    channel: String,
    state: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StoppedLabels {
    channel: String,
    reason: String,
}

/// Counters of this process; what the database counts is read when asked.
pub(crate) struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    jobs: Family<StateLabels, Gauge>,
    messages: Family<MessageLabels, Gauge>,
    stopped: Family<StoppedLabels, Gauge>,
}

impl Default for Metrics {
    fn default() -> Self {
        let (requests, jobs) = (Family::default(), Family::default());
        let (messages, stopped) = (Family::default(), Family::default());
        let mut registry = Registry::with_prefix("kairan");
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register("jobs", "Jobs by state", jobs.clone());
        registry.register(
            "messages",
            "Messages by channel and state",
            messages.clone(),
        );
        registry.register(
            "stopped_contacts",
            "Contact points to which nothing is sent, by reason",
            stopped.clone(),
        );
        Self {
            registry,
            requests,
            jobs,
            messages,
            stopped,
        }
    }
}

impl Metrics {
    pub(crate) fn request(&self, method: &Method, status: StatusCode) {
        // Methods that somebody invents must not grow the table.
        let method = match *method {
            Method::GET | Method::HEAD | Method::POST | Method::OPTIONS => method.as_str(),
            _ => "other",
        };
        let labels = RequestLabels {
            method: method.to_owned(),
            status: status.as_u16(),
        };
        self.requests.get_or_create(&labels).inc();
    }

    /// The whole text, with these counts of the database.
    pub(crate) fn text(
        &self,
        jobs: &[(String, i64)],
        messages: &[(String, String, i64)],
        stopped: &[(String, String, i64)],
    ) -> Result<String, std::fmt::Error> {
        self.jobs.clear();
        for (state, count) in jobs {
            let state = state.clone();
            self.jobs.get_or_create(&StateLabels { state }).set(*count);
        }
        self.messages.clear();
        for (channel, state, count) in messages {
            let (channel, state) = (channel.clone(), state.clone());
            let labels = MessageLabels { channel, state };
            self.messages.get_or_create(&labels).set(*count);
        }
        self.stopped.clear();
        for (channel, reason, count) in stopped {
            let (channel, reason) = (channel.clone(), reason.clone());
            let labels = StoppedLabels { channel, reason };
            self.stopped.get_or_create(&labels).set(*count);
        }
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
