/// @file
/// Patterns and what faces hold in the bytes of a task (work/task_fields.hpp).
#pragma once

#include <tuple>

#include <resdyn/equilibria/face.hpp>

namespace resdyn {

inline auto task_fields(Pattern& pattern) {
    return std::tie(pattern.states);
}

inline auto task_fields(SpectralCounts& counts) {
    return std::tie(counts.unstable, counts.stable, counts.neutral, counts.zero, counts.all_real);
}

inline auto task_fields(Equilibrium& e) {
    return std::tie(e.pattern, e.y, e.residual, e.flow_eigenvalues, e.multipliers, e.spectrum,
                    e.free_spectrum, e.type, e.on_continuum, e.proved);
}

}  // namespace resdyn
