#include <resdyn/accounts/interaction_account.hpp>

#include <algorithm>

#include <resdyn/figures/figures.hpp>
#include <resdyn/results/interaction_results.hpp>

#include "words.hpp"

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

void tell_pairs(Words& say, const InteractionAnalysis& interaction) {
    say("{:<14}{:>10}{:>16}{:>16}\n", "pair type", "pairs", "mean strength", "max strength");
    for (std::size_t k = 0; k < pair_types.size(); ++k) {
        const PairTally& tally = interaction.pairs.pairs[k];
        say("{:<14}{:>10}{:>16.6g}{:>16.6g}\n", to_string(pair_types[k]), tally.count,
            tally.mean_strength, tally.max_strength);
    }
    const Components& components = interaction.components;
    std::size_t largest = 0;
    for (const auto& members : components.members) {
        largest = std::max(largest, members.size());
    }
    say("strongly connected components: {}, the largest of {} units\n", components.members.size(),
        largest);
    if (!interaction.pairs.camps.empty()) {
        const auto first =
            std::count(interaction.pairs.camps.begin(), interaction.pairs.camps.end(), 1);
        say("camps: {} and {} units\n", first,
            static_cast<Index>(interaction.pairs.camps.size()) - first);
    }
}

void tell_energy(Words& say, const EnergyBudget& energy) {
    say("energy budget, mean of {} samples, by layer (imbalance {:.1e}, tolerance {:.1e}):\n",
        energy.samples, std::max(energy.imbalance, energy.violation), energy.tolerance);
    say("{:>6}{:>14}{:>14}{:>14}{:>14}\n", "layer", "E", "work", "injection", "its bound");
    for (Index n = 0; n < energy.work.size(); ++n) {
        say("{:>6}{:>14.5g}{:>14.5g}{:>14.5g}{:>14.5g}\n", n, energy.energy[n], energy.work[n],
            energy.injection[n], energy.bound[n]);
    }
}

void tell_structure(Words& say, const InteractionAnalysis& interaction) {
    const Frustration& frustration = interaction.frustration;
    say("frustration, pairs to change for balance: {}\n",
        index_text(frustration.pairs, static_cast<double>(frustration.linked_pairs)));
    say("frustration, weight to remove for balance: {}\n",
        index_text(frustration.weight, frustration.total_weight));
    for (const StructureVerdict& v : interaction.structure.verdicts) {
        switch (v.status) {
            case VerdictStatus::Holds:
            case VerdictStatus::HoldsToRounding:
                say("{}: yes{} (margin {:.4g}): {}\n", v.name,
                    v.status == VerdictStatus::Holds ? "" : ", to rounding", v.margin,
                    v.consequence);
                if (v.network_holds) {
                    say("  in the network (h): {}: {}\n", *v.network_holds ? "kept" : "not kept",
                        v.network_test);
                }
                break;
            case VerdictStatus::Fails:
                say("{}: no ({})\n", v.name, v.witness);
                break;
            case VerdictStatus::NotFound:
                say("{}: not found ({})\n", v.name, v.witness);
                break;
        }
    }
    for (const StructureCheck& c : interaction.checks) {
        say("check, {}: {}: {} in {} comparisons on {} trajectories (largest violation "
            "{:.2e}, tolerance {:.2e})\n",
            c.map ? "layers" : "flow", c.law,
            c.passed    ? "kept"
            : c.claimed ? "BROKEN"
                        : "broken, not claimed",
            c.comparisons, c.trajectories, c.violation, c.tolerance);
    }
}

}  // namespace

std::string words_of_structure(const InteractionAnalysis& interaction) {
    Words say;
    tell_structure(say, interaction);
    return std::move(say).text();
}

Account account_of(const InteractionAnalysis& interaction, const ResidualSystem& system,
                   const InteractionListing& listing) {
    Account account;
    account.json = head_of(system);
    account.json["interaction"] = to_json(interaction);
    account.tables = interaction_tables(interaction);
    account.tables.emplace_back("linked_pairs.csv",
                                linked_pair_table(system.W(), interaction, listing.pairs));
    account.figures = figures::interaction_figures(interaction, system.W(), listing.image_rows,
                                                   listing.image_cols);
    Words say;
    tell_pairs(say, interaction);
    tell_structure(say, interaction);
    if (interaction.energy) {
        tell_energy(say, *interaction.energy);
    }
    account.words = std::move(say).text();
    account.sound = !interaction.failed();
    return account;
}

}  // namespace resdyn
