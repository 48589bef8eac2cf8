//! A plan as the page shows it.

use super::{
    people::raw,
    plan::{Planned, Step, Update},
    table::Table,
};
use app::import::model::{CheckView, Counts, Heading, Imported, PAGE_ROWS, RowView, ValueChange};
use domain::{
    import::{Column, RowOutcome},
    record::{EmployeeRecord, RawRecord},
    time::LocalTime,
};

/// The rows that were asked for.
pub struct Asked {
    /// With this outcome; none: the most telling one.
    pub list: Option<RowOutcome>,
    /// Beginning here.
    pub from: u32,
}

/// What the page shows beside the plan.
pub struct Facts {
    /// The file's name.
    pub file_name: String,
    /// The plan's fingerprint.
    pub shown: String,
    /// What the import did.
    pub imported: Option<Imported>,
    /// Until when the check is kept.
    pub kept_until: LocalTime,
}

/// A page of a check.
pub fn of(table: &Table, plan: &[Planned], asked: Asked, facts: Facts) -> CheckView {
    let mut counts = Counts::default();
    for planned in plan {
        counts.add(planned.step.outcome());
    }
    // What needs a look comes first; what is the same already is shown to whoever asks for it.
    let telling = RowOutcome::ALL.iter().copied().find(|outcome| counts.of(*outcome) > 0 && *outcome != RowOutcome::Unchanged);
    let list = asked.list.or(telling).unwrap_or(RowOutcome::Refused);
    let from = asked.from.min(counts.of(list).saturating_sub(1) / PAGE_ROWS * PAGE_ROWS);
    let skipped = usize::try_from(from).unwrap_or(usize::MAX);
    let shown = usize::try_from(PAGE_ROWS).unwrap_or(usize::MAX);
    let rows = plan.iter().filter(|planned| planned.step.outcome() == list).skip(skipped).take(shown).map(row).collect();
    let readdressed = plan.iter().filter(|planned| matches!(&planned.step, Step::Update(update) if update.wants_resend())).count();
    let Facts { file_name, shown, imported, kept_until } = facts;
    CheckView {
        file_name,
        headings: table.headings.iter().map(|heading| Heading { text: heading.text.clone(), column: heading.column }).collect(),
        preview: table.preview.clone(),
        counts,
        readdressed: u32::try_from(readdressed).unwrap_or(u32::MAX),
        shown,
        list,
        from,
        rows,
        imported,
        kept_until,
    }
}

fn row(planned: &Planned) -> RowView {
    let (employee, changes, problems) = match &planned.step {
        Step::Refuse(problems) => (None, Vec::new(), problems.clone()),
        Step::Create(record) => (None, new_values(record), Vec::new()),
        Step::Update(Update { employee, changes, .. }) => {
            let change =
                |change: &super::plan::Change| ValueChange { column: change.column, from: change.from.clone(), to: change.to.clone() };
            (Some(*employee), changes.iter().map(change).collect(), Vec::new())
        }
        Step::Keep(employee) => (Some(*employee), Vec::new(), Vec::new()),
    };
    RowView { row: planned.row, title: planned.title.clone(), employee, changes, problems }
}

/// What will be known of somebody new, the name excepted, which stands beside.
fn new_values(record: &EmployeeRecord) -> Vec<ValueChange> {
    let RawRecord { email, employee_number, department, site, title, language, .. } = raw(record);
    let values = [
        (Column::EmployeeNumber, employee_number),
        (Column::Email, email),
        (Column::Department, department),
        (Column::Site, site),
        (Column::Title, title),
        (Column::Language, language),
    ];
    let there = values.into_iter().filter(|(_, value)| !value.is_empty());
    there.map(|(column, to)| ValueChange { column, from: String::new(), to }).collect()
}
