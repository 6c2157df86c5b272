/// @file
/// Ctrl-C within a Python function of a field: the interpreter raises KeyboardInterrupt there, in
/// the middle of the work, which would lose what is known by then.
#pragma once

#include <optional>

#include "binding.hpp"

namespace resdyn::python {

/// While one lives on this thread, such an exception is kept here; the function throws
/// ResourceError instead, for work that ends by itself where its stop is requested.
class FieldInterrupt {
  public:
    FieldInterrupt();
    ~FieldInterrupt();
    FieldInterrupt(const FieldInterrupt&) = delete;
    FieldInterrupt& operator=(const FieldInterrupt&) = delete;

    bool came() const { return kept_.has_value(); }
    /// Throws what came, with `partial` as its attribute.
    [[noreturn]] void raise(py::object partial);

    /// To be called while the exception is handled: keeps KeyboardInterrupt and throws
    /// ResourceError; throws everything else as it is.
    [[noreturn]] static void handle(py::error_already_set& error);

  private:
    std::optional<py::error_already_set> kept_ = {};
    FieldInterrupt* before_;
};

}  // namespace resdyn::python
