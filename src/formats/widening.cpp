#include "widening.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <limits>

namespace resdyn {

namespace {

/// The bits of the number that begins at `at`, least significant first in the result.
std::uint64_t bits_of(std::string_view bytes, std::size_t at, const StoredType& type) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < type.size; ++i) {
        const std::size_t byte = type.big_endian ? i : type.size - 1 - i;
        bits = bits << 8 | static_cast<unsigned char>(bytes[at + byte]);
    }
    return bits;
}

/// IEEE 754 binary16.
double from_half(std::uint64_t bits) {
    const double sign = (bits & 0x8000U) != 0 ? -1.0 : 1.0;
    const auto exponent = static_cast<int>(bits >> 10 & 0x1fU);
    const auto fraction = static_cast<double>(bits & 0x3ffU);
    constexpr int bias = 15;
    constexpr int digits = 10;
    if (exponent == 0x1f) {
        return fraction == 0.0 ? sign * std::numeric_limits<double>::infinity()
                               : std::numeric_limits<double>::quiet_NaN();
    }
    return exponent == 0 ? sign * std::ldexp(fraction, 1 - bias - digits)
                         : sign * std::ldexp(fraction + 1024.0, exponent - bias - digits);
}

std::optional<double> from_float(std::uint64_t bits, const StoredType& type) {
    switch (type.size) {
        case 2:
            return type.kind == StoredKind::BFloat
                       ? std::bit_cast<float>(static_cast<std::uint32_t>(bits << 16))
                       : from_half(bits);
        case 4:
            return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
        default:
            return std::bit_cast<double>(bits);
    }
}

std::optional<double> from_unsigned(std::uint64_t bits) {
    const auto value = static_cast<double>(bits);
    // 2^64 as a double is what numbers near the end round to, and no uint64.
    constexpr double beyond = 18446744073709551616.0;
    return value < beyond && static_cast<std::uint64_t>(value) == bits ? std::optional(value)
                                                                       : std::nullopt;
}

std::optional<double> from_signed(std::uint64_t bits, std::size_t size) {
    const auto shift = static_cast<int>(64 - 8 * size);
    const auto whole = static_cast<std::int64_t>(bits << shift) >> shift;
    const bool negative = whole < 0;
    const std::uint64_t magnitude =
        negative ? ~static_cast<std::uint64_t>(whole) + 1 : static_cast<std::uint64_t>(whole);
    const std::optional<double> value = from_unsigned(magnitude);
    return value && negative ? std::optional(-*value) : value;
}

std::optional<double> from_bits(std::uint64_t bits, const StoredType& type) {
    switch (type.kind) {
        case StoredKind::Bool:
            return bits <= 1 ? std::optional(static_cast<double>(bits)) : std::nullopt;
        case StoredKind::Signed:
            return from_signed(bits, type.size);
        case StoredKind::Unsigned:
            return from_unsigned(bits);
        case StoredKind::Float:
        case StoredKind::BFloat:
            return from_float(bits, type);
    }
    return std::nullopt;
}

}  // namespace

std::string name_of(const StoredType& type) {
    const char* kind = type.kind == StoredKind::Bool       ? "bool"
                       : type.kind == StoredKind::Signed   ? "int"
                       : type.kind == StoredKind::Unsigned ? "uint"
                       : type.kind == StoredKind::Float    ? "float"
                                                           : "bfloat";
    return fmt::format("{}{}{}", type.big_endian && type.size > 1 ? "big-endian " : "", kind,
                       type.kind == StoredKind::Bool ? "" : fmt::format("{}", 8 * type.size));
}

std::optional<std::vector<double>> widened(std::string_view bytes, const StoredType& type) {
    std::vector<double> values(bytes.size() / type.size);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::optional<double> value = from_bits(bits_of(bytes, i * type.size, type), type);
        if (!value) {
            return std::nullopt;
        }
        values[i] = *value;
    }
    return values;
}

}  // namespace resdyn
