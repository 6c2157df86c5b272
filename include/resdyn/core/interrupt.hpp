/// @file
/// Requests to stop, which long work looks at between its tasks, so that it can end with what is
/// known, or save where it stands. Two sources: Ctrl-C (SIGINT) and SIGTERM for a program, which
/// owns its signals (InterruptScope), and a question of the caller's for a library call within
/// somebody else's program, of which several may run at once (StopScope).
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <string_view>
#include <thread>

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

/// While one lives, the work of the thread that made it (with the tasks that other threads run for
/// it) asks `asked` whether to stop, and no signal. Once it has said yes it is not asked again.
class StopScope {
  public:
    /// Between two questions, so that asking costs nothing.
    static constexpr std::chrono::milliseconds interval{50};

    /// asked: called on the thread that made the scope only; must not throw. grace: how long work
    /// that ends by itself with what is known may take for that; other work ends at once.
    explicit StopScope(std::function<bool()> asked,
                       std::chrono::milliseconds grace = std::chrono::milliseconds{0});
    ~StopScope();
    StopScope(const StopScope&) = delete;
    StopScope& operator=(const StopScope&) = delete;

    /// The answer, asked again at most every `interval`; any thread.
    bool requested();
    /// It was yes, and the grace is over.
    bool is_overdue();

  private:
    using Clock = std::chrono::steady_clock;

    std::function<bool()> asked_;
    std::chrono::milliseconds grace_;
    std::thread::id owner_;
    Clock::time_point last_asked_;
    std::atomic<Clock::rep> stopped_at_{0};  ///< 0: not stopped.
    StopScope* before_;
};

/// True once a signal has come while an InterruptScope lived; a new outermost scope clears it. For
/// the work of a StopScope, what that says instead.
bool interrupt_requested();

/// The request has been met: a part of the work has ended early and said so, the rest goes on.
/// Of a StopScope nothing goes on: its request stays.
void acknowledge_interrupt();

/// For work whose files are not in place yet: throws ResourceError, "WHO: expected to finish, got
/// an interrupt; nothing was written", if interrupt_requested().
void stop_if_interrupted(std::string_view who);

/// For work that has no way of its own to end early, between its steps: throws as above if the
/// thread's StopScope is overdue. A signal alone does nothing here.
void interruption_point(std::string_view who);

namespace detail {

/// The scope whose work this thread does; null: none.
StopScope* current_stop_scope();

/// While one lives, this thread does the work of `scope`.
class WorkingFor {
  public:
    explicit WorkingFor(StopScope* scope);
    ~WorkingFor();
    WorkingFor(const WorkingFor&) = delete;
    WorkingFor& operator=(const WorkingFor&) = delete;

  private:
    StopScope* before_;
};

}  // namespace detail

}  // namespace resdyn
