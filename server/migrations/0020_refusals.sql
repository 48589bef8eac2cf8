-- What was not accepted last is shown to owners; refusals are few among the attempts.
create index attempts_not_accepted on attempts (organisation_id, at desc) where outcome <> 'accepted';
