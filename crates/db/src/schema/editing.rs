//! Tables of editing; the migrations `00000000000005_editing` make them.

diesel::table! {
    edition_revisions (id) {
        id -> BigInt,
        document_id -> Text,
        edition_id -> BigInt,
        revision -> BigInt,
        reason -> Text,
        name -> Nullable<Text>,
        title -> Text,
        source -> Binary,
        source_hash -> Text,
        author -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    autosaves (edition_id, author) {
        edition_id -> BigInt,
        author -> Text,
        base_revision -> BigInt,
        source -> Binary,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    presences (document_id, staff) {
        document_id -> Text,
        staff -> Text,
        writing -> Bool,
        seen_at -> Timestamp,
    }
}

diesel::table! {
    reviews (id) {
        id -> BigInt,
        document_id -> Text,
        edition_id -> BigInt,
        revision -> BigInt,
        submitted_by -> Text,
        reviewer -> Text,
        note -> Nullable<Text>,
        submitted_at -> Timestamp,
        outcome -> Nullable<Text>,
        decided_by -> Nullable<Text>,
        decided_at -> Nullable<Timestamp>,
        answer -> Nullable<Text>,
    }
}

diesel::table! {
    comments (id) {
        id -> BigInt,
        document_id -> Text,
        edition_id -> BigInt,
        field -> Text,
        line -> Nullable<BigInt>,
        body -> Text,
        author -> Text,
        created_at -> Timestamp,
        resolved_by -> Nullable<Text>,
        resolved_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    confirmations (edition_id, source_hash, staff) {
        edition_id -> BigInt,
        source_hash -> Text,
        staff -> Text,
        people -> BigInt,
        confirmed_at -> Timestamp,
    }
}

diesel::table! {
    templates (id) {
        id -> BigInt,
        name -> Text,
        kind -> Text,
        source -> Binary,
        author -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    draft_links (document_id, role, target) {
        document_id -> Text,
        role -> Text,
        target -> Text,
    }
}
