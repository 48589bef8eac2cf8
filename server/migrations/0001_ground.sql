-- The ground: organisations, employees, invitations, sends, batches, events, sessions.
-- Every key starts with organisation_id, so that no row can refer to another organisation's.
-- Facts are stored (when something happened), states are derived from them; the words are those of the `domain` crate.

create extension if not exists pg_trgm;

-- A tenant. Everything else belongs to exactly one.
create table organisations (
    id          bigint generated always as identity primary key,
    name        text not null check (length(name) between 1 and 200),                      -- as shown to people
    short_name  text not null unique check (short_name ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'), -- after the @ in NUMBER@short-name
    language    text not null check (language in ('en', 'fr')),                             -- for people who have chosen none
    time_zone   text not null check (length(time_zone) between 1 and 64),                   -- IANA name; days end in it
    created_at  timestamptz not null default now()
);

-- What an organisation's administrators decide; one row per organisation.
create table settings (
    organisation_id bigint primary key references organisations,
    validity_days   integer not null default 14 check (validity_days between 1 and 90),     -- an invitation's validity, from leaving
    hold_seconds    integer not null default 10 check (hold_seconds between 0 and 3600),    -- how long a batch can be undone
    sender_name     text check (length(sender_name) <= 200),                                -- shown in From; unset: the organisation's name
    sender_address  text check (length(sender_address) <= 254),                             -- From; unset: LATCHKEY_MAIL_FROM
    reply_to        text check (length(reply_to) <= 254),                                   -- a person who may be answered to
    contact         text check (length(contact) <= 500),                                    -- whom to ask, in mails and on dead ends
    destination_url text check (length(destination_url) <= 2000)                            -- what the credentials are for
);

-- A person of the organisation.
create table employees (
    organisation_id  bigint not null references organisations,
    id               bigint generated always as identity,
    first_name       text not null check (length(first_name) <= 200),
    last_name        text not null check (length(last_name) <= 200),
    email            text check (length(email) <= 254),                   -- as written; none for some
    email_normalised text check (length(email_normalised) <= 254),        -- by `domain::email`, for comparing
    employee_number  text check (length(employee_number) between 1 and 64),
    department       text check (length(department) <= 200),
    site             text check (length(site) <= 200),
    title            text check (length(title) <= 200),                   -- job title
    language         text check (language in ('en', 'fr')),               -- unset: the organisation's
    role             text not null default 'member' check (role in ('owner', 'administrator', 'auditor', 'member')),
    search_text      text not null,                                       -- folded by `domain::search`: name, email, number, department, title
    activated_at     timestamptz,                                         -- a password was set for the first time
    suspended_at     timestamptz,
    removed_at       timestamptz,                                         -- removed people are shown nowhere; their history stays
    created_at       timestamptz not null default now(),
    primary key (organisation_id, id),
    check (first_name <> '' or last_name <> ''),
    check ((email is null) = (email_normalised is null))
);

-- Two people may share an address; all but one then need a number.
create unique index employees_number on employees (organisation_id, employee_number) where removed_at is null;
create unique index employees_email_alone on employees (organisation_id, email_normalised)
    where removed_at is null and employee_number is null;
create index employees_email on employees (email_normalised) where removed_at is null;
create index employees_number_anywhere on employees (employee_number) where removed_at is null and employee_number is not null;
create index employees_owners on employees (organisation_id) where removed_at is null and role = 'owner';
create index employees_search on employees using gin (search_text gin_trgm_ops) where removed_at is null;

-- The password of an active employee. Apart, so that no query for a screen can carry it along.
create table passwords (
    organisation_id bigint not null,
    employee_id     bigint not null,
    hash            text not null,                                        -- argon2id, PHC string
    set_at          timestamptz not null default now(),
    primary key (organisation_id, employee_id),
    foreign key (organisation_id, employee_id) references employees
);

-- One bulk action by one administrator (for one employee too), with its frozen audience.
create table batches (
    organisation_id bigint not null references organisations,
    id              bigint generated always as identity,
    action          text not null check (action in ('send_credentials', 'resend_invitation', 'cancel_invitation', 'send_password_reset')),
    created_by      bigint not null,                                      -- the employee who pressed
    created_at      timestamptz not null default now(),
    idempotency_key uuid not null,                                        -- of the dialog; a second press finds the first one's batch
    hold_until      timestamptz,                                          -- until then it can be undone; unset: nothing was held
    undone_at       timestamptz,                                          -- taken back within its hold
    people          integer not null check (people >= 0),                 -- the size of the audience, the skipped included
    receiving       integer not null check (receiving between 0 and people), -- how many took part
    primary key (organisation_id, id),
    foreign key (organisation_id, created_by) references employees,
    unique (organisation_id, created_by, idempotency_key)
);

-- The offer to activate.
create table invitations (
    organisation_id bigint not null,
    id              bigint generated always as identity,
    employee_id     bigint not null,
    batch_id        bigint,                                               -- the batch that made it
    created_at      timestamptz not null default now(),
    expires_at      timestamptz,                                          -- of its newest sent message; unset: nothing has left yet
    accepted_at     timestamptz,                                          -- the employee activated through it
    cancelled_at    timestamptz,
    withdrawn_at    timestamptz,                                          -- taken back by Undo before it left: counts as never made
    expiry_noted_at timestamptz,                                          -- the sweeper wrote the event
    primary key (organisation_id, id),
    foreign key (organisation_id, employee_id) references employees,
    foreign key (organisation_id, batch_id) references batches,
    check (num_nonnulls(accepted_at, cancelled_at, withdrawn_at) <= 1)
);

-- At most one live invitation per employee, whatever races.
create unique index invitations_live on invitations (organisation_id, employee_id)
    where accepted_at is null and cancelled_at is null and withdrawn_at is null;
create index invitations_by_employee on invitations (organisation_id, employee_id, id);
create index invitations_by_batch on invitations (organisation_id, batch_id) where batch_id is not null;
create index invitations_to_expire on invitations (expires_at)
    where accepted_at is null and cancelled_at is null and withdrawn_at is null and expiry_noted_at is null;

-- One message to one person; the row is the outbox's entry too.
create table sends (
    organisation_id bigint not null,
    id              bigint generated always as identity,
    employee_id     bigint not null,
    kind            text not null check (kind in ('invitation', 'resend', 'reset', 'notice')),
    notice          text check (notice in ('password_changed', 'address_changed')), -- which notice
    invitation_id   bigint,                                               -- for invitation and resend
    batch_id        bigint,                                               -- unset: asked for by the employee, or a notice
    address         text not null,                                        -- where it goes; frozen
    language        text not null check (language in ('en', 'fr')),       -- frozen
    seed            bytea not null default uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) check (length(seed) = 32), -- of its link
    priority        smallint not null check (priority between 0 and 9),   -- 0: a person waits (resets, one employee); 5: batches
    state           text not null default 'queued' check (state in ('queued', 'sending', 'sent', 'deferred', 'failed', 'bounced', 'dropped')),
    not_before      timestamptz not null default now(),                   -- the hold, or the next try
    attempts        integer not null default 0,                           -- tries that count towards giving up
    lease_number    bigint not null default 0,                            -- fencing: grows with each claim
    lease_until     timestamptz,                                          -- while sending
    taken_up_at     timestamptz,                                          -- first claimed
    expires_at      timestamptz,                                          -- the expiry that its message prints
    uncertain       boolean not null default false,                       -- an answer after the final dot was lost: the next copy is identical
    finished_at     timestamptz,                                          -- sent, failed or dropped
    kept            boolean not null default false,                       -- stayed in the built-in mailbox: shown as "kept"
    reason          text,                                                 -- of deferred, failed or dropped: a `domain::delivery::Reason`
    reply           text check (length(reply) <= 2000),                   -- the relay's last words
    used_at         timestamptz,                                          -- a reset link was used
    opened_at       timestamptz,                                          -- its link was opened last, perhaps by a scanner
    created_at      timestamptz not null default now(),
    primary key (organisation_id, id),
    foreign key (organisation_id, employee_id) references employees,
    foreign key (organisation_id, invitation_id) references invitations,
    foreign key (organisation_id, batch_id) references batches,
    check ((kind in ('invitation', 'resend')) = (invitation_id is not null)),
    check ((kind = 'notice') = (notice is not null)),
    check ((state = 'sending') = (lease_until is not null)),
    check ((state in ('sent', 'failed', 'bounced', 'dropped')) = (finished_at is not null))
);

-- At most one open invitation send per employee.
create unique index sends_open_invitation on sends (organisation_id, employee_id)
    where invitation_id is not null and state in ('queued', 'sending', 'deferred');
create index sends_due on sends (priority, not_before, id) where state in ('queued', 'deferred');
create index sends_leased on sends (lease_until) where state = 'sending';
create index sends_by_employee on sends (organisation_id, employee_id, id);
create index sends_by_invitation on sends (organisation_id, invitation_id, id) where invitation_id is not null;
create index sends_by_batch on sends (organisation_id, batch_id, id) where batch_id is not null;

-- One try to hand a send to the relay.
create table attempts (
    organisation_id bigint not null,
    id              bigint generated always as identity,
    send_id         bigint not null,
    at              timestamptz not null default clock_timestamp(),
    outcome         text not null check (outcome in ('accepted', 'deferred', 'refused', 'unknown')), -- unknown: no answer after the dot
    reply           text check (length(reply) <= 2000),
    primary key (organisation_id, id),
    foreign key (organisation_id, send_id) references sends
);
create index attempts_by_send on attempts (organisation_id, send_id, id);

-- The values that a sent message was rendered from, so that history can show it again. Erasable.
create table send_values (
    organisation_id  bigint not null,
    send_id          bigint not null,
    template_version integer not null,
    template_values  jsonb not null,                                      -- without the link
    primary key (organisation_id, send_id),
    foreign key (organisation_id, send_id) references sends
);

-- What became of each employee of a batch.
create table outcomes (
    organisation_id bigint not null,
    batch_id        bigint not null,
    employee_id     bigint not null,
    skipped         text,                                                 -- a `domain::eligibility::Skip`; unset: took part
    send_id         bigint,                                               -- the message, where there is one
    primary key (organisation_id, batch_id, employee_id),
    foreign key (organisation_id, batch_id) references batches,
    foreign key (organisation_id, employee_id) references employees,
    foreign key (organisation_id, send_id) references sends,
    check (skipped is null or send_id is null)
);

-- One line of history. Only ever inserted, and carries ids alone.
create table events (
    organisation_id bigint not null references organisations,
    id              bigint generated always as identity,
    at              timestamptz not null default clock_timestamp(),
    kind            text not null,                                        -- a `domain::event::EventKind`
    actor_id        bigint,                                               -- the employee who did it; unset: the system or the command line
    employee_id     bigint,                                               -- whom it concerns
    invitation_id   bigint,
    send_id         bigint,
    batch_id        bigint,
    primary key (organisation_id, id)
);
create index events_by_employee on events (organisation_id, employee_id, id) where employee_id is not null;

-- Personal values that an event shows; apart, so that they can be erased and the history stays.
create table event_values (
    organisation_id bigint not null,
    event_id        bigint not null,
    name            text not null,                                        -- such as from, to, reply
    value           text not null,
    primary key (organisation_id, event_id, name),
    foreign key (organisation_id, event_id) references events
);

-- Where each employee stands: the narrow row that filters, counts and pages read.
-- A copy of facts that stand elsewhere, kept by the statements that change them (0002_standings.sql); no wide column may move here.
create table standings (
    organisation_id   bigint not null,
    employee_id       bigint not null,
    sort_name         text collate "C" not null,                          -- `domain::search::sort_key` of last and first name
    sort_department   text collate "C" not null,                          -- the same of the department, '' without one
    has_email         boolean not null,
    suspended         boolean not null,
    activated_at      timestamptz,
    invitation_id     bigint,                                             -- the latest that was not withdrawn
    cancelled_at      timestamptz,                                        -- of that invitation
    expires_at        timestamptz,                                        -- of that invitation
    last_sent_at      timestamptz,                                        -- a message was sent (or kept) last
    delivery_problem  boolean not null default false,                     -- the latest send to the present address failed or bounced
    last_sign_in_at   timestamptz,                                        -- stands only here
    phase             text not null generated always as (
        case when activated_at is not null then 'active'
             when invitation_id is null then 'not_invited'
             when cancelled_at is not null then 'cancelled'
             else 'live' end) stored,                                     -- the status without the clock: live is pending or expired
    ends_at           timestamptz not null generated always as (
        case when activated_at is null and invitation_id is not null and cancelled_at is null
             then coalesce(expires_at, 'infinity') else 'infinity' end) stored, -- when the live invitation expires, comparable for everybody
    department_rank   text collate "C" not null generated always as (
        case when sort_department = '' then e'\U0010FFFF' else sort_department end) stored, -- those without a department after all others
    sent_rank         timestamptz not null generated always as (coalesce(last_sent_at, '-infinity')) stored,    -- the same for orders;
    sign_in_rank      timestamptz not null generated always as (coalesce(last_sign_in_at, '-infinity')) stored, -- under a policy coalesce() hides a column from its index
    primary key (organisation_id, employee_id),
    foreign key (organisation_id, employee_id) references employees on delete cascade
) with (fillfactor = 70);

-- A page of the Employees page is one scan of one of these: an order of everybody, of a phase, or of a small group.
-- They are the orders of `server::employees::list::order`; people without a department, or without a date, come last.
create index standings_by_name on standings (organisation_id, sort_name, employee_id);
create index standings_by_department on standings (organisation_id, department_rank, sort_name, employee_id);
create index standings_by_sent on standings (organisation_id, sent_rank, employee_id);
create index standings_by_expires on standings (organisation_id, ends_at, employee_id);
create index standings_by_sign_in on standings (organisation_id, sign_in_rank, employee_id);
create index standings_phase_by_name on standings (organisation_id, phase, sort_name, employee_id);
create index standings_phase_by_department on standings (organisation_id, phase, department_rank, sort_name, employee_id);
create index standings_phase_by_sent on standings (organisation_id, phase, sent_rank, employee_id);
create index standings_phase_by_expires on standings (organisation_id, phase, ends_at, employee_id);
create index standings_phase_by_sign_in on standings (organisation_id, phase, sign_in_rank, employee_id);
create index standings_problems on standings (organisation_id, sort_name, employee_id) where delivery_problem;
create index standings_without_email on standings (organisation_id, sort_name, employee_id) where not has_email;
create index standings_suspended on standings (organisation_id, sort_name, employee_id) where suspended;

-- A browser that is signed in.
create table sessions (
    organisation_id bigint not null,
    id_hash         bytea primary key check (length(id_hash) = 32),       -- SHA-256 of the cookie's value
    employee_id     bigint not null,
    created_at      timestamptz not null default now(),
    seen_at         timestamptz not null default now(),                   -- for the idle limit; written once a minute at most
    foreign key (organisation_id, employee_id) references employees
);
create index sessions_by_employee on sessions (organisation_id, employee_id);

-- Failures and requests for mail, per account and per network; subjects are hashed.
create table throttles (
    subject         bytea primary key check (length(subject) = 32),       -- SHA-256 of what is throttled
    failures        integer not null,
    last_at         timestamptz not null
);

-- Parsed rows of an import, kept for an hour for whoever checked the file.
create table import_checks (
    organisation_id bigint not null,
    id              uuid not null default gen_random_uuid(),
    created_by      bigint not null,
    created_at      timestamptz not null default now(),
    file_name       text not null,
    rows            jsonb not null,
    primary key (organisation_id, id),
    foreign key (organisation_id, created_by) references employees
);

-- What belongs to the installation as a whole; one row.
create table installation (
    only_row        boolean primary key default true check (only_row),
    key_check       bytea not null,                                       -- a MAC by the secret key over a constant
    created_at      timestamptz not null default now()
);
