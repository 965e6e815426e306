-- What the blog says and does outside of its own threads, whom it follows, and what it pins.

-- Whom the blog follows. There is no timeline: it lets them answer us, and lets servers send us what they pass on.
CREATE TABLE followee (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    actor_pk {int} NOT NULL REFERENCES actor (pk),
    state TEXT NOT NULL,
    follow_id TEXT NOT NULL UNIQUE,
    asked_at {int} NOT NULL,
    answered_at {int},
    UNIQUE (actor_pk, blog_pk)
){strict};
CREATE INDEX followee_by_age ON followee (blog_pk, asked_at);

-- A like or boost of ours. `actor_pk` wrote what it is about; `post_pk` is set where a post of ours is shared again.
CREATE TABLE gesture (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    kind TEXT NOT NULL,
    object_id TEXT NOT NULL,
    actor_pk {int} NOT NULL REFERENCES actor (pk),
    post_pk {int} REFERENCES post (pk),
    activity_id TEXT NOT NULL UNIQUE,
    url TEXT NOT NULL,
    words TEXT NOT NULL,
    created_at {int} NOT NULL,
    UNIQUE (object_id, kind, blog_pk)
){strict};
CREATE INDEX gesture_by_age ON gesture (blog_pk, created_at);
CREATE INDEX gesture_by_actor ON gesture (actor_pk);

-- An answer of ours below something that is not ours. `actor_pk` is who is answered, `words` the beginning of what,
-- `community_pk` the Group that it stands in, if any.
CREATE TABLE remark (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    object_id TEXT NOT NULL UNIQUE,
    in_reply_to TEXT NOT NULL,
    actor_pk {int} NOT NULL REFERENCES actor (pk),
    community_pk {int} REFERENCES actor (pk),
    audience TEXT NOT NULL,
    markdown TEXT NOT NULL,
    html TEXT NOT NULL,
    language TEXT NOT NULL,
    url TEXT NOT NULL,
    words TEXT NOT NULL,
    published_at {int} NOT NULL,
    updated_at {int}
){strict};
CREATE INDEX remark_by_age ON remark (blog_pk, published_at);
CREATE INDEX remark_by_actor ON remark (actor_pk);
CREATE INDEX remark_by_community ON remark (community_pk) WHERE community_pk IS NOT NULL;
CREATE INDEX remark_by_parent ON remark (in_reply_to);

CREATE TABLE pin (
    post_pk {int} NOT NULL PRIMARY KEY REFERENCES post (pk),
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    pinned_at {int} NOT NULL
){strict};
CREATE INDEX pin_by_age ON pin (blog_pk, pinned_at);

-- What a mention answers, "" for nothing: it may be something that the author said elsewhere.
ALTER TABLE mention ADD COLUMN in_reply_to TEXT NOT NULL DEFAULT '';

CREATE INDEX addressee_by_actor ON addressee (actor_id);
