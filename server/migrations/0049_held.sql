-- Every administration page says that nothing leaves.
grant execute on function outbox_is_held to latchkey_app;
