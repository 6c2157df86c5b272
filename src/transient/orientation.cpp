#include <resdyn/transient/orientation.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include <resdyn/core/error.hpp>

#include "core/parallel.hpp"
#include "numerics/decompositions.hpp"

namespace resdyn {

namespace {

constexpr Index samples_per_tile = 16;  // fixed, so that sums do not depend on the threads

/// mantissa · 2^exponent, |mantissa| in [1/2, 1) or 0.
struct Determinant {
    double mantissa = 0.0;
    long exponent = 0;

    double value() const {
        constexpr long beyond = 5000;  // twice the range of a double
        return std::ldexp(mantissa, static_cast<int>(std::clamp(exponent, -beyond, beyond)));
    }
    int sign() const { return mantissa > 0.0 ? 1 : mantissa < 0.0 ? -1 : 0; }
    double log10() const {
        return std::log10(std::abs(mantissa)) + static_cast<double>(exponent) * std::log10(2.0);
    }

    friend bool operator<(const Determinant& a, const Determinant& b) {
        if (a.sign() != b.sign() || a.sign() == 0 || a.exponent == b.exponent) {
            return a.mantissa < b.mantissa;
        }
        return (a.exponent < b.exponent) == (a.sign() > 0);
    }
};

Determinant determinant(const Matrix& J) {
    const Lu lu(J);
    Determinant product{static_cast<double>(lu.permutation_sign()), 0};
    for (const double pivot : lu.pivots()) {
        int of_pivot = 0;
        int of_product = 0;
        const double scaled = std::frexp(pivot, &of_pivot);
        product.mantissa = std::frexp(product.mantissa * scaled, &of_product);
        product.exponent += of_pivot + of_product;
    }
    return product;
}

/// The matrices of one block's determinant: I + h left D right.
struct Side {
    explicit Side(const ResidualBlock& block) {
        if (!block.A) {
            right = block.W;
        } else if (block.W.rows() < block.W.cols()) {
            right = block.W * *block.A;
        } else {
            left = *block.A;
            right = block.W;
        }
    }

    Matrix jacobian(double step, const Vector& slopes) const {
        const Matrix DW = slopes.asDiagonal() * right;
        const Matrix update = left ? Matrix(*left * DW) : DW;
        return Matrix::Identity(update.rows(), update.cols()) + step * update;
    }

    std::optional<Matrix> left;
    Matrix right;
};

struct Tile {
    Determinant smallest;
    Index sample = 0;
    Index reversing = 0;
};

}  // namespace

Index orientation_size(const ResidualNetwork& network) {
    Index size = 0;
    for (const ResidualBlock& block : network.blocks) {
        size = std::max(size, std::min(block.W.rows(), block.W.cols()));
    }
    return size;
}

Orientation layer_orientation(const ResidualNetwork& network, const Matrix& x0, int threads) {
    if (x0.rows() != network.width() || x0.cols() < 1) {
        reject_argument("x0", fmt::format("{} rows, at least one column", network.width()),
                        fmt::format("{}×{}", x0.rows(), x0.cols()));
    }
    const LayerStates states = run_layers(network, x0);
    const std::vector<Side> sides(network.blocks.begin(), network.blocks.end());
    const Index tiles = (x0.cols() + samples_per_tile - 1) / samples_per_tile;
    std::vector<Tile> parts(static_cast<std::size_t>(network.depth * tiles));
    parallel_for(network.depth * tiles, threads, [&](Index task) {
        const auto layer = static_cast<std::size_t>(task / tiles);
        const Side& side = sides[network.has_shared_weights() ? 0 : layer];
        const Index begin = task % tiles * samples_per_tile;
        Tile& part = parts[static_cast<std::size_t>(task)];
        for (Index j = begin; j < std::min(begin + samples_per_tile, x0.cols()); ++j) {
            const Vector u = states.u[layer].col(j);
            const Determinant here =
                determinant(side.jacobian(network.step, slope(network.activation, u)));
            if (j == begin || here < part.smallest) {
                part.smallest = here;
                part.sample = j;
            }
            part.reversing += here.sign() < 0 ? 1 : 0;
        }
    });
    Orientation orientation;
    orientation.states = network.depth * x0.cols();
    const auto least =
        std::min_element(parts.begin(), parts.end(),
                         [](const Tile& a, const Tile& b) { return a.smallest < b.smallest; });
    orientation.smallest = least->smallest.value();
    orientation.smallest_sign = least->smallest.sign();
    orientation.smallest_log10 = least->smallest.log10();
    orientation.layer = (least - parts.begin()) / tiles;
    orientation.sample = least->sample;
    for (const Tile& part : parts) {
        orientation.reversing += part.reversing;
    }
    return orientation;
}

std::string describe(const Orientation& orientation) {
    const bool shown = std::isfinite(orientation.smallest) &&
                       (orientation.smallest != 0.0 || orientation.smallest_sign == 0);
    const std::string smallest =
        shown ? fmt::format("{:.3g}", orientation.smallest)
              : fmt::format("{}10^{:.1f}", orientation.smallest_sign < 0 ? "-" : "",
                            orientation.smallest_log10);
    return orientation.rules_out_a_flow()
               ? fmt::format("no flow: det(I + hDW) < 0 at {} of {} states, least {} in layer {}",
                             orientation.reversing, orientation.states, smallest, orientation.layer)
               : fmt::format(
                     "det(I + hDW) >= {} at all {} states: orientation is kept there, as in a flow",
                     smallest, orientation.states);
}

}  // namespace resdyn
