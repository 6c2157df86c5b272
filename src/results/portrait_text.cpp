#include "portrait_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace resdyn {

namespace {

constexpr std::size_t most_curves_told = 16;  // equilibria and curves, in words

std::string words(const PhasePortrait& portrait) {
    std::string text;
    const Slice& slice = portrait.slice;
    text += fmt::format("plane: {}{}\n", slice.about,
                        slice.is_whole()       ? ""
                        : slice.is_invariant() ? "; the flow stays in it"
                                               : "");
    text += fmt::format("{} equilibria on it{}\n", portrait.equilibria.size(),
                        portrait.complete ? " (complete)" : "");
    for (std::size_t k = 0; k < std::min(most_curves_told, portrait.equilibria.size()); ++k) {
        const PortraitEquilibrium& placed = portrait.equilibria[k];
        text +=
            fmt::format("  {} at ({:.6g}, {:.6g}): {}{}\n", to_string(placed.equilibrium.pattern),
                        placed.at[0], placed.at[1], to_string(placed.equilibrium.type),
                        placed.distance > 0 ? fmt::format(", {:.2g} off the plane", placed.distance)
                                            : std::string());
    }
    for (const PortraitContinuum& continuum : portrait.continua) {
        text += fmt::format("  {}: a continuum from ({:g}, {:g}) to ({:g}, {:g})\n",
                            to_string(continuum.pattern), continuum.ends(0, 0),
                            continuum.ends(1, 0), continuum.ends(0, 1), continuum.ends(1, 1));
    }
    for (std::size_t k = 0; k < std::min(most_curves_told, portrait.curves.size()); ++k) {
        const InvariantCurve& c = portrait.curves[k].curve;
        text += fmt::format(
            "  {} {} {}, eigenvalue {:.6g}: {}\n", to_string(c.kind),
            c.kind == CurveKind::Ray ? "at" : "manifold of", to_string(c.from), c.eigenvalue,
            c.end ? fmt::format("{} {} ({:.1e} away)",
                                c.kind == CurveKind::Stable ? "comes from" : "ends at",
                                to_string(*c.end), c.end_distance)
                  : cut_words(c.cut, "its other end is no isolated equilibrium on the plane"));
    }
    text += cycle_lines(portrait.cycles);
    for (const LayerCycle& cycle : portrait.layer_cycles) {
        text += fmt::format(
            "  cycle of {} layers on {}: attracts (largest multiplier {:.6g}, mismatch {:.1e})\n",
            cycle.period(), to_string(cycle.face), cycle.multiplier, cycle.residual);
    }
    for (const std::string& note : portrait.notes) {
        text += fmt::format("note: {}\n", note);
    }
    return text;
}

std::string words(const PhaseLine& line) {
    std::string text;
    for (const Equilibrium& e : line.equilibria) {
        text += fmt::format("{} at y = {:g}: {}, λ = {:.6g}\n", to_string(e.pattern), e.y[0],
                            to_string(e.type), e.flow_eigenvalues.front().real());
    }
    return text;
}

}  // namespace

std::string cycle_lines(const std::vector<LimitCycle>& cycles) {
    std::string text;
    for (const LimitCycle& cycle : cycles) {
        text += fmt::format(
            "  limit cycle of period {:.8g}: {} (Floquet multiplier {:.6g}, mismatch {:.1e})\n",
            cycle.period, cycle.attracts() ? "attracts" : "repels", cycle.multiplier,
            cycle.residual);
    }
    return text;
}

std::string cut_words(CurveCut cut, const std::string& otherwise) {
    switch (cut) {
        case CurveCut::Cycle:
            return "winds onto a limit cycle (cut where it is near it)";
        case CurveCut::Itself:
            return "winds onto a closed orbit (cut after a turn along itself)";
        case CurveCut::Turns:
            return "turns on (cut; where it goes was not asked)";
        case CurveCut::None:
            break;
    }
    return otherwise;
}

std::string summary(const PortraitStudy& study) {
    std::string text = study.line ? words(*study.line) : words(*study.portrait);
    for (const std::string& note : study.notes) {
        text += fmt::format("note: {}\n", note);
    }
    return text;
}

}  // namespace resdyn
