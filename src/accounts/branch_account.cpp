#include "branch_account.hpp"

#include <fmt/format.h>

#include <resdyn/model/residual_system.hpp>

#include "figures/bifurcation_figures.hpp"
#include "figures/cycle_figures.hpp"
#include "figures/layerwise_figures.hpp"
#include "results/bifurcation_results.hpp"
#include "results/bifurcation_text.hpp"
#include "results/cycle_branch_results.hpp"
#include "results/equilibrium_words.hpp"

namespace resdyn {

Account account_of(const BranchStudy& study, const ResidualSystem& system,
                   const BranchSubject& subject) {
    const BifurcationDiagram& diagram = study.diagram;
    Account account;
    account.json = head_of(system);
    account.json["dimension"] = subject.dimension;
    account.json["path"] = subject.path;
    account.json["from"] = subject.from;
    account.json["to"] = subject.to;
    account.json.update(to_json(diagram));
    account.json["rounding"] = to_json(study.margins);
    if (subject.whole) {
        account.json["weights_read_as"] = to_json(*subject.whole);
    }
    account.tables = {{"events.csv", event_table(diagram)},
                      {"branches.csv", branch_table(diagram, study.rows)}};
    if (!study.marks.empty()) {
        account.json["marks"] = to_json(study.marks);
    }
    if (study.recheck) {
        account.json["continuation"] = {{"no_convergence", study.recheck->no_convergence},
                                        {"largest_residual", study.recheck->largest_residual}};
        account.tables.emplace_back("continuation.csv", continuation_table(study.recheck->runs));
    }
    account.figures = {
        figures::bifurcation_figure(diagram, study.rows, study.continua, subject.parameter)};
    if (study.cycles) {
        account.json["cycles"] = to_json(*study.cycles);
        account.tables.emplace_back("cycle_branches.csv", cycle_branch_table(*study.cycles));
        figures::add_cycles(account.figures.front(), *study.cycles);
    }
    if (study.flow_cycles) {
        account.json["flow_cycles"] = to_json(*study.flow_cycles);
        account.tables.emplace_back("flow_cycles.csv", flow_cycle_table(*study.flow_cycles));
        figures::add_cycles(account.figures.front(), *study.flow_cycles);
    }
    account.words =
        fmt::format("{}, N = {}, h = {}, path {} from {} to {}\n", to_string(system.activation()),
                    subject.dimension, system.step(), subject.path, subject.from, subject.to) +
        diagram_text(diagram) + (subject.whole ? reading_line(*subject.whole) : "") +
        describe(study.margins) + "\n" + (study.recheck ? recheck_text(*study.recheck) : "") +
        (study.cycles ? cycle_branch_text(*study.cycles) : "") +
        (study.flow_cycles ? flow_cycle_text(*study.flow_cycles) : "") + marks_text(study.marks);
    return account;
}

Account account_of(const LayerBranches& branches, const ResidualNetwork& network) {
    const ResidualSystem first = frozen_residual_system(network, 0);
    Account account = account_of(branches.study, first,
                                 {.path = "layers",
                                  .parameter = "depth",
                                  .from = 0.0,
                                  .to = static_cast<double>(network.depth - 1),
                                  .dimension = first.dimension()});
    account.figures = {figures::layer_branch_figure(branches)};
    if (branches.residuals) {
        account.tables.emplace_back("residuals.csv", layer_residual_table(*branches.residuals));
    }
    return account;
}

}  // namespace resdyn
