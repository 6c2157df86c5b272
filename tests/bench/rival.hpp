/// @file
/// Another program that takes its turns in a race: it is told a line, works, and answers a line.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace resdyn::bench {

class Rival {
  public:
    /// Starts a program (sought in PATH) and waits for its first line; see is_ready.
    explicit Rival(const std::vector<std::string>& words);
    ~Rival();
    Rival(const Rival&) = delete;
    Rival& operator=(const Rival&) = delete;

    /// False if it ended without a line: it is not installed, or lacks something.
    bool is_ready() const { return !greeting_.empty(); }
    const std::string& greeting() const { return greeting_; }
    /// Sends a line and waits for the answer. Throws std::runtime_error if the program has ended.
    std::string ask(const std::string& line);

  private:
    std::string read_line();

    pid_t process_ = -1;
    int to_ = -1;
    int from_ = -1;
    std::string greeting_;
};

}  // namespace resdyn::bench
