// The message of a failure that no Error describes, mostly because memory has run out.
#pragma once

namespace hubcache::cli {

/// Sets the words of the command line: with `--json` the message has a JSON form too, and `run` has an exit code of its
/// own.
void set_command_line(int count, char** words);

/// Prints the message, and returns the exit code. Allocates no memory.
int last_words(const char* problem);

}  // namespace hubcache::cli
