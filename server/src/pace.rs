//! Paces as the database holds them: per second, per hour, per day.

use domain::pace::Pace;

/// A pace from its columns.
pub fn from_columns(per_second: Option<i32>, per_hour: Option<i32>, per_day: Option<i32>) -> Pace {
    let most = |most: Option<i32>| most.map(i32::unsigned_abs);
    Pace { per_second: most(per_second), per_hour: most(per_hour), per_day: most(per_day) }
}

/// The columns of a pace.
pub fn columns(pace: Pace) -> [Option<i32>; 3] {
    [pace.per_second, pace.per_hour, pace.per_day].map(|most| most.and_then(|most| i32::try_from(most).ok()))
}
