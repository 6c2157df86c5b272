# cmake -D INPUT=report.html.mustache -D OUTPUT=report_template.cpp -P embed_template.cmake
file(READ ${INPUT} text)
file(WRITE ${OUTPUT} "#include <plots/report_template.hpp>

namespace resdyn::plots {

const std::string_view report_template = R\"mustache(${text})mustache\";

}  // namespace resdyn::plots
")
