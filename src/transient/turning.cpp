#include <resdyn/transient/turning.hpp>

#include <algorithm>
#include <cmath>

#include "core/parallel.hpp"

namespace resdyn {

namespace {

constexpr Index window = 512;          // layers
constexpr Index longest_period = 256;  // layers
constexpr double far_u = 30.0;
constexpr double hardly = 0.01;         // range of y, over the levels'
constexpr double same_residual = 1e-4;  // of the range of the window

constexpr double most_work = 1e10;  // multiplications of all inputs together
constexpr double least_followed = 8.0;

struct Seen {
    double range = 0.0;    ///< largest of a residual.
    double largest = 0.0;  ///< |u|_inf.
};

Vector layer(const ResidualSystem& system, const Vector& u) {
    return u + system.step() * (system.W() * activate(system.activation(), u));
}

Seen look(const ResidualSystem& system, Vector& u) {
    Vector low = activate(system.activation(), u);
    Vector high = low;
    Seen seen;
    for (Index n = 0; n < window; ++n) {
        u = layer(system, u);
        const Vector y = activate(system.activation(), u);
        low = low.cwiseMin(y);
        high = high.cwiseMax(y);
        seen.largest = std::max(seen.largest, u.lpNorm<Eigen::Infinity>());
    }
    seen.range = (high - low).maxCoeff();
    return seen;
}

Turning moves(const ResidualSystem& system, Vector u, Index max_layers) {
    // A run along a heteroclinic cycle that attracts passes its largest |u| again before its time
    // has doubled: a unit that has risen for as long as it fell leaves its place to one that falls.
    const Index early = (max_layers + 2 * window) / 4;
    double largest_early = 0.0;
    double largest = 0.0;
    for (Index n = 0; n < max_layers && u.allFinite(); ++n) {
        u = layer(system, u);
        largest = std::max(largest, u.lpNorm<Eigen::Infinity>());
        largest_early = n < early ? largest : largest_early;
    }
    largest = std::max(largest, look(system, u).largest);
    const Seen second = look(system, u);
    largest = std::max(largest, second.largest);
    const Levels range = levels(system.activation());
    if (!u.allFinite() || (largest > far_u && largest > largest_early + 1.0)) {
        return {BeyondMotion::Grows};
    }
    if (second.range <= hardly * (range.high - range.low)) {
        return {BeyondMotion::Creeps};
    }
    const Vector y = activate(system.activation(), u);
    for (Index p = 1; p <= longest_period; ++p) {
        u = layer(system, u);
        const Vector apart = activate(system.activation(), u) - y;
        if (apart.lpNorm<Eigen::Infinity>() <= same_residual * second.range) {
            return {BeyondMotion::Cycles, p};
        }
    }
    return {BeyondMotion::Wanders};
}

}  // namespace

std::string_view to_string(BeyondMotion motion) {
    switch (motion) {
        case BeyondMotion::Rests:
            return "rests";
        case BeyondMotion::Creeps:
            return "creeps";
        case BeyondMotion::Cycles:
            return "cycles";
        case BeyondMotion::Wanders:
            return "wanders";
        case BeyondMotion::Grows:
            return "grows";
        case BeyondMotion::NotFollowed:
            return "not_followed";
    }
    return "unknown";
}

std::vector<Turning> turning(const ResidualSystem& system, const Matrix& u0,
                             const SettleResult& settled, Index max_layers, int threads) {
    std::vector<Turning> result(settled.outcomes.size());
    const auto n = static_cast<double>(system.dimension());
    const double an_input = n * n * static_cast<double>(max_layers + 2 * window);
    const auto most =
        static_cast<std::size_t>(std::min(1e9, std::max(least_followed, most_work / an_input)));
    std::vector<std::size_t> moving;
    for (std::size_t k = 0; k < result.size(); ++k) {
        const SettleOutcome outcome = settled.outcomes[k];
        if (outcome != SettleOutcome::Settled && outcome != SettleOutcome::OnContinuum) {
            result[k].motion = BeyondMotion::NotFollowed;
            moving.push_back(k);
        }
    }
    moving.resize(std::min(moving.size(), most));
    parallel_for(static_cast<Index>(moving.size()), threads, [&](Index k) {
        const std::size_t at = moving[static_cast<std::size_t>(k)];
        result[at] = moves(system, u0.col(static_cast<Index>(at)), max_layers);
    });
    return result;
}

}  // namespace resdyn
