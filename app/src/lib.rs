//! What server and browser both render.
#![recursion_limit = "256"]
