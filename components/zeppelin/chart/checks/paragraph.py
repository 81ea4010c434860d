"""Proves that a paragraph run by REST has Spark compute what follows from this run's nonce, and that one that fails is reported so.

Argument: the address of Zeppelin. The last line of output is a JSON object of facts; a failure ends with its reason and exit code
1, and a Spark that others keep busy with exit code 75. The notebook and its interpreter, with the Spark driver in it, are removed in either case.
"""

import json
import time
import uuid

from program import CheckFailure, NoRoom, run_program
from rest import expect_success, request

NUMBERS = 100_000
MODULUS = 1_000_003
PATIENCE_SECONDS = 120

SUM = """%python
import time
from pyspark.sql import SparkSession

spark = SparkSession.builder.config("spark.ui.enabled", "false").getOrCreate()
deadline = time.monotonic() + {patience}
# The driver's own block manager is one of them.
while spark.sparkContext._jsc.sc().getExecutorMemoryStatus().size() < 2:
    if time.monotonic() > deadline:
        print("NO ROOM {nonce}")
        spark.stop()
        raise SystemExit
    time.sleep(0.2)
numbers = spark.range({numbers}).selectExpr("id", "reflect('java.lang.System', 'getenv', 'HOSTNAME') AS executor")
row = numbers.selectExpr(
    "sum((id * {factor}) % {modulus}) AS total", "array_join(sort_array(collect_set(executor)), ',') AS executors"
).first()
print("RESULT", "{nonce}", row["total"], row["executors"], spark.sparkContext.master)
spark.stop()
"""

FAILURE = """%python
raise ValueError("{nonce}")
"""


def make_notebook(zeppelin, nonce):
    """Makes a notebook; returns its identifier and those of its paragraphs."""
    values = {"nonce": nonce, "numbers": NUMBERS, "factor": factor(nonce), "modulus": MODULUS}
    values["patience"] = PATIENCE_SECONDS
    texts = [text.format(**values) for text in (SUM, FAILURE)]
    paragraphs = [{"text": text} for text in texts]
    body = {"name": f"bigdata-check-{nonce}", "paragraphs": paragraphs}
    note = expect_success("the new notebook", request("POST", f"{zeppelin}/api/notebook", body))
    made = expect_success("the notebook", request("GET", f"{zeppelin}/api/notebook/{note}"))["paragraphs"]
    print(f"made notebook {note} of {len(texts)} paragraphs", flush=True)
    return note, [paragraph["id"] for paragraph in made[: len(texts)]]


def run_paragraph(zeppelin, note, paragraph):
    """Runs a paragraph to its end; returns its code and what it printed."""
    url = f"{zeppelin}/api/notebook/run/{note}/{paragraph}"
    result = expect_success("the run of a paragraph", request("POST", url))
    text = "\n".join(message["data"] for message in result.get("msg", []))
    return result["code"], text


def read_result(code, text, nonce):
    """Compares what the paragraph printed with what follows from the nonce, and from another one; returns the facts."""
    if f"NO ROOM {nonce}" in text:
        raise NoRoom(f"Spark had no free worker for the paragraph within {PATIENCE_SECONDS} s")
    results = [line.split()[2:] for line in text.splitlines() if line.startswith(f"RESULT {nonce} ")]
    if code != "SUCCESS" or len(results) != 1:
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith(("\t", " "))]
        raise CheckFailure(f"the paragraph ended with {code}: {(lines or ['it printed nothing'])[-1]}")
    total, executors, master = int(results[0][0]), results[0][1].split(","), results[0][2]
    if total != expected(nonce) or total == expected(uuid.uuid4().hex):
        raise CheckFailure(f"the paragraph returned {total} instead of {expected(nonce)}")
    if not master.startswith("spark://"):
        raise CheckFailure(f"the paragraph ran on {master} instead of the Spark cluster")
    print(f"the paragraph on Spark returned {total}", flush=True)
    return {"result": total, "executors": executors, "master": master}


def expect_failure(code, text, nonce):
    if code != "ERROR" or f"ValueError: {nonce}" not in text:
        raise CheckFailure(f"a paragraph that raises an error ended with {code}")
    print("a paragraph that fails is reported as failed", flush=True)


def remove(zeppelin, note):
    """Ends the notebook's interpreter and removes it."""
    request("PUT", f"{zeppelin}/api/interpreter/setting/restart/python", {"noteId": note})
    request("DELETE", f"{zeppelin}/api/notebook/{note}")
    status = request("GET", f"{zeppelin}/api/notebook/{note}")[0]
    if status != 404:
        raise CheckFailure(f"Zeppelin answered {status} for the notebook that was removed")


def factor(nonce):
    """A number that differs from run to run."""
    return int(nonce[:8], 16)


def expected(nonce):
    return sum(number * factor(nonce) % MODULUS for number in range(NUMBERS))


def run(zeppelin):
    started = time.monotonic()
    nonce = uuid.uuid4().hex
    note, (total, failure) = make_notebook(zeppelin, nonce)
    try:
        facts = read_result(*run_paragraph(zeppelin, note, total), nonce)
        expect_failure(*run_paragraph(zeppelin, note, failure), nonce)
    finally:
        remove(zeppelin, note)
    milliseconds = round((time.monotonic() - started) * 1000)
    print(json.dumps({**facts, "failingParagraph": "ERROR", "nonce": nonce, "milliseconds": milliseconds}), flush=True)


if __name__ == "__main__":
    run_program(run)
