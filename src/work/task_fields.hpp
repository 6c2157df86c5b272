/// @file
/// A task's result from a struct to bytes and back (task_bytes.hpp): numbers to the last bit, text,
/// enumerators, vectors, sets, maps, pairs, what may be absent, Eigen matrices, and every struct
/// whose members are named once:
///
///     inline auto task_fields(SearchWork& work) { return std::tie(work.nodes, work.leaves); }
///
/// What a struct does not name is not carried.
#pragma once

#include <complex>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>

#include <Eigen/Core>

#include "task_bytes.hpp"

namespace resdyn {

template <typename T>
concept HasTaskFields = requires(T& value) {
    task_fields(value);
};

template <typename T>
concept TaskMatrix = std::is_base_of_v<Eigen::PlainObjectBase<T>, T>;

/// Not text, which has a way of its own.
template <typename T>
concept TaskContainer = !TaskMatrix<T> && !std::is_same_v<T, std::string> &&
                        requires(T & value, typename T::value_type entry) {
    value.insert(value.end(), std::move(entry));
};

template <typename T>
void write_task(TaskWriter& to, const T& value);
template <typename T>
void write_task(TaskWriter& to, const std::optional<T>& value);
template <typename A, typename B>
void write_task(TaskWriter& to, const std::pair<A, B>& value);
template <typename T>
void read_task(TaskReader& from, T& value);
template <typename T>
void read_task(TaskReader& from, std::optional<T>& value);
template <typename A, typename B>
void read_task(TaskReader& from, std::pair<A, B>& value);

/// An entry as it can be read: a map's has a key that is const.
template <typename T>
struct TaskEntry {
    using type = T;
};
template <typename Key, typename T>
struct TaskEntry<std::pair<const Key, T>> {
    using type = std::pair<Key, T>;
};

template <typename T>
void write_task(TaskWriter& to, const T& value) {
    if constexpr (std::is_enum_v<T>) {
        to.add_signed(static_cast<Index>(value));
    } else if constexpr (std::is_floating_point_v<T>) {
        to.add_double(static_cast<double>(value));
    } else if constexpr (std::is_unsigned_v<T>) {
        to.add(value);
    } else if constexpr (std::is_integral_v<T>) {
        to.add_signed(value);
    } else if constexpr (std::is_same_v<T, std::string>) {
        to.add_text(value);
    } else if constexpr (std::is_same_v<T, std::complex<double>>) {
        to.add_double(value.real());
        to.add_double(value.imag());
    } else if constexpr (TaskMatrix<T>) {
        to.add(static_cast<std::uint64_t>(value.rows()));
        to.add(static_cast<std::uint64_t>(value.cols()));
        for (Index k = 0; k < value.size(); ++k) {
            write_task(to, value.data()[k]);
        }
    } else if constexpr (TaskContainer<T>) {
        to.add(value.size());
        for (const auto& entry : value) {
            write_task(to, entry);
        }
    } else {
        static_assert(HasTaskFields<T>, "a struct names its members by task_fields");
        std::apply([&to](const auto&... fields) { (write_task(to, fields), ...); },
                   task_fields(const_cast<T&>(value)));  // which only looks
    }
}

template <typename T>
void write_task(TaskWriter& to, const std::optional<T>& value) {
    write_task(to, value.has_value());
    if (value) {
        write_task(to, *value);
    }
}

template <typename A, typename B>
void write_task(TaskWriter& to, const std::pair<A, B>& value) {
    write_task(to, value.first);
    write_task(to, value.second);
}

template <typename T>
void read_task(TaskReader& from, T& value) {
    if constexpr (std::is_enum_v<T>) {
        value = static_cast<T>(from.next_signed());
    } else if constexpr (std::is_floating_point_v<T>) {
        value = static_cast<T>(from.next_double());
    } else if constexpr (std::is_unsigned_v<T>) {
        value = static_cast<T>(from.next());
    } else if constexpr (std::is_integral_v<T>) {
        value = static_cast<T>(from.next_signed());
    } else if constexpr (std::is_same_v<T, std::string>) {
        value = from.next_text();
    } else if constexpr (std::is_same_v<T, std::complex<double>>) {
        const double real = from.next_double();
        value = {real, from.next_double()};
    } else if constexpr (TaskMatrix<T>) {
        const Index rows = from.next_index();
        value.resize(rows, from.next_index());
        for (Index k = 0; k < value.size(); ++k) {
            read_task(from, value.data()[k]);
        }
    } else if constexpr (TaskContainer<T>) {
        value.clear();
        for (std::uint64_t left = from.next(); left > 0; --left) {
            typename TaskEntry<typename T::value_type>::type entry{};
            read_task(from, entry);
            value.insert(value.end(), std::move(entry));
        }
    } else {
        static_assert(HasTaskFields<T>, "a struct names its members by task_fields");
        std::apply([&from](auto&... fields) { (read_task(from, fields), ...); },
                   task_fields(value));
    }
}

template <typename T>
void read_task(TaskReader& from, std::optional<T>& value) {
    bool there = false;
    read_task(from, there);
    value.reset();
    if (there) {
        read_task(from, value.emplace());
    }
}

template <typename A, typename B>
void read_task(TaskReader& from, std::pair<A, B>& value) {
    read_task(from, value.first);
    read_task(from, value.second);
}

template <typename T>
std::string task_bytes(const T& result) {
    TaskWriter writer;
    write_task(writer, result);
    return writer.take();
}

/// Throws InputError where the bytes are of another result.
template <typename T>
T task_result(std::string_view bytes) {
    TaskReader reader(bytes);
    T result{};
    read_task(reader, result);
    reader.end();
    return result;
}

}  // namespace resdyn
