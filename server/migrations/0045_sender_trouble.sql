-- That the relay refused an organisation's sender is remembered after it is over, as the last trouble with the relay is.
create table last_sender_trouble (
    organisation_id bigint primary key references organisations,          -- whose sender it was
    words           text not null,                                        -- the relay's own words, without addresses
    at              timestamptz not null                                  -- when it was last there
);
alter table last_sender_trouble enable row level security;
create policy own on last_sender_trouble using (organisation_id = current_organisation());
grant select on last_sender_trouble to latchkey_app;

-- It is over when its row goes, for whatever reason.
create function remember_refused_sender() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
    insert into last_sender_trouble (organisation_id, words, at) values (old.organisation_id, old.words, clock_timestamp())
    on conflict (organisation_id) do update set words = excluded.words, at = excluded.at;
    return null;
end $$;
create trigger refused_sender_over after delete on refused_senders for each row execute function remember_refused_sender();
revoke execute on function remember_refused_sender from public;
