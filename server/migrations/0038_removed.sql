-- Of some sends, those that could be finished now, as 0026_outbox.sql has it; also of people who have been removed meanwhile.
create or replace function sends_nobody_holds(organisations bigint[], ids bigint[]) returns setof bigint
language sql security definer set search_path = public, pg_temp set jit = off as $$
    select s.id from unnest(organisations, ids) as wanted(organisation_id, id)
    join sends s on s.organisation_id = wanted.organisation_id and s.id = wanted.id
    join employees e on e.organisation_id = s.organisation_id and e.id = s.employee_id
    where (s.invitation_id is null
           or exists (select from invitations i where i.organisation_id = s.organisation_id and i.id = s.invitation_id
                      for no key update skip locked))
      and (not exists (select from standings t where t.organisation_id = s.organisation_id and t.employee_id = s.employee_id)
           or exists (select from standings t where t.organisation_id = s.organisation_id and t.employee_id = s.employee_id
                      for no key update skip locked))
      and (not exists (select from outbox o where o.send_id = s.id)
           or exists (select from outbox o where o.send_id = s.id for no key update skip locked))
    for no key update of s skip locked for key share of e skip locked
$$;
