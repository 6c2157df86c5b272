/// @file
/// Progress of long work with time left, on stderr and only when it is a terminal (or forced), so
/// that logs and pipes stay clean.
#pragma once

#include <chrono>
#include <string>

namespace resdyn {

enum class ProgressMode {
    Automatic,  ///< a live line when stderr is a terminal, else nothing.
    Quiet,      ///< nothing.
    Lines,      ///< a plain line at each update: for logs.
};

/// A live line "LABEL 42 % · detail · 00:31 left". Not copyable; erases its line at the end.
class Progress {
  public:
    Progress(std::string label, double total, ProgressMode mode = ProgressMode::Automatic);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// Sets the work done so far (0 … total) and a short detail; redraws at most 10 times a second.
    /// `found`: what of it an earlier run had done, which took no time now.
    void update(double done, const std::string& detail = {}, double found = 0.0);

    /// Erases the live line, so that a result can be printed in its place; the next update draws
    /// it again.
    void clear();

  private:
    std::string label_;
    double total_;
    bool live_;
    bool lines_;
    std::chrono::steady_clock::time_point start_;
    std::chrono::steady_clock::time_point last_draw_;
};

/// "00:31", "12:05", "1:02:03".
std::string format_duration(double seconds);

}  // namespace resdyn
