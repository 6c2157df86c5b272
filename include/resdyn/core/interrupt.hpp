/// @file
/// Ctrl-C (SIGINT) and SIGTERM as a request that long work looks at between its tasks, so that it
/// can end with what is known, or save where it stands.
#pragma once

#include <string_view>

namespace resdyn {

/// While one lives, the first SIGINT or SIGTERM sets a flag instead of ending the program; a second
/// one of the same kind ends it as usual. The destructor gives the signals back to whoever had
/// them before. Scopes may be nested, not shared between threads.
class InterruptScope {
  public:
    InterruptScope();
    ~InterruptScope();
    InterruptScope(const InterruptScope&) = delete;
    InterruptScope& operator=(const InterruptScope&) = delete;

  private:
    using Handler = void (*)(int);
    Handler before_interrupt_;
    Handler before_terminate_;
};

/// True once a signal has come while an InterruptScope lived; a new outermost scope clears it.
bool interrupt_requested();

/// The request has been met: a part of the work has ended early and said so, the rest goes on.
void acknowledge_interrupt();

/// For work whose files are not in place yet: throws ResourceError, "WHO: expected to finish, got
/// an interrupt; nothing was written", if interrupt_requested().
void stop_if_interrupted(std::string_view who);

}  // namespace resdyn
