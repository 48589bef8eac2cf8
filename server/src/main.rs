//! The `latchkey` binary.

use server::cli::{Arguments, language::of_terminal, run};
use std::process::ExitCode;

fn main() -> ExitCode {
    let language = of_terminal();
    let arguments = Arguments::read(language);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&error),
    };
    match runtime.block_on(run(arguments, language)) {
        Ok(code) => code,
        Err(error) => fail(&error.told(language)),
    }
}

#[expect(clippy::print_stderr, reason = "errors of the command line go to stderr")]
fn fail(error: &dyn std::fmt::Display) -> ExitCode {
    eprintln!("latchkey: {error}");
    ExitCode::FAILURE
}
