#include <resdyn/bifurcation/continuum_extent.hpp>

#include <algorithm>
#include <limits>

#include "numerics/decompositions.hpp"

namespace resdyn {

std::vector<ContinuumExtent> continuum_extents(const ParameterPath& path,
                                               const std::vector<Bifurcation>& events) {
    const Levels range = levels(path.activation);
    std::vector<ContinuumExtent> extents;
    for (std::size_t k = 0; k < events.size(); ++k) {
        const Bifurcation& event = events[k];
        const std::vector<Index> free = event.pattern.free_units();
        if (event.kind != BifurcationKind::Singular || event.dimension != 1 ||
            event.y.size() == 0 || free.empty()) {
            continue;
        }
        const ResidualSystem system = path.system_at(event.alpha);
        const Matrix block = system.W()(free, free);
        const Vector v = singular_vectors(block).right.rightCols(1);
        ContinuumExtent extent{k, Matrix(event.y.size(), 2), 0.0};
        for (const Index end : {0, 1}) {
            const double way = end == 0 ? -1.0 : 1.0;
            double reach = std::numeric_limits<double>::infinity();
            for (std::size_t i = 0; i < free.size(); ++i) {
                const double rate = way * v[static_cast<Index>(i)];
                const double y = event.y[free[i]];
                if (rate != 0) {
                    reach = std::min(reach, ((rate > 0 ? range.high : range.low) - y) / rate);
                }
            }
            Vector y = event.y;
            for (std::size_t i = 0; i < free.size(); ++i) {
                y[free[i]] = std::clamp(y[free[i]] + way * reach * v[static_cast<Index>(i)],
                                        range.low, range.high);
            }
            extent.ends.col(end) = y;
            extent.residual =
                std::max(extent.residual, system.residual_velocity(y).lpNorm<Eigen::Infinity>());
        }
        extents.push_back(std::move(extent));
    }
    return extents;
}

}  // namespace resdyn
