// The report's section on cooperation and competition.
#include <fmt/format.h>

#include <algorithm>

#include "report_content.hpp"
#include "results/report_text.hpp"

namespace resdyn::plots {

using namespace readable;

using namespace figures;

namespace {

std::string index_range(const FrustrationIndex& index) {
    return index.is_exact() ? number(index.upper)
                            : number(index.lower) + " to " + number(index.upper);
}

Table pair_table(const InteractionReport& report) {
    Index pairs = 0;
    for (const PairTally& tally : report.pairs) {
        pairs += tally.count;
    }
    Table types{"Pairs of units by type",
                {"type", "pairs", "share", "mean strength", "largest strength"},
                {}};
    std::string absent;
    for (std::size_t k = 0; k < pair_types.size(); ++k) {
        const PairTally& tally = report.pairs[k];
        if (tally.count == 0) {
            absent += fmt::format("{}{}", absent.empty() ? "" : ", ", to_string(pair_types[k]));
            continue;
        }
        types.rows.push_back(
            {std::string(to_string(pair_types[k])), fmt::format("{}", tally.count),
             pairs == 0 ? "–"
                        : fmt::format("{:.1f} %", 100.0 * static_cast<double>(tally.count) /
                                                      static_cast<double>(pairs)),
             number(tally.mean_strength), number(tally.max_strength)});
    }
    if (!absent.empty()) {
        types.caption += "; none of " + absent;
    }
    return types;
}

/// Adds the verdicts that say something; returns the tests from which nothing follows, folded.
Table add_structure(ReportSection& section, const InteractionAnalysis& interaction) {
    Table verdicts{"What the structure of W decides",
                   {"property", "test", "verdict", "margin", "broken by, or proof", "what follows",
                    "what does not", "in the network", "reference"},
                   {}};
    Table silent{"", {"property", "test", "verdict", "margin", "broken by"}, {}, true};
    for (const StructureVerdict& v : interaction.structure.verdicts) {
        const std::string network =
            v.network_holds
                ? fmt::format("{}: {}", *v.network_holds ? "kept" : "not kept", v.network_test)
                : v.network_test;
        std::vector<std::string> row = {v.name, v.test, words(to_string(v.status)),
                                        fmt::format("{} ({})", number(v.margin), v.margin_meaning),
                                        v.witness.empty() ? "–" : v.witness};
        if (v.holds()) {
            row.insert(row.end(), {v.consequence, v.non_consequence, network, v.reference});
            verdicts.rows.push_back(std::move(row));
        } else {
            silent.rows.push_back(std::move(row));
        }
    }
    if (verdicts.rows.empty()) {
        section.paragraphs.push_back(fmt::format(
            "None of {} tests of the structure of W decides anything here.", silent.rows.size()));
    } else {
        section.tables.push_back(verdicts);
    }
    Table checks{"The verdicts held against sampled trajectories",
                 {"law", "from", "clock", "claimed", "kept", "trajectories", "comparisons",
                  "largest violation", "tolerance"},
                 {}};
    for (const StructureCheck& c : interaction.checks) {
        checks.rows.push_back({c.law, c.verdict, c.map ? "layers" : "flow", yes_no(c.claimed),
                               yes_no(c.passed), fmt::format("{}", c.trajectories),
                               fmt::format("{}", c.comparisons), number(c.violation),
                               number(c.tolerance)});
    }
    if (!checks.rows.empty()) {
        section.tables.push_back(checks);
    }
    silent.caption = fmt::format("{} tests of the structure of W from which nothing follows here",
                                 silent.rows.size());
    return silent;
}

void add_energy(ReportSection& section, const EnergyBudget& energy) {
    section.facts.push_back(
        {"energy budget balances", yes_no(energy.balances()),
         fmt::format("largest |ΔE − work − injection| relative to its terms {}, injection outside "
                     "[0, bound] by {}; rounding may reach {}",
                     number(energy.imbalance), number(std::max(0.0, energy.violation)),
                     number(energy.tolerance))});
    Table table{fmt::format("Energy by layer, means of {} inputs ± standard error", energy.samples),
                {"layer n", "E", "ΔE", "symmetric work", "Euler's injection", "its bound"},
                {}};
    const auto with_error = [](double mean, double error) {
        return number(mean) + " ± " + number(error);
    };
    for (Index n = 0; n < energy.work.size(); ++n) {
        table.rows.push_back({fmt::format("{}", n), number(energy.energy[n]),
                              with_error(energy.change[n], energy.change_error[n]),
                              with_error(energy.work[n], energy.work_error[n]),
                              with_error(energy.injection[n], energy.injection_error[n]),
                              number(energy.bound[n])});
    }
    section.tables.push_back(table);
}

}  // namespace

ReportSection interaction_section(const InteractionAnalysis& interaction) {
    ReportSection section{"interaction", "Cooperation and competition", Section::Interaction};
    const InteractionReport& report = interaction.pairs;
    section.paragraphs = {
        "w_ij > 0 means that residual j helps residual i grow, w_ij < 0 that it suppresses it. The "
        "verdicts speak of the flow; a column says what of them survives in the layers."};
    section.tables = {pair_table(report)};
    section.facts = {
        {"self-interaction", fmt::format("{} excite themselves", report.self.positive),
         fmt::format("{} inhibit themselves, {} neither", report.self.negative, report.self.zero)},
        {"strongly connected components", fmt::format("{}", interaction.components.members.size()),
         ""}};
    if (!report.camps.empty()) {
        const auto first = std::count(report.camps.begin(), report.camps.end(), 1);
        section.facts.push_back(
            {"camps",
             fmt::format("{} and {} units", first, static_cast<Index>(report.camps.size()) - first),
             ""});
    }
    const Frustration& f = interaction.frustration;
    section.facts.push_back(
        {"frustration, pairs", index_range(f.pairs),
         fmt::format(
             "of {} linked pair{} must change for two camps ({}); {} + − and always must",
             f.linked_pairs, f.linked_pairs == 1 ? "" : "s", words(to_string(f.pairs.proof)),
             f.mixed_pairs == 1 ? std::string("1 is") : fmt::format("{} are", f.mixed_pairs))});
    section.facts.push_back({"frustration, weight", index_range(f.weight),
                             fmt::format("of {} must be removed ({})", number(f.total_weight),
                                         words(to_string(f.weight.proof)))});
    Table silent = add_structure(section, interaction);
    if (interaction.energy) {
        add_energy(section, *interaction.energy);
    }
    if (!silent.rows.empty()) {
        section.tables.push_back(std::move(silent));
    }
    return section;
}

}  // namespace resdyn::plots
