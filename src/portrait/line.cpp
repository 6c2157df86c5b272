#include <resdyn/portrait/line.hpp>

#include <fmt/format.h>

#include <resdyn/atlas/atlas.hpp>
#include <resdyn/core/error.hpp>

namespace resdyn {

PhaseLine phase_line(const ResidualSystem& system, Index samples) {
    if (system.dimension() != 1) {
        reject_argument("phase line", "a system of 1 unit", fmt::format("{}", system.dimension()));
    }
    require_bounded("phase line", system.activation());
    if (samples < 2) {
        reject_argument("phase line", "samples >= 2", fmt::format("{}", samples));
    }
    PhaseLine line;
    line.range = levels(system.activation());
    for (Index k = 0; k < samples; ++k) {
        const double t = static_cast<double>(k) / static_cast<double>(samples - 1);
        const Vector y = Vector::Constant(1, (1 - t) * line.range.low + t * line.range.high);
        line.y.push_back(y[0]);
        line.velocity.push_back(system.residual_velocity(y)[0]);
    }
    line.equilibria = equilibrium_atlas(system).equilibria;
    line.all_rest = system.W()(0, 0) == 0;
    return line;
}

}  // namespace resdyn
