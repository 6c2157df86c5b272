#include "arrays.hpp"

#include <cmath>
#include <cstring>
#include <string>

#include <resdyn/core/error.hpp>

namespace resdyn::python {

namespace {

constexpr double largest_whole = 9007199254740992.0;  // 2^53: beyond, doubles skip whole numbers

/// The value as an array of doubles of some layout.
py::array_t<double> doubles_of(const py::handle& value, std::string_view name) {
    const py::array array = py::array::ensure(value);
    if (!array) {
        reject_argument(name, "an array of numbers",
                        py::str(py::type::handle_of(value).attr("__name__")).cast<std::string>());
    }
    const char kind = array.dtype().kind();
    if (kind != 'f' && kind != 'i' && kind != 'u' && kind != 'b') {
        reject_argument(name, "real numbers",
                        "dtype " + py::str(array.dtype()).cast<std::string>());
    }
    auto doubles = py::array_t<double, py::array::forcecast>::ensure(array);
    if (!doubles) {
        throw py::error_already_set();
    }
    return doubles;
}

/// Element (i, j) by strides, which may be negative or not a multiple of the element's size.
double element(const py::array_t<double>& array, Index i, Index j) {
    const auto* bytes = reinterpret_cast<const char*>(array.data());
    const Index offset = i * array.strides(0) + (array.ndim() > 1 ? j * array.strides(1) : 0);
    double value = 0.0;
    std::memcpy(&value, bytes + offset, sizeof(double));
    return value;
}

template <typename Numbers_>
void check(const Numbers_& values, const py::handle& given, std::string_view name,
           Numbers numbers) {
    if (numbers == Numbers::Finite && !values.allFinite()) {
        reject_argument(name, "finite numbers", "NaN or infinity");
    }
    const char kind = py::array::ensure(given).dtype().kind();
    if ((kind == 'i' || kind == 'u') && values.size() > 0 &&
        values.cwiseAbs().maxCoeff() > largest_whole) {
        reject_argument(name, "whole numbers up to 2^53, which a double holds exactly",
                        fmt::format("{:.17g}", values.cwiseAbs().maxCoeff()));
    }
}

std::string dimensions(const py::array& array) {
    return fmt::format("{} dimension{}", array.ndim(), array.ndim() == 1 ? "" : "s");
}

}  // namespace

Matrix matrix_of(const py::handle& value, std::string_view name, Numbers numbers) {
    const py::array_t<double> array = doubles_of(value, name);
    if (array.ndim() != 2) {
        reject_argument(name, "a matrix (2 dimensions)", dimensions(array));
    }
    Matrix matrix(array.shape(0), array.shape(1));
    for (Index j = 0; j < matrix.cols(); ++j) {
        for (Index i = 0; i < matrix.rows(); ++i) {
            matrix(i, j) = element(array, i, j);
        }
    }
    check(matrix, value, name, numbers);
    return matrix;
}

Vector vector_of(const py::handle& value, std::string_view name, Numbers numbers) {
    py::array_t<double> array = doubles_of(value, name);
    if (array.ndim() == 0) {
        array = array.reshape({1});
    }
    if (array.ndim() != 1) {
        reject_argument(name, "a vector (1 dimension)", dimensions(array));
    }
    Vector vector(array.shape(0));
    for (Index i = 0; i < vector.size(); ++i) {
        vector[i] = element(array, i, 0);
    }
    check(vector, value, name, numbers);
    return vector;
}

Matrix starts_of(const py::handle& value, std::string_view name, Numbers numbers) {
    const py::array array = py::array::ensure(value);
    if (array && array.ndim() == 2) {
        return matrix_of(value, name, numbers).transpose();
    }
    return vector_of(value, name, numbers);
}

}  // namespace resdyn::python
