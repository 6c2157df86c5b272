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

void reject_input(std::string_view where, std::string_view expected, std::string_view got) {
    throw InputError(refusal(where, expected, got));
}

}  // namespace resdyn
