//! A file as rows and columns: what its bytes say, before anybody is looked for.

use domain::import::Column;
use serde::{Deserialize, Serialize};

/// A file's rows; kept for an hour between checking and importing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// The heading row.
    pub headings: Vec<Heading>,
    /// The first rows, every cell of them.
    pub preview: Vec<Vec<String>>,
    /// The rows that hold anything.
    pub rows: Vec<Row>,
}

/// A cell of the heading row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// As the file has it.
    pub text: String,
    /// What it was recognised as.
    pub column: Option<Column>,
}

/// A row below the headings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Its number, as a spreadsheet shows it: the first row of the file is 1.
    #[serde(rename = "r")]
    pub number: u32,
    /// The cells of the recognised columns, in the order of the headings.
    #[serde(rename = "c")]
    pub cells: Vec<String>,
    /// How many cells it has, where these are not as many as the headings.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub ragged: Option<u32>,
}

impl Table {
    /// Where each recognised column stands among a row's cells.
    pub fn places(&self) -> Places {
        Places(self.headings.iter().filter_map(|heading| heading.column).collect())
    }
}

/// Where each recognised column stands among a row's cells.
pub struct Places(Vec<Column>);

impl Places {
    /// The cell of a column; none where the file has no such column.
    pub fn cell<'a>(&self, row: &'a Row, column: Column) -> Option<&'a str> {
        let place = self.0.iter().position(|found| *found == column)?;
        Some(row.cells.get(place).map_or("", String::as_str))
    }
}
