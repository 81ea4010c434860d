"""A notebook that proves that data survived: written before something happens to Zeppelin, read after it.

It is named bigdata-sentinel; each of its paragraphs has the title bigdata-sentinel-N and the SHA-256 of that title as its text. Zeppelin
answers once it has each in a file. Nothing is run.

Arguments: write, read or remove, and the address of Zeppelin. The last line of output is a JSON object of facts; a failure ends with its
reason and exit code 1.
"""

import hashlib
import json

from program import CheckFailure, run_program
from rest import expect_success, request

NAME = "bigdata-sentinel"
NEVER_WRITTEN = f"{NAME}-never-written"
PARAGRAPHS = 3


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


TITLES = [f"{NAME}-{index}" for index in range(PARAGRAPHS)]
RECORDS = [(title, f"%md\n{sha256(title)}") for title in TITLES]

# The same whenever and wherever they are written.
DIGEST = sha256(json.dumps(RECORDS))


def notebooks(zeppelin):
    """The identifiers of the notebooks of the sentinel."""
    found = expect_success("the list of notebooks", request("GET", f"{zeppelin}/api/notebook"))
    if any(note["path"] == f"/{NEVER_WRITTEN}" for note in found):
        raise CheckFailure(f"there is a notebook that nobody wrote: {NEVER_WRITTEN}")
    return [note["id"] for note in found if note["path"] == f"/{NAME}"]


def paragraphs(zeppelin, note):
    """Titles and texts of the paragraphs of a notebook; Zeppelin adds an empty one for the next."""
    found = expect_success("the notebook", request("GET", f"{zeppelin}/api/notebook/{note}"))["paragraphs"]
    return [(paragraph.get("title"), paragraph["text"]) for paragraph in found if paragraph.get("text")]


def require_all(zeppelin):
    notes = notebooks(zeppelin)
    if len(notes) != 1:
        raise CheckFailure(f"expected one notebook {NAME}, found {len(notes)}")
    found = paragraphs(zeppelin, notes[0])
    if found != RECORDS:
        raise CheckFailure(f"the notebook {NAME} is not what was written: its paragraphs are {found}")
    print(f"the notebook {NAME} has its {PARAGRAPHS} paragraphs", flush=True)


def write(zeppelin):
    notes = notebooks(zeppelin) or [make_notebook(zeppelin)]
    # What an interrupted write left is a beginning.
    missing = RECORDS[len(paragraphs(zeppelin, notes[0])) :]
    # One by one: Zeppelin writes a paragraph that is added to the file, but not those that come with a new notebook.
    for title, text in missing:
        paragraph = {"title": title, "text": text}
        expect_success("a new paragraph", request("POST", f"{zeppelin}/api/notebook/{notes[0]}/paragraph", paragraph))
    require_all(zeppelin)
    return {"records": PARAGRAPHS, "writtenNow": len(missing), "sha256": DIGEST}


def make_notebook(zeppelin):
    print(f"making the notebook {NAME}", flush=True)
    return expect_success("the new notebook", request("POST", f"{zeppelin}/api/notebook", {"name": NAME}))


def read(zeppelin):
    require_all(zeppelin)
    return {"records": PARAGRAPHS, "unchanged": PARAGRAPHS, "neverWrittenFound": False, "sha256": DIGEST}


def remove(zeppelin):
    notes = notebooks(zeppelin)
    for note in notes:
        expect_success("the removal of the notebook", request("DELETE", f"{zeppelin}/api/notebook/{note}"))
    left = notebooks(zeppelin)
    if left:
        raise CheckFailure(f"the removed notebook is still there: {left}")
    return {"wasThere": bool(notes), "left": 0}


STEPS = {"write": write, "read": read, "remove": remove}


def run(step, zeppelin):
    if step not in STEPS:
        raise CheckFailure(f"can write, read and remove, not {step}")
    print(json.dumps(STEPS[step](zeppelin)), flush=True)


if __name__ == "__main__":
    run_program(run)
