"""What is loaded only when it is asked for."""

import subprocess
import sys

from fedblog.web.routes import FOR_THE_AUTHOR, table
from tests.unit.web.asgi import ask


def test_the_author_s_rooms_are_not_loaded_before_somebody_knocks():
    code = "import sys, fedblog.web.site; print([name for name in sys.modules if 'web.admin' in name])"
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert said.strip() == "[]"


def test_all_of_the_author_s_addresses_are_where_they_are_looked_for():
    from fedblog.web.admin import routes

    paths = [route.path for answering in routes.FOR_THE_AUTHOR for route in answering.routes]
    assert paths
    for path in paths:
        assert path in FOR_THE_AUTHOR or path.startswith(tuple(f"{address}/" for address in FOR_THE_AUTHOR)), path


def test_the_table_has_them_all():
    assert "/admin/login" in {getattr(route, "path", "") for route in table()}


async def test_they_answer_as_any_other(blog):
    assert (await ask(blog.site, "/admin/login")).status == 200
    assert (await ask(blog.site, "/admin/login/")).header("location").endswith("/admin/login")
    assert (await ask(blog.site, "/admin/nowhere")).status == 404
    assert (await ask(blog.site, "/admin/login", "PUT")).status == 405
    assert (await ask(blog.site, "/administer")).status == 404
