#include <resdyn/transient/residual_change.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>
#include <resdyn/core/quantile.hpp>

#include "core/parallel.hpp"

namespace resdyn {

std::string_view to_string(ChangeNorm norm) {
    switch (norm) {
        case ChangeNorm::Two:
            return "2";
        case ChangeNorm::Rms:
            return "rms";
        case ChangeNorm::Inf:
            return "inf";
    }
    return "?";
}

std::string_view to_string(SampleReduction reduction) {
    switch (reduction) {
        case SampleReduction::Mean:
            return "mean";
        case SampleReduction::Q95:
            return "q95";
        case SampleReduction::Max:
            return "max";
    }
    return "?";
}

double reduce(const Vector& values, SampleReduction reduction) {
    if (values.size() < 1) {
        reject_argument("reduce", "at least one value", "none");
    }
    switch (reduction) {
        case SampleReduction::Mean:
            return values.mean();
        case SampleReduction::Max:
            return values.maxCoeff();
        case SampleReduction::Q95:
            break;
    }
    return covering_value({values.begin(), values.end()}, 0.95);
}

ChangeTracker::ChangeTracker(const LayerSweep& sweep) : units_(sweep.residual().rows()) {}

void ChangeTracker::observe(const LayerSweep& sweep) {
    const Eigen::MatrixXf& y = sweep.residual();
    if (before_.size() > 0) {
        Vector two(y.cols());
        Vector inf(y.cols());
        parallel_for((y.cols() + sweep_tile - 1) / sweep_tile, sweep.threads(), [&](Index tile) {
            const Index end = std::min(y.cols(), (tile + 1) * sweep_tile);
            for (Index j = tile * sweep_tile; j < end; ++j) {
                const auto change = (y.col(j) - before_.col(j)).array().abs();
                two[j] = std::sqrt(static_cast<double>(change.square().sum()));
                inf[j] = static_cast<double>(change.maxCoeff());
            }
        });
        two_.push_back(std::move(two));
        inf_.push_back(std::move(inf));
    }
    before_ = y;
}

Vector ChangeTracker::changes(Index n, ChangeNorm norm) const {
    const auto seen = static_cast<Index>(two_.size()) + 1;
    if (n < 2 || n > seen) {
        reject_argument("ChangeTracker::changes", fmt::format("a layer from 2 to {}", seen),
                        fmt::format("{}", n));
    }
    const auto at = static_cast<std::size_t>(n - 2);
    switch (norm) {
        case ChangeNorm::Two:
            break;
        case ChangeNorm::Rms:
            return two_[at] / std::sqrt(static_cast<double>(units_));
        case ChangeNorm::Inf:
            return inf_[at];
    }
    return two_[at];
}

double ChangeTracker::change(Index n, ChangeNorm norm, SampleReduction reduction) const {
    return reduce(changes(n, norm), reduction);
}

std::vector<double> residual_changes(const Network& network, const Eigen::MatrixXf& inputs,
                                     ChangeNorm norm, SampleReduction reduction, int threads) {
    LayerSweep sweep(network, inputs, threads);
    ChangeTracker tracker(sweep);
    std::vector<double> changes(static_cast<std::size_t>(sweep.depth() + 1),
                                std::numeric_limits<double>::quiet_NaN());
    while (sweep.layer() < sweep.depth()) {
        sweep.advance();
        tracker.observe(sweep);
        if (sweep.layer() >= 2) {
            changes[static_cast<std::size_t>(sweep.layer())] =
                tracker.change(sweep.layer(), norm, reduction);
        }
    }
    return changes;
}

Index settled_depth(const std::vector<double>& changes, double tolerance, Index least) {
    auto depth = static_cast<Index>(changes.size()) - 1;
    while (depth > std::max<Index>(least, 1) &&
           changes[static_cast<std::size_t>(depth)] < tolerance) {
        --depth;
    }
    return depth;
}

}  // namespace resdyn
