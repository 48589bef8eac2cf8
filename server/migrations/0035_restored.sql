-- A backup that is restored in place of its original, or takes its name, is told by the table that it is kept in: a restored one is another
-- table, with another OID. Workers that run on notice as well.
alter table installation add column table_oid oid;   -- of this table when it was looked at last

-- Whether nothing leaves until a person confirms: the outbox is held, or this is a copy.
create function outbox_is_held() returns boolean
language sql stable security definer set search_path = public, pg_temp as $$
    select exists (select from installation i where i.outbox_held_at is not null or i.table_oid <> i.tableoid)
$$;

-- As 0016_workers.sql has it.
create or replace function delivery_outlook()
returns table (workers integer, held boolean, concern text, words text, concern_at timestamptz, own_until timestamptz, relay_until timestamptz,
               relay_per_second integer, relay_per_hour integer, relay_per_day integer)
language sql stable security definer set search_path = public, pg_temp set jit = off as $$
    select w.there, outbox_is_held(), w.concern, w.words, w.concern_at, own.until, relay.until, r.per_second, r.per_hour, r.per_day
    from (
        select count(*)::integer as there,
               case when bool_and(concern is not null) then min(concern) end as concern,
               case when bool_and(concern is not null) then min(words) end as words,
               case when bool_and(concern is not null) then min(concern_at) end as concern_at
        from workers where seen_at > clock_timestamp() - interval '15 seconds') w
    left join settings t on t.organisation_id = current_organisation()
    left join relay_pace r on true
    cross join lateral pace_state(t.organisation_id, t.pace_per_second, t.pace_per_hour, t.pace_per_day, clock_timestamp()) own
    cross join lateral pace_state(0, r.per_second, r.per_hour, r.per_day, clock_timestamp()) relay
$$;

revoke execute on function outbox_is_held from public;
