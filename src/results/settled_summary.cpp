// What `resdyn equilibria` says of starts that were followed to rest, and of roots.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "equilibria_summary.hpp"
#include "equilibrium_words.hpp"

namespace resdyn {

namespace {

constexpr std::size_t groups_printed = 20;
constexpr std::size_t passages_printed = 10;
constexpr std::size_t roots_printed = 40;

std::string percent_interval(const Proportion& p) {
    return fmt::format("{:.2f} % [{:.2f}, {:.2f}]", 100 * p.value, 100 * p.low, 100 * p.high);
}

std::string_view words(SettleOutcome outcome) {
    switch (outcome) {
        case SettleOutcome::Settled:
            return "settled at an attracting equilibrium";
        case SettleOutcome::OnContinuum:
            return "settled on an attracting continuum";
        case SettleOutcome::Slow:
            return "slow (more time may tell)";
        case SettleOutcome::Unsettled:
            return "unsettled (still moving at the end)";
        case SettleOutcome::StepLimit:
            return "step limit";
        case SettleOutcome::NonFinite:
            return "not finite";
        case SettleOutcome::NotFollowed:
            return "not followed (proved unable to settle)";
    }
    return "";
}

/// `classes` may be null; `margins` may be empty.
void tell_groups(TextEnd out, const SettleResult& result, const std::vector<double>& margins,
                 const Contingency* classes) {
    const auto followed = static_cast<Index>(result.outcomes.size());
    say(out, "{} {}; shares with 95 % intervals\n", result.groups.size(),
        result.groups.size() == 1 ? "equilibrium" : "equilibria");
    for (std::size_t g = 0; g < std::min(groups_printed, result.groups.size()); ++g) {
        const SettledGroup& group = result.groups[g];
        const auto size = static_cast<Index>(group.members.size());
        say(out, "{:>6} starts, {}{}{}:{}", size, percent_interval(proportion(size, followed)),
            classes != nullptr ? fmt::format(", purity {:.3f}", classes->groups[g].purity) : "",
            group.equilibrium.proved ? "" : " (verified in double precision only)",
            equilibrium_line(group.equilibrium,
                             margins.empty() ? std::nullopt : std::optional(margins[g])));
    }
    if (result.groups.size() > groups_printed) {
        say(out, "  … {} more in groups.csv\n", result.groups.size() - groups_printed);
    }
    for (const ContinuumGroup& group : result.continua) {
        say(out,
            "{:>6} starts on {}, a continuum of dimension {} that attracts across, spread "
            "{:.3g}; one at y = ({})\n",
            group.members.size(), pattern_text(group.continuum.pattern), group.continuum.dimension,
            group.spread, point_text(group.continuum.point));
    }
}

void tell_passages(TextEnd out, const SettleResult& result) {
    std::map<Pattern, std::vector<const SlowPassage*>> by_pattern;
    for (const SlowPassage& passage : result.passages) {
        by_pattern[passage.near.pattern].push_back(&passage);
    }
    std::size_t told = 0;
    for (const auto& [pattern, passages] : by_pattern) {
        if (told++ == passages_printed) {
            say(out, "  … {} more in endings.csv\n", by_pattern.size() - passages_printed);
            break;
        }
        const auto [nearest, farthest] = std::minmax_element(
            passages.begin(), passages.end(),
            [](const SlowPassage* a, const SlowPassage* b) { return a->distance < b->distance; });
        say(out, "{:>6} slow starts near {} ({}, unstable dimension {}), {:.2g} to {:.2g} away\n",
            passages.size(), pattern_text(pattern), to_string(passages.front()->near.type),
            passages.front()->near.spectrum.unstable, (*nearest)->distance, (*farthest)->distance);
    }
}

void tell_round(TextEnd out, const SettleResult& result, const SettleOptions& options,
                const std::vector<double>& margins, const Contingency* classes) {
    const auto followed = static_cast<Index>(result.outcomes.size());
    say(out,
        "not complete: equilibria that starts settle at; others were not searched\n{} starts "
        "followed {}\n",
        followed,
        options.clock == Clock::Flow
            ? fmt::format("in the flow to t = {:g} at most", options.t_end)
            : fmt::format("under the layer map, {} layers at most", options.max_layers));
    for (const SettleOutcome outcome : settle_outcomes) {
        if (const Index count = result.count(outcome); count > 0) {
            say(out, "  {:>6} {}: {}\n", count, words(outcome),
                percent_interval(proportion(count, followed)));
        }
    }
    if (result.by_proof > 0) {
        say(out, "  {} of them not integrated, by proof: {}\n", result.by_proof, result.proof);
    }
    say(out, "  of the settled, {} proved to converge{}\n", result.certified,
        result.by_proof > 0 ? "" : " by an invariant box");
    tell_groups(out, result, margins, classes);
    tell_passages(out, result);
    if (classes != nullptr && classes->inputs > 0) {
        say(out,
            "classes: purity {:.4f} over {} settled inputs ({} alone in their group), mutual "
            "information {:.4f} bits ({:.4f} corrected for few inputs a group) of {:.4f}\n",
            classes->purity, classes->inputs, classes->lone_inputs, classes->mutual_information,
            classes->mutual_information_corrected, classes->class_entropy);
    }
}

void tell_cones(TextEnd out, const ConeReport& report) {
    say(out,
        "complete: all {} supports decided exactly; beside the origin {} cones of "
        "equilibria\n",
        report.supports, report.cones.size());
    for (const EquilibriumCone& cone : report.cones) {
        say(out, "  {}  dimension {}  residual {:.1e}  units growing off it {}  y ~ ({})\n",
            pattern_text(cone.pattern), cone.dimension, cone.residual, cone.growing_units,
            point_text(cone.direction));
    }
}

}  // namespace

std::vector<std::string> next_steps(const SettledAnswer& answer) {
    if (!answer.result.groups.empty() || !answer.result.continua.empty()) {
        return {};
    }
    std::vector<std::string> steps = {
        "--method stable: every stable equilibrium, proved, with its predicted cost first",
        "--method newton: roots, unstable ones too, not complete"};
    if (answer.options.clock == Clock::Map) {
        steps.emplace_back(
            "--clock flow, or a smaller --step: the layer map may turn where the flow rests");
        steps.push_back(
            fmt::format("--max-layers: more than {} layers", answer.options.max_layers));
    } else {
        steps.push_back(fmt::format("--t-end: longer than {:g}", answer.options.t_end));
    }
    return steps;
}

void tell_settled(TextEnd out, const SettledAnswer& answer) {
    tell_round(out, answer.result, answer.options, answer.verdicts.margins,
               answer.classes ? &*answer.classes : nullptr);
    say(out, "{}", notes_text(notes_of(answer.verdicts)));
    if (answer.around) {
        say(out, "second round, around these:\n");
        tell_round(out, *answer.around, answer.options, {}, nullptr);
    }
    if (const std::vector<std::string> steps = next_steps(answer); !steps.empty()) {
        say(out, "no start came to rest, which does not say that nothing is stable; next:\n  {}\n",
            fmt::join(steps, "\n  "));
    }
}

void tell_roots(TextEnd out, const RootAnswer& answer) {
    const RootSearchResult& result = answer.result;
    say(out, "not complete: roots that Newton finds from seeds; others may exist\n");
    say(out,
        "{} seeds: {} at roots, {} at slow points, {} outliers, {} at fast minima, {} at the "
        "iteration limit, {} not finite; {} rounds of deflation\n",
        result.starts, result.at_roots, result.at_slow_points, result.outliers, result.fast_minima,
        result.iteration_limit, result.non_finite, result.rounds);
    say(out, "{} roots (merged within {:g})\n", result.roots.size(), answer.options.merge_tol);
    for (std::size_t k = 0; k < std::min(result.roots.size(), roots_printed); ++k) {
        const Root& root = result.roots[k];
        say(out, "  {:<15} unstable {}  residual {:.1e}  {}  {} = ({})\n", to_string(root.type),
            root.spectrum.unstable, root.residual,
            root.singular       ? "singular Jacobian"
            : root.proof.proved ? fmt::format("proved within {:.1e}", root.proof.radius)
                                : "not proved",
            answer.variable, point_text(root.x));
    }
    for (std::size_t k = 0; k < std::min(result.slow.size(), roots_printed); ++k) {
        const SlowPoint& point = result.slow[k];
        say(out, "  slow point: q = {:.3e}, |grad q| = {:.1e}, {} = ({})\n", point.q,
            point.gradient, answer.variable, point_text(point.x));
    }
    if (answer.cones) {
        tell_cones(out, *answer.cones);
    } else if (answer.variable == "u") {
        say(out, "cones of equilibria are decided exactly for N <= {} only\n", cones_up_to);
    }
}

}  // namespace resdyn
