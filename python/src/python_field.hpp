/// @file
/// Vector fields, and families of them, whose functions are Python's. They are called from the
/// thread of the call only: whatever takes threads gets one (see threads_for).
#pragma once

#include <memory>
#include <optional>

#include <resdyn/numerics/ensemble.hpp>
#include <resdyn/numerics/field_family.hpp>
#include <resdyn/numerics/vector_field.hpp>

#include "binding.hpp"

namespace resdyn::python {

/// x' = f(x) with f, and its Jacobian or none, in Python. vectorized: f also takes n×B states, one
/// a column, and returns as many velocities.
class PythonField final : public VectorField {
  public:
    PythonField(py::function f, std::optional<py::function> jacobian, Index dimension,
                bool vectorized);

    Index dimension() const override { return dimension_; }
    Vector value(const Vector& x) const override;
    Matrix jacobian(const Vector& x) const override;

    bool vectorized() const { return vectorized_; }
    /// n×B velocities of n×B states, by one call; vectorized only.
    Matrix values(const Matrix& x) const;

  private:
    py::function f_;
    std::optional<py::function> jacobian_;
    Index dimension_;
    bool vectorized_;
};

/// The field of many states: at once where it is vectorized, else null.
std::unique_ptr<BatchField> batch_of(const VectorField& field);

/// Python runs in one thread.
int threads_for(const VectorField& field, int threads);

/// One state of the field, by its name in refusals.
Vector start_of(const VectorField& field, const py::object& x0);

/// f(x, alpha) in Python; without a Jacobian, and always along alpha, by central differences.
class PythonFamily final : public FieldFamily {
  public:
    PythonFamily(py::function f, std::optional<py::function> jacobian, Index dimension)
        : f_(std::move(f)), jacobian_(std::move(jacobian)), dimension_(dimension) {}

    Index dimension() const override { return dimension_; }
    Vector value(const Vector& x, double alpha) const override;
    Matrix jacobian(const Vector& x, double alpha) const override;
    Vector rate(const Vector& x, double alpha) const override;

  private:
    py::function f_;
    std::optional<py::function> jacobian_;
    Index dimension_;
};

}  // namespace resdyn::python
