#include "python_field.hpp"

#include <utility>

#include <resdyn/core/error.hpp>

#include "arrays.hpp"
#include "field_interrupt.hpp"

namespace resdyn::python {

namespace {

thread_local FieldInterrupt* keeper = nullptr;

/// f(arguments…); see FieldInterrupt.
template <typename... Arguments>
py::object called(const py::function& f, Arguments&&... arguments) {
    try {
        return f(std::forward<Arguments>(arguments)...);
    } catch (py::error_already_set& error) {
        FieldInterrupt::handle(error);
    }
}

Vector checked_vector(const py::object& returned, std::string_view name, Index size) {
    Vector f = vector_of(returned, name, Numbers::Any);
    if (f.size() != size) {
        reject_argument(name, fmt::format("{} numbers", size), fmt::format("{}", f.size()));
    }
    return f;
}

Matrix checked_matrix(const py::object& returned, std::string_view name, Index rows, Index cols) {
    Matrix J = matrix_of(returned, name, Numbers::Any);
    if (J.rows() != rows || J.cols() != cols) {
        reject_argument(name, fmt::format("a {}x{} matrix", rows, cols),
                        fmt::format("{}x{}", J.rows(), J.cols()));
    }
    return J;
}

/// By one call of Python for all columns.
class VectorizedField final : public BatchField {
  public:
    explicit VectorizedField(const PythonField& field) : field_(field) {}
    Index dimension() const override { return field_.dimension(); }
    void value(const ConstBlock& x, Block fx) const override { fx = field_.values(x); }

  private:
    const PythonField& field_;
};

}  // namespace

FieldInterrupt::FieldInterrupt() : before_(keeper) {
    keeper = this;
}

FieldInterrupt::~FieldInterrupt() {
    keeper = before_;
}

void FieldInterrupt::raise(py::object partial) {
    kept_->value().attr("partial") = std::move(partial);
    throw std::move(*kept_);
}

void FieldInterrupt::handle(py::error_already_set& error) {
    if (keeper == nullptr || !error.matches(PyExc_KeyboardInterrupt)) {
        throw;
    }
    keeper->kept_.emplace(std::move(error));
    throw ResourceError("field: expected numbers, got an interrupt");
}

PythonField::PythonField(py::function f, std::optional<py::function> jacobian, Index dimension,
                         bool vectorized)
    : f_(std::move(f)),
      jacobian_(std::move(jacobian)),
      dimension_(dimension),
      vectorized_(vectorized) {
    require_at_least("dimension", dimension, 1);
}

Vector PythonField::value(const Vector& x) const {
    const py::gil_scoped_acquire acquired;
    // A copy: Python may keep what it is given.
    return checked_vector(called(f_, Vector(x)), "VectorField f", dimension_);
}

Matrix PythonField::jacobian(const Vector& x) const {
    if (!jacobian_) {
        return finite_difference_jacobian([this](const Vector& at) { return value(at); }, x);
    }
    const py::gil_scoped_acquire acquired;
    return checked_matrix(called(*jacobian_, Vector(x)), "VectorField jacobian", dimension_,
                          dimension_);
}

Matrix PythonField::values(const Matrix& x) const {
    const py::gil_scoped_acquire acquired;
    return checked_matrix(called(f_, Matrix(x)), "VectorField f (vectorized)", dimension_,
                          x.cols());
}

std::unique_ptr<BatchField> batch_of(const VectorField& field) {
    const auto* python = dynamic_cast<const PythonField*>(&field);
    return python != nullptr && python->vectorized() ? std::make_unique<VectorizedField>(*python)
                                                     : nullptr;
}

int threads_for(const VectorField& field, int threads) {
    return dynamic_cast<const PythonField*>(&field) != nullptr ? 1 : threads;
}

Vector start_of(const VectorField& field, const py::object& x0) {
    Vector x = vector_of(x0, "x0");
    if (x.size() != field.dimension()) {
        reject_argument("x0", fmt::format("{} numbers", field.dimension()),
                        fmt::format("{}", x.size()));
    }
    return x;
}

Vector PythonFamily::value(const Vector& x, double alpha) const {
    const py::gil_scoped_acquire acquired;
    return checked_vector(f_(Vector(x), alpha), "f", dimension_);
}

Matrix PythonFamily::jacobian(const Vector& x, double alpha) const {
    if (!jacobian_) {
        return finite_difference_jacobian(
            [this, alpha](const Vector& at) { return value(at, alpha); }, x);
    }
    const py::gil_scoped_acquire acquired;
    return checked_matrix((*jacobian_)(Vector(x), alpha), "jacobian", dimension_, dimension_);
}

Vector PythonFamily::rate(const Vector& x, double alpha) const {
    return finite_difference_jacobian([this, &x](const Vector& at) { return value(x, at[0]); },
                                      Vector::Constant(1, alpha));
}

}  // namespace resdyn::python
