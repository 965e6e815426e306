-- Everything from the first post to the last retry. Times are milliseconds UTC; a flag is a nullable
-- time; JSON is text that no statement looks into; every row of a blog carries its blog's key.

CREATE TABLE blog (
    pk {pk},
    base_url TEXT NOT NULL,
    handle TEXT NOT NULL,
    handle_domain TEXT NOT NULL,
    actor_pk {int} NOT NULL,
    instance_actor_pk {int} NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    language TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    comment_policy TEXT NOT NULL,
    approves_followers_at {int},
    fields TEXT NOT NULL,
    avatar_pk {int},
    header_pk {int},
    feed_token TEXT NOT NULL,
    created_at {int} NOT NULL,
    updated_at {int} NOT NULL,
    update_due_at {int}
){strict};

CREATE TABLE account (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    name TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    created_at {int} NOT NULL
){strict};

CREATE TABLE session (
    token_hash TEXT NOT NULL PRIMARY KEY,
    account_pk {int} NOT NULL REFERENCES account (pk),
    csrf TEXT NOT NULL,
    created_at {int} NOT NULL,
    seen_at {int} NOT NULL
){strict};

CREATE TABLE setup_token (
    blog_pk {int} NOT NULL PRIMARY KEY REFERENCES blog (pk),
    token_hash TEXT NOT NULL,
    created_at {int} NOT NULL
){strict};

-- Failed log-ins, for the limits; `bucket` names an account, an address or both.
CREATE TABLE login_attempt (
    pk {pk},
    bucket TEXT NOT NULL,
    tried_at {int} NOT NULL
){strict};
CREATE INDEX login_attempt_by_bucket ON login_attempt (bucket, tried_at);
CREATE INDEX login_attempt_by_age ON login_attempt (tried_at);

CREATE TABLE audit (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    account_name TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    done_at {int} NOT NULL
){strict};

CREATE TABLE actor (
    pk {pk},
    kind TEXT NOT NULL,
    actor_id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    host TEXT NOT NULL,
    name TEXT NOT NULL,
    username TEXT NOT NULL,
    handle TEXT NOT NULL,
    summary TEXT NOT NULL,
    url TEXT NOT NULL,
    inbox TEXT NOT NULL,
    shared_inbox TEXT,
    outbox TEXT NOT NULL,
    followers TEXT NOT NULL,
    avatar_url TEXT,
    avatar_name TEXT,
    emojis TEXT NOT NULL,
    also_known_as TEXT NOT NULL,
    moved_to TEXT,
    hides_public_at {int},
    hides_unlisted_at {int},
    suspended_at {int},
    gone_at {int},
    fetched_at {int} NOT NULL,
    created_at {int} NOT NULL
){strict};
CREATE INDEX actor_by_host ON actor (host);
CREATE INDEX actor_by_handle ON actor (handle);
CREATE INDEX actor_by_age ON actor (kind, fetched_at);

CREATE TABLE own_key (
    pk {pk},
    actor_pk {int} NOT NULL REFERENCES actor (pk),
    key_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    private_pem TEXT NOT NULL,
    public_pem TEXT NOT NULL,
    created_at {int} NOT NULL,
    retired_at {int}
){strict};

CREATE TABLE remote_key (
    key_id TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    host TEXT NOT NULL,
    pem TEXT NOT NULL,
    fetched_at {int} NOT NULL,
    refetched_at {int} NOT NULL,
    renewed_at {int},
    gone_at {int}
){strict};
CREATE INDEX remote_key_by_owner ON remote_key (owner);
CREATE INDEX remote_key_by_age ON remote_key (fetched_at);

CREATE TABLE block (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    created_at {int} NOT NULL,
    UNIQUE (blog_pk, kind, value)
){strict};

CREATE TABLE media (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    width {int} NOT NULL,
    height {int} NOT NULL,
    size {int} NOT NULL,
    alt TEXT NOT NULL,
    created_at {int} NOT NULL,
    UNIQUE (blog_pk, name)
){strict};

CREATE TABLE post (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    ulid TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    object_id TEXT UNIQUE,
    path TEXT,
    title TEXT NOT NULL,
    slug TEXT NOT NULL,
    markdown TEXT NOT NULL,
    html TEXT NOT NULL,
    summary TEXT NOT NULL,
    summary_off_at {int},
    excerpt TEXT NOT NULL,
    language TEXT NOT NULL,
    content_warning TEXT NOT NULL,
    comment_policy TEXT,
    last_comment_number {int} NOT NULL,
    created_at {int} NOT NULL,
    published_at {int},
    edited_at {int},
    updated_at {int},
    update_due_at {int},
    update_sent_at {int},
    unpublished_at {int},
    deleted_at {int}
){strict};
CREATE INDEX post_by_date ON post (blog_pk, state, published_at, pk);
CREATE INDEX post_by_update ON post (update_due_at) WHERE update_due_at IS NOT NULL;

-- Every address a post ever had; a path that is not the post's own redirects to it.
CREATE TABLE post_path (
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    path TEXT NOT NULL,
    post_pk {int} NOT NULL REFERENCES post (pk),
    created_at {int} NOT NULL,
    PRIMARY KEY (blog_pk, path)
){strict};

CREATE TABLE post_tag (
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    post_pk {int} NOT NULL REFERENCES post (pk),
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    position {int} NOT NULL,
    PRIMARY KEY (post_pk, slug)
){strict};
CREATE INDEX post_tag_by_slug ON post_tag (blog_pk, slug);

CREATE TABLE post_media (
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    post_pk {int} NOT NULL REFERENCES post (pk),
    media_pk {int} NOT NULL REFERENCES media (pk),
    file_name TEXT NOT NULL,
    alt TEXT NOT NULL,
    position {int} NOT NULL,
    PRIMARY KEY (post_pk, media_pk, file_name)
){strict};
CREATE INDEX post_media_by_media ON post_media (media_pk);

-- People named in a post or in an answer of ours, as resolved before it was sent.
CREATE TABLE addressee (
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    object_id TEXT NOT NULL,
    handle TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    url TEXT NOT NULL,
    inbox TEXT NOT NULL,
    PRIMARY KEY (object_id, actor_id)
){strict};

-- Every object id that we ever put on the wire; an ended one answers 410 with a Tombstone.
CREATE TABLE own_object (
    object_id TEXT NOT NULL PRIMARY KEY,
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    kind TEXT NOT NULL,
    post_pk {int} REFERENCES post (pk),
    comment_pk {int},
    created_at {int} NOT NULL,
    ended_at {int}
){strict};
CREATE INDEX own_object_by_post ON own_object (post_pk);

CREATE TABLE comment (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    post_pk {int} NOT NULL REFERENCES post (pk),
    parent_pk {int} REFERENCES comment (pk),
    number {int},
    object_id TEXT NOT NULL,
    actor_pk {int} NOT NULL REFERENCES actor (pk),
    state TEXT NOT NULL,
    audience TEXT NOT NULL,
    rule TEXT NOT NULL,
    html TEXT NOT NULL,
    text TEXT NOT NULL,
    markdown TEXT NOT NULL,
    summary TEXT NOT NULL,
    language TEXT NOT NULL,
    url TEXT NOT NULL,
    attachments TEXT NOT NULL,
    published_at {int} NOT NULL,
    updated_at {int},
    edited_at {int},
    received_at {int} NOT NULL,
    shown_at {int},
    removed_at {int},
    read_at {int},
    UNIQUE (blog_pk, object_id),
    UNIQUE (post_pk, number)
){strict};
CREATE INDEX comment_by_post ON comment (post_pk, number);
CREATE INDEX comment_by_parent ON comment (parent_pk) WHERE parent_pk IS NOT NULL;
CREATE INDEX comment_by_actor ON comment (actor_pk, received_at);
CREATE INDEX comment_by_state ON comment (blog_pk, state, received_at);
CREATE INDEX comment_by_url ON comment (blog_pk, url);
CREATE INDEX comment_unread ON comment (blog_pk) WHERE read_at IS NULL;

-- The only comments that pages, feeds, counts and collections may read (security.md P01).
CREATE VIEW public_comment AS
SELECT c.*
FROM comment c
JOIN actor a ON a.pk = c.actor_pk
WHERE c.state = 'shown'
  AND c.audience IN ('public', 'unlisted')
  AND c.removed_at IS NULL
  AND a.suspended_at IS NULL
  AND a.gone_at IS NULL
  AND a.hides_public_at IS NULL
  AND (c.audience = 'public' OR a.hides_unlisted_at IS NULL);

CREATE TABLE reaction (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    post_pk {int} NOT NULL REFERENCES post (pk),
    comment_pk {int} REFERENCES comment (pk),
    actor_pk {int} NOT NULL REFERENCES actor (pk),
    kind TEXT NOT NULL,
    content TEXT NOT NULL,
    object_id TEXT NOT NULL,
    activity_id TEXT,
    icon_url TEXT,
    created_at {int} NOT NULL,
    UNIQUE (object_id, actor_pk, kind, content, blog_pk)
){strict};
CREATE INDEX reaction_by_post ON reaction (post_pk, kind);
CREATE INDEX reaction_by_activity ON reaction (activity_id) WHERE activity_id IS NOT NULL;
CREATE INDEX reaction_by_actor ON reaction (actor_pk);

-- Copies of custom emoji; without a file where the picture was not to be had.
CREATE TABLE emoji (
    icon_url TEXT NOT NULL PRIMARY KEY,
    file_name TEXT,
    asked_at {int} NOT NULL
){strict};
CREATE INDEX emoji_by_age ON emoji (asked_at);

CREATE TABLE mention (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    actor_pk {int} NOT NULL REFERENCES actor (pk),
    object_id TEXT NOT NULL,
    audience TEXT NOT NULL,
    html TEXT NOT NULL,
    text TEXT NOT NULL,
    url TEXT NOT NULL,
    published_at {int} NOT NULL,
    received_at {int} NOT NULL,
    removed_at {int},
    read_at {int},
    UNIQUE (blog_pk, object_id)
){strict};
CREATE INDEX mention_by_age ON mention (blog_pk, received_at);
CREATE INDEX mention_by_actor ON mention (actor_pk);

CREATE TABLE report (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    actor_id TEXT NOT NULL,
    host TEXT NOT NULL,
    content TEXT NOT NULL,
    object_ids TEXT NOT NULL,
    received_at {int} NOT NULL,
    closed_at {int}
){strict};
CREATE INDEX report_by_host ON report (host, received_at);

CREATE TABLE follower (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    actor_pk {int} NOT NULL REFERENCES actor (pk),
    state TEXT NOT NULL,
    follow_id TEXT,
    follow TEXT NOT NULL,
    delivery_inbox TEXT NOT NULL,
    host TEXT NOT NULL,
    requested_at {int} NOT NULL,
    accepted_at {int},
    accept_delivered_at {int},
    UNIQUE (actor_pk, blog_pk)
){strict};
CREATE INDEX follower_by_inbox ON follower (delivery_inbox, blog_pk, accept_delivered_at);
CREATE INDEX follower_by_host ON follower (host);
CREATE INDEX follower_by_age ON follower (blog_pk, state, requested_at);

CREATE TABLE activity (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    activity_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    actor_pk {int} NOT NULL REFERENCES actor (pk),
    post_pk {int} REFERENCES post (pk),
    body {bytes} NOT NULL,
    is_public {int} NOT NULL,
    created_at {int} NOT NULL
){strict};
CREATE INDEX activity_by_object ON activity (object_id);
CREATE INDEX activity_by_post ON activity (post_pk);

-- Its blog is that of its activity: one reference to check for each of 30,000 rows, not two.
CREATE TABLE delivery (
    pk {pk},
    blog_pk {int} NOT NULL,
    activity_pk {int} NOT NULL REFERENCES activity (pk),
    object_id TEXT NOT NULL,
    inbox TEXT NOT NULL,
    host TEXT NOT NULL,
    lane {int} NOT NULL,
    state TEXT NOT NULL,
    due_at {int} NOT NULL,
    leased_until {int},
    leased_by TEXT,
    attempts {int} NOT NULL,
    last_status {int},
    last_error TEXT NOT NULL,
    created_at {int} NOT NULL,
    ended_at {int},
    UNIQUE (activity_pk, inbox)
){strict};
-- What may be claimed; a leased row is out of it, and so costs no claim anything.
CREATE INDEX delivery_due ON delivery (lane, due_at, pk, host) WHERE ended_at IS NULL AND leased_until IS NULL;
CREATE INDEX delivery_order ON delivery (object_id, inbox, pk) WHERE ended_at IS NULL;
CREATE INDEX delivery_by_host ON delivery (host, due_at) WHERE ended_at IS NULL;
CREATE INDEX delivery_leased ON delivery (leased_until, host) WHERE leased_until IS NOT NULL;

-- Workers claim deliveries one after the other: each must see how many the others have just leased to a host.
CREATE TABLE claim_turn (
    queue TEXT NOT NULL PRIMARY KEY,
    taken_at {int} NOT NULL
){strict};
INSERT INTO claim_turn (queue, taken_at) VALUES ('delivery', 0);

-- Inboxes that answer 404, until they answer otherwise.
CREATE TABLE missing_inbox (
    inbox TEXT NOT NULL PRIMARY KEY,
    count {int} NOT NULL,
    since {int} NOT NULL,
    last_at {int} NOT NULL
){strict};

CREATE TABLE host (
    name TEXT NOT NULL PRIMARY KEY,
    failures {int} NOT NULL,
    failing_since {int},
    failed_at {int},
    open_until {int},
    open_for {int} NOT NULL,
    retry_after {int},
    signature_form TEXT NOT NULL,
    signature_form_at {int},
    reached_at {int},
    heard_at {int}
){strict};

CREATE TABLE inbox_event (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    signer TEXT NOT NULL,
    activity_id TEXT NOT NULL,
    type TEXT NOT NULL,
    actor TEXT NOT NULL,
    object_id TEXT NOT NULL,
    body_sha256 TEXT NOT NULL,
    body {bytes},
    headers TEXT NOT NULL,
    received_at {int} NOT NULL,
    due_at {int} NOT NULL,
    leased_until {int},
    leased_by TEXT,
    attempts {int} NOT NULL,
    verdict TEXT NOT NULL,
    reason TEXT NOT NULL,
    ended_at {int},
    UNIQUE (signer, activity_id, body_sha256)
){strict};
CREATE INDEX inbox_event_due ON inbox_event (due_at, pk) WHERE ended_at IS NULL;
CREATE INDEX inbox_event_order ON inbox_event (signer, pk) WHERE ended_at IS NULL;
CREATE INDEX inbox_event_by_age ON inbox_event (blog_pk, received_at);
CREATE INDEX inbox_event_leased ON inbox_event (leased_until) WHERE leased_until IS NOT NULL;

-- Signatures that were used; the same bytes again are a replay without effect.
CREATE TABLE used_signature (
    sha256 TEXT NOT NULL PRIMARY KEY,
    used_at {int} NOT NULL
){strict};
CREATE INDEX used_signature_by_age ON used_signature (used_at);

-- Requests whose sender could not be proven, counted by day.
CREATE TABLE unproven (
    day {int} NOT NULL,
    host TEXT NOT NULL,
    reason TEXT NOT NULL,
    count {int} NOT NULL,
    last_at {int} NOT NULL,
    PRIMARY KEY (day, host, reason)
){strict};

-- Objects whose Delete came, perhaps before their Create.
CREATE TABLE tombstone (
    object_id TEXT NOT NULL,
    signer TEXT NOT NULL,
    deleted_at {int} NOT NULL,
    PRIMARY KEY (object_id, signer)
){strict};
CREATE INDEX tombstone_by_age ON tombstone (deleted_at);
