#include <resdyn/transient/step_split.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>

#include "core/parallel.hpp"

namespace resdyn {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double no_value = std::numeric_limits<double>::quiet_NaN();
constexpr Index split_columns = 64;

/// F(x) of a block, u = Wx + b and the size that its terms have before they are summed.
struct Evaluated {
    Matrix u;
    Matrix F;
    Matrix u_size;  ///< |W||x| + |b|.
    Matrix F_size;  ///< what an error of u and the sum in A can make of F, in units of ε.
};

Evaluated evaluate(const ResidualBlock& block, Activation f, const Matrix& x) {
    Evaluated result;
    result.u = (block.W * x).colwise() + block.b;
    result.u_size = (block.W.cwiseAbs() * x.cwiseAbs()).colwise() + block.b.cwiseAbs();
    const Matrix y = activate(f, result.u);
    result.F = block.A ? Matrix(*block.A * y) : y;
    const Matrix y_size = y.cwiseAbs() + max_slope(f) * result.u_size;
    result.F_size = block.A ? Matrix(block.A->cwiseAbs() * y_size) : y_size;
    return result;
}

/// One step of one tile of inputs.
struct Parts {
    Matrix interaction;
    Matrix drift;
    Matrix step;                ///< computed apart from the parts.
    Matrix size;                ///< of the terms, for the bound of rounding.
    double field_change = 0.0;  ///< Σ over inputs and both states of ‖F_{n+1} − F_n‖².
    double field_size = 0.0;    ///< likewise of ‖F_n‖² and ‖F_{n+1}‖².
};

Parts split_step(const ResidualNetwork& network, Index n, const Matrix& x, const Matrix& next) {
    const ResidualBlock& from = network.block(n);
    const ResidualBlock& to = network.block(n + 1);
    const Activation f = network.activation;
    const Evaluated from_x = evaluate(from, f, x);
    const Evaluated to_next = evaluate(to, f, next);
    // Layers that are one and the same need no second evaluation, and differ by exactly nothing.
    const bool same = &from == &to;
    const Evaluated from_next = same ? to_next : evaluate(from, f, next);
    const Evaluated to_x = same ? from_x : evaluate(to, f, x);
    Parts parts;
    parts.field_change =
        (to_x.F - from_x.F).squaredNorm() + (to_next.F - from_next.F).squaredNorm();
    parts.field_size = from_x.F.squaredNorm() + to_x.F.squaredNorm() + from_next.F.squaredNorm() +
                       to_next.F.squaredNorm();
    if (from.A) {
        parts.interaction = 0.5 * ((from_next.F - from_x.F) + (to_next.F - to_x.F));
        parts.drift = 0.5 * ((to_x.F - from_x.F) + (to_next.F - from_next.F));
        parts.step = to_next.F - from_x.F;
        parts.size = from_x.F_size + to_x.F_size + from_next.F_size + to_next.F_size;
        return parts;
    }
    const Matrix mean_W = 0.5 * (from.W + to.W);
    const Matrix change = to.W - from.W;
    const Matrix mean_x = 0.5 * (x + next);
    parts.interaction = mean_W * (network.step * from_x.F);
    parts.drift = (change * mean_x).colwise() + (to.b - from.b);
    parts.step = to_next.u - from_x.u;
    parts.size = from_x.u_size + to_next.u_size +
                 2.0 * (mean_W.cwiseAbs() * (network.step * from_x.F.cwiseAbs() + x.cwiseAbs())) +
                 change.cwiseAbs() * mean_x.cwiseAbs();
    return parts;
}

/// What one step gives by input, and by unit in sums.
struct Collected {
    Vector step, interaction, drift, interaction_along, drift_along, cosine, share;
    Vector sum_interaction, sum_drift, square_interaction, square_drift;
    double gap = 0.0;
    double size = 0.0;
    double field_change = 0.0;
    double field_size = 0.0;
};

Collected collect(const Parts& parts) {
    Collected c;
    const Matrix whole = parts.interaction + parts.drift;
    c.step = whole.colwise().norm();
    c.interaction = parts.interaction.colwise().norm();
    c.drift = parts.drift.colwise().norm();
    const auto dot = [](const Matrix& a, const Matrix& b) -> Vector {
        return a.cwiseProduct(b).colwise().sum();
    };
    const auto over = [](const Vector& a, const Vector& b, double otherwise) -> Vector {
        return a.binaryExpr(b,
                            [otherwise](double p, double q) { return q > 0 ? p / q : otherwise; });
    };
    c.interaction_along = over(dot(parts.interaction, whole), c.step, 0.0);
    c.drift_along = over(dot(parts.drift, whole), c.step, 0.0);
    c.cosine =
        over(dot(parts.interaction, parts.drift), c.interaction.cwiseProduct(c.drift), no_value);
    c.share = over(c.drift, c.interaction + c.drift, 0.0);
    c.sum_interaction = parts.interaction.rowwise().sum();
    c.sum_drift = parts.drift.rowwise().sum();
    c.square_interaction = parts.interaction.rowwise().squaredNorm();
    c.square_drift = parts.drift.rowwise().squaredNorm();
    c.gap = (whole - parts.step).cwiseAbs().maxCoeff();
    c.size = parts.size.maxCoeff();
    c.field_change = parts.field_change;
    c.field_size = parts.field_size;
    return c;
}

/// Tiles in their order into one.
Collected joined(const std::vector<Collected>& tiles, std::size_t first, std::size_t count) {
    Collected all = tiles[first];
    const auto append = [](Vector& to, const Vector& more) {
        const Index before = to.size();
        to.conservativeResize(before + more.size());
        to.tail(more.size()) = more;
    };
    for (std::size_t k = first + 1; k < first + count; ++k) {
        const Collected& tile = tiles[k];
        for (Vector Collected::*member :
             {&Collected::step, &Collected::interaction, &Collected::drift,
              &Collected::interaction_along, &Collected::drift_along, &Collected::cosine,
              &Collected::share}) {
            append(all.*member, tile.*member);
        }
        all.sum_interaction += tile.sum_interaction;
        all.sum_drift += tile.sum_drift;
        all.square_interaction += tile.square_interaction;
        all.square_drift += tile.square_drift;
        all.gap = std::max(all.gap, tile.gap);
        all.size = std::max(all.size, tile.size);
        all.field_change += tile.field_change;
        all.field_size += tile.field_size;
    }
    return all;
}

MeanWithError mean_of_known(const Vector& values) {
    std::vector<double> known;
    std::copy_if(values.begin(), values.end(), std::back_inserter(known),
                 [](double v) { return std::isfinite(v); });
    return known.empty() ? MeanWithError{no_value, no_value}
                         : mean_with_error(Eigen::Map<const Vector>(
                               known.data(), static_cast<Index>(known.size())));
}

SplitStep described(const ResidualNetwork& network, Index n, const Collected& c) {
    const ResidualBlock& from = network.block(n);
    const ResidualBlock& to = network.block(n + 1);
    SplitStep step;
    step.layer = n;
    step.step = mean_with_error(c.step);
    step.interaction = mean_with_error(c.interaction);
    step.drift = mean_with_error(c.drift);
    step.interaction_along = mean_with_error(c.interaction_along);
    step.drift_along = mean_with_error(c.drift_along);
    step.cosine = mean_of_known(c.cosine);
    step.share = mean_with_error(c.share);
    step.share_spread = spread({c.share.begin(), c.share.end()});
    const double mean_norm = 0.5 * (from.W + to.W).norm();
    step.weight_change = from.A          ? no_value
                         : mean_norm > 0 ? (to.W - from.W).norm() / mean_norm
                                         : 0.0;
    // Two differences and four fields an input.
    step.field_change = c.field_size > 0 ? std::sqrt(2.0 * c.field_change / c.field_size) : 0.0;
    step.largest_gap = c.gap;
    const auto terms = static_cast<double>(network.width() + network.hidden_width() + 8);
    step.rounding_bound = 2.0 * terms * epsilon * c.size;
    return step;
}

void add_classes(Index n, const Collected& c, const Eigen::VectorXi& labels, Index classes,
                 StepSplit& split) {
    for (Index label = 0; label < classes; ++label) {
        std::vector<Index> members;
        for (Index j = 0; j < labels.size(); ++j) {
            if (labels[j] == label) {
                members.push_back(j);
            }
        }
        ClassSplit& one = split.classes.emplace_back();
        one.layer = n;
        one.label = label;
        one.samples = static_cast<Index>(members.size());
        const auto mean = [&](const Vector& values) {
            return members.empty() ? MeanWithError{no_value, no_value}
                                   : mean_with_error(values(members));
        };
        one.interaction = mean(c.interaction);
        one.drift = mean(c.drift);
        one.share = mean(c.share);
    }
}

double total_weight_variation(const ResidualNetwork& network) {
    if (network.block(0).A) {
        return no_value;
    }
    double change = 0.0;
    double size = 0.0;
    for (Index n = 0; n < network.depth; ++n) {
        size += network.block(n).W.norm() / static_cast<double>(network.depth);
        if (n + 1 < network.depth) {
            change += (network.block(n + 1).W - network.block(n).W).norm();
        }
    }
    return size > 0 ? change / size : 0.0;
}

}  // namespace

std::string_view to_string(SplitVariable variable) {
    return variable == SplitVariable::Preactivation ? "preactivation" : "field";
}

bool StepSplit::closes() const {
    return std::all_of(steps.begin(), steps.end(), [](const SplitStep& step) {
        return step.largest_gap <= step.rounding_bound;
    });
}

StepSplit step_split(const ResidualNetwork& network, const Matrix& x0,
                     const Eigen::VectorXi& labels, Index classes, int threads) {
    if (x0.rows() != network.width() || x0.cols() < 1) {
        reject_argument("step_split", fmt::format("at least one state of {}", network.width()),
                        fmt::format("{} of {}", x0.cols(), x0.rows()));
    }
    if (labels.size() != 0 &&
        (labels.size() != x0.cols() || labels.minCoeff() < 0 || labels.maxCoeff() >= classes)) {
        reject_argument("labels", fmt::format("{} of them below {}, or none", x0.cols(), classes),
                        fmt::format("{}", labels.size()));
    }
    StepSplit split;
    split.variable = network.block(0).A ? SplitVariable::Field : SplitVariable::Preactivation;
    split.inputs = x0.cols();
    split.weight_variation = total_weight_variation(network);
    const Index steps = network.depth - 1;
    const Index units = network.block(0).A ? network.width() : network.hidden_width();
    const Index tiles = (x0.cols() + split_columns - 1) / split_columns;
    std::vector<Collected> collected(static_cast<std::size_t>(steps * tiles));
    parallel_for(tiles, threads, [&](Index tile) {
        const Index first = tile * split_columns;
        const Index count = std::min(split_columns, x0.cols() - first);
        const LayerStates states = run_layers(network, x0.middleCols(first, count));
        for (Index n = 0; n < steps; ++n) {
            const auto at = static_cast<std::size_t>(n);
            collected[static_cast<std::size_t>(n * tiles + tile)] =
                collect(split_step(network, n, states.x[at], states.x[at + 1]));
        }
    });
    for (Matrix* by_unit : {&split.interaction_by_unit, &split.drift_by_unit,
                            &split.mean_interaction_by_unit, &split.mean_drift_by_unit}) {
        by_unit->resize(units, steps);
    }
    const auto B = static_cast<double>(x0.cols());
    Vector share = Vector::Zero(x0.cols());
    double field_change = 0.0;
    double field_size = 0.0;
    for (Index n = 0; n < steps; ++n) {
        const Collected c =
            joined(collected, static_cast<std::size_t>(n * tiles), static_cast<std::size_t>(tiles));
        split.steps.push_back(described(network, n, c));
        if (labels.size() > 0) {
            add_classes(n, c, labels, classes, split);
        }
        split.interaction_by_unit.col(n) = (c.square_interaction / B).cwiseSqrt();
        split.drift_by_unit.col(n) = (c.square_drift / B).cwiseSqrt();
        split.mean_interaction_by_unit.col(n) = c.sum_interaction / B;
        split.mean_drift_by_unit.col(n) = c.sum_drift / B;
        share += c.share / static_cast<double>(steps);
        field_change += std::sqrt(c.field_change / (2.0 * B));
        field_size += c.field_size / (4.0 * B * static_cast<double>(steps));
    }
    split.field_variation = field_size > 0 ? field_change / std::sqrt(field_size) : 0.0;
    split.share = mean_with_error(share);
    return split;
}

}  // namespace resdyn
