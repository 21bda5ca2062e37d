"""One mistake in a sample document, the same one for the same seed and number."""

import copy
import dataclasses
import random

NOWHERE = "urn:uuid:00000000-0000-4000-8000-00000000dead"
XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
NARRATIVES = [
    "<div>a</div>", f"<div {XHTML}><P>a</P></div>", f"<div {XHTML}><p class=x>a</p></div>",
    f"<div {XHTML}><font>a</font></div>", f"<div {XHTML}><script>a</script></div>", f"<div {XHTML}></div>",
    f"<div {XHTML}>a</div><div {XHTML}>b</div>", f"<div {XHTML}><p>a</div>", "words",
    f"<div {XHTML}><p style=\"color: red\">a &lt; b</p></div>",
]
#: Texts that are put in place of others.
TEXTS = [
    "", " ", "x", " x", "x ", "a  b", "2026-02-30", "2026-13", "01/03/2026", "2026-03-01T10:00:00",
    "2026-03-01T10:00:00+05:30", "2026", "unknown", "final", "active", "Final", "urn:uuid:12", "urn:oid:1",
    "http://a b", "https://a.example/x", "en_IN", "pdf", "application/pdf", "kg", "mg", "a", "\t", "AAAA",
    "AAA", "entered-in-error", "https://nrces.in/ndhm/fhir/r4/StructureDefinition/Patient",
]
OTHERS = [None, True, 0, -1, 1.5, "x", [], {}, ["x"], {"x": 1}]
ABSENT = {
    "extension": [{
        "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown",
    }]
}
MODIFIER = [{"url": "https://a.example/not", "valueBoolean": True}]
SURPRISES = {
    "surprise": "x", "valueString": "x", "status": "final", "text": "x", "extension": [], "id": "a_b",
    "language": "en", "implicitRules": "https://a.example/x", "use": "home", "code": "x",
    "onsetAge": {"value": 3, "unit": "years"}, "length": {"value": 3, "code": "kg"},
}


@dataclasses.dataclass
class Mutation:
    number: int
    name: str
    #: The entry whose resource is changed; nothing for the envelope.
    entry: int | None
    what: str
    document: dict

    def told(self):
        return f"mutation {self.number} of {self.name}: {self.what}"


def make(samples, seed, number):
    dice = random.Random(f"{seed}:{number}")
    while True:
        name = dice.choice(sorted(samples))
        sample = samples[name]
        # Only what is changed is copied.
        document = {**sample, "entry": list(sample["entry"])}
        entry = None
        if dice.random() < 0.95:
            entry = dice.randrange(len(sample["entry"]))
            document["entry"][entry] = copy.deepcopy(sample["entry"][entry])
            root, where = document["entry"][entry]["resource"], f"entry[{entry}]"
            before = sample["entry"][entry]["resource"]
        else:
            document = copy.deepcopy(sample)
            root, where, before = document, "Bundle", sample
        what = change(dice, root, where, document)
        if what and root != before:
            return Mutation(number, name, entry, what, document)


def nodes(value, where, parent=None, key=None):
    """All values below one, with where they stand."""
    yield value, where, parent, key
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from nodes(inner, f"{where}.{name}", value, name)
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from nodes(inner, f"{where}[{place}]", value, place)


def change(dice, root, where, document):
    """Changes one thing below a resource, and tells what; nothing if the dice found no place."""
    found = [node for node in nodes(root, where) if node[2] is not None and node[3] != "entry"]
    if where == "Bundle":
        found = [node for node in found if ".resource" not in node[1]]
    if not found:
        return None
    value, at, parent, key = dice.choice(found)
    if key == "resourceType":
        return None
    kind = dice.choice(sorted(KINDS))
    done = KINDS[kind](dice, value, parent, key, document)
    return f"{kind} at {at}" + (f": {done}" if isinstance(done, str) else "") if done else None


def remove(dice, value, parent, key, document):
    del parent[key]
    return True


def other_kind(dice, value, parent, key, document):
    parent[key] = dice.choice(OTHERS)
    return repr(parent[key])


def other_text(dice, value, parent, key, document):
    if not isinstance(value, str):
        return False
    parent[key] = dice.choice(NARRATIVES if key == "div" else TEXTS)
    return repr(parent[key])


def other_number(dice, value, parent, key, document):
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    parent[key] = dice.choice([-1, 0, 1.5, 3000000000, "1"])
    return repr(parent[key])


def repeat(dice, value, parent, key, document):
    if not isinstance(parent, list):
        return False
    parent.insert(key, copy.deepcopy(value))
    return True


def null_item(dice, value, parent, key, document):
    if not isinstance(value, list):
        return False
    value.append(None)
    return True


def empty(dice, value, parent, key, document):
    if not isinstance(value, (list, dict)):
        return False
    parent[key] = type(value)()
    return True


def into_list(dice, value, parent, key, document):
    parent[key] = [value]
    return True


def out_of_list(dice, value, parent, key, document):
    if not isinstance(value, list) or not value:
        return False
    parent[key] = value[0]
    return True


def add(dice, value, parent, key, document):
    if not isinstance(value, dict):
        return False
    name = dice.choice(sorted(SURPRISES))
    if name in value:
        return False
    value[name] = copy.deepcopy(SURPRISES[name])
    return name


def modify(dice, value, parent, key, document):
    if not isinstance(value, dict):
        return False
    value["modifierExtension"] = copy.deepcopy(MODIFIER)
    return True


def text_alone(dice, value, parent, key, document):
    if not isinstance(value, dict) or "coding" not in value:
        return False
    del value["coding"]
    value["text"] = "words"
    return True


def absent(dice, value, parent, key, document):
    if not isinstance(parent, dict) or isinstance(value, (dict, list)) or key == "resourceType":
        return False
    del parent[key]
    parent[f"_{key}"] = copy.deepcopy(ABSENT)
    return True


def lead(dice, value, parent, key, document):
    if key != "reference":
        return False
    urls = [entry.get("fullUrl") for entry in document["entry"]]
    parent[key] = dice.choice([NOWHERE, "#a", "Patient/1", f"{value}/_history/1", *urls])
    return repr(parent[key])


KINDS = {
    "remove": remove, "other kind": other_kind, "other text": other_text, "other number": other_number,
    "repeat": repeat, "null item": null_item, "empty": empty, "into a list": into_list,
    "out of a list": out_of_list, "add": add, "modifier": modify, "text alone": text_alone,
    "absent": absent, "lead": lead,
}
