/// @file
/// The words that every output uses, each with its one meaning: the text of README.md (a test
/// compares them), of the report and of `resdyn --help`.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace resdyn {

struct GlossaryEntry {
    std::string_view term;
    std::string_view meaning;
};

inline constexpr std::array glossary = {
    GlossaryEntry{"residual y", "what a layer adds, before the step: y = f(Wx + b); x <- x + h y"},
    GlossaryEntry{"level",
                  "the lower or upper limit of a bounded f: 0 and 1 (logistic), -1 and 1 (tanh)"},
    GlossaryEntry{"Low, High, Free (L, H, F)",
                  "a unit whose residual is at the lower level, at the upper level, or between"},
    GlossaryEntry{"pattern", "a letter a unit, unit 0 first, such as HLF; units count from 0"},
    GlossaryEntry{"face",
                  "all residuals with the same units Low and High: a vertex where no unit "
                  "is Free, an edge where one is, at last the open cube; motion never "
                  "leaves its face"},
    GlossaryEntry{"clock", "flow: the differential equation, h -> 0; map: the layers, step h"},
    GlossaryEntry{"equilibrium", "a residual that does not move, on either clock"},
    GlossaryEntry{"stable",
                  "every direction decays; marginal: none grows, but some neither grows "
                  "nor decays; unstable dimension: how many grow"},
    GlossaryEntry{"settled, slow, unsettled",
                  "at a verified attracting equilibrium (or continuum of them); hardly moving, but "
                  "at none; still moving"},
    GlossaryEntry{"camps",
                  "two groups of units, help within and competition between them; "
                  "frustration: the links that contradict them"},
    GlossaryEntry{"interaction, drift",
                  "the two parts of a layer's step of the residuals where weights differ by "
                  "layer: what the residuals do to each other, and what the moving weights do"},
    GlossaryEntry{"TC",
                  "transcritical: equilibria of neighbouring faces meet and exchange "
                  "stability"},
    GlossaryEntry{"HB", "Hopf: a complex pair crosses into growth in the flow; a cycle is born"},
    GlossaryEntry{"PD", "period doubling: a multiplier of the layers passes -1"},
    GlossaryEntry{"NS", "Neimark-Sacker: a complex pair of multipliers leaves the unit circle"},
    GlossaryEntry{"h*",
                  "the largest step at which the layers keep an equilibrium stable that is "
                  "stable in the flow"},
};

/// A line an entry, "TERM  MEANING", the meanings one under the other.
std::string glossary_text();

}  // namespace resdyn
