//! Files for spreadsheets.

use crate::local_time::local_time;
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use domain::{
    language::Language,
    time::{LocalTime, Timestamp},
};
use http::header;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tracing::Instrument;

/// Tells spreadsheets that the file is UTF-8.
pub const BEGINNING: &[u8] = "\u{feff}".as_bytes();

/// Takes the pieces of a file as they are made.
pub type Pieces = mpsc::Sender<Result<Vec<u8>, sqlx::Error>>;

/// A response that is saved under a name, and sent while it is being made.
pub fn download<F>(name: &str, make: impl FnOnce(Pieces) -> F) -> Response
where
    F: Future<Output = Result<(), sqlx::Error>> + Send + 'static,
{
    let (pieces, receiver) = mpsc::channel(2);
    let made = make(pieces.clone());
    let making = async move {
        if let Err(error) = made.await {
            tracing::error!(%error, "a file broke off");
            // The download ends as a failure instead of as a file that looks whole.
            let _ = pieces.send(Err(error)).await;
        }
    };
    tokio::spawn(making.in_current_span());
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
    ];
    (headers, Body::from_stream(ReceiverStream::new(receiver))).into_response()
}

/// Appends lines. Spreadsheets set to French expect semicolons.
pub fn write<const N: usize>(file: &mut Vec<u8>, language: Language, lines: impl Iterator<Item = [String; N]>) {
    let delimiter = if language == Language::French { b';' } else { b',' };
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).terminator(csv::Terminator::CRLF).from_writer(file);
    for line in lines {
        // Writing to memory does not fail.
        let _ = writer.write_record(line.map(guarded));
    }
}

/// A time that spreadsheets take for one; empty without one.
pub fn time(at: Option<DateTime<Utc>>, time_zone: &str) -> String {
    let Some(at) = at else { return String::new() };
    let LocalTime { year, month, day, hour, minute, .. } = local_time(Timestamp(at.timestamp_micros()), time_zone);
    format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}")
}

/// A cell that no spreadsheet takes for a formula (OWASP, CSV injection).
fn guarded(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_formula_is_text() {
        for dangerous in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(guarded(dangerous.to_owned()), format!("'{dangerous}"));
        }
        assert_eq!(guarded("O'Brien".to_owned()), "O'Brien");
    }

    #[test]
    fn lines_end_and_part_as_spreadsheets_expect() {
        let line =
            || std::iter::once(std::array::from_fn::<_, 13, _>(|place| if place == 0 { "a,b;c\n\"d\"".to_owned() } else { String::new() }));
        let mut english = Vec::new();
        write(&mut english, Language::English, line());
        assert_eq!(String::from_utf8(english).unwrap(), "\"a,b;c\n\"\"d\"\"\",,,,,,,,,,,,\r\n");
        let mut french = Vec::new();
        write(&mut french, Language::French, line());
        assert!(String::from_utf8(french).unwrap().ends_with(";;;;\r\n"));
    }
}
