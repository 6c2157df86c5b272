#include <resdyn/transient/discretisation.hpp>

#include <fmt/format.h>

#include <cmath>

#include <resdyn/core/error.hpp>

#include "layer_flow.hpp"

namespace resdyn {

DiscretisationReport compare_with_flow(const ResidualNetwork& network, const Matrix& x0,
                                       const DiscretisationOptions& options) {
    if (options.halvings < 1 || options.halvings > 12) {
        reject_argument("halvings", "1 <= halvings <= 12", fmt::format("{}", options.halvings));
    }
    const Index L = network.depth;
    const Index samples = x0.cols();
    DiscretisationReport report;
    for (Index n = 0; n <= L; ++n) {
        report.t.push_back(static_cast<double>(n) * network.step);
    }
    report.distance = Matrix::Constant(L + 1, samples, std::nan(""));
    report.scale = Matrix::Constant(L + 1, samples, std::nan(""));
    report.start = x0;

    const LayerFlow flow = follow_layer_flow(
        network, x0,
        {.rel_tol = options.rel_tol, .abs_tol = options.abs_tol, .threads = options.threads});
    report.outcomes = flow.outcomes;
    report.flow_end = flow.x.back();
    const LayerStates layers = run_layers(network, x0);
    for (std::size_t n = 0; n < flow.x.size(); ++n) {
        const auto row = static_cast<Index>(n);
        report.distance.row(row) = (layers.x[n] - flow.x[n]).colwise().norm();
        report.scale.row(row) = (flow.x[n] - x0).colwise().norm();
    }

    std::vector<Index> reached;
    for (Index s = 0; s < samples; ++s) {
        if (report.outcomes[static_cast<std::size_t>(s)] == Outcome::ReachedEnd) {
            reached.push_back(s);
        }
    }
    for (Index k = 0; k <= options.halvings; ++k) {
        const Index refinement = Index{1} << k;
        report.ends.push_back(refined_end(network, x0, refinement, options.threads));
        const Matrix difference = (report.ends.back() - report.flow_end)(Eigen::all, reached);
        report.steps.push_back(network.step / static_cast<double>(refinement));
        report.final_distance.push_back(
            reached.empty() ? std::nan("")
                            : difference.norm() / std::sqrt(static_cast<double>(reached.size())));
        if (k > 0) {
            const auto last = static_cast<std::size_t>(k);
            report.observed_order.push_back(
                std::log2(report.final_distance[last - 1] / report.final_distance[last]));
        }
    }
    return report;
}

}  // namespace resdyn
