/// @file
/// How long work is called from Python: without the interpreter's lock, with progress, and so that
/// Ctrl-C ends it.
///
/// Everything of Python happens on the calling thread, which looks at signals every
/// StopScope::interval while it works (never installing a handler): the library's own threads do
/// not touch the interpreter. Several calls may run at once, from several threads; only Python's
/// main thread sees signals.
#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <resdyn/core/interrupt.hpp>

#include "binding.hpp"

namespace resdyn::python {

/// What the work says of its progress, from any thread: the part at work and its share done.
using Report = std::function<void(std::string_view, double)>;

class Call {
  public:
    /// progress: called with (part, share) now and then; None: nobody asks. grace: as of StopScope.
    Call(py::object progress, std::chrono::milliseconds grace);

    /// Runs work(report) without the interpreter's lock. Throws what the work threw, and
    /// KeyboardInterrupt (or what `progress` raised) where that ended it: with what
    /// `partial(result)` makes of a result that the work still returned, as the attribute `partial`
    /// of the exception.
    template <typename Work, typename Partial>
    auto run(const Work& work, const Partial& partial) {
        using Result = decltype(work(std::declval<const Report&>()));
        std::optional<Result> result;
        std::exception_ptr failure;
        {
            const py::gil_scoped_release released;
            StopScope scope([this] { return wants_to_stop(); }, grace_);
            try {
                result.emplace(work(report_));
            } catch (...) {
                failure = std::current_exception();
            }
        }
        if (stopped_) {
            if (result) {
                stopped_->value().attr("partial") = partial(std::move(*result));
            }
            throw std::move(*stopped_);
        }
        if (failure) {
            std::rethrow_exception(failure);
        }
        return std::move(*result);
    }

  private:
    /// Tells Python what was reported and looks at signals. On the calling thread.
    bool wants_to_stop();

    py::object progress_;
    std::chrono::milliseconds grace_;
    Report report_;
    std::mutex mutex_;
    std::optional<std::pair<std::string, double>> reported_;
    std::optional<py::error_already_set> stopped_;
};

/// Work that ends by itself with what is known may take so long for it.
inline constexpr std::chrono::milliseconds graceful{5000};
inline constexpr std::chrono::milliseconds at_once{0};

/// For work without a result that a stop leaves.
template <typename Work>
auto run(const Work& work, py::object progress = py::none()) {
    Call call(std::move(progress), at_once);
    return call.run([&](const Report& report) { return work(report); },
                    [](auto&&) { return py::none(); });
}

}  // namespace resdyn::python
