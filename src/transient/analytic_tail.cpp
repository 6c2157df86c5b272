#include <resdyn/transient/analytic_tail.hpp>

#include <fmt/format.h>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>
#include <resdyn/core/parallel.hpp>

namespace resdyn {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
/// Rounding of a sum of thousands of doubles relative to its largest terms stays far below.
constexpr double rounding = 1e-11;
/// Radii beyond which no slope is known to be small: the bound has run away.
constexpr double largest_radius = 1e3;
constexpr Index tile_columns_of_tail = 16;

/// sup of f' within `radius` of u.
void largest_slopes(Activation activation, const Vector& u, double radius, Vector& slopes) {
    switch (activation) {
        case Activation::Logistic: {
            const auto e = (-(u.array().abs() - radius).max(0.0)).exp().eval();
            slopes = e / (1.0 + e).square();
            return;
        }
        case Activation::Tanh: {
            const auto e = (-2.0 * (u.array().abs() - radius).max(0.0)).exp().eval();
            slopes = 4.0 * e / (1.0 + e).square();
            return;
        }
        case Activation::Softplus:
            slopes = (u.array() + radius).logistic();
            return;
        case Activation::ReLU:
            slopes = (u.array() + radius > 0.0).cast<double>();
            return;
    }
}

}  // namespace

double norm_upper_bound(const Matrix& W) {
    const Matrix gram = W.transpose() * W;
    const Eigen::SelfAdjointEigenSolver<Matrix> solver(gram, Eigen::EigenvaluesOnly);
    // The products and the symmetric eigensolver are backward stable: both errors stay below
    // N ε ‖W‖_F² times a small constant.
    constexpr double constant = 16.0;
    const double widened = constant * static_cast<double>(W.rows() + W.cols()) *
                           std::numeric_limits<double>::epsilon() * W.squaredNorm();
    const double spectral = std::sqrt(std::max(0.0, solver.eigenvalues().maxCoeff()) + widened);
    return std::min(spectral, W.norm() * (1.0 + rounding));
}

/// One input on its way: what `follow` tells of each layer to come.
struct AnalyticTail::Column {
    Vector u;         ///< u_{n−1} + j p.
    Vector p;
    Vector y;         ///< ŷ_j.
    Vector before;    ///< y_{n−2}.
    Vector slopes;    ///< s_j.
    double radius = 0.0;  ///< ε_j; infinite once it has run away.
};

AnalyticTail::AnalyticTail(const ResidualNetwork& network)
    : activation_(network.activation), step_(network.step) {
    validate(network);
    if (!network.has_shared_weights()) {
        reject_argument("AnalyticTail", "weights shared by all layers",
                        fmt::format("{} different layers", network.blocks.size()));
    }
    if (!network.has_readout()) {
        reject_argument("AnalyticTail", "a network with a read-out V, c", "none");
    }
    const ResidualBlock& block = network.blocks.front();
    sigma_ = block.A ? std::min(norm_upper_bound(block.W) * norm_upper_bound(*block.A),
                                norm_upper_bound(block.residual_matrix()) * (1.0 + 1e-9))
                     : norm_upper_bound(block.W);
    read_ = block.A ? Matrix(network.readout.M * *block.A) : network.readout.M;
    read_size_ = read_.cwiseAbs();
    read_squares_ = read_.cwiseAbs2();
    for (Index c = 0; c < read_.rows(); ++c) {
        lead_squares_.push_back((read_.rowwise() - read_.row(c)).cwiseAbs2());
    }
}

template <class Visit>
void AnalyticTail::follow(Column& column, Index layers, Visit visit) const {
    // Of Σ_{i<j} (ŷ_i − y_{n−2}) and Σ_{i<j} κ_i ε_i.
    Vector drift = column.y - column.before;
    double spread = 0.0;
    for (Index j = 1; j <= layers; ++j) {
        // After j = 1 the residual that has just run, ŷ_0 = y_{n−1}, is behind: its radius is 0.
        const double radius = step_ * sigma_ * (drift.norm() + spread) * (1.0 + rounding) +
                              rounding * (1.0 + column.u.lpNorm<Eigen::Infinity>());
        column.radius = radius > largest_radius ? infinity : radius;
        column.u += column.p;
        column.y = activate(activation_, column.u);
        if (std::isfinite(column.radius)) {
            largest_slopes(activation_, column.u, column.radius, column.slopes);
            drift += column.y - column.before;
            spread += column.slopes.maxCoeff() * column.radius;
        } else {
            spread = infinity;
        }
        if (!visit(j)) {
            return;
        }
    }
}

TailBounds AnalyticTail::bounds(const TailStart& start, Index layers, int threads) const {
    const Index B = start.last.cols();
    const Index C = read_.rows();
    const Levels range = levels(activation_);
    TailBounds result{start.logits, Matrix::Zero(C, B), start.logits, Matrix::Zero(C, B),
                      Matrix::Zero(C, B)};
    const Index tiles = (B + tile_columns_of_tail - 1) / tile_columns_of_tail;
    parallel_for(tiles, threads, [&](Index tile) {
        const Index end = std::min(B, (tile + 1) * tile_columns_of_tail);
        for (Index j = tile * tile_columns_of_tail; j < end; ++j) {
            Column column;
            column.u = start.last.col(j);
            column.p = start.last.col(j) - start.before.col(j);
            column.y = activate(activation_, column.u);
            column.before = activate(activation_, Vector(start.before.col(j)));
            const Vector held = read_ * column.y;
            const double magnitude = 1.0 + start.logits.col(j).lpNorm<Eigen::Infinity>();
            Index c = 0;
            start.logits.col(j).maxCoeff(&c);
            const Matrix& lead_squares = lead_squares_[static_cast<std::size_t>(c)];
            Vector lead = Vector::Constant(C, start.logits(c, j)) - start.logits.col(j);
            Vector least = lead;
            follow(column, layers, [&](Index) {
                const Vector added = step_ * (read_ * column.y);
                Vector error = Vector::Constant(C, infinity);
                Vector lead_error = error;
                if (std::isfinite(column.radius)) {
                    const Vector squares = column.slopes.cwiseAbs2();
                    error = column.radius * (read_squares_ * squares).cwiseSqrt();
                    lead_error = column.radius * (lead_squares * squares).cwiseSqrt();
                }
                if (is_bounded(activation_)) {
                    const Vector reach = (range.high - column.y.array())
                                             .max(column.y.array() - range.low)
                                             .matrix();
                    const Vector whole = read_size_ * reach;
                    error = error.cwiseMin(whole);
                    lead_error = lead_error.cwiseMin(
                        whole + Vector::Constant(C, whole[c]));
                }
                result.logits.col(j) += added;
                result.held_logits.col(j) += step_ * held;
                const double slack = rounding * (magnitude + added.lpNorm<Eigen::Infinity>());
                result.error.col(j) += (step_ * error).array().matrix() +
                                       Vector::Constant(C, slack);
                result.held_error.col(j) +=
                    (added - step_ * held).cwiseAbs() + step_ * error + Vector::Constant(C, slack);
                lead += (added[c] - added.array()).matrix() - step_ * lead_error -
                        Vector::Constant(C, 2.0 * slack);
                least = least.cwiseMin(lead);
                return true;
            });
            least[c] = infinity;
            result.lead.col(j) = least;
        }
    });
    return result;
}

bool AnalyticTail::keeps_lead(const TailStart& start, Index j, Index layers) const {
    Column column;
    column.u = start.last.col(j);
    column.p = start.last.col(j) - start.before.col(j);
    column.y = activate(activation_, column.u);
    column.before = activate(activation_, Vector(start.before.col(j)));
    Index c = 0;
    start.logits.col(j).maxCoeff(&c);
    const Matrix& lead_squares = lead_squares_[static_cast<std::size_t>(c)];
    const double magnitude = 1.0 + start.logits.col(j).lpNorm<Eigen::Infinity>();
    Vector lead = (start.logits(c, j) - start.logits.col(j).array()).matrix();
    bool keeps = true;
    const auto positive = [&] {
        for (Index k = 0; k < lead.size(); ++k) {
            if (k != c && !(lead[k] > 0.0)) {
                return false;
            }
        }
        return true;
    };
    keeps = positive();
    if (!keeps) {
        return false;
    }
    follow(column, layers, [&](Index) {
        const Vector added = step_ * (read_ * column.y);
        if (!std::isfinite(column.radius)) {
            keeps = false;
            return false;
        }
        const Vector squares = column.slopes.cwiseAbs2();
        const Vector error = column.radius * (lead_squares * squares).cwiseSqrt();
        const double slack = rounding * (magnitude + added.lpNorm<Eigen::Infinity>());
        lead += (added[c] - added.array()).matrix() - step_ * error -
                Vector::Constant(lead.size(), 2.0 * slack);
        keeps = positive();
        return keeps;
    });
    return keeps;
}

}  // namespace resdyn
