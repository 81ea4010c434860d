"""Requests to Zeppelin."""

import json
import urllib.error
import urllib.request

from program import CheckFailure


def request(method, url, body=None):
    """The status and the body that Zeppelin answers; no body for anything but a success."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, data=data, headers=headers, method=method), timeout=200
        ) as answer:
            return answer.status, json.load(answer).get("body")
    except urllib.error.HTTPError as refusal:
        return refusal.code, None
    except urllib.error.URLError as failure:
        raise CheckFailure(f"{url} does not answer: {failure.reason}") from failure


def expect_success(what, answer):
    status, body = answer
    if status != 200:
        raise CheckFailure(f"Zeppelin answered {status} to {what}")
    return body
