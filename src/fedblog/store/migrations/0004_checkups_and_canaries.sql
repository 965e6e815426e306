-- The last check of each blog, as its author sees it. `findings` is JSON.
CREATE TABLE checkup (
    blog_pk {int} NOT NULL PRIMARY KEY REFERENCES blog (pk),
    asked_at {int} NOT NULL,
    asked_by TEXT NOT NULL,
    leased_until {int},
    ended_at {int},
    problems {int} NOT NULL,
    warnings {int} NOT NULL,
    findings TEXT NOT NULL
){strict};

-- Actors of our own that live for minutes, one of each blog at a time. `sung` and `verdicts` are JSON.
CREATE TABLE canary (
    actor_id TEXT NOT NULL PRIMARY KEY,
    blog_pk {int} NOT NULL REFERENCES blog (pk),
    public_pem TEXT NOT NULL,
    follow_id TEXT NOT NULL,
    born_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    sung TEXT NOT NULL,
    verdicts TEXT NOT NULL,
    answered_at {int}
){strict};
