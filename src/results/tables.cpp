
#include <fmt/format.h>

#include "behaviour_results.hpp"
#include "cycle_results.hpp"
#include "discretisation_results.hpp"
#include "equilibrium_fields.hpp"
#include "interaction_results.hpp"
#include "layerwise_results.hpp"
#include "proof_results.hpp"
#include "recurrence_results.hpp"
#include "root_results.hpp"
#include "tables.hpp"

namespace resdyn {

namespace {

using Row = std::vector<CsvTable::Cell>;

std::string text(std::string_view view) {
    return std::string(view);
}

void append_columns(std::vector<std::string>& columns, const char* name, Index count) {
    for (Index i = 0; i < count; ++i) {
        columns.push_back(fmt::format("{}_{}", name, i));
    }
}

template <typename Numbers>
void append_numbers(Row& row, const Numbers& numbers) {
    for (const double v : numbers) {
        row.emplace_back(v);
    }
}

/// What the samples are called in tables: their number in the source, else their place.
Index number_of(const std::vector<Index>& samples, Index place) {
    return samples.empty() ? place : samples[static_cast<std::size_t>(place)];
}

CsvTable singular_value_table(const RankReport& rank) {
    CsvTable table({"index", "singular_value", "tolerance"});
    for (Index k = 0; k < rank.singular_values.size(); ++k) {
        table.add({k, rank.singular_values[k], rank.tolerance});
    }
    return table;
}

CsvTable leading_table(const LeadingSpectrum& spectrum) {
    CsvTable table({"index", "re", "im", "residual"});
    for (std::size_t k = 0; k < spectrum.values.size(); ++k) {
        table.add({static_cast<long>(k), spectrum.values[k].real(), spectrum.values[k].imag(),
                   spectrum.residuals[k]});
    }
    return table;
}

CsvTable convergence_table(const DiscretisationReport& report) {
    CsvTable table({"step", "final_distance_rms", "observed_order"});
    for (std::size_t k = 0; k < report.steps.size(); ++k) {
        table.add({report.steps[k], report.final_distance[k],
                   k > 0 ? CsvTable::Cell(report.observed_order[k - 1]) : CsvTable::Cell("")});
    }
    return table;
}

CsvTable confusion_table(const Eigen::MatrixXi& confusion) {
    CsvTable table({"true_class", "read_out_as", "samples"});
    for (Index i = 0; i < confusion.rows(); ++i) {
        for (Index j = 0; j < confusion.cols(); ++j) {
            table.add(
                {static_cast<long>(i), static_cast<long>(j), static_cast<long>(confusion(i, j))});
        }
    }
    return table;
}

CsvTable evidence_table(const EvidenceLedger& ledger) {
    CsvTable table(
        {"layer", "accuracy", "accuracy_standard_error", "mean_margin", "mean_evidence"});
    for (std::size_t n = 0; n < ledger.accuracy_by_layer.size(); ++n) {
        table.add({static_cast<long>(n), ledger.accuracy_by_layer[n].value,
                   ledger.accuracy_by_layer[n].standard_error, ledger.mean_margin_by_layer[n],
                   ledger.mean_evidence_by_layer[n]});
    }
    return table;
}

}  // namespace

CsvTable equilibrium_table(const std::vector<Equilibrium>& equilibria,
                           const std::vector<double>& margins) {
    return equilibrium_fields(!margins.empty()).csv(equilibrium_rows(equilibria, margins));
}

CsvTable spectrum_table(const std::vector<Equilibrium>& equilibria) {
    CsvTable table({"pattern", "spectrum", "index", "re", "im", "modulus"});
    const auto add = [&table](const Equilibrium& e, const char* name,
                              const std::vector<Complex>& values) {
        for (std::size_t k = 0; k < values.size(); ++k) {
            table.add({to_string(e.pattern), text(name), static_cast<long>(k), values[k].real(),
                       values[k].imag(), std::abs(values[k])});
        }
    };
    for (const Equilibrium& e : equilibria) {
        add(e, "flow", e.flow_eigenvalues);
        add(e, "map", e.multipliers);
    }
    return table;
}

CsvTable simulation_table(const std::vector<Simulation>& runs) {
    std::vector<std::string> columns = {"start", "t"};
    const bool has_x = !runs.empty() && runs.front().x.cols() > 0;
    if (!runs.empty()) {
        append_columns(columns, "x", has_x ? runs.front().x.rows() : 0);
        append_columns(columns, "u", runs.front().u.rows());
        append_columns(columns, "y", runs.front().y.rows());
    }
    CsvTable table(columns);
    for (std::size_t start = 0; start < runs.size(); ++start) {
        const Simulation& run = runs[start];
        for (std::size_t k = 0; k < run.t.size(); ++k) {
            const auto col = static_cast<Index>(k);
            Row row = {static_cast<long>(start), run.t[k]};
            if (has_x) {
                append_numbers(row, run.x.col(col));
            }
            append_numbers(row, run.u.col(col));
            append_numbers(row, run.y.col(col));
            table.add(row);
        }
    }
    return table;
}

CsvTable ending_table(const SettleResult& settled, const std::vector<Index>& samples) {
    CsvTable table({"sample", "outcome", "steps", "t", "final_speed", "group", "near", "near_type",
                    "near_unstable_dimension", "near_distance"});
    std::vector<std::string> group_of(settled.outcomes.size());
    for (std::size_t g = 0; g < settled.groups.size(); ++g) {
        for (const Index member : settled.groups[g].members) {
            group_of[static_cast<std::size_t>(member)] = fmt::format("{}", g + 1);
        }
    }
    for (std::size_t g = 0; g < settled.continua.size(); ++g) {
        for (const Index member : settled.continua[g].members) {
            group_of[static_cast<std::size_t>(member)] = fmt::format("c{}", g + 1);
        }
    }
    auto passage = settled.passages.begin();
    for (std::size_t k = 0; k < settled.outcomes.size(); ++k) {
        Row row = {number_of(samples, static_cast<Index>(k)),
                   text(to_string(settled.outcomes[k])),
                   settled.steps[k],
                   settled.t[k],
                   settled.final_speed[static_cast<Index>(k)],
                   group_of[k]};
        if (passage != settled.passages.end() && passage->start == static_cast<Index>(k)) {
            row.insert(row.end(),
                       {to_string(passage->near.pattern), text(to_string(passage->near.type)),
                        passage->near.spectrum.unstable, passage->distance});
            ++passage;
        } else {
            row.insert(row.end(), 4, CsvTable::Cell(""));
        }
        table.add(row);
    }
    return table;
}

CsvTable group_table(const SettleResult& settled, const std::vector<GroupClasses>& classes) {
    std::vector<std::string> columns = {
        "group",     "pattern",    "members", "share", "share_standard_error",
        "share_low", "share_high", "type",    "proved"};
    if (!classes.empty()) {
        columns.emplace_back("purity");
        append_columns(columns, "class", static_cast<Index>(classes.front().by_class.size()));
    }
    CsvTable table(columns);
    for (std::size_t g = 0; g < settled.groups.size(); ++g) {
        const SettledGroup& group = settled.groups[g];
        const auto members = static_cast<Index>(group.members.size());
        const Proportion share = proportion(members, static_cast<Index>(settled.outcomes.size()));
        Row row = {static_cast<long>(g) + 1,
                   to_string(group.equilibrium.pattern),
                   members,
                   share.value,
                   share.standard_error,
                   share.low,
                   share.high,
                   text(to_string(group.equilibrium.type)),
                   text(group.equilibrium.proved ? "true" : "false")};
        if (!classes.empty()) {
            row.emplace_back(classes[g].purity);
            for (const Index count : classes[g].by_class) {
                row.emplace_back(count);
            }
        }
        table.add(row);
    }
    return table;
}

std::vector<std::pair<std::string, CsvTable>> analysis_tables(const Analysis& analysis) {
    std::vector<std::pair<std::string, CsvTable>> tables;
    if (analysis.layerwise) {
        tables = layerwise_tables(*analysis.layerwise);
    } else {
        tables.emplace_back("singular_values.csv", singular_value_table(analysis.system.rank));
        tables.emplace_back("leading_eigenvalues.csv",
                            leading_table(analysis.system.leading_eigenvalues));
        for (auto& named : interaction_tables(analysis.interaction)) {
            tables.push_back(std::move(named));
        }
    }
    std::vector<Equilibrium> equilibria;
    if (analysis.atlas) {
        equilibria = analysis.atlas->equilibria;
    } else if (analysis.settled) {
        for (const SettledGroup& group : analysis.settled->groups) {
            equilibria.push_back(group.equilibrium);
        }
    }
    if (analysis.cones) {
        tables.emplace_back("cones.csv", cone_table(*analysis.cones));
    } else if (analysis.equilibria_method != EquilibriaSource::NotAvailable) {
        tables.emplace_back("equilibria.csv", equilibrium_table(equilibria));
        tables.emplace_back("spectra.csv", spectrum_table(equilibria));
    }
    if (analysis.recurrence) {
        for (auto& named : recurrence_tables(*analysis.recurrence)) {
            tables.push_back(std::move(named));
        }
    }
    if (analysis.cycles) {
        for (auto& [name, table] : cycle_tables(*analysis.cycles)) {
            // Recurrent motion has multipliers and exponents of its own.
            if (table.rows() > 0) {
                tables.emplace_back(name == "cycles.csv" ? name : "cycle_" + name,
                                    std::move(table));
            }
        }
    }
    if (analysis.settled) {
        tables.emplace_back("endings.csv",
                            ending_table(*analysis.settled, analysis.settled_samples));
        tables.emplace_back("groups.csv", group_table(*analysis.settled, analysis.group_classes));
    }
    if (analysis.discretisation) {
        tables.emplace_back("flow_distance.csv",
                            distance_table(*analysis.discretisation, analysis.flow_samples));
        tables.emplace_back("convergence.csv", convergence_table(*analysis.discretisation));
    }
    if (analysis.proofs) {
        for (auto& named : proof_tables(*analysis.proofs)) {
            tables.push_back(std::move(named));
        }
    }
    if (analysis.behaviour) {
        for (auto& named : behaviour_tables(*analysis.behaviour)) {
            tables.push_back(std::move(named));
        }
    }
    if (analysis.evidence && !analysis.evidence->accuracy_by_layer.empty()) {
        tables.emplace_back("evidence.csv", evidence_table(*analysis.evidence));
        tables.emplace_back("confusion.csv", confusion_table(analysis.evidence->confusion));
    }
    return tables;
}

}  // namespace resdyn
