"""`fedblog keys`, and how an old blog gets the keys of a newer version."""

import contextlib
import sqlite3


def forget_proving_key(blog):
    with contextlib.closing(sqlite3.connect(blog.folder / "data" / "fedblog.db")) as database:
        database.execute("DELETE FROM own_key WHERE kind = 'ed25519'")
        database.commit()


def listed(blog):
    return [(key["actor"], key["kind"], key["state"]) for key in blog("keys", "list", "--json").json]


IN_USE = [("blog", "rsa", "in use"), ("instance", "rsa", "in use"), ("blog", "ed25519", "in use")]


def test_keys_are_listed_without_their_private_halves(blog):
    done = blog("keys", "list", "--json")
    assert listed(blog) == IN_USE
    assert set(done.json[0]) == {
        "pk", "actor", "actor_id", "key_id", "kind", "state", "created_at", "takes_over_at", "retired_at",
    }  # fmt: skip
    assert done.json[0]["key_id"] == f"{done.json[0]['actor_id']}#main-key"
    assert "PRIVATE" not in done.out
    table = blog("keys", "list").out
    assert "#ed25519-key" in table
    assert "in use" in table


def test_a_change_is_announced_once_and_can_be_hurried(blog):
    done = blog("keys", "rotate")
    assert done.status == 0
    assert "take over at 20" in done.out
    announced = [key for key in blog("keys", "list", "--json").json if key["state"] == "announced"]
    assert [key["key_id"].partition("#")[2] for key in announced] == ["main-key-2", "main-key-2", "ed25519-key-2"]
    assert all(key["takes_over_at"] for key in announced)

    again = blog("keys", "rotate")
    assert again.status == 1
    assert "under way already. It ends in about 48 hours, or at once with: fedblog keys rotate --now" in again.said

    hurried = blog("keys", "rotate", "--now")
    assert hurried.status == 0
    assert "WARNING: nobody was told" in hurried.said
    assert listed(blog) == [(*key[:2], "gone") for key in IN_USE] + IN_USE


def test_the_audit_tells_who_changed_keys(blog):
    blog("keys", "rotate")
    with contextlib.closing(sqlite3.connect(blog.folder / "data" / "fedblog.db")) as database:
        [line] = database.execute("SELECT account_name, action FROM audit").fetchall()
    assert line == ("command line", "announced new keys")


def test_migrate_makes_the_key_that_an_old_blog_lacks(blog):
    forget_proving_key(blog)
    assert blog("migrate").status == 0
    assert listed(blog) == IN_USE
    before = blog("keys", "list", "--json").json
    assert blog("migrate").status == 0
    assert blog("keys", "list", "--json").json == before


def test_an_old_blog_that_never_started_anew_can_still_publish(blog):
    forget_proving_key(blog)
    file = blog.folder / "post.md"
    file.write_text("Words.", encoding="utf-8")
    assert blog("post", "publish", str(file), "--title", "Old").status == 0
