/// @file
/// What every study returns to Python: the study itself, with its fields as attributes, and its
/// account (JSON, tables, figures, words), which is made when it is first asked for.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "accounts/account.hpp"
#include "binding.hpp"
#include "calls.hpp"

namespace resdyn::python {

class StudyResult {
  public:
    StudyResult(py::object study, std::function<Account()> make)
        : study_(std::move(study)), make_(std::move(make)) {}

    const py::object& study() const { return study_; }
    /// Made at the first call, without the interpreter's lock: it may use threads.
    const Account& account();

  private:
    py::object study_;
    std::function<Account()> make_;
    std::mutex mutex_;
    std::optional<Account> account_;
};

/// A figure as plain Python: dicts, lists, strings, and an array for every column.
py::dict figure_data(const figures::Figure& figure);

/// Runs work(report), which returns a study, and wraps it; tell(study) makes its account.
template <typename Work, typename Tell>
std::unique_ptr<StudyResult> study_result(py::object progress, const Work& work, const Tell& tell,
                                          std::chrono::milliseconds grace = at_once) {
    const auto wrapped = [&tell](auto&& study) {
        using Study = std::decay_t<decltype(study)>;
        auto shared = std::make_shared<Study>(std::forward<decltype(study)>(study));
        return std::make_unique<StudyResult>(py::cast(shared),
                                             [shared, tell] { return tell(*shared); });
    };
    Call call(std::move(progress), grace);
    return wrapped(call.run(work, [&wrapped](auto&& study) {
        return py::cast(wrapped(std::forward<decltype(study)>(study)));
    }));
}

}  // namespace resdyn::python
