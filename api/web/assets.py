"""Style sheet, script and icon."""

import hashlib
from os import PathLike, stat_result
from pathlib import Path

from fastapi import Response
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"


class HashedFiles(StaticFiles):
    """Files whose addresses carry a hash of their content, so that a browser need never ask again."""

    def file_response(self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200) -> Response:
        """The file, to be kept for a year."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def addresses() -> dict[str, str]:
    """The address of every file by its name, new whenever the file is."""
    return {path.name: f"/static/{path.name}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:12]}" for path in FOLDER.iterdir()}
