"""The files in deploy/, run by real nginx and Caddy in front of a real blog: the check finds nothing to mend.

And with one line changed, as people do, it names the fault.
"""

import contextlib
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import trustme

from tests.needs import missing
from tests.ports import free_port
from tests.unit.cli.conftest import Commands
from tests.unit.cli.test_serving import read_until, serving

pytestmark = pytest.mark.slow
DEPLOY = Path(__file__).parents[3] / "deploy"
NGINX = """daemon off; master_process off; pid {0}/pid; error_log stderr notice;
events {{}}
http {{
  access_log off;
  client_body_temp_path {0}/1; proxy_temp_path {0}/2; fastcgi_temp_path {0}/3; uwsgi_temp_path {0}/4; scgi_temp_path {0}/5;
  {1}
}}"""
SOUND = {"tls", "reach", "webfinger", "negotiation", "keys", "nodeinfo", "media", "inbox", "canary"}
CACHE = """proxy_cache z; proxy_cache_valid 200 303 1m; proxy_ignore_headers Cache-Control Vary Expires;
        proxy_set_header Host $http_host;"""


@pytest.fixture(scope="module")
def blog(tmp_path_factory):
    """A running blog with a post, whose public name is an https port of this machine that a proxy must serve."""
    made = Commands(tmp_path_factory.mktemp("behind"))
    authority = trustme.CA()
    authority.cert_pem.write_to_path(made.folder / "ca.pem")
    issued = authority.issue_cert("127.0.0.1")
    issued.private_key_pem.write_to_path(made.folder / "key.pem")
    for number, blob in enumerate(issued.cert_chain_pems):
        blob.write_to_path(made.folder / "chain.pem", append=bool(number))
    assert made("init", "--base-url", f"https://127.0.0.1:{free_port()}", "--laboratory").status == 0
    made.set("server.port", free_port())
    made.set("federation.ca_file", str(made.folder / "ca.pem"))
    (made.folder / "post.md").write_text("# Hello\n\nWorld.")
    assert made("post", "publish", made.folder / "post.md").status == 0
    with serving(made) as server:
        read_until(server, "Listening on")
        yield made


def ports(blog):
    written = blog.config.read_text()
    return int(re.search(r"base_url = .*:(\d+)", written)[1]), int(
        re.search(r"^port = (\d+)", written, re.MULTILINE)[1]
    )


def nginx_conf(blog, change=lambda text: text):
    """deploy/nginx.conf for this blog."""
    outside, inside = ports(blog)
    site = (DEPLOY / "nginx.conf").read_text()
    site = re.sub(r"listen \[::\].*\n", "", site).replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    site = site.replace("listen 443 ", f"listen 127.0.0.1:{outside} ").replace("127.0.0.1:8000", f"127.0.0.1:{inside}")
    site = re.sub(r"/etc/letsencrypt\S*fullchain.pem", str(blog.folder / "chain.pem"), site)
    site = re.sub(r"/etc/letsencrypt\S*privkey.pem", str(blog.folder / "key.pem"), site)
    return NGINX.format(blog.folder, change(site.replace("blog.example.org", "127.0.0.1")))


@contextlib.contextmanager
def proxy(blog, ready, *command):
    """A proxy that listens at the blog's public name. `ready`: what it says once it does."""
    where = {"cwd": blog.folder, "env": {"HOME": str(blog.folder)}}
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **where)
    try:
        said = next((line for line in running.stderr if ready in line), "")
        assert said, "the proxy has ended"
        yield
    finally:
        running.kill()
        running.communicate()


def checked(blog):
    """What `check --canary` finds."""
    return blog("check", "--canary", "--json")


def run_nginx(blog, change=lambda text: text):
    binary = shutil.which("nginx") or missing("nginx", "apt install nginx-light")
    (blog.folder / "nginx.conf").write_text(nginx_conf(blog, change))
    return proxy(blog, "epoll", binary, "-c", str(blog.folder / "nginx.conf"))


def assert_sound(done):
    assert done.status == 0, done.out
    of_names = [f for f in done.json if f["subject"] in SOUND]
    assert {f["grade"] for f in of_names} == {"ok"}, of_names
    assert {f["subject"] for f in of_names} == SOUND


def test_the_nginx_file_is_sound(blog):
    with run_nginx(blog):
        assert_sound(checked(blog))


def test_the_caddyfile_is_sound(blog):
    binary = shutil.which("caddy") or missing("Caddy", "apt install caddy")
    outside, inside = ports(blog)
    site = (DEPLOY / "Caddyfile").read_text().replace("127.0.0.1:8000", f"127.0.0.1:{inside}")
    own = f"https://127.0.0.1:{outside} {{\n\tbind 127.0.0.1\n\ttls {blog.folder}/chain.pem {blog.folder}/key.pem"
    written = "{\n\tadmin off\n\tauto_https off\n}\n" + site.replace("blog.example.org {", own)
    (blog.folder / "Caddyfile").write_text(written)
    with proxy(blog, "serving initial configuration", binary, "run", "--config", "Caddyfile", "--adapter", "caddyfile"):
        assert_sound(checked(blog))


@pytest.mark.parametrize(
    ("before", "after", "subject", "words"),
    [
        ("proxy_set_header Host $http_host;", "", "reach", "another host"),
        ("client_max_body_size 5m;", "client_max_body_size 500k;", "inbox", "too large"),
        ("proxy_set_header Host $http_host;", CACHE, "negotiation", "cache mixes"),
        ("proxy_set_header Host $http_host;", 'proxy_set_header Host $http_host; proxy_set_header Accept "";',
         "negotiation", "Accept does not get through"),
        ("proxy_set_header Host $http_host;", 'proxy_set_header Host $http_host; proxy_set_header Signature "";',
         "inbox", "the header signature is gone"),
        ("proxy_set_header Host $http_host;", "proxy_set_header Host $http_host; proxy_hide_header Vary;",
         "negotiation", "without Vary"),
        ("location / {\n        proxy_pass", "location /.well-known/ { return 404; }\n    location / {\n        proxy_pass",
         "webfinger", "something else answers"),
        ("proxy_pass http://fedblog;", "proxy_pass http://127.0.0.1:9;", "reach", "does not reach fedblog"),
    ],
    ids=["host", "size", "cache", "accept", "signature", "vary", "well-known", "gateway"],
)  # fmt: skip
def test_one_wrong_line_in_nginx_is_named(blog, before, after, subject, words):
    def change(site):
        assert before in site
        zone = f"proxy_cache_path {blog.folder}/cache keys_zone=z:1m;\n"
        return zone + site.replace(before, after)

    with run_nginx(blog, change):
        done = checked(blog)
    assert done.status == 1, done.out
    faults = [f for f in done.json if f["subject"] == subject and f["grade"] == "problem"]
    assert faults, done.out
    assert words in faults[0]["what"]
    assert faults[0]["whose"] in {"your proxy", "you"}
