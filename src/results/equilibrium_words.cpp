#include "equilibrium_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "equilibrium_fields.hpp"

namespace resdyn {

std::string short_name(const Pattern& pattern) {
    if (pattern.size() <= 10) {
        return to_string(pattern);
    }
    std::array<Index, 3> counts{};
    for (const UnitState state : pattern.states) {
        ++counts[static_cast<std::size_t>(state)];
    }
    std::string name;
    for (std::size_t k = 0; k < counts.size(); ++k) {
        if (counts[k] > 0) {
            name += fmt::format("{}{}{}", name.empty() ? "" : " ", counts[k], "LHF"[k]);
        }
    }
    return name;
}

std::string pattern_text(const Pattern& pattern) {
    constexpr std::size_t shown = 24;
    const std::string word = to_string(pattern);
    return word.size() <= shown ? word : short_name(pattern);
}

std::string point_text(const Vector& y) {
    std::string text;
    constexpr Index shown = 6;
    for (Index i = 0; i < std::min(shown, y.size()); ++i) {
        text += fmt::format("{}{:.6g}", i > 0 ? ", " : "", y[i]);
    }
    return y.size() > shown ? text + ", …" : text;
}

std::string equilibrium_line(const Equilibrium& e, std::optional<double> margin) {
    return equilibrium_fields(true).line({&e, margin}) + "\n";
}

std::string origin_line(const OriginReport& origin) {
    return fmt::format("origin (degenerate): stable: {} ({}); attracts the open cube: {} ({})\n",
                       to_string(origin.stable), origin.stable_reason, to_string(origin.attracts),
                       origin.attracts_reason);
}

std::string attraction_line(const std::optional<OriginReport>& origin) {
    return origin && origin->attracts == Decision::Yes
               ? "proved: the origin attracts every start of the open cube\n"
               : "";
}

std::string reading_line(const WholeSystem& whole) {
    return fmt::format(
        "weights read as decimals: {} of them are not the stored numbers (by {:.1e} at most); "
        "common denominator {:.17g}\n",
        whole.changed, whole.largest_change, whole.factor);
}

std::string notes_text(const VerdictNotes& notes) {
    std::string text = notes.whole != nullptr ? reading_line(*notes.whole) : "";
    if (notes.rounding != nullptr) {
        if (const std::string rounding = describe(*notes.rounding); !rounding.empty()) {
            text += rounding;
            text += notes.whole == nullptr ? " (--as-decimals reads 0.1 as 1/10)\n" : "\n";
        }
    }
    return text;
}

}  // namespace resdyn
