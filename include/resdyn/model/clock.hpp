/// @file
/// The two clocks of a residual system: the flow u' = W f(u) and the layer map u ← u + h W f(u).
#pragma once

#include <string_view>

namespace resdyn {

enum class Clock { Flow, Map };
std::string_view to_string(Clock clock);

}  // namespace resdyn
