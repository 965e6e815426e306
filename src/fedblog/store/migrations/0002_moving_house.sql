-- Moving house: the author's other accounts, the blog's own moves, people who moved, followers who were let go.

-- What the actor says in `alsoKnownAs`, and what was last seen of each of these accounts.
CREATE TABLE alias (
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    actor_id TEXT NOT NULL,
    handle TEXT NOT NULL,
    url TEXT NOT NULL,
    software TEXT NOT NULL,
    moved_to TEXT,
    trouble TEXT NOT NULL,
    added_at {int} NOT NULL,
    looked_at {int} NOT NULL,
    proven_at {int},
    move_received_at {int},
    PRIMARY KEY (blog_pk, actor_id)
){strict};

CREATE TABLE own_move (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    target_id TEXT NOT NULL,
    target_handle TEXT NOT NULL,
    target_url TEXT NOT NULL,
    activity_pk {int} NOT NULL REFERENCES activity (pk),
    followers {int} NOT NULL,
    moved_at {int} NOT NULL,
    undone_at {int}
){strict};
CREATE INDEX own_move_by_age ON own_move (blog_pk, moved_at);

-- How many followers each server had when the blog moved.
CREATE TABLE own_move_host (
    own_move_pk {int} NOT NULL REFERENCES own_move (pk),
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    host TEXT NOT NULL,
    followers {int} NOT NULL,
    PRIMARY KEY (own_move_pk, host)
){strict};

-- People who moved, both accounts agreeing: what they left here leads to the new one.
CREATE TABLE actor_move (
    actor_pk {int} NOT NULL PRIMARY KEY REFERENCES actor (pk) ON DELETE CASCADE,
    target_pk {int} NOT NULL REFERENCES actor (pk),
    moved_at {int} NOT NULL
){strict};
CREATE INDEX actor_move_by_target ON actor_move (target_pk);

-- Followers whom nobody sent away by hand, and why they follow no more.
CREATE TABLE former_follower (
    pk {pk},
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    actor_id TEXT NOT NULL,
    handle TEXT NOT NULL,
    host TEXT NOT NULL,
    reason TEXT NOT NULL,
    left_at {int} NOT NULL
){strict};
CREATE INDEX former_follower_by_age ON former_follower (blog_pk, left_at);
