"""A browser of the plainest kind: it keeps cookies, sends forms as pages give them, and runs no script."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urlencode

from tests.unit.web.asgi import HOST, Answer, ask

ORIGIN = f"https://{HOST}"


@dataclass
class Form:
    """A form of a page: where it goes, and what it would send untouched, without its buttons."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    buttons: list[str] = field(default_factory=list)

    def filled(self, **values: str | None) -> list[tuple[str, str]]:
        """The fields with some of them typed over; None takes one away."""
        kept = [(name, value) for name, value in self.fields if name not in values]
        return kept + [(name, value) for name, value in values.items() if value is not None]

    def value(self, name: str) -> str:
        return dict(self.fields)[name]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._text: tuple[str, list[str]] | None = None
        self._select = ""
        self._is_open = False

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.forms.append(Form(given["action"]))
            self._is_open = True
        if not self._is_open:
            return
        form = self.forms[-1]
        if tag == "input" and given.get("name") and given["type"] not in {"file", "submit"}:
            if given["type"] not in {"checkbox", "radio"} or "checked" in given:
                form.fields.append((given["name"], given.get("value") or ""))
        elif tag == "textarea":
            self._text = (given["name"], [])
        elif tag == "select":
            self._select = given["name"]
            form.fields.append((self._select, ""))
        elif tag == "option" and "selected" in given:
            form.fields[-1] = (self._select, given["value"])
        elif tag == "button":
            self._text = ("", [])

    def handle_data(self, data):
        if self._text:
            self._text[1].append(data)

    def handle_endtag(self, tag):
        if tag == "form":
            self._is_open = False
        elif tag in {"textarea", "button"} and self._text:
            name, parts = self._text
            text = "".join(parts)
            if tag == "textarea":
                self.forms[-1].fields.append((name, text.removeprefix("\n")))
            else:
                self.forms[-1].buttons.append(" ".join(text.split()))
            self._text = None


class Browser:
    """Somebody's browser at the blog. `cookies` may be looked at and changed."""

    def __init__(self, site, *, origin: str | None = ORIGIN, host: str = HOST, client: str = "203.0.113.9") -> None:
        self.site, self.origin, self.host, self.client = site, origin, host, client
        self.cookies: dict[str, str] = {}
        self.last: Answer = Answer()

    async def get(self, path: str, method: str = "GET") -> Answer:
        return await self._ask(path, method)

    async def send(self, path: str, fields, files=(), *, origin: str | None = "") -> Answer:
        """POST fields; with `files` (field, name, bytes) as multipart. `origin` None sends none."""
        pairs = list(fields.items()) if isinstance(fields, dict) else list(fields)
        kind, body = _multipart(pairs, files) if files else _urlencoded(pairs)
        from_where = self.origin if origin == "" else origin
        headers = [("content-type", kind)] + ([("origin", from_where)] if from_where else [])
        return await self._ask(path, "POST", headers, body)

    async def submit(self, form: Form, files=(), *, origin: str | None = "", **values) -> Answer:
        """Send a form of the last page."""
        return await self.send(form.action, form.filled(**values), files, origin=origin)

    async def follow(self, answer: Answer) -> Answer:
        """Go where a redirect leads."""
        assert answer.status == 303, (answer.status, answer.text)
        return await self.get(answer.header("location"))

    def form(self, action: str) -> Form:
        """The form of the last page that goes there."""
        forms = self.forms
        found = [form for form in forms if form.action == action]
        assert found, [form.action for form in forms]
        return found[0]

    @property
    def forms(self) -> list[Form]:
        parser = _Forms()
        parser.feed(self.last.text)
        return parser.forms

    @property
    def words(self) -> str:
        """The text of the last page."""
        return " ".join(re.sub(r"<[^>]*>", " ", self.last.text).split())

    async def _ask(self, path, method, headers=(), body=b""):
        sent = [*headers, ("accept", "text/html")]
        if self.cookies:
            sent.append(("cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items())))
        answer = await ask(self.site, path, method, headers=sent, body=body, host=self.host, client=self.client)
        for name, value in answer.headers:
            if name == "set-cookie":
                self._keep(value)
        self.last = answer
        return answer

    def _keep(self, header: str) -> None:
        for name, morsel in SimpleCookie(header).items():
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value


def _urlencoded(pairs) -> tuple[str, bytes]:
    return "application/x-www-form-urlencoded", urlencode(pairs).encode()


def _multipart(pairs, files) -> tuple[str, bytes]:
    edge = "edge-of-the-form"
    parts = [f'--{edge}\r\ncontent-disposition: form-data; name="{n}"\r\n\r\n{v}\r\n'.encode() for n, v in pairs]
    for name, file_name, data in files:
        head = f'--{edge}\r\ncontent-disposition: form-data; name="{name}"; filename="{file_name}"\r\n'
        parts.append(f"{head}content-type: application/octet-stream\r\n\r\n".encode() + data + b"\r\n")
    return f"multipart/form-data; boundary={edge}", b"".join(parts) + f"--{edge}--\r\n".encode()
