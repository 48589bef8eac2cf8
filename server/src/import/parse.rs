//! Reads a file as spreadsheets really write it: comma, semicolon or tab; UTF-8 or Windows-1252; cells with line breaks.

use super::table::{Heading, Row, Table};
use domain::{
    headings::recognise,
    import::{Column, FileProblem, LARGEST_FILE, MOST_ROWS},
    person::single_line,
};
use std::borrow::Cow;

/// Rows that are shown whole, so that somebody sees how the file was understood.
const PREVIEW_ROWS: usize = 5;
/// The longest piece of a cell that is shown.
const PREVIEW_CHARACTERS: usize = 60;
/// The longest cell that is kept: enough to see that it is too long.
const KEPT_CHARACTERS: usize = 300;

/// Reads a file. It takes as long as the file is large: keep it off the async threads.
pub fn parse(bytes: &[u8]) -> Result<Table, FileProblem> {
    let text = decode(bytes)?;
    let (text, delimiter, rows_before) = match separator_line(&text) {
        Some((delimiter, rest)) => (rest, delimiter, 1),
        None => (text.as_ref(), detect(&text), 0),
    };
    let mut records = Records::new(text, delimiter, rows_before);
    let headings = read_headings(&mut records)?;
    records.whole()?;
    let recognised = recognise(headings.iter().map(String::as_str));
    if !has_key(&recognised) {
        return Err(FileProblem::NoKeyColumn);
    }
    let mut table = Table { headings: Vec::new(), preview: Vec::new(), rows: Vec::new() };
    while let Some(record) = records.next()? {
        records.whole()?;
        if record.cells.iter().all(String::is_empty) {
            continue;
        }
        if table.rows.len() == MOST_ROWS {
            return Err(FileProblem::TooManyRows);
        }
        if table.preview.len() < PREVIEW_ROWS {
            table.preview.push(record.cells.iter().map(|cell| cut(cell, PREVIEW_CHARACTERS)).collect());
        }
        table.rows.push(row(record, &recognised));
    }
    if table.rows.is_empty() {
        return Err(FileProblem::NoRows);
    }
    let headings = headings.iter().zip(recognised);
    table.headings = headings.map(|(text, column)| Heading { text: cut(text, PREVIEW_CHARACTERS), column }).collect();
    Ok(table)
}

/// The first row that holds anything, without empty cells at its end.
fn read_headings(records: &mut Records<'_>) -> Result<Vec<String>, FileProblem> {
    while let Some(Record { mut cells, .. }) = records.next()? {
        if let Some(last) = cells.iter().rposition(|cell| !cell.is_empty()) {
            cells.truncate(last + 1);
            return Ok(cells);
        }
    }
    Err(FileProblem::Empty)
}

/// Keeps the cells of the recognised columns. Empty cells beyond the headings do no harm; in a row of any other length the
/// values may stand in wrong columns.
fn row(record: Record, recognised: &[Option<Column>]) -> Row {
    let Record { number, cells } = record;
    let spare = cells.iter().skip(recognised.len()).any(|cell| !cell.is_empty());
    let ragged = (cells.len() < recognised.len() || spare).then(|| u32::try_from(cells.len()).unwrap_or(u32::MAX));
    let kept = recognised.iter().enumerate().filter(|(_, column)| column.is_some());
    let cells = kept.map(|(at, _)| cells.get(at).map(|cell| cut(cell, KEPT_CHARACTERS)).unwrap_or_default()).collect();
    Row { number, cells, ragged }
}

fn cut(cell: &str, longest: usize) -> String {
    match cell.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &cell[..end]),
        None => cell.to_owned(),
    }
}

/// The file's text. What is no UTF-8 is taken for Windows-1252, in which every byte means something.
fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, FileProblem> {
    if bytes.len() > LARGEST_FILE {
        return Err(FileProblem::TooLarge);
    }
    // The beginnings of .xlsx and .ods, which are ZIP archives, and of .xls.
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        return Err(FileProblem::Workbook);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return Err(FileProblem::Empty);
    }
    let odd = bytes.iter().filter(|byte| byte.is_ascii_control() && !byte.is_ascii_whitespace()).count();
    if bytes.contains(&0) || odd * 100 > bytes.len() {
        return Err(FileProblem::Binary);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Cow::Borrowed(text)),
        Err(_) => Ok(encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0),
    }
}

/// A first line such as `sep=;`, by which spreadsheet programs name the delimiter; and what follows it.
fn separator_line(text: &str) -> Option<(u8, &str)> {
    let (line, rest) = text.split_once('\n')?;
    match line.trim_end_matches('\r').trim_matches('"').strip_prefix("sep=")?.as_bytes() {
        [delimiter] if delimiter.is_ascii() && !matches!(delimiter, b'"' | b'\r') => Some((*delimiter, rest)),
        _ => None,
    }
}

/// Whether people could be matched by one of the columns.
fn has_key(recognised: &[Option<Column>]) -> bool {
    recognised.iter().any(|column| matches!(column, Some(Column::Email | Column::EmployeeNumber)))
}

/// The delimiter by which the headings hold an address or a number, then the most recognised columns, then the most cells.
fn detect(text: &str) -> u8 {
    let score = |delimiter: u8| {
        let first = read_headings(&mut Records::new(text, delimiter, 0)).unwrap_or_default();
        let recognised = recognise(first.iter().map(String::as_str));
        (has_key(&recognised), recognised.iter().flatten().count(), first.len())
    };
    // Of equals `max_by_key` takes the last: the comma stands there, since it is what CSV means.
    [b'\t', b';', b','].into_iter().max_by_key(|delimiter| score(*delimiter)).unwrap_or(b',')
}

/// A row as the file has it.
struct Record {
    number: u32,
    cells: Vec<String>,
}

/// Reads rows, and counts them as a spreadsheet does: the reader skips blank lines and says nothing about them.
struct Records<'a> {
    text: &'a str,
    delimiter: u8,
    reader: csv::Reader<&'a [u8]>,
    record: csv::StringRecord,
    number: u32,
    /// The row read last never ends: a quotation mark in it is not closed.
    open_quote: bool,
}

impl<'a> Records<'a> {
    fn new(text: &'a str, delimiter: u8, rows_before: u32) -> Self {
        let mut options = csv::ReaderBuilder::new();
        let reader = options.delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes());
        Self { text, delimiter, reader, record: csv::StringRecord::new(), number: rows_before, open_quote: false }
    }

    /// Refuses a row that never ends.
    fn whole(&self) -> Result<(), FileProblem> {
        if self.open_quote { Err(FileProblem::OpenQuote(self.number)) } else { Ok(()) }
    }

    fn next(&mut self) -> Result<Option<Record>, FileProblem> {
        let start = usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
        if !self.reader.read_record(&mut self.record).map_err(|_| FileProblem::Unreadable)? {
            return Ok(None);
        }
        self.number = self.number.saturating_add(1).saturating_add(blank_lines(self.text.as_bytes(), start));
        let end = usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
        if end >= self.text.len() && ends_in_quotes(self.text.as_bytes().get(start..).unwrap_or_default(), self.delimiter) {
            self.open_quote = true;
        }
        Ok(Some(Record { number: self.number, cells: self.record.iter().map(single_line).collect() }))
    }
}

/// Whether the last row of a file is still within quotation marks at its end. A mark opens at the beginning of a cell alone, and
/// two in a row stand for one.
fn ends_in_quotes(row: &[u8], delimiter: u8) -> bool {
    let (mut quoted, mut cell_begins) = (false, true);
    for byte in row {
        match byte {
            b'"' if quoted || cell_begins => (quoted, cell_begins) = (!quoted, quoted),
            _ if quoted => {}
            byte => cell_begins = *byte == delimiter || matches!(byte, b'\r' | b'\n'),
        }
    }
    quoted
}

/// Counts the line ends at a place. A line feed that completes the carriage return just before it ended the row before.
fn blank_lines(text: &[u8], start: usize) -> u32 {
    let mut rest = text.get(start..).unwrap_or_default();
    if start > 0 && text.get(start - 1) == Some(&b'\r') {
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    let mut lines = 0;
    while let Some(after) = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).or_else(|| rest.strip_prefix(b"\r")) {
        (rest, lines) = (after, lines + 1);
    }
    lines
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
