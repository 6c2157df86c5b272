/// @file
/// The text of report.html.mustache, compiled in.
#pragma once

#include <string_view>

namespace resdyn::plots {

extern const std::string_view report_template;

}  // namespace resdyn::plots
