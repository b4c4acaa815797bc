"""HTTP: the card, the feeds, a token where one was agreed on, and answers that have not changed."""

import hashlib
import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, Header, HTTPException, Query, Request, Response

from .database import reading
from .feeds import MAX_PAGE, PATHS, card, page


def app(
    file: Path,
    public_url: str | None = None,
    token: str | None = None,
    page_size: int = MAX_PAGE,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> FastAPI:
    if not 1 <= page_size <= MAX_PAGE:
        raise ValueError(f"PAGE_SIZE is 1 to {MAX_PAGE}")

    def permitted(authorization: Annotated[str, Header()] = "") -> None:
        scheme, _, sent = authorization.partition(" ")
        # Compared in a time that tells nothing of how much of a guess was right.
        is_token = token and secrets.compare_digest(sent.strip().encode(), token.encode())
        if token and not (scheme.lower() == "bearer" and is_token):
            headers = {"WWW-Authenticate": "Bearer"}
            raise HTTPException(401, "send the token that was agreed on", headers)

    # Nothing but the contract's addresses.
    web = FastAPI(dependencies=[Depends(permitted)], openapi_url=None)

    def base(request: Request) -> str:
        # Behind a proxy the service cannot know by which name it is reached.
        return (public_url or str(request.base_url)).rstrip("/")

    # No ETag: the card tells the time, so no two are alike.
    @web.get("/region.json")
    def region(request: Request) -> Response:
        with reading(file) as database:
            return _json(card(database, base(request), clock()))

    @web.get("/changes/{path}")
    def changes(
        request: Request,
        path: str,
        after_change: Annotated[int, Query(alias="afterChange", ge=0, lt=2**63)] = 0,
        after_id: Annotated[UUID | None, Query(alias="afterId")] = None,
        if_none_match: Annotated[str, Header()] = "",
    ) -> Response:
        kind = PATHS.get(path)
        if kind is None:
            raise HTTPException(404, f"the feeds are {', '.join(PATHS)}")
        feed = f"{base(request)}/changes/{path}"
        asked = f"{feed}?{request.url.query}" if request.url.query else feed
        after = (after_change, str(after_id or ""))
        with reading(file) as database:
            response = _json(page(database, kind, after, page_size, feed, asked))
        return _unless_known(response, if_none_match)

    return web


def _json(body: dict) -> Response:
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    # Proxies ask here each time: a feed that is read a minute late is wrong for a minute.
    return Response(text, media_type="application/json", headers={"Cache-Control": "no-cache"})


def _unless_known(response: Response, if_none_match: str) -> Response:
    etag = f'"{hashlib.sha256(response.body).hexdigest()[:32]}"'
    response.headers["ETag"] = etag
    # A proxy that compresses marks the tag as weak (W/): the page is the same all the same.
    known = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    if etag in known or "*" in known:
        return Response(status_code=304, headers={"ETag": etag, "Cache-Control": "no-cache"})
    return response
