//! A proposal in an address: `/administration/batches/new?action=…&employee=1&employee=2`, or `&matching=1&status=…&search=…`,
//! or `&failed_of=3`, or `&failed_of=3&failed_for=…`, or `&stopped_of=3`; with `&reason=…&after=…` those of it who are
//! skipped for a reason, with `&changed=…` once more after it had changed.

use super::model::{Audience, Proposal};
use domain::{delivery::Reason, eligibility::Skip, ids::EmployeeId, listing::Criteria};
use leptos_router::params::ParamsMap;

/// Stands in `changed` where more people than were shown would take part.
pub(super) const GROWN: &str = "grown";
/// Stands in `changed` where nobody takes part any more.
pub(super) const NOBODY: &str = "nobody";

/// Reads a proposal from an address; none without an action.
pub(super) fn read(query: &ParamsMap) -> Option<Proposal> {
    let action = query.get_str("action")?.parse().ok()?;
    let flag = |name: &str| query.get_str(name).is_some_and(|value| !value.is_empty());
    let audience = if let Some(batch) = query.get_str("failed_of").and_then(|batch| batch.parse().ok()) {
        Audience::FailedOf(batch, query.get_str("failed_for").and_then(|reason| reason.parse().ok()))
    } else if let Some(batch) = query.get_str("stopped_of").and_then(|batch| batch.parse().ok()) {
        Audience::StoppedOf(batch)
    } else if flag("matching") {
        Audience::Matching(criteria(query))
    } else {
        Audience::Chosen(employees(query.get_all("employee").unwrap_or_default().iter().map(String::as_str)))
    };
    Some(Proposal { action, audience, resend_too: flag("resend_too"), reset_too: flag("reset_too"), refused_too: flag("refused_too") })
}

/// What the list of employees was narrowed to where the proposal was made.
pub(super) fn criteria(query: &ParamsMap) -> Criteria {
    Criteria {
        status: query.get_str("status").and_then(|status| status.parse().ok()).unwrap_or_default(),
        search: query.get("search").unwrap_or_default(),
    }
}

/// A proposal as it stands in an address, by names and values; a form has them as hidden fields.
pub(super) fn fields(proposal: &Proposal) -> Vec<(&'static str, String)> {
    let mut fields = vec![("action", proposal.action.to_string())];
    match &proposal.audience {
        Audience::Chosen(ids) => fields.push(("employee", list(ids))),
        Audience::Matching(criteria) => {
            fields.extend([("matching", "1".to_owned()), ("status", criteria.status.to_string()), ("search", criteria.search.clone())]);
        }
        Audience::StoppedOf(batch) => fields.push(("stopped_of", batch.to_string())),
        Audience::FailedOf(batch, reason) => {
            fields.extend([("failed_of", batch.to_string()), ("failed_for", reason.map(Reason::as_str).unwrap_or_default().to_owned())]);
        }
    }
    let extras = [("resend_too", proposal.resend_too), ("reset_too", proposal.reset_too), ("refused_too", proposal.refused_too)];
    fields.extend(extras.into_iter().filter(|(_, too)| *too).map(|(name, _)| (name, "1".to_owned())));
    fields
}

/// The address that shows a proposal once more, and says what changed.
#[cfg(feature = "ssr")]
pub(super) fn address_of_changed(proposal: &Proposal, changed: &'static str) -> String {
    use leptos_router::location::Url;
    let fields = fields(proposal).into_iter().chain([("changed", changed.to_owned())]);
    let fields: Vec<_> = fields.map(|(name, value)| format!("{name}={}", Url::escape(&value))).collect();
    format!("/administration/batches/new?{}", fields.join("&"))
}

/// Reads which of the skipped are asked for: the reason, and after whom.
pub(super) fn read_skipped(query: &ParamsMap) -> Option<(Skip, Option<EmployeeId>)> {
    Some((query.get_str("reason")?.parse().ok()?, query.get_str("after").and_then(|after| after.parse().ok())))
}

/// Employees named in an address or a field, by single ids or lists of them with commas.
pub(super) fn employees<'a>(values: impl Iterator<Item = &'a str>) -> Vec<EmployeeId> {
    values.flat_map(|value| value.split(',')).filter_map(|id| id.trim().parse().ok()).collect()
}

/// Employees as a list with commas.
pub(super) fn list(ids: &[EmployeeId]) -> String {
    ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{batch::BatchAction, ids::BatchId, listing::Filter};

    #[test]
    fn a_chosen_audience_is_read_in_any_spelling() {
        let query = ParamsMap::from_iter([("action", "send_credentials"), ("employee", "3"), ("employee", "4,5"), ("employee", "x")]);
        let proposal = read(&query).unwrap();
        assert_eq!(proposal.audience, Audience::Chosen(vec![EmployeeId(3), EmployeeId(4), EmployeeId(5)]));
        assert!(!proposal.resend_too);
    }

    #[test]
    fn everybody_matching_keeps_filter_and_search() {
        let query = ParamsMap::from_iter([("action", "resend_invitation"), ("matching", "1"), ("status", "expired"), ("search", "li")]);
        let Proposal { action, audience, .. } = read(&query).unwrap();
        assert_eq!(action, BatchAction::ResendInvitation);
        assert_eq!(audience, Audience::Matching(Criteria { status: Filter::Expired, search: "li".to_owned() }));
    }

    #[test]
    fn the_address_of_a_proposal_reads_as_the_same_proposal() {
        let matching = Audience::Matching(Criteria { status: Filter::Expired, search: "é &=".to_owned() });
        let chosen = Audience::Chosen(vec![EmployeeId(3), EmployeeId(4)]);
        let failed = Audience::FailedOf(BatchId(3), Some(Reason::MailboxFull));
        for audience in [chosen, matching, Audience::FailedOf(BatchId(3), None), failed, Audience::StoppedOf(BatchId(3))] {
            let proposal = Proposal { resend_too: true, ..Proposal::new(BatchAction::SendCredentials, audience) };
            let address = address_of_changed(&proposal, GROWN);
            let (_, query) = address.split_once('?').unwrap();
            let fields = query.split('&').map(|field| field.split_once('=').unwrap());
            let query = fields.map(|(name, value)| (name.to_owned(), value)).collect::<ParamsMap>();
            assert_eq!(read(&query), Some(proposal));
            assert_eq!(query.get_str("changed"), Some(GROWN));
        }
    }

    #[test]
    fn without_an_action_there_is_no_proposal() {
        assert_eq!(read(&ParamsMap::from_iter([("employee", "3")])), None);
    }
}
