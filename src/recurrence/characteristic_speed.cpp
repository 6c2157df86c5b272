#include "characteristic_speed.hpp"

#include <algorithm>
#include <cmath>

namespace resdyn {

namespace {

constexpr double slowest_share = 1e-3;  // of the largest speed: windows are not longer

/// The largest |μ| of the free block of an equilibrium.
double own_speed(const ResidualSystem& system, const Equilibrium& equilibrium) {
    double speed = 0.0;
    for (const Complex value :
         equilibrium_spectrum(system, equilibrium.pattern, equilibrium.y).free) {
        speed = std::max(speed, std::abs(value));
    }
    return speed;
}

}  // namespace

double largest_speed(const ResidualSystem& system) {
    const double speed =
        system.W().cwiseAbs().rowwise().sum().maxCoeff() * max_slope(system.activation());
    return speed > 0 ? speed : 1.0;
}

double characteristic_speed(const ResidualSystem& system, const ConnectionGraph& graph,
                            const Pattern& face) {
    const double largest = largest_speed(system);
    double speed = largest;
    for (const Equilibrium& node : graph.nodes) {
        const std::size_t free = node.pattern.free_units().size();
        if (free < 2) {
            continue;
        }
        const double own = own_speed(system, node);
        if (node.pattern == face) {
            return std::max(own, slowest_share * largest);
        }
        speed = std::min(speed, own);
    }
    return std::max(speed, slowest_share * largest);
}

}  // namespace resdyn
