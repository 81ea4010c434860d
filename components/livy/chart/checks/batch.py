"""Proves that an application submitted by REST runs on Spark: its result is the one that follows from this run's nonce.

Arguments: the address of Livy, that of the object store, and a bucket. Credentials of the object store: AWS_ACCESS_KEY_ID and
AWS_SECRET_ACCESS_KEY. The last line of output is a JSON object of facts; a failure ends with its reason and exit code 1, and a Spark
that others keep busy with exit code 75. The application and its batch are removed in either case.
"""

import hashlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid

APPLICATION = "/checks/application.py"
NUMBERS = 100_000
MODULUS = 1_000_003
PATIENCE_WITH_OTHERS_SECONDS = 120
NO_ROOM = 75
FINISHED = {"success", "dead", "error", "killed"}


class CheckFailure(Exception):
    """Something is not as the check demands; the message is for people."""


class NoRoom(Exception):
    """Spark has nothing to run the batch on, which says nothing about Livy."""


def request(method, url, body=None):
    """The status and the JSON that Livy answers; no JSON for anything but a success."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json", "X-Requested-By": "check"}
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, data=data, headers=headers, method=method), timeout=60
        ) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        return refusal.code, None
    except urllib.error.URLError as failure:
        raise CheckFailure(f"{url} does not answer: {failure.reason}") from failure


def store(method, url, *options):
    """One signed request to the object store; the secret reaches curl by standard input only."""
    user = f"{os.environ['AWS_ACCESS_KEY_ID']}:{os.environ['AWS_SECRET_ACCESS_KEY']}"
    quoted = user.replace("\\", "\\\\").replace('"', '\\"')
    command = ["curl", "--config", "-", "--silent", "--max-time", "30", "--aws-sigv4", "aws:amz:us-east-1:s3"]
    command += ["--output", "/dev/null", "--write-out", "%{http_code}", "--request", method, *options, url]
    return subprocess.run(command, input=f'user = "{quoted}"\n', capture_output=True, text=True).stdout


def put_application(url):
    with open(APPLICATION, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    status = store("PUT", url, "--upload-file", APPLICATION, "--header", f"x-amz-content-sha256: {digest}")
    if status != "200":
        raise CheckFailure(f"the object store answered {status} to the put of {url}")
    print(f"put the application at {url}", flush=True)


def submit(livy, file, nonce):
    """Starts the batch and returns its address."""
    status, batch = request(
        "POST",
        f"{livy}/batches",
        {
            "file": file,
            "args": [nonce, str(NUMBERS), str(factor(nonce)), str(MODULUS)],
            "name": f"bigdata-check-{nonce}",
            "conf": {"spark.ui.enabled": "false"},
        },
    )
    if status != 201:
        raise CheckFailure(f"Livy answered {status} to the batch")
    print(f"submitted batch {batch['id']}", flush=True)
    return f"{livy}/batches/{batch['id']}"


def await_end(batch):
    """Waits until the batch has finished and returns what it logged."""
    deadline = time.monotonic() + PATIENCE_WITH_OTHERS_SECONDS
    told = None
    while True:
        status, answer = request("GET", batch)
        state = answer["state"] if status == 200 else f"unknown: Livy answered {status}"
        if state in FINISHED:
            break
        if state != told:
            print(f"not yet: the batch is {state}", flush=True)
            told = state
        if time.monotonic() > deadline and any("has not accepted any resources" in line for line in log(batch)):
            raise NoRoom("Spark has no free worker for the batch")
        time.sleep(0.5)
    lines = log(batch)
    if state != "success":
        reasons = [line for line in lines if "Exception" in line or "error" in line.lower()]
        raise CheckFailure(f"the batch is {state}: {(reasons or lines or ['it logged nothing'])[-1].strip()}")
    return lines


def log(batch):
    """The last lines of the batch."""
    answer = request("GET", f"{batch}/log?from=0&size=1000")[1]
    return [] if answer is None else answer["log"]


def read_result(lines, nonce):
    """Compares what the batch printed with what follows from the nonce, and from another one; returns the facts."""
    results = [line.split()[2:] for line in lines if line.startswith(f"RESULT {nonce} ")]
    if len(results) != 1:
        raise CheckFailure(f"expected one result of this run in the batch's log, found {len(results)}")
    total, executors, master = int(results[0][0]), results[0][1].split(","), results[0][2]
    other = uuid.uuid4().hex
    if total != expected(nonce) or total == expected(other):
        raise CheckFailure(f"the batch returned {total} instead of {expected(nonce)}")
    if not master.startswith("spark://"):
        raise CheckFailure(f"the batch ran on {master} instead of the Spark cluster")
    of_another = sum(other in line for line in lines)
    return {"result": total, "executors": executors, "master": master, "linesOfAnotherNonce": of_another}


def factor(nonce):
    """A number that differs from run to run."""
    return int(nonce[:8], 16)


def expected(nonce):
    return sum(number * factor(nonce) % MODULUS for number in range(NUMBERS))


def run(livy, endpoint, bucket):
    started = time.monotonic()
    nonce = uuid.uuid4().hex
    name = f"bigdata-check-{nonce}.py"
    url = f"{endpoint}/{bucket}/{name}"
    put_application(url)
    try:
        batch = submit(livy, f"s3a://{bucket}/{name}", nonce)
        try:
            facts = read_result(await_end(batch), nonce)
        finally:
            request("DELETE", batch)
        status = request("GET", batch)[0]
        if status != 404:
            raise CheckFailure(f"Livy answered {status} for the batch that was removed")
    finally:
        store("DELETE", url)
    milliseconds = round((time.monotonic() - started) * 1000)
    print(json.dumps({**facts, "nonce": nonce, "milliseconds": milliseconds}), flush=True)


if __name__ == "__main__":
    try:
        run(*sys.argv[1:])
    except NoRoom as reason:
        print(reason, flush=True)
        sys.exit(NO_ROOM)
    except Exception as failure:
        kind = "" if isinstance(failure, CheckFailure) else f"{type(failure).__name__}: "
        print(f"FAILED: {kind}{failure}", flush=True)
        sys.exit(1)
