/// @file
/// Shares in words.
#pragma once

#include <fmt/format.h>

#include <string>

#include <resdyn/core/proportion.hpp>

namespace resdyn {

/// "12.30 ± 0.41 %": the share and its standard error.
inline std::string percent(const Proportion& p) {
    return fmt::format("{:.2f} ± {:.2f} %", 100.0 * p.value, 100.0 * p.standard_error);
}

}  // namespace resdyn
