-- The tables of the first release.
--
-- {id} a number of its own, never given twice    {ref} such a number, elsewhere    {int} a whole number
-- {time} microseconds since 1970 in UTC          {bool} {true} {false}             {json} JSON as text
-- {sorted} in the order of its characters' codes, whatever the database's language
-- {strict} SQLite then refuses a text where a number belongs, as PostgreSQL always does

-- People

CREATE TABLE user_account (
    id {id},
    login TEXT NOT NULL UNIQUE CHECK (login <> ''),
    name TEXT NOT NULL,
    kana TEXT NOT NULL DEFAULT '',
    password TEXT NOT NULL DEFAULT '',
    totp TEXT NOT NULL DEFAULT '',
    totp_step {int} NOT NULL DEFAULT 0,
    failures {int} NOT NULL DEFAULT 0,
    locked_until {time},
    active {bool} NOT NULL DEFAULT {true},
    created_at {time} NOT NULL,
    changed_at {time} NOT NULL
){strict};

CREATE TABLE web_session (
    id {id},
    digest TEXT NOT NULL UNIQUE,
    user_id {ref} NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
    place TEXT NOT NULL DEFAULT '',
    began_at {time} NOT NULL,
    seen_at {time} NOT NULL,
    ended_at {time}
){strict};
CREATE INDEX web_session_of_user ON web_session (user_id);

CREATE TABLE access_token (
    id {id},
    kind TEXT NOT NULL CHECK (kind IN ('kiosk', 'api', 'metrics')),
    name TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    created_at {time} NOT NULL,
    created_by TEXT NOT NULL,
    used_at {time},
    revoked_at {time}
){strict};

CREATE TABLE user_role (
    id {id},
    user_id {ref} NOT NULL REFERENCES user_account (id) ON DELETE CASCADE,
    role TEXT NOT NULL CHECK (role IN ('operator', 'supervisor', 'administrator')),
    UNIQUE (user_id, role)
){strict};

CREATE TABLE operator (
    id {id},
    key TEXT NOT NULL UNIQUE CHECK (key <> ''),
    user_id {ref} UNIQUE REFERENCES user_account (id),
    name TEXT NOT NULL,
    kana TEXT NOT NULL DEFAULT '',
    extension TEXT NOT NULL DEFAULT '',
    registered_at {time} NOT NULL,
    retired_at {time}
){strict};

CREATE TABLE seat (
    id {id},
    number {int} NOT NULL UNIQUE CHECK (number >= 1),
    operator_id {ref} NOT NULL UNIQUE REFERENCES operator (id),
    session TEXT NOT NULL UNIQUE,
    reserve {bool} NOT NULL DEFAULT {false},
    place TEXT NOT NULL DEFAULT '',
    taken_at {time} NOT NULL,
    beat_at {time} NOT NULL
){strict};

CREATE TABLE duty (
    id {id},
    operator_id {ref} NOT NULL UNIQUE REFERENCES operator (id),
    next_state TEXT NOT NULL DEFAULT '',
    next_reason TEXT NOT NULL DEFAULT '',
    missed {int} NOT NULL DEFAULT 0 CHECK (missed >= 0),
    call TEXT NOT NULL DEFAULT '',
    visit TEXT NOT NULL DEFAULT '',
    leg TEXT NOT NULL DEFAULT '',
    queue TEXT NOT NULL DEFAULT '',
    flow TEXT NOT NULL DEFAULT '',
    wrap_up TEXT NOT NULL DEFAULT ''
        CHECK (wrap_up IN ('', 'optional', 'own pace', 'timed', 'timed without exit')),
    due_at {time},
    hand_at {time}
){strict};

CREATE TABLE monitoring (
    id {id},
    user_id {ref} NOT NULL UNIQUE REFERENCES user_account (id),
    operator_id {ref} NOT NULL REFERENCES operator (id),
    leg TEXT NOT NULL UNIQUE CHECK (leg <> ''),
    spied TEXT NOT NULL,
    call TEXT NOT NULL DEFAULT '',
    mode TEXT NOT NULL CHECK (mode IN ('listen', 'whisper', 'barge')),
    started_at {time} NOT NULL
){strict};

CREATE TABLE message (
    id {id},
    operator_id {ref} REFERENCES operator (id),
    author TEXT NOT NULL,
    text TEXT NOT NULL CHECK (text <> ''),
    sent_at {time} NOT NULL
){strict};
CREATE INDEX message_by_time ON message (sent_at);

-- The plan

CREATE TABLE season (
    id {id},
    key TEXT NOT NULL UNIQUE CHECK (key <> ''),
    name TEXT NOT NULL,
    name_en TEXT NOT NULL DEFAULT '',
    seats {int} NOT NULL CHECK (seats >= 0),
    reserve {int} NOT NULL DEFAULT 0 CHECK (reserve >= 0 AND reserve <= seats),
    registered {int} NOT NULL CHECK (registered >= 0),
    position {int} NOT NULL DEFAULT 0
){strict};

CREATE TABLE schedule (
    id {id},
    key TEXT NOT NULL,
    version {int} NOT NULL CHECK (version >= 1),
    data {json} NOT NULL,
    author TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    created_at {time} NOT NULL,
    UNIQUE (key, version)
){strict};

CREATE TABLE schedule_override (
    id {id},
    schedule TEXT NOT NULL,
    day TEXT NOT NULL CHECK (length(day) = 10),
    data {json} NOT NULL,
    author TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    created_at {time} NOT NULL,
    expires_at {time},
    ended_at {time},
    ended_by TEXT NOT NULL DEFAULT ''
){strict};
CREATE INDEX schedule_override_by_day ON schedule_override (schedule, day);

CREATE TABLE flow (
    id {id},
    key TEXT NOT NULL UNIQUE CHECK (key <> ''),
    name TEXT NOT NULL,
    name_en TEXT NOT NULL DEFAULT '',
    wrap_up TEXT NOT NULL DEFAULT 'own pace'
        CHECK (wrap_up IN ('optional', 'own pace', 'timed', 'timed without exit')),
    wrap_up_seconds {int} NOT NULL DEFAULT 0 CHECK (wrap_up_seconds >= 0),
    short_abandon {int} NOT NULL DEFAULT 5 CHECK (short_abandon >= 0),
    answer_within {int} NOT NULL DEFAULT 20 CHECK (answer_within >= 0),
    target {int} NOT NULL DEFAULT 80 CHECK (target BETWEEN 0 AND 100),
    position {int} NOT NULL DEFAULT 0,
    active {bool} NOT NULL DEFAULT {true},
    data {json} NOT NULL DEFAULT '{}'
){strict};

CREATE TABLE queue (
    id {id},
    key TEXT NOT NULL UNIQUE CHECK (key <> ''),
    flow_id {ref} NOT NULL REFERENCES flow (id),
    name TEXT NOT NULL,
    strategy TEXT NOT NULL DEFAULT 'longest-idle-agent',
    max_wait {int} NOT NULL DEFAULT 0 CHECK (max_wait >= 0),
    max_length {int} NOT NULL DEFAULT 0 CHECK (max_length >= 0),
    position {int} NOT NULL DEFAULT 0,
    active {bool} NOT NULL DEFAULT {true},
    data {json} NOT NULL DEFAULT '{}'
){strict};

CREATE TABLE tier (
    id {id},
    season_id {ref} NOT NULL REFERENCES season (id) ON DELETE CASCADE,
    queue_id {ref} NOT NULL REFERENCES queue (id) ON DELETE CASCADE,
    operator_id {ref} NOT NULL REFERENCES operator (id) ON DELETE CASCADE,
    level {int} NOT NULL DEFAULT 1 CHECK (level >= 1),
    position {int} NOT NULL DEFAULT 1 CHECK (position >= 1),
    skill {int} NOT NULL DEFAULT 0,
    UNIQUE (season_id, queue_id, operator_id)
){strict};
CREATE INDEX tier_by_operator ON tier (operator_id);

CREATE TABLE assignment (
    id {id},
    queue_id {ref} NOT NULL REFERENCES queue (id) ON DELETE CASCADE,
    operator_id {ref} NOT NULL REFERENCES operator (id) ON DELETE CASCADE,
    level {int} NOT NULL CHECK (level >= 0),
    position {int} NOT NULL DEFAULT 1 CHECK (position >= 1),
    since {time} NOT NULL,
    until {time} NOT NULL,
    author TEXT NOT NULL,
    UNIQUE (queue_id, operator_id)
){strict};

-- What people write

CREATE TABLE contact (
    id {id},
    name TEXT NOT NULL,
    kana TEXT NOT NULL DEFAULT '',
    organisation TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    reading TEXT{sorted} NOT NULL DEFAULT '',
    search TEXT NOT NULL DEFAULT '',
    created_at {time} NOT NULL,
    changed_at {time} NOT NULL
){strict};
CREATE INDEX contact_by_reading ON contact (reading, id);

CREATE TABLE contact_number (
    id {id},
    contact_id {ref} NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    number TEXT NOT NULL CHECK (number <> ''),
    shown TEXT NOT NULL,
    label TEXT NOT NULL DEFAULT '',
    position {int} NOT NULL DEFAULT 1,
    UNIQUE (contact_id, number)
){strict};
CREATE INDEX contact_number_by_number ON contact_number (number);

CREATE TABLE contact_tag (
    id {id},
    contact_id {ref} NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    tag TEXT NOT NULL CHECK (tag <> ''),
    UNIQUE (contact_id, tag)
){strict};
CREATE INDEX contact_tag_by_tag ON contact_tag (tag);

CREATE TABLE case_type (
    id {id},
    key TEXT NOT NULL UNIQUE CHECK (key <> ''),
    parent_id {ref} REFERENCES case_type (id),
    flow_id {ref} REFERENCES flow (id),
    name TEXT NOT NULL,
    name_en TEXT NOT NULL DEFAULT '',
    kana TEXT NOT NULL DEFAULT '',
    position {int} NOT NULL DEFAULT 0,
    active {bool} NOT NULL DEFAULT {true},
    system {bool} NOT NULL DEFAULT {false}
){strict};

CREATE TABLE talk_script (
    id {id},
    flow_id {ref} NOT NULL REFERENCES flow (id),
    version {int} NOT NULL CHECK (version >= 1),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    author TEXT NOT NULL DEFAULT '',
    created_at {time} NOT NULL,
    published_at {time},
    UNIQUE (flow_id, version)
){strict};

CREATE TABLE announcement (
    id {id},
    key TEXT NOT NULL CHECK (key <> ''),
    version {int} NOT NULL CHECK (version >= 1),
    title TEXT NOT NULL DEFAULT '',
    text TEXT NOT NULL DEFAULT '',
    source TEXT NOT NULL DEFAULT 'synthesis' CHECK (source IN ('synthesis', 'recording')),
    engine TEXT NOT NULL DEFAULT '',
    voice TEXT NOT NULL DEFAULT '',
    sound TEXT NOT NULL DEFAULT '',
    author TEXT NOT NULL DEFAULT '',
    created_at {time} NOT NULL,
    published_at {time},
    UNIQUE (key, version)
){strict};

-- The past

CREATE TABLE call (
    id {id},
    uuid TEXT NOT NULL UNIQUE CHECK (uuid <> ''),
    direction TEXT NOT NULL CHECK (direction IN ('inbound', 'outbound', 'internal')),
    number TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL DEFAULT '',
    dialled TEXT NOT NULL DEFAULT '',
    flow_id {ref} REFERENCES flow (id),
    contact_id {ref} REFERENCES contact (id) ON DELETE SET NULL,
    schedule_id {ref} REFERENCES schedule (id),
    started_at {time} NOT NULL,
    answered_at {time},
    ended_at {time},
    cause TEXT NOT NULL DEFAULT '',
    outcome TEXT NOT NULL DEFAULT '' CHECK (outcome IN
        ('', 'queued', 'out of hours', 'left in IVR', 'lines busy', 'announcement', 'outbound'))
){strict};
CREATE INDEX call_by_start ON call (started_at);
CREATE INDEX call_by_number ON call (number, started_at);
CREATE INDEX call_by_contact ON call (contact_id, started_at);
-- The few that go on.
CREATE INDEX call_open ON call (started_at) WHERE ended_at IS NULL;

CREATE TABLE visit (
    id {id},
    uuid TEXT NOT NULL UNIQUE CHECK (uuid <> ''),
    call_id {ref} NOT NULL REFERENCES call (id),
    queue_id {ref} NOT NULL REFERENCES queue (id),
    ordinal {int} NOT NULL DEFAULT 1 CHECK (ordinal >= 1),
    entered_at {time} NOT NULL,
    first_entered_at {time} NOT NULL,
    answered_at {time},
    left_at {time},
    operator_id {ref} REFERENCES operator (id),
    outcome TEXT NOT NULL DEFAULT 'waiting' CHECK (outcome IN
        ('waiting', 'answered', 'abandoned', 'short abandoned',
         'timed out', 'no operator', 'exit key', 'taken out')),
    inferred {bool} NOT NULL DEFAULT {false},
    UNIQUE (call_id, queue_id, ordinal),
    CHECK (first_entered_at <= entered_at)
){strict};
-- Figures: by entry time for the centre, by queue and entry time for a flow.
CREATE INDEX visit_by_entry ON visit (entered_at);
CREATE INDEX visit_by_queue ON visit (queue_id, entered_at);
-- The history of an operator, a day at a time.
CREATE INDEX visit_by_operator ON visit (operator_id, entered_at);

CREATE TABLE leg (
    id {id},
    uuid TEXT NOT NULL UNIQUE CHECK (uuid <> ''),
    call_id {ref} NOT NULL REFERENCES call (id),
    visit_id {ref} REFERENCES visit (id),
    operator_id {ref} REFERENCES operator (id),
    kind TEXT NOT NULL CHECK (kind IN ('queue', 'transfer', 'outbound', 'internal', 'monitoring')),
    started_at {time} NOT NULL,
    answered_at {time},
    ended_at {time},
    hold {int} NOT NULL DEFAULT 0 CHECK (hold >= 0),
    wrap_up {int} NOT NULL DEFAULT 0 CHECK (wrap_up >= 0)
){strict};
CREATE INDEX leg_by_call ON leg (call_id);
CREATE INDEX leg_by_visit ON leg (visit_id);
CREATE INDEX leg_by_start ON leg (started_at);
CREATE INDEX leg_by_operator ON leg (operator_id, started_at);

CREATE TABLE offer (
    id {id},
    visit_id {ref} NOT NULL REFERENCES visit (id),
    operator_id {ref} NOT NULL REFERENCES operator (id),
    offered_at {time} NOT NULL,
    ended_at {time},
    outcome TEXT NOT NULL DEFAULT 'ringing' CHECK (outcome IN
        ('ringing', 'answered', 'rang out', 'rejected', 'phone gone', 'caller hung up', 'withdrawn')),
    UNIQUE (visit_id, operator_id, offered_at)
){strict};
CREATE INDEX offer_by_operator ON offer (operator_id, offered_at);

CREATE TABLE operator_span (
    id {id},
    operator_id {ref} NOT NULL REFERENCES operator (id),
    state TEXT NOT NULL CHECK (state <> ''),
    reason TEXT NOT NULL DEFAULT '',
    leg_id {ref} REFERENCES leg (id),
    leg_uuid TEXT NOT NULL DEFAULT '',
    started_at {time} NOT NULL,
    ended_at {time},
    CHECK (ended_at IS NULL OR ended_at >= started_at)
){strict};
CREATE INDEX operator_span_by_operator ON operator_span (operator_id, started_at);
CREATE INDEX operator_span_by_start ON operator_span (started_at);
CREATE INDEX operator_span_by_leg ON operator_span (leg_uuid) WHERE leg_uuid <> '';
CREATE UNIQUE INDEX operator_span_open ON operator_span (operator_id) WHERE ended_at IS NULL;

CREATE TABLE note (
    id {id},
    call_id {ref} REFERENCES call (id),
    leg_id {ref} REFERENCES leg (id),
    leg_uuid TEXT NOT NULL DEFAULT '',
    operator_id {ref} REFERENCES operator (id),
    case_type_id {ref} REFERENCES case_type (id),
    text TEXT NOT NULL DEFAULT '',
    by_system {bool} NOT NULL DEFAULT {false},
    created_at {time} NOT NULL,
    changed_at {time} NOT NULL,
    saved_at {time}
){strict};
CREATE INDEX note_by_call ON note (call_id);
CREATE INDEX note_by_case_type ON note (case_type_id, created_at);
CREATE INDEX note_by_operator ON note (operator_id, created_at);
CREATE INDEX note_by_leg ON note (leg_uuid);

CREATE TABLE purge (
    id {id},
    started_at {time} NOT NULL,
    ended_at {time},
    cutoff {time} NOT NULL,
    rule {json} NOT NULL,
    author TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    removed {int} NOT NULL DEFAULT 0,
    missing {int} NOT NULL DEFAULT 0,
    failed {int} NOT NULL DEFAULT 0,
    size {int} NOT NULL DEFAULT 0,
    certificate TEXT NOT NULL DEFAULT '',
    sha256 TEXT NOT NULL DEFAULT ''
){strict};

CREATE TABLE recording (
    id {id},
    path TEXT NOT NULL UNIQUE CHECK (path <> ''),
    call_id {ref} NOT NULL REFERENCES call (id),
    leg_id {ref} REFERENCES leg (id),
    operator_id {ref} REFERENCES operator (id),
    started_at {time} NOT NULL,
    ended_at {time},
    size {int} NOT NULL DEFAULT 0 CHECK (size >= 0),
    sha256 TEXT NOT NULL DEFAULT '',
    length {int} CHECK (length >= 0),
    verified_at {time},
    fault TEXT NOT NULL DEFAULT '',
    held_at {time},
    held_by TEXT NOT NULL DEFAULT '',
    held_for TEXT NOT NULL DEFAULT '',
    purged_at {time},
    purge_id {ref} REFERENCES purge (id),
    purge_outcome TEXT NOT NULL DEFAULT '' CHECK (purge_outcome IN
        ('', 'intended', 'removed', 'missing', 'failed')),
    purge_note TEXT NOT NULL DEFAULT ''
){strict};
CREATE INDEX recording_by_call ON recording (call_id);
CREATE INDEX recording_by_operator ON recording (operator_id, started_at);
CREATE INDEX recording_by_start ON recording (started_at);
CREATE INDEX recording_by_purge ON recording (purge_id);
-- What a purge has to look at: only what is still there, oldest first.
CREATE INDEX recording_kept ON recording (started_at) WHERE purged_at IS NULL;

-- Stretches of a recording that hold silence on purpose.
CREATE TABLE recording_pause (
    id {id},
    call TEXT NOT NULL CHECK (call <> ''),
    path TEXT NOT NULL CHECK (path <> ''),
    started_at {time} NOT NULL,
    started_by TEXT NOT NULL,
    ended_at {time},
    ended_by TEXT NOT NULL DEFAULT ''
){strict};
CREATE INDEX recording_pause_by_call ON recording_pause (call);

CREATE TABLE alarm (
    id {id},
    kind TEXT NOT NULL CHECK (kind <> ''),
    subject TEXT NOT NULL CHECK (subject <> ''),
    call TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    raised_at {time} NOT NULL,
    acknowledged_at {time},
    acknowledged_by TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT '',
    UNIQUE (kind, subject)
){strict};
CREATE INDEX alarm_standing ON alarm (raised_at) WHERE acknowledged_at IS NULL;

-- Figures as they were counted: a day counted again is another row, the highest revision is in force.
CREATE TABLE figure_day (
    id {id},
    day TEXT NOT NULL CHECK (length(day) = 10),
    revision {int} NOT NULL CHECK (revision >= 1),
    basis {json} NOT NULL,
    definitions {int} NOT NULL CHECK (definitions >= 1),
    made_at {time} NOT NULL,
    made_by TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    UNIQUE (day, revision)
){strict};

CREATE TABLE figure (
    id {id},
    day_id {ref} NOT NULL REFERENCES figure_day (id),
    scope TEXT NOT NULL CHECK (scope IN ('centre', 'flow', 'queue', 'operator', 'case')),
    key TEXT NOT NULL DEFAULT '',
    data {json} NOT NULL,
    UNIQUE (day_id, scope, key)
){strict};

-- What the past is made from: each leg's record, and each visit as live events told of it.
CREATE TABLE call_record (
    id {id},
    uuid TEXT NOT NULL UNIQUE CHECK (uuid <> ''),
    root TEXT NOT NULL CHECK (root <> ''),
    source TEXT NOT NULL CHECK (source IN ('record', 'events')),
    data {json} NOT NULL,
    received_at {time} NOT NULL
){strict};
CREATE INDEX call_record_by_root ON call_record (root);

-- What the project writes about itself

CREATE TABLE audit_log (
    id {id},
    at {time} NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    which TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '',
    before {json},
    after {json}
){strict};
CREATE INDEX audit_log_by_time ON audit_log (at);
CREATE INDEX audit_log_by_subject ON audit_log (subject, which, at);

CREATE TABLE setting (
    id {id},
    key TEXT NOT NULL UNIQUE CHECK (key <> ''),
    value {json} NOT NULL,
    changed_at {time} NOT NULL,
    changed_by TEXT NOT NULL DEFAULT ''
){strict};

CREATE TABLE job (
    id {id},
    key TEXT NOT NULL UNIQUE CHECK (key <> ''),
    slot {time},
    holder TEXT NOT NULL DEFAULT '',
    leased_until {time},
    started_at {time},
    ended_at {time},
    outcome TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'done', 'failed')),
    message TEXT NOT NULL DEFAULT ''
){strict};
