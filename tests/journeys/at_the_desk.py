"""An author who is logged in at a blog in the box, on either engine."""

from fedblog.domain.blog import Session
from fedblog.ids import token_hash
from fedblog.services.workshop import the_blog
from fedblog.store import accounts
from tests.unit.web.admin.browser import Browser


async def author_of(blog) -> Browser:
    """A browser with a session of its own."""
    home, now, token = await the_blog(blog.shop.store.reader), blog.shop.now(), "token-of-the-session"

    async def work(db):
        pk = await accounts.create(db, home.pk, "author", "no password is asked for", now)
        await accounts.add_session(db, Session(token_hash(token), pk, "token-of-the-forms", now, now))

    await blog.shop.store.write(work)
    browser = Browser(blog.site, origin=blog.origin, host=blog.host)
    browser.cookies["__Host-fedblog"] = token
    return browser
