#include <fmt/format.h>

#include <resdyn/core/error.hpp>

namespace resdyn {

namespace {

std::string refusal(std::string_view where, std::string_view expected, std::string_view got) {
    return fmt::format("{}: expected {}, got {}", where, expected, got);
}

}  // namespace

void reject_argument(std::string_view where, std::string_view expected, std::string_view got) {
    throw std::invalid_argument(refusal(where, expected, got));
}

void require(std::string_view where, bool holds, std::string_view rule, std::string_view got) {
    if (!holds) {
        reject_argument(where, rule, got);
    }
}

void require(std::string_view where, bool holds, std::string_view rule, double got) {
    if (!holds) {
        reject_argument(where, rule, fmt::format("{}", got));
    }
}

void require_at_least(std::string_view field, std::int64_t value, std::int64_t least) {
    if (value < least) {
        reject_argument(field, fmt::format("a whole number >= {}", least),
                        fmt::format("{}", value));
    }
}

void reject_input(std::string_view where, std::string_view expected, std::string_view got) {
    throw InputError(refusal(where, expected, got));
}

}  // namespace resdyn
