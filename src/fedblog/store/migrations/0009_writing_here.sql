-- Readers who write their reply here and let their own server post it.

-- What the author has switched on, and since when.
CREATE TABLE blog_switch (
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    name TEXT NOT NULL,
    on_at {int} NOT NULL,
    PRIMARY KEY (blog_pk, name)
){strict};

-- Servers where the blog is known as an application that may post for its people.
CREATE TABLE reply_app (
    origin TEXT NOT NULL PRIMARY KEY,
    client_id TEXT NOT NULL,
    client_secret TEXT NOT NULL,
    authorize_url TEXT NOT NULL,
    token_url TEXT NOT NULL,
    revoke_url TEXT NOT NULL,
    redirect_url TEXT NOT NULL,
    registered_at {int} NOT NULL,
    used_at {int} NOT NULL
){strict};
CREATE INDEX reply_app_by_age ON reply_app (used_at);

-- Replies that wait for their writer to come back from their own server; an hour at most.
CREATE TABLE reply_draft (
    state_hash TEXT NOT NULL PRIMARY KEY,
    binding_hash TEXT NOT NULL,
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    post_pk {int} NOT NULL,
    number {int},
    origin TEXT NOT NULL,
    handle TEXT NOT NULL,
    body TEXT NOT NULL,
    code_verifier TEXT NOT NULL,
    created_at {int} NOT NULL
){strict};
CREATE INDEX reply_draft_by_age ON reply_draft (created_at);
