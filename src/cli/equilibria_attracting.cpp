// resdyn equilibria --method attracting-faces: where trajectories can end, every face, proved.
#include <fmt/format.h>

#include <algorithm>

#include <resdyn/core/interrupt.hpp>
#include <resdyn/equilibria/growth_form.hpp>
#include <resdyn/results/attracting_results.hpp>
#include <resdyn/stable/attracting_faces.hpp>

#include "branch_and_bound.hpp"
#include "equilibria_methods.hpp"

namespace resdyn::cli {

namespace {

/// Evidence a layer at ȳ, where the network has a read-out and shared weights.
std::vector<EvidenceRate> evidence_of(const ResidualNetwork& network,
                                      const AttractingFaces& search) {
    std::vector<EvidenceRate> evidence;
    if (network.has_readout() && network.has_shared_weights()) {
        for (const AttractingFace& face : search.faces) {
            evidence.push_back(evidence_rate(network, face.y));
        }
    }
    return evidence;
}

std::string inside_text(const AttractingFace& face) {
    if (face.pattern.is_vertex()) {
        return "vertex";
    }
    return fmt::format("{}, inside {} unstable, {} neutral, {} stable",
                       face.is_isolated()
                           ? to_string(equilibrium_type(face.inside))
                           : fmt::format("continuum of dimension {}", face.dimension),
                       face.inside.unstable, face.inside.neutral, face.inside.stable);
}

void print_face(const AttractingFace& face, const EvidenceRate* evidence) {
    fmt::print("  {}  {}; {}; y = ({})", pattern_text(face.pattern), inside_text(face),
               face.ties > 0
                   ? fmt::format("{} saturated units tied", face.ties)
                   : fmt::format("λ of saturated units ≤ {:.3g}", -face.transverse_margin),
               point_text(face.y));
    if (evidence != nullptr && face.is_isolated()) {
        fmt::print("; {}", evidence->is_decided()
                               ? fmt::format("class {} (evidence leads by {:.3g} a layer)",
                                             evidence->best, evidence->margin)
                               : "no class: the evidence of the first two is equal");
    }
    fmt::print("\n");
}

void print_search(const AttractingFaces& search, const std::vector<EvidenceRate>& evidence) {
    constexpr std::size_t printed = 40;
    fmt::print("{}\n", search.complete() ? "complete: every pattern decided or excluded by proof"
                       : search.end == SearchEnd::BudgetSpent
                           ? "not complete: --max-nodes was reached; others may exist"
                           : "not complete: interrupted; others may exist");
    fmt::print("{} faces can attract: {} isolated equilibria, {} continua\n", search.count(),
               search.isolated, search.continua);
    fmt::print("{}\n", describe(search));
    print_work(search.work);
    for (std::size_t k = 0; k < std::min(search.faces.size(), printed); ++k) {
        print_face(search.faces[k], evidence.empty() ? nullptr : &evidence[k]);
    }
    if (!search.all_listed()) {
        fmt::print("{} of them listed (--max-listed)\n", search.faces.size());
    }
}

}  // namespace

EquilibriaOutput equilibria_attracting(const EquilibriaTask& task) {
    const InterruptScope interrupts;
    ProofTree tree;
    const auto [search, prediction] =
        predicted_search(task, predict_attracting_faces, attracting_faces, tree);
    const std::vector<EvidenceRate> evidence = evidence_of(task.source.network, search);
    std::optional<GrowthForm> growth;
    if (task.system.activation() == Activation::Logistic) {
        growth = growth_form(task.system);
    }
    if (task.talk) {
        print_search(search, evidence);
        if (growth) {
            fmt::print("{}\n", describe(*growth));
        }
    }
    return {attracting_json(search, prediction, task.system, evidence, growth),
            {{"attracting_faces.csv", attracting_table(search, evidence).text()}},
            certificate_of(task, search, tree),
            search.end == SearchEnd::Interrupted ? ResourceFailure : Done};
}

}  // namespace resdyn::cli
