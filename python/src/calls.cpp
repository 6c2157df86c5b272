#include "calls.hpp"

namespace resdyn::python {

Call::Call(py::object progress, std::chrono::milliseconds grace)
    : progress_(std::move(progress)), grace_(grace) {
    if (!progress_.is_none()) {
        report_ = [this](std::string_view part, double share) {
            const std::lock_guard lock(mutex_);
            reported_.emplace(part, share);
        };
    } else {
        report_ = [](std::string_view, double) {};
    }
}

bool Call::wants_to_stop() {
    const py::gil_scoped_acquire acquired;
    try {
        std::optional<std::pair<std::string, double>> reported;
        {
            const std::lock_guard lock(mutex_);
            reported.swap(reported_);
        }
        if (reported) {
            progress_(reported->first, reported->second);
        }
        if (PyErr_CheckSignals() != 0) {
            throw py::error_already_set();
        }
    } catch (py::error_already_set& error) {
        stopped_.emplace(std::move(error));
        return true;
    }
    return false;
}

}  // namespace resdyn::python
