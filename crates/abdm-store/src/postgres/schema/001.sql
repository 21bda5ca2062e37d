-- Instants are milliseconds since 1970. `due_at` is null while nothing is to be done. The scope
-- leads every key, so that the tables can be split by it.
--
-- Queues are empty most of the time, and an empty table is read as well by any index. A statement
-- that was planned then goes on with its plan when the table has grown. `WHERE id IS NOT NULL` is
-- true of every row; PostgreSQL takes such an index only for a statement that compares `id`, so
-- that one which compares the flow, or the owner, cannot be planned to look through all ids.

CREATE TABLE flows (
    scope        text     NOT NULL,
    id           uuid     NOT NULL,
    kind         text     NOT NULL,
    version      integer  NOT NULL,
    state        bytea    NOT NULL,
    revision     bigint   NOT NULL,
    wake_at      bigint,
    done         boolean  NOT NULL,
    created_at   bigint   NOT NULL,
    updated_at   bigint   NOT NULL,
    holder       text,
    held_until   bigint,
    fence        bigint   NOT NULL DEFAULT 0,
    attempt      integer  NOT NULL DEFAULT 0,
    due_at       bigint,
    PRIMARY KEY (scope, id)
) WITH (fillfactor = 70);
CREATE INDEX flows_held ON flows (holder) WHERE holder IS NOT NULL;
CREATE INDEX flows_due ON flows (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX flows_kind ON flows (scope, kind, id) WHERE kind IS NOT NULL;
CREATE INDEX flows_finished ON flows (updated_at) WHERE done;

CREATE TABLE flow_keys (
    scope   text NOT NULL,
    kind    text NOT NULL,
    sort    text NOT NULL,
    text    text NOT NULL,
    flow    uuid NOT NULL,
    PRIMARY KEY (scope, kind, sort, text)
);
CREATE INDEX flow_keys_flow ON flow_keys (scope, flow) WHERE flow IS NOT NULL;

CREATE TABLE requests (
    scope   text NOT NULL,
    request uuid NOT NULL,
    flow    uuid NOT NULL,
    PRIMARY KEY (scope, request)
);
CREATE INDEX requests_flow ON requests (scope, flow) WHERE flow IS NOT NULL;

-- Every message that ever came, by what it is recognised; settled or not.
CREATE TABLE arrivals (
    scope      text   NOT NULL,
    endpoint   text   NOT NULL,
    message    text   NOT NULL,
    kind       text   NOT NULL,
    settled_at bigint,
    PRIMARY KEY (scope, endpoint, message)
);
CREATE INDEX arrivals_settled ON arrivals (settled_at) WHERE settled_at IS NOT NULL;

CREATE SEQUENCE message_ids;
CREATE TABLE messages (
    scope       text    NOT NULL,
    id          bigint  NOT NULL DEFAULT nextval('message_ids'),
    kind        text    NOT NULL,
    endpoint    text    NOT NULL,
    -- The sender's id; null for a note of one flow to another.
    message     text,
    headers     bytea   NOT NULL,
    received_at bigint  NOT NULL,
    body        uuid    NOT NULL,
    body_length bigint  NOT NULL,
    queued_at   bigint  NOT NULL,
    not_before  bigint  NOT NULL,
    waits_for   text,
    dead_reason text,
    dead_at     bigint,
    attempt     integer NOT NULL DEFAULT 0,
    deferrals   integer NOT NULL DEFAULT 0,
    fence       bigint  NOT NULL DEFAULT 0,
    holder      text,
    held_until  bigint,
    due_at      bigint
) WITH (fillfactor = 70);
ALTER TABLE messages REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX messages_id ON messages (scope, id) WHERE id IS NOT NULL;
CREATE INDEX messages_held ON messages (holder) WHERE holder IS NOT NULL;
CREATE INDEX messages_due ON messages (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX messages_waiting ON messages (scope, waits_for) WHERE waits_for IS NOT NULL;
CREATE INDEX messages_dead ON messages (dead_at) WHERE dead_at IS NOT NULL;

CREATE SEQUENCE effect_ids;
CREATE TABLE effects (
    scope       text    NOT NULL,
    id          bigint  NOT NULL DEFAULT nextval('effect_ids'),
    kind        text    NOT NULL,
    flow        uuid    NOT NULL,
    lane        text    NOT NULL,
    payload     bytea   NOT NULL,
    request     uuid,
    queued_at   bigint  NOT NULL,
    created_at  bigint  NOT NULL,
    not_before  bigint  NOT NULL,
    dead_reason text,
    dead_at     bigint,
    attempt     integer NOT NULL DEFAULT 0,
    -- 0 none, 1 not sent, 2 perhaps sent.
    earlier     integer NOT NULL DEFAULT 0,
    begun       boolean NOT NULL DEFAULT false,
    deferrals   integer NOT NULL DEFAULT 0,
    fence       bigint  NOT NULL DEFAULT 0,
    holder      text,
    held_until  bigint,
    -- Whether it is the oldest of its lane that is not settled: only then it is due.
    head        boolean NOT NULL DEFAULT false,
    due_at      bigint
) WITH (fillfactor = 70);
ALTER TABLE effects REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX effects_id ON effects (scope, id) WHERE id IS NOT NULL;
CREATE INDEX effects_held ON effects (holder) WHERE holder IS NOT NULL;
CREATE INDEX effects_due ON effects (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX effects_lane ON effects (scope, flow, lane, id) WHERE flow IS NOT NULL;
CREATE INDEX effects_dead ON effects (dead_at) WHERE dead_at IS NOT NULL;

CREATE TABLE bodies (
    scope text  NOT NULL,
    id    uuid  NOT NULL,
    -- The flow that holds it; null while it is its message's.
    owner uuid,
    bytes bytea NOT NULL
);
ALTER TABLE bodies REPLICA IDENTITY FULL;
CREATE UNIQUE INDEX bodies_id ON bodies (scope, id) WHERE id IS NOT NULL;
CREATE INDEX bodies_owner ON bodies (scope, owner) WHERE owner IS NOT NULL;

CREATE TABLE rows (
    scope      text   NOT NULL,
    name       text   NOT NULL,
    key        text   NOT NULL COLLATE "C",
    parent     text,
    sort       bigint NOT NULL,
    revision   bigint NOT NULL,
    payload    bytea  NOT NULL,
    expires_at bigint,
    PRIMARY KEY (scope, name, key)
);
CREATE INDEX rows_parent ON rows (scope, name, parent, sort, key) WHERE parent IS NOT NULL;
CREATE INDEX rows_expiry ON rows (expires_at) WHERE expires_at IS NOT NULL;
