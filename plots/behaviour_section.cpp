#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <resdyn/core/quantile.hpp>

#include "report_content.hpp"
#include "results/report_text.hpp"

namespace resdyn::plots {

using namespace readable;

using namespace figures;

namespace {

constexpr std::size_t units_named = 4;

/// The entry of the depth nearest to `layers` on a logarithmic scale.
std::size_t look_at(const LongRun& run, double layers) {
    std::size_t best = run.depth.size() - 1;
    for (std::size_t k = 0; k < run.depth.size(); ++k) {
        const auto distance = [&](std::size_t at) {
            return std::abs(std::log(std::max<double>(0.5, static_cast<double>(run.depth[at]))) -
                            std::log(layers));
        };
        best = distance(k) < distance(best) ? k : best;
    }
    return best;
}

/// How the accuracy goes on beyond the last layer.
std::string accuracy_beyond(const LongRun& run, Index L) {
    const std::size_t own = look_at(run, static_cast<double>(L));
    std::string text = fmt::format("After its own {} layers the read-out is right for {}", L,
                                   percent(run.accuracy[own]));
    std::size_t said = own;
    for (const double factor : {10.0, 100.0, 1e9}) {
        const std::size_t at = look_at(run, factor * static_cast<double>(L));
        if (at > said && run.depth[at] > run.depth[own] * 5) {
            text += fmt::format(", after {} for {}", run.depth[at], percent(run.accuracy[at]));
            said = at;
        }
    }
    return text + fmt::format(" of {} inputs.", run.inputs.size());
}

/// To which depth decisions last.
std::string life_of_decisions(const LongRun& run) {
    std::vector<double> changed;
    for (const DecisionLife& life : run.inputs) {
        changed.push_back(life.changed_by > 0 ? static_cast<double>(life.changed_by)
                                              : std::numeric_limits<double>::infinity());
    }
    const auto kept = std::count_if(changed.begin(), changed.end(),
                                    [](double depth) { return !std::isfinite(depth); });
    std::string text = fmt::format(
        "The class read out stays the same to the deepest layer looked at, {}, for {} of {} inputs",
        run.depth.back(), kept, changed.size());
    // Quantiles beyond that layer are not known.
    const char* before = "; it changes first by layer ";
    for (const auto& [q, of] : {std::pair(0.05, "the earliest 5 %"), std::pair(0.5, "the median"),
                                std::pair(0.95, "the last 5 %")}) {
        if (const double value = quantile(changed, q); std::isfinite(value)) {
            text += fmt::format("{}{} for {}", before, number(value), of);
            before = ", ";
        }
    }
    return text + " (depths looked at grow geometrically).";
}

std::string sizes(const LongRun& run, Index L) {
    const Spread& own = run.size[look_at(run, static_cast<double>(L))];
    const Spread& last = run.size.back();
    return fmt::format(
        "The largest residual of an input stands {} above the lower level after {} layers (median; "
        "5 % to 95 %: {} to {}) and {} after {} ({} to {}; of all {} inputs at most {}).",
        number(own.median), L, number(own.low), number(own.high), number(last.median),
        run.depth.back(), number(last.low), number(last.high), run.inputs.size(),
        number(last.most));
}

std::string leading_units(const UnitFields& units) {
    std::string text;
    for (std::size_t k = 0; k < std::min(units_named, units.order.size()); ++k) {
        const Index i = units.order[k];
        text +=
            fmt::format("{}{} ({:+.3g})", text.empty() ? "" : ", ", i, units.evidence.row(i).sum());
    }
    return fmt::format(
        "Units that add most to the lead of the true class, in logits over all layers (mean over "
        "inputs): {}.",
        text);
}

}  // namespace

ReportSection proof_section(const Analysis& analysis) {
    ReportSection section{"proofs", "What is proved", Section::Proofs};
    if (!analysis.proofs) {
        section.paragraphs = {"Nothing: unbounded activations and --proof-time 0 leave it out."};
        return section;
    }
    section.paragraphs = describe(*analysis.proofs);
    return section;
}

ReportSection behaviour_section(const Analysis& analysis) {
    ReportSection section{"behaviour", "What the network does", Section::Behaviour};
    if (!analysis.behaviour) {
        section.paragraphs = {"Not looked at: it needs data."};
        return section;
    }
    const Behaviour& behaviour = *analysis.behaviour;
    if (behaviour.beyond && !behaviour.beyond->accuracy.empty()) {
        const LongRun& run = *behaviour.beyond;
        section.paragraphs = {accuracy_beyond(run, analysis.system.depth), life_of_decisions(run),
                              sizes(run, analysis.system.depth)};
        if (run.within_rounding > 0) {
            section.paragraphs.push_back(fmt::format(
                "At the deepest layer the lead of {} inputs is within the rounding of the sums "
                "({:.1e} logits): their last class is not to be relied on.",
                run.within_rounding, run.rounding_bound));
        }
    }
    if (behaviour.units.evidence.size() > 0) {
        section.paragraphs.push_back(leading_units(behaviour.units));
    }
    return section;
}

}  // namespace resdyn::plots
