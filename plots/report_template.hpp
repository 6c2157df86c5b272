/// @file
/// The texts of the pages, compiled in: report.html.mustache and the script that it carries,
/// report_tables.js; animation.html.mustache.
#pragma once

#include <string_view>

namespace resdyn::plots {

extern const std::string_view report_template;
extern const std::string_view report_tables_script;
extern const std::string_view animation_template;

}  // namespace resdyn::plots
