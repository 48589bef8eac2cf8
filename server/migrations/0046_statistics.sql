-- Whoever has just imported people or accepted a batch of many acts on them within seconds, long before autovacuum has looked. Planned for the
-- rows of before, of which there may have been none, an Undo would look for each among all. Somebody who analyses already is not waited for.
create function learn_people() returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    analyze (skip_locked) employees, standings, standing_dates;
end $$;

create function learn_messages() returns void
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    analyze (skip_locked) invitations, sends, outbox, outcomes;
end $$;

revoke execute on function learn_people, learn_messages from public;
grant execute on function learn_people, learn_messages to latchkey_app;
