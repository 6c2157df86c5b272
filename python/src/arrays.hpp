/// @file
/// NumPy arrays in and out. In: any array-like of real numbers, of any layout, copied once into
/// what the library owns; refusals are ValueErrors in the words of the library. Out: read-only
/// views of the result's own memory, which keep the result alive.
#pragma once

#include <string_view>
#include <type_traits>
#include <vector>

#include <resdyn/core/types.hpp>

#include "binding.hpp"

namespace resdyn::python {

enum class Numbers { Finite, Any };

/// Two dimensions; throws std::invalid_argument that begins with `name`.
Matrix matrix_of(const py::handle& value, std::string_view name, Numbers numbers = Numbers::Finite);
/// One dimension; a single number is a vector of one.
Vector vector_of(const py::handle& value, std::string_view name, Numbers numbers = Numbers::Finite);
/// Likewise; one start is a vector, several are the rows of a matrix: a start a column, as the
/// library has them.
Matrix starts_of(const py::handle& value, std::string_view name, Numbers numbers = Numbers::Finite);

/// A view of `count` numbers that `owner` holds.
template <typename T>
py::array_t<T> view_of(const T* data, std::size_t count, const py::handle& owner) {
    py::array_t<T> array({static_cast<py::ssize_t>(count)}, {}, data, owner);
    array.attr("flags").attr("writeable") = false;
    return array;
}

/// A property for a member that is a vector of numbers.
template <typename Owner, typename T>
auto numbers(std::vector<T> Owner::*member) {
    static_assert(!std::is_same_v<T, bool>);
    return [member](const py::object& self) {
        const std::vector<T>& values = self.cast<const Owner&>().*member;
        return view_of(values.data(), values.size(), self);
    };
}

/// A property for a member that has a name, by to_string.
template <typename Owner, typename T>
auto name_of(T Owner::*member) {
    return [member](const Owner& self) { return std::string(to_string(self.*member)); };
}

/// A property for names of enumerators, by to_string.
template <typename Owner, typename T>
auto names_of(std::vector<T> Owner::*member) {
    return [member](const Owner& self) {
        std::vector<std::string> names;
        for (const T& value : self.*member) {
            names.emplace_back(to_string(value));
        }
        return names;
    };
}

}  // namespace resdyn::python
