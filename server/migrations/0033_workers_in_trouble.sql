-- How many of the workers that are there have trouble with the relay: some may have it, while others deliver.
create function workers_in_trouble() returns bigint
language sql stable security definer set search_path = public, pg_temp as $$
    select count(*) from workers where concern is not null and seen_at > clock_timestamp() - interval '15 seconds'
$$;
revoke execute on function workers_in_trouble from public;
grant execute on function workers_in_trouble to latchkey_app;
