#include <resdyn/model/clock.hpp>

namespace resdyn {

std::string_view to_string(Clock clock) {
    return clock == Clock::Flow ? "flow" : "map";
}

}  // namespace resdyn
