-- The orders by the two dates that every message changes stand in a table of their own, so that an acknowledgement touches the indexes
-- of these two orders and of no other. In `standings` it then changes no indexed column.

lock table batches, standings, invitations, sends, attempts, events in access exclusive mode;

create table standing_dates (
    organisation_id   bigint not null,
    employee_id       bigint primary key,                                 -- alone: nothing else is found by it, however small the table looks
    phase             text not null,                                      -- these three: those of `standings`
    ends_at           timestamptz not null,
    sent_rank         timestamptz not null
) with (fillfactor = 50);

alter table standings
    set (fillfactor = 50),
    add column dates_written integer not null default 0;                  -- grows where a statement writes `standing_dates` by itself

insert into standing_dates (organisation_id, employee_id, phase, ends_at, sent_rank)
select organisation_id, employee_id, phase, ends_at, sent_rank from standings;
create index standing_dates_by_sent on standing_dates (organisation_id, phase, sent_rank, employee_id);
create index standing_dates_by_expires on standing_dates (organisation_id, phase, ends_at, employee_id);
drop index standings_phase_by_sent, standings_phase_by_expires;

alter table standing_dates enable row level security;
create policy own on standing_dates using (organisation_id = current_organisation());
grant select, insert, update, delete on standing_dates to latchkey_app;

-- One row for each of `standings`, kept by triggers instead of a foreign key: its check would be planned for a small table, and read
-- a large one whole for each row of an import.
create function date_standing() returns trigger
language plpgsql set search_path = public, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into standing_dates (organisation_id, employee_id, phase, ends_at, sent_rank)
        values (new.organisation_id, new.employee_id, new.phase, new.ends_at, new.sent_rank);
    elsif tg_op = 'DELETE' then
        delete from standing_dates where employee_id = old.employee_id;
    else
        update standing_dates d set phase = new.phase, ends_at = new.ends_at, sent_rank = new.sent_rank where d.employee_id = new.employee_id;
    end if;
    return null;
end $$;
create trigger standings_dated after insert on standings for each row execute function date_standing();
create trigger standings_undated after delete on standings for each row execute function date_standing();
create trigger standings_dated_again after update on standings for each row
    when (old.dates_written = new.dates_written
          and (old.phase <> new.phase or old.ends_at <> new.ends_at or old.sent_rank <> new.sent_rank))
    execute function date_standing();

-- Until when expiries have been recorded.
alter table installation
    add column expiries_noted_until timestamptz,
    add column expiries_looked_over_at timestamptz;                       -- when those of the last days were looked over once more
drop index invitations_to_expire;

-- Records once that invitations have expired. Their status changes without a write, so that the screens are told.
-- Looked for are those that expire between the last look and this one. Every few minutes it is those of the last days, too, since
-- a message that waited for long may bring an expiry that lies behind, and somebody else may have held a row.
create or replace function note_expired_invitations() returns bigint
language plpgsql security definer set search_path = public, pg_temp set jit = off as $$
declare
    most constant integer := 1000;
    until timestamptz := clock_timestamp();
    since timestamptz;
    over boolean;
    noted bigint := 0;
    concerned record;
begin
    select expiries_looked_over_at is null or expiries_looked_over_at < until - interval '10 minutes',
           case when expiries_looked_over_at is null then '-infinity'
                when expiries_looked_over_at < until - interval '10 minutes'
                then least(until - interval '10 days', expiries_noted_until - interval '10 seconds')
                else expiries_noted_until - interval '10 seconds' end
    into over, since from installation;
    since := coalesce(since, '-infinity');
    for concerned in
        with expired as (
            select i.organisation_id, i.id from organisations o
            cross join lateral (
                select d.employee_id from standing_dates d
                where d.organisation_id = o.id and d.phase = 'live' and d.ends_at > since and d.ends_at <= until) d
            join invitations i on i.organisation_id = o.id and i.employee_id = d.employee_id
            where i.accepted_at is null and i.cancelled_at is null and i.withdrawn_at is null
              and i.expiry_noted_at is null and i.expires_at <= until
            limit most for no key update of i skip locked
        ), noting as (
            update invitations i set expiry_noted_at = clock_timestamp()
            from expired e where i.organisation_id = e.organisation_id and i.id = e.id
            returning i.organisation_id, i.employee_id, i.id
        ), told as (
            insert into events (organisation_id, kind, employee_id, invitation_id)
            select organisation_id, 'expired', employee_id, id from noting
        )
        select organisation_id, count(*) as people from noting group by organisation_id
    loop
        noted := noted + concerned.people;
        perform pg_notify('latchkey_standings', concerned.organisation_id::text);
    end loop;
    -- One of several workers notes it.
    if noted < most then
        update installation
        set expiries_noted_until = until, expiries_looked_over_at = case when over then until else expiries_looked_over_at end
        where only_row in (select only_row from installation for no key update skip locked);
    end if;
    return noted;
end $$;

-- These checks cost more than what they check: each line of history and each try is written by a statement that has just read, or
-- written, what it belongs to.
alter table events drop constraint events_organisation_id_fkey;
alter table attempts drop constraint attempts_organisation_id_send_id_fkey;

-- Tries are looked for by their send, and have one index for that.
alter table attempts drop constraint attempts_pkey;
drop index attempts_by_send;
alter table attempts add primary key (send_id, id);
