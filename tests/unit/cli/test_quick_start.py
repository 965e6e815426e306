"""`--help` is quick: the command line imports what a command needs only when it runs."""

import subprocess
import sys

CODE = """
import sys
from fedblog.cli.main import parser
parser().format_help()
heavy = {"starlette", "uvicorn", "httpx", "jinja2", "sqlite3", "cryptography", "markdown_it", "PIL", "argon2"}
print(*sorted(heavy & set(sys.modules)))
"""


def test_the_command_line_alone_imports_nothing_heavy():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
