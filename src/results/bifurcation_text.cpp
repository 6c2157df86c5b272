#include "bifurcation_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace resdyn {

namespace {

constexpr std::size_t most_events_told = 40;
constexpr std::size_t patterns_told = 12;

std::string count_text(Index count) {
    return count < 0 ? "-" : fmt::format("{}", count);
}

std::string event_words(const Bifurcation& e) {
    std::string text;
    constexpr std::size_t short_fraction = 16;  // longer ones are in events.csv
    const std::string place =
        e.exact.empty() ? fmt::format("{:.13g} +- {:.0e}", e.alpha, 0.5 * (e.upper - e.lower))
        : e.exact.size() <= short_fraction ? fmt::format("{:.13g} = {}", e.alpha, e.exact)
                                           : fmt::format("{:.13g} rational", e.alpha);
    text += fmt::format("{:<9}{:<34} {}", label(e.kind), place, to_string(e.pattern));
    if (e.partner) {
        text += fmt::format(" with {} ({})", to_string(*e.partner),
                            e.partner_before && e.partner_after ? "there on both sides"
                            : e.partner_before                  ? "there before"
                            : e.partner_after                   ? "there after"
                                                                : "on neither side");
    }
    if (e.kind == BifurcationKind::Singular) {
        text += fmt::format(", a continuum of dimension {}", e.dimension);
    } else {
        text += fmt::format("  unstable {} -> {}", count_text(e.unstable_before),
                            count_text(e.unstable_after));
    }
    if (e.lyapunov) {
        text += fmt::format("  l1 = {:.6g} +- {:.1e}: {}", e.lyapunov->value,
                            e.lyapunov->error_bound, to_string(e.lyapunov->criticality));
    }
    text +=
        fmt::format("  |flow| = {:.1e}{}{}\n", e.residual, e.remark.empty() ? "" : "; ", e.remark);
    return text;
}

}  // namespace

std::string diagram_text(const BifurcationDiagram& diagram) {
    std::string text;
    text += fmt::format("{}: {} branches, {} events{}\n", diagram.scope, diagram.branches.size(),
                        diagram.events.size(),
                        diagram.complete ? " (complete: every pattern was followed)" : "");
    if (diagram.undecided_branches > 0) {
        text += fmt::format(
            "not decided on {} branches: an eigenvalue pair stays on its limit for every "
            "alpha, or crossings lie too close together\n",
            diagram.undecided_branches);
    }
    if (!diagram.permanent_continua.empty()) {
        text += fmt::format(
            "singular for every alpha: {} faces hold a continuum throughout, which is no "
            "branch and is not followed:",
            diagram.permanent_continua.size());
        for (std::size_t k = 0; k < std::min(patterns_told, diagram.permanent_continua.size());
             ++k) {
            text += fmt::format(" {}", to_string(diagram.permanent_continua[k]));
        }
        text +=
            fmt::format("{}\n", diagram.permanent_continua.size() > patterns_told ? " ..." : "");
    }
    for (std::size_t k = 0; k < std::min(most_events_told, diagram.events.size()); ++k) {
        text += event_words(diagram.events[k]);
    }
    if (diagram.events.size() > most_events_told) {
        text += fmt::format("{} more in events.csv\n", diagram.events.size() - most_events_told);
    }
    return text;
}

std::string marks_text(const std::vector<MarkedBranches>& marks) {
    std::string text;
    for (const MarkedBranches& mark : marks) {
        text += fmt::format(
            "UZ       {:<34} {} branches of equilibria, {} stable in the flow; {} followed cycles, "
            "{} "
            "attract in their face\n",
            fmt::format("{:.13g}", mark.alpha), mark.equilibria.size(), mark.stable, mark.cycles,
            mark.attracting_cycles);
    }
    return text;
}

std::string recheck_text(const BranchRecheck& recheck) {
    return fmt::format(
        "continuation: {} branches again, {} without convergence (MX), residuals "
        "up to {:.1e}\n",
        recheck.runs.size(), recheck.no_convergence, recheck.largest_residual);
}

std::string history_text(const PatternHistory& history, const std::vector<EpochRecord>& record) {
    std::string text;
    text += fmt::format("{}\n{:>8}{:>12}{:>10}{:>12}{:>12}\n", history.scope, "epoch", "equilibria",
                        "stable", "loss", "accuracy");
    const std::size_t stride = std::max<std::size_t>(1, history.epochs.size() / most_events_told);
    for (std::size_t k = 0; k < history.epochs.size(); k += stride) {
        const EpochCounts& e = history.epochs[k];
        text += fmt::format("{:>8}{:>12}{:>10}{:>12.5g}{:>12.5g}{}\n", e.epoch, e.equilibria,
                            e.stable, record[k].loss, record[k].train_accuracy,
                            e.complete ? "" : "  (not complete)");
    }
    text += fmt::format("{} births, deaths and changes of stability of {} patterns\n",
                        history.events.size(), history.tracks.size());
    for (std::size_t k = 0; k < std::min(most_events_told, history.events.size()); ++k) {
        const PatternEvent& e = history.events[k];
        text += fmt::format("  epochs {} to {}: {} {}", e.before, e.after, to_string(e.change),
                            to_string(e.pattern));
        if (e.change == PatternChange::StabilityChange) {
            text += fmt::format(", unstable {} -> {}", e.unstable_before, e.unstable_after);
        }
        text += "\n";
    }
    if (history.events.size() > most_events_told) {
        text += fmt::format("  {} more in changes.csv\n", history.events.size() - most_events_told);
    }
    return text;
}

}  // namespace resdyn
