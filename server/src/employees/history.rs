//! Lines of history, as a page shows them.

use super::profile::Zone;
use super::profile_store::LineRow;
use app::employees::profile_model::{History, Line, LineMessage};
use domain::{
    event::EventKind,
    ids::{BatchId, EventId, SendId},
};

/// A page of lines from one row more than it holds, where there are that many.
pub(super) fn history(mut rows: Vec<LineRow>, page: usize, zone: Zone<'_>) -> History {
    let more = rows.len() > page;
    rows.truncate(page);
    let older = rows.last().filter(|_| more).map(|row| EventId(row.id));
    let mut lines: Vec<Line> = Vec::with_capacity(rows.len());
    for line in rows.into_iter().filter_map(|row| line(row, zone)) {
        match lines.iter_mut().find(|shown| is_same_opening(shown, &line)) {
            Some(shown) => shown.times += 1,
            None => lines.push(line),
        }
    }
    History { lines, older }
}

/// A link that is opened several times on a day has one line.
fn is_same_opening(shown: &Line, line: &Line) -> bool {
    let day = |line: &Line| (line.at.year, line.at.month, line.at.day);
    let message = |line: &Line| line.message.as_ref().map(|message| message.id);
    line.kind == EventKind::LinkOpened && shown.kind == line.kind && message(shown) == message(line) && day(shown) == day(line)
}

/// A line; none where a newer version wrote a kind that this one does not know.
fn line(row: LineRow, zone: Zone<'_>) -> Option<Line> {
    let mut told = row.told.0;
    let reason = told.remove("reason").or(row.reason);
    let message = row.send_id.zip(row.send_kind).and_then(|(id, kind)| {
        Some(LineMessage {
            id: SendId(id),
            kind: kind.parse().ok()?,
            notice: row.notice.and_then(|notice| notice.parse().ok()),
            address: row.address.unwrap_or_default(),
            kept: row.kept.unwrap_or_default(),
            can_be_shown: row.can_be_shown,
        })
    });
    Some(Line {
        kind: row.kind.parse().ok()?,
        at: zone.show(row.at),
        actor: row.actor,
        batch: row.batch_id.map(BatchId),
        message,
        from: told.remove("from"),
        to: told.remove("to"),
        fields: told.remove("fields").unwrap_or_default().split(' ').filter_map(|field| field.parse().ok()).collect(),
        reason: reason.and_then(|reason| reason.parse().ok()),
        reply: told.remove("reply").or(row.reply),
        times: 1,
    })
}
