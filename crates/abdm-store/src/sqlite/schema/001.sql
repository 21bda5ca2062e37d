-- Instants are milliseconds since 1970, ids 16 bytes. `due_at` is null while nothing is to be done.

CREATE TABLE flows (
    scope        TEXT    NOT NULL,
    id           BLOB    NOT NULL,
    kind         TEXT    NOT NULL,
    version      INTEGER NOT NULL,
    state        BLOB    NOT NULL,
    revision     INTEGER NOT NULL,
    wake_at      INTEGER,
    done         INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    -- The claim on its wake-up.
    holder       TEXT,
    held_until   INTEGER,
    fence        INTEGER NOT NULL DEFAULT 0,
    attempt      INTEGER NOT NULL DEFAULT 0,
    due_at       INTEGER,
    PRIMARY KEY (scope, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX flows_held ON flows (holder) WHERE holder IS NOT NULL;
CREATE INDEX flows_due ON flows (due_at, kind) WHERE due_at IS NOT NULL;
CREATE INDEX flows_kind ON flows (scope, kind, id);
CREATE INDEX flows_finished ON flows (kind, updated_at) WHERE done = 1;

CREATE TABLE flow_keys (
    scope   TEXT NOT NULL,
    kind    TEXT NOT NULL,
    sort    TEXT NOT NULL,
    text    TEXT NOT NULL,
    flow    BLOB NOT NULL,
    PRIMARY KEY (scope, kind, sort, text)
) STRICT, WITHOUT ROWID;
CREATE INDEX flow_keys_flow ON flow_keys (scope, flow);

CREATE TABLE requests (
    scope   TEXT NOT NULL,
    request BLOB NOT NULL,
    flow    BLOB NOT NULL,
    PRIMARY KEY (scope, request)
) STRICT, WITHOUT ROWID;
CREATE INDEX requests_flow ON requests (scope, flow);

CREATE TABLE messages (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    scope       TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    endpoint    TEXT    NOT NULL,
    -- The sender's id; null for a note of one flow to another.
    message     TEXT,
    headers     BLOB    NOT NULL,
    received_at INTEGER NOT NULL,
    body        BLOB    NOT NULL,
    body_length INTEGER NOT NULL,
    queued_at   INTEGER NOT NULL,
    not_before  INTEGER NOT NULL,
    waits_for   TEXT,
    dead_reason TEXT,
    dead_at     INTEGER,
    attempt     INTEGER NOT NULL DEFAULT 0,
    deferrals   INTEGER NOT NULL DEFAULT 0,
    fence       INTEGER NOT NULL DEFAULT 0,
    holder      TEXT,
    held_until  INTEGER,
    due_at      INTEGER
) STRICT;
CREATE UNIQUE INDEX messages_key ON messages (scope, endpoint, message) WHERE message IS NOT NULL;
CREATE INDEX messages_held ON messages (holder) WHERE holder IS NOT NULL;
CREATE INDEX messages_due ON messages (due_at, kind) WHERE due_at IS NOT NULL;
CREATE INDEX messages_waiting ON messages (scope, waits_for) WHERE waits_for IS NOT NULL;
CREATE INDEX messages_dead ON messages (dead_at) WHERE dead_at IS NOT NULL;

-- Messages that were settled: one that comes again is a duplicate.
CREATE TABLE seen (
    scope    TEXT    NOT NULL,
    endpoint TEXT    NOT NULL,
    message  TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (scope, endpoint, message)
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_at ON seen (at);

CREATE TABLE effects (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    scope       TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    flow        BLOB    NOT NULL,
    lane        TEXT    NOT NULL,
    payload     BLOB    NOT NULL,
    request     BLOB,
    queued_at   INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    not_before  INTEGER NOT NULL,
    dead_reason TEXT,
    dead_at     INTEGER,
    attempt     INTEGER NOT NULL DEFAULT 0,
    -- 0 none, 1 not sent, 2 perhaps sent.
    earlier     INTEGER NOT NULL DEFAULT 0,
    begun       INTEGER NOT NULL DEFAULT 0,
    deferrals   INTEGER NOT NULL DEFAULT 0,
    fence       INTEGER NOT NULL DEFAULT 0,
    holder      TEXT,
    held_until  INTEGER,
    -- Whether it is the oldest of its lane that is not settled: only then it is due.
    head        INTEGER NOT NULL DEFAULT 0,
    due_at      INTEGER
) STRICT;
CREATE INDEX effects_held ON effects (holder) WHERE holder IS NOT NULL;
CREATE INDEX effects_due ON effects (due_at, kind) WHERE due_at IS NOT NULL;
CREATE INDEX effects_lane ON effects (scope, flow, lane, id);
CREATE INDEX effects_dead ON effects (dead_at) WHERE dead_at IS NOT NULL;

CREATE TABLE bodies (
    scope TEXT NOT NULL,
    id    BLOB NOT NULL,
    -- The flow that holds it; null while it is its message's.
    owner BLOB,
    bytes BLOB NOT NULL,
    PRIMARY KEY (scope, id)
) STRICT;
CREATE INDEX bodies_owner ON bodies (scope, owner) WHERE owner IS NOT NULL;

CREATE TABLE rows (
    scope      TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    key        TEXT    NOT NULL,
    parent     TEXT,
    sort       INTEGER NOT NULL,
    revision   INTEGER NOT NULL,
    payload    BLOB    NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (scope, name, key)
) STRICT;
CREATE INDEX rows_parent ON rows (scope, name, parent, sort, key) WHERE parent IS NOT NULL;
CREATE INDEX rows_expiry ON rows (expires_at) WHERE expires_at IS NOT NULL;
