//! Citizens and the matching index. A citizen's random text key (`citizens.citizen_key`) is what the rest of the house
//! knows; `citizen_id` is its short stand-in for joins between these tables, 32 bits wide for the sake of the index.

diesel::table! {
    citizens (id) {
        id -> Integer,
        citizen_key -> Text,
        state -> Text,
        lang -> Text,
        facts -> Text,
        preferences -> Text,
        created_at -> Timestamp,
        confirmed_at -> Nullable<Timestamp>,
        changed_at -> Timestamp,
        left_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    sensitive_facts (citizen_id) {
        citizen_id -> Integer,
        facts -> Text,
    }
}

diesel::table! {
    contact_points (id) {
        id -> Text,
        citizen_id -> Integer,
        channel -> Text,
        value -> Text,
        blind_index -> Text,
        created_at -> Timestamp,
        verified_at -> Nullable<Timestamp>,
        suppressed_reason -> Nullable<Text>,
        suppressed_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    consents (id) {
        id -> Integer,
        citizen_id -> Integer,
        channel -> Text,
        purpose -> Text,
        granted -> Bool,
        version -> Text,
        source -> Text,
        at -> Timestamp,
    }
}

diesel::table! {
    citizen_tokens (hash) {
        hash -> Text,
        citizen_id -> Integer,
        contact_id -> Nullable<Text>,
        purpose -> Text,
        created_at -> Timestamp,
        expires_at -> Timestamp,
        used_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    match_term (id) {
        id -> Integer,
        kind -> Text,
        name -> Text,
    }
}

diesel::table! {
    match_set (id) {
        id -> Integer,
        kind -> Text,
        members -> Text,
    }
}

diesel::table! {
    /// SQLite keeps the terms in `match_attr`.
    match_citizen (citizen_id) {
        citizen_id -> Integer,
        area -> Nullable<Integer>,
        birth -> Nullable<Integer>,
        due -> Nullable<Integer>,
        answered -> Integer,
        changed_at -> BigInt,
    }
}

diesel::table! {
    /// SQLite only.
    match_attr (attr, citizen_id) {
        attr -> Integer,
        citizen_id -> Integer,
    }
}

/// The table as PostgreSQL has it.
pub(crate) mod postgres {
    diesel::table! {
        /// With the terms in an array under a GIN index.
        match_citizen (citizen_id) {
            citizen_id -> Integer,
            area -> Nullable<Integer>,
            birth -> Nullable<Integer>,
            due -> Nullable<Integer>,
            answered -> Integer,
            changed_at -> BigInt,
            attrs -> Array<Integer>,
        }
    }
}

diesel::table! {
    match_child (citizen_id, birth, ordinal) {
        citizen_id -> Integer,
        birth -> Integer,
        ordinal -> SmallInt,
        traits -> Integer,
    }
}

diesel::table! {
    match_sensitive (term, value, citizen_id) {
        term -> Integer,
        value -> Integer,
        citizen_id -> Integer,
    }
}

diesel::joinable!(contact_points -> citizens (citizen_id));
diesel::joinable!(consents -> citizens (citizen_id));
diesel::joinable!(sensitive_facts -> citizens (citizen_id));
diesel::joinable!(citizen_tokens -> citizens (citizen_id));
diesel::allow_tables_to_appear_in_same_query!(
    citizens,
    sensitive_facts,
    contact_points,
    consents,
    citizen_tokens,
    match_citizen,
);
