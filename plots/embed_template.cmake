# cmake -D OUTPUT=report_template.cpp -D FOLDER=plots -P embed_template.cmake
# The texts of the report and of the animation, as strings.
set(source "#include <plots/report_template.hpp>

namespace resdyn::plots {
")
foreach(pair report_template=report.html.mustache report_tables_script=report_tables.js
             animation_template=animation.html.mustache)
  string(REPLACE "=" ";" pair ${pair})
  list(GET pair 0 name)
  list(GET pair 1 file)
  file(READ ${FOLDER}/${file} text)
  string(APPEND source "
const std::string_view ${name} = R\"resdyn_text(${text})resdyn_text\";
")
endforeach()
file(WRITE ${OUTPUT} "${source}
}  // namespace resdyn::plots
")
