//! Tables of publishing; the migrations `00000000000001_publishing` make them.

diesel::table! {
    counters (name) {
        name -> Text,
        value -> BigInt,
    }
}

diesel::table! {
    site_revisions (id) {
        id -> BigInt,
        hash -> Text,
        data -> Text,
        created_at -> Timestamp,
        created_by -> Text,
    }
}

diesel::table! {
    files (path) {
        path -> Text,
        sha256 -> Text,
        size -> BigInt,
        width -> Nullable<BigInt>,
        height -> Nullable<BigInt>,
        bytes -> Binary,
        content_type -> Text,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    documents (id) {
        id -> Text,
        kind -> Text,
        slug -> Text,
        lang -> Text,
        translates -> Nullable<Text>,
        title -> Text,
        owner -> Nullable<Text>,
        last_number -> BigInt,
        first_published_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        path -> Nullable<Text>,
        stage -> Text,
        category -> Nullable<Text>,
        editor -> Nullable<Text>,
        errors -> BigInt,
        review_by -> Nullable<Timestamp>,
        publish_at -> Nullable<Timestamp>,
        live -> Bool,
    }
}

diesel::table! {
    addresses (kind, slug) {
        kind -> Text,
        slug -> Text,
        document_id -> Text,
        live -> Bool,
        draft -> Bool,
    }
}

diesel::table! {
    redirects (kind, slug) {
        kind -> Text,
        slug -> Text,
        document_id -> Text,
        created_at -> Timestamp,
    }
}

diesel::table! {
    editions (id) {
        id -> BigInt,
        document_id -> Text,
        number -> BigInt,
        state -> Text,
        revision -> BigInt,
        slug -> Text,
        title -> Text,
        source -> Binary,
        source_hash -> Text,
        author -> Text,
        note -> Nullable<Text>,
        publish_at -> Nullable<Timestamp>,
        expires_at -> Nullable<Timestamp>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        published_at -> Nullable<Timestamp>,
        ended_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    live (document_id) {
        document_id -> Text,
        edition_id -> BigInt,
        kind -> Text,
        slug -> Text,
        lang -> Text,
        translates -> Nullable<Text>,
        hash -> Text,
        card -> Text,
        opens -> Nullable<Timestamp>,
        closes -> Nullable<Timestamp>,
        first_published_at -> Timestamp,
        published_at -> Timestamp,
        listed_at -> Timestamp,
        expires_at -> Nullable<Timestamp>,
        sequence -> BigInt,
    }
}

diesel::table! {
    live_spans (document_id, role, ordinal) {
        document_id -> Text,
        role -> Text,
        ordinal -> BigInt,
        starts -> Timestamp,
        ends -> Timestamp,
    }
}

diesel::table! {
    live_links (document_id, role, target) {
        document_id -> Text,
        role -> Text,
        target -> Text,
    }
}

diesel::table! {
    changes (scope, document_id) {
        scope -> Text,
        document_id -> Text,
        sequence -> BigInt,
        action -> Text,
        kind -> Text,
        slug -> Text,
        edition_id -> Nullable<BigInt>,
        at -> Timestamp,
    }
}

diesel::table! {
    publications (sequence) {
        sequence -> BigInt,
        action -> Text,
        kind -> Text,
        document_id -> Text,
        path -> Text,
        edition -> Text,
    }
}

diesel::table! {
    lists (list_key) {
        list_key -> Text,
        next_ordinal -> BigInt,
    }
}

diesel::table! {
    list_entries (list_key, ordinal) {
        list_key -> Text,
        ordinal -> BigInt,
        document_id -> Text,
        present -> Bool,
    }
}

diesel::table! {
    releases (id) {
        id -> BigInt,
        kind -> Text,
        state -> Text,
        site_revision -> Nullable<BigInt>,
        to_render -> BigInt,
        rendered -> BigInt,
        to_upload -> BigInt,
        uploaded -> BigInt,
        error -> Nullable<Text>,
        options -> Text,
        plan -> Nullable<Text>,
        created_by -> Text,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    release_documents (release_id, document_id) {
        release_id -> BigInt,
        document_id -> Text,
        edition_id -> Nullable<BigInt>,
        action -> Text,
    }
}

diesel::table! {
    release_objects (release_id, name) {
        release_id -> BigInt,
        name -> Text,
        action -> Text,
        state -> Text,
        phase -> BigInt,
        sha256 -> Text,
        size -> BigInt,
        content_type -> Text,
        cache_control -> Text,
        class -> Text,
        valid_until -> Nullable<Timestamp>,
    }
}

diesel::table! {
    objects (name) {
        name -> Text,
        sha256 -> Text,
        size -> BigInt,
        content_type -> Text,
        cache_control -> Text,
        class -> Text,
        valid_until -> Nullable<Timestamp>,
        release_id -> BigInt,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    states (name) {
        name -> Text,
        version -> BigInt,
        data -> Text,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    jobs (id) {
        id -> BigInt,
        kind -> Text,
        payload -> Text,
        dedupe_key -> Nullable<Text>,
        priority -> BigInt,
        state -> Text,
        run_at -> Timestamp,
        again -> Bool,
        attempts -> BigInt,
        max_attempts -> BigInt,
        owner -> Nullable<Text>,
        leased_until -> Nullable<Timestamp>,
        fence -> BigInt,
        last_error -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
        finished_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    audit_events (id) {
        id -> BigInt,
        at -> Timestamp,
        actor -> Text,
        action -> Text,
        subject -> Text,
        detail -> Text,
        origin -> Text,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    counters,
    site_revisions,
    files,
    documents,
    addresses,
    redirects,
    editions,
    live,
    live_spans,
    live_links,
    changes,
    publications,
    lists,
    list_entries,
    releases,
    release_documents,
    release_objects,
    objects,
    states,
    jobs,
    audit_events,
);
