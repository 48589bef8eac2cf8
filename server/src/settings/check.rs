//! Checking typed settings, with a problem per field.

use app::{
    settings::model::{Settings, TypedSettings},
    ui::problem::{FieldError, Problem},
};
use domain::{
    email::{EmailAddress, EmailError},
    pace::{PER_HOUR_OR_DAY, PER_SECOND, Pace},
    person::{LONGEST_TEXT, TextError, bounded_line},
    settings::{HOLD_SECONDS, LONGEST_CONTACT, LONGEST_WEB_ADDRESS, VALIDITY_DAYS, is_short_name, is_web_address},
};
use std::ops::RangeInclusive;

/// Reads what was typed; every field that is wrong has its problem.
pub(super) fn read(typed: &TypedSettings) -> Result<Settings, Vec<FieldError>> {
    let mut errors = Vec::new();
    let mut check = |field: &str, problem: Problem| errors.push(FieldError::new(field, problem));
    let name = needed_line(&typed.name).map_err(|problem| check("name", problem)).unwrap_or_default();
    let short_name = typed.short_name.trim().to_owned();
    if !is_short_name(&short_name) {
        check("short_name", Problem::NotAShortName);
    }
    let language = typed.language.parse().map_err(|_| check("language", Problem::NotAChoice)).unwrap_or_default();
    let time_zone = typed.time_zone.trim().to_owned();
    if time_zone.parse::<chrono_tz::Tz>().is_err() {
        check("time_zone", Problem::NotATimeZone);
    }
    let validity_days = whole(&typed.validity_days, VALIDITY_DAYS).map_err(|problem| check("validity_days", problem)).unwrap_or_default();
    let hold_seconds = whole(&typed.hold_seconds, HOLD_SECONDS).map_err(|problem| check("hold_seconds", problem)).unwrap_or_default();
    let pace = Pace {
        per_second: limit(&typed.pace_per_second, PER_SECOND).map_err(|problem| check("pace_per_second", problem)).unwrap_or_default(),
        per_hour: limit(&typed.pace_per_hour, PER_HOUR_OR_DAY).map_err(|problem| check("pace_per_hour", problem)).unwrap_or_default(),
        per_day: limit(&typed.pace_per_day, PER_HOUR_OR_DAY).map_err(|problem| check("pace_per_day", problem)).unwrap_or_default(),
    };
    let sender_name = line(&typed.sender_name, LONGEST_TEXT).map_err(|problem| check("sender_name", problem)).unwrap_or_default();
    let sender_address = address(&typed.sender_address).map_err(|problem| check("sender_address", problem)).unwrap_or_default();
    let reply_to = address(&typed.reply_to).map_err(|problem| check("reply_to", problem)).unwrap_or_default();
    let contact = line(&typed.contact, LONGEST_CONTACT).map_err(|problem| check("contact", problem)).unwrap_or_default();
    let destination_url = web_address(&typed.destination_url).map_err(|problem| check("destination_url", problem)).unwrap_or_default();
    if !errors.is_empty() {
        return Err(errors);
    }
    Ok(Settings {
        name,
        short_name,
        language,
        time_zone,
        validity_days,
        hold_seconds,
        pace,
        sender_name,
        sender_address,
        reply_to,
        contact,
        destination_url,
    })
}

fn line(text: &str, longest: u16) -> Result<Option<String>, Problem> {
    let line = bounded_line(text, longest).map_err(|TextError::TooLong(longest)| Problem::TooLong(longest))?;
    Ok((!line.is_empty()).then_some(line))
}

fn needed_line(text: &str) -> Result<String, Problem> {
    line(text, LONGEST_TEXT)?.ok_or(Problem::Missing)
}

fn whole(text: &str, range: RangeInclusive<u32>) -> Result<u32, Problem> {
    let number = digits(text.trim()).and_then(|digits| digits.parse().ok()).filter(|number| range.contains(number));
    number.ok_or_else(|| Problem::OutOfRange(*range.start(), *range.end()))
}

/// The digits of a whole number, whose thousands may stand apart as either language sets them: 12000, 12,000, 12 000.
fn digits(text: &str) -> Option<String> {
    let groups: Vec<&str> = text.split([',', ' ', '\u{a0}', '\u{202f}']).collect();
    let are_digits = groups.iter().all(|group| group.bytes().all(|byte| byte.is_ascii_digit()));
    // A comma before anything else than three digits is that of a fraction.
    let are_thousands = groups.len() == 1 || matches!(groups[0].len(), 1..=3) && groups[1..].iter().all(|group| group.len() == 3);
    (are_digits && are_thousands).then(|| groups.concat())
}

fn limit(text: &str, range: RangeInclusive<u32>) -> Result<Option<u32>, Problem> {
    if text.trim().is_empty() { Ok(None) } else { whole(text, range).map(Some) }
}

fn address(text: &str) -> Result<Option<String>, Problem> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    match EmailAddress::parse(text) {
        Ok(address) => Ok(Some(address.as_written().to_owned())),
        Err(EmailError::Malformed) => Err(Problem::NotAnAddress),
        Err(EmailError::LocalPartNotAscii) => Err(Problem::AddressNotAscii),
        Err(EmailError::TooLong) => Err(Problem::TooLong(254)),
    }
}

fn web_address(text: &str) -> Result<Option<String>, Problem> {
    let text = text.trim();
    if text.chars().count() > usize::from(LONGEST_WEB_ADDRESS) {
        return Err(Problem::TooLong(LONGEST_WEB_ADDRESS));
    }
    if !text.is_empty() && !is_web_address(text) {
        return Err(Problem::NotAWebAddress);
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_may_stand_apart_as_people_write_them() {
        for text in ["12000", " 12000 ", "12,000", "12 000", "12\u{a0}000", "12\u{202f}000"] {
            assert_eq!(limit(text, PER_HOUR_OR_DAY), Ok(Some(12_000)), "{text:?}");
        }
        assert_eq!(limit("1,234,567", PER_HOUR_OR_DAY), Ok(Some(1_234_567)));
    }

    #[test]
    fn no_limit_is_what_was_left_empty_and_nothing_else() {
        assert_eq!(limit(" \u{a0}", PER_SECOND), Ok(None));
        for text in ["many", "1,5", "1.5", "1e3", "-1", "+1", "0", "1001", "1,00", "1,,000", ",100", "1000,000", "10 %", "٣"] {
            assert_eq!(limit(text, PER_SECOND), Err(Problem::OutOfRange(1, 1000)), "{text:?}");
        }
    }
}
