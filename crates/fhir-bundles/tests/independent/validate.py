#!/usr/bin/env python3
"""Checks the sample documents of this crate with two validators that are not ours.

    pip install pyrofile-validator==0.3.0 fhirkit-rs==0.1.0
    ABDM_CONTRACT_DIR=... python3 validate.py

The documents are the committed snapshots of `tests/it/samples.rs` and of the examples of plain
records, so they are what the builders make of facts and of rows. `fhirkit` checks them against R4, `pyrofile` against R4 and the NRCES profiles, which it takes
from `fhir/` below ABDM_CONTRACT_DIR. What a validator is known to get wrong stands with its reason
in `false-alarms.json`; an alarm that no longer occurs fails the run, so that the list stays true.

Exit status: 0 clean, 1 findings, 77 a validator or the contract is absent.
"""

import contextlib
import io
import json
import os
import pathlib
import re
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SNAPSHOTS = HERE.parent / "it" / "snapshots"
TYPES = (
    "op_consultation", "prescription", "discharge_summary", "diagnostic_report",
    "immunization_record", "health_document_record", "wellness_record", "invoice",
)


def documents():
    """The sample documents by name."""
    found = {}
    for path in sorted(SNAPSHOTS.glob("it__builders__*.snap")):
        name = path.stem.removeprefix("it__builders__")
        if re.fullmatch(f"({'|'.join(TYPES)})_(minimal|typical|full)", name):
            found[name] = path.read_text(encoding="utf-8").split("\n---\n", 1)[1]
    for path in sorted(SNAPSHOTS.glob("it__plain_records__*_from_plain.snap")):
        name = path.stem.removeprefix("it__plain_records__")
        found[name] = path.read_text(encoding="utf-8").split("\n---\n", 1)[1]
    if len(found) != 32:
        sys.exit(f"expected 32 documents, found {len(found)}: run the tests first")
    return found


def package(folder, target, name):
    """A folder of definitions in the shape of a FHIR package."""
    place = target / name / "package"
    place.mkdir(parents=True)
    for file in folder.glob("*.json"):
        shutil.copy(file, place)
    (place / "package.json").write_text(
        json.dumps({"name": name, "version": "1.0.0", "fhirVersions": ["4.0.1"]})
    )
    return str(target / name)


def by_fhirkit(found):
    import fhirkit

    for name, text in found.items():
        for issue in fhirkit.validate(text):
            yield "fhirkit", name, getattr(issue, "code", "issue"), str(issue)


def pyrofile(contract, target):
    """The validator of profiles, with R4 and the guide out of the contract."""
    from pyrofile_validator import Validator
    from pyrofile_validator.config import ValidatorConfig

    fhir = pathlib.Path(contract) / "fhir"
    return Validator(ValidatorConfig.load_dict({
        "fhirVersion": "4.0.1",
        "terminology": {"mode": "local"},
        "evidenceOutputDir": str(target / "evidence"),
        "localPackagePaths": [
            package(fhir / "r4-core", target, "hl7.fhir.r4.core"),
            package(fhir / "profiles", target, "ndhm.in"),
            package(fhir / "valuesets", target, "ndhm.in.terminology"),
        ],
    }))


def by_pyrofile(found, contract):
    with tempfile.TemporaryDirectory() as folder:
        validator = pyrofile(contract, pathlib.Path(folder))
        for name, text in found.items():
            # Its FHIRPath engine prints traces of the definitions' own invariants.
            with contextlib.redirect_stdout(io.StringIO()):
                report = validator.validate_resource(json.loads(text))
            for issue in report.errors:
                yield "pyrofile", name, issue.code, f"{issue.path}: {issue.message}"


def main():
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

    found = documents()
    alarms = json.loads((HERE / "false-alarms.json").read_text(encoding="utf-8"))
    heard = set()
    wrong = 0
    for validator, name, code, text in [*by_fhirkit(found), *by_pyrofile(found, contract)]:
        for place, alarm in enumerate(alarms):
            if (alarm["validator"], alarm["code"]) == (validator, code) and re.search(alarm["match"], text):
                heard.add(place)
                break
        else:
            wrong += 1
            print(f"{validator}: {name}: [{code}] {text}")
    for place, alarm in enumerate(alarms):
        if place not in heard:
            wrong += 1
            print(f"false-alarms.json: never heard any more, take it out: {alarm['match']}")
    print(f"{len(found)} documents, two validators: {wrong} findings, {len(heard)} known false alarms")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
