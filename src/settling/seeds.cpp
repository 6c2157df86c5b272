#include <resdyn/settling/seeds.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include <resdyn/core/error.hpp>
#include <resdyn/core/random.hpp>

namespace resdyn {

namespace {

void need_bounded(Activation activation) {
    require_bounded("seeds", activation);
}

}  // namespace

Matrix random_seeds(const ResidualSystem& system, Index count, std::uint64_t seed) {
    need_bounded(system.activation());
    const Levels range = levels(system.activation());
    Matrix y(system.dimension(), count);
    for (Index k = 0; k < count; ++k) {
        Random random(seed, static_cast<std::uint64_t>(k));
        y.col(k) = random.uniform_vector(system.dimension(), range.low, range.high);
    }
    return open_preactivation(system.activation(), y);
}

Matrix seeds_around(const ResidualSystem& system, const Vector& y, double radius, Index count,
                    std::uint64_t seed) {
    need_bounded(system.activation());
    const Levels range = levels(system.activation());
    if (y.size() != system.dimension() ||
        !(y.minCoeff() >= range.low && y.maxCoeff() <= range.high)) {
        reject_argument("seeds_around",
                        fmt::format("a residual of {} numbers within [{}, {}]", system.dimension(),
                                    range.low, range.high),
                        fmt::format("{} numbers", y.size()));
    }
    if (!(radius > 0) || !std::isfinite(radius)) {
        reject_argument("seeds_around", "a finite radius > 0", fmt::format("{}", radius));
    }
    const double width = range.high - range.low;
    Matrix starts(y.size(), count);
    for (Index k = 0; k < count; ++k) {
        Random random(seed, static_cast<std::uint64_t>(k));
        for (Index i = 0; i < y.size(); ++i) {
            // Reflection at both levels: a fold of the line with period 2 · width.
            const double moved = y[i] - range.low + radius * width * random.normal();
            const double fold = std::abs(std::remainder(moved, 2 * width));
            starts(i, k) = range.low + std::min(fold, width);
        }
    }
    return open_preactivation(system.activation(), starts);
}

Matrix initial_preactivation(const ResidualNetwork& network, const Matrix& x0) {
    const ResidualBlock& block = network.block(0);
    return (block.W * x0).colwise() + block.b;
}

Matrix open_preactivation(Activation activation, const Matrix& y, double inset) {
    need_bounded(activation);
    const Levels range = levels(activation);
    const double margin = inset * (range.high - range.low);
    return y.unaryExpr([&](double v) {
        return inverse(activation, std::clamp(v, range.low + margin, range.high - margin));
    });
}

}  // namespace resdyn
