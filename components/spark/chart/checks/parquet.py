"""Proves that one job on every worker writes a table as Parquet to the object store, and that exactly its rows come back.

Arguments: the address of the master's web page, the number of workers, and the folder for the data. The last line of output is a
JSON object of facts; a failure ends with its reason and exit code 1, and a cluster that others keep busy with exit code 75. Table
and data are removed in either case.
"""

import json
import sys
import time
import urllib.error
import urllib.request
import uuid

from pyspark.sql import SparkSession

ROWS_OF_A_WORKER = 5_000
PARTITIONS_OF_A_WORKER = 2
MODULUS = 1_000_003
PATIENCE_WITH_OTHERS_SECONDS = 30
MEGABYTES_OF_AN_EXECUTOR = 512
NAME = "bigdata-check"
NO_ROOM = 75


class CheckFailure(Exception):
    """Something is not as the check demands; the message is for people."""


class NoRoom(Exception):
    """Other applications leave no room for the check, which says nothing about the cluster."""


def ask(master):
    """What the master says about its workers and applications; a text if it does not answer."""
    try:
        with urllib.request.urlopen(f"{master}/json/", timeout=10) as answer:
            return json.load(answer)
    except urllib.error.URLError as failure:
        return f"no answer ({failure.reason})"


def others(state):
    """Names of the applications that have cores, without this check."""
    running = state["activeapps"] if isinstance(state, dict) else []
    return sorted({app["name"] for app in running if app["name"] != NAME and app["cores"] > 0})


def has_room(worker):
    return worker["state"] == "ALIVE" and worker["coresfree"] >= 1 and worker["memoryfree"] >= MEGABYTES_OF_AN_EXECUTOR


told = None


def tell(missing):
    """Says what is missing: how long that may take, whoever runs the check decides."""
    global told
    if missing != told:
        print(f"not yet: {missing}", flush=True)
        told = missing


def await_workers(master, expected):
    """Waits until the master counts at least the expected number of workers as alive, with a free core each."""
    deadline = time.monotonic() + PATIENCE_WITH_OTHERS_SECONDS
    while True:
        state = ask(master)
        alive = state["aliveworkers"] if isinstance(state, dict) else state
        enough = isinstance(alive, int) and alive >= expected
        free = sum(has_room(worker) for worker in state["workers"]) if enough else 0
        if free >= expected:
            print(f"{alive} workers are alive", flush=True)
            return
        if enough and others(state):
            if time.monotonic() > deadline:
                raise NoRoom(f"{free} of {alive} workers have a free core, beside {', '.join(others(state))}")
        elif enough:
            tell(f"{free} of {alive} workers have a free core, though no application runs")
        else:
            tell(f"expected {expected} workers alive, the master at {master} counts {alive}")
        time.sleep(1)


def write(spark, table, path, nonce, workers):
    """Writes rows whose values follow from the nonce, each with the name of the pod that wrote it."""
    rows = spark.range(0, workers * ROWS_OF_A_WORKER, 1, workers * PARTITIONS_OF_A_WORKER).selectExpr(
        "id",
        f"'{nonce}' AS nonce",
        f"(id * {factor(nonce)}) % {MODULUS} AS value",
        "reflect('java.lang.System', 'getenv', 'HOSTNAME') AS writer",
    )
    rows.write.mode("errorifexists").format("parquet").option("path", path).saveAsTable(table)
    print(f"wrote {table} to {path}", flush=True)


def read(spark, table, path, nonce, workers, master):
    """Compares what the table and its files hold with what was written; returns the facts."""
    groups = spark.table(table).groupBy("nonce", "writer").agg({"id": "count", "value": "sum"}).collect()
    count = sum(group["count(id)"] for group in groups)
    total = sum(group["sum(value)"] for group in groups)
    writers = sorted(group["writer"] for group in groups)
    expected = [id * factor(nonce) % MODULUS for id in range(workers * ROWS_OF_A_WORKER)]
    if {group["nonce"] for group in groups} != {nonce} or count != len(expected) or total != sum(expected):
        raise CheckFailure(
            f"wrote {len(expected)} rows with the sum {sum(expected)}, read {count} with the sum {total}"
        )
    if len(set(writers)) != workers:
        rivals = others(ask(master))
        if rivals:
            raise NoRoom(f"{len(set(writers))} of {workers} workers had a core, beside {', '.join(rivals)}")
        raise CheckFailure(f"expected {workers} workers to write, found {writers}")
    other = uuid.uuid4().hex
    of_another = spark.read.parquet(path).where(f"nonce = '{other}'").count()
    if of_another != 0:
        raise CheckFailure(f"found {of_another} rows of a nonce that nobody wrote")
    print(f"read {count} rows back", flush=True)
    return {"writers": writers, "rows": count, "sum": total, "rowsOfAnotherNonce": of_another}


def remove(spark, table, path):
    """Drops the table and deletes its files."""
    spark.sql(f"DROP TABLE IF EXISTS {table}")
    folder = spark.sparkContext._jvm.org.apache.hadoop.fs.Path(path)
    files = folder.getFileSystem(spark.sparkContext._jsc.hadoopConfiguration())
    files.delete(folder, True)
    if files.exists(folder):
        raise CheckFailure(f"{path} cannot be removed")


def factor(nonce):
    """A number that differs from run to run."""
    return int(nonce[:8], 16)


def run(master, workers, warehouse):
    started = time.monotonic()
    nonce = uuid.uuid4().hex
    table = f"bigdata_check_{nonce}"
    path = f"{warehouse}{table}"
    await_workers(master, workers)
    spark = SparkSession.builder.getOrCreate()
    try:
        try:
            write(spark, table, path, nonce, workers)
            facts = read(spark, table, path, nonce, workers, master)
        finally:
            remove(spark, table, path)
    finally:
        spark.stop()
    milliseconds = round((time.monotonic() - started) * 1000)
    print(json.dumps({"workers": workers, **facts, "nonce": nonce, "milliseconds": milliseconds}), flush=True)


def report(reason):
    """Prints why the check fails, in one line; returns the exit code."""
    print(f"FAILED: {reason.strip().splitlines()[0]}", flush=True)
    return 1


if __name__ == "__main__":
    try:
        run(sys.argv[1], int(sys.argv[2]), sys.argv[3])
    except NoRoom as reason:
        print(reason, flush=True)
        sys.exit(NO_ROOM)
    except CheckFailure as failure:
        sys.exit(report(str(failure)))
    except Exception as failure:
        told = getattr(failure, "java_exception", failure)
        sys.exit(report(f"{type(failure).__name__}: {told}"))
