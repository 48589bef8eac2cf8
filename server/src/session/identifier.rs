//! What a person signs in with.

/// The sign-in identifier as SQL over `employees e` and `organisations o`: the address, where it is theirs alone or there is no
/// number; else the number, with the organisation's short name where others on this server have the same.
macro_rules! sign_in_identifier {
    () => {
        "case
           when e.email is not null
             and (e.employee_number is null or (select count(*) from find_accounts(e.email_normalised, null, null)) <= 1) then e.email
           when e.employee_number is null then ''
           when (select count(*) from find_accounts(null, e.employee_number, null)) <= 1 then e.employee_number
           else e.employee_number || '@' || o.short_name
         end"
    };
}

pub(crate) use sign_in_identifier;
