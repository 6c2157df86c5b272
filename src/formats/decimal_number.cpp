#include "decimal_number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

namespace resdyn {

namespace {

constexpr std::string_view minus_sign = "\xe2\x88\x92";

/// Whether a number that is out of the range of double is too small for it, not too large: the
/// decimal exponent of its first digit that is not 0 decides, since neither end is near 1.
bool is_too_small(std::string_view number) {
    const std::size_t exponent_at = number.find_first_of("eE");
    const std::string_view digits = number.substr(0, exponent_at);
    const std::size_t point = std::min(digits.find('.'), digits.size());
    const std::size_t first = digits.find_first_of("123456789");
    std::int64_t magnitude =
        first < point ? static_cast<std::int64_t>(point - first)
                      : static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
    if (exponent_at != std::string_view::npos) {
        std::string_view text = number.substr(exponent_at + 1);
        text.remove_prefix(text.starts_with('+') ? 1 : 0);
        std::int64_t exponent = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), exponent);
        if (error == std::errc::result_out_of_range) {
            return text.starts_with('-');  // no text is long enough to make up for it
        }
        magnitude += exponent;
    }
    return magnitude < 0;
}

/// The number as std::from_chars takes it, in `storage` where it is not a part of `cell`; empty if
/// it has marks that no number has.
std::string_view plain(std::string_view cell, char mark, std::string& storage) {
    if (cell.size() >= 2 && cell.front() == '"' && cell.back() == '"') {
        cell = cell.substr(1, cell.size() - 2);
    }
    if (mark != '.' && cell.find('.') != std::string_view::npos) {
        return {};
    }
    const bool has_minus = cell.starts_with(minus_sign);
    if (has_minus || mark != '.') {
        storage.assign(has_minus ? 1 : 0, '-');
        storage.append(cell.substr(has_minus ? minus_sign.size() : 0));
        const std::size_t at = storage.find(mark);
        if (mark != '.' && at != std::string::npos) {
            storage[at] = '.';
        }
        cell = storage;
    }
    const bool has_plus = cell.size() >= 2 && cell[0] == '+' && cell[1] != '-' && cell[1] != '+';
    return cell.substr(has_plus ? 1 : 0);
}

}  // namespace

DecimalNumber parse_decimal(std::string_view cell, char mark) {
    std::string storage;
    const std::string_view number = plain(cell, mark, storage);
    DecimalNumber result;
    const auto [end, error] =
        std::from_chars(number.data(), number.data() + number.size(), result.value);
    if (number.empty() || end != number.data() + number.size() ||
        error == std::errc::invalid_argument) {
        return {};
    }
    if (error == std::errc::result_out_of_range) {
        if (is_too_small(number)) {
            return {NumberKind::Underflow, number.starts_with('-') ? -0.0 : 0.0};
        }
        return {NumberKind::NotFinite, 0.0};
    }
    result.kind = std::isfinite(result.value) ? NumberKind::Finite : NumberKind::NotFinite;
    return result;
}

}  // namespace resdyn
