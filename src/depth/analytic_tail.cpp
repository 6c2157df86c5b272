#include <resdyn/depth/analytic_tail.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <resdyn/core/error.hpp>

#include "bound_rounding.hpp"
#include "core/parallel.hpp"
#include "model/activation_arrays.hpp"
#include "model/residual_batch.hpp"
#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

/// Rounding of a sum of thousands of doubles relative to its largest terms stays far below.
/// Radii beyond which no slope is known to be small: the bound has run away.
constexpr double largest_radius = 300.0;
constexpr Index tile_columns_of_tail = 16;
/// Columns followed at once: so many numbers of each matrix stay in the cache.
constexpr Index numbers_at_once = 1024;
constexpr Index fewest_columns_at_once = 8;  // for the products' sake

/// y = f(u) and a bound of f' within `radius` of u, column by column; 0 for an infinite radius.
/// y = f(u), and bounds of f' within `radius` of u, column by column.
void values_and_largest_slopes(Activation activation, const Matrix& u, const Vector& radius,
                               Matrix& y, Matrix& slopes) {
    activate_batch(activation, u, y);
    for (Index k = 0; k < u.cols(); ++k) {
        const auto at = u.col(k).array();
        const auto value = y.col(k).array();
        auto slope = slopes.col(k).array();
        const double r = radius[k];
        if (!std::isfinite(r)) {
            slope.setZero();
            continue;
        }
        with_row(activation, [&](auto row) { largest_slopes(row, at, value, r, slope); });
    }
}

/// What rounding may add to a lead in one layer.
double slack_of(const Eigen::Ref<const Vector>& logits, const Eigen::Ref<const Vector>& added) {
    return rounding * (1.0 + logits.lpNorm<Eigen::Infinity>() + added.lpNorm<Eigen::Infinity>());
}

/// The class read out of each column.
std::vector<Index> classes_of(const Matrix& logits) {
    std::vector<Index> classes(static_cast<std::size_t>(logits.cols()));
    for (Index j = 0; j < logits.cols(); ++j) {
        logits.col(j).maxCoeff(&classes[static_cast<std::size_t>(j)]);
    }
    return classes;
}

}  // namespace

double norm_upper_bound(const Matrix& W) {
    const Matrix gram = W.transpose() * W;
    const Vector eigenvalues = symmetric_eigenvalues(gram);
    // The products and the symmetric eigensolver are backward stable: both errors stay below
    // N ε ‖W‖_F² times a small constant.
    constexpr double constant = 16.0;
    const double widened = constant * static_cast<double>(W.rows() + W.cols()) *
                           std::numeric_limits<double>::epsilon() * W.squaredNorm();
    const double spectral = std::sqrt(std::max(0.0, eigenvalues.maxCoeff()) + widened);
    return std::min(spectral, W.norm() * (1.0 + rounding));
}

/// Some inputs on their way, one a column: what `follow` tells of each layer to come.
struct AnalyticTail::Block {
    Matrix u;  ///< u_{n−1} + j p.
    Matrix p;
    Matrix y;       ///< ŷ_j.
    Matrix before;  ///< y_{n−2}.
    Matrix slopes;  ///< s_j; 0 where the radius is infinite.
    Vector radius;  ///< ε_j; infinite once it has run away.

    Block(Activation activation, Matrix last, const Matrix& earlier)
        : u(std::move(last)),
          p(u - earlier),
          y(u.rows(), u.cols()),
          before(u.rows(), u.cols()),
          slopes(Matrix::Zero(u.rows(), u.cols())),
          radius(Vector::Zero(u.cols())) {
        activate_batch(activation, u, y);
        activate_batch(activation, earlier, before);
    }
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
void AnalyticTail::follow(Block& block, Index layers, Visit visit) const {
    // Of Σ_{i<j} (ŷ_i − y_{n−2}) and Σ_{i<j} κ_i ε_i.
    Matrix drift = block.y - block.before;
    Vector spread = Vector::Zero(block.u.cols());
    const Vector size = block.u.colwise().lpNorm<Eigen::Infinity>().transpose();
    const Vector growth = block.p.colwise().lpNorm<Eigen::Infinity>().transpose();
    for (Index j = 1; j <= layers; ++j) {
        // After j = 1 the residual that has just run, ŷ_0 = y_{n−1}, is behind: its radius is 0.
        for (Index k = 0; k < block.u.cols(); ++k) {
            const double radius =
                step_ * sigma_ * (drift.col(k).norm() + spread[k]) * (1.0 + rounding) +
                rounding * (1.0 + size[k] + static_cast<double>(j) * growth[k]);
            block.radius[k] = radius > largest_radius ? infinity : radius;
        }
        block.u += block.p;
        values_and_largest_slopes(activation_, block.u, block.radius, block.y, block.slopes);
        drift += block.y - block.before;
        for (Index k = 0; k < block.u.cols(); ++k) {
            spread[k] = std::isfinite(block.radius[k])
                            ? spread[k] + block.slopes.col(k).maxCoeff() * block.radius[k]
                            : infinity;
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
    const std::vector<Index> classes = classes_of(start.logits);
    const Index tiles = (B + tile_columns_of_tail - 1) / tile_columns_of_tail;
    parallel_for(tiles, threads, [&](Index tile) {
        const Index first = tile * tile_columns_of_tail;
        const Index count = std::min(tile_columns_of_tail, B - first);
        Block block(activation_, start.last.middleCols(first, count),
                    start.before.middleCols(first, count));
        const Matrix held = step_ * (read_ * block.y);
        Matrix lead(C, count);
        for (Index k = 0; k < count; ++k) {
            const auto now = start.logits.col(first + k);
            lead.col(k) = (now[classes[static_cast<std::size_t>(first + k)]] - now.array());
        }
        Matrix least = lead;
        follow(block, layers, [&](Index) {
            const Matrix added = step_ * (read_ * block.y);
            const Matrix squares = block.slopes.cwiseAbs2();
            for (Index k = 0; k < count; ++k) {
                const Index j = first + k;
                const Index c = classes[static_cast<std::size_t>(j)];
                Vector error = Vector::Constant(C, infinity);
                Vector lead_error = error;
                if (std::isfinite(block.radius[k])) {
                    const Matrix& lead_squares = lead_squares_[static_cast<std::size_t>(c)];
                    error = block.radius[k] * (read_squares_ * squares.col(k)).cwiseSqrt();
                    lead_error = block.radius[k] * (lead_squares * squares.col(k)).cwiseSqrt();
                }
                if (is_bounded(activation_)) {
                    const auto y = block.y.col(k).array();
                    const Vector reach = (range.high - y).max(y - range.low).matrix();
                    const Vector whole = read_size_ * reach;
                    error = error.cwiseMin(whole);
                    lead_error = lead_error.cwiseMin(whole + Vector::Constant(C, whole[c]));
                }
                const double slack = slack_of(start.logits.col(j), added.col(k));
                result.logits.col(j) += added.col(k);
                result.held_logits.col(j) += held.col(k);
                result.error.col(j) +=
                    (step_ * error).array().matrix() + Vector::Constant(C, slack);
                result.held_error.col(j) += (added.col(k) - held.col(k)).cwiseAbs() +
                                            step_ * error + Vector::Constant(C, slack);
                lead.col(k) += (added(c, k) - added.col(k).array()).matrix() - step_ * lead_error -
                               Vector::Constant(C, 2.0 * slack);
            }
            least = least.cwiseMin(lead);
            return true;
        });
        for (Index k = 0; k < count; ++k) {
            least(classes[static_cast<std::size_t>(first + k)], k) = infinity;
        }
        result.lead.middleCols(first, count) = least;
    });
    return result;
}

std::vector<bool> AnalyticTail::keeps_lead(const TailStart& start, Index layers) const {
    const std::vector<Index> classes = classes_of(start.logits);
    // Columns of equal class stand together: their error bounds are one product.
    std::vector<Index> order(classes.size());
    std::iota(order.begin(), order.end(), Index{0});
    std::stable_sort(order.begin(), order.end(), [&](Index i, Index j) {
        return classes[static_cast<std::size_t>(i)] < classes[static_cast<std::size_t>(j)];
    });
    const auto most = static_cast<std::size_t>(
        std::max(fewest_columns_at_once, numbers_at_once / start.last.rows()));
    std::vector<bool> keeps(order.size(), false);
    for (std::size_t first = 0; first < order.size();) {
        const Index c = classes[static_cast<std::size_t>(order[first])];
        std::size_t end = first + 1;
        while (end < order.size() && end - first < most &&
               classes[static_cast<std::size_t>(order[end])] == c) {
            ++end;
        }
        const std::span<const Index> columns(order.data() + first, end - first);
        const std::vector<bool> kept = keeps_lead_of(c, start, columns, layers);
        for (std::size_t k = 0; k < columns.size(); ++k) {
            keeps[static_cast<std::size_t>(columns[k])] = kept[k];
        }
        first = end;
    }
    return keeps;
}

std::vector<bool> AnalyticTail::keeps_lead_of(Index c, const TailStart& start,
                                              std::span<const Index> columns, Index layers) const {
    const auto B = static_cast<Index>(columns.size());
    Block block(activation_, start.last(Eigen::all, columns), start.before(Eigen::all, columns));
    const Matrix logits = start.logits(Eigen::all, columns);
    Matrix lead = (-logits).rowwise() + logits.row(c);
    lead.row(c).setConstant(infinity);
    Vector least = lead.colwise().minCoeff().transpose();
    const double size_now = 1.0 + logits.lpNorm<Eigen::Infinity>();
    follow(block, layers, [&](Index) {
        const Matrix added = step_ * (read_ * block.y);
        const Vector radius =
            step_ * (block.radius.array() < infinity).select(block.radius.array(), 0.0);
        const Matrix loss =
            (lead_squares_[static_cast<std::size_t>(c)] * block.slopes.cwiseAbs2()).cwiseSqrt() *
            radius.asDiagonal();
        const double slack = rounding * (size_now + added.lpNorm<Eigen::Infinity>());
        lead.array() -= (added + loss).array() + 2.0 * slack;
        lead.rowwise() += added.row(c);
        lead.row(c).setConstant(infinity);
        least = least.cwiseMin(lead.colwise().minCoeff().transpose());
        for (Index k = 0; k < B; ++k) {
            least[k] = std::isfinite(block.radius[k]) ? least[k] : -infinity;
        }
        return least.maxCoeff() > 0.0;
    });
    std::vector<bool> keeps;
    for (const double one : least) {
        keeps.push_back(one > 0.0);
    }
    return keeps;
}

}  // namespace resdyn
