-- Whoever signs in types a number as it comes: "a17" finds A17. Numbers stay as they are written, and as unique as they were.

create index employees_number_folded on employees (lower(employee_number)) where removed_at is null and employee_number is not null;

-- Like `find_accounts`, which answers for a number as it is written: those whose number differs in case alone follow.
create function find_sign_in_accounts(wanted_email text, wanted_number text, wanted_short_name text)
returns table (organisation_id bigint, employee_id bigint, hash text, exact boolean)
language sql stable security definer set search_path = public as $$
    select e.organisation_id, e.id, p.hash, coalesce(e.email_normalised = wanted_email, false) or e.employee_number = wanted_number as exact
    from employees e
    join organisations o on o.id = e.organisation_id
    left join passwords p on p.organisation_id = e.organisation_id and p.employee_id = e.id
    where e.removed_at is null
      and (e.email_normalised = wanted_email
           or lower(e.employee_number) = lower(wanted_number) and (wanted_short_name is null or o.short_name = wanted_short_name))
    order by 4 desc, e.organisation_id, e.id limit 20
$$;

revoke execute on function find_sign_in_accounts from public;
grant execute on function find_sign_in_accounts to latchkey_app;
