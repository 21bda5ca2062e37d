#!/usr/bin/env python3
"""Holds our check against two validators that are not ours, on documents with one mistake each.

    pip install pyrofile-validator==0.3.0 fhirkit-rs==0.1.0
    ABDM_CONTRACT_DIR=... python3 differ.py --nrces target/debug/nrces [--mutations 10000] [--seed 1]

Each mutation changes one thing in a sample document (see `validate.py`), the same one for the same seed
and number. `fhirkit` sees the whole document, `pyrofile` the changed resource beside its profile, our
check the whole document. Where we and they disagree about whether there is an error, the disagreement
must be one of `differences.json`, which gives its reason and the sentence on which it rests. One that
does not occur any more fails a run of 100,000 mutations or more, so that the list stays true.

`--case N` prints mutation N and what each of the three says of it.

Exit status: 0 all agree or are known, 1 unknown differences, 77 a validator or the contract is absent.
"""

import argparse
import collections
import contextlib
import copy
import io
import json
import multiprocessing
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import mistakes
import validate

HERE = pathlib.Path(__file__).resolve().parent
#: How many documents our check gets at once.
BATCH = 250
DEFAULTS = {"mutations": 10000, "seed": 1}
# From so many mutations on each known difference must occur.
SAYS_OF_RARE = 100_000


class Judges:
    """The two validators, and what they say of the documents without a mistake."""

    def __init__(self, contract, samples):
        self.pyrofile = validate.pyrofile(contract, pathlib.Path(tempfile.mkdtemp()))
        self.known = {
            name: [self._pyrofile(entry["resource"]) for entry in sample["entry"]]
            for name, sample in samples.items()
        }

    def _pyrofile(self, resource):
        # Its FHIRPath engine prints traces of the definitions' own invariants.
        with contextlib.redirect_stdout(io.StringIO()):
            try:
                report = self.pyrofile.validate_resource(resource)
            except Exception as error:  # noqa: BLE001 - it fails on shapes that it does not expect
                return {("crash", type(error).__name__, "")}
        return {(issue.code, general(issue.path), issue.message) for issue in report.errors}

    def errors(self, mutation):
        import fhirkit

        text = json.dumps(mutation.document)
        found = []
        try:
            for issue in fhirkit.validate(text):
                if getattr(issue, "severity", "error") in ("error", "fatal"):
                    found.append(("fhirkit", str(getattr(issue, "code", "issue")), str(issue)))
        except Exception as error:  # noqa: BLE001 - as above
            found.append(("fhirkit", "crash", str(error)))
        if mutation.entry is not None:
            resource = mutation.document["entry"][mutation.entry].get("resource")
            if isinstance(resource, dict):
                known = self.known[mutation.name][mutation.entry]
                for code, path, message in sorted(self._pyrofile(resource) - known):
                    found.append(("pyrofile", code, f"{path}: {message}"))
        return found


def general(path):
    """A path without the places in lists, which a mistake may shift."""
    return re.sub(r"\[\d+\]", "", path or "")


def ours(nrces, mutations):
    """The errors of our check, by document."""
    with tempfile.TemporaryDirectory() as folder:
        for mutation in mutations:
            path = pathlib.Path(folder) / f"{mutation.number:06}.json"
            path.write_text(json.dumps(mutation.document), encoding="utf-8")
        run = subprocess.run(
            [nrces, "check", "--json", "--errors-only", folder], capture_output=True, check=False
        )
        if run.returncode not in (0, 1):
            sys.exit(run.stderr.decode())
        return [
            [(finding["rule"], finding["path"], finding["message"]) for finding in result["findings"]]
            for result in json.loads(run.stdout)
        ]


def judge(arguments):
    """The differences of a batch: side, validator, code, text, mutation."""
    numbers, seed, nrces = arguments
    mutations = [mistakes.make(SAMPLES, seed, number) for number in numbers]
    differences, counts = [], collections.Counter()
    for mutation, own in zip(mutations, ours(nrces, mutations)):
        theirs = JUDGES.errors(mutation)
        counts[(bool(own), bool(theirs))] += 1
        if own and not theirs:
            for rule, path, message in own:
                differences.append(("ours", "", rule, f"{path}: {message}", mutation.told()))
        elif theirs and not own:
            for validator, code, text in theirs:
                differences.append(("theirs", validator, code, text, mutation.told()))
    return differences, counts


def place_of(difference, known):
    side, validator, code, text, _ = difference
    for place, entry in enumerate(known):
        if (
            entry["side"] == side
            and entry.get("validator", "") == validator
            and re.fullmatch(entry["code"], code)
            and re.search(entry.get("match", ""), text)
        ):
            return place
    return None


def show(seed, number, nrces):
    mutation = mistakes.make(SAMPLES, seed, number)
    print(mutation.told())
    for rule, path, message in ours(nrces, [mutation])[0]:
        print(f"ours: {path}: {message} [{rule}]")
    for validator, code, text in JUDGES.errors(mutation):
        print(f"{validator}: {text} [{code}]")


def main():
    global SAMPLES, JUDGES
    parser = argparse.ArgumentParser()
    parser.add_argument("--nrces", required=True)
    parser.add_argument("--mutations", type=int, default=DEFAULTS["mutations"])
    parser.add_argument("--seed", type=int, default=DEFAULTS["seed"])
    parser.add_argument("--case", type=int)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    contract = os.environ.get("ABDM_CONTRACT_DIR")
    if not contract:
        print("skipped: set ABDM_CONTRACT_DIR to the folder with fhir/profiles")
        return 77
    try:
        import fhirkit  # noqa: F401
        import pyrofile_validator  # noqa: F401
    except ImportError as error:
        print(f"skipped: {error}; pip install pyrofile-validator==0.3.0 fhirkit-rs==0.1.0")
        return 77

    SAMPLES = {name: json.loads(text) for name, text in validate.documents().items()}
    JUDGES = Judges(contract, SAMPLES)
    if options.case is not None:
        show(options.seed, options.case, options.nrces)
        return 0
    known = json.loads((HERE / "differences.json").read_text(encoding="utf-8"))
    batches = [
        (range(start, min(start + BATCH, options.mutations)), options.seed, options.nrces)
        for start in range(0, options.mutations, BATCH)
    ]
    counts, heard, unknown = collections.Counter(), collections.Counter(), []
    # The validators are loaded once and shared by the processes.
    with multiprocessing.get_context("fork").Pool(options.jobs) as pool:
        for differences, part in pool.imap_unordered(judge, batches):
            counts += part
            for difference in differences:
                place = place_of(difference, known)
                if place is None:
                    unknown.append(difference)
                else:
                    heard[place] += 1
    for side, validator, code, text, told in sorted(unknown)[:100]:
        print(f"{side} {validator} [{code}] {text}\n    {told}")
    # Which mistakes are drawn changes with the documents: a few thousand say nothing of a rare one.
    is_large = options.mutations >= SAYS_OF_RARE
    silent = [entry for place, entry in enumerate(known) if is_large and not heard[place]]
    for entry in silent:
        print(f"differences.json: never heard any more, take it out: {entry['code']}")
    print(
        f"{options.mutations} mutations of seed {options.seed}: both find an error in"
        f" {counts[(True, True)]}, none does in {counts[(False, False)]}, only ours in"
        f" {counts[(True, False)]}, only theirs in {counts[(False, True)]};"
        f" {len(unknown)} differences are not known"
    )
    return 1 if unknown or silent else 0


if __name__ == "__main__":
    sys.exit(main())
