"""How the emulated Telegram says no."""

from http import HTTPStatus
from typing import Any


class ApiError(Exception):
    """The call is answered with this HTTP status; the description is what follows "Bad Request: " and the like."""

    def __init__(self, status: int, description: str = "", *, retry_after: int = 0) -> None:
        phrase = HTTPStatus(status).phrase
        super().__init__(f"{phrase}: {description}" if description else phrase)
        self.status = status
        self.retry_after = retry_after

    def body(self) -> dict[str, Any]:
        """The JSON that Telegram answers with."""
        body = {"ok": False, "error_code": self.status, "description": str(self)}
        return body | {"parameters": {"retry_after": self.retry_after}} if self.retry_after else body


class ViolationError(ApiError):
    """The bot broke a limit or a rule that it could have known; `detail` explains what Telegram leaves unsaid."""

    def __init__(self, description: str, detail: str = "", *, status: int = 400) -> None:
        super().__init__(status, description)
        self.detail = detail


class StaleError(ApiError):
    """The call came too late or repeats what is done already; also a correct bot meets this at times."""

    def __init__(self, description: str) -> None:
        super().__init__(400, description)


def too_many_requests(retry_after: int) -> ApiError:
    """The answer to a bot that calls too often; `retry_after` in seconds, 0 when the answer does not say."""
    description = f"retry after {retry_after}" if retry_after else "retry later"
    return ApiError(429, description, retry_after=retry_after)
