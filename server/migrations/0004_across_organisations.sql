-- The only doors through row-level security: functions that run as the tables' owner, each with its reason.

-- A cookie names no organisation. Idle for a day or 30 days old: not found.
create function find_session(wanted bytea)
returns table (organisation_id bigint, employee_id bigint, first_name text, last_name text, role text, chosen_language text,
               organisation_name text, organisation_language text, time_zone text, stale boolean)
language sql stable security definer set search_path = public as $$
    select s.organisation_id, s.employee_id, e.first_name, e.last_name, e.role, e.language,
           o.name, o.language, o.time_zone, s.seen_at < now() - interval '1 minute'
    from sessions s
    join employees e on e.organisation_id = s.organisation_id and e.id = s.employee_id
    join organisations o on o.id = s.organisation_id
    where s.id_hash = wanted and s.seen_at > now() - interval '1 day' and s.created_at > now() - interval '30 days'
      and e.removed_at is null and e.suspended_at is null and e.activated_at is not null
$$;

-- Somebody who signs in, or asks for a reset, names an address or a number, and no organisation.
create function find_accounts(wanted_email text, wanted_number text, wanted_short_name text)
returns table (organisation_id bigint, employee_id bigint, hash text)
language sql stable security definer set search_path = public as $$
    select e.organisation_id, e.id, p.hash from employees e
    join organisations o on o.id = e.organisation_id
    left join passwords p on p.organisation_id = e.organisation_id and p.employee_id = e.id
    where e.removed_at is null
      and (e.email_normalised = wanted_email
           or e.employee_number = wanted_number and (wanted_short_name is null or o.short_name = wanted_short_name))
    order by e.organisation_id, e.id limit 20
$$;

-- The command line makes organisations, and names them by name or short name.
create function create_organisation(new_name text, new_short_name text, new_language text, new_time_zone text) returns bigint
language sql security definer set search_path = public as $$
    with made as (
        insert into organisations (name, short_name, language, time_zone)
        values (new_name, new_short_name, new_language, new_time_zone) returning id)
    insert into settings (organisation_id) select id from made returning organisation_id
$$;
create function find_organisation(wanted text) returns bigint
language sql stable security definer set search_path = public as $$
    select id from organisations where name = wanted or short_name = wanted order by (short_name = wanted) desc limit 1
$$;

-- Trigram operators are not leakproof, so that a policy would keep them from their index. Reads the organisation from the
-- transaction, never from an argument. `patterns` are LIKE patterns over the folded text, all of which must match; one condition
-- each, since the index serves `like` and not `like all`. They are bound, never spelt into the statement.
create function search_employees(patterns text[]) returns setof bigint
language plpgsql stable security definer set search_path = public rows 200 as $$
begin
    return query execute
        'select id from employees where organisation_id = $1 and removed_at is null'
        || (select coalesce(string_agg(format(' and search_text like $2[%s]', place), ''), '')
            from generate_series(1, cardinality(patterns)) as place)
        using current_organisation(), patterns;
end $$;

revoke execute on function find_session, find_accounts, create_organisation, find_organisation, search_employees from public;
grant execute on function find_session, find_accounts, create_organisation, find_organisation, search_employees to latchkey_app;
