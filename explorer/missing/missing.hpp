/// @file
/// What the library uses of C++20 and emscripten 3.1's standard library (libc++ 13) lacks; included
/// before every file of the WebAssembly build. Newer libraries have these themselves.
#pragma once

#include <cerrno>
#include <charconv>
#include <compare>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>
#include <version>

#if defined(_LIBCPP_VERSION) && _LIBCPP_VERSION < 14000

namespace std {

template <class T, class Allocator>
constexpr auto operator<=>(const vector<T, Allocator>& a, const vector<T, Allocator>& b) {
    using Order = decltype(a[0] <=> b[0]);
    for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
        if (const Order order = a[i] <=> b[i]; order != 0) {
            return order;
        }
    }
    return Order(a.size() <=> b.size());
}

template <class To, class From>
constexpr To bit_cast(const From& from) noexcept {
    return __builtin_bit_cast(To, from);
}

inline from_chars_result from_chars(const char* first, const char* last, double& value,
                                    chars_format = chars_format::general) {
    const string text(first, last);
    if (text.empty() || text[0] == ' ' || text[0] == '+') {
        return {first, errc::invalid_argument};
    }
    char* end = nullptr;
    errno = 0;
    const double read = strtod(text.c_str(), &end);
    if (end == text.c_str()) {
        return {first, errc::invalid_argument};
    }
    const char* const stop = first + (end - text.c_str());
    if (errno == ERANGE) {
        return {stop, errc::result_out_of_range};
    }
    value = read;
    return {stop, errc{}};
}

inline to_chars_result to_chars(char* first, char* last, double value, chars_format) {
    char text[64];
    for (int digits = 0; digits <= 17; ++digits) {  // the shortest that reads back as the number
        snprintf(text, sizeof text, "%.*e", digits, value);
        if (strtod(text, nullptr) == value) {
            break;
        }
    }
    const string shortest(text);
    if (static_cast<ptrdiff_t>(shortest.size()) > last - first) {
        return {last, errc::value_too_large};
    }
    return {shortest.copy(first, shortest.size()) + first, errc{}};
}

}  // namespace std

#endif
