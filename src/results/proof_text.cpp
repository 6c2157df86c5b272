#include "proof_text.hpp"

#include <fmt/format.h>

namespace resdyn {

namespace {

template <typename Count>
std::string text(Count in_double, Count exact) {
    return fmt::format(
        "proved: {} decided in double precision with proved error bounds, {} in exact arithmetic",
        in_double, exact);
}

}  // namespace

std::string proof_text(const AtlasDecisions& decisions) {
    return text(decisions.excluded_by_filter + decisions.found_by_filter, decisions.exact);
}

std::string proof_text(const SearchWork& work) {
    const std::uint64_t excluded =
        work.excluded_by_row + work.excluded_by_rows + work.excluded_by_trace;
    return text(excluded + work.leaves - work.exact_decisions, work.exact_decisions);
}

}  // namespace resdyn
