#include "glossary.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace resdyn {

std::string glossary_text() {
    std::size_t width = 0;
    for (const GlossaryEntry& entry : glossary) {
        width = std::max(width, entry.term.size());
    }
    std::string text;
    for (const GlossaryEntry& entry : glossary) {
        text += fmt::format("  {:<{}}  {}\n", entry.term, width, entry.meaning);
    }
    return text;
}

}  // namespace resdyn
