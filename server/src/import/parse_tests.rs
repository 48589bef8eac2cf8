use super::*;
use proptest::prelude::*;

fn cells(text: &str) -> Vec<Vec<String>> {
    parse(text.as_bytes()).unwrap().rows.into_iter().map(|row| row.cells).collect()
}

#[test]
fn comma_semicolon_and_tab_are_told_apart() {
    for delimiter in [",", ";", "\t"] {
        let text = ["Matricule", "Prénom", "Nom"].join(delimiter) + "\r\n" + &["7", "Zoé", "Li"].join(delimiter) + "\r\n";
        assert_eq!(cells(&text), [["7", "Zoé", "Li"]], "{delimiter:?}");
    }
    assert_eq!(cells("Email;Last, first\nx@y.example;a, b\n"), [["x@y.example"]], "a comma in a heading misleads nobody");
}

#[test]
fn a_line_may_name_the_delimiter() {
    let table = parse(b"sep=|\r\nEmail|Site\r\nx@y.example|Lyon\r\n").unwrap();
    assert_eq!((table.rows[0].number, table.rows[0].cells.join(" ")), (3, "x@y.example Lyon".to_owned()));
}

#[test]
fn utf_8_with_and_without_bom_and_windows_1252_are_read() {
    let text = "Email,Prénom\nx@y.example,Zoé\n";
    let (windows, _, lost) = encoding_rs::WINDOWS_1252.encode(text);
    assert!(!lost);
    for bytes in [text.as_bytes(), &[b"\xef\xbb\xbf", text.as_bytes()].concat(), &windows] {
        assert_eq!(parse(bytes).unwrap().rows[0].cells, ["x@y.example", "Zoé"]);
    }
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_shows_them() {
    let numbers = |text: &str| parse(text.as_bytes()).unwrap().rows.iter().map(|row| row.number).collect::<Vec<_>>();
    assert_eq!(numbers("email\na@x.example\nb@x.example\n"), [2, 3]);
    assert_eq!(numbers("\r\nemail\r\n\r\na@x.example\r\n\r\n\r\nb@x.example"), [4, 7]);
    assert_eq!(numbers("email\ra@x.example\r\rb@x.example\r"), [2, 4], "line ends of old Macintosh files");
    assert_eq!(numbers("email,site\na@x.example,\"two\nlines\"\n,\nb@x.example,\n"), [2, 4], "a cell with a line break is one row");
}

#[test]
fn ragged_rows_are_named_and_trailing_delimiters_forgiven() {
    let table = parse(b"email,site,\na@x.example\nb@x.example,Lyon,,,\nc@x.example,Lyon,or,Paris\n").unwrap();
    assert_eq!(table.rows.iter().map(|row| row.ragged).collect::<Vec<_>>(), [Some(1), None, Some(4)]);
}

#[test]
fn what_is_no_table_is_refused_as_what_it_is() {
    for (bytes, problem) in [
        (&b""[..], FileProblem::Empty),
        (b"\xef\xbb\xbf \r\n", FileProblem::Empty),
        (b"PK\x03\x04\x14\x00", FileProblem::Workbook),
        (b"\x89PNG\r\n\x1a\n\x00\x00", FileProblem::Binary),
        (b"\xff\xfee\x00m\x00a\x00i\x00l\x00", FileProblem::Binary),
        (b"email\n", FileProblem::NoRows),
        (b"email\n,,,\n\n", FileProblem::NoRows),
        (b"Jane,Doe,jane@example.org\nJohn,Roe,john@example.org\n", FileProblem::NoKeyColumn),
        (b"first name,last name\nJane,Doe\n", FileProblem::NoKeyColumn),
    ] {
        assert_eq!(parse(bytes), Err(problem), "{bytes:?}");
    }
}

#[test]
fn sizes_are_bounded() {
    assert_eq!(parse(&vec![b'a'; LARGEST_FILE + 1]), Err(FileProblem::TooLarge));
    let lines = |count: usize| "email\n".to_owned() + &"a@x.example\n".repeat(count);
    assert_eq!(parse(lines(MOST_ROWS).as_bytes()).unwrap().rows.len(), MOST_ROWS);
    assert_eq!(parse(lines(MOST_ROWS + 1).as_bytes()), Err(FileProblem::TooManyRows));
}

#[test]
fn names_that_would_break_a_line_or_a_direction_become_one_line() {
    assert_eq!(cells("email,name\nx@y.example,\"Jane\r\nBcc: \u{202e}<b>Doe\"\n"), [["x@y.example", "Jane Bcc: <b>Doe"]]);
}

#[test]
fn an_open_quote_is_named_with_its_row() {
    for (text, row) in [
        ("email,site\na@x.example,\"Lyon\nb@x.example,Paris\n", 2),
        ("email;site\r\n\r\na@x.example;\"two\r\nlines\"\r\nb@x.example;\"Paris", 4),
        ("email,site\na@x.example,\"an \"\"inner\"\" one\n", 2),
        ("email,\"site\na@x.example,Lyon\n", 1),
        ("\"email;site\na@x.example;Lyon\n", 1),
    ] {
        assert_eq!(parse(text.as_bytes()), Err(FileProblem::OpenQuote(row)), "{text:?}");
    }
}

#[test]
fn a_quote_within_a_cell_or_after_one_opens_nothing() {
    for text in [
        "email,site\na@x.example,5\" pipes\n",
        "email,site\na@x.example,\"\"\n",
        "email,site\na@x.example,\"Lyon\"\"\"",
        "email,site\na@x.example,\"Lyon\" \"Paris\n",
        "email;site\na@x.example;Lyon\n\n",
    ] {
        assert!(parse(text.as_bytes()).is_ok(), "{text:?}");
    }
}

#[test]
fn the_templates_are_understood_whole() {
    for template in [&include_bytes!("../../../public/employees-en.csv")[..], include_bytes!("../../../public/employees-fr.csv")] {
        let table = parse(template).unwrap();
        assert!(table.headings.iter().all(|heading| heading.column.is_some()), "{:?}", table.headings);
        assert!(table.rows.iter().all(|row| row.ragged.is_none()));
    }
}

proptest! {
    #[test]
    fn any_cells_come_back_through_every_delimiter(
        rows in prop::collection::vec(prop::collection::vec("[\t\r\n -~\u{80}-\u{d7ff}\u{f900}-\u{10fff}]{0,20}", 3), 1..8),
        delimiter in prop::sample::select(vec![b',', b';', b'\t']),
        quoted in prop::sample::select(vec![csv::QuoteStyle::Necessary, csv::QuoteStyle::Always]),
        bom in any::<bool>(),
    ) {
        let bytes = written(&rows, delimiter, quoted);
        let bytes = if bom { [b"\xef\xbb\xbf", bytes.as_slice()].concat() } else { bytes };
        prop_assert_eq!(read(&bytes), kept(&rows));
    }

    #[test]
    fn any_western_cells_come_back_through_windows_1252(
        rows in prop::collection::vec(prop::collection::vec("[ -~àâçéèêëîïôûùüÿœŒ€’«»ßñÅ]{0,20}", 3), 1..8),
        delimiter in prop::sample::select(vec![b',', b';', b'\t']),
    ) {
        let utf_8 = String::from_utf8(written(&rows, delimiter, csv::QuoteStyle::Necessary)).unwrap();
        let (bytes, _, lost) = encoding_rs::WINDOWS_1252.encode(&utf_8);
        prop_assert!(!lost);
        prop_assert_eq!(read(&bytes), kept(&rows));
    }

    #[test]
    fn no_bytes_make_it_fail_otherwise_than_by_a_problem(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse(&bytes);
        let _ = parse(&[b"email;nom;site\n", bytes.as_slice()].concat());
    }
}

fn written(rows: &[Vec<String>], delimiter: u8, quoted: csv::QuoteStyle) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).quote_style(quoted).from_writer(Vec::new());
    writer.write_record(["Matricule", "Prénom", "Service"]).unwrap();
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

/// The rows as they are read, or none.
fn read(bytes: &[u8]) -> Vec<Vec<String>> {
    parse(bytes).map(|table| table.rows.into_iter().map(|row| row.cells).collect()).unwrap_or_default()
}

/// What is kept of rows: single lines, blank rows left out.
fn kept(rows: &[Vec<String>]) -> Vec<Vec<String>> {
    let rows = rows.iter().map(|row| row.iter().map(|cell| single_line(cell)).collect::<Vec<_>>());
    rows.filter(|row| row.iter().any(|cell| !cell.is_empty())).collect()
}
