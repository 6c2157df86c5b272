#include <resdyn/transient/discretisation.hpp>

#include <fmt/format.h>

#include <cmath>

#include <resdyn/core/error.hpp>
#include <resdyn/core/parallel.hpp>
#include <resdyn/model/residual_system.hpp>

namespace resdyn {

namespace {

/// x_L of the network with step h/2^k and depth L·2^k, shared weights; no layer is kept.
Matrix final_activity(const ResidualNetwork& network, Matrix x, Index refinement) {
    const ResidualBlock& block = network.block(0);
    const double h = network.step / static_cast<double>(refinement);
    for (Index n = 0; n < network.depth * refinement; ++n) {
        const Matrix u = (block.W * x).colwise() + block.b;
        const Matrix y = activate(network.activation, u);
        if (block.A) {
            x.noalias() += h * (*block.A * y);
        } else {
            x += h * y;
        }
    }
    return x;
}

}  // namespace

DiscretisationReport compare_with_flow(const ResidualNetwork& network, const Matrix& x0,
                                       const DiscretisationOptions& options) {
    if (!network.has_shared_weights()) {
        reject_argument("compare_with_flow", "weights shared by all layers",
                        fmt::format("{} different layers", network.blocks.size()));
    }
    if (options.halvings < 1 || options.halvings > 12) {
        reject_argument("compare_with_flow", "1 <= halvings <= 12",
                        fmt::format("{}", options.halvings));
    }
    const Index L = network.depth;
    const Index samples = x0.cols();
    DiscretisationReport report;
    for (Index n = 0; n <= L; ++n) {
        report.t.push_back(static_cast<double>(n) * network.step);
    }
    report.distance = Matrix::Constant(L + 1, samples, std::nan(""));
    report.scale = Matrix::Constant(L + 1, samples, std::nan(""));
    report.outcomes.assign(static_cast<std::size_t>(samples), Outcome::ReachedEnd);

    const ActivityFlow flow(network.block(0), network.activation);
    const LayerStates layers = run_layers(network, x0);
    Matrix flow_end(x0.rows(), samples);
    parallel_for(samples, options.threads, [&](Index s) {
        const Trajectory trajectory = integrate(flow, x0.col(s),
                                                {.t_end = report.t.back(),
                                                 .rel_tol = options.rel_tol,
                                                 .abs_tol = options.abs_tol,
                                                 .sample_times = report.t});
        report.outcomes[static_cast<std::size_t>(s)] = trajectory.outcome;
        for (Index n = 0; n < trajectory.x.cols(); ++n) {
            const auto x_t = trajectory.x.col(n);
            report.distance(n, s) = (layers.x[static_cast<std::size_t>(n)].col(s) - x_t).norm();
            report.scale(n, s) = (x_t - x0.col(s)).norm();
        }
        flow_end.col(s) = trajectory.x.rightCols(1);
    });

    std::vector<Index> reached;
    for (Index s = 0; s < samples; ++s) {
        if (report.outcomes[static_cast<std::size_t>(s)] == Outcome::ReachedEnd) {
            reached.push_back(s);
        }
    }
    const Matrix starts = x0(Eigen::all, reached);
    const Matrix ends = flow_end(Eigen::all, reached);
    for (Index k = 0; k <= options.halvings; ++k) {
        const Index refinement = Index{1} << k;
        const Matrix difference = final_activity(network, starts, refinement) - ends;
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
