-- Who may reply and quote, who asked to, and what the owners of what we answered said to that.
ALTER TABLE blog ADD COLUMN reply_scope TEXT NOT NULL DEFAULT 'everyone';
ALTER TABLE blog ADD COLUMN quote_policy TEXT NOT NULL DEFAULT 'everyone';
ALTER TABLE post ADD COLUMN reply_scope TEXT;
ALTER TABLE post ADD COLUMN quote_policy TEXT;

CREATE TABLE interaction (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    kind TEXT NOT NULL,
    actor_pk {int} NOT NULL REFERENCES actor (pk),
    post_pk {int} NOT NULL REFERENCES post (pk),
    object_id TEXT NOT NULL,
    target_id TEXT NOT NULL,
    request TEXT NOT NULL,
    state TEXT NOT NULL,
    approval_id TEXT,
    asked_at {int} NOT NULL,
    decided_at {int},
    UNIQUE (blog_pk, object_id, kind)
){strict};
CREATE INDEX interaction_by_actor ON interaction (actor_pk, kind, asked_at);
CREATE INDEX interaction_by_state ON interaction (blog_pk, kind, state);
CREATE INDEX interaction_rejected ON interaction (decided_at) WHERE state = 'rejected';

-- Every authorization that we ever gave; one that was withdrawn answers 410.
CREATE TABLE approval (
    approval_id TEXT NOT NULL PRIMARY KEY,
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    interaction_pk {int} NOT NULL REFERENCES interaction (pk),
    given_at {int} NOT NULL,
    ended_at {int}
){strict};
CREATE INDEX approval_by_interaction ON approval (interaction_pk);

CREATE TABLE quote (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    post_pk {int} NOT NULL REFERENCES post (pk),
    comment_pk {int},
    actor_pk {int} NOT NULL REFERENCES actor (pk),
    object_id TEXT NOT NULL,
    target_id TEXT NOT NULL,
    audience TEXT NOT NULL,
    html TEXT NOT NULL,
    text TEXT NOT NULL,
    url TEXT NOT NULL,
    published_at {int} NOT NULL,
    updated_at {int},
    received_at {int} NOT NULL,
    read_at {int},
    UNIQUE (blog_pk, object_id)
){strict};
CREATE INDEX quote_by_post ON quote (post_pk, published_at);
CREATE INDEX quote_by_age ON quote (blog_pk, received_at);
CREATE INDEX quote_by_actor ON quote (actor_pk, received_at);

-- Notes of ours that answer somebody else's; only `owner_id` may accept or reject them.
CREATE TABLE own_interaction (
    object_id TEXT NOT NULL PRIMARY KEY,
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    target_id TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    request_id TEXT,
    state TEXT NOT NULL,
    approval_id TEXT,
    sent_at {int} NOT NULL,
    answered_at {int}
){strict};
CREATE INDEX own_interaction_by_request ON own_interaction (request_id) WHERE request_id IS NOT NULL;

-- The only quotes that readers may see: those that were approved and are for everybody (security.md P01).
CREATE VIEW public_quote AS
SELECT q.*
FROM quote q
JOIN actor a ON a.pk = q.actor_pk
JOIN interaction i ON i.blog_pk = q.blog_pk AND i.object_id = q.object_id AND i.kind = 'quote'
WHERE i.state = 'approved'
  AND q.audience IN ('public', 'unlisted')
  AND a.suspended_at IS NULL
  AND a.gone_at IS NULL
  AND a.hides_public_at IS NULL
  AND (q.audience = 'public' OR a.hides_unlisted_at IS NULL);
