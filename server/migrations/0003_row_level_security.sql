-- The second wall: the application's role sees the rows of the organisation that its transaction has named, and no others.
-- The role itself is made at start-up (`server::db`), since roles belong to the cluster.

create function current_organisation() returns bigint
language sql stable as $$ select nullif(current_setting('latchkey.organisation', true), '')::bigint $$;

alter table organisations enable row level security;
create policy own on organisations using (id = current_organisation());

do $$
declare each text;
begin
    foreach each in array array['settings', 'employees', 'passwords', 'batches', 'invitations', 'sends', 'attempts', 'send_values',
                                'outcomes', 'events', 'event_values', 'standings', 'sessions', 'import_checks']
    loop
        execute format('alter table %I enable row level security', each);
        execute format('create policy own on %I using (organisation_id = current_organisation())', each);
    end loop;
end $$;

grant select, update on organisations to latchkey_app;
grant select, insert, update on settings, employees, batches, invitations, sends, outcomes, standings to latchkey_app;
grant select, insert, update, delete on passwords, sessions, import_checks, throttles to latchkey_app;
grant delete on standings to latchkey_app;
grant select, insert on attempts, send_values, events, event_values to latchkey_app;
grant select on employee_statuses, installation to latchkey_app;
