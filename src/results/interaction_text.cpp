#include "interaction_text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace resdyn {

namespace {

std::string index_text(const FrustrationIndex& index, double of) {
    const std::string share =
        of > 0 ? fmt::format(" of {:.6g} ({:.1f} %)", of, 100.0 * index.upper / of)
               : std::string(" of 0");
    return index.is_exact()
               ? fmt::format("{:.6g}{}, exact ({})", index.upper, share, to_string(index.proof))
               : fmt::format("between {:.6g} and {:.6g}{}, bounds", index.lower, index.upper,
                             share);
}

std::string pair_words(const InteractionAnalysis& interaction) {
    std::string text;
    text += fmt::format("{:<14}{:>10}{:>16}{:>16}\n", "pair type", "pairs", "mean strength",
                        "max strength");
    for (std::size_t k = 0; k < pair_types.size(); ++k) {
        const PairTally& tally = interaction.pairs.pairs[k];
        text += fmt::format("{:<14}{:>10}{:>16.6g}{:>16.6g}\n", to_string(pair_types[k]),
                            tally.count, tally.mean_strength, tally.max_strength);
    }
    const Components& components = interaction.components;
    std::size_t largest = 0;
    for (const auto& members : components.members) {
        largest = std::max(largest, members.size());
    }
    text += fmt::format("strongly connected components: {}, the largest of {} units\n",
                        components.members.size(), largest);
    if (!interaction.pairs.camps.empty()) {
        const auto first =
            std::count(interaction.pairs.camps.begin(), interaction.pairs.camps.end(), 1);
        text += fmt::format("camps: {} and {} units\n", first,
                            static_cast<Index>(interaction.pairs.camps.size()) - first);
    }
    return text;
}

std::string energy_words(const EnergyBudget& energy) {
    std::string text;
    text += fmt::format(
        "energy budget, mean of {} samples, by layer (imbalance {:.1e}, tolerance {:.1e}):\n",
        energy.samples, std::max(energy.imbalance, energy.violation), energy.tolerance);
    text += fmt::format("{:>6}{:>14}{:>14}{:>14}{:>14}\n", "layer", "E", "work", "injection",
                        "its bound");
    for (Index n = 0; n < energy.work.size(); ++n) {
        text += fmt::format("{:>6}{:>14.5g}{:>14.5g}{:>14.5g}{:>14.5g}\n", n, energy.energy[n],
                            energy.work[n], energy.injection[n], energy.bound[n]);
    }
    return text;
}

}  // namespace

std::string structure_text(const InteractionAnalysis& interaction) {
    std::string text;
    const Frustration& frustration = interaction.frustration;
    text +=
        fmt::format("frustration, pairs to change for balance: {}\n",
                    index_text(frustration.pairs, static_cast<double>(frustration.linked_pairs)));
    text += fmt::format("frustration, weight to remove for balance: {}\n",
                        index_text(frustration.weight, frustration.total_weight));
    for (const StructureVerdict& v : interaction.structure.verdicts) {
        switch (v.status) {
            case VerdictStatus::Holds:
            case VerdictStatus::HoldsToRounding:
                text += fmt::format("{}: yes{} (margin {:.4g}): {}\n", v.name,
                                    v.status == VerdictStatus::Holds ? "" : ", to rounding",
                                    v.margin, v.consequence);
                if (v.network_holds) {
                    text += fmt::format("  in the network (h): {}: {}\n",
                                        *v.network_holds ? "kept" : "not kept", v.network_test);
                }
                break;
            case VerdictStatus::Fails:
                text += fmt::format("{}: no ({})\n", v.name, v.witness);
                break;
            case VerdictStatus::NotFound:
                text += fmt::format("{}: not found ({})\n", v.name, v.witness);
                break;
        }
    }
    for (const StructureCheck& c : interaction.checks) {
        text += fmt::format(
            "check, {}: {}: {} in {} comparisons on {} trajectories (largest violation "
            "{:.2e}, tolerance {:.2e})\n",
            c.map ? "layers" : "flow", c.law,
            c.passed    ? "kept"
            : c.claimed ? "BROKEN"
                        : "broken, not claimed",
            c.comparisons, c.trajectories, c.violation, c.tolerance);
    }
    return text;
}

std::string summary(const InteractionStudy& study) {
    std::string text = pair_words(study.interaction) + structure_text(study.interaction);
    return study.interaction.energy ? text + energy_words(*study.interaction.energy) : text;
}

}  // namespace resdyn
