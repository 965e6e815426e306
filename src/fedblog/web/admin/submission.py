"""What the author's forms send: fields, and in some forms files (multipart, for the logged-in only)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.datastructures import UploadFile
from starlette.requests import Request

from fedblog.web import forms
from fedblog.web.forms import Form

LARGEST = 4 << 20
_MULTIPART = "multipart/form-data"
_MOST_FILES, _MOST_FIELDS = 2, 400


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came: its name is only a wish."""

    file_name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Submission(Form):
    """A form with the files that came with it, by the names of their fields."""

    files: Mapping[str, Upload] = field(default_factory=dict)


async def read(request: Request, *, takes_files: bool) -> Submission:
    """The form of a logged-in author, of at most 4 MiB.

    Raises `Invalid` for what is no form, and HTTP 400, 413 or 415 for what is broken, too large or of another kind.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if takes_files and kind == _MULTIPART:
        return await _multipart(request)
    form = await forms.read(request, LARGEST)
    return Submission(form.fields)


async def _multipart(request: Request) -> Submission:
    fields: dict[str, list[str]] = {}
    files: dict[str, Upload] = {}
    async with request.form(max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=LARGEST) as data:
        for name, value in data.multi_items():
            if not isinstance(value, UploadFile):
                fields.setdefault(name, []).append(value)
            elif value.size:
                files[name] = Upload(value.filename or "", await value.read())
    return Submission(fields, files)
