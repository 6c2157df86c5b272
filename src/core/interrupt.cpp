#include <resdyn/core/interrupt.hpp>

#include <fmt/format.h>

#include <atomic>
#include <csignal>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

std::atomic<bool> requested{false};
std::atomic<int> scopes{0};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only use these");

void note_request(int signal) {
    requested.store(true);
    std::signal(signal, SIG_DFL);  // a second one ends the program
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

bool interrupt_requested() {
    return requested.load();
}

void acknowledge_interrupt() {
    requested.store(false);
}

void stop_if_interrupted(std::string_view who) {
    if (interrupt_requested()) {
        throw ResourceError(
            fmt::format("{}: expected to finish, got an interrupt; nothing was written", who));
    }
}

}  // namespace resdyn
