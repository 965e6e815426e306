-- Whole threads: what is passed on to our followers, and the search for replies that never came.

-- Activities of others below our posts, which carry a proof of their own (ActivityPub section 7.1.2).
-- Without `sent_at` they wait until the author of the blog lets the comment through.
CREATE TABLE forwarding (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    body_sha256 TEXT NOT NULL,
    object_id TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    host TEXT NOT NULL,
    event_pk {int} NOT NULL,
    copies {int} NOT NULL,
    seen_at {int} NOT NULL,
    sent_at {int},
    UNIQUE (blog_pk, body_sha256)
){strict};
CREATE INDEX forwarding_by_object ON forwarding (object_id);
CREATE INDEX forwarding_by_age ON forwarding (blog_pk, sent_at);
CREATE INDEX forwarding_with_copies ON forwarding (sent_at) WHERE copies > 0;

-- The search for missing replies below a post: when the next one is wanted, and how far the present one has come.
CREATE TABLE thread_search (
    post_pk {int} NOT NULL PRIMARY KEY REFERENCES post (pk),
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    wanted_at {int},
    is_asked {int} NOT NULL,
    asks_people {int} NOT NULL,
    began_at {int},
    running_since {int},
    requests {int} NOT NULL,
    found {int} NOT NULL,
    unanswered {int} NOT NULL,
    rested_at {int} NOT NULL,
    ended_at {int},
    complete_at {int},
    leased_until {int},
    leased_by TEXT
){strict};
CREATE INDEX thread_search_wanted ON thread_search (wanted_at) WHERE wanted_at IS NOT NULL;
CREATE INDEX thread_search_running ON thread_search (rested_at) WHERE running_since IS NOT NULL;

-- Addresses that a search has to ask, or has asked.
CREATE TABLE search_step (
    post_pk {int} NOT NULL REFERENCES post (pk),
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    address TEXT NOT NULL,
    kind TEXT NOT NULL,
    level {int} NOT NULL,
    turn {int} NOT NULL,
    done_at {int},
    is_good {int} NOT NULL,
    PRIMARY KEY (post_pk, address)
){strict};
CREATE INDEX search_step_open ON search_step (post_pk, turn, level, address) WHERE done_at IS NULL;

-- When a worker was last seen at work: what happened in between was missed.
CREATE TABLE worker_pulse (
    name TEXT NOT NULL PRIMARY KEY,
    beat_at {int} NOT NULL
){strict};
