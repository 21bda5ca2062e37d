"""What a step expects, and the one way in which it fails."""

import sys


class Mismatch(Exception):
    """Something is not as the contract says. Its text is the sentence that the run ends with."""


def expect(holds, sentence):
    """Ends the run with `sentence` unless `holds`."""
    if not holds:
        raise Mismatch(sentence)


def expect_status(reply, status, what):
    """The same for the HTTP status of an answer. ABDM's own words are shown as they came."""
    wanted = status if isinstance(status, tuple) else (status,)
    expect(
        reply.status in wanted,
        f"{what}: HTTP {reply.status} came instead of {' or '.join(map(str, wanted))}; "
        f"the answer was {reply.text[:300] or 'empty'}",
    )


def done(milestone, sentence):
    """Tells that a step is done."""
    print(f"ok  {milestone}  {sentence}")
    sys.stdout.flush()
