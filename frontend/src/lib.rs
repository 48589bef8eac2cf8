//! The WebAssembly entry.
