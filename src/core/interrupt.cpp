#include <resdyn/core/interrupt.hpp>

#include <fmt/format.h>

#include <csignal>
#include <utility>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

std::atomic<bool> requested{false};
std::atomic<int> scopes{0};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only use these");

thread_local StopScope* current_scope = nullptr;

void note_request(int signal) {
    requested.store(true);
    std::signal(signal, SIG_DFL);  // a second one ends the program
}

[[noreturn]] void end_early(std::string_view who) {
    throw ResourceError(
        fmt::format("{}: expected to finish, got an interrupt; nothing was written", who));
}

}  // namespace

InterruptScope::InterruptScope() {
    if (scopes.fetch_add(1) == 0) {
        requested.store(false);
    }
    before_interrupt_ = std::signal(SIGINT, note_request);
    before_terminate_ = std::signal(SIGTERM, note_request);
}

InterruptScope::~InterruptScope() {
    std::signal(SIGINT, before_interrupt_);
    std::signal(SIGTERM, before_terminate_);
    scopes.fetch_sub(1);
}

StopScope::StopScope(std::function<bool()> asked, std::chrono::milliseconds grace)
    : asked_(std::move(asked)),
      grace_(grace),
      owner_(std::this_thread::get_id()),
      last_asked_(Clock::now()),
      before_(std::exchange(current_scope, this)) {}

StopScope::~StopScope() {
    current_scope = before_;
}

bool StopScope::requested() {
    if (stopped_at_.load() != 0) {
        return true;
    }
    if (std::this_thread::get_id() != owner_) {
        return false;
    }
    const Clock::time_point now = Clock::now();
    if (now - last_asked_ < interval) {
        return false;
    }
    last_asked_ = now;
    if (!asked_()) {
        return false;
    }
    stopped_at_.store(now.time_since_epoch().count());
    return true;
}

bool StopScope::is_overdue() {
    return requested() &&
           Clock::now() - Clock::time_point(Clock::duration(stopped_at_.load())) >= grace_;
}

StopScope* detail::current_stop_scope() {
    return current_scope;
}

detail::WorkingFor::WorkingFor(StopScope* scope) : before_(std::exchange(current_scope, scope)) {}

detail::WorkingFor::~WorkingFor() {
    current_scope = before_;
}

bool interrupt_requested() {
    return current_scope != nullptr ? current_scope->requested() : requested.load();
}

void acknowledge_interrupt() {
    if (current_scope == nullptr) {
        requested.store(false);
    }
}

void stop_if_interrupted(std::string_view who) {
    if (interrupt_requested()) {
        end_early(who);
    }
}

void interruption_point(std::string_view who) {
    if (current_scope != nullptr && current_scope->is_overdue()) {
        end_early(who);
    }
}

}  // namespace resdyn
