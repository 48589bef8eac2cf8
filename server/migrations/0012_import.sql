-- Imports: what became of a check, and an end to those that are over.

alter table import_checks add column result jsonb;                        -- what the import did; unset: not imported

-- A new check clears away what is older than an hour, whoever made it.
create index import_checks_by_age on import_checks (organisation_id, created_at);

-- Parsed rows hold personal data and are kept for an hour, also where nobody checks another file. Called by the sweeper, which
-- looks across organisations.
create function sweep_import_checks() returns void
language sql security definer set search_path = public as $$
    delete from import_checks where created_at < now() - interval '1 hour'
$$;
revoke execute on function sweep_import_checks from public;
grant execute on function sweep_import_checks to latchkey_app;
