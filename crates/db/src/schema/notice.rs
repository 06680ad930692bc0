use diesel::{allow_tables_to_appear_in_same_query, table};

table! {
    notices (id) {
        id -> Text,
        document_id -> Text,
        edition_id -> Text,
        round -> Integer,
        occasion -> Text,
        kind -> Text,
        corrects -> Nullable<Text>,
        rule -> Text,
        on_date -> Date,
        since_date -> Nullable<Date>,
        changed_since -> Nullable<Timestamp>,
        content -> Text,
        channels -> Text,
        urgency -> Text,
        state -> Text,
        resume_state -> Nullable<Text>,
        cursor -> Text,
        matched -> BigInt,
        not_before -> Timestamp,
        stale_after -> Nullable<Timestamp>,
        created_at -> Timestamp,
        materialised_at -> Nullable<Timestamp>,
        finished_at -> Nullable<Timestamp>,
        widen -> Text,
    }
}

table! {
    told (document_id, round, occasion, citizen_key, subject) {
        document_id -> Text,
        round -> Integer,
        occasion -> Text,
        citizen_key -> Text,
        subject -> Text,
        notice_id -> Text,
    }
}

table! {
    notice_addresses (notice_id, blind_index) {
        notice_id -> Text,
        blind_index -> Text,
    }
}

table! {
    messages (id) {
        id -> Text,
        notice_id -> Text,
        channel -> Text,
        lane -> Integer,
        state -> Text,
        reason -> Nullable<Text>,
        not_before -> Timestamp,
        attempt -> Integer,
        owner -> Nullable<Text>,
        lease_until -> Nullable<Timestamp>,
        fence -> BigInt,
        identity -> Text,
        dated_at -> Timestamp,
        first_attempt_at -> Nullable<Timestamp>,
        resent -> Bool,
        receiver -> Text,
        recipients -> Integer,
        payload -> Text,
        provider_id -> Nullable<Text>,
        updated_at -> Timestamp,
    }
}

table! {
    deliveries (notice_id, citizen_key, channel, contact_id) {
        notice_id -> Text,
        citizen_key -> Text,
        channel -> Text,
        contact_id -> Text,
        state -> Text,
        reason -> Nullable<Text>,
        message_id -> Nullable<Text>,
        subjects -> Text,
        created_at -> Timestamp,
        read_at -> Nullable<Timestamp>,
    }
}

table! {
    attempts (message_id, number) {
        message_id -> Text,
        number -> Integer,
        started_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
        outcome -> Nullable<Text>,
        phase -> Nullable<Text>,
        code -> Nullable<Integer>,
        detail -> Nullable<Text>,
    }
}

table! {
    channel_holds (channel, receiver) {
        channel -> Text,
        receiver -> Text,
        until -> Nullable<Timestamp>,
        reason -> Text,
        created_at -> Timestamp,
    }
}

table! {
    match_runs (document_id) {
        document_id -> Text,
        round -> Integer,
        last_date -> Date,
        last_at -> Timestamp,
    }
}

allow_tables_to_appear_in_same_query!(notices, messages, deliveries, attempts);
