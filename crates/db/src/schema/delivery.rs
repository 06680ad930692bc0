//! What is learned after sending, and how often pages are looked at.

use diesel::table;

table! {
    refusals (id) {
        id -> Text,
        message_id -> Text,
        contact_id -> Text,
        receiver -> Text,
        source -> Text,
        kind -> Text,
        status -> Nullable<Text>,
        detail -> Nullable<Text>,
        at -> Timestamp,
        verdict -> Nullable<Text>,
    }
}

table! {
    line_events (id) {
        id -> Text,
        kind -> Text,
        happened_at -> Timestamp,
        received_at -> Timestamp,
    }
}

table! {
    line_friends (blind_index) {
        blind_index -> Text,
        following -> Bool,
        at -> Timestamp,
    }
}

table! {
    views (document_id, day) {
        document_id -> Text,
        day -> Date,
        count -> BigInt,
    }
}
