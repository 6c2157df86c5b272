#include <resdyn/transient/long_run.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>
#include <resdyn/core/interrupt.hpp>
#include <resdyn/settling/seeds.hpp>

#include "core/parallel.hpp"
#include "model/residual_batch.hpp"

namespace resdyn {

namespace {

constexpr Index run_columns = 64;

/// 0, L and the rounded powers 10^(k / per_decade) up to `layers`.
std::vector<Index> depths(Index L, const LongRunOptions& options) {
    std::vector<Index> depth = {0, L, options.layers};
    for (Index k = 0;; ++k) {
        const double power =
            std::pow(10.0, static_cast<double>(k) / static_cast<double>(options.per_decade));
        if (!(power < static_cast<double>(options.layers))) {
            break;
        }
        depth.push_back(static_cast<Index>(std::llround(power)));
    }
    std::sort(depth.begin(), depth.end());
    depth.erase(std::unique(depth.begin(), depth.end()), depth.end());
    return depth;
}

/// Leading class and its lead over the next, a column an input.
struct Leads {
    Eigen::VectorXi leader;
    Vector lead;
};

Leads leads(const Matrix& logits) {
    Leads result{predicted_classes(logits),
                 Vector::Constant(logits.cols(), std::numeric_limits<double>::infinity())};
    for (Index k = 0; k < logits.cols(); ++k) {
        for (Index c = 0; c < logits.rows(); ++c) {
            if (c != result.leader[k]) {
                result.lead[k] =
                    std::min(result.lead[k], logits(result.leader[k], k) - logits(c, k));
            }
        }
    }
    return result;
}

void check(const ResidualNetwork& network, const Matrix& x0, const Eigen::VectorXi& labels,
           const LongRunOptions& options) {
    if (!network.has_shared_weights()) {
        reject_argument("long_run", "weights shared by all layers",
                        fmt::format("{} different layers", network.blocks.size()));
    }
    require_bounded("long_run", network.activation);
    if (!network.has_readout()) {
        reject_argument("long_run", "a network with a read-out V, c", "none");
    }
    if (x0.rows() != network.width() || x0.cols() < 1) {
        reject_argument("x0", fmt::format("{} rows, at least one column", network.width()),
                        fmt::format("{}x{}", x0.rows(), x0.cols()));
    }
    if (labels.size() != 0 && labels.size() != x0.cols()) {
        reject_argument("long_run", fmt::format("{} labels or none", x0.cols()),
                        fmt::format("{}", labels.size()));
    }
    if (options.layers < network.depth || options.per_decade < 1 || options.per_decade > 1000) {
        reject_argument(
            "long_run",
            fmt::format("layers >= {} (the network's) and 1 <= per_decade <= 1000", network.depth),
            fmt::format("{} and {}", options.layers, options.per_decade));
    }
}

}  // namespace

LongRun long_run(const ResidualNetwork& network, const Matrix& x0, const Eigen::VectorXi& labels,
                 const LongRunOptions& options) {
    check(network, x0, labels, options);
    const PreactivationBatch field(residual_system(network));
    const ResidualBlock& block = network.blocks.front();
    const Matrix VA = block.A ? Matrix(network.readout.M * *block.A) : network.readout.M;
    const Matrix VA_abs = VA.cwiseAbs();
    const Matrix W = block.residual_matrix();
    const Matrix u0 = initial_preactivation(network, x0);
    const Matrix start = network.readout(x0);
    const double h = network.step;
    const double low = levels(network.activation).low;

    LongRun run;
    run.depth = depths(network.depth, options);
    const auto looks = static_cast<Index>(run.depth.size());
    const Index B = x0.cols();
    Eigen::MatrixXi leader(looks, B);
    Matrix size(looks, B);  // of the residual that enters each depth
    Vector lead(B);
    Vector bound(B);
    const Index tasks = (B + run_columns - 1) / run_columns;
    parallel_for(tasks, options.threads, [&](Index task) {
        const Index first = task * run_columns;
        const Index count = std::min(run_columns, B - first);
        Matrix u = u0.middleCols(first, count);
        Matrix y(u.rows(), count);
        Matrix sum = Matrix::Zero(u.rows(), count);  // Σ f(u_k), k < n
        Index n = 0;
        for (Index look = 0; look < looks; ++look) {
            stop_if_interrupted("long run");
            for (; n < run.depth[static_cast<std::size_t>(look)]; ++n) {
                activate_batch(network.activation, u, y);
                sum += y;
                u.noalias() += h * W * y;
            }
            activate_batch(network.activation, u, y);
            const Leads now = leads(start.middleCols(first, count) + h * VA * sum);
            leader.row(look).segment(first, count) = now.leader.transpose();
            size.row(look).segment(first, count) = (y.array() - low).abs().colwise().maxCoeff();
            lead.segment(first, count) = now.lead;
        }
        const double terms = static_cast<double>(run.depth.back() + network.width() + u.rows());
        bound.segment(first, count) =
            2.0 * terms * std::numeric_limits<double>::epsilon() *
            (start.middleCols(first, count).cwiseAbs() + h * VA_abs * sum.cwiseAbs())
                .colwise()
                .maxCoeff()
                .transpose();
    });

    const auto own = static_cast<Index>(
        std::find(run.depth.begin(), run.depth.end(), network.depth) - run.depth.begin());
    for (Index look = 0; look < looks; ++look) {
        if (labels.size() > 0) {
            run.accuracy.push_back(
                proportion((leader.row(look).transpose().array() == labels.array()).count(), B));
        }
        run.kept.push_back(
            proportion((leader.row(look).array() == leader.row(own).array()).count(), B));
        const Vector sizes = size.row(look);
        run.size.push_back(spread({sizes.begin(), sizes.end()}));
    }
    for (Index k = 0; k < B; ++k) {
        DecisionLife life{leader(own, k), leader(looks - 1, k), run.depth.back(), 0};
        for (Index look = own + 1; look < looks; ++look) {
            if (leader(look, k) != life.decided) {
                life.kept_to = run.depth[static_cast<std::size_t>(look - 1)];
                life.changed_by = run.depth[static_cast<std::size_t>(look)];
                break;
            }
        }
        run.inputs.push_back(life);
    }
    run.within_rounding = (lead.array() <= 2.0 * bound.array()).count();
    run.rounding_bound = bound.maxCoeff();
    return run;
}

}  // namespace resdyn
