"""A server that speaks the hub's protocol: files by redirect to a store that serves ranges."""

import hashlib
import re
from collections.abc import Callable, Iterator

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

__all__ = ["COMMIT", "Hub"]

COMMIT = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """Serves `contents`, repository -> file -> bytes, and keeps the ranges that were asked for."""

    def __init__(self, server: HTTPServer, contents: dict[str, dict[str, bytes]]) -> None:
        self.contents = contents
        self.ranges: list[str | None] = []
        self.cut: Callable[[bytes], bytes] = lambda content: content
        """What reaches the client before the connection breaks, of what it asked for."""

        self.url = server.url_for("")
        self.store = self.url.replace("localhost", "127.0.0.1")  # as the hub's, on another host
        server.expect_request(re.compile(r"/store/.*")).respond_with_handler(self._store)
        server.expect_request(re.compile(r"/.*/resolve/main/.*")).respond_with_handler(self._hub)

    def _hub(self, request: Request) -> Response:
        repo, _, file = request.path[1:].partition("/resolve/main/")
        if repo not in self.contents:
            return Response(status=401, headers={"X-Error-Code": "RepoNotFound"})
        head = {"X-Repo-Commit": COMMIT}
        if file not in self.contents[repo]:
            return Response(status=404, headers={**head, "X-Error-Code": "EntryNotFound"})
        content = self.contents[repo][file]
        large = {
            "Location": f"{self.store}store/{repo}/{file}",
            "X-Linked-Etag": f'"{hashlib.sha256(content).hexdigest()}"',
            "X-Linked-Size": str(len(content)),
        }
        return Response(status=302, headers={**head, **large})

    def _store(self, request: Request) -> Response:
        repo, _, file = request.path.removeprefix("/store/").rpartition("/")
        content = self.contents[repo][file]
        asked = request.headers.get("Range")
        self.ranges.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        rest = content[start:]
        headers = {"Content-Length": str(len(rest)), "ETag": '"x"'}
        if asked:
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"

        def stream() -> Iterator[bytes]:
            yield self.cut(rest)

        return Response(stream(), status=206 if asked else 200, headers=headers)
