#include <resdyn/depth/future_box.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include <resdyn/core/error.hpp>

#include "bound_rounding.hpp"
#include "core/parallel.hpp"
#include "numerics/exact.hpp"

namespace resdyn {

namespace {

constexpr Index boxes_per_tile = 64;
/// Terms of an infinite sum that are summed one by one.
constexpr Index summed_terms = 64;
/// A box that does not hold its image is widened past it by this share of the growth, and by this
/// much at least: a sequence that converges is held after a few rounds.
constexpr double overshoot = 0.25;
constexpr double least_overshoot = 1e-9;

/// Interval [low, high] of f(u + t v) for t ≥ 0 at time t; t may be infinite.
double reach(Activation activation, double u, double v, double t) {
    if (std::isinf(t)) {
        const Levels range = levels(activation);
        return v > 0 ? range.high : (v < 0 ? range.low : activate(activation, u));
    }
    return activate(activation, u + t * v);
}

}  // namespace

/// Some columns at once.
struct FutureBox::Tile {
    Matrix u;
    Matrix logits;
    Matrix low;  ///< of Y.
    Matrix high;
    Matrix velocity_low;  ///< of h W Y, a layer.
    Matrix velocity_high;
    std::vector<bool> holds;  ///< by column: the image is in Y.
};

FutureBox::FutureBox(const ResidualNetwork& network, const FutureBoxOptions& options)
    : activation_(network.activation), step_(network.step), rounds_(options.rounds) {
    validate(network);
    require_at_least("rounds", options.rounds, 1);
    if (!network.has_shared_weights()) {
        reject_argument("FutureBox", "weights shared by all layers",
                        fmt::format("{} different layers", network.blocks.size()));
    }
    if (!network.has_readout()) {
        reject_argument("FutureBox", "a network with a read-out V, c", "none");
    }
    require_bounded("FutureBox", network.activation);
    const ResidualBlock& block = network.blocks.front();
    W_ = block.residual_matrix();
    W_size_ = W_.cwiseAbs();
    if (block.A) {
        W_size_ += rounding * (block.W.cwiseAbs() * block.A->cwiseAbs());
    }
    read_is_exact_ = !block.A;
    read_ = block.A ? Matrix(network.readout.M * *block.A) : network.readout.M;
}

void FutureBox::widen(Tile& tile, std::optional<Index> layers) const {
    const Index M = tile.u.rows();
    const Index B = tile.u.cols();
    // The velocities of y and of the K − 1 residuals after it move the units; the K-th moves none.
    const double steps = layers ? static_cast<double>(std::max<Index>(*layers - 1, 0)) : infinity;
    tile.low = activate(activation_, tile.u);
    tile.high = tile.low;
    tile.holds.assign(static_cast<std::size_t>(B), false);
    for (int round = 0; round < rounds_; ++round) {
        const Matrix centre = 0.5 * (tile.low + tile.high);
        const Matrix radius =
            (0.5 * (tile.high - tile.low)).array() + rounding * (1.0 + centre.cwiseAbs().array());
        const Matrix middle = step_ * (W_ * centre);
        const Matrix spread = (1.0 + rounding) * step_ * (W_size_ * radius);
        tile.velocity_low = middle - spread;
        tile.velocity_high = middle + spread;
        bool all = true;
        for (Index j = 0; j < B; ++j) {
            bool held = true;
            for (Index i = 0; i < M; ++i) {
                const double from = tile.velocity_low(i, j);
                const double to = tile.velocity_high(i, j);
                const double u = tile.u(i, j);
                // Where the velocity has one sign, the unit does not turn back behind y.
                double low =
                    from < 0 ? reach(activation_, u, from, steps) : activate(activation_, u);
                double high = to > 0 ? reach(activation_, u, to, steps) : activate(activation_, u);
                low = std::min(low, tile.low(i, j));
                high = std::max(high, tile.high(i, j));
                if (low < tile.low(i, j) || high > tile.high(i, j)) {
                    held = false;
                    const Levels range = levels(activation_);
                    const auto past = [](double growth) {
                        return growth > 0 ? overshoot * growth + least_overshoot : 0.0;
                    };
                    low -= past(tile.low(i, j) - low);
                    high += past(high - tile.high(i, j));
                    tile.low(i, j) = std::max(range.low, low);
                    tile.high(i, j) = std::min(range.high, high);
                }
            }
            tile.holds[static_cast<std::size_t>(j)] = held;
            all = all && held;
        }
        if (all) {
            return;
        }
    }
}

void FutureBox::lead_of(const Tile& tile, Index j, std::optional<Index> layers,
                        Eigen::Ref<Vector> lead) const {
    const Index M = tile.u.rows();
    const Index C = lead.size();
    Index c = 0;
    tile.logits.col(j).maxCoeff(&c);
    lead = Vector::Constant(C, tile.logits(c, j)) - tile.logits.col(j);
    Vector least = lead;
    const Matrix weights = (-read_).rowwise() + read_.row(c);
    const Matrix sizes = weights.cwiseAbs();
    const Index terms = layers ? *layers : summed_terms;
    Vector centre(M);
    Vector radius(M);
    for (Index k = 1; k <= terms; ++k) {
        const auto t = static_cast<double>(k);
        for (Index i = 0; i < M; ++i) {
            const double low = activate(activation_, tile.u(i, j) + t * tile.velocity_low(i, j));
            const double high = activate(activation_, tile.u(i, j) + t * tile.velocity_high(i, j));
            centre[i] = 0.5 * (low + high);
            radius[i] = 0.5 * (high - low) + rounding;
        }
        lead += step_ * (weights * centre - (1.0 + rounding) * (sizes * radius)) -
                Vector::Constant(C, rounding * (1.0 + tile.logits.col(j).cwiseAbs().maxCoeff()));
        least = least.cwiseMin(lead);
    }
    if (!layers) {
        // y_k = s + (y_k − s): at the level s the lead must not shrink, and what the approach still
        // adds after the terms summed is at most a geometric series.
        const Levels range = levels(activation_);
        const double rate = activation_ == Activation::Tanh ? 2.0 : 1.0;
        const double amplitude = activation_ == Activation::Tanh ? 2.0 : 1.0;
        Vector level(M);
        Vector rest(M);
        for (Index i = 0; i < M; ++i) {
            const bool up = tile.velocity_low(i, j) > 0;
            const double speed = up ? tile.velocity_low(i, j) : -tile.velocity_high(i, j);
            const double u =
                (up ? tile.u(i, j) : -tile.u(i, j)) + static_cast<double>(terms) * speed;
            level[i] = up ? range.high : range.low;
            rest[i] = amplitude * std::exp(-rate * (u + speed)) / -std::expm1(-rate * speed);
        }
        const Vector steady = weights * level;
        const Vector remainder = step_ * (1.0 + rounding) * (sizes * rest);
        for (Index k = 0; k < C; ++k) {
            const double tie = rounding * (1.0 + sizes.row(k).sum());
            // An exact tie of the read-out at the vertex keeps the lead as it is.
            const bool keeps = k != c && (steady[k] > tie || (std::abs(steady[k]) <= tie &&
                                                              read_is_exact_ && ties(c, k, level)));
            least[k] = keeps ? std::min(least[k], lead[k] - remainder[k]) : -infinity;
        }
    }
    lead = least;
    lead[c] = infinity;
}

bool FutureBox::ties(Index c, Index k, const Vector& level) const {
    Matrix rows(2, read_.cols());
    rows << read_.row(c), read_.row(k);
    const exact::BinaryMatrix stored = exact::binary_matrix(rows);
    exact::Integer difference = 0;
    for (Index i = 0; i < level.size(); ++i) {
        // Levels of bounded activations are −1, 0 and 1.
        difference += (stored.entries(0, i) - stored.entries(1, i)) * static_cast<int>(level[i]);
    }
    return exact::sign(difference) == 0;
}

BoxBounds FutureBox::bounds(const Matrix& u, const Matrix& logits, std::optional<Index> layers,
                            int threads) const {
    const Index B = u.cols();
    BoxBounds result{Matrix::Constant(logits.rows(), B, -infinity),
                     std::vector<bool>(static_cast<std::size_t>(B), false)};
    std::vector<char> vertex(static_cast<std::size_t>(B), 0);
    parallel_for((B + boxes_per_tile - 1) / boxes_per_tile, threads, [&](Index number) {
        const Index first = number * boxes_per_tile;
        const Index count = std::min(boxes_per_tile, B - first);
        Tile tile;
        tile.u = u.middleCols(first, count);
        tile.logits = logits.middleCols(first, count);
        widen(tile, layers);
        for (Index j = 0; j < count; ++j) {
            if (!tile.holds[static_cast<std::size_t>(j)]) {
                continue;
            }
            const bool settles =
                (tile.velocity_low.col(j).array() > 0.0 || tile.velocity_high.col(j).array() < 0.0)
                    .all();
            vertex[static_cast<std::size_t>(first + j)] = settles ? 1 : 0;
            if (layers || settles) {
                lead_of(tile, j, layers, result.lead.col(first + j));
            }
        }
    });
    for (std::size_t j = 0; j < vertex.size(); ++j) {
        result.at_vertex[j] = vertex[j] != 0;
    }
    return result;
}

}  // namespace resdyn
