#include "basin_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace resdyn {

namespace {

constexpr std::size_t most_attractors_told = 12;

std::string percent_and_interval(const Proportion& p) {
    return fmt::format("{:.2f} % ± {:.2f} % [{:.2f}, {:.2f}]", 100 * p.value,
                       100 * p.standard_error, 100 * p.low, 100 * p.high);
}

/// What is not proved of an attractor, or proved of its face only.
std::string_view attractor_note(const BasinAttractor& attractor) {
    if (attractor.is_continuum || attractor.is_cycle() || attractor.is_heteroclinic()) {
        return "";
    }
    const bool stable = attractor.type == EquilibriumType::StableNode ||
                        attractor.type == EquilibriumType::StableFocus;
    return !attractor.proved ? " (double precision only)"
           : stable          ? ""
           : attractor.type == EquilibriumType::NonHyperbolic
               ? " (not hyperbolic)"
               : " (attracts within the face of the held units, not across it)";
}

std::string sharpness_words(const BoundarySharpness& sharpness) {
    std::string text;
    if (!sharpness.fitted()) {
        text += fmt::format("boundary: {}: {}\n",
                            sharpness.status == SharpnessStatus::NoBoundary
                                ? "none on this plane at this resolution"
                                : "no uncertainty exponent or dimension is given",
                            sharpness.reason);
        return text;
    }
    text += fmt::format(
        "boundary: uncertainty exponent {:.3f} ± {:.3f} (of the fit; local slopes within "
        "{:.3f}), from distances of {:.3g} to {:.3g}: {}\n",
        sharpness.exponent, sharpness.standard_error, sharpness.slope_spread,
        sharpness.distance.front(), sharpness.distance.back(),
        sharpness.looks_smooth() ? std::string("smooth as far as these cells tell (dimension 1)")
                                 : fmt::format("dimension {:.3f}", 2.0 - sharpness.exponent));
    return text;
}

std::string map_words(const BasinMap& map, const BoundarySharpness& sharpness) {
    std::string text;
    const auto cells = static_cast<double>(map.labels.size());
    text +=
        fmt::format("plane: {}\n{} × {} cells, {}: {} attractor{}, {} cells proved to converge{}\n",
                    map.slice.about, map.labels.rows(), map.labels.cols(), to_string(map.clock),
                    map.attractors.size(), map.attractors.size() == 1 ? "" : "s", map.certified,
                    map.by_proof > 0 ? "" : " by an invariant box");
    if (map.by_proof > 0) {
        text += fmt::format(
            "{} cells were not integrated, by proof: {}{}\n", map.by_proof, map.proof,
            map.count(NotFollowedCell) > 0 ? " (--integrate follows them all the same)" : "");
    }
    std::vector<const BasinAttractor*> order;
    for (const BasinAttractor& attractor : map.attractors) {
        order.push_back(&attractor);
    }
    std::stable_sort(order.begin(), order.end(),
                     [](auto* a, auto* b) { return a->members > b->members; });
    for (std::size_t k = 0; k < std::min(order.size(), most_attractors_told); ++k) {
        text += fmt::format("  {:>7.3f} % of the map: {}{}{}\n",
                            100.0 * static_cast<double>(order[k]->members) / cells,
                            order[k]->is_continuum ? "continuum " : "", order[k]->name(),
                            attractor_note(*order[k]));
        if (order[k]->is_heteroclinic()) {
            text += fmt::format(
                "      a heteroclinic cycle that attracts: ever longer stays at these saddles, "
                "{}\n",
                order[k]->growth > 0
                    ? fmt::format("each {:.4g} times that a round before", order[k]->growth)
                    : std::string("growth not predicted"));
        }
        if (order[k]->is_cycle()) {
            text += fmt::format(
                "      a {} on {}{}, largest other multiplier {:.3g}, residual {:.1g}; "
                "cells stay within {:g} of the levels' width from it for a period\n",
                map.clock == Clock::Flow ? "limit cycle" : "cycle of the layers",
                to_string(order[k]->pattern),
                order[k]->attracts_in_cube ? "" : ", attracting only where its held units are held",
                order[k]->multiplier, order[k]->residual, cycle_tol);
        }
    }
    if (order.size() > most_attractors_told) {
        text += fmt::format("  … {} more in labels.csv\n", order.size() - most_attractors_told);
    }
    for (int label = SlowCell; label >= lowest_label; --label) {
        if (map.count(label) > 0) {
            text += fmt::format("  {:>7.3f} % {}\n",
                                100.0 * static_cast<double>(map.count(label)) / cells,
                                to_string(static_cast<BasinLabel>(label)));
        }
    }
    if (map.count(UnsettledCell) + map.count(NotFollowedCell) > 0) {
        text += fmt::format(
            "attractors are what comes to rest and, up to N = {}, {} that were found; chaos and "
            "other "
            "motion are found by resdyn {}\n",
            widest_cycle_search,
            map.clock == Clock::Flow ? "limit and heteroclinic cycles"
                                     : "cycles of the layers, not their closed curves,",
            map.clock == Clock::Flow ? "equilibria --recurrence" : "cycles");
    }
    text += sharpness_words(sharpness);
    return text;
}

std::string share_words(const BasinShares& shares) {
    std::string text;
    text += fmt::format(
        "shares of the open cube, {} uniform starts (± standard error, 95 % interval)\n",
        shares.settled.outcomes.size());
    for (std::size_t k = 0; k < std::min(shares.attractors.size(), most_attractors_told); ++k) {
        text += fmt::format("  {}: {}{}\n", percent_and_interval(shares.shares[k]),
                            shares.attractors[k].is_continuum ? "continuum " : "",
                            shares.attractors[k].name());
    }
    if (shares.settled.by_proof > 0) {
        text += fmt::format("  {} starts were not integrated, by proof\n", shares.settled.by_proof);
    }
    if (shares.attractors.size() > most_attractors_told) {
        text += fmt::format("  … {} more in shares.csv\n",
                            shares.attractors.size() - most_attractors_told);
    }
    for (std::size_t k = 0; k < settle_outcomes.size(); ++k) {
        if (settle_outcomes[k] != SettleOutcome::Settled &&
            settle_outcomes[k] != SettleOutcome::OnContinuum && shares.outcomes[k].value > 0) {
            text += fmt::format("  {}: {}\n", percent_and_interval(shares.outcomes[k]),
                                to_string(settle_outcomes[k]));
        }
    }
    return text;
}

}  // namespace

std::string summary(const BasinStudy& study) {
    std::string text = map_words(study.map, study.sharpness);
    if (study.shares) {
        text += share_words(*study.shares);
    }
    if (study.data) {
        const Contingency& c = study.data->classes;
        text += fmt::format(
            "basin against class: purity {:.4f} over {} inputs that settle{} ({} alone in "
            "theirs), mutual information {:.4f} bits ({:.4f} corrected) of {:.4f}\n",
            c.purity, c.inputs, study.data->cycles.empty() ? "" : " or come to a limit cycle",
            c.lone_inputs, c.mutual_information, c.mutual_information_corrected, c.class_entropy);
    }
    return text;
}

}  // namespace resdyn
