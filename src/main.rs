//! The binary: everything is in the library.

/// Contracts are executed on all threads, which the system's allocator serialises.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    heist::cli::main(std::env::args_os())
}
